"""Residual ReLU layers at every depth: 1/sin(theta/2) is 2 lam l/(3 pi) up to a logarithm, and lam U is in a cone about
3 pi/8/sin(theta/2)."""

from dataclasses import replace
from typing import Any

import sympy as sp

from deepcond_sym.proof import Proof, Step, at, eq, fact, interval, le, lt
from deepcond_sym.proof.proof import Use
from deepcond_sym.proof.tactics.inductive import inductive
from deepcond_sym.proof.tactics.lemma import lemma
from deepcond_sym.proof.tactics.power_gaps import adds
from proofs_checks.starnaud2025.angle_steps import logarithm
from proofs_checks.starnaud2025.barrier import half_sine, k
from proofs_checks.starnaud2025.half_sine_layer import gain, in_order, lower, rest, squares_at_most, stays_above, y
from proofs_checks.starnaud2025.ordered_kernels import r
from proofs_checks.starnaud2025.ordered_tangent import angle_at_least
from proofs_checks.starnaud2025.setting import h_slope

from .relu_residual_steps import (
    C,
    U,
    W,
    about,
    about_step,
    after,
    ceiling,
    convex,
    frame,
    from_lower,
    from_zero,
    gains_at_least,
    lam,
    next_square,
    per_log,
    share,
    sine,
    start,
    u,
    v,
    weight,
    x,
)
from .setting import c, l, layers

grown = 1 + lam * gain * l
within = replace(frame, variables=(*frame.variables, from_lower), given=(le(k / start, W),))


@lemma("a residual layer's inverse sine is below the chord")
def chord(prove: Proof) -> Step:
    """1/sin(theta'/2) <= (1 - lam)/sin(theta/2) + lam/sin(T(theta)/2), T being a layer without skip connection."""
    now, then = sine(), half_sine(after)
    mixed = (1 - lam) * then + lam * now
    goal = frame.conclude(le(1 / sine(l + 1), (1 - lam) / now + lam / then))
    box = [interval(s, 0, sp.oo, "(") for s in (u, v)]
    laws = lt(0, u * v), lt(0, (1 - lam) * v + lam * u)
    known = [*about_step(prove), *(fact(prove.polynomial(law, *box, weight), {u: now, v: then}) for law in laws)]
    squares = prove.chain(
        goal.conclude(le(now**2 * then**2, mixed**2 * (1 - C(l + 1)) / 2)), *known,
        at(convex(prove), {u: now, v: then}), next_square(prove, mixed**2, back=True),
    )  # fmt: skip
    return prove.chain(goal, *known, fact(squares), in_order(prove, sp.S.One, sine(l + 1), now * then, mixed))


@lemma("a residual layer adds little more than 2 lam/(3 pi) to the inverse sine")
def gains_at_most(prove: Proof) -> Step:
    """1/sin(theta'/2) <= 1/sin(theta/2) + lam (2/(3 pi) + 2/pi^2 sin(theta/2))."""
    now, then = sine(), half_sine(after)
    more = 1 + gain * now + rest * now**2
    positive = prove.polynomial(lt(0, 1 + gain * x + rest * x**2), from_zero)
    known = [*about_step(prove), fact(positive, {x: now}), fact(squares_at_most(prove), {y: C(l)})]
    layer = prove.chain(
        frame.conclude(le(1 / then, 1 / now + gain + rest * now)), *known, in_order(prove, sp.S.One, then, now, more)
    )
    goal = frame.conclude(le(1 / sine(l + 1), 1 / now + lam * (gain + rest * now)))
    return prove.chain(
        goal, *known, fact(layer), chord(prove),
        adds(prove, (1 - lam) / now + lam / then, lam, 1 / now + gain + rest * now - 1 / then),
    )  # fmt: skip


def first(prove: Proof, target: Any, left: Any, right: Any) -> Step:
    """An equality of terms with sin(theta/2) at depth 0 or of c."""
    given = lt(0, (1 - C(0)) / 2), lt(0, sine(sp.S.Zero)), lt(0, (1 - c) / 2), lt(0, start)
    whole = replace(target, given=(*target.given, *given), conclusion=eq(left, right))
    return prove.identity(whole, unfold=[C(0)])


@lemma("inverse sines of residual networks, from below")
def inverse_at_least(prove: Proof) -> Step:
    """1/sin(theta_0/2) + 2 lam l/(3 pi) <= 1/sin(theta_l/2)."""
    goal = frame.conclude(le(1 / start + lam * gain * l, 1 / sine()))
    return inductive(
        prove, goal, l,
        lambda base: prove.chain(
            base, *about(prove, sp.S.Zero), first(prove, base, base.conclusion.lhs, base.conclusion.rhs)
        ),
        lambda step: prove.chain(
            step, *about(prove, l, l + 1),
            adds(prove, step.conclusion.lhs, 1 / sine() - 1 / start - lam * gain * l), gains_at_least(prove),
        ),
    )  # fmt: skip


def about_depth(prove: Proof) -> list[Use]:
    """1 <= x and 0 < 1/x for x = 1 + 2 lam l/(3 pi), and 1 <= 1/sin(theta_0/2)."""
    laws = le(1, grown), lt(0, 1 / grown), le(0, lam * gain * l), lt(0, grown)
    one = prove.polynomial(le(1, 1 / x), interval(x, 0, 1, "("))
    return [
        *(fact(prove.polynomial(law, weight, layers)) for law in laws), fact(one, {x: start}),
        fact(inverse_at_least(prove)),
    ]  # fmt: skip


@lemma("sines of residual networks decay")
def sine_at_most_inverse(prove: Proof) -> Step:
    """sin(theta_l/2) <= 1/(1 + 2 lam l/(3 pi))."""
    goal = frame.conclude(le(sine(), 1 / grown))
    return prove.chain(
        goal, *about(prove, l), *about_depth(prove),
        adds(prove, sine(), 1 / grown, sine(), 1 / sine() - 1 / start - lam * gain * l),
        adds(
            prove, sine() + sine() / grown * (1 / sine() - 1 / start - lam * gain * l), 1 / grown, sine(),
            1 / start - 1,
        ),
    )  # fmt: skip


@lemma("inverse sines of residual networks, from above")
def inverse_at_most(prove: Proof) -> Step:
    """1/sin(theta_l/2) <= 1/sin(theta_0/2) + 2 lam l/(3 pi) + c log(1 + 2 lam l/(3 pi))."""
    goal, then = frame.conclude(le(1 / sine(), ceiling())), grown + lam * gain
    room = prove.polynomial(le(0, (1 + gain) / (x + lam * gain) - 1 / x), interval(x, 1, sp.oo), weight)
    moves = [
        fact(prove.polynomial(law, weight, layers)) for law in (le(1, then), le(grown, then), lt(0, then))
    ]

    def step(target: Any) -> Step:
        known = [
            *about(prove, l, l + 1), *about_depth(prove), *moves, fact(sine_at_most_inverse(prove)),
            fact(room, {x: grown}), fact(logarithm(prove), {"_x": grown, "_z": then}),
        ]  # fmt: skip
        reached = ceiling() + lam * gain
        return prove.chain(
            target, *known, gains_at_most(prove),
            adds(prove, 1 / sine() + lam * (gain + rest * sine()), ceiling() - 1 / sine()),
            adds(prove, reached + lam * rest * sine(), lam * rest, 1 / grown - sine()),
            adds(prove, reached + lam * rest / grown, lam * rest, (1 + gain) / then - 1 / grown),
            adds(
                prove, reached + lam * rest * (1 + gain) / then, per_log,
                sp.log(then) - sp.log(grown) - (then - grown) / then,
            ),
        )  # fmt: skip

    return inductive(
        prove, goal, l,
        lambda base: prove.chain(
            base, *about(prove, sp.S.Zero), first(prove, base, base.conclusion.lhs, base.conclusion.rhs)
        ),
        step,
    )  # fmt: skip


def next_tangent(prove: Proof, sign: int = 1, *, back: bool = False) -> Step:
    """sign lam U(l + 1) = sign ((1 - lam theta/pi) lam U + lam h), or from the right."""
    given = le(sp.Abs(C(l)), 1), le(0, 1 - C(l) ** 2)
    sides = sign * lam * U(l + 1), sign * ((1 - lam * share) * lam * U(l) + lam * after)
    return prove.identity(
        replace(frame, given=given, conclusion=eq(*sides[::-1]) if back else eq(*sides)), unfold=[U(l + 1)]
    )


def about_tangent(prove: Proof) -> list[Use]:
    """What is known at both depths, and 0 <= lam theta/pi <= 1."""
    laws = le(0, 1 - lam * x), le(0, lam * x)
    unit = interval(x, 0, 1)
    return [
        *about_step(prove), *(fact(prove.polynomial(law, weight, unit), {x: share}) for law in laws),
        fact(gains_at_least(prove)),
    ]  # fmt: skip


@lemma("the tangent kernel of residual networks, from above")
def tangent_at_most(prove: Proof) -> Step:
    """lam U(l) <= 3 pi/8/sin(theta_l/2): as 2 <= theta/sin(theta/2), a layer adds at most lam/4."""
    now = k / sine()
    moved = (1 - lam * share) * now + lam * after

    def step(target: Any) -> Step:
        known = [*about_tangent(prove), fact(angle_at_least(prove), {r: C(l)})]
        return prove.chain(
            target, *known, next_tangent(prove),
            adds(prove, (1 - lam * share) * lam * U(l) + lam * after, 1 - lam * share, now - lam * U(l)),
            adds(prove, moved, lam, 1 - after),
            adds(prove, (1 - lam * share) * now + lam, k * lam, 1 / sine(), share - 2 * sine() / sp.pi),
            adds(prove, now + lam / 4, k, 1 / sine(l + 1) - 1 / sine() - lam * gain),
        )  # fmt: skip

    return inductive(
        prove, frame.conclude(le(lam * U(l), now)), l,
        lambda base: prove.chain(
            base, *about(prove, sp.S.Zero), prove.unfold(base, lam * U(0), U(0)),
            adds(prove, sp.S.Zero, k, 1 / sine(sp.S.Zero)),
        ),
        step,
    )  # fmt: skip


@lemma("the tangent kernel of residual networks, from below")
def tangent_at_least(prove: Proof) -> Step:
    """3 pi/8/sin(theta_l/2) - W <= lam U(l), by (F) and the chord, for W >= 73/40 with 3 pi/8/sin(theta_0/2) <= W."""
    now, then, slope = sine(), half_sine(after), h_slope(C(l))
    low = slope * (k / now - lower) + after

    def step(target: Any) -> Step:
        known = [
            *about_tangent(prove), fact(chord(prove)), fact(stays_above(prove), {y: C(l)}),
            fact(prove.polynomial(le(0, W - lower), from_lower)),
        ]  # fmt: skip
        start_ = k / sine(l + 1) - W
        return prove.chain(
            target, *known, adds(prove, start_, k, (1 - lam) / now + lam / then - 1 / sine(l + 1)),
            adds(prove, k * (1 - lam) / now + k * lam / then - W, lam, low - k / then + lower),
            adds(prove, k * (1 - lam) / now + lam * (low + lower) - W, lam * share, W - lower),
            adds(prove, (1 - lam * share) * (k / now - W) + lam * after, 1 - lam * share, lam * U(l) - k / now + W),
            next_tangent(prove, back=True),
        )  # fmt: skip

    def base(target: Any) -> Step:
        left = target.conclusion.lhs
        return prove.chain(
            target, *about(prove, sp.S.Zero), first(prove, target, left, k / start - W),
            adds(prove, k / start - W, W - k / start), prove.folded(target, lam * U(0), U(0)),
        )  # fmt: skip

    return inductive(prove, within.conclude(le(k / now - W, lam * U(l))), l, base, step)
