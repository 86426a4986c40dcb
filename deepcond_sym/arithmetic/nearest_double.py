"""The double nearest to an exact number, or to a value known as balls."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import numpy as np
from flint import arb

from deepcond_sym.errors import AccuracyError, InputError

from .accuracy import to_relative
from .balls import exact
from .precision import precision

_MOST_BITS = 5000
_UNDERFLOW = arb(2) ** -1080
_OVERFLOW = arb(2) ** 1030


def nearest_double(number: Fraction) -> np.float64:
    """The double nearest to an exact number; inf or -inf beyond the range of doubles.

    >>> float(nearest_double(Fraction(1, 3))), float(nearest_double(Fraction(10) ** 400))
    (0.3333333333333333, inf)
    """
    try:
        return np.float64(number.numerator / number.denominator)
    except OverflowError:
        return np.float64(np.inf if number > 0 else -np.inf)


def nearest_to_ball(evaluate: Callable[[], arb], what: str) -> np.float64:
    """The double nearest to a value given as balls: within 0.5000001 units of the last place, inf if it overflows.

    Raises `InputError` if the balls do not settle on a number.

    >>> float(nearest_to_ball(arb.pi, "pi"))
    3.141592653589793
    """
    try:
        value = to_relative(evaluate, 80, max_bits=_MOST_BITS)
    except AccuracyError as error:
        with precision(bits=_MOST_BITS):
            value = evaluate()
            if not (value.is_finite() and abs(value) < _UNDERFLOW):
                raise InputError(f"{what} has no real value that can be certified: {error}") from None
    if abs(value) < _UNDERFLOW:
        return np.float64(0.0)
    if abs(value) > _OVERFLOW:
        return np.float64(np.inf if value > 0 else -np.inf)
    return nearest_double(exact(value)[0])
