"""The condition number of the kernel of given data, enclosed, and the least depth at which it is small enough."""

from __future__ import annotations

import time
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import sympy as sp
from flint import arb, arb_mat, fmpq

from deepcond_sym.activations import Activation
from deepcond_sym.arithmetic import ball, precision
from deepcond_sym.errors import AccuracyError, DeadlineError, InputError

from .variance_map import VarianceMap

MOST_POINTS = 200
_BITS = 192
_MARGIN = Fraction(1, 10**9)
"""How far the shifts stand off the approximate eigenvalues, relative to them."""


@dataclass(frozen=True)
class Enclosure:
    """lower <= kappa <= upper; `least` is a certified lower bound of the least eigenvalue, None if none above 0."""

    lower: float
    upper: float
    least: Fraction | None


@dataclass(frozen=True)
class DataDepth:
    """The answer for one data set: the depth, the condition number there, one layer earlier, and of the inputs."""

    depth: int
    condition: Enclosure
    before: Enclosure | None
    inputs: Enclosure
    separation: Fraction


class Gram:
    """The kernel matrices of unit vectors (the rows of an array, divided by their norms), depth by depth, in balls.

    Floats are taken as the exact numbers that they are. InputError for rows that vanish or coincide up to a positive
    factor (their kernels are equal at any depth, so the matrix stays singular) and for more than 200 points.

    >>> gram = Gram(np.array([[1.0, 0.0], [1.0, 1.0]]))
    >>> round(gram.enclosure().upper, 6)
    5.828427
    """

    def __init__(self, data: np.ndarray) -> None:
        rows = np.asarray(data, dtype=np.float64)
        if rows.ndim != 2 or not np.isfinite(rows).all():
            raise InputError("the data is a two-dimensional array of finite numbers, one point a row")
        if not 2 <= len(rows) <= MOST_POINTS:
            raise InputError(f"from 2 to {MOST_POINTS} points can be certified, not {len(rows)}: take a subset")
        self.size = len(rows)
        self.pairs = [(i, j) for i in range(self.size) for j in range(i)]
        with precision(bits=_BITS):
            products = arb_mat([[arb(float(v)) for v in row] for row in rows])
            products = products * products.transpose()
            norms = [products[i, i].sqrt() for i in range(self.size)]
            for i, norm in enumerate(norms):
                if not norm > 0:
                    raise InputError(f"row {i} of the data is zero: leave it out")
            self.state = []
            for i, j in self.pairs:
                cosine = products[i, j] / (norms[i] * norms[j])
                if not abs(cosine) < 1:
                    cosine = _exactly_one(rows, i, j)
                self.state.append((cosine, 1 - cosine))

    def separation(self) -> Fraction:
        """A lower bound of 1 - max |x_i . x_j|, at least 0."""
        with precision(bits=_BITS):
            least = min((u if c > 0 else 1 + c).lower() for c, u in self.state)
        return max(Fraction(0), _rounded(least))

    def advance(self, normalised: Activation) -> None:
        """One layer more."""
        with precision(bits=_BITS):
            (layer,) = VarianceMap(normalised, sp.Integer(1), sp.Integer(0)).layers(1, ball).maps
            self.state = [layer.step(c, u) for c, u in self.state]

    def approximate(self) -> np.ndarray:
        """The matrix in float64."""
        matrix = np.eye(self.size)
        for (i, j), (c, _) in zip(self.pairs, self.state, strict=True):
            matrix[i, j] = matrix[j, i] = float(c.mid())
        return matrix

    def approximate_condition(self) -> float:
        """The condition number in float64, inf where the least eigenvalue drowns in rounding."""
        values = np.linalg.eigvalsh(self.approximate())
        return float(values[-1] / values[0]) if values[0] > 0 else float("inf")

    def enclosure(self) -> Enclosure:
        """The condition number: from below by Rayleigh quotients of approximate eigenvectors, from above by the signs
        of the pivots of K - s I and t I - K, with s and t next to the approximate extreme eigenvalues (Sylvester).

        Source: textbook; what float64 says only proposes s, t and the vectors.
        """
        values, vectors = np.linalg.eigh(self.approximate())
        with precision(bits=_BITS):
            matrix = self._matrix()
            most, least = (self._rayleigh(matrix, vectors[:, place]) for place in (-1, 0))
            lower = float((most / least).lower()) * (1 - 1e-15) if least > 0 else float("inf")
            s = Fraction(float(values[0])) * (1 - _MARGIN)
            t = Fraction(float(values[-1])) * (1 + _MARGIN)
            if s <= 0 or not _is_positive_definite(matrix, s, 1) or not _is_positive_definite(matrix, t, -1):
                return Enclosure(lower, float("inf"), None)
        return Enclosure(lower, float(t / s) * (1 + 1e-15), s)

    def _matrix(self) -> list[list[arb]]:
        matrix = [[arb(1)] * self.size for _ in range(self.size)]
        for (i, j), (c, _) in zip(self.pairs, self.state, strict=True):
            matrix[i][j] = matrix[j][i] = c
        return matrix

    def _rayleigh(self, matrix: list[list[arb]], vector: np.ndarray) -> arb:
        v = [arb(float(x)) for x in vector]
        image = [sum((a * x for a, x in zip(row, v, strict=True)), arb(0)) for row in matrix]
        return sum((a * x for a, x in zip(image, v, strict=True)), arb(0)) / sum((x * x for x in v), arb(0))


def data_depth(normalised: Activation, data: np.ndarray, epsilon: Fraction, *, seconds: float = 60) -> DataDepth:
    """The least depth at which the kernel of the data has kappa <= 1 + epsilon, for a normalised activation.

    kappa does not increase with depth: the next matrix is sum_i p_i K^(i) with entrywise powers, p_i >= 0 and
    sum p_i = 1, and by Schur's product theorem lambda_min(A o B) >= lambda_min(A) and lambda_max(A o B) <=
    lambda_max(A) for positive semidefinite A, B with unit diagonal. So the answer is certified at that depth and one
    before. AccuracyError where balls cannot tell, DeadlineError after so many seconds, InputError as for `Gram`.

    >>> from deepcond_sym.activations import activation
    >>> data_depth(activation("hermite(2)"), np.array([[1.0, 0.0], [1.0, 1.0]]), Fraction(1, 10)).depth
    4

    Source: derived here.
    """
    gram, start = Gram(data), time.monotonic()
    inputs, separation = gram.enclosure(), gram.separation()
    opposite = normalised.parity and any(c == -1 for c, _ in gram.state)
    if opposite:
        raise InputError(f"two rows are opposite, and {normalised.name} is {normalised.parity}: they never separate")
    bound, depth, earlier = 1 + epsilon, 0, gram.state
    while gram.approximate_condition() > float(bound):
        if time.monotonic() - start > seconds:
            raise DeadlineError(
                f"kappa is still about {gram.approximate_condition():.4g} at depth {depth} after {seconds:g} s: take"
                " fewer points, a larger epsilon, or more time"
            )
        earlier = gram.state
        gram.advance(normalised)
        depth += 1
    here = gram.enclosure()
    gram.state = earlier
    before = gram.enclosure() if depth else None
    if not here.upper <= bound or not (before is None or before.lower > bound):
        raise AccuracyError(
            f"cannot certify that {depth} is the least depth: kappa is at most {here.upper:.12g} there, and at least"
            f" {before.lower if before else 1:.12g} one layer before; move epsilon a little"
        )
    return DataDepth(depth, here, before, inputs, separation)


def _exactly_one(rows: np.ndarray, i: int, j: int) -> arb:
    """The cosine -1 of opposite rows, shown in rational arithmetic; InputError for rows that point the same way."""
    first, second = ([Fraction(float(v)) for v in rows[k]] for k in (i, j))
    product = sum(a * b for a, b in zip(first, second, strict=True))
    if product**2 != sum(a * a for a in first) * sum(b * b for b in second):
        raise AccuracyError(f"rows {j} and {i} of the data are too close to tell apart at {_BITS} bits: leave one out")
    if product > 0:
        raise InputError(f"rows {j} and {i} of the data point the same way: leave one of them out")
    return arb(-1)


def _is_positive_definite(matrix: list[list[arb]], shift: Fraction, sign: int) -> bool:
    """Whether sign (K - shift I) certainly is, by the signs of its pivots."""
    n, moved = len(matrix), arb(fmpq(shift.numerator, shift.denominator))
    rows = [[sign * (matrix[i][j] - (moved if i == j else 0)) for j in range(i + 1)] for i in range(n)]
    for k in range(n):
        pivot = rows[k][k]
        if not pivot > 0:
            return False
        for i in range(k + 1, n):
            factor = rows[i][k] / pivot
            row = rows[i]
            for j in range(k + 1, i + 1):
                row[j] = row[j] - factor * rows[j][k]
    return True


def _rounded(value: arb) -> Fraction:
    """A fraction with a short denominator just below an exact positive ball."""
    mantissa, exponent = value.mid().man_exp()
    exact = Fraction(int(mantissa)) * Fraction(2) ** int(exponent)
    if exact <= 0:
        return Fraction(0)
    scale = Fraction(2) ** (40 - exact.numerator.bit_length() + exact.denominator.bit_length())
    return (exact * scale).__floor__() / scale
