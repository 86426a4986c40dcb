"""Lemma 3.1 and the diagonal: the limiting kernels of two points, layer by layer and as a sum."""

from typing import Any

import sympy as sp

from deepcond_sym.proof import (
    RELU,
    Claim,
    Sequence,
    dual,
    dual_slope,
    eq,
    forall,
    index,
    interval,
    iterate,
    ntk,
)
from deepcond_sym.proof.tactics.inductive import inductive
from deepcond_sym.symbols import rho

from .setting import L, hidden

l, layers = index("l", 1)
a, b = sp.symbols("a b", real=True)
h, hh = sp.symbols("h hh", integer=True)
lengths = interval(a, 0, sp.oo, "("), interval(b, 0, sp.oo, "(")
correlation = interval(rho, -1, 1)


def _named(name: str) -> Any:
    return sp.Function(name, real=True)(l)


def variance(slope: Any = 1) -> tuple[Sequence, Sequence]:
    """G^(l)_ii and K^(l)_ii of a point of length a; `slope` is the diagonal of G-dot."""
    G = Sequence("G", l, 1, a**2, _named("G") * dual(1))
    K = Sequence("K", l, 1, a**2, _named("K") * slope + G(l + 1))
    return G, K


diagonal = Claim(
    "nguyen2021/D-diag",
    title="The limiting kernels on the diagonal",
    source="proof of Theorem 3.2",
    provenance="paper",
    printed=r"G^{(l)}_{ii}=\|x_i\|^2,\qquad \dot G^{(l)}_{ii}=1,\qquad K^{(L)}_{ii}=L\|x_i\|^2",
    note=r"a is the length of the point. By homogeneity of ReLU, $2\mathbb E\sigma(\sqrt g\,w)^2=g\,\hat\sigma(1)$ with"
    r" $\hat\sigma(1)=1$ for the normalised dual; the indices l and L are those of the paper.",
    beside=("nguyen2021/D-L3.1",),
    parameters={"first": 1, "slope": dual_slope(1), "depth": l},
)


@diagonal.states
def diagonal_statement(first, slope, depth):
    G, K = variance(slope)
    return (
        forall(layers, lengths[0], family=RELU, sequences=[G], holds=eq(G(l), a**2), label="G"),
        forall(family=RELU, holds=eq(dual_slope(first), 1), label="G-dot"),
        forall(layers, lengths[0], family=RELU, sequences=[G, K], holds=eq(K(l), depth * a**2), label="K"),
    )


@diagonal.proves
def diagonal_proof(prove, goal, first, slope, depth):
    """Induction on the layer, with dual(1) = dual_slope(1) = 1."""
    of_G, of_slope, of_K = goal
    G, K = variance(slope)
    known = inductive(
        prove, of_G, l,
        lambda base: prove.identity(base, unfold=[G(1)]),
        lambda step: prove.identity(
            step, [["unfold", G(l + 1)], ["given", len(step.given) - 1], ["unfold", dual(1)]]
        ),
    )  # fmt: skip
    return [
        known,
        prove.identity(of_slope, unfold=[dual_slope(1)]),
        inductive(
            prove, of_K, l,
            lambda base: prove.identity(base, unfold=[K(1)]),
            lambda step: prove.identity(
                step,
                [["unfold", K(l + 1)], ["given", len(step.given) - 1], ["use", known, {l: l + 1}],
                 ["unfold", dual_slope(1)]],
            ),
        ),
    ]  # fmt: skip


diagonal.mutant("the slope at 1/2", first=sp.Rational(1, 2))
diagonal.mutant("a slope of 101/100", slope=sp.Rational(101, 100))
diagonal.mutant("(L - 1) |x|^2", depth=l - 1)


def kernels(shift: int = 0) -> tuple[Sequence, Sequence]:
    """G^(l)_ij and K^(l)_ij, with G-dot^(l + 1) = dual_slope(G^(l)/(a b))."""
    G = Sequence("G", l, 1, a * b * rho, a * b * dual(_named("G") / (a * b)))
    K = Sequence("K", l, 1, a * b * rho, _named("K") * dual_slope(G(l + shift) / (a * b)) + G(l + 1))
    return G, K


unrolled = Claim(
    "nguyen2021/D-L3.1",
    title="The limiting kernels layer by layer, and the tangent kernel as a sum over layers",
    source="Lemma 3.1",
    provenance="paper",
    printed=r"G^{(l)}=2\mathbb E[\sigma(\sqrt{G^{(l-1)}}w)\sigma(\sqrt{G^{(l-1)}}w)^\top],\ \dot G^{(l)}="
    r"2\mathbb E[\sigma'\sigma'^\top],\ K^{(l)}=K^{(l-1)}\circ\dot G^{(l)}+G^{(l)},\quad"
    r" K^{(L)}=G^{(L)}+\sum_{l<L}G^{(l)}\circ\dot G^{(l+1)}\circ\dots\circ\dot G^{(L)}",
    note=r"Two points of lengths a and b with the cosine rho. By homogeneity of ReLU,"
    r" $2\mathbb E[\sigma(u)\sigma(v)]=ab\,\hat\sigma(G_{ij}/(ab))$ and"
    r" $2\mathbb E[\sigma'(u)\sigma'(v)]=\hat\sigma'(G_{ij}/(ab))$, where $\hat\sigma$ is the dual of normalised ReLU"
    r" and $a^2$, $b^2$ are the variances (nguyen2021/D-diag). In the last line L counts the hidden layers, one less"
    r" than in the paper.",
    beside=("nguyen2021/D-diag", "agarwal2021/eq7"),
    parameters={"shift": 0, "first": 1},
)


@unrolled.states
def unrolled_statement(shift, first):
    G, K = kernels(int(shift))
    factors = sp.Product(dual_slope(iterate(hh - 2, rho)), (hh, h + 1, L + 1))
    total = sp.Sum(iterate(h - 1, rho) * factors, (h, first, L + 1))
    frame = (layers, *lengths, correlation)
    return (
        forall(*frame, family=RELU, sequences=[G], holds=eq(G(l), a * b * iterate(l - 1, rho)), label="G"),
        forall(*frame, family=RELU, sequences=[G, K], holds=eq(K(l), a * b * ntk(l - 1, rho)), label="K"),
        forall(hidden, correlation, family=RELU, holds=eq(ntk(L, rho), total), label="sum"),
    )


@unrolled.proves
def unrolled_proof(prove, goal, shift, first):
    """Induction on the layer; the sum by induction on the depth."""
    of_G, of_K, of_sum = goal
    G, K = kernels(int(shift))

    def last(step):
        return ["given", len(step.given) - 1]

    known = inductive(
        prove, of_G, l,
        lambda base: prove.identity(base, unfold=[G(1), iterate(0, rho)]),
        lambda step: prove.identity(step, [["unfold", G(l + 1)], last(step), ["unfold", iterate(l, rho)]]),
    )  # fmt: skip
    summed = inductive(
        prove, of_K, l,
        lambda base: prove.identity(base, unfold=[K(1), ntk(0, rho)]),
        lambda step: prove.identity(
            step,
            [["unfold", K(l + 1)], last(step), ["use", known, {l: l + 1}], ["use", known, {l: l}],
             ["unfold", ntk(l, rho)]],
        ),
    )  # fmt: skip
    return [known, summed, prove.unrolled(of_sum)]


unrolled.mutant("the slope one layer too late", shift=1)
unrolled.mutant("without the first layer", first=2)
