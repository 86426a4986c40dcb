"""Lemma 58: how likely it is that a Gaussian vector is almost orthogonal to one point and not to the others.

The vector is w = sqrt(1 - theta^2) z x_1 + g, with z and g standard normal and g orthogonal to x_1. We write y for 1/n
and r for sqrt(delta). Given z, w.x_i is normal with variance 1 - (x_1.x_i)^2 >= delta (2 - delta)."""

from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import Claim, Instance, Verdict, forall, interval, le, lt

from .setting import delta

y, r = sp.Symbol("y", real=True), sp.Symbol("r", real=True)
_points = interval(y, 0, "1/2", "(")
_separation = interval(delta, 0, 1, "(")


def within(bound: sp.Expr, variance: sp.Expr) -> sp.Expr:
    """P(|N(0, variance)| <= bound)."""
    return sp.erf(bound / sp.sqrt(2 * variance))


def failure(width: object) -> sp.Expr:
    """P(|N(0, delta (2 - delta))| <= sqrt(delta)/(width n)), written without the common factor sqrt(delta)."""
    return within(y / width, 2 - delta)


printed = Claim(
    "agarwal2021/L58-printed",
    title="How likely one point fails, as the proof of Lemma 58 has it",
    source="proof of Lemma 58, p. 51",
    provenance="paper",
    printed=r"\Pr\big(|w\cdot x_i|\le\tfrac{\sqrt\delta}{4n}\big)\le\tfrac1{8n} \text{ for each } i\ne1",
    expected=Verdict.REFUTED,
    note="Stated given z = 0, with the least variance that the separation allows, delta (2 - delta). At n = 2 and"
    " delta = 1/100 the probability is .0706, and 1/(8 n) is .0625.",
    beside=("agarwal2021/L58",),
    parameters={"share": "1/8", "width": 4},
    witnesses=((0, Instance({y: Fraction(1, 2), delta: Fraction(1, 100)})),),
)


@printed.states
def printed_statement(share, width):
    return forall(_points, _separation, holds=le(failure(width), share * y))


printed.mutant("1/(5 n) in place of 1/(8 n)", share="1/5")
printed.mutant("sqrt(delta)/(8 n) in place of sqrt(delta)/(4 n)", width=8)

claim = Claim(
    "agarwal2021/L58",
    title="A Gaussian vector that is almost orthogonal to one point only",
    source="Lemma 58, p. 51, with its proof repaired",
    provenance="paper",
    printed=r"\Pr\Big(|w\cdot x_1|\le\tfrac{\sqrt\delta}{10n},\ |w\cdot x_i|>\tfrac{\sqrt\delta}{4n}"
    r"\ \forall i\ne1\Big)\ge\tfrac{\sqrt\delta}{50n}",
    note="For n >= 2 and delta in (0, 1]. Given z, w.x_i is normal with variance at least delta (2 - delta), and the"
    " mean that makes |w.x_i| <= h most likely is 0 (textbook: symmetric unimodal densities): so each i fails"
    " with a probability below 1/(5 n), whatever z is, and one of them does with less than 1/5. The first event"
    " depends on z alone, and |w.x_1| <= |z|. The last part multiplies the two.",
    beside=("agarwal2021/L58-printed",),
    parameters={"fails": "1/5", "first": "1/25", "both": "1/50"},
)


@claim.states
def statement(fails, first, both):
    root = interval(r, 0, 1, "(")
    return (
        forall(_points, _separation, holds=lt(failure(4), fails * y), label="each other point"),
        forall(_points, root, holds=lt(first * r * y, within(r * y / 10, sp.S.One)), label="the first point"),
        forall(_points, root, holds=le(both * r * y, first * r * y * (1 - (1 / y - 1) * fails * y)), label="both"),
    )


@claim.proves
def proof(prove, goal, fails, first, both):
    """At y = 0 and at r = 0 both sides vanish; the derivatives there are enclosed."""
    each, near, together = goal
    return [
        prove.ball_box(each.conclusion, *each.variables),
        prove.ball_box(near.conclusion, *near.variables),
        prove.polynomial(together.conclusion, *together.variables),
    ]


claim.mutant("each fails with less than 1/(8 n)", fails="1/8")
claim.mutant("the first event with 2/25", first="2/25")
claim.mutant("sqrt(delta)/(30 n) in the end", both="1/30")
claim.sharpen("first", lambda c: c, printed="1/25", strongest=1)
claim.sharpen("fails", lambda c: c, printed="1/5", strongest=0)
