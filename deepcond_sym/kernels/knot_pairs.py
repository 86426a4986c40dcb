"""`KnotPairs`: the layers of a network whose activation is continuous and piecewise linear, with knots anywhere."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from scipy import special

from deepcond_sym.activations import Activation
from deepcond_sym.arithmetic import float64
from deepcond_sym.errors import InputError

from .close_variances import close_variances
from .float_pieces import float_pieces

_NEAR = 0.02
"""Below this 1 - c the fall is integrated; above, it is a difference."""
_REACH = 10.0
_PANELS = 12


class KnotPairs:
    """E[sigma^2] at any variance, and what a layer does to pairs, for sigma = v + s x + sum h (e x - a)_+, e = 1 or -1.

    The knots e a point away from 0, so that nothing cancels at small variances. At large ones the linear parts do:
    values are off by about 1e-16 times the variance.

    >>> from deepcond_sym.activations import activation
    >>> moment, ratio = KnotPairs(activation("hard_tanh")).moments(np.array([-20.0, 20.0]))
    >>> np.round(moment, 4).tolist(), np.round(ratio, 8).tolist()
    ([-20.0, -0.0], [1.0, 17575.00140412])
    """

    way = "bivariate normal probabilities"
    measured = 0.0

    def __init__(self, source: Activation) -> None:
        if not source.is_piecewise_polynomial or source.jumps:
            raise InputError(f"{source.name} is not continuous and piecewise linear.")
        self.activation, self.parity = source, source.parity
        self.pieces = float_pieces(source)
        knots = self.pieces.knots
        slopes = [float(self.pieces.slopes(np.zeros(1), k)[0]) for k in range(len(knots) + 1)]
        middle = sum(knot < 0 for knot in knots)
        self.level, self.slope = float(self.pieces.values(np.zeros(1), middle)[0]), slopes[middle]
        self.sides = [math.copysign(1.0, knot) if knot else 1.0 for knot in knots]
        self.distances = [abs(knot) for knot in knots]
        self.bends = [right - left for left, right in pairwise(slopes)]

    def moments(self, t: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """log E[sigma(sqrt(q) X)^2], and q E[sigma'(sqrt(q) X)^2] over that mean."""
        second, slope, _ = self.means(t)
        return np.log(second) + t, slope / second

    def means(self, t: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """E[f^2], E[f'^2] for f(z) = sigma(sqrt(q) z)/sqrt(q), and the metric of `close_variances`."""
        root = np.exp(t / 2)
        ends = np.clip(np.divide.outer(np.array([-np.inf, *self.pieces.knots, np.inf]), root), -_REACH, _REACH)
        nodes, weights = np.polynomial.legendre.leggauss(16)
        places = (np.arange(_PANELS)[:, None] + (1 + nodes) / 2).ravel() / _PANELS
        shares = np.tile(weights / 2, _PANELS) / _PANELS
        sums = np.zeros((4, len(t)))
        for piece, (low, high) in enumerate(pairwise(ends)):
            z = low[:, None] + np.multiply.outer(high - low, places)
            measure = np.exp(-(z**2) / 2) * shares * (high - low)[:, None] / math.sqrt(2 * math.pi)
            rate = float(self.pieces.slopes(np.zeros(1), piece)[0])
            f = self.pieces.values(root[:, None] * z, piece) / root[:, None]
            for total, values in zip(sums, (f * f, rate**2, (rate * z) ** 2, rate * z * f), strict=True):
                total += (values * measure).sum(axis=1)
        second, slope, stretched, mixed = sums
        return second, slope, stretched / second / 4 - (mixed / second / 2) ** 2

    def layers(self, variances: Sequence[np.ndarray]) -> list[KnotLayer]:
        """One layer for each array of log variances of its inputs."""
        return [KnotLayer(self, t) for t in variances]


class KnotLayer:
    """One layer; see `AngleLayer`.

    >>> from deepcond_sym.activations import activation
    >>> layer = KnotLayer(KnotPairs(activation("hard_tanh")), np.array([-40.0, -39.0]))
    >>> half = np.array([0.5])
    >>> [np.round(found, 9).tolist() for found in layer.block(np.array([0]), np.array([1]), half, half, True)]
    [[0.0], [0.5], [1.0]]

    Source: the bivariate normal integral by owen1956; derived here.
    """

    def __init__(self, pairs: KnotPairs, t: np.ndarray) -> None:
        self._pairs, self._t = pairs, t
        self._second, self._slope, self._metric = pairs.means(t)

    def block(
        self, first: np.ndarray, second: np.ndarray, c: np.ndarray, w: np.ndarray, slopes: bool
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
        """Mismatch, fall and tangent, as in `AngleLayer.block`."""
        folded = self._pairs.parity is not None
        u = w if folded else np.where(c < 0, 2 - w, w)
        v = 2 - w if folded else np.where(c < 0, w, 2 - w)
        t, s = self._t[first], self._t[second]
        roots = np.sqrt(self._slope[first] * self._slope[second])
        full = self._product(t, s)
        direct = 1 - full / np.sqrt(self._second[first] * self._second[second])
        mismatch = close_variances(direct, t, s, (self._metric[first], self._metric[second]))
        tangent, fall = self._slopes_and_fall(t, s, u, v)
        return mismatch, fall / roots, tangent / roots if slopes else None

    def _knots(self, t: np.ndarray, s: np.ndarray) -> list[tuple[float, float, np.ndarray, np.ndarray]]:
        """(bend product, same side?, a, b) for all pairs of knots, at both standard deviations."""
        p, x, y = self._pairs, np.exp(-t / 2), np.exp(-s / 2)
        return [
            (h * k, e * d, a * x, b * y)
            for h, e, a in zip(p.bends, p.sides, p.distances, strict=True)
            for k, d, b in zip(p.bends, p.sides, p.distances, strict=True)
        ]

    def _single(self, t: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """v/sqrt(q), sum h E[(z - a)_+] and sum h e P(z > a)."""
        p, x = self._pairs, np.exp(-t / 2)
        means, chances = np.zeros_like(t), np.zeros_like(t)
        for h, e, a in zip(p.bends, p.sides, p.distances, strict=True):
            means += h * (float64.normal_pdf(a * x) - a * x * special.ndtr(-a * x))
            chances += h * e * special.ndtr(-a * x)
        return p.level * x, means, chances

    def _product(self, t: np.ndarray, s: np.ndarray) -> np.ndarray:
        """E[f g] at c = 1, f and g as in `KnotPairs.means`."""
        (v, means, chances), (o, others, odds) = self._single(t), self._single(s)
        slope = self._pairs.slope
        total = v * o + v * others + means * o + slope**2
        total += slope * (chances + odds)
        for bend, side, a, b in self._knots(t, s):
            if side > 0:
                far = np.maximum(a, b)
                total += bend * ((1 + a * b) * special.ndtr(-far) + (far - a - b) * float64.normal_pdf(far))
        return total

    def _slopes_and_fall(
        self, t: np.ndarray, s: np.ndarray, u: np.ndarray, v: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """E[f' g'] at c = 1 - u, and the fall of E[f g] from c = 1 to there; v = 2 - u."""
        chances, odds = self._single(t)[2], self._single(s)[2]
        slope = self._pairs.slope
        tangent = slope**2 + slope * (chances + odds)
        fall = tangent * u
        knots = self._knots(t, s)
        far = u > _NEAR
        for bend, side, a, b in knots:
            a, b = np.broadcast_to(a, u.shape), np.broadcast_to(b, u.shape)
            x, y = (u, v) if side > 0 else (v, u)
            chance = _chance(a, b, x, y)
            tangent = tangent + bend * side * chance
            product = _excess(a[far], b[far], x[far], y[far], chance[far])
            if side > 0:
                most = np.maximum(a[far], b[far])
                top = (1 + a[far] * b[far]) * special.ndtr(-most)
                top += (most - a[far] - b[far]) * float64.normal_pdf(most)
            else:
                top = 0.0
            fall[far] += bend * (top - product)
        near = ~far
        if near.any():
            fall[near] = u[near] * tangent[near]
            theta = 2 * np.arcsin(np.sqrt(u[near] / 2))
            for place, weight in zip(*np.polynomial.legendre.leggauss(20), strict=True):
                angle = theta * (1 + place) / 2
                below = 2 * np.sin(angle / 2) ** 2
                for bend, side, a, b in knots:
                    a, b = np.broadcast_to(a, u.shape)[near], np.broadcast_to(b, u.shape)[near]
                    x, y = (below, 2 - below) if side > 0 else (2 - below, below)
                    fall[near] += bend * weight * theta / 2 * below * _bell(a, b, x, y)
        return tangent, fall


def _bell(a: np.ndarray, b: np.ndarray, u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """The density of (X, Y) at (a, b) times sin(theta), for correlation 1 - u and v = 2 - u."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore", under="ignore"):
        spread = np.where(a == b, 0.0, (a - b) ** 2 / (2 * u * v))
        level = np.where(a * b == 0, 0.0, a * b / v)
        return np.exp(-spread - level) / (2 * math.pi)


def _chance(a: np.ndarray, b: np.ndarray, u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """P(X > a, Y > b) for a, b >= 0, correlation 1 - u, v = 2 - u."""
    sine = np.sqrt(u * v)
    total = (special.ndtr(-a) + special.ndtr(-b)) / 2
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        for h, k in ((a, b), (b, a)):
            tilt = ((k - h) + u * h) / (h * sine)
            # At h = k = 0, and on the diagonal at u = 0, the limits; T(0, a) = atan(a)/(2 pi).
            tilt = np.where(h == k, np.sqrt(u / v), tilt)
            total = total - np.where(h == 0, np.arctan(tilt) / (2 * math.pi), special.owens_t(h, tilt))
    return total


def _excess(a: np.ndarray, b: np.ndarray, u: np.ndarray, v: np.ndarray, chance: np.ndarray) -> np.ndarray:
    """E[(X - a)_+ (Y - b)_+] for a, b >= 0."""
    sine = np.sqrt(u * v)
    total = (1 - u + a * b) * chance + sine**2 * _bell(a, b, u, v) / np.where(sine == 0, 1.0, sine)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        for h, k in ((a, b), (b, a)):
            tilt = ((k - h) + u * h) / sine
            tilt = np.where(h == k, np.where(h == 0, 0.0, h * np.sqrt(u / v)), tilt)
            total = total - k * float64.normal_pdf(h) * special.ndtr(-tilt)
    return total
