"""Constants enter exactly, or not at all."""

from fractions import Fraction

import mpmath
import numpy as np
import pytest
import sympy as sp
from flint import arb, fmpq, fmpz

from deepcond_sym.arithmetic import ball, exact_number, float64, mp, precision
from deepcond_sym.errors import InputError
from deepcond_sym.symbols import x


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (3, Fraction(3)),
        ("0.1", Fraction(1, 10)),
        (" -1.5e-3 ", Fraction(-3, 2000)),
        ("2/3", Fraction(2, 3)),
        (".5", Fraction(1, 2)),
        (Fraction(7, 5), Fraction(7, 5)),
        (sp.Rational(7, 5), Fraction(7, 5)),
        (fmpq(7, 5), Fraction(7, 5)),
        (fmpz(10**40), Fraction(10**40)),
        (np.int64(4), Fraction(4)),
    ],
)
def test_rational_constants_are_exact(value, expected):
    assert exact_number(value) == expected
    assert ball.constant(value).contains(fmpq(expected.numerator, expected.denominator))
    assert float64.constant(value) == np.float64(expected.numerator / expected.denominator)
    with precision(digits=30):
        assert abs(mp.constant(value) - mpmath.mpf(expected.numerator) / expected.denominator) <= mpmath.mpf(
            10
        ) ** -29 * max(1, abs(expected.numerator))


@pytest.mark.parametrize(
    "value",
    [
        "abc",
        "",
        "1e9999999999",
        "nan",
        "inf",
        "1/0",
        "0x10",
        "1_000",
        "\u0661",
        None,
        1j,
        [1],
        sp.oo,
        sp.nan,
        sp.zoo,
        x,
    ],
)
def test_what_is_not_a_number_is_refused_in_one_sentence(value):
    for arithmetic in (mp, ball):
        with pytest.raises(InputError) as refusal:
            arithmetic.constant(value)
        assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    "value", [0.1, np.float64(0.1), float("nan"), float("inf"), sp.Float("0.1"), sp.Float(1) * sp.pi]
)
def test_floats_are_refused_by_the_exact_arithmetics(value):
    for arithmetic in (mp, ball):
        with pytest.raises(InputError):
            arithmetic.constant(value)


def test_float64_accepts_floats_but_no_nan():
    assert float64.constant(0.1) == 0.1
    assert float64.constant(sp.Float("0.5")) == 0.5
    with pytest.raises(InputError, match="NaN"):
        float64.constant(float("nan"))


def test_a_constant_that_nearly_cancels_keeps_its_digits():
    # pi^4 + pi^5 - e^6 = -0.0000176734512321092...: five digits cancel, at any precision.
    near = sp.pi**4 + sp.pi**5 - sp.exp(6)
    with precision(digits=200):
        truth = mpmath.pi**4 + mpmath.pi**5 - mpmath.exp(6)
    assert float64.constant(near) == float(truth)
    with precision(digits=20):
        assert abs(mp.constant(near) / truth - 1) < mpmath.mpf(10) ** -19


@pytest.mark.parametrize("symbol", [sp.pi, sp.E, sp.EulerGamma, sp.Catalan, sp.GoldenRatio])
def test_named_constants_against_mpmath(symbol):
    with precision(digits=60):
        expected = sp.lambdify((), symbol, "mpmath")()
        assert abs(mp.constant(symbol) - expected) < mpmath.mpf(10) ** -58
        assert ball.constant(symbol).rad() < arb("1e-58")


def test_a_constant_follows_the_precision():
    with precision(bits=64):
        coarse = ball.constant(sp.sqrt(2))
    with precision(bits=640):
        fine = ball.constant(sp.sqrt(2))
    assert coarse.overlaps(fine)
    assert fine.rad() < coarse.rad() * arb(2) ** -500
