"""Constants of decay and depths for conditioning, against quadrature, exact rationals and recursions in mpmath."""

import math
from fractions import Fraction

import mpmath
import numpy as np
import pytest
import sympy as sp
from flint import arb, fmpq
from hypothesis import assume, given
from hypothesis import strategies as st

from deepcond_sym.activations import activation
from deepcond_sym.arithmetic import precision
from deepcond_sym.depth import phase
from deepcond_sym.depth.conditioning import (
    Question,
    activation_depth,
    odds_depth,
    printed_depth_a,
    printed_depth_b,
    supremum_depth,
)
from deepcond_sym.depth.decay import DecayConstants
from deepcond_sym.duals import second_moment
from deepcond_sym.errors import AccuracyError, InputError
from deepcond_sym.symbols import x as symbol

SMOOTH = {
    "gelu": lambda x: x * mpmath.ncdf(x),
    "silu": lambda x: x / (1 + mpmath.exp(-x)),
    "tanh": mpmath.tanh,
    "softplus": lambda x: mpmath.log1p(mpmath.exp(x)),
    "sin": mpmath.sin,
    "exp": mpmath.exp,
}


def expectation(f):
    return mpmath.quad(lambda x: f(x) * mpmath.npdf(x), [-12, -6, -2, 0, 2, 6, 14])


@pytest.mark.parametrize("name", SMOOTH)
def test_constants_against_quadrature(name):
    f = SMOOTH[name]
    constants = DecayConstants(name)
    with mpmath.workdps(25):
        first, second = expectation(f), expectation(lambda x: f(x) ** 2)
        linear = expectation(lambda x: x * f(x))
        slope = expectation(lambda x: mpmath.diff(f, x) ** 2)
        wanted = {
            "nonlinearity": 1 - linear**2 / (second - first**2),
            "nonaffinity": 1 - (first**2 + linear**2) / second,
            "slope_at_one": slope / second,
            "normalised_slope_at_one": slope / (second - first**2),
        }
    with precision(bits=200):
        for quantity, value in wanted.items():
            found = getattr(constants, quantity)()
            assert abs(float(found.mid()) - float(value)) < 1e-12 * abs(float(value))


@pytest.mark.parametrize("name", ["gelu", "silu", "elu", "relu_power(2)", "step"])
def test_the_fixed_point_by_iterating_the_hermite_series(name):
    """sigma_hat from coefficients by float quadrature, iterated from 0: a route without duals and without roots."""
    sigma = activation(name)
    nodes, base = np.polynomial.legendre.leggauss(400)  # on each side of 0, where these are smooth
    x = np.concatenate([12 * (nodes - 1), 12 * (nodes + 1)])
    weights = np.concatenate([12 * base, 12 * base]) * np.exp(-(x**2) / 2) / math.sqrt(2 * math.pi)
    values = np.array([float(sp.N(sigma.expr.subs(symbol, sp.Float(v)))) for v in x])
    before, here = np.zeros_like(x), np.ones_like(x)
    series = []
    for n in range(120):
        series.append(float((weights * values * here).sum()) ** 2)
        before, here = here, (x * here - math.sqrt(n) * before) / math.sqrt(n + 1)
    total = float((weights * values**2).sum())

    def dual(rho):
        return sum(c * rho**n for n, c in enumerate(series)) / total

    rho = 0.0
    for _ in range(3000):
        rho = dual(rho)
    constants = DecayConstants(name)
    assert constants.law.kind == "to a fixed point"
    rate = sum(n * c * rho ** (n - 1) for n, c in enumerate(series) if n) / total
    with precision(bits=160):
        assert abs(float(constants.fixed_point().mid()) - rho) < 1e-9
        assert abs(float(constants.rate().mid()) - rate) < 1e-8


LAWS = {
    "relu": "to one, critically",
    "abs": "to one, critically",
    "exp": "to one, critically",
    "gaussian": "to one",
    "sigmoid": "to one",
    "gelu": "to a fixed point",
    "step": "to a fixed point",
    "tanh": "to zero",
    "norm_relu": "to zero",
    "hermite(2)": "to zero, doubly exponentially",
    "monomial(3)": "to zero",
}


@pytest.mark.parametrize(("name", "kind"), LAWS.items())
def test_laws(name, kind):
    constants = DecayConstants(name)
    assert constants.law.kind == kind
    with precision(bits=200):
        point, rate, chi = constants.fixed_point(), constants.rate(), constants.slope_at_one()
    assert (point == 1) == kind.startswith("to one")
    assert (point == 0) == kind.startswith("to zero")
    assert (kind == "to one") == bool(chi < 1)
    assert kind != "to one, critically" or chi.contains(1)
    assert rate < 1 or kind == "to one, critically"


@pytest.mark.parametrize("name", ["gelu", "relu_power(2)", "erf"])
def test_the_fixed_point_is_that_of_the_phase(name):
    """The scaled activation is the network with weight variance 1/E[sigma^2]: `phase` finds the same by another way."""
    found = phase(name, 1 / second_moment(activation(name)), 0, bits=80)
    constants = DecayConstants(name)
    with precision(bits=120):
        assert constants.slope_at_one().overlaps(found.chi_1)
        assert abs(constants.fixed_point() - found.c_star) < arb(10) ** -20


@pytest.mark.parametrize("name", ["identity", "polynomial(2)", "2*x + 1"])
def test_what_never_moves_is_refused(name):
    with pytest.raises(InputError, match=r"affine|constant"):
        DecayConstants(name)


def as_ball(value):
    return lambda: arb(fmpq(value.numerator, value.denominator))


shares = st.fractions(Fraction(1, 20), 1, max_denominator=20)


@given(shares, shares, st.integers(2, 500), st.fractions(Fraction(1, 50), 2, max_denominator=50))
def test_depths_against_exact_rationals(mu, delta, n, epsilon):
    """Least depths by exact arithmetic, from the formulas of the sheet and not from their logarithms."""
    asked = Question(n, delta, epsilon)
    try:
        found = (
            printed_depth_a(as_ball(mu), asked),
            printed_depth_b(as_ball(mu), asked),
            odds_depth(as_ball(mu), delta, asked.level_b),
        )
    except AccuracyError:  # a tie that balls cannot see; it must be one
        assume(False)
    wait = least(lambda k: 2 * delta * (1 + mu / 2) ** k >= 1)
    gather = wait + least(lambda k: n * (1 - mu / 2) ** k <= 1)
    assert found[0] == gather + least(lambda k: 2 * n * (1 - mu / 2) ** k <= epsilon)
    assert found[1] == least(lambda k: n <= delta * epsilon * (1 + mu / 2) ** k)
    if delta == 1:
        assert found[2] == 0
    else:
        odds = delta / (1 - delta)
        assert found[2] == least(lambda k: asked.level_b * (1 + odds * (1 + mu) ** k) >= 1)


def least(holds) -> int:
    return next(k for k in range(5000) if holds(k))


@given(shares, shares, st.integers(2, 500))
def test_the_exact_supremum_and_its_order(mu, delta, n):
    asked = Question(n, delta, Fraction(1, 7))
    with mpmath.workdps(60):
        b, depth = mpmath.mpf(1) - mpmath.mpf(delta.numerator) / delta.denominator, 0
        m, level = mpmath.mpf(mu.numerator) / mu.denominator, mpmath.mpf(1) / (7 * n + 1)
        while b > level:
            b, depth = b * (1 - m * (1 - b)), depth + 1
    assert supremum_depth(as_ball(mu), delta, asked.level_b) == depth
    assert depth <= odds_depth(as_ball(mu), delta, asked.level_b)
    assert depth <= printed_depth_b(as_ball(mu), asked)


DUALS = {
    "relu": lambda r: (
        (mpmath.sqrt(1 - r**2) + r * (mpmath.pi - mpmath.acos(r))) / (2 * mpmath.pi) - 1 / (2 * mpmath.pi)
    ) / (mpmath.mpf(1) / 2 - 1 / (2 * mpmath.pi)),
    "sign": lambda r: 2 / mpmath.pi * mpmath.asin(r),
    "erf": lambda r: mpmath.asin(2 * r / 3) / mpmath.asin(mpmath.mpf(2) / 3),
    "exp": lambda r: (mpmath.exp(r) - 1) / (mpmath.e - 1),
}
"""Textbook duals of the normalised activations."""


@pytest.mark.parametrize("name", DUALS)
@pytest.mark.parametrize("delta", [Fraction(1, 2), Fraction(1, 100), Fraction(1, 10**9)])
def test_the_depth_of_an_activation_by_its_textbook_dual(name, delta):
    asked = Question(50, delta, Fraction(1, 10))
    normalised = activation(name).normalized()
    for level in (asked.level_a, asked.level_b):
        with mpmath.workdps(60):
            c, depth = 1 - mpmath.mpf(delta.numerator) / delta.denominator, 0
            while c > mpmath.mpf(level.numerator) / level.denominator:
                c, depth = DUALS[name](c), depth + 1
        assert activation_depth(normalised, delta, level) == depth


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ((1, Fraction(1, 2), Fraction(1)), "at least 2"),
        ((5, Fraction(0), Fraction(1)), "separation"),
        ((5, Fraction(3, 2), Fraction(1)), "separation"),
        ((5, Fraction(1, 2), Fraction(0)), "epsilon"),
    ],
)
def test_a_question_that_makes_no_sense(arguments, complaint):
    with pytest.raises(InputError, match=complaint):
        Question(*arguments)
