"""Independent routes to the values under test: textbook definitions of the activations, and plain quadrature."""

from __future__ import annotations

from collections.abc import Callable

import mpmath
import numpy as np
from numpy.polynomial.legendre import leggauss
from scipy.special import erf, expit, ndtr

SELU_ALPHA, SELU_SCALE = 1.6732632423543772848, 1.0507009873554804934


def _elu(x: np.ndarray) -> np.ndarray:
    return np.where(x > 0, x, np.expm1(np.minimum(x, 0)))


FUNCTIONS: dict[str, tuple[Callable[[np.ndarray], np.ndarray], tuple[float, ...]]] = {
    "identity": (lambda x: x, ()),
    "relu": (lambda x: np.maximum(x, 0), (0.0,)),
    "leaky_relu": (lambda x: np.where(x > 0, x, x / 100), (0.0,)),
    "abs": (np.abs, (0.0,)),
    "step": (lambda x: (x > 0) * 1.0, (0.0,)),
    "sign": (np.sign, (0.0,)),
    "relu_power(2)": (lambda x: np.maximum(x, 0) ** 2, (0.0,)),
    "hard_tanh": (lambda x: np.clip(x, -1, 1), (-1.0, 1.0)),
    "relu6": (lambda x: np.clip(x, 0, 6), (0.0, 6.0)),
    "elu": (_elu, (0.0,)),
    "selu": (lambda x: SELU_SCALE * np.where(x > 0, x, SELU_ALPHA * np.expm1(np.minimum(x, 0))), (0.0,)),
    "erf": (erf, ()),
    "normal_cdf": (ndtr, ()),
    "gelu": (lambda x: x * ndtr(x), ()),
    "sin": (np.sin, ()),
    "cos": (np.cos, ()),
    "exp": (np.exp, ()),
    "gaussian": (lambda x: np.exp(-(x**2)), ()),
    "rbf": (lambda x: np.sqrt(2) * np.sin(x + np.pi / 4), ()),
    "monomial(4)": (lambda x: x**4, ()),
    "polynomial(1,1/2,2)": (lambda x: 1 + x / 2 + 2 * x**2, ()),
    "hermite(5)": (lambda x: (x**5 - 10 * x**3 + 15 * x) / np.sqrt(120), ()),
    "tanh": (np.tanh, ()),
    "sigmoid": (expit, ()),
    "softplus": (lambda x: np.logaddexp(0, x), ()),
    "silu": (lambda x: x * expit(x), ()),
    "mish": (lambda x: x * np.tanh(np.logaddexp(0, x)), ()),
    "softsign": (lambda x: x / (1 + np.abs(x)), (0.0,)),
}


def panels(cuts: tuple[float, ...], size: int = 40, radius: float = 12.0) -> tuple[np.ndarray, np.ndarray]:
    """Gauss-Legendre nodes and weights on [-radius, radius], in panels of length about 1 split at the cuts."""
    ends = np.unique([*np.arange(-radius, radius + 1), *cuts])
    nodes, weights = leggauss(size)
    half = np.diff(ends)[:, None] / 2
    middle = (ends[1:] + ends[:-1])[:, None] / 2
    return (middle + half * nodes).ravel(), (half * weights).ravel()


def gaussian_mean(f: Callable[[np.ndarray], np.ndarray], cuts: tuple[float, ...]) -> float:
    """E[f(X)] for X ~ N(0, 1)."""
    x, w = panels(cuts)
    return float(np.sum(w * f(x) * np.exp(-(x**2) / 2)) / np.sqrt(2 * np.pi))


def dual_by_quadrature(name: str, rho: float) -> float:
    """E[sigma(X) sigma(rho X + sqrt(1 - rho^2) Z)] by iterated quadrature, the inner one split at the kinks."""
    f, cuts = FUNCTIONS[name]
    x, w = panels(cuts, 16)
    scale = np.sqrt(1 - rho * rho)
    inner = np.empty_like(x)
    for i, point in enumerate(x):
        moved = tuple(z for z in ((c - rho * point) / scale for c in cuts) if abs(z) < 12)
        z, v = panels(moved, 16)
        inner[i] = np.sum(v * f(rho * point + scale * z) * np.exp(-(z**2) / 2))
    return float(np.sum(w * f(x) * inner * np.exp(-(x**2) / 2)) / (2 * np.pi))


def mp_gaussian_mean(f: Callable[[mpmath.mpf], mpmath.mpf], cuts: tuple[float, ...] = ()) -> mpmath.mpf:
    """E[f(X)] by mpmath at its current precision."""
    points = sorted({-20, -8, -4, -2, 0, 2, 4, 8, 20, *cuts})
    return mpmath.quad(lambda t: f(t) * mpmath.npdf(t), points)
