"""What compiled kernels cost: seconds to compile, and nanoseconds an entry beside a copy of the same array.

    python benchmarks/compiled.py [--size N] [--depth L ...] [--activation A ...]

For relu (weight variance 2) and erf, gelu, tanh (normalised): the seconds of a cold compile of both kernels in one
process (the first line includes the derivation of the dual), wall and processor; then N^2 cosines of random points in
64 dimensions through the map, the best of five, over the time of copying an array of N^2 doubles in the same run. The
columns: nanoseconds an entry and the ratio to the copy, for the NNGP and for the tangent kernel; the proved bounds.
"""

import argparse
import time
from collections.abc import Callable

import numpy as np

from deepcond_sym.activations import activation
from deepcond_sym.depth import DepthMap
from deepcond_sym.kernels.compiled import compile_map


def best(action: Callable[[], object], repetitions: int = 5) -> float:
    """The least seconds of a few runs."""
    times = []
    for _ in range(repetitions):
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return min(times)


def network_of(name: str, depth: int) -> DepthMap:
    """ReLU at weight variance 2, everything else normalised."""
    if name == "relu":
        return DepthMap("relu", depth, weight_variance=2)
    return DepthMap(activation(name).normalized(), depth)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=4000)
    parser.add_argument("--depth", type=int, nargs="+", default=[2, 10, 100, 1000])
    parser.add_argument("--activation", nargs="+", default=["relu", "erf", "gelu", "tanh"])
    options = parser.parse_args()
    points = np.random.default_rng(1).standard_normal((options.size, 64))
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    rho = np.clip(points @ points.T, -1.0, 1.0)
    u = 1.0 - np.abs(rho)
    out = np.empty_like(rho)
    print("activation      L  compile s (cpu)      copy ns   NNGP ns ratio    NTK ns ratio   bounds K, 1-K, NTK")
    for name in options.activation:
        for depth in options.depth:
            start, processor = time.perf_counter(), time.process_time()
            compiled = compile_map(network_of(name, depth), "both")
            wall, processor = time.perf_counter() - start, time.process_time() - processor
            compiled.nngp(rho[:1], u[:1])
            copy = best(lambda: np.copyto(out, rho))
            times = [best(lambda run=run: run(rho, u, out=out)) for run in (compiled.nngp, compiled.ntk)]
            scale = 1e9 / rho.size
            shown = "  ".join(f"{t * scale:7.2f} {t / copy:5.1f}" for t in times)
            bounds = f"{compiled.kernel_error:.1e} {compiled.relative_error:.1e} {compiled.tangent_error:.1e}"
            costs = f"{wall:8.2f} ({processor:5.2f})  {copy * scale:8.2f}"
            print(f"{name:10} {depth:6}  {costs}  {shown}   {bounds}", flush=True)


if __name__ == "__main__":
    main()
