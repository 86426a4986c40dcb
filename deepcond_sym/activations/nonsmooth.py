"""The functions that switch at a point (Max, Min, Abs, sign, Heaviside, Piecewise), built without SymPy's rewriting.

SymPy's automatic evaluation of these asks its assumption system about the arguments, which can take minutes on a
nested expression; here a node that contains a symbol is built as written, and a constant one is decided by balls.
"""

from collections.abc import Sequence
from typing import cast

import sympy as sp
from sympy.core.basic import Basic
from sympy.core.relational import Relational
from sympy.logic.boolalg import Boolean

from deepcond_sym.errors import InputError

from .constants import sign_of_constant

SWITCHES = (sp.Max, sp.Min, sp.Abs, sp.sign, sp.Heaviside, sp.Piecewise)
"""The SymPy classes whose formula changes where an argument changes sign."""


def maximum(*args: sp.Expr) -> sp.Expr:
    """The largest of the arguments, as a SymPy expression (textbook).

    >>> from deepcond_sym.symbols import x
    >>> maximum(sp.Integer(0), x)
    Max(0, x)
    """
    return _extremum(sp.Max, 1, args)


def minimum(*args: sp.Expr) -> sp.Expr:
    """The smallest of the arguments, as a SymPy expression (textbook).

    >>> minimum(sp.Integer(3), sp.Rational(5, 2))
    5/2
    """
    return _extremum(sp.Min, -1, args)


def _extremum(function: type, direction: int, args: Sequence[sp.Expr]) -> sp.Expr:
    constants = [a for a in args if not a.free_symbols]
    kept = [a for a in args if a.free_symbols]
    if constants:
        best = constants[0]
        for other in constants[1:]:
            if sign_of_constant(other - best) == direction:
                best = other
        kept.insert(0, best)
    return kept[0] if len(kept) == 1 else function(*kept, evaluate=False)


def absolute(y: sp.Expr) -> sp.Expr:
    """The absolute value (textbook).

    >>> absolute(sp.Rational(-1, 3))
    1/3
    """
    if y.free_symbols:
        return sp.Abs(y, evaluate=False)
    return y if sign_of_constant(y) >= 0 else -y


def sign(y: sp.Expr) -> sp.Expr:
    """The sign: -1, 0 or 1 (textbook).

    >>> sign(sp.sqrt(2) - 1)
    1
    """
    return sp.sign(y, evaluate=False) if y.free_symbols else sp.Integer(sign_of_constant(y))


def step(y: sp.Expr) -> sp.Expr:
    """The unit step, with value 1/2 at 0 (textbook; the half keeps step(y) + step(-y) = 1 everywhere).

    >>> step(sp.Integer(0))
    1/2
    """
    return sp.Heaviside(y, evaluate=False) if y.free_symbols else sp.Rational(1 + sign_of_constant(y), 2)


def piecewise(branches: Sequence[tuple[sp.Expr, Boolean]]) -> sp.Expr:
    """The value of the first branch whose condition holds.

    >>> from deepcond_sym.symbols import x
    >>> piecewise([(x, x > 0), (sp.Integer(0), sp.true)])
    Piecewise((x, x > 0), (0, True))
    """
    kept = []
    for value, condition in branches:
        if condition == sp.false:
            continue
        kept.append((value, condition))
        if condition == sp.true:
            break
    if len(kept) == 1 and kept[0][1] == sp.true:
        return kept[0][0]
    if any(condition.has(sp.Piecewise) for _, condition in kept):
        return _by_steps(kept)
    return sp.Piecewise(*kept, evaluate=False)


def _by_steps(branches: Sequence[tuple[sp.Expr, Boolean]]) -> sp.Expr:
    """The same function written with steps: SymPy simplifies, at any cost, conditions that contain a Piecewise."""
    total, last = branches[-1]
    if last != sp.true:
        raise InputError("a piecewise formula ends with a default value.")
    for value, condition in reversed(branches[:-1]):
        total = total + (value - total) * _indicator(condition)
    return total


def _indicator(condition: Basic) -> sp.Expr:
    if isinstance(condition, sp.And):
        return sp.Mul(*(_indicator(c) for c in condition.args))
    if isinstance(condition, (sp.Gt, sp.Ge, sp.Lt, sp.Le)):
        return step(cast(sp.Expr, condition.gts) - cast(sp.Expr, condition.lts))
    raise InputError("a condition is made of <, <=, > and >=, joined by 'and'.")


def rebuild(node: Basic, args: Sequence[Basic]) -> Basic:
    """The same function of new arguments, without evaluation where that could hang.

    >>> from deepcond_sym.symbols import x
    >>> rebuild(sp.Max(0, x), (sp.Integer(0), 2 * x))
    Max(0, 2*x)
    """
    if isinstance(node, (sp.Max, sp.Min, sp.Abs, sp.sign, sp.Heaviside)):
        given = [a for a in args if isinstance(a, sp.Expr)]
        if isinstance(node, sp.Max):
            return maximum(*given)
        if isinstance(node, sp.Min):
            return minimum(*given)
        if isinstance(node, sp.Abs):
            return absolute(given[0])
        return sign(given[0]) if isinstance(node, sp.sign) else step(given[0])
    if isinstance(node, sp.Piecewise):
        return piecewise([(pair.args[0], pair.args[1]) for pair in args])  # pyright: ignore[reportArgumentType]
    if isinstance(node, Relational):
        left, right = args
        if left.free_symbols or right.free_symbols:
            return node.func(left, right, evaluate=False)
        direction = sign_of_constant(left - right)  # pyright: ignore[reportArgumentType, reportOperatorIssue]
        return sp.true if node.func(direction, 0) else sp.false
    return node.func(*args)


def substitute(expr: Basic, mapping: dict[sp.Symbol, sp.Expr]) -> Basic:
    """Replace symbols, rebuilding every switch with `rebuild` (so that nothing is evaluated behind our back).

    >>> from deepcond_sym.symbols import x
    >>> substitute(sp.Max(0, x) + x, {x: 2 * x})
    2*x + Max(0, 2*x)
    """
    if isinstance(expr, sp.Symbol):
        return mapping.get(expr, expr)
    if not expr.args:
        return expr
    args = [substitute(a, mapping) for a in expr.args]
    return expr if all(new is old for new, old in zip(args, expr.args, strict=True)) else rebuild(expr, args)
