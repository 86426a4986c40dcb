"""Growth bounds and Gaussian tails: sound, against direct values and quadrature by mpmath."""

import mpmath as mp
import pytest
import sympy as sp
from flint import arb

from deepcond_sym.activations import activation
from deepcond_sym.arithmetic import lower
from deepcond_sym.arithmetic import mp as digits
from deepcond_sym.errors import InputError

TEXTS = [
    "relu", "gelu", "tanh", "softplus", "mish", "silu", "softsign", "elu", "selu", "norm_relu", "exp",
    "gaussian", "sin",
    "hermite(5)", "step", "relu6", "exp(x**2/5)", "exp(x**2/5 - 3*x)", "cosh(x)**3",
    "log(exp(x) + exp(-x))", "x*erf(x)",
    "exp(x*tanh(x))", "exp(-x**4 + x**2)", "1/(exp(x) - x)", "exp(x**2/3)/(1 + exp(x**2/3))", "1/(x**2 + x + 1)",
    "sqrt(1 + x**2) - x", "relu(x)**(3/2)", "x**3*exp(sin(x))", "1/cosh(x)", "log(1 + exp(x**2))",
    "sinh(x)*exp(x**2/9)",
    "exp(tanh(x)*x**2/6)", "(x**2 + x + 1)**(-2)", "exp(sqrt(2)*x**2/6)", "tanh(exp(-x**2))", "log(2 + sin(x))",
]  # fmt: skip


@pytest.mark.parametrize("text", TEXTS)
def test_bound_holds_at_points(text):
    sigma = activation(text)
    f, bound = lower(sigma.expr, digits), sigma.growth.bound
    for t in (-40, -11, -3, -1, "-0.7", "-0.01", "0.01", "0.4", 1, "2.5", 7, 20, 60):
        value = abs(f(mp.mpf(t)))
        top = bound.value(abs(arb(str(t)))).upper()
        assert arb(mp.nstr(value, 20)) <= top * arb("1.0000000001")


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize(("radius", "power", "degree"), [(0, 2, 0), (2, 2, 0), (5, 1, 3), (9, 2, 10), (14, 1, 0)])
def test_tail_bound_is_above_the_integral(text, radius, power, degree):
    sigma = activation(text)
    f = lower(sigma.expr, digits)

    def integrand(t):
        return abs(f(t)) ** power * abs(t) ** degree * mp.npdf(t)

    ends = [radius + s for s in (0, mp.mpf("0.3"), 1, 2, 4, 8, 16, 30)]
    with mp.workdps(30):
        tail = mp.quad(integrand, ends) + mp.quad(integrand, [-e for e in reversed(ends)])
        assert mp.isfinite(tail)
        bound = mp.mpf(sigma.tail_bound(radius, power, degree).str(25, radius=False))
        assert tail * mp.mpf("0.999999") <= bound


@pytest.mark.parametrize("name", ["relu", "gelu", "tanh", "softplus", "elu", "silu", "mish", "erf", "step", "softsign"])
def test_tail_bound_is_useful(name):
    """Within a factor of 1000 of the Gaussian tail itself, far out, so that a radius chosen by it is nearly optimal."""
    tail = 2 * mp.ncdf(-15) * 15**2
    assert activation(name).tail_bound(15) < arb(mp.nstr(1000 * tail, 15))


def test_exact_rates():
    assert activation("exp(x**2/5)").growth.gaussian_rate == activation("0.2").expr
    assert activation("exp(3*x)").growth.linear_rate == 3
    assert activation("relu_power(4)").growth.degree == 4
    assert activation("tanh").growth.constant == 1


def test_tail_of_a_power_that_is_not_integrable_is_refused():
    with pytest.raises(InputError):
        activation("exp(x**2/5)").tail_bound(3, power=3)
    with pytest.raises(InputError):
        activation("relu").tail_bound(-1)


def test_a_symbol_that_is_equal_but_not_identical_is_the_same_variable():
    """SymPy's cache may forget a symbol, and then make another object for the same name."""
    own = sp.Symbol.__xnew__(sp.Symbol, "x", real=True)
    assert own is not sp.Symbol("x", real=True)
    assert activation(own**4 * sp.exp(-(own**2))).growth.gaussian_rate == -1
