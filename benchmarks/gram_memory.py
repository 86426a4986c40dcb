"""Peak memory and time of a kernel matrix that goes to a file.

    python benchmarks/gram_memory.py [--size N] [--width D] [--depth L] [--folder DIR]

The tangent kernel of n random points (seed 1), normalised ReLU; 8 n^2 bytes are written to a temporary file in DIR.
"""

import argparse
import resource
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from deepcond_sym import DepthMap, activation, gram_kernel


def main() -> None:
    """Print one line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=20_000)
    parser.add_argument("--width", type=int, default=64)
    parser.add_argument("--depth", type=int, default=10)
    parser.add_argument("--folder", default=None)
    options = parser.parse_args()
    points = np.random.default_rng(1).standard_normal((options.size, options.width))
    network = DepthMap(activation("relu").normalized(), options.depth)
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        start = time.perf_counter()
        made = gram_kernel(points, network, unit_rows=True, out=Path(folder) / "k.npy")
        seconds = time.perf_counter() - start
        written = made.values.nbytes / 1e9
    unit = 1 if sys.platform == "darwin" else 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e9
    print(f"n = {options.size}, d = {options.width}: {written:.2f} GB in {seconds:.1f} s, peak memory {peak:.2f} GB")


if __name__ == "__main__":
    main()
