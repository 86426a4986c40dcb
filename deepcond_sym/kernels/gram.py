"""`gram_kernel`: the NNGP or NTK kernel of large data, tile by tile, in memory or in a file."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, overload

import numpy as np

from deepcond_sym.depth import DepthMap
from deepcond_sym.errors import InputError

from .blas_threads import one_blas_thread
from .gram_problem import GramProblem
from .rows import cosine_error
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
    from float64 products: `cosine_error` bounds what these are off by, for 1 - |cos| from 1e-5 on. `notes` says what
    the user should know.

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
    cosine_error: float | None = None


@overload
def gram_kernel(
    data: Any, network: DepthMap, kernel: Literal["both"], other: Any = None, *, unit_rows: bool = False,
    ratio: bool | None = None, out: Any = None, progress: Progress | None = None, threads: int | None = None,
) -> tuple[GramKernel, GramKernel]: ...  # fmt: skip


@overload
def gram_kernel(
    data: Any, network: DepthMap, kernel: Literal["nngp", "ntk"] = "ntk", other: Any = None, *,
    unit_rows: bool = False, ratio: bool | None = None, out: Any = None, progress: Progress | None = None,
    threads: int | None = None,
) -> GramKernel: ...  # fmt: skip


@overload
def gram_kernel(
    data: Any, network: DepthMap, kernel: str, other: Any = None, *, unit_rows: bool = False,
    ratio: bool | None = None, out: Any = None, progress: Progress | None = None, threads: int | None = None,
) -> Any: ...  # fmt: skip


def gram_kernel(
    data: Any,
    network: DepthMap,
    kernel: str = "ntk",
    other: Any = None,
    *,
    unit_rows: bool = False,
    ratio: bool | None = None,
    out: Any = None,
    progress: Progress | None = None,
    threads: int | None = None,
) -> GramKernel | tuple[GramKernel, GramKernel]:
    """The "nngp" or "ntk" kernel of the rows of `data`, or of these against the rows of `other`: for large data.

    "both" returns the two of them, for the cosines computed once. For a few thousand points with a proved error for
    each entry there are `nngp_matrix` and `ntk_matrix`. `data` and `other` are arrays of real numbers (float32 or
    float64, memory-mapped or not) or paths of .npy files. Rows may have any norm but 0; with `unit_rows` they are
    divided by it. Rows of norm 1, and all rows for homogeneous networks of degree 1 (ReLU, leaky ReLU, |x|, x without
    biases), go through the map of the cosine, at any depth in the same time. Elsewhere the layers are followed one by
    one for every pair of norms (`NormMap`): no error is proved then, a note says what was measured, and bends away from
    0 are taken in piecewise linear activations only. `ratio` asks for the kernel over its diagonal, which comes by
    itself where the diagonal leaves float64. `out` is an array to be filled, or the path of a .npy file, which grows
    under a temporary name and goes on after an interruption; for "both" a pair of these, or a path K.npy that stands
    for K-nngp.npy and K-ntk.npy. `progress(done, total)` is called after each tile. `threads` is the number of cores by
    default.

    Pairs with 1 - |cos| below 1e-5 are recomputed from what is left of one row after projection on the other; parallel
    rows have cosine 1 or -1 exactly, the diagonal that of a point with itself. Raises `InputError` for data that is
    not such an array or has a row that is zero or not finite, and for the tangent kernel of an activation with jumps;
    `AccuracyError` out of range.

    >>> found = gram_kernel(np.array([[1.0, 0.0], [0.0, 2.0]]), DepthMap("relu", 1, weight_variance=2))
    >>> found.values.round(6).tolist()
    [[2.0, 0.63662], [0.63662, 8.0]]

    Source: derived here; the kernels are those of `DepthMap`.
    """
    if threads is not None and threads < 1:
        raise InputError(f"The number of threads is at least 1, not {threads}.")
    problem = GramProblem(data, network, kernel, other, unit_rows=unit_rows, ratio=ratio)
    targets: list[TileFile | np.ndarray] = []
    try:
        for one in _outs(out, problem.function.kernels):
            file = isinstance(one, (str, Path))
            targets.append(tile_file(one, problem) if file else _array(one, problem.shape))
        tile = problem.make_tile(problem.rows, problem.columns)
        notes = _run(tile, targets, progress, threads or os.cpu_count() or 1)
        matrices = [target.finish() if isinstance(target, TileFile) else target for target in targets]
    finally:
        for target in targets:
            if isinstance(target, TileFile):
                target.close()
    made = []
    for number, (target, matrix) in enumerate(zip(targets, matrices, strict=True)):
        earlier = [target.note] if isinstance(target, TileFile) and target.note else []
        made.append(described(problem, matrix, [*earlier, *notes], number))
    return made[0] if len(made) == 1 else (made[0], made[1])


def described(problem: GramProblem, values: np.ndarray, notes: list[str], number: int = 0) -> GramKernel:
    """The computed matrix, of that number among the kernels of the problem, with what is known of it.

    >>> problem = GramProblem(np.eye(1), DepthMap("relu", 1, weight_variance=2))
    >>> described(problem, np.array([[2.0]]), []).method
    'compiled map'
    """
    function = problem.function
    return GramKernel(
        values, function.kernels[number], function.over_diagonal[number], *problem.log_diagonals[number],
        function.error_bounds[number], function.name, (*problem.notes, *notes),
        cosine_error(problem.rows.width),
    )  # fmt: skip


def _run(
    tile: Tile, targets: Sequence[TileFile | np.ndarray], progress: Progress | None, threads: int
) -> list[str]:
    """All tiles that are missing in one of the files, if the targets are files."""
    files = [target for target in targets if isinstance(target, TileFile)]
    places = list(tile.places())
    done = set.intersection(*(file.done for file in files)) if len(files) == len(targets) else set()
    missing = [place for place in places if place not in done]
    matrices = _matrices(targets)
    tile.prepare()
    finished: list[tuple[int, int]] = []
    count, last = len(places) - len(missing), time.monotonic()
    with one_blas_thread() as notes, ThreadPoolExecutor(threads) as pool:
        running: dict[Future[None], tuple[int, int]] = {}
        try:
            for place in [*missing, None]:
                if place is not None:
                    running[pool.submit(tile.fill, place, *matrices)] = place
                due = bool(files) and (
                    len(finished) * SIDE * SIDE * 2 * len(files) > _BATCH or time.monotonic() - last > _SECONDS
                )
                while running and (place is None or due or len(running) > 2 * threads):
                    for future in wait(running, return_when=FIRST_COMPLETED).done:
                        future.result()
                        finished.append(running.pop(future))
                        count += 1
                        if progress is not None:
                            progress(count, len(places))
                if files and (due or place is None):
                    for file in files:
                        file.commit(finished)
                    matrices, finished, last = _matrices(targets), [], time.monotonic()
        finally:
            pool.shutdown(cancel_futures=True)
    return notes


def _matrices(targets: Sequence[TileFile | np.ndarray]) -> list[np.ndarray]:
    return [target.matrix if isinstance(target, TileFile) else target for target in targets]


def both_files(out: str | Path) -> list[Path]:
    """Where both kernels go if one path is given: each to a file of its own.

    >>> [path.name for path in both_files("k.npy")]
    ['k-nngp.npy', 'k-ntk.npy']
    """
    path = Path(out)
    return [path.with_name(f"{path.stem}-{kernel}{path.suffix}") for kernel in ("nngp", "ntk")]


def _outs(out: Any, kernels: tuple[str, ...]) -> Sequence[Any]:
    """What is asked to be filled, for each kernel."""
    if len(kernels) == 1:
        return [out]
    if isinstance(out, (str, Path)):
        return both_files(out)
    if out is None:
        return [None] * len(kernels)
    if not isinstance(out, (tuple, list)) or len(out) != len(kernels):
        raise InputError("out must be a pair of arrays or paths for both kernels, or one path.")
    return out


def _array(out: Any, shape: tuple[int, int]) -> np.ndarray:
    if out is None:
        return np.empty(shape)
    if not isinstance(out, np.ndarray) or out.dtype != np.float64 or out.shape != shape or not out.flags.writeable:
        raise InputError(f"out must be a writeable float64 array of shape {shape}, or the path of a .npy file.")
    return out


def tile_file(out: str | Path, problem: GramProblem) -> TileFile:
    """The file that the matrix goes to, perhaps with tiles of an earlier run; `InputError` for a path that will not do.

    >>> problem = GramProblem(np.eye(1), DepthMap("relu", 1, weight_variance=2))
    >>> tile_file("no-such-folder/k.npy", problem)
    Traceback (most recent call last):
    deepcond_sym.errors.InputError: There is no folder no-such-folder: make it first.
    """
    path = Path(out)
    if path.suffix != ".npy":
        raise InputError(f"The matrix is written as a .npy file: call it {path.name}.npy, say.")
    if not path.parent.is_dir():
        raise InputError(f"There is no folder {path.parent}: make it first.")
    return TileFile(path, problem.shape, problem.key)
