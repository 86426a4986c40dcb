"""The float64 maps of a phase diagram against closed forms solved by SciPy, and against the enclosures of `phase`."""

import math

import numpy as np
import pytest
from scipy.optimize import brentq

from deepcond_sym.activations import activation
from deepcond_sym.depth import phase
from deepcond_sym.depth.float_moments import FloatMoments
from deepcond_sym.depth.phase_grid import phase_grid
from deepcond_sym.errors import InputError

WEIGHTS, BIASES = np.linspace(0.3, 3, 7), np.array([0.01, 0.1, 0.25])


def _erf_point(weight, bias):
    """q*, c*, chi_1, chi_c* of erf from xiao2020's closed forms."""
    q = brentq(lambda t: 2 * weight / math.pi * math.asin(2 * t / (1 + 2 * t)) + bias - t, 1e-9, 50, xtol=1e-15)

    def excess(c):
        return 2 * weight / math.pi * math.asin(2 * q * c / (1 + 2 * q)) + bias - q * c

    def slope(c):
        return 4 * weight / math.pi / math.sqrt((1 + 2 * q) ** 2 - (2 * q * c) ** 2)

    c = brentq(excess, 0, 1 - 1e-6, xtol=1e-15) if slope(1) > 1 else 1.0
    return q, c, slope(1), slope(c)


def test_erf_by_its_closed_forms():
    grid = phase_grid("erf", WEIGHTS, BIASES)
    assert grid.q_star.shape == (3, 7)
    assert (grid.chi_1 > 1).sum() in range(5, 20)
    for row, bias in enumerate(BIASES):
        for column, weight in enumerate(WEIGHTS):
            q, c, chi, chi_c = _erf_point(weight, bias)
            assert grid.q_star[row, column] == pytest.approx(q, rel=1e-8)
            assert grid.c_star[row, column] == pytest.approx(c, rel=1e-6)
            assert grid.chi_1[row, column] == pytest.approx(chi, rel=1e-8)
            assert grid.chi_c_star[row, column] == pytest.approx(chi_c, rel=1e-7)


@pytest.mark.parametrize("name", ["tanh", "hard_tanh", "silu", "relu"])
def test_enclosed_values_at_some_points(name):
    weights, biases = ["0.7", "1.3", "1.7"], ["0.05", "0.2"]
    grid = phase_grid(name, [float(w) for w in weights], [float(b) for b in biases])
    for row, column in ((0, 0), (1, 2)):
        found = phase(name, weights[column], biases[row])
        for key, error in (("q_star", 1e-8), ("chi_1", 1e-8), ("c_star", 1e-5), ("chi_c_star", 1e-5)):
            assert getattr(grid, key)[row, column] == pytest.approx(getattr(found, key), rel=error), key


def test_depth_scales_where_they_are_defined():
    grid = phase_grid("erf", [1.25, 1.5], [0.05])
    assert grid.xi_c_star[0] == pytest.approx([25.3859507186, -1 / math.log(0.9695519413252227)], rel=1e-7)
    assert grid.xi_1[0, 0] == pytest.approx(25.3859507186, rel=1e-9)
    assert grid.xi_star[0, 1] == pytest.approx(15.3768358353, rel=1e-7)
    assert np.isnan(grid.xi_1[0, 1])
    assert np.isnan(grid.xi_star[0, 0])


def test_relu_has_no_chaotic_phase_and_no_finite_variance_from_two_on():
    grid = phase_grid("relu", [0.0, 1.0, 1.9, 2.0, 2.5], [0.0, 0.2])
    assert grid.q_star[1].tolist() == pytest.approx([0.2, 0.4, 4.0, np.inf, np.inf])
    assert grid.q_star[0].tolist() == pytest.approx([0.0, 0.0, 0.0, 1.0, np.inf])
    assert grid.chi_1[1, :3].tolist() == pytest.approx([0.0, 0.5, 0.95])
    assert grid.chi_1[0, 3] == pytest.approx(1.0)
    assert np.isnan(grid.c_star[1, 3:]).all()
    assert not (grid.chi_1 > 1 + 1e-12).any()


def test_a_jump_is_chaotic_everywhere():
    grid = phase_grid("sign", [0.7, 3.0], [0.1])
    for column, weight in enumerate((0.7, 3.0)):
        q = weight + 0.1
        c = brentq(lambda t, w=weight, q=q: 2 * w / math.pi * math.asin(t) + 0.1 - q * t, 0, 1 - 1e-9)
        assert grid.q_star[0, column] == pytest.approx(q)
        assert grid.c_star[0, column] == pytest.approx(c, rel=1e-9)
        assert grid.chi_c_star[0, column] == pytest.approx(2 * weight / math.pi / q / math.sqrt(1 - c * c), rel=1e-9)
    assert np.isinf(grid.chi_1).all()
    assert (grid.xi_star == 0).all()


def test_a_normalised_activation_stays_at_variance_one():
    grid = phase_grid(activation("tanh").normalized(), [1.0], [0.0])
    assert (grid.q_star[0, 0], grid.c_star[0, 0]) == (1.0, 0.0)
    with np.errstate(all="raise"):
        assert grid.chi_1[0, 0] == pytest.approx(phase(activation("tanh").normalized()).chi_1, rel=1e-9)


@pytest.mark.parametrize("angle", [1e-3, 0.3, 1.2, math.pi / 2])
def test_half_the_mean_square_of_a_difference(angle):
    relu = FloatMoments(activation("relu")).drop(3.0, angle)
    c = math.cos(angle)
    exact = 3 * (math.pi * (1 - c) + angle * c - math.sin(angle)) / (2 * math.pi)  # the arccosine kernel
    assert relu == pytest.approx(exact, rel=1e-7)
    sine = FloatMoments(activation("sin")).drop(2.0, angle)
    drop = 4 * math.sin(angle / 2) ** 2  # q (1 - c)
    assert sine == pytest.approx(math.exp(-2) * (math.sinh(2) - math.sinh(2 * c)), rel=1e-6, abs=drop * 1e-7)


@pytest.mark.parametrize("wrong", [[[-1.0]], [[math.nan]], [[[1.0]]], [[]]])
def test_variances_that_are_none_are_refused(wrong):
    with pytest.raises(InputError, match="weight variances"):
        phase_grid("erf", wrong[0], [0.1])


def test_a_constant_has_no_phase():
    with pytest.raises(InputError, match="no phase"):
        phase_grid("1", [1.0], [0.1])
