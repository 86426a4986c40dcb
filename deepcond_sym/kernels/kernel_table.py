"""`KernelTable`: a kernel of any depth in float64 at many cosines at once, each value with a proved error bound."""

from __future__ import annotations

import math
from functools import cached_property

import numpy as np
from flint import arb, arb_mat

from deepcond_sym.activations import activation
from deepcond_sym.arithmetic import ball, precision
from deepcond_sym.depth import DepthMap, relu_ntk_ratio
from deepcond_sym.errors import AccuracyError, InputError

from .float_bounds import gamma

_NODES = 11
_PARTS = 8
_OCTAVES = 10
_BITS = 128
_CHUNK = 1 << 15
_MOST_LAYERS = 1000
REACH = 1 - 2.0**-_OCTAVES
"""The table answers for |rho| <= REACH; closer to 1 or -1 there are balls."""


class KernelTable:
    """The kernel f(rho) of a network as polynomials on pieces of [-REACH, REACH], which are made when they are met.

    `quantity` is "nngp", "ntk" or "ratio", as in `DepthMap.evaluate`. The proof of the error bound: f is a power series
    in rho with coefficients >= 0 (dual activations are, and sums, products and compositions of such series are), so
    |f^(m)(rho)|/m! <= f(1)/(1 - |rho|)^m, one term of the Taylor series of f from |rho| to 1 against its sum. Each
    octave of 1 - |rho| has 8 pieces, so half the width of a piece over the distance to 1 is h/w <= 1/16, and the
    polynomial that meets f in 11 Chebyshev nodes is off by at most f(1) (h/w)^11 2^-10 <= 2^-54 f(1). To that come the
    radii of the values of f at the nodes (balls), the rounding of the coefficients to float64, and that of Horner's
    rule, sum over k of gamma_(2k+1) |c_k|. Source: derived here.

    >>> table = KernelTable(DepthMap("relu", 10, weight_variance=2), "nngp")
    >>> (value,), (bound,) = table.values(np.array([0.5]))
    >>> bool(abs(value - 0.89764672980732255354) <= bound <= 5e-16)
    True
    """

    def __init__(self, network: DepthMap, quantity: str) -> None:
        if quantity not in ("nngp", "ntk", "ratio"):
            raise InputError(f"The kernel is 'nngp', 'ntk' or 'ratio', not {quantity!r}.")
        self.network, self.quantity = network, quantity
        self._pieces: dict[int, tuple[np.ndarray, float]] = {}
        # ReLU's tangent kernel jumps over the layers beyond the first thousand.
        self._jumps = network.depth > _MOST_LAYERS and _is_relu(network, quantity)

    @cached_property
    def at_one(self) -> arb:
        """f(1), the kernel of an input with itself. Refused where there is no tangent kernel."""
        with precision(bits=_BITS):
            if self._jumps:
                value = arb(1 if self.quantity == "ratio" else self.network.depth + 1)
            elif self.quantity == "nngp":
                value = self.network.variances(bits=_BITS)[-1]
            else:
                diagonal = self.network.ntk_diagonal(bits=_BITS)
                value = diagonal if self.quantity == "ntk" else arb(1)
        if not value.is_finite() or not value.upper() < 1e300:
            raise AccuracyError("The kernel leaves the range of float64: ask for the ratio, or for less depth.")
        return value

    def exactly(self, rho: arb) -> tuple[float, float]:
        """f at one cosine by balls: a double and its error bound.

        >>> value, bound = KernelTable(DepthMap("relu", 2, weight_variance=2), "ratio").exactly(arb(1) / 3)
        >>> bool(bound < 1e-16 * 3 and 0.2 < value < 0.5)
        True
        """
        with precision(bits=_BITS):
            return as_double(self._ball(rho))

    def _ball(self, rho: arb) -> arb:
        if self._jumps:
            return self.at_one * relu_ntk_ratio(self.network.depth, rho, bits=64)
        return self.network.evaluate(self.quantity, rho, ball)

    def pays(self, cosines: np.ndarray) -> bool:
        """Whether the table takes fewer evaluations in balls than these cosines, one by one.

        >>> KernelTable(DepthMap("relu", 2), "nngp").pays(np.array([0.1, 0.2]))
        False
        """
        return len(cosines) > _NODES * len(np.setdiff1d(_place(cosines), list(self._pieces)))

    def values(self, cosines: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """f at the doubles `cosines`, |rho| <= REACH, and a bound of the error of each value."""
        results, bounds = np.empty(cosines.shape), np.empty(cosines.shape)
        for start in range(0, len(cosines), _CHUNK):
            part = slice(start, start + _CHUNK)
            results[part], bounds[part] = self._chunk(cosines[part])
        return results, bounds

    def _chunk(self, cosines: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        places, inverse = np.unique(_place(cosines), return_inverse=True)
        rows = [self._piece(int(place)) for place in places]
        coefficients = np.array([row for row, _ in rows])
        centres, scales = (np.array(list(column)) for column in zip(*map(_centre, places), strict=True))
        local = (cosines - centres[inverse]) * scales[inverse]
        result = coefficients[inverse, -1]
        for k in range(_NODES - 2, -1, -1):
            result = result * local + coefficients[inverse, k]
        return result, np.array([bound for _, bound in rows])[inverse]

    def _piece(self, place: int) -> tuple[np.ndarray, float]:
        if place not in self._pieces:
            with precision(bits=_BITS):
                self._pieces[place] = self._interpolated(place)
        return self._pieces[place]

    def _interpolated(self, place: int) -> tuple[np.ndarray, float]:
        """Coefficients in the local variable (rho - centre)/h, and the bound of all errors together."""
        centre, scale = _centre(place)
        nodes = _nodes()
        samples = [self._ball(arb(centre) + node / arb(scale)) for node in nodes]
        if not all(sample.is_finite() for sample in samples):
            raise AccuracyError("The kernel could not be enclosed at this depth: lower the depth.")
        vandermonde = arb_mat([[node**k for k in range(_NODES)] for node in nodes])
        solved = vandermonde.solve(arb_mat([[sample] for sample in samples]))
        error = self.at_one * arb(2) ** -53
        coefficients = []
        for k in range(_NODES):
            double, off = as_double(solved[k, 0])
            coefficients.append(double)
            # 2k + 1 roundings of Horner's rule meet c_k; the local variable itself is off by at most 2^-53, and passes
            # 1 by at most 2^-48 where the piece was chosen by a rounded 1 - |rho|: hence 1.01, and 2^-53 for 2^-54.
            error += arb(off) + arb("1.01") * (gamma(2 * k + 1) + k * arb(2) ** -53) * abs(arb(double))
        return np.array(coefficients), above(error + arb(2) ** -1000)


def _is_relu(network: DepthMap, quantity: str) -> bool:
    """Whether the kernel is the tangent kernel of ReLU without biases, at weight variance 2 or over its diagonal."""
    if quantity == "nngp" or network.activation.expr != activation("relu").expr or network.bias_variance.value != 0:
        return False
    weight = network.weight_variance.value
    return weight == 2 or (quantity == "ratio" and weight > 0)


def as_double(value: arb) -> tuple[float, float]:
    """The midpoint as a double, and a bound of the distance from there to any point of the ball.

    >>> as_double(arb(3))
    (3.0, 0.0)
    """
    if not value.is_finite():
        raise AccuracyError("A ball without a finite radius has no float64 value.")
    double = float(value.mid())
    return double, above(abs(value - arb(double)).upper())


def above(value: arb) -> float:
    """A double that is at least as large as every point of a non-negative ball.

    >>> bool(above(arb(1) / 3) >= arb(1) / 3)
    True
    """
    double = float(value.upper())
    while not arb(double) >= value:
        double = math.nextafter(double, math.inf)
    return double


def _nodes() -> list[arb]:
    """The zeros of the Chebyshev polynomial, rounded to doubles, which then are the nodes."""
    angles = [arb.pi() * (2 * i + 1) / (2 * _NODES) for i in range(_NODES)]
    return [arb(float(angle.cos().mid())) for angle in angles]


def _place(cosines: np.ndarray) -> np.ndarray:
    """The piece of a cosine: sign, octave of 1 - |rho|, and eighth of the octave, in one integer."""
    mantissa, exponent = np.frexp(np.minimum(1.0 - np.abs(cosines), np.nextafter(1.0, 0.0)))
    part = ((mantissa - 0.5) * (2 * _PARTS)).astype(np.int64)
    return ((-exponent.astype(np.int64)) * _PARTS + part) * 2 + (cosines < 0)


def _centre(place: int) -> tuple[float, float]:
    """Centre and 1/h of a piece, both exact: 1 - |rho| starts at 2^-(octave + 1) (1 + part/8), ends 2 h on."""
    rest, negative = divmod(int(place), 2)
    octave, part = divmod(rest, _PARTS)
    width = 2.0 ** -(octave + 1)
    centre = 1.0 - width * (1 + (2 * part + 1) / (2 * _PARTS))
    return (-centre if negative else centre), 2 * _PARTS / width
