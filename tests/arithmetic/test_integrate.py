"""`integrate`: enclosures of integrals, against quadrature and closed forms."""

from fractions import Fraction

import pytest
import scipy.integrate
import sympy as sp
from flint import acb, arb

from deepcond_sym.arithmetic import ball, float64, integrate, lower, precision
from deepcond_sym.errors import AccuracyError, InputError
from deepcond_sym.symbols import rho, x

DENSITY = sp.exp(-(x**2) / 2) / sp.sqrt(2 * sp.pi)


@pytest.mark.parametrize(
    ("integrand", "low", "high", "closed_form"),
    [
        (x**2, 0, 3, sp.Integer(9)),
        (abs(x), -1, 2, sp.Rational(5, 2)),
        (sp.Heaviside(x - sp.Rational(1, 3)), 0, 1, sp.Rational(2, 3)),
        (sp.sqrt(x), 0, 1, sp.Rational(2, 3)),
        (1 / (1 + x**2), 0, 1, sp.pi / 4),
        (sp.Max(sp.sin(x), sp.cos(x)), 0, sp.pi, sp.sqrt(2) + 1),
        (sp.Piecewise((x, x < 1), (2 - x, True)), 0, 2, sp.Integer(1)),
        (sp.acos(x), -1, 1, sp.pi),
        (sp.log(1 + x), 0, "1/2", sp.Rational(3, 2) * sp.log(sp.Rational(3, 2)) - sp.Rational(1, 2)),
        (sp.exp(-x), 0, sp.log(2), sp.Rational(1, 2)),
    ],
)
def test_against_closed_forms(integrand, low, high, closed_form):
    with precision(bits=80):
        value = integrate(integrand, low, high)
        assert value.overlaps(ball.constant(closed_form))
        assert value.rad() < arb("1e-9")


@pytest.mark.parametrize(
    "integrand", [sp.tanh(x) ** 2, sp.log(1 + sp.exp(x)), x / (1 + abs(x)) * sp.erf(x), sp.atan(x) ** 4]
)
def test_gaussian_means_against_quadrature(integrand):
    expression = integrand * DENSITY
    reference, _ = scipy.integrate.quad(lower(expression, float64), -12, 12, epsabs=1e-13, epsrel=1e-13, points=[0.0])
    value = integrate(expression, -12, 12, relative_bits=60)
    assert value.rel_accuracy_bits() >= 60
    assert abs(value - arb(reference)) < arb("1e-11")


def test_a_callable_integrand_and_ball_end_points():
    value = integrate(lambda z, analytic: z.sqrt(analytic=analytic), arb(1), Fraction(4))
    assert value.contains(arb(14) / 3)
    # An end point that is a ball: the integral is enclosed for every number in it.
    wide = integrate(x, 0, arb(1, "0.1"))
    assert wide.contains(arb("0.405"))
    assert wide.contains(arb("0.605"))


def test_bad_requests_are_refused():
    for low, high in [(0, sp.oo), (0, 0.5), (arb("nan"), 1)]:
        with pytest.raises(InputError):
            integrate(x, low, high)
    with pytest.raises(InputError, match="one variable"):
        integrate(x * rho, 0, 1, variables=(x, rho))
    with pytest.raises(InputError, match="no integrand"):
        integrate("x", 0, 1)
    for not_real in (sp.sqrt(x), sp.asin(3 * x), sp.exp(sp.I * x), sp.log(x - 2)):
        with pytest.raises(InputError, match="not real"):
            integrate(not_real, -1, 1)


def test_an_unbounded_integrand_is_never_certified():
    assert not integrate(1 / x, -1, 1).is_finite()
    for low, high in [(0, 1), (-1, 2)]:
        with pytest.raises(AccuracyError, match="no finite bound near"):
            integrate(1 / x**2, low, high, relative_bits=20)


def test_an_error_in_the_integrand_comes_out_as_it_was():
    def broken(z: acb, analytic: bool) -> acb:
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        integrate(broken, 0, 1)
