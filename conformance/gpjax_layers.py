# ruff: noqa: E402
"""The arc-cosine kernels of GPJax."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import jax

jax.config.update("jax_enable_x64", True)

import gpjax
from compiled import compiled
from layer import Kernel, Layer

ORDERS = {0: "step", 1: "relu", 2: "relu(x)**2"}


def arc_cosine(order: int) -> Kernel:
    """2 E[relu(u)^n relu(v)^n]: one layer with weight variance 2."""
    kernel = gpjax.kernels.ArcCosine(order=order, weight_variance=1.0, bias_variance=0.0)
    return compiled(kernel.cross_covariance)


def layers() -> Iterator[Layer]:
    """The three orders that there are."""
    for order, activation in ORDERS.items():
        name, known = f"ArcCosine(order={order})", ("finite", "diagonal") if order == 0 else ("finite",)
        made = partial(arc_cosine, order)
        yield Layer(f"GPJax {gpjax.__version__}", name, made, activation, weight_variance=2, known=known)
