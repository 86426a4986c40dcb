"""B1 and B2: the recursions of the kernels, at the fixed variance and with both starts of the tangent kernel.

T and Tdot of the covariance q* c are f and f' of the correlation c, but for the variances of weights and biases:
sigma_w^2 T(q*, q* c) + sigma_b^2 = q* f(c) and sigma_w^2 Tdot(q*, q* c) = f'(c)."""

from fractions import Fraction
from typing import Any

import sympy as sp

from deepcond_sym.proof import (
    UNCENTRED,
    Claim,
    Instance,
    Proof,
    Sequence,
    Statement,
    Step,
    Verdict,
    at,
    dual,
    dual_slope,
    eq,
    fact,
    forall,
    interval,
    iterate,
    le,
    mean_of,
    ntk,
)  # fmt: skip
from deepcond_sym.proof.tactics.inductive import inductive

from .setting import c, chi, correlation, diagonal, l, layers, tangent
from .variance_map_of_erf import biases, weights

q = sp.Symbol("q", real=True)
variance = interval(q, 0, sp.oo, "(")
_K, _T, _p, _p_ab, _r = (sp.Function(name, real=True) for name in ("K", "T", "p", "p_ab", "P"))
j = sp.Symbol("j", integer=True)
_anything = {symbol: interval(symbol, -sp.oo, sp.oo) for symbol in (weights, biases)}

nngp = Claim(
    "xiao2020/B1",
    title="The recursion of the NNGP, in covariances and in correlations",
    source="authors' notebook, cell 26",
    provenance="as reported",
    printed=r"K^{(l+1)}=\sigma_w^2\mathcal T(K^{(l)})+\sigma_b^2",
    note=r"A definition (the infinite-width limit is cited, not proved). Shown is what the other claims take from it:"
    r" at $K_{aa}=q^*$ it is $K^{(l)}_{ab}=q^*c^{(l)}$, $c^{(l+1)}=f(c^{(l)})$. For every activation, $q^*f(K/q^*)$"
    r" stands for $\sigma_w^2\mathcal T+\sigma_b^2$; for erf the closed forms are written out.",
    beside=("xiao2020/B2", "xiao2020/B8"),
    parameters={"scale": q, "bias": biases},
    witnesses=(
        (0, Instance({l: Fraction(1), c: Fraction(1, 2), q: Fraction(2)}, (Fraction(1, 2), Fraction(1, 2)))),
        (1, Instance({l: Fraction(1), c: Fraction(0), q: Fraction(1), weights: Fraction(1), biases: Fraction(1)})),
    ),
)  # fmt: skip


def of_erf(weight: sp.Expr, bias: sp.Expr) -> tuple[Sequence, Sequence]:
    """The covariance K and the correlation r of erf, each by its own recursion."""
    _c = sp.Function("r", real=True)
    cosine = lambda covariance: covariance / (q + sp.Rational(1, 2))  # noqa: E731
    after = lambda covariance: 2 * weight / sp.pi * sp.asin(cosine(covariance)) + biases  # noqa: E731
    return (
        Sequence("K", l, 0, q * c, after(_K(l))),
        Sequence("r", l, 0, c, (2 * weight / sp.pi * sp.asin(cosine(q * _c(l))) + bias) / q),
    )


@nngp.states
def nngp_statement(scale, bias):
    general = Sequence("K", l, 0, q * c, q * dual(_K(l) / q))
    erf = of_erf(weights, bias)
    return (
        forall(layers, correlation, variance, family=UNCENTRED, sequences=[general],
               holds=eq(_K(l), scale * iterate(l, c)), label="every activation"),
        forall(layers, correlation, variance, *_anything.values(), sequences=erf,
               holds=eq(_K(l), q * sp.Function("r", real=True)(l)), label="erf"),
    )  # fmt: skip


@nngp.proves
def nngp_proof(prove, goal, scale, bias):
    """Induction on l."""
    general, erf = goal
    r = sp.Function("r", real=True)
    x = sp.Symbol("x", real=True)
    # the definition needs |K/q*| <= 1, so one layer is taken at a number x that K/q* is equal to
    layer = prove.identity(
        forall(layers, correlation, interval(x, -1, 1), variance, given=[eq(_K(l), q * x)], family=UNCENTRED,
               sequences=general.sequences, holds=eq(_K(l + 1), q * dual(x))),
        [["unfold", _K(l + 1)], ["given", 0]],
    )  # fmt: skip
    return [
        inductive(
            prove, general, l,
            lambda base: prove.identity(base, unfold=[_K(0), iterate(0, c)]),
            lambda step: prove.chain(
                step, fact(prove.bounded(), {"L": l, "r": c}), at(layer, {x: iterate(l, c)}),
                prove.folded(step, q * iterate(l + 1, c), iterate(l + 1, c)),
            ),
        ),
        inductive(
            prove, erf, l,
            lambda base: prove.identity(base, unfold=[_K(0), r(0)]),
            lambda step: prove.identity(step, [["unfold", _K(l + 1)], ["given", 0], ["unfold", r(l + 1)]]),
        ),
    ]  # fmt: skip


nngp.mutant("without the factor q*", scale=sp.S.One)
nngp.mutant("twice the bias variance", bias=2 * biases)

tangents = Claim(
    "xiao2020/B2",
    title="The recursion of the tangent kernel, and what the two starts differ by",
    source="authors' notebook, cell 26",
    provenance="as reported",
    printed=r"\Theta^{(l+1)}=K^{(l+1)}+\sigma_w^2\dot{\mathcal T}(K^{(l)})\odot\Theta^{(l)}",
    note=r"A definition (the infinite-width limit is cited, not proved; networks of finite width:"
    r" xiao2020/B2-simulated). Shown, in units of $q^*$: the notebook's start $\Theta^{(0)}=K^{(0)}$ adds"
    r" $c^{(0)}\prod_{j<l}f'(c^{(j)})$ to the kernel with $\Theta^{(0)}=0$, on the diagonal $\chi_1^l$; with the"
    r" latter, $\Theta^{(1)}=K^{(1)}$.",
    beside=("xiao2020/B1", "xiao2020/B2-simulated", "xiao2020/B13"),
    parameters={"extra": c, "power": l, "first": dual(c)},
    witnesses=(
        (0, Instance({l: Fraction(2), c: Fraction(1, 2)}, (Fraction(1, 2), Fraction(0), Fraction(1, 2)))),
        (1, Instance({l: Fraction(1)}, (Fraction(0), Fraction(0), Fraction(1)))),
        (2, Instance({c: Fraction(1, 2)}, (Fraction(0), Fraction(0), Fraction(1)))),
    ),
)  # fmt: skip


@tangents.states
def tangents_statement(extra, power, first):
    between = sp.Product(dual_slope(iterate(j, c)), (j, 0, l - 1))
    return (
        forall(layers, correlation, family=UNCENTRED, sequences=[tangent],
               holds=eq(ntk(l, c), _p_ab(l) + extra * between), label="off the diagonal"),
        forall(layers, family=UNCENTRED, sequences=[diagonal], holds=eq(ntk(l, 1), _p(l) + chi**power), label="on it"),
        forall(correlation, family=UNCENTRED, sequences=[tangent], holds=eq(_p_ab(1), first), label="one layer"),
    )  # fmt: skip


@tangents.proves
def tangents_proof(prove, goal, extra, power, first):
    """Induction on l."""
    off, on, one = goal
    between = sp.Product(dual_slope(iterate(j, c)), (j, 0, l))
    known = [fact(prove.bounded(), {"L": l, "r": c})]
    return [
        inductive(
            prove, off, l,
            lambda base: prove.identity(base, unfold=[ntk(0, c), _p_ab(0), *base.conclusion.rhs.atoms(sp.Product)]),
            lambda step: prove.chain(step, *known, _next_tangent(prove, step, between)),
        ),
        inductive(
            prove, on, l,
            lambda base: prove.identity(base, unfold=[ntk(0, 1), _p(0)]),
            lambda step: prove.identity(
                step, [["unfold", ntk(l + 1, 1)], ["given", 0], ["unfold", _p(l + 1)], ["unfold", iterate(l + 1, 1)],
                       ["unfold", iterate(l, 1)]]
            ),
        ),
        prove.identity(one, unfold=[_p_ab(1), iterate(1, c), iterate(0, c), _p_ab(0)]),
    ]  # fmt: skip


def _next_tangent(prove: Proof, step: Statement, between: Any) -> Step:
    calls = ntk(l + 1, c), _p_ab(l + 1), between
    return prove.identity(step, [["unfold", calls[0]], ["given", 0], *(["unfold", call] for call in calls[1:])])


tangents.mutant("twice the start", extra=2 * c)
tangents.mutant("one layer less on the diagonal", power=l + 1)
tangents.mutant("the notebook's start in the first layer", first=dual(c) + c * dual_slope(c))

simulated = Claim(
    "xiao2020/B2-simulated",
    title="Networks of finite width have the tangent kernel of the recursion",
    source="against authors' notebook, cell 26",
    printed=r"\phi\propto\mathrm{erf},\ \mathbb E\phi^2=1,\ \text{one hidden layer}:"
    r"\quad\Theta^{(1)}=f(\rho)+f'(\rho)\rho"
    r"\quad(\Theta^{(0)}=K^{(0)})",
    expected=Verdict.SUPPORTED,
    note=r"At least 9/10 of 512 random networks of width 4096, gradients of all weights by backpropagation, lie within"
    r" 1/8 of the recursion at $\rho=\frac35$ and $\rho=-\frac12$; the simulated networks have no biases and start from"
    r" $\Theta^{(0)}=K^{(0)}$. Not shown: any other activation, depth, width or correlation.",
    beside=("xiao2020/B2",),
    parameters={"slope": 1, "near": "1/8"},
)

_WIDTH = 4096
_LIMITS = {
    sp.Rational(3, 5): (sp.Rational("0.563932"), sp.Rational("0.598080")),
    sp.Rational(-1, 2): (sp.Rational("-0.465704"), sp.Rational("-0.484500")),
}
"""rho, with f(rho) = asin(2 rho/3)/asin(2/3) and rho f'(rho), to six digits."""


@simulated.states
def simulated_statement(slope, near):
    return tuple(
        forall(
            holds=le("9/10", mean_of("tangent_within", "erf", _WIDTH, 1, rho, nngp_ + slope * moved, near)),
            label=f"rho = {rho}",
        )
        for rho, (nngp_, moved) in _LIMITS.items()
    )


@simulated.proves
def simulated_proof(prove, goals, slope, near):
    """512 networks for each correlation, with their gradients by backpropagation."""
    return prove.simulate_each(goals, seed=8, samples=2**9)


simulated.mutant("without the slope", slope=0)
simulated.mutant("within 1/256", near="1/256")
