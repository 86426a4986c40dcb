"""The ordered phase, chi_1 < 1, from one layer to the next: what the second derivative of the layer map at 1 says of
correlations and of the tangent kernel at every depth. Everywhere f is the map of one layer on correlations."""

from typing import Any

import sympy as sp

from deepcond_sym.proof import (
    UNCENTRED,
    Proof,
    Statement,
    Step,
    at,
    dual,
    dual_curvature,
    dual_slope,
    eq,
    fact,
    forall,
    index,
    interval,
    iterate,
    le,
    lt,
    ntk,
)  # fmt: skip
from deepcond_sym.proof.proof import Use
from deepcond_sym.proof.tactics.curvature import slope_gap, tangent, taylor
from deepcond_sym.proof.tactics.inductive import inductive
from deepcond_sym.proof.tactics.lemma import lemma
from deepcond_sym.proof.tactics.power_gaps import adds

from .setting import c, chi, correlation, diagonal, from_one, l, layers
from .setting import tangent as offdiagonal

k, further = index("k")
r, x, y = sp.symbols("r x y", real=True)
inside, from_zero = interval(r, -1, 1), interval(x, 0, sp.oo)
bend = dual_curvature(1)
"""f''(1) = q* chi_{1,2}."""

ordered = (lt(0, chi), lt(chi, 1))
top = 1 / (1 - chi)
"""p*/q*, the limit of the tangent kernel in units of q*."""

growth = 1 + bend * top / chi
"""1 + chi_{1,2} p*/chi_1."""

lost = bend / 2 / (chi * (1 - chi))
"""A/(chi_1 (1 - chi_1)): times the gap at a depth, the largest share of chi_1^k that later layers lose."""

frame = forall(layers, further, correlation, given=ordered, family=UNCENTRED, holds=le(0, 0))


def gap(depth: Any, start: Any = c) -> Any:
    """gamma^(depth) = 1 - c^(depth)."""
    return 1 - iterate(depth, start)


def inner_layer(prove: Proof, depth: Any, start: sp.Symbol = c) -> Use:
    """|c^(depth)| <= 1, so that the laws of one layer may be used there."""
    return fact(prove.bounded(), {"L": depth, "r": start})


@lemma("the slope of a layer is not negative at 1")
def slope_positive(prove: Proof) -> Step:
    """0 <= f'(1)."""
    return prove.vertices(forall(family=UNCENTRED, holds=le(0, chi)), 1)


@lemma("the curvature of a layer is not negative at 1")
def bend_positive(prove: Proof) -> Step:
    """0 <= f''(1)."""
    return prove.vertices(forall(family=UNCENTRED, holds=le(0, bend)), 2)


def slope_power(prove: Proof, exponent: Any, *variables: Any) -> Use:
    """0 <= chi_1^exponent, where 0 <= chi_1 is known."""
    return fact(prove.power("non-negative", x, k, from_zero, further), {x: chi, k: exponent})


@lemma("gaps at two depths, from above")
def from_above(prove: Proof) -> Step:
    """gamma_(l + k) <= chi_1^k gamma_l, for every chi_1."""
    goal = forall(layers, further, correlation, family=UNCENTRED, holds=le(gap(l + k), chi**k * gap(l)))
    return inductive(
        prove, goal, k,
        lambda base: prove.chain(base, inner_layer(prove, l)),
        lambda step: prove.chain(
            step, fact(slope_positive(prove)), inner_layer(prove, l + k), inner_layer(prove, l),
            prove.unfold(step, step.conclusion.lhs), at(tangent(prove), {"r": iterate(l + k, c)}),
            adds(prove, chi * gap(l + k), chi, chi**k * gap(l) - gap(l + k)),
        ),
    )  # fmt: skip


@lemma("gaps at two depths, from below")
def from_below(prove: Proof) -> Step:
    """chi_1^k gamma_l (1 - A gamma_l (1 - chi_1^k)/(chi_1 (1 - chi_1))) <= gamma_(l + k)."""
    A = bend / 2

    def bound(exponent: Any) -> Any:
        return chi**exponent * gap(l) * (1 - lost * gap(l) * (1 - chi**exponent))

    def step(target: Statement) -> Step:
        above = chi**k * gap(l) - gap(l + k)
        return prove.chain(
            target, *map(fact, (slope_positive(prove), bend_positive(prove), from_above(prove))),
            inner_layer(prove, l + k), inner_layer(prove, l), slope_power(prove, k),
            *_sum_of_gaps(prove),
            adds(prove, target.conclusion.lhs, chi, gap(l + k) - bound(k)),
            adds(
                prove, chi * gap(l + k) - A * chi ** (2 * k) * gap(l) ** 2, bend / 2, above,
                chi**k * gap(l) + gap(l + k),
            ),
            at(taylor(prove), {"r": iterate(l + k, c)}),
            prove.folded(target, target.conclusion.rhs),
        )  # fmt: skip

    goal = frame.conclude(le(bound(k), gap(l + k)))
    return inductive(prove, goal, k, lambda base: prove.chain(base, inner_layer(prove, l)), step)


def _sum_of_gaps(prove: Proof) -> list[Use]:
    """0 <= chi_1^k gamma_l + gamma_(l + k), from chi_1^k >= 0 and correlations up to 1; and 0 <= f''(1)/2."""
    y_ = interval(y, 0, sp.oo)
    z, z_ = sp.Symbol("z", real=True), interval(sp.Symbol("z", real=True), 0, sp.oo)
    total = prove.polynomial(le(0, x * y + z), from_zero, y_, z_)
    half = prove.polynomial(le(0, x / 2), from_zero)
    return [fact(half, {x: bend}), fact(total, {x: chi**k, y: gap(l), z: gap(l + k)})]


@lemma("the tangent kernel is at most its diagonal")
def below_diagonal(prove: Proof) -> Step:
    """|ntk(k, r)| <= ntk(k, 1): a layer multiplies by at most chi_1 and adds at most 1."""
    goal = forall(further, inside, family=UNCENTRED, holds=le(sp.Abs(ntk(k, r)), ntk(k, 1)))
    half = sp.Rational(1, 2)

    def one_side(target: Statement, sign: int) -> Step:
        slope, size, entry = dual_slope(iterate(k, r)), ntk(k, 1), ntk(k, r)
        covariance = iterate(k + 1, r)
        start = sign * (covariance + slope * entry)
        steep, flat = half * (chi - slope), half * (chi + slope)
        return prove.chain(
            target.conclude(le(sign * ntk(k + 1, r), target.conclusion.rhs)), *_about_layer(prove, k),
            inner_layer(prove, k + 1, r), fact(prove.polynomial(le(0, x / 2), from_zero), {x: chi - slope}),
            fact(prove.polynomial(le(0, x / 2), from_zero), {x: chi + slope}),
            prove.unfold(target, sign * ntk(k + 1, r), ntk(k + 1, r)),
            adds(prove, start, 1 - sign * covariance),
            adds(prove, 1 + sign * slope * entry, steep, size + sign * entry),
            adds(prove, 1 + sign * slope * entry + steep * (size + sign * entry), flat, size - sign * entry),
            prove.folded(target, ntk(k + 1, 1), *_DIAGONAL_LAYER),
        )  # fmt: skip

    def base(target: Statement) -> Step:
        sides = [
            prove.chain(target.conclude(le(sign * ntk(0, r), ntk(0, 1))), prove.unfold(target, sign * ntk(0, r)),
                        prove.polynomial(le(sign * r, 1), inside), prove.folded(target, ntk(0, 1)))
            for sign in (1, -1)
        ]  # fmt: skip
        return prove.absolute_value(target, *sides)

    return inductive(
        prove, goal, k, base,
        lambda step: prove.absolute_value(step, one_side(step, 1), one_side(step, -1)),
    )  # fmt: skip


def _about_layer(prove: Proof, depth: Any) -> list[Use]:
    """|c| <= 1 and |f'(c)| <= f'(1) at this depth."""
    return [inner_layer(prove, depth, r), fact(prove.slope_grows(), {"r": iterate(depth, r), "s": 1})]


_DIAGONAL_LAYER = ntk(k + 1, 1), iterate(k + 1, 1), iterate(k, 1)
"""What is unfolded to see that ntk(k + 1, 1) = 1 + chi_1 ntk(k, 1)."""


@lemma("the tangent kernel on the diagonal stays below its limit")
def below_top(prove: Proof) -> Step:
    """ntk(k, 1) <= p*/q* = 1/(1 - chi_1)."""
    goal = forall(further, given=ordered, family=UNCENTRED, holds=le(ntk(k, 1), top))
    start = prove.polynomial(le(1, 1 / (1 - x)), interval(x, 0, 1, ")"))
    return inductive(
        prove, goal, k,
        lambda base: prove.chain(base, prove.unfold(base, ntk(0, 1)), at(start, {x: chi})),
        lambda step: prove.chain(
            step, fact(slope_positive(prove)), prove.unfold(step, ntk(k + 1, 1), *_DIAGONAL_LAYER),
            adds(prove, 1 + chi * ntk(k, 1), chi, top - ntk(k, 1)),
        ),
    )  # fmt: skip


def reach(depth: Any) -> Any:
    """Times chi_1^depth (1 - r): the most that the tangent kernel lacks of its diagonal."""
    return depth + 1 + depth * bend * top / chi


@lemma("the tangent kernel approaches its diagonal")
def tangent_gap(prove: Proof) -> Step:
    """ntk(k, 1) - ntk(k, r) <= chi_1^k (1 - r) (k + 1 + k f''(1)/(chi_1 (1 - chi_1))).

    D = ntk(k, 1) - ntk(k, r) obeys D' = 1 - c' + f'(c) D + (f'(1) - f'(c)) ntk(k, 1), with f'(1) - f'(c) <= f''(1)
    (1 - c)."""
    goal = forall(
        further, inside, given=ordered, family=UNCENTRED,
        holds=le(ntk(k, 1) - ntk(k, r), chi**k * (1 - r) * reach(k)),
    )  # fmt: skip

    def step(target: Statement) -> Step:
        slope, size = dual_slope(iterate(k, r)), ntk(k, 1)
        D, bound, decayed = size - ntk(k, r), chi**k * (1 - r) * reach(k), chi**k * (1 - r)
        now, later = gap(k, r), gap(k + 1, r)
        lowered = fact(
            prove.chain(
                forall(layers, inside, family=UNCENTRED, holds=le(gap(l, r), chi**l * (1 - r))),
                at(from_above(prove), {l: 0, k: l, c: r}),
                prove.unfold(forall(layers, inside, family=UNCENTRED, holds=le(0, 0)), chi**l * gap(0, r)),
            )
        )
        at_now, at_later = Use(lowered.step, {l: k}, "fact"), Use(lowered.step, {l: k + 1}, "fact")
        positive = prove.polynomial(le(0, x / (1 - y)), from_zero, interval(y, 0, 1, ")"))
        links = [
            (chi - slope, D, sp.S.One), (bend * now - chi + slope, size, sp.S.One), (bend, now, top - size),
            (bend * top, decayed - now, sp.S.One), (chi * decayed - later, sp.S.One, sp.S.One),
            (chi, bound - D, sp.S.One),
        ]  # fmt: skip
        start = later + slope * D + (chi - slope) * size
        chain = []
        for a, b, d in links:
            chain.append(adds(prove, start, a, b, d))
            start = start + a * b * d
        return prove.chain(
            target, fact(slope_positive(prove)), fact(bend_positive(prove)), *_about_layer(prove, k),
            fact(below_diagonal(prove)), fact(below_top(prove)), at_now, at_later,
            fact(_diagonal_positive(prove)),
            fact(positive, {x: bend, y: chi}), fact(slope_gap(prove), {"r": iterate(k, r)}),
            prove.unfold(target, target.conclusion.lhs, ntk(k + 1, r), *_DIAGONAL_LAYER), *chain,
        )  # fmt: skip

    def base(target: Statement) -> Step:
        return prove.chain(target, prove.unfold(target, target.conclusion.lhs))

    return inductive(prove, goal, k, base, step)


@lemma("the tangent kernel on the diagonal is not negative")
def _diagonal_positive(prove: Proof) -> Step:
    """0 <= ntk(k, 1)."""
    goal = forall(further, family=UNCENTRED, holds=le(0, ntk(k, 1)))
    return inductive(
        prove, goal, k,
        lambda base: prove.chain(base, prove.polynomial(le(0, 1)), prove.folded(base, ntk(0, 1))),
        lambda step: prove.chain(
            step, fact(slope_positive(prove)), adds(prove, sp.S.Zero, chi, ntk(k, 1)),
            adds(prove, chi * ntk(k, 1), sp.S.One), prove.folded(step, ntk(k + 1, 1), *_DIAGONAL_LAYER),
        ),
    )  # fmt: skip


at_depth = forall(from_one, correlation, given=ordered, family=UNCENTRED, holds=le(0, 0))
size, entry = ntk(l - 1, 1), ntk(l - 1, dual(c))
"""p^(l)/q* and p_ab^(l)/q*, from Theta^(0) = 0: the layers after the first are those of a network whose input is the
first one's output."""


@lemma("one layer ahead")
def ahead(prove: Proof) -> Step:
    """iterate(l, f(c)) = iterate(l + 1, c)."""
    goal = forall(layers, correlation, family=UNCENTRED, holds=eq(iterate(l, dual(c)), iterate(l + 1, c)))
    return inductive(
        prove, goal, l,
        lambda base: prove.identity(base, unfold=[iterate(0, dual(c)), iterate(1, c), iterate(0, c)]),
        lambda step: prove.identity(
            step, [["unfold", iterate(l + 1, dual(c))], ["unfold", iterate(l + 2, c)], ["given", 0]]
        ),
    )  # fmt: skip


@lemma("the tangent kernel that starts from 0, on the diagonal")
def diagonal_member(prove: Proof) -> Step:
    """p^(l)/q* = ntk(l - 1, 1) for l >= 1."""
    p = diagonal
    goal = forall(from_one, family=UNCENTRED, sequences=[p], holds=eq(p(l), size))
    later = [["unfold", call] for call in (p(l + 1), ntk(l, 1), iterate(l, 1), iterate(l - 1, 1))]
    return inductive(
        prove, goal, l,
        lambda base: prove.identity(base, unfold=[p(1), p(0), ntk(0, 1)]),
        lambda step: prove.identity(step, [*later, ["given", 0]]),
    )  # fmt: skip


@lemma("the tangent kernel that starts from 0, off the diagonal")
def entry_member(prove: Proof) -> Step:
    """p_ab^(l)/q* = ntk(l - 1, f(c)) for l >= 1."""
    p = offdiagonal
    goal = forall(from_one, correlation, family=UNCENTRED, sequences=[p], holds=eq(p(l), entry))
    later: list[Any] = [["unfold", p(l + 1)], ["unfold", ntk(l, dual(c))]]
    moved: list[Any] = [["use", ahead(prove), {l: depth}] for depth in (l, l - 1)]
    first = [p(1), p(0), iterate(1, c), iterate(0, c), ntk(0, dual(c))]
    return inductive(
        prove, goal, l,
        lambda base: prove.identity(base, unfold=first),
        lambda step: prove.identity(step, [*later, *moved, ["given", 0]]),
    )  # fmt: skip


@lemma("the tangent kernel approaches its diagonal, from the start at 0")
def entry_gap(prove: Proof) -> Step:
    """ntk(l - 1, 1) - ntk(l - 1, f(c)) <= l chi_1^l (1 - c) (1 + f''(1)/(chi_1 (1 - chi_1)))."""
    share = bend * top / chi
    positive = prove.polynomial(le(0, x / (y * (1 - y))), from_zero, interval(y, 0, 1, "()"))
    total = prove.polynomial(le(0, l + (l - 1) * x), from_one, from_zero)
    first = chi ** (l - 1) * (1 - dual(c)) * reach(l - 1)
    return prove.chain(
        at_depth.conclude(le(size - entry, l * chi**l * (1 - c) * growth)), fact(slope_positive(prove)),
        fact(bend_positive(prove)), fact(positive, {x: bend, y: chi}), fact(total, {x: share}),
        slope_power(prove, l - 1), slope_power(prove, l), fact(tangent(prove), {"r": c}),
        at(tangent_gap(prove), {k: l - 1, r: dual(c)}),
        adds(prove, first, chi ** (l - 1), reach(l - 1), chi * (1 - c) - 1 + dual(c)),
        adds(prove, chi**l * (1 - c) * reach(l - 1), share, chi**l, 1 - c),
    )  # fmt: skip


@lemma("the tangent kernel is at most its diagonal, from the start at 0")
def entry_below(prove: Proof) -> Step:
    """|ntk(l - 1, f(c))| <= ntk(l - 1, 1)."""
    goal = forall(from_one, correlation, family=UNCENTRED, holds=le(sp.Abs(entry), size))
    return prove.chain(goal, at(below_diagonal(prove), {k: l - 1, r: dual(c)}))


@lemma("the tangent kernel on the diagonal, in closed form")
def diagonal_closed(prove: Proof) -> Step:
    """ntk(k, 1) = (1 - chi_1^(k + 1))/(1 - chi_1)."""
    goal = forall(
        further, given=[lt(chi, 1)], family=UNCENTRED, holds=eq(ntk(k, 1), (1 - chi ** (k + 1)) * top)
    )
    return inductive(
        prove, goal, k,
        lambda base: prove.identity(base, unfold=[ntk(0, 1)]),
        lambda step: prove.identity(step, [*(["unfold", call] for call in _DIAGONAL_LAYER), ["given", 1]]),
    )  # fmt: skip
