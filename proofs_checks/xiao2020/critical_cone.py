"""B51: erf on its critical line: the tangent kernel stays within an explicit constant of 1/(3 A gamma), and the inverse
gap grows by a bounded amount in every layer; for every bias variance and every depth."""

from dataclasses import replace
from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import Claim, Instance, Proof, Step, at, fact, interval, le
from deepcond_sym.proof.tactics.lemma import lemma
from deepcond_sym.proof.tactics.power_gaps import adds

from .critical_depth import about, gain, gap, kernel, law, layer, least, loss, once, start
from .critical_depth import frame as every_depth
from .critical_gaps import about_inverse, constants
from .critical_map import t
from .critical_tangent import above, at_most, below, keeps_above, middle
from .setting import l

offset = sp.Symbol("C_1", real=True)
one = sp.S.One

claim = Claim(
    "xiao2020/B51",
    title="Critical erf: the invariant cone of the tangent kernel, and what a layer adds to the inverse gap",
    source="derived here",
    printed=r"\Big|\frac{p^{(l)}_{ab}}{q^*}-\frac1{3A\gamma_l}\Big|\le C_1:=\max\Big(C,\Big|\frac{p^{(1)}_{ab}}{q^*}"
    r"-\frac1{3A\gamma_1}\Big|\Big),\quad\frac1{\gamma_{l+1}}-\frac1{\gamma_l}\in[b_-,b_+],\quad"
    r"\Big|\frac1{\gamma_{l+1}}-\frac1{\gamma_l}-A\Big|\le M\gamma_l",
    note=r"For every bias variance $\sigma_b^2>0$ at once, every $\gamma_0\in(0,1]$ and all $l\ge1$, with explicit"
    r" constants: with $t=\frac{2q^*}{1+2q^*}$ and $k^2=\frac{1-t^2}{t^2}$, $C=\max(\frac76,\frac{10}9k^2)$,"
    r" $b_-=\frac1{3k^2+1}$, $b_+=A=\frac1{2k^2}$ and $M=|\kappa'|A^2=\frac{3+2k^2}{12k^4}$; $M$ cannot be smaller."
    r" Each $\sigma_b^2>0$ has one such $t\in(0,1)$ (xiao2020/B52). Formally $C_1$ is any number that is at least both"
    r" of the maximum. Start $\Theta^{(0)}=0$. A pair with $c^{(0)}<0$ has $c^{(l)}\ge0$ after finitely many layers"
    r" (note to B5); from there on the bounds hold with that layer for the first.",
    beside=("xiao2020/B51-entries", "xiao2020/B57", "xiao2020/B52"),
    parameters={"high": above, "low": below, "most": gain, "least": least, "bend": loss},
    witnesses=(
        (0, Instance({t: Fraction(99, 100), start: Fraction(0), l: Fraction(30), offset: Fraction(1)})),
        (1, Instance({t: Fraction(1, 2), start: Fraction(99, 100), l: Fraction(0)})),
        (2, Instance({t: Fraction(1, 2), start: Fraction(0), l: Fraction(0)})),
        (3, Instance({t: Fraction(1, 2), start: Fraction(99, 100), l: Fraction(0)})),
    ),
)


@claim.states
def statement(high, low, most, least, bend):
    distance = sp.Abs(kernel() - middle())
    given = le(high, offset), le(low, offset), le(distance.subs(l, 1), offset)
    variables = (*once.variables, interval(offset, 0, sp.oo))
    gained = layer().gained
    return (
        replace(once, variables=variables, given=given, conclusion=le(distance, offset), label="cone"),
        replace(every_depth, conclusion=le(gained, most), label="increments, from above"),
        replace(every_depth, conclusion=le(least, gained), label="increments, from below"),
        replace(every_depth, conclusion=le(sp.Abs(gained - gain), bend * gap()), label="increments near A"),
    )


@lemma("what a layer adds to the inverse gap, near A")
def near_gain(prove: Proof) -> Step:
    """|1/gamma_(l+1) - 1/gamma_l - A| <= |kappa'| A^2 gamma_l."""
    goal = every_depth.conclude(le(sp.Abs(layer().gained - gain), loss * gap()))
    known = [
        *constants(prove), *about(prove, l, l + 1), fact(law(prove, "gains")), fact(law(prove, "gains nearly")),
        fact(law(prove, "shrinks")),
    ]  # fmt: skip
    excess = layer().gained - gain
    upper = prove.chain(
        goal.conclude(le(excess, loss * gap())), *known, adds(prove, excess, gain - layer().gained),
        adds(prove, sp.S.Zero, loss, gap()),
    )  # fmt: skip
    lower = prove.chain(
        goal.conclude(le(-excess, loss * gap())), *known,
        adds(prove, -excess, layer().gained - gain + loss * gap(l + 1)),
        adds(prove, loss * gap(l + 1), loss, gap() - gap(l + 1)),
    )  # fmt: skip
    return prove.absolute_value(goal, upper, lower)


@claim.proves
def proof(prove, goal, high, low, most, least, bend):
    """One layer maps the cone into itself: with k = cot(tau), tau = asin(t), and the difference d of the angles before
    it, all that is said of the layer is rational in k d and d^2 between Taylor polynomials of sine and cosine."""
    cone, upper, lower, near = goal
    sides = [
        prove.chain(
            cone.conclude(le(kernel() - middle(), offset)), *constants(prove), *about_inverse(prove, l),
            fact(at_most(prove)), adds(prove, kernel() - middle(), middle() + above - kernel()),
            adds(prove, above, offset - high),
        ),
        _from_below(prove, cone),
    ]  # fmt: skip
    return [
        prove.absolute_value(cone, *sides), prove.chain(upper, at(law(prove, "gains"), {})),
        prove.chain(lower, at(law(prove, "gains least"), {})), prove.chain(near, at(near_gain(prove), {})),
    ]  # fmt: skip


def _from_below(prove: Proof, cone) -> Step:
    """1/(3 A gamma_l) - C_1 <= p_ab, from the first layer on."""
    goal = cone.conclude(le(middle() - offset, kernel()))
    variables = tuple(v for v in goal.variables if v.symbol != l)
    base = replace(goal, variables=variables, conclusion=goal.conclusion.subs({l: one}))
    reached = kernel(one) - middle(one) + offset
    start_ = prove.chain(base, *about_inverse(prove, one), adds(prove, middle(one) - offset, reached))
    shown = keeps_above(prove, goal, offset, start_, [])
    distance = middle() - kernel()
    return prove.chain(
        cone.conclude(le(distance, offset)), *about_inverse(prove, l), fact(shown),
        adds(prove, distance, offset - distance),
    )  # fmt: skip


claim.mutant("1 in place of 7/6", high=1)
claim.mutant("9/10 A", most=9 * gain / 10)
claim.mutant("A from below", least=gain)
claim.mutant("9/10 of M", bend=9 * loss / 10)
