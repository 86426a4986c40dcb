"""`nngp_matrix` and `ntk_matrix`: the kernel matrix of given data in float64, with a proved error bound an entry."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from flint import arb

from deepcond_sym.arithmetic import precision
from deepcond_sym.depth import DepthMap
from deepcond_sym.errors import AccuracyError, InputError

from .float_bounds import gamma
from .kernel_table import REACH, KernelTable, above, as_double
from .rows import Rows

_BITS = 256


@dataclass(frozen=True)
class KernelMatrix:
    """A symmetric matrix of doubles and, entry by entry, how far the exact matrix may be from it.

    `lambda_min`, `condition_number` and the others take it as it is; the error is then part of what they enclose.

    >>> from deepcond_sym.kernels import lambda_max
    >>> lambda_max(KernelMatrix(np.ones((2, 2)), np.full((2, 2), 0.25))).contains(2.5)
    True
    """

    values: np.ndarray
    error: np.ndarray

    def split(self, count: int = 1) -> tuple[KernelMatrix, list[np.ndarray], list[np.ndarray]]:
        """The matrix of all but the last `count` points; for each of these its kernel with the others, and the errors.

        >>> kernel = ntk_matrix(np.eye(3), DepthMap("relu", 1, weight_variance=2))
        >>> training, (vector,), (error,) = kernel.split()
        >>> len(training.values), bool(np.all(vector == kernel.values[2, :2]))
        (2, True)
        """
        size = len(self.values) - count
        if not 1 <= size < len(self.values):
            raise InputError(f"From 1 to {len(self.values) - 1} points can be held out, not {count}.")
        training = KernelMatrix(self.values[:size, :size], self.error[:size, :size])
        return training, list(self.values[size:, :size]), list(self.error[size:, :size])


def nngp_matrix(data: np.ndarray, network: DepthMap) -> KernelMatrix:
    """The NNGP kernel of the rows of an array, each divided by its norm; see `ntk_matrix`.

    >>> kernel = nngp_matrix(np.array([[1.0, 0.0], [3.0, 4.0]]), DepthMap("relu", 1, weight_variance=2))
    >>> float(round(kernel.values[0, 1], 12)), bool(kernel.error[0, 1] < 1e-14)
    (0.677547567767, True)
    """
    return _matrix(data, KernelTable(network, "nngp"))


def ntk_matrix(data: np.ndarray, network: DepthMap, *, ratio: bool = False) -> KernelMatrix:
    """The tangent kernel of the rows of an array, each divided by its norm; with `ratio`, over its diagonal.

    Floats count as the exact numbers that they are. The error bounds are rigorous (see `KernelTable`; to its error
    comes that of the cosine, times the slope, which is at most f(1)/(1 - |rho|)); they are a few times 1e-16 (width of
    the data + 8) times the diagonal. Pairs closer than 1 - |rho| = 2^-10, and all if there are few, are evaluated in
    balls, one by one. What is assumed of the machine stands in `float_bounds`. ReLU without biases may have any depth
    (`relu_ntk_ratio`), with `ratio` or at weight variance 2. Raises `InputError` for data that is no finite
    two-dimensional array or has a row of zeros, and where the activation has no tangent kernel; `AccuracyError` out of
    range.

    >>> kernel = ntk_matrix(np.array([[1.0, 0.0], [0.0, 1.0]]), DepthMap("relu", 1, weight_variance=2))
    >>> float(round(kernel.values[0, 1], 12)), float(kernel.values[0, 0])
    (0.318309886184, 2.0)

    Source: derived here.
    """
    return _matrix(data, KernelTable(network, "ratio" if ratio else "ntk"))


def _matrix(data: Any, table: KernelTable) -> KernelMatrix:
    rows = _rows(data)
    size, width = rows.shape
    diagonal = table.at_one
    with precision(bits=_BITS):
        # Each normalised row is off by (width/2 + 3) roundings, relatively, and the product of two adds width more.
        off = above(arb("1.01") * gamma(2 * width + 8))
        top, top_error = as_double(diagonal)
        norms = np.sqrt(np.einsum("ij,ij->i", rows, rows))
        unit = rows / norms[:, None]
        lower = np.tril_indices(size, -1)
        cosines = (unit @ unit.T)[lower]
        values, error = np.empty(len(cosines)), np.empty(len(cosines))
        near = np.abs(cosines) > REACH - 1e-6
        near |= not table.pays(cosines[~near])
        values[~near], error[~near] = table.values(cosines[~near])
        # The slope between the two cosines; the factor covers the roundings of this line.
        error[~near] = (error[~near] + off * above(diagonal) / (1 - np.abs(cosines[~near]) - off)) * (1 + 1e-12)
        for place in np.flatnonzero(near):
            values[place], error[place] = table.exactly(_cosine(rows, lower[0][place], lower[1][place]))
    matrix, errors = np.diag(np.full(size, top)), np.diag(np.full(size, top_error))
    for target, entries in ((matrix, values), (errors, error)):
        target[lower] = entries
        target[lower[1], lower[0]] = entries
    return KernelMatrix(matrix, errors)


def _rows(data: Any) -> np.ndarray:
    """The data as doubles, each row scaled by a power of two to a largest entry between 1/2 and 1, without rounding."""
    rows = Rows(np.asarray(data))
    scaled = rows.scaled(0, rows.size)
    if not np.array_equal(np.ldexp(scaled, rows.exponents[:, None]), rows.array.astype(np.float64)):
        raise InputError("The entries of a row differ by more than the range of float64: set the smallest ones to 0.")
    return scaled


def _cosine(rows: np.ndarray, i: int, j: int) -> arb:
    """The cosine of two rows as a ball, exactly 1 or -1 if they are parallel."""
    first, second = ([arb(v) for v in rows[k].tolist()] for k in (i, j))
    product, *squares = (
        sum((a * b for a, b in zip(x, y, strict=True)), arb(0))
        for x, y in ((first, second), (first, first), (second, second))
    )
    cosine = product / (squares[0] * squares[1]).sqrt()
    if abs(cosine) < 1:
        return cosine
    x, y = ([Fraction(v) for v in rows[k].tolist()] for k in (i, j))
    exact = sum(a * b for a, b in zip(x, y, strict=True))
    if exact**2 != sum(a * a for a in x) * sum(b * b for b in y):
        raise AccuracyError(f"Rows {j} and {i} of the data are too close to tell apart: leave one of them out.")
    return arb(1 if exact > 0 else -1)
