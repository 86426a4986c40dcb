"""Running variances: the bounds that balls rest on hold for every variance in between, and long recursions settle."""

import math
from fractions import Fraction

import pytest
import sympy as sp
from flint import arb
from mpmath import mp

from deepcond_sym.activations import activation
from deepcond_sym.arithmetic import ball, ball_from_mp, precision
from deepcond_sym.depth import DepthMap
from deepcond_sym.depth.correlation_map import BallMap
from deepcond_sym.depth.scaled_float import ScaledFloat
from deepcond_sym.depth.variance_dual import variance_dual
from deepcond_sym.depth.variance_map import VarianceMap
from deepcond_sym.errors import AccuracyError

from .reference import erf_network


@pytest.mark.parametrize("name", ["erf", "gelu", "hard_tanh", "x**2 + x", "cos"])
@pytest.mark.parametrize("u", ["0", "1e-9", "1/5", "1", "2"])
def test_map_between_two_variances_contains_those_inside(name, u):
    source = activation(name)
    low, high = sp.Rational(9, 10), sp.Rational(11, 10)
    with precision(bits=100):
        point = ball.constant(u)
        wide = BallMap(variance_dual(source, low), variance_dual(source, high), arb(1))
        for inside in (low, sp.Rational(93, 100), sp.Integer(1), sp.Rational(107, 100), high):
            dual = variance_dual(source, inside)
            assert wide.step(1 - point, point)[1].overlaps(dual.drop(point, ball))
            assert wide.slope(1 - point, point).overlaps(dual.slope_at(point, ball))
            assert wide.slope_at_one().overlaps(dual.slope_at_one(ball))


@pytest.mark.parametrize("name", ["erf", "gelu", "hard_tanh", "gaussian"])
def test_log_derivative_of_the_variance_map(name):
    source = activation(name)
    enclosure = VarianceMap(source, sp.Integer(1), sp.Integer(0)).log_derivative(
        sp.Rational(999_999, 10**6), sp.Rational(1_000_001, 10**6)
    )
    step = sp.Rational(1, 10**6)
    with precision(bits=120):
        ends = [variance_dual(source, 1 + sign * step).at_one(ball) for sign in (-1, 1)]
        slope = (ends[1] - ends[0]) / (2 * ball.constant(step))
    assert enclosure.rad() < arb("1e-5")
    assert abs(float((enclosure - slope).mid())) < 1e-5


def test_long_ball_recursions_settle_and_stay_right():
    with mp.workdps(60):
        q, k, tangent = erf_network(150, "0.3", mp.mpf(3) / 2, mp.mpf(1) / 20)
    network = DepthMap("erf", 150, "3/2", "1/20")
    with precision(bits=90):
        for quantity, exact in (("nngp", k), ("ntk", tangent), ("complement", 1 - k / q)):
            enclosure = network.evaluate(quantity, "0.3", ball)
            assert enclosure.rel_accuracy_bits() > 60
            with mp.workdps(60):
                assert enclosure.overlaps(ball_from_mp(mp.mpf(exact)) + arb(0, 1e-40))


def test_scaled_floats_follow_exact_fractions():
    value, exact = ScaledFloat.of(1.0), Fraction(1)
    for _ in range(6):
        value, exact = value.power(2.0).times(0.5).plus(0.25), exact**2 / 2 + Fraction(1, 4)
        assert float(value) == pytest.approx(float(exact), rel=1e-15)
    assert ScaledFloat.of(1.0, -5000).plus(0.5).log() == math.log(0.5)
    assert ScaledFloat.of(1.0, 5000).plus(0.5).log() == pytest.approx(5000 * math.log(2))
    assert float(ScaledFloat.of(1.0, -5000)) == 0.0
    with pytest.raises(AccuracyError):
        ScaledFloat.of(1.0, 2**600).power(2.0**450)


def test_variances_of_relu_with_a_bias():
    network = DepthMap("relu", 40, weight_variance="3/2", bias_variance="1/4")
    expected = Fraction(1)
    for value, enclosure in zip(network.variances()[1:], network.variances(bits=100)[1:], strict=True):
        expected = expected * Fraction(3, 4) + Fraction(1, 4)
        assert value == pytest.approx(float(expected), rel=1e-15)
        assert enclosure.overlaps(ball.constant(expected))
