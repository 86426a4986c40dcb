"""Phases against xiao2020's closed forms for erf, ReLU's exact table, and the printed reference values."""

import time
from fractions import Fraction

import mpmath
import numpy as np
import pytest
import sympy as sp
from flint import arb

from deepcond_sym.activations import activation
from deepcond_sym.depth import Phase, phase
from deepcond_sym.errors import AccuracyError, InputError


def _critical_erf(q):
    root = sp.sqrt(1 + 4 * q)
    return sp.pi / 4 * root, q - root / 2 * sp.asin(2 * q / (1 + 2 * q))


def test_relu_is_critical_at_two_and_zero_exactly():
    state = phase("relu", 2, 0)
    assert (state.name, state.q_star, state.c_star, state.chi_1) == ("critical", 1.0, 1.0, 1.0)


def test_relu_below_two_has_the_closed_form():
    state = phase("relu", "3/2", "1/5")
    assert state.name == "ordered"
    assert state.q_star == pytest.approx(0.8)
    assert state.chi_1 == 0.75
    assert state.chi_c_star == 0.75


@pytest.mark.parametrize(("weight", "bias"), [(2, "1/10"), ("2.5", 1), (3, 0)])
def test_relu_without_a_finite_variance_is_refused(weight, bias):
    with pytest.raises(InputError, match="no finite"):
        phase("relu", weight, bias)


@pytest.mark.parametrize("q", [sp.Rational(1, 2), sp.Integer(1), sp.Rational(7, 3)])
def test_erf_critical_line_is_recognised_exactly(q):
    state = phase("erf", *_critical_erf(q))
    assert state.name == "critical"
    assert state.q_star == pytest.approx(float(q), rel=1e-15)
    assert state.chi_1 == 1.0


def test_erf_beside_the_critical_line():
    weight, bias = _critical_erf(sp.Integer(1))
    assert phase("erf", weight - Fraction(1, 10**9), bias).name == "ordered"
    assert phase("erf", weight + Fraction(1, 10**9), bias).name == "chaotic"


def test_printed_values_ordered():
    state = phase("erf", "1.25", "0.05", digits=15)
    assert state.name == "ordered"
    assert str(state.q_star) == "0.435165699078358"
    assert abs(state.chi_1 - sp.Float("0.9613739044016849", 20)) < 1e-14
    assert state.c_star == 1


def test_printed_values_chaotic():
    state = phase("erf", "1.5", "0.05")
    assert state.name == "chaotic"
    assert state.q_star == pytest.approx(0.6017531671097203, rel=1e-15)
    assert state.chi_1 == pytest.approx(1.034700129581625, rel=1e-15)
    assert state.c_star == pytest.approx(0.8205300879981973, rel=1e-15)
    assert state.chi_c_star == pytest.approx(0.9695519413252227, rel=1e-15)


def test_balls_enclose_the_equations():
    state = phase("erf", "1.5", "0.05", bits=200)
    q, c = state.q_star, state.c_star
    assert q.rel_accuracy_bits() >= 200
    assert c.rel_accuracy_bits() >= 200
    weight, bias = arb(3) / 2, arb(1) / 20
    assert (2 * weight / arb.pi() * (2 * q / (1 + 2 * q)).asin() + bias - q).contains(0)
    assert (2 * weight / arb.pi() * (2 * q * c / (1 + 2 * q)).asin() + bias - q * c).contains(0)
    assert (state.chi_1 - 4 * weight / arb.pi() / (1 + 4 * q).sqrt()).contains(0)


def test_normalised_activations_are_chaotic_with_c_star_zero():
    state = phase(activation("gelu").normalized())
    assert (state.name, state.q_star, state.c_star) == ("chaotic", 1.0, 0.0)
    assert state.chi_1 > 1 > state.chi_c_star > 0


def test_jumps_are_chaotic_with_infinite_slope():
    state = phase("step", 1, "1/10")
    assert state.name == "chaotic"
    assert state.chi_1 == float("inf")
    assert 0 < state.c_star < 1


def test_erf_without_bias_forgets_everything_at_small_weights():
    state = phase("erf", "1/2", 0)
    assert (state.name, state.q_star, state.c_star) == ("ordered", 0.0, 1.0)
    assert state.chi_1 == pytest.approx(2 / 3.141592653589793)
    assert phase("erf", sp.pi / 4, 0).name == "critical"


def test_tanh_fixed_point_against_quadrature():
    state = phase("tanh", "1.3", "0.1")
    z = np.linspace(-12, 12, 4001)
    density = np.exp(-z * z / 2) / np.sqrt(2 * np.pi) * (z[1] - z[0])
    moment = density @ np.tanh(np.sqrt(state.q_star) * z) ** 2
    assert 1.3 * moment + 0.1 == pytest.approx(state.q_star, rel=1e-13)
    assert 1.3 * (density @ np.cosh(np.sqrt(state.q_star) * z) ** -4) == pytest.approx(state.chi_1, rel=1e-12)
    assert isinstance(state, Phase)


def test_too_close_to_critical_is_not_called_critical():
    weight, bias = _critical_erf(sp.Rational(7, 3))
    near = weight + sp.Integer(10) ** -1500
    with pytest.raises(AccuracyError, match="chi_1"):
        phase("erf", near, bias)


def test_depth_scales_and_limits_of_the_tangent_kernel_as_printed():
    ordered, chaotic = phase("erf", "1.25", "0.05", digits=30), phase("erf", "1.5", "0.05", digits=30)
    assert abs(ordered.xi_1 - sp.Float("25.3859507186", 12)) < 1e-9
    assert ordered.xi_1 == ordered.xi_c_star
    assert ordered.xi_star is None
    with mpmath.workdps(40):
        assert abs(ordered.p_star * (1 - ordered.chi_1) / ordered.q_star - 1) < 1e-27
    assert ordered.p_star == ordered.p_ab_star
    assert abs(chaotic.xi_star - sp.Float("15.3768358353", 12)) < 1e-9
    assert chaotic.xi_1 is None
    assert chaotic.p_star == float("inf")
    assert abs(chaotic.p_ab_star - sp.Float("16.2163566628553", 16)) < 1e-12


def test_at_criticality_the_scales_are_infinite_and_the_curvature_is_not():
    state = phase("erf", *_critical_erf(sp.Integer(1)), digits=20)
    assert {state.xi_c_star, state.xi_1, state.xi_star, state.p_star, state.p_ab_star} == {float("inf")}
    with mpmath.workdps(30):
        assert abs(state.curvature - mpmath.mpf(2) / 5) < 1e-20
    assert phase("relu", 2, 0).curvature == float("inf")
    assert phase("identity", 1, 0).curvature == 0


def test_curvature_of_the_wave_is_elementary():
    # f''(1) = w q E[sin(sqrt(q) X)^2] = w q (1 - exp(-2 q))/2
    state = phase("sin", "2", "1/10", bits=100)
    assert (state.curvature - state.q_star * (1 - (-2 * state.q_star).exp()) / 2).contains(0)
    assert state.curvature.rel_accuracy_bits() >= 100


def test_thirty_digits_of_tanh_by_quadrature():
    state = phase("tanh", "2", "1/20", digits=30)
    with mpmath.workdps(40):
        root = mpmath.sqrt(state.q_star)

        def mean(function):
            return 2 * mpmath.quad(lambda z: function(root * z) * mpmath.npdf(z), [0, 1, 2, 4, 7, 14])

        second, slope = mean(lambda t: mpmath.tanh(t) ** 2), mean(lambda t: mpmath.sech(t) ** 4)
        assert abs(2 * second + mpmath.mpf(1) / 20 - state.q_star) < mpmath.mpf(10) ** -29
        assert abs(2 * slope - state.chi_1) < mpmath.mpf(10) ** -29


def test_fixed_correlation_of_tanh_by_a_double_integral():
    state = phase("tanh", "2", "1/20")
    assert state.name == "chaotic"
    z = np.linspace(-9, 9, 401)
    density = np.exp(-z * z / 2) / np.sqrt(2 * np.pi) * (z[1] - z[0])
    root, c = np.sqrt(state.q_star), state.c_star
    other = c * z[:, None] + np.sqrt(1 - c * c) * z[None, :]
    kernel = density @ (np.tanh(root * z)[:, None] * np.tanh(root * other)) @ density
    slope = density @ (np.cosh(root * z)[:, None] ** -2 * np.cosh(root * other) ** -2) @ density
    assert 2 * kernel + 0.05 == pytest.approx(state.q_star * c, rel=1e-13)
    assert 2 * slope == pytest.approx(state.chi_c_star, rel=1e-12)


def test_an_even_normalised_activation_forgets_at_once():
    state = phase(activation("abs").normalized())
    assert (state.c_star, state.chi_c_star, state.xi_c_star, state.xi_star) == (0.0, 0.0, 0.0, 0.0)


def test_a_variance_that_grows_without_end_is_refused_quickly():
    start = time.process_time()
    with pytest.raises(InputError, match="No finite fixed variance"):
        phase("silu", 4, "1/10")
    assert time.process_time() - start < 5


def test_a_constant_has_no_curvature():
    assert phase("1", 1, "1/10").curvature == 0
