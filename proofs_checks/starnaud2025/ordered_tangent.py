"""LT2: how the tangent kernel leaves its diagonal in the ordered phase: in proportion to sin(theta/2), up to l t^(2 l).

W(l) = P(l) - T(l) obeys W(l + 1) = t^2 W + t^2 (theta/pi) T + V(l + 1). Against Y = K P sin(theta/2) with K = 2 t/(pi
(1 - t)), for which t^2 Y + t^2 (2/pi) sin(theta/2) P = t Y, all that is left is of the order t^(2 l)."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import sympy as sp

from deepcond_sym.proof import Claim, Instance, Proof, Step, at, eq, fact, interval, le, lt
from deepcond_sym.proof.proof import Use
from deepcond_sym.proof.search.ball_box import angle as by_angle
from deepcond_sym.proof.tactics.inductive import inductive
from deepcond_sym.proof.tactics.lemma import lemma
from deepcond_sym.proof.tactics.power_gaps import adds
from deepcond_sym.symbols import rho

from .koenigs import V, positive_gap
from .ordered_kernels import (
    B,
    P,
    T,
    bias,
    contraction,
    diagonal_from_above,
    diagonal_from_below,
    floor,
    from_zero,
    gap,
    known_inside,
    l,
    next_tangent,
    r,
    ratio,
    scale,
    t,
    tangent_below_diagonal,
    tangent_gap,
    top,
    u,
    v,
    w,
    x,
    y,
)
from .ordered_sines import (
    about,
    about_sines,
    bend,
    diagonal_change,
    frame,
    growth,
    half_sine,
    inside,
    sine,
    sine_below,
    tau,
    wide,
)

slope_share = sp.acos(ratio) / sp.pi
"""theta_l/pi = 1 - h'(S/q)."""

factor = 2 * t / (sp.pi * (1 - t))
"""K: the tangent kernel lacks this times sin(theta/2) of its diagonal."""

size = (
    4 + 2 * top / (5 * B**2) + 2 * scale / (sp.pi * B)
    + 2 / (sp.pi * (1 - t) * B) * (growth + (sp.Rational(3, 2) * bend + 1) * top)
)  # fmt: skip
"""C: W(l) is K P sin(theta/2) up to this times l t^(2 l)."""


def W(depth: sp.Expr) -> sp.Expr:
    """What the tangent kernel lacks of its diagonal."""
    return P(depth) - T(depth)


def error(depth: sp.Expr = l) -> sp.Expr:
    """E(l) = W(l) - K P(l) sin(theta_l/2)."""
    return W(depth) - factor * P(depth) * sine(depth)


@lemma("half the angle is at least its sine")
def angle_at_least(prove: Proof) -> Step:
    """2 sin(theta/2)/pi <= theta/pi."""
    return prove.ball_box(le(2 * half_sine / sp.pi, sp.acos(r) / sp.pi), inside, outline=by_angle(r))


@lemma("half the angle is little more than its sine")
def angle_at_most(prove: Proof) -> Step:
    """theta/pi <= 2 sin(theta/2)/pi + (1 - cos(theta))/5."""
    return prove.ball_box(le(sp.acos(r) / sp.pi, 2 * half_sine / sp.pi + (1 - r) / 5), inside, outline=by_angle(r))


def _next_gap(prove: Proof, sign: int) -> Step:
    """sign W(l + 1) - v = sign (t^2 W + t^2 theta/pi T + V(l + 1)) - v, where y = S(l)/q(l)."""
    layer = next_tangent(prove)
    change = t**2 * W(l) + t**2 * sp.acos(y) / sp.pi * T(l) + V(l + 1)
    both = replace(
        layer.conclusion, variables=(*layer.conclusion.variables, interval(v, -sp.oo, sp.oo)),
        conclusion=eq(sign * W(l + 1) - v, sign * change - v),
    )  # fmt: skip
    return prove.identity(both, using=[(layer, {})], unfold=[P(l + 1)])


def _climb(prove: Proof, start: Any, *products: tuple[Any, Any, Any]) -> list[Use]:
    """The links start <= start + a b c <= ... for these products of terms that are known to be non-negative."""
    links = []
    for a, b, c in products:
        links.append(adds(prove, start, a, b, c))
        start = start + a * b * c
    return links


def _known(prove: Proof) -> list[Use]:
    """The signs that the step from l to l + 1 needs."""
    box = contraction, bias, from_zero[x]
    powers = (
        factor, factor * growth * x, factor * sp.Rational(3, 2) * bend * x * t,
        factor * sp.Rational(3, 2) * bend * x * t * top, 2 * t**2 / sp.pi * x * scale, 2 * t**2 / sp.pi,
        2 * t**2 * top / 5, 2 * t**2 * top / (5 * B) * x, t**2, 2 * t**2 / 5, t**2 * x**2,
        4 + 2 * top / (sp.pi * (1 - t) * B), 2 * scale / (sp.pi * B) + 2 * top / (sp.pi * (1 - t) * B),
    )
    return [
        *known_inside(prove), *about_sines(prove),
        *(fact(prove.polynomial(le(0, law), *box), {x: tau}) for law in powers),
        fact(tangent_below_diagonal(prove)), fact(diagonal_from_above(prove)), fact(diagonal_from_below(prove)),
        fact(prove.polynomial(le(0, floor + u), bias, from_zero[u]), {u: P(l) - floor}),
        fact(angle_at_least(prove), {r: ratio}), fact(angle_at_most(prove), {r: ratio}),
        fact(prove.ball_box(le(0, sp.acos(r) / sp.pi), inside, outline=by_angle(r)), {r: ratio}),
        fact(gap(prove), {l: l + 1}), fact(positive_gap(prove), {l: l + 1}), fact(tangent_gap(prove)),
        fact(diagonal_change(prove, 1)), fact(diagonal_change(prove, -1)),
        fact(sine_below(prove)), fact(wide(prove)),
    ]  # fmt: skip


def _last(bound: Any, rest: Any) -> list[tuple[Any, Any, Any]]:
    """What both directions end with: bounds for P, the sines and the error at l."""
    K, three = factor, sp.Rational(3, 2) * bend
    return [
        (2 * t**2 / 5, (1 - ratio) / 2, top - P(l)),
        (2 * t**2 * top / 5, sine(), tau / B - sine()),
        (2 * t**2 * top / (5 * B) * tau, tau / B - sine(), sp.S.One),
        (K * growth * tau, t * tau / B - sine(l + 1), sp.S.One),
        (K * three * tau * t, sine(), top - P(l)),
        (K * three * tau * t * top, tau / B - sine(), sp.S.One),
        (t**2, bound, sp.S.One),
        (t**2 * tau**2, rest, sp.S.One),
    ]


def _error(prove: Proof, sign: int, later: Any) -> Step:
    """sign E(l + 1) <= C (l + 1) t^(2 l + 2), from |E(l)| <= C l t^(2 l)."""
    K, slope, three = factor, slope_share, sp.Rational(3, 2) * bend
    most = size * l * tau**2
    near = 2 * sine() / sp.pi
    now = sine(l + 1) * K * P(l + 1)
    exact = t**2 * W(l) + t**2 * slope * T(l) + V(l + 1)
    if sign > 0:
        start = exact - now
        products = [
            (t**2, slope, P(l) - T(l)),
            (t**2, P(l), near + (1 - ratio) / 5 - slope),
            (sp.S.One, 4 * t ** (2 * l + 2) - V(l + 1), sp.S.One),
            (K, sine(l + 1), growth * tau + P(l + 1) - P(l)),
            (K, P(l), sine(l + 1) - t * sine() * (1 - three * tau)),
            *_last(most - error(), 2 * scale / (sp.pi * B) + 2 * top / (sp.pi * (1 - t) * B)),
        ]
    else:
        start = now - exact
        products = [
            (sp.S.One, V(l + 1), sp.S.One),
            (t**2, slope - near, P(l) + T(l)),
            (t**2, P(l), near + (1 - ratio) / 5 - slope),
            (K, sine(l + 1), growth * tau - P(l + 1) + P(l)),
            (K, P(l), t * sine() * (1 + three * tau) - sine(l + 1)),
            (2 * t**2 / sp.pi, sine(), scale * tau - W(l)),
            (2 * t**2 / sp.pi * tau * scale, tau / B - sine(), sp.S.One),
            *_last(most + error(), 4 + 2 * top / (sp.pi * (1 - t) * B)),
        ]
    return prove.chain(
        later.conclude(le(sign * error(l + 1), later.conclusion.rhs)), *_known(prove),
        at(_next_gap(prove, sign), {y: ratio, v: sign * now}), *_climb(prove, start, *products),
    )  # fmt: skip


@lemma("the tangent kernel against sin(theta/2)")
def error_at_most(prove: Proof) -> Step:
    """|E(l)| <= C l t^(2 l)."""
    goal = frame.conclude(le(sp.Abs(error()), size * l * tau**2))
    first, second = 4, 2 * top / (sp.pi * (1 - t) * B)
    signs = [
        prove.polynomial(le(0, law), contraction, bias)
        for law in (size - first, size - second, factor, factor * top, t**2)
    ]
    at_one = {l: sp.S.One}
    known = [
        *map(fact, signs), *(fact(law(prove), at_one) for law in (diagonal_from_below, diagonal_from_above)),
        fact(tangent_below_diagonal(prove), at_one), *about(prove, sp.S.One),
        fact(prove.polynomial(le(0, floor + u), bias, from_zero[u]), {u: P(1) - floor}),
    ]  # fmt: skip
    start = prove.polynomial(le(2 * t**2 * (1 - rho), first * t**2), contraction, frame.variables[1])
    sine_1, W_1 = sine(sp.S.One), W(sp.S.One)
    whole = factor * P(1) * sine_1

    def base(target: Any) -> Step:
        return prove.absolute_value(
            target,
            prove.chain(
                target.conclude(le(W_1 - whole, target.conclusion.rhs)), *known,
                adds(prove, W_1 - whole, factor, P(1), sine_1), prove.unfold(target, W_1, P(1), T(1)), start,
                adds(prove, first * t**2, t**2, size - first),
            ),
            prove.chain(
                target.conclude(le(whole - W_1, target.conclusion.rhs)), *known,
                *_climb(
                    prove, whole - W_1, (sp.S.One, W_1, sp.S.One), (factor, sine_1, top - P(1)),
                    (factor * top, t / B - sine_1, sp.S.One), (t**2, size - second, sp.S.One),
                ),
            ),
        )  # fmt: skip

    return inductive(
        prove, goal, l, base,
        lambda later: prove.absolute_value(later, _error(prove, 1, later), _error(prove, -1, later)),
    )  # fmt: skip


claim = Claim(
    "starnaud2025/LT2-tangent",
    title="Ordered phase: the tangent kernel leaves its diagonal in proportion to sin(theta/2)",
    source="limit table, the rate of the tangent kernel for weight variance below 2 and a bias",
    provenance="derived here",
    printed=r"\sigma_w^2=2t^2<2,\ \sigma_b^2=2B^2>0,\ x\ne x':\quad\Big|1-\frac{\Theta^{(l)}(x,x')}{\Theta^{(l)}(x,x)}"
    r"-\frac{2t}{\pi(1-t)}\sin\frac{\theta_l}2\Big|\le\frac{C}{2B^2}\,l\,t^{2l},\quad"
    r" C=4+\frac{2M}{5B^2}+\frac2{\pi(1-t)B}\Big(4+\frac MB+\frac{4(1+B^2)}{1-t}+\Big(\tfrac32\beta+1\Big)M\Big)",
    note=r"For every depth $l\ge1$ and all different unit vectors; $\cos\theta_l=\rho^{(l)}$,"
    r" $M=\frac{2+2B^2}{(1-t^2)^2}$, $\beta=\frac1{2B}+\frac{1+B^2}{B^2}\big(1+\frac1{2B}\big)$. As"
    r" $\sin\frac{\theta_l}2=\sqrt{(1-\rho^{(l)})/2}$ is $t^l\sqrt{A/2}$ up to a share of the order $t^l$"
    r" (starnaud2025/LT2-Koenigs), $t^{-l}$ times the left fraction's distance from 1 tends to"
    r" $\frac{\sqrt2\,t}{\pi(1-t)}\sqrt{A(x,x')}$: the order $t^l$ of starnaud2025/LT2 is the true one, and the"
    r" variogram of the predictor is $\sqrt A$, with the same factor for all pairs.",
    beside=("starnaud2025/LT2", "starnaud2025/LT2-Koenigs", "starnaud2025/LT2-predictor"),
    parameters={"factor": factor, "power": 2},
    witnesses=(
        (0, Instance({l: Fraction(200), rho: Fraction(-1), t: Fraction(1, 2), B: Fraction(1)})),
        (1, Instance({l: Fraction(200), rho: Fraction(-1), t: Fraction(1, 2), B: Fraction(1)})),
        (0, Instance({l: Fraction(200), rho: Fraction(-1), t: Fraction(1, 2), B: Fraction(2)})),
    ),
)


@claim.states
def statement(factor, power):
    ratio, bound = 1 - T(l) / P(l) - factor * sine(), size * l * tau**power / floor
    return (
        replace(frame, conclusion=le(ratio, bound), label="from above"),
        replace(frame, conclusion=le(-bound, ratio), label="from below"),
    )


@claim.proves
def proof(prove, goal, factor, power):
    """By induction |W - K P sin(theta/2)| <= C l t^(2 l): what a layer adds is of the order t^(2 l)."""
    above, below = goal
    most = size * l * tau**2
    known = [
        *about(prove, l), fact(diagonal_from_below(prove)), fact(error_at_most(prove)),
        fact(prove.polynomial(lt(0, floor + u), bias, from_zero[u]), {u: P(l) - floor}),
        fact(prove.polynomial(le(0, size * x * y**2), contraction, bias, from_zero[x], from_zero[y]), {x: l, y: tau}),
    ]  # fmt: skip
    more = prove.polynomial(le((x - v) / (floor + w), x / floor), bias, *(from_zero[s] for s in (x, v, w)))
    less = prove.polynomial(le(-x / floor, (v - x) / (floor + w)), bias, *(from_zero[s] for s in (x, v, w)))
    return [
        prove.chain(above, *known, at(more, {x: most, v: most - error(), w: P(l) - floor})),
        prove.chain(below, *known, at(less, {x: most, v: most + error(), w: P(l) - floor})),
    ]  # fmt: skip


claim.mutant("the factor without 1 - t", factor=2 * t / sp.pi)
claim.mutant("twice the factor", factor=2 * factor)
claim.mutant("an error of the order t^(3 l)", power=3)
