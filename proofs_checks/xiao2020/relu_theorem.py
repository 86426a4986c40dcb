"""B56: ReLU without biases: the scaling identity, and at (2, 0) the tangent kernel's invariant cone and its limits.

With y = gamma^(-1/2), alpha = 3 pi/(4 sqrt(2)) and k = 2 sqrt(2)/(3 pi), stated in sin(theta/2) = sqrt(gamma/2): alpha
y = 3 pi/8/sin(theta/2), and y' - y is in [k/2, k/2 + 1/(pi^2 y)]."""

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
    dual,
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
from deepcond_sym.proof.tactics.lemma import lemma
from deepcond_sym.proof.tactics.power_gaps import adds
from deepcond_sym.symbols import rho
from proofs_checks.agarwal2021.setting import L
from proofs_checks.starnaud2025 import half_sine_layer as layer
from proofs_checks.starnaud2025 import tangent_barriers as barriers
from proofs_checks.starnaud2025.angles import below_one, has_inverse, is_correlation, layer_below_one
from proofs_checks.starnaud2025.barrier import half_gap, half_sine, k, positive_sine
from proofs_checks.starnaud2025.setting import h
from proofs_checks.starnaud2025.tangent_steps import lower

from . import relu_scaling as scaling
from .relu import after_one_layer, next_correlation, shifted, starts_later
from .relu_limits import near, quarter, tangent_error
from .relu_spectrum import n, plain_kappa, ratio, simple
from .setting import apart, c, from_one, l, tangent

C = sp.Symbol("C", real=True)
reach = interval(C, lower, sp.oo)
value = iterate(l, c)


def sines(prove: Proof, *cosines: Any) -> list[Use]:
    """0 < (1 - r)/2, 0 < sin(theta/2) and 0 < 1/sin(theta/2) for these cosines, which are known to be in [-1, 1)."""
    signs = half_gap(prove), positive_sine(prove)
    return [
        *(fact(sign, {rho: r}) for r in cosines for sign in signs), *has_inverse(prove, *map(half_sine, cosines))
    ]


def _about(prove: Proof) -> list[Use]:
    """That c^(l) and f(c) are in [-1, 1), with what follows for their sines."""
    return [
        fact(below_one(prove), {rho: c, L: l}), *is_correlation(prove, value), *after_one_layer(prove),
        *sines(prove, value, next_correlation),
    ]  # fmt: skip


@lemma("the cone of the tangent kernel of ReLU")
def cone(prove: Proof) -> Step:
    """|p_ab - 3 pi/8/sin(theta_l/2)| <= C for C >= 73/40 with 3 pi/8/sin(theta_1/2) - f(c) <= C."""
    first = le(k / half_sine(next_correlation) - next_correlation, C)
    goal = forall(
        from_one, apart, reach, given=[first], family=RELU, sequences=[tangent],
        holds=le(sp.Abs(tangent(l) - k / half_sine(value)), C),
    )  # fmt: skip
    values, moved = {rho: next_correlation, L: l - 1}, iterate(l - 1, next_correlation)
    own = replace(goal, given=tuple(lt(0, term) for r in (value, moved) for term in ((1 - r) / 2, half_sine(r))))
    there = ntk(l - 1, next_correlation) - k / half_sine(moved)
    uses = [(starts_later(prove), {l: l - 1}), (shifted(prove), {l: l - 1})]

    def same(left: Any, right: Any) -> Step:
        return prove.identity(own.conclude(eq(left, right)), using=uses)

    here = tangent(l) - k / half_sine(value)
    known = [
        *_about(prove), fact(below_one(prove), values), *is_correlation(prove, moved), *sines(prove, moved),
    ]  # fmt: skip
    up = prove.chain(
        goal.conclude(le(here, C)), *known, same(here, there), fact(barriers.at_most(prove), values),
        adds(prove, there, -sp.Rational(1, 8) - there), fact(prove.polynomial(le(0, C + sp.Rational(1, 8)), reach)),
        adds(prove, -sp.Rational(1, 8), C + sp.Rational(1, 8)),
    )  # fmt: skip
    law = barriers.at_least(prove)
    down = prove.chain(
        goal.conclude(le(-here, C)), *known, same(-here, -there), fact(prove.polynomial(le(0, C - lower), reach)),
        fact(law, {**values, "w": C - lower}), adds(prove, -there, C + there),
    )  # fmt: skip
    sides = (up, down) if goal.conclusion.lhs.args[0] == here else (down, up)
    return prove.absolute_value(goal, *sides)


def _increment(prove: Proof, *, less: bool) -> Step:
    """starnaud2025/LT-layer with dual(c) for h(c)."""
    now, then, there, one = half_sine(c), half_sine(dual(c)), half_sine(h(c)), sp.S.One
    frame = forall(apart, family=RELU, holds=le(0, 0))
    scale = 1 + layer.gain * now + (0 if less else layer.rest * now**2)
    squares = layer.squares_at_least if less else layer.squares_at_most
    known = [
        *layer.about_layer(prove, c), fact(prove.ball_box(lt(0, scale), apart, outline=by_angle(c))),
        fact(layer_below_one(prove), {rho: c}), *is_correlation(prove, dual(c)), *sines(prove, c, dual(c), h(c)),
        fact(squares(prove), {layer.y: c}),
    ]  # fmt: skip
    given = lt(0, (1 - dual(c)) / 2), lt(0, then), lt(0, (1 - h(c)) / 2), lt(0, there)
    sides = (1 / there, 1 / then) if less else (1 / then, 1 / there)
    same = prove.identity(replace(frame, given=given, conclusion=eq(*sides)), unfold=[dual(c)])
    if less:
        goal = frame.conclude(le(1 / now + layer.gain, 1 / then))
        return prove.chain(goal, *known, layer.in_order(prove, scale, now, there, one), same)
    goal = frame.conclude(le(1 / then, 1 / now + layer.gain + layer.rest * now))
    return prove.chain(goal, *known, same, layer.in_order(prove, one, there, now, scale))


@lemma("a layer adds at least 2/(3 pi) to the inverse sine")
def increment_at_least(prove: Proof) -> Step:
    """1/sin(theta/2) + 2/(3 pi) <= 1/sin(T/2)."""
    return _increment(prove, less=True)


@lemma("a layer adds little more than 2/(3 pi) to the inverse sine")
def increment_at_most(prove: Proof) -> Step:
    """1/sin(T/2) <= 1/sin(theta/2) + 2/(3 pi) + 2/pi^2 sin(theta/2)."""
    return _increment(prove, less=False)


claim = Claim(
    "xiao2020/B56",
    title="ReLU without biases: scaling, and at (2, 0) the cone of the tangent kernel and all its limits",
    source="derived",
    printed=r"(i)\ K^{(l)},\Theta^{(l)}\propto(\sigma_w^2/2)^l;\quad(ii)\ y=\gamma^{-1/2},\ \alpha=\frac{3\pi}{4"
    r"\sqrt2},\ k=\frac{2\sqrt2}{3\pi}:\ \Big|\frac{p^{(l)}_{ab}}{q^*}-\alpha y_l\Big|\le"
    r" C,\ y_{l+1}-y_l\in[b_-,b_+],\ \Big|y_{l+1}-y_l-\frac k2\Big|\le\frac"
    r" M{y_l},\ \frac{p^{(l)}_{ab}}{lq^*}\to\frac14,\ \kappa\to\frac{m+3}3",
    note=r"For every depth $l\ge1$, every $\sigma_w^2>0$ in (i), and every pair of different inputs."
    r" $C=\max(\frac{73}{40},\alpha y_1-c^{(1)})$ (any larger $C$ will do), $b_-=\frac k2$, $M=\frac1{\pi^2}$, so that"
    r" $b_+=\frac k2+\frac{\sqrt2}{\pi^2}$; the limits have the bounds of xiao2020/B40 and xiao2020/B40-kappa,"
    r" $O(\frac{\log l}l)$. In the formal statement $\sin\frac\theta2=\sqrt{\gamma/2}$, $\alpha"
    r" y=\frac{3\pi}8/\sin\frac\theta2$, and the increments are those of $\sqrt2\,y=1/\sin\frac\theta2$ in one layer."
    r" The refinement $\frac{p_{ab}}{q^*}-\alpha y\to-\frac18$ is xiao2020/B56-refinement. Convention:"
    r" $\Theta^{(0)}=0$.",
    beside=(
        "xiao2020/B56-refinement", "xiao2020/B40", "xiao2020/B40-kappa", "xiao2020/B42", "starnaud2025/N2",
        "starnaud2025/LT-layer",
    ),
    parameters={"power": l, "alpha": k, "first": 1, "gain": layer.gain, "rest": layer.rest, "limit": quarter},
    witnesses=(
        (0, Instance({l: Fraction(2), c: Fraction(1, 2), scaling.w: Fraction(3), scaling.v: Fraction(1)})),
        (2, Instance({l: Fraction(1), c: 1 - Fraction(1, 10**6), C: Fraction(2)})),
        (2, Instance({l: Fraction(100), c: Fraction(0), C: Fraction(4)})),
        (3, Instance({c: 1 - Fraction(1, 10**8)})),
        (4, Instance({c: Fraction(-1)})),
        (5, Instance({l: Fraction(200), c: Fraction(0)})),
    ),
)


@claim.states
def statement(power, alpha, first, gain, rest, limit):
    here, there, now = scaling.any_weight, scaling.critical, half_sine(c)
    scale, then = (scaling.w / 2) ** power, 1 / half_sine(dual(c))
    given = [le(alpha / half_sine(next_correlation) - next_correlation, C)] if first else []
    return (
        replace(scaling.both, conclusion=eq(here.S(l), scale * there.S(l)), label="scaling, NNGP"),
        replace(scaling.both, conclusion=eq(here.T(l), scale * there.T(l)), label="scaling, NTK"),
        forall(
            from_one, apart, reach, given=given, family=RELU, sequences=[tangent],
            holds=le(sp.Abs(tangent(l) - alpha / half_sine(value)), C), label="cone",
        ),
        forall(apart, family=RELU, holds=le(1 / now + gain, then), label="increments, from below"),
        forall(apart, family=RELU, holds=le(then, 1 / now + gain + rest * now), label="increments, from above"),
        forall(
            from_one, apart, family=RELU, sequences=[tangent], label="tangent kernel",
            holds=le(sp.Abs(tangent(l) / l - limit), tangent_error() / l),
        ),
        replace(
            simple.frame, given=(*simple.frame.given, simple.small), label="condition number",
            conclusion=le(sp.Abs(ratio - (n + 3) / 3), simple.distance),
        ),
    )  # fmt: skip


@claim.proves
def proof(prove, goal, power, alpha, first, gain, rest, limit):
    """(i) is xiao2020/B42. The cone: by (E) and (F) of starnaud2025 a layer leaves the tangent kernel between the
    barriers alpha y - 73/40 and alpha y - 1/8 if it is between them, and less far below otherwise."""
    covariance, kernel, within, low, high, off, kappa = goal
    return [
        prove.chain(covariance, scaling.covariances(prove)), prove.chain(kernel, scaling.tangents(prove)),
        prove.chain(within, *_about(prove), cone(prove)), prove.chain(low, increment_at_least(prove)),
        prove.chain(high, increment_at_most(prove)), prove.chain(off, near(prove)), plain_kappa(prove, kappa),
    ]


claim.mutant("one factor more", power=l + 1)
claim.mutant("twice alpha", alpha=2 * k)
claim.mutant("a constant that does not depend on the first layer", first=0)
claim.mutant("2/(2.99 pi)", gain=200 / (299 * sp.pi))
claim.mutant("1.99 in place of 2 in the last term", rest=sp.Rational(199, 100) / sp.pi**2)
claim.mutant("1/3, as for smooth activations", limit="1/3")
