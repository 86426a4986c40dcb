"""Even, odd, or neither: decided by exact algebra on the pieces, refuted by balls, never guessed."""

from collections.abc import Sequence
from typing import Any

import sympy as sp
from sympy.polys.polyerrors import PolynomialError

from deepcond_sym.symbols import x

from .constants import is_small, is_zero, sign_at, sign_of_constant
from .nonsmooth import substitute
from .piece import Piece, sample_of

_TEST_POINTS = (sp.Rational(3, 7), sp.Rational(17, 11), sp.Rational(37, 13))


def parity_of(pieces: Sequence[Piece]) -> str | None:
    """ "even" or "odd" when that is proved for the function with these pieces (the zero function is even), else None.

    Values at the breakpoints are left out of account: they do not matter under a Gaussian.

    >>> parity_of((Piece(-sp.oo, sp.S.Zero, -x), Piece(sp.S.Zero, sp.oo, x)))
    'even'
    """
    mirrored = list(reversed(pieces))
    if any(sign_of_constant(p.upper + m.lower) != 0 for p, m in zip(pieces[:-1], mirrored[:-1], strict=True)):
        return None
    for name, sign in (("even", 1), ("odd", -1)):
        differences = [
            p.expr - sign * substitute(m.expr, {x: -x})  # pyright: ignore[reportOperatorIssue]
            for p, m in zip(pieces, mirrored, strict=True)
        ]
        if all(_is_zero(d, p) for d, p in zip(differences, pieces, strict=True)):
            return name
    return None


def _is_zero(difference: sp.Expr, piece: Piece) -> bool:
    points: list[sp.Expr] = [sample_of(piece)]
    inside = (
        t for t in _TEST_POINTS if sign_of_constant(t - piece.lower) > 0 and sign_of_constant(piece.upper - t) > 0
    )
    points += list(inside)  # pyright: ignore[reportOperatorIssue]
    if any(sign_at(difference, {x: point}, bits=256) for point in points):
        return False
    return is_zero(difference) or (is_small(difference) and _is_zero_in_exponentials(difference))


def _is_zero_in_exponentials(f: sp.Expr) -> bool:
    """Exact: every exp(r x) and tanh becomes a rational function of one T = exp(x/d), and that is cancelled to 0."""
    T = sp.Dummy("T", positive=True)
    quotients = [e.args[0] / x for e in f.atoms(sp.exp, sp.tanh, sp.sinh, sp.cosh)]  # pyright: ignore
    rates = [r for r in quotients if isinstance(r, sp.Rational) and abs(r.p) <= 20 and r.q <= 20]
    if not rates or len(rates) < len(quotients):
        return False
    d = sp.ilcm(1, *(r.q for r in rates))

    def power(argument: sp.Expr) -> sp.Expr:
        return T ** (argument / x * d)

    rules = {
        sp.exp: power,
        sp.tanh: lambda y: (power(2 * y) - 1) / (power(2 * y) + 1),
        sp.sinh: lambda y: (power(y) - power(-y)) / 2,
        sp.cosh: lambda y: (power(y) + power(-y)) / 2,
    }
    replaced: Any = f.xreplace({e: rules[e.func](e.args[0]) for e in f.atoms(*rules)})
    try:
        return bool(replaced.is_rational_function(x, T)) and sp.cancel(sp.together(replaced)) == 0
    except PolynomialError:
        return False
