"""`Cosine`: the argument of a kernel, kept exact near rho = 1 and folded to rho >= 0 by symmetry."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import mpmath
import numpy as np
import sympy as sp
from flint import arb

from deepcond_sym.arithmetic import Arithmetic, ball, ball_from_mp, exact_expression, float64, precision
from deepcond_sym.arithmetic.balls import exact
from deepcond_sym.errors import InputError

from .ntk import Correlation

_SLACK = 4 * np.finfo(np.float64).eps
"""By how much a float cosine may exceed 1 through rounding."""


class Cosine:
    """Cosines rho = 1 - u of two inputs: a float64 array, or one exact number, or one ball.

    >>> Cosine.read("0.9", None, 50, None).u, Cosine.read(0.75, None, None, None).u
    (1/10, array([0.25]))
    """

    def __init__(self, rho: Any, u: Any, shape: tuple[int, ...] | None = None) -> None:
        self.rho, self.u, self.shape = rho, u, shape

    @classmethod
    def read(cls, rho: Any, u: Any, digits: int | None, bits: int | None) -> Cosine:
        """From a cosine in [-1, 1] or from u = 1 - rho in [0, 2]; beyond by more than rounding is an `InputError`."""
        if (rho is None) == (u is None):
            raise InputError("Give either the cosine rho or its complement u = 1 - rho.")
        return cls._read(u if rho is None else rho, digits, bits, complement=rho is None)

    @classmethod
    def _read(cls, value: Any, digits: int | None, bits: int | None, *, complement: bool) -> Cosine:
        if digits is not None and bits is not None:
            raise InputError("Give either digits or bits, not both.")
        if isinstance(value, (str, Fraction, sp.Basic, mpmath.mpf, arb)) or digits is not None or bits is not None:
            number = _exact(value)
            _check_exact(number, complement)
            other = None if isinstance(number, arb) else 1 - number
            cosine = cls(other, number) if complement else cls(number, other)
            return cosine if digits is not None or bits is not None else cosine._as_floats()
        array = _as_array(value)
        low, high = (0.0, 2.0) if complement else (-1.0, 1.0)
        if not ((array >= low - _SLACK) & (array <= high + _SLACK)).all():
            name = "u = 1 - rho" if complement else "A cosine rho"
            raise InputError(f"{name} must lie in [{low:g}, {high:g}]: check the normalisation of the inputs.")
        # Rounding of a Gram matrix can leave 1 + 2e-16 for a point with itself: that is rho = 1, not an error.
        flat = np.minimum(np.maximum(array.ravel(), low), high)
        return cls(1.0 - flat, flat, array.shape) if complement else cls(flat, 1.0 - flat, array.shape)

    def _as_floats(self) -> Cosine:
        if self.is_ball:
            raise InputError("A ball as argument needs digits= or bits=; for float64 give a float.")
        with precision(bits=200):
            rho, u = (np.array([float(ball.constant(value))]) for value in (self.rho, self.u))
        return Cosine(rho, u, ())

    @property
    def is_ball(self) -> bool:
        """Whether the argument is a ball with a radius, so that no accuracy can be promised."""
        return isinstance(self.u, arb) or isinstance(self.rho, arb)

    @property
    def is_exactly_zero(self) -> bool:
        """Whether this is one exact cosine that is 0."""
        return not self.is_ball and not isinstance(self.rho, np.ndarray) and bool(self.rho == 0)

    def start(self, arithmetic: Arithmetic, mirror: str | None) -> tuple[Correlation, Any]:
        """The starting correlation, with |rho| for rho if `mirror` is "even" or "odd", and the signs to undo that."""
        if arithmetic is float64:
            # For rho < 0, rho is exact whichever was given (1 - u is, for 1/2 <= u <= 2), and so is 1 + rho.
            negative = (self.rho < 0) if mirror else np.zeros(self.rho.shape, dtype=bool)
            c = np.where(negative, -self.rho, self.rho)
            u = np.where(negative, 1.0 + self.rho, self.u)
            return Correlation(c, u), np.where(negative & (mirror == "odd"), -1.0, 1.0)
        rho, u = self.rho, self.u
        if self.is_ball:
            # Subtracted here and not on entry, so that it happens at the working precision.
            rho, u = (1 - u, u) if rho is None else (rho, 1 - rho)
        if mirror and _is_negative(rho):
            rho, u = -rho, 2 - u
            return _in(arithmetic, rho, u), -1 if mirror == "odd" else 1
        return _in(arithmetic, rho, u), 1

    def back(self, value: Any, signs: Any) -> Any:
        """Undo the folding for a kernel."""
        return value * signs

    def complement_back(self, end: Correlation, signs: Any) -> Any:
        """Undo the folding for 1 - c."""
        if isinstance(signs, np.ndarray):
            return np.where(signs < 0, 2.0 - end.u, end.u)
        return 2 - end.u if signs < 0 else end.u

    def shaped(self, value: np.ndarray) -> Any:
        """A float64 answer in the shape of the question."""
        return value.reshape(self.shape) if self.shape else np.float64(value.item())

    def filled(self, constant: Any) -> np.ndarray:
        """The same float64 value for every cosine."""
        return np.full(self.rho.shape, float(constant))


def _in(arithmetic: Arithmetic, rho: Any, u: Any) -> Correlation:
    if isinstance(u, arb):
        return Correlation(rho, u)
    return Correlation(arithmetic.constant(rho), arithmetic.constant(u))


def _exact(value: Any) -> Any:
    """A rational or exact SymPy number, or a ball if it has a radius."""
    if isinstance(value, mpmath.mpf):
        value = ball_from_mp(value)
    if isinstance(value, arb):
        if not value.is_exact():
            return value
        value, _ = exact(value)
    if isinstance(value, np.integer):
        value = int(value)
    return exact_expression(value)


def _check_exact(number: Any, complement: bool) -> None:
    """Refuse what is certainly outside [-1, 1], or [0, 2] for a complement."""
    with precision(bits=300):
        point = number if isinstance(number, arb) else ball.constant(number)
        distance = point - 1 if complement else point
        if not distance.is_finite() or distance > 1 or distance < -1:
            allowed = "u = 1 - rho must lie in [0, 2]" if complement else "A cosine rho must lie in [-1, 1]"
            raise InputError(f"{allowed}, which {number} does not.")


def _is_negative(number: Any) -> bool:
    if isinstance(number, arb):
        return bool(number < 0)
    with precision(bits=300):
        return bool(ball.constant(number) < 0)


def _as_array(value: Any) -> np.ndarray:
    try:
        array = np.asarray(value)
        if array.dtype.kind not in "fiu":
            raise TypeError
        return array.astype(np.float64)
    except (TypeError, ValueError):
        raise InputError("A cosine must be a real number or an array of real numbers.") from None
