"""Rigorous Gaussian quadrature of an activation: one set of nodes for all Hermite coefficients at once."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import sympy as sp
from flint import acb, arb, fmpq

from deepcond_sym.activations import Activation
from deepcond_sym.arithmetic import ball, lower, precision, working_bits
from deepcond_sym.errors import AccuracyError

_ELLIPSE = 4
"""Sum of the semi-axes of the Bernstein ellipse around [-1, 1] on which the integrand is bounded."""
_COLUMNS, _ROWS = 12, 4
_SMALLEST_PANEL = fmpq(1, 2**12)
_WIDEST_PANEL = fmpq(4)


@dataclass(frozen=True)
class _Panel:
    """An interval, and a bound for |sigma(z)| on the ellipse around it."""

    start: arb
    stop: arb
    bound: arb


class GaussianQuadrature:
    """Nodes and weights such that sum of weight * f(node) * sigma(node) = E[sigma(X) f(X)] up to a proved error.

    Gauss-Legendre panels between the breakpoints of the activation; on the ellipse around each panel |sigma| is
    bounded by ball evaluation, the Hermite factor by Mehler's formula, and the tails by the activation's own bound.

    Errors: AccuracyError when an activation is not analytic in any neighbourhood of some point between its
    breakpoints.

    Source: error of Gauss-Legendre quadrature for analytic integrands: L. N. Trefethen, "Approximation Theory and
    Approximation Practice", 2013, theorem 19.3; the bound of the Hermite factor is derived here.
    """

    def __init__(self, activation: Activation, bits: int, count: int = 1) -> None:
        self.activation = activation
        self.bits = bits
        self.count = count
        # the three-term recurrence multiplies radii by exp(asinh(z/(2 sqrt k))) at step k; with the weight
        # exp(-z^2/2) that is at most exp(count/2) in total
        self.working = bits + 40 + math.ceil(0.73 * count)
        self._half = activation.parity in ("even", "odd")
        with precision(bits=self.working):
            self.radius = _tail_radius(activation, bits)
            self.nodes: list[arb] = []
            self.weights: list[arb] = []
            self.values: list[arb] = []
            self.error, self.square_error = arb(0), arb(0)
            self._build()

    def _build(self) -> None:
        for piece in self.activation.pieces:
            start, stop = self._clip(piece.lower), self._clip(piece.upper)
            if not start < stop:
                continue
            real = lower(piece.expr, ball)
            panels = _panels(lower(piece.expr, ball, complex_ball=True), start, stop)
            for panel in panels:
                self._add_panel(panel, real)

    def _clip(self, end: sp.Expr) -> arb:
        low = arb(0) if self._half else -self.radius
        if end.is_infinite:
            return self.radius if end == sp.oo else low
        value = ball.constant(end)
        if value < low or value.overlaps(low):
            return low
        return self.radius if value > self.radius else value

    def _add_panel(self, panel: _Panel, real: Callable[[arb], arb]) -> None:
        half, middle = (panel.stop - panel.start) / 2, (panel.stop + panel.start) / 2
        with precision(bits=64):
            # 64/15 M r^(-2N) / (1 - r^(-2)) for N nodes
            factor = arb(64) / 15 / (1 - arb(_ELLIPSE) ** -2) * panel.bound * half * (2 if self._half else 1)
            constant = factor * _hermite_bound(middle, half, self.count)
            square = factor * panel.bound * _hermite_bound(middle, half, 1)
            wanted = self.bits + 12 + max(0, _log2(constant), _log2(square))
            size = max(4, math.ceil(wanted / (2 * math.log2(_ELLIPSE))))
            self.error += (constant * arb(_ELLIPSE) ** (-2 * size)).upper()
            self.square_error += (square * arb(_ELLIPSE) ** (-2 * size)).upper()
        normal = 1 / (2 * arb.pi()).sqrt()
        for index in range(size):
            root, weight = _legendre(size, index, self.working)
            node = middle + half * root
            density = (-node * node / 2).exp() * normal
            value = real(node)
            self.nodes.append(node)
            self.values.append(value)
            self.weights.append(weight * half * density * value * (2 if self._half else 1))

    def hermite(self) -> list[arb]:
        """E[sigma(X) He_n(X)]/sqrt(n!) for n < count, each within 2^-bits of its midpoint (about).

        The tail is at most (integral of sigma^2 over it)^(1/2), by the Cauchy-Schwarz inequality.
        """
        parity = {"even": 0, "odd": 1}.get(self.activation.parity or "")
        with precision(bits=self.working):
            spread = arb(0, (self.error + arb(2) ** -(self.bits + 4)).upper())
            previous = [arb(0)] * len(self.nodes)
            current = list(self.weights)
            result = []
            for n in range(self.count):
                if parity is not None and n % 2 != parity:
                    result.append(arb(0))
                else:
                    result.append(sum(current, arb(0)) + spread)
                scale, back = 1 / arb(n + 1).sqrt(), arb(n).sqrt()
                previous, current = (
                    current,
                    [(z * c - back * p) * scale for z, c, p in zip(self.nodes, current, previous, strict=True)],
                )
            return result

    def second_moment(self) -> arb:
        """E[sigma(X)^2], within about 2^-bits."""
        with precision(bits=self.working):
            total = sum((w * value for w, value in zip(self.weights, self.values, strict=True)), arb(0))
            return total + arb(0, (self.square_error + arb(4) ** -(self.bits + 4)).upper())


_LEGENDRE: dict[tuple[int, int], list[tuple[arb, arb]]] = {}


def _legendre(size: int, index: int, bits: int) -> tuple[arb, arb]:
    """The node and weight number `index` of Gauss-Legendre quadrature, kept (rounded up to 64 bits of precision)."""
    rounded = -(-bits // 64) * 64
    key = (size, rounded)
    if key not in _LEGENDRE:
        if len(_LEGENDRE) > 64:
            _LEGENDRE.clear()
        with precision(bits=rounded):
            _LEGENDRE[key] = [arb.legendre_p_root(size, k, weight=True) for k in range(size)]
    return _LEGENDRE[key][index]


def _log2(value: arb) -> int:
    """An integer not much above log2 of a positive ball."""
    return math.ceil(float((value.upper().log() / arb(2).log()).upper())) + 1 if value > 0 else 0


def _tail_radius(activation: Activation, bits: int) -> arb:
    """R such that the integral of sigma^2 phi over |x| > R is at most 4^-(bits + 4)."""
    wanted = arb(4) ** -(bits + 4)
    radius = math.ceil(math.sqrt(4 * math.log(2) * (bits + 8)))
    for _ in range(60):
        if _as_ball(activation.tail_bound(radius, 2, 0)) <= wanted:
            return arb(radius)
        radius = math.ceil(radius * 1.15)
    raise AccuracyError("The tails of this activation are too heavy for so many bits: ask for fewer digits.")


def _as_ball(value: object) -> arb:
    return value if isinstance(value, arb) else ball.constant(value)


def _panels(function: Callable[[acb, bool], acb], start: arb, stop: arb) -> list[_Panel]:
    """Cut [start, stop] until |sigma| is bounded, not wastefully, on the ellipse around each panel."""
    panels: list[_Panel] = []
    pieces = max(1, math.ceil(float(((stop - start) / 2).upper())))
    width = (stop - start) / pieces
    waiting = [(start + width * k, start + width * (k + 1)) for k in range(pieces)]
    while waiting:
        left, right = waiting.pop()
        bound = _ellipse_bound(function, left, right)
        if bound is not None:
            panels.append(_Panel(left, right, bound))
            continue
        if not (right - left) > _SMALLEST_PANEL:
            raise AccuracyError(f"The activation is not analytic near x = {float(left.mid()):.6g}: no bound there.")
        middle = ((left + right) / 2).mid()
        waiting += [(left, middle), (middle, right)]
    return panels


def _ellipse_bound(function: Callable[[acb, bool], acb], left: arb, right: arb) -> arb | None:
    """sup|sigma| on the ellipse (its bounding rectangle), or None if it cannot be bounded there.

    sigma is real on the line, so the upper half is enough.
    """
    with precision(bits=53):
        half, middle = ((right - left) / 2).upper(), ((right + left) / 2).mid()
        wide = half * (_ELLIPSE + arb(1) / _ELLIPSE) / 2 * arb("1.0001")
        tall = half * (_ELLIPSE - arb(1) / _ELLIPSE) / 2 * arb("1.0001")
        largest, on_line = arb(0), arb(0)
        for column in range(_COLUMNS):
            centre = middle + wide * (2 * column + 1 - _COLUMNS) / _COLUMNS
            real = centre + arb(0, (wide / _COLUMNS * arb("1.0001")).upper())
            for row in range(_ROWS):
                imag = tall * (2 * row + 1) / (2 * _ROWS) + arb(0, (tall / (2 * _ROWS) * arb("1.0001")).upper())
                value = function(acb(real, imag), True)
                if not value.is_finite():
                    return None
                size = abs(value).upper()
                largest = largest.max(size)
                if row == 0:
                    on_line = on_line.max(abs(function(acb(centre), False)).upper())
        if largest > arb(2) ** 24 * (1 + on_line):
            return None
        return largest.upper()


def _hermite_bound(middle: arb, half: arb, count: int) -> arb:
    """sup of |He_n(z)/sqrt(n!) phi(z)| on the ellipse around a panel, for all n < count.

    Mehler's formula at z and its conjugate: sum of t^n |h_n(x + iy)|^2 = (1 - t^2)^(-1/2)
    exp(t x^2/(1 + t) + t y^2/(1 - t)), so |h_n phi| <= t^(-n/2) (1 - t^2)^(-1/4) exp(y^2/(2(1 - t)) - x^2/(2(1 + t)))
    / sqrt(2 pi), for any t in (0, 1).

    Source: derived here.
    """
    with precision(bits=53):
        wide = half.upper() * (_ELLIPSE + arb(1) / _ELLIPSE) / 2
        tall = (half.upper() * (_ELLIPSE - arb(1) / _ELLIPSE) / 2).upper()
        nearest = (abs(middle) - wide).lower()
        nearest = nearest if nearest > 0 else arb(0)
        gap = arb(min(0.5, float(tall) / math.sqrt(max(count, 1)) + 1e-9))
        t = 1 - gap
        exponent = tall**2 / (2 * gap) - nearest**2 / (2 * (1 + t)) - t.log() * (count - 1) / 2
        return (exponent.exp() / ((1 - t**2) ** arb("0.25") * (2 * arb.pi()).sqrt())).upper()


def gaussian_integral(activation: Activation, power: int) -> arb:
    """E[sigma(X)^power] for power 1 or 2, as a ball at the current precision.

    Source: derived here.
    """
    bits = working_bits() + 8
    found = GaussianQuadrature(activation, bits)
    return +(found.hermite()[0] if power == 1 else found.second_moment())
