"""Means of random networks against the infinite-width recursion, within the standard error that the runs show."""

from typing import Any

import numpy as np
import pytest

from deepcond_sym import DepthMap, activation
from deepcond_sym.simulation import quartile_sign, simulate, simulate_pair

RHO = 0.4
POINTS = np.array([[1.0, 0.0], [RHO, np.sqrt(1 - RHO**2)]])
NORMALISED = ["relu", "erf", "tanh", "hermite(2)", "norm_relu", "sin"]


def mean_and_error(draws: np.ndarray) -> tuple[float, float]:
    return float(draws.mean()), float(draws.std(ddof=1) / np.sqrt(len(draws)))


@pytest.mark.parametrize("name", NORMALISED)
def test_one_hidden_layer_has_the_limit_as_its_exact_mean(name):
    """With L = 1 both kernels are averages over neurons, so there is no bias at any width: m = 5 will do."""
    phi = activation(name).normalized()
    limit = DepthMap(phi, 1)
    found = simulate(phi, POINTS, width=5, depth=1, samples=40_000, seed=3)
    assert found.tangent is not None
    for kernel, exact in ((found.top, limit.nngp), (found.tangent, limit.ntk)):
        for i, j, rho in ((0, 1, RHO), (0, 0, 1.0)):
            average, error = mean_and_error(kernel[:, i, j])
            assert error < 0.1
            assert abs(average - float(exact(rho))) < 5 * error


@pytest.mark.parametrize("name", ["relu", "erf", "tanh"])
def test_deep_wide_networks_scatter_around_the_limit(name):
    """The bias is of order 1/m; the spread must also shrink like 1/sqrt(m)."""
    phi = activation(name).normalized()
    limit = DepthMap(phi, 3)
    spreads = []
    for width in (64, 256):
        found = simulate(phi, POINTS, width=width, depth=3, samples=100, seed=5)
        assert found.tangent is not None
        for kernel, exact in ((found.top, limit.nngp(RHO)), (found.tangent, limit.ntk(RHO))):
            average, error = mean_and_error(kernel[:, 0, 1])
            assert abs(average - float(exact)) < 5 * error + 10 / width * abs(float(exact))
        spreads.append(found.top[:, 0, 1].std())
    assert 1.5 < spreads[0] / spreads[1] < 2.7


def test_the_printed_equation_7_is_not_what_networks_do():
    """sigma = h_2, L = 1, rho = 0.6: 1.08 by the corrected formula, 0.792 as printed."""
    points = np.array([[1.0, 0.0], [0.6, 0.8]])
    found = simulate("hermite(2)", points, width=64, depth=1, samples=20_000, seed=1)
    assert found.tangent is not None
    average, error = mean_and_error(found.tangent[:, 0, 1])
    assert abs(average - 1.08) < 5 * error < 0.03
    assert abs(average - 0.792) > 40 * error


@pytest.mark.parametrize("project", [False, True])
@pytest.mark.parametrize("sigma", ["relu", "tanh", "quartile"])
def test_layerwise_draws_have_the_law_of_the_networks(sigma, project):
    """First and second moments of all three inner products, in every layer, by both routes."""
    source = quartile_sign() if sigma == "quartile" else activation(sigma).normalized()
    options: dict[str, Any] = {"width": 6, "depth": 3, "samples": 30_000, "project": project}
    layers = simulate(source, POINTS, seed=7, tangent=False, **options).layers
    pair = simulate_pair(source, RHO, seed=8, **options)
    for drawn, (i, j) in ((pair.inner, (0, 1)), (pair.first, (0, 0)), (pair.second, (1, 1))):
        for layer in range(4):
            for power in (1, 2):
                (a, da), (b, db) = (mean_and_error(v**power) for v in (drawn[:, layer], layers[:, layer, i, j]))
                assert abs(a - b) <= 5 * np.hypot(da, db) + 1e-12, (layer, i, j, power)


def test_projected_layers_have_unit_length():
    found = simulate("relu", POINTS, width=50, depth=4, samples=20, seed=0, project=True, tangent=False)
    assert np.allclose(np.diagonal(found.layers, axis1=2, axis2=3), 1, atol=1e-12)
