"""`compiled`: a kernel of jax as a function of NumPy arrays."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import jax
import jax.experimental
import numpy as np
from layer import Kernel

WIDTH, ROWS = 16, 32
"""Points are padded to this shape, so that `jit` compiles each kernel once; the square root of the width is exact."""


def compiled(kernel: Callable[[Any, Any], Any]) -> Kernel:
    """A function of two arrays of jax, compiled: in float64 for points in float64, all in float32 for others.

    Where jax may use float64 at all, layers in float32 turn into float64 by themselves.
    """
    calls = {np.dtype(kind): jax.jit(lambda x, y: kernel(x, y)) for kind in (np.float32, np.float64)}

    def called(first: np.ndarray, second: np.ndarray) -> np.ndarray:
        single = first.dtype == np.float32
        with jax.experimental.disable_x64() if single else nullcontext():
            found = np.asarray(calls[first.dtype](_padded(first), _padded(second)))
        if found.dtype != first.dtype:
            raise TypeError(f"a kernel of {first.dtype} was computed in {found.dtype}")
        return found[: len(first), : len(second)]

    return called


def _padded(points: np.ndarray) -> np.ndarray:
    padded = np.zeros((ROWS, WIDTH), dtype=points.dtype)
    padded[: len(points), : points.shape[1]] = points
    padded[len(points) :] = padded[0]
    return padded
