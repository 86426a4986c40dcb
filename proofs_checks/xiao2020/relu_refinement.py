"""B56, the refinement: at (2, 0) the tangent kernel of ReLU is 3 pi/(4 sqrt(2)) gamma^(-1/2) - 1/8 + O(1/l).

With s = sin(theta/2) = sqrt(gamma/2) it is compared with B = 3 pi/8/s - 1/8 - 7 s: a layer leaves it above B if it is
above it, and shrinks what it lacks of B by the factor 1 - theta/pi."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import sympy as sp

from deepcond_sym.proof import (
    RELU,
    Claim,
    Instance,
    Proof,
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
    ntk,
)  # fmt: skip
from deepcond_sym.proof.proof import Use
from deepcond_sym.proof.search.ball_box import angle as by_angle
from deepcond_sym.proof.tactics.inductive import inductive
from deepcond_sym.proof.tactics.lemma import lemma
from deepcond_sym.proof.tactics.power_gaps import adds
from deepcond_sym.symbols import rho
from proofs_checks.agarwal2021.setting import L
from proofs_checks.starnaud2025 import tangent_barriers as barriers
from proofs_checks.starnaud2025.angles import angle, below_one, is_correlation, layer_below_one, positive_angle
from proofs_checks.starnaud2025.barrier import half_sine, k
from proofs_checks.starnaud2025.half_sine_layer import about_layer, gain, in_order, rest, squares_at_most, y
from proofs_checks.starnaud2025.half_sine_layer import apart as different
from proofs_checks.starnaud2025.scaling_bounds import left_below
from proofs_checks.starnaud2025.setting import h, h_slope
from proofs_checks.starnaud2025.tangent_steps import shrinking, slope_at_least

from .relu import after_one_layer, next_correlation, shifted, starts_later
from .relu_theorem import sines
from .setting import apart, c, from_one, l, layers, tangent

V, x = sp.symbols("V x", real=True)
eighth, most = sp.Rational(1, 8), sp.Integer(7)
linear, square = rest / 3, 2 * rest / 3
reach = interval(V, 0, sp.oo)


def barrier(r: Any, by: Any = most) -> Any:
    """B for r = cos(theta)."""
    return k / half_sine(r) - eighth - by * half_sine(r)


@lemma("a layer of ReLU adds little more than 2/(3 pi) + 2 s/(3 pi^2) to the inverse sine, squared")
def squares(prove: Proof) -> Step:
    """(1 - y)/2 <= (1 + 2 s/(3 pi) + 2 s^2/(3 pi^2) + 4 s^3/(3 pi^2))^2 (1 - h(y))/2."""
    s = half_sine(y)
    scale = 1 + gain * s + linear * s**2 + square * s**3
    return prove.ball_box(le((1 - y) / 2, scale**2 * (1 - h(y)) / 2), different, outline=by_angle(y))


@lemma("what a layer adds to the barrier, times s")
def enough(prove: Proof) -> Step:
    """0 <= s (h + a/8 + 7 a s - 1/4 - ...) - 3 pi/8 a, with a = theta/pi."""
    s, a = half_sine(y), 1 - h_slope(y)
    added = sp.Rational(1, 4) + k * (linear * s + square * s**2) + most * (gain * s**2 + rest * s**3)
    return prove.ball_box(le(0, s * (h(y) + a / 8 + most * a * s - added) - k * a), different, outline=by_angle(y))


@lemma("a layer of ReLU leaves the tangent kernel above the close barrier, for h")
def layer(prove: Proof) -> Step:
    """B(T(theta)) <= h'(y) B(theta) + h(y)."""
    now, then, one = half_sine(y), half_sine(h(y)), sp.S.One
    scale = 1 + gain * now + linear * now**2 + square * now**3
    more = gain * now + rest * now**2
    unit = interval(x, 0, sp.oo)
    laws = [
        prove.polynomial(law, unit) for law in (
            lt(0, 1 + gain * x + linear * x**2 + square * x**3), le(0, gain * x + rest * x**2),
            lt(0, 1 + gain * x + rest * x**2))
    ]  # fmt: skip
    shares = prove.polynomial(le(0, most / (1 + x)), unit), prove.polynomial(le(0, most * x**2 / (1 + x)), unit)
    goal = forall(different, holds=le(barrier(h(y)), h_slope(y) * barrier(y) + h(y)))
    known = [
        *about_layer(prove), *sines(prove, y, h(y)), *(fact(law, {x: now}) for law in laws),
        *(fact(share, {x: more}) for share in shares), fact(prove.evaluate(forall(holds=lt(0, k)))),
        fact(squares(prove)), fact(squares_at_most(prove)), fact(enough(prove)),
    ]  # fmt: skip
    inverse = prove.chain(goal.conclude(le(1 / then, scale / now)), *known, in_order(prove, one, then, now, scale))
    coarse = prove.chain(
        goal.conclude(le(1 / then, (1 + more) / now)), *known, in_order(prove, one, then, now, 1 + more)
    )
    wide = prove.chain(
        goal.conclude(le(now, then * (1 + more))), *known, fact(coarse),
        adds(prove, now, now, then, (1 + more) / now - 1 / then),
    )  # fmt: skip
    product = enough(prove).conclusion.conclusion.rhs
    reached = k * scale / now - eighth
    return prove.chain(
        goal, *known, fact(inverse), fact(wide), adds(prove, barrier(h(y)), k, scale / now - 1 / then),
        adds(prove, reached - most * then, most / (1 + more), then * (1 + more) - now),
        adds(prove, reached - most * now / (1 + more), most * more**2 / (1 + more), now),
        adds(prove, reached - most * now * (1 - more), 1 / now, product),
    )  # fmt: skip


@lemma("a layer of ReLU leaves the tangent kernel above the close barrier")
def stays_above(prove: Proof) -> Step:
    """B(dual(rho)) <= dual_slope(rho) B(rho) + dual(rho)."""
    sides = barrier(dual(rho)), dual_slope(rho) * barrier(rho) + dual(rho)
    goal = forall(interval(rho, -1, 1, ")"), family=RELU, holds=le(*sides))
    in_h = [side.xreplace({dual(rho): h(rho), dual_slope(rho): h_slope(rho)}) for side in sides]
    given = [lt(0, term) for r in (rho, dual(rho), h(rho)) for term in ((1 - r) / 2, half_sine(r))]
    forth, back = (
        prove.identity(replace(goal, given=tuple(given), conclusion=eq(*pair)), unfold=calls)
        for pair, calls in (
            ((sides[0], in_h[0]), [dual(rho)]), ((in_h[1], sides[1]), [dual(rho), dual_slope(rho)])
        )
    )
    return prove.chain(
        goal, fact(layer_below_one(prove)), *is_correlation(prove, dual(rho)), *about_layer(prove, rho),
        *sines(prove, rho, dual(rho), h(rho)), forth, at(layer(prove), {y: rho}), back,
    )  # fmt: skip


def lacking(depth: Any) -> Any:
    """What may be left of V after so many layers."""
    return V * shrinking(depth).xreplace({rho: c})


value, later = iterate(l, c), iterate(l + 1, c)


def about(prove: Proof, *depths: Any) -> list[Use]:
    """That c^(l) at these depths and f(c^(l)) are in [-1, 1), and the signs of their sines."""
    cosines = [iterate(d, c) for d in depths]
    return [
        *(fact(below_one(prove), {rho: c, L: d}) for d in depths), *is_correlation(prove, *cosines),
        *sines(prove, c, *cosines),
    ]  # fmt: skip


@lemma("the tangent kernel of ReLU above the close barrier")
def at_least(prove: Proof) -> Step:
    """B(theta_l) - V (1 - theta_0/pi) ... (1 - theta_(l-1)/pi) <= p_ab for V >= 3 pi/8/sin(theta_0/2)."""
    goal = forall(
        layers, apart, reach, given=[le(k / half_sine(c), V)], family=RELU, sequences=[tangent],
        holds=le(barrier(value) - lacking(l), tangent(l)),
    )  # fmt: skip

    def base(target: Any) -> Step:
        none, start = sp.S.Zero, iterate(0, c)
        given = [lt(0, term) for r in (c, start) for term in ((1 - r) / 2, half_sine(r))]
        same = prove.identity(
            replace(target, given=(*target.given, *given), conclusion=eq(target.conclusion.lhs, barrier(c) - V)),
            unfold=[start, lacking(none) / V],
        )  # fmt: skip
        return prove.chain(
            target, *about(prove, none), same, fact(prove.evaluate(forall(holds=le(0, eighth)))),
            adds(prove, barrier(c) - V, eighth),
            adds(prove, k / half_sine(c) - most * half_sine(c) - V, most, half_sine(c)),
            adds(prove, k / half_sine(c) - V, V - k / half_sine(c)), prove.folded(target, tangent(0), tangent(0)),
        )  # fmt: skip

    def step(target: Any) -> Step:
        after, slope = dual(value), dual_slope(value)
        given = [lt(0, term) for r in (later, after) for term in ((1 - r) / 2, half_sine(r))]
        moved = barrier(after) - slope * lacking(l)
        first = prove.identity(
            replace(target, given=(*target.given, *given), conclusion=eq(target.conclusion.lhs, moved)),
            unfold=[later, lacking(l + 1) / V],
        )  # fmt: skip
        whole = after + slope * tangent(l)
        last = prove.identity(target.conclude(eq(whole, tangent(l + 1))), unfold=[tangent(l + 1), later])
        return prove.chain(
            target, *about(prove, l, l + 1), fact(layer_below_one(prove), {rho: value}), *is_correlation(prove, after),
            *sines(prove, after), fact(slope_at_least(prove), {rho: value}), fact(stays_above(prove), {rho: value}),
            first, adds(prove, moved, slope * barrier(value) + after - barrier(after)),
            adds(
                prove, slope * (barrier(value) - lacking(l)) + after, slope, tangent(l) - barrier(value) + lacking(l)
            ),
            last,
        )  # fmt: skip

    return inductive(prove, goal, l, base, step)


@lemma("the tangent kernel of ReLU below the barrier")
def at_most(prove: Proof) -> Step:
    """p_ab <= 3 pi/8/sin(theta_l/2) - 1/8: starnaud2025/N2 at f(c)."""
    moved, bound = iterate(l - 1, next_correlation), k / half_sine(value) - eighth
    values = {rho: next_correlation, L: l - 1}
    goal = forall(from_one, apart, family=RELU, sequences=[tangent], holds=le(tangent(l), bound))
    given = [lt(0, term) for r in (value, moved) for term in ((1 - r) / 2, half_sine(r))]
    kernel = prove.identity(goal.conclude(eq(tangent(l), ntk(l - 1, next_correlation))), using=[
        (starts_later(prove), {l: l - 1})])  # fmt: skip
    same = prove.identity(
        replace(goal, given=tuple(given), conclusion=eq(k / half_sine(moved) - eighth, bound)),
        using=[(shifted(prove), {l: l - 1})],
    )
    return prove.chain(
        goal, *about(prove, l), *after_one_layer(prove), fact(below_one(prove), values), *is_correlation(prove, moved),
        *sines(prove, moved), kernel, at(barriers.at_most(prove), values), same,
    )  # fmt: skip


def shrunk(depth: Any) -> Any:
    """(1 + theta_0 depth/(3 pi))^(-3)."""
    return (1 + angle(c) / (3 * sp.pi) * depth) ** -3


claim = Claim(
    "xiao2020/B56-refinement",
    title="ReLU at (2, 0): the tangent kernel is alpha gamma^(-1/2) - 1/8 up to O(1/l)",
    source="derived: the refinement of xiao2020/B56",
    printed=r"\frac{p^{(l)}_{ab}}{q^*}=\frac{3\pi}{4\sqrt2}\big(\gamma^{(l)}\big)^{-1/2}-\frac18+o(1)",
    note=r"For every depth $l\ge1$ and every pair of different inputs, with"
    r" $s_l=\sin\frac{\theta_l}2=\sqrt{\gamma^{(l)}/2}$: $-7s_l-\frac{3\pi}{8s_0}\big(1+\frac{l\theta_0}{3\pi}"
    r"\big)^{-3}\le\frac{p_{ab}}{q^*}-\frac{3\pi}{8s_l}+\frac18\le0$. As $s_l\le\frac{3\pi}{2l}$, the error is"
    r" $O(\frac1l)$; for large $l$ numerically $5.13$ in place of $7$. Convention: $\Theta^{(0)}=0$.",
    beside=("xiao2020/B56", "starnaud2025/N2"),
    parameters={"offset": eighth, "most": most},
    witnesses=tuple((part, Instance({c: Fraction(0), l: Fraction(200)})) for part in (0, 1)),
)


@claim.states
def statement(offset, most):
    inverse, left = k / half_sine(value) - offset, k / half_sine(c) * shrunk(l)
    frame = forall(from_one, apart, family=RELU, sequences=[tangent], holds=le(0, 0))
    return (
        replace(frame, conclusion=le(tangent(l), inverse), label="from above"),
        replace(frame, conclusion=le(inverse - most * half_sine(value) - left, tangent(l)), label="from below"),
    )


@claim.proves
def proof(prove, goal, offset, most):
    """From above by (E) of starnaud2025. From below: a layer leaves the tangent kernel above 3 pi/8/s - 1/8 - 7 s if it
    is above it, as 1/s grows by at most 2/(3 pi) + 2 s/(3 pi^2) + 4 s^2/(3 pi^2); what it lacks is multiplied by 1 -
    theta/pi, and all the factors together are at most the inverse cube."""
    up, down = goal
    first = k / half_sine(c)
    values, room = {rho: c, L: l}, shrunk(l) - lacking(l) / V
    positive = prove.polynomial(le(0, k * x), interval(x, 0, sp.oo))
    stretched = prove.polynomial(lt(0, 1 + x / (3 * sp.pi) * l), interval(x, 0, sp.oo), from_one)
    known = [
        *about(prove, l), fact(positive, {x: 1 / half_sine(c)}), fact(at_least(prove), {V: first}),
        fact(positive_angle(prove), {rho: c}), fact(stretched, {x: angle(c)}), fact(left_below(prove), values),
    ]  # fmt: skip
    return [
        prove.chain(up, *about(prove, l), at_most(prove)),
        prove.chain(
            down, *known, adds(prove, down.conclusion.lhs, first, room),
            adds(prove, barrier(value) - first * lacking(l) / V, tangent(l) - barrier(value) + first * lacking(l) / V),
        ),
    ]  # fmt: skip


claim.mutant("1/2 in place of 1/8", offset="1/2")
claim.mutant("1/16 in place of 1/8", offset="1/16")
claim.mutant("4 in place of 7", most=4)
