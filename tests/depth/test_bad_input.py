"""Requests that make no sense are refused in one sentence, and exact answers never rest on floats."""

import numpy as np
import pytest
from flint import arb

from deepcond_sym.activations import activation
from deepcond_sym.depth import DepthMap
from deepcond_sym.errors import AccuracyError, InputError


@pytest.mark.parametrize("depth", [-1, 1.5, "3", True])
def test_depth_is_a_number_of_layers(depth):
    with pytest.raises(InputError, match="number of layers"):
        DepthMap("relu", depth)


@pytest.mark.parametrize("variance", [-1, "-0.5", float("nan"), float("inf")])
def test_variances_are_finite_and_not_negative(variance):
    with pytest.raises(InputError):
        DepthMap("relu", 1, weight_variance=variance)


@pytest.mark.parametrize("rho", [1.001, -1.001, float("nan"), "1.01", "abc", 1j, None])
def test_cosines_lie_between_minus_one_and_one(rho):
    with pytest.raises(InputError):
        DepthMap("relu", 1).nngp(rho)


def test_floats_do_not_become_digits():
    with pytest.raises(InputError, match=r"0\.9"):
        DepthMap("relu", 1).nngp(0.9, digits=20)
    with pytest.raises(InputError, match=r"'0\.3'"):
        DepthMap("relu", 1, weight_variance=0.3).nngp("0.9", bits=100)
    assert float(DepthMap("relu", 1, weight_variance=0.3).nngp(1.0)) == 0.15


def test_digits_and_bits_together_are_refused():
    with pytest.raises(InputError, match="not both"):
        DepthMap("relu", 1).nngp("0.9", digits=20, bits=20)


def test_a_ball_needs_bits():
    with pytest.raises(InputError, match="bits="):
        DepthMap("relu", 1).nngp(arb(0.5, 0.1))


def test_depth_zero_is_the_linear_kernel():
    network = DepthMap("relu", 0)
    assert network.nngp(np.array([-0.5, 0.25])).tolist() == [-0.5, 0.25]
    assert float(network.ntk(0.25)) == 0.25
    assert float(network.nngp_complement(0.25)) == 0.25
    assert float(network.ntk_diagonal()) == 1.0


def test_overflow_is_named_and_a_way_out_given():
    network = DepthMap("relu", 3000, weight_variance=3)
    with pytest.raises(AccuracyError, match="ntk_ratio"):
        network.nngp(0.5)
    assert 0 < float(network.nngp_complement(0.5)) < 1e-5
    assert float(network.log_ntk_diagonal()) == pytest.approx(3000 * np.log(1.5) + np.log(3001), rel=1e-13)
    assert network.nngp("1/2", bits=60) > 10**500


def test_normalised_tanh_with_a_bias_has_no_digits():
    network = DepthMap(activation("tanh").normalized(), 2, 1, "1/10")
    assert 1 < float(network.nngp(0.9)) < 1.2
    with pytest.raises(InputError, match="only be followed in float64"):
        network.nngp("0.9", digits=20)


def test_shifted_activation_with_running_variance_in_float64():
    value = float(DepthMap(activation("sigmoid"), 3, 1, 0).nngp(0.5))
    assert 0 < value < 1
