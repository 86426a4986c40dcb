"""Phases against xiao2020's closed forms for erf, ReLU's exact table, and the printed reference values."""

from fractions import Fraction

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
    import numpy as np

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
