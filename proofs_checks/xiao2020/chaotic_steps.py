"""The chaotic phase layer by layer: f is the dual of a non-affine activation with a fixed point b = c* < 1.

Tangent kernels start from Theta^(0) = 0 and are in units of q*. They are written out as sums, which may stand as the
entries of a matrix; `chaotic_phase` has them as sequences."""

from typing import Any

import sympy as sp

from deepcond_sym.proof import (
    UNCENTRED,
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
    ne,
)  # fmt: skip
from deepcond_sym.proof.tactics import power_gaps
from deepcond_sym.proof.tactics.arbitrary import scaled
from deepcond_sym.proof.tactics.inductive import inductive
from deepcond_sym.proof.tactics.lemma import lemma
from deepcond_sym.proof.tactics.monotone import one_stays
from deepcond_sym.proof.tactics.power_gaps import adds, b, limit, signed_x, x
from proofs_checks.agarwal2021 import uncentred, uncentred_depth
from proofs_checks.agarwal2021.uncentred import NON_AFFINE, at_fixed_point, below_one, fixed

from .setting import c, chi, correlation, l, layers

h, k = (sp.Symbol(name, integer=True) for name in ("g", "k"))
_a, _d, _u, _v, _w, _s, _t = sp.symbols("_a _d _u _v _w _s _t", real=True)
_from_zero = {s: interval(s, 0, sp.oo) for s in (_a, _d, _u, _v, _w, _t)}

slope = dual_slope(b)
"""chi_{c*}."""

settled = b / (1 - slope)
"""p*_ab/q* = c*/(1 - chi_{c*})."""

bend = (chi - slope) / (1 - b)
"""f' changes at most this much faster than its argument, as seen from c*."""

below = interval(c, 0, 1)
inside = (fixed, le(c, b))
"""0 <= c <= c*."""

frame = forall(below, below_one, layers, given=inside, family=NON_AFFINE, holds=le(chi, chi))


def kernel(depth: Any, at_correlation: Any) -> Any:
    """Theta^(depth) at this correlation: the sum of c^(h) f'(c^(h)) ... f'(c^(depth - 1)) over h from 1."""
    slopes = sp.Product(dual_slope(iterate(k, at_correlation)), (k, h, depth - 1))
    return sp.Sum(iterate(h, at_correlation) * slopes, (h, 1, depth))


def shown(relation: Any) -> Statement:
    return frame.conclude(relation)


@lemma("one layer of the tangent kernel from zero")
def next_kernel(prove: Proof) -> Step:
    """Theta(l + 1) = c^(l + 1) + f'(c^(l)) Theta(l)."""
    following = iterate(l + 1, c) + dual_slope(iterate(l, c)) * kernel(l, c)
    goal = forall(correlation, layers, family=UNCENTRED, holds=eq(kernel(l + 1, c), following))
    return prove.identity(goal, unfold=[kernel(l + 1, c)])


@lemma("the tangent kernel from zero, before any layer")
def no_kernel(prove: Proof) -> Step:
    """Theta(0) = 0."""
    return prove.identity(
        forall(correlation, family=UNCENTRED, holds=eq(kernel(0, c), 0)), unfold=[kernel(0, c)]
    )


@lemma("the tangent kernel from zero, on the diagonal")
def on_diagonal(prove: Proof) -> Step:
    """Theta(l) = (chi_1^l - 1)/(chi_1 - 1) at c = 1."""
    goal = forall(layers, given=[ne(chi, 1)], family=UNCENTRED, holds=eq(kernel(l, 1), (chi**l - 1) / (chi - 1)))
    return inductive(
        prove, goal, l,
        lambda base: prove.identity(base, unfold=[kernel(0, 1)]),
        lambda step: prove.identity(
            step,
            [["use", next_kernel(prove), {c: 1}], ["given", len(step.given) - 1],
             ["use", one_stays(prove), {"L": l + 1}], ["use", one_stays(prove), {"L": l}]],
        ),
    )  # fmt: skip


@lemma("a fixed point below 1 makes the phase chaotic")
def chaotic(prove: Proof) -> Step:
    """1 < chi_1: (1 - b) (chi_1 - 1) is at least mu-tilde (1 - b)^2."""
    curvature = uncentred.curvature
    least, gap = curvature * (1 - b) ** 2, chi * (1 - b) - 1 + dual(b)
    premise = power_gaps.linear_gap(prove)
    above = prove.vertices(
        forall(below_one, family=UNCENTRED, holds=le(least, gap)), 2, uncentred.below(prove, premise)
    )
    goal = forall(below_one, given=[fixed], family=NON_AFFINE, holds=lt(1, chi))
    scaled_gap = prove.chain(
        goal.conclude(le(least, chi * (1 - b) - 1 + b)), above, at_fixed_point(prove, goal, gap)
    )
    more = prove.polynomial(
        lt(1, 1 + (_t * (1 - b) ** 2 + _u) / (1 - b)), below_one, interval(_t, 0, sp.oo, "("), _from_zero[_u]
    )
    return prove.chain(
        goal, fact(uncentred.positive_curvature(prove)), fact(scaled_gap),
        at(more, {_t: curvature, _u: chi * (1 - b) - 1 + b - least}),
    )  # fmt: skip


@lemma("the slope at a fixed point below 1 is below 1")
def slope_below_one(prove: Proof) -> Step:
    """chi_{c*} < 1."""
    less = prove.polynomial(lt(1 - _t * (1 - b), 1), interval(_t, 0, 1, "("), below_one)
    return prove.chain(
        forall(below_one, given=[fixed], family=NON_AFFINE, holds=lt(slope, 1)),
        fact(uncentred.positive_curvature(prove)), fact(uncentred.curvature_at_most_one(prove)),
        uncentred.slope_at_fixed_point(prove), at(less, {_t: uncentred.curvature}),
    )  # fmt: skip


@lemma("slopes of dual activations are at least 0 on [0, 1]")
def slope_non_negative(prove: Proof) -> Step:
    """0 <= f'(x) for x in [0, 1]."""
    i, from_one, unit = power_gaps.i, power_gaps.from_one, interval(x, 0, 1)
    product = prove.polynomial(le(0, _u * _v), _from_zero[_u], _from_zero[_v])
    power = prove.chain(
        forall(unit, from_one, holds=le(0, i * x ** (i - 1))),
        fact(prove.power("non-negative", x, i - 1, unit, from_one)),
        at(product, {_u: i, _v: x ** (i - 1)}),
    )  # fmt: skip
    return prove.vertices(forall(unit, family=UNCENTRED, holds=le(0, dual_slope(x))), 1, power)


@lemma("how fast the slope of a dual activation changes")
def slope_change(prove: Proof) -> Step:
    """|f'(x) - f'(b)| <= T (chi_1 - f'(b))/(1 - b) for |x| <= 1, b < 1 and |x - b| <= T."""
    i, j = power_gaps.i, power_gaps.i - 1
    box, given = (signed_x, below_one, power_gaps.positive_limit), [le(abs(x - b), limit)]
    outer = i * limit * (1 - b**j) / (1 - b)
    goal = forall(*box, power_gaps.from_two, given=given, holds=le(abs(i * x**j - i * b**j), outer))
    apart = fact(prove.polynomial(lt(b, 1), below_one))
    each = prove.chain(
        goal.conclude(le(abs(x**j - b**j), limit * (1 - b**j) / (1 - b))), apart,
        at(power_gaps.contraction(prove), {i: j, power_gaps.r: 1}),
    )  # fmt: skip
    sides = [
        prove.chain(
            goal.conclude(le(sp.expand(sign * (i * x**j - i * b**j)), outer)), fact(each),
            scaled(prove, i, sign * (x**j - b**j), limit * (1 - b**j) / (1 - b)),
        )
        for sign in (1, -1)
    ]  # fmt: skip
    return prove.vertices(
        forall(
            *box, given=given, family=UNCENTRED,
            holds=le(abs(dual_slope(x) - dual_slope(b)), limit * (chi - dual_slope(b)) / (1 - b)),
        ),
        2, prove.absolute_value(goal, *sides),
    )  # fmt: skip


@lemma("the fixed point stays")
def stays(prove: Proof) -> Step:
    """iterate(l, b) = b."""
    goal = forall(below_one, layers, given=[fixed], family=UNCENTRED, holds=eq(iterate(l, b), b))
    return inductive(
        prove, goal, l,
        lambda base: prove.identity(base, unfold=[iterate(0, b)]),
        lambda step: prove.identity(
            step, [["unfold", iterate(l + 1, b)], ["given", len(step.given) - 1], ["given", 0]]
        ),
    )  # fmt: skip


@lemma("correlations below the fixed point stay below it")
def stays_below(prove: Proof) -> Step:
    """|c^(l)| <= c*."""
    value = abs(iterate(l, c))
    return prove.chain(
        shown(le(value, b)), *size_of_start(prove),
        at(uncentred_depth.dominated(prove), {x: c, power_gaps.r: b, "L": l}), stays(prove),
    )  # fmt: skip


def size_of_start(prove: Proof) -> list:
    """|c| <= b, from 0 <= c <= b."""
    goal = shown(le(abs(c), b))
    up = prove.polynomial(le(-_a, _a + _u), _from_zero[_a], _from_zero[_u])
    sides = [
        prove.chain(goal.conclude(le(c, b)), adds(prove, c, b - c)),
        prove.chain(goal.conclude(le(-c, b)), at(up, {_a: c, _u: b - c})),
    ]
    return [fact(prove.absolute_value(goal, *sides))]


def where(prove: Proof, depth: Any = l, start: Any = c) -> list:
    """The facts 0 <= c^(depth) <= b < 1 and 0 <= chi_{c*} < 1."""
    values = {l: depth, c: start}
    return [
        fact(slope_below_one(prove)), fact(uncentred.non_negative_slope(prove)),
        fact(stays_below(prove), values), fact(prove.non_negative(), {"L": depth, "s": start}),
        fact(prove.bounded(), {"L": depth, "r": start}), fact(prove.polynomial(lt(b, 1), below_one)),
    ]  # fmt: skip


def slope_in(prove: Proof, depth: Any = l) -> list:
    """The facts 0 <= f'(c^(depth)) <= chi_{c*}."""
    value = iterate(depth, c)
    return [
        fact(slope_non_negative(prove), {x: value}), fact(prove.slope_grows(), {"r": value, "s": b}),
    ]  # fmt: skip


@lemma("correlations below the fixed point approach it")
def approaches(prove: Proof) -> Step:
    """c* - c^(l) <= chi_{c*}^l (c* - c)."""
    gap = slope**l * (b - c)
    distance = prove.chain(
        shown(le(abs(iterate(l, c) - b), slope**l * abs(c - b))), *size_of_start(prove),
        at(uncentred_depth.inner(prove), {x: c, "L": l}),
    )  # fmt: skip
    near = fact(
        prove.absolute_value(
            shown(le(abs(c - b), b - c)),
            prove.chain(shown(le(c - b, b - c)), adds(prove, c - b, 2 * sp.S.One, b - c)),
            prove.chain(shown(le(b - c, b - c)), adds(prove, b - c, b - b)),
        )
    )
    power = prove.power("non-negative", _a, l, _from_zero[_a], layers)
    return prove.chain(
        shown(le(b - iterate(l, c), gap)), *where(prove), fact(distance), near, fact(power, {_a: slope}),
        adds(prove, b - iterate(l, c), slope**l * abs(c - b) - (b - iterate(l, c))),
        scaled(prove, slope**l, abs(c - b), b - c),
    )  # fmt: skip


@lemma("one layer closes in by the slope")
def one_layer(prove: Proof) -> Step:
    """c* - c^(l + 1) <= chi_{c*} (c* - c^(l))."""
    value = iterate(l, c)
    gap = b - value
    distance = prove.absolute_value(
        shown(le(abs(value - b), gap)),
        prove.chain(shown(le(value - b, gap)), *where(prove), adds(prove, value - b, 2 * sp.S.One, gap)),
        prove.chain(shown(le(gap, gap)), adds(prove, gap, b - b)),
    )
    positive = prove.polynomial(le(0, _u), _from_zero[_u])
    bound = prove.chain(
        shown(le(abs(dual(value) - dual(b)), slope * gap)), *where(prove), fact(distance),
        fact(positive, {_u: gap}), at(uncentred.slope_bound_below_one(prove), {x: value, limit: gap}),
    )  # fmt: skip
    return prove.chain(
        shown(le(b - iterate(l + 1, c), slope * gap)), *where(prove), *where(prove, l + 1), fact(bound),
        prove.unfold(frame, b - iterate(l + 1, c), iterate(l + 1, c)),
        at_fixed_point(prove, frame, dual(b) - dual(value), back=True),
        adds(prove, dual(b) - dual(value), slope * gap - (dual(b) - dual(value))),
    )  # fmt: skip


@lemma("correlations below the fixed point increase")
def increases(prove: Proof) -> Step:
    """c^(l) <= c^(l + 1)."""
    value, after = iterate(l, c), iterate(l + 1, c)
    return prove.chain(
        shown(le(value, after)), *where(prove), fact(one_layer(prove)),
        adds(prove, value, 1 - slope, b - value), adds(prove, value + (1 - slope) * (b - value),
        slope * (b - value) - (b - after)),
    )  # fmt: skip


@lemma("the tangent kernel from zero is at least 0")
def kernel_non_negative(prove: Proof) -> Step:
    """0 <= Theta(l) for 0 <= c <= c*."""
    total = prove.polynomial(le(0, _u + _v * _w), *(_from_zero[s] for s in (_u, _v, _w)))
    return inductive(
        prove, shown(le(0, kernel(l, c))), l,
        lambda base: prove.chain(base, prove.folded(base, kernel(0, c), kernel(0, c))),
        lambda step: prove.chain(
            step, *where(prove), *slope_in(prove), fact(prove.non_negative(), {"L": l + 1, "s": c}),
            at(total, {_u: iterate(l + 1, c), _v: dual_slope(iterate(l, c)), _w: kernel(l, c)}),
            prove.folded(step, kernel(l + 1, c), kernel(l + 1, c)),
        ),
    )  # fmt: skip


def settles(prove: Proof) -> list:
    """The facts 0 <= p*_ab and p*_ab = c* + chi_{c*} p*_ab, as 0 <= c*/(1 - s)."""
    positive = prove.polynomial(le(0, b / (1 - _s)), below_one, interval(_s, 0, 1, ")"))
    return [fact(positive, {_s: slope})]


@lemma("the tangent kernel from zero is at most its limit")
def kernel_at_most(prove: Proof) -> Step:
    """Theta(l) <= p*_ab for 0 <= c <= c*."""
    size = interval(_s, 0, 1, ")")
    # Theta' = (b - u) + (s - v) Theta with Theta = p* - w
    grown = prove.polynomial(
        le(b - _u + (_s - _v) * _w, b + _s * (_w + _t)), below_one, size, *(_from_zero[s] for s in (_u, _v, _w, _t))
    )
    last = prove.polynomial(le(b + _s * (b / (1 - _s)), b / (1 - _s)), below_one, size)

    def step(later: Statement) -> Step:
        known, bent, value = kernel(l, c), dual_slope(iterate(l, c)), iterate(l + 1, c)
        return prove.chain(
            later, *where(prove), *where(prove, l + 1), *slope_in(prove), *settles(prove),
            fact(kernel_non_negative(prove)), prove.unfold(later, kernel(l + 1, c), kernel(l + 1, c)),
            at(grown, {_s: slope, _u: b - value, _v: slope - bent, _w: known, _t: settled - known}),
            at(last, {_s: slope}),
        )  # fmt: skip

    return inductive(
        prove, shown(le(kernel(l, c), settled)), l,
        lambda base: prove.chain(
            base, fact(slope_below_one(prove)), fact(uncentred.non_negative_slope(prove)), *settles(prove),
            prove.unfold(base, kernel(0, c), kernel(0, c)), adds(prove, sp.S.Zero, settled),
        ),
        step,
    )  # fmt: skip
