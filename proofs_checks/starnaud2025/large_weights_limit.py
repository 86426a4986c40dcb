"""LT4: with sigma_w^2 > 2 and a bias the tangent kernel over its diagonal tends to 1/4, at every depth with a bound."""

from dataclasses import replace
from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import Claim, Instance, Proof, Step, at, fact, forall, interval, le, lt
from deepcond_sym.proof.proof import Use
from deepcond_sym.proof.tactics.lemma import lemma
from deepcond_sym.proof.tactics.power_gaps import adds
from deepcond_sym.symbols import rho

from .angle_steps import more_logarithm
from .angles import reciprocal
from .barrier import k
from .correlations import a, b, bias, q
from .half_sine_layer import gain, lower, rest
from .large_weights import about_variances, at_most, floor, large, m, missing, most, over, settling, total
from .large_weights_kernel import (
    above_barrier,
    diagonal_at_least,
    diagonal_missing,
    frame,
    lost,
    near,
)  # fmt: skip
from .setting import L, layers
from .sines_with_bias import about_sines, about_start, sine, start
from .sines_with_bias import at_least as sines_at_least
from .tangent_with_bias import P, T, below_barrier, diagonal_at_most, tangent

quarter = sp.Rational(1, 4)
below = sp.Rational(83, 40) + m * (sp.Rational(12, 5) / start + a / (a - 1))
above = sp.Rational(6, 5) * most / start + a * m / (2 * (a - 1)) + sp.Rational(9, 8) * most * sp.log(L)
"""R/L times these bounds the distance from 1/4, from below and from above."""

_y, _z = sp.symbols("_y _z", real=True)
_with_inverse = large, bias, interval(_z, 0, sp.oo)
_numbers = k, sp.Rational(6, 5) - k, sp.Rational(12, 5) - 2 * k, 1 - 2 * k * near, 2 * k * near, gain, rest / gain


def about(prove: Proof) -> list[Use]:
    """What is known at depth L."""
    terms = m, a * m / (a - 1), most * a / (a - 1), sp.Rational(9, 8) * most
    return [
        *about_sines(prove, L), *about_start(prove), *about_variances(prove, L),
        *(fact(prove.polynomial(le(0, term), large, bias)) for term in terms),
        *(fact(prove.evaluate(forall(holds=le(0, c)))) for c in _numbers),
    ]  # fmt: skip


@lemma("T/q from below, for large weights")
def tangent_at_least(prove: Proof) -> Step:
    """L/4 - `below` <= T(L)/q(L)."""
    reached = L / 4 - sp.Rational(83, 40) - lost
    at_depth, settled = k / sine() - lower - k / start - lost, a * m / (a - 1)
    return prove.chain(
        frame.conclude(le(L / 4 - below, tangent)), *about(prove), fact(sines_at_least(prove)),
        adds(prove, L / 4 - below, m, 1 / start, sp.Rational(12, 5) - 2 * k),
        adds(prove, reached - (1 - 2 * k * near) * settled, settled, 1 - 2 * k * near),
        adds(prove, reached, k, 1 / sine() - floor()), adds(prove, at_depth, 2 * k, settling / q(L), 1 / sine()),
        adds(
            prove, at_depth + 2 * k * settling / q(L) / sine(), 2 * k * near, most * a / (a - 1), missing()
        ),
        above_barrier(prove),
    )  # fmt: skip


@lemma("T/q from above, for large weights")
def tangent_at_most(prove: Proof) -> Step:
    """T(L)/q(L) <= L/4 + `above` - a m/(4 (a - 1))."""
    settled = total + gain * most * a / (a - 1) * missing()
    eighth = sp.Rational(1, 8)
    return prove.chain(
        frame.conclude(le(tangent, L / 4 + above - a * m / (4 * (a - 1)))), *about(prove), fact(at_most(prove)),
        below_barrier(prove), adds(prove, k / sine() - eighth, k, over() - 1, 1 / sine()),
        adds(prove, k * over() / sine() - eighth, k, total - over() / sine()),
        adds(prove, k * total - eighth, quarter, most * a / (a - 1), missing()),
        adds(prove, k * settled - eighth, most, 1 / start, sp.Rational(6, 5) - k),
        adds(prove, L / 4 + above - a * m / (4 * (a - 1)) - 3 * eighth, 3 * eighth),
    )  # fmt: skip


@lemma("the variance by the diagonal of the tangent kernel, for large weights")
def variance_at_most(prove: Proof) -> Step:
    """L q(L) <= R P(L)."""
    return prove.chain(
        frame.conclude(le(L * q(L), most * P(L))), *about(prove),
        fact(prove.polynomial(le(0, settling), large, bias)), fact(prove.polynomial(le(0, L), layers)),
        adds(prove, L * q(L), L, settling), diagonal_at_least(prove),
    )  # fmt: skip


@lemma("the diagonal of the tangent kernel is positive, for large weights")
def diagonal_positive(prove: Proof) -> Step:
    """0 < P(L)."""
    law = prove.polynomial(lt(0, L * _z / most), layers, interval(_z, 0, sp.oo, "("), large, bias)
    return prove.chain(
        frame.conclude(lt(0, P(L))), *about(prove), fact(variance_at_most(prove)),
        fact(prove.polynomial(le(0, 1 / most), large, bias)), at(law, {_z: q(L)}),
        adds(prove, L * q(L) / most, 1 / most, most * P(L) - L * q(L)),
    )  # fmt: skip


claim = Claim(
    "starnaud2025/LT4",
    title="Large weights and a bias: the limit is 1/4",
    source="limit table, weight variance above 2 and a bias",
    provenance="derived here",
    printed=r"\sigma_w^2=2a>2,\ \sigma_b^2=b\ge0,\ x\ne x':\quad-\frac RL\Big(\frac{83}{40}+\frac{12m}{5s_1}+"
    r"\frac{am}{a-1}\Big)\le\frac{\Theta^{(L)}(x,x')}{\Theta^{(L)}(x,x)}-\frac14\le\frac RL\Big(\frac{6R}{5s_1}+"
    r"\frac{am}{2(a-1)}+\frac98R\log L\Big),\qquad m=\frac b{(a-1)(2a+b)},\ R=1+m,\ s_1^2=\frac{a(1-\rho)}{2a+b}",
    note=r"For every depth and all different unit vectors, $x'=-x$ included; $s_1=\sin\frac{\theta_1}2$. Hence the"
    r" limit $\frac14$ for every $\sigma_w^2>2$ and every bias: $q_L$ grows like $a^L$, so that a bias changes the"
    r" correlations by a summable amount. Without a bias $m=0$ and $R=1$. The constants are not the best ones: without"
    r" a bias starnaud2025/N4-rate has $\frac38\log L$. starnaud2025/LT4-named has values for named data.",
    beside=("starnaud2025/LT4-named", "starnaud2025/LT4-correlations", "starnaud2025/LT-tangent", "starnaud2025/LT1"),
    parameters={"limit": quarter, "below": below, "above": above},
    witnesses=(
        (0, Instance({L: Fraction(1), rho: Fraction(-1), a: Fraction(2), b: Fraction(0)})),
        (0, Instance({L: Fraction(100), rho: Fraction(0), a: Fraction(2), b: Fraction(0)})),
        (1, Instance({L: Fraction(100), rho: Fraction(-1), a: Fraction(2), b: Fraction(0)})),
    ),
)


@claim.states
def statement(limit, below, above):
    gap = T(L) / P(L) - limit
    return (
        replace(frame, conclusion=le(-most * below / L, gap), label="from below"),
        replace(frame, conclusion=le(gap, most * above / L), label="from above"),
    )


@claim.proves
def proof(prove, goal, limit, below, above):
    """T/q between the barriers, which are close to L/4 by the bounds for sin(theta_L/2); P between L q - a m/(a - 1) q
    and L q, and at least L q/R."""
    down, up = goal
    per = 1 / (L * P(L))
    laws = prove.polynomial(le(0, 1 / (L * _z)), layers, interval(_z, 0, sp.oo, "(")), reciprocal(prove)
    one = fact(prove.polynomial(le(1, L), layers))
    gap, slack = T(L) / P(L) - limit, a * m / (4 * (a - 1))
    known = [
        *about(prove), fact(diagonal_positive(prove)), fact(laws[0], {_z: P(L)}), fact(laws[1], {"_a": P(L)}),
        fact(variance_at_most(prove)), fact(diagonal_at_most(prove)), fact(diagonal_missing(prove)),
        fact(tangent_at_least(prove)), fact(tangent_at_most(prove)), one,
        fact(more_logarithm(prove), {"_x": 1, "_z": L}),
    ]  # fmt: skip
    share = prove.polynomial(le(0, sp.Rational(83, 40) + m * (sp.Rational(12, 5) * _z + a / (a - 1))), *_with_inverse)
    sum_ = prove.polynomial(
        le(0, sp.Rational(6, 5) * most * _z + a * m / (2 * (a - 1)) + sp.Rational(9, 8) * most * _y), *_with_inverse,
        interval(_y, 0, sp.oo),
    )  # fmt: skip
    known += [fact(share, {_z: 1 / start}), fact(sum_, {_z: 1 / start, _y: sp.log(L)})]
    return [
        prove.chain(
            down, *known, adds(prove, -most * below / L, below, per, most * P(L) - L * q(L)),
            adds(prove, -below * q(L) / P(L), 1 / P(L), q(L), tangent - L / 4 + below),
            adds(prove, T(L) / P(L) - L * q(L) / P(L) / 4, quarter, 1 / P(L), L * q(L) - P(L)),
        ),
        prove.chain(
            up, *known, adds(prove, gap, 1 / P(L), q(L), L / 4 + above - slack - tangent),
            adds(
                prove, (L / 4 + above - slack) * q(L) / P(L) - limit, quarter, 1 / P(L),
                a * m / (a - 1) * q(L) - L * q(L) + P(L),
            ),
            adds(prove, above * q(L) / P(L), above, per, most * P(L) - L * q(L)),
        ),
    ]  # fmt: skip


claim.mutant("the limit 1/3", limit="1/3")
claim.mutant("1 in place of 83/40 and more", below=1)
claim.mutant("without a logarithm", above=sp.Rational(6, 5) * most / start)
