"""What a tile of a kernel matrix costs a worker of a cluster, and what a matrix of n points therefore takes.

    python benchmarks/gram_tiles.py [--size N] [--width D ...] [--cores C ...] [--bandwidth GB/S] [--folder DIR]

A worker computes blocks of 8 x 8 tiles of 512 x 512 entries: it reads the rows of a block from a .npy file, compares
their digest, and computes the block (tangent kernel of normalised ReLU at depth 100, one thread, random points of D
dimensions); then it writes the block, and its transpose across the diagonal, to a file in DIR and waits until they are
there. The least of five rounds is taken, over the tiles of the block: of the processor's seconds for the computation,
of the wall's for the write. Then, for N points: tiles (half of a symmetric matrix and its diagonal), blocks, bytes of
the matrix; the hours that the computation takes on C cores, and those that the bytes take at a bandwidth that all
machines together write with.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from deepcond_sym import DepthMap, activation
from deepcond_sym.distributed import blocks
from deepcond_sym.distributed.blocks import MOST_TILES, Block
from deepcond_sym.distributed.gram_file import Target, write
from deepcond_sym.kernels.gram_problem import GramProblem
from deepcond_sym.kernels.tile import SIDE

ROUNDS = 5
ROWS = MOST_TILES * SIDE
"""Of a block."""


def least(clock: Callable[[], float], action: Callable[[], Any]) -> float:
    """The least seconds of a few rounds."""
    seconds = []
    for _ in range(ROUNDS):
        start = clock()
        action()
        seconds.append(clock() - start)
    return min(seconds)


def costs(width: int, folder: Path) -> tuple[float, float]:
    """Seconds a tile: of the processor to compute, of the wall to write."""
    points = np.random.default_rng(1).standard_normal((2 * ROWS, width))
    np.save(folder / "x.npy", points)
    problem = GramProblem(points, DepthMap(activation("relu").normalized(), 100), unit_rows=True)
    upper, lower = blocks.parts(folder / "x.npy", problem.rows, MOST_TILES)
    target = Target(str(folder / "k.npy"), str(folder / "k.tiles"), "key", 128, 2 * ROWS)
    np.lib.format.open_memmap(target.path, "w+", np.float64, (2 * ROWS, 2 * ROWS)).flush()
    Path(target.list).write_text(json.dumps({"key": "key"}) + "\n")

    def compute() -> np.ndarray:
        blocks._read.cache_clear()
        (values,) = blocks.compute(problem.make_tile, ROWS, 0, lower, upper)
        return values

    values = compute()
    with threadpool_limits(1, user_api="blas"):
        computed = least(time.process_time, compute)
    written = least(time.perf_counter, lambda: write(target, values, Block(1, 0, ROWS, 0), mirrored=True))
    return computed / MOST_TILES**2, written / MOST_TILES**2


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=10**6)
    parser.add_argument("--width", type=int, nargs="+", default=[64, 784])
    parser.add_argument("--cores", type=int, nargs="+", default=[2, 16, 64, 256])
    parser.add_argument("--bandwidth", type=float, default=1.0)
    parser.add_argument("--folder", default=None)
    options = parser.parse_args()
    side, block_side = (-(-options.size // rows) for rows in (SIDE, ROWS))
    tiles, tasks = side * (side + 1) // 2, block_side * (block_side + 1) // 2
    size = 8 * options.size**2
    print(f"a tile: {SIDE} x {SIDE} entries, {8 * SIDE**2} bytes, written twice where it is off the diagonal")
    print("   d   compute ms   write ms (here)")
    hours = {}
    for width in options.width:
        with tempfile.TemporaryDirectory(dir=options.folder) as folder:
            computed, written = costs(width, Path(folder))
        hours[width] = tiles * computed / 3600
        print(f"{width:4} {1e3 * computed:12.2f} {1e3 * written:10.2f}", flush=True)
    print(f"n = {options.size}: {tiles} tiles in {tasks} blocks, {size / 1e12:.3g} TB in one float64 matrix")
    print("   d" + "".join(f"{f'hours on {cores}':>16}" for cores in options.cores))
    for width, total in hours.items():
        print(f"{width:4}" + "".join(f"{total / cores:16.3g}" for cores in options.cores))
    print(f"to write it at {options.bandwidth:g} GB/s: {size / 1e9 / options.bandwidth / 3600:.3g} hours")


if __name__ == "__main__":
    main()
