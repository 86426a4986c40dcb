"""`gram_file`: a kernel matrix that the workers of a cluster write to one .npy file, on a file system they share."""

from __future__ import annotations

import json
import os
import time
from concurrent.futures import CancelledError
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from deepcond_sym.depth import DepthMap
from deepcond_sym.errors import InputError
from deepcond_sym.kernels.gram import GramKernel, Progress, both_files, described, tile_file
from deepcond_sym.kernels.gram_problem import GramProblem
from deepcond_sym.kernels.tile import SIDE
from deepcond_sym.kernels.tile_file import TileFile

from .blocks import MOST_TILES, Block, MakeTile, compute, cut, parts
from .cluster import dask_distributed, require_on_worker, require_same_code, sent, this_code

_SECONDS = 5.0
"""After so many seconds, what is finished is listed."""
_STRIP = 64
"""Rows of a transpose that are made at once."""
_SHARE = 4
"""Blocks for each worker at least, where the matrix is large enough: the last ones are then soon done."""


@dataclass(frozen=True)
class Target:
    """The file, its list of tiles with the key of the run, where the numbers begin, and how many there are in a row."""

    path: str
    list: str
    key: str
    offset: int
    width: int


def gram_file(
    client: Any,
    data: Any,
    network: DepthMap,
    kernel: str = "ntk",
    other: Any = None,
    *,
    out: str | Path,
    unit_rows: bool = False,
    ratio: bool | None = None,
    tiles: int | None = None,
    progress: Progress | None = None,
) -> GramKernel | tuple[GramKernel, GramKernel]:
    """What `gram_kernel` with a path as `out` does, with the same arguments, on the workers of a cluster.

    `client` is a `distributed.Client` (see `connected`). Workers compute blocks of `tiles` tiles a side, and write them
    where this process and all workers see `out`, and the data if that is given by a path; an array is sent to them. A
    worker that dies costs the blocks that it was at: others compute these again. An interrupted run goes on where it
    was, here or with `gram_kernel`, and the other way round; give another name to another matrix, unless the workers
    of the interrupted run are idle. The file system must keep the bytes apart that several machines write next to each
    other (a local disk and the parallel file systems of clusters do). Raises what `gram_kernel` and
    `require_same_code` raise.

    Source: derived here; the kernels are those of `DepthMap`.
    """
    require_same_code(client)
    problem = GramProblem(data, network, kernel, other, unit_rows=unit_rows, ratio=ratio)
    side = _side(problem, len(client.nthreads())) if tiles is None else tiles
    if side < 1:
        raise InputError(f"A block has at least one tile a side, not {side}.")
    files: list[TileFile] = []
    try:
        for one in [out] if len(problem.function.kernels) == 1 else both_files(out):
            files.append(tile_file(one, problem))
        rows = parts(data, problem.rows, side)
        columns = [] if problem.symmetric else parts(other, problem.columns, side)
        _run(client, problem, files, side, sent(client, [problem.make_tile, *rows, *columns]), progress)
        matrices = [file.finish() for file in files]
    finally:
        for file in files:
            file.close()
    made = [
        described(problem, matrix, [file.note] if file.note else [], number)
        for number, (file, matrix) in enumerate(zip(files, matrices, strict=True))
    ]
    return made[0] if len(made) == 1 else (made[0], made[1])


def _side(problem: GramProblem, workers: int) -> int:
    """Tiles a side, so that there is work for everyone."""
    for side in range(MOST_TILES, 1, -1):
        if sum(1 for _ in cut(problem, side)) >= _SHARE * workers:
            return side
    return 1


def _run(
    client: Any,
    problem: GramProblem,
    files: list[TileFile],
    side: int,
    given: list[Any],
    progress: Progress | None,
) -> None:
    """All blocks that have a tile that is missing in one of the files."""
    distributed = dask_distributed()
    targets = [
        Target(str(file.part.resolve()), str(file.list.resolve()), problem.key, _offset(file), problem.shape[1])
        for file in files
    ]
    done = set.intersection(*(file.done for file in files))
    make_tile, *given = given
    beside = 0 if problem.symmetric else -(-problem.shape[0] // (side * SIDE))
    count, total, waiting = 0, 0, {}
    for block in cut(problem, side):
        inside = _places(problem, block, side)
        total += len(inside)
        if done.issuperset(inside):
            count += len(inside)
            continue
        rows = [given[block.i], given[beside + block.j]]
        if problem.symmetric and block.i == block.j:
            del rows[1]
        future = client.submit(_write, targets, this_code(), block, problem.symmetric, make_tile, *rows, pure=False)
        waiting[future] = block
    finished, last = [], time.monotonic()
    try:
        for future in distributed.as_completed(list(waiting), loop=client.loop):
            _answer(future, distributed)
            inside = _places(problem, waiting.pop(future), side)
            finished += inside
            count += len(inside)
            if progress is not None:
                progress(count, total)
            if time.monotonic() - last > _SECONDS:
                _commit(files, finished)
                finished, last = [], time.monotonic()
    finally:
        client.cancel(list(waiting))
        _commit(files, finished)


def _commit(files: list[TileFile], finished: list[tuple[int, int]]) -> None:
    for file in files:
        file.commit([place for place in finished if place not in file.done])


def _answer(future: Any, distributed: Any) -> None:
    """Raise what went wrong, in words that say what to do."""
    try:
        future.result()
    except distributed.KilledWorker as error:
        raise InputError(
            "One block of the matrix has ended four workers: give workers more memory (--memory-limit), or take "
            "smaller blocks (tiles)."
        ) from error
    except CancelledError as error:
        raise InputError(
            "The scheduler has gone, or has dropped the work: start it again and repeat the call, which goes on where "
            "it was."
        ) from error


def _places(problem: GramProblem, block: Block, side: int) -> list[tuple[int, int]]:
    """The tiles in a block that are computed."""
    first, second = block.row // SIDE, block.column // SIDE
    return [
        (i, j)
        for i in range(first, min(first + side, -(-problem.shape[0] // SIDE)))
        for j in range(second, min(second + side, -(-problem.shape[1] // SIDE)))
        if j <= i or not problem.symmetric
    ]


def _offset(file: TileFile) -> int:
    return file.matrix.offset  # pyright: ignore[reportAttributeAccessIssue]


def _write(
    targets: list[Target],
    code: dict[str, str],
    block: Block,
    symmetric: bool,
    make_tile: MakeTile,
    first: Any,
    second: Any = None,
) -> None:
    """On a worker: compute a block, and write it to its place, and its transpose to the place across the diagonal."""
    require_on_worker(code)
    matrices = compute(make_tile, block.row, block.column, first, second)
    for target, values in zip(targets, matrices, strict=True):
        write(target, values, block, mirrored=symmetric and second is not None)


def write(target: Target, values: np.ndarray, block: Block, mirrored: bool) -> None:
    """Write a block of a matrix to its place in the file, `mirrored` also to the place across the diagonal.

    It returns when the file system has the numbers. `InputError` where it cannot write, or the file is of another run.

    >>> write(Target("/no/k.npy.part", "/no/k.npy.tiles", "key", 128, 1), np.eye(1), Block(0, 0, 0, 0), False)
    Traceback (most recent call last):
    deepcond_sym.errors.InputError: This worker cannot write to /no/k.npy.part (No such file or directory): all \
machines must see it under the same path.
    """
    with _opened(target) as file:
        _put(file, target, values, block.row, block.column)
        if mirrored:
            _put(file, target, values.T, block.column, block.row)
        file.flush()
        os.fsync(file.fileno())


def _opened(target: Target) -> BinaryIO:
    """The file, for writing only; refused if it is no longer that of this run.

    Not a memory map: on network file systems a map writes whole pages back, and two machines may meet in a page.
    """
    try:
        file = os.fdopen(os.open(target.path, os.O_WRONLY | getattr(os, "O_BINARY", 0)), "wb")
        with open(target.list, encoding="utf-8") as lines:
            first = lines.readline()
    except OSError as error:
        raise InputError(
            f"This worker cannot write to {target.path} ({error.strerror or error}): all machines must see it under "
            "the same path."
        ) from error
    if first.rstrip("\n") != json.dumps({"key": target.key}):
        file.close()
        raise InputError(f"{target.path} has become the file of another run: give that one another name.")
    return file


def _put(file: BinaryIO, target: Target, values: np.ndarray, row: int, column: int) -> None:
    for start in range(0, len(values), _STRIP):
        for k, line in enumerate(np.ascontiguousarray(values[start : start + _STRIP]), start):
            file.seek(target.offset + 8 * ((row + k) * target.width + column))
            file.write(line.data)
