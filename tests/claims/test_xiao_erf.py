"""xiao2020, variances of erf: what is claimed, held against Gaussian integrals by quadrature and against iteration."""

import mpmath
import pytest
from mpmath import mp, mpf

from proofs_checks.xiao2020 import critical_point_of_erf as curve
from proofs_checks.xiao2020 import variance_map_of_erf as layer


def mean(function):
    """E[function(Z)] for a standard normal Z."""
    density = lambda z: mpmath.exp(-(z**2) / 2) / mpmath.sqrt(2 * mp.pi)  # noqa: E731
    return mpmath.quad(lambda z: function(z) * density(z), [-mp.inf, -2, 0, 2, mp.inf])


def value(term, **at):
    return mpf(term.subs({s: at[s.name] for s in term.free_symbols}).evalf(25))


@pytest.mark.parametrize(("s", "b", "q"), [(1.5, 0.05, 0.6), (0.25, 1.5, 3.0)])
def test_the_variance_map_and_its_slope_by_quadrature(s, b, q):
    at = {"s": s, "b": b, "q": q}
    root = mpmath.sqrt(q)
    assert mpmath.almosteq(value(layer.variance_map(layer.q), **at), s * mean(lambda z: mpmath.erf(root * z) ** 2) + b)
    slope = mpmath.diff(lambda v: s * mean(lambda z: mpmath.erf(mpmath.sqrt(v) * z) ** 2), q)
    assert mpmath.almosteq(value(layer.slope_of_map(layer.q), **at), slope, 1e-8)
    chi = s * mean(lambda z: (2 / mpmath.sqrt(mp.pi) * mpmath.exp(-q * z**2)) ** 2)
    assert mpmath.almosteq(value(curve.chi, **at), chi)
    assert mpmath.almosteq(value(layer.slope_of_map(layer.q), **at), chi / (1 + 2 * q))


@pytest.mark.parametrize(("s", "b"), [(1.5, 0.05), (0.5, 2.0), (9.0, 0.01)])
@pytest.mark.parametrize("start", [0.0, 0.3, 40.0])
def test_variances_close_in_at_the_rate_that_is_claimed(s, b, start):
    q_map = lambda q: 2 * s / mp.pi * mpmath.asin(2 * q / (1 + 2 * q)) + b  # noqa: E731
    star = mpf(start) + 1
    for _ in range(3000):
        star = q_map(star)
    assert mpmath.almosteq(q_map(star), star)
    q, bound = mpf(start), abs(start - star)
    for _ in range(30):
        q, bound = q_map(q), bound * (1 - b / star)
        assert abs(q - star) <= bound + mpf(10) ** -13


@pytest.mark.parametrize("q", ["0.02", "0.517", "3", "1000"])
def test_the_critical_line_is_critical(q):
    q = mpf(q)
    s, b = (value(term(curve.q), q=q) for term in (curve.weight_on_curve, curve.bias_on_curve))
    assert mpmath.almosteq(value(curve.chi, s=s, q=q), 1)
    assert mpmath.almosteq(value(layer.variance_map(layer.q), s=s, b=b, q=q), q)
    slope = mpmath.diff(lambda v: value(curve.bias_on_curve(curve.q), q=v), q)
    assert slope >= value(curve.gain, q=q) > 0
    assert max(0, q / 2 - (1 + mp.pi**2) / 8) <= b <= q
    if q < 0.1:
        assert abs(b / (4 * q**3 / 3) - 1) < 5 * q
