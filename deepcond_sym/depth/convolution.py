r"""Convolutional networks at infinite width: covariances and tangent kernels of pairs of pixels, layer by layer.

Circular padding, every pixel of variance q*, the fixed point. With A the average over the pairs of pixels that the
window moves together (pixels shifted by the same offset),

    K^(l+1) = A[weight_variance T(K^(l))] + bias_variance,
    Theta^(l+1) = K^(l+1) + A[weight_variance Tdot(K^(l)) Theta^(l)],    Theta^(0) = 0,

so that with d = 1 pixel, and for images that are constant over their pixels, this is the fully connected recursion. The
read-out takes the kernel of two images from those of their pixels: (1/d) sum_a Theta_aa after a flatten layer, (1/d^2)
sum_ab Theta_ab after global average pooling. Source: xiao2020/B45 (as reported); carried out on 1 - K/q* as in `ntk`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Any

import mpmath
import numpy as np
import sympy as sp

from deepcond_sym.activations import Activation, activation
from deepcond_sym.arithmetic import exact_expression, float64, mp, precision
from deepcond_sym.errors import AccuracyError, InputError

from .correlation_map import ArrayMap, PointMap
from .parameters import Parameter
from .phase import phase
from .variance_dual import variance_dual
from .variance_map import rational_value

_GUARD = 12
"""Digits beyond those asked for: two for the recursion, the others for its rounding errors."""

_STEADY = 1e-9
"""How far q* may be from the variance after a layer, relatively: further away it is no fixed point."""


@dataclass(frozen=True)
class PixelKernels:
    """The kernels of pairs of pixels after `depth` layers, over q*: arrays (..., d, d) of floats, or of mpf.

    `covariance` is K/q*, `complement` 1 - K/q* without loss of digits, `tangent` Theta/q*.

    >>> images = np.array([[[1.0], [1.0]], [[1.0], [-1.0]]])
    >>> (first,) = convolution_kernels(pixel_correlations(images), "erf", depths=[1], weight_variance=1)
    >>> first.covariance.shape, first.pool("covariance").shape
    ((2, 2, 2, 2), (2, 2))
    """

    depth: int
    covariance: np.ndarray
    complement: np.ndarray
    tangent: np.ndarray

    def flatten(self, kernel: str = "tangent") -> np.ndarray:
        """The kernel of the images if a flatten layer reads out the pixels: (1/d) sum_a Theta_aa, over q*."""
        values = self._named(kernel)
        return np.trace(values, axis1=-2, axis2=-1) / values.shape[-1]

    def pool(self, kernel: str = "tangent") -> np.ndarray:
        """The kernel of the images if global average pooling does: (1/d^2) sum_ab Theta_ab, over q*."""
        values = self._named(kernel)
        return values.sum(axis=(-2, -1)) / values.shape[-1] ** 2

    def _named(self, kernel: str) -> np.ndarray:
        if kernel not in ("covariance", "complement", "tangent"):
            raise InputError(f"The kernel is 'covariance', 'complement' or 'tangent', not {kernel!r}.")
        return getattr(self, kernel)


def pixel_correlations(images: Any) -> np.ndarray:
    """The cosines of all pairs of pixels, (m, m, d, d), of m images: (m, d, channels) or (m, height, width, channels).

    A pixel is the vector of its channels. Only its direction counts: every pixel is scaled to the variance q*.
    Raises `InputError` for other shapes, numbers that are not finite, and pixels that are 0.

    >>> pixel_correlations([[[2.0, 0.0], [3.0, 4.0]]])[0, 0].tolist()
    [[1.0, 0.6], [0.6, 1.0]]
    """
    try:
        found = np.asarray(images, dtype=np.float64)
    except (TypeError, ValueError):
        raise InputError("images is an array of numbers (m, pixels, channels).") from None
    if found.ndim not in (3, 4) or 0 in found.shape:
        raise InputError(f"images is (m, pixels, channels) or (m, height, width, channels), not {found.shape}.")
    pixels = found.reshape(len(found), -1, found.shape[-1])
    lengths = np.linalg.norm(pixels, axis=-1, keepdims=True)
    if not (np.isfinite(lengths) & (lengths > 0)).all():
        raise InputError("every pixel has finite channels that are not all 0: add a channel of 1 to the images.")
    unit = pixels / lengths
    cosines = np.clip(np.einsum("iac,jbc->ijab", unit, unit), -1.0, 1.0)
    # Equal pixels must stay equal: chaotic layers would drive a rounding error apart.
    cosines[cosines > 1 - 8 * np.finfo(float).eps] = 1.0
    return cosines


def convolution_kernels(
    correlations: Any,
    source: Activation | str | sp.Expr,
    *,
    depths: Iterable[int],
    weight_variance: Any = 1,
    bias_variance: Any = 0,
    variance: Any = None,
    window: int = 3,
    grid: tuple[int, ...] | None = None,
    digits: int | None = None,
) -> list[PixelKernels]:
    """The `PixelKernels` at these depths (0 is the input), from the correlations of the pixels, an array (..., d, d).

    `window` pixels along each axis of the image enter a pixel of the next layer, an odd number; `grid` is the shape of
    the image, (d,) if not given. `variance` is q*, by default that of `phase`; the variances of weights and biases are
    as in `DepthMap`. Answers are in float64; with `digits` they are mpf of so many digits (the recursion carries more,
    but its rounding errors are not enclosed), and correlations and variances are exact: integers, fractions, "0.9".

    Raises `InputError` for bad arguments, jumps (no tangent kernel) and a variance that is no fixed point, and
    `AccuracyError` where a tangent kernel leaves the range of float64.

    >>> halves = [[1, "1/2"], ["1/2", 1]]
    >>> deep = convolution_kernels(halves, "relu", depths=[1, 2], weight_variance=2, digits=15)
    >>> [str(mpmath.nstr(kernels.covariance[0, 1], 12)) for kernels in deep]
    ['0.608997781044', '0.683905650899']

    Source: xiao2020/B45.
    """
    wanted = _depths(depths)
    layer = _Layer(source, weight_variance, bias_variance, variance, digits)
    start = _read(correlations, digits)
    shifts = _shifts(start.shape[-1], window, grid)

    def run() -> list[PixelKernels]:
        covariance, complement = layer.begin(start)
        tangent = covariance * 0
        found = {}
        for depth in range(max(wanted) + 1):
            if depth in wanted:
                if not layer.is_finite(tangent):
                    raise AccuracyError(f"The tangent kernel overflows float64 before depth {depth}: ask for digits=.")
                found[depth] = PixelKernels(depth, covariance.copy(), complement.copy(), tangent.copy())
            if depth < max(wanted):
                slope = layer.slope(covariance, complement)
                covariance, complement = (_average(k, shifts) for k in layer.step(covariance, complement))
                with np.errstate(over="ignore"):
                    tangent = covariance + _average(slope * tangent, shifts)
        return [found[depth] for depth in wanted]

    if digits is None:
        return run()
    with precision(digits=digits + _GUARD):
        kernels = run()
    with precision(digits=digits):
        return [_rounded(kernel) for kernel in kernels]


class _Layer:
    """One layer at q* on arrays of correlations, in float64 or in mpf."""

    def __init__(self, source: Any, weight: Any, bias: Any, variance: Any, digits: int | None) -> None:
        self.activation = activation(source)
        if self.activation.jumps:
            raise InputError(f"{self.activation.name} jumps, so its tangent kernel diverges: take a continuous one.")
        self.digits = digits
        self.weight, self.bias = Parameter.read(weight, "weight_variance"), Parameter.read(bias, "bias_variance")
        self.given = None if variance is None else Parameter.read(variance, "variance")
        if digits is not None:
            for parameter in (self.weight, self.bias, *([] if self.given is None else [self.given])):
                parameter.require_exact()

    def begin(self, start: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The correlations of the input and their complements; builds the layer at the current precision."""
        self.map = self._built()
        if self.digits is None:
            return start, 1.0 - start
        values = np.array([mp.constant(c) for c in start.flat], dtype=object).reshape(start.shape)
        return values, 1 - values

    def step(self, c: np.ndarray, u: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """f(c) and its complement, entry by entry."""
        new_c, new_u = self._each(self.map.step, c, u)
        return new_c, new_u

    def slope(self, c: np.ndarray, u: np.ndarray) -> np.ndarray:
        """f'(c), entry by entry."""
        return self._each(lambda *pair: (self.map.slope(*pair),), c, u)[0]

    def is_finite(self, values: np.ndarray) -> bool:
        """Whether no value has left the range of the arithmetic."""
        return self.digits is not None or bool(np.isfinite(values).all())

    def _each(self, function: Any, c: np.ndarray, u: np.ndarray) -> list[np.ndarray]:
        if self.digits is None:
            return [values.reshape(c.shape) for values in function(c.ravel(), u.ravel())]
        # Equal entries, of which symmetric data have many, are computed once.
        known: dict[Any, tuple] = {}
        for pair in zip(c.flat, u.flat, strict=True):
            if pair[1] not in known:
                known[pair[1]] = function(*pair)
        results = [known[key] for key in u.flat]
        return [np.array(column, dtype=object).reshape(c.shape) for column in zip(*results, strict=True)]

    def _built(self) -> ArrayMap | PointMap:
        arithmetic = float64 if self.digits is None else mp
        if self.given is not None:
            q = self.given.value
        else:
            q = phase(self.activation, self.weight.value, self.bias.value, digits=mpmath.mp.dps).q_star
            q = sp.Integer(round(q)) if q == round(q) else rational_value(q)
        if not q.is_Rational:
            with precision(digits=mpmath.mp.dps + _GUARD):
                q = rational_value(mp.constant(q))
        if q == 0:
            raise InputError("The fixed variance is 0, where correlations have no meaning: change the variances.")
        dual = variance_dual(self.activation, q)
        weight, bias = mp.constant(self.weight.value), mp.constant(self.bias.value)
        following = weight * dual.at_one(mp) + bias
        if abs(following / mp.constant(q) - 1) > _STEADY:
            raise InputError(f"The variance {float(q):.9g} is {float(following):.9g} after a layer: it is not fixed.")
        if arithmetic is mp:
            return PointMap(dual, weight / following, mp)
        # As many uses as there can be: the tables of the dual pay after a few layers.
        return ArrayMap(dual, float(weight / following), float(bias / following), uses=10**9)


def _depths(depths: Iterable[int]) -> list[int]:
    try:
        wanted = list(depths)
    except TypeError:
        raise InputError("depths is a list of numbers of layers, such as [1, 10].") from None
    if not wanted or any(isinstance(k, bool) or not isinstance(k, (int, np.integer)) or k < 0 for k in wanted):
        raise InputError(f"depths is a list of integers of at least 0, such as [1, 10], not {wanted}.")
    return [int(k) for k in wanted]


def _read(correlations: Any, digits: int | None) -> np.ndarray:
    """The correlations: float64, or exact numbers in an array of objects."""
    try:
        found = np.asarray(correlations, dtype=np.float64 if digits is None else object)
    except (TypeError, ValueError):
        raise InputError("correlations is an array (..., d, d) of numbers from -1 to 1.") from None
    if found.ndim < 2 or found.shape[-1] != found.shape[-2] or 0 in found.shape:
        raise InputError(f"correlations is an array (..., d, d) for d pixels, not of shape {found.shape}.")
    if digits is not None:
        if any(isinstance(c, (float, np.floating)) for c in found.flat):
            raise InputError("for digits give exact correlations: integers, fractions, or '0.9' in quotes.")
        exact = [exact_expression(int(c) if isinstance(c, np.integer) else c) for c in found.flat]
        found = np.array(exact, dtype=object).reshape(found.shape)
    within = np.abs(found) <= 1 if digits is None else [-1 <= c <= 1 for c in found.flat]
    if not np.all(within):
        raise InputError("a correlation is a number from -1 to 1: divide each covariance by the variance.")
    return found


def _shifts(pixels: int, window: int, grid: tuple[int, ...] | None) -> list[np.ndarray]:
    """For each offset of the window, where each pixel goes."""
    if isinstance(window, bool) or not isinstance(window, int) or window < 1 or window % 2 == 0:
        raise InputError(f"The window is an odd number of pixels, 1, 3, 5, ..., not {window!r}.")
    shape = (pixels,) if grid is None else tuple(grid)
    if prod(shape) != pixels or len(shape) > 2:
        raise InputError(f"grid is the height and the width of the image, with {pixels} pixels in all, not {grid}.")
    places, reach = np.arange(pixels).reshape(shape), range(-(window // 2), window // 2 + 1)
    return [np.roll(places, offset, tuple(range(len(shape)))).ravel() for offset in product(reach, repeat=len(shape))]


def _average(values: np.ndarray, shifts: list[np.ndarray]) -> np.ndarray:
    if len(shifts) == 1:
        return values
    total = values[..., shifts[0][:, None], shifts[0]]
    for shift in shifts[1:]:
        total = total + values[..., shift[:, None], shift]
    return total / len(shifts)


def _rounded(kernels: PixelKernels) -> PixelKernels:
    """With numbers of the precision asked for."""
    parts = (kernels.covariance, kernels.complement, kernels.tangent)
    return PixelKernels(kernels.depth, *(np.vectorize(lambda v: +mpmath.mpf(v), otypes=[object])(p) for p in parts))
