"""`approximate_extremes`: the ends of a large matrix's spectrum by Lanczos, each with its residual."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from deepcond_sym.errors import AccuracyError


class ApproximateEigenvalue(NamedTuple):
    """A Rayleigh quotient and the norm of A v - value v, |v| = 1: some eigenvalue of A lies that close to the value.

    That it is the extreme one is not shown.

    >>> ApproximateEigenvalue(2.0, 1e-9).residual
    1e-09
    """

    value: float
    residual: float


def approximate_extremes(matrix: np.ndarray, iterations: int = 3000) -> tuple[ApproximateEigenvalue, ...]:
    """The least and the largest eigenvalue of a symmetric float64 array, which may be memory-mapped.

    Up to rounding the first value is an upper bound of lambda_min and the second a lower bound of lambda_max, since
    both are Rayleigh quotients. `AccuracyError` if Lanczos has not converged after so many iterations.

    >>> least, largest = approximate_extremes(np.diag([1.0, 2.0, 3.0, 7.0, 5.0]))
    >>> round(least.value, 9), round(largest.value, 9), max(least.residual, largest.residual) < 1e-9
    (1.0, 7.0, True)

    Source: ARPACK's implicitly restarted Lanczos method, by SciPy; the residual bound is textbook.
    """
    from scipy.sparse.linalg import ArpackNoConvergence, eigsh

    found = []
    start = np.random.default_rng(1).standard_normal(len(matrix))
    for which in ("SA", "LA"):
        try:
            _, vectors = eigsh(matrix, 1, which=which, v0=start, maxiter=iterations)
        except ArpackNoConvergence:
            raise AccuracyError(
                f"Lanczos has not converged after {iterations} iterations: the matrix is nearly singular, or its end "
                "of the spectrum is crowded."
            ) from None
        vector = vectors[:, 0] / np.linalg.norm(vectors[:, 0])
        image = matrix @ vector
        value = float(vector @ image)
        found.append(ApproximateEigenvalue(value, float(np.linalg.norm(image - value * vector))))
    return tuple(found)
