"""`predictor_weights`: the weights of kernel regression, enclosed one by one."""

from __future__ import annotations

from typing import Any

import numpy as np
from flint import arb, arb_mat

from deepcond_sym.arithmetic import ball, precision
from deepcond_sym.errors import AccuracyError, InputError

from . import float_bounds
from .matrices import KernelMatrix
from .symmetric_input import FloatMatrix, read

_ATTEMPTS = 4
_MOST_BALL_ROWS = 200


def predictor_weights(matrix: Any, vector: Any, *, error: Any = 0, vector_error: Any = 0, bits: int = 64) -> list[arb]:
    """Balls around the weights w with K w = k: the prediction of kernel regression at a point is w . y.

    K, `matrix`, is the kernel matrix of the training points, as for `lambda_min`, `error` the bound for its entries;
    k, `vector`, holds the kernel between them and the new point (a NumPy array, exact numbers or balls), and
    `vector_error` bounds its entries; `KernelMatrix.split` makes all of these from the kernel matrix of all points.
    Up to 200 points the balls reach `bits` relative to the largest weight, as far as the entries allow; beyond, K goes
    through float64 and has to be positive definite.
    Raises `InputError` as `lambda_min` does, `AccuracyError` if K may be singular.

    >>> first, second = predictor_weights([[1, "1/4"], ["1/4", 1]], ["1/4", "1/4"])
    >>> first.overlaps(arb(1) / 5), bool(first.rad() < 1e-19)
    (True, True)

    Source: derived here. For doubles: with x an approximate solution and r = k - K x, |w_i - x_i| <= ||w - x||_2 =
    ||K^-1 r||_2 <= ||r||_2/lambda_min(K); for any matrix within E of K, r grows by at most ||E||_2 ||x||_2.
    """
    entries = read(matrix, error, bits, _MOST_BALL_ROWS)
    if isinstance(entries, FloatMatrix):
        with precision(bits=max(bits, 64)):
            return _from_floats(entries, _read_vector(vector, vector_error, len(entries.floats)))
    solved: list[arb] = []
    for attempt in range(_ATTEMPTS):
        working = (bits + 64) * 2**attempt
        rows = read(matrix, error, working, _MOST_BALL_ROWS)
        assert isinstance(rows, list)
        with precision(bits=working):
            right = _read_vector(vector, vector_error, len(rows))
            try:
                found = arb_mat(rows).solve(arb_mat([[entry] for entry in right])).entries()
            except ZeroDivisionError:
                continue
            if not all(weight.is_finite() for weight in found):
                continue
            solved = found
            if max(weight.rad() for weight in solved) <= max(abs(w).lower() for w in solved) * arb(2) ** -bits:
                break
    if not solved:
        raise AccuracyError("Cannot certify the weights: the matrix may be singular; give entries of smaller error.")
    with precision(bits=bits):
        return [+weight for weight in solved]


def _from_floats(entries: FloatMatrix, right: list[arb]) -> list[arb]:
    matrix, size = entries.floats, len(entries.floats)
    least = (float_bounds.extremes(matrix)[0] - entries.blur).lower()
    if not least > 0:
        raise AccuracyError(
            "Cannot certify the weights: lambda_min of the matrix is not certainly positive, at least"
            f" {least.str(2, radius=False)} is all that is known."
        )
    try:
        solution = np.linalg.solve(matrix, np.array([float(entry) for entry in right]))
    except np.linalg.LinAlgError as fault:
        raise AccuracyError(f"Cannot certify the weights: float64 found no solution ({fault}).") from fault
    if not np.isfinite(solution).all():
        raise AccuracyError("Cannot certify the weights: they leave the range of float64.")
    image, sizes = matrix @ solution, np.abs(matrix) @ np.abs(solution)
    share = float_bounds.gamma(size) * (1 + 2 * float_bounds.gamma(size))
    residual = arb(0)
    for target, value, magnitude in zip(right, image.tolist(), sizes.tolist(), strict=True):
        residual += ((abs(target - arb(value)) + share * arb(magnitude)).upper() + arb(2) ** -900) ** 2
    length = sum((arb(value) ** 2 for value in solution.tolist()), arb(0)).sqrt()
    radius = ((residual.sqrt() + entries.blur * length) / least).upper()
    if not radius.is_finite():
        raise AccuracyError("Cannot certify the weights: the products with the matrix leave the range of float64.")
    return [arb(value) + arb(0, radius) for value in solution.tolist()]


def _read_vector(vector: Any, error: Any, size: int) -> list[arb]:
    """The right-hand side in balls at the current precision."""
    if isinstance(vector, KernelMatrix):
        raise InputError("The right-hand side is a vector, one entry a training point.")
    try:
        given = vector.ravel().tolist() if isinstance(vector, np.ndarray) else list(vector)
    except TypeError:
        raise InputError("The right-hand side is an array or a list of numbers.") from None
    floats = isinstance(vector, np.ndarray) and vector.dtype.kind in "fiu" and vector.dtype.itemsize <= 8
    right = [arb(entry) if floats else ball.number(entry) for entry in given]
    if len(right) != size:
        raise InputError(f"The right-hand side has {len(right)} entries, the matrix {size} rows: they must agree.")
    bounds = error.ravel().tolist() if isinstance(error, np.ndarray) else [error] * size
    radii = [arb(bound) if isinstance(bound, float) else ball.number(bound) for bound in bounds]
    if len(radii) != size or not all(radius.is_finite() and radius.lower() >= 0 for radius in radii):
        raise InputError("The error of the right-hand side is a finite number at least 0, or one for each entry.")
    if not all(entry.is_finite() for entry in right):
        raise InputError("Cannot certify: the right-hand side has an entry that is not finite.")
    return [entry + arb(0, radius.upper()) for entry, radius in zip(right, radii, strict=True)]
