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
from deepcond_sym.duals.price_integral import PriceIntegralDual, angle_integral


class KnotDual(PriceIntegralDual):
    """sigma^(m) = sum of c_i delta(x - t_i) with m = 1 (steps) or 2 (continuous and piecewise linear).

    sigma_hat^(m)(cos tau) sin tau = sum of c_i c_j exp(-(t_i - t_j)^2/(8 sin^2(tau/2)) - (t_i + t_j)^2/(8 cos^2(tau/2)))
    / (2 pi): the bivariate normal densities, in a form without a singularity.

    >>> from deepcond_sym.duals import dual
    >>> dual("hard_tanh")("1/2", bits=60).str(15)
    '[0.241301180389246 +/- 2.67e-16]'

    Source: Price's theorem; the angle form is derived here.
    """

    def __init__(self, activation: Activation, found: PriceResult, masses: dict[sp.Expr, sp.Expr]) -> None:
        self.order = found.order
        knots = list(masses.items())
        self._pairs: list[tuple[sp.Expr, sp.Expr, sp.Expr]] = []
        for i, (s, c) in enumerate(knots):
            for j, (t, d) in enumerate(knots[: i + 1]):
                self._pairs.append((c * d * (1 if i == j else 2), (s - t) ** 2 / 8, (s + t) ** 2 / 8))
        kernel = r"(\cos\tau - \cos\theta)" if self.order == 2 else ""
        linear = r"\hat\sigma'(1)(1 - \cos\theta) - " if self.order == 2 else ""
        super().__init__(
            activation,
            found.derivation.steps,
            rf"\hat\sigma(1) - \hat\sigma(\cos\theta) = {linear}\frac{{1}}{{2\pi}} \int_0^\theta {kernel}"
            r" \sum_{i,j} c_i c_j \exp\Bigl(-\frac{(t_i - t_j)^2}{8 \sin^2(\tau/2)}"
            r" - \frac{(t_i + t_j)^2}{8 \cos^2(\tau/2)}\Bigr) \, d\tau",
        )

    def _raw_complement(self, w: arb, theta: arb) -> arb:
        if self.order == 1:
            return self._integral(theta, None) / (2 * arb.pi())

        def kernel(tau: acb) -> acb:
            return 2 * ((theta + tau) / 2).sin() * ((theta - tau) / 2).sin()

        return constant_ball(self._slope_at_one) * w - self._integral(theta, kernel) / (2 * arb.pi())

    def _raw_slope(self, w: arb, theta: arb) -> arb:
        if self.order == 2:
            return constant_ball(self._slope_at_one) - self._integral(theta, None) / (2 * arb.pi())
        low, high = (theta / 2).sin() ** 2, (theta / 2).cos() ** 2
        total = arb(0)
        for weight, difference, total_knot in self._pairs:
            factor = _decay(constant_ball(difference), low) * _decay(constant_ball(total_knot), high)
            total += constant_ball(weight) * factor
        return total / (2 * arb.pi() * (w * (2 - w)).sqrt())

    def _integral(self, theta: arb, kernel: Callable[[acb], acb] | None) -> arb:
        """The sum over pairs of the integral of kernel * exp(-d/sin^2(tau/2) - s/cos^2(tau/2)) over 0 < tau < theta.

        Near 0 (if d > 0) and near pi (if s > 0) the exponential is below the working precision: those parts are
        enclosed by their size.
        """
        total = arb(0)
        for weight, difference, total_knot in self._pairs:
            d, s = constant_ball(difference), constant_ball(total_knot)
            start = _cut(d) if difference != 0 else arb(0)
            end = (arb.pi() - _cut(s)) if total_knot != 0 else arb.pi()
            # |kernel| <= 2 and the exponential is at most 2^-(bits + 8) there
            left_out = arb(0, (theta * arb(2) ** -(working_bits() + 6)).upper())
            if theta <= start:
                # an upper bound at the largest tau there is
                total += constant_ball(weight) * arb(0, (2 * theta * _decay(d, (theta / 2).sin() ** 2)).upper())
                continue
            stop = theta if theta <= end else end
            part = angle_integral(_integrand(d, s, difference != 0, total_knot != 0, kernel), start, stop)
            if difference != 0 or not stop.overlaps(theta):
                part += left_out
            total += constant_ball(weight) * part
        return total


def _integrand(
    d: arb, s: arb, with_d: bool, with_s: bool, kernel: Callable[[acb], acb] | None
) -> Callable[[acb], acb]:
    def integrand(tau: acb) -> acb:
        exponent = acb(0)
        if with_d:
            exponent -= d / (tau / 2).sin() ** 2
        if with_s:
            exponent -= s / (tau / 2).cos() ** 2
        value = exponent.exp() if with_d or with_s else acb(1)
        return value if kernel is None else value * kernel(tau)

    return integrand


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
    return KnotDual(activation, found, masses)
