"""Lemma 1: correlations tend to 1, at which rate from above and from below."""

from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import RELU, Claim, Instance, at, fact, forall, interval, iterate, le, lt
from deepcond_sym.proof.search.ball_box import angle as by_angle
from deepcond_sym.proof.tactics.power_gaps import adds
from deepcond_sym.symbols import rho
from proofs_checks.agarwal2021.setting import L, layers

from .angle_steps import about, about_stretch, at_most_everywhere, ceiling, floor, now, small, stretch
from .angles import angle, apart, correlations, has_inverse, inverts, reciprocal
from .barrier import half_sine
from .limit_steps import inverse_sine_at_most, spread
from .one_layer import third
from .tangent_steps import about_sines

value = iterate(L, rho)
_a, _w = sp.symbols("_a _w", real=True)

claim = Claim(
    "starnaud2025/L1",
    title="Correlations tend to 1",
    source="Lemma 1",
    provenance="as reported",
    printed=r"\rho\in(-1,1)\implies\rho^{(L)}\to1",
    note=r"Shown with a rate, and also at $\rho=-1$. With $A=\frac1{\theta_1}+\frac{L-1}{3\pi}$, which is about"
    r" $\frac1{\theta_L}$: $2\big(2A+\frac{4\theta_1}{3\pi^2}+\frac4\pi\log(\theta_1A)+1-\frac2\pi\big)^{-2}"
    r"\le1-\rho^{(L)}\le\frac1{2A^2}$ for $L\ge1$, $0<\theta_1\le\pi$, so that $1-\rho^{(L)}\sim\frac{9\pi^2}{2L^2}$."
    r" Formally $\theta_1=\arccos\rho$, and $L$ is the number of layers, the paper's $L-1$.",
    parameters={"half": sp.S.Half, "two": sp.Integer(2), "spread": spread},
    witnesses=(
        (0, Instance({rho: 1 - Fraction(1, 10**8), L: Fraction(0)})),
        (1, Instance({rho: 1 - Fraction(1, 10**8), L: Fraction(0)})),
        (1, Instance({rho: Fraction(-1), L: Fraction(0)})),
    ),
)


@claim.states
def statement(half, two, spread):
    width = 2 * ceiling(L, stretch(L)) + spread
    return (
        forall(apart, layers, family=RELU, holds=le(1 - value, half / floor(L) ** 2), label="from above"),
        forall(apart, layers, family=RELU, holds=le(two / width**2, 1 - value), label="from below"),
    )


@claim.proves
def proof(prove, goal, half, two, spread):
    """1 - cos(theta) <= theta^2/2, and sin(theta/2) >= 1/(2/theta + 1 - 2/pi); then N1 for the angle at depth L."""
    above, below = goal
    parabola = prove.ball_box(le(0, half * angle(rho) ** 2 - (1 - rho)), correlations, outline=by_angle(rho))
    square = prove.polynomial(le(_a**2, (_a + _w) ** 2), interval(_a, 0, sp.oo), interval(_w, 0, sp.oo))
    sine, width = half_sine(value), 2 * ceiling(L, stretch(L)) + spread
    known = [
        *about(prove, L), *about_stretch(prove, L), *about_sines(prove, value), fact(small(prove)),
        fact(at_most_everywhere(prove)), fact(inverse_sine_at_most(prove), {rho: value}),
        *has_inverse(prove, floor(L), now), fact(parabola, {rho: value}),
    ]  # fmt: skip
    larger = fact(square, {_a: now, _w: 1 / floor(L) - now})
    upper = prove.chain(
        above, *known, larger, adds(prove, 1 - value, half * now**2 - (1 - value)),
        adds(prove, half * now**2, half, floor(L) ** -2 - now**2),
    )  # fmt: skip
    longer = prove.chain(
        below.conclude(le(1 / sine, width)), *known, adds(prove, 1 / sine, 2 / now + spread - 1 / sine),
        adds(prove, 2 / now + spread, sp.Integer(2), ceiling(L, stretch(L)) - 1 / now),
    )  # fmt: skip
    positive = prove.chain(below.conclude(lt(0, width)), *known, at(reciprocal(prove), {"_a": sine}), longer)
    smaller = prove.chain(
        below.conclude(le(1 / width, sine)), *known, *has_inverse(prove, sine), fact(longer), fact(positive),
        inverts(prove, 1 / sine, width),
    )  # fmt: skip
    lower = prove.chain(
        below, *known, fact(positive), fact(smaller), *has_inverse(prove, width),
        fact(square, {_a: 1 / width, _w: sine - 1 / width}), adds(prove, two / width**2, two, sine**2 - width**-2),
    )  # fmt: skip
    return [upper, lower]


claim.mutant("2/5 in place of 1/2", half="2/5")
claim.mutant("5/2 in place of 2", two="5/2")
claim.mutant("without 1 - 2/pi", spread=-third)
