"""Activations of which only E[sigma^2] = 1 is known: what many layers do to a correlation."""

import sympy as sp

from deepcond_sym.proof import (
    UNCENTRED,
    Proof,
    Relation,
    Statement,
    Step,
    at,
    dual,
    dual_slope,
    eq,
    fact,
    forall,
    index,
    interval,
    iterate,
    le,
    lt,
)  # fmt: skip
from deepcond_sym.proof.tactics import power_gaps
from deepcond_sym.proof.tactics.inductive import inductive
from deepcond_sym.proof.tactics.lemma import lemma
from deepcond_sym.proof.tactics.power_gaps import adds, b, limit, r, signed_x, unit_b, unit_r, x

from . import uncentred
from .setting import L, layers
from .uncentred import NON_AFFINE, at_fixed_point, below_one, fixed

N, waits = index("N")
j, later = index("j")
k, beyond = index("k")
_a, _c, _q, _w = sp.symbols("_a _c _q _w", real=True)
_unit_c, _positive = interval(_c, 0, 1), interval(_a, 0, sp.oo, "(")


def unfolded(prove: Proof, target: Statement) -> Step:
    return prove.unfold(target, target.conclusion.lhs)


def folded(prove: Proof, target: Statement) -> Step:
    return prove.folded(target, target.conclusion.rhs)


@lemma("larger correlations stay larger")
def dominated(prove: Proof) -> Step:
    """|iterate(L, x)| <= iterate(L, r) for |x| <= r <= 1."""
    goal = forall(
        signed_x, unit_r, layers, given=[le(abs(x), r)], family=UNCENTRED, holds=le(abs(iterate(L, x)), iterate(L, r))
    )
    return inductive(
        prove, goal, L,
        lambda base: prove.chain(
            base, unfolded(prove, base), adds(prove, abs(x), r - abs(x)), folded(prove, base)
        ),
        lambda step: prove.chain(
            step, *in_unit(prove, r), fact(prove.bounded(), {"r": x}), unfolded(prove, step),
            at(prove.dual_grows(), {"r": iterate(L, x), "s": iterate(L, r)}), folded(prove, step),
        ),
    )  # fmt: skip


def in_unit(prove: Proof, start: sp.Expr, depth: sp.Expr = L) -> tuple:
    """The facts |iterate(depth, start)| <= 1 and 0 <= iterate(depth, start), for a start in [0, 1]."""
    return (
        fact(prove.bounded(), {"L": depth, "r": start}),
        fact(prove.non_negative(), {"L": depth, "s": start}),
    )


@lemma("a sum with a positive summand")
def strict_sum(prove: Proof) -> Step:
    """c < c + w for w > 0."""
    return prove.polynomial(lt(_c, _c + _w), _unit_c, interval(_w, 0, sp.oo, "("))


@lemma("iterates stay above the fixed point")
def stays_above(prove: Proof) -> Step:
    """b < iterate(L, r) for a fixed point b and b < r <= 1."""
    goal = forall(
        unit_b, unit_r, layers, given=[fixed, lt(b, r)], family=NON_AFFINE, holds=lt(b, iterate(L, r))
    )
    return inductive(
        prove, goal, L,
        lambda base: prove.chain(base, at(strict_sum(prove), {_c: b, _w: r - b}), folded(prove, base)),
        lambda step: prove.chain(
            step, *in_unit(prove, r), at_fixed_point(prove, step, dual(b), back=True),
            at(uncentred.strictly_grows(prove), {r: iterate(L, r)}), folded(prove, step),
        ),
    )  # fmt: skip


@lemma("distances to the fixed point, against the largest")
def telescope(prove: Proof) -> Step:
    """|iterate(L, x) - b| <= |x - b| (iterate(L, r) - b)/(r - b) for a fixed point b < r and |x| <= r <= 1."""
    size = abs(x - b)
    goal = forall(
        signed_x, unit_b, unit_r, layers, given=[fixed, lt(b, r), le(abs(x), r)], family=NON_AFFINE,
        holds=le(abs(iterate(L, x) - b), size * (iterate(L, r) - b) / (r - b)),
    )  # fmt: skip
    apart = prove.polynomial(le(0, _a * _c / _w), interval(_a, 0, sp.oo), interval(_c, 0, sp.oo),
                             interval(_w, 0, sp.oo, "("))  # fmt: skip

    def base(target: Statement) -> Step:
        whole = target.conclusion.lhs
        return prove.chain(
            target, prove.unfold(target, whole, iterate(0, x)),
            prove.folded(target, target.conclusion.rhs, iterate(0, r)),
        )  # fmt: skip

    def step(target: Statement) -> Step:
        value, radius = iterate(L, x), iterate(L, r)
        distance = size * (radius - b) / (r - b)
        next_distance = distance * (dual(radius) - dual(b)) / (radius - b)
        start = prove.identity(
            target.conclude(Relation(target.conclusion.lhs, "==", abs(dual(value) - dual(b)))),
            [["unfold", iterate(L + 1, x)], ["given", 0]],
        )
        end = prove.identity(
            target.conclude(Relation(next_distance, "==", target.conclusion.rhs)),
            [["unfold", iterate(L + 1, r)], ["given", 0]],
        )
        return prove.chain(
            target, *in_unit(prove, r), fact(prove.bounded(), {"r": x}), fact(dominated(prove)),
            fact(stays_above(prove)), fact(apart, {_a: size, _c: radius - b, _w: r - b}),
            start, at(uncentred.contraction(prove), {x: value, r: radius, limit: distance}), end,
        )  # fmt: skip

    return inductive(prove, goal, L, base, step)


g, slope = sp.symbols("g s", real=True)
any_g = interval(g, 0, sp.oo)
inverse_odds = (1 - r) / (r - b)
base_of_odds = 2 - dual_slope(b)


def at_odds(inverse: sp.Expr) -> sp.Expr:
    """The point of [b, 1] whose odds (rho - b)/(1 - rho) are 1/inverse."""
    return b + (1 - b) / (1 + inverse)


@lemma("one layer divides the odds")
def odds_of_one_layer(prove: Proof) -> Step:
    """One layer divides the odds (rho - b)/(1 - rho) by at least 2 - dual_slope(b), for a fixed point b < 1."""
    part = 1 / (1 + g)
    towards = uncentred.towards_one.subs(uncentred.share, part)
    same = prove.identity(forall(unit_b, any_g, holds=eq(at_odds(g), towards)))
    goal = forall(
        below_one, any_g, given=[fixed], family=UNCENTRED, holds=le(dual(at_odds(g)), at_odds(base_of_odds * g))
    )
    moved = prove.identity(goal.conclude(eq(dual(at_odds(g)), dual(towards))), [["use", same, {}]])
    above = dual_slope(b) * (1 - b) * part * (1 - part) + part**2 * (1 - dual(b))
    majorant = prove.chain(
        goal.conclude(le(dual(towards) - dual(b), above)),
        *(fact(prove.polynomial(relation, any_g)) for relation in (le(0, part), le(part, 1))),
        at(uncentred.chord_majorant(prove), {uncentred.share: part}),
    )  # fmt: skip
    divided = prove.polynomial(
        le(b + slope * (1 - b) * part * (1 - part) + part**2 * (1 - b), at_odds((2 - slope) * g)),
        unit_b, interval(slope, 0, 1), any_g,
    )  # fmt: skip
    return prove.chain(
        goal, fact(uncentred.non_negative_slope(prove)), fact(uncentred.slope_at_most_one(prove)), fact(majorant),
        moved, adds(prove, dual(towards), above - (dual(towards) - dual(b))),
        at_fixed_point(prove, goal, above + dual(b)), at(divided, {slope: dual_slope(b)}),
    )  # fmt: skip


@lemma("the odds after L layers")
def odds(prove: Proof) -> Step:
    """iterate(L, r) <= b + (1 - b)/(1 + g (2 - dual_slope(b))^L), where g = (1 - r)/(r - b), for a fixed point b < r <=
    1."""
    grown = inverse_odds * base_of_odds**L
    goal = forall(
        below_one, unit_r, layers, given=[fixed, lt(b, r)], family=NON_AFFINE, holds=le(iterate(L, r), at_odds(grown))
    )
    ratio = prove.polynomial(le(0, _a / _w), interval(_a, 0, sp.oo), interval(_w, 0, sp.oo, "("))
    product = prove.polynomial(le(0, _a * _w), interval(_a, 0, sp.oo), interval(_w, 1, sp.oo))
    power = prove.power("at least one", _q, L, interval(_q, 1, sp.oo), layers)
    positive = prove.polynomial(lt(0, 1 + g), any_g)
    inside = [prove.polynomial(relation, unit_b, any_g) for relation in (le(0, at_odds(g)), le(at_odds(g), 1))]
    below = prove.chain(
        forall(unit_b, unit_r, given=[lt(b, r)], holds=lt(b, 1)),
        at(strict_sum(prove), {_c: b, _w: r - b}), prove.polynomial(le(r, 1), unit_r),
    )  # fmt: skip
    known = (
        fact(below), fact(uncentred.non_negative_slope(prove)), fact(uncentred.slope_at_most_one(prove)),
        fact(ratio, {_a: 1 - r, _w: r - b}),
    )  # fmt: skip

    def grown_at(depth: sp.Expr) -> tuple:
        power_of_base = base_of_odds**depth
        return (
            fact(power, {_q: base_of_odds, L: depth}), fact(product, {_a: inverse_odds, _w: power_of_base}),
            fact(positive, {g: inverse_odds * power_of_base}),
        )  # fmt: skip

    def step(target: Statement) -> Step:
        value, near = iterate(L, r), at_odds(grown)
        return prove.chain(
            target, *known, *in_unit(prove, r), *grown_at(L), *grown_at(L + 1),
            *(fact(shown, {g: grown}) for shown in inside),
            unfolded(prove, target), at(uncentred.grows(prove), {x: value, "y": near}),
            at(odds_of_one_layer(prove), {g: grown}),
        )  # fmt: skip

    return inductive(
        prove, goal, L,
        lambda base: prove.chain(
            base, *known, fact(positive, {g: inverse_odds}), unfolded(prove, base),
            at(prove.polynomial(le(r, r), unit_r), {}),
        ),
        step,
    )  # fmt: skip


@lemma("towards the fixed point from outside")
def approach(prove: Proof) -> Step:
    """|iterate(L, x) - b| <= |x - b| (1 - b)/((r - b) + (1 - r) (2 - dual_slope(b))^L) for b < r and |x| <= r <= 1."""
    size, power, largest = abs(x - b), base_of_odds**L, iterate(L, r)
    goal = forall(
        signed_x, below_one, unit_r, layers, given=[fixed, lt(b, r), le(abs(x), r)], family=NON_AFFINE,
        holds=le(abs(iterate(L, x) - b), size * (1 - b) / ((r - b) + (1 - r) * power)),
    )  # fmt: skip
    ratio = prove.polynomial(le(0, _a / _w), interval(_a, 0, sp.oo), interval(_w, 0, sp.oo, "("))
    grown = prove.power("at least one", _q, L, interval(_q, 1, sp.oo), layers)
    # the two denominators, in the variables r - b, 1 - r and the power
    parts = interval(_w, 0, sp.oo, "("), interval(_c, 0, sp.oo), interval(_q, 1, sp.oo)
    at_power = {_w: r - b, _c: 1 - r, _q: power}
    positive = [prove.polynomial(lt(0, d), *parts) for d in (_w + _c * _q, 1 + _c / _w * _q)]
    below = prove.chain(
        forall(unit_b, unit_r, given=[lt(b, r)], holds=lt(b, 1)),
        at(strict_sum(prove), {_c: b, _w: r - b}), prove.polynomial(le(r, 1), unit_r),
    )  # fmt: skip
    return prove.chain(
        goal, fact(below), fact(uncentred.non_negative_slope(prove)), fact(uncentred.slope_at_most_one(prove)),
        fact(grown, {_q: base_of_odds}), *(fact(d, at_power) for d in positive), fact(ratio, {_a: size, _w: r - b}),
        fact(odds(prove)), telescope(prove),
        adds(prove, size * (largest - b) / (r - b), size / (r - b), at_odds(inverse_odds * power) - largest),
    )  # fmt: skip


@lemma("towards the fixed point from inside")
def inner(prove: Proof) -> Step:
    """|iterate(L, x) - b| <= dual_slope(b)^L |x - b| for a fixed point b < 1 and |x| <= b."""
    size, inside, base_of_power = abs(x - b), le(abs(x), b), dual_slope(b)
    goal = forall(
        signed_x, below_one, layers, given=[fixed, inside], family=UNCENTRED,
        holds=le(abs(iterate(L, x) - b), base_of_power**L * size),
    )  # fmt: skip
    stays = inductive(
        prove, goal.conclude(le(abs(iterate(L, x)), b)), L,
        lambda base: prove.chain(base, unfolded(prove, base), adds(prove, abs(x), b - abs(x))),
        lambda step: prove.chain(
            step, fact(prove.bounded(), {"r": x}), unfolded(prove, step),
            at(prove.dual_grows(), {"r": iterate(L, x), "s": b}), at_fixed_point(prove, step, dual(b)),
        ),
    )  # fmt: skip

    def step(target: Statement) -> Step:
        value = iterate(L, x)
        start = prove.identity(
            target.conclude(eq(target.conclusion.lhs, abs(dual(value) - dual(b)))),
            [["unfold", iterate(L + 1, x)], ["given", 0]],
        )
        return prove.chain(
            target, fact(prove.bounded(), {"r": x}), fact(stays), fact(uncentred.non_negative_slope(prove)),
            *_powers(prove, base_of_power, size), start,
            at(uncentred.slope_bound_below_one(prove), {x: value, limit: base_of_power**L * size}),
        )  # fmt: skip

    return inductive(prove, goal, L, lambda base: prove.chain(base, unfolded(prove, base)), step)


def _powers(prove: Proof, base: sp.Expr, size: sp.Expr) -> tuple:
    """The facts 0 <= base^L and 0 <= base^L size, where base and size are known to be non-negative."""
    power = prove.power("non-negative", _a, L, interval(_a, 0, sp.oo), layers)
    product = prove.polynomial(le(0, _a * _w), interval(_a, 0, sp.oo), interval(_w, 0, sp.oo))
    return fact(power, {_a: base}), fact(product, {_a: base**L, _w: size})


@lemma("towards 1, by its slope")
def towards_one(prove: Proof) -> Step:
    """1 - iterate(L, x) <= dual_slope(1)^L (1 - x), where dual_slope(1) is finite."""
    steep = dual_slope(1)
    positive = prove.vertices(forall(family=UNCENTRED, holds=le(0, steep)))
    power = prove.chain(
        forall(signed_x, power_gaps.from_one, holds=le(1 - x**power_gaps.i, power_gaps.i * (1 - x))),
        fact(power_gaps.slope_bound(prove), {b: 1, limit: 1 - x}),
        adds(prove, 1 - x**power_gaps.i, power_gaps.i * (1 - x) - (1 - x**power_gaps.i)),
    )  # fmt: skip
    one_layer = prove.vertices(forall(signed_x, family=UNCENTRED, holds=le(1 - dual(x), steep * (1 - x))), 1, power)
    goal = forall(signed_x, layers, family=UNCENTRED, holds=le(1 - iterate(L, x), steep**L * (1 - x)))
    value = iterate(L, x)
    return inductive(
        prove, goal, L,
        lambda base: prove.chain(base, unfolded(prove, base)),
        lambda step: prove.chain(
            step, fact(prove.bounded(), {"r": x}), fact(positive), unfolded(prove, step),
            at(one_layer, {x: value}), adds(prove, steep * (1 - value), steep, steep**L * (1 - x) - (1 - value)),
        ),
    )  # fmt: skip
