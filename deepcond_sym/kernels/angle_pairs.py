"""`AnglePairs`: the layers of a network whose activation has no bend but at 0, by tables of angles."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from deepcond_sym.activations import Activation

from .angle_table import AngleTable
from .float_pieces import float_pieces
from .sector_rule import SectorRule

_FEW = 12
"""So many different variances are interpolated in themselves."""
_JOINED = 0.7
"""Layers whose log variances together span less than that, or little more than one of them, share a table."""
_GRID = 4
"""Ranges of log variances are widened to quarters."""
_CHUNK = 1 << 21


class AnglePairs:
    """E[sigma^2] at any variance q = exp(t), and what a layer does to pairs of inputs; see `AngleTable`.

    For sigma homogeneous of degree k, E_q[sigma^2] = q^k E_1[sigma^2] and the angle alone matters.

    >>> from deepcond_sym.activations import activation
    >>> moment, ratio = AnglePairs(activation("relu")).moments(np.array([math.log(3)]))
    >>> bool(abs(moment[0] - math.log(1.5)) < 1e-15), bool(abs(ratio[0] - 1) < 1e-14)
    (True, True)
    """

    way = "tables in the angle and both norms"

    def __init__(self, source: Activation) -> None:
        self.activation, self.parity = source, source.parity
        self._degree = None if source.homogeneity is None else float(source.homogeneity)
        self._tables: list[AngleTable] = []

    @property
    def measured(self) -> float:
        """The largest deviation that the tables have found between their nodes."""
        return max((table.measured for table in self._tables), default=0.0)

    def moments(self, t: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """log E[sigma(sqrt(q) X)^2], and q E[sigma'(sqrt(q) X)^2] over that mean."""
        if self._degree is not None:
            second, slope = self._means(np.zeros(1))
            return np.log(second) + self._degree * t, np.full_like(t, (slope / second).item())
        distinct, back = np.unique(t, return_inverse=True)
        second, slope = self._means(distinct)
        return np.log(second)[back], (np.exp(distinct) * slope / second)[back]

    def _means(self, t: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        pieces = float_pieces(self.activation)
        nodes, weights = SectorRule(self.activation, math.exp(t.max())).line()
        second, slope = np.zeros(len(t)), np.zeros(len(t))
        step = max(1, _CHUNK // len(nodes))
        for start in range(0, len(t), step):
            part = slice(start, start + step)
            arguments = np.multiply.outer(np.exp(t[part] / 2), nodes)
            for points, piece in ((arguments, len(pieces.knots)), (-arguments, 0)):
                second[part] += pieces.values(points, piece) ** 2 @ weights
                slope[part] += pieces.slopes(points, piece) ** 2 @ weights
        return second, slope

    def layers(self, variances: Sequence[np.ndarray]) -> list[AngleLayer]:
        """One layer for each array of log variances of its inputs; neighbours share tables where they can."""
        if self._degree is not None:
            variances = [np.zeros_like(t) for t in variances]
        layers: list[AngleLayer] = []
        start = 0
        while start < len(variances):
            low, high = variances[start].min(), variances[start].max()
            allowed, stop = max(_JOINED, 1.1 * (high - low)), start + 1
            while stop < len(variances):
                least, most = min(low, variances[stop].min()), max(high, variances[stop].max())
                together = len(np.unique(np.concatenate(variances[start : stop + 1])))
                if most - least > allowed or (most - least > _JOINED and together > _FEW):
                    break
                low, high, stop = least, most, stop + 1
            table = self._table(np.unique(np.concatenate(variances[start:stop])))
            layers += [AngleLayer(table, t) for t in variances[start:stop]]
            start = stop
        return layers

    def _table(self, t: np.ndarray) -> AngleTable:
        low, high = float(t[0]), float(t[-1])
        if low == high or len(t) <= _FEW:
            table = AngleTable(self.activation, (low, high), t if low < high else None)
        else:
            table = _shared(self.activation, math.floor(low * _GRID) / _GRID, math.ceil(high * _GRID) / _GRID)
        self._tables.append(table)
        return table


@lru_cache(32)
def _shared(source: Activation, low: float, high: float) -> AngleTable:
    """The last tables of ranges: other data and other layers find them made."""
    return AngleTable(source, (low, high))


class AngleLayer:
    """One layer: a table, and the log variances of all inputs.

    >>> from deepcond_sym.activations import activation
    >>> (layer,) = AnglePairs(activation("identity")).layers([np.zeros(2)])
    >>> layer.block(np.array([0]), np.array([1]), np.array([0.6]), np.array([0.4]), True)
    (array([0.]), array([0.4]), array([1.]))
    """

    def __init__(self, table: AngleTable, t: np.ndarray) -> None:
        self._table, self._t = table, t

    def block(
        self, first: np.ndarray, second: np.ndarray, c: np.ndarray, w: np.ndarray, slopes: bool
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
        """For inputs of these numbers at correlations c, w = 1 - |c|, three arrays of the shape of c.

        The numbers are a column and a row, for all pairs of them, or two lists as long as c.

        With E0 = E[sigma sigma] at c = 1: 1 - E0/root, E[sigma sigma]'s fall from E0 over the slope root (for sigma odd
        or even at |c| instead of c), and Tdot over its root; each root is that of the product of both inputs' own.
        """
        table = self._table
        left, right = table.basis(self._t[first.ravel()]), table.basis(self._t[second.ravel()])
        theta = 2 * np.arcsin(np.sqrt(w / 2))
        fall = w
        if not table.folded:
            theta = np.where(c < 0, math.pi - theta, theta)
            fall = np.where(c < 0, 2 - w, w)
        tangent, mean = table.evaluate(left, right, theta, slopes=slopes)
        mismatch = np.zeros_like(c)
        for a, b in zip(table.embedding(left).T, table.embedding(right).T, strict=True):
            mismatch += (a.reshape(first.shape) - b.reshape(second.shape)) ** 2
        return mismatch / 2, fall * mean, tangent
