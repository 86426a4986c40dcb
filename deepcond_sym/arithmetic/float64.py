"""`float64`: the arithmetic of speed, NumPy scalars and arrays of doubles."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import sympy as sp
from scipy import special

from deepcond_sym.errors import InputError

from .ball import ball
from .base import Arithmetic, Branch
from .exact import exact_number
from .nearest_double import nearest_double, nearest_to_ball

_SQRT_TWO_PI = np.sqrt(2 * np.pi)
_SQRT_HALF = np.sqrt(0.5)
_BEYOND = 100.0  # exp(-x^2/2) is 0 in doubles from about 39 on


class Float64Arithmetic(Arithmetic):
    """Numbers are `numpy.float64` and arrays of them, elementwise; see `Arithmetic` for the law.

    Overflow gives inf and underflow 0, silently. An argument outside the real domain raises `InputError`.

    >>> from deepcond_sym.arithmetic import float64
    >>> float64.step(np.array([-1.0, 0.0, 2.0]))
    array([0. , 0.5, 1. ])
    """

    name = "float64"

    def _run(self, function: Callable[[Any], Any], x: Any) -> Any:
        """Run a NumPy function in its real domain: what NumPy would warn about is an error of the caller."""
        try:
            with np.errstate(over="ignore", under="ignore", invalid="raise", divide="raise"):
                return function(x)
        except FloatingPointError:
            name = getattr(function, "__name__", "power").strip("_<>")
            raise InputError(f"{name} has no real value for part of its argument: keep it in its domain.") from None

    def constant(self, value: Any) -> Any:
        """The nearest double of an exact constant; a float or an array of floats is taken as it is."""
        if isinstance(value, float | np.ndarray | np.floating):
            return _checked(np.asarray(value, dtype=np.float64)[()])
        number = exact_number(sp.Rational(value) if isinstance(value, sp.Float) else value)
        if isinstance(number, Fraction):
            return nearest_double(number)
        return nearest_to_ball(lambda: ball.constant(number), str(number))

    def number(self, value: Any) -> Any:
        if isinstance(value, list | tuple):
            value = np.asarray(value, dtype=np.float64)
        return self.constant(value)

    def constant_key(self) -> int:
        return 53

    def pi(self) -> Any:
        return np.float64(np.pi)

    def exp(self, x: Any) -> Any:
        return self._run(np.exp, x)

    def expm1(self, x: Any) -> Any:
        return self._run(np.expm1, x)

    def log(self, x: Any) -> Any:
        return self._run(np.log, x)

    def log1p(self, x: Any) -> Any:
        return self._run(np.log1p, x)

    def sqrt(self, x: Any) -> Any:
        return self._run(np.sqrt, x)

    def sin(self, x: Any) -> Any:
        return self._run(np.sin, x)

    def cos(self, x: Any) -> Any:
        return self._run(np.cos, x)

    def tan(self, x: Any) -> Any:
        return self._run(np.tan, x)

    def sinh(self, x: Any) -> Any:
        return self._run(np.sinh, x)

    def cosh(self, x: Any) -> Any:
        return self._run(np.cosh, x)

    def tanh(self, x: Any) -> Any:
        return self._run(np.tanh, x)

    def asin(self, x: Any) -> Any:
        return self._run(np.arcsin, x)

    def acos(self, x: Any) -> Any:
        return self._run(np.arccos, x)

    def atan(self, x: Any) -> Any:
        return self._run(np.arctan, x)

    def erf(self, x: Any) -> Any:
        return special.erf(x)

    def erfc(self, x: Any) -> Any:
        return self._run(_erfc, x)

    def normal_pdf(self, x: Any) -> Any:
        return self._run(_normal_pdf, x)

    def normal_cdf(self, x: Any) -> Any:
        return self._run(_normal_cdf, x)

    def power(self, x: Any, y: Any) -> Any:
        return self._run(lambda base: _power(base, y), x)

    def absolute(self, x: Any) -> Any:
        return np.abs(x)

    def sign(self, x: Any) -> Any:
        return np.sign(x)

    def step(self, x: Any) -> Any:
        return np.heaviside(x, 0.5)

    def maximum(self, a: Any, b: Any) -> Any:
        return np.maximum(a, b)

    def minimum(self, a: Any, b: Any) -> Any:
        return np.minimum(a, b)

    def less(self, a: Any, b: Any) -> Any:
        return np.less(a, b)

    def equal(self, a: Any, b: Any) -> Any:
        return np.equal(a, b)

    def negate(self, a: Any) -> Any:
        return np.logical_not(a)

    def both(self, a: Any, b: Any) -> Any:
        return np.logical_and(a, b)

    def piecewise(self, branches: Sequence[Branch], arguments: tuple[Any, ...]) -> Any:
        shape = np.broadcast_shapes(*[np.shape(argument) for argument in arguments])
        values = np.empty(shape)
        left = np.ones(shape, dtype=bool)
        spread = [np.broadcast_to(argument, shape) for argument in arguments]
        for value, condition in branches:
            if not left.any():
                break
            here = left.copy()
            here[left] = condition(*[argument[left] for argument in spread])
            if here.any():
                values[here] = value(*[argument[here] for argument in spread])
                left &= ~here
        if left.any():
            raise InputError("No branch of the piecewise expression holds here: add a last branch with condition True.")
        return values[()]


def _power(base: Any, y: Any) -> Any:
    if isinstance(y, Fraction):
        if y.denominator == 2:
            root = np.sqrt(base)
            whole = int(y - Fraction(1, 2))
            return root * _power(base, whole) if whole else root
        y = y.numerator / y.denominator
    if y == 2:
        return base * base
    if y == 3:
        return base * base * base
    return np.power(base, np.float64(y))


def _erfc(x: Any) -> Any:
    # SciPy's own erfc loses 2 to 3 digits in the upper tail, its scaled variant does not.
    above = np.minimum(np.maximum(x, 1.0), _BEYOND)
    coarse = np.floor(above * 16 + 0.5) / 16
    tail = np.exp(-coarse * coarse) * np.exp((coarse - above) * (coarse + above)) * special.erfcx(above)
    return np.where(np.greater(x, 1.0), tail, special.erfc(x))[()]


def _normal_cdf(x: Any) -> Any:
    below = np.maximum(np.minimum(x, -1.0), -_BEYOND)
    tail = _gaussian(below) * special.erfcx(below * -_SQRT_HALF) / 2
    return np.where(np.less(x, -1.0), tail, special.ndtr(x))[()]


def _normal_pdf(x: Any) -> Any:
    return _gaussian(x) / _SQRT_TWO_PI


def _gaussian(x: Any) -> Any:
    """exp(-x^2/2)."""
    # exp multiplies the rounding error of x^2 by x^2; splitting off a square that is exact avoids it (as in Cephes).
    size = np.minimum(np.abs(x), _BEYOND)
    coarse = np.floor(size * 16 + 0.5) / 16
    fine = (size - coarse) * (size + coarse)
    return np.exp(-coarse * coarse / 2) * np.exp(-fine / 2)


def _checked(value: Any) -> Any:
    if np.isnan(value).any():
        raise InputError("NaN is not a number: remove it from the argument.")
    return value


class Unguarded(Float64Arithmetic):
    """Inside a program the whole run is watched once, not every function: overflow must come to light there."""

    def _run(self, function: Callable[[Any], Any], x: Any) -> Any:
        return function(x)


float64 = Float64Arithmetic()
"""The arithmetic of double precision arrays."""
