"""Activations of which only E[sigma^2] = 1 is known: notation, and what one layer does around a fixed point.

The paper's mu-tilde = 1 - a_0^2 - a_1^2 is 1 - dual(0) - dual_slope(0); b is the paper's fixed point rho-bar, dual(b) =
b. That it is the smallest one matters at b = 1 only: there is at most one in [0, 1) (Lemma 33)."""

import sympy as sp

from deepcond_sym.proof import (
    UNCENTRED,
    Family,
    Proof,
    Statement,
    Step,
    at,
    dual,
    dual_slope,
    eq,
    fact,
    forall,
    interval,
    le,
    lt,
)  # fmt: skip
from deepcond_sym.proof.tactics import power_gaps
from deepcond_sym.proof.tactics.lemma import lemma
from deepcond_sym.proof.tactics.power_gaps import adds, b, limit, r, share, towards_one, unit_b, x
from deepcond_sym.symbols import rho

from .setting import half

NON_AFFINE = Family("every non-affine activation with E[sigma^2] = 1", unit=True, centred=False, nonlinear=True)

curvature = 1 - dual(0) - dual_slope(0)
"""The paper's mu-tilde, the weight of all powers from the square on."""

below_one = interval(b, 0, 1, ")")
fixed = eq(dual(b), b)
unit_rho = interval(rho, 0, 1)
middle = (1 + b) / 2

rate = 1 - curvature * (1 - b) / 2
"""Factor by which the paper lets |rho - b| shrink once rho is below (1 + b)/2."""

escape = 1 + curvature * (1 - b) / 2
"""Factor by which the paper lets 1 - rho grow while rho is above (1 + b)/2."""

m = sp.Symbol("m", real=True)
_unit_m = interval(m, 0, 1)


def below(prove: Proof, premise: Step) -> Step:
    """What holds for b in [0, 1], for b in [0, 1) only, where every dual activation has a slope."""
    shown = premise.conclusion
    variables = tuple(below_one if v == unit_b else v for v in shown.variables)
    return prove.chain(Statement(shown.conclusion, variables, shown.given), premise)


@lemma("the coefficient of non-linearity is at least 0")
def non_negative_curvature(prove: Proof) -> Step:
    """0 <= mu-tilde."""
    return prove.vertices(forall(family=UNCENTRED, holds=le(0, curvature)))


@lemma("the coefficient of non-linearity is at most 1")
def curvature_at_most_one(prove: Proof) -> Step:
    """mu-tilde <= 1."""
    return prove.vertices(forall(family=UNCENTRED, holds=le(curvature, 1)))


@lemma("dual activations grow")
def grows(prove: Proof) -> Step:
    """dual(x) <= dual(y) for 0 <= x <= y <= 1."""
    box = interval(x, 0, 1), interval(power_gaps.y, 0, 1)
    goal = forall(*box, given=[le(x, power_gaps.y)], family=UNCENTRED, holds=le(dual(x), dual(power_gaps.y)))
    return prove.vertices(goal, 1, power_gaps.power_grows(prove))


@lemma("dual activations grow strictly")
def strictly_grows(prove: Proof) -> Step:
    """dual(b) < dual(r) for 0 <= b < r <= 1, unless the activation is affine."""
    box = unit_b, power_gaps.unit_r
    first = prove.chain(forall(*box, given=[lt(b, r)], holds=le(b, r)), adds(prove, b, r - b))
    goal = forall(*box, given=[lt(b, r)], family=NON_AFFINE, holds=lt(dual(b), dual(r)))
    return prove.vertices(goal, 2, first, power_gaps.strictly_grows(prove))


def _slope_bound(prove: Proof, premise: Step) -> Step:
    shown = premise.conclusion
    goal = forall(
        *shown.variables[:3], given=shown.given, family=UNCENTRED,
        holds=le(abs(dual(x) - dual(b)), dual_slope(b) * limit),
    )  # fmt: skip
    return prove.vertices(goal, 1, premise)


@lemma("differences of dual activations by the slope")
def slope_bound(prove: Proof) -> Step:
    """|dual(x) - dual(b)| <= dual_slope(b) T for |x| <= b and |x - b| <= T; b may be 1."""
    return _slope_bound(prove, power_gaps.slope_bound(prove))


@lemma("differences of dual activations by the slope below 1")
def slope_bound_below_one(prove: Proof) -> Step:
    """|dual(x) - dual(b)| <= dual_slope(b) T for |x| <= b < 1 and |x - b| <= T."""
    return _slope_bound(prove, below(prove, power_gaps.slope_bound(prove)))


@lemma("differences of dual activations by a larger difference")
def contraction(prove: Proof) -> Step:
    """|dual(x) - dual(b)| <= T (dual(r) - dual(b))/(r - b) for |x| <= r, b < r and |x - b| <= T."""
    premise = power_gaps.contraction(prove)
    shown = premise.conclusion
    goal = forall(
        *shown.variables[:4], given=shown.given, family=UNCENTRED,
        holds=le(abs(dual(x) - dual(b)), limit * (dual(r) - dual(b)) / (r - b)),
    )  # fmt: skip
    return prove.vertices(goal, 1, premise)


@lemma("dual activations below the chord to 1")
def chord_gap(prove: Proof) -> Step:
    """mu-tilde l (1 - l) (1 - b)^2 <= l + (1 - l) dual(b) - dual(l + (1 - l) b)."""
    least = curvature * share * (1 - share) * (1 - b) ** 2
    gap = share + (1 - share) * dual(b) - dual(towards_one)
    goal = forall(unit_b, power_gaps.unit_share, family=UNCENTRED, holds=le(least, gap))
    return prove.vertices(goal, 2, power_gaps.chord_gap(prove))


@lemma("dual activations below a parabola through the chord")
def chord_majorant(prove: Proof) -> Step:
    """dual(l + (1 - l) b) - dual(b) <= dual_slope(b) (1 - b) l (1 - l) + l^2 (1 - dual(b))."""
    above = dual_slope(b) * (1 - b) * share * (1 - share) + share**2 * (1 - dual(b))
    goal = forall(
        below_one, power_gaps.unit_share, family=UNCENTRED, holds=le(dual(towards_one) - dual(b), above)
    )
    return prove.vertices(goal, 1, below(prove, power_gaps.chord_majorant(prove)))


@lemma("the tangent at 1")
def tangent_gap(prove: Proof) -> Step:
    """mu-tilde (1 - b)^2 <= 1 - dual(b) - (1 - b) dual_slope(b)."""
    gap = 1 - dual(b) - (1 - b) * dual_slope(b)
    goal = forall(below_one, family=UNCENTRED, holds=le(curvature * (1 - b) ** 2, gap))
    return prove.vertices(goal, 2, below(prove, power_gaps.tangent_gap(prove)))


@lemma("the gap beyond a fixed point")
def gap_at_fixed_point(prove: Proof) -> Step:
    """mu-tilde l (1 - l) (1 - b)^2 <= rho_l - dual(rho_l) for rho_l = l + (1 - l) b and a fixed point b (Lemma 33)."""
    least = curvature * share * (1 - share) * (1 - b) ** 2
    goal = forall(
        unit_b, power_gaps.unit_share, given=[fixed], family=UNCENTRED,
        holds=le(least, towards_one - dual(towards_one)),
    )  # fmt: skip
    chord = share + (1 - share) * dual(b) - dual(towards_one)
    return prove.chain(goal, chord_gap(prove), at_fixed_point(prove, goal, chord))


@lemma("the gap beyond a fixed point, in rho")
def gap(prove: Proof) -> Step:
    """mu-tilde (rho - b) (1 - rho) <= rho - dual(rho) for a fixed point b < 1 and b <= rho <= 1."""
    part = (rho - b) / (1 - b)
    point = towards_one.subs(share, part)
    goal = forall(
        below_one, unit_rho, given=[fixed, le(b, rho)], family=UNCENTRED,
        holds=le(curvature * (rho - b) * (1 - rho), rho - dual(rho)),
    )  # fmt: skip
    same = prove.identity(forall(below_one, unit_rho, holds=eq(point, rho)))
    moved = prove.identity(goal.conclude(eq(point - dual(point), rho - dual(rho))), [["use", same, {}]])
    positive = prove.polynomial(le(0, limit / (1 - b)), below_one, interval(limit, 0, sp.oo))
    return prove.chain(goal, fact(positive, {limit: rho - b}), at(gap_at_fixed_point(prove), {share: part}), moved)


def at_fixed_point(prove: Proof, frame, whole: sp.Expr, *, back: bool = False) -> Step:
    """The term = the same with b for dual(b); `back` turns the equality round."""
    place = frame.given.index(fixed)
    plain = whole.xreplace({dual(b): b})
    return prove.identity(frame.conclude(eq(plain, whole) if back else eq(whole, plain)), [["given", place]])


@lemma("above a fixed point stays above")
def above_fixed_point(prove: Proof) -> Step:
    """b <= dual(rho) for a fixed point b and b <= rho <= 1."""
    goal = forall(unit_b, unit_rho, given=[fixed, le(b, rho)], family=UNCENTRED, holds=le(b, dual(rho)))
    return prove.chain(goal, at_fixed_point(prove, goal, dual(b), back=True), at(grows(prove), {x: b, "y": rho}))


@lemma("the rate lies in [0, 1]")
def rate_in_unit(prove: Proof) -> Step:
    """|1 - mu-tilde (1 - b)/2 - 1/2| <= 1/2."""
    goal = forall(unit_b, family=UNCENTRED, holds=le(abs(rate - half), half))
    known = fact(non_negative_curvature(prove)), fact(curvature_at_most_one(prove))
    low, high = (
        prove.polynomial(le(sign * (half - m * (1 - b) / 2), half), unit_b, _unit_m) for sign in (-1, 1)
    )
    sides = [
        prove.chain(goal.conclude(le(sp.expand(sign * (rate - half)), half)), *known, at(shown, {m: curvature}))
        for sign, shown in ((1, high), (-1, low))
    ]
    return prove.absolute_value(goal, *sides)


@lemma("leaving 1")
def escapes(prove: Proof) -> Step:
    """dual(rho) <= rho - mu-tilde (1 - b) (1 - rho)/2 for a fixed point b < 1 and (1 + b)/2 <= rho (Lemma 35, i)."""
    goal = forall(
        below_one, unit_rho, given=[fixed, le(middle, rho)], family=UNCENTRED,
        holds=le(dual(rho), rho - curvature / 2 * (1 - b) * (1 - rho)),
    )  # fmt: skip
    beyond = prove.polynomial(le(b, middle + m), below_one, interval(m, 0, sp.oo))
    return prove.chain(
        goal, fact(non_negative_curvature(prove)), fact(beyond, {m: rho - middle}), fact(gap(prove)),
        adds(prove, dual(rho), rho - dual(rho) - curvature * (rho - b) * (1 - rho)),
        adds(prove, rho - curvature * (rho - b) * (1 - rho), curvature, 1 - rho, rho - middle),
    )  # fmt: skip


@lemma("closing in from above")
def declines(prove: Proof) -> Step:
    """dual(rho) - b <= (1 - mu-tilde (1 - b)/2) (rho - b) for a fixed point b < 1 and b <= rho <= (1 + b)/2."""
    goal = forall(
        below_one, unit_rho, given=[fixed, le(b, rho), le(rho, middle)], family=UNCENTRED,
        holds=le(dual(rho) - b, rate * (rho - b)),
    )  # fmt: skip
    reached = (rho - b) * (1 - curvature * (1 - rho))
    return prove.chain(
        goal, fact(non_negative_curvature(prove)), fact(gap(prove)),
        adds(prove, dual(rho) - b, rho - dual(rho) - curvature * (rho - b) * (1 - rho)),
        adds(prove, reached, curvature, rho - b, middle - rho),
    )  # fmt: skip


@lemma("the slope at a fixed point")
def slope_at_fixed_point(prove: Proof) -> Step:
    """dual_slope(b) <= 1 - mu-tilde (1 - b) for a fixed point b < 1."""
    goal = forall(below_one, given=[fixed], family=UNCENTRED, holds=le(dual_slope(b), 1 - curvature * (1 - b)))
    left = curvature * (1 - b) ** 2
    scaled = prove.chain(
        goal.conclude(le(left, 1 - b - (1 - b) * dual_slope(b))), tangent_gap(prove),
        at_fixed_point(prove, goal, 1 - dual(b) - (1 - b) * dual_slope(b)),
    )  # fmt: skip
    positive = prove.polynomial(le(0, 1 / (1 - b)), below_one)
    return prove.chain(
        goal, fact(scaled), fact(positive),
        adds(prove, dual_slope(b), 1 / (1 - b), 1 - b - (1 - b) * dual_slope(b) - left),
    )  # fmt: skip


@lemma("slopes are at least 0")
def non_negative_slope(prove: Proof) -> Step:
    """0 <= dual_slope(b)."""
    i, from_one = power_gaps.i, power_gaps.from_one
    product = prove.polynomial(le(0, m * limit), interval(m, 0, sp.oo), interval(limit, 0, sp.oo))
    power = prove.chain(
        forall(below_one, from_one, holds=le(0, i * b ** (i - 1))),
        fact(prove.power("non-negative", b, i - 1, unit_b, from_one)), at(product, {m: i, limit: b ** (i - 1)}),
    )  # fmt: skip
    return prove.vertices(forall(below_one, family=UNCENTRED, holds=le(0, dual_slope(b))), 1, power)


@lemma("the slope at a fixed point is at most 1")
def slope_at_most_one(prove: Proof) -> Step:
    """dual_slope(b) <= 1 for a fixed point b < 1."""
    goal = forall(below_one, given=[fixed], family=UNCENTRED, holds=le(dual_slope(b), 1))
    return prove.chain(
        goal, fact(non_negative_curvature(prove)), slope_at_fixed_point(prove),
        adds(prove, 1 - curvature * (1 - b), curvature, 1 - b),
    )  # fmt: skip


@lemma("the slope at a fixed point is at most the rate")
def slope_below_rate(prove: Proof) -> Step:
    """dual_slope(b) <= 1 - mu-tilde (1 - b)/2 for a fixed point b < 1."""
    goal = forall(below_one, given=[fixed], family=UNCENTRED, holds=le(dual_slope(b), rate))
    return prove.chain(
        goal, fact(non_negative_curvature(prove)), slope_at_fixed_point(prove),
        adds(prove, 1 - curvature * (1 - b), half, curvature, 1 - b),
    )  # fmt: skip


@lemma("the coefficient of non-linearity is positive")
def positive_curvature(prove: Proof) -> Step:
    """0 < mu-tilde, unless the activation is affine."""
    return prove.vertices(forall(family=NON_AFFINE, holds=lt(0, curvature)))
