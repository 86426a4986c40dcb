"""B42: without biases the kernels of ReLU for every weight variance are those for 2, times a power.

The recursion for inputs of variance q with correlation c, in full: q(l), S(l) = K^(l)(x, x'), P(l) = Theta^(l)(x, x),
T(l) = Theta^(l)(x, x'), with Theta^(0) = 0; E[phi(u) phi(v)] = sqrt(K_aa K_bb) h/2 for ReLU."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import sympy as sp

from deepcond_sym.proof import (
    RELU,
    Claim,
    Instance,
    Proof,
    Sequence,
    Step,
    at,
    dual,
    dual_slope,
    eq,
    fact,
    forall,
    interval,
    iterate,
    lt,
)  # fmt: skip
from deepcond_sym.proof.tactics.inductive import inductive
from deepcond_sym.proof.tactics.lemma import lemma
from proofs_checks.starnaud2025.setting import h, h_slope

from .setting import c, correlation, l, layers
from .setting import tangent as p_ab

w, v, y = sp.symbols("w v y", real=True)
weight, first = interval(w, 0, sp.oo, "("), interval(v, 0, sp.oo, "(")


class Kernels:
    """The kernels without biases for one weight variance, and what is shown of them."""

    def __init__(self, weight_variance: Any, mark: str = "") -> None:
        names = [f"{letter}{mark}" for letter in "qSPT"]
        q, S, P, T = (sp.Function(name, real=True)(l) for name in names)
        a = sp.S(weight_variance) / 2
        steps = (
            (v, a * q), (v * c, a * q * h(S / q)), (sp.S.Zero, a * P + q.func(l + 1)),
            (sp.S.Zero, a * h_slope(S / q) * T + S.func(l + 1)),
        )  # fmt: skip
        self.sequences = tuple(Sequence(name, l, 0, *step) for name, step in zip(names, steps, strict=True))
        self.q, self.S, self.P, self.T = self.sequences
        self.a, self.scale = a, v * a**l
        variables = (weight, first) if a.has(w) else (first,)
        self.frame = forall(
            layers, correlation, *variables, family=RELU, sequences=(*self.sequences, p_ab), holds=eq(0, 0)
        )

    def variance(self, prove: Proof) -> Step:
        """q(l) = q (w/2)^l."""
        variables = (v_ for v_ in self.frame.variables if v_.symbol != c)
        return prove.closed_form(forall(*variables, sequences=[self.q], holds=eq(self.q(l), self.scale)))

    def positive(self, prove: Proof) -> Step:
        """0 < q(l)."""
        grown = prove.polynomial(lt(0, self.a * y), *(weight,) * self.a.has(w), interval(y, 0, sp.oo, "("))
        return inductive(
            prove, self.frame.conclude(lt(0, self.q(l))), l,
            lambda base: prove.chain(base, prove.polynomial(lt(0, v), first), prove.folded(base, self.q(0), self.q(0))),
            lambda step: prove.chain(
                step, at(grown, {y: self.q(l)}), prove.folded(step, self.q(l + 1), self.q(l + 1))
            ),
        )  # fmt: skip

    def _layer(self, prove: Proof, member: Sequence, value: sp.Expr, call: sp.Expr) -> Step:
        """member(l + 1) = value, which is written in y = S(l)/q(l) and the call of the dual (or its slope) at y."""
        goal = replace(
            self.frame, variables=(*self.frame.variables, interval(y, -1, 1)),
            given=(eq(self.S(l), y * self.q(l)), lt(0, self.q(l))), conclusion=eq(member(l + 1), value),
        )  # fmt: skip
        return prove.identity(goal, [["unfold", member(l + 1)], ["unfold", call], ["given", 0]])

    def covariance(self, prove: Proof) -> Step:
        """S(l) = q(l) c^(l)."""
        reached, q, S = iterate(l, c), self.q, self.S
        goal = self.frame.conclude(eq(S(l), q(l) * reached))
        layer = self._layer(prove, S, self.a * q(l) * dual(y), dual(y))
        return inductive(
            prove, goal, l,
            lambda base: prove.identity(base, unfold=[S(0), q(0), iterate(0, c)]),
            lambda step: prove.chain(
                step, fact(self.positive(prove)), fact(prove.bounded(), {"r": c, "L": l}), at(layer, {y: reached}),
                prove.folded(step, step.conclusion.rhs, q(l + 1), iterate(l + 1, c)),
            ),
        )  # fmt: skip

    def tangent(self, prove: Proof) -> Step:
        """T(l) = q(l) p_ab(l)."""
        reached, q, S, T = iterate(l, c), self.q, self.S, self.T
        goal, known = self.frame.conclude(eq(T(l), q(l) * p_ab(l))), self.covariance(prove)
        layer = self._layer(prove, T, self.a * dual_slope(y) * T(l) + S(l + 1), dual_slope(y))
        whole = self.a * dual_slope(reached) * T(l) + S(l + 1)
        return inductive(
            prove, goal, l,
            lambda base: prove.identity(base, unfold=[T(0), p_ab(0)]),
            lambda step: prove.chain(
                step, fact(self.positive(prove)), fact(prove.bounded(), {"r": c, "L": l}), fact(known),
                at(layer, {y: reached}),
                prove.identity(
                    step.conclude(eq(whole, step.conclusion.rhs)),
                    [["given", 0], ["use", known, {l: l + 1}], ["unfold", q(l + 1)], ["unfold", p_ab(l + 1)]],
                ),
            ),
        )  # fmt: skip

    def diagonal(self, prove: Proof) -> Step:
        """P(l) = l q(l)."""
        goal = self.frame.conclude(eq(self.P(l), l * self.q(l)))
        return inductive(
            prove, goal, l,
            lambda base: prove.identity(base, unfold=[self.P(0)]),
            lambda step: prove.identity(
                step, [["unfold", self.P(l + 1)], ["given", 0], ["unfold", self.q(l + 1)]]
            ),
        )  # fmt: skip


any_weight, critical = Kernels(w), Kernels(2, "_2")
both = replace(any_weight.frame, sequences=(*any_weight.sequences, *critical.sequences, p_ab))


def _equal(prove: Proof, left: Any, right: Any, shown: str, *kernels: Kernels) -> Step:
    """An equality by what these kernels are."""
    uses = [["use", getattr(of, part)(prove), {}] for part in (shown, "variance") for of in kernels]
    return prove.identity(both.conclude(eq(left, right)), uses)


@lemma("covariances without biases for two weight variances")
def covariances(prove: Proof) -> Step:
    """S = (w/2)^l S_2."""
    here, there = any_weight, critical
    return _equal(prove, here.S(l), (w / 2) ** l * there.S(l), "covariance", here, there)


@lemma("tangent kernels without biases for two weight variances")
def tangents(prove: Proof) -> Step:
    """T = (w/2)^l T_2."""
    here, there = any_weight, critical
    return _equal(prove, here.T(l), (w / 2) ** l * there.T(l), "tangent", here, there)


@lemma("tangent kernels without biases on the diagonal")
def diagonals(prove: Proof) -> Step:
    """P = l q^(0) (w/2)^l."""
    return _equal(prove, any_weight.P(l), l * v * (w / 2) ** l, "diagonal", any_weight)


claim = Claim(
    "xiao2020/B42",
    title="ReLU without biases: every weight variance gives the kernels for 2, times a power",
    source="derived: ReLU without biases",
    printed=r"\sigma_b=0:\quad K^{(l)}=\Big(\frac{\sigma_w^2}2\Big)^lK^{(l)}_{\sigma_w^2=2},\qquad\Theta^{(l)}=\Big("
    r"\frac{\sigma_w^2}2\Big)^l\Theta^{(l)}_{\sigma_w^2=2}\qquad\text{for every }l\ge0",
    note=r"For every $\sigma_w^2>0$, every variance $q^{(0)}$ of the inputs and every correlation; on the diagonal"
    r" $\Theta^{(l)}(x,x)=l\,q^{(0)}(\sigma_w^2/2)^l$. So $\kappa$ and its limit $\frac{m+3}3$ (xiao2020/B40-kappa)"
    r" are the same for every $\sigma_w$. Convention: $\Theta^{(0)}=0$; $S$ and $T$ are the entries off the diagonal.",
    beside=("xiao2020/B40-kappa", "starnaud2025/LT1"),
    parameters={"power": l, "tangent_power": l},
    witnesses=tuple(
        (part, Instance({l: Fraction(2), c: Fraction(1, 2), w: Fraction(3), v: Fraction(1)})) for part in (0, 1)
    ),
)


@claim.states
def statement(power, tangent_power):
    here, there = any_weight, critical
    return (
        replace(both, conclusion=eq(here.S(l), (w / 2) ** power * there.S(l)), label="NNGP"),
        replace(both, conclusion=eq(here.T(l), (w / 2) ** tangent_power * there.T(l)), label="NTK"),
        replace(both, conclusion=eq(here.P(l), l * v * (w / 2) ** l), label="NTK, diagonal"),
    )


@claim.proves
def proof(prove, goal, power, tangent_power):
    """By induction S = q c^(l) and T = q p_ab^(l), for K first and then for Theta: h is homogeneous."""
    shown = covariances, tangents, diagonals
    return [prove.chain(part, step(prove)) for part, step in zip(goal, shown, strict=True)]


claim.mutant("one factor more", power=l + 1)
claim.mutant("one factor less in the tangent kernel", tangent_power=l - 1)
