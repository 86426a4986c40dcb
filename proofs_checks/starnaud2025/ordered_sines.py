"""The ordered phase from one layer to the next: sin(theta/2) is multiplied by t up to a share of the order t^l, and the
diagonals hardly change.

From V = q - S of koenigs, as sin(theta/2)^2 = V/(2 q)."""

from typing import Any

import sympy as sp

from deepcond_sym.proof import Proof, Step, at, eq, fact, forall, interval, le, lt
from deepcond_sym.proof.proof import Use
from deepcond_sym.proof.tactics.inductive import inductive
from deepcond_sym.proof.tactics.lemma import lemma
from deepcond_sym.proof.tactics.power_gaps import adds

from .koenigs import V, apart, layer_from_above, layer_from_below, positive_gap
from .ordered_kernels import (
    B,
    P,
    S,
    bias,
    contraction,
    covariance_below_variance,
    floor,
    from_zero,
    half_sine_gap,
    known_inside,
    l,
    layers,
    power_positive,
    q,
    r,
    ratio,
    t,
    u,
    v,
    variance_from_below,
    w,
    x,
    y,
    z,
)

frame = apart
tau = t**l
half_sine: Any = sp.sqrt((1 - r) / 2)
inside = interval(r, -1, 1)
positive = {s: interval(s, 0, sp.oo, "(") for s in (x, y, z)}
unit = interval(y, 0, 1)

change = (1 + B**2) / B**2
"""q(l)/q(l + 1) is 1 up to this times t^l."""

bend = 1 / (2 * B) + change + change / (2 * B)
"""(sin(theta'/2)/(t sin(theta/2)))^2 is 1 up to this times t^l."""

growth = 4 * (1 + B**2) / (1 - t)
"""|P(l + 1) - P(l)| is at most this times t^l."""


def sine(depth: sp.Expr = l) -> Any:
    """sin(theta_l/2), for the correlation cos(theta_l) = S(l)/q(l)."""
    return half_sine.subs(r, S(depth) / q(depth))


@lemma("the variance of the ordered phase")
def variance(prove: Proof) -> Step:
    """q(l) = 2 B^2/(1 - t^2) + (2 - 2 B^2/(1 - t^2)) t^(2 l)."""
    end = floor / (1 - t**2)
    return prove.closed_form(
        forall(layers, contraction, bias, sequences=[q], holds=eq(q(l), end + (2 - end) * t ** (2 * l)))
    )


@lemma("correlations of the ordered phase are in [-1, 1]")
def halves(prove: Proof) -> Step:
    """0 <= (1 - S/q)/2."""
    half = prove.polynomial(le(0, (1 - y) / 2), interval(y, -1, 1))
    return prove.chain(frame.conclude(le(0, (1 - ratio) / 2)), *known_inside(prove), at(half, {y: ratio}))


@lemma("variances of the ordered phase are positive")
def variance_positive(prove: Proof) -> Step:
    """0 < q(l)."""
    above = prove.polynomial(lt(0, floor + u), bias, from_zero[u])
    return prove.chain(frame.conclude(lt(0, q(l))), *known_inside(prove), at(above, {u: q(l) - floor}))


def about(prove: Proof, *depths: Any) -> list[Use]:
    """0 < q, 2 B^2 <= q, 0 <= (1 - S/q)/2, 0 <= sin(theta/2) <= t^l/B, 0 < t^l <= 1 and |S| <= q at these depths."""
    root = prove.ball_box(le(0, sp.sqrt(x)), from_zero[x])
    laws = variance_positive, variance_from_below, halves, half_sine_gap, power_positive, covariance_below_variance
    known: list[Use] = []
    for depth in depths:
        known += [fact(law(prove), {l: depth}) for law in laws]
        known.append(fact(root, {x: (1 - S(depth) / q(depth)) / 2}))
    return [*known, fact(prove.power("at most one", t, l, layers, contraction))] if l in depths else known


def _variance_change(prove: Proof, sign: int) -> Step:
    """sign (q(l)/q(l + 1) - 1) <= change t^l."""
    closed = variance(prove)
    moved = sign * (q(l) - q(l + 1))
    exact = prove.identity(
        frame.conclude(eq(moved, sign * 2 * (1 - t**2 - B**2) * tau**2)), using=[(closed, {l: l + 1}), (closed, {l: l})]
    )
    more = prove.polynomial(le(sign * 2 * (1 - t**2 - B**2) * y**2, 2 * (1 + B**2) * y**2), contraction, bias, unit)
    size = prove.chain(frame.conclude(le(moved, 2 * (1 + B**2) * tau**2)), *about(prove, l), exact, at(more, {y: tau}))
    quotient = prove.polynomial(
        le((2 * (1 + B**2) * y**2 - u) / (floor + w), change * y), bias, unit, from_zero[u], from_zero[w]
    )
    return prove.chain(
        frame.conclude(le(sign * (q(l) / q(l + 1) - 1), change * tau)), *about(prove, l, l + 1), fact(size),
        at(quotient, {y: tau, u: 2 * (1 + B**2) * tau**2 - moved, w: q(l + 1) - floor}),
    )  # fmt: skip


@lemma("variances of two layers, from above")
def variance_change_above(prove: Proof) -> Step:
    """q(l)/q(l + 1) - 1 <= change t^l."""
    return _variance_change(prove, 1)


@lemma("variances of two layers, from below")
def variance_change_below(prove: Proof) -> Step:
    """1 - q(l)/q(l + 1) <= change t^l."""
    return _variance_change(prove, -1)


def _moved() -> Any:
    """t^2 sin(theta/2)^2."""
    return t**2 * (1 - ratio) / 2


@lemma("squared sines of two layers, from above")
def square_above(prove: Proof) -> Step:
    """(1 - S'/q')/2 <= t^2 (1 - S/q)/2 (1 + bend t^l)."""
    less = prove.polynomial(le((x - u) / (2 * z), x / (2 * z)), from_zero[x], from_zero[u], positive[z])
    signs = [prove.polynomial(le(0, c * x), bias, contraction, from_zero[x]) for c in (bend - change, t**2)]
    V_positive = prove.polynomial(le(0, t**2 * x), contraction, from_zero[x])
    return prove.chain(
        frame.conclude(le((1 - S(l + 1) / q(l + 1)) / 2, _moved() * (1 + bend * tau))),
        *about(prove, l, l + 1), fact(positive_gap(prove)), fact(layer_from_above(prove)),
        fact(variance_change_above(prove)), fact(signs[0], {x: tau}), fact(signs[1], {x: (1 - ratio) / 2}),
        fact(V_positive, {x: V(l)}),
        at(less, {x: t**2 * V(l), u: t**2 * V(l) - V(l + 1), z: q(l + 1)}),
        adds(prove, _moved() * q(l) / q(l + 1), _moved(), 1 + change * tau - q(l) / q(l + 1)),
        adds(prove, _moved() * (1 + change * tau), _moved(), (bend - change) * tau),
    )  # fmt: skip


@lemma("squared sines of two layers, from below")
def square_below(prove: Proof) -> Step:
    """t^2 (1 - S/q)/2 (1 - bend t^l) <= (1 - S'/q')/2."""
    share = tau / (2 * B)
    quotient = prove.polynomial(le(0, u / (2 * z)), from_zero[u], positive[z])
    signs = [prove.polynomial(le(0, c * x), bias, contraction, from_zero[x]) for c in (1 / (2 * B), t**2)]
    rest = prove.polynomial(le(0, change / (2 * B) * y * (1 - y)), bias, unit)
    low = _moved() * (1 - share) * q(l) / q(l + 1)
    left = V(l + 1) - t**2 * V(l) * (1 - share)
    return prove.chain(
        frame.conclude(le(_moved() * (1 - bend * tau), (1 - S(l + 1) / q(l + 1)) / 2)),
        *about(prove, l, l + 1), fact(positive_gap(prove)), fact(layer_from_below(prove)),
        fact(variance_change_above(prove)), fact(variance_change_below(prove)), fact(signs[0], {x: tau}),
        fact(signs[1], {x: (1 - ratio) / 2}), fact(rest, {y: tau}),
        fact(quotient, {u: left, z: q(l + 1)}),
        adds(prove, _moved() * (1 - bend * tau), _moved(), change / (2 * B) * tau * (1 - tau)),
        adds(
            prove, _moved() * (1 - share - change * tau - share * change * tau), _moved(), share,
            1 + change * tau - q(l) / q(l + 1),
        ),
        adds(
            prove, _moved() * (1 - change * tau - share * q(l) / q(l + 1)), _moved(),
            q(l) / q(l + 1) - 1 + change * tau,
        ),
        adds(prove, low, left / (2 * q(l + 1))),
    )  # fmt: skip


@lemma("correlations of different inputs stay below 1 in the ordered phase")
def half_positive(prove: Proof) -> Step:
    """0 < (1 - S/q)/2."""
    quotient = prove.polynomial(lt(0, x / (2 * z)), positive[x], positive[z])
    return prove.chain(
        frame.conclude(lt(0, (1 - ratio) / 2)), *about(prove, l), fact(positive_gap(prove)),
        at(quotient, {x: V(l), z: q(l)}),
    )  # fmt: skip


@lemma("sines of half the angle are positive for different inputs")
def sine_positive(prove: Proof) -> Step:
    """0 < sin(theta/2)."""
    share = prove.polynomial(lt((z - x) / z, 1), positive[x], positive[z])
    less = prove.chain(
        frame.conclude(lt(ratio, 1)), *about(prove, l), fact(positive_gap(prove)), at(share, {z: q(l), x: V(l)})
    )
    return prove.chain(
        frame.conclude(lt(0, sine())), *known_inside(prove), fact(less),
        at(prove.ball_box(lt(0, half_sine), interval(r, -1, 1, ")")), {r: ratio}),
    )  # fmt: skip


def about_sines(prove: Proof) -> list[Use]:
    """What is known of both sines, and 0 < t sin(theta/2)."""
    product = prove.polynomial(lt(0, t * x), contraction, positive[x])
    sign = prove.polynomial(le(0, bend * x), bias, from_zero[x])
    return [
        *about(prove, l, l + 1), fact(half_positive(prove)), fact(sine_positive(prove)), fact(product, {x: sine()}),
        fact(square_above(prove)), fact(square_below(prove)), fact(sign, {x: tau}),
    ]  # fmt: skip


@lemma("sines of two layers, from above")
def sine_above(prove: Proof) -> Step:
    """sin(theta'/2) <= t sin(theta/2) (1 + bend t^l/2): by the tangent of the root."""
    mean = prove.polynomial(le(x, (z + x**2 / z) / 2), from_zero[x], positive[z])
    more = prove.polynomial(
        le((z + (z**2 * (1 + v) - u) / z) / 2, z * (1 + v / 2)), positive[z], from_zero[u], from_zero[v]
    )
    now = t * sine()
    return prove.chain(
        frame.conclude(le(sine(l + 1), now * (1 + bend * tau / 2))), *about_sines(prove),
        at(mean, {x: sine(l + 1), z: now}),
        at(more, {z: now, v: bend * tau, u: now**2 * (1 + bend * tau) - sine(l + 1) ** 2}),
    )  # fmt: skip


@lemma("sines of two layers, from below")
def sine_below(prove: Proof) -> Step:
    """t sin(theta/2) (1 - 3/2 bend t^l) <= sin(theta'/2), which is at least its square over the bound from above."""
    now, then, share = t * sine(), sine(l + 1), bend * tau
    most = now * (1 + share / 2)
    less = prove.polynomial(
        le(z * (1 - sp.Rational(3, 2) * v), z * (1 - v) / (1 + v / 2)), positive[z], from_zero[v]
    )
    signs = [
        prove.polynomial(lt(0, z * (1 + v / 2)), positive[z], from_zero[v]),
        prove.polynomial(le(0, u / z), from_zero[u], positive[z]),
        prove.polynomial(le((z - u) / z, 1), from_zero[u], positive[z]),
    ]
    positive_share = prove.polynomial(lt(0, 1 + v / 2), from_zero[v])
    left = then**2 - now**2 * (1 - share)
    return prove.chain(
        frame.conclude(le(now * (1 - sp.Rational(3, 2) * share), then)), *about_sines(prove), fact(sine_above(prove)),
        fact(signs[0], {z: now, v: share}), fact(signs[1], {u: left, z: most}),
        fact(signs[2], {z: most, u: most - then}), fact(positive_share, {v: share}),
        at(less, {z: now, v: share}), adds(prove, now * (1 - share) / (1 + share / 2), left / most),
        adds(prove, then**2 / most, then, 1 - then / most),
    )  # fmt: skip


@lemma("sines of two layers, from above, with the constant from below")
def wide(prove: Proof) -> Step:
    """sin(theta'/2) <= t sin(theta/2) (1 + 3/2 bend t^l)."""
    now = t * sine()
    return prove.chain(
        frame.conclude(le(sine(l + 1), now * (1 + sp.Rational(3, 2) * bend * tau))), *about_sines(prove),
        sine_above(prove), adds(prove, now * (1 + bend * tau / 2), now, bend * tau),
    )  # fmt: skip


def diagonal_change(prove: Proof, sign: int) -> Step:
    """sign (P(l + 1) - P(l)) <= growth t^l."""
    closed, d = variance(prove), 2 * (t**2 + B**2 - 1)
    goal = frame.conclude(le(sign * (P(l + 1) - P(l)), growth * tau))
    first = prove.polynomial(
        le(sign * 2 * t**2 * (2 * t**2 + 2 * B**2 - 1), growth * t), contraction, bias
    )
    more = prove.polynomial(
        le(t**2 * growth * x + sign * d * t**2 * x * t * (1 - z), growth * t * x), contraction, bias, from_zero[x],
        interval(z, 0, 1),
    )  # fmt: skip
    powers = [prove.power(part, t, l - 1, layers, contraction) for part in ("non-negative", "at most one")]

    def step(later: Any) -> Step:
        moved = sign * (P(l + 2) - P(l + 1))
        exact = prove.identity(
            later.conclude(eq(moved, t**2 * sign * (P(l + 1) - P(l)) + sign * d * t**2 * tau**2)),
            [["unfold", P(l + 2)], ["unfold", P(l + 1)], ["use", closed, {l: l + 2}], ["use", closed, {l: l + 1}]],
        )
        known = [*about(prove, l), *map(fact, powers), fact(prove.polynomial(le(0, t**2), contraction))]
        return prove.chain(
            later, *known, exact,
            adds(prove, exact.conclusion.conclusion.rhs, t**2, growth * tau - sign * (P(l + 1) - P(l))),
            at(more, {x: tau, z: 1 - t ** (l - 1)}),
        )  # fmt: skip

    return inductive(
        prove, goal, l,
        lambda base: prove.chain(base, prove.unfold(base, base.conclusion.lhs, P(2), P(1), q(2), q(1)), first), step,
    )  # fmt: skip
