"""From the barriers to the depth: 1/sin(theta/2) against 2/theta, and ntk(L, rho) against L/4."""

from dataclasses import replace
from typing import Any

import sympy as sp

from deepcond_sym.proof import (
    RELU,
    Proof,
    Relation,
    Step,
    at,
    dual_slope,
    eq,
    fact,
    forall,
    interval,
    iterate,
    le,
    lt,
    ntk,
    relu_slope,
)  # fmt: skip
from deepcond_sym.proof.search.ball_box import angle as by_angle
from deepcond_sym.proof.tactics.inductive import inductive
from deepcond_sym.proof.tactics.lemma import lemma
from deepcond_sym.proof.tactics.power_gaps import adds
from deepcond_sym.symbols import rho
from proofs_checks.agarwal2021.setting import L, layers

from .angle_steps import (
    about,
    about_stretch,
    after,
    at_most_everywhere,
    ceiling,
    floor,
    later,
    more_logarithm,
    now,
    one_layer,
    stretch,
)  # fmt: skip
from .angles import angle, apart, correlations, has_inverse, theta
from .barrier import barrier, half_sine, k
from .one_layer import at_least as with_gain
from .one_layer import gains_a_third, shown_at_least, third
from .tangent_barriers import at_most
from .tangent_steps import (
    about_sines,
    about_slopes,
    above_barrier,
    left_at_least,
    lower,
    shrinking,
    start,
    upper,
)  # fmt: skip

sixth = 1 / (6 * sp.pi**2)
spread = 1 - 2 / sp.pi
"""The most that 1/sin(y) exceeds 1/y by on (0, pi/2]."""

constant = sp.Rational(14, 25)
_a, _b = sp.symbols("_a _b", real=True)


@lemma("the inverse of a product of positive numbers")
def share(prove: Proof) -> Step:
    """0 < 1/(a b) for positive a and b."""
    return prove.polynomial(lt(0, 1 / (_a * _b)), interval(_a, 0, sp.oo, "("), interval(_b, 0, sp.oo, "("))


@lemma("the inverse sine of half an angle is above that of half the angle")
def inverse_sine_at_least(prove: Proof) -> Step:
    """2/theta <= 1/sin(theta/2)."""
    sine = half_sine(rho)
    more = prove.ball_box(le(0, angle(rho) - 2 * sine), correlations, outline=by_angle(rho))
    return prove.chain(
        forall(apart, holds=le(2 / angle(rho), 1 / sine)),
        *about(prove), *about_sines(prove), fact(share(prove), {_a: angle(rho), _b: sine}), fact(more),
        adds(prove, 2 / angle(rho), angle(rho) - 2 * sine, 1 / (angle(rho) * sine)),
    )  # fmt: skip


@lemma("the inverse sine of half an angle is little more than that of half the angle")
def inverse_sine_at_most(prove: Proof) -> Step:
    """1/sin(theta/2) <= 2/theta + 1 - 2/pi."""
    sine = half_sine(rho)
    gap = (2 + spread * angle(rho)) * sine - angle(rho)
    more = prove.ball_box(le(0, gap), correlations, outline=by_angle(rho))
    return prove.chain(
        forall(apart, holds=le(1 / sine, 2 / angle(rho) + spread)),
        *about(prove), *about_sines(prove), fact(share(prove), {_a: angle(rho), _b: sine}), fact(more),
        adds(prove, 1 / sine, gap, 1 / (angle(rho) * sine)),
    )  # fmt: skip


@lemma("(A) with the term of the next order")
def gains_more(prove: Proof) -> Step:
    """1/acos(rho) + 1/(3 pi) + acos(rho)/(6 pi^2) <= 1/acos(dual(rho)) for rho < 1."""
    gain = third + sixth * theta
    return shown_at_least(prove, with_gain(gain), gain)[1]


@lemma("(A) along the layers, with more from the first one")
def gains_more_once(prove: Proof) -> Step:
    """1/theta_1 + (L + 1)/(3 pi) + theta_1/(6 pi^2) <= 1/theta_(L+2)."""
    more = sixth * angle(rho)
    goal = forall(apart, layers, family=RELU, holds=le(floor(L + 1) + more, 1 / later))
    return inductive(
        prove, goal, L,
        lambda base: prove.chain(base, *about(prove, sp.S.One), gains_more(prove), one_layer(prove)),
        lambda step: prove.chain(
            step, *about(prove, L + 1, L + 2), adds(prove, floor(L + 2) + more, 1 / later - floor(L + 1) - more),
            at(gains_a_third(prove), {rho: iterate(L + 1, rho)}), at(after(prove), {L: L + 1}),
        ),
    )  # fmt: skip


@lemma("what is left of a difference after one layer or more")
def left_by_first(prove: Proof) -> Step:
    """(1 - theta_1/pi) ... (1 - theta_(L+1)/pi) <= 1 - theta_1/pi."""
    first, slope = dual_slope(rho), dual_slope(iterate(L + 1, rho))
    goal = forall(apart, layers, family=RELU, holds=le(shrinking(L + 1), first))
    return inductive(
        prove, goal, L,
        lambda base: prove.chain(
            base, prove.identity(
                base.conclude(eq(shrinking(sp.S.One), first)),
                unfold=[shrinking(sp.S.One), shrinking(sp.S.Zero), iterate(0, rho)],
            ),
            prove.identity(base.conclude(eq(first, first))),
        ),
        lambda step: prove.chain(
            step, *about_slopes(prove, L + 1), fact(left_at_least(prove), {L: L + 1}),
            prove.unfold(step, shrinking(L + 2), shrinking(L + 2)),
            adds(prove, shrinking(L + 1) * slope, shrinking(L + 1), 1 - slope),
            adds(prove, shrinking(L + 1), first - shrinking(L + 1)),
        ),
    )  # fmt: skip


@lemma("the tangent kernel is at least L/4 - 1")
def kernel_at_least(prove: Proof) -> Step:
    """L/4 - 1 <= ntk(L, rho)."""
    goal = forall(apart, layers, family=RELU, holds=le(L / 4 - 1, ntk(L, rho)))
    return inductive(
        prove, goal, L,
        lambda base: prove.chain(
            base, prove.polynomial(le(-1, rho), apart), prove.folded(base, ntk(0, rho), ntk(0, rho))
        ),
        lambda step: prove.chain(step, _from_first(prove)),
    )  # fmt: skip


_least = 3 * sp.pi / (4 * angle(rho)) + angle(rho) / (8 * sp.pi) - lower
"""3 pi/(4 theta) - 1.825 where 1/theta is that after the first layer, less 1/(3 pi)."""


@lemma("enough where the difference is not positive")
def enough_without(prove: Proof) -> Step:
    """0 <= 3 pi/(4 theta) + theta/(8 pi) - 0.825."""
    product = sp.expand((_least + 1) * angle(rho))
    in_balls = prove.ball_box(le(0, product), apart, outline=by_angle(rho))
    return prove.chain(
        forall(apart, family=RELU, holds=le(0, _least + 1)), *about(prove), *has_inverse(prove, angle(rho)),
        fact(in_balls), adds(prove, sp.S.Zero, product, 1 / angle(rho)),
    )  # fmt: skip


@lemma("enough where the difference is positive")
def enough_with(prove: Proof) -> Step:
    """0 <= 3 pi/(4 theta) + theta/(8 pi) - 0.825 - (1 - theta/pi) (3 pi/(8 sin(theta/2)) - 1.825 - cos(theta))."""
    sine, slope = half_sine(rho), dual_slope(rho)
    product = sine * sp.expand((_least + 1) * angle(rho)) - angle(rho) * slope * (k - sine * (lower + rho))
    in_balls = prove.ball_box(le(0, product.subs(slope, relu_slope(rho))), apart, outline=by_angle(rho))
    shown = forall(apart, family=RELU, holds=le(0, product))
    return prove.chain(
        shown.conclude(le(0, _least + 1 - slope * start(lower))), *about(prove), *about_sines(prove),
        fact(share(prove), {_a: angle(rho), _b: sine}),
        fact(prove.chain(shown, in_balls, prove.folded(shown, product, slope))),
        adds(prove, sp.S.Zero, product, 1 / (angle(rho) * sine)),
    )  # fmt: skip


def _from_first(prove: Proof) -> Step:
    """(L + 1)/4 - 1 <= ntk(L + 1, rho): the barrier less P (B(theta_1) - rho), which is at most 0 or at most what it is
    for P = 1 - theta_1/pi."""
    difference, left, slope = start(lower), shrinking(L + 1), dual_slope(rho)
    goal = forall(apart, layers, family=RELU, holds=le((L + 1) / 4 - 1, ntk(L + 1, rho)))
    then = half_sine(iterate(L + 1, rho))
    known = [
        *about(prove, L + 1), *about_sines(prove, iterate(L + 1, rho)), fact(left_at_least(prove), {L: L + 1}),
        fact(left_by_first(prove)), fact(gains_more_once(prove)), fact(enough_with(prove)),
        fact(enough_without(prove)), fact(inverse_sine_at_least(prove), {rho: iterate(L + 1, rho)}),
        *(fact(prove.evaluate(forall(holds=lt(0, c)))) for c in (k, 3 * sp.pi / 4)),
    ]  # fmt: skip

    def case(given: Relation, taken: sp.Expr, *more: Any) -> Step:
        return prove.chain(
            replace(goal, given=(given,)), *known, adds(prove, (L + 1) / 4 - 1, _least + 1 - taken), *more,
            adds(
                prove, (L + 1) / 4 + _least - left * difference, 3 * sp.pi / 4,
                1 / later - floor(L + 1) - sixth * angle(rho),
            ),
            adds(prove, 3 * sp.pi / (4 * later) - lower - left * difference, k, 1 / then - 2 / later),
            at(above_barrier(prove), {L: L + 1}),
        )  # fmt: skip

    return prove.order(
        goal, difference, 0,
        case(le(difference, 0), sp.S.Zero, adds(prove, (L + 1) / 4 + _least, left, -difference)),
        case(
            le(0, difference), slope * difference,
            adds(prove, (L + 1) / 4 + _least - slope * difference, difference, slope - left),
        ),
    )  # fmt: skip


@lemma("the tangent kernel is little more than L/4")
def kernel_at_most(prove: Proof) -> Step:
    """ntk(L, rho) <= (L + 1)/4 + 3 pi/(4 theta_1) + 14/25 + 3/2 log(1 + L theta_1/(3 pi))."""
    value, first = iterate(L, rho), 3 * sp.pi / (4 * angle(rho))
    logarithm = 3 * sp.log(stretch(L)) / 2
    goal = forall(
        apart, layers, family=RELU, holds=le(ntk(L, rho), (L + 1) / 4 + first + constant + logarithm)
    )
    numbers = (k, 3 * sp.pi / 4, 1 / (2 * sp.pi), constant + sp.Rational(1, 4) - (k * spread - upper + sp.S.Half))
    return prove.chain(
        goal, *about(prove, L), *about_stretch(prove, L), *about_sines(prove, value),
        *(fact(prove.evaluate(forall(holds=lt(0, c)))) for c in numbers),
        fact(at_most_everywhere(prove)), fact(inverse_sine_at_most(prove), {rho: value}), at_most(prove),
        adds(prove, barrier(value), k, 2 / now + spread - 1 / half_sine(value)),
        adds(prove, 2 * k / now + k * spread - upper, 3 * sp.pi / 4, ceiling(L, stretch(L)) - 1 / now),
        adds(
            prove, 3 * sp.pi / 4 * ceiling(L, stretch(L)) + k * spread - upper, 1 / (2 * sp.pi), sp.pi - angle(rho)
        ),
        adds(prove, L / 4 + first + logarithm + k * spread - upper + sp.S.Half, numbers[-1]),
    )  # fmt: skip


@lemma("the logarithm of the depth")
def deep(prove: Proof) -> Step:
    """log(1 + L theta_1/(3 pi)) <= log(L + 1)."""
    shorter = prove.polynomial(le(1 + (1 - _a) * L, L + 1), interval(_a, 0, sp.oo), layers)
    one = prove.polynomial(le(1, L + 1), layers)
    below = 1 - angle(rho) * third
    goal = forall(apart, layers, holds=le(sp.log(stretch(L)), sp.log(L + 1)))
    return prove.chain(
        goal, *about(prove), *about_stretch(prove, L), fact(one),
        fact(prove.ball_box(le(0, below), correlations, outline=by_angle(rho))), fact(shorter, {_a: below}),
        fact(more_logarithm(prove), {"_x": stretch(L), "_z": L + 1}),
        adds(prove, sp.log(stretch(L)), sp.log(L + 1) - sp.log(stretch(L))),
    )  # fmt: skip
