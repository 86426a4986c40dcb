"""How long a certified smallest eigenvalue of a tangent kernel takes, beside float64's `eigvalsh` without certificate.

    python benchmarks/spectra.py [--size N] [--width D] [--depth L ...]

For n random points on the sphere in R^d (seed 1) and ReLU with weight variance 2 at each depth: seconds for the kernel
matrix with its entry errors (the map of the network is compiled anew, not found in the cache), for the enclosures of
lambda_min and lambda_max, for `eigvalsh` alone; then the enclosure of lambda_min for the exact kernel of the data
(entry errors and Weyl included) and for the float matrix as it stands, with the number of certain digits of each.
"""

import argparse
import math
import os
import time

# One thread for linear algebra, unless said otherwise: several wait for each other on a busy machine, up to 50 times as
# long, and the times would say more about the neighbours than about the work.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# A map that is found on disk costs nothing.
os.environ["DEEPCOND_CACHE"] = ""

import numpy as np
from flint import arb

from deepcond_sym.depth import DepthMap
from deepcond_sym.kernels import ntk_matrix
from deepcond_sym.kernels.spectrum import extremes


def certain_digits(enclosure: arb) -> int:
    """How many significant digits the ball fixes."""
    relative = float(enclosure.rad()) / float(abs(enclosure).lower()) if abs(enclosure).lower() > 0 else 1.0
    return max(0, math.floor(-math.log10(2 * relative)))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=1000)
    parser.add_argument("--width", type=int, default=20)
    parser.add_argument("--depth", type=int, nargs="+", default=[1, 3, 10, 100, 1000, 100_000])
    options = parser.parse_args()
    data = np.random.default_rng(1).standard_normal((options.size, options.width))
    print("     L  matrix spectrum   total eigvalsh  lambda_min of the exact kernel, and of the matrix as given")
    for depth in options.depth:
        start = time.perf_counter()
        kernel = ntk_matrix(data, DepthMap("relu", depth, weight_variance=2))
        built = time.perf_counter()
        exact, _ = extremes(kernel)
        done = time.perf_counter()
        np.linalg.eigvalsh(kernel.values)
        plain = time.perf_counter() - done
        given, _ = extremes(kernel.values)
        seconds = f"{built - start:6.2f}s {done - built:7.2f}s {done - start:6.2f}s {plain:7.2f}s"
        shown = (f"{end.str(12)} ({certain_digits(end)} digits)" for end in (exact, given))
        print(f"{depth:6} {seconds}  {', '.join(shown)}", flush=True)


if __name__ == "__main__":
    main()
