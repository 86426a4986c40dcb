"""xiao2020, maps of one layer: what is claimed, held against Gaussian integrals by quadrature and against iteration."""

import mpmath
import numpy as np
import pytest
import sympy as sp
from mpmath import mp, mpf
from scipy import integrate, special

from deepcond_sym.proof import relu_dual
from proofs_checks.xiao2020 import closed_forms_of_erf as closed
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


def pair_mean(function, a, b, k):
    """E[function(u) function(v)] for (u, v) ~ N(0, [[a, k], [k, b]]), by Gauss-Hermite in two dimensions."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(120)
    u = np.sqrt(a) * nodes[:, None]
    v = k / np.sqrt(a) * nodes[:, None] + np.sqrt(b - k**2 / a) * nodes[None, :]
    return float((weights[:, None] * weights * function(u) * function(v)).sum() / (2 * np.pi))


@pytest.mark.parametrize(("a", "b", "r"), [(0.5, 0.5, 0.3), (0.2, 1.0, -0.4), (0.7, 0.3, 0.05)])
def test_the_duals_of_erf_by_quadrature(a, b, r):
    at = {closed.a: a, closed.b: b, closed.r: r}
    k = float(closed.covariance.subs(at))
    slope = pair_mean(lambda x: 2 / np.sqrt(np.pi) * np.exp(-(x**2)), a, b, k)
    assert float(closed.slope_dual.subs(at)) == pytest.approx(slope, rel=1e-6)
    assert 2 / np.pi * np.arcsin(r) == pytest.approx(pair_mean(special.erf, a, b, k), rel=1e-6)


def test_the_expansion_at_the_critical_point():
    """A and kappa' from differences of the map itself, against the closed forms at sigma_b^2 = 0.05."""
    with mp.workdps(60):
        q = mpf("0.517176837980564378747753979018")
        t = 2 * q / (1 + 2 * q)
        s = mp.pi / 4 * mpmath.sqrt(1 + 4 * q)
        f = lambda c: (2 * s / mp.pi * mpmath.asin(t * c) + q - 2 * s / mp.pi * mpmath.asin(t)) / q  # noqa: E731
        first, second, third = (mpmath.diff(f, 1, n) for n in (1, 2, 3))
        assert mpmath.almosteq(first, 1, 1e-25)
        assert mpmath.almosteq(second / 2, mpf("0.174322182645424872399690469151"), 1e-25)
        assert mpmath.almosteq(second / 2, t**2 / (2 * (1 - t**2)), 1e-20)
        assert mpmath.almosteq(1 - third / 6 / (second / 2) ** 2, -(1 + 2 / t**2) / 3, 1e-20)


@pytest.mark.parametrize("c", [-0.9, 0.0, 0.5])
def test_the_map_of_relu_by_quadrature(c):
    """E[relu(u) relu(v)] at variance 1, by polar coordinates, against f(c)/2."""
    angle = np.arccos(c)
    radial = lambda x: max(np.cos(x), 0) * max(np.cos(x - angle), 0) / np.pi  # noqa: E731
    value = integrate.quad(radial, -np.pi, np.pi, points=[-np.pi / 2, np.pi / 2, angle - np.pi / 2], limit=200)[0]
    assert 2 * value == pytest.approx(float(relu_dual(sp.Float(c))), abs=1e-9)


@pytest.mark.parametrize("weights", [(0.3, 0.2, 0.5), (0.25, 0, 0.75), (0.1, 0.1, 0, 0.8), (0.6, 0.1, 0.3)])
def test_phases_of_polynomial_maps(weights):
    """The fixed points, by the zeros of a polynomial, against what the slope at 1 says of them."""
    f = np.polynomial.Polynomial(weights)
    zeros = (f - np.polynomial.Polynomial([0, 1])).roots()
    inside = [z.real for z in zeros if abs(z.imag) < 1e-9 and -1 <= z.real < 1 - 1e-9]
    assert len(inside) == int(f.deriv()(1) > 1)
    assert all(0 <= z < 1 for z in inside)
    c, layers = -1.0, int(np.ceil(1 / f(0)))
    for _ in range(layers):
        c = f(c)
    assert c >= 0


def test_the_two_starts_of_the_tangent_kernel():
    f = np.polynomial.Polynomial([0.2, 0.3, 0.5])
    c, zero, start, slopes = 0.4, 0.0, 0.4, 1.0
    for _ in range(6):
        slope = f.deriv()(c)
        c, slopes = f(c), slopes * slope
        zero, start = c + slope * zero, c + slope * start
        assert start == pytest.approx(zero + 0.4 * slopes)
