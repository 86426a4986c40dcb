"""float64 keeps its digits in 1 - K at depth 10,000: no false fixed point as of a recursion in rho."""

import numpy as np
import pytest
from mpmath import mp

from deepcond_sym.activations import activation
from deepcond_sym.depth import DepthMap

from .reference import gelu_dual, gelu_moment, normalised_composed, relative, relu_angles

HARD = [1e-14, 1e-8, 1e-3, 0.5, 1.0, 2.0]


def _relu_dual(rho):
    return (mp.sqrt(1 - rho**2) + rho * (mp.pi - mp.acos(rho))) / (2 * mp.pi)


@pytest.mark.parametrize("depth", [1, 10, 1000])
def test_critical_relu_against_the_angle_recursion(depth):
    values = DepthMap("relu", depth, weight_variance=2).nngp_complement(np.array(HARD))
    for value, u in zip(values, HARD, strict=True):
        assert relative(value, relu_angles(depth, u)) < 1e-13


def test_critical_relu_at_depth_ten_thousand():
    values = DepthMap("relu", 10_000, weight_variance=2).nngp_complement(np.array(HARD))
    for index in (0, 5):
        assert relative(values[index], relu_angles(10_000, HARD[index])) < 1e-12


@pytest.mark.parametrize("name", ["relu", "gelu"])
@pytest.mark.parametrize("depth", [1, 30, 10_000])
def test_normalised_against_composition_at_high_precision(name, depth):
    with mp.workdps(130):
        dual, mean_square, moment = {
            "relu": (_relu_dual, 1 / (2 * mp.pi), mp.mpf(1) / 2),
            "gelu": (gelu_dual, gelu_dual(mp.mpf(0)), gelu_moment()),
        }[name]
        network = DepthMap(activation(name).normalized(), depth)
        values = network.nngp_complement(np.array(HARD))
        for value, u in zip(values, HARD, strict=True):
            if depth > 100 and u not in (1e-14, 2.0):
                continue
            expected = normalised_composed(dual, mean_square, moment, depth, u, 130 if depth < 100 else 90)
            assert relative(value, expected) < 1e-12


@pytest.mark.parametrize("u", HARD)
def test_float64_against_sixty_certified_digits(u):
    exact = str(u) if u >= 1e-3 else f"1e{round(np.log10(u))}"
    for source, weight in (("relu", 2), (activation("gelu").normalized(), 1)):
        network = DepthMap(source, 1000, weight_variance=weight)
        assert relative(network.nngp_complement(u), network.nngp_complement(exact, digits=60)) < 1e-12


def test_kernel_that_decays_keeps_relative_digits():
    network = DepthMap(activation("erf").normalized(), 200)
    assert relative(network.nngp(0.5), network.nngp("1/2", digits=30)) < 1e-12


def test_kernels_keep_digits_near_minus_one_where_they_are_even():
    network = DepthMap("abs", 20)
    assert relative(network.nngp_complement(2.0 - 2.0**-40), network.nngp_complement(2.0**-40)) < 1e-15
