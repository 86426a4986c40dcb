"""What rows of different norms cost: nanoseconds an entry and layer, beside the compiled map on the same rows.

    python benchmarks/norms.py [--size N] [--depth L] [--activation A ...]

N random points in 64 dimensions with norms between 1/2 and 2, tangent kernel, weight variance 3/2 and bias variance
1/20. The first columns: processor seconds to make the tables, and their measured deviation; then nanoseconds an entry
and layer of all that follows (products included), and the ratio to the compiled map, whose time does not depend on L.
"""

import argparse
import time

import numpy as np

from deepcond_sym.depth import DepthMap
from deepcond_sym.kernels.gram_problem import GramProblem


def seconds(problem: GramProblem) -> float:
    """Processor time of all tiles, the better of two runs, on one thread."""
    tile, out, times = problem.make_tile(problem.rows, problem.columns), np.empty(problem.shape), []
    tile.prepare()
    for _ in range(2):
        start = time.process_time()
        for place in tile.places():
            tile.fill(place, out)
        times.append(time.process_time() - start)
    return min(times)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=1000)
    parser.add_argument("--depth", type=int, default=10)
    parser.add_argument("--activation", nargs="+", default=["relu", "erf", "gelu", "tanh", "hard_tanh", "sin"])
    options = parser.parse_args()
    generator = np.random.default_rng(1)
    points = generator.standard_normal((options.size, 64))
    points /= np.linalg.norm(points, axis=1)[:, None]
    points *= generator.uniform(0.5, 2, options.size)[:, None]
    entries = options.size * (options.size + 1) / 2
    print("activation  tables s  deviation    ns/(entry layer)   over compiled")
    for name in options.activation:
        network = DepthMap(name, options.depth, "3/2", "1/20")
        start = time.process_time()
        problem = GramProblem(points, network)
        tables = time.process_time() - start
        ours, compiled = seconds(problem), seconds(GramProblem(points, network, unit_rows=True))
        said = problem.notes[0].rpartition("off by ")[2].partition(" ")[0] if "off by" in problem.notes[0] else "-"
        cost = ours / entries / options.depth * 1e9
        print(f"{name:10} {tables:9.2f}  {said:>9}  {cost:18.0f}  {ours / compiled:14.0f}", flush=True)


if __name__ == "__main__":
    main()
