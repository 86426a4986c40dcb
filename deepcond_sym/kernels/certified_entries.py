"""`CertifiedEntries`: a kernel of any depth in float64 at many cosines, each value with a proved error bound."""

from __future__ import annotations

from fractions import Fraction
from functools import cached_property

import numpy as np
from flint import arb

from deepcond_sym.activations import activation
from deepcond_sym.arithmetic import ball, precision
from deepcond_sym.depth import DepthMap, relu_ntk_ratio
from deepcond_sym.errors import AccuracyError, InputError

from .compiled import CompiledMap, compile_map
from .compiled_tables import OCTAVES
from .float_bounds import as_double

BITS = 256
_EVALUATIONS = 20_000
"""So many layers of single pairs in balls take about as long as compiling a map of equal layers."""
_POINTS = 4000
"""At so many points a map is compiled whose layers differ from each other."""
_MOST_EQUAL, _MOST_DIFFERENT = 10**12, 10**6
"""Up to so many layers, at a fixed variance and otherwise, a map is compiled."""
_MOST_LAYERS = 1000
_TINY = 2.0**-50
_LARGEST = 1e300
_OUT_OF_RANGE = "The kernel leaves the range of float64: ask for the ratio, or for less depth."


class CertifiedEntries:
    """The kernel f of a network, by a compiled map where that pays, and in balls for a few pairs.

    `quantity` is "nngp", "ntk" or "ratio", as in `DepthMap.evaluate`. Raises `InputError` for the tangent kernel of an
    activation with jumps and for floats among the parameters, `AccuracyError` where f(1) leaves the range of float64.

    >>> entries = CertifiedEntries(DepthMap("relu", 10, weight_variance=2), "nngp")
    >>> (value,), (bound,) = entries.values(np.array([0.5]), np.array([0.5]))
    >>> bool(abs(value - 0.89764672980732255354) <= bound < 1e-15)
    True

    Source: derived here; see `CompiledMap`.
    """

    def __init__(self, network: DepthMap, quantity: str) -> None:
        if quantity not in ("nngp", "ntk", "ratio"):
            raise InputError(f"The kernel is 'nngp', 'ntk' or 'ratio', not {quantity!r}.")
        network._require_exact()
        if quantity != "nngp":
            network._require_tangent_kernel()
        # Over its diagonal ReLU's tangent kernel is the same for every weight variance.
        relu = _is_relu(network, quantity)
        self.network = DepthMap("relu", network.depth, weight_variance=2) if relu else network
        self.quantity = quantity
        # For single pairs it jumps over the layers beyond the first thousand.
        self._jumps = relu and network.depth > _MOST_LAYERS

    def one_by_one(self, pairs: int) -> bool:
        """Whether so many pairs are to be evaluated in balls: few of them, or of a network without a compiled map.

        >>> CertifiedEntries(DepthMap("relu", 2), "nngp").one_by_one(10)
        True
        """
        depth = self.network.depth
        equal = self.network._map.is_steady or (
            self.network.activation.homogeneity is not None and self.network.bias_variance.value == 0
        )
        few = pairs * min(depth, _MOST_LAYERS) <= _EVALUATIONS if equal else pairs <= _POINTS
        if few or depth > (_MOST_EQUAL if self.network._map.is_steady else _MOST_DIFFERENT):
            return True
        try:
            _ = self._map
        except AccuracyError:
            if depth > _MOST_DIFFERENT and not self._jumps:
                raise
            return True
        return False

    def exactly(self, rho: arb) -> tuple[float, float]:
        """f at one cosine in balls: a double and its error bound.

        >>> value, bound = CertifiedEntries(DepthMap("relu", 2, weight_variance=2), "ratio").exactly(arb(1) / 3)
        >>> bool(bound < 1e-16 * 3 and 0.2 < value < 0.5)
        True
        """
        with precision(bits=BITS):
            if self._jumps:
                ratio = arb(1) if rho == 1 else relu_ntk_ratio(self.network.depth, rho, bits=64)
                value = ratio * (self.network.depth + 1 if self.quantity == "ntk" else 1)
            else:
                value = self.network.evaluate(self.quantity, rho, ball)
            if not (value.is_finite() and value.upper() < _LARGEST):
                raise AccuracyError(_OUT_OF_RANGE)
            return as_double(value)

    @cached_property
    def _map(self) -> CompiledMap:
        return compile_map(self.network, "nngp" if self.quantity == "nngp" else "ntk")

    def values(self, rho: np.ndarray, u: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """f at the doubles rho, u = 1 - |rho|, and a bound for the error of each value over f(1).

        For u < 2^-64 it counts the roundings of a single evaluation: at most five.
        """
        compiled = self._map
        if compiled.over_diagonal and self.quantity != "ratio":
            raise AccuracyError(_OUT_OF_RANGE)
        tiny = (u > 0) & (u < 2.0**-OCTAVES)
        evaluate = compiled.nngp if self.quantity == "nngp" else compiled.ntk
        values = evaluate(rho, np.where(tiny, 0.0, u) if self._jumps else u)
        if self._jumps:
            for place in np.flatnonzero(tiny):
                exact = Fraction(float(u[place]))
                ratio = relu_ntk_ratio(self.network.depth, u=2 - exact if rho[place] < 0 else exact)
                values[place] = compiled.at_one * float(ratio)
        error = np.where(tiny, max(compiled.error_bound, _TINY), compiled.error_bound)
        if self.quantity == "ratio" and not compiled.over_diagonal:
            values /= compiled.at_one
            # The rounding of the divisor and that of the division.
            error += 2.0**-51
        return values, error


def _is_relu(network: DepthMap, quantity: str) -> bool:
    """Whether the kernel is the tangent kernel of ReLU without biases, at weight variance 2 or over its diagonal."""
    if quantity == "nngp" or network.activation.expr != activation("relu").expr or network.bias_variance.value != 0:
        return False
    weight = network.weight_variance.value
    return weight == 2 or (quantity == "ratio" and bool(weight > 0))
