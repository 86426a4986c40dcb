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

from .certified_entries import BITS, CertifiedEntries
from .float_bounds import above, gamma
from .near_pairs import complement_error, complements
from .rows import Rows

_NEAR = 1 / 16
"""Pairs with 1 - |cos| below this are computed from what is left after projection: the product has lost digits."""
_BLOCK = 1 << 19
"""Entries of rows that are compared at once."""
_ROUNDINGS = 1 + 1e-12
"""More than the roundings of a short computation of bounds."""


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
    return _matrix(data, CertifiedEntries(network, "nngp"))


def ntk_matrix(data: np.ndarray, network: DepthMap, *, ratio: bool = False) -> KernelMatrix:
    """The tangent kernel of the rows of an array, each divided by its norm; with `ratio`, over its diagonal.

    Floats count as the exact numbers that they are. The error bounds are rigorous. Few pairs are evaluated in balls,
    one by one; many by the compiled map of the network and its proved bound (`CompiledMap`), to which comes the error
    of the cosine, a few times 1e-16 (width of the data + 8). It costs at most f(1)/(1 - |cos|) times as much, and where
    1 - |cos| < 1/16 that number itself is computed to a relative error of this size, which costs at most f(1) times as
    much. What is assumed of the machine stands in `float_bounds`. The time hardly depends on the depth up to 10^12 at a
    fixed variance (normalised activations; ReLU without biases with `ratio` or at weight variance 2), 10^6 else; ReLU
    may be deeper (`relu_ntk_ratio`, pair by pair).
    Raises `InputError` for data that is no finite two-dimensional array or has a row of zeros, and where the activation
    has no tangent kernel; `AccuracyError` out of range.

    >>> kernel = ntk_matrix(np.array([[1.0, 0.0], [0.0, 1.0]]), DepthMap("relu", 1, weight_variance=2))
    >>> float(round(kernel.values[0, 1], 12)), float(kernel.values[0, 0])
    (0.318309886184, 2.0)

    Source: derived here. f is a power series in the cosine with coefficients >= 0 (dual activations are, and sums,
    products and compositions of such series are), so |f'(c)| <= f'(|c|) <= (f(1) - f(|c|))/(1 - |c|) by convexity.
    """
    return _matrix(data, CertifiedEntries(network, "ratio" if ratio else "ntk"))


def _matrix(data: Any, entries: CertifiedEntries) -> KernelMatrix:
    rows = _rows(data)
    size = len(rows)
    lower = np.tril_indices(size, -1)
    compute = _one_by_one if entries.one_by_one(len(lower[0])) else _compiled
    matrix, errors = (_filled(size, lower, found) for found in compute(rows, lower, entries))
    return KernelMatrix(matrix, errors)


def _filled(size: int, lower: Any, found: np.ndarray) -> np.ndarray:
    """The symmetric matrix of a number on the diagonal and those below it."""
    matrix = np.diag(np.full(size, found[0]))
    matrix[lower] = found[1:]
    matrix[lower[1], lower[0]] = found[1:]
    return matrix


def _one_by_one(rows: np.ndarray, pairs: Any, entries: CertifiedEntries) -> tuple[np.ndarray, np.ndarray]:
    """The kernel of a row with itself, and of pairs of rows, in balls; the errors."""
    with precision(bits=BITS):
        found = [entries.exactly(arb(1))]
        found += [entries.exactly(_cosine(rows, i, j)) for i, j in zip(*pairs, strict=True)]
    values, error = zip(*found, strict=True)
    return np.array(values), np.array(error)


def _compiled(rows: np.ndarray, pairs: Any, entries: CertifiedEntries) -> tuple[np.ndarray, np.ndarray]:
    """The same by the compiled map."""
    cosines, u, change = _complements(rows, pairs)
    values, error = entries.values(np.append(1.0, cosines), np.append(0.0, u))
    # The bounds are relative to the exact value on the diagonal, of which the first value is the double.
    diagonal = values[0] / (1 - error[0]) if error[0] < 0.5 else np.inf
    return values, (error + np.append(0.0, change)) * (diagonal * _ROUNDINGS)


def _complements(rows: np.ndarray, pairs: Any) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The cosines of pairs of rows, u = 1 - |cos|, and how much their errors can change a kernel, over its diagonal."""
    width = rows.shape[1]
    with precision(bits=BITS):
        # Each normalised row is off by (width/2 + 3) roundings, relatively, and the product of two adds width more;
        # 1 - |cos| adds half of one.
        off = above(arb("1.01") * gamma(2 * width + 8) + arb(2) ** -54)
    unit = rows / np.sqrt(np.einsum("ij,ij->i", rows, rows))[:, None]
    cosines = (unit @ unit.T)[pairs]
    u = 1.0 - np.abs(cosines)
    near = np.flatnonzero(u < _NEAR)
    if off > _NEAR / 4:
        raise AccuracyError(f"Rows of {width} entries have no certain cosines in float64: give shorter ones.")
    change = off / (np.maximum(u, _NEAR) - off)
    step, first, second = max(1, _BLOCK // width), pairs[0][near], pairs[1][near]
    for start in range(0, len(near), step):
        part = slice(start, start + step)
        u[near[part]] = _near_complements(rows, first[part], second[part])
    relative = complement_error(width)
    change[near] = relative / (1 - relative) if relative < 0.5 else np.inf
    return np.copysign(1.0 - u, cosines), u, change


def _near_complements(rows: np.ndarray, first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """`complements`, checked in rational arithmetic where rows are parallel or underflow could have made them so."""
    x, y = rows[first], rows[second]
    found = complements(x, y)
    doubtful = (found < 2.0**-256) & ~((x == y).all(axis=1) | (x == -y).all(axis=1))
    for place in np.flatnonzero(doubtful):
        if not _parallel(rows, first[place], second[place]):
            raise _too_close(first[place], second[place])
        found[place] = 0.0
    return found


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
    if not _parallel(rows, i, j):
        raise _too_close(i, j)
    return arb(1 if product > 0 else -1)


def _parallel(rows: np.ndarray, i: int, j: int) -> bool:
    """Whether two rows are parallel, in exact arithmetic."""
    x, y = ([Fraction(v) for v in rows[k].tolist()] for k in (i, j))
    exact = sum(a * b for a, b in zip(x, y, strict=True))
    return exact**2 == sum(a * a for a in x) * sum(b * b for b in y)


def _too_close(i: int, j: int) -> AccuracyError:
    return AccuracyError(f"Rows {j} and {i} of the data are too close to tell apart: leave one of them out.")
