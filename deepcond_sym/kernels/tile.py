"""`Tile`: a square piece of a kernel matrix, from the rows to the numbers."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import numpy as np

from deepcond_sym.errors import AccuracyError

from .near_pairs import complements
from .pair_map import PairMap
from .rows import Rows

SIDE = 512
"""Rows and columns of a tile: its cosines fit into the second-level cache of most processors."""
_BLOCK = 1 << 13
"""Entries that the map gets at once, so that its intermediate arrays stay in the cache."""
_NEAR = 1e-5
"""Pairs with 1 - |cos| below this are recomputed: the product has lost more than five digits of it."""
_PAIRS = 1 << 19
"""Entries of rows that are compared at once."""


class Tile:
    """How the entries at rows i SIDE .. and columns j SIDE .. are computed; one object for all tiles.

    Entries are (|x| |y|)^power f(cos(x, y)), f the map. If the columns are the rows, only tiles on and below the
    diagonal are computed, and each is written twice.

    >>> from deepcond_sym.depth import DepthMap
    >>> from .pair_map import pair_map
    >>> rows = Rows(np.eye(3))
    >>> tile, values = Tile(rows, rows, pair_map(DepthMap("relu", 1, weight_variance=2), "ntk"), 1), np.empty((3, 3))
    >>> [tile.fill(place, values) for place in tile.places()]
    [None]
    >>> values.round(3).tolist()
    [[2.0, 0.318, 0.318], [0.318, 2.0, 0.318], [0.318, 0.318, 2.0]]
    """

    def __init__(self, rows: Rows, columns: Rows, function: PairMap, power: int) -> None:
        self.rows, self.columns, self.function, self.power = rows, columns, function, power
        self.symmetric = rows is columns
        self._local = threading.local()

    def places(self) -> Iterator[tuple[int, int]]:
        """The tiles to be computed."""
        for i in range(-(-self.rows.size // SIDE)):
            for j in range(i + 1 if self.symmetric else -(-self.columns.size // SIDE)):
                yield i, j

    def prepare(self) -> None:
        """Make what all threads share."""
        self.rows.prepare()
        self.columns.prepare()

    def fill(self, place: tuple[int, int], target: np.ndarray) -> None:
        """Compute one tile and write it to its place in the matrix."""
        i, j = (start * SIDE for start in place)
        i_stop, j_stop = min(i + SIDE, self.rows.size), min(j + SIDE, self.columns.size)
        x, y = self.rows.unit(i, i_stop), self.columns.unit(j, j_stop)
        tile = self._buffer(len(x), len(y))
        np.matmul(x, y.T, out=tile)
        step = max(1, _BLOCK // len(y))
        for start in range(0, len(x), step):
            part = tile[start : start + step]
            part[:] = self._entries(part, i + start, j)
        if self.symmetric and i == j:
            upper = np.triu_indices(len(x), 1)
            tile[upper] = tile.T[upper]
        target[i:i_stop, j:j_stop] = tile
        if self.symmetric and i != j:
            target[j:j_stop, i:i_stop] = tile.T

    def _entries(self, cosines: np.ndarray, row: int, column: int) -> np.ndarray:
        """The entries at these cosines, which begin at that row and column of the matrix."""
        u = 1.0 - np.abs(cosines)
        if u.min() < _NEAR:
            self._recompute(cosines, u, row, column)
        height, width = cosines.shape
        values = self.function.values(cosines.ravel(), u.ravel()).reshape(height, width)
        if self.symmetric:
            here = np.arange(max(row, column), min(row + height, column + width))
            values[here - row, here - column] = self.function.at_one
        if self.power:
            values *= self.rows.norms[row : row + height, None] ** self.power
            values *= self.columns.norms[None, column : column + width] ** self.power
        if not np.isfinite(values).all():
            at, beside = np.argwhere(~np.isfinite(values))[0]
            raise AccuracyError(
                f"The kernel of rows {row + at} and {column + beside} is out of the range of float64: ask for the "
                "ratio, or divide the data by a power of two."
            )
        return values

    def _recompute(self, cosines: np.ndarray, u: np.ndarray, row: int, column: int) -> None:
        """Complements of nearly parallel rows anew, in place."""
        first, second = np.nonzero(u < _NEAR)
        if self.symmetric:
            itself = first + row == second + column
            cosines[first[itself], second[itself]], u[first[itself], second[itself]] = 1.0, 0.0
            # On the diagonal tile only what lies below counts.
            kept = first + row > second + column
            skipped = ~kept & ~itself
            cosines[first[skipped], second[skipped]], u[first[skipped], second[skipped]] = 1.0, 0.0
            first, second = first[kept], second[kept]
        step = max(1, _PAIRS // self.rows.width)
        for start in range(0, len(first), step):
            i, j = first[start : start + step], second[start : start + step]
            found = complements(self.rows.take(i + row), self.columns.take(j + column))
            u[i, j] = found
            cosines[i, j] = np.copysign(1.0 - found, cosines[i, j])

    def _buffer(self, height: int, width: int) -> np.ndarray:
        """A tile's worth of memory that belongs to the thread."""
        kept = getattr(self._local, "buffer", None)
        if kept is None:
            kept = self._local.buffer = np.empty(SIDE * SIDE)
        return kept[: height * width].reshape(height, width)
