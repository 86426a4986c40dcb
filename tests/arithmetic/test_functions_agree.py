"""Law: the three arithmetics are the same mathematical functions, whatever the argument."""

import warnings
from fractions import Fraction

import mpmath
import numpy as np
import pytest
from flint import arb
from scipy import integrate as scipy_integrate

from deepcond_sym.arithmetic import ball, ball_from_mp, exact, float64, mp, precision
from deepcond_sym.errors import InputError

EVERYWHERE = [
    "exp",
    "expm1",
    "sin",
    "cos",
    "tan",
    "sinh",
    "cosh",
    "tanh",
    "atan",
    "erf",
    "erfc",
    "normal_cdf",
    "normal_pdf",
    "absolute",
    "sign",
    "step",
]
DOMAINS = {"log": (0, 400), "log1p": (-1, 400), "sqrt": (0, 400), "asin": (-1, 1), "acos": (-1, 1)}
HARD = [
    0.0,
    1e-300,
    1e-14,
    -1e-14,
    0.1,
    -0.3,
    1.0,
    -1.0,
    1 - 2.0**-53,
    -1 + 2.0**-53,
    3.0,
    -3.5,
    -8.0,
    8.0,
    25.0,
    -37.0,
]


def arguments(name):
    low, high = DOMAINS.get(name, (-40, 40))
    strict = name.startswith("log")
    grid = [*HARD, *np.linspace(-36.7, 36.7, 60).tolist()]
    return [value for value in grid if (low < value if strict else low <= value) and value <= high]


@pytest.mark.parametrize("name", [*EVERYWHERE, *DOMAINS])
def test_each_function_agrees_in_the_three_arithmetics(name):
    for value in arguments(name):
        with precision(bits=300):
            truth = getattr(ball, name)(arb(value))
            assert truth.is_finite()
        with precision(bits=120):
            digits = getattr(mp, name)(mpmath.mpf(value))
        with precision(bits=300):
            assert abs(ball_from_mp(digits) - truth) <= abs(truth) * arb(2) ** -116, (name, value)
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                double = getattr(float64, name)(np.float64(value))
            assert isinstance(double, np.float64)
            # erf and erfc of SciPy are good to a few units; everything else is nearly correctly rounded.
            assert abs(arb(float(double)) - truth) <= abs(truth) * 8 * arb(2) ** -53 + arb(2) ** -1070, (name, value)


@pytest.mark.parametrize("name", [*EVERYWHERE, *DOMAINS])
def test_float64_treats_arrays_elementwise(name):
    values = np.array(arguments(name))
    scalars = np.array([getattr(float64, name)(value) for value in values])
    np.testing.assert_allclose(getattr(float64, name)(values), scalars, rtol=1e-15, atol=0)


@pytest.mark.parametrize("name", ["tanh", "erf", "erfc", "atan", "sinh", "expm1", "normal_cdf"])
def test_wide_balls_contain_all_values_and_do_not_explode(name):
    function = getattr(ball, name)
    wide = function(arb(0, 10))
    for point in range(-10, 11):
        assert wide.contains(function(arb(point)))
    if name not in {"sinh", "expm1"}:
        assert wide.rad() < 2


@pytest.mark.parametrize("arithmetic", [mp, float64])
@pytest.mark.parametrize(
    ("name", "value"), [("log", 0), ("log", -1), ("log1p", -1), ("log1p", -2), ("sqrt", -1), ("asin", 2), ("acos", -2)]
)
def test_outside_the_domain_is_refused(arithmetic, name, value):
    with pytest.raises(InputError, match="real value"):
        getattr(arithmetic, name)(arithmetic.constant(value))
    assert not getattr(ball, name)(ball.constant(value)).is_finite()


@pytest.mark.parametrize("arithmetic", [mp, ball, float64])
def test_powers(arithmetic):
    number = arithmetic.constant
    for base, exponent, expected in [
        (2, 10, 1024),
        (-2, 3, -8),
        (-2, -2, Fraction(1, 4)),
        (4, Fraction(1, 2), 2),
        (4, Fraction(-3, 2), Fraction(1, 8)),
        (0, Fraction(5, 3), 0),
        (0, 0, 1),
    ]:
        value = arithmetic.power(number(base), exponent)
        assert float(value) == float(expected), (base, exponent)
    cube_root = arithmetic.power(number(27), Fraction(1, 3))
    assert abs(float(cube_root) - 3) < 4e-15
    assert abs(float(arithmetic.power(number(2), number("1/2"))) - 2**0.5) < 1e-15


@pytest.mark.parametrize("arithmetic", [mp, float64])
def test_a_fractional_power_of_a_negative_number_is_refused(arithmetic):
    with pytest.raises(InputError):
        arithmetic.power(arithmetic.constant(-8), Fraction(1, 3))
    assert not ball.power(arb(-8), Fraction(1, 3)).is_finite()


def test_fractional_powers_of_balls_that_reach_zero():
    from_zero = arb(2, 2).nonnegative_part()
    value = ball.power(from_zero, Fraction(1, 3))
    # The ball may poke below 0 by its own rounding, and then the only sound answer is NaN.
    assert value.contains(arb(1)) if value.is_finite() else not from_zero.lower() >= 0
    assert not ball.power(arb(1, 2), Fraction(1, 3)).is_finite()
    assert ball.power(arb(0), Fraction(1, 3)).is_zero()
    assert not ball.power(arb(0), Fraction(-1, 3)).is_finite()


def test_mp_powers_of_huge_numbers_keep_their_digits():
    with precision(digits=40):
        value = mp.power(mpmath.mpf(10) ** 3000, Fraction(1, 3))
        assert abs(value / mpmath.mpf(10) ** 1000 - 1) < mpmath.mpf(10) ** -39


@pytest.mark.parametrize("arithmetic", [mp, ball, float64])
def test_values_at_the_kink_and_extremes(arithmetic):
    zero, one = arithmetic.constant(0), arithmetic.constant(1)
    assert float(arithmetic.sign(zero)) == 0
    assert float(arithmetic.step(zero)) == 0.5
    assert float(arithmetic.maximum(zero, one)) == 1
    assert float(arithmetic.minimum(zero, one)) == 0
    assert float(arithmetic.acos(one)) == 0


def test_float64_overflows_and_underflows_in_silence():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert float64.exp(np.float64(1000)) == np.inf
        assert float64.exp(np.float64(-1000)) == 0
        assert float64.cosh(np.float64(-1000)) == np.inf
        np.testing.assert_array_equal(float64.normal_cdf(np.array([-np.inf, np.inf, 1e200, -1e200])), [0, 1, 1, 0])
        np.testing.assert_array_equal(float64.normal_pdf(np.array([-np.inf, np.inf, 1e200])), [0, 0, 0])


def test_the_normal_law_against_quadrature():
    for value in (-2.0, 0.3, 1.7):
        area, _ = scipy_integrate.quad(float64.normal_pdf, -40, value, epsabs=1e-13, points=[0.0])
        assert abs(area - float64.normal_cdf(np.float64(value))) < 1e-12


def test_ball_truth_values_are_three_valued():
    wide, zero = arb(0, 1), arb(0)
    assert ball.less(wide, zero) is None
    assert ball.negate(None) is None
    assert ball.both(False, None) is False
    assert ball.both(True, None) is None
    assert ball.either(True, None) is True
    assert ball.either(False, None) is None


def test_pi_is_pi_in_each():
    with precision(digits=50):
        assert abs(mp.pi() - mpmath.acos(-1)) < mpmath.mpf(10) ** -49
        assert ball.pi().overlaps(arb(-1).acos())
        assert exact(ball.pi())[1] < Fraction(1, 10**49)
    assert float64.pi() == np.pi
