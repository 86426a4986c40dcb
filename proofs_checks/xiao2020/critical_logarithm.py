"""B57: on the whole critical line of erf, 1/gamma and p_ab have a logarithm of the depth in them, with the factors
kappa' A and kappa'/3 < -1/3."""

from dataclasses import replace
from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import Claim, Instance, Proof, Step, at, fact, forall, interval, le, lt
from deepcond_sym.proof.tactics.lemma import lemma
from deepcond_sym.proof.tactics.power_gaps import adds

from .critical_depth import frame, gain, gap, kernel, law, layer, loss, once, scale, start, third
from .critical_expansion import (
    about_logarithm,
    inverse_at_least,
    inverse_at_most,
    inverse_high,
    inverse_low,
    log,
    per_log,
)  # fmt: skip
from .critical_gaps import about_inverse, constants, inverse
from .critical_map import ratio, t
from .critical_tangent import above, at_least, at_most, middle, start_offset
from .setting import l

slope = scale * per_log
"""|kappa'|/3."""

kernel_low = scale * inverse_low - start_offset
kernel_high = scale * inverse_high + above
"""p_ab is l/3 - |kappa'|/3 log(l), up to a term between these."""

bend = third + loss * gain
"""M_2."""


@lemma("an entry of the tangent kernel on the critical line with its logarithm, from above")
def kernel_at_most(prove: Proof) -> Step:
    """p_ab <= l/3 - |kappa'|/3 log(l) + what does not depend on l."""
    high = gain * l - per_log * log + inverse_high
    return prove.chain(
        once.conclude(le(kernel(), l / 3 - slope * log + kernel_high)), *about_logarithm(prove),
        fact(inverse_at_most(prove)), at(at_most(prove), {}), adds(prove, middle() + above, scale, high - inverse()),
    )  # fmt: skip


@lemma("an entry of the tangent kernel on the critical line with its logarithm, from below")
def kernel_at_least(prove: Proof) -> Step:
    """l/3 - |kappa'|/3 log(l) + what does not depend on l <= p_ab."""
    low, bound = gain * l - per_log * log + inverse_low, l / 3 - slope * log + kernel_low
    return prove.chain(
        once.conclude(le(bound, kernel())), *about_logarithm(prove), fact(inverse_at_least(prove)),
        adds(prove, bound, scale, inverse() - low), at(at_least(prove), {}),
    )  # fmt: skip


@lemma("what a layer adds to the inverse gap, to the second order")
def sharper_gain(prove: Proof) -> Step:
    """|1/gamma_(l+1) - 1/gamma_l - A + |kappa'| A^2 gamma_l| <= M_2 gamma_l^2."""
    goal = frame.conclude(le(sp.Abs(layer().gained - gain + loss * gap()), bend * gap() ** 2))
    before, after, gained = gap(), gap(l + 1), layer().gained
    known = [
        *constants(prove), *about_inverse(prove, l, l + 1), fact(law(prove, "gains")), fact(law(prove, "gains nearly")),
        fact(law(prove, "gains third")), fact(law(prove, "shrinks")), *_positive(prove),
    ]  # fmt: skip
    # SymPy may have turned the sign inside of |x|
    inside, excess = goal.conclusion.lhs.args[0], gained - gain + loss * before
    excess = inside if sp.expand(inside - excess) == 0 else -inside
    upper = prove.chain(
        goal.conclude(le(excess, bend * before**2)), *known,
        adds(prove, excess, gain - loss * after + third * after**2 - gained),
        adds(prove, loss * (before - after) + third * after**2, loss, gain - gained, after * before),
        adds(prove, loss * gain * after * before + third * after**2, loss * gain, before, before - after),
        adds(prove, loss * gain * before**2 + third * after**2, third, before - after, before + after),
    )  # fmt: skip
    lower = prove.chain(
        goal.conclude(le(-excess, bend * before**2)), *known,
        adds(prove, -excess, gained - gain + loss * after), adds(prove, -loss * (before - after), loss, before - after),
        adds(prove, sp.S.Zero, bend, before, before),
    )  # fmt: skip
    return prove.absolute_value(goal, upper, lower)


def _positive(prove: Proof) -> list:
    """0 < |kappa'| A^3, M_2 and the products and sums of both gaps."""
    x, y = sp.symbols("_x _y", real=True)
    box = interval(x, 0, sp.oo, "("), interval(y, 0, sp.oo, "(")
    pairs = [prove.polynomial(lt(0, term), *box) for term in (x * y, x + y)]
    return [
        *(fact(prove.polynomial(lt(0, c), ratio)) for c in (loss * gain, bend)),
        *(fact(step, {x: gap(), y: gap(l + 1)}) for step in pairs),
    ]  # fmt: skip


claim = Claim(
    "xiao2020/B57",
    title="The O(1) corrections are false on the whole critical line of erf: there is a logarithm of the depth",
    source="derived here",
    printed=r"\kappa'=-\tfrac13\big(1+\tfrac2{t^2}\big)<-1,\quad\Big|\frac1{\gamma_{l+1}}-\frac1{\gamma_l}-A-\kappa'A^2"
    r"\gamma_l\Big|\le M_2\gamma_l^2,\quad\frac1{\gamma_l}=Al+\kappa'A\log l+O(1),\quad"
    r"\frac{p^{(l)}_{ab}}{q^*}=\frac l3+\frac{\kappa'}3\log l+O(1)",
    note=r"For every bias variance, every $\gamma_0\in(0,1]$ and every $l\ge1$, with explicit constants;"
    r" $t=\frac{2q^*}{1+2q^*}$, $k^2=\frac{1-t^2}{t^2}$, $A=\frac1{2k^2}$, $K=|\kappa'|$, $\frac1b=3k^2+1$,"
    r" $M_2=\frac{1+k^2}{8k^6}+KA^3$. With $v=\frac1{\gamma_0}+KA\log\frac1{\gamma_0}$ and"
    r" $N=\frac{1+k^2}{8k^6}+KA^3(1+A)$: $\frac1{\gamma_l}-Al+KA\log l$ lies between"
    r" $v-\frac{K^2A^3}b\gamma_0-KA\log(\frac1{\gamma_0}+A)$ and $v+\frac Nb\gamma_0+KA\log\frac1b$;"
    r" $\frac{p_{ab}}{q^*}-\frac l3+\frac K3\log l$ lies between $\frac1{3A}$ times the first less"
    r" $\frac1{3A\gamma_0}+\frac49k^2$, and $\frac1{3A}$ times the second plus $\frac76$. The increment of"
    r" $\frac1\gamma+KA\log\frac1\gamma$ is $A$ up to a multiple of $\gamma_{l+1}^2$, and"
    r" $b\gamma_{l+1}^2\le\gamma_l-\gamma_{l+1}$, whose sum is less than $\gamma_0$.",
    beside=("xiao2020/B51", "xiao2020/B51-entries"),
    parameters={"factor": slope, "inverse_factor": per_log, "bend": bend, "edge": -1},
    witnesses=(
        (0, Instance({t: Fraction(1, 2)})),
        (0, Instance({t: Fraction(99, 100)})),
        (1, Instance({t: Fraction(99, 100), start: Fraction(999, 1000), l: Fraction(0)})),
        (2, Instance({t: Fraction(99, 100), start: Fraction(0), l: Fraction(1)})),
        (4, Instance({t: Fraction(1, 5), start: Fraction(0), l: Fraction(1000)})),
        (5, Instance({t: Fraction(1, 5), start: Fraction(0), l: Fraction(1000)})),
    ),
)  # fmt: skip


@claim.states
def statement(factor, inverse_factor, bend, edge):
    turned, rest = gain * l - inverse_factor * log, l / 3 - factor * log
    second = sp.Abs(layer().gained - gain + loss * gap())
    return (
        forall(ratio, holds=lt(-(1 + 2 / t**2) / 3, edge), label="kappa'"),
        replace(frame, conclusion=le(second, bend * gap() ** 2), label="increments"),
        replace(once, conclusion=le(inverse_low, inverse() - turned), label="inverse gap, from below"),
        replace(once, conclusion=le(inverse() - turned, inverse_high), label="inverse gap, from above"),
        replace(once, conclusion=le(kernel_low, kernel() - rest), label="tangent kernel, from below"),
        replace(once, conclusion=le(kernel() - rest, kernel_high), label="tangent kernel, from above"),
    )


@claim.proves
def proof(prove, goal, factor, inverse_factor, bend, edge):
    """Telescoping 1/gamma + |kappa'| A log(1/gamma); the cone of B51 for p_ab."""
    edge_, increments, *bounds = goal
    laws = inverse_at_least(prove), inverse_at_most(prove), kernel_at_least(prove), kernel_at_most(prove)
    steps = []
    for part, shown in zip(bounds, laws, strict=True):
        low = part.conclusion.lhs
        exact = shown.conclusion.conclusion
        steps.append(
            prove.chain(
                part, *about_inverse(prove, l), *about_logarithm(prove), fact(shown),
                adds(prove, low, exact.rhs - exact.lhs),
            )
        )  # fmt: skip
    return [prove.polynomial(edge_.conclusion, ratio), prove.chain(increments, at(sharper_gain(prove), {})), *steps]


claim.mutant("kappa' < -2", edge=-2)
claim.mutant("a hundredth of M_2", bend=bend / 100)
claim.mutant("kappa' A log l with twice the factor", inverse_factor=2 * per_log)
claim.mutant("no logarithm in p_ab", factor=0)
claim.mutant("2 kappa'/3 log l", factor=2 * slope)
