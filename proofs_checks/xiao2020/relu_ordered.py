"""B41: ReLU in the ordered phase: the tangent kernel leaves its diagonal at the rate chi_1^(l/2), with bounds at every
depth.

D(l) = P(l) - T(l) obeys D' = t^2 D + t^2 (theta/pi) T + gamma', with t^2 = chi_1. Against Y = K p* sin(theta/2), K = 2
t/(pi (1 - t)), for which t^2 Y + t^2 (2/pi) sin(theta/2) p* = t Y, all that is left is of the order l t^(2 l)."""

from dataclasses import replace
from typing import Any

import sympy as sp

from deepcond_sym.proof import Proof, Step, at, eq, fact, forall, interval, le
from deepcond_sym.proof.proof import Use
from deepcond_sym.proof.search.ball_box import angle as by_angle
from deepcond_sym.proof.tactics.inductive import inductive
from deepcond_sym.proof.tactics.lemma import lemma
from deepcond_sym.proof.tactics.power_gaps import adds
from proofs_checks.starnaud2025.ordered_kernels import arc, r, slope_near_one
from proofs_checks.starnaud2025.ordered_tangent import angle_at_least, angle_at_most

from .relu_ordered_steps import (
    C,
    P,
    T,
    about,
    contraction,
    deeper,
    frame,
    from_zero,
    gamma,
    gamma_at_most,
    k,
    limit,
    power_positive,
    sine,
    sine_at_most_power,
    sine_next_at_least,
    sine_next_at_most,
    t,
    tau,
    x,
    z,
)
from .setting import l, layers

factor = 2 * t / (sp.pi * (1 - t))
"""K: the tangent kernel lacks this times sin(theta/2) of p*."""

width = t * (limit + 2) / (1 - t)
"""W: it lacks at most this times t^l."""

above = 2 + sp.Rational(2, 5) * limit + limit / (sp.pi * (1 - t))
below = 2 * limit / sp.pi + width
"""How much D differs from K p* sin(theta/2) at most, up and down, over l t^(2 l)."""

share = sp.acos(C(l)) / sp.pi
"""theta/pi = 1 - h'(C)."""


def D(depth: Any = l) -> Any:
    """What the tangent kernel lacks of its diagonal."""
    return P(depth) - T(depth)


def error(depth: Any = l) -> Any:
    """D less its leading term."""
    return D(depth) - factor * limit * sine(depth)


@lemma("the tangent kernel on the diagonal at q*")
def diagonal(prove: Proof) -> Step:
    """P(l) = (1 - t^(2 l))/(1 - t^2)."""
    return prove.closed_form(
        forall(layers, contraction, sequences=[P], holds=eq(P(l), (1 - t ** (2 * l)) / (1 - t**2)))
    )


def about_diagonal(prove: Proof) -> list[Use]:
    """0 <= P <= p* and P = p* (1 - t^(2 l)), as inequalities."""
    unit, closed = interval(x, 0, 1), diagonal(prove)
    same = prove.identity(
        forall(layers, contraction, sequences=[P], holds=eq(limit * (1 - tau**2), P(l))), using=[(closed, {})]
    )
    power = [*about(prove, l)]
    laws = [prove.polynomial(law, contraction, unit) for law in (
        le(0, limit * (1 - x**2)), le(limit * (1 - x**2), limit))]  # fmt: skip
    least = prove.chain(frame.conclude(le(0, P(l))), *power, at(laws[0], {x: tau}), same)
    most = prove.chain(frame.conclude(le(P(l), limit)), *power, closed, at(laws[1], {x: tau}))
    exact = prove.chain(frame.conclude(le(limit * (1 - tau**2), P(l))), *power, same)
    return [fact(least), fact(most), fact(exact)]


def known(prove: Proof) -> list[Use]:
    """What is known of sines, angles and the diagonal at the depths l and l + 1."""
    angles = [
        prove.ball_box(law, arc, outline=by_angle(r)) for law in (le(0, sp.acos(r) / sp.pi), le(sp.acos(r) / sp.pi, 1))
    ]
    laws = angle_at_least, angle_at_most, slope_near_one
    return [
        *about(prove, l, l + 1), *about_diagonal(prove), *(fact(law, {r: C(l)}) for law in angles),
        *(fact(law(prove), {r: C(l)}) for law in laws), fact(gamma_at_most(prove)), fact(sine_next_at_most(prove)),
        fact(sine_next_at_least(prove)), fact(sine_at_most_power(prove)),
    ]  # fmt: skip


def signs(prove: Proof, *terms: Any) -> list[Use]:
    """That these functions of t and x are not negative, for x = t^l."""
    return [fact(prove.polynomial(le(0, term), contraction, from_zero), {x: tau}) for term in terms]


def next_gap(prove: Proof, sign: int = 1, less: Any = 0, *, back: bool = False) -> Step:
    """sign D(l + 1) - less = sign (gamma' + t^2 D + t^2 theta/pi T) - less, or from the right."""
    given = le(sp.Abs(C(l)), 1), le(0, 1 - C(l) ** 2), le(0, gamma(l + 1) / 2)
    sides = sign * D(l + 1) - less, sign * (gamma(l + 1) + t**2 * D() + t**2 * share * T(l)) - less
    whole = replace(frame, given=given, conclusion=eq(*sides[::-1]) if back else eq(*sides))
    return prove.identity(whole, unfold=[P(l + 1), T(l + 1)])


def climb(prove: Proof, start: Any, *products: tuple[Any, ...]) -> list[Use]:
    """The links start <= start + a b c <= ... for these products of terms that are known to be non-negative."""
    links = []
    for factors in products:
        links.append(adds(prove, start, *factors))
        start = start + sp.Mul(*factors)
    return links


@lemma("the tangent kernel at q* is at most its diagonal")
def gap_at_least(prove: Proof) -> Step:
    """0 <= D(l)."""
    return inductive(
        prove, frame.conclude(le(0, D())), l,
        lambda base: prove.chain(base, prove.folded(base, D(sp.S.Zero), P(0), T(0))),
        lambda step: prove.chain(
            step, *known(prove),
            *climb(prove, sp.S.Zero, (gamma(l + 1),), (t**2, 1 - share, D()), (t**2, share, P(l))),
            next_gap(prove, back=True),
        ),
    )  # fmt: skip


def _towards_limit() -> list[tuple[Any, ...]]:
    """From theta/pi T to theta/pi p*."""
    return [(t**2, share, D()), (t**2, share, limit - P(l))]


@lemma("the tangent kernel at q* is near its diagonal")
def gap_at_most(prove: Proof) -> Step:
    """D(l) <= W t^l."""
    start = gamma(l + 1) + t**2 * D() + t**2 * share * T(l)
    return inductive(
        prove, frame.conclude(le(D(), width * tau)), l,
        lambda base: prove.chain(
            base, prove.unfold(base, D(sp.S.Zero), P(0), T(0)), prove.polynomial(le(0, width), contraction)
        ),
        lambda step: prove.chain(
            step, *known(prove), fact(gap_at_least(prove)), *signs(prove, t**2 * limit, 2 * t**2, 2 * t**2 * x),
            next_gap(prove),
            *climb(
                prove, start, *_towards_limit(), (t**2 * limit, sine() - share), (t**2 * limit, tau - sine()),
                (t**2 * gamma() - gamma(l + 1),), (2 * t**2, sine(), tau - sine()), (2 * t**2 * tau, 1 - sine()),
                (t**2, width * tau - D()),
            ),
        ),
    )  # fmt: skip


@lemma("the tangent kernel at q* against sin(theta/2), from above")
def error_at_most(prove: Proof) -> Step:
    """D - K p* sin(theta/2) <= C_1 l t^(2 l)."""
    bound, rest = above * l * tau**2, above * t**2
    less = factor * limit * sine(l + 1)
    start = gamma(l + 1) + t**2 * D() + t**2 * share * T(l) - less
    return inductive(
        prove, frame.conclude(le(error(), bound)), l,
        lambda base: prove.chain(
            base, *about(prove, sp.S.Zero), fact(prove.polynomial(le(0, factor * limit), contraction)),
            adds(prove, error(sp.S.Zero), factor * limit, sine(sp.S.Zero)),
            prove.unfold(base, D(sp.S.Zero), P(0), T(0)),
        ),
        lambda step: prove.chain(
            step, *known(prove), fact(gap_at_least(prove)), *signs(prove, factor * limit, t**2 * limit, rest, rest * x),
            next_gap(prove, 1, less),
            *climb(
                prove, start, *_towards_limit(),
                (t**2 * limit, 2 * sine() / sp.pi + gamma() / 5 - share),
                (factor * limit, sine(l + 1) - t * sine() * (1 - sine() / 2)), (t**2 * gamma() - gamma(l + 1),),
                (t**2, bound - error()), (rest, sine(), tau - sine()), (rest * tau, tau - sine()),
            ),
        ),
    )  # fmt: skip


@lemma("the tangent kernel at q* against sin(theta/2), from below")
def error_at_least(prove: Proof) -> Step:
    """K p* sin(theta/2) - D <= (K p* + C_2 l) t^(2 l)."""
    bound, more = (factor * limit + below * l) * tau**2, factor * limit * sine(l + 1)
    start = -gamma(l + 1) - t**2 * D() - t**2 * share * T(l) + more
    last = 2 * t**2 * limit / sp.pi * x**2
    return inductive(
        prove, frame.conclude(le(-error(), bound)), l,
        lambda base: prove.chain(
            base, *about(prove, sp.S.Zero), fact(prove.polynomial(le(0, factor * limit), contraction)),
            prove.unfold(base, -error(sp.S.Zero), P(0), T(0)),
            adds(prove, factor * limit * sine(sp.S.Zero), factor * limit, 1 - sine(sp.S.Zero)),
        ),
        lambda step: prove.chain(
            step, *known(prove), fact(gap_at_least(prove)), fact(gap_at_most(prove)),
            *signs(prove, factor * limit, 2 * t**2 / sp.pi, t**2 * width * x, last), next_gap(prove, -1, -more),
            *climb(
                prove, start, (gamma(l + 1),), (factor * limit, t * sine() - sine(l + 1)),
                (t**2, share - 2 * sine() / sp.pi, P(l)), (t**2, sine() - share, D()),
                (2 * t**2 / sp.pi, sine(), P(l) - limit * (1 - tau**2)), (t**2, bound + error()),
                (t**2, sine(), width * tau - D()), (last.subs(x, tau), 1 - sine()), (t**2 * width * tau, tau - sine()),
            ),
        ),
    )  # fmt: skip


@lemma("sines at q* at two depths, from above")
def sines_at_most(prove: Proof) -> Step:
    """sin(theta_(l+k)/2) <= t^k sin(theta_l/2)."""
    return inductive(
        prove, deeper.conclude(le(sine(l + k), t**k * sine())), k,
        lambda base: prove.chain(base, *about(prove, l)),
        lambda step: prove.chain(
            step, *about(prove, l, l + k, l + k + 1), at(sine_next_at_most(prove), {l: l + k}),
            adds(prove, t * sine(l + k), t, t**k * sine() - sine(l + k)),
        ),
    )  # fmt: skip


@lemma("sines at q* at two depths, from below")
def sines_at_least(prove: Proof) -> Step:
    """t^k s_l (1 - s_l (1 - t^k)/(2 (1 - t))) <= s_(l+k), where s is sin(theta/2)."""
    most, then = t**k * sine(), sine(l + k)
    low = most * (1 - sine() * (1 - t**k) / (2 * (1 - t)))
    half = prove.polynomial(le(0, t * x / 2), contraction, from_zero)
    product = prove.polynomial(le(0, x * z), from_zero, interval(z, 0, sp.oo))
    return inductive(
        prove, deeper.conclude(le(low, then)), k,
        lambda base: prove.chain(base, *about(prove, l)),
        lambda step: prove.chain(
            step, *about(prove, l, l + k, l + k + 1), fact(sines_at_most(prove)), fact(half, {x: 1}),
            fact(power_positive(prove), {l: k}), fact(product, {x: t**k, z: sine()}), fact(half, {x: most}),
            adds(prove, step.conclusion.lhs, t, then - low),
            adds(prove, t * then - t * most**2 / 2, t * most / 2, most - then),
            adds(prove, t * then - t * most * then / 2, t / 2, then, most - then),
            at(sine_next_at_least(prove), {l: l + k}),
        ),
    )  # fmt: skip
