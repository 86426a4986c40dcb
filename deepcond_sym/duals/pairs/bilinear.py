"""E[f(U) g(V)] for sums of terms: the sum over pairs, each in its own class of functions."""

from __future__ import annotations

from dataclasses import dataclass

import sympy as sp

from deepcond_sym.duals.algebra.tidy import tidy
from deepcond_sym.duals.distribution import ErfTerm, Smooth
from deepcond_sym.duals.pairs.bent_pair import bent_pair
from deepcond_sym.duals.pairs.pair_terms import PairTerm, SignTerm, Terms, Wave, simple_terms, vanishes
from deepcond_sym.duals.pairs.tilted_pair import NotClosedError, tilted_expr

_MOST_PAIRS = 2_000


@dataclass(frozen=True)
class PairValue:
    """E[first(U) second(V)] = expr in rho and the variances, and the coefficient with which it is counted."""

    first: PairTerm
    second: PairTerm
    coefficient: sp.Expr
    expr: sp.Expr

    @property
    def is_smooth(self) -> bool:
        """Whether a factor is smooth; otherwise it is checked by Price's theorem."""
        return isinstance(self.first, Smooth | Wave) or isinstance(self.second, Smooth | Wave)


def bilinear(
    left: Terms, right: Terms, q1: sp.Expr, q2: sp.Expr, limit: sp.Rational | None = None
) -> tuple[PairValue, ...] | None:
    """The pairs of E[left(U) right(V)], U and V centred normal of variances q1, q2 (below `limit`) and correlation rho.

    None when a pair has no closed form. Pairs of odd and even terms vanish and are left out.

    >>> from deepcond_sym.duals.pairs.pair_terms import SignTerm
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
                if not vanishes(f, g):
                    found.append(PairValue(f, g, c * d, tidy(pair_expr(f, g, q1, q2), limit)))
    except NotClosedError:
        return None
    return tuple(found)


def pair_expr(f: PairTerm, g: PairTerm, q1: sp.Expr, q2: sp.Expr) -> sp.Expr:
    """E[f(U) g(V)] in closed form; NotClosedError if it has none.

    >>> from deepcond_sym.duals.pairs.pair_terms import SignTerm
    >>> pair_expr(SignTerm(1), SignTerm(0), sp.S(1), sp.S(1))
    0

    Source: derived here.
    """
    if isinstance(f, SignTerm | ErfTerm) and isinstance(g, SignTerm | ErfTerm):
        value = bent_pair(f, g, q1, q2)
        if value is None:
            raise NotClosedError
        return value
    total = sp.S.Zero
    for first, c in simple_terms(f):
        for second, d in simple_terms(g):
            if isinstance(second, Smooth):
                total += tilted_expr(first, second, q1, q2, c * d)
            elif isinstance(first, Smooth):
                total += tilted_expr(second, first, q2, q1, c * d)
            else:
                raise NotClosedError
    return total
