"""The inverse angle up to a bounded term: 1/theta_1 + L/(3 pi) + log(1 + L theta_1/(3 pi))/(2 pi) after L layers."""

import sympy as sp

from deepcond_sym.proof import RELU, Proof, Statement, Step, at, fact, forall, interval, iterate, le
from deepcond_sym.proof.proof import Use
from deepcond_sym.proof.search.ball_box import product, slope
from deepcond_sym.proof.tactics.inductive import inductive
from deepcond_sym.proof.tactics.lemma import lemma
from deepcond_sym.proof.tactics.power_gaps import adds
from deepcond_sym.symbols import rho
from proofs_checks.agarwal2021.setting import L, layers

from .angle_steps import (
    about,
    about_stretch,
    after,
    after_back,
    at_most_everywhere,
    ceiling,
    first,
    first_back,
    floor,
    later,
    logarithm,
    more_logarithm,
    now,
    one_layer_back,
    small,
    stretch,
)  # fmt: skip
from .angles import angle, apart, has_inverse, inverts, theta
from .limit_steps import gains_more, sixth
from .one_layer import at_most as with_gain
from .one_layer import rest, shown_at_most, third

second = sp.Rational(3, 5) / sp.pi**3
"""The term theta^2 of what a layer gains at most: with 1/2 it would be an equality at pi, and false before."""

per_log = 1 / (2 * sp.pi)
_x, _z, _h, _m, _f, _e = sp.symbols("_x _z _h _m _f _e", real=True)
_from_one = interval(_x, 1, sp.oo)


def sum_of_squares(depth: sp.Expr) -> sp.Expr:
    """A bound of theta_1^2 + ... + theta_(depth + 1)^2, by (A)."""
    return angle(rho) ** 2 + 3 * sp.pi * (angle(rho) - 1 / floor(depth))


def nearer(depth: sp.Expr, squares: sp.Expr, at_depth: sp.Expr) -> sp.Expr:
    """What the sharper form of (C) adds up to."""
    return floor(depth) + sixth * angle(rho) + per_log * sp.log(stretch(at_depth)) + second * squares


def falling_log(x: sp.Expr) -> sp.Expr:
    """(log(x) + 3)/x, by whose decrease the shortfall of the angles is bounded."""
    return (sp.log(x) + 3) / x


@lemma("(C) with the term of the next order")
def gains_nearly(prove: Proof) -> Step:
    """1/T(theta) <= 1/theta + 1/(3 pi) + theta/(6 pi^2) + 3 theta^2/(5 pi^3)."""
    gain = third + sixth * theta + second * theta**2
    return shown_at_most(prove, with_gain(gain), gain)[1]


def positive(prove: Proof, *numbers: sp.Expr) -> list[Use]:
    """The facts that these numbers are not negative."""
    return [fact(prove.evaluate(forall(holds=le(0, number)))) for number in numbers]


@lemma("a square of an inverse as a difference of inverses")
def telescopes(prove: Proof) -> Step:
    """0 <= 3 pi (1/f - 1/(f + 1/(3 pi))) - 1/(f + 1/(3 pi))^2 for f > 0."""
    after_it = _f + third
    return prove.polynomial(
        le(0, 3 * sp.pi * (1 / _f - 1 / after_it) - after_it**-2), interval(_f, 0, sp.oo, "(")
    )  # fmt: skip


@lemma("the inverse angle, nearly from above")
def nearly_at_most_after(prove: Proof) -> Step:
    """1/theta_(L+2) <= 1/theta_1 + (L + 1)/(3 pi) + theta_1/(6 pi^2) + log(1 + L theta_1/(3 pi))/(2 pi) + 3/(5 pi^3)
    (theta_1^2 + 3 pi (theta_1 - 1/(1/theta_1 + L/(3 pi))))."""
    square = prove.polynomial(
        le(0, (_f + _e) ** 2 - _f**2), interval(_f, 0, sp.oo), interval(_e, 0, sp.oo)
    )  # fmt: skip

    def step(target: Statement) -> Step:
        old, new, bound = stretch(L), stretch(L + 1), nearer(L + 1, sum_of_squares(L), L)
        largest = 1 / floor(L + 1)
        known = [
            *positive(prove, sixth, second, per_log, third), *about(prove, L + 1, L + 2),
            *about_stretch(prove, L, L + 1), fact(small(prove), {L: L + 1}),
            fact(logarithm(prove), {"_x": old, "_z": new}), fact(telescopes(prove), {_f: floor(L)}),
            *has_inverse(prove, floor(L), floor(L + 1)),
            fact(square, {_f: later, _e: largest - later}),
        ]  # fmt: skip
        gained = bound + third
        return prove.chain(
            target, *known, at(after_back(prove), {L: L + 1}),
            at(gains_nearly(prove), {rho: iterate(L + 1, rho)}),
            adds(prove, 1 / later + third + sixth * later + second * later**2, bound - 1 / later),
            adds(prove, gained + sixth * later + second * later**2, sixth, largest - later),
            adds(prove, gained + sixth * largest + second * later**2, second, largest**2 - later**2),
            adds(
                prove, gained + sixth * largest + second * largest**2, per_log,
                sp.log(new) - sp.log(old) - (new - old) / new,
            ),
            adds(
                prove, gained + per_log * (sp.log(new) - sp.log(old)) + second * largest**2, second,
                3 * sp.pi * (1 / floor(L) - largest) - largest**2,
            ),
        )  # fmt: skip

    goal = forall(
        apart, layers, family=RELU, holds=le(1 / later, nearer(L + 1, sum_of_squares(L), L))
    )
    return inductive(
        prove, goal, L,
        lambda base: prove.chain(base, *about(prove, sp.S.One), one_layer_back(prove), gains_nearly(prove)),
        step,
    )  # fmt: skip


@lemma("the inverse angle, from above")
def nearly_at_most(prove: Proof) -> Step:
    """1/theta_(L+1) <= 1/theta_1 + L/(3 pi) + theta_1/(6 pi^2) + log(1 + L theta_1/(3 pi))/(2 pi) + 3/(5 pi^3)
    (theta_1^2 + 3 pi theta_1)."""
    squares = angle(rho) ** 2 + 3 * sp.pi * angle(rho)
    sign = fact(prove.polynomial(le(0, _f**2 + 3 * sp.pi * _f), interval(_f, 0, sp.oo)), {_f: angle(rho)})
    scales = positive(prove, sixth, second, per_log, 3 * sp.pi, third)

    def step(target: Statement) -> Step:
        known = [*scales, *about(prove, L + 1), *about_stretch(prove, L, L + 1), *has_inverse(prove, floor(L))]
        grown = sp.log(stretch(L + 1)) - sp.log(stretch(L))
        return prove.chain(
            target, *known, fact(more_logarithm(prove), {"_x": stretch(L), "_z": stretch(L + 1)}),
            nearly_at_most_after(prove),
            adds(prove, nearer(L + 1, sum_of_squares(L), L), second, 3 * sp.pi, 1 / floor(L)),
            adds(prove, nearer(L + 1, squares, L), per_log, grown),
        )  # fmt: skip

    return inductive(
        prove, forall(apart, layers, family=RELU, holds=le(1 / now, nearer(L, squares, L))), L,
        lambda base: prove.chain(
            base, *scales, *about(prove, sp.S.Zero), sign, first_back(prove),
            adds(prove, 1 / angle(rho), sixth, angle(rho)),
            adds(prove, 1 / angle(rho) + sixth * angle(rho), second, squares),
        ),
        step,
    )  # fmt: skip


@lemma("a logarithm grows by less than the first share")
def less_logarithm(prove: Proof) -> Step:
    """0 <= h/x - (log(x + h) - log(x)) for x >= 1 and h >= 0."""
    return prove.ball_box(
        le(0, _h / _x - sp.log(_x + _h) + sp.log(_x)), _from_one, interval(_h, 0, sp.oo),
        outline=slope(_h, 0, product(_h, 1 / _x, 1 / (_x + _h))),
    )  # fmt: skip


@lemma("a shortfall in the angles is made up by a falling function")
def falls(prove: Proof) -> Step:
    """h (log(x) + h)/x^2 <= f(x) - f(x + h) with f(x) = (log(x) + 3)/x, for x >= 1 and 0 <= h <= 1/3."""
    log, step = sp.log(_x), interval(_h, 0, "1/3")
    goal = forall(_from_one, step, holds=le(_h * (log + _h) / _x**2, falling_log(_x) - falling_log(_x + _h)))
    bracket = 2 * _x - _h * (_x - 1 - _m) - _x * _h - _h**2
    signs = [
        prove.polynomial(le(0, bracket), _from_one, step, interval(_m, 0, sp.oo)),
        prove.polynomial(le(0, _h / (_x**2 * (_x + _h))), _from_one, step),
        prove.polynomial(le(0, 1 / (_x + _h)), _from_one, step),
    ]
    room = _x - 1 - log
    below = prove.chain(
        forall(_from_one, holds=le(0, room)), at(less_logarithm(prove), {_x: 1, _h: _x - 1})
    )
    return prove.chain(
        goal, fact(below), fact(signs[0], {_m: room}), *map(fact, signs[1:]), fact(less_logarithm(prove)),
        adds(prove, goal.conclusion.lhs, _h / (_x**2 * (_x + _h)), bracket.subs(_m, room)),
        adds(prove, _h * (log + 2) / (_x * (_x + _h)), 1 / (_x + _h), _h / _x - sp.log(_x + _h) + log),
    )  # fmt: skip


@lemma("the angle from above and from below")
def not_too_small(prove: Proof) -> Step:
    """1/f - e/f^2 <= theta_(L+1), where f = 1/theta_1 + L/(3 pi) and f + e is the bound of N1 with a logarithm."""
    low = floor(L)
    more = ceiling(L, stretch(L)) - low
    bound = prove.polynomial(
        le(1 / _f - _e / _f**2, 1 / (_f + _e)), interval(_f, 0, sp.oo, "("), interval(_e, 0, sp.oo)
    )
    goal = forall(apart, layers, family=RELU, holds=le(1 / low - more / low**2, now))
    known = [
        *positive(prove, third), *about(prove, L), *about_stretch(prove, L), *has_inverse(prove, now),
        fact(more_logarithm(prove), {"_x": 1, "_z": stretch(L)}), fact(at_most_everywhere(prove)),
    ]  # fmt: skip
    sign = prove.chain(
        goal.conclude(le(0, more)), *known, *positive(prove, rest, 2 / sp.pi), adds(prove, sp.S.Zero, rest, angle(rho)),
        adds(prove, rest * angle(rho), 2 / sp.pi, sp.log(stretch(L))),
    )  # fmt: skip
    return prove.chain(
        goal, *known, fact(sign), at(bound, {_f: low, _e: more}), inverts(prove, 1 / now, ceiling(L, stretch(L)))
    )


@lemma("the inverse angle, from below")
def nearly_at_least(prove: Proof) -> Step:
    """1/theta_1 + L/(3 pi) + log(r)/(2 pi) - (3 - f(r)) theta_1/pi^2 <= 1/theta_(L+1), where f(r) = (log(r) + 3)/r and
    r = 1 + L theta_1/(3 pi)."""

    def bound(depth: sp.Expr) -> sp.Expr:
        r = stretch(depth)
        return floor(depth) + per_log * sp.log(r) - angle(rho) / sp.pi**2 * (3 - falling_log(r))

    def step(target: Statement) -> Step:
        old, h, low = stretch(L), angle(rho) * third, floor(L)
        steps = interval(_h, 0, sp.pi, "(")
        more = ceiling(L, old) - low
        sizes = [prove.polynomial(law, steps) for law in (le(0, _h * third), le(_h * third, "1/3"))]
        known = [
            *positive(prove, sixth, per_log, 1 / sp.pi**2, third), *about(prove, L, L + 1),
            *about_stretch(prove, L, L + 1), *(fact(size, {_h: angle(rho)}) for size in sizes),
            fact(not_too_small(prove)), fact(falls(prove), {_x: old, _h: h}),
            fact(less_logarithm(prove), {_x: old, _h: h}),
        ]  # fmt: skip
        raised = bound(L + 1)
        shorter = raised + per_log * (h / old - sp.log(old + h) + sp.log(old))
        fallen = falling_log(old) - falling_log(old + h) - h * (sp.log(old) + h) / old**2
        gained = bound(L) + third + sixth * (1 / low - more / low**2)
        return prove.chain(
            target, *known, adds(prove, raised, per_log, h / old - sp.log(old + h) + sp.log(old)),
            adds(prove, shorter, 1 / sp.pi**2, angle(rho), fallen),
            adds(prove, gained, sixth, now - 1 / low + more / low**2),
            adds(prove, bound(L) + third + sixth * now, 1 / now - bound(L)),
            at(gains_more(prove), {rho: iterate(L, rho)}), after(prove),
        )  # fmt: skip

    return inductive(
        prove, forall(apart, layers, family=RELU, holds=le(bound(L), 1 / now)), L,
        lambda base: prove.chain(base, *about(prove, sp.S.Zero), first(prove)), step,
    )  # fmt: skip
