"""Means, second moments, a_1 and mu of every catalogued activation, against independent quadrature."""

import importlib.util
import pathlib

import mpmath
import numpy as np
import pytest
import sympy as sp

from deepcond_sym.activations import activation
from deepcond_sym.arithmetic import decimal, precision
from deepcond_sym.duals import (
    hermite_series,
    mean,
    mean_ball,
    nonaffinity,
    nonaffinity_ball,
    nonlinearity,
    nonlinearity_ball,
    normalized,
    second_moment,
    second_moment_ball,
)
from deepcond_sym.errors import InputError

_SPEC = importlib.util.spec_from_file_location("oracles", pathlib.Path(__file__).with_name("oracles.py"))
assert _SPEC is not None
assert _SPEC.loader is not None
oracles = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(oracles)

EXACT = [name for name in oracles.FUNCTIONS if name not in ("tanh", "sigmoid", "softplus", "silu", "mish", "softsign")]


@pytest.mark.parametrize("name", list(oracles.FUNCTIONS))
def test_moments_agree_with_quadrature(name: str) -> None:
    f, cuts = oracles.FUNCTIONS[name]
    sigma = activation(name)
    first, second = oracles.gaussian_mean(f, cuts), oracles.gaussian_mean(lambda x: f(x) ** 2, cuts)
    slope = oracles.gaussian_mean(lambda x: f(x) * x, cuts)
    scale = max(1.0, second)
    assert abs(float(mean_ball(sigma).mid()) - first) < 1e-13 * scale
    assert abs(float(second_moment_ball(sigma).mid()) - second) < 1e-13 * scale
    assert abs(float(hermite_series(sigma, 2).balls[1].mid()) - slope) < 1e-13 * scale
    assert abs(float(nonlinearity_ball(sigma).mid()) - (1 - slope**2 / (second - first**2))) < 1e-12
    assert abs(float(nonaffinity_ball(sigma).mid()) - (1 - (first**2 + slope**2) / second)) < 1e-12


@pytest.mark.parametrize("name", list(oracles.FUNCTIONS))
def test_twenty_digits_of_every_constant(name: str) -> None:
    sigma = activation(name)
    with precision(digits=30):
        for ball in (mean_ball(sigma), second_moment_ball(sigma), nonlinearity_ball(sigma)):
            assert ball.rad() < 1e-22


@pytest.mark.parametrize("name", EXACT)
def test_exact_moments_exist_and_lie_in_the_balls_of_quadrature(name: str) -> None:
    from deepcond_sym.duals.integrals.quadrature import GaussianQuadrature

    sigma = activation(name)
    first, second = mean(sigma), second_moment(sigma)
    assert first is not None
    assert second is not None
    found = GaussianQuadrature(sigma, 90, 1)
    with precision(bits=120):
        assert found.hermite()[0].overlaps(mean_ball(sigma))
        assert found.second_moment().overlaps(second_moment_ball(sigma))
        assert found.second_moment().rad() < 1e-24


@pytest.mark.parametrize("name", ["tanh", "softplus", "mish", "softsign"])
def test_fifty_digits_against_mpmath(name: str) -> None:
    functions = {
        "tanh": lambda t: mpmath.tanh(t) ** 2,
        "softplus": lambda t: mpmath.log1p(mpmath.exp(t)) ** 2,
        "mish": lambda t: (t * mpmath.tanh(mpmath.log1p(mpmath.exp(t)))) ** 2,
        "softsign": lambda t: (t / (1 + abs(t))) ** 2,
    }
    with precision(digits=55):
        ours = second_moment_ball(activation(name))
        theirs = oracles.mp_gaussian_mean(functions[name])
        assert abs(mpmath.mpf(decimal(ours, 50)) - theirs) < mpmath.mpf(10) ** -45


def test_known_constants() -> None:
    x = sp.Symbol("x", real=True)
    assert sp.simplify(second_moment(activation("gelu")) - sp.Rational(1, 3) - 1 / (2 * sp.pi * sp.sqrt(3))) == 0
    assert second_moment(activation("erf")) == 2 * sp.asin(sp.Rational(2, 3)) / sp.pi
    assert mean(activation("exp")) == sp.exp(sp.Rational(1, 2))
    assert mean(activation(x**4 * sp.exp(-(x**2)))) == sp.sqrt(3) / 9
    assert nonaffinity("relu") == sp.Rational(1, 2) - 1 / sp.pi
    assert nonlinearity("identity") == 0


def test_norm_relu_is_normalised() -> None:
    sigma = activation("norm_relu")
    with precision(digits=40):
        assert mean_ball(sigma).contains(0)
        assert second_moment_ball(sigma).contains(1)
        assert second_moment_ball(sigma).rad() < 1e-35


@pytest.mark.parametrize("name", ["relu", "gelu", "tanh", "softplus", "exp", "hard_tanh"])
def test_normalised_mean_and_variance(name: str) -> None:
    base = activation(name)
    phi = normalized(base)
    assert mean(phi) == 0
    assert second_moment(phi) == 1
    assert normalized(phi) == phi
    f, cuts = oracles.FUNCTIONS[name]
    first, second = oracles.gaussian_mean(f, cuts), oracles.gaussian_mean(lambda x: f(x) ** 2, cuts)
    slope = oracles.gaussian_mean(lambda x: f(x) * x, cuts) / np.sqrt(second - first**2)
    assert abs(float(hermite_series(phi, 2).balls[1].mid()) - slope) < 1e-13
    assert abs(float(nonlinearity_ball(phi).mid()) - (1 - slope**2)) < 1e-12


def test_normalised_at_another_variance() -> None:
    f, cuts = oracles.FUNCTIONS["softplus"]
    first, second = oracles.gaussian_mean(f, cuts), oracles.gaussian_mean(lambda x: f(x) ** 2, cuts)
    phi = normalized(activation("softplus")).at_variance(4)
    deviation = np.sqrt(second - first**2)
    expected = oracles.gaussian_mean(lambda x: ((f(2 * x) - first) / deviation) ** 2, cuts)
    assert abs(float(second_moment_ball(phi).mid()) - expected) < 1e-12


def test_constant_activations_are_refused() -> None:
    with pytest.raises(InputError, match="constant"):
        normalized(activation(sp.Integer(3)))
    with pytest.raises(InputError, match="constant"):
        nonlinearity(sp.Integer(3))
