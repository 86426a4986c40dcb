"""`gram_kernel`: the NNGP or NTK kernel of large data, tile by tile, in memory or in a file."""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from deepcond_sym.depth import DepthMap
from deepcond_sym.errors import AccuracyError, InputError

from .pair_map import PairMap, pair_map
from .rows import Rows
from .tile import SIDE, Tile
from .tile_file import TileFile

_BATCH = 1 << 25
"""After so many entries, or so many seconds, what is finished is written to the file and listed."""
_SECONDS = 5.0

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class GramKernel:
    """A kernel matrix and how it was made.

    Where `over_diagonal` is False, `values` is the kernel. Where it is True, `values` is the kernel over its diagonal,
    and K(x_i, y_j) = values[i, j] exp((log_diagonal[i] + log_diagonal_other[j])/2). The logarithms of the kernel of
    each row with itself are there in both cases. `error_bound` bounds the error that the map of the cosine adds to an
    entry, over the diagonal, and is None where none is proved. It does not cover the cosines themselves, which come
    from float64 products: they are off by 2^-53 (width + 8) or so at most, or by that times 1 - |cos| where this is
    below 1e-5. `notes` says what the user should know.

    >>> made = gram_kernel(np.eye(2), DepthMap("erf", 2000, weight_variance=9))
    >>> made.over_diagonal, float(made.values[1, 1]), bool(made.log_diagonal[1] > 710)
    (True, 1.0, True)
    """

    values: np.ndarray
    kernel: str
    over_diagonal: bool
    log_diagonal: np.ndarray
    log_diagonal_other: np.ndarray
    error_bound: float | None
    method: str
    notes: tuple[str, ...] = field(default=())


def gram_kernel(
    data: Any,
    network: DepthMap,
    kernel: str = "ntk",
    other: Any = None,
    *,
    unit_rows: bool = False,
    ratio: bool | None = None,
    out: np.ndarray | str | Path | None = None,
    progress: Progress | None = None,
    threads: int | None = None,
) -> GramKernel:
    """The "nngp" or "ntk" kernel of the rows of `data`, or of these against the rows of `other`: for large data.

    For a few thousand points with a proved error for each entry there are `nngp_matrix` and `ntk_matrix`. `data` and
    `other` are arrays of real numbers (float32 or float64, memory-mapped or not) or paths of .npy files. Rows of any
    norm are taken for homogeneous networks of degree 1 (ReLU, leaky ReLU, |x|, x without biases), where the kernel is
    that of the directions times both norms; else they must have norm 1, or are divided by it with `unit_rows`.
    `ratio` asks for the kernel over its diagonal, which comes by itself where the diagonal leaves float64. `out` is an
    array to be filled, or the path of a .npy file, which grows under a temporary name and goes on after an
    interruption. `progress(done, total)` is called after each tile. `threads` is the number of cores by default.

    Pairs with 1 - |cos| below 1e-5 are recomputed from what is left of one row after projection on the other; parallel
    rows have cosine 1 or -1 exactly, the diagonal that of a point with itself. Raises `InputError` for data that is
    not such an array or has a row that is zero or not finite, and for the tangent kernel of an activation with jumps;
    `AccuracyError` out of range.

    >>> found = gram_kernel(np.array([[1.0, 0.0], [0.0, 2.0]]), DepthMap("relu", 1, weight_variance=2))
    >>> found.values.round(6).tolist()
    [[2.0, 0.63662], [0.63662, 8.0]]

    Source: derived here; the kernels are those of `DepthMap`.
    """
    rows = Rows(data)
    columns = rows if other is None else Rows(other, "the other data")
    if rows.width != columns.width:
        raise InputError(f"The rows of the data have {rows.width} entries and those of the other {columns.width}.")
    if threads is not None and threads < 1:
        raise InputError(f"The number of threads is at least 1, not {threads}.")
    function = pair_map(network, kernel, ratio)
    power = _power(network, (rows, columns), unit_rows)
    tile = Tile(rows, columns, function, 0 if function.over_diagonal else power)
    logs = [function.log_diagonal + 2 * power * np.log(points.norms) for points in (rows, columns)]
    for points, log in zip((rows, columns), logs, strict=True):
        outside = np.flatnonzero(np.abs(log) > 690)
        if power and not function.over_diagonal and len(outside):
            raise AccuracyError(
                f"The norm of row {outside[0]} of {points.name} takes the kernel out of the range of float64: ask for "
                "the ratio."
            )
    shape = (rows.size, columns.size)
    notes: list[str] = []
    file = None
    if isinstance(out, (str, Path)):
        file = TileFile(_target(out), shape, _key(rows, columns, network, function, kernel, power, other is None))
        notes += [file.note] if file.note else []
    values = _array(out, shape) if file is None else file.matrix
    try:
        notes += _run(tile, values, file, progress, threads or os.cpu_count() or 1)
        if file is not None:
            values = file.finish()
    finally:
        if file is not None:
            file.close()
    return GramKernel(
        values, kernel, function.over_diagonal, logs[0], logs[1], function.error_bound, function.name, tuple(notes)
    )


def _run(tile: Tile, values: np.ndarray, file: TileFile | None, progress: Progress | None, threads: int) -> list[str]:
    """All tiles that are missing."""
    done = set() if file is None else file.done
    places = list(tile.places())
    missing = [place for place in places if place not in done]
    tile.prepare()
    finished: list[tuple[int, int]] = []
    count, last = len(places) - len(missing), time.monotonic()
    with _one_blas_thread() as notes, ThreadPoolExecutor(threads) as pool:
        running: dict[Future[None], tuple[int, int]] = {}
        try:
            for place in [*missing, None]:
                if place is not None:
                    running[pool.submit(tile.fill, place, values)] = place
                due = file is not None and (
                    len(finished) * SIDE * SIDE * 2 > _BATCH or time.monotonic() - last > _SECONDS
                )
                while running and (place is None or due or len(running) > 2 * threads):
                    for future in wait(running, return_when=FIRST_COMPLETED).done:
                        future.result()
                        finished.append(running.pop(future))
                        count += 1
                        if progress is not None:
                            progress(count, len(places))
                if file is not None and (due or place is None):
                    file.commit(finished)
                    values, finished, last = file.matrix, [], time.monotonic()
        finally:
            pool.shutdown(cancel_futures=True)
    return notes


def _power(network: DepthMap, points: tuple[Rows, Rows], unit_rows: bool) -> int:
    """The kernel of x and y is that of their directions times (|x| |y|)^power."""
    if unit_rows:
        return 0
    degree = network.activation.homogeneity
    if network.depth == 0 or (degree == 1 and network.bias_variance.value == 0):
        return 1
    if degree == 0:
        return 0
    for rows in points:
        slack = 8 * np.finfo(rows.array.dtype if rows.array.dtype.kind == "f" else np.float64).eps
        off = np.flatnonzero(np.abs(rows.norms - 1) > slack)
        if len(off):
            raise InputError(
                f"Row {off[0]} of {rows.name} has norm {rows.norms[off[0]]:.6g}, and this network ({network}) is not "
                "homogeneous of degree 1 in its input: give rows of norm 1, or have them normalised (unit_rows)."
            )
    return 0


def _array(out: Any, shape: tuple[int, int]) -> np.ndarray:
    if out is None:
        return np.empty(shape)
    if not isinstance(out, np.ndarray) or out.dtype != np.float64 or out.shape != shape or not out.flags.writeable:
        raise InputError(f"out must be a writeable float64 array of shape {shape}, or the path of a .npy file.")
    return out


def _target(out: str | Path) -> Path:
    path = Path(out)
    if path.suffix != ".npy":
        raise InputError(f"The matrix is written as a .npy file: call it {path.name}.npy, say.")
    if not path.parent.is_dir():
        raise InputError(f"There is no folder {path.parent}: make it first.")
    return path


def _key(
    rows: Rows, columns: Rows, network: DepthMap, function: PairMap, kernel: str, power: int, symmetric: bool
) -> str:
    """A hash of all that the numbers depend on."""
    named = {
        "data": [rows.digest(), "symmetric" if symmetric else columns.digest()],
        "network": [str(network.activation.expr), network.depth],
        "variances": [str(network.weight_variance.value), str(network.bias_variance.value)],
        "map": [function.name, kernel, function.over_diagonal, power],
        "tiles": SIDE,
    }
    return hashlib.sha256(json.dumps(named).encode()).hexdigest()


@contextmanager
def _one_blas_thread() -> Iterator[list[str]]:
    """The tiles are spread over threads here; products that start threads of their own would be in their way."""
    try:
        from threadpoolctl import threadpool_limits
    except ImportError:
        yield ["install threadpoolctl, or set OPENBLAS_NUM_THREADS=1: the matrix products start threads of their own"]
        return
    with threadpool_limits(1, user_api="blas"):
        yield []
