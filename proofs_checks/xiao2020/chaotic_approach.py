"""Correlations close in on c* at the rate chi_{c*} from both sides, once they are in reach: |c| <= c* + (1 - c*)
chi_{c*} w with w < 1.

E(u) = s u/(s + u) with s = chi_{c*}: one layer takes c* + (1 - c*) E(u) to at most c* + (1 - c*) E(s u), as f lies
below the parabola through c* and 1 with its slope at c*."""

from dataclasses import replace
from typing import Any

import sympy as sp

from deepcond_sym.proof import Proof, Statement, Step, at, dual, eq, fact, forall, interval, iterate, le, lt
from deepcond_sym.proof.tactics.arbitrary import scaled
from deepcond_sym.proof.tactics.inductive import inductive
from deepcond_sym.proof.tactics.lemma import lemma
from deepcond_sym.proof.tactics.power_gaps import adds, b, share, towards_one, x
from deepcond_sym.proof.tactics.power_gaps import r as outer
from proofs_checks.agarwal2021 import uncentred, uncentred_depth
from proofs_checks.agarwal2021.uncentred import at_fixed_point

from .chaotic_start_steps import j, later
from .chaotic_steps import NON_AFFINE, below_one, fixed, slope, slope_below_one
from .setting import c, correlation, l, layers

u, w = sp.symbols("u w", real=True)
_a, _p, _s = sp.symbols("_a _p _s", real=True)
any_u, part = interval(u, 0, sp.oo), interval(w, 0, 1, "()")
_slope, _power = interval(_s, 0, 1, "()"), interval(_p, 0, 1)
active = lt(0, slope)

reach = b + (1 - b) * slope * w
"""The largest correlation, in absolute value, that is in reach."""


def curve(at_u: Any, s: Any = slope) -> Any:
    """E(u)."""
    return s * at_u / (s + at_u)


def beyond(at_u: Any, s: Any = slope) -> Any:
    """c* + (1 - c*) E(u)."""
    return towards_one.subs(share, curve(at_u, s))


def signs(prove: Proof) -> list:
    """chi_{c*} < 1."""
    return [fact(slope_below_one(prove))]


def in_reach(prove: Proof) -> list:
    """The facts chi_{c*} < 1 and c* < reach <= 1."""
    far = b + (1 - b) * _s * w
    relations = le(0, far), le(far, 1), le(-far, 1), lt(b, far)
    shown = [prove.polynomial(relation, below_one, part, _slope) for relation in relations]
    return [*signs(prove), *(fact(step, {_s: slope}) for step in shown)]


def on_curve(prove: Proof, at_u: Any) -> list:
    """The facts that c* + (1 - c*) E(u) is a correlation, and E(u) in [0, 1], where 0 <= u is known."""
    relations = [
        lt(0, _s + u), le(0, curve(u, _s)), le(curve(u, _s), 1), le(0, beyond(u, _s)), le(beyond(u, _s), 1),
        le(-beyond(u, _s), 1),
    ]  # fmt: skip
    scaled_u = [fact(prove.polynomial(le(0, _s * u), any_u, _slope), {_s: slope})] if at_u == slope * u else []
    shown = [prove.polynomial(relation, below_one, any_u, _slope) for relation in relations]
    return [*scaled_u, *(fact(step, {_s: slope, u: at_u}) for step in shown)]


@lemma("one layer beyond the fixed point")
def one_layer(prove: Proof) -> Step:
    """f(c* + (1 - c*) E(u)) <= c* + (1 - c*) E(s u)."""
    goal = forall(
        below_one, any_u, given=[fixed, active], family=NON_AFFINE, holds=le(dual(beyond(u)), beyond(slope * u))
    )
    known = [*signs(prove), *on_curve(prove, u), *on_curve(prove, slope * u)]
    v = curve(u)
    above = slope * (1 - b) * v * (1 - v) + v**2 * (1 - dual(b))
    majorant = prove.chain(
        goal.conclude(le(dual(beyond(u)) - dual(b), above)), *known,
        at(uncentred.chord_majorant(prove), {share: v}),
    )  # fmt: skip
    shape, wide = curve(u, _s), replace(goal, given=(*goal.given, lt(0, slope + u)))
    last = prove.polynomial(
        le(b + _s * (1 - b) * shape * (1 - shape) + shape**2 * (1 - b), beyond(_s * u, _s)), below_one, any_u, _slope
    )
    return prove.chain(
        goal, *known, fact(majorant), adds(prove, dual(beyond(u)), above - (dual(beyond(u)) - dual(b))),
        at_fixed_point(prove, wide, above + dual(b)), at(last, {_s: slope}),
    )  # fmt: skip


first = slope * w / (1 - w)
"""Where the curve starts: E(first) = chi_{c*} w."""


@lemma("every layer beyond the fixed point")
def every_layer(prove: Proof) -> Step:
    """iterate(j, reach) <= c* + (1 - c*) E(s^j first)."""
    goal = forall(
        below_one, part, later, given=[fixed, active], family=NON_AFFINE,
        holds=le(iterate(j, reach), beyond(slope**j * first)),
    )  # fmt: skip
    size = _s * w / (1 - w)
    start = prove.polynomial(le(b + (1 - b) * _s * w, beyond(size, _s)), below_one, part, _slope)
    # what the terms need: the point in reach is a correlation, s^j first >= 0, and so is what f is applied to
    of_power = [
        prove.polynomial(relation, part, _slope, interval(_p, 0, sp.oo))
        for relation in (le(0, _p * size), lt(0, _s + _p * size), lt(0, 1 + _p * w / (1 - w)))
    ]
    power = prove.power("non-negative", _a, j, interval(_a, 0, sp.oo), later)

    def known(depth: Any) -> list:
        at_depth = slope**depth
        return [
            *in_reach(prove), fact(power, {_a: slope, j: depth}),
            *(fact(step, {_s: slope, _p: at_depth}) for step in of_power),
        ]  # fmt: skip

    def unfolded(target: Statement) -> Step:
        wide, call = replace(target, given=(*target.given, le(reach, 1), le(-reach, 1))), target.conclusion.lhs
        return prove.unfold(wide, call, call)

    def step(target: Statement) -> Step:
        here = slope**j * first
        return prove.chain(
            target, *known(j), *known(j + 1), *on_curve(prove, here),
            fact(prove.bounded(), {"L": j, "r": reach}), fact(prove.non_negative(), {"L": j, "s": reach}),
            unfolded(target), at(uncentred.grows(prove), {x: iterate(j, reach), "y": beyond(here)}),
            at(one_layer(prove), {u: here}),
        )  # fmt: skip

    return inductive(
        prove, goal, j, lambda base: prove.chain(base, *known(sp.S.Zero), unfolded(base), at(start, {_s: slope})), step
    )


@lemma("towards the fixed point at its slope, from outside")
def from_outside(prove: Proof) -> Step:
    """iterate(j, reach) - c* <= s^j (reach - c*)/(1 - w)."""
    bound = slope**j * (1 - b) * slope * w / (1 - w)
    goal = forall(
        below_one, part, later, given=[fixed, active], family=NON_AFFINE, holds=le(iterate(j, reach) - b, bound)
    )
    size = _p * _s * w / (1 - w)
    drop = prove.polynomial(
        le(beyond(size, _s) - b, _p * (1 - b) * _s * w / (1 - w)), below_one, part, _slope, interval(_p, 0, sp.oo)
    )
    positive = [
        prove.polynomial(relation, part, _slope, interval(_p, 0, sp.oo))
        for relation in (lt(0, _s + size), lt(0, 1 + _p * w / (1 - w)))
    ]
    power = prove.power("non-negative", _a, j, interval(_a, 0, sp.oo), later)
    values = {_s: slope, _p: slope**j}
    value = iterate(j, reach)
    return prove.chain(
        goal, *in_reach(prove), fact(power, {_a: slope}), *(fact(step, values) for step in positive),
        fact(every_layer(prove)), adds(prove, value - b, beyond(slope**j * first) - value), at(drop, values),
    )  # fmt: skip


@lemma("towards the fixed point at its slope, from both sides")
def from_both_sides(prove: Proof) -> Step:
    """|iterate(j, x) - c*| <= s^j |x - c*|/(1 - w) for |x| <= reach."""
    size = abs(x - b)
    bound = slope**j * size / (1 - w)
    goal = forall(
        interval(x, -1, 1), below_one, part, later, given=[fixed, active, le(abs(x), reach)], family=NON_AFFINE,
        holds=le(abs(iterate(j, x) - b), bound),
    )  # fmt: skip
    gap = reach - b
    ratio = prove.polynomial(
        le(0, _a / ((1 - b) * _s * w)), below_one, part, _slope, interval(_a, 0, sp.oo)
    )
    last = slope**j * (1 - b) * slope * w / (1 - w)
    cancel = prove.polynomial(
        le(_a / ((1 - b) * _s * w) * (_p * (1 - b) * _s * w / (1 - w)), _p * _a / (1 - w)), below_one, part, _slope,
        interval(_a, 0, sp.oo), interval(_p, 0, sp.oo),
    )  # fmt: skip
    power = prove.power("non-negative", _a, j, interval(_a, 0, sp.oo), later)
    value = iterate(j, reach)
    return prove.chain(
        goal, *in_reach(prove), fact(power, {_a: slope}),
        fact(from_outside(prove)), fact(ratio, {_a: size, _s: slope}),
        at(uncentred_depth.telescope(prove), {outer: reach, "L": j}),
        scaled(prove, size / gap, value - b, last),
        at(cancel, {_a: size, _s: slope, _p: slope**j}),
    )  # fmt: skip


@lemma("layers after layers")
def composed(prove: Proof) -> Step:
    """iterate(j, iterate(l, c)) = iterate(l + j, c)."""
    inner = iterate(l, c)
    goal = forall(correlation, layers, later, family=NON_AFFINE, holds=eq(iterate(j, inner), iterate(l + j, c)))
    return inductive(
        prove, goal, j,
        lambda base: prove.identity(base, unfold=[iterate(0, inner)]),
        lambda step: prove.identity(
            step, [["unfold", iterate(j + 1, inner)], ["given", 0], ["unfold", iterate(l + j + 1, c)]]
        ),
    )  # fmt: skip


@lemma("towards the fixed point at its slope, from any layer on")
def from_a_layer_on(prove: Proof) -> Step:
    """|c^(l + j) - c*| <= s^j |c^(l) - c*|/(1 - w) for |c^(l)| <= reach."""
    value, inner = iterate(l + j, c), iterate(l, c)
    goal = forall(
        correlation, below_one, part, layers, later, given=[fixed, active, le(abs(inner), reach)], family=NON_AFFINE,
        holds=le(abs(value - b), slope**j * abs(inner - b) / (1 - w)),
    )  # fmt: skip
    same = prove.identity(
        goal.conclude(eq(abs(value - b), abs(iterate(j, inner) - b))), using=[(composed(prove), {})]
    )
    return prove.chain(
        goal, fact(prove.bounded(), {"L": l, "r": c}), same, at(from_both_sides(prove), {x: inner})
    )
