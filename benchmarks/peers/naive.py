"""The recursion over the layers as one writes it down, on whole matrices in NumPy: a peer of the benchmark."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from worker import points as random_points
from worker import serve, timed

ERF = math.asin(2 / 3)
MEAN_SQUARE = 1 / (4 * math.pi)
GELU = math.sqrt(3) / (6 * math.pi) + 1 / 3 - MEAN_SQUARE


def relu(cosine: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The kernel after one layer, and its slope: weight variance 2."""
    cosine = np.clip(cosine, -1.0, 1.0)
    angle = np.arccos(cosine)
    slope = (math.pi - angle) / math.pi
    return np.sin(angle) / math.pi + slope * cosine, slope


def erf(cosine: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The same for erf over its standard deviation."""
    return np.arcsin(2 * cosine / 3) / ERF, 2 / (3 * ERF * np.sqrt(1 - (2 * cosine / 3) ** 2))


def gelu(cosine: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The same for GELU less its mean, over its standard deviation."""
    root = np.sqrt(4 - cosine**2)
    angle = np.arcsin(cosine / 2)
    kernel = cosine / 4 + (cosine * angle + 1 / root) / (2 * math.pi)
    slope = 1 / 4 + (angle + cosine / root + cosine / root**3) / (2 * math.pi)
    return (kernel - MEAN_SQUARE) / GELU, slope / GELU


LAYERS = {"relu": relu, "erf": erf, "gelu": gelu}


def kernels(activation: str, depth: int, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """K and Theta of unit vectors.

    >>> [k.round(6).tolist() for k in kernels("relu", 1, np.eye(2))]
    [[[1.0, 0.31831], [0.31831, 1.0]], [[2.0, 0.31831], [0.31831, 2.0]]]
    """
    kernel = points @ points.T
    tangent = kernel.copy()
    for _ in range(depth):
        kernel, slope = LAYERS[activation](kernel)
        tangent = kernel + slope * tangent
    return kernel, tangent


class Naive:
    """See `worker.Measured`."""

    def setup(self, activation: str, size: int, width: int, depth: int) -> dict[str, Any]:
        """The first run has nothing to prepare."""
        self.task = activation, depth, random_points(size, width)
        first = timed(lambda: self.run("kernels"))
        return {"cold": first["seconds"], "first": first}

    def run(self, what: str) -> None:
        """Both matrices, which are thrown away."""
        kernels(*self.task)

    def values(self, activation: str, depth: int, points: list[list[float]], u: list[float]) -> dict[str, Any]:
        """1 - K by subtraction: the recursion has nothing better."""
        kernel, tangent = kernels(activation, depth, np.array(points))
        first = kernel[0, 1:]
        return {"nngp": first.tolist(), "complement": (1 - first).tolist(), "ntk": tangent[0, 1:].tolist()}


if __name__ == "__main__":
    serve(Naive, ("numpy",))
