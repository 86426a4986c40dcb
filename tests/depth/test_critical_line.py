"""Critical points against xiao2020's closed forms for erf, mpmath quadrature for tanh, and exact values."""

import math

import mpmath
import pytest
import sympy as sp
from flint import arb

from deepcond_sym.activations import activation
from deepcond_sym.arithmetic import precision
from deepcond_sym.depth import critical_line, phase
from deepcond_sym.depth.critical_line import _Line
from deepcond_sym.errors import InputError


@pytest.mark.parametrize(
    ("bias", "q", "weight", "inverse"),
    [
        ("0.05", "0.5171768379805644", "1.37583900734668", "5.73650458492722"),
        ("0.18", "0.9877877540319805", "1.747603749767703", "2.537166110988403"),
    ],
)
def test_printed_values(bias, q, weight, inverse):
    found = critical_line("erf", bias, digits=30)
    assert abs(found.q_star - mpmath.mpf(q)) < 1e-15
    assert abs(found.weight_variance - mpmath.mpf(weight)) < 1e-14
    assert abs(1 / found.curvature - mpmath.mpf(inverse)) < 1e-14
    assert found.attracts is True


@pytest.mark.parametrize("bias", ["1/1000000", "1/20", "3"])
def test_thirty_digits_of_erf_by_its_closed_form(bias):
    found = critical_line("erf", bias, bits=110)
    with mpmath.workdps(45):
        target = mpmath.fraction(*map(int, bias.split("/"))) if "/" in bias else mpmath.mpf(bias)

        def line(q):
            return q - mpmath.sqrt(1 + 4 * q) / 2 * mpmath.asin(2 * q / (1 + 2 * q)) - target

        q = mpmath.findroot(line, found.q_star.mid().str(20, radius=False))
        weight = mpmath.pi / 4 * mpmath.sqrt(1 + 4 * q)
        values = (q, weight, 2 * q**2 / (1 + 4 * q))
        for ball, value in zip((found.q_star, found.weight_variance, found.curvature), values, strict=True):
            middle = mpmath.mpf(ball.mid().str(45, radius=False))
            assert abs(middle / value - 1) < mpmath.mpf(10) ** -32
            assert ball.rel_accuracy_bits() >= 110


def test_tanh_by_quadrature():
    found = critical_line("tanh", "0.05", digits=30)
    with mpmath.workdps(35):
        root = mpmath.sqrt(found.q_star)

        def mean(function):
            nodes = [0, 1, 2, 4, 7, 13]
            return 2 * mpmath.quad(lambda z: function(root * z) * mpmath.npdf(z), nodes)

        second, slope = mean(lambda t: mpmath.tanh(t) ** 2), mean(lambda t: mpmath.sech(t) ** 4)
        bend = mean(lambda t: 4 * mpmath.tanh(t) ** 2 * mpmath.sech(t) ** 4)
        assert abs(found.weight_variance * slope - 1) < 1e-28
        assert abs(found.weight_variance * second + mpmath.mpf("0.05") - found.q_star) < 1e-28
        assert abs(found.weight_variance * found.q_star * bend / 2 / found.curvature - 1) < 1e-28


def test_both_sides_of_the_line():
    weight = critical_line("hard_tanh", "1/10").weight_variance
    for factor, phase_there in ((1 - 1e-3, "ordered"), (1 + 1e-3, "chaotic")):
        assert phase("hard_tanh", repr(weight * factor), "1/10").name == phase_there


def test_the_derivative_that_proves_uniqueness_is_that_of_the_closed_form():
    line = _Line(activation("erf"), sp.Rational(1, 20), None)
    q = sp.Rational(1, 2)
    with precision(bits=90):
        found = line._derivative(q, q + sp.Rational(1, 2**20))
        t = 0.5
        assert abs(float(found.mid()) - (t - math.asin(t) * math.sqrt((1 - t) / (1 + t)))) < 1e-5
        assert float(found.rad()) < 1e-4
    low, high = line._bracket
    assert low < sp.Rational("0.5171768379805644") < high


def test_the_end_of_the_line_and_homogeneous_activations_are_exact():
    assert critical_line("erf", 0).weight_variance == math.pi / 4
    assert critical_line("tanh", 0).q_star == 0
    for name, weight in (("relu", 2.0), ("leaky_relu(1/2)", 1.6), ("abs", 1.0), ("identity", 1.0)):
        found = critical_line(name, 0)
        assert (found.q_star, found.weight_variance, found.attracts) == (1.0, weight, None)


def test_a_fixed_variance_that_repels_is_called_so():
    square = critical_line("relu_power(2)", "1/10")
    # b(q) = q/4 and 1/S = 1/(2 q), where Q' = 3/2
    assert (square.q_star, square.weight_variance) == (pytest.approx(0.4), pytest.approx(1.25))
    assert square.attracts is False


@pytest.mark.parametrize(
    ("name", "bias", "words"),
    [
        ("relu", "1/10", "without biases"),
        ("identity", 1, "without biases"),
        ("sign", "1/10", "jumps"),
        ("3", "1/10", "constant"),
        ("softplus", "1/10", "no critical point"),
        ("erf", -1, "at least 0"),
    ],
)
def test_where_there_is_none(name, bias, words):
    with pytest.raises(InputError, match=words):
        critical_line(name, bias)


def test_constants_without_closed_form_are_refused():
    with pytest.raises(InputError, match="before it is normalised"):
        critical_line(activation("tanh").normalized(), "1/10")


def test_another_scale_of_the_argument():
    # erf(100 x) at q is erf at 10^4 q, with slopes 100 times as steep
    steep = critical_line("erf(100*x)", "1/10", bits=80)
    with precision(bits=120):
        square = 10**4 * steep.q_star
        assert (steep.weight_variance * 10**4 * 4 / arb.pi() - (1 + 4 * square).sqrt()).contains(0)
        bias = steep.q_star - steep.weight_variance * 2 / arb.pi() * (2 * square / (1 + 2 * square)).asin()
        assert abs(bias - arb("0.1")) < 1e-20


def test_floats_are_no_digits():
    with pytest.raises(InputError, match="quotes"):
        critical_line("erf", 0.05, digits=30)
    with pytest.raises(InputError, match="not both"):
        critical_line("erf", "0.05", digits=30, bits=100)


def test_several_roots_are_told_apart_by_near():
    line = _Line(activation("erf"), sp.Rational(1, 20), None)
    with pytest.raises(InputError, match=r"2 fixed variances.*0\.5, 3"):
        line._chosen([0.5, 3.0])
    line.near = 2
    assert line._chosen([0.5, 3.0]) == 3.0
    line.near = "0"
    with pytest.raises(InputError, match="positive"):
        line._chosen([0.5, 3.0])
