"""Symmetric matrices as they are given: arrays, exact numbers, balls, with or without errors; refused in a sentence."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import sympy as sp
from flint import arb, arb_mat

from deepcond_sym.arithmetic import ball, precision
from deepcond_sym.errors import InputError

from .float_bounds import sum_above
from .matrices import KernelMatrix

MOST_BALL_ROWS = 60
"""Up to so many rows the work is done in balls from the start, to any precision; beyond, in float64."""


class FloatMatrix(NamedTuple):
    """A symmetric array of doubles, and how far in spectral norm the matrix that is meant may be from it."""

    floats: np.ndarray
    blur: arb


def read(matrix: Any, error: Any, bits: int, most: int = MOST_BALL_ROWS) -> list[list[arb]] | FloatMatrix:
    """The matrix in balls of that precision up to so many rows, in float64 beyond; `lambda_min` says what is accepted.

    >>> read([[1, "1/2"], ["1/2", 1]], 0, 53)[0][1]
    0.500000000000000
    >>> read(np.eye(61), 0, 53).blur
    0
    """
    if isinstance(matrix, KernelMatrix):
        if not (isinstance(error, int) and error == 0):
            raise InputError("A kernel matrix brings its own errors: give no other.")
        matrix, error = matrix.values, matrix.error
    floats = _read_floats(matrix)
    with precision(bits=bits):
        if floats is not None and len(floats) > most:
            return FloatMatrix(floats, _norm_of(error, len(floats)))
        balls = _read_balls(matrix if floats is None else floats, error)
        if len(balls) <= most:
            return balls
        middle = np.array([[float(entry) for entry in row] for row in balls])
        middle = (middle + middle.T) / 2
        if not np.isfinite(middle).all():
            raise InputError("Cannot certify: so many rows go through float64, and an entry is beyond its range.")
        return FloatMatrix(middle, _distance(balls, middle))


def _read_floats(matrix: Any) -> np.ndarray | None:
    """A NumPy array of real numbers as a symmetric array of doubles; None for other kinds of matrices."""
    if not isinstance(matrix, np.ndarray) or matrix.dtype == object:
        return None
    if matrix.dtype.kind not in "fiub" or matrix.dtype.itemsize > 8:
        raise InputError(f"The matrix has entries of type {matrix.dtype}: give real numbers, at most float64.")
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or not matrix.size:
        raise InputError(f"The matrix must be square with at least one row, not of shape {matrix.shape}.")
    floats = matrix.astype(np.float64)
    if matrix.dtype.kind in "iu" and (np.abs(floats) > 2**53).any():
        raise InputError("The matrix has integers beyond 2^53, which float64 would round: give lists of integers.")
    if not np.isfinite(floats).all():
        i, j = np.argwhere(~np.isfinite(floats))[0]
        raise InputError(f"Cannot certify: entry ({i}, {j}) of the matrix is {floats[i, j]}.")
    if not np.array_equal(floats, floats.T):
        i, j = np.argwhere(floats != floats.T)[0]
        raise InputError(
            f"Cannot certify: the matrix is not symmetric, entries ({i}, {j}) and ({j}, {i}) differ by"
            f" {abs(floats[i, j] - floats[j, i]):.3g}; if that is rounding, give (A + A.T)/2 and an error."
        )
    return floats


def _read_balls(matrix: Any, error: Any = 0) -> list[list[arb]]:
    """The matrix in balls at the current precision, each widened by its error; refused if certainly not symmetric."""
    rows = matrix.tolist() if isinstance(matrix, (np.ndarray, sp.MatrixBase, arb_mat)) else matrix
    exactly = isinstance(matrix, np.ndarray) and matrix.dtype != object
    try:
        balls = [[arb(entry) if exactly else ball.number(entry) for entry in row] for row in rows]
    except TypeError:
        raise InputError("The matrix must be an array, or a list of rows of numbers.") from None
    if not balls or any(len(row) != len(balls) for row in balls):
        raise InputError("The matrix must be square with at least one row.")
    for i, row in enumerate(balls):
        for j, entry in enumerate(row):
            if not entry.is_finite():
                raise InputError(f"Cannot certify: entry ({i}, {j}) of the matrix is not finite.")
            if not entry.overlaps(balls[j][i]):
                raise InputError(f"Cannot certify: the matrix is not symmetric at ({i}, {j}) and ({j}, {i}).")
    radii = _read_error(error, len(balls))
    if isinstance(radii, np.ndarray):
        return [
            [entry + arb(0, float(radius)) for entry, radius in zip(row, line, strict=True)]
            for row, line in zip(balls, radii, strict=True)
        ]
    return [[entry + arb(0, radii) for entry in row] for row in balls]


def _read_error(error: Any, size: int) -> Any:
    """The error bound as an exact upper bound or as an array of doubles."""
    if isinstance(error, np.ndarray):
        if error.shape != (size, size) or error.dtype.kind not in "fiu" or not (error >= 0).all():
            raise InputError(f"The errors must be {size} x {size} numbers, none below 0 or NaN.")
        if not np.isfinite(error).all():
            raise InputError("An error bound is infinite, so nothing can be certified.")
        return error.astype(np.float64)
    bound = arb(float(error)) if isinstance(error, (float, np.floating)) else ball.number(error)
    if not bound.is_finite() or not bound.lower() >= 0:
        raise InputError(f"The error must be a finite number, at least 0, not {error}.")
    return bound.upper()


def _norm_of(error: Any, size: int) -> arb:
    """A bound of the spectral norm of every symmetric matrix whose entries are within the error."""
    bound = _read_error(error, size)
    return sum_above(bound, 1) if isinstance(bound, np.ndarray) else (bound * size).upper()


def _distance(balls: list[list[arb]], middle: np.ndarray) -> arb:
    rows = zip(balls, middle.tolist(), strict=True)
    return max(sum((abs(a - m) for a, m in zip(row, line, strict=True)), arb(0)).upper() for row, line in rows)
