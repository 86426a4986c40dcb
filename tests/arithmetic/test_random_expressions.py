"""Law: for any expression of the whitelist, digits and doubles lie where the balls say, also near singular places."""

import random
import warnings
from fractions import Fraction

import numpy as np
import sympy as sp
from flint import acb, arb
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from deepcond_sym.arithmetic import ball, ball_from_mp, float64, lower, mp, precision
from deepcond_sym.errors import InputError
from deepcond_sym.symbols import x

EXAMPLES = 400
SMOOTH = [sp.sin, sp.cos, sp.tanh, sp.atan, sp.erf, sp.erfc, abs, sp.sign, sp.Heaviside, lambda e: sp.exp(-(e**2))]
SINGULAR = [sp.log, sp.sqrt, sp.asin, sp.acos, sp.tan, lambda e: 1 / e, lambda e: e ** sp.Rational(2, 3)]
TAME = [lambda e: sp.exp(sp.tanh(e)), lambda e: sp.sinh(sp.atan(e)), lambda e: sp.log(1 + sp.exp(sp.atan(e)))]
CONSTANTS = [
    sp.pi,
    sp.sqrt(2),
    1 / sp.sqrt(2 * sp.pi),
    sp.Integer(1),
    sp.Integer(-1),
    sp.Rational(-5, 3),
    sp.Rational(1, 7),
]


def random_expression(dice: random.Random, depth: int) -> sp.Expr:
    """A tree of the whitelist. (Hypothesis's own recursive strategy hardly ever leaves the smallest trees.)"""
    if depth == 0 or dice.random() < 0.1:
        return x if dice.random() < 0.7 else dice.choice(CONSTANTS)
    kind = dice.randrange(8)
    first = random_expression(dice, depth - 1)
    if kind < 3 and first.is_extended_real is not False:
        return dice.choice([SMOOTH, SINGULAR, TAME][kind])(first)
    if kind <= 3:
        return first ** dice.choice([2, 3, -1, -2])
    second = random_expression(dice, depth - 1)
    if kind == 4:
        return first + second
    if kind == 5:
        return first * second
    if kind == 6:
        return sp.Max(first, second) if first.is_extended_real and second.is_extended_real else first - second
    if not (first.is_extended_real and first.has(x)):
        return second
    return sp.Piecewise((second, first < 0), (random_expression(dice, depth - 1), True))


expressions = st.builds(
    lambda seed, depth: random_expression(random.Random(seed), depth), st.integers(0), st.integers(2, 4)
)
# Doubles, so that all three arithmetics get the same argument; many of them close to the singular places -1, 0, 1.
points = st.one_of(
    st.floats(-6, 6, allow_subnormal=False),
    st.builds(
        lambda base, exponent, sign: base + sign * 2.0**-exponent,
        st.sampled_from([0.0, 1.0, -1.0]),
        st.integers(1, 52),
        st.sampled_from([1, -1]),
    ),
)


def enclosure(function, point, bits):
    with precision(bits=bits):
        return function(point)


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(expressions, points)
@example(random_expression(random.Random(3552), 4), 4e-168)
def test_the_three_arithmetics_agree(expression, point):
    assume(isinstance(expression, sp.Expr) and not expression.has(sp.I, sp.zoo, sp.nan, sp.oo))
    argument = Fraction(point)
    rigorous = lower(expression, ball)
    truth = enclosure(rigorous, argument, 600)
    assume(not truth.is_finite() or abs(truth) < arb(2) ** 200)

    with precision(bits=100):
        try:
            digits = lower(expression, mp)(argument)
        except InputError:
            # Refused: then no ball may claim a value. (A condition without a value leaves the hull of the branches.)
            assert not truth.is_finite() or expression.has(sp.Piecewise)
            digits = None
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            double = lower(expression, float64)(point)
        except InputError:
            assert not truth.is_finite() or truth.rel_accuracy_bits() < 100 or expression.has(sp.Piecewise)
            double = None
    if not truth.is_finite() or (digits is None and double is None):
        return

    with precision(bits=600):
        # A ball computed with fewer bits bounds the effect of rounding that few bits, hence that of rounding more.
        coarse = enclosure(rigorous, argument, 88)
        if digits is not None and coarse.is_finite():
            assert abs(ball_from_mp(digits) - truth) <= coarse.rad() * 2 + abs(truth) * arb(2) ** -90 + arb(2) ** -500
        coarse = enclosure(rigorous, argument, 42)
        if double is not None and coarse.is_finite() and np.isfinite(double):
            assert abs(arb(float(double)) - truth) <= coarse.rad() * 2 + abs(truth) * arb(2) ** -45 + arb(2) ** -900


@settings(max_examples=EXAMPLES // 3, deadline=None, suppress_health_check=list(HealthCheck))
@given(expressions, st.fractions(-5, 5, max_denominator=50), st.fractions(0, 1, max_denominator=50))
def test_a_ball_of_arguments_contains_the_values_of_its_points(expression, middle, radius):
    assume(isinstance(expression, sp.Expr) and not expression.has(sp.I, sp.zoo, sp.nan, sp.oo))
    function = lower(expression, ball)
    wide = function(ball.constant(middle) + arb(0, 1) * ball.constant(radius))
    if not wide.is_finite():
        return
    for position in (-1, Fraction(-1, 3), 0, Fraction(1, 2), 1):
        value = function(middle + position * radius)
        assert not value.is_finite() or wide.overlaps(value)


COMPLEX_BITS = 120
CIRCLE = 60


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    expressions,
    st.sampled_from([-1, 0, 1, Fraction(1, 3), Fraction(-5, 2), Fraction(7, 4)]),
    st.sampled_from([0, 0, 1, Fraction(-1, 2), Fraction(1, 16)]),
    st.integers(0, 9).map(lambda k: Fraction(2, 2**k)),
)
def test_where_the_flag_promises_analytic_the_mean_over_a_circle_is_the_centre(expression, real, imaginary, radius):
    """Mean value property, with a proved error: |f| <= M on a disc of radius r, so the mean of f over N points of the
    circle of radius r/2 differs from the centre by at most M 2^-N / (1 - 2^-N) (the aliased Taylor coefficients)."""
    assume(isinstance(expression, sp.Expr) and not expression.has(sp.I, sp.zoo, sp.nan, sp.oo))
    function = lower(expression, ball, complex_ball=True)
    with precision(bits=COMPLEX_BITS):
        centre = acb(ball.constant(real), ball.constant(imaginary))
        box = acb(arb(ball.constant(real), ball.constant(radius)), arb(ball.constant(imaginary), ball.constant(radius)))
        on_box = function(box, True)
        assume(on_box.is_finite())
        mean = acb(0)
        for k in range(CIRCLE):
            mean += function(centre + acb(arb(2 * k) / CIRCLE).exp_pi_i() * ball.constant(radius) / 2, True) / CIRCLE
        error = abs(on_box) * arb(2) ** (1 - CIRCLE)
        distance = abs(mean - function(centre, True))
        assume(distance.is_finite())
        assert distance.lower() <= error.upper()
