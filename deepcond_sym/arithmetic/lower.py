"""`lower`: from a SymPy expression to a function in any of the arithmetics."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import sympy as sp
from flint import acb

from deepcond_sym.errors import InputError
from deepcond_sym.symbols import x as x_symbol

from .base import Arithmetic
from .complex_ball import complex_ball as complex_arithmetic
from .exact import refuse_floats
from .float64_program import Float64Program
from .program import Program


class Lowered:
    """A SymPy expression as a function of numbers; made by `lower`. It pickles: it is compiled again at the far end."""

    def __init__(self, expression: sp.Expr, arithmetic: Arithmetic, variables: tuple[sp.Symbol, ...]) -> None:
        self.expression = expression
        self.arithmetic = arithmetic
        self.variables = variables
        self._run: Any = (
            Float64Program(expression, variables)
            if arithmetic.name == "float64"
            else Program(expression, variables, arithmetic)
        )

    def __call__(self, *arguments: Any) -> Any:
        if len(arguments) != len(self.variables):
            raise InputError(f"{self!r} takes {len(self.variables)} arguments, not {len(arguments)}.")
        try:
            return self._run(*[self.arithmetic.number(argument) for argument in arguments])
        except ZeroDivisionError:
            place = ", ".join(f"{v} = {a}" for v, a in zip(self.variables, arguments, strict=True))
            raise InputError(f"{self.expression} has no value at {place}: it divides by zero.") from None

    def __repr__(self) -> str:
        return f"lower({self.expression}, {self.arithmetic.name}, {self.variables})"

    def __reduce__(self) -> tuple[Any, ...]:
        return (lower, (self.expression, self.arithmetic, self.variables))


class LoweredComplex:
    """A SymPy expression as an integrand f(z, analytic) for `acb.integral`; made by `lower(..., complex_ball=True)`."""

    def __init__(self, expression: sp.Expr, arithmetic: Arithmetic, variables: tuple[sp.Symbol, ...]) -> None:
        self.expression = expression
        self.arithmetic = arithmetic
        self.variables = variables
        self._runs = {flag: Program(expression, variables, complex_arithmetic[flag]) for flag in (False, True)}

    def __call__(self, *arguments: Any) -> acb:
        if len(arguments) != len(self.variables) + 1:
            raise InputError(f"{self!r} takes {len(self.variables)} arguments and the analytic flag.")
        flag = bool(arguments[-1])
        number = complex_arithmetic[flag].number
        return self._runs[flag](*[number(argument) for argument in arguments[:-1]])

    def __repr__(self) -> str:
        return f"lower({self.expression}, ball, {self.variables}, complex_ball=True)"

    def __reduce__(self) -> tuple[Any, ...]:
        return (lower, (self.expression, self.arithmetic, self.variables, True))


def lower(
    expression: sp.Expr | int,
    arithmetic: Arithmetic,
    variables: Sequence[sp.Symbol] = (x_symbol,),
    complex_ball: bool = False,
) -> Any:
    """A function of `variables` that evaluates the expression in `arithmetic`.

    The expression may contain + * ** exact numbers, pi, E, EulerGamma, Catalan, GoldenRatio, exp log sqrt sin cos tan
    sinh cosh tanh asin acos atan erf erfc Abs sign Heaviside Max Min Piecewise (with <, <=, =, and, or, not). Constants
    are converted at the working precision of the call. Sums that cancel in a known way (exp(a) - 1, 1 + erf(a),
    cos(a) - 1, log(1 + a), ...) use the stable function. Where doubles overflow on the way to a finite value,
    float64 goes through balls.

    With `complex_ball=True` (and `ball`), I is allowed too and the result is called as f(z, analytic): with
    analytic=True it returns NaN wherever it is not analytic on the whole ball z.

    Raises `InputError` for any other function, any symbol outside `variables`, and (except in float64) SymPy Floats.

    >>> from deepcond_sym.arithmetic import ball, float64, mp
    >>> from deepcond_sym.symbols import x
    >>> gelu = x * (1 + sp.erf(x / sp.sqrt(2))) / 2
    >>> lower(gelu, mp)("-1/2"), float(lower(gelu, float64)(-0.5))
    (mpf('-0.15426876936299344'), -0.15426876936299344)
    >>> lower(gelu, ball)("-1/2").overlaps(lower(gelu, ball)("-0.5"))
    True
    """
    tree = sp.Integer(expression) if isinstance(expression, int) else expression
    if not isinstance(tree, sp.Expr):
        raise InputError(f"A SymPy expression is needed, not a {type(tree).__name__}.")
    if not isinstance(arithmetic, Arithmetic):
        raise InputError(f"{arithmetic!r} is not an arithmetic: use mp, ball or float64.")
    names = tuple(variables)
    if not all(isinstance(name, sp.Symbol) for name in names) or len(set(names)) != len(names):
        raise InputError("The variables must be different SymPy symbols.")
    if arithmetic.name == "float64":
        tree = cast(sp.Expr, tree.xreplace({number: sp.Rational(number) for number in tree.atoms(sp.Float)}))
    refuse_floats(tree)
    if complex_ball:
        if arithmetic.name != "ball":
            raise InputError("complex_ball=True goes with the ball arithmetic only.")
        return LoweredComplex(tree, arithmetic, names)
    return Lowered(tree, arithmetic, names)
