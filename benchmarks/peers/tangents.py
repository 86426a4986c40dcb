# ruff: noqa: E402
"""neural-tangents as a peer of the benchmark: runs in an environment of its own, see requirements.txt.

Of its ways to evaluate a deep network the quickest is `stax.repeat`, a scan over equal layers, under `jax.jit`, all
points at once: at 1000 points and ten layers it took half as long as `stax.serial` under `jit`, which recomputes inside
its fused loops, and a quarter of `serial` without `jit`; `nt.batch` gained nothing at any batch size. All of them
remain here as modes, and the benchmark measures them again in each run.
"""

from __future__ import annotations

import math
import sys
import time
import types
from collections.abc import Callable
from typing import Any

# This module of neural-tangents needs TensorFlow, and nothing here needs it.
sys.modules["neural_tangents.experimental"] = types.ModuleType("neural_tangents.experimental")

import jax

jax.config.update("jax_enable_x64", True)

import jax.numpy as jnp
import neural_tangents as nt
import numpy as np
from neural_tangents import stax
from worker import points as random_points
from worker import serve, timed

MEAN = 1 / (2 * math.sqrt(math.pi))
GELU_DEVIATION = math.sqrt(math.sqrt(3) / (6 * math.pi) + 1 / 3 - MEAN**2)
ERF_DEVIATION = math.sqrt(2 / math.pi * math.asin(2 / 3))
BATCH = 250


@stax.layer
def less_the_mean() -> Any:
    """GELU(x) - E GELU(z): a constant less in each covariance, which no bias can do."""

    def kernel_fn(kernel: Any, **_: Any) -> Any:
        def lower(covariance: Any) -> Any:
            return None if covariance is None else covariance - MEAN**2

        return kernel.replace(cov1=lower(kernel.cov1), nngp=lower(kernel.nngp), cov2=lower(kernel.cov2))

    return (lambda rng, shape: (shape, ())), (lambda parameters, inputs, **_: inputs - MEAN), kernel_fn


LAYERS: dict[str, Callable[[], list[Any]]] = {
    "relu": lambda: [stax.Relu(), stax.Dense(1, W_std=math.sqrt(2))],
    "erf": lambda: [stax.Erf(), stax.Dense(1, W_std=1 / ERF_DEVIATION)],
    "gelu": lambda: [stax.Gelu(), less_the_mean(), stax.Dense(1, W_std=1 / GELU_DEVIATION)],
}


def kernel_function(activation: str, depth: int, width: int, mode: str) -> Callable[..., Any]:
    """Both kernels of unit vectors; the first layer undoes the division by the width."""
    layers = LAYERS[activation]()
    first = stax.Dense(1, W_std=math.sqrt(width))
    if mode.startswith("repeat"):
        *_, kernel_fn = stax.serial(first, stax.repeat(stax.serial(*layers), depth))
    else:
        *_, kernel_fn = stax.serial(first, *(layers * depth))
    if "batch" in mode:
        kernel_fn = nt.batch(kernel_fn, BATCH, device_count=0)
    return lambda x: tuple(kernel_fn(x, None, ("nngp", "ntk")))


class Tangents:
    """See `worker.Measured`."""

    def setup(self, activation: str, size: int, width: int, depth: int, mode: str = "repeat, jit") -> dict[str, Any]:
        """`compile` is the part of `cold` in which nothing is computed yet: only `jit` tells the two apart."""
        self.points = jnp.asarray(random_points(size, width))
        start = time.perf_counter()
        self.call: Callable[..., Any] = kernel_function(activation, depth, width, mode)
        if not mode.endswith(", jit"):
            self.run("kernels")
            return {"cold": time.perf_counter() - start}
        self.call = jax.jit(self.call).lower(self.points).compile()
        compilation = time.perf_counter() - start
        first = timed(lambda: self.run("kernels"))
        return {"cold": time.perf_counter() - start, "compile": compilation, "first": first}

    def run(self, what: str) -> None:
        """Both matrices, which are thrown away."""
        jax.block_until_ready(self.call(self.points))

    def values(self, activation: str, depth: int, points: list[list[float]], u: list[float]) -> dict[str, Any]:
        """1 - K by subtraction, from K over the square root of both diagonal entries."""
        data = np.array(points)
        call = jax.jit(kernel_function(activation, depth, data.shape[1], "repeat"))
        kernel, tangent = (np.asarray(matrix) for matrix in call(jnp.asarray(data)))
        first = kernel[0, 1:] / np.sqrt(kernel[0, 0] * np.diagonal(kernel)[1:])
        return {"nngp": first.tolist(), "complement": (1 - first).tolist(), "ntk": tangent[0, 1:].tolist()}


if __name__ == "__main__":
    serve(Tangents, ("neural-tangents", "jax", "jaxlib"))
