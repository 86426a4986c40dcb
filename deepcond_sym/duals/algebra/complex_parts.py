"""Real and imaginary parts, kept as a pair."""

from __future__ import annotations

import sympy as sp

Parts = tuple[sp.Expr, sp.Expr]


def split(value: sp.Expr) -> Parts:
    """Real and imaginary part of an expression that is a polynomial in I over a real denominator.

    >>> x = sp.Symbol("x", real=True)
    >>> split((2 + sp.I * x) / 3)
    (2/3, x/3)

    Source: textbook.
    """
    if not value.has(sp.I):
        return value, sp.S.Zero
    top, bottom = sp.fraction(sp.together(value))
    top = sp.expand(top)
    return top.coeff(sp.I, 0) / bottom, top.coeff(sp.I, 1) / bottom


def times(a: Parts, b: Parts) -> Parts:
    """The product of two complex numbers.

    >>> times((sp.S(0), sp.S(1)), (sp.S(0), sp.S(1)))
    (-1, 0)

    Source: textbook.
    """
    return a[0] * b[0] - a[1] * b[1], a[0] * b[1] + a[1] * b[0]
