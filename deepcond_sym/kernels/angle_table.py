"""`AngleTable`: what a layer does to two inputs of any variances in a range, as a polynomial of three variables."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from deepcond_sym.activations import Activation
from deepcond_sym.errors import AccuracyError

from .float_pieces import float_pieces
from .sector_rule import SectorRule

_TAIL = 4e-15
"""Coefficients below this count as rounding, once three of them follow each other."""
_DROPPED = 1e-15
_ANGLES = (16, 32, 64, 128, 256, 512, 1024)
_NODES = (10, 20, 32, 48, 72, 108, 162, 243)
_CHECKED = 1e-12
_SERIES = 800


class AngleTable:
    """The slope product and its mean, over their own values at theta = 0, at variances q = exp(t), p = exp(s).

    With Tdot = E[sigma'(sqrt(q) X) sigma'(sqrt(p) Y)], X and Y at the angle theta, and n(q) = E[sigma'(sqrt(q) X)^2]:

        tangent(q, p, theta) = Tdot/sqrt(n(q) n(p)),
        mean(q, p, theta) = int_0^theta tangent(., ., x) sin(x) dx/(1 - cos(theta)),

    so that by Price's theorem E[sigma sigma] falls by sqrt(q n(q) p n(p)) (1 - cos(theta)) mean between 0 and theta:
    nothing cancels there. Both are smooth in theta and t where sigma has no bend but at 0, and are interpolated in
    Chebyshev nodes: in theta on [0, pi] (on [0, pi/2] if sigma is odd or even), in t between the ends of `range`, or at
    the variances themselves if `exact` lists them. `embedding` maps t to unit vectors whose inner products are the
    correlations at theta = 0. `measured` is the largest deviation found from a finer quadrature between the nodes; it
    is no bound. Raises `AccuracyError` where the nodes do not suffice.

    >>> from deepcond_sym.activations import activation
    >>> table = AngleTable(activation("erf"), (0.0, 1.0))
    >>> basis = table.basis(np.array([0.0, math.log(2)]))
    >>> tangent, _ = table.evaluate(basis, basis, np.full((2, 2), math.pi / 4), slopes=True)
    >>> bool(abs(tangent[0, 1] - ((5 * 9) / (15 - 4) ** 2) ** 0.25) < 1e-13), table.measured < 1e-13
    (True, True)

    Source: derived here.
    """

    def __init__(self, source: Activation, reach: tuple[float, float], exact: np.ndarray | None = None) -> None:
        self.activation, self.reach, self.exact = source, reach, exact
        self.folded = source.parity is not None
        self._end = math.pi / 2 if self.folded else math.pi
        self._rule = SectorRule(source, math.exp(reach[1]))
        points = self._choose_nodes() if exact is None else exact
        tangent = self._resolve_angle(_Products(self._rule, np.exp(points)))
        if exact is None and len(points) > 1:
            matrix = _transform(len(points))
            tangent = np.einsum("ia,nab,jb->nij", matrix, tangent, matrix, optimize=True)
            tangent = _trimmed(tangent)
        self._tangent = tangent
        mean = np.tensordot(_averaging(len(tangent), self._end), tangent, 1)
        self._mean = mean[: int(np.flatnonzero(np.abs(mean).reshape(len(mean), -1).max(axis=1) > _DROPPED)[-1]) + 1]
        self._width = len(points)
        self._vectors = self._embed()
        self.measured = self._measure()
        del self._rule

    def basis(self, t: np.ndarray) -> np.ndarray:
        """What `evaluate` and `embedding` need of each log variance: one row each."""
        if self.exact is not None:
            return (t[:, None] == self.exact).astype(np.float64)
        low, high = self.reach
        position = np.zeros_like(t) if low == high else np.clip((2 * t - low - high) / (high - low), -1.0, 1.0)
        return np.cos(np.arccos(position)[:, None] * np.arange(self._width))

    def embedding(self, basis: np.ndarray) -> np.ndarray:
        """Unit vectors, one a row."""
        found = basis @ self._vectors
        return found / np.sqrt(np.einsum("ij,ij->i", found, found))[:, None]

    def evaluate(
        self, first: np.ndarray, second: np.ndarray, theta: np.ndarray, *, slopes: bool
    ) -> tuple[np.ndarray | None, np.ndarray]:
        """(tangent or None, mean) at angles theta: for each row of `first` with each row of `second`, or one by one."""
        x = (4.0 / self._end) * theta - 2.0
        powers = self._tangent.shape[1]
        first, second = first[:, :powers], second[:, :powers]
        mean = _clenshaw(self._mean, first, second, x)
        return (_clenshaw(self._tangent, first, second, x) if slopes else None), mean

    def _points(self, count: int) -> np.ndarray:
        low, high = self.reach
        if low == high:
            return np.array([low])
        return (low + high) / 2 + (high - low) / 2 * np.cos(np.pi * (np.arange(count) + 0.5) / count)

    def _choose_nodes(self) -> np.ndarray:
        """As many log variances as it takes to follow the products at a few angles between them."""
        for count in _NODES if self.reach[0] < self.reach[1] else (1,):
            points = self._points(count)
            if count == 1:
                return points
            products, matrix = _Products(self._rule, np.exp(points)), _transform(count)
            vectors = self._line(np.exp(points))
            # Where sigma is shifted, it changes with the variance while its slope need not.
            for followed in (vectors @ vectors.T, *(products(self._end * share) for share in (0.0, 0.12, 0.4, 1.0))):
                found = matrix @ followed @ matrix.T
                if not np.abs(found[-2:]).max() < _TAIL * max(1.0, count / 10):
                    break
            else:
                return points
        raise AccuracyError(
            f"The norms of the rows span too much for {self.activation.name}: variances {math.exp(self.reach[0]):.3g} "
            f"to {math.exp(self.reach[1]):.3g}; leave out the extreme rows."
        )

    def _resolve_angle(self, products: _Products) -> np.ndarray:
        """Chebyshev coefficients in the angle, [power, a, b]."""
        known: dict[float, np.ndarray] = {}
        for count in _ANGLES:
            nodes = (1 + np.cos(np.pi * np.arange(count + 1) / count)) / 2
            for node in nodes:
                if node not in known:
                    known[node] = products(node * self._end)
            coefficients = _cosines(np.array([known[node] for node in nodes]))
            large = np.abs(coefficients).reshape(count + 1, -1).max(axis=1)
            if large[-3:].max() < _TAIL:
                kept = int(np.flatnonzero(large > _DROPPED)[-1]) + 1
                return coefficients[: max(kept, 2)]
        raise AccuracyError(
            f"{self.activation.name} varies too fast at variance {math.exp(self.reach[1]):.3g} for a table of angles: "
            "divide the rows of the data, or normalise them (unit_rows)."
        )

    def _embed(self) -> np.ndarray:
        points = self._points(self._width) if self.exact is None else self.exact
        left, singular, _ = np.linalg.svd(self._line(np.exp(points)), full_matrices=False)
        kept = singular > 1e-16 * singular[0]
        found = left[:, kept] * singular[kept]
        return found if self.exact is not None or len(found) == 1 else _transform(self._width) @ found

    def _line(self, variances: np.ndarray) -> np.ndarray:
        """sigma(sqrt(q) z) times the roots of the weights, over the whole line, as unit vectors."""
        nodes, weights = self._rule.line()
        pieces, arguments = float_pieces(self.activation), np.multiply.outer(np.sqrt(variances), nodes)
        halves = (pieces.values(-arguments, 0), pieces.values(arguments, len(pieces.knots)))
        vectors = np.concatenate([half * np.sqrt(weights) for half in halves], axis=1)
        return vectors / np.sqrt(np.einsum("ij,ij->i", vectors, vectors))[:, None]

    def _measure(self) -> float:
        """Against panels of two thirds the length, at variances and angles between the nodes."""
        low, high = self.reach
        t = low + (high - low) * np.array([0.03, 0.38, 0.71, 1.0]) if self.exact is None else self.exact[:4]
        fine = SectorRule(self.activation, math.exp(high), 1.5)
        scale = np.sqrt(np.diag(fine.slopes(np.exp(t), 0.0)))
        basis, worst = self.basis(t), 0.0
        for share in (0.0, 1e-3, 0.02, 0.17, 0.43, 0.77, 1.0):
            theta = self._end * share
            truth = fine.slopes(np.exp(t), theta) / np.multiply.outer(scale, scale)
            found, _ = self.evaluate(basis, basis, np.full(truth.shape, theta), slopes=True)
            assert found is not None
            worst = max(worst, float(np.abs(found - truth).max()))
        vectors, direct = self.embedding(basis), self._line(np.exp(t))
        worst = max(worst, float(np.abs(vectors @ vectors.T - direct @ direct.T).max()))
        if not worst < _CHECKED:
            raise AccuracyError(
                f"The kernel of {self.activation.name} at variances {math.exp(low):.3g} to {math.exp(high):.3g} was "
                f"only found to {worst:.1g}: divide the rows of the data, or normalise them (unit_rows)."
            )
        return worst


class _Products:
    """theta -> the matrix `tangent` at some variances: by the Hermite series where it converges, else by sectors."""

    def __init__(self, rule: SectorRule, variances: np.ndarray) -> None:
        self._rule, self._variances = rule, variances
        squares = np.diag(rule.slopes(variances, 0.0))
        self._scale = 1 / np.sqrt(squares)
        self._series = rule.coefficients(variances, _SERIES) * self._scale[:, None]
        tail = 1 - (self._series**2).sum(axis=1).min()
        # Below this cosine what is left out of the series is rounding; a tail of a few roundings is none.
        self._most = 2.0 if tail < 8e-15 else (4e-16 / tail) ** (1 / _SERIES)

    def __call__(self, theta: float) -> np.ndarray:
        cosine = math.cos(theta)
        if abs(cosine) > self._most:
            return self._rule.slopes(self._variances, theta) * np.multiply.outer(self._scale, self._scale)
        return (self._series * cosine ** np.arange(_SERIES)) @ self._series.T


def _clenshaw(coefficients: np.ndarray, first: np.ndarray, second: np.ndarray, x: np.ndarray) -> np.ndarray:
    """sum over n of T_n(x/2) (first C_n second^T), entry by entry; for x a list, only the diagonal of the product."""
    if coefficients.shape[1] == 1:
        terms = coefficients[:, 0] if x.ndim == 1 else coefficients
    elif x.ndim == 1:
        terms = ((first @ coefficients) * second).sum(axis=2)
    else:
        terms = (first @ coefficients) @ second.T
    after, last = np.zeros_like(x), np.zeros_like(x)
    for term in terms[:0:-1]:
        after *= -1.0
        after += x * last
        after += term
        after, last = last, after
    return terms[0] + x * last / 2 - after


def _cosines(values: np.ndarray) -> np.ndarray:
    """Chebyshev coefficients from values at the nodes cos(pi j/n), j = 0 .. n."""
    count = len(values) - 1
    mirrored = np.concatenate([values, values[-2:0:-1]])
    found = np.fft.rfft(mirrored, axis=0).real / count
    found[0] /= 2
    found[-1] /= 2
    return found


@lru_cache(64)
def _transform(count: int) -> np.ndarray:
    """From values at the zeros of T_count to the coefficients of T_0 .. T_(count - 1)."""
    angles = np.pi * (np.arange(count) + 0.5) / count
    matrix = np.cos(np.multiply.outer(np.arange(count), angles)) * (2.0 / count)
    matrix[0] /= 2
    return matrix


def _trimmed(tangent: np.ndarray) -> np.ndarray:
    """Without the trailing powers of both log variances that are rounding."""
    large = np.abs(tangent).max(axis=(0, 2))
    kept = int(np.flatnonzero(large > _DROPPED)[-1]) + 1
    return np.ascontiguousarray(tangent[:, :kept, :kept])


@lru_cache(8)
def _averaging(size: int, end: float) -> np.ndarray:
    """From coefficients of f in the angle to those of int_0^theta f(x) sin(x) dx/(1 - cos(theta))."""
    count = size + 24
    angles = end * (1 + np.cos(np.pi * np.arange(count + 1) / count)) / 2
    nodes, weights = np.polynomial.legendre.leggauss(size // 2 + 24)
    rows = np.empty((count + 1, size))
    rows[-1] = np.cos(np.pi * np.arange(size))
    for row, theta in zip(rows[:-1], angles[:-1], strict=True):
        points = theta * (1 + nodes) / 2
        share = weights * theta / 2 * np.sin(points) / (2 * math.sin(theta / 2) ** 2)
        row[:] = share @ np.cos(np.arccos(np.clip(2 * points / end - 1, -1, 1))[:, None] * np.arange(size))
    return _cosines(rows)
