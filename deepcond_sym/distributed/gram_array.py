"""`gram_array`: a kernel matrix as a lazy `dask.array`, whose blocks are computed where Dask's scheduler says."""

from __future__ import annotations

from operator import getitem
from typing import Any

import numpy as np

from deepcond_sym.depth import DepthMap
from deepcond_sym.errors import InputError
from deepcond_sym.kernels.gram_problem import GramProblem
from deepcond_sym.kernels.tile import SIDE

from .blocks import MOST_TILES, compute, cut, parts
from .cluster import dask_distributed, require_on_worker, require_same_code, sent, this_code


def gram_array(
    data: Any,
    network: DepthMap,
    kernel: str = "ntk",
    other: Any = None,
    *,
    unit_rows: bool = False,
    ratio: bool | None = None,
    tiles: int = MOST_TILES,
    client: Any = None,
) -> Any:
    """The matrix of `gram_kernel`, with the same arguments, as a `dask.array.Array` of chunks of `tiles` tiles a side.

    "both" returns a pair, whose chunks are computed together where they are asked for together.
    The data is checked and the network's map compiled here and now; the chunks are computed when Dask asks for them, by
    whichever scheduler it uses, those above the diagonal of a symmetric matrix as the transposes of those below. Data
    in a file is read by each worker through a memory map, and must be there under the same path; an array is sent once
    if `client` is given (whose workers `require_same_code` then looks at), else with every task graph. The numbers are
    those of `gram_kernel`: the tiles are the same. Raises what `gram_kernel` raises, `InputError` also where Dask is
    not installed.

    >>> points = np.random.default_rng(1).standard_normal((700, 3))
    >>> lazy = gram_array(points, DepthMap("relu", 2, weight_variance=2), "nngp", tiles=1)
    >>> lazy.chunks, lazy[:2, 600:].compute(scheduler="sync").shape
    (((512, 188), (512, 188)), (2, 100))

    Source: derived here; the kernels are those of `DepthMap`.
    """
    dask_distributed()
    from dask.array import Array

    if tiles < 1:
        raise InputError(f"A chunk has at least one tile a side, not {tiles}.")
    problem = GramProblem(data, network, kernel, other, unit_rows=unit_rows, ratio=ratio)
    if client is not None:
        require_same_code(client)
    name = f"gram-{problem.key[:32]}-{tiles}"
    rows = parts(data, problem.rows, tiles)
    columns = rows if problem.symmetric else parts(other, problem.columns, tiles)
    map_, *rest = [problem.make_tile, *rows, *([] if problem.symmetric else columns)]
    if client is not None:
        map_, *rest = sent(client, [map_, *rest])
    graph: dict[Any, Any] = {f"{name}-map": map_, f"{name}-code": this_code()}
    graph |= {(f"{name}-rows", i): part for i, part in enumerate(rest)}
    beside = 0 if problem.symmetric else len(rows)
    for block in cut(problem, tiles):
        first, second = (f"{name}-rows", block.i), (f"{name}-rows", beside + block.j)
        more = () if first == second else (second,)
        graph[f"{name}-all", block.i, block.j] = (
            _compute, f"{name}-code", f"{name}-map", block.row, block.column, first, *more,
        )  # fmt: skip
    chunks = tuple(tuple(min(tiles * SIDE, n - k) for k in range(0, n, tiles * SIDE)) for n in problem.shape)
    made = []
    for number, kernel_name in enumerate(problem.function.kernels):
        one = f"{name}-{kernel_name}"
        layer = dict(graph)
        for block in cut(problem, tiles):
            layer[one, block.i, block.j] = (getitem, (f"{name}-all", block.i, block.j), number)
            if problem.symmetric and block.i != block.j:
                layer[one, block.j, block.i] = (np.transpose, (one, block.i, block.j))
        made.append(Array(layer, one, chunks, dtype=np.float64))  # pyright: ignore[reportCallIssue]
    return made[0] if len(made) == 1 else tuple(made)


def _compute(code: dict[str, str], *arguments: Any) -> list[np.ndarray]:
    """A block of each kernel, if the worker that is told to compute it is fit to."""
    require_on_worker(code)
    return compute(*arguments)
