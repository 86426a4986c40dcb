"""Closed forms for two variances against quadrature in polar coordinates, limits, facts, and the time they take."""

import itertools
import math
import time
from collections.abc import Callable
from fractions import Fraction

import mpmath
import numpy as np
import pytest
import sympy as sp
from flint import arb
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.polynomial.legendre import leggauss
from scipy.special import erf, ndtr

from deepcond_sym.arithmetic import ball, float64, mp, precision
from deepcond_sym.duals import dual, dual_pair
from deepcond_sym.duals.pairs.pair_closed_form import closed_form, q1, q2
from deepcond_sym.errors import InputError
from deepcond_sym.symbols import rho
from deepcond_sym.verdict import Verdict

POINTS = (-1.0, -0.95, -0.4, 0.0, 0.1, 0.5, 0.9, 0.99, 1 - 1e-10, 1.0)
VARIANCES = ((1.0, 1.0), (0.25, 9.0), (1e-6, 1.0), (100.0, 100.0))


def relu(t: np.ndarray) -> np.ndarray:
    return np.maximum(t, 0)


# the list of neural-tangents, then others, then sums with cross terms
FUNCTIONS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "2*erf(3*x) + 1/2": lambda t: 2 * erf(3 * t) + 0.5,
    "(erf(x/2.402) + 1)/2": lambda t: (erf(t / 2.402) + 1) / 2,
    "exp(-x**2)*sin(x)": lambda t: np.exp(-(t**2)) * np.sin(t),
    "gelu": lambda t: t * ndtr(t),
    "2*sin(x/2 + 1/2)": lambda t: 2 * np.sin(t / 2 + 0.5),
    "cos": np.cos,
    "sqrt(2)*sin(sqrt(2/3)*x + pi/4)": lambda t: np.sqrt(2) * np.sin(np.sqrt(2 / 3) * t + np.pi / 4),
    "-min(x, 0)/5 + 2*max(x, 0)": lambda t: np.where(t < 0, -t / 5, 2 * t),
    "relu": relu,
    "leaky_relu": lambda t: np.where(t < 0, t / 100, t),
    "abs": np.abs,
    "sign": np.sign,
    "2*exp(x/3)": lambda t: 2 * np.exp(t / 3),
    "3*exp(-2*x**2)": lambda t: 3 * np.exp(-2 * t**2),
    "exp(x - 1)": lambda t: np.exp(t - 1),
    "hermite(4)": lambda t: (t**4 - 6 * t**2 + 3) / math.sqrt(24),
    "monomial(5)": lambda t: t**5,
    "relu_power(3)": lambda t: relu(t) ** 3,
    "polynomial(1, 1/2, 2, -1)": lambda t: 1 + t / 2 + 2 * t**2 - t**3,
    "normal_cdf": ndtr,
    "x*exp(-x**2/2)": lambda t: t * np.exp(-(t**2) / 2),
    "(x**2 + 1)*exp(-x**2/2) + x*exp(-x**2)": lambda t: (t**2 + 1) * np.exp(-(t**2) / 2) + t * np.exp(-(t**2)),
    "gelu(x) + 0.3*sin(2*x) - relu(x)/2": lambda t: t * ndtr(t) + 0.3 * np.sin(2 * t) - relu(t) / 2,
    "gelu(x) + erf(x)": lambda t: t * ndtr(t) + erf(t),
    "relu(x) + exp(-x**2)": lambda t: relu(t) + np.exp(-(t**2)),
    "relu(x) + cos(x/2)": lambda t: relu(t) + np.cos(t / 2),
    "sign(x) + x*erf(x) + exp(x/4) + 1": lambda t: np.sign(t) + t * erf(t) + np.exp(t / 4) + 1,
}
NODES, WEIGHTS = leggauss(16)


def panels(ends: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    half, middle = np.diff(ends)[:, None] / 2, (ends[1:] + ends[:-1])[:, None] / 2
    return (middle + half * NODES).ravel(), (half * WEIGHTS).ravel()


def polar(
    f: Callable[[np.ndarray], np.ndarray], v1: float, v2: float, r: float, radius: float = 12.0, scaled: bool = True
) -> float:
    """E[f(s1 X) f(s2 Y)] with X = R cos(t), Y = R cos(t - a), cos(a) = r: kinks at 0 are rays, where t is split."""
    a = 2 * math.asin(math.sqrt((1 - r) / 2))
    quarter = math.pi / 2
    rays = np.array([-quarter, quarter, a - quarter, a + quarter, 2 * math.pi - quarter])
    rays = np.unique(rays)
    fine = scaled and max(v1, v2) >= 9
    # panels shrink towards the rays, where X or Y is small against R
    ends = [rays, np.linspace(rays[0], rays[-1], 41 if fine else 2)]
    for low, high in itertools.pairwise(rays):
        shrink = 0.5 ** np.arange(1, 10 if fine else 7) * (high - low)
        ends += [low + shrink, high - shrink]
    t, wt = panels(np.unique(np.concatenate(ends)))
    rings = np.union1d(np.linspace(0, radius, 34), np.linspace(0, 2, 21)) if fine else np.linspace(0, radius, 16)
    s, ws = panels(rings)
    first = f(math.sqrt(v1) * np.outer(s, np.cos(t)))
    second = f(math.sqrt(v2) * np.outer(s, np.cos(t - a)))
    return float(((first * second) @ wt) @ (ws * s * np.exp(-(s**2) / 2)) / (2 * math.pi))


@pytest.mark.parametrize("text", list(FUNCTIONS))
def test_closed_forms_agree_with_quadrature(text: str) -> None:
    found, f = dual_pair(text), FUNCTIONS[text]
    # the others are polynomials on each side of 0: no finer grid is needed for large variances
    scaled = any(word in text for word in ("erf", "exp", "sin", "cos", "gelu", "cdf"))
    for v1, v2 in VARIANCES:
        radius = 34.0 if "exp(x" in text and v1 > 9 else 12.0
        size = math.sqrt(found(1, q1=v1, q2=v1) * found(1, q1=v2, q2=v2))
        for r in POINTS:
            assert abs(found(r, q1=v1, q2=v2) - polar(f, v1, v2, r, radius, scaled)) < 1e-12 * size, (v1, v2, r)


def test_all_are_derived_and_checked_within_the_time() -> None:
    closed_form.cache_clear()
    times = {}
    for text in FUNCTIONS:
        start = time.perf_counter()
        found = dual_pair(text)
        assert found.expr.has(rho)
        assert found.derivation.check() is Verdict.PROVED, found.derivation.failure()
        times[text] = time.perf_counter() - start
    assert sum(times.values()) < 60
    assert max(times.values()) < 10


def test_facts() -> None:
    gelu = dual_pair("gelu", q1=1, q2=1).expr
    known = (rho**4 - 10 * rho**2 + 36) / (2 * sp.pi * (4 - rho**2) ** sp.Rational(5, 2))
    for point in ("-9/10", "1/7", "1/2"):
        gap = (sp.diff(gelu, rho, 2) - known).subs(rho, sp.Rational(point))
        assert abs(sp.N(gap, 40)) < 1e-35
    assert dual_pair("erf", q1=1, q2=1).expr.subs(rho, 1) == 2 * sp.asin(sp.Rational(2, 3)) / sp.pi
    assert dual_pair("exp", q1=1, q2=1).expr == sp.exp(rho + 1)
    assert sp.series(dual_pair("relu", 1, 1).expr, rho, 0, 3).coeff(rho, 2) == 1 / (4 * sp.pi)
    assert sp.expand(dual_pair("relu").expr / (sp.sqrt(q1) * sp.sqrt(q2)) - dual("relu").expr) == 0
    # the kernel exp(rho - 1) of neural-tangents is the dual of exp(x - 1)
    assert dual_pair("exp(x - 1)", 1, 1).expr == sp.exp(rho - 1)


@pytest.mark.parametrize("text", ["gelu", "relu(x) + cos(x/2)", "sign(x) + x*erf(x) + exp(x/4) + 1"])
def test_three_arithmetics_agree(text: str) -> None:
    found = dual_pair(text)
    with precision(bits=100):
        exact = found.value(arb("0.3"), ball, q1=Fraction(1, 4), q2=9)
        by_mp = found.value(mpmath.mpf("0.3"), mp, q1=Fraction(1, 4), q2=9)
        assert abs(float(exact.mid()) - float(by_mp)) < 1e-15
        assert exact.rel_accuracy_bits() > 80
    assert abs(found.value(0.3, float64, q1=0.25, q2=9.0) - float(by_mp)) < 1e-15
    by_digits = found("3/10", q1=Fraction(1, 4), q2=9, digits=30)
    assert abs(by_digits - by_mp) < 1e-15
    array = found(np.array([0.3, -1.0]), q1=0.25, q2=np.array([9.0, 0.0]))
    assert array.shape == (2,)
    assert np.isfinite(array).all()


@pytest.mark.parametrize("text", list(FUNCTIONS))
def test_values_for_vanishing_variances_are_limits(text: str) -> None:
    found = dual_pair(text)
    for r in (-1.0, 0.0, 0.4):
        limit = found(r, q1=0.0, q2=2.0)
        assert abs(found(r, q1=1e-24, q2=2.0) - limit) < 1e-9 * max(1, abs(limit))
        assert abs(found(r, q1=2.0, q2=0.0) - limit) < 1e-14 * max(1, abs(limit))
        assert np.isfinite(found(r, q1=0.0, q2=0.0))


def test_limit_of_a_jump_keeps_the_sign() -> None:
    assert dual_pair("sign").limit == 2 * sp.asin(rho) / sp.pi
    assert dual_pair("gelu").limit == 0
    assert dual_pair("cos").limit == sp.exp(-q2 / 2)
    assert dual_pair("cos", q1=0, q2=0).expr == 1


def test_sums_have_closed_duals_with_the_cross_terms() -> None:
    for text in ("gelu(x) + 0.3*sin(2*x) - relu(x)/2", "relu(x) + cos(x/2)", "gelu(x) + erf(x)"):
        found = dual(text)
        assert found.expr is not None
        assert found.derivation.check() is Verdict.PROVED
        for r in (-1.0, -0.95, 0.1, 0.99, 1.0):
            assert abs(found(r) - polar(FUNCTIONS[text], 1.0, 1.0, r)) < 1e-12


def test_bad_arguments_are_refused() -> None:
    for text in ("tanh", "softplus", "hard_tanh(x) + tanh(x)"):
        with pytest.raises(InputError):
            dual_pair(text)
    for bad in (-1, sp.Float(0.5), sp.Symbol("v")):
        with pytest.raises(InputError):
            dual_pair("relu", q1=bad)
    with pytest.raises(InputError):
        dual_pair("relu")(0.5)
    with pytest.raises(InputError):
        dual_pair("relu")(1.5, q1=1, q2=1)
    with pytest.raises(InputError):
        dual_pair("relu")(float("nan"), q1=1, q2=1)
    with pytest.raises(InputError):
        dual_pair("exp(x**2/6)")(0.5, q1=2, q2=1)


ATOMS = {
    "relu(x)": relu,
    "sign(x)": np.sign,
    "abs(x)**3": lambda t: np.abs(t) ** 3,
    "x*relu(x)": lambda t: t * relu(t),
    "erf(x/2)": lambda t: erf(t / 2),
    "gelu(x)": lambda t: t * ndtr(t),
    "x**2*erf(x)": lambda t: t**2 * erf(t),
    "sin(x + 1/3)": lambda t: np.sin(t + 1 / 3),
    "x*cos(2*x)": lambda t: t * np.cos(2 * t),
    "exp(-x/3)": lambda t: np.exp(-t / 3),
    "x*exp(-x**2/2)": lambda t: t * np.exp(-(t**2) / 2),
    "exp(-x**2)*sin(x)": lambda t: np.exp(-(t**2)) * np.sin(t),
    "x**3": lambda t: t**3,
    "1": np.ones_like,
}
COEFFICIENTS = st.fractions(min_value=-2, max_value=2, max_denominator=5).filter(lambda c: c != 0)


@settings(max_examples=25, deadline=None)
@given(st.dictionaries(st.sampled_from(list(ATOMS)), COEFFICIENTS, min_size=1, max_size=3),
       st.sampled_from([(0.5, 2.0), (1.0, 1.0), (1.5, 0.01)]), st.sampled_from([-0.95, -0.3, 0.2, 0.9]))
def test_random_sums_are_proved_and_agree_with_quadrature(
    terms: dict[str, Fraction], variances: tuple[float, float], r: float
) -> None:
    text = " + ".join(f"({c})*({name})" for name, c in terms.items())

    def f(t: np.ndarray) -> np.ndarray:
        return sum((float(c) * ATOMS[name](t) for name, c in terms.items()), np.zeros_like(t))

    found = dual_pair(text)
    for derivation in (found.derivation, dual(text).derivation):
        assert derivation.check() is Verdict.PROVED, derivation.failure()
    v1, v2 = variances
    size = math.sqrt(found(1, q1=v1, q2=v1) * found(1, q1=v2, q2=v2))
    assert abs(found(r, q1=v1, q2=v2) - polar(f, v1, v2, r)) < 1e-12 * max(size, 1.0)
