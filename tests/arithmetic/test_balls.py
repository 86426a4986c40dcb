"""Questions to balls, and their journeys to mpmath and decimal text."""

import math
from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction

import mpmath
import pytest
from flint import arb, fmpq
from hypothesis import given
from hypothesis import strategies as st

from deepcond_sym.arithmetic import (
    ball_from_exact,
    ball_from_mp,
    certainly_at_most,
    certainly_equal,
    certainly_less,
    certainly_positive,
    contains,
    decimal,
    exact,
    hull,
    mp_from_ball,
    precision,
)
from deepcond_sym.errors import AccuracyError, InputError

fractions = st.fractions(-100, 100, max_denominator=1000)
radii = st.fractions(0, 10, max_denominator=50)


@given(fractions, radii)
def test_a_ball_from_exact_numbers_contains_its_ends(middle, radius):
    ball = ball_from_exact(middle, radius)
    for point in (middle - radius, middle, middle + radius):
        assert ball.contains(fmpq(point.numerator, point.denominator))
    centre, reach = exact(ball)
    assert abs(centre - middle) + radius <= reach + Fraction(1, 2**40) * (1 + abs(middle))


@given(fractions, radii, fractions, radii)
def test_comparisons_are_never_wrong(a, ra, b, rb):
    first, second = ball_from_exact(a, ra), ball_from_exact(b, rb)
    less = certainly_less(first, second)
    (ma, sa), (mb, sb) = exact(first), exact(second)
    if ma + sa < mb - sb:
        assert less is True
    elif ma - sa >= mb + sb:
        assert less is False
    else:
        assert less is None
    assert certainly_at_most(second, first) is (None if less is None else not less)
    if certainly_equal(first, second):
        assert a == b
    joined = hull(first, second)
    assert joined.contains(first)
    assert joined.contains(second)


def test_positive_and_contains():
    assert certainly_positive(arb(1)) is True
    assert certainly_positive(arb(0)) is False
    assert certainly_positive(arb(-1)) is False
    assert certainly_positive(arb(0, 1)) is None
    assert contains(arb(0), 0) is True
    assert contains(arb("0.1"), "0.1") is True
    assert contains(arb(0, 1), "1.5") is False


@given(st.integers(-(10**30), 10**30), st.integers(-200, 200))
def test_mpf_and_back_is_exact(mantissa, exponent):
    with precision(bits=200):
        number = mpmath.ldexp(mpmath.mpf(mantissa), exponent)
    ball = ball_from_mp(number)
    assert exact(ball) == (Fraction(mantissa) * Fraction(2) ** exponent, 0)
    with precision(bits=200):
        assert mp_from_ball(ball) == number


def test_not_finite_has_no_exact_form():
    for strange in (arb("nan"), arb("inf"), arb(0, "inf")):
        for question in (exact, mp_from_ball):
            with pytest.raises(InputError):
                question(strange)
    with pytest.raises(InputError):
        ball_from_mp(mpmath.inf)


@given(st.fractions(-(10**9), 10**9), st.integers(-300, 300), st.integers(1, 40))
def test_decimals_are_correctly_rounded_for_exact_balls(value, shift, digits):
    dyadic = Fraction(math.floor(value * 2**20), 2**20) * Fraction(2) ** shift
    with precision(bits=1000):
        text = decimal(ball_from_exact(dyadic), digits)
    context = Context(prec=digits, rounding=ROUND_HALF_EVEN)
    rounded = context.divide(Decimal(dyadic.numerator), Decimal(dyadic.denominator))
    assert Decimal(text) == rounded
    if dyadic:
        assert sum(c.isdigit() for c in text.split("e")[0].lstrip("-0.").replace(".", "")) == digits


def test_a_wide_ball_prints_nothing_false():
    with pytest.raises(AccuracyError):
        decimal(arb(1, "0.01"), 5)
    with pytest.raises(AccuracyError):
        decimal(arb(0, "0.01"), 5)
    with pytest.raises(AccuracyError):
        decimal(arb("nan"), 5)
    assert decimal(arb(1, "1e-9"), 5) == "1.0000"
    assert decimal(arb("-0.000999999999"), 3) == "-0.00100"
