"""Dual activations: closed forms, series and quadrature against two-dimensional quadrature, and at the hard places."""

import importlib.util
import math
import pathlib
from fractions import Fraction

import mpmath
import numpy as np
import pytest
import sympy as sp
from flint import arb

from deepcond_sym.activations import activation
from deepcond_sym.arithmetic import ball, float64, mp, precision
from deepcond_sym.duals import dual, normalized
from deepcond_sym.errors import AccuracyError, InputError
from deepcond_sym.symbols import rho, x

_SPEC = importlib.util.spec_from_file_location("oracles", pathlib.Path(__file__).with_name("oracles.py"))
assert _SPEC is not None
assert _SPEC.loader is not None
oracles = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(oracles)

NAMES = [name for name in oracles.FUNCTIONS if name != "softsign"]
CLOSED = {
    "relu": (sp.sqrt(1 - rho**2) + (sp.pi - sp.acos(rho)) * rho) / (2 * sp.pi),
    "abs": 2 * (sp.sqrt(1 - rho**2) + rho * sp.asin(rho)) / sp.pi,
    "step": sp.Rational(1, 4) + sp.asin(rho) / (2 * sp.pi),
    "sign": 2 * sp.asin(rho) / sp.pi,
    "relu_power(2)": (3 * sp.sqrt(1 - rho**2) * rho + (sp.pi - sp.acos(rho)) * (1 + 2 * rho**2)) / (2 * sp.pi),
    "erf": 2 * sp.asin(2 * rho / 3) / sp.pi,
    "normal_cdf": sp.Rational(1, 4) + sp.asin(rho / 2) / (2 * sp.pi),
    "gelu": rho / 4 + (1 / sp.sqrt(4 - rho**2) + rho * sp.asin(rho / 2)) / (2 * sp.pi),
    "exp": sp.exp(1 + rho),
    "sin": sp.exp(-1) * sp.sinh(rho),
    "cos": sp.exp(-1) * sp.cosh(rho),
    "gaussian": 1 / sp.sqrt(9 - 4 * rho**2),
    "rbf": sp.exp(rho - 1),
    "monomial(4)": 24 * rho**4 + 72 * rho**2 + 9,
    "hermite(5)": rho**5,
}


@pytest.mark.parametrize("name", list(CLOSED))
def test_derived_forms_equal_the_textbook_forms(name: str) -> None:
    found = dual(name).expr
    assert found is not None
    for point in ("-0.95", "-0.4", "0", "0.1", "0.5", "0.9", "0.99"):
        gap = (found - CLOSED[name]).subs(rho, sp.Rational(point))
        assert abs(sp.N(gap, 40)) < 1e-35


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("point", [-0.9, -0.3, 0.5, 0.95])
def test_duals_agree_with_two_dimensional_quadrature(name: str, point: float) -> None:
    assert abs(dual(name)(point) - oracles.dual_by_quadrature(name, point)) < 1e-11 * max(1.0, float(dual(name)(1.0)))


@pytest.mark.parametrize("name", ["relu", "step", "gelu", "tanh", "hard_tanh", "elu", "gaussian"])
@pytest.mark.parametrize("variance", [Fraction(1, 4), 4])
def test_other_variances(name: str, variance: Fraction) -> None:
    f, cuts = oracles.FUNCTIONS[name]
    scale = math.sqrt(variance)
    oracles.FUNCTIONS["scaled"] = (lambda t: f(scale * t), tuple(c / scale for c in cuts))
    found = dual(activation(name).at_variance(variance))
    for point in (-0.5, 0.7):
        assert abs(found(point) - oracles.dual_by_quadrature("scaled", point)) < 1e-11


@pytest.mark.parametrize("name", NAMES)
def test_complement_keeps_relative_accuracy_in_float64(name: str) -> None:
    found = dual(name)
    w = np.concatenate([10.0 ** np.arange(-300.0, -20, 70), 10.0 ** np.arange(-18.0, 0, 3.7), np.linspace(0.03, 2, 9)])
    ours = found.complement(w, float64)
    with precision(bits=90):
        for point, value in zip(w, ours, strict=True):
            exact = found.complement(arb(float(point)), ball)
            assert exact.rel_accuracy_bits() > 60 or exact.contains(0)
            assert abs(float((arb(float(value)) - exact).mid())) <= 1.0e-15 * abs(float(exact.mid()))


@pytest.mark.parametrize("name", ["relu", "step", "erf", "gelu", "tanh", "elu", "hard_tanh", "relu_power(2)"])
def test_value_and_slope_in_float64_agree_with_balls(name: str) -> None:
    found = dual(name)
    r = np.array([-1 + 1e-12, -0.97, -0.5, -0.1, -1e-9, 1e-9, 0.2, 0.51, 0.9, 1 - 1e-12])
    values, slopes = found.value(r, float64), found.slope(r, float64)
    with precision(bits=90):
        for point, value, slope in zip(r, values, slopes, strict=True):
            exact, tangent = found.value(arb(float(point)), ball), found.slope(arb(float(point)), ball)
            assert abs(float((exact - float(value)).mid())) < 1e-15
            assert abs(float((tangent - float(slope)).mid())) < 1e-15 * max(1.0, abs(float(tangent.mid())))


@pytest.mark.parametrize("name", ["relu", "erf", "tanh", "elu"])
def test_small_correlations_keep_relative_accuracy(name: str) -> None:
    phi = normalized(activation(name))
    tiny = np.array([1e-30, -1e-30])
    slope = float(phi.dual().slope(0.0, float64))
    assert np.allclose(phi.dual().value(tiny, float64), slope * tiny, rtol=1e-14, atol=0)


@pytest.mark.parametrize("name", ["relu", "gelu", "erf", "step", "elu", "hard_tanh", "tanh"])
def test_slope_below_one(name: str) -> None:
    found = dual(name)
    for point in ("1e-20", "1e-6", "0.3"):
        with precision(bits=160):
            w = arb(point).mid()
            step = w / 2**40
            above, below = found.complement((w + step).mid(), ball), found.complement((w - step).mid(), ball)
            quotient = (above - below) / (2 * step)
            tangent = found.slope_at(w, ball)
            assert abs(float(((quotient - tangent) / tangent).mid())) < 1e-11
        assert abs(float(found.slope_at(float(point), float64)) / float(tangent.mid()) - 1) < 1e-15


@pytest.mark.parametrize("name", [*NAMES, "softsign"])
def test_limits_at_the_ends_are_exact_and_finite(name: str) -> None:
    found = dual(name)
    with precision(bits=100):
        at_one = found.value(arb(1), ball)
        expected = found.at_one if isinstance(found.at_one, arb) else ball.constant(found.at_one)
        assert at_one.overlaps(expected)
        assert found.value(arb(-1), ball).is_finite()
        assert found.value(arb(0), ball).is_finite()
        assert found.complement(arb(0), ball) == 0
        assert mpmath.isfinite(found.value(mpmath.mpf(-1), mp))
        slope = found.slope(arb(1), ball)
        assert not slope.is_nan()
        assert slope.is_finite() != (found.slope_at_one is sp.oo)


@pytest.mark.parametrize("name", [*NAMES, "softsign"])
def test_limits_in_float64_without_nan_or_warning(name: str) -> None:
    found = dual(name)
    values = found(np.array([[1.0, 0.0], [-1.0, 1.0]]))
    slopes = found.slope(np.array([1.0, -1.0]), float64)
    assert np.isfinite(values).all()
    assert not np.isnan(slopes).any()
    assert np.isinf(slopes).all() == (found.slope_at_one is sp.oo)
    assert found.complement(0.0, float64) == 0.0
    assert values[0, 0] == values[1, 1]


def test_balls_that_poke_past_one_and_wide_balls() -> None:
    found = dual("relu")
    with precision(bits=100):
        edge = found.value(arb(1, "1e-20"), ball)
        assert edge.is_finite()
        assert edge.contains(arb("0.5"))
        wide = found.complement(arb("0.5", "0.01"), ball)
        for inside in ("0.4901", "0.5", "0.5099"):
            assert wide.overlaps(found.complement(arb(inside), ball))
        assert wide.rad() < 0.02
        # an infinite slope at the end: still an enclosure
        assert dual("step").complement(arb("1e-10", "1e-10"), ball).contains(0)
    with pytest.raises(InputError):
        found.value(arb("1.5"), ball)


@pytest.mark.parametrize("name", ["relu", "gelu", "exp", "tanh", "hard_tanh", "elu"])
def test_three_arithmetics_agree(name: str) -> None:
    found = dual(name)
    by_mp, by_ball = found("0.37", digits=30), found("0.37", bits=110)
    with precision(digits=40):
        assert abs(mpmath.mpf(str(by_mp)) - mpmath.mpf(by_ball.mid().str(40, radius=False))) < mpmath.mpf("1e-14")
        by_formula = found.value(mpmath.mpf("0.37"), mp)
        assert abs(by_formula - by_mp) < mpmath.mpf("1e-28")
    assert abs(found(0.37) - float(by_mp)) < 3e-16


def test_bad_arguments_are_refused() -> None:
    found = dual("relu")
    for bad in (1.0000001, -1.1, float("nan"), float("inf")):
        with pytest.raises(InputError):
            found(bad)
    with pytest.raises(InputError):
        found(0.5, digits=20)
    with pytest.raises(InputError):
        found("1/2", digits=20, bits=20)


def test_a_slow_series_says_so() -> None:
    with pytest.raises(AccuracyError):
        dual("sqrt(abs(x))*tanh(x)")("0.999", digits=25)


def test_normalised_duals_have_closed_forms() -> None:
    for name in ("relu", "gelu", "erf"):
        found = dual(normalized(activation(name)))
        assert found.expr is not None
        assert abs(sp.N(found.expr.subs(rho, 1) - 1, 30)) < 1e-25
        assert abs(sp.N(found.expr.subs(rho, 0), 30)) < 1e-25
        assert found.at_one == 1


def test_even_activations_have_even_duals() -> None:
    for name in ("abs", "cos", "gaussian"):
        found = dual(name)
        assert found.complement(np.array([2.0, 2 - 1e-15]), float64)[0] == 0
        assert 0 < found.complement(2 - 2.0**-50, float64) < 1e-14


def test_expressions_and_sums_within_a_family() -> None:
    mixed = dual(sp.Max(0, x) + 2 * sp.sign(x) - sp.Abs(x) / 3)
    oracles.FUNCTIONS["mixed"] = (lambda t: np.maximum(t, 0) + 2 * np.sign(t) - np.abs(t) / 3, (0.0,))
    smooth = dual(x**2 * sp.exp(-(x**2)) + x * sp.erf(x) + x / 3)
    oracles.FUNCTIONS["smooth"] = (
        lambda t: t**2 * np.exp(-(t**2)) + t * oracles.FUNCTIONS["erf"][0](t) + t / 3,
        (),
    )
    gabor = dual(sp.exp(-(x**2)) * sp.sin(x))
    oracles.FUNCTIONS["gabor"] = (lambda t: np.exp(-(t**2)) * np.sin(t), ())
    for found, name in ((mixed, "mixed"), (smooth, "smooth"), (gabor, "gabor")):
        for point in (-0.8, 0.4):
            assert abs(found(point) - oracles.dual_by_quadrature(name, point)) < 1e-11
    assert mixed.expr is not None
    assert gabor.expr is not None
