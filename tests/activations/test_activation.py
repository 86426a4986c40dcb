"""`Activation`: what is accepted, what is refused and why, and the transformations."""

import pickle
from fractions import Fraction

import pytest
import sympy as sp

from deepcond_sym.activations import Activation, Piece, activation, from_pieces
from deepcond_sym.errors import InputError
from deepcond_sym.symbols import x

REFUSED = {
    "exp(x**2/4)": "grow", "exp(x**2)": "grow", "exp(x**4)": "grow", "exp(exp(x))": "grow", "sinh(x**2)": "grow",
    "cosh(x**2/4)": "grow", "exp(x**3)": "grow", "exp(x*abs(x))": "grow", "x**3*exp(x**2/4 + x)": "grow",
    "1/x": "x = 0", "log(x)": "x = 0", "log(abs(x))": "x = 0", "tan(x)": "finite", "1/(x**2 - 2)": "sqrt(2)",
    "1/sin(x)": "singular", "sqrt(x)": "real", "sqrt(x**2 - 1)": "real", "log(x**2 + 1/2) + log(x - 3)": "x = 3",
    "x**(1/3)": "real", "1/(exp(x) - 2)": "log(2)", "asin(x)": "finite", "1/relu(x)": "not finite",
    "sign(1/x)": "x = 0",
    "sign(tan(x))": "finite", "sign(log(x))": "x = 0", "sign(asin(x))": "finite", "abs(sin(x))": "often",
    "max(x**7 - 3*x + 1, 0)": "exactly", "1/(x**3 - x - 1)": "singular", "x**x": "exponent", "abs(exp(x) - x**2)": "ex",
}  # fmt: skip

ACCEPTED = [
    "exp(x**2/5)", "exp(49*x**2/200)", "exp(-x**4)*exp(x**2)", "sqrt(1 + x**2)", "1/(1 + x**2)", "1/(x**2 + x + 1)",
    "1/(exp(x) - x)", "log(x**2 + 1)", "log(exp(x) + exp(-x))", "x/(2 + sin(x))", "sqrt(abs(x))", "relu(x)**(3/2)",
    "tan(tanh(x))", "acos(tanh(x))", "exp(x**2/3)/(1 + exp(x**2/3))", "exp(x*tanh(x))", "piecewise(log(x), x > 1, 0)",
    "piecewise(max(log(x), 0), x > 1/2, 0)", "gelu(x) + 0.3*sin(2*x)", "abs(sin(tanh(x)))", "3", "0", "exp(100*x)",
    "max(x, x**2 - 1, sqrt(2))", "abs(abs(x) - 1)", "sigmoid(x)*relu(x)", "x**100", "exp(-exp(x))", "1/cosh(x)",
]  # fmt: skip


@pytest.mark.parametrize("text", REFUSED)
def test_refused_in_one_sentence_that_says_why(text):
    with pytest.raises(InputError) as refusal:
        activation(text)
    message = str(refusal.value)
    assert REFUSED[text] in message
    assert "\n" not in message
    assert len(message) < 300


@pytest.mark.parametrize("text", ACCEPTED)
def test_accepted(text):
    sigma = activation(text)
    assert sigma.is_square_integrable
    assert sigma.tail_bound(12) >= 0


@pytest.mark.parametrize("spec", [lambda t: t, 0.5, None, 3, b"relu", ["relu"], sp.true, sp.Symbol("x") * 0.5,
                                  sp.Symbol("y") + x, sp.I * x, sp.zeta(x), x * sp.oo, sp.gamma(x**2 + 1)])  # fmt: skip
def test_other_kinds_of_things_are_refused(spec):
    with pytest.raises(InputError):
        activation(spec)


def test_a_formula_of_great_depth_is_refused():
    deep = x
    for _ in range(400):
        deep = sp.sin(deep, evaluate=False)
    with pytest.raises(InputError):
        activation(deep)


def test_a_symbol_named_x_without_our_assumption_is_ours():
    assert activation(sp.tanh(sp.Symbol("x"))) == activation("tanh")
    assert activation("tanh(x)") == activation("tanh")
    assert hash(activation("max(0, x)")) == hash(activation("relu"))
    assert activation(activation("relu")) is activation("relu")


def test_kinks_jumps_and_pieces_of_a_patchwork():
    sigma = activation("piecewise(x**2, x < -1, 2 + x, x <= 0, 3*sin(x) + 2, x < 2, 7)")
    assert sigma.jumps == (2,)
    assert sigma.kinks == (-1, 0)
    assert sigma.jump(sp.Integer(2)) == 5 - 3 * sp.sin(2)
    assert [p.lower for p in sigma.pieces] == [-sp.oo, -1, 0, 2]
    slope = sigma.derivative()
    assert [p.expr for p in slope.pieces] == [2 * x, 1, 3 * sp.cos(x), 0]
    assert slope.jumps == (-1, 0, 2)


def test_smooth_joints_are_neither_kinks_nor_jumps():
    assert activation("relu(x)**2").kinks == ()
    assert activation("relu(x)**2").derivative().kinks == (0,)
    assert activation("elu").kinks == ()
    assert len(activation("x*sign(x)*abs(x)").pieces) == 1


def test_irrational_breakpoints_are_exact():
    assert activation("abs(x**2 - 2)").kinks == (-sp.sqrt(2), sp.sqrt(2))
    assert activation("max(exp(x) - 2, 0)").kinks == (sp.log(2),)
    assert activation("abs(tanh(x) - 1/2)").kinks == (sp.log(3) / 2,)
    assert activation("max(sinh(x), 1/3)").jumps == ()


def test_parity_where_algebra_is_needed():
    assert activation("sigmoid(x) - 1/2").parity == "odd"
    assert activation("normal_cdf(x) - 1/2").parity == "odd"
    assert activation("x*tanh(x) + cos(3*x)").parity == "even"
    assert activation("tanh(x) + 10**(-40)").parity is None
    assert activation("relu(x) + relu(-x)").parity == "even"
    assert activation("relu(x - 1) - relu(-x - 1)").parity == "odd"
    assert activation("relu(x - 1) - relu(-x - 1 - 10**(-30))").parity is None


def test_at_variance():
    sigma = activation("hard_tanh").at_variance(4)
    assert sigma.kinks == (sp.Rational(-1, 2), sp.Rational(1, 2))
    assert sigma.pieces[1].expr == 2 * x
    assert activation("gaussian").at_variance(Fraction(1, 2)).expr == sp.exp(-(x**2) / 2)
    assert activation("relu").at_variance(sp.sqrt(2)).homogeneity == 1
    assert activation("relu").at_variance("1.0") is activation("relu")
    for wrong in (0, -1, 0.5, sp.Symbol("v"), "abc", sp.Float("0.5"), True):
        with pytest.raises(InputError):
            activation("relu").at_variance(wrong)
    with pytest.raises(InputError):
        activation("exp(x**2/5)").at_variance(2)


def test_scaled_and_shifted():
    sigma = activation("step").scaled(2).shifted(-1)
    assert [p.expr for p in sigma.pieces] == [-1, 1]
    assert sigma.jumps == (0,)
    assert activation("relu").scaled(0).pieces[0].expr == 0
    assert activation("tanh").scaled(sp.sqrt(2)).parity == "odd"
    with pytest.raises(InputError):
        activation("relu").scaled(0.5)


def test_derivative_refusals_and_values():
    with pytest.raises(InputError):
        activation("sqrt(abs(x))").derivative()
    assert activation("sign").derivative().is_constant
    assert activation("gelu").derivative().kinks == ()


def test_from_pieces_joins_equal_neighbours():
    half = sp.Rational(1, 2)
    sigma = from_pieces("f", (Piece(-sp.oo, half, x), Piece(half, sp.oo, x)))
    assert sigma.expr == x


def test_survives_pickling():
    for name in ("relu", "norm_relu", "gelu", "exp(x**2/5)", "max(x, 1, x**2)"):
        sigma = activation(name)
        copy = pickle.loads(pickle.dumps(sigma))
        assert copy == sigma
        assert copy.pieces == sigma.pieces
        assert copy.growth.gaussian_rate == sigma.growth.gaussian_rate


def test_is_frozen():
    with pytest.raises(AttributeError):
        activation("relu").name = "other"  # pyright: ignore[reportAttributeAccessIssue]
    assert isinstance(activation("relu"), Activation)
