"""The three arithmetics answer alike, and balls contain what digits say, over activations, variances and depths."""

import numpy as np
import pytest
from flint import arb
from mpmath import mp

from deepcond_sym.activations import activation
from deepcond_sym.arithmetic import ball, ball_from_mp, float64, precision
from deepcond_sym.arithmetic import mp as mp_arithmetic
from deepcond_sym.depth import DepthMap

from .reference import erf_network, relative

NETWORKS = [
    ("relu", 2, 0),
    ("relu", "3/2", "1/4"),
    ("abs", 1, "1/10"),
    ("leaky_relu(1/5)", "1.9", 0),
    ("relu_power(2)", "1/3", "1/10"),
    (activation("gelu").normalized(), 1, 0),
    (activation("sin(x)").normalized(), 1, 0),
    ("erf", "5/4", "1/20"),
    ("gelu", "3/2", "1/10"),
]
COSINES = ["-1", "-0.999", "-1/3", "0", "1/7", "0.9", "0.999999", "1"]


@pytest.mark.parametrize(("source", "weight", "bias"), NETWORKS, ids=str)
@pytest.mark.parametrize("quantity", ["nngp", "complement", "ntk", "ratio"])
def test_float64_and_digits_lie_in_the_balls(source, weight, bias, quantity):
    network = DepthMap(source, 4, weight, bias)
    for rho in COSINES:
        with precision(bits=240):
            enclosure = network.evaluate(quantity, rho, ball)
            assert enclosure.is_finite()
            assert enclosure.rad() < arb(2) ** -180
            digits = network.evaluate(quantity, rho, mp_arithmetic)
            assert abs(ball_from_mp(mp.mpf(digits)) - enclosure) < arb(2) ** -170
        number = network.evaluate(quantity, rho, float64)
        assert abs(float(number.item()) - float(enclosure.mid())) < 2e-14 * max(1.0, abs(float(enclosure.mid())))


def test_moving_variance_against_closed_forms():
    with mp.workdps(60):
        q, k, tangent = erf_network(12, "0.3", mp.mpf(5) / 4, mp.mpf(1) / 20)
    network = DepthMap("erf", 12, "5/4", "1/20")
    assert abs(network.nngp("0.3", digits=40) / k - 1) < mp.mpf(10) ** -39
    assert abs(network.ntk("0.3", digits=40) / tangent - 1) < mp.mpf(10) ** -39
    assert abs(network.variances(digits=40)[-1] / q - 1) < mp.mpf(10) ** -39
    assert relative(network.nngp(0.3), k) < 1e-14
    assert relative(network.ntk(0.3), tangent) < 1e-14


def test_moving_variance_settles_in_float64():
    with mp.workdps(50):
        q, k, tangent = erf_network(2000, "0.3", mp.mpf(3) / 2, mp.mpf(1) / 20)
    network = DepthMap("erf", 2000, "3/2", "1/20")
    assert relative(network.variances()[-1], q) < 1e-14
    assert relative(network.nngp(0.3), k) < 1e-12
    assert relative(network.ntk(0.3), tangent) < 1e-12


def test_deep_balls_do_not_explode():
    network = DepthMap("relu", 3000, weight_variance=2)
    with precision(bits=200):
        assert network.evaluate("complement", "1/2", ball).rel_accuracy_bits() > 170
        assert network.evaluate("ntk", "1/2", ball).rel_accuracy_bits() > 150


def test_ball_arguments_give_enclosures():
    network = DepthMap("relu", 5, weight_variance=2)
    wide = network.nngp(arb(0.5, 0.25), bits=100)
    for inside in ("1/4", "1/2", "3/4"):
        assert wide.contains(network.nngp(inside, bits=100).mid())
    assert wide.rad() < arb(0.3)


def test_arrays_and_scalars_agree():
    network = DepthMap("relu", 3, weight_variance=2)
    grid = np.linspace(-1, 1, 12).reshape(3, 4)
    for method in (network.nngp, network.ntk, network.ntk_ratio):
        values = method(grid)
        assert values.shape == (3, 4)
        assert float(values[1, 2]) == float(method(float(grid[1, 2])))
