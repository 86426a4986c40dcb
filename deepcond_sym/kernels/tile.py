"""`Tile`: a square piece of a kernel matrix, from the rows to the numbers."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence

import numpy as np

from deepcond_sym.errors import AccuracyError

from .compiled_loops import CLOSE, LOST, NEAR, mirror
from .near_pairs import complements
from .pair_map import PairMap
from .rows import Rows

SIDE = 512
"""Rows and columns of a tile."""
_STRIP = 64
"""Rows that the map gets at once."""
_PAIRS = 1 << 19
"""Entries of rows that are compared at once."""


class Tile:
    """How the entries at rows i SIDE .. and columns j SIDE .. are computed; one object for all tiles.

    Entries are the values of the map at the cosine and the norms of two points, in one matrix for each kernel of the
    map. If the columns are the rows, only tiles on and below the diagonal are computed, and each is written twice.

    >>> from deepcond_sym.depth import DepthMap
    >>> from .pair_map import pair_map
    >>> rows = Rows(np.eye(3))
    >>> tile, values = Tile(rows, rows, pair_map(DepthMap("relu", 1, weight_variance=2), "ntk")), np.empty((3, 3))
    >>> [tile.fill(place, values) for place in tile.places()]
    [None]
    >>> values.round(3).tolist()
    [[2.0, 0.318, 0.318], [0.318, 2.0, 0.318], [0.318, 0.318, 2.0]]
    """

    def __init__(self, rows: Rows, columns: Rows, function: PairMap) -> None:
        self.rows, self.columns, self.function = rows, columns, function
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

    def fill(self, place: tuple[int, int], *targets: np.ndarray) -> None:
        """Compute one tile of each kernel and write it to its place in the matrix, one target for each."""
        i, j = (start * SIDE for start in place)
        i_stop, j_stop = min(i + SIDE, self.rows.size), min(j + SIDE, self.columns.size)
        places = [np.asarray(target)[i:i_stop, j:j_stop] for target in targets]
        outs = [self._buffer(1 + k, at.shape) if not _in_rows(at) else at for k, at in enumerate(places)]
        self._entries(i, j, outs)
        for at, out in zip(places, outs, strict=True):
            if at is not out:
                at[:] = out
        if self.symmetric and i != j:
            for target, out in zip(targets, outs, strict=True):
                _mirrored(out, np.asarray(target)[j:j_stop, i:i_stop])

    def _entries(self, row: int, column: int, outs: Sequence[np.ndarray]) -> None:
        """The entries of the tile that begins at that row and column of the matrix."""
        height, width = outs[0].shape
        x, y = self.rows.unit(row, row + height), self.columns.unit(column, column + width)
        cosines = self._buffer(0, (height, width))
        np.matmul(x, y.T, out=cosines)
        first, second = self.rows.norms[row : row + height], self.columns.norms[column : column + width]
        diagonal = self.symmetric and row == column
        if diagonal:
            np.fill_diagonal(cosines, 0.0)
        for top in range(0, height, _STRIP):
            bottom = min(top + _STRIP, height)
            right = bottom if diagonal else width
            strip, parts = cosines[top:bottom, :right], [out[top:bottom, :right] for out in outs]
            met = self.function.fill(strip, first[top:bottom], second[:right], parts)
            if met & CLOSE:
                self._recompute(strip, row + top, column, parts)
            if met & LOST:
                self._refuse(row + top, column, parts)
            if diagonal:
                for part, own in zip(parts, self.function.diagonal(first[top:bottom]), strict=True):
                    corner = part[:, top:]
                    np.fill_diagonal(corner, own)
                    np.copyto(corner, corner.T.copy(), where=np.triu(np.ones(corner.shape, dtype=bool), 1))
                for part, out in zip(parts, outs, strict=True):
                    if top:
                        _mirrored(part[:, :top], out[:top, top:bottom])

    def _recompute(self, cosines: np.ndarray, row: int, column: int, outs: Sequence[np.ndarray]) -> None:
        """The values of nearly parallel rows anew; on a tile of the diagonal only below it."""
        first, second = np.nonzero(~(1.0 - np.abs(cosines) >= NEAR))
        if self.symmetric and row // SIDE == column // SIDE:
            below = first + row > second + column
            first, second = first[below], second[below]
        step = max(1, _PAIRS // self.rows.width)
        for start in range(0, len(first), step):
            i, j = first[start : start + step], second[start : start + step]
            u = complements(self.rows.take(i + row), self.columns.take(j + column))
            rho = np.copysign(1.0 - u, cosines[i, j])
            found = self.function.values(rho, u, self.rows.norms[i + row], self.columns.norms[j + column])
            for out, values in zip(outs, found, strict=True):
                out[i, j] = values

    def _refuse(self, row: int, column: int, outs: Sequence[np.ndarray]) -> None:
        for out in outs:
            if not np.isfinite(out).all():
                at, beside = np.argwhere(~np.isfinite(out))[0]
                raise AccuracyError(
                    f"The kernel of rows {row + at} and {column + beside} is out of the range of float64: ask for the "
                    "ratio, or divide the data by a power of two."
                )

    def _buffer(self, number: int, shape: tuple[int, ...]) -> np.ndarray:
        """A tile's worth of memory that belongs to the thread."""
        kept = self._local.__dict__.setdefault("buffers", {})
        if number not in kept:
            kept[number] = np.empty(SIDE * SIDE)
        return kept[number][: shape[0] * shape[1]].reshape(shape)


def _in_rows(array: np.ndarray) -> bool:
    """Whether the loops can write there: aligned, entry by entry along the rows."""
    return array.flags.aligned and array.strides[1] == array.itemsize and array.strides[0] > 0


def _mirrored(source: np.ndarray, target: np.ndarray) -> None:
    if _in_rows(target):
        mirror(source, target)
    else:
        target[:] = source.T
