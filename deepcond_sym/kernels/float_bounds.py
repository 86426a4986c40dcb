"""Rigorous bounds for a float64 matrix from float64 arithmetic itself, by a-priori bounds of its rounding errors.

What is assumed of the machine: IEEE 754 doubles, rounded to nearest; matrix products by inner products, added in any
order, fused or not, underflow flushed to zero or not. Then a product X Y with inner dimension n is off by at most
gamma_n |X| |Y| entrywise, gamma_n = n u/(1 - n u), u = 2^-53 (and next to nothing by underflow). Nothing is assumed of
`eigh`, `solve` and the like: they propose, and what they propose is checked by products.
"""

from __future__ import annotations

import math

import numpy as np
from flint import arb

from deepcond_sym.arithmetic import hull
from deepcond_sym.errors import AccuracyError

_UNDERFLOW = arb(2) ** -1000
"""More than an underflow can change a product of two doubles."""


def gamma(count: int) -> arb:
    """gamma_count = count u/(1 - count u), u = 2^-53, enclosed.

    >>> gamma(10).contains(arb(10) / (2**53 - 10))
    True
    """
    return arb(count) / (arb(2) ** 53 - count)


def as_double(value: arb) -> tuple[float, float]:
    """The midpoint as a double, and a bound of the distance from there to any point of the ball.

    >>> as_double(arb(3))
    (3.0, 0.0)
    """
    if not value.is_finite():
        raise AccuracyError("A ball without a finite radius has no float64 value.")
    double = float(value.mid())
    return double, above(abs(value - arb(double)).upper())


def above(value: arb) -> float:
    """A double that is at least as large as every point of a non-negative ball.

    >>> bool(above(arb(1) / 3) >= arb(1) / 3)
    True
    """
    double = float(value.upper())
    while not arb(double) >= value:
        double = math.nextafter(double, math.inf)
    return double


def sum_above(terms: np.ndarray, axis: int | None = None) -> arb:
    """An upper bound of the sum of non-negative doubles; with an axis, of the largest of the sums along it.

    >>> bool(sum_above(np.full(10, 0.1)) >= 10 * arb(0.1))
    True
    """
    size = terms.size if axis is None else terms.shape[axis]
    return (arb(float(np.max(np.sum(terms, axis=axis)))) * (1 + gamma(size))).upper()


def extremes(matrix: np.ndarray) -> tuple[arb, arb]:
    """Balls around the least and the largest eigenvalue of a symmetric matrix of finite doubles, taken exactly.

    Source: derived here, in the manner of Rump (2006), `Verification of positive definiteness`. With A ~ V D V^T and
    s the least entry of D, W = V sqrt(D - s) gives A - s I = W W^T + E, so the least eigenvalue is at least
    s - ||E||_2, whatever V and D are; and at most the Rayleigh quotient of the first column of V.

    >>> least, largest = extremes(np.array([[2.0, 1.0], [1.0, 2.0]]))
    >>> least.contains(1), largest.contains(3), bool(largest.rad() < 1e-13)
    (True, True, True)
    """
    exponent = int(np.frexp(np.abs(matrix).max())[1])
    scaled = np.ldexp(matrix, -exponent)
    try:
        values, vectors = np.linalg.eigh(scaled)
    except np.linalg.LinAlgError as error:
        raise AccuracyError(f"Cannot certify: float64 found no eigenvalues ({error}).") from error
    least = hull(_below(scaled, values, vectors), _above(scaled, vectors[:, 0]))
    largest = -hull(_below(-scaled, -values[::-1], vectors[:, ::-1]), _above(-scaled, vectors[:, -1]))
    if not (least.is_finite() and largest.is_finite()):
        raise AccuracyError("Cannot certify: float64's eigenvalues or eigenvectors of the matrix are not finite.")
    return least * arb(2) ** exponent, largest * arb(2) ** exponent


def _below(matrix: np.ndarray, values: np.ndarray, vectors: np.ndarray) -> arb:
    """s - ||A - s I - W W^T||, a lower bound of the least eigenvalue of A (entries at most 1)."""
    size, shift = len(matrix), values[0]
    half = vectors * np.sqrt(np.maximum(values - shift, 0.0))
    defect = matrix.copy()
    np.fill_diagonal(defect, np.diagonal(matrix) - shift)
    diagonal = arb(float(np.abs(np.diagonal(defect)).max()))
    defect -= half @ half.T
    np.abs(defect, out=defect)
    norm = max(sum_above(defect, 0), sum_above(defect, 1))
    # The subtractions: two roundings on the diagonal, one elsewhere. The product: || |W| |W|^T || <= trace of W W^T.
    rounding = gamma(2) * (norm + diagonal)
    product = gamma(size) * sum_above(half * half) * (1 + gamma(2))
    underflow = _UNDERFLOW * size * size
    return (arb(float(shift)) - norm - rounding - product - underflow).lower()


def _above(matrix: np.ndarray, vector: np.ndarray) -> arb:
    """The Rayleigh quotient of the vector, an upper bound of the least eigenvalue (entries at most 1)."""
    size = len(matrix)
    image, sizes = matrix @ vector, np.abs(matrix) @ np.abs(vector)
    form = _dot(vector, image)
    error = gamma(size) * (1 + 2 * gamma(size)) * _dot(np.abs(vector), sizes) + _UNDERFLOW * size * size
    return ((form + error) / _dot(vector, vector)).upper()


def _dot(first: np.ndarray, second: np.ndarray) -> arb:
    return sum((arb(a) * arb(b) for a, b in zip(first.tolist(), second.tolist(), strict=True)), arb(0))
