"""deepcond_sym as a peer of the benchmark, with what bounds it from below: copies and the product of the points."""

from __future__ import annotations

import os
import time
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import Any

import numpy as np
from worker import points as random_points
from worker import serve

from deepcond_sym import DepthMap, activation, gram_kernel
from deepcond_sym.kernels import compile_map

CORES = os.cpu_count() or 1


def network_of(name: str, depth: int) -> DepthMap:
    """ReLU at weight variance 2, everything else normalised."""
    if name == "relu":
        return DepthMap("relu", depth, weight_variance=2)
    return DepthMap(activation(name).normalized(), depth)


class Ours:
    """See `worker.Measured`."""

    def setup(self, activation: str, size: int, width: int, depth: int) -> dict[str, Any]:
        """The matrices exist before the clock starts: to touch fresh pages costs more than to compute."""
        self.points = random_points(size, width)
        self.first, self.second = np.full((size, size), 1.0), np.full((size, size), 1.0)
        start = time.perf_counter()
        self.network = network_of(activation, depth)
        self.kernels()
        return {"cold": time.perf_counter() - start}

    def run(self, what: str) -> None:
        """One of the methods below, by its name."""
        getattr(self, what)()

    def kernels(self) -> None:
        """Both matrices of the points."""
        gram_kernel(self.points, self.network, "both", unit_rows=True, out=(self.first, self.second))

    def nngp(self) -> None:
        """One matrix of the points."""
        gram_kernel(self.points, self.network, "nngp", unit_rows=True, out=self.first)

    def ntk(self) -> None:
        """The other."""
        gram_kernel(self.points, self.network, "ntk", unit_rows=True, out=self.second)

    @cached_property
    def _prepared(self) -> Any:
        rho = np.clip(self.points @ self.points.T, -1.0, 1.0)
        return compile_map(self.network, "both"), rho, 1.0 - np.abs(rho)

    def prepare_maps(self) -> None:
        """The cosines and the map, of which the time does not count."""
        _ = self._prepared

    def nngp_map(self) -> None:
        """The map alone, on all cosines."""
        compiled, rho, u = self._prepared
        compiled.nngp(rho, u, out=self.first)

    def ntk_map(self) -> None:
        """The other map alone."""
        compiled, rho, u = self._prepared
        compiled.ntk(rho, u, out=self.second)

    def both_maps(self) -> None:
        """The two in one pass."""
        compiled, rho, u = self._prepared
        compiled.both(rho, u, out=(self.first, self.second))

    def copy(self) -> None:
        """One matrix copied, as NumPy does it: on one core."""
        np.copyto(self.second, self.first)

    def copy_on_all_cores(self) -> None:
        """The same, each core a part."""
        parts = zip(np.array_split(self.second, CORES), np.array_split(self.first, CORES), strict=True)
        list(self._pool.map(lambda pair: np.copyto(*pair), parts))

    @cached_property
    def _pool(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(CORES)

    def product(self) -> None:
        """X X^T alone, by BLAS."""
        np.matmul(self.points, self.points.T, out=self.second)

    def values(self, activation: str, depth: int, points: list[list[float]], u: list[float]) -> dict[str, Any]:
        """K and Theta from the rows; 1 - K from the map, which has a function for it."""
        network, data, given = network_of(activation, depth), np.array(points), np.array(u)
        found: dict[str, Any] = {}
        for made in gram_kernel(data[:1], network, "both", data[1:], unit_rows=True):
            scale = np.exp(made.log_diagonal[0]) if made.over_diagonal else 1.0
            found[made.kernel] = (made.values[0] * scale).tolist()
        compiled = compile_map(network, "nngp")
        found["complement"] = compiled.complement(np.copysign(1.0, given), np.abs(given)).tolist()
        return found


if __name__ == "__main__":
    serve(Ours, ("deepcond-sym", "numpy", "numba", "python-flint"))
