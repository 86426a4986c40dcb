"""Lanczos against LAPACK, and its residual against the true distance."""

import numpy as np
import pytest

from deepcond_sym.depth import DepthMap
from deepcond_sym.errors import AccuracyError
from deepcond_sym.kernels import gram_kernel
from deepcond_sym.kernels.lanczos import approximate_extremes


def test_the_ends_of_a_kernel_matrix():
    points = np.random.default_rng(1).standard_normal((300, 20))
    matrix = gram_kernel(points, DepthMap("relu", 3, weight_variance=2), unit_rows=True).values
    least, largest = approximate_extremes(matrix)
    exact = np.linalg.eigvalsh(matrix)
    for found, truth in ((least, exact[0]), (largest, exact[-1])):
        assert abs(found.value - truth) <= found.residual + 1e-12 * exact[-1]
        assert found.residual < 1e-8 * exact[-1]


def test_a_crowded_spectrum_is_refused():
    """A thousand eigenvalues that crowd at the lower end: one iteration cannot tell them apart."""
    matrix = np.diag(1.0 + np.linspace(0, 1, 1000) ** 3)
    with pytest.raises(AccuracyError, match="not converged after 1 iterations"):
        approximate_extremes(matrix, iterations=1)
