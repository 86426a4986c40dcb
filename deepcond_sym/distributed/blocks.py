"""Blocks of a kernel matrix: a square of tiles is one task of a worker, which needs the rows of two intervals."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from deepcond_sym.errors import AccuracyError, InputError
from deepcond_sym.kernels.gram_problem import GramProblem
from deepcond_sym.kernels.rows import Rows
from deepcond_sym.kernels.tile import SIDE, Tile

MOST_TILES = 8
"""Tiles in a row of a block, at most and by default: 4096 rows, 128 MB of the matrix."""
_KEPT = 4
"""Blocks of rows of a file that a worker keeps."""

MakeTile = Callable[[Rows, Rows], Tile]


@dataclass(frozen=True)
class Block:
    """The block in row i and column j of the blocks; it begins at entry (row, column) of the matrix."""

    i: int
    j: int
    row: int
    column: int


def cut(problem: GramProblem, tiles: int) -> Iterator[Block]:
    """The blocks to be computed, of so many tiles a side: of a symmetric matrix those on and below the diagonal.

    >>> from deepcond_sym.depth import DepthMap
    >>> problem = GramProblem(np.eye(600), DepthMap("relu", 1))
    >>> [(block.row, block.column) for block in cut(problem, 1)]
    [(0, 0), (512, 0), (512, 512)]
    """
    side = tiles * SIDE
    for i in range(-(-problem.shape[0] // side)):
        for j in range(i + 1 if problem.symmetric else -(-problem.shape[1] // side)):
            yield Block(i, j, i * side, j * side)


def parts(data: Any, rows: Rows, tiles: int) -> list[Any]:
    """The rows of each block: where they stand, for a file that the workers read, else the rows themselves.

    >>> [part.shape for part in parts(np.eye(600), Rows(np.eye(600)), 1)]
    [(512, 600), (88, 600)]
    """
    intervals = [(start, min(start + tiles * SIDE, rows.size)) for start in range(0, rows.size, tiles * SIDE)]
    pieces = (rows.array[start:stop] for start, stop in intervals)
    if not isinstance(data, (str, Path)):
        return [np.asarray(piece) for piece in pieces]
    path = str(Path(data).resolve())
    return [
        RowsOfFile(path, start, stop, Rows(piece).digest())
        for (start, stop), piece in zip(intervals, pieces, strict=True)
    ]


@dataclass(frozen=True)
class RowsOfFile:
    """Rows start .. stop - 1 of a .npy file, which every machine sees under the same path, and their digest.

    >>> RowsOfFile("/no/file.npy", 0, 1, "").read()
    Traceback (most recent call last):
    deepcond_sym.errors.InputError: /no/file.npy is not a readable .npy file: No such file or directory
    """

    path: str
    start: int
    stop: int
    digest: str

    def read(self) -> Rows:
        """The rows by a memory map; `InputError` if they are not what they were when the work was given out."""
        try:
            rows = Rows(np.load(self.path, mmap_mode="r", allow_pickle=False)[self.start : self.stop])
        except OSError as error:
            raise InputError(f"{self.path} is not a readable .npy file: {error.strerror or error}") from error
        if rows.digest() != self.digest:
            raise InputError(
                f"Rows {self.start} .. {self.stop - 1} of {self.path} have changed, or are others on this machine: "
                "the file must be the same everywhere, until the matrix is finished."
            )
        return rows


@lru_cache(_KEPT)
def _read(part: RowsOfFile) -> Rows:
    return part.read()


def compute(make_tile: MakeTile, row: int, column: int, first: Any, second: Any = None) -> list[np.ndarray]:
    """The block that begins at this row and column, of each kernel, from the rows in `first` and, off the diagonal, in
    `second`.

    >>> from deepcond_sym.depth import DepthMap
    >>> problem = GramProblem(np.eye(2), DepthMap("relu", 1, weight_variance=2), "nngp")
    >>> compute(problem.make_tile, 0, 0, np.eye(2))[0].round(6).tolist()
    [[1.0, 0.31831], [0.31831, 1.0]]
    """
    x = _rows(first)
    y = x if second is None else _rows(second)
    tile = make_tile(x, y)
    matrices = [np.empty((x.size, y.size)) for _ in tile.function.kernels]
    tile.prepare()
    try:
        for place in tile.places():
            tile.fill(place, *matrices)
    except AccuracyError as error:
        raise AccuracyError(f"{error} (Rows are counted from {row}, and those beside them from {column}.)") from error
    return matrices


def _rows(part: Any) -> Rows:
    return _read(part) if isinstance(part, RowsOfFile) else Rows(part)
