"""What compiled kernels cost: seconds to compile, nanoseconds an entry beside a copy, the whole matrix beside BLAS.

    python benchmarks/compiled.py [--size N] [--depth L ...] [--activation A ...] [--width D ...] [--rounds R]

For relu (weight variance 2) and erf, gelu, tanh (normalised): the seconds of a cold compile of both kernels in one
process (the first line includes the derivation of the dual), wall and processor. Then N^2 cosines of random points in
64 dimensions through the map for the NNGP, the tangent kernel and both at once, over the time of copying an array of
N^2 doubles; then for each width D the kernel matrices of N random points, over the product X X^T by BLAS. All on all
cores, copy and product too (BLAS chooses its threads), in turns, the best of R rounds; the arrays exist before. Ratios
are given twice: of the wall clock, which means little on a machine that does other things, and of the processor's time
of all threads.
"""

import argparse
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from deepcond_sym import DepthMap, activation, gram_kernel
from deepcond_sym.kernels import compile_map

CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Times:
    """The least wall and processor seconds of some actions, which take turns."""

    def __init__(self, actions: dict[str, Callable[[], object]], rounds: int) -> None:
        self.wall, self.processor = dict.fromkeys(actions, np.inf), dict.fromkeys(actions, np.inf)
        for number in range(rounds + 1):
            for name, action in actions.items():
                wall, processor = time.perf_counter(), time.process_time()
                action()
                wall, processor = time.perf_counter() - wall, time.process_time() - processor
                # The first round compiles the loops and touches the pages.
                if number:
                    self.wall[name] = min(self.wall[name], wall)
                    self.processor[name] = min(self.processor[name], processor)

    def shown(self, name: str, unit: str, entries: int) -> str:
        """Nanoseconds an entry, and both ratios."""
        ratio = self.wall[name] / self.wall[unit], self.processor[name] / self.processor[unit]
        return f"{self.wall[name] / entries * 1e9:7.2f} {ratio[0]:5.2f} {ratio[1]:5.2f}"


def network_of(name: str, depth: int) -> DepthMap:
    """ReLU at weight variance 2, everything else normalised."""
    if name == "relu":
        return DepthMap("relu", depth, weight_variance=2)
    return DepthMap(activation(name).normalized(), depth)


def random_rows(size: int, width: int) -> np.ndarray:
    """Unit vectors."""
    points = np.random.default_rng(1).standard_normal((size, width))
    return points / np.linalg.norm(points, axis=1, keepdims=True)


def maps(options: argparse.Namespace) -> None:
    """The table of the maps alone."""
    points = random_rows(options.size, 64)
    rho = np.clip(points @ points.T, -1.0, 1.0)
    u = 1.0 - np.abs(rho)
    first, second = np.ones_like(rho), np.ones_like(rho)
    pool = ThreadPoolExecutor(CORES)
    parts = list(zip(np.array_split(first, CORES), np.array_split(rho, CORES), strict=True))
    columns = "  ".join(f"{name:>20}" for name in ("NNGP", "NTK", "both"))
    print(f"{'':16} compile s (cpu)  copy ns {columns}   bounds K, 1-K, NTK (ns, wall and processor over the copy)")
    for name in options.activation:
        for depth in options.depth:
            start, processor = time.perf_counter(), time.process_time()
            compiled = compile_map(network_of(name, depth), "both", cache=False)
            wall, processor = time.perf_counter() - start, time.process_time() - processor
            times = Times(
                {
                    "copy": lambda: list(pool.map(lambda pair: np.copyto(*pair), parts)),
                    "nngp": lambda run=compiled.nngp: run(rho, u, out=first),
                    "ntk": lambda run=compiled.ntk: run(rho, u, out=first),
                    "both": lambda run=compiled.both: run(rho, u, out=(first, second)),
                },
                options.rounds,
            )
            shown = "  ".join(times.shown(kernel, "copy", rho.size) for kernel in ("nngp", "ntk", "both"))
            bounds = f"{compiled.kernel_error:.1e} {compiled.relative_error:.1e} {compiled.tangent_error:.1e}"
            copied = times.wall["copy"] / rho.size * 1e9
            print(f"{name:10} {depth:5} {wall:8.2f} ({processor:5.2f}) {copied:8.2f}  {shown}   {bounds}", flush=True)


def matrices(options: argparse.Namespace) -> None:
    """The table of whole kernel matrices."""
    columns = "  ".join(f"{name:>20}" for name in ("NTK", "both"))
    print(f"\n{'':22} X X^T ns {columns}   (ns, wall and processor over X X^T)")
    first, second = np.ones((options.size, options.size)), np.ones((options.size, options.size))
    for width in options.width:
        points = random_rows(options.size, width)
        for name in options.activation:
            network = network_of(name, options.depth[-1])
            times = Times(
                {
                    "product": lambda points=points: np.matmul(points, points.T, out=first),
                    "ntk": lambda points=points, network=network: gram_kernel(
                        points, network, "ntk", unit_rows=True, out=first
                    ),
                    "both": lambda points=points, network=network: gram_kernel(
                        points, network, "both", unit_rows=True, out=(first, second)
                    ),
                },
                options.rounds,
            )
            shown = "  ".join(times.shown(kernel, "product", first.size) for kernel in ("ntk", "both"))
            product = times.wall["product"] / first.size * 1e9
            print(f"{name:10} {options.depth[-1]:5} {width:5} {product:8.2f}  {shown}", flush=True)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=4000)
    parser.add_argument("--depth", type=int, nargs="+", default=[2, 10, 100, 1000])
    parser.add_argument("--activation", nargs="+", default=["relu", "erf", "gelu", "tanh"])
    parser.add_argument("--width", type=int, nargs="*", default=[64, 784])
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    maps(options)
    matrices(options)


if __name__ == "__main__":
    main()
