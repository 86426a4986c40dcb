"""E[f(U) g(V)] for sums of terms: the sum over pairs, each in its own class of functions."""

from __future__ import annotations

from dataclasses import dataclass

import sympy as sp

from deepcond_sym.duals.distribution import ErfTerm, Smooth
from deepcond_sym.duals.pair_terms import PairTerm, SignTerm, Terms, term_parity
from deepcond_sym.duals.price_pair import PricePair, price_pair
from deepcond_sym.duals.tilted_pair import NotClosedError, Part, kappa, real_expr, tilted_pair
from deepcond_sym.symbols import rho

_MOST_PAIRS = 2_000


@dataclass(frozen=True)
class PairValue:
    """coefficient * E[first(U) second(V)] = expr in rho and the variances; `price` where Price's theorem gave it."""

    first: PairTerm
    second: PairTerm
    coefficient: sp.Expr
    expr: sp.Expr
    price: PricePair | None


def bilinear(left: Terms, right: Terms, q1: sp.Expr, q2: sp.Expr) -> tuple[PairValue, ...] | None:
    """The pairs of E[left(U) right(V)], U and V centred normal of variances q1, q2 and correlation rho.

    None when a pair has no closed form. A pair of complex terms stands for its real part: the terms of real sums come
    with their conjugates. Pairs of odd and even terms vanish and are left out.

    >>> from deepcond_sym.duals.pair_terms import SignTerm
    >>> terms = {SignTerm(0): sp.S(1)}
    >>> bilinear(terms, terms, sp.S(1), sp.S(1))[0].expr
    2*asin(rho)/pi

    Source: derived here.
    """
    if len(left) * len(right) > _MOST_PAIRS:
        return None
    found = []
    try:
        for f, c in left.items():
            for g, d in right.items():
                parities = (term_parity(f), term_parity(g))
                if None not in parities and parities[0] != parities[1]:
                    continue
                value = _pair(f, g, c * d, q1, q2)
                if value is None:
                    return None
                if value.expr != 0:
                    found.append(value)
    except NotClosedError:
        return None
    return tuple(found)


def _pair(f: PairTerm, g: PairTerm, coefficient: sp.Expr, q1: sp.Expr, q2: sp.Expr) -> PairValue | None:
    if isinstance(g, Smooth):
        return PairValue(f, g, coefficient, _real(tilted_pair(f, g, q1, q2), coefficient, q1, q2), None)
    if isinstance(f, Smooth):
        return PairValue(f, g, coefficient, _real(tilted_pair(g, f, q2, q1), coefficient, q1, q2), None)
    if isinstance(f, SignTerm | ErfTerm) and isinstance(g, SignTerm | ErfTerm):
        price = price_pair(f, g, q1, q2)
        if price is not None:
            expr = sp.Add(*(coefficient * term for term in sp.Add.make_args(price.expr(q1, q2))))
            return PairValue(f, g, coefficient, expr, price)
    return None


def _real(parts: tuple[Part, ...], coefficient: sp.Expr, q1: sp.Expr, q2: sp.Expr) -> sp.Expr:
    total = sp.Add(*(real_expr(coefficient, part) for part in parts))
    result = total.xreplace({kappa: rho * sp.sqrt(q1) * sp.sqrt(q2)})
    assert isinstance(result, sp.Expr)
    return result
