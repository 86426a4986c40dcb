"""Exact decisions about constants: the sign of a real number given by a formula without symbols."""

from functools import lru_cache

import sympy as sp

from deepcond_sym.arithmetic.precision import precision
from deepcond_sym.errors import InputError

from .enclosure import Range, enclose

_BITS = (64, 256, 1024, 4096)


@lru_cache(maxsize=4096)
def sign_of_constant(expr: sp.Expr) -> int:
    """The sign (-1, 0 or 1) of a real constant: 0 only by exact algebra, the others by balls at rising precision.

    Errors: InputError when neither decides.

    >>> sign_of_constant(sp.sqrt(2) - sp.Rational(141421356, 100000000))
    1
    """
    if isinstance(expr, (sp.Rational, sp.core.numbers.Infinity, sp.core.numbers.NegativeInfinity)):
        return int(sp.sign(expr))
    sign = sign_at(expr, {})
    if sign is not None:
        return sign
    if is_zero(expr):
        return 0
    raise InputError(f"cannot decide whether {shorten(expr)} is zero; write it in simpler form.")


def sign_at(expr: sp.Basic, point: dict[sp.Symbol, sp.Expr], bits: int = _BITS[-1]) -> int | None:
    """The sign of `expr` at an exact point by balls of up to `bits` bits, or None when they do not separate it from 0.

    >>> from deepcond_sym.symbols import x
    >>> sign_at(sp.exp(x) - 1, {x: sp.Rational(-1, 10**30)})
    -1
    """
    for working in (b for b in _BITS if b <= bits):
        with precision(bits=working):
            sign = enclose(expr, {symbol: Range.point(value) for symbol, value in point.items()}).sign
        if sign is not None:
            return sign
    return None


def node_count(expr: sp.Basic, limit: int) -> int:
    """The number of nodes of a formula written out as a tree, counted up to a limit.

    >>> node_count(sp.exp(sp.Symbol("x") + 1), 100)
    4
    """
    waiting, count = [expr], 0
    while waiting and count < limit:
        count += 1
        waiting.extend(waiting.pop().args)
    return count


def is_small(expr: sp.Basic) -> bool:
    """True when expanding `expr` is quick: few nodes and only small powers of sums.

    >>> is_small((sp.sqrt(2) + 1) ** 2)
    True
    """
    if node_count(expr, 150) >= 150:
        return False
    for node in expr.atoms(sp.Pow):
        if isinstance(node.base, sp.Add):
            exponent = node.exp
            if not isinstance(exponent, sp.Rational) or abs(exponent) > 12 or len(node.base.args) > 6:
                return False
    return True


def is_zero(expr: sp.Expr, *points: dict[sp.Symbol, sp.Expr]) -> bool:
    """True when `expr` is proved to be zero identically; the points (inside its domain) are tried first, by balls.

    >>> from deepcond_sym.symbols import x
    >>> is_zero(x * (x + 1) - x**2 - x, {x: sp.Integer(3)})
    True
    """
    if expr == 0:
        return True
    if any(sign_at(expr, point, bits=256) for point in points):
        return False
    if not is_small(expr):
        return False
    if sp.expand(expr) == 0:
        return True
    if expr.free_symbols:
        return False
    simpler = sp.expand(_in_exponentials(expr))
    roots = {p.base for p in simpler.atoms(sp.Pow) if p.exp not in (-1, 1)}
    return bool(simpler == 0 or (len(roots) <= 3 and sp.expand(sp.radsimp(simpler)) == 0))


def _in_exponentials(expr: sp.Expr) -> sp.Expr:
    """The same formula with tanh, sinh and cosh of constants written by exp, so that tanh(log(3)/2) becomes 1/2."""
    rules = {
        sp.tanh: lambda y: (sp.exp(2 * y) - 1) / (sp.exp(2 * y) + 1),
        sp.sinh: lambda y: (sp.exp(y) - sp.exp(-y)) / 2,
        sp.cosh: lambda y: (sp.exp(y) + sp.exp(-y)) / 2,
    }
    found = [node for node in expr.atoms(*rules) if not node.free_symbols]
    replaced = expr.xreplace({node: rules[type(node)](node.args[0]) for node in found})
    return replaced if isinstance(replaced, sp.Expr) else expr


def shorten(value: object, length: int = 60) -> str:
    """The text of a value, cut for an error message.

    >>> shorten("a" * 100, 10)
    'aaaaaaaaaa...'
    """
    if isinstance(value, sp.Basic) and node_count(value, 200) >= 200:
        return "this formula"
    text = str(value)
    return text if len(text) <= length else text[:length] + "..."
