# ruff: noqa: E402
"""The element-wise layers of neural-tangents, as it offers them in `stax`."""

from __future__ import annotations

import math
import sys
import types
from collections.abc import Callable, Iterator
from importlib.metadata import version
from typing import Any

# This module of neural-tangents needs TensorFlow, and nothing here needs it.
sys.modules["neural_tangents.experimental"] = types.ModuleType("neural_tangents.experimental")

import jax

jax.config.update("jax_enable_x64", True)

import jax.numpy as jnp
from compiled import WIDTH, compiled
from layer import Kernel, Layer
from neural_tangents import stax

PEER = f"neural-tangents {version('neural-tangents')}"


def network(layer: Callable[[], Any], depth: int, weight: float, bias: float | None, kind: str) -> Callable[[], Kernel]:
    """The kernel of a fully connected network with this activation; `stax.Dense` divides by the width of the points."""

    def make() -> Kernel:
        deep = stax.repeat(stax.serial(layer(), stax.Dense(1, W_std=weight, b_std=bias)), depth)
        *_, kernel_fn = stax.serial(stax.Dense(1, W_std=math.sqrt(WIDTH)), deep)
        return compiled(lambda x, y: kernel_fn(x, y, kind))

    return make


def _erf_by_formula() -> Any:
    def kernel(covariance: Any, first: Any, second: Any) -> Any:
        return 2 / jnp.pi * jnp.arcsin(2 * covariance / jnp.sqrt((1 + 2 * first) * (1 + 2 * second)))

    return stax.Elementwise(jax.scipy.special.erf, kernel)


ELEMENTWISE: list[tuple[str, Callable[[], Any], str, int]] = [
    ("Identity", stax.Identity, "identity", 2),
    ("Relu", stax.Relu, "relu", 2),
    ("LeakyRelu(1/8)", lambda: stax.LeakyRelu(0.125), "relu(x) - relu(-x)/8", 2),
    ("ABRelu(-1/2, 2)", lambda: stax.ABRelu(-0.5, 2.0), "2*relu(x) + relu(-x)/2", 2),
    ("Abs", stax.Abs, "abs", 2),
    ("Sign", stax.Sign, "sign", 2),
    ("Erf", stax.Erf, "erf", 2),
    ("Elementwise, erf by formula", _erf_by_formula, "erf", 2),
    ("Sigmoid_like", stax.Sigmoid_like, "erf(x/2.4020563531719796)/2 + 1/2", 2),
    ("Gelu", stax.Gelu, "gelu", 2),
    ("Sin", stax.Sin, "sin", 2),
    ("Cos", stax.Cos, "cos", 2),
    ("Rbf", stax.Rbf, "sqrt(2)*sin(sqrt(2)*x + pi/4)", 2),
    ("Gaussian", stax.Gaussian, "gaussian", 2),
    ("Gabor", stax.Gabor, "exp(-x**2)*sin(x)", 1),
    ("Exp", stax.Exp, "exp", 1),
    ("Hermite(3)", lambda: stax.Hermite(3), "(x**3 - 3*x)/sqrt(6)", 1),
    ("Monomial(3)", lambda: stax.Monomial(3), "x**3", 1),
    ("Polynomial(1, 1, 1/2)", lambda: stax.Polynomial([1.0, 1.0, 0.5]), "1 + x + x**2/2", 1),
    ("RectifiedMonomial(1)", lambda: stax.RectifiedMonomial(1), "relu", 1),
    ("RectifiedMonomial(2)", lambda: stax.RectifiedMonomial(2), "relu(x)**2", 1),
    ("ElementwiseNumerical(relu, 25)", lambda: stax.ElementwiseNumerical(jax.nn.relu, 25), "relu", 1),
    ("ElementwiseNumerical(tanh, 25)", lambda: stax.ElementwiseNumerical(jnp.tanh, 25), "tanh", 1),
]
"""Name, layer, the activation that it claims to be, and the depth at which it is tried."""
DEEP = ("finite", "diagonal", "bounded", "agreement")
KNOWN = {
    ("Polynomial(1, 1, 1/2)", "nngp"): ("finite",),
    ("RectifiedMonomial(1)", "nngp"): ("finite",),
    ("RectifiedMonomial(2)", "nngp"): ("finite",),
    ("ElementwiseNumerical(relu, 25)", "nngp"): ("agreement",),
}


def layers() -> Iterator[Layer]:
    """Each layer with the variances 9/4 and 1/4, and what depth does to ReLU and erf."""
    for name, layer, activation, depth in ELEMENTWISE:
        for kind in ("nngp", "ntk"):
            if kind == "ntk" and name == "Sign":
                continue
            made = network(layer, depth, 1.5, 0.5, kind)
            known = KNOWN.get((name, kind), ())
            yield Layer(PEER, name, made, activation, depth, "9/4", "1/4", kind, known=known)
    for depth, dtype, known in ((1000, "float64", ()), (1000, "float32", ()), (10_000, "float32", ("agreement",))):
        made = network(stax.Relu, depth, math.sqrt(2), None, "nngp")
        yield Layer(PEER, "Relu", made, "relu", depth, 2, 0, "nngp", dtype, 10, DEEP, known)
