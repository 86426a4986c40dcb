"""`VarianceDual`: what a layer computes with Gaussian inputs of one exact variance."""

from __future__ import annotations

import math
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import sympy as sp
from flint import arb

from deepcond_sym.activations import Activation
from deepcond_sym.arithmetic import Arithmetic, ball, mp_from_ball, precision
from deepcond_sym.duals import Dual, dual
from deepcond_sym.duals.normalized import NormalizedActivation
from deepcond_sym.errors import AccuracyError

_FLOAT_BITS = 80
_FLOAT_LOSS = 1e-15


class VarianceDual:
    """D(rho) = E[sigma(sqrt(q) X) sigma(sqrt(q) Y)], corr(X, Y) = rho, at one exact variance q, in every arithmetic.

    D is a power series in rho with coefficients a_n(q)^2 >= 0. In the notation of a network T = D and Tdot = D'/q.
    The methods that take u = 1 - rho lose nothing near rho = 1. Source: textbook.

    >>> from deepcond_sym.activations import activation
    >>> from deepcond_sym.arithmetic import float64
    >>> float(VarianceDual(activation("identity"), sp.Integer(4)).drop(0.25, float64))
    1.0
    """

    def __init__(self, source: Activation, variance: sp.Expr) -> None:
        self.variance = variance
        self.activation = source if variance == 1 else source.at_variance(variance)
        self.dual: Dual = dual(self.activation)
        self._is_accurate = False
        self._constants: dict[tuple[str, str, int], Any] = {}

    def at_one(self, arithmetic: Arithmetic) -> Any:
        """D(1) = E[sigma(sqrt(q) X)^2]."""
        return self._constant("at_one", arithmetic)

    def slope_at_one(self, arithmetic: Arithmetic) -> Any:
        """D'(1) = q E[sigma'(sqrt(q) X)^2], infinite for an activation with a jump."""
        return self._constant("slope_at_one", arithmetic)

    def value(self, correlation: Any, arithmetic: Arithmetic) -> Any:
        """D(rho)."""
        return self.dual.value(correlation, arithmetic)

    def drop(self, u: Any, arithmetic: Arithmetic) -> Any:
        """D(1) - D(1 - u) for 0 <= u <= 2, relatively accurate."""
        return self.dual.complement(u, arithmetic)

    def slope(self, correlation: Any, arithmetic: Arithmetic) -> Any:
        """D'(rho)."""
        return self.dual.slope(correlation, arithmetic)

    def slope_at(self, u: Any, arithmetic: Arithmetic) -> Any:
        """D'(1 - u) for 0 <= u <= 2; a kink makes it behave like sqrt(u), which the rounded 1 - u would spoil."""
        return self.dual.slope_at(u, arithmetic)

    @cached_property
    def _derivative(self) -> Dual:
        """The dual of sigma' (of the base where sigma is normalised): its slope is D'' up to a constant."""
        source = self.activation
        return dual((source.base if isinstance(source, NormalizedActivation) else source).derivative())

    def bend_at(self, u: arb) -> arb:
        """D''(1 - u) for 0 <= u <= 2 and an activation without kinks."""
        return self._derivative.slope_at(u, ball) * self._bend_constants[1]

    def bend_at_one(self) -> arb:
        """D''(1) = q^2 E[sigma''(sqrt(q) X)^2]."""
        return self._bend_constants[0]

    @property
    def _bend_constants(self) -> tuple[arb, arb]:
        """D''(1), and D' over the dual of the derivative taken."""
        key = ("bend", "ball", ball.constant_key())
        if key not in self._constants:
            factor = self.slope_at_one(ball) / to_number(self._derivative.at_one, ball)
            self._constants[key] = (to_number(self._derivative.slope_at_one, ball) * factor, factor)
        return self._constants[key]

    def pointwise(self, method: str, points: np.ndarray) -> np.ndarray:
        """A method by name at a few float64 points, through balls of enough bits: no tables are built."""
        result = np.empty_like(points)
        for index, point in enumerate(points):
            # A value near 0 at a point near 0 is only relatively accurate if the point fits into the precision.
            small = max(0, -math.frexp(point)[1]) if method == "value" else 0
            with precision(bits=_FLOAT_BITS + small):
                value = getattr(self, method)(arb(float(point)), ball)
                self._require_digits(value, value if method == "drop" else self.slope_at_one(ball))
                result[index] = float(value.mid())
        return result

    def require_float_accuracy(self) -> None:
        """Raise `AccuracyError` if the dual is not known to the digits of float64, as its tables would not say."""
        if not self._is_accurate:
            self.pointwise("drop", np.array([1e-3, 0.5]))
            self._is_accurate = True

    def _require_digits(self, value: arb, scale: arb) -> None:
        radius = value.rad() / abs(scale)
        if value.is_finite() and not radius < _FLOAT_LOSS and scale != 0 and scale.is_finite():
            raise AccuracyError(
                f"The dual of {self.activation.name} is only known to a relative {float(radius.mid()):.0e} near there, "
                "short of float64: its Hermite series converges too slowly for a depth recursion."
            )

    def _constant(self, name: str, arithmetic: Arithmetic) -> Any:
        key = (name, arithmetic.name, arithmetic.constant_key())
        if key not in self._constants:
            self._constants[key] = to_number(getattr(self.dual, name), arithmetic)
        return self._constants[key]


@lru_cache(maxsize=4096)
def variance_dual(source: Activation, variance: sp.Expr) -> VarianceDual:
    """The `VarianceDual` of an activation at an exact variance, built once."""
    return VarianceDual(source, variance)


def to_number(constant: Any, arithmetic: Arithmetic) -> Any:
    """A constant of a dual (exact SymPy, possibly oo, or a ball) in the number type of an arithmetic."""
    if isinstance(constant, arb):
        if arithmetic.name == "ball":
            return constant
        middle = mp_from_ball(constant)
        return np.float64(middle) if arithmetic.name == "float64" else middle
    if constant is sp.oo:
        return {"ball": arb("inf"), "float64": np.float64(np.inf)}.get(arithmetic.name, sp.oo)
    return arithmetic.constant(constant)
