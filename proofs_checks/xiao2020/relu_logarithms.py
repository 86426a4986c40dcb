"""ReLU at (2, 0): the inverse angle, gamma and the tangent kernel up to bounded terms, with their logarithms of the
depth, for the correlation rho and at every depth."""

from typing import Any

import sympy as sp

from deepcond_sym.proof import RELU, Proof, Step, at, fact, forall, interval, le, lt, ntk
from deepcond_sym.proof.proof import Use
from deepcond_sym.proof.search.ball_box import cut, product, slope
from deepcond_sym.proof.tactics.lemma import lemma
from deepcond_sym.proof.tactics.power_gaps import adds
from deepcond_sym.symbols import rho
from proofs_checks.agarwal2021.setting import L, layers
from proofs_checks.starnaud2025 import kernel_rate as rate
from proofs_checks.starnaud2025.angle_steps import more_logarithm, stretch
from proofs_checks.starnaud2025.angles import angle, apart
from proofs_checks.starnaud2025.limit_steps import sixth
from proofs_checks.starnaud2025.logarithm_steps import (
    falling_log,
    less_logarithm,
    nearly_at_least,
    nearly_at_most,
    per_log,
    positive,
    second,
)
from proofs_checks.starnaud2025.one_layer import third
from proofs_checks.starnaud2025.scaling import has_values, sigma
from proofs_checks.starnaud2025.scaling_bounds import a
from proofs_checks.starnaud2025.scaling_bounds import known as about_start

from .relu_limits import about_share, deep, gap, in_share, known, limit, now

log = sp.log(L)
_d, _e, _s, _x, _y = sp.symbols("_d _e _s _x _y", real=True)
_steps, _size, _more = interval(_s, 0, "1/3", "("), interval(_d, 0, sp.oo), interval(_e, 0, sp.oo)


def bounded(r: sp.Expr) -> sp.Expr:
    """How far 1/theta_l is from l/(3 pi) + log(l)/(2 pi), at most."""
    return sp.Rational(5, 2) / angle(r) + 1


def gamma_error(r: sp.Expr) -> sp.Expr:
    """How far l^2 gamma^(l) is from 9 pi^2/2 (1 - 3 log(l)/l), at most, times l."""
    return limit * (6 * sp.pi * bounded(r) + sp.Rational(27, 2) + 54 * sp.pi**2 * bounded(r) ** 2)


def tangent_error(r: sp.Expr) -> sp.Expr:
    """How far the tangent kernel, whose first angle is acos(r), is from l/4 + 3/8 log(l), at most."""
    return 15 * sp.pi / (8 * angle(r)) + rate.error


def _logarithms(prove: Proof, sign: int) -> Step:
    """sign (log(1 + s L) - log(L)) <= 1/s."""
    x = 1 + _s * L
    small, large = (x, L) if sign > 0 else (L, x)
    goal = forall(_steps, deep, holds=le(sp.log(small) - sp.log(large), 1 / _s))
    share = prove.polynomial(le(0, 1 / _s - small / large), _steps, deep)
    laws = le(1, x), le(1, L), le(1, x + L), le(x, x + L), le(L, x + L), le(0, x)
    return prove.chain(
        goal, *(fact(prove.polynomial(law, _steps, deep)) for law in laws), fact(share),
        fact(more_logarithm(prove), {"_x": small, "_z": x + L}),
        fact(less_logarithm(prove), {"_x": large, "_h": small}),
        adds(prove, goal.conclusion.lhs, sp.log(x + L) - sp.log(small)),
        adds(prove, sp.log(x + L) - sp.log(large), small / large - sp.log(x + L) + sp.log(large)),
        adds(prove, small / large, 1 / _s - small / large),
    )  # fmt: skip


@lemma("log(1 + s L) is at most log(L) + 1/s")
def logarithm_at_most(prove: Proof) -> Step:
    """log(1 + s L) - log(L) <= 1/s."""
    return _logarithms(prove, 1)


@lemma("log(1 + s L) is at least log(L) - 1/s")
def logarithm_at_least(prove: Proof) -> Step:
    """log(L) - log(1 + s L) <= 1/s."""
    return _logarithms(prove, -1)


def about_logarithms(prove: Proof, depth: Any = L) -> list[Use]:
    """|log(1 + depth theta/(3 pi)) - log(depth)| <= 3 pi/theta."""
    angles = interval(_x, 0, sp.pi, "(")
    laws = lt(0, _x / (3 * sp.pi)), le(_x / (3 * sp.pi), "1/3")
    return [
        *(fact(prove.polynomial(law, angles), {_x: angle(rho)}) for law in laws),
        *(
            fact(law(prove), {_s: angle(rho) * third, L: depth})
            for law in (logarithm_at_most, logarithm_at_least)
        ),
    ]  # fmt: skip


@lemma("the inverse angle up to a bounded term, from above")
def angle_at_most(prove: Proof) -> Step:
    """1/theta_L - L/(3 pi) - log(L)/(2 pi) <= 5/(2 theta_0) + 1."""
    squares = angle(rho) ** 2 + 3 * sp.pi * angle(rho)
    room = prove.polynomial(
        le(0, 1 - sixth * _x - second * (_x**2 + 3 * sp.pi * _x)), interval(_x, 0, sp.pi)
    )
    goal = forall(apart, deep, family=RELU, holds=le(1 / now - L * third - per_log * log, bounded(rho)))
    grown = 1 / angle(rho) + sixth * angle(rho) + second * squares
    return prove.chain(
        goal, *known(prove), *about_logarithms(prove), *positive(prove, per_log), fact(room, {_x: angle(rho)}),
        fact(nearly_at_most(prove)),
        adds(
            prove, goal.conclusion.lhs, grown + L * third + per_log * sp.log(stretch(L)) - 1 / now
        ),
        adds(
            prove, grown + per_log * (sp.log(stretch(L)) - log), per_log,
            1 / (angle(rho) * third) - sp.log(stretch(L)) + log,
        ),
        adds(prove, grown + per_log / (angle(rho) * third), 1 - sixth * angle(rho) - second * squares),
    )  # fmt: skip


@lemma("the inverse angle up to a bounded term, from below")
def angle_at_least(prove: Proof) -> Step:
    """L/(3 pi) + log(L)/(2 pi) - 1/theta_L <= 5/(2 theta_0) + 1."""
    r, share = stretch(L), angle(rho) / sp.pi**2
    reached = 1 / angle(rho) + L * third + per_log * sp.log(r) - share * (3 - falling_log(r))
    sign = prove.ball_box(le(0, falling_log(_x)), interval(_x, 1, sp.oo), outline=product(1 / _x, sp.log(_x) + 3))
    room = prove.polynomial(le(0, 2 / _x + 1 - 3 * _x / sp.pi**2), interval(_x, 0, sp.pi, "("))
    goal = forall(apart, deep, family=RELU, holds=le(L * third + per_log * log - 1 / now, bounded(rho)))
    left = sp.S.Half / angle(rho)
    return prove.chain(
        goal, *known(prove), *about_logarithms(prove), *positive(prove, per_log, 1 / sp.pi**2), fact(sign, {_x: r}),
        fact(room, {_x: angle(rho)}), fact(nearly_at_least(prove)),
        adds(prove, goal.conclusion.lhs, 1 / now - reached),
        adds(
            prove, L * third + per_log * log - reached, per_log, 1 / (angle(rho) * third) - log + sp.log(r)
        ),
        adds(prove, left + share * (3 - falling_log(r)), 1 / sp.pi**2, angle(rho), falling_log(r)),
        adds(prove, left + 3 * share, 2 / angle(rho) + 1 - 3 * share),
    )  # fmt: skip


d = 1 / now - L * third
"""What the inverse angle has above L/(3 pi)."""


def _about_gamma(prove: Proof) -> list[Use]:
    """What is known of gamma and d."""
    signs = le(0, L**2), le(0, 1 / L), le(0, 1 - 1 / L), le(0, 1 / L**2)
    goal = forall(apart, deep, family=RELU, holds=le(0, d))
    return [
        *known(prove), *(fact(prove.polynomial(law, deep)) for law in signs), fact(angle_at_most(prove)),
        fact(angle_at_least(prove)), *positive(prove, limit, 1 / (3 * sp.pi)),
        fact(prove.chain(goal, *known(prove), adds(prove, sp.S.Zero, 1 / angle(rho)), adds(
            prove, 1 / angle(rho), 1 / now - 1 / angle(rho) - L * third))),
        fact(prove.polynomial(lt(0, sp.Rational(5, 2) / _x + 1), interval(_x, 0, sp.oo, "(")), {_x: angle(rho)}),
    ]  # fmt: skip


@lemma("squared depth times gamma with its logarithm, from above")
def gamma_at_most(prove: Proof) -> Step:
    """L^2 gamma^(L) - 9 pi^2/2 (1 - 3 log(L)/L) <= C/L."""
    D, share = bounded(rho), per_log * log
    expansion = prove.polynomial(
        le(L**2 / (2 * (L * third + _d) ** 2), limit * (1 - 6 * sp.pi * _d / L + 27 * sp.pi**2 * _d**2 / L**2)),
        deep, _size,
    )  # fmt: skip
    square = prove.polynomial(le(0, (_d + _e) ** 2 - _d**2), _size, _more)
    mean = prove.polynomial(le(0, (_x - _y) ** 2), *(interval(v, -sp.oo, sp.oo) for v in (_x, _y)))
    twice = _x - 2 * sp.log(_x)
    small_log = prove.ball_box(
        le(0, _x - sp.log(_x) ** 2), interval(_x, 1, sp.oo),
        outline=slope(_x, 0, product(1 / _x, (twice, cut(_x, 3, None, slope(_x, 0, product(1 / _x, _x - 2)))))),
    )  # fmt: skip
    goal = forall(
        apart, deep, family=RELU, holds=le(L**2 * gap - limit * (1 - 3 * log / L), gamma_error(rho) / L)
    )
    signs = le(0, 6 * sp.pi * limit / L), le(0, 27 * sp.pi**2 * limit / L**2), le(0, 27 * limit / (2 * L**2))
    scale = 27 * sp.pi**2 * limit / L**2
    linear = limit * 6 * sp.pi * D / L
    return prove.chain(
        goal, *_about_gamma(prove), *(fact(prove.polynomial(law, deep)) for law in signs),
        fact(square, {_d: d, _e: share + D - d}), fact(mean, {_x: share, _y: D}), fact(small_log, {_x: L}),
        fact(prove.polynomial(le(0, 54 * sp.pi**2 * limit * _x**2 / L), deep, interval(_x, 0, sp.oo)), {_x: D}),
        adds(prove, goal.conclusion.lhs, L**2, now**2 / 2 - gap),
        at(_less(prove, expansion), {_d: d, _x: limit * (1 - 3 * log / L)}),
        adds(
            prove, limit * (3 * log / L - 6 * sp.pi * d / L + 27 * sp.pi**2 * d**2 / L**2), 6 * sp.pi * limit / L,
            d - share + D,
        ),
        adds(prove, linear + scale * d**2, scale, (share + D) ** 2 - d**2),
        adds(prove, linear + scale * (share + D) ** 2, scale, (share - D) ** 2),
        adds(prove, linear + 2 * scale * (share**2 + D**2), 27 * limit / (2 * L**2), L - log**2),
        adds(
            prove, linear + 27 * limit / (2 * L) + 2 * scale * D**2, 54 * sp.pi**2 * limit * D**2 / L, 1 - 1 / L
        ),
    )  # fmt: skip


def _less(prove: Proof, step: Step) -> Step:
    """a - x <= b - x, for the step a <= b."""
    whole, anything = step.conclusion, interval(_x, -sp.oo, sp.oo)
    low, high = whole.conclusion.lhs, whole.conclusion.rhs
    return prove.polynomial(le(low - _x, high - _x), *whole.variables, anything)


@lemma("squared depth times gamma with its logarithm, from below")
def gamma_at_least(prove: Proof) -> Step:
    """9 pi^2/2 (1 - 3 log(L)/L) - L^2 gamma^(L) <= C/L."""
    D, share, scale = bounded(rho), per_log * log, 27 * sp.pi**3 / L
    goal = forall(
        apart, deep, family=RELU, holds=le(limit * (1 - 3 * log / L) - L**2 * gap, gamma_error(rho) / L)
    )
    z = L * now / (3 * sp.pi)
    rest = prove.polynomial(
        le(0, limit * (sp.Rational(27, 2) - 3 * sp.pi**2 / 4 + 54 * sp.pi**2 * _x**2) / L), deep, interval(_x, 0, sp.oo)
    )
    return prove.chain(
        goal, *_about_gamma(prove), fact(rest, {_x: D}), fact(prove.polynomial(le(0, scale), deep)),
        *about_share(prove), adds(prove, goal.conclusion.lhs, L**2, gap - now**2 / 2 + now**4 / 24),
        at(in_share(prove), {"_z": z, "_x": 3 * limit * log / L}),
        adds(prove, scale * d + scale * sp.pi / 8 - 3 * limit * log / L, scale, share + D - d),
        adds(prove, scale * D + scale * sp.pi / 8, gamma_error(rho) / L - scale * D - scale * sp.pi / 8),
    )  # fmt: skip


@lemma("the tangent kernel up to a bounded term, from above")
def kernel_at_most(prove: Proof) -> Step:
    """ntk(L, rho) - (L + 1)/4 - 3/8 log(L + 1) <= 15 pi/(8 theta) + 21/4."""
    return _kernel(prove, 1)


@lemma("the tangent kernel up to a bounded term, from below")
def kernel_at_least(prove: Proof) -> Step:
    """(L + 1)/4 + 3/8 log(L + 1) - ntk(L, rho) <= 15 pi/(8 theta) + 21/4."""
    return _kernel(prove, -1)


def _kernel(prove: Proof, sign: int) -> Step:
    kernel, grown, whole = ntk(L, rho), rate.three_eighths * sp.log(1 + sigma), stretch(L + 1)
    here = (L + 1) / 4 + rate.three_eighths * sp.log(L + 1)
    cubes = [prove.polynomial(law, interval(_x, 1, sp.oo)) for law in (le(0, _x**-3), le(0, 1 - _x**-3))]
    goal = forall(apart, layers, family=RELU, holds=le(sign * (kernel - here), tangent_error(rho)))
    error, power = (rate.error_at_most if sign > 0 else rate.error_at_least), whole**-3
    start = sign * (kernel - here)
    reached = sign * (rate.there + grown - here) + rate.error
    bend = sign * (a - a * power) + rate.error
    room = 1 / (angle(rho) * third) - sign * (sp.log(1 + sigma) - sp.log(L + 1))
    rest = power if sign > 0 else 2 - power
    two = prove.polynomial(le(0, 2 - _x**-3), interval(_x, 1, sp.oo))
    return prove.chain(
        goal, *about_start(prove), *has_values(prove), *about_logarithms(prove, L + 1),
        *(fact(cube, {_x: whole}) for cube in (*cubes, two)), *positive(prove, rate.three_eighths), fact(error(prove)),
        adds(prove, start, sign * (rate.there + grown - kernel) + rate.error),
        adds(prove, reached, rate.three_eighths, room),
        adds(
            prove, bend + rate.three_eighths * 3 * sp.pi / angle(rho), sp.Rational(3, 4) * sp.pi, 1 / angle(rho), rest
        ),
    )  # fmt: skip
