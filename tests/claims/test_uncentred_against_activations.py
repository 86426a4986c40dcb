"""Lemmas 31 to 37, Theorem 12, D7, D8 and Appendix C.4, held against real activations that are not centred."""

import math

import mpmath
import numpy as np
import pytest

import deepcond_sym as dc
from deepcond_sym.duals import nonlinearity_ball
from deepcond_sym.proof import registry

DEPTHS = range(41)
STARTS = [-0.99, -0.5, -0.1, 0.0, 0.3, 0.7, 0.99]

# sigma with E[sigma^2] = 1, its dual and the slope of that: closed forms, typed here
CRITICAL = {
    "He ReLU": (
        lambda r: (math.sqrt(1 - r * r) + r * (math.pi - math.acos(r))) / math.pi,
        1 / 2 - 1 / math.pi,
    ),
    "quadratic": (lambda r: (1 + 8 * r + r * r) / 10, 1 / 10),
    "exp(u - 1)": (lambda r: math.exp(r - 1), 1 - 2 / math.e),
    "|u|": (lambda r: 2 / math.pi * (math.sqrt(1 - r * r) + r * math.asin(r)), 1 - 2 / math.pi),
}
BELOW = {
    "step": (
        lambda r: 1 / 2 + math.asin(r) / math.pi,
        lambda r: 1 / (math.pi * math.sqrt(1 - r * r)),
        1 / 2 - 1 / math.pi,
    ),
    "exp(2u)": (lambda r: math.exp(4 * (r - 1)), lambda r: 4 * math.exp(4 * (r - 1)), 1 - 5 * math.exp(-4)),
}
"""The step function is sqrt(2) 1_{u > 0}."""


def fixed_point(f) -> float:
    """The smallest one: the limit of the iterates from 0."""
    r = 0.0
    for _ in range(2000):
        r = f(r)
    return r


@pytest.mark.parametrize("name", BELOW)
def test_a_fixed_point_below_1(name):
    f, slope, m = BELOW[name]
    b = fixed_point(f)
    assert 0 <= b < 1
    s = slope(b)
    assert s <= 1 - m * (1 - b) + 1e-12
    for share in np.linspace(0, 1, 21):
        r = share + (1 - share) * b
        assert r - f(min(r, 1)) >= m * share * (1 - share) * (1 - b) ** 2 - 1e-12
    for start in STARTS:
        r = start
        for depth in DEPTHS:
            size, edge = abs(start - b), abs(start)
            outside = size * (1 - b) / ((edge - b) + (1 - edge) * (2 - s) ** depth)
            assert abs(r - b) <= (s**depth * size if edge <= b else outside) + 1e-12
            r = f(r)


@pytest.mark.parametrize("name", BELOW)
@pytest.mark.parametrize("delta", [0.5, 0.01])
def test_lemma_36(name, delta):
    f, slope, m = BELOW[name]
    b = fixed_point(f)
    passed = math.ceil(math.log((1 - b) / (2 * delta)) / math.log(1 + m * (1 - b) / 2))
    wait = max(passed, math.ceil(1 / f(0)))
    rate = max(1 - m * (1 - b) / 2, slope(b))
    for start in (1 - delta, delta - 1, 0.0):
        r = start
        for depth in range(wait + 60):
            if depth >= wait:
                assert abs(r - b) <= rate ** (depth - wait) * (1 + b) / 2 + 1e-12
            r = f(r)


@pytest.mark.parametrize("name", CRITICAL)
def test_criticality(name):
    """D8 holds from the first layer on, Lemma 37 where 2 mu-tilde (L - L_0') >= 1; below 1/e its bound is negative."""
    f, m = CRITICAL[name]
    wait = math.ceil(1 / f(0))
    broken = False
    for start in STARTS:
        r = start
        for depth in range(1, 200):
            r = f(r)
            assert 1 - r <= 1 / (1 / (1 - start) + m * depth) + 1e-12
            x = 2 * m * (depth - wait)
            if x > 0:
                printed = math.log(math.e * x) / x
                assert 1 - r <= printed or x < 1
                broken |= 1 - r > printed
    assert broken == (m < 1 / (2 * math.e))


def test_the_witness_against_lemma_37():
    """Exactly: 1 - rho maps to t - t^2/10, from 1, twelve times."""
    t = mpmath.mpf(1)
    for _ in range(12):
        t -= t**2 / 10
    bound = mpmath.log(mpmath.e * mpmath.mpf("0.4")) / mpmath.mpf("0.4")
    assert mpmath.nstr(t, 4) == "0.4375"
    assert mpmath.nstr(bound, 4) == "0.2093"


def test_the_table_of_appendix_c4():
    """The mu column against the nonlinearity that the duals floor computes."""
    (claim,) = registry.select(["agarwal2021/AppC4-table"])
    values = claim.parameters
    rows = {"linear": "identity", "square": "hermite(2)", "relu": "relu", "step": "step", "exponential": "exp"}
    assert set(values) == set(rows)
    for parameter, name in rows.items():
        found = float(nonlinearity_ball(dc.activation(name).normalized()).mid())
        assert found == pytest.approx(float(values[parameter]), abs=1e-12)


def test_the_dual_of_the_exponential():
    """E[e^X e^X'] by quadrature in two dimensions."""
    for rho in (-0.5, 0.0, 0.8):
        x, w = np.polynomial.hermite_e.hermegauss(60)
        first, second = np.meshgrid(x, x)
        other = rho * first + math.sqrt(1 - rho**2) * second
        mean = np.sum(np.outer(w, w).T * np.exp(first + other)) / (2 * math.pi)
        assert mean == pytest.approx(math.exp(rho + 1), rel=1e-12)
