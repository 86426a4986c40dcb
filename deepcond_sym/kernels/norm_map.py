"""`NormMap`: the kernel of inputs of any norms at any depth, layer by layer, on float64 arrays."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import sympy as sp

from deepcond_sym.arithmetic import float64
from deepcond_sym.depth import DepthMap
from deepcond_sym.errors import AccuracyError, InputError
from deepcond_sym.symbols import x

from .angle_pairs import AnglePairs
from .blas_threads import one_blas_thread
from .knot_pairs import KnotPairs
from .pair_map import fill_in_blocks
from .wave_pairs import WavePairs, read_wave

_BLOCK = 1 << 11
"""Entries that are taken through the layers at once, so that the intermediate arrays stay in the cache."""
_MOST = 640.0
"""Up to this logarithm, either way, a variance is followed."""


class LayerPairs(Protocol):
    """What one layer does to pairs of inputs; see `AngleLayer.block`."""

    def block(
        self, first: np.ndarray, second: np.ndarray, c: np.ndarray, w: np.ndarray, slopes: bool
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
        """(mismatch, fall, tangent) at correlations c."""
        ...


@dataclass(frozen=True)
class _Shares:
    """How the variance and the tangent kernel of every input come about in one layer, as parts of the new ones.

    q' = weight + bias: `weight` and `bias` are the roots of both shares, `gain` is root(weight_variance q n(q)/q').
    Theta' = q' + (carried Theta): `fresh` and `carried` are the roots of the shares.
    """

    weight: np.ndarray
    bias: np.ndarray
    gain: np.ndarray
    fresh: np.ndarray
    carried: np.ndarray


class NormMap:
    """Kernels of inputs whose norms are among those given; the squares of these are the variances of the first layer.

    Between layers a pair carries c, w = 1 - |c| and its tangent kernel over the root of the product of the diagonals.
    With the shares f^2 + b^2 = 1 of weights and biases in the new variances (f, b for one input, g, d for the other),

        1 - c' = ((f - g)^2 + (b - d)^2)/2 + f g mismatch + gain gain' fall,

    where no term is negative near c = 1: nothing cancels for nearly parallel inputs of nearly equal norms. It is a
    `PairMap`; no error bound is proved. Raises `InputError` for the tangent kernel of an activation with jumps and for
    bends away from 0 in an activation that is not piecewise linear, `AccuracyError` out of range.

    >>> function = NormMap(DepthMap("relu", 1, weight_variance=2, bias_variance="1/2"), "nngp", np.array([1.0, 2.0]))
    >>> rho, u = np.array([0.0, 1.0]), np.array([1.0, 0.0])
    >>> (found,) = function.values(rho, u, np.array([1.0, 2.0]), np.array([2.0, 2.0]))
    >>> found.round(12).tolist()
    [1.136619772368, 4.5]

    Source: derived here.
    """

    name = "recursion in float64 for every pair of norms"

    def __init__(self, network: DepthMap, kernel: str, norms: np.ndarray, ratio: bool | None = None) -> None:
        if kernel not in ("nngp", "ntk", "both"):
            raise InputError(f"The kernel is 'nngp', 'ntk' or 'both', not {kernel!r}.")
        self.kernels: tuple[str, ...] = ("nngp", "ntk") if kernel == "both" else (kernel,)
        self.error_bounds: tuple[float | None, ...] = (None,) * len(self.kernels)
        if network.activation.jumps:
            if "ntk" in self.kernels:
                network.ntk_diagonal()
            raise InputError(
                f"{network.activation.name} jumps and is not homogeneous: give rows of norm 1, or have them normalised "
                "(unit_rows)."
            )
        self._norms = np.unique(norms)
        self._pairs = layer_pairs(network)
        self._weight = float(float64.constant(network.weight_variance.value))
        self._bias = float(float64.constant(network.bias_variance.value))
        self._homogeneous = network.activation.homogeneity is not None
        t, tau = 2 * np.log(self._norms), np.zeros(len(self._norms))
        entering: list[np.ndarray] = []
        self._shares: list[_Shares] = []
        for layer in range(network.depth):
            self._require_range(t, layer)
            entering.append(t)
            t, tau, shares = self._follow(t, tau)
            self._shares.append(shares)
        self._require_range(t, network.depth)
        with one_blas_thread():
            self._layers: list[LayerPairs] = self._pairs.layers(entering)
        self._logarithms = [t if name == "nngp" else t + tau for name in self.kernels]
        outside = [bool(np.abs(logarithm).max() > _MOST) for logarithm in self._logarithms]
        if any(outside) and ratio is False:
            raise AccuracyError("A kernel leaves the range of float64: ask for the kernel over its diagonal (ratio).")
        self.over_diagonal = tuple(bool(ratio) or out for out in outside)
        self._roots = [
            np.ones_like(t) if over else np.exp(logarithm / 2)
            for over, logarithm in zip(self.over_diagonal, self._logarithms, strict=True)
        ]

    @property
    def note(self) -> str:
        """Which way was taken and what was measured, in a sentence."""
        said = f"rows of different norms: layer by layer, by {self._pairs.way}; no error bound is proved"
        if not self._pairs.measured:
            return said
        return f"{said} (where compared with a finer quadrature, tables are off by {self._pairs.measured:.1g} at most)"

    def diagonal(self, norms: np.ndarray) -> list[np.ndarray]:
        """The values of points of these norms with themselves."""
        places = np.searchsorted(self._norms, norms)
        return [roots[places] ** 2 for roots in self._roots]

    def log_diagonal(self, norms: np.ndarray) -> list[np.ndarray]:
        """The logarithms of the kernels of points with themselves."""
        places = np.searchsorted(self._norms, norms)
        return [logarithm[places] for logarithm in self._logarithms]

    def values(self, rho: np.ndarray, u: np.ndarray, x: np.ndarray, y: np.ndarray) -> list[np.ndarray]:
        """The kernels at the cosines of pairs, one by one."""
        first, second = np.searchsorted(self._norms, x), np.searchsorted(self._norms, y)
        found = [np.empty(rho.shape) for _ in self.kernels]
        for start in range(0, len(rho), _BLOCK):
            part = slice(start, start + _BLOCK)
            for whole, some in zip(found, self._block(rho[part], u[part], first[part], second[part]), strict=True):
                whole[part] = some
        return found

    def fill(self, rho: np.ndarray, x: np.ndarray, y: np.ndarray, outs: Sequence[np.ndarray]) -> int:
        """The kernels at a matrix of cosines."""
        first, second = np.searchsorted(self._norms, x)[:, None], np.searchsorted(self._norms, y)[None, :]
        return fill_in_blocks(
            rho, outs, lambda part, cosines, u: self._block(cosines, u, first[part], second)
        )

    def _block(self, rho: np.ndarray, u: np.ndarray, first: np.ndarray, second: np.ndarray) -> list[np.ndarray]:
        """The kernels of inputs of these numbers: a column and a row of them, or two lists."""
        c, w, kept = rho, u, rho
        for layer, shares in zip(self._layers, self._shares, strict=True):
            c, w, tangent = self._step(layer, shares, first, second, c, w)
            if tangent is not None:
                fresh, carried = shares.fresh, shares.carried
                kept = fresh[first] * fresh[second] * c + carried[first] * carried[second] * tangent * kept
        found = [c if name == "nngp" else kept for name in self.kernels]
        return [values * (roots[first] * roots[second]) for values, roots in zip(found, self._roots, strict=True)]

    def _step(
        self, layer: LayerPairs, shares: _Shares, first: np.ndarray, second: np.ndarray, c: np.ndarray, w: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
        mismatch, fall, tangent = layer.block(first, second, c, w, "ntk" in self.kernels)
        f, g, b, d = shares.weight[first], shares.weight[second], shares.bias[first], shares.bias[second]
        complement = ((f - g) ** 2 + (b - d) ** 2) / 2 + f * g * mismatch
        complement += shares.gain[first] * shares.gain[second] * fall
        # Beyond [0, 2] only by rounding.
        complement = np.clip(complement, 0.0, 2.0)
        following, parity = 1.0 - complement, self._pairs.parity
        if parity is None:
            return following, np.where(following < 0, 1.0 - np.abs(following), complement), tangent
        negative = c < 0
        if parity == "even":
            tangent = None if tangent is None else np.where(negative, -tangent, tangent)
            return following, np.where(following < 0, 1.0 - np.abs(following), complement), tangent
        w = np.where(following < 0, 1.0 - np.abs(following), complement)
        # At -|c| the part of the weights has the other sign, and that of the biases has not.
        following = np.where(negative, 2 * b * d - following, following)
        return following, np.where(negative, 1.0 - np.abs(following), w) if self._bias else w, tangent

    def _follow(self, t: np.ndarray, tau: np.ndarray) -> tuple[np.ndarray, np.ndarray, _Shares]:
        """log q', log Theta'/q' and the shares, from log q and log Theta/q."""
        second, ratio = self._pairs.moments(t)
        with np.errstate(divide="ignore"):
            grown, constant = second + math.log(self._weight), np.log(np.full_like(t, self._bias))
        following = np.logaddexp(grown, constant)
        weight, bias = np.exp((grown - following) / 2), np.exp((constant - following) / 2)
        gain = weight * np.sqrt(ratio)
        with np.errstate(divide="ignore"):
            carried = 2 * np.log(gain) + tau
        total = np.logaddexp(0.0, carried)
        return following, total, _Shares(weight, bias, gain, np.exp(-total / 2), np.exp((carried - total) / 2))

    def _require_range(self, t: np.ndarray, layer: int) -> None:
        if not np.isfinite(t).all() or (not self._homogeneous and bool(np.abs(t).max() > _MOST)):
            worst = self._norms[int(np.nan_to_num(np.abs(t), nan=np.inf).argmax())]
            raise AccuracyError(
                f"The variance of a row of norm {worst:.3g} leaves the range of float64"
                + (f" after {layer} layers: " if layer else ": ")
                + "divide the rows of the data, or normalise them (unit_rows)."
            )


def layer_pairs(network: DepthMap) -> Any:
    """The way in which the layers of a network are computed for pairs of norms."""
    source = network.activation
    wave = read_wave(source)
    if wave is not None:
        return WavePairs(*wave)
    if all(piece.lower in (-sp.oo, 0) for piece in source.pieces):
        return AnglePairs(source)
    if source.is_piecewise_polynomial and all(sp.diff(piece.expr, x, 2) == 0 for piece in source.pieces):
        return KnotPairs(source)
    raise InputError(
        f"{source.name} is bent away from 0 and not piecewise linear: for that, rows must have norm 1, or be "
        "normalised (unit_rows)."
    )
