"""The grammar: precedence, exact numbers, functions, other symbols, and errors that say what to do."""

import pytest
import sympy as sp

from deepcond_sym.activations import parse_expression
from deepcond_sym.errors import InputError
from deepcond_sym.symbols import x

MEANINGS = {
    "-x**2": -(x**2), "2**-1": sp.Rational(1, 2), "2**3**2": sp.Integer(512), "6/3/2": sp.Integer(1), "1 - 2 - 3": -4,
    "0.1": sp.Rational(1, 10), "1e-3*x": x / 1000, ".5": sp.Rational(1, 2), "5.": sp.Integer(5), "- -x": x,
    "+x": x, "2*-x": -2 * x, "(x + 1)**2": (x + 1) ** 2, "sqrt(2/pi)": sp.sqrt(2) / sp.sqrt(sp.pi), "E**x": sp.exp(x),
    "max(1, sqrt(2), 3/2)": sp.Rational(3, 2), "min(0, -1/3)": sp.Rational(-1, 3), "abs(-2)": sp.Integer(2),
    "step(0)": sp.Rational(1, 2), "sign(1 - sqrt(2))": sp.Integer(-1), "relu(x)": sp.Max(0, x), "abs(x)": sp.Abs(x),
    "piecewise(x, x > 0, 2)": sp.Piecewise((x, x > 0), (2, True)), " x\n+\t1 ": x + 1,
    "normal_cdf(0)": sp.Rational(1, 2),
    "0.1000000000000000055511151231257827": sp.Rational("0.1000000000000000055511151231257827"),
}  # fmt: skip


@pytest.mark.parametrize("text", MEANINGS)
def test_meaning(text):
    assert parse_expression(text) == MEANINGS[text]


def test_several_symbols_and_own_functions():
    mu, L = sp.Symbol("mu"), sp.Symbol("L", integer=True, nonnegative=True)
    table = {"mu": mu, "L": L, "rho_1": sp.Symbol("rho_1")}
    assert parse_expression("(1 - mu/2)**L", table) == (1 - mu / 2) ** L
    assert parse_expression("rho_1*mu", table) == sp.Symbol("rho_1") * mu
    assert parse_expression("twice(mu)", table, {"twice": lambda y: 2 * y}) == 2 * mu
    assert parse_expression("twice(mu)", table, {"twice": (lambda y: 2 * y, 1, 1)}) == 2 * mu
    assert parse_expression("acos(mu)", table) == sp.acos(mu)
    for text in ("x", "mu(2)", "(mu + 1)(mu)", "twice(mu, mu)"):
        with pytest.raises(InputError):
            parse_expression(text, table, {"twice": (lambda y: 2 * y, 1, 1)})


HINTS = {
    "x^2": "**", "": "empty", "x = 1": "compare", "2 x": "operator", "sin": "argument",
    "foo(x)": "not known", "y": "not known",
    "x > 0": "piecewise", "1/0": "zero", "1/(x - x)": "zero", "log(0)": "zero", "sqrt(-1)": "real", "log(-1)": "real",
    "piecewise(1, x, 2)": "piecewise takes", "piecewise(1, 2 > 1, 2)": "variable", "max()": "expected",
    "tanh(x, x)": "argument(s)", "x**101": "exponent", "(x**100)**100": "power", "x +": "too early",
    "(x": "expected ')'",
    "x)": "operator", "acos(2)": "[-1, 1]", "2**sqrt(2)": "exp(b*log(a))", "1_000": "operator",
}  # fmt: skip


@pytest.mark.parametrize("text", HINTS)
def test_errors_say_what_to_do(text):
    with pytest.raises(InputError) as refusal:
        parse_expression(text)
    assert HINTS[text] in str(refusal.value)
    assert "\n" not in str(refusal.value)
