"""The functions that may be written in text, each as a builder of an exact SymPy expression (textbook definitions)."""

from collections.abc import Callable, Mapping

import sympy as sp
from sympy.logic.boolalg import Boolean

from deepcond_sym.arithmetic.precision import precision
from deepcond_sym.errors import InputError

from .constants import shorten
from .enclosure import enclose
from .nonsmooth import absolute, maximum, minimum, piecewise, sign, step

MAX_EXPONENT = 5_000
"""Largest constant term in an exponent."""

_DEFAULT_SLOPE = sp.Rational(1, 100)
SELU_ALPHA = sp.Rational("1.6732632423543772848170429916717")
SELU_SCALE = sp.Rational("1.0507009873554804934193349852946")
"""The published constants of SELU (Klambauer and others 2017), as exact decimals."""


def check_exponent(y: sp.Expr) -> None:
    """Refuse exp(y) where SymPy would compute a huge integer from a constant term of y, such as 10**9*log(2).

    >>> check_exponent(sp.Integer(10) ** 9)
    """
    for term in sp.Add.make_args(y):
        if not term.free_symbols and (term.has(sp.log) or y.free_symbols):
            with precision(bits=64):
                size = enclose(term, {})
            if not (size.high < MAX_EXPONENT and size.low > -MAX_EXPONENT):
                raise InputError(f"the exponent {shorten(term, 20)} is too large; keep constants below {MAX_EXPONENT}.")


def exponential(y: sp.Expr) -> sp.Expr:
    """exp(y)."""
    check_exponent(y)
    return sp.exp(y)


def arc_sine(y: sp.Expr) -> sp.Expr:
    """The inverse of sin on [-1, 1]."""
    return sp.asin(_cosine(y))


def arc_cosine(y: sp.Expr) -> sp.Expr:
    """The inverse of cos on [-1, 1]."""
    return sp.acos(_cosine(y))


def _cosine(y: sp.Expr) -> sp.Expr:
    if not y.free_symbols and sign(1 - absolute(y)) < 0:
        raise InputError(f"asin and acos are real on [-1, 1] only, and {shorten(y, 20)} is outside.")
    return y


def relu(y: sp.Expr) -> sp.Expr:
    """max(0, y)."""
    return maximum(sp.S.Zero, y)


def leaky_relu(y: sp.Expr, slope: sp.Expr = _DEFAULT_SLOPE) -> sp.Expr:
    """y for y > 0, slope * y elsewhere."""
    if y.has(sp.Piecewise):
        return slope * y + (1 - slope) * relu(y)
    return piecewise([(y, _positive(y)), (slope * y, sp.true)])


def hard_tanh(y: sp.Expr) -> sp.Expr:
    """y clipped to [-1, 1]."""
    return maximum(sp.S.NegativeOne, minimum(sp.S.One, y))


def relu6(y: sp.Expr) -> sp.Expr:
    """y clipped to [0, 6]."""
    return maximum(sp.S.Zero, minimum(sp.Integer(6), y))


def elu(y: sp.Expr) -> sp.Expr:
    """y for y > 0, exp(y) - 1 elsewhere."""
    return _elu(y, sp.S.One, sp.S.One)


def selu(y: sp.Expr) -> sp.Expr:
    """scale * y for y > 0, scale * alpha * (exp(y) - 1) elsewhere."""
    return _elu(y, SELU_SCALE, SELU_ALPHA)


def _elu(y: sp.Expr, scale: sp.Expr, alpha: sp.Expr) -> sp.Expr:
    if y.has(sp.Piecewise):
        return scale * (relu(y) + alpha * (exponential(minimum(sp.S.Zero, y)) - 1))
    return piecewise([(scale * y, _positive(y)), (scale * alpha * (exponential(y) - 1), sp.true)])


def normal_cdf(y: sp.Expr) -> sp.Expr:
    """The distribution function of N(0, 1)."""
    return (1 + sp.erf(y / sp.sqrt(2))) / 2


def normal_pdf(y: sp.Expr) -> sp.Expr:
    """The density of N(0, 1)."""
    return exponential(-(y**2) / 2) / sp.sqrt(2 * sp.pi)


def gelu(y: sp.Expr) -> sp.Expr:
    """y times the distribution function of N(0, 1) at y: the exact form, not the tanh approximation."""
    return y * normal_cdf(y)


def gaussian(y: sp.Expr) -> sp.Expr:
    """exp(-y^2)."""
    return exponential(-(y**2))


def sigmoid(y: sp.Expr) -> sp.Expr:
    """1/(1 + exp(-y))."""
    return 1 / (1 + exponential(-y))


def softplus(y: sp.Expr) -> sp.Expr:
    """log(1 + exp(y))."""
    return sp.log(1 + exponential(y))


def silu(y: sp.Expr) -> sp.Expr:
    """y times sigmoid(y)."""
    return y * sigmoid(y)


def mish(y: sp.Expr) -> sp.Expr:
    """y tanh(softplus(y))."""
    return y * sp.tanh(softplus(y))


def softsign(y: sp.Expr) -> sp.Expr:
    """y/(1 + |y|)."""
    return y / (1 + absolute(y))


def _positive(y: sp.Expr) -> Boolean:
    if y.free_symbols:
        return sp.Gt(y, 0, evaluate=False)
    return sp.true if sign(y) == 1 else sp.false


FUNCTIONS: Mapping[str, tuple[Callable[..., sp.Expr], int, int]] = {
    "abs": (absolute, 1, 1),
    "sign": (sign, 1, 1),
    "step": (step, 1, 1),
    "max": (maximum, 1, 20),
    "min": (minimum, 1, 20),
    "exp": (exponential, 1, 1),
    "log": (sp.log, 1, 1),
    "sqrt": (sp.sqrt, 1, 1),
    "sin": (sp.sin, 1, 1),
    "cos": (sp.cos, 1, 1),
    "tan": (sp.tan, 1, 1),
    "sinh": (sp.sinh, 1, 1),
    "cosh": (sp.cosh, 1, 1),
    "tanh": (sp.tanh, 1, 1),
    "asin": (arc_sine, 1, 1),
    "acos": (arc_cosine, 1, 1),
    "atan": (sp.atan, 1, 1),
    "erf": (sp.erf, 1, 1),
    "erfc": (sp.erfc, 1, 1),
    "relu": (relu, 1, 1),
    "leaky_relu": (leaky_relu, 1, 2),
    "hard_tanh": (hard_tanh, 1, 1),
    "relu6": (relu6, 1, 1),
    "elu": (elu, 1, 1),
    "selu": (selu, 1, 1),
    "normal_cdf": (normal_cdf, 1, 1),
    "normal_pdf": (normal_pdf, 1, 1),
    "gelu": (gelu, 1, 1),
    "gaussian": (gaussian, 1, 1),
    "sigmoid": (sigmoid, 1, 1),
    "softplus": (softplus, 1, 1),
    "silu": (silu, 1, 1),
    "mish": (mish, 1, 1),
    "softsign": (softsign, 1, 1),
}
"""Name in text -> (builder, fewest arguments, most arguments)."""

CONSTANTS: Mapping[str, sp.Expr] = {"pi": sp.pi, "E": sp.E}
"""Names that stand for numbers in text."""
