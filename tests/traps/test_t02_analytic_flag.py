"""T2: with the analytic flag ignored, `acb.integral` certifies a wrong E[sqrt(X^2 + 1/100)] from the 15th digit on."""

import mpmath
import sympy as sp
from flint import acb, arb

from deepcond_sym.arithmetic import ball, integrate, lower, precision
from deepcond_sym.symbols import x

INTEGRAND = sp.sqrt(x**2 + sp.Rational(1, 100)) * sp.exp(-(x**2) / 2) / sp.sqrt(2 * sp.pi)


def truth(digits):
    """An independent route: E[sqrt(X^2 + a)] = (a/sqrt(2)) U(1/2, 2, a/2) with Tricomi's function U (textbook)."""
    with precision(digits=digits + 10):
        a = mpmath.mpf(1) / 100
        return mpmath.nstr(a / mpmath.sqrt(2) * mpmath.hyperu(mpmath.mpf(1) / 2, 2, a / 2), digits)


def test_the_wrapper_gives_the_true_value():
    with precision(bits=80):
        value = integrate(INTEGRAND, -20, 20)
        assert value.overlaps(arb(truth(40)))
        assert value.rad() < arb("1e-20")
        assert value.str(19, radius=False) == "0.8120782607137534148"


def test_the_careless_integral_is_wrong_so_the_trap_is_real():
    with precision(bits=80):
        careful = lower(INTEGRAND, ball, complex_ball=True)
        careless = acb.integral(lambda z, analytic: careful(z, False), acb(-20), acb(20)).real
        assert not careless.overlaps(arb(truth(40)))


def test_more_bits_on_request():
    value = integrate(INTEGRAND, -20, 20, relative_bits=200)
    assert value.rel_accuracy_bits() >= 200
    with precision(bits=300):
        assert abs(value - arb(truth(70))) < arb("1e-60")
