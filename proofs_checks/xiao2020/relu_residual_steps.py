"""Residual ReLU layers K' = K + sigma_w^2 T(K) without biases, from one layer to the next.

With s = sigma_w^2/2 the variances grow like (1 + s)^l, the correlations obey C' = (1 - lam) C + lam h(C) with lam =
s/(1 + s), and U = Theta(x, x')/(s q^(0) (1 + s)^(l - 1)) obeys U' = (1 - lam theta/pi) U + h(C), U(0) = 0; on the
diagonal it is l. lam = 1 is the network without skip connections."""

from dataclasses import replace
from typing import Any

import sympy as sp

from deepcond_sym.proof import Proof, Sequence, Step, at, eq, fact, forall, interval, le, lt
from deepcond_sym.proof.proof import Use
from deepcond_sym.proof.search.ball_box import angle as by_angle
from deepcond_sym.proof.tactics.inductive import inductive
from deepcond_sym.proof.tactics.lemma import lemma
from deepcond_sym.proof.tactics.power_gaps import adds
from deepcond_sym.symbols import rho
from proofs_checks.starnaud2025.angles import has_inverse
from proofs_checks.starnaud2025.barrier import half_gap, half_sine, k, positive_sine
from proofs_checks.starnaud2025.half_sine_layer import (
    about_layer,
    gain,
    in_order,
    lower,
    rest,
    sine_at_most,
    y,
)  # fmt: skip
from proofs_checks.starnaud2025.half_sine_layer import apart as below_one_
from proofs_checks.starnaud2025.ordered_kernels import one_layer
from proofs_checks.starnaud2025.setting import h, h_slope

from .correlation_sequence import stays_correlation
from .setting import apart, c, l, layers

lam, u, v, x = sp.symbols("lambda u v x", real=True)
W = sp.Symbol("W", real=True)
weight = interval(lam, 0, 1, "(")
from_zero, from_lower = interval(x, 0, sp.oo), interval(W, lower, sp.oo)

_C, _U = (sp.Function(name, real=True)(l) for name in "CU")
C = Sequence("C", l, 0, c, (1 - lam) * _C + lam * h(_C))
U = Sequence("U", l, 0, sp.S.Zero, (1 - lam * (1 - h_slope(_C))) * _U + h(_C))
frame = forall(layers, apart, weight, sequences=[C, U], holds=le(0, 0))
after = h(C(l))
share = 1 - h_slope(C(l))
"""theta/pi."""

per_log = rest * (1 + gain) / gain
start = half_sine(c)


def sine(depth: Any = l) -> Any:
    """sin(theta/2) for C = cos(theta)."""
    return half_sine(C(depth))


def ceiling(depth: Any = l) -> Any:
    """An upper bound of 1/sin(theta/2)."""
    return 1 / start + lam * gain * depth + per_log * sp.log(1 + lam * gain * depth)


def has_values(prove: Proof, *depths: Any) -> list[Use]:
    """0 <= 1 - C^2 at these depths, where |C| <= 1 is known."""
    law = prove.polynomial(le(0, 1 - x**2), interval(x, -1, 1))
    return [fact(law, {x: C(d)}) for d in depths]


def signs(prove: Proof) -> list[Use]:
    """The signs of lam, 1 - lam and of numbers."""
    terms = lam, 1 - lam, lam * gain, lam * rest, k, k * lam, k * per_log, per_log
    return [fact(prove.polynomial(le(0, term), weight)) for term in terms]


@lemma("residual layers leave correlations in [-1, 1]")
def inside(prove: Proof) -> Step:
    """|C(l)| <= 1."""

    def step(target: Any) -> Step:
        next_ = (1 - lam) * C(l) + lam * after
        known = [*signs(prove), *has_values(prove, l), *(
            fact(one_layer(prove, sign), {"r": C(l)}) for sign in (1, -1))]  # fmt: skip
        sides = [
            prove.chain(
                target.conclude(le(sign * C(l + 1), 1)), *known, prove.unfold(target, sign * C(l + 1), C(l + 1)),
                adds(prove, sign * next_, 1 - lam, 1 - sign * C(l)),
                adds(prove, 1 - lam + sign * lam * after, lam, 1 - sign * after),
            )
            for sign in (1, -1)
        ]  # fmt: skip
        return prove.absolute_value(target, *sides)

    return stays_correlation(prove, frame, C, step)


@lemma("residual layers leave different inputs different")
def different(prove: Proof) -> Step:
    """C(l) < 1: 1 - C' = (1 - lam) (1 - C) + lam (1 - h)."""
    product = prove.polynomial(lt(1 - (1 - lam) * u - lam * v, 1), weight, *(
        interval(s, 0, sp.oo, "(") for s in (u, v)))  # fmt: skip
    return inductive(
        prove, frame.conclude(lt(C(l), 1)), l,
        lambda base: prove.chain(base, prove.unfold(base, C(0), C(0)), prove.polynomial(lt(c, 1), apart)),
        lambda step: prove.chain(
            step, fact(inside(prove)), *has_values(prove, l), *about_layer(prove, C(l)),
            prove.unfold(step, C(l + 1), C(l + 1)), at(product, {u: 1 - C(l), v: 1 - after}),
        ),
    )  # fmt: skip


def about(prove: Proof, *depths: Any) -> list[Use]:
    """|C| <= 1, C < 1, and 0 < sin(theta/2) with its inverse, at these depths; the signs of lam and numbers."""
    laws = inside, different
    positive = half_gap(prove), positive_sine(prove)
    return [
        *signs(prove), *(fact(law(prove), {l: d}) for d in depths for law in laws), *has_values(prove, *depths),
        *(fact(law, {rho: C(d)}) for d in depths for law in positive), *has_inverse(prove, *(sine(d) for d in depths)),
        *(fact(sine_at_most(prove), {y: C(d)}) for d in depths),
        *(fact(law, {rho: c}) for law in positive), *has_inverse(prove, start), fact(sine_at_most(prove), {y: c}),
    ]  # fmt: skip


def about_step(prove: Proof) -> list[Use]:
    """What is known at the depths l and l + 1, and of a layer of ReLU between them."""
    return [*about(prove, l, l + 1), *about_layer(prove, C(l)), *has_inverse(prove, half_sine(after))]


def next_square(prove: Proof, scale: Any, *, back: bool = False) -> Step:
    """scale sin(theta'/2)^2 = scale ((1 - lam) (1 - C) + lam (1 - h))/2, or from the right."""
    given = le(sp.Abs(C(l)), 1), lt(C(l), 1), le(0, 1 - C(l) ** 2), lt(0, (1 - C(l)) / 2), lt(0, sine())
    sides = scale * (1 - C(l + 1)) / 2, scale * ((1 - lam) * (1 - C(l)) + lam * (1 - after)) / 2
    return prove.identity(
        replace(frame, given=given, conclusion=eq(*sides[::-1]) if back else eq(*sides)), unfold=[C(l + 1)]
    )


@lemma("a layer of ReLU takes much of a small gap")
def taken(prove: Proof) -> Step:
    """4/(3 pi) s (1 - y) <= h(y) - y, where s = sin(theta/2)."""
    return prove.ball_box(le(2 * gain * half_sine(y) * (1 - y), h(y) - y), below_one_, outline=by_angle(y))


@lemma("a residual layer adds at least 2 lam/(3 pi) to the inverse sine")
def gains_at_least(prove: Proof) -> Step:
    """1/sin(theta/2) + 2 lam/(3 pi) <= 1/sin(theta'/2)."""
    now, a = sine(), gain * lam * sine()
    scale = 1 + a
    goal = frame.conclude(le(1 / now + lam * gain, 1 / sine(l + 1)))
    laws = [prove.polynomial(law, from_zero) for law in (lt(0, 1 + x), le(0, (1 + x) ** 2), le(0, x), le(
        0, 3 * x**2 + 2 * x**3))]  # fmt: skip
    product = prove.polynomial(le(0, lam * gain * x), weight, from_zero)
    known = [
        *about_step(prove), fact(product, {x: now}), *(fact(law, {x: a}) for law in laws),
        fact(taken(prove), {y: C(l)}), fact(prove.polynomial(le(0, lam / 2), weight)),
    ]  # fmt: skip
    less = (1 - C(l)) / 2
    squares = prove.chain(
        goal.conclude(le(scale**2 * (1 - C(l + 1)) / 2, less)), *known, next_square(prove, scale**2),
        adds(
            prove, scale**2 * ((1 - lam) * (1 - C(l)) + lam * (1 - after)) / 2, scale**2, lam / 2,
            after - C(l) - 2 * gain * now * (1 - C(l)),
        ),
        adds(prove, scale**2 * less * (1 - 2 * a), 3 * a**2 + 2 * a**3, less),
    )  # fmt: skip
    return prove.chain(goal, *known, fact(squares), in_order(prove, scale, now, sine(l + 1), sp.S.One))


@lemma("inverse roots are convex")
def convex(prove: Proof) -> Step:
    """(u v)^2 <= ((1 - lam) u^2 + lam v^2) ((1 - lam) v + lam u)^2."""
    return prove.polynomial(
        le(u**2 * v**2, ((1 - lam) * u**2 + lam * v**2) * ((1 - lam) * v + lam * u) ** 2),
        *(interval(s, 0, sp.oo) for s in (u, v)), weight,
    )  # fmt: skip
