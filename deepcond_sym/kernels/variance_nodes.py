"""`VarianceNodes`: the layers of a network at all variances of an interval, from those at a few of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

import numpy as np
import sympy as sp
from flint import arb, arb_mat, arb_poly

from deepcond_sym.activations import Activation
from deepcond_sym.arithmetic import ball, float64, lower
from deepcond_sym.depth.variance_dual import variance_dual
from deepcond_sym.depth.variance_map import rational_value
from deepcond_sym.errors import AccuracyError

_WANTED = 77
"""Bits of accuracy of the interpolation in the variance."""
_MOST_NODES = 64


class VarianceNodes:
    """Chebyshev interpolation in the variance q on [low, high], with proved errors.

    With P_q(u) = D_q(1) - D_q(1 - u), what is interpolated is q D_q(1), q P_q(u), D_q'(c) and D_q''(c). For complex q
    with Re q > 0 the Gaussian density of d variables is at most (Q/|q|)^(d/2) times that of variance
    Q = 1/Re(1/q) = |q|^2/Re q, so these functions are analytic there, and in absolute value at most what they are at Q
    and u (at Q and c = 1 for the last two); and Q P_Q(u) does not decrease with Q (see `BallMap`), nor do the others.
    On the disk |q - m| <= r < m, which contains the ellipse of interpolation, Q <= m + r =: `far`. There the ratio
    far P_far(u)/(q P_q(u)) is at most `ratio`: P_q is concave on [0, 1] and at least P_q(2)/2 on [1, 2].

    Raises `AccuracyError` where that does not lead to enough digits.

    >>> from deepcond_sym.activations import activation
    >>> from deepcond_sym.arithmetic import precision
    >>> with precision(bits=150):
    ...     nodes = VarianceNodes(activation("erf"), sp.Rational(1), sp.Rational(2), mirrored=True)
    >>> nodes.count < 50, bool(nodes.relative_cut < 1e-20)
    (True, True)

    Source: derived here; the interpolation is Trefethen 2013, theorem 8.2.
    """

    def __init__(self, source: Activation, low: sp.Rational, high: sp.Rational, mirrored: bool) -> None:
        self.source, self.low, self.high = source, low, high
        middle, half = (low + high) / 2, (high - low) / 2
        self._middle, reach = middle, middle * sp.Rational(49, 50)
        self.far = variance_dual(source, middle + reach)
        for count in range(4, _MOST_NODES + 1):
            # The least node lies below `low`, the largest above `high`.
            widened = ball.constant(half) / (arb.pi() / (2 * count)).cos() * (1 + arb(2) ** -60)
            self.half = rational_value(widened.mid())
            if self.half >= reach:
                continue
            size = ball.constant(reach / self.half)
            ellipse = size + (size * size - 1).sqrt()
            self.cut = (arb("1.01") * 4 * ellipse ** (-count) / (ellipse - 1)).upper()
            if self.cut < arb(2) ** -_WANTED:
                break
        else:
            raise AccuracyError("The variances spread too far for one interpolation: use the kernel layer by layer.")
        self.count = count
        self._angles = [arb.pi() * (2 * k + 1) / (2 * count) for k in range(count)]
        points = [ball.constant(middle) + ball.constant(self.half) * angle.cos() for angle in self._angles]
        self.duals = [variance_dual(source, rational_value(point.mid())) for point in points]
        # How far a node is from where it should be, over the distance from there to the circle.
        self.shift = (max(point.rad() for point in points) * 4 / ball.constant(reach - self.half)).upper()
        self.margin = ball.constant(reach - self.half)
        self._set_ratio(mirrored)

    def _set_ratio(self, mirrored: bool) -> None:
        least, far = self.duals[-1], self.far
        bottom = ball.constant(least.variance)
        top = ball.constant(far.variance)
        ratio = top * far.slope_at_one(ball) / (bottom * least.drop(arb(1), ball))
        if not mirrored:
            ratio = ratio.max(4 * top * far.at_one(ball) / (bottom * least.drop(arb(2), ball)))
        self.ratio = ratio.upper()
        if not self.ratio < 2.0**20:
            raise AccuracyError("The layers differ too much from each other: use the kernel layer by layer.")
        self.lebesgue = (arb("1.01") * (1 + 2 / arb.pi() * arb(self.count).log())).upper()
        self.relative_cut = (self.ratio * (self.cut + self.lebesgue * self.shift)).upper()

    @cached_property
    def _to_chebyshev(self) -> arb_mat:
        size = range(self.count)
        return arb_mat([
            [(angle * j).cos() * (1 if j == 0 else 2) / self.count for j in size] for angle in self._angles
        ])  # fmt: skip

    def weights(self, q: arb) -> list[arb]:
        """The Lagrange polynomials at an exact q."""
        x = (q - ball.constant(self._middle)) / ball.constant(self.half)
        column = [arb(1), x]
        while len(column) < self.count:
            column.append(2 * x * column[-1] - column[-2])
        product = self._to_chebyshev * arb_mat([[entry] for entry in column])
        return [product[k, 0] for k in range(self.count)]

    @cached_property
    def _moment(self) -> tuple[arb_poly, arb]:
        """q D_q(1) as a polynomial in (q - middle)/half, and its error."""
        values = [ball.constant(dual.variance) * dual.at_one(ball) for dual in self.duals]
        total, chebyshev = arb_poly([0]), [arb_poly([1]), arb_poly([0, 1])]
        for j in range(self.count):
            if j > 1:
                chebyshev.append(arb_poly([0, 2]) * chebyshev[-1] - chebyshev[-2])
            factor = sum((self._to_chebyshev[k, j] * values[k] for k in range(self.count)), arb(0))
            total = total + chebyshev[j] * factor
        most = ball.constant(self.far.variance) * self.far.at_one(ball)
        return total, (most * (self.cut + self.lebesgue * self.shift)).upper()

    def moment(self, q: arb) -> arb:
        """D_q(1) for every q of a ball, by the mean value theorem."""
        poly, error = self._moment
        middle, half = ball.constant(self._middle), ball.constant(self.half)
        point = (q - middle) / half
        value = poly((q.mid() - middle) / half) / q.mid()
        # (M/q)' = (M' - M/q)/q, with M the polynomial.
        slope = (poly.derivative()(point) / half - poly(point) / q) / q
        return value + slope * arb(0, q.rad()) + arb(0, error) / q

    def contains(self, q: arb) -> bool:
        """Whether the ball lies between the ends."""
        return bool(q > ball.constant(self.low) and q < ball.constant(self.high))


def float_variances(source: Activation, weight: float, bias: float, depth: int) -> np.ndarray:
    """q_0, ... until it settles, to a few digits, by a sum over a grid: only to know where they lie."""
    function: Callable[[np.ndarray], np.ndarray] = lower(source.expr, float64)
    grid = np.linspace(-12.0, 12.0, 6001)
    density = np.exp(-grid * grid / 2)
    density /= density.sum()
    found = [1.0]
    for _ in range(depth):
        q = float(weight * (density * function(np.sqrt(found[-1]) * grid) ** 2).sum() + bias)
        if not 1e-100 < q < 1e100:
            raise AccuracyError("The variances leave the range of float64: use the kernel layer by layer.")
        found.append(q)
        if abs(q - found[-2]) < 1e-13 * q:
            break
    return np.array(found)


