"""`lower`: SymPy expressions as functions, in any arithmetic, without a float on the way."""

import pickle
import warnings
from fractions import Fraction

import mpmath
import numpy as np
import pytest
import sympy as sp
from flint import acb, arb

from deepcond_sym.arithmetic import ball, exact, float64, lower, mp, precision
from deepcond_sym.errors import InputError
from deepcond_sym.symbols import rho, x

GELU = x * (1 + sp.erf(x / sp.sqrt(2))) / 2
EXAMPLES = [
    sp.Max(x, 0),
    sp.Piecewise((sp.exp(x) - 1, x < 0), (x, True)),
    GELU,
    x / (1 + sp.exp(-x)),
    sp.log(1 + sp.exp(x)),
    x * sp.tanh(sp.log(1 + sp.exp(x))),
    x / (1 + abs(x)),
    sp.sign(x) * sp.sqrt(abs(x)) + sp.Heaviside(x - sp.Rational(1, 3)),
    sp.Min(sp.Max(x, -1), sp.pi / 3, 6),
    x**5 - 3 * (1 + x**2) ** sp.Rational(-3, 2),
    sp.cos(x) - 1 + sp.cosh(x / 7) * sp.atan(x),
    sp.Piecewise((0, sp.Or(x < -1, x > 2)), (sp.asin(x / 2), True)),
    sp.Piecewise((sp.sin(x) / x, sp.Ne(x, 0)), (1, True)),
    sp.Integer(7),
    sp.sqrt(2) * sp.EulerGamma + x * sp.pi**2 / 7,
]
POINTS = [
    Fraction(-7),
    Fraction(-3, 2),
    Fraction(-1, 2**40),
    Fraction(0),
    Fraction(1, 3 * 2**3),
    Fraction(5, 4),
    Fraction(30),
]


def lambdified(expression, point):
    """An independent route: SymPy's own printer for mpmath, at 60 digits, with the point as an mpf."""
    function = sp.lambdify(x, expression, "mpmath")
    return mpmath.re(function(mpmath.mpf(point.numerator) / point.denominator))


@pytest.mark.parametrize("expression", EXAMPLES, ids=str)
def test_lowered_expressions_agree_with_lambdify(expression):
    functions = {arithmetic.name: lower(expression, arithmetic) for arithmetic in (mp, ball, float64)}
    for point in POINTS:
        if expression.has(sp.Heaviside) and point == Fraction(1, 3):
            continue
        with precision(digits=60):
            expected = lambdified(expression, point)
            close = mpmath.mpf(10) ** -55 * (1 + abs(expected))
            assert abs(functions["mp"](point) - expected) <= close
            enclosure = functions["ball"](point)
            if enclosure.is_finite():
                assert abs(enclosure.mid() - arb(mpmath.nstr(expected, 60))) < arb("1e-50") * (1 + abs(enclosure))
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            double = functions["float64"](float(point))
        assert abs(float(double) - float(lambdified(expression, Fraction(float(point))))) <= 4e-15 * (1 + abs(double))


@pytest.mark.parametrize("expression", EXAMPLES, ids=str)
def test_arrays_give_what_scalars_give(expression):
    function = lower(expression, float64)
    points = np.array([[-7.0, -1.5, -0.25], [0.0, 1.25, 30.0]])
    values = function(points)
    assert values.shape == points.shape
    np.testing.assert_allclose(values, [[float(function(p)) for p in row] for row in points], rtol=1e-15)


@pytest.mark.parametrize(
    ("expression", "point", "expected"),
    [
        (sp.exp(x) - 1, 1e-14, "1.000000000000005e-14"),
        (3 * sp.exp(-x) - 3, 1e-14, "-2.999999999999985e-14"),
        (sp.log(1 + x), 1e-14, "9.99999999999995e-15"),
        (1 - sp.cos(x), 1e-7, "4.9999999999999958333333e-15"),
        (sp.cosh(x) - 1, 1e-7, "5.0000000000000041666667e-15"),
        (x * (1 + sp.erf(x / sp.sqrt(2))) / 2, -20.0, None),
        (sp.expand(x * (1 + sp.erf(x / sp.sqrt(2))) / 2), -20.0, None),
        (1 - sp.erf(x), 10.0, None),
        (1 - sp.erfc(x), 1e-20, None),
    ],
)
def test_sums_that_cancel_keep_their_digits_in_float64(expression, point, expected):
    value = float(lower(expression, float64)(point))
    with precision(bits=2000):
        truth = lower(expression, ball)(Fraction(point))
        assert abs(arb(value) - truth) < abs(truth) * arb("1e-15")
        if expected is not None:
            assert abs(truth / arb(expected) - 1) < arb("1e-13")


@pytest.mark.parametrize(
    ("expression", "point", "expected"),
    [
        (sp.log(1 + sp.exp(x)), 1000.0, 1000.0),
        (1 / (1 + sp.exp(-x)), -1000.0, 0.0),
        (x**2 / (1 + x**3), 1e120, 1e-120),
        (x**5 * sp.exp(-(x**2)), 1e200, 0.0),
        (sp.exp(x) / (2 + sp.exp(x)), 800.0, 1.0),
        (sp.exp(x**2), 1e3, np.inf),
        (sp.sign(x**3), 1e-200, 1.0),
        (sp.Heaviside(sp.exp(-(x**2))), 50.0, 1.0),
        (sp.sign(sp.erfc(x)), 50.0, 1.0),
        (sp.Piecewise((1, x * sp.exp(-(x**2)) > 0), (0, True)), 50.0, 1.0),
        (x * sp.Integer(10) ** 400, 1e-300, 1e100),
        (x * sp.Rational(1, 10**400), 1e300, 1e-100),
        (sp.sin(x) ** 2 + sp.cos(x) ** 2 - 1 + 0 * x, 1.0, 0.0),
    ],
)
def test_float64_survives_intermediate_overflow(expression, point, expected):
    function = lower(expression, float64)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert float(function(point)) == pytest.approx(expected, rel=1e-15, abs=3e-16)
        mixed = function(np.array([0.5, point, 0.25]))
    assert mixed[1] == function(point)
    assert mixed[0] == function(0.5)


@pytest.mark.parametrize(
    ("expression", "point"),
    [
        (x**2 * (sp.Rational(1, 7) - sp.sqrt(2)) * sp.Max(7, x) / sp.Max(sp.Rational(-5, 3), x), 4e-168),
        (sp.sqrt(x**2), -4e-168),
        (sp.sqrt(x**4 + x**6) / x, 1e-90),
        (sp.log(x**2), 1e-180),
        (x / (x**2) ** sp.Rational(1, 3), 1e-170),
        (sp.exp(-x) ** sp.Rational(1, 3), 800.0),
        (sp.exp(x**2) * sp.exp(-(x**2)), 40.0),
        (x**3 * sp.exp(-x) ** sp.Rational(1, 5), 1e3),
    ],
    ids=str,
)
def test_float64_survives_intermediate_underflow(expression, point):
    """4e-168 squared is 0 in doubles: its root came out as -0.0 where the value is -1.35e-167."""
    function = lower(expression, float64)
    with precision(bits=200):
        truth = lower(expression, ball)(Fraction(point))
    assert truth != 0
    for value in (function(point), function(np.array([0.5, point]))[1]):
        assert abs(arb(float(value)) - truth) < abs(truth) * arb("1e-13")


@pytest.mark.parametrize(
    ("expression", "point"),
    [
        (1 / x, 0),
        (sp.log(x), 0),
        (sp.log(x), -1),
        (sp.sqrt(x), -1),
        (sp.asin(x), 2),
        (x ** sp.Rational(1, 3), -8),
        (x**-2, 0),
    ],
)
def test_no_real_value_is_refused_and_a_ball_is_not_finite(expression, point):
    for arithmetic in (mp, float64):
        with pytest.raises(InputError):
            lower(expression, arithmetic)(point)
    assert not lower(expression, ball)(point).is_finite()
    with pytest.raises(InputError):
        lower(expression, float64)(np.array([1.0, float(point)]))


def test_a_branch_is_evaluated_only_where_it_holds():
    guarded = sp.Piecewise((sp.log(x), x > 0), (1 / (x - 1), True))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        values = lower(guarded, float64)(np.array([-1.0, 0.0, np.e]))
    np.testing.assert_allclose(values, [-0.5, -1.0, 1.0])


def test_an_undecided_branch_gives_the_hull():
    step = lower(sp.Piecewise((0, x < 0), (1, True)), ball)
    around = step(arb(0, 1))
    assert around.contains(0)
    assert around.contains(1)
    assert not lower(sp.Piecewise((1, x > 5)), ball)(0).is_finite()
    for arithmetic in (mp, float64):
        with pytest.raises(InputError, match="branch"):
            lower(sp.Piecewise((1, x > 5)), arithmetic)(0)


def test_what_is_outside_the_list_is_named():
    for arithmetic in (mp, ball, float64):
        for expression, name in [
            (sp.gamma(x), "gamma"),
            (x + rho, "rho"),
            (sp.Function("f")(x), "f"),
            (sp.gamma(sp.Rational(1, 3)) * x, "gamma"),
            (sp.DiracDelta(x), "DiracDelta"),
            (sp.Integral(sp.exp(sp.sin(x)), (x, 0, 1)), "Integral"),
            (sp.Derivative(sp.Function("g")(x), x), "Derivative"),
            (sp.I * x, "complex_ball"),
            (x + sp.oo, "oo"),
        ]:
            with pytest.raises(InputError, match=name):
                lower(expression, arithmetic)


def test_text_and_wrong_arguments_are_refused():
    with pytest.raises(InputError, match="SymPy expression"):
        lower("x + 1", mp)
    with pytest.raises(InputError, match="arguments"):
        lower(x, mp)(1, 2)
    with pytest.raises(InputError, match="NaN"):
        lower(x, float64)(np.array([1.0, np.nan]))
    with pytest.raises(InputError):
        lower(x, ball)(0.1)


def test_several_variables_and_broadcasting():
    expression = sp.exp(rho) * x + 1
    function = lower(expression, float64, (x, rho))
    np.testing.assert_allclose(
        function(np.arange(3.0)[:, None], np.array([0.0, 1.0])), np.arange(3)[:, None] * [1, np.e] + 1
    )
    assert lower(expression, ball, (x, rho))(2, 0).contains(3)
    assert lower(sp.pi, ball, ())().overlaps(arb.pi())


def test_constants_are_converted_at_the_precision_of_the_call():
    third = lower(x / 3 + sp.pi, ball)
    with precision(bits=64):
        coarse = third(1)
    with precision(bits=1000):
        fine = third(1)
        assert exact(fine)[1] < Fraction(1, 2**980)
    with precision(bits=64):
        assert third(1).rad() == coarse.rad()


def test_an_array_is_never_returned_as_it_came():
    values = np.array([1.0, 2.0])
    assert lower(x, float64)(values) is not values


@pytest.mark.parametrize("at_zero", [0, sp.Rational(1, 2), 1])
def test_the_value_of_a_step_at_zero_is_respected(at_zero):
    step = sp.Heaviside(x, at_zero)
    for arithmetic in (mp, ball, float64):
        function = lower(step, arithmetic)
        assert [float(function(point)) for point in (-1, 0, 1)] == [0.0, float(at_zero), 1.0]


def test_lowered_functions_pickle():
    for arithmetic in (mp, ball, float64):
        function = pickle.loads(pickle.dumps(lower(GELU, arithmetic)))
        assert function.arithmetic is arithmetic
        assert float(function("1/2")) == float(lower(GELU, arithmetic)("1/2"))
    integrand = pickle.loads(pickle.dumps(lower(GELU, ball, complex_ball=True)))
    assert integrand(acb(1), True).is_finite()


@pytest.mark.parametrize(
    ("expression", "centre", "radius"),
    [
        (sp.sqrt(x), 0, 1),
        (sp.sqrt(x**2 + sp.Rational(1, 100)), 0, 1),
        (sp.log(x), -1, 1),
        (sp.log(1 + x), -2, 1),
        (sp.asin(x), 1, 1),
        (sp.acos(x), -2, "0.1"),
        (abs(x), 0, 1),
        (sp.sign(x), 0, 1),
        (sp.Heaviside(x), 0, 1),
        (sp.Max(x, 1), 1, 1),
        (sp.Min(x, 1), 1, 1),
        (x ** sp.Rational(1, 3), 0, 1),
        (sp.Piecewise((x, x < 0), (0, True)), 0, 1),
        (x**x, 0, 1),
    ],
)
def test_the_analytic_flag_gives_nan_at_cuts_and_kinks(expression, centre, radius):
    function = lower(expression, ball, complex_ball=True)
    over_it = acb(arb(centre, radius), arb(0, radius))
    assert not function(over_it, True).is_finite()
    assert function(
        acb(arb(4) if expression.has(sp.sqrt, sp.log, abs, sp.Max, sp.Min) else arb("0.5")), True
    ).is_finite()


def test_atan_has_its_cuts_on_the_imaginary_axis():
    function = lower(sp.atan(x), ball, complex_ball=True)
    assert not function(acb(arb(0, "0.1"), arb(2)), True).is_finite()
    assert function(acb(arb(2), arb(0, "0.1")), True).is_finite()


def test_kinks_of_complex_values_get_no_answer():
    # |sqrt(-4)| = 2, but the extension of |.| by the sign of the real part would say 2i.
    function = lower(abs(sp.sqrt(x)) + 0, ball, complex_ball=True)
    assert not function(acb(-4), False).is_finite()
    with pytest.raises(InputError, match="complex"):
        lower(sp.Abs(sp.I * x + 1, evaluate=False), ball, complex_ball=True)


def test_complex_values_are_allowed_for_integrands():
    wave = lower(sp.exp(sp.I * x), ball, complex_ball=True)
    value = wave(acb(1), True)
    assert value.real.overlaps(arb(1).cos())
    assert value.imag.overlaps(arb(1).sin())
