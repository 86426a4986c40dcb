"""E[f(X) g(Y)] in closed form for f, g smooth atoms or deltas: complete the square, then Isserlis' moments."""

from __future__ import annotations

from math import comb, factorial

import sympy as sp

from deepcond_sym.duals.algebra.antiderivative import Power, RadicalElement
from deepcond_sym.duals.distribution import Delta, DistributionTerm, Smooth
from deepcond_sym.symbols import rho

_POLY = tuple[sp.Expr, ...]
"""Coefficients of 1, rho, rho^2, ..."""


def double_factorial(k: int) -> int:
    """k!! with (-1)!! = 1."""
    result = 1
    while k > 1:
        result *= k
        k -= 2
    return result


def _times(left: dict[int, sp.Expr], right: _POLY) -> dict[int, sp.Expr]:
    product: dict[int, sp.Expr] = {}
    for i, a in left.items():
        for j, b in enumerate(right):
            if b != 0:
                product[i + j] = sp.expand(product.get(i + j, sp.S.Zero) + a * b)
    return product


def _parts(term: DistributionTerm) -> tuple[int, sp.Expr, sp.Expr | None]:
    """(power or order, sign and density factor, quadratic coefficient or None for a delta) of a centred term."""
    match term:
        case Smooth(power, _, quadratic):
            return power, sp.S.One, quadratic
        case Delta(order, _):
            return order, sp.S((-1) ** order) / sp.sqrt(2 * sp.pi), None
    raise TypeError(f"{term} is not elementary")


def is_centred(term: DistributionTerm) -> bool:
    """Whether the pairing of such terms stays in the class of RadicalElement."""
    return (isinstance(term, Smooth) and term.linear == 0) or (isinstance(term, Delta) and term.knot == 0)


def centred_pairing(first: DistributionTerm, second: DistributionTerm) -> RadicalElement | None:
    """E[first(X) second(Y)] for standard normal X, Y of correlation rho, both terms centred.

    With D = d0 + d2 rho^2 and Gaussian "covariances" s11, s12, s22 over D (for a delta the sign of s is reversed: its
    derivatives at 0 are moments of the inverse covariance), the value is
    factor * D^(-1/2) * sum over pairings. None when the radical is not of the form c^2 - rho^2.

    Source: textbook (completing the square; Isserlis' theorem), arranged here.
    """
    i, factor_i, b = _parts(first)
    j, factor_j, d = _parts(second)
    factor = factor_i * factor_j
    one, zero = sp.S.One, sp.S.Zero
    s12: _POLY = (zero, one)
    s11: _POLY
    s22: _POLY
    if b is None and d is None:
        d0, d2 = one, -one
        s11, s22 = (-one,), (-one,)
    elif b is None and d is not None:
        d0, d2 = 1 - 2 * d, 2 * d
        s11, s22 = (2 * d - 1,), (one, zero, -one)
    elif d is None and b is not None:
        d0, d2 = 1 - 2 * b, 2 * b
        s11, s22 = (one, zero, -one), (2 * b - 1,)
    else:
        assert b is not None
        assert d is not None
        d0, d2 = sp.expand((1 - 2 * b) * (1 - 2 * d)), sp.expand(-4 * b * d)
        s11, s22 = (1 - 2 * d, zero, 2 * d), (1 - 2 * b, zero, 2 * b)
    result = RadicalElement()
    if d2 != 0 and (-d2).is_positive is not True:
        return None
    square = sp.S.Zero if d2 == 0 else sp.cancel(-d0 / d2)
    for m in range(min(i, j) + 1):
        if (i - m) % 2 or (j - m) % 2:
            continue
        pairings = comb(i, m) * comb(j, m) * factorial(m) * double_factorial(i - m - 1) * double_factorial(j - m - 1)
        polynomial: dict[int, sp.Expr] = {0: sp.Integer(pairings) * factor}
        for entry, count in ((s12, m), (s11, (i - m) // 2), (s22, (j - m) // 2)):
            for _ in range(count):
                polynomial = _times(polynomial, entry)
        order = m + (i - m) // 2 + (j - m) // 2
        for power, coefficient in polynomial.items():
            if d2 == 0:
                result.add(Power(power), coefficient * d0 ** (-sp.Rational(1, 2) - order))
            else:
                scale = (-d2) ** (-sp.Rational(1, 2) - order)
                result.add_radical(power, -1 - 2 * order, square, coefficient * scale)
    return result


def pairing_expr(first: DistributionTerm, second: DistributionTerm) -> sp.Expr | None:
    """E[first(X) second(Y)] as a SymPy expression in rho, for smooth atoms (also off-centre) and plain deltas.

    None for derivatives of deltas away from 0 and for a delta against an off-centre pair: not needed so far.

    Source: textbook.
    """
    if is_centred(first) and is_centred(second):
        element = centred_pairing(first, second)
        if element is not None:
            return element.expr()
    if isinstance(first, Smooth) and isinstance(second, Smooth):
        return _smooth_pairing(first, second)
    if isinstance(first, Delta) and isinstance(second, Delta) and first.order == second.order == 0:
        s, t = first.knot, second.knot
        exponent = -((s - t) ** 2) / (4 * (1 - rho)) - (s + t) ** 2 / (4 * (1 + rho))
        return sp.exp(exponent) / (2 * sp.pi * sp.sqrt(1 - rho**2))
    return None


def _smooth_pairing(first: Smooth, second: Smooth) -> sp.Expr:
    b, d, a, c = first.quadratic, second.quadratic, first.linear, second.linear
    determinant = sp.expand((1 - 2 * b) * (1 - 2 * d) - 4 * b * d * rho**2)
    s11 = (1 - 2 * d * (1 - rho**2)) / determinant
    s22 = (1 - 2 * b * (1 - rho**2)) / determinant
    s12 = rho / determinant
    m1, m2 = a * s11 + c * s12, a * s12 + c * s22
    weight = sp.exp(sp.expand(a * m1 / 2 + c * m2 / 2)) / sp.sqrt(determinant)
    total = sp.S.Zero
    i, j = first.power, second.power
    for k in range(i + 1):
        for l in range(j + 1):
            moment = _isserlis(i - k, j - l, s11, s12, s22)
            total += comb(i, k) * comb(j, l) * m1**k * m2**l * moment
    return total * weight


def _isserlis(i: int, j: int, s11: sp.Expr, s12: sp.Expr, s22: sp.Expr) -> sp.Expr:
    total = sp.S.Zero
    for m in range(min(i, j) + 1):
        if (i - m) % 2 == 0 and (j - m) % 2 == 0:
            pairings = comb(i, m) * comb(j, m) * factorial(m)
            pairings *= double_factorial(i - m - 1) * double_factorial(j - m - 1)
            total += pairings * s12**m * s11 ** ((i - m) // 2) * s22 ** ((j - m) // 2)
    return total
