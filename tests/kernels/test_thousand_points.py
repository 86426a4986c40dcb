"""The tangent kernel of a thousand points: its least eigenvalue to six digits and more, for the exact kernel."""

import numpy as np
import pytest

from deepcond_sym.depth import DepthMap
from deepcond_sym.kernels import lambda_min, ntk_matrix, predictor_weights

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(("depth", "width"), [(1, 20), (3, 3), (30, 20)])
def test_six_digits_of_the_least_eigenvalue(depth, width):
    data = np.random.default_rng(1).standard_normal((1000, width))
    network = DepthMap("relu", depth, weight_variance=2)
    kernel = ntk_matrix(data, network)
    found = lambda_min(kernel)
    assert found.rad() < 5e-7 * abs(found).lower()
    # The recursion in float64 goes another way to the entries, and eigvalsh to the eigenvalue.
    unit = data / np.linalg.norm(data, axis=1)[:, None]
    cosines = np.clip(unit @ unit.T, -1, 1)
    np.fill_diagonal(cosines, 1.0)
    plain = network.ntk(cosines)
    assert np.abs(plain - kernel.values).max() < 1e-10 * (depth + 1)
    assert abs(np.linalg.eigvalsh((plain + plain.T) / 2)[0] - float(found)) < 1e-8 * (depth + 1)


def test_six_digits_at_a_thousand_layers():
    data = np.random.default_rng(1).standard_normal((1000, 20))
    network = DepthMap("relu", 1000, weight_variance=2)
    kernel = ntk_matrix(data, network)
    found = lambda_min(kernel)
    assert found.rad() < 5e-7 * abs(found).lower()
    unit = data / np.linalg.norm(data, axis=1)[:, None]
    plain = network.ntk(unit[:30] @ unit[30:60].T)
    assert np.abs(plain - kernel.values[:30, 30:60]).max() < 1e-10 * 1001
    assert abs(np.linalg.eigvalsh(kernel.values)[0] - float(found)) < 1e-8 * 1001


def test_the_weights_of_a_new_point():
    data = np.random.default_rng(2).standard_normal((1001, 10))
    training, (vector,), (error,) = ntk_matrix(data, DepthMap("relu", 3, weight_variance=2)).split()
    found = predictor_weights(training, vector, vector_error=error)
    plain = np.linalg.solve(training.values, vector)
    assert max(abs(float(weight) - value) for weight, value in zip(found, plain.tolist(), strict=True)) < 1e-9
    assert all(weight.rad() < 1e-7 for weight in found)
