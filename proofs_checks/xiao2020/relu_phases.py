"""ReLU has no chaotic phase: wherever its variance map has a fixed point, chi_1 = sigma_w^2/2 is at most 1.

The variance map of ReLU is q -> sigma_w^2 q/2 + sigma_b^2, and chi_1 = sigma_w^2/2 f'(1) for its dual activation f."""

from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import (
    RELU,
    Claim,
    Instance,
    Proof,
    Sequence,
    Step,
    dual_slope,
    eq,
    fact,
    forall,
    interval,
    le,
    lt,
)  # fmt: skip
from deepcond_sym.proof.tactics.inductive import inductive
from deepcond_sym.proof.tactics.lemma import lemma
from deepcond_sym.proof.tactics.power_gaps import adds

from .setting import l, layers

w, b, q, v = sp.symbols("w b q v", real=True)
weight, bias, variance = interval(w, 0, sp.oo, "("), interval(b, 0, sp.oo), interval(q, 0, sp.oo, "(")
large, first = interval(w, 2, sp.oo, "("), interval(v, 0, sp.oo, "(")
fixed = eq(b, q - w * q / 2)
"""q = sigma_w^2 q/2 + sigma_b^2."""

variances = Sequence("q", l, 0, v, w / 2 * sp.Function("q", real=True)(l) + b)
drift = Sequence("q", l, 0, v, sp.Function("q", real=True)(l) + b)


@lemma("variances of ReLU grow geometrically for large weights")
def grows(prove: Proof) -> Step:
    """v (w/2)^l <= q(l)."""
    goal = forall(layers, large, bias, first, sequences=[variances], holds=le(v * (w / 2) ** l, variances(l)))
    signs = [fact(prove.polynomial(le(0, term), large, bias)) for term in (w / 2, b)]
    return inductive(
        prove, goal, l,
        lambda base: prove.chain(base, prove.folded(base, variances(0), variances(0))),
        lambda step: prove.chain(
            step, *signs, adds(prove, v * (w / 2) ** (l + 1), w / 2, variances(l) - v * (w / 2) ** l),
            adds(prove, w / 2 * variances(l), b),
            prove.folded(step, variances(l + 1), variances(l + 1)),
        ),
    )  # fmt: skip


claim = Claim(
    "xiao2020/relu-phases",
    title="ReLU has no chaotic phase",
    source="derived: ReLU's variance map",
    printed=r"q^*=\tfrac{\sigma_w^2}2q^*+\sigma_b^2,\ 0<q^*<\infty\implies\chi_1=\tfrac{\sigma_w^2}2\le1,"
    r"\ \text{with}\ <\text{ where }\sigma_b>0;\qquad q^{(l)}\to\infty\text{ for }\sigma_w^2>2\text{, and for"
    r" }\sigma_w^2=2,\ \sigma_b>0",
    note=r"For all $\sigma_w^2>0$ and $\sigma_b^2\ge0$. Where $\sigma_w^2>2$ there is no finite $q^*$, so that the"
    r" phases of the paper do not apply; what happens there is xiao2020/B42-bias. The ordered phase is xiao2020/B41,"
    r" the critical point $(2,0)$ is xiao2020/B40.",
    beside=("xiao2020/B41",),
    parameters={"most": 1, "bias": bias, "power": l},
    witnesses=(
        (0, Instance({w: Fraction(2), b: Fraction(0), q: Fraction(1)})),
        (0, Instance({w: Fraction(3), b: Fraction(-1), q: Fraction(2)})),
        (2, Instance({w: Fraction(3), b: Fraction(0), v: Fraction(1), l: Fraction(1)})),
    ),
)


@claim.states
def statement(most, bias, power):
    chi = w / 2 * dual_slope(1)
    positive = interval(b, 0, sp.oo, "(")
    frame = forall(weight, bias, variance, given=[fixed], family=RELU, holds=le(chi, most), label="chi_1")
    return (
        frame,
        forall(weight, positive, variance, given=[fixed], family=RELU, holds=lt(chi, 1), label="chi_1 with a bias"),
        forall(
            layers, large, bias, first, sequences=[variances], holds=le(v * (w / 2) ** power, variances(l)),
            label="large weights",
        ),
        forall(layers, bias, first, sequences=[drift], holds=eq(drift(l), v + b * l), label="weights of 2"),
    )  # fmt: skip


@claim.proves
def proof(prove, goal, most, bias, power):
    """f'(1) = 1, and sigma_w^2/2 = 1 - sigma_b^2/q* at a fixed point; beyond, geometric growth by induction."""
    slope, strictly, large_weights, two = goal
    less = prove.polynomial(le(1 - b / q, 1), bias, variance)
    strict = prove.polynomial(lt(1 - b / q, 1), interval(b, 0, sp.oo, "("), variance)

    def at_fixed_point(part, last):
        same = part.conclude(eq(part.conclusion.lhs, 1 - b / q))
        return prove.chain(part, prove.identity(same, [["unfold", dual_slope(1)], ["given", 0]]), last)

    return [
        at_fixed_point(slope, less), at_fixed_point(strictly, strict), prove.chain(large_weights, grows(prove)),
        prove.closed_form(two),
    ]  # fmt: skip


claim.mutant("0.99 in place of 1", most=sp.Rational(99, 100))
claim.mutant("any number for the variance of the bias", bias=interval(b, -sp.oo, sp.oo))
claim.mutant("one layer more", power=l + 1)
