"""Duals of piecewise linear and piecewise constant activations with knots anywhere."""

from __future__ import annotations

from collections.abc import Callable

import sympy as sp
from flint import acb, arb

from deepcond_sym.activations import Activation
from deepcond_sym.arithmetic import ball, working_bits
from deepcond_sym.duals.atoms import AtomPiece
from deepcond_sym.duals.distribution import Delta, Distribution
from deepcond_sym.duals.moments import constant_ball
from deepcond_sym.duals.price import PriceResult
from deepcond_sym.duals.price_integral import AngleIntegral, PriceIntegralDual
from deepcond_sym.duals.price_steps import derivative_rule
from deepcond_sym.symbols import x

_KEPT = 6
"""Working precisions for which the integrals are kept."""


class KnotDual(PriceIntegralDual):
    """sigma^(m) = sum of c_i delta(x - t_i) with m = 1 (steps) or 2 (continuous and piecewise linear).

    sigma_hat^(m)(cos tau) sin tau is the sum over i, j of
    c_i c_j exp(-(t_i - t_j)^2/(8 sin^2(tau/2)) - (t_i + t_j)^2/(8 cos^2(tau/2))) / (2 pi):
    the bivariate normal densities, in a form without a singularity.

    >>> from deepcond_sym.duals import dual
    >>> dual("hard_tanh")("1/2", bits=60).str(15)
    '[0.238169165800771 +/- 3.47e-16]'

    Source: Price's theorem; the angle form is derived here.
    """

    def __init__(
        self,
        activation: Activation,
        pieces: tuple[AtomPiece, ...],
        found: PriceResult,
        masses: dict[sp.Expr, sp.Expr],
    ) -> None:
        self.order, self._pieces = found.order, pieces
        knots = list(masses.items())
        self._pairs: list[tuple[sp.Expr, sp.Expr, sp.Expr]] = []
        for i, (s, c) in enumerate(knots):
            for j, (t, d) in enumerate(knots[: i + 1]):
                self._pairs.append((c * d * (1 if i == j else 2), (s - t) ** 2 / 8, (s + t) ** 2 / 8))
        self._kept: dict[int, list[_Pair]] = {}
        kernel = r"(\cos\tau - \cos\theta)" if self.order == 2 else ""
        linear = r"\hat\sigma'(1)(1 - \cos\theta) - " if self.order == 2 else ""
        super().__init__(
            activation,
            found.derivation.steps,
            rf"\hat\sigma(1) - \hat\sigma(\cos\theta) = {linear}\frac{{1}}{{2\pi}} \int_0^\theta {kernel}"
            r" \sum_{i,j} c_i c_j \exp\Bigl(-\frac{(t_i - t_j)^2}{8 \sin^2(\tau/2)}"
            r" - \frac{(t_i + t_j)^2}{8 \cos^2(\tau/2)}\Bigr) \, d\tau, \qquad "
            + r", \quad ".join(
                rf"c_{{{i + 1}}} = <{2 * i}>, \ t_{{{i + 1}}} = <{2 * i + 1}>" for i in range(len(knots))
            ),
            tuple(part for t, c in knots for part in (c, t)),
        )

    def _judge_integral(self, *formulas: sp.Expr) -> bool:
        """Also whether sigma^(m) is the sum of c_i delta(x - t_i)."""
        deltas = (c * sp.DiracDelta(x - t) for c, t in zip(formulas[::2], formulas[1::2], strict=True))
        derivative_rule(self._pieces, self.order, sp.Add(*deltas))
        return super()._judge_integral()

    def _raw_complement(self, w: arb, theta: arb) -> arb:
        plain, weighted = self._integrals(theta)
        if self.order == 1:
            return plain / (2 * arb.pi())
        # cos(tau) - cos(theta) = w - 2 sin^2(tau/2)
        return constant_ball(self._slope_at_one) * w - (w * plain - weighted) / (2 * arb.pi())

    def _raw_slope(self, w: arb, theta: arb) -> arb:
        if self.order == 2:
            return constant_ball(self._slope_at_one) - self._integrals(theta)[0] / (2 * arb.pi())
        low, high = (theta / 2).sin() ** 2, (theta / 2).cos() ** 2
        total = arb(0)
        for weight, difference, total_knot in self._pairs:
            factor = _decay(constant_ball(difference), low) * _decay(constant_ball(total_knot), high)
            total += constant_ball(weight) * factor
        return total / (2 * arb.pi() * (w * (2 - w)).sqrt())

    def _integrals(self, theta: arb) -> tuple[arb, arb]:
        """The integrals over 0 < tau < theta of E and of 2 sin^2(tau/2) E, where E is the sum over pairs."""
        bits = working_bits()
        if bits not in self._kept:
            if len(self._kept) >= _KEPT:
                self._kept.clear()
            self._kept[bits] = [_Pair(*pair) for pair in self._pairs]
        plain, weighted = arb(0), arb(0)
        for pair in self._kept[bits]:
            first, second = pair.integrals(theta)
            plain += pair.weight * first
            weighted += pair.weight * second
        return plain, weighted


class _Pair:
    """One term c exp(-d/sin^2(tau/2) - s/cos^2(tau/2)) at one working precision.

    Near 0 (if d > 0) and near pi (if s > 0) the exponential is below the precision: those parts are enclosed by size.
    """

    def __init__(self, weight: sp.Expr, difference: sp.Expr, total_knot: sp.Expr) -> None:
        self.weight = constant_ball(weight)
        self._d, self._s = constant_ball(difference), constant_ball(total_knot)
        self._start = _cut(self._d) if difference != 0 else arb(0)
        self._end = arb.pi() - _cut(self._s) if total_knot != 0 else arb.pi()
        self._small = arb(2) ** -(working_bits() + 8)
        exponential = self._exponential(difference != 0, total_knot != 0)
        self._plain = AngleIntegral(exponential, self._start, self._small)
        self._weighted = AngleIntegral(
            lambda tau: 2 * (tau / 2).sin() ** 2 * exponential(tau), self._start, 2 * self._small
        )

    def _exponential(self, with_d: bool, with_s: bool) -> Callable[[acb], acb]:
        def integrand(tau: acb) -> acb:
            exponent = acb(0)
            if with_d:
                exponent -= self._d / (tau / 2).sin() ** 2
            if with_s:
                exponent -= self._s / (tau / 2).cos() ** 2
            return exponent.exp() if with_d or with_s else acb(1)

        return integrand

    def integrals(self, theta: arb) -> tuple[arb, arb]:
        if theta <= self._start:
            # at most theta times the largest value, at theta; 2 sin^2 <= 2
            bound = (theta * _decay(self._d, (theta / 2).sin() ** 2)).upper()
            return arb(0, bound), arb(0, (2 * bound).upper())
        stop = theta if theta <= self._end else self._end
        left_out = arb(0) if theta <= self._end else arb(0, (8 * self._small).upper())
        return self._plain(stop) + left_out, self._weighted(stop) + left_out


def _cut(strength: arb) -> arb:
    """An exact angle up to which exp(-strength/sin^2(tau/2)) <= 2^-(bits + 8); at most 1."""
    sine = (strength / (arb(2).log() * (working_bits() + 8))).sqrt().lower()
    return (2 * sine.asin()).lower().mid() if sine < arb("0.4") else arb(ball.constant("0.75").lower())


def _decay(strength: arb, square: arb) -> arb:
    """exp(-strength/square), and its limit at square = 0."""
    if strength == 0:
        return arb(1)
    return (-strength / square).exp() if square > 0 else arb(0)


def knot_dual(activation: Activation, pieces: tuple[AtomPiece, ...], found: PriceResult) -> KnotDual | None:
    """The dual by knots, or None when the m-th derivative is not a sum of deltas with m = 1 or 2."""
    sigma = Distribution.from_pieces(pieces)
    if sigma is None or found.order not in (1, 2):
        return None
    for _ in range(found.order):
        sigma = sigma.derivative()
    masses: dict[sp.Expr, sp.Expr] = {}
    for term, coefficient in sigma.terms.items():
        if not isinstance(term, Delta) or term.order:
            return None
        masses[term.knot] = coefficient
    return KnotDual(activation, pieces, found, masses)
