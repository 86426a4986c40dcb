"""How fast the tangent kernel of two different inputs settles in the chaotic phase, for 0 <= c <= c*: like
l chi_{c*}^l."""

from dataclasses import replace
from typing import Any

import sympy as sp

from deepcond_sym.proof import Proof, Statement, Step, at, dual_slope, eq, fact, interval, iterate, le, lt
from deepcond_sym.proof.tactics.arbitrary import scaled
from deepcond_sym.proof.tactics.inductive import inductive
from deepcond_sym.proof.tactics.lemma import lemma
from deepcond_sym.proof.tactics.power_gaps import adds, b, limit, x

from . import chaotic_steps
from .chaotic_steps import (
    approaches,
    below_one,
    bend,
    chaotic,
    frame,
    kernel,
    kernel_at_most,
    settled,
    settles,
    shown,
    slope,
    slope_below_one,
    slope_in,
    where,
)  # fmt: skip
from .setting import c, chi, from_one, l, layers

_a, _k, _s, _u, _v, _w = sp.symbols("_a _k _s _u _v _w", real=True)
_from_zero = {s: interval(s, 0, sp.oo) for s in (_a, _u, _v, _w)}
_anything = interval(_k, -sp.oo, sp.oo)

growth = (b - c) * (slope + bend * settled)
"""What each layer adds to the distance from the limit, over chi_{c*}^l."""


def distance(depth: Any) -> sp.Expr:
    """p*_ab - Theta(depth)."""
    return settled - kernel(depth, c)


def allowed(depth: Any) -> sp.Expr:
    """The bound for it at depth >= 1."""
    return slope ** (depth - 1) * (slope * settled + depth * growth)


def worst(depth: Any) -> sp.Expr:
    """That for all correlations in [0, c*], which is the one for c = 0."""
    return allowed(depth).subs(c, 0)


@lemma("the bend is positive")
def bend_positive(prove: Proof) -> Step:
    """0 <= (chi_1 - chi_{c*})/(1 - c*)."""
    ratio = prove.polynomial(le(0, _u / (1 - b)), below_one, _from_zero[_u])
    less = prove.polynomial(le(0, (1 + _u) - (1 - _v)), *(_from_zero[s] for s in (_u, _v)))
    goal = shown(le(0, bend))
    return prove.chain(
        goal, *where(prove), fact(chaotic(prove)), fact(less, {_u: chi - 1, _v: 1 - slope}),
        at(ratio, {_u: chi - slope}),
    )  # fmt: skip


@lemma("slopes below the fixed point approach that at it")
def slope_approaches(prove: Proof) -> Step:
    """chi_{c*} - f'(c^(l)) <= chi_{c*}^l (c* - c) (chi_1 - chi_{c*})/(1 - c*)."""
    value, size = iterate(l, c), slope**l * (b - c)
    near = prove.absolute_value(
        shown(le(abs(value - b), size)),
        prove.chain(
            shown(le(value - b, size)), *where(prove), *power_known(prove), adds(prove, value - b, b - value),
            adds(prove, sp.S.Zero, slope**l, b - c),
        ),
        prove.chain(shown(le(b - value, size)), approaches(prove)),
    )  # fmt: skip
    change = dual_slope(value) - slope
    goal = shown(le(abs(change), size * bend))
    bound = prove.chain(
        goal, *where(prove), *power_known(prove), fact(near),
        at(chaotic_steps.slope_change(prove), {x: value, limit: size}),
    )  # fmt: skip
    return prove.chain(
        shown(le(-change, size * bend)), fact(bound), adds(prove, -change, size * bend + change),
    )  # fmt: skip


def power_known(prove: Proof) -> list:
    """The facts 0 <= chi_{c*}^l and 0 <= chi_{c*}^l (c* - c)."""
    power = prove.power("non-negative", _a, l, _from_zero[_a], layers)
    product = prove.polynomial(le(0, _u * _v), *(_from_zero[s] for s in (_u, _v)))
    return [fact(power, {_a: slope}), fact(product, {_u: slope**l, _v: b - c})]


@lemma("one layer of the distance to the limit")
def next_distance(prove: Proof) -> Step:
    """p* - Theta(l + 1) <= chi_{c*} (p* - Theta(l)) + chi_{c*}^l (c* - c) (chi_{c*} + bend p*)."""
    bent, after, left = dual_slope(iterate(l, c)), iterate(l + 1, c), distance(l)
    whole = (b - after) + (slope - bent) * settled + bent * left
    here = replace(frame, given=(*frame.given, lt(slope, 1)), conclusion=eq(distance(l + 1), whole))
    split = prove.identity(here, using=[(chaotic_steps.next_kernel(prove), {})])
    first = prove.chain(
        shown(le(b - after, slope * (slope**l * (b - c)))), *where(prove), at(approaches(prove), {l: l + 1})
    )
    size = slope**l * (b - c) * bend
    sum_ = prove.polynomial(le(_k, _k + _u + _v + _w), _anything, *(_from_zero[s] for s in (_u, _v, _w)))
    known = [
        *where(prove), *where(prove, l + 1), *slope_in(prove), *settles(prove), fact(kernel_at_most(prove)),
        fact(first), fact(slope_approaches(prove)),
    ]  # fmt: skip
    apart = prove.chain(
        shown(le((slope - bent) * settled, size * settled)), *known, scaled(prove, settled, slope - bent, size)
    )
    kept = prove.chain(shown(le(bent * left, slope * left)), *known, scaled(prove, left, bent, slope))
    values = {
        _k: whole, _u: slope * (slope**l * (b - c)) - (b - after), _v: size * settled - (slope - bent) * settled,
        _w: slope * left - bent * left,
    }  # fmt: skip
    return prove.chain(
        shown(le(distance(l + 1), slope * left + slope**l * growth)), *known, fact(apart), fact(kept),
        split, at(sum_, values),
    )  # fmt: skip


@lemma("the tangent kernel settles like l chi_{c*}^l")
def settles_down(prove: Proof) -> Step:
    """p* - Theta(l + 1) <= chi_{c*}^l (chi_{c*} p* + (l + 1) (c* - c) (chi_{c*} + bend p*))."""

    def base(start: Statement) -> Step:
        here = replace(start, given=(*start.given, lt(slope, 1)))
        whole = slope * distance(0) + growth
        none = prove.identity(here.conclude(eq(whole, allowed(sp.S.One))), using=[(chaotic_steps.no_kernel(prove), {})])
        return prove.chain(start, fact(slope_below_one(prove)), at(next_distance(prove), {l: 0}), none)

    def step(later: Statement) -> Step:
        more = slope ** (l + 1) * growth
        return prove.chain(
            later, *where(prove), *settles(prove), at(next_distance(prove), {l: l + 1}),
            adds(prove, slope * distance(l + 1) + more, slope, allowed(l + 1) - distance(l + 1)),
        )  # fmt: skip

    return inductive(prove, shown(le(distance(l + 1), allowed(l + 1))), l, base, step)


@lemma("what each layer adds is positive")
def growth_positive(prove: Proof) -> Step:
    """0 <= chi_{c*} + bend p*."""
    total = prove.polynomial(le(0, _u + _v * _w), *(_from_zero[s] for s in (_u, _v, _w)))
    return prove.chain(
        shown(le(0, slope + bend * settled)), *where(prove), *settles(prove), fact(bend_positive(prove)),
        at(total, {_u: slope, _v: bend, _w: settled}),
    )  # fmt: skip


@lemma("the tangent kernel settles, whatever the correlation below the fixed point")
def settles_anyway(prove: Proof) -> Step:
    """p* - Theta(l + 1) <= chi_{c*}^l (chi_{c*} p* + (l + 1) c* (chi_{c*} + bend p*))."""
    product = prove.polynomial(le(0, (l + 1) * _u), layers, _from_zero[_u])
    return prove.chain(
        shown(le(distance(l + 1), worst(l + 1))), *where(prove), *settles(prove), *power_known(prove),
        fact(growth_positive(prove)), fact(settles_down(prove)), fact(product, {_u: c}),
        adds(prove, distance(l + 1), allowed(l + 1) - distance(l + 1)),
        adds(prove, allowed(l + 1), slope**l, (l + 1) * c, slope + bend * settled),
    )  # fmt: skip


@lemma("correlations approach the fixed point, whatever they are below it")
def approaches_anyway(prove: Proof) -> Step:
    """c* - c^(l) <= chi_{c*}^l c*."""
    gap = b - iterate(l, c)
    return prove.chain(
        shown(le(gap, slope**l * b)), *where(prove), *power_known(prove), fact(approaches(prove)),
        adds(prove, gap, slope**l * (b - c) - gap), adds(prove, slope**l * (b - c), slope**l, c),
    )  # fmt: skip


@lemma("the distance to the limit is not negative")
def distance_positive(prove: Proof) -> Step:
    """0 <= p* - Theta(l)."""
    positive = prove.polynomial(le(0, _u), _from_zero[_u])
    return prove.chain(
        shown(le(0, distance(l))), *where(prove), *settles(prove), fact(kernel_at_most(prove)),
        at(positive, {_u: distance(l)}),
    )  # fmt: skip


@lemma("the tangent kernel settles, from the first layer on")
def settles_at(prove: Proof) -> Step:
    """p* - Theta(l) <= chi_{c*}^(l - 1) (chi_{c*} p* + l (c* - c) (chi_{c*} + bend p*)) for l >= 1."""
    later = replace(
        frame, variables=tuple(from_one if v == layers else v for v in frame.variables),
        conclusion=le(distance(l), allowed(l)),
    )  # fmt: skip
    return prove.chain(later, fact(slope_below_one(prove)), at(settles_down(prove), {l: l - 1}))
