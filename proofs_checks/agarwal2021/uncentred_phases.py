"""Lemma 36 in its phases: correlations become non-negative, leave 1, and close in on the fixed point from both sides.

S is the first phase, max(ceil(log A / log(1 + mu-tilde (1 - b)/2)), 0) with A = (1 - b)/(2 delta)."""

import sympy as sp

from deepcond_sym.proof import (
    UNCENTRED,
    Proof,
    Statement,
    Step,
    at,
    dual,
    eq,
    fact,
    forall,
    index,
    interval,
    iterate,
    le,
    lt,
    steps_to,
)  # fmt: skip
from deepcond_sym.proof.tactics.inductive import inductive
from deepcond_sym.proof.tactics.lemma import lemma
from deepcond_sym.proof.tactics.power_gaps import adds, b, limit, signed_x, unit_b, x
from deepcond_sym.symbols import rho

from . import uncentred
from .setting import L, correlation, delta, k, layers, separation
from .uncentred import NON_AFFINE, at_fixed_point, below_one, escape, fixed, middle, rate
from .uncentred_depth import dominated, folded, in_unit, unfolded

N, waits = index("N")
j, later = index("j")
any_k = index("k")[1]
_a, _c, _p, _q, _u, _v = sp.symbols("_a _c _p _q _u _v", real=True)
d = sp.Symbol("d", real=True)
_unit_c, _above = interval(_c, 0, 1), interval(_u, 0, sp.oo)
_level, _ratio = interval(_a, 0, sp.oo, "("), interval(_q, 1, sp.oo, "(")

level = (1 - b) / (2 * delta)
first_phase = steps_to(level, escape)
enough = le(1, N * dual(0))
"""N layers of at least dual(0) each lift every correlation from -1 to 0: the paper's N is ceil(1/dual(0))."""


@lemma("one layer lifts by the dual at 0")
def climbs(prove: Proof) -> Step:
    """a + dual(0) <= dual(rho) for -1 <= a <= 0 and a <= rho <= 1."""
    box = interval(_p, -1, 0), correlation
    goal = forall(*box, given=[le(_p, rho)], family=UNCENTRED, holds=le(_p + dual(0), dual(rho)))
    parts = []
    for low, high in ((-1, 0), (0, 1)):
        part = Statement(goal.conclusion, (box[0], interval(rho, low, high)), goal.given, goal.family)
        lowest = rho if low else sp.S.Zero
        one_layer = prove.vertices(
            forall(interval(rho, low, high), family=UNCENTRED, holds=le(lowest + dual(0), dual(rho)))
        )
        parts.append(prove.chain(part, adds(prove, _p + dual(0), lowest - _p), one_layer))
    return prove.split(goal, *parts)


@lemma("the wait is positive")
def nonzero_wait(prove: Proof) -> Step:
    """0 < N, where 1 <= N dual(0)."""
    small = prove.vertices(forall(family=UNCENTRED, holds=le(dual(0), 1)))
    return prove.chain(
        forall(waits, given=[enough], family=UNCENTRED, holds=lt(0, N)),
        fact(small), at(prove.polynomial(lt(0, 1 + _u), _above), {_u: N * dual(0) - 1}),
        adds(prove, N * dual(0), N, 1 - dual(0)),
    )  # fmt: skip


@lemma("iterates rise to 0")
def rises(prove: Proof) -> Step:
    """-1 + L/N <= iterate(L, rho) for L <= N, where 1 <= N dual(0)."""
    goal = forall(
        correlation, waits, layers, given=[enough, le(L, N)], family=UNCENTRED,
        holds=le(-1 + L / N, iterate(L, rho)),
    )  # fmt: skip
    positive = interval(_a, 0, sp.oo, "(")
    share = prove.polynomial(le(1 / _a, (1 + _u) / _a), positive, _above)
    below = prove.polynomial(le(-1 + (_a - _u) / _a, 0), positive, _above)
    above = prove.polynomial(le(-1, -1 + _u / _a), positive, _above)
    known = fact(nonzero_wait(prove))
    return inductive(
        prove, goal, L,
        lambda base: prove.chain(base, prove.polynomial(le(-1, rho), correlation), folded(prove, base)),
        lambda step: prove.chain(
            step, known, fact(share, {_a: N, _u: N * dual(0) - 1}), fact(below, {_a: N, _u: N - L}),
            fact(above, {_a: N, _u: L}), fact(prove.bounded(), {"r": rho}),
            adds(prove, step.conclusion.lhs, dual(0) - 1 / N),
            at(climbs(prove), {_p: -1 + L / N, rho: iterate(L, rho)}), folded(prove, step),
        ),
    )  # fmt: skip


@lemma("below the fixed point, one layer")
def recedes(prove: Proof) -> Step:
    """b - dual(b - d) <= (1 - mu-tilde (1 - b)/2) d for a fixed point b < 1 and 0 <= d <= b."""
    goal = forall(
        below_one, interval(d, 0, 1), given=[fixed, le(d, b)], family=UNCENTRED, holds=le(b - dual(b - d), rate * d)
    )
    wide = prove.polynomial(lt(b, middle), below_one)
    # the chord from b - d to b is less steep than the one from b to (1 + b)/2
    steep = d * (dual(middle) - b) / (middle - b)
    chord = prove.chain(
        goal.conclude(le(abs(dual(b - d) - b), steep)), fact(wide),
        *(fact(prove.polynomial(r, below_one, _above), {_u: b - d}) for r in (le(-_u, middle), le(b - _u, b))),
        at_fixed_point(prove, goal, abs(dual(b - d) - dual(b)), back=True),
        at(uncentred.contraction(prove), {x: b - d, limit: d, "r": middle}),
        at_fixed_point(prove, goal, d * (dual(middle) - dual(b)) / (middle - b)),
    )  # fmt: skip
    return prove.chain(
        goal, fact(wide), fact(chord), fact(uncentred.declines(prove), {rho: middle}),
        fact(prove.polynomial(le(0, _u / (middle - b)), below_one, _above), {_u: d}),
        adds(prove, b - dual(b - d), steep - (b - dual(b - d))),
        adds(prove, steep, d / (middle - b), rate * (middle - b) - (dual(middle) - b)),
    )  # fmt: skip


def shrinks(prove: Proof, start: sp.Expr, exponent: sp.Symbol, *variables) -> tuple:
    """The facts 0 <= start rate^exponent <= start, and the same of the power alone; 0 <= start <= 1 on these
    variables."""
    counted = index(exponent.name)[1]
    powers = [prove.power(part, _c, exponent, _unit_c, counted) for part in ("non-negative", "at most one")]
    scaled = [
        prove.polynomial(relation, *variables, _unit_c)
        for relation in (le(0, start * _c), le(start * _c, start), le(start * _c, 1))
    ]
    return (
        fact(uncentred.rate_in_unit(prove)), *(fact(p, {_c: rate}) for p in powers),
        *(fact(p, {_c: rate**exponent}) for p in scaled),
    )  # fmt: skip


def correlation_facts(prove: Proof, point: sp.Expr) -> list[Step]:
    """0 <= point <= 1, in b and a power of the rate, and what makes it the argument of a dual activation."""
    relations = le(0, point), le(point, 1), le(-point, 1)
    return [prove.polynomial(relation, below_one, _unit_c) for relation in relations]


@lemma("below the fixed point, every layer")
def from_below(prove: Proof) -> Step:
    """b - iterate(N + j, rho) <= b (1 - mu-tilde (1 - b)/2)^j for a fixed point b < 1, where 1 <= N dual(0)."""
    goal = forall(
        correlation, below_one, waits, later, given=[fixed, enough], family=UNCENTRED,
        holds=le(b - iterate(N + j, rho), b * rate**j),
    )  # fmt: skip
    start = prove.chain(
        forall(correlation, waits, given=[enough], family=UNCENTRED, holds=le(0, iterate(N, rho))),
        fact(nonzero_wait(prove)), at(rises(prove), {L: N}),
    )  # fmt: skip

    inside = correlation_facts(prove, b - b * _c)

    def step(target: Statement) -> Step:
        value, distance = iterate(N + j, rho), b * rate**j
        known = (*shrinks(prove, b, j, below_one), *(fact(shown, {_c: rate**j}) for shown in inside))
        positive = prove.chain(
            target.conclude(le(b - value, b)), *known, adds(prove, b - value, distance - (b - value)),
            adds(prove, distance, b - distance),
        )  # fmt: skip
        return prove.chain(
            target, *known, fact(positive), fact(prove.bounded(), {"L": N + j, "r": rho}),
            fact(uncentred.grows(prove), {x: b - distance, "y": value}), unfolded(prove, target),
            adds(prove, b - dual(value), dual(value) - dual(b - distance)), at(recedes(prove), {d: distance}),
        )  # fmt: skip

    return inductive(
        prove, goal, j,
        lambda base: prove.chain(base, fact(start), adds(prove, b - iterate(N, rho), iterate(N, rho))),
        step,
    )  # fmt: skip


@lemma("the first phase")
def escapes_first(prove: Proof) -> Step:
    """iterate(L, 1 - delta) <= 1 - delta (1 + mu-tilde (1 - b)/2)^L for L <= S and a fixed point b < 1."""
    goal = forall(
        below_one, separation, layers, given=[fixed, le(L, first_phase)], family=NON_AFFINE,
        holds=le(iterate(L, 1 - delta), 1 - delta * escape**L),
    )  # fmt: skip
    before = prove.before(_a, _q, L, _level, _ratio, layers)
    grown = prove.power("at least one", _q, L, interval(_q, 1, sp.oo), layers)
    product = prove.polynomial(le(0, delta * _q), separation, interval(_q, 1, sp.oo))
    room = prove.polynomial(le(delta * (level - _u), (1 - b) / 2), separation, below_one, _above)
    inside = prove.polynomial(le(0, 1 - (1 - b) / 2 + _u), below_one, _above)

    def step(target: Statement) -> Step:
        value, left = iterate(L, 1 - delta), delta * escape**L
        return prove.chain(
            target, *known(prove), fact(before, {_a: level, _q: escape}), fact(grown, {_q: escape}),
            fact(product, {_q: escape**L}), fact(room, {_u: level - escape**L}), fact(inside, {_u: (1 - b) / 2 - left}),
            *in_unit(prove, 1 - delta), unfolded(prove, target), at(uncentred.grows(prove), {x: value, "y": 1 - left}),
            at(uncentred.escapes(prove), {rho: 1 - left}),
        )  # fmt: skip

    return inductive(
        prove, goal, L,
        lambda base: prove.chain(base, unfolded(prove, base), prove.polynomial(le(1 - delta, 1 - delta), separation)),
        step,
    )  # fmt: skip


def known(prove: Proof) -> tuple:
    """What makes S a number: 0 < A and 1 < 1 + mu-tilde (1 - b)/2; and what it needs."""
    positive = prove.polynomial(lt(0, level), below_one, separation)
    growing = prove.vertices(forall(below_one, family=NON_AFFINE, holds=lt(1, escape)))
    return fact(positive), fact(growing)


@lemma("half way to the fixed point")
def half_way(prove: Proof) -> Step:
    """iterate(S, 1 - delta) <= (1 + b)/2 for a fixed point b < 1."""
    goal = forall(
        below_one, separation, given=[fixed], family=NON_AFFINE, holds=le(iterate(first_phase, 1 - delta), middle)
    )
    reached = prove.reached(_a, _q, _level, _ratio)
    left = prove.polynomial(le(1 - delta * (level + _u), middle), separation, below_one, _above)
    return prove.chain(
        goal, *known(prove), fact(reached, {_a: level, _q: escape}), at(escapes_first(prove), {L: first_phase}),
        at(left, {_u: escape**first_phase - level}),
    )  # fmt: skip


@lemma("one more layer")
def next_layer(prove: Proof) -> Step:
    """iterate(N + 1, x) - b = dual(iterate(N, x)) - b, for depths N that only a chain of facts shows to be numbers."""
    goal = forall(signed_x, waits, unit_b, family=UNCENTRED, holds=eq(iterate(N + 1, x) - b, dual(iterate(N, x)) - b))
    return prove.identity(goal, unfold=[iterate(N + 1, x)])


@lemma("above the fixed point, every layer")
def from_above(prove: Proof) -> Step:
    """iterate(S + k, 1 - delta) - b <= (1 - b)/2 (1 - mu-tilde (1 - b)/2)^k for a fixed point b < 1."""
    radius = (1 - b) / 2
    depth = first_phase + k
    goal = forall(
        below_one, separation, any_k, given=[fixed], family=NON_AFFINE,
        holds=le(iterate(depth, 1 - delta) - b, radius * rate**k),
    )  # fmt: skip
    inside = correlation_facts(prove, b + radius * _c)

    def step(target: Statement) -> Step:
        value, distance = iterate(depth, 1 - delta), radius * rate**k
        return prove.chain(
            target, *known(prove), *shrinks(prove, radius, k, below_one),
            *(fact(shown, {_c: rate**k}) for shown in inside),
            *in_unit(prove, 1 - delta, depth), fact(uncentred.grows(prove), {x: value, "y": b + distance}),
            at(next_layer(prove), {N: depth, x: 1 - delta}),
            adds(prove, dual(value) - b, dual(b + distance) - dual(value)),
            at(uncentred.declines(prove), {rho: b + distance}),
        )  # fmt: skip

    return inductive(
        prove, goal, k,
        lambda base: prove.chain(
            base, *known(prove), fact(half_way(prove)),
            adds(prove, iterate(first_phase, 1 - delta) - b, middle - iterate(first_phase, 1 - delta)),
        ),
        step,
    )  # fmt: skip


extra, extra_layers = index("d")
end = first_phase + extra


@lemma("a distance from two sides")
def distance_bound(prove: Proof) -> Step:
    """|v - b| <= T from both sides."""
    box = interval(_v, -sp.oo, sp.oo), unit_b, interval(limit, -sp.oo, sp.oo)
    given = [le(_v - b, limit), le(b - _v, limit)]
    goal = forall(*box, given=given, holds=le(abs(_v - b), limit))
    sides = [prove.chain(goal.conclude(g), adds(prove, g.lhs, limit - g.lhs)) for g in given]
    return prove.absolute_value(goal, *sides)


@lemma("closing in on the fixed point")
def closes_in(prove: Proof) -> Step:
    """|iterate(N + j, rho) - b| <= (1 + b)/2 (1 - mu-tilde (1 - b)/2)^j for every N = S + d with 1 <= N dual(0)."""
    goal = forall(
        correlation, separation, below_one, extra_layers, later,
        given=[le(abs(rho), 1 - delta), fixed, le(1, end * dual(0))], family=NON_AFFINE,
        holds=le(abs(iterate(end + j, rho) - b), rate**j * (1 + b) / 2),
    )  # fmt: skip
    value, largest = iterate(end + j, rho), iterate(end + j, 1 - delta)
    powers = [
        fact(prove.power(part, _c, exponent, _unit_c, variable), {_c: rate})
        for part in ("non-negative", "at most one") for exponent, variable in ((extra, extra_layers), (j, later))
    ]
    facts = (*known(prove), fact(uncentred.rate_in_unit(prove)), *powers)
    both = interval(_p, 0, 1), interval(_c, 0, 1)
    wider = prove.polynomial(le((1 - b) / 2 * _p * _c, _c * (1 + b) / 2), below_one, *both)
    lower = prove.polynomial(le(b * _c, _c * (1 + b) / 2), below_one, both[1])
    upper = prove.chain(
        goal.conclude(le(value - b, goal.conclusion.rhs)), *facts,
        fact(dominated(prove), {L: end + j, x: rho, "r": 1 - delta}),
        adds(prove, value - b, largest - value), at(from_above(prove), {k: extra + j}),
        at(wider, {_p: rate**extra, _c: rate**j}),
    )  # fmt: skip
    under = prove.chain(
        goal.conclude(le(b - value, goal.conclusion.rhs)), *facts, at(from_below(prove), {N: end}),
        at(lower, {_c: rate**j}),
    )  # fmt: skip
    return prove.chain(
        goal, *facts, fact(upper), fact(under), at(distance_bound(prove), {_v: value, limit: goal.conclusion.rhs})
    )
