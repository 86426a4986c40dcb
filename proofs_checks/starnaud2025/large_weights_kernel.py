"""sigma_w^2 = 2 a > 2 and a bias: the tangent kernel in depth, on the diagonal and above the lower barrier.

With B = b/(a - 1), m = B/(2 a + b) and R = 1 + m as for the correlations: P is between L q - a m/(a - 1) q and L q, and
T/q falls below the lower barrier 3 pi/(8 sin(theta_L/2)) - 73/40 by no more than a constant."""

from dataclasses import replace

import sympy as sp

from deepcond_sym.proof import Proof, Statement, Step, at, eq, fact, forall, interval, le, lt
from deepcond_sym.proof.tactics.inductive import inductive
from deepcond_sym.proof.tactics.lemma import lemma
from deepcond_sym.proof.tactics.power_gaps import adds

from . import large_weights as weights
from . import tangent_with_bias as kernels
from .angles import has_inverse
from .barrier import half_sine, k
from .correlations import a, b, bias, q
from .half_sine_layer import barrier, gain, in_order, lower, rest, stays_above, y
from .half_sine_layer import sine_at_most as sines_at_most_one
from .large_weights import about_variances, adds_at_most, constants, large, m, missing, most, over, settling
from .setting import L, h, h_slope
from .sines_with_bias import about_sines, about_start, before_layers, cosine, equal_where, kept, sine, start
from .tangent_with_bias import P, T, about_mixing, mixed, next_tangent, tangent

frame = replace(weights.frame, sequences=kernels.sequences)
_v, _w, _x, _z = sp.symbols("_v _w _x _z", real=True)
_positive, _size = interval(_x, 0, sp.oo, "("), interval(_z, 0, sp.oo, "(")


@lemma("the diagonal of the tangent kernel is at least L/R times the variance")
def diagonal_at_least(prove: Proof) -> Step:
    """L (q(L) + B) <= R P(L)."""
    goal = frame.conclude(le(L * (q(L) + settling), most * P(L)))
    known = [*about_variances(prove, L, L + 1), *constants(prove)]

    def step(target: Statement) -> Step:
        same = prove.identity(
            target.conclude(eq((L + 1) * (q(L + 1) + settling), a * L * (q(L) + settling) + q(L + 1) + settling)),
            unfold=[q(L + 1)],
        )  # fmt: skip
        return prove.chain(
            target, *known, fact(prove.polynomial(le(0, a), large)), same,
            adds(prove, same.conclusion.conclusion.rhs, q(L + 1), most - over(L + 1)),
            adds(prove, a * L * (q(L) + settling) + most * q(L + 1), a, most * P(L) - L * (q(L) + settling)),
            prove.folded(target, most * P(L + 1), P(L + 1)),
        )  # fmt: skip

    return inductive(
        prove, goal, L,
        lambda base: prove.chain(
            base, prove.identity(base.conclude(eq(q(1) + settling, most * P(1))), unfold=[P(1), q(1)])
        ),
        step,
    )  # fmt: skip


_spread = a / ((2 * a + b + settling) * (a - 1))


@lemma("the diagonal of the tangent kernel with a bias")
def diagonal(prove: Proof) -> Step:
    """P(L) = (L - B a/((q(1) + B) (a - 1))) (q(L) + B) + B/(a - 1)."""
    value = (L - settling * _spread) * (q(L) + settling) + settling / (a - 1)
    goal = frame.conclude(eq(P(L), value))
    return inductive(
        prove, goal, L,
        lambda base: prove.identity(base, unfold=[P(1), q(1)]),
        lambda step: prove.identity(step, [["unfold", P(L + 1)], ["given", 0], ["unfold", q(L + 1)]]),
    )  # fmt: skip


@lemma("the diagonal of the tangent kernel is little less than L times the variance")
def diagonal_missing(prove: Proof) -> Step:
    """L q(L) - P(L) <= a m/(a - 1) q(L)."""
    known = [*about_variances(prove, L), *constants(prove)]
    share = prove.polynomial(le(0, settling * _spread), large, bias)
    over_first = prove.polynomial(le(0, settling / (a - 1)), large, bias)
    gap = settling * _spread * (q(L) + settling) - settling / (a - 1) - L * settling
    goal = frame.conclude(le(L * q(L) - P(L), a * m / (a - 1) * q(L)))
    same = prove.identity(goal.conclude(eq(L * q(L) - P(L), gap)), using=[(diagonal(prove), {L: L})])
    return prove.chain(
        goal, *known, fact(share), fact(over_first), same, adds(prove, gap, settling / (a - 1)),
        adds(prove, gap + settling / (a - 1), L, settling),
        adds(prove, settling * _spread * (q(L) + settling), settling * _spread, q(L), most - over()),
    )  # fmt: skip


near = gain + rest
"""What a layer adds to 1/sin(theta/2), at most."""


def left(depth: sp.Expr = L) -> sp.Expr:
    """How much of `lost` the layers from this depth on may still take, at most."""
    return 2 * k * (settling / q(depth) / sine(depth) + most * near * a / (a - 1) * missing(depth))


lost = 2 * k * m * (1 / start + near * a / (a - 1))
"""What the bias takes from T/q against the barrier, in all layers, at most."""


@lemma("the inverse sine over the share of q grows by a bounded term")
def adds_bounded(prove: Proof) -> Step:
    """(q(L + 1) + B)/q(L + 1)/sin(theta_(L+1)/2) <= (q(L) + B)/q(L)/sin(theta_L/2) + R (2/(3 pi) + 2/pi^2)."""
    known = [
        *about_sines(prove, L, L + 1), *about_variances(prove, L, L + 1), *constants(prove),
        fact(sines_at_most_one(prove), {y: cosine()}), fact(prove.evaluate(forall(holds=le(0, near)))),
    ]  # fmt: skip
    reached = over() / sine()
    return prove.chain(
        weights.frame.conclude(le(over(L + 1) / sine(L + 1), reached + most * near)), *known, adds_at_most(prove),
        adds(prove, over() * (1 / sine() + gain + rest * sine()), over(), rest, 1 - sine()),
        adds(prove, reached + over() * near, near, most - over()),
    )  # fmt: skip


@lemma("what the bias takes in one layer is taken from what is left")
def taken(prove: Proof) -> Step:
    """3 pi/4 b/q(L + 1)/sin(theta_(L+1)/2) <= left(L) - left(L + 1)."""
    known = [
        *about_sines(prove, L, L + 1), *about_variances(prove, L, L + 1), *constants(prove), fact(adds_bounded(prove)),
        fact(prove.evaluate(forall(holds=le(0, 2 * k)))),
    ]  # fmt: skip
    now, then = 1 / sine(), 1 / sine(L + 1)
    free = [interval(s, -sp.oo, sp.oo) for s in (_v, _w)]

    def difference(v: sp.Expr, w: sp.Expr) -> sp.Expr:
        shares = most * near * a / (a - 1) * (missing() - missing(L + 1))
        return 2 * k * (settling / q(L) * v - settling / q(L + 1) * w + shares)

    def step(v: sp.Expr, w: sp.Expr) -> sp.Expr:
        return 2 * k * (b / q(L + 1) * w + missing() * (over() * v + most * near - over(L + 1) * w))

    signs = [q(L), q(L + 1), q(L) + settling, q(L + 1) + settling, a * q(L) + b, a * q(L) + b + settling]
    above = [prove.polynomial(lt(0, s), large, bias, _size) for s in (a * _z + b, a * _z + b + settling)]
    goal = replace(weights.frame, variables=(*weights.frame.variables, *free))
    same = equal_where(
        prove, goal.conclude(eq(step(_v, _w), difference(_v, _w))), signs,
        [*known, *(fact(s, {_z: q(L)}) for s in above)], unfold=[q(L + 1)],
    )  # fmt: skip
    start = 2 * k * b / q(L + 1) * then
    return prove.chain(
        weights.frame.conclude(le(start, left() - left(L + 1))), *known,
        adds(prove, start, 2 * k, missing(), over() * now + most * near - over(L + 1) * then),
        at(same, {_v: now, _w: then}),
    )  # fmt: skip


@lemma("what is left is at most what there is")
def left_at_most(prove: Proof) -> Step:
    """left(L) <= `lost`."""
    goal = weights.frame.conclude(le(left(), lost))
    number = fact(prove.evaluate(forall(holds=le(0, 2 * k))))
    share = prove.polynomial(le(0, b / _z), bias, _size)

    def base(target: Statement) -> Step:
        here = [*about_sines(prove, sp.S.One), *about_start(prove), *about_variances(prove, sp.S.One)]
        sides = eq(target.conclusion.lhs, target.conclusion.rhs)
        signs = [*weights.first_signs, q(1) + settling]
        unfolded = equal_where(prove, target.conclude(sides), signs, here, unfold=[weights.S(1), q(1)])
        return prove.chain(target, *here, unfolded)

    def step(target: Statement) -> Step:
        known = [
            *about_sines(prove, L, L + 1), *about_start(prove), *about_variances(prove, L, L + 1), number,
            fact(share, {_z: q(L + 1)}), fact(taken(prove)),
        ]  # fmt: skip
        some = 2 * k * b / q(L + 1) / sine(L + 1)
        return prove.chain(
            target, *known, adds(prove, left(L + 1), 2 * k, b / q(L + 1), 1 / sine(L + 1)),
            adds(prove, left(L + 1) + some, left() - left(L + 1) - some), adds(prove, left(), lost - left()),
        )  # fmt: skip

    return inductive(prove, goal, L, base, step)


def fallen(depth: sp.Expr = L) -> sp.Expr:
    """How far T/q may be below the lower barrier."""
    return k / start + lost - left(depth)


@lemma("the share that a bias leaves, with the sines")
def share_of_inverse(prove: Proof) -> Step:
    """s/sin(theta_(L+1)/2) <= 1/sin(T(theta_L)/2), where s = a q(L)/q(L + 1)."""
    then, share = half_sine(h(cosine())), kept()
    product = prove.polynomial(lt(0, _x * _z), _positive, _size)
    known = [
        *about_mixing(prove), fact(weights.smaller_by_share(prove)), fact(product, {_x: share, _z: then}),
    ]  # fmt: skip
    return prove.chain(
        weights.frame.conclude(le(share / sine(L + 1), 1 / then)), *known,
        in_order(prove, share, sine(L + 1), then, sp.S.One),
    )  # fmt: skip


@lemma("what the bias takes, by the share that it leaves")
def taken_by_share(prove: Proof) -> Step:
    """3 pi/4 (1 - s)/sin(theta_(L+1)/2) <= left(L) - left(L + 1), where s = a q(L)/q(L + 1)."""
    free = interval(_w, -sp.oo, sp.oo)
    goal = replace(weights.frame, variables=(*weights.frame.variables, free))
    same = prove.identity(
        replace(goal, given=(lt(0, q(L + 1)), lt(0, a * q(L) + b)),
                conclusion=eq(2 * k * (1 - kept()) * _w, 2 * k * b / q(L + 1) * _w)), unfold=[q(L + 1)]
    )  # fmt: skip
    then = 1 / sine(L + 1)
    return prove.chain(
        weights.frame.conclude(le(2 * k * (1 - kept()) * then, left() - left(L + 1))), *about_mixing(prove),
        *about_variances(prove, L, L + 1), at(same, {_w: then}), taken(prove),
    )  # fmt: skip


@lemma("how far the tangent kernel may be below the barrier is not negative")
def fallen_positive(prove: Proof) -> Step:
    """0 <= `fallen`."""
    known = [
        *about_sines(prove, L), *about_start(prove), *about_variances(prove, L), fact(left_at_most(prove)),
        fact(prove.evaluate(forall(holds=le(0, k)))),
    ]  # fmt: skip
    return prove.chain(
        weights.frame.conclude(le(0, fallen())), *known, adds(prove, sp.S.Zero, k, 1 / start),
        adds(prove, k / start, lost - left()),
    )  # fmt: skip


@lemma("the tangent kernel is little below the lower barrier, for large weights")
def above_barrier(prove: Proof) -> Step:
    """3 pi/(8 sin(theta_L/2)) - 73/40 - `fallen` <= T(L)/q(L)."""
    goal = frame.conclude(le(barrier(cosine(), lower) - fallen(), tangent))
    then, share, slope = half_sine(h(cosine())), kept(), h_slope(cosine())
    there, now = k / then - lower, barrier(cosine(), lower)
    moved = slope * now + h(cosine())
    signs = [fact(prove.evaluate(forall(holds=le(0, c)))) for c in (k, 2 * k, lower + 1, lower - 1)]

    def base(target: Statement) -> Step:
        one = sp.S.One
        here = [*about_sines(prove, one), *about_start(prove), *about_variances(prove, one), *signs]
        first = barrier(cosine(one), lower) - fallen(one)
        return prove.chain(
            target, *here, fact(left_at_most(prove), {L: one}), fact(before_layers(prove, target)),
            adds(prove, first, lost - left(one)), adds(prove, first + lost - left(one), k, 1 / start - 1 / sine(one)),
            adds(prove, -lower, lower - 1), adds(prove, -one, 1 + cosine(one)),
            equal_where(
                prove, target.conclude(eq(cosine(one), T(1) / q(1))), [q(1)], here, unfold=[T(1), weights.S(1)]
            ),
        )  # fmt: skip

    def step(target: Statement) -> Step:
        fall, some = fallen(), 2 * k * (1 - share) / sine(L + 1)
        known = [
            *about_mixing(prove), *about_start(prove), *about_variances(prove, L, L + 1), *signs,
            *has_inverse(prove, then), fact(left_at_most(prove)), fact(taken_by_share(prove)),
            fact(share_of_inverse(prove)), fact(stays_above(prove), {y: cosine()}), fact(fallen_positive(prove)),
            fact(prove.polynomial(le(0, k / _z), _size), {_z: sine(L + 1)}),
        ]  # fmt: skip
        later = k / sine(L + 1) - lower
        below = share * moved - (1 - share) * lower - fall
        return prove.chain(
            target, *known, adds(prove, later - fallen(L + 1), left() - left(L + 1) - some),
            adds(prove, later - fall - some, 1 - share, 1 - share, k / sine(L + 1)),
            adds(prove, k * share**2 / sine(L + 1) - lower - fall, k, share, 1 / then - share / sine(L + 1)),
            adds(prove, share * there - (1 - share) * lower - fall, share, moved - there),
            adds(prove, below, 1 - share, lower + 1), adds(prove, share * moved + 1 - share - fall, 1 - share, fall),
            adds(prove, share * (moved - fall) + 1 - share, share, 1 - slope, fall),
            adds(prove, mixed(now - fall), share, slope, tangent - now + fall), next_tangent(prove, target, back=True),
        )  # fmt: skip

    return inductive(prove, goal, L, base, step)
