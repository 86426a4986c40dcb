"""One layer of ReLU from both sides: what it adds to 1/sin(theta/2), and to the barriers of the tangent kernel, for the
correlation cos(theta) = y and h(y) after it.

As in one_layer_bounds, E and F; here for the elementary functions h and h' and in the half sine, in which the barriers
are written, so that networks with a bias can be compared with them."""

from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import Claim, Instance, Proof, Step, at, fact, forall, interval, le, lt
from deepcond_sym.proof.proof import Use
from deepcond_sym.proof.search.ball_box import angle as by_angle
from deepcond_sym.proof.search.ball_box import cut
from deepcond_sym.proof.tactics.lemma import lemma
from deepcond_sym.proof.tactics.power_gaps import adds
from deepcond_sym.symbols import rho

from .barrier import eighth, half_gap, half_sine, k, most, positive_sine, quotients, scaled
from .setting import h, h_slope

y = sp.Symbol("y", real=True)
apart, after = interval(y, -1, 1, ")"), h(y)
gain, rest = 2 / (3 * sp.pi), 2 / sp.pi**2
"""What a layer adds to 1/sin(theta/2) at least, and how many sin(theta/2) more it adds at most."""

upper, lower = eighth, eighth + most
"""The offsets 1/8 and 73/40 of the barriers 3 pi/(8 sin(theta/2)) - offset."""


@lemma("a layer of ReLU leaves a correlation below 1")
def below_one(prove: Proof) -> Step:
    """h(y) < 1 for y < 1."""
    return prove.ball_box(lt(after, 1), apart)


@lemma("a layer of ReLU leaves a correlation above -1")
def above_minus_one(prove: Proof) -> Step:
    """-1 <= h(y)."""
    return prove.ball_box(le(-1, after), apart)


@lemma("the slope of ReLU is at least 0")
def slope_at_least(prove: Proof) -> Step:
    """0 <= h'(y)."""
    return prove.ball_box(le(0, h_slope(y)), apart, outline=by_angle(y))


@lemma("the slope of ReLU is at most 1")
def slope_at_most(prove: Proof) -> Step:
    """h'(y) <= 1."""
    return prove.ball_box(le(h_slope(y), 1), apart, outline=by_angle(y))


@lemma("the sine of half an angle is at most 1")
def sine_at_most(prove: Proof) -> Step:
    """sin(theta/2) <= 1."""
    return prove.ball_box(le(half_sine(y), 1), apart, outline=by_angle(y))


def about_layer(prove: Proof, correlation: sp.Expr = y) -> list[Use]:
    """That sin(theta/2) is in (0, 1], before and after a layer, and the slope in [0, 1], for a correlation that is
    known to be in [-1, 1)."""
    of_layer = below_one, above_minus_one, slope_at_least, slope_at_most, sine_at_most
    signs = half_gap(prove), positive_sine(prove)
    return [
        *(fact(law(prove), {y: correlation}) for law in of_layer),
        *(fact(sign, {rho: r}) for sign in signs for r in (correlation, h(correlation))),
        fact(sine_at_most(prove), {y: h(correlation)}),
    ]  # fmt: skip


@lemma("a layer adds at least 2/(3 pi) to the inverse sine, squared")
def squares_at_least(prove: Proof) -> Step:
    """(1 + 2 s/(3 pi))^2 (1 - h(y))/2 <= (1 - y)/2, where s = sin(theta/2)."""
    return _squares(prove, gain * half_sine(y), less=True)


@lemma("a layer adds little more than 2/(3 pi) to the inverse sine, squared")
def squares_at_most(prove: Proof) -> Step:
    """(1 - y)/2 <= (1 + 2 s/(3 pi) + 2 s^2/pi^2)^2 (1 - h(y))/2, where s = sin(theta/2)."""
    return _squares(prove, gain * half_sine(y) + rest * half_sine(y) ** 2, less=False)


def _squares(prove: Proof, added: sp.Expr, *, less: bool) -> Step:
    sides = (1 + added) ** 2 * (1 - after) / 2, (1 - y) / 2
    return prove.ball_box(le(*sides) if less else le(*sides[::-1]), apart, outline=by_angle(y))


def in_order(prove: Proof, *values: sp.Expr) -> Use:
    """The link R/S <= k/s for these values of R, S, s, k, where R^2 s^2 <= k^2 S^2 is known."""
    return at(quotients(prove), dict(zip(("_R", "_S", "_s", "_k"), values, strict=True)))


claim = Claim(
    "starnaud2025/LT-layer",
    title="One layer adds 2/(3 pi) to 1/sin(theta/2), and little more",
    source="limit table, rows with a bias",
    provenance="derived here",
    printed=r"\frac1{\sin(\theta/2)}+\frac2{3\pi}\le\frac1{\sin(T(\theta)/2)}\le\frac1{\sin(\theta/2)}+\frac2{3\pi}"
    r"+\frac2{\pi^2}\sin\frac\theta2\qquad(0<\theta\le\pi)",
    note=r"Formally $\cos\theta=y$ and $\sin\frac{T(\theta)}2=\sqrt{(1-h(y))/2}$. For small angles $\frac23$ takes the"
    r" place of the last 2. A bias changes $1-\rho$ by a factor, and so the inverse sine by its root, which inverse"
    r" angles do not allow to say exactly.",
    beside=("starnaud2025/A", "starnaud2025/C", "beyond/relu-layer"),
    parameters={"gain": gain, "rest": rest},
    witnesses=(
        (0, Instance({y: 1 - Fraction(1, 10**8)})),
        (1, Instance({y: Fraction(-1)})),
        (1, Instance({y: 1 - Fraction(1, 10**8)})),
    ),
)


@claim.states
def statement(gain, rest):
    now, then = 1 / half_sine(y), 1 / half_sine(after)
    return (
        forall(apart, holds=le(now + gain, then), label="from below"),
        forall(apart, holds=le(then, now + gain + rest * half_sine(y)), label="from above"),
    )


@claim.proves
def proof(prove, goal, gain, rest):
    """Squares in balls, in half the angle, where both sides are smooth; quotients are in the order of the squares."""
    below, above = goal
    now, then, known = half_sine(y), half_sine(after), about_layer(prove)
    scale, more = 1 + gain * now, 1 + gain * now + rest * now**2
    positive = [prove.ball_box(lt(0, s), apart, outline=by_angle(y)) for s in (scale, more)]
    known = [*about_layer(prove), *map(fact, positive)]
    one = sp.S.One
    return [
        prove.chain(below, *known, fact(_squares(prove, scale - 1, less=True)), in_order(prove, scale, now, then, one)),
        prove.chain(above, *known, fact(_squares(prove, more - 1, less=False)), in_order(prove, one, then, now, more)),
    ]


claim.mutant("2/(2.99 pi)", gain=200 / (299 * sp.pi))
claim.mutant("1.99 in place of 2 in the last term", rest=sp.Rational(199, 100) / sp.pi**2)
claim.mutant("2/3 in place of 2 in the last term", rest=sp.Rational(2, 3) / sp.pi**2)
claim.sharpen(
    "gain", lambda c: c * gain, printed=1, strongest=2, fails=lambda c: (0, Instance({y: 1 - (c - 1) ** 2}))
)
claim.sharpen("rest", lambda c: c / sp.pi**2, printed=2, strongest=0, fails=lambda c: (1, Instance({y: Fraction(-1)})))


def barrier(correlation: sp.Expr, offset: sp.Expr) -> sp.Expr:
    """3 pi/(8 sin(theta/2)) - offset."""
    return k / half_sine(correlation) - offset


def _scale(offset: sp.Expr) -> sp.Expr:
    return scaled(h_slope(y), half_sine(y), after, offset)


def _order(prove: Proof, offset: sp.Expr, *, less: bool) -> Step:
    """What a layer makes of the barrier, against the barrier after it: the squares in balls, then the quotients."""
    now, then, scale = half_sine(y), half_sine(after), _scale(offset)
    sides = scale**2 * (1 - after) / 2, k**2 * (1 - y) / 2
    half_angle = sp.Symbol("y_half_angle", real=True)
    squares = prove.ball_box(
        le(*sides) if less else le(*sides[::-1]), apart, outline=by_angle(y, cut(half_angle, "1/16"))
    )
    moved, there = h_slope(y) * barrier(y, offset) + after, barrier(after, offset)
    known = [
        *about_layer(prove), fact(squares), fact(prove.ball_box(lt(0, scale), apart, outline=by_angle(y))),
        fact(prove.evaluate(forall(holds=lt(0, k)))),
    ]  # fmt: skip
    if less:
        goal = forall(apart, holds=le(scale / now, k / then))
        quotient = fact(prove.chain(goal, *known, in_order(prove, scale, now, then, k)))
        return prove.chain(
            goal.conclude(le(moved, there)), *known, quotient, adds(prove, moved, k / then - scale / now)
        )
    goal = forall(apart, holds=le(k / then, scale / now))
    quotient = fact(prove.chain(goal, *known, in_order(prove, k, then, now, scale)))
    return prove.chain(goal.conclude(le(there, moved)), *known, quotient, adds(prove, there, scale / now - k / then))


@lemma("(E) for h: a layer leaves the tangent kernel below the barrier")
def stays_below(prove: Proof) -> Step:
    """h'(y) B(theta) + h(y) <= B(T(theta)), with the offset 1/8."""
    return _order(prove, upper, less=True)


@lemma("(F) for h: a layer leaves the tangent kernel above the lower barrier")
def stays_above(prove: Proof) -> Step:
    """B(T(theta)) <= h'(y) B(theta) + h(y), with the offset 73/40."""
    return _order(prove, lower, less=False)
