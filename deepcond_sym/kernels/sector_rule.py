"""`SectorRule`: Gaussian means of a function that is bent at 0 only, by panels in polar coordinates."""

from __future__ import annotations

import math

import numpy as np

from deepcond_sym.activations import Activation

from .float_pieces import float_pieces
from .graded_rule import graded_rule

_CHUNK = 1 << 15


class SectorRule:
    """E[sigma'(sqrt(q) X) sigma'(sqrt(p) Y)] for all q, p in a list, X and Y standard normal at the angle theta.

    In polar coordinates the lines X = 0 and Y = 0 cut the plane into sectors; within each the integrand is as smooth as
    the pieces of sigma. The panels shrink towards these lines and towards the origin to the size 1/sqrt(q) of what
    sigma shows there. `fineness` shortens all panels. sigma may be bent at 0 only.

    >>> from deepcond_sym.activations import activation
    >>> rule = SectorRule(activation("relu"), 4.0)
    >>> bool(abs(rule.slopes(np.array([1.0, 4.0]), math.pi / 3)[0, 1] - 1 / 3) < 1e-15)
    True

    Source: derived here.
    """

    def __init__(self, source: Activation, most: float, fineness: float = 1.0) -> None:
        self._pieces = float_pieces(source)
        self._last = len(self._pieces.knots)
        self._scale = 0.5 / max(1.0, math.sqrt(most)) / fineness
        self._parity = source.parity
        growth = source.growth
        degree, linear, rate = (float(v) for v in (growth.degree, growth.linear_rate, growth.gaussian_rate))
        # A polynomial of degree k in cos(t) has k oscillations; what is not a polynomial counts as one of low degree.
        self._turn = 0.6 / (1.0 + max(degree, 0.0) / 8) / fineness
        self._widest = 1.2 / (1.0 + max(degree, 0.0) / 40) / fineness
        room = 1.0 - 4.0 * max(rate, 0.0) * most
        self.reach = (9.0 + math.sqrt(4 * max(degree, 0.0)) + 2 * max(linear, 0.0) * math.sqrt(most)) / math.sqrt(room)
        radii, weights = graded_rule(0.0, self.reach, 2 * self._scale, 2.0, 1.5 * self._widest)
        self._radii, self._radial = radii, weights * radii * np.exp(-(radii**2) / 2)

    def line(self) -> tuple[np.ndarray, np.ndarray]:
        """Nodes z > 0 and weights of the mean over half of the line: sum w f(z) = E[f(X); X > 0]."""
        nodes, weights = graded_rule(0.0, self.reach, self._scale, 2.0, self._widest)
        return nodes, weights * np.exp(-(nodes**2) / 2) / math.sqrt(2 * math.pi)

    def coefficients(self, variances: np.ndarray, count: int) -> np.ndarray:
        """a_0 .. a_(count - 1) of sigma'(sqrt(q) x) in the orthonormal Hermite polynomials, one row a variance."""
        # The functions h_n exp(-x^2/4) oscillate about sqrt(n)/pi times a unit of length.
        widest = min(self._widest, 10.0 / math.sqrt(count))
        nodes, weights = graded_rule(0.0, 1.45 * self.reach, self._scale, 2.0, widest)
        roots = np.sqrt(variances)
        above = self._slope(roots, nodes, False)
        signs = {"odd": 1.0, "even": -1.0}
        below = signs[self._parity] * above if self._parity else self._slope(roots, -nodes, True)
        measure = weights * np.exp(-(nodes**2) / 4) * (2 * math.pi) ** -0.25
        even, odd = (above + below) * measure, (above - below) * measure
        previous, current = np.zeros_like(nodes), np.exp(-(nodes**2) / 4) * (2 * math.pi) ** -0.25
        rows = np.empty((count, len(nodes)))
        for n in range(count):
            rows[n] = current
            following = (nodes * current - math.sqrt(n) * previous) / math.sqrt(n + 1)
            previous, current = current, following
        found = np.empty((len(roots), count))
        found[:, ::2], found[:, 1::2] = even @ rows[::2].T, odd @ rows[1::2].T
        return found

    def slopes(self, variances: np.ndarray, theta: float) -> np.ndarray:
        """The matrix of E[sigma'(sqrt(q_a) X) sigma'(sqrt(q_b) Y)], Y = X cos(theta) + Z sin(theta)."""
        roots = np.sqrt(variances)
        total = np.zeros((len(roots), len(roots)))
        # X > 0; in the first sector Y < 0, of angle theta from Y = 0, where x is sin(t) and y is -sin(theta - t).
        for width, side in ((theta, -1.0), (math.pi - theta, 1.0)):
            angles, weights = graded_rule(0.0, width, self._scale, self._scale, self._turn)
            if not len(angles):
                continue
            first, second = np.sin(angles), side * np.sin(width - angles)
            step = max(1, _CHUNK // (len(angles) * len(roots)))
            for start in range(0, len(self._radii), step):
                part = slice(start, start + step)
                measure = np.multiply.outer(self._radial[part], weights).ravel()
                x = np.multiply.outer(self._radii[part], first).ravel()
                y = np.multiply.outer(self._radii[part], second).ravel()
                total += self._products(roots, x, y, measure)
        return total / (2 * math.pi)

    def _products(self, roots: np.ndarray, x: np.ndarray, y: np.ndarray, measure: np.ndarray) -> np.ndarray:
        """sum of measure (s(q x) s(p y) + s(-q x) s(-p y)), where x > 0 and y keeps its sign."""
        negative = bool(y[0] < 0)
        a = self._slope(roots, x, False)
        b = self._slope(roots, y, negative)
        result = (a * measure) @ b.T
        if self._parity is not None:
            return 2 * result
        a = self._slope(roots, -x, True)
        b = self._slope(roots, -y, not negative)
        return result + (a * measure) @ b.T

    def _slope(self, roots: np.ndarray, points: np.ndarray, negative: bool) -> np.ndarray:
        return self._pieces.slopes(np.multiply.outer(roots, points), 0 if negative else self._last)
