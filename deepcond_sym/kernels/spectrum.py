"""`lambda_min`, `lambda_max` and `condition_number` of a symmetric matrix, as certified enclosures or not at all."""

from __future__ import annotations

from typing import Any

from flint import arb

from deepcond_sym.arithmetic import extreme_eigenvalues, precision
from deepcond_sym.errors import AccuracyError, InputError

from . import float_bounds
from .symmetric_input import FloatMatrix, read

_MOST_RESCUED = 100
_SHARP = arb(2) ** -20
"""Up to so many rows the work goes on in balls where float64 leaves the least eigenvalue with fewer than 6 digits."""


def lambda_min(matrix: Any, *, error: Any = 0, bits: int = 64) -> arb:
    """A ball that contains the least eigenvalue of a symmetric matrix.

    `matrix` is a NumPy array (floats count as the exact numbers that they are), or rows of exact numbers (integers,
    Fractions, SymPy numbers, text such as "1/3") or of balls, a SymPy matrix or a `KernelMatrix`. Up to 60 rows the
    work is done in balls and reaches `bits` of precision as far as the entries allow; larger matrices go through
    float64, with every rounding error accounted for: a radius of about n^2 2^-53 times the largest entry. Up to 100
    rows balls take over where that leaves fewer than 6 digits.
    `error`, a number or an array, bounds how far the entries of the matrix that is meant may be from those given.
    Raises `InputError` for what is no symmetric matrix of finite numbers, `AccuracyError` for balls without a bound.

    >>> lambda_min([[2, "1/2"], ["1/2", 2]]).str(10, radius=False)
    '1.500000000'
    >>> import numpy
    >>> lambda_min(numpy.eye(100) / 4 + 1).str(10, radius=False)
    '0.2500000000'

    Source: derived here; see `extreme_eigenvalues` and `float_bounds`.
    """
    return extremes(matrix, error, bits)[0]


def lambda_max(matrix: Any, *, error: Any = 0, bits: int = 64) -> arb:
    """A ball that contains the largest eigenvalue of a symmetric matrix; arguments and errors as for `lambda_min`.

    >>> lambda_max([[2, "1/2"], ["1/2", 2]], error="1/10")
    [2e+0 +/- 0.701]

    Source: derived here.
    """
    return extremes(matrix, error, bits)[1]


def condition_number(matrix: Any, *, error: Any = 0, bits: int = 64) -> arb:
    """A ball that contains lambda_max/lambda_min of a positive definite matrix; arguments as for `lambda_min`.

    Raises `InputError` if the matrix is certainly not positive definite, `AccuracyError` if that cannot be told.

    >>> condition_number([[2, 1], [1, 2]]).str(10, radius=False)
    '3.000000000'
    >>> condition_number([["1/2", "1/2"], ["1/2", "1/2"]], error="1/8")
    Traceback (most recent call last):
        ...
    deepcond_sym.errors.AccuracyError: Cannot certify: lambda_min lies between -0.25 and 0.25, so it may be 0.

    Source: derived here.
    """
    least, largest = extremes(matrix, error, bits)
    if least.upper() <= 0:
        raise InputError(
            f"The matrix is not positive definite (lambda_min is at most {_short(least.upper())}), so it has no"
            " condition number lambda_max/lambda_min."
        )
    if not least > 0:
        raise AccuracyError(
            f"Cannot certify: lambda_min lies between {_short(least.lower())} and {_short(least.upper())}, so it may"
            " be 0."
        )
    with precision(bits=max(bits, 64)):
        return largest / least


def extremes(matrix: Any, error: Any = 0, bits: int = 64) -> tuple[arb, arb]:
    """Balls around the least and the largest eigenvalue, as `lambda_min` and `lambda_max` answer.

    >>> least, largest = extremes([[1, 2], [2, 1]])
    >>> least.contains(-1), largest.contains(3)
    (True, True)
    """
    entries = read(matrix, error, bits + 64)
    if isinstance(entries, FloatMatrix):
        with precision(bits=max(bits, 64)):
            least, largest = float_bounds.extremes(entries.floats)
            sharp = least.rad() < max(entries.blur, abs(least).lower() * _SHARP)
            if sharp or len(entries.floats) > _MOST_RESCUED:
                blur = arb(0, entries.blur)
                return least + blur, largest + blur
        entries = read(matrix, error, bits + 64, _MOST_RESCUED)
        assert not isinstance(entries, FloatMatrix)
    with precision(bits=bits):
        return extreme_eigenvalues(entries)


def _short(value: arb) -> str:
    return value.str(2, radius=False)
