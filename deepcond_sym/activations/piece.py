"""`Piece`: a smooth formula on one interval, and the small questions asked about it."""

from dataclasses import dataclass

import sympy as sp
from flint import arb

from deepcond_sym.arithmetic.precision import precision
from deepcond_sym.errors import InputError
from deepcond_sym.symbols import x

from .constants import is_zero, shorten, sign_at
from .enclosure import Range, enclose
from .nonsmooth import SWITCHES
from .roots import degree_bound


@dataclass(frozen=True)
class Piece:
    """A formula on one interval: `expr` holds for lower < x < upper (exact numbers, or -oo and oo at the outer ends).

    >>> Piece(sp.S.Zero, sp.oo, x**2).expr
    x**2
    """

    lower: sp.Expr
    upper: sp.Expr
    expr: sp.Expr

    @property
    def domain(self) -> Range:
        """The interval as a range of balls, at the working precision."""
        return Range.between(self.lower, self.upper)


def slope(f: sp.Expr) -> sp.Expr:
    """The derivative in x; expanded for polynomials, where SymPy's product rule would grow without end.

    >>> slope((x - 1) * (x + 1))
    2*x
    """
    degree = degree_bound(f)
    if degree is None or degree > 100 or degree == 0:
        return sp.diff(f, x)
    return sp.Poly(f, x).diff(x).as_expr()


def between(lower: sp.Expr, upper: sp.Expr) -> sp.Expr:
    """A rational number strictly between two exact ends.

    >>> between(sp.S.Zero, sp.oo)
    2
    """
    for bits in (64, 512, 4096):
        with precision(bits=bits):
            low, high = enclose(lower, {}).high, enclose(upper, {}).low
            if not low.is_finite() and not high.is_finite():
                return sp.Rational(1, 3)
            if not low.is_finite():
                middle = high.floor() - 2
            elif not high.is_finite():
                middle = low.ceil() + 2
            else:
                middle = (low + high) / 2
            middle = arb(middle.mid())
            if low < middle and middle < high:
                mantissa, exponent = (int(part) for part in middle.man_exp())
                return sp.Rational(mantissa) * sp.Rational(2) ** exponent
    raise InputError(f"the points {shorten(lower)} and {shorten(upper)} are too close to tell apart.")


def sample_of(piece: Piece) -> sp.Expr:
    """A rational number inside a piece.

    >>> sample_of(Piece(sp.S.Zero, sp.S.One, x))
    1/2
    """
    return between(piece.lower, piece.upper)


def sign_at_sample(function: sp.Expr, sample: sp.Expr) -> int:
    """The sign at a point at which the function is either not zero or zero identically.

    >>> sign_at_sample(sp.exp(x) - 1, sp.Rational(1, 2))
    1
    """
    sign = sign_at(function, {x: sample})
    if sign is None:
        if is_zero(function):
            return 0
        raise InputError(f"cannot decide the sign of {shorten(function)} at x = {shorten(sample, 20)}.")
    return sign


def fractional_bases(piece: Piece) -> list[sp.Expr]:
    """The smooth bases of fractional powers that may vanish on the piece: a root is not smooth where its base is 0.

    >>> fractional_bases(Piece(-sp.oo, sp.oo, sp.sqrt(x**4 + x**2)))
    [x**4 + x**2]
    """
    powers = [p for p in piece.expr.atoms(sp.Pow) if isinstance(p.exp, sp.Rational) and p.exp.q != 1]
    with precision(bits=64):
        domain = piece.domain
        return [
            p.base for p in powers if p.free_symbols and not p.has(*SWITCHES) and not enclose(p.base, {x: domain}).sign
        ]
