"""Kernels of erf at the fixed variance q*, layer by layer in float64, and predictors from them, for figures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from deepcond_sym.depth import phase


@dataclass(frozen=True)
class Layer:
    """After l layers, in units of q*: gaps 1 - c, the diagonal p, and drops p - p_ab of the tangent kernel."""

    depth: int
    gap: np.ndarray
    diagonal: float
    drop: np.ndarray


class ErfKernels:
    """erf with these variances, off the critical line; inputs have variance q*, the tangent kernel starts from 0.

    The drop D = p - p_ab goes to gamma' + f'(c) D + (chi_1 - f'(c)) p, gamma = 1 - c; gaps and drops are computed
    without cancellation, so that they keep their digits however small they get.

    >>> erf = ErfKernels("5/4", "1/20")
    >>> round(float(1 - erf.layers(np.array([0.5]), 10)[9].gap[0]), 12)
    0.77418914107

    Source: xiao2020; the forms without cancellation are derived here.
    """

    def __init__(self, weight_variance: str, bias_variance: str) -> None:
        found = phase("erf", weight_variance, bias_variance)
        self.q, self.c_star = found.q_star, found.c_star
        self.chi_1, self.chi = found.chi_1, found.chi_c_star
        self.t = 2 * self.q / (1 + 2 * self.q)
        self.gain = self.chi_1 * np.sqrt(1 - self.t**2) / self.t
        self.is_chaotic = found.name == "chaotic"

    @property
    def curvature(self) -> float:
        """f''(c*) = q* chi_(c*, 2)."""
        return self.chi * self.t**2 * self.c_star / (1 - (self.t * self.c_star) ** 2)

    @property
    def limit(self) -> float:
        """p*_ab/q* = c*/(1 - chi_c*)."""
        return self.c_star / (1 - self.chi)

    @property
    def bend(self) -> float:
        """1 + (chi_(c*, 2)/chi_c*) p*_ab: what the tangent kernel gains in a layer, over the gap."""
        return 1 + self.curvature / self.chi * self.limit

    def after(self, gap: np.ndarray) -> np.ndarray:
        """1 - f(1 - gap)."""
        t, s = self.t, self.t * (1 - gap)
        product = t * np.sqrt(1 - s * s) + s * np.sqrt(1 - t * t)
        near = np.arcsin(np.minimum(t * t * gap * (2 - gap) / np.maximum(product, t * 1e-3), 1))
        return self.gain * np.where(s > 0, near, np.arcsin(t) - np.arcsin(s))

    def slope_drop(self, gap: np.ndarray) -> np.ndarray:
        """1 - f'(1 - gap)/chi_1."""
        square = self.t**2 * gap * (2 - gap) / (1 - (self.t * (1 - gap)) ** 2)
        return square / (1 + np.sqrt(1 - square))

    def iterate(self, gap: np.ndarray) -> Iterator[Layer]:
        """Layer after layer, without end."""
        depth, diagonal, drop = 0, 0.0, np.zeros_like(gap)
        while True:
            slope = self.chi_1 * self.slope_drop(gap)
            depth, gap = depth + 1, self.after(gap)
            drop = gap + (self.chi_1 - slope) * drop + slope * diagonal
            diagonal = 1 + self.chi_1 * diagonal
            yield Layer(depth, gap, diagonal, drop)

    def layers(self, gap: np.ndarray, depth: int) -> list[Layer]:
        """The first `depth` layers."""
        return [layer for layer, _ in zip(self.iterate(gap), range(depth), strict=False)]

    def koenigs(self, gap: np.ndarray) -> np.ndarray:
        """lim chi^(-l) (c* - c^(l)), to about 8 digits: up to the depth at which the next term of the series is small.

        >>> ErfKernels("3/2", "1/20").koenigs(np.array([0.5])).round(6).tolist()
        [0.127565]
        """
        enough = int(np.ceil(np.log(1e-7 if self.is_chaotic else 1e-12) / np.log(self.chi)))
        last = self.layers(gap, enough)[-1].gap
        return (last - (1 - self.c_star)) * self.chi**-enough


def predictor(diagonal: float, drop: np.ndarray, test: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """P Y for the kernel diagonal - drop, `test` the drops between test points (rows) and training points.

    K w = k is the bordered system drop w + nu 1 = test, 1 . w + nu/diagonal = 1, which is as well conditioned as the
    drops are, however large the diagonal. Source: starnaud2025/LT2-bordered.

    >>> predictor(1.0, np.array([[0.0, 0.5], [0.5, 0.0]]), np.array([[0.25, 0.5]]), np.array([[1.0], [-1.0]])).tolist()
    [[0.5]]
    """
    size, scale = len(drop), drop.max()
    right = np.hstack([test / scale, np.ones((len(test), 1))])
    return np.linalg.solve(_bordered(diagonal, drop), right.T)[:size].T @ labels


def _bordered(diagonal: float, drop: np.ndarray) -> np.ndarray:
    """The matrix of the bordered system, over the largest drop."""
    size, scale = len(drop), drop.max()
    return np.block([[drop / scale, np.ones((size, 1))], [np.ones((1, size)), np.array([[scale / diagonal]])]])


def spectrum(diagonal: float, drop: np.ndarray) -> np.ndarray:
    """The eigenvalues of the kernel diagonal - drop, in increasing order.

    >>> spectrum(2.0, np.array([[0.0, 0.5], [0.5, 0.0]])).round(12).tolist()
    [0.5, 3.5]
    """
    return np.linalg.eigvalsh(diagonal - drop)


def smallest(diagonal: float, drop: np.ndarray) -> float:
    """The least eigenvalue, also where it is below the rounding errors of the largest: 1 over the largest of K^(-1),
    which comes from the same bordered system as `predictor`.

    >>> round(smallest(2.0, np.array([[0.0, 0.5], [0.5, 0.0]])), 12)
    0.5
    """
    size, scale = len(drop), drop.max()
    inverse = -np.linalg.inv(_bordered(diagonal, drop))[:size, :size]
    return float(scale / np.linalg.eigvalsh((inverse + inverse.T) / 2)[-1])
