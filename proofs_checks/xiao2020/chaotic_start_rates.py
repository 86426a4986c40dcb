"""The tangent kernel from any layer on: it tends to p*_ab with an error of the order j chi_{c*}^j after j layers."""

from dataclasses import replace
from typing import Any

import sympy as sp

from deepcond_sym.proof import Proof, Statement, Step, at, dual_slope, eq, fact, interval, iterate, le, lt
from deepcond_sym.proof.tactics.inductive import inductive
from deepcond_sym.proof.tactics.lemma import lemma
from deepcond_sym.proof.tactics.power_gaps import adds, b, limit, x
from proofs_checks.agarwal2021 import tangent_bounds, uncentred

from . import chaotic_steps
from .chaotic_approach import active, from_a_layer_on, part, reach, w
from .chaotic_start_steps import B, j, kernel_bounded, later, r, with_bound
from .chaotic_steps import below_one, bend, chaotic, kernel, settled, settles, slope, slope_below_one
from .setting import c, chi, l

_a, _p, _u, _v, _w = sp.symbols("_a _p _u _v _w", real=True)
_from_zero = {s: interval(s, 0, sp.oo) for s in (_a, _u, _v, _w)}

frame = replace(
    with_bound, variables=(*with_bound.variables, part), given=(*with_bound.given, active, le(r, reach)), label=""
)
start = abs(iterate(l, c) - b) / (1 - w)
"""The distance of the correlation from c* in layer l, over 1 - w."""

growth = start * (slope + bend * B)


def distance(depth: Any) -> sp.Expr:
    return kernel(depth, c) - settled


def allowed(steps: Any) -> sp.Expr:
    """The bound after so many layers, at least one."""
    return slope ** (steps - 1) * (slope * abs(distance(l)) + steps * growth)


def known(prove: Proof) -> list:
    """What is known of chi_{c*} and chi_1, and of the powers of chi_{c*}."""
    power = prove.power("non-negative", _a, j, _from_zero[_a], later)
    wide = prove.polynomial(le(0, _u / (1 - w)), _from_zero[_u], part)
    bent = prove.polynomial(le(0, (_u + _v) / (1 - b)), below_one, _from_zero[_u], _from_zero[_v])
    product = prove.polynomial(le(0, _u * _v), _from_zero[_u], _from_zero[_v])
    size = abs(iterate(l, c) - b)
    close = prove.chain(
        frame.conclude(le(abs(iterate(l, c)), reach)), adds(prove, abs(iterate(l, c)), r - abs(iterate(l, c))),
        adds(prove, r, reach - r),
    )  # fmt: skip
    return [
        fact(slope_below_one(prove)), fact(uncentred.non_negative_slope(prove)), fact(chaotic(prove)),
        *settles(prove), fact(power, {_a: slope}), fact(wide, {_u: size}),
        fact(bent, {_u: chi - 1, _v: 1 - slope}), fact(product, {_u: slope**j, _v: start}), fact(close),
        fact(prove.bounded(), {"L": l + j, "r": c}),
    ]  # fmt: skip


@lemma("one layer of the distance to the limit, from any layer on")
def next_distance(prove: Proof) -> Step:
    """|Theta(l + j + 1) - p*| <= s |Theta(l + j) - p*| + s^j |c^(l) - c*| (s + bend B)/(1 - w)."""
    names = tangent_bounds
    after, bent, before = iterate(l + j + 1, c), dual_slope(iterate(l + j, c)), kernel(l + j, c)
    gap, size = distance(l + j), slope**j * start
    inner = after - b + (bent - slope) * before
    solid = replace(frame, given=(*frame.given, lt(slope, 1)))
    split = prove.identity(
        solid.conclude(eq(distance(l + j + 1), inner + slope * gap)),
        using=[(chaotic_steps.next_kernel(prove), {l: l + j})],
    )
    both = prove.identity(
        solid.conclude(eq(abs(distance(l + j + 1)), abs(inner + slope * gap))), using=[(split, {})]
    )
    facts = known(prove)
    near = [
        prove.chain(frame.conclude(le(abs(iterate(l + j, c) - b), size)), *facts, from_a_layer_on(prove)),
        prove.chain(
            frame.conclude(le(abs(after - b), slope ** (j + 1) * start)), *facts,
            at(from_a_layer_on(prove), {j: j + 1}),
        ),
    ]  # fmt: skip
    change = prove.chain(
        frame.conclude(le(abs(bent - slope), size * bend)), *facts, fact(near[0]),
        at(chaotic_steps.slope_change(prove), {x: iterate(l + j, c), limit: size}),
    )  # fmt: skip
    product = prove.polynomial(le(0, _u * _v), _from_zero[_u], _from_zero[_v])
    more = [
        fact(product, {_u: size, _v: (chi - slope) / (1 - b)}), fact(product, {_u: slope, _v: size}),
        *map(fact, (*near, change, kernel_bounded(prove))),
    ]  # fmt: skip
    first = prove.chain(
        frame.conclude(le(abs(inner), slope ** (j + 1) * start + size * bend * B)), *facts, *more,
        at(names.triangle(prove), {
            names.x: after - b, names.y: bent - slope, names.z: before, names.X: slope ** (j + 1) * start,
            names.Y: size * bend, names.Z: B}),
    )  # fmt: skip
    total = slope ** (j + 1) * start + size * bend * B
    turned = prove.polynomial(le(-_u, _u), _from_zero[_u])
    sum_known = prove.polynomial(le(0, _u + _v * _w), *(_from_zero[s] for s in (_u, _v, _w)))
    return prove.chain(
        frame.conclude(le(abs(distance(l + j + 1)), slope * abs(gap) + slope**j * growth)), *facts, *more,
        fact(first), fact(sum_known, {_u: slope ** (j + 1) * start, _v: size * bend, _w: B}),
        fact(turned, {_u: slope}), both,
        at(names.triangle(prove), {
            names.x: inner, names.y: slope, names.z: gap, names.X: total, names.Y: slope, names.Z: abs(gap)}),
    )  # fmt: skip


@lemma("the tangent kernel settles from any layer on")
def settles_down(prove: Proof) -> Step:
    """|Theta(l + j + 1) - p*| <= s^j (s |Theta(l) - p*| + (j + 1) growth)."""
    goal = frame.conclude(le(abs(distance(l + j + 1)), allowed(j + 1)))

    def step(target: Statement) -> Step:
        here = abs(distance(l + j + 1))
        return prove.chain(
            target, *known(prove), at(next_distance(prove), {j: j + 1}),
            adds(prove, slope * here + slope ** (j + 1) * growth, slope, allowed(j + 1) - here),
        )  # fmt: skip

    return inductive(
        prove, goal, j,
        lambda base: prove.chain(base, fact(slope_below_one(prove)), at(next_distance(prove), {j: 0})), step,
    )  # fmt: skip
