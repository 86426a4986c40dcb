"""One and two layers against formulas and plain two-dimensional integrals."""

import numpy as np
import pytest
from scipy.special import erf

from deepcond_sym.activations import activation
from deepcond_sym.depth import DepthMap
from deepcond_sym.duals import dual

from .reference import plane_average

COSINES = [-0.9, -0.3, 0.0, 0.2, 0.8]


@pytest.mark.parametrize("name", ["relu", "gelu", "erf", "tanh", "x**2 + x"])
def test_one_normalised_layer_is_dual_plus_rho_times_slope(name):
    phi = activation(name).normalized()
    network = DepthMap(phi, 1)
    for rho in [-1.0, *COSINES, 1.0]:
        step = 1e-6
        assert float(network.nngp(rho)) == pytest.approx(float(dual(phi)(rho)), abs=1e-15)
        if abs(rho) < 1:
            slope = (float(dual(phi)(rho + step)) - float(dual(phi)(rho - step))) / (2 * step)
            assert float(network.ntk(rho)) == pytest.approx(float(dual(phi)(rho)) + rho * slope, abs=2e-9)


@pytest.mark.parametrize(
    ("name", "function", "derivative"),
    [
        ("tanh", np.tanh, lambda z: 1 / np.cosh(z) ** 2),
        ("erf", erf, lambda z: 2 / np.sqrt(np.pi) * np.exp(-z * z)),
    ],
)
@pytest.mark.parametrize("rho", [-0.9, 0.2, 0.8])
def test_two_layers_with_bias_against_plane_integrals(name, function, derivative, rho):
    weight, bias = 1.3, 0.1
    q, k, tangent = 1.0, rho, rho
    for _ in range(2):
        slope = weight * plane_average(derivative, derivative, q, k / q)
        k, q = (
            weight * plane_average(function, function, q, k / q) + bias,
            weight * plane_average(function, function, q, 1.0) + bias,
        )
        tangent = k + slope * tangent
    network = DepthMap(name, 2, weight_variance="1.3", bias_variance="0.1")
    assert float(network.variances()[-1]) == pytest.approx(q, rel=1e-12)
    assert float(network.nngp(rho)) == pytest.approx(k, rel=1e-11)
    assert float(network.ntk(rho)) == pytest.approx(tangent, rel=1e-11)


@pytest.mark.parametrize(
    ("layers", "ratio", "digits"),
    [
        (2, 0.15915, 5),
        (10, 0.31559, 5),
        (30, 0.30020, 5),
        (100, 0.27267, 5),
        (1000, 0.253293, 6),
        (10_000, 0.250417, 6),
    ],
)
def test_printed_relu_ratios_for_orthogonal_inputs(layers, ratio, digits):
    """starnaud2025: their L counts one layer more than ours, and any weight variance gives the same ratio."""
    for weight in (2, "1/2") if layers < 5000 else (2,):
        assert round(float(DepthMap("relu", layers - 1, weight_variance=weight).ntk_ratio(0.0)), digits) == ratio


def test_relu_diagonals_are_exact():
    network = DepthMap("relu", 7, weight_variance=2)
    assert float(network.ntk_diagonal()) == 8.0
    assert float(network.ntk(1.0)) == 8.0
    assert network.variances().tolist() == [1.0] * 8


def test_normalised_diagonal_is_a_geometric_sum():
    """agarwal2021, after eq. 7: Theta(x, x) = (s^(L+1) - 1)/(s - 1) with s the slope of the dual at 1."""
    phi = activation("gelu").normalized()
    s = float(dual(phi).slope_at_one)
    assert float(DepthMap(phi, 6).ntk_diagonal()) == pytest.approx((s**7 - 1) / (s - 1), rel=1e-14)
