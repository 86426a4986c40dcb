"""E[f(U) g(V)] for f, g among x^k sign(x) and x^k erf(a x): Stein's identity lowers the powers, down to an arcsine."""

from __future__ import annotations

from functools import lru_cache

import sympy as sp

from deepcond_sym.duals.algebra.tidy import tidy
from deepcond_sym.duals.distribution import ErfTerm, Smooth
from deepcond_sym.duals.pairs.pair_laws import bent_mean
from deepcond_sym.duals.pairs.pair_terms import SignTerm, vanishes
from deepcond_sym.duals.pairs.tilted_pair import tilted_expr
from deepcond_sym.symbols import rho

Bent = SignTerm | ErfTerm


@lru_cache(maxsize=1024)
def bent_pair(first: Bent, second: Bent, q1: sp.Expr, q2: sp.Expr) -> sp.Expr | None:
    """E[first(U) second(V)] for centred normal U, V of variances q1, q2; None for an erf that is not odd.

    E[U F(U, V)] = q1 E[dF/dU] + k E[dF/dV] with the covariance k: of first = U^i f and second, F is U^(i-1) f times
    second. What is left without powers is (2/pi) asin(rho s t), with s = 1 for a sign and a sqrt(2 q1/(1 + 2 a^2 q1))
    for erf(a x), and in the same way t.

    >>> q1, q2 = sp.symbols("q1 q2", positive=True)
    >>> bent_pair(SignTerm(0), SignTerm(0), q1, q2)
    2*asin(rho)/pi

    Source: textbook (Stein's identity), arranged here.
    """
    if any(isinstance(term, ErfTerm) and term.shift != 0 for term in (first, second)):
        return None
    if vanishes(first, second):
        return sp.S.Zero
    i, j = first.power, second.power
    if i == j == 0:
        return 2 / sp.pi * sp.asin(rho * _share(first, q1) * _share(second, q2))
    if i == 0:
        return bent_pair(second, first, q2, q1)
    lower = first._replace(power=i - 1)
    in_first = _with_slope(second, lower, q2, q1)
    if i > 1:
        in_first += (i - 1) * _found(first._replace(power=i - 2), second, q1, q2)
    in_second = _with_slope(lower, second, q1, q2)
    if j:
        in_second += j * _found(lower, second._replace(power=j - 1), q1, q2)
    return tidy(q1 * in_first + rho * sp.sqrt(q1) * sp.sqrt(q2) * in_second)


def _found(first: Bent, second: Bent, q1: sp.Expr, q2: sp.Expr) -> sp.Expr:
    value = bent_pair(first, second, q1, q2)
    assert value is not None
    return value


def _share(term: Bent, q: sp.Expr) -> sp.Expr:
    return sp.S.One if isinstance(term, SignTerm) else term.scale * sp.sqrt(2 * q) / sp.sqrt(1 + 2 * term.scale**2 * q)


def _with_slope(first: Bent, second: Bent, q1: sp.Expr, q2: sp.Expr) -> sp.Expr:
    """E[first(U) V^j g'(V)] for second = V^j g."""
    if isinstance(second, ErfTerm):
        bell = Smooth(second.power, sp.S.Zero, -(second.scale**2))
        return 2 * second.scale / sp.sqrt(sp.pi) * tilted_expr(first, bell, q1, q2)
    if second.power:
        return sp.S.Zero
    # twice the density of V at 0; given V = 0, U has the variance q1 (1 - rho^2)
    return 2 / sp.sqrt(2 * sp.pi * q2) * bent_mean(first, q1 * (1 - rho**2))
