"""The kernels of ReLU networks with sigma_w^2 < 2 and a bias, bounded at every depth by induction.

The recursion with weight variance 2 t^2 and bias variance 2 B^2 (so that t = sqrt(sigma_w^2/2)), for unit vectors with
inner product rho: q(l) = Sigma^(l)(x, x), S(l) = Sigma^(l)(x, x'), P(l) = Theta^(l)(x, x), T(l) = Theta^(l)(x, x')."""

from collections.abc import Callable
from dataclasses import replace

import sympy as sp

from deepcond_sym.proof import (
    Proof,
    Relation,
    Sequence,
    Statement,
    Step,
    at,
    eq,
    fact,
    forall,
    index,
    interval,
    le,
    lt,
)  # fmt: skip
from deepcond_sym.proof.proof import Use
from deepcond_sym.proof.tactics.arbitrary import no_less, scaled
from deepcond_sym.proof.tactics.inductive import inductive
from deepcond_sym.proof.tactics.lemma import lemma
from deepcond_sym.symbols import rho

from .setting import correlation, h, h_slope

l, layers = index("l", 1)
t, B = sp.symbols("t B", real=True)
contraction, bias = interval(t, 0, 1, "()"), interval(B, 0, sp.oo, "(")
_q, _S, _P, _T = (sp.Function(name, real=True)(l) for name in "qSPT")
ratio = _S / _q


def recursion(c: sp.Expr = ratio) -> tuple[Sequence, ...]:
    """q, S, P and T; c is the correlation S/q."""
    up = lambda f: f.func(l + 1)  # noqa: E731
    first = 2 * t**2 * rho + 2 * B**2
    q = Sequence("q", l, 1, 2 * t**2 + 2 * B**2, t**2 * _q + 2 * B**2)
    S = Sequence("S", l, 1, first, t**2 * _q * h(c) + 2 * B**2)
    P = Sequence("P", l, 1, 2 * t**2 + 2 * B**2, t**2 * _P + up(_q))
    T = Sequence("T", l, 1, first, t**2 * h_slope(c) * _T + up(_S))
    return q, S, P, T


q, S, P, T = sequences = recursion()
frame = forall(layers, correlation, contraction, bias, sequences=sequences, holds=le(0, 0))
r, u, v, w, x, y, z = sp.symbols("r u v w x y z", real=True)
from_zero = {s: interval(s, 0, sp.oo) for s in (u, v, w, x, y, z)}
arc = interval(r, -1, 1)
floor = 2 * B**2
"""q and P are at least the variance of the bias."""

ceiling = (2 + 2 * B**2) / (1 - t**2)
"""q is at most this, and P at most `ceiling`/(1 - t^2)."""

top = ceiling / (1 - t**2)


def _shown(relation: Relation) -> Statement:
    return frame.conclude(relation)


Link = Step | Use | Callable[[Statement], Step]


def _by_steps(prove: Proof, goal: Relation, base: list[Link], step: list[Link]) -> Step:
    """Induction on l: chains from one side to the other, by facts and links."""

    def chain(target: Statement, links: list[Link]) -> Step:
        return prove.chain(target, *(f if isinstance(f, (Step, Use)) else f(target) for f in links))

    return inductive(prove, _shown(goal), l, lambda first: chain(first, base), lambda later: chain(later, step))


def _left(prove: Proof, *calls: sp.Expr):
    return lambda goal: prove.unfold(goal, goal.conclusion.lhs, *calls)


def _right(prove: Proof, *calls: sp.Expr):
    return lambda goal: prove.folded(goal, goal.conclusion.rhs, *calls)


def one_layer(prove: Proof, sign: int) -> Step:
    """sign h(r) <= 1."""
    return prove.ball_box(le(sign * h(r), 1), arc)


@lemma("one layer of ReLU does not lower a correlation")
def raises(prove: Proof) -> Step:
    """r <= h(r)."""
    return prove.ball_box(le(r, h(r)), arc)


@lemma("the slope of ReLU by the distance to 1")
def slope_near_one(prove: Proof) -> Step:
    """1 - h'(r) <= sqrt((1 - r)/2)."""
    return prove.ball_box(le(1 - h_slope(r), sp.sqrt((1 - r) / 2)), arc)


@lemma("the slope of ReLU is at most 1")
def slope_below_one(prove: Proof) -> Step:
    """0 <= 1 - h'(r)."""
    return prove.ball_box(le(0, 1 - h_slope(r)), arc)


@lemma("variances are at least that of the bias")
def variance_from_below(prove: Proof) -> Step:
    """2 B^2 <= q(l)."""
    first = prove.polynomial(le(floor, 2 * t**2 + floor), contraction, bias)
    grown = prove.polynomial(le(floor, t**2 * (floor + u) + floor), contraction, bias, from_zero[u])
    return _by_steps(
        prove, le(floor, q(l)), [first, _right(prove, q(1))], [at(grown, {u: q(l) - floor}), _right(prove, q(l + 1))]
    )


def one_member(prove: Proof, member: Sequence, value: sp.Expr) -> Step:
    """member(l + 1) = value, which is written in y = S(l)/q(l)."""
    goal = replace(
        frame, variables=(*frame.variables, interval(y, -1, 1)), given=(eq(S(l), y * q(l)),),
        conclusion=eq(member(l + 1), value),
    )  # fmt: skip
    return prove.identity(goal, [["unfold", member(l + 1)], ["given", 0]])


def next_covariance(prove: Proof, sign: int = 1) -> Use:
    """The link sign S(l + 1) = sign (t^2 q h(S/q) + 2 B^2), where |S/q| <= 1 is known."""
    layer = one_member(prove, S, t**2 * q(l) * h(y) + floor)
    goal = layer.conclusion.conclude(eq(sign * S(l + 1), sign * layer.conclusion.conclusion.rhs))
    return at(prove.chain(goal, layer) if sign == 1 else prove.identity(goal, using=[(layer, {})]), {y: ratio})


def _positive(prove: Proof) -> list[Use]:
    """2 B^2 <= q(l) and 0 < q(l)."""
    above = prove.polynomial(lt(0, floor + u), bias, from_zero[u])
    return [fact(variance_from_below(prove)), fact(above, {u: q(l) - floor})]


def _inside(prove: Proof) -> list[Use]:
    """S/q <= 1, -S/q <= 1 and what follows for roots, from |S| <= q, which is known."""
    share = prove.polynomial(le((y - u) / y, 1), interval(y, 0, sp.oo, "("), from_zero[u])
    sides = [prove.chain(
        replace(frame, given=(le(sp.Abs(S(l)), q(l)),), conclusion=le(sign * S(l) / q(l), 1)), *_positive(prove),
        at(share, {y: q(l), u: q(l) - sign * S(l)})) for sign in (1, -1)]  # fmt: skip
    root = prove.polynomial(le(0, 1 - y**2), interval(y, -1, 1))
    half = prove.polynomial(le(0, (1 - y) / 2), interval(y, -1, 1))
    return [*_positive(prove), *map(fact, sides), fact(root, {y: ratio}), fact(half, {y: ratio})]


@lemma("covariances are at most the variance")
def covariance_below_variance(prove: Proof) -> Step:
    """|S(l)| <= q(l)."""
    goal = _shown(le(sp.Abs(S(l)), q(l)))
    first = prove.polynomial(
        le(2 * t**2 * rho * y + floor * y, 2 * t**2 + floor), contraction, bias, correlation, interval(y, -1, 1)
    )

    def start(base: Statement) -> Step:
        sides = [
            prove.chain(
                base.conclude(le(sign * S(1), q(1))), prove.unfold(base, sign * S(1), S(1)), at(first, {y: sign}),
                prove.folded(base, q(1), q(1)),
            )
            for sign in (1, -1)
        ]  # fmt: skip
        return prove.absolute_value(base, *sides)

    def step(later: Statement) -> Step:
        below = prove.polynomial(le(x * (1 - u) + z - w, x + z), *(from_zero[v] for v in (x, u, z, w)))

        def side(sign: int) -> Step:
            values = {x: t**2 * q(l), u: 1 - sign * h(ratio), z: floor, w: floor - sign * floor}
            return prove.chain(
                later.conclude(le(sign * S(l + 1), q(l + 1))), *_inside(prove), _scaled_variance(prove),
                fact(one_layer(prove, sign), {r: ratio}), next_covariance(prove, sign),
                at(below, values), prove.folded(later, q(l + 1), q(l + 1)),
            )  # fmt: skip

        return prove.absolute_value(later, side(1), side(-1))

    return inductive(prove, goal, l, start, step)


def _scaled_variance(prove: Proof) -> Use:
    """0 <= t^2 q(l)."""
    return fact(prove.polynomial(le(0, t**2 * y), contraction, from_zero[y]), {y: q(l)})


def known_inside(prove: Proof) -> list[Use]:
    """0 < q, 0 <= t^2 q and |S/q| <= 1."""
    return [fact(covariance_below_variance(prove)), *_inside(prove), _scaled_variance(prove)]


@lemma("covariances approach the variance")
def gap(prove: Proof) -> Step:
    """q(l) - S(l) <= 4 t^(2 l): one layer multiplies by at most t^2, as r <= h(r)."""
    first = prove.polynomial(le(2 * t**2 * (1 - rho), 4 * t**2), contraction, correlation)
    layer = one_member(prove, S, t**2 * q(l) * h(y) + floor)
    both = layer.conclusion.conclude(eq(q(l + 1) - S(l + 1), t**2 * q(l) * (1 - h(y))))
    after = prove.identity(both, using=[(layer, {})], unfold=[q(l + 1)])
    bound = 4 * t ** (2 * l)
    smaller = scaled(prove, t**2, q(l) - S(l), bound)
    positive = fact(prove.polynomial(le(0, t**2), contraction))
    return _by_steps(
        prove, le(q(l) - S(l), bound),
        [_left(prove, q(1), S(1)), first],
        [*known_inside(prove), positive, fact(raises(prove), {r: ratio}), at(after, {y: ratio}),
         scaled(prove, t**2 * q(l), 1 - h(ratio), 1 - ratio), smaller],
    )  # fmt: skip


@lemma("powers of t are positive")
def power_positive(prove: Proof) -> Step:
    """0 < t^l."""
    goal = forall(layers, contraction, holds=lt(0, t**l))
    product = prove.polynomial(lt(0, t * x), contraction, interval(x, 0, sp.oo, "("))
    return inductive(
        prove, goal, l, lambda base: prove.chain(base, prove.polynomial(lt(0, t), contraction)),
        lambda step: prove.chain(step, at(product, {x: t**l})),
    )  # fmt: skip


@lemma("sines of half the angle tend to 0")
def half_sine_gap(prove: Proof) -> Step:
    """sqrt((1 - S/q)/2) <= t^l/B, as (1 - S/q)/2 <= t^(2 l)/B^2."""
    level, root = t**l / B, sp.sqrt((1 - r) / 2)
    tau = interval(y, 0, sp.oo)
    relative = prove.polynomial(
        le((4 * y**2 - v) / (2 * (floor + w)), y**2 / B**2), tau, bias, from_zero[v], from_zero[w]
    )
    half = prove.chain(
        _shown(le((1 - ratio) / 2, level**2)), *known_inside(prove), fact(gap(prove)), fact(power_positive(prove)),
        at(relative, {y: t**l, v: 4 * t ** (2 * l) - q(l) + S(l), w: q(l) - floor}),
    )  # fmt: skip
    mean = prove.polynomial(le(x, (z + x**2 / z) / 2), from_zero[x], interval(z, 0, sp.oo, "("))
    square = prove.polynomial(le((z + (z**2 - u) / z) / 2, z), interval(z, 0, sp.oo, "("), from_zero[u])
    positive = prove.polynomial(lt(0, x / B), interval(x, 0, sp.oo, "("), bias)
    return prove.chain(
        _shown(le(root.subs(r, ratio), level)), *known_inside(prove), fact(half), fact(power_positive(prove)),
        fact(positive, {x: t**l}), fact(prove.ball_box(le(0, root), arc), {r: ratio}),
        at(mean, {x: root.subs(r, ratio), z: level}), at(square, {z: level, u: level**2 - (1 - ratio) / 2}),
    )  # fmt: skip


@lemma("slopes approach 1")
def slope_gap(prove: Proof) -> Step:
    """1 - h'(S/q) <= sqrt((1 - S/q)/2) <= t^l/B."""
    return prove.chain(
        _shown(le(1 - h_slope(ratio), t**l / B)), *known_inside(prove), at(slope_near_one(prove), {r: ratio}),
        half_sine_gap(prove),
    )  # fmt: skip


@lemma("variances are bounded in depth")
def variance_from_above(prove: Proof) -> Step:
    """q(l) <= (2 + 2 B^2)/(1 - t^2)."""
    first = prove.polynomial(le(2 * t**2 + floor, ceiling), contraction, bias)
    kept = prove.polynomial(le(t**2 * (ceiling - u) + floor, ceiling), contraction, bias, from_zero[u])
    return _by_steps(
        prove, le(q(l), ceiling), [_left(prove, q(1)), first], [_left(prove, q(l + 1)), at(kept, {u: ceiling - q(l)})]
    )


@lemma("the tangent kernel on the diagonal is bounded in depth")
def diagonal_from_above(prove: Proof) -> Step:
    """P(l) <= (2 + 2 B^2)/(1 - t^2)^2."""
    first = prove.polynomial(le(2 * t**2 + floor, top), contraction, bias)
    kept = prove.polynomial(
        le(t**2 * (top - u) + ceiling - v, top), contraction, bias, from_zero[u], from_zero[v]
    )
    return _by_steps(
        prove, le(P(l), top), [_left(prove, P(1)), first],
        [fact(variance_from_above(prove), {l: l + 1}), _left(prove, P(l + 1)),
         at(kept, {u: top - P(l), v: ceiling - q(l + 1)})],
    )  # fmt: skip


@lemma("the tangent kernel on the diagonal is at least the variance of the bias")
def diagonal_from_below(prove: Proof) -> Step:
    """2 B^2 <= P(l)."""
    first = prove.polynomial(le(floor, 2 * t**2 + floor), contraction, bias)
    kept = prove.polynomial(
        le(floor, t**2 * (floor + u) + floor + v), contraction, bias, from_zero[u], from_zero[v]
    )
    return _by_steps(
        prove, le(floor, P(l)), [first, _right(prove, P(1))],
        [fact(variance_from_below(prove), {l: l + 1}), at(kept, {u: P(l) - floor, v: q(l + 1) - floor}),
         _right(prove, P(l + 1))],
    )  # fmt: skip


def next_tangent(prove: Proof) -> Step:
    """T(l + 1) = t^2 h'(y) T(l) + S(l + 1), where y = S(l)/q(l)."""
    return one_member(prove, T, t**2 * h_slope(y) * T(l) + S(l + 1))


@lemma("the tangent kernel is at most its diagonal")
def tangent_below_diagonal(prove: Proof) -> Step:
    """|T(l)| <= P(l)."""
    first = prove.polynomial(
        le(2 * t**2 * rho * y + floor * y, 2 * t**2 + floor), contraction, bias, correlation, interval(y, -1, 1)
    )
    goal = _shown(le(sp.Abs(T(l)), P(l)))
    above = prove.polynomial(le(0, floor + u), bias, from_zero[u])
    known = [
        fact(covariance_below_variance(prove), {l: l + 1}), fact(variance_from_below(prove), {l: l + 1}),
        fact(diagonal_from_below(prove)), fact(above, {u: P(l) - floor}), fact(above, {u: q(l + 1) - floor}),
    ]  # fmt: skip
    less = prove.polynomial(
        le(t**2 * (1 - w) * (y - u) + z - v, t**2 * y + z), contraction, interval(w, 0, 1), *(
            from_zero[s] for s in (y, u, z, v))
    )  # fmt: skip

    def start(base: Statement) -> Step:
        sides = [
            prove.chain(
                base.conclude(le(sign * T(1), P(1))), prove.unfold(base, sign * T(1), T(1)), at(first, {y: sign}),
                prove.folded(base, P(1), P(1)),
            )
            for sign in (1, -1)
        ]  # fmt: skip
        return prove.absolute_value(base, *sides)

    def step(later: Statement) -> Step:
        def side(sign: int) -> Step:
            layer = next_tangent(prove)
            both = layer.conclusion.conclude(eq(sign * T(l + 1), sign * layer.conclusion.conclusion.rhs))
            values = {
                w: 1 - h_slope(ratio), y: P(l), u: P(l) - sign * T(l), z: q(l + 1), v: q(l + 1) - sign * S(l + 1)
            }  # fmt: skip
            return prove.chain(
                later.conclude(le(sign * T(l + 1), P(l + 1))), *known_inside(prove), *known,
                fact(slope_below_one(prove), {r: ratio}), fact(slopefrom_zero(prove), {r: ratio}),
                at(prove.identity(both, using=[(layer, {})]), {y: ratio}), at(less, values),
                prove.folded(later, P(l + 1), P(l + 1)),
            )  # fmt: skip

        return prove.absolute_value(later, side(1), side(-1))

    return inductive(prove, goal, l, start, step)


@lemma("the slope of ReLU is not negative")
def slopefrom_zero(prove: Proof) -> Step:
    """1 - h'(r) <= 1."""
    return prove.ball_box(le(1 - h_slope(r), 1), arc)


scale = (4 + top / B) / (1 - t)
"""P(l) - T(l) is at most this times t^l."""


@lemma("the tangent kernel approaches its diagonal")
def tangent_gap(prove: Proof) -> Step:
    """P(l) - T(l) <= (4 + M/B)/(1 - t) t^l, with M = (2 + 2 B^2)/(1 - t^2)^2.

    V = P - T obeys V' = t^2 V + t^2 (1 - h'(S/q)) T + (q' - S'), with (1 - h') T <= M t^l/B and q' - S' <= 4 t^(2 l +
    2)."""
    tau, bent = t**l, 1 - h_slope(ratio)
    goal = le(P(l) - T(l), scale * tau)
    below_top = prove.chain(
        _shown(le(T(l), top)), fact(tangent_below_diagonal(prove)), no_less(prove, T(l), P(l) - T(l)),
        diagonal_from_above(prove),
    )  # fmt: skip
    positive_top = prove.polynomial(le(0, top), contraction, bias)
    through_slope = prove.chain(
        _shown(le(bent * T(l), tau / B * top)), *known_inside(prove), fact(below_top), fact(positive_top),
        fact(slope_gap(prove)), fact(slope_below_one(prove), {r: ratio}),
        scaled(prove, bent, T(l), top), scaled(prove, top, bent, tau / B),
    )  # fmt: skip
    layer = next_tangent(prove)
    change = t**2 * (P(l) - T(l)) + t**2 * (1 - h_slope(y)) * T(l) + q(l + 1) - S(l + 1)
    both = layer.conclusion.conclude(eq(P(l + 1) - T(l + 1), change))
    one_more = prove.identity(both, using=[(layer, {})], unfold=[P(l + 1)])
    sum_ = prove.polynomial(le(y, y + t**2 * (u + v) + w), interval(y, -sp.oo, sp.oo), contraction, *(
        from_zero[s] for s in (u, v, w)))  # fmt: skip
    rest = 4 * t ** (2 * l + 2)
    slack = {
        y: change.subs(y, ratio), u: scale * tau - P(l) + T(l), v: tau / B * top - bent * T(l),
        w: rest - q(l + 1) + S(l + 1),
    }  # fmt: skip
    size = (4 + x / B) / (1 - t)
    first = prove.polynomial(le(2 * t**2 * (1 - rho), size * t), contraction, bias, correlation, from_zero[x])
    last = prove.polynomial(
        le(t**2 * (size * y + y / B * x) + 4 * t**2 * y**2, size * t * y), contraction, bias, interval(y, 0, 1),
        from_zero[x],
    )  # fmt: skip
    return _by_steps(
        prove, goal,
        [fact(positive_top), _left(prove, P(1), T(1)), at(first, {x: top})],
        [*known_inside(prove), fact(through_slope), fact(gap(prove), {l: l + 1}), fact(positive_top),
         fact(power_positive(prove)), fact(prove.power("at most one", t, l, layers, contraction)),
         at(one_more, {y: ratio}), at(sum_, slack), at(last, {x: top, y: tau})],
    )  # fmt: skip
