"""T14: SymPy's lambdify cuts a 50-digit constant to a double; `lower` keeps every digit."""

import math

import mpmath
import pytest
import sympy as sp
from flint import arb

from deepcond_sym.arithmetic import ball, lower, mp, precision
from deepcond_sym.symbols import x

DIGITS = "0.12345678901234567890123456789012345678901234567891"
CONSTANT = sp.Rational(DIGITS)


def test_the_trap_is_real():
    cut = sp.lambdify(x, x * sp.Float(DIGITS, 50), "math")(1)
    with precision(digits=60):
        assert abs(mpmath.mpf(cut) - mpmath.mpf(DIGITS)) > mpmath.mpf(10) ** -20


@pytest.mark.parametrize("expression", [x * CONSTANT, x + CONSTANT - 1, sp.exp(CONSTANT * sp.log(2)) * x], ids=str)
def test_all_digits_arrive_in_digits_and_balls(expression):
    with precision(digits=60):
        constant = mpmath.mpf(DIGITS)
        expected = {0: constant, 1: constant, 2: 2**constant}[
            [x * CONSTANT, x + CONSTANT - 1, sp.exp(CONSTANT * sp.log(2)) * x].index(expression)
        ]
        assert abs(lower(expression, mp)(1) - expected) < mpmath.mpf(10) ** -57
        enclosure = lower(expression, ball)(1)
        assert enclosure.rad() < arb("1e-57")
        assert abs(enclosure - arb(mpmath.nstr(expected, 60))) < arb("1e-57")


def test_a_function_compiled_at_low_precision_is_not_spoiled_for_high_precision():
    with precision(digits=5):
        function = lower(x * CONSTANT + sp.sqrt(2) / 3, mp)
        function(1)
    with precision(digits=100):
        expected = mpmath.mpf(DIGITS) + mpmath.sqrt(2) / 3
        assert abs(function(1) - expected) < mpmath.mpf(10) ** -98


def test_huge_integers_stay_whole():
    factorial = sp.factorial(60)
    with precision(digits=100):
        assert lower(x + factorial, mp)(1) == math.factorial(60) + 1
        assert lower(x + factorial, ball)(1).unique_fmpz() == math.factorial(60) + 1
