"""What one layer does to the tangent kernel, for every normalised activation: the lemmas of the claims about it.

s = dual_slope(1) must be finite for the kernel to exist; a statement speaks only of activations for which it is."""

from typing import Any

import sympy as sp

from deepcond_sym.proof import (
    NONLINEAR,
    NORMALISED,
    Proof,
    Statement,
    Step,
    at,
    dual_slope,
    eq,
    fact,
    forall,
    index,
    interval,
    iterate,
    le,
    lt,
    mu,
    ntk,
    repeat,
)  # fmt: skip
from deepcond_sym.proof.tactics.inductive import inductive
from deepcond_sym.proof.tactics.lemma import lemma
from deepcond_sym.proof.tactics.map_iteration import polynomial_map
from deepcond_sym.proof.tactics.monotone import one_stays
from deepcond_sym.symbols import rho

from .setting import L, correlation, delta, layers, quadratic, separation, t
from .two_phases import majorant

y, x, z = sp.symbols("y x z", real=True)
Y, X, Z = sp.symbols("Y X Z", real=True)
b, s, a = sp.symbols("b s a", real=True)
N, T, e, u, v, w = sp.symbols("N T e u v w", real=True)
i, degrees = index("i")

slope = dual_slope(1)
"""s = E[sigma'^2]."""

unit = interval(y, 0, 1)
nonlinearity = interval(mu, 0, 1)
separated = le(sp.Abs(rho), 1 - delta)


def b_at(depth: Any) -> sp.Expr:
    """b_L = q_mu applied L times to 1 - delta: the largest correlation after L layers."""
    return repeat(quadratic(t), t, depth, 1 - delta)


def slope_bound(at_b: sp.Expr) -> sp.Expr:
    """(1 - mu) (1 - b) + s b: bounds the slope of the dual on [-b, b]."""
    return (1 - mu) * (1 - at_b) + slope * at_b


@lemma("the slope at 1 is at least 1 + mu")
def slope_at_one(prove: Proof) -> Step:
    """1 + mu <= s: the slope of rho^i at 1 is i, which is 1 for i = 1 and at least 2 beyond."""
    return prove.vertices(forall(family=NORMALISED, holds=le(1 + mu, slope)))


@lemma("the slope at 1 exceeds 1")
def slope_above_one(prove: Proof) -> Step:
    """1 < s for every non-linear activation."""
    return prove.vertices(forall(family=NONLINEAR, holds=lt(1, slope)))


@lemma("the slope lies below a line")
def slope_below_line(prove: Proof) -> Step:
    """dual_slope(y) <= (1 - mu) (1 - y) + s y on [0, 1]: i y^(i-1) <= i y for i >= 2."""
    j, from_two = index("j", 2)
    power = y ** (j - 2)
    wider = prove.polynomial(le(j * y * (1 - u), j * y), from_two, unit, interval(u, 0, 1))
    frame = forall(unit, from_two, holds=le(0, 0))
    small = [fact(prove.power(part, y, j - 2, unit, from_two)) for part in ("at most one", "non-negative")]
    tail = prove.chain(frame.conclude(le(j * y ** (j - 1), j * y)), *small, at(wider, {u: 1 - power}))
    goal = forall(unit, family=NORMALISED, holds=le(dual_slope(y), slope_bound(y)))
    return prove.vertices(goal, 2, tail)


@lemma("the slope away from 1")
def slope_is_small(prove: Proof) -> Step:
    """|dual_slope(r)| <= (1 - mu) (1 - y) + s y for |r| <= y <= 1."""
    r = sp.Symbol("r", real=True)
    goal = forall(
        interval(r, -1, 1), unit, given=[le(sp.Abs(r), y)], family=NORMALISED,
        holds=le(sp.Abs(dual_slope(r)), slope_bound(y)),
    )  # fmt: skip
    return prove.chain(goal, at(prove.slope_grows(), {"s": y}), slope_below_line(prove))


@lemma("sums and products of bounded numbers")
def triangle(prove: Proof) -> Step:
    """|x + y z| <= X + Y Z for |x| <= X, |y| <= Y, |z| <= Z."""
    parts = p, P, q, Q = sp.symbols("p P q Q", real=True)
    boxes = [interval(v, 0, sp.oo) for v in parts]
    product = prove.polynomial(
        le(w - u + (P - p) * (q - Q) / 4, w + (P + p) * (q + Q) / 4),
        *boxes, interval(u, 0, sp.oo), interval(w, 0, sp.oo),
    )  # fmt: skip
    free = [interval(c, -sp.oo, sp.oo) for c in (x, y, z)]
    sizes = [interval(c, 0, sp.oo) for c in (X, Y, Z)]
    goal = forall(
        *free, *sizes, given=[le(sp.Abs(x), X), le(sp.Abs(y), Y), le(sp.Abs(z), Z)],
        holds=le(sp.Abs(x + y * z), X + Y * Z),
    )  # fmt: skip

    def side(sign: int) -> Step:
        """sign (x + y z) <= X + Y Z."""
        values = {w: X, u: X - sign * x, p: Y - sign * y, P: Y + sign * y, q: Z + z, Q: Z - z}
        return prove.chain(goal.conclude(le(sign * (x + y * z), X + Y * Z)), at(product, values))

    return prove.absolute_value(goal, side(1), side(-1))


@lemma("one layer of the tangent kernel on the diagonal")
def on_the_diagonal(prove: Proof) -> Step:
    """Theta^(L+1) = 1 + s Theta^(L) at rho = 1."""
    goal = forall(layers, family=NORMALISED, holds=eq(ntk(L + 1, 1), 1 + slope * ntk(L, 1)))
    return prove.identity(goal, unfold=[ntk(L + 1, 1), iterate(L + 1, 1)], using=[(one_stays(prove), {L: L})])


@lemma("the diagonal of the tangent kernel is at least 1")
def diagonal_at_least_one(prove: Proof) -> Step:
    """1 <= Theta^(L) at rho = 1."""
    goal = forall(layers, family=NORMALISED, holds=le(1, ntk(L, 1)))
    grown = prove.polynomial(le(1, 1 + s * N), interval(s, 0, sp.oo), interval(N, 0, sp.oo))
    return inductive(
        prove, goal, L,
        lambda base: prove.chain(base, prove.polynomial(le(1, 1)), prove.folded(base, ntk(0, 1))),
        lambda step: prove.chain(
            step, *sizes(prove), at(grown, {s: slope, N: ntk(L, 1)}), at(flipped(prove, step), {})
        ),
    )  # fmt: skip


def flipped(prove: Proof, frame: Statement) -> Step:
    """1 + s Theta^(L) = Theta^(L+1) at rho = 1."""
    return prove.identity(
        frame.conclude(eq(1 + slope * ntk(L, 1), ntk(L + 1, 1))), using=[(on_the_diagonal(prove), {L: L})]
    )


def sizes(prove: Proof) -> list:
    """0 <= s and, from the hypothesis 1 <= Theta^(L), 0 <= Theta^(L)."""
    positive = prove.polynomial(le(0, 1 + mu + e), nonlinearity, interval(e, 0, sp.oo))
    above = prove.polynomial(le(0, 1 + u), interval(u, 0, sp.oo))
    known = fact(slope_at_one(prove))
    return [known, fact(positive, {e: slope - 1 - mu}), fact(above, {u: ntk(L, 1) - 1})]


@lemma("the exact majorant of a deep correlation")
def correlation_bound(prove: Proof) -> Step:
    """|iterate(L, rho)| <= b_L."""
    goal = forall(
        correlation, separation, layers, given=[separated], family=NORMALISED,
        holds=le(sp.Abs(iterate(L, rho)), b_at(L)),
    )  # fmt: skip
    return prove.chain(goal, prove.absolute(), at(majorant(prove), {"r": sp.Abs(rho), "s": 1 - delta}))


@lemma("the majorant is non-negative")
def b_non_negative(prove: Proof) -> Step:
    """0 <= b_L."""
    goal = forall(nonlinearity, layers, separation, holds=le(0, b_at(L)))
    return prove.chain(goal, at(polynomial_map(prove, quadratic(t), t).stays(below=False), {"s": 1 - delta}))


@lemma("the majorant is at most 1")
def b_at_most_one(prove: Proof) -> Step:
    """b_L <= 1."""
    goal = forall(nonlinearity, layers, separation, holds=le(b_at(L), 1))
    return prove.chain(goal, at(polynomial_map(prove, quadratic(t), t).stays(below=True), {"s": 1 - delta}))


@lemma("one layer of the tangent kernel")
def one_layer(prove: Proof) -> Step:
    """|Theta^(L+1)(rho)| <= b_{L+1} + ((1 - mu) (1 - b_L) + s b_L) |Theta^(L)(rho)|."""
    reached, tangent = iterate(L, rho), ntk(L, rho)
    low, high = b_non_negative(prove), b_at_most_one(prove)
    bound = correlation_bound(prove)
    values = {
        x: iterate(L + 1, rho), y: dual_slope(reached), z: tangent,
        X: b_at(L + 1), Y: slope_bound(b_at(L)), Z: sp.Abs(tangent),
    }  # fmt: skip
    goal = forall(
        correlation, separation, layers, given=[separated], family=NORMALISED,
        holds=le(sp.Abs(ntk(L + 1, rho)), b_at(L + 1) + slope_bound(b_at(L)) * sp.Abs(tangent)),
    )  # fmt: skip
    positive = prove.polynomial(
        le(0, (1 - mu) * (1 - b) + (1 + mu + e) * b), nonlinearity, interval(b, 0, 1), interval(e, 0, sp.oo)
    )
    in_unit = [fact(low), fact(high), fact(low, {L: L + 1}), fact(prove.bounded(), {"r": rho})]
    small = prove.chain(
        goal.conclude(le(sp.Abs(dual_slope(reached)), slope_bound(b_at(L)))),
        *in_unit, fact(bound), at(slope_is_small(prove), {"r": reached, y: b_at(L)}),
    )  # fmt: skip
    return prove.chain(
        goal, *in_unit, fact(bound, {L: L + 1}), fact(slope_at_one(prove)), fact(small),
        fact(positive, {b: b_at(L), e: slope - 1 - mu}),
        prove.unfold(goal, sp.Abs(ntk(L + 1, rho)), ntk(L + 1, rho)),
        at(triangle(prove), values),
    )  # fmt: skip


@lemma("the tangent kernel decays like the majorant")
def tangent_bound(prove: Proof) -> Step:
    """|Theta^(L)(rho)| <= b_L Theta^(L)(1): each layer keeps it, as (1 - mu) (1 - b) + s b <= s (1 - mu (1 - b))."""
    goal = forall(
        correlation, separation, layers, given=[separated], family=NORMALISED,
        holds=le(sp.Abs(ntk(L, rho)), b_at(L) * ntk(L, 1)),
    )  # fmt: skip
    low, high = b_non_negative(prove), b_at_most_one(prove)
    following = quadratic(b)
    box = (nonlinearity, interval(b, 0, 1), interval(e, 0, sp.oo), interval(N, 0, sp.oo), interval(u, 0, sp.oo))
    s_e = 1 + mu + e
    kept = prove.polynomial(
        le(following + ((1 - mu) * (1 - b) + s_e * b) * (b * N - u), following * (1 + s_e * N)), *box
    )
    first = prove.polynomial(le(1 - delta - u, 1 - delta), separation, interval(u, 0, sp.oo))

    def start(base: Statement) -> Step:
        return prove.chain(
            base, prove.unfold(base, base.conclusion.lhs, ntk(0, rho)), at(first, {u: 1 - delta - sp.Abs(rho)}),
            prove.folded(base, base.conclusion.rhs, b_at(0), ntk(0, 1)),
        )  # fmt: skip

    def step(later: Statement) -> Step:
        before = ntk(L, 1)
        values = {b: b_at(L), e: slope - 1 - mu, N: before, u: b_at(L) * before - sp.Abs(ntk(L, rho))}
        there = later.conclude(le(0, 0))
        next_b = b_at(L + 1)
        rest = slope_bound(b_at(L)) * sp.Abs(ntk(L, rho))
        return prove.chain(
            later, fact(slope_at_one(prove)), fact(low), fact(high), fact(diagonal_at_least_one(prove)),
            fact(prove.polynomial(le(0, 1 + u), interval(u, 0, sp.oo)), {u: before - 1}),
            one_layer(prove),
            prove.unfold(there, next_b + rest, next_b),
            at(kept, values),
            prove.identity(
                there.conclude(eq(quadratic(b_at(L)) * (1 + slope * before), next_b * ntk(L + 1, 1))),
                unfold=[next_b], using=[(on_the_diagonal(prove), {L: L})],
            ),
        )  # fmt: skip

    return inductive(prove, goal, L, start, step)
