"""The terms whose duals are taken two by two, split so that odd against even vanishes."""

from __future__ import annotations

from typing import NamedTuple

import sympy as sp

from deepcond_sym.duals.distribution import Distribution, ErfTerm, Smooth, StepTerm


class SignTerm(NamedTuple):
    """x^power sign(x)."""

    power: int


PairTerm = Smooth | StepTerm | ErfTerm | SignTerm
Terms = dict[PairTerm, sp.Expr]
"""Each term with its coefficient."""


def pair_terms(sigma: Distribution) -> Terms:
    """The terms of an activation, with x^k H(x) written as x^k/2 + x^k sign(x)/2.

    >>> from deepcond_sym.duals.distribution import Distribution, StepTerm
    >>> relu = Distribution({StepTerm(1, sp.S(0), sp.S(0), sp.S(0)): sp.S(1)})
    >>> pair_terms(relu)
    {Smooth(power=1, linear=0, quadratic=0): 1/2, SignTerm(power=1): 1/2}

    Source: textbook.
    """
    result: Terms = {}

    def add(term: PairTerm, coefficient: sp.Expr) -> None:
        total = sp.expand(result.get(term, sp.S.Zero) + coefficient)
        if total == 0:
            result.pop(term, None)
        else:
            result[term] = total

    for term, coefficient in sigma.terms.items():
        if isinstance(term, StepTerm) and term.knot == term.linear == term.quadratic == 0:
            add(Smooth(term.power, sp.S.Zero, sp.S.Zero), coefficient / 2)
            add(SignTerm(term.power), coefficient / 2)
        else:
            assert isinstance(term, PairTerm)
            add(term, coefficient)
    return result


def term_expr(term: PairTerm, argument: sp.Expr) -> sp.Expr:
    """The term as a SymPy expression."""
    match term:
        case Smooth(power, linear, quadratic):
            return argument**power * sp.exp(linear * argument + quadratic * argument**2)
        case StepTerm(power, linear, quadratic, knot):
            return sp.Heaviside(argument - knot) * argument**power * sp.exp(linear * argument + quadratic * argument**2)
        case ErfTerm(power, scale, shift):
            return argument**power * sp.erf(scale * argument + shift)
        case SignTerm(power):
            return argument**power * sp.sign(argument)


def term_parity(term: PairTerm) -> int | None:
    """0 for an even term, 1 for an odd one, None for neither."""
    match term:
        case Smooth(power, linear, _) if linear == 0:
            return power % 2
        case ErfTerm(power, _, shift) if shift == 0:
            return (power + 1) % 2
        case SignTerm(power):
            return (power + 1) % 2
    return None
