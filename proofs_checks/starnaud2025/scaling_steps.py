"""What is left of a difference of tangent kernels after L layers: about (1 + L theta_1/(3 pi))^(-3) of it."""

import sympy as sp

from deepcond_sym.proof import (
    RELU,
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
    iterate,
    le,
    lt,
    relu_slope,
)  # fmt: skip
from deepcond_sym.proof.proof import Use
from deepcond_sym.proof.tactics.inductive import inductive
from deepcond_sym.proof.tactics.lemma import lemma
from deepcond_sym.proof.tactics.power_gaps import adds
from deepcond_sym.symbols import rho
from proofs_checks.agarwal2021.setting import L, layers

from .angle_steps import about, about_stretch, floor, later, now, small, stretch, unfolding
from .angles import angle, angle_at_least, apart, inverse, is_angle, is_correlation, layer_below_one
from .tangent_steps import about_slopes, left_at_least, shrinking

_y, _a, _w, _x = sp.symbols("_y _a _w _x", real=True)
_unit = interval(_y, 0, 1)
_third = sp.Rational(1, 3)
n = 3 * sp.pi / angle(rho)
"""3 pi over the first angle, which is at least 3."""


@lemma("a layer shrinks the cube of an angle by less than the tangent kernel, for the cosines")
def cubes_in_balls(prove: Proof) -> Step:
    """h(cos theta) <= cos(theta y^(1/3)) for theta = pi (1 - y), y in [0, 1)."""
    t = sp.pi * (1 - _y)
    return prove.ball_box(le(sp.sin(t) / sp.pi + _y * sp.cos(t), sp.cos(t * _y**_third)), interval(_y, 0, 1, ")"))


@lemma("a layer shrinks the cube of an angle by less than the tangent kernel")
def cubes(prove: Proof) -> Step:
    """theta^3 (1 - theta/pi) <= T(theta)^3: by arccos from the cosines."""
    slope, first, then = relu_slope(rho), angle(rho), angle(dual(rho))
    goal = forall(apart, family=RELU, holds=le(first**3 * dual_slope(rho), then**3))
    shorter = first * slope**_third
    box = interval(_a, 0, sp.oo), _unit
    below_one = prove.polynomial(lt(1 - _a / sp.pi, 1), interval(_a, 0, sp.oo, "("))
    positive = prove.polynomial(le(0, 1 - _a / sp.pi), interval(_a, 0, sp.pi))
    products = [prove.polynomial(law, *box) for law in (le(0, _a * _y), le(_a * _y, _a))]
    roots = [prove.ball_box(law, _unit) for law in (le(0, _y**_third), le(_y**_third, 1))]
    known = [
        fact(layer_below_one(prove)), *is_correlation(prove, dual(rho)), *is_angle(prove, rho, dual(rho)),
        *(fact(step, {_a: first}) for step in (below_one, positive)), *(fact(step, {_y: slope}) for step in roots),
        *(fact(step, {_a: first, _y: slope**_third}) for step in products),
    ]  # fmt: skip
    cosines = goal.conclude(le(dual(rho), sp.cos(shorter)))
    smaller = prove.chain(cosines, *known, prove.unfold(cosines, dual(rho)), at(cubes_in_balls(prove), {_y: slope}))
    at_most_pi = prove.chain(
        goal.conclude(le(shorter, sp.pi)), *known, adds(prove, shorter, first - shorter),
        adds(prove, first, sp.pi - first),
    )  # fmt: skip
    angles = prove.chain(
        goal.conclude(le(shorter, then)), *known, fact(at_most_pi), fact(smaller),
        at(angle_at_least(prove), {"_x": dual(rho), "_y": shorter}),
    )  # fmt: skip
    larger = prove.polynomial(le(_a**3, (_a + _w) ** 3), interval(_a, 0, sp.oo), interval(_w, 0, sp.oo))
    return prove.chain(
        goal, *known, fact(angles), prove.unfold(goal, first**3 * dual_slope(rho), dual_slope(rho)),
        at(larger, {_a: shorter, _w: then - shorter}),
    )  # fmt: skip


@lemma("what is left of a difference, against the cube of the angle")
def left_by_cubes(prove: Proof) -> Step:
    """P_L theta_1^3 <= theta_(L+1)^3."""
    first, slope = angle(rho) ** 3, dual_slope(iterate(L, rho))
    goal = forall(apart, layers, family=RELU, holds=le(first * shrinking(L), now**3))
    same = prove.identity(
        goal.conclude(eq(angle(dual(iterate(L, rho))) ** 3, later**3)), unfold=[iterate(L + 1, rho)]
    )
    start = forall(apart, family=RELU, holds=eq(first * shrinking(sp.S.Zero), angle(iterate(0, rho)) ** 3))
    return inductive(
        prove, goal, L,
        lambda base: prove.chain(base, prove.identity(start, unfold=[shrinking(sp.S.Zero), iterate(0, rho)])),
        lambda step: prove.chain(
            step, *about(prove, L), *about_slopes(prove, L), prove.unfold(step, step.conclusion.lhs, shrinking(L + 1)),
            adds(prove, first * shrinking(L) * slope, slope, now**3 - first * shrinking(L)),
            at(cubes(prove), {rho: iterate(L, rho)}), same,
        ),
    )  # fmt: skip


@lemma("what is left of a difference, at most")
def left_at_most_inverse_cube(prove: Proof) -> Step:
    """P_L (1 + L theta_1/(3 pi))^3 <= 1."""
    ratio = now * floor(L)
    cube = prove.polynomial(le(_a**3, 1), interval(_a, 0, 1))
    grown = fact(prove.polynomial(le(0, _a**3), interval(_a, 0, sp.oo)), {_a: floor(L)})
    goal = forall(apart, layers, family=RELU, holds=le(shrinking(L) * stretch(L) ** 3, 1))
    known = [*about(prove, L), *about_stretch(prove, L), fact(small(prove))]
    signs = prove.polynomial(le(0, _a * _w), interval(_a, 0, sp.oo), interval(_w, 0, sp.oo))
    below = prove.chain(goal.conclude(le(ratio, 1)), *known, adds(prove, ratio, floor(L), 1 / floor(L) - now))
    return prove.chain(
        goal, *known, fact(below), grown, fact(signs, {_a: now, _w: floor(L)}), fact(left_by_cubes(prove)),
        adds(prove, shrinking(L) * stretch(L) ** 3, floor(L) ** 3, now**3 - angle(rho) ** 3 * shrinking(L)),
        at(cube, {_a: ratio}),
    )  # fmt: skip


def falling(x: sp.Expr) -> sp.Expr:
    """(x - 1)(x - 2)(x - 3)."""
    return (x - 1) * (x - 2) * (x - 3)


def about_n(prove: Proof) -> list[Use]:
    """That n = 3 pi/theta_1 is at least 3."""
    below = fact(inverse(prove), {"_a": angle(rho), "_w": sp.pi - angle(rho)})
    goal = forall(apart, holds=le(3, n))
    shown = prove.chain(goal, *about(prove), below, adds(prove, sp.Integer(3), 3 * sp.pi, 1 / angle(rho) - 1 / sp.pi))
    return [fact(prove.evaluate(forall(holds=le(0, 3 * sp.pi)))), fact(shown)]


@lemma("a layer leaves at least 1 - 3/(n + L)")
def left_by_layer(prove: Proof) -> Step:
    """0 <= (n + L) (1 - theta_(L+1)/pi) - (n + L - 3), by (A), with n = 3 pi/theta_1."""
    slope = dual_slope(iterate(L, rho))
    goal = forall(apart, layers, family=RELU, holds=le(0, (n + L) * slope - (n + L - 3)))
    known = [*about(prove, L), *about_stretch(prove, L), fact(small(prove))]
    same = unfolding(prove, goal.conclude(eq(3 - 3 * floor(L) * now, goal.conclusion.rhs)), slope, known=known)
    return prove.chain(goal, *known, adds(prove, sp.S.Zero, sp.Integer(3), floor(L), 1 / floor(L) - now), same)


@lemma("what is left of a difference, at least")
def left_at_least_product(prove: Proof) -> Step:
    """(n - 1)(n - 2)(n - 3) <= P_L (n + L - 1)(n + L - 2)(n + L - 3), with n = 3 pi/theta_1."""
    goal = forall(apart, layers, family=RELU, holds=le(falling(n), shrinking(L) * falling(n + L)))
    signs = prove.polynomial(le(0, (_a + L - 1) * (_a + L - 2)), interval(_a, 3, sp.oo), layers)

    def base(start: Statement) -> Step:
        equal = start.conclude(eq(start.conclusion.lhs, start.conclusion.rhs))
        return prove.chain(start, unfolding(prove, equal, shrinking(sp.S.Zero), known=about(prove)))

    def step(target: Statement) -> Step:
        known = [
            *about(prove, L), *about_n(prove), *about_slopes(prove, L), fact(left_at_least(prove)),
            fact(left_by_layer(prove)), fact(signs, {_a: n}),
        ]  # fmt: skip
        slope, old = dual_slope(iterate(L, rho)), shrinking(L) * falling(n + L)
        new = shrinking(L) * slope * falling(n + L + 1)
        equal = target.conclude(eq(new, target.conclusion.rhs))
        return prove.chain(
            target, *known, adds(prove, falling(n), old - falling(n)),
            adds(prove, old, shrinking(L), (n + L - 1) * (n + L - 2), (n + L) * slope - (n + L - 3)),
            unfolding(prove, equal, shrinking(L + 1), known=known),
        )  # fmt: skip

    return inductive(prove, goal, L, base, step)


@lemma("what is left of a difference is about an inverse cube")
def left_at_least_inverse_cube(prove: Proof) -> Step:
    """n^3 - 6 n^2 <= P_L (n + L)^3, with n = 3 pi/theta_1."""
    goal = forall(apart, layers, family=RELU, holds=le(n**3 - 6 * n**2, shrinking(L) * (n + L) ** 3))
    fewer = prove.polynomial(le(0, 11 * _a - 6), interval(_a, 3, sp.oo))
    more = prove.polynomial(le(0, (_a + L) ** 3 - falling(_a + L)), interval(_a, 3, sp.oo), layers)
    return prove.chain(
        goal, *about(prove), *about_n(prove), fact(left_at_least(prove)), fact(left_at_least_product(prove)),
        fact(fewer, {_a: n}), fact(more, {_a: n}), adds(prove, n**3 - 6 * n**2, 11 * n - 6),
        adds(prove, falling(n), shrinking(L) * falling(n + L) - falling(n)),
        adds(prove, shrinking(L) * falling(n + L), shrinking(L), (n + L) ** 3 - falling(n + L)),
    )  # fmt: skip
