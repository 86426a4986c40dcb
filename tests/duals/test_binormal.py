"""The bivariate normal distribution function: mpmath's quadrature, textbook values, limits, enclosures, derivatives."""

import itertools
import math

import mpmath
import pytest
import sympy as sp
from flint import arb
from scipy.stats import multivariate_normal

from deepcond_sym.arithmetic import ball_from_mp, precision
from deepcond_sym.duals.bivariate.binormal import binormal_ball, binormal_cdf
from deepcond_sym.errors import InputError

LIMITS = (-6.5, -1.0, 0.0, 0.25, 1.0, 3.0)
CORRELATIONS = (-0.999, -0.5, 0.125, 0.75, 1 - 2.0**-20)
h, k, r = sp.symbols("h k r", real=True)


def by_quadrature(a: float, b: float, correlation: float) -> mpmath.mpf:
    """The integral of phi(x) Phi((b - r x)/sqrt(1 - r^2)) over x < a, split where the inner function bends."""
    c = mpmath.mpf(correlation)
    s = mpmath.sqrt(1 - c * c)
    bend = mpmath.mpf(b) / c
    points = [p for p in (-12, -6, -3, -1, 0, 2, 4, *(bend + j * s for j in (-8, -3, 0, 3, 8))) if -13 < p < a]
    return mpmath.quad(lambda x: mpmath.npdf(x) * mpmath.ncdf((b - c * x) / s), sorted([-14, *points, mpmath.mpf(a)]))


@pytest.mark.parametrize("correlation", CORRELATIONS)
def test_values_agree_with_quadrature(correlation):
    with mpmath.workdps(20):
        for a, b in itertools.product(LIMITS[1:], repeat=2):
            expected = by_quadrature(a, b, correlation)
            found = binormal_ball(arb(a), arb(b), arb(correlation))
            assert abs(float(found.mid()) - float(expected)) < 1e-14, (a, b)
            assert found.rad() < 1e-14


def test_values_agree_with_scipy():
    for a, b, c in itertools.product(LIMITS, LIMITS, (-0.9, 0.3)):
        expected = multivariate_normal([0, 0], [[1, c], [c, 1]]).cdf([a, b])
        assert abs(float(binormal_ball(arb(a), arb(b), arb(c)).mid()) - expected) < 1e-8


def test_many_digits_and_small_probabilities():
    with precision(bits=400):
        value = binormal_ball(arb(-20), arb(-20), arb("0.5"))
        assert value.rel_accuracy_bits() > 350
        # P(X < -20, Y < -20): the exponent is near 400/(1 + r)
        assert abs(float((-value.log() / 400).mid()) - 1 / 1.5) < 0.03
        orthant = binormal_ball(arb(0), arb(0), arb("0.5"))
        assert orthant.overlaps(arb(1) / 3)
        assert orthant.rad() < 2.0**-380


def test_symmetry_and_reflection():
    with precision(bits=120):
        for a, b, c in itertools.product((-1.5, 0.5), (0.75, 2.0), (-0.875, 0.25)):
            value = binormal_ball(arb(a), arb(b), arb(c))
            assert value.overlaps(binormal_ball(arb(b), arb(a), arb(c)))
            marginal = binormal_ball(arb(a), arb("inf"), arb(c))
            assert (marginal - value).overlaps(binormal_ball(arb(a), arb(-b), arb(-c)))


def test_ends_are_limits():
    with precision(bits=100):
        for a, b in ((1.0, 1.0), (0.5, -2.0), (-1.0, 1.0)):
            for sign in (1, -1):
                end = binormal_ball(arb(a), arb(b), arb(sign))
                near = binormal_ball(arb(a), arb(b), sign * (1 - arb(2) ** -60))
                assert abs(end - near) < 2.0**-28
                assert end.is_finite()
    assert binormal_ball(arb(1), arb("-inf"), arb("0.5")) == 0
    assert binormal_ball(arb("inf"), arb("inf"), arb(-1)) == 1
    with pytest.raises(InputError):
        binormal_ball(arb(0), arb(0), arb("1.1"))
    assert binormal_ball(arb(0), arb(0), arb("nan")).is_nan()


def test_wide_balls_contain_the_values_at_their_points():
    box = arb("0.5", "0.01"), arb("-0.25", "0.02"), arb("0.9", "0.2")
    found = binormal_ball(*box)
    for a, b, c in itertools.product((0.49, 0.51), (-0.27, -0.23), (0.71, 0.9, 1.0)):
        assert found.contains(binormal_ball(arb(a), arb(b), arb(c)).mid())
    assert found.rad() < 0.2


def test_sympy_knows_the_elementary_values():
    cdf = (1 + sp.erf(sp.Symbol("k", real=True) / sp.sqrt(2))) / 2
    assert sp.expand(binormal_cdf(sp.oo, k, r) - cdf) == 0
    assert binormal_cdf(-sp.oo, k, r) == 0
    assert sp.expand(binormal_cdf(h, k, 0) - cdf * cdf.subs(k, h)) == 0
    assert binormal_cdf(0, 0, r) == sp.Rational(1, 4) + sp.asin(r) / (2 * sp.pi)
    assert binormal_cdf(1, 2, -1) == sp.Max(0, cdf.subs(k, 1) + cdf.subs(k, 2) - 1)
    assert binormal_cdf(2, 1, 1) == cdf.subs(k, sp.Min(1, 2))
    assert binormal_cdf(k, h, r) == binormal_cdf(h, k, r)
    assert binormal_cdf(h, k, r).is_real


def test_derivatives_agree_with_differences():
    point = {h: sp.Rational(1, 3), k: sp.Rational(-2, 5), r: sp.Rational(3, 5)}
    step = sp.Rational(1, 10**8)
    for variable in (h, k, r):
        slope = sp.N(sp.diff(binormal_cdf(h, k, r), variable).subs(point), 30)
        above, below = (
            sp.N(binormal_cdf(h, k, r).subs({**point, variable: point[variable] + sign * step}), 40) for sign in (1, -1)
        )
        assert abs((above - below) / (2 * step) - slope) < 1e-14


def test_it_prints_as_latex():
    assert sp.latex(binormal_cdf(h, k, r)) == r"\Phi_2\left(h, k; r\right)"


def test_owen_known_value():
    # P(X < h, Y < h) with r = 1/2 for h = 1: 2 T-function form, by mpmath to 30 digits
    with mpmath.workdps(35), precision(bits=110):
        owen = mpmath.quad(
            lambda t: mpmath.exp(-(1 + t * t) / 2) / (1 + t * t), [0, mpmath.sqrt(mpmath.mpf(1) / 3)]
        ) / (2 * mpmath.pi)
        expected = mpmath.ncdf(1) - 2 * owen
        gap = binormal_ball(arb(1), arb(1), arb("0.5")) - ball_from_mp(expected)
        assert abs(gap) < 1e-30
    assert math.isclose(float(expected), 0.745203, rel_tol=1e-5)
