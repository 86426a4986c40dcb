"""The angle after L layers of ReLU: what each layer, and all of them together, add to its inverse."""

from dataclasses import replace
from typing import Any

import sympy as sp

from deepcond_sym.proof import RELU, Proof, Statement, Step, at, dual, eq, fact, forall, interval, iterate, le, lt
from deepcond_sym.proof.proof import Use
from deepcond_sym.proof.search.ball_box import slope
from deepcond_sym.proof.tactics.inductive import inductive
from deepcond_sym.proof.tactics.lemma import lemma
from deepcond_sym.proof.tactics.power_gaps import adds
from deepcond_sym.symbols import rho
from proofs_checks.agarwal2021.setting import L, layers

from .angles import angle, apart, below_one, inverts, is_angle, is_correlation, layer_below_one
from .one_layer import gains_a_third, gains_at_most_one, gains_little_more, rest, third, whole

j = sp.Symbol("j", integer=True)
now, later = angle(iterate(L, rho)), angle(iterate(L + 1, rho))
"""The angles after L and L + 1 layers, theta_(L+1) and theta_(L+2) of the paper."""

_a, _g, _x, _y, _z = sp.symbols("_a _g _x _y _z", real=True)


def floor(depth: sp.Expr, gain: sp.Expr = third) -> sp.Expr:
    """The inverse of the first angle, and a gain for each layer: a lower bound of the inverse angle, by (A)."""
    return 1 / angle(rho) + gain * depth


def stretch(depth: sp.Expr) -> sp.Expr:
    """1 + theta_1 depth/(3 pi): how much smaller the angle has become, about."""
    return 1 + angle(rho) * third * depth


def ceiling(depth: sp.Expr, logarithm: sp.Expr) -> sp.Expr:
    """What (C) adds up to: an upper bound of the inverse angle."""
    return floor(depth) + rest * angle(rho) + 2 * sp.log(logarithm) / sp.pi


def about(prove: Proof, *depths: sp.Expr) -> list[Use]:
    """0 < acos(rho) <= pi, and the same of acos(iterate(d, rho)) for these depths."""
    cosines = [iterate(d, rho) for d in depths]
    return [
        *(fact(below_one(prove), {L: d}) for d in depths), *is_correlation(prove, *cosines),
        *is_angle(prove, rho, *cosines), fact(prove.evaluate(forall(holds=le(0, third)))),
    ]  # fmt: skip


def about_stretch(prove: Proof, *depths: sp.Expr) -> list[Use]:
    """1 <= 1 + theta_1 d/(3 pi), which grows with d, and 0 < 1/theta_1 + d/(3 pi) for these depths, once 0 < theta_1
    is known."""
    angles, gains = interval(_a, 0, sp.oo, "("), interval(_g, 0, sp.oo)
    value = 1 + _a * _g * L
    laws = lt(0, value), le(1, value), le(value, value.subs(L, L + 1)), lt(0, 1 / _a + _g * L)
    shown = [prove.polynomial(law, angles, gains, layers) for law in laws]
    return [fact(step, {_a: angle(rho), _g: third, L: d}) for step in shown for d in depths]


def unfolding(prove: Proof, goal: Statement, *calls: Any, known: list[Use]) -> Step:
    """The goal, an equality between terms that divide by angles which are `known` to be positive, once calls are
    unfolded."""
    inverses: Any = goal.conclusion.lhs.atoms(sp.Pow) | goal.conclusion.rhs.atoms(sp.Pow)
    signs = sorted({lt(0, p.base) for p in inverses if p.exp == -1 and isinstance(p.base, sp.acos)}, key=str)
    frame = replace(goal, given=(*goal.given, *(sign for sign in signs if sign not in goal.given)))
    return prove.chain(goal, *known, prove.identity(frame, unfold=calls))


@lemma("an inverse angle before any layer")
def first(prove: Proof) -> Step:
    """1/acos(rho) = 1/acos(iterate(0, rho))."""
    return _first(prove, 1 / angle(rho), 1 / angle(iterate(0, rho)))


@lemma("an inverse angle before any layer, from the right")
def first_back(prove: Proof) -> Step:
    """1/acos(iterate(0, rho)) = 1/acos(rho)."""
    return _first(prove, 1 / angle(iterate(0, rho)), 1 / angle(rho))


def _first(prove: Proof, left: sp.Expr, right: sp.Expr) -> Step:
    goal = forall(apart, family=RELU, holds=eq(left, right))
    return unfolding(prove, goal, iterate(0, rho), known=about(prove, sp.S.Zero))


@lemma("an inverse angle after one more layer")
def after(prove: Proof) -> Step:
    """1/acos(dual(iterate(L, rho))) = 1/acos(iterate(L + 1, rho))."""
    return _after(prove, 1 / angle(dual(iterate(L, rho))), 1 / later)


@lemma("an inverse angle after one more layer, from the right")
def after_back(prove: Proof) -> Step:
    """1/acos(iterate(L + 1, rho)) = 1/acos(dual(iterate(L, rho)))."""
    return _after(prove, 1 / later, 1 / angle(dual(iterate(L, rho))))


def _after(prove: Proof, left: sp.Expr, right: sp.Expr) -> Step:
    value = iterate(L, rho)
    known = [
        *about(prove, L, L + 1), fact(layer_below_one(prove), {rho: value}), *is_correlation(prove, dual(value)),
        *is_angle(prove, dual(value)),
    ]  # fmt: skip
    goal = forall(apart, layers, family=RELU, holds=eq(left, right))
    return unfolding(prove, goal, iterate(L + 1, rho), known=known)


@lemma("(A) along the layers")
def at_least(prove: Proof) -> Step:
    """1/theta_1 + L/(3 pi) <= 1/theta_(L+1)."""
    return inductive(
        prove, forall(apart, layers, family=RELU, holds=le(floor(L), 1 / now)), L,
        lambda base: prove.chain(base, *about(prove, sp.S.Zero), first(prove)),
        lambda step: prove.chain(
            step, *about(prove, L, L + 1), adds(prove, floor(L + 1), 1 / now - floor(L)),
            at(gains_a_third(prove), {rho: iterate(L, rho)}), after(prove),
        ),
    )  # fmt: skip


@lemma("(B) along the layers")
def at_most(prove: Proof) -> Step:
    """1/theta_(L+1) <= 1/theta_1 + L/pi."""
    bound = floor(L, whole)
    return inductive(
        prove, forall(apart, layers, family=RELU, holds=le(1 / now, bound)), L,
        lambda base: prove.chain(base, *about(prove, sp.S.Zero), first_back(prove)),
        lambda step: prove.chain(
            step, *about(prove, L, L + 1), after_back(prove),
            at(gains_at_most_one(prove), {rho: iterate(L, rho)}), adds(prove, 1 / now + whole, bound - 1 / now),
        ),
    )  # fmt: skip


@lemma("the angle from (A)")
def small(prove: Proof) -> Step:
    """theta_(L+1) <= 1/(1/theta_1 + L/(3 pi))."""
    goal = forall(apart, layers, family=RELU, holds=le(now, 1 / floor(L)))
    known = [*about(prove, L), *about_stretch(prove, L), fact(at_least(prove))]
    return prove.chain(goal, *known, inverts(prove, floor(L), 1 / now))


@lemma("(C) along the layers, with the sum of the angles")
def at_most_sum(prove: Proof) -> Step:
    """1/theta_(L+1) <= 1/theta_1 + L/(3 pi) + 2/(3 pi^2) (theta_1 + ... + theta_L)."""
    total = lambda depth: sp.Sum(angle(iterate(j, rho)), (j, 0, depth - 1))  # noqa: E731
    bound = lambda depth, sum_: floor(depth) + rest * sum_  # noqa: E731
    goal = forall(apart, layers, family=RELU, holds=le(1 / now, bound(L, total(L))))

    def base(start: Statement) -> Step:
        sum_ = start.conclusion.rhs
        known = about(prove, sp.S.Zero)
        same = unfolding(
            prove, start.conclude(eq(start.conclusion.lhs, sum_)), iterate(0, rho), total(sp.S.Zero), known=known
        )
        return prove.chain(start, same)

    def step(target: Statement) -> Step:
        known = about(prove, L, L + 1)
        before_it, after_it = bound(L + 1, total(L) + now), bound(L + 1, total(L + 1))
        same = unfolding(prove, target.conclude(eq(before_it, after_it)), total(L + 1), known=known)
        return prove.chain(
            target, *known, after_back(prove),
            at(gains_little_more(prove), {rho: iterate(L, rho)}),
            adds(prove, 1 / now + third + rest * now, bound(L, total(L)) - 1 / now), same,
        )  # fmt: skip

    return inductive(prove, goal, L, base, step)


@lemma("a logarithm grows by more than the last share")
def logarithm(prove: Proof) -> Step:
    """(z - x)/z <= log(z) - log(x) for 1 <= x <= z."""
    larger = prove.ball_box(
        le(_y / (_x + _y), sp.log(_x + _y) - sp.log(_x)), interval(_x, 1, sp.oo), interval(_y, 0, sp.oo),
        outline=slope(_y, 0),
    )  # fmt: skip
    goal = forall(
        interval(_x, 1, sp.oo), interval(_z, 1, sp.oo), given=[le(_x, _z)],
        holds=le((_z - _x) / _z, sp.log(_z) - sp.log(_x)),
    )  # fmt: skip
    return prove.chain(goal, at(larger, {_y: _z - _x}))


@lemma("the inverse angle after one layer")
def one_layer(prove: Proof) -> Step:
    """1/acos(dual(rho)) = 1/acos(iterate(1, rho))."""
    return _one_layer(prove, 1 / angle(dual(rho)), 1 / angle(iterate(1, rho)))


@lemma("the inverse angle after one layer, from the right")
def one_layer_back(prove: Proof) -> Step:
    """1/acos(iterate(1, rho)) = 1/acos(dual(rho))."""
    return _one_layer(prove, 1 / angle(iterate(1, rho)), 1 / angle(dual(rho)))


def _one_layer(prove: Proof, left: sp.Expr, right: sp.Expr) -> Step:
    goal = forall(apart, family=RELU, holds=eq(left, right))
    known = [
        *about(prove, sp.S.One), fact(layer_below_one(prove)), *is_correlation(prove, dual(rho)),
        *is_angle(prove, dual(rho)),
    ]  # fmt: skip
    return unfolding(prove, goal, iterate(1, rho), iterate(0, rho), known=known)


@lemma("(C) along the layers, with a logarithm")
def at_most_logarithm(prove: Proof) -> Step:
    """1/theta_(L+2) <= 1/theta_1 + (L + 1)/(3 pi) + 2 theta_1/(3 pi^2) + 2/pi log(1 + L theta_1/(3 pi)): by (A) the
    L-th summand 2 theta/(3 pi^2) is less than what the logarithm grows by."""
    positive = [fact(prove.evaluate(forall(holds=le(0, c)))) for c in (rest, 2 / sp.pi)]

    def step(target: Statement) -> Step:
        old, new = stretch(L), stretch(L + 1)
        known = [*positive, *about(prove, L + 1, L + 2), *about_stretch(prove, L, L + 1)]
        bound = ceiling(L + 1, old)
        return prove.chain(
            target, *known, fact(small(prove), {L: L + 1}), fact(logarithm(prove), {_x: old, _z: new}),
            at(after_back(prove), {L: L + 1}), at(gains_little_more(prove), {rho: iterate(L + 1, rho)}),
            adds(prove, 1 / later + third + rest * later, bound - 1 / later),
            adds(prove, bound + third + rest * later, rest, 1 / floor(L + 1) - later),
            adds(
                prove, bound + third + rest / floor(L + 1), 2 / sp.pi, sp.log(new) - sp.log(old) - (new - old) / new
            ),
        )  # fmt: skip

    return inductive(
        prove, forall(apart, layers, family=RELU, holds=le(1 / later, ceiling(L + 1, stretch(L)))), L,
        lambda base: prove.chain(
            base, *about(prove, sp.S.One), one_layer_back(prove), gains_little_more(prove)
        ),
        step,
    )  # fmt: skip


@lemma("(C) along the layers, from the first one on")
def at_most_everywhere(prove: Proof) -> Step:
    """1/theta_(L+1) <= 1/theta_1 + L/(3 pi) + 2 theta_1/(3 pi^2) + 2/pi log(1 + L theta_1/(3 pi))."""
    positive = [fact(prove.evaluate(forall(holds=le(0, c)))) for c in (rest, 2 / sp.pi)]

    def step(target: Statement) -> Step:
        known = [*positive, *about(prove, L + 1), *about_stretch(prove, L, L + 1)]
        grown = sp.log(stretch(L + 1)) - sp.log(stretch(L))
        return prove.chain(
            target, *known, fact(more_logarithm(prove), {_x: stretch(L), _z: stretch(L + 1)}),
            at_most_logarithm(prove), adds(prove, ceiling(L + 1, stretch(L)), 2 / sp.pi, grown),
        )  # fmt: skip

    return inductive(
        prove, forall(apart, layers, family=RELU, holds=le(1 / now, ceiling(L, stretch(L)))), L,
        lambda base: prove.chain(
            base, *positive, *about(prove, sp.S.Zero), first_back(prove),
            adds(prove, 1 / angle(rho), rest, angle(rho)),
        ),
        step,
    )  # fmt: skip


@lemma("a logarithm grows")
def more_logarithm(prove: Proof) -> Step:
    """0 <= log(z) - log(x) for 1 <= x <= z."""
    share = prove.polynomial(le(0, _y / (_x + _y)), interval(_x, 1, sp.oo), interval(_y, 0, sp.oo))
    goal = forall(
        interval(_x, 1, sp.oo), interval(_z, 1, sp.oo), given=[le(_x, _z)], holds=le(0, sp.log(_z) - sp.log(_x))
    )
    return prove.chain(goal, at(share, {_y: _z - _x}), logarithm(prove))
