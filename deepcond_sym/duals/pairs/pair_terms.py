"""The terms whose duals are taken two by two, real and split so that odd against even vanishes."""

from __future__ import annotations

from typing import NamedTuple

import sympy as sp

from deepcond_sym.duals.algebra.kinds import own_kind
from deepcond_sym.duals.distribution import Distribution, ErfTerm, Smooth, StepTerm


@own_kind
class SignTerm(NamedTuple):
    """x^power sign(x)."""

    power: int


@own_kind
class Wave(NamedTuple):
    """x^power exp(linear x + quadratic x^2) times sin(frequency x) if `sine`, else cos(frequency x)."""

    power: int
    linear: sp.Expr
    quadratic: sp.Expr
    frequency: sp.Expr
    sine: bool


PairTerm = Smooth | StepTerm | ErfTerm | SignTerm | Wave
Terms = dict[PairTerm, sp.Expr]
"""Each term with its coefficient."""


def pair_terms(sigma: Distribution) -> Terms | None:
    """The terms of an activation, with x^k H(x) written as x^k/2 + x^k sign(x)/2, and sines and cosines for complex
    exponentials; None if these do not come with their conjugates.

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
        elif isinstance(term, Smooth) and term.linear.has(sp.I):
            waves = _waves(term, coefficient, sigma)
            if waves is None:
                return None
            for wave, c in waves.items():
                add(wave, c)
        else:
            assert isinstance(term, PairTerm)
            add(term, coefficient)
    return result


def _waves(term: Smooth, coefficient: sp.Expr, sigma: Distribution) -> Terms | None:
    """c e^(i w x) + conj = 2 re(c) cos(w x) - 2 im(c) sin(w x), once for both."""
    growth, frequency = term.linear.as_real_imag()
    partner = sigma.terms.get(term._replace(linear=growth - sp.I * frequency), sp.S.Zero)
    (a, b), (c, d) = coefficient.as_real_imag(), partner.as_real_imag()
    if sp.expand(a - c) != 0 or sp.expand(b + d) != 0 or frequency.is_positive is None:
        return None
    if not frequency.is_positive:
        return {}
    shape = Wave(term.power, growth, term.quadratic, frequency, False)
    return {shape: 2 * a, shape._replace(sine=True): -2 * b}


def term_expr(term: PairTerm, argument: sp.Expr) -> sp.Expr:
    """The term as a SymPy expression."""
    match term:
        case Smooth(power, linear, quadratic):
            return argument**power * sp.exp(linear * argument + quadratic * argument**2)
        case Wave(power, linear, quadratic, frequency, sine):
            wave = (sp.sin if sine else sp.cos)(frequency * argument)
            return argument**power * sp.exp(linear * argument + quadratic * argument**2) * wave
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
        case Wave(power, linear, _, _, sine) if linear == 0:
            return (power + sine) % 2
        case ErfTerm(power, _, shift) if shift == 0:
            return (power + 1) % 2
        case SignTerm(power):
            return (power + 1) % 2
    return None


def simple_terms(term: PairTerm) -> tuple[tuple[PairTerm, sp.Expr], ...]:
    """A wave as two complex exponentials, any other term as itself.

    >>> [factor for _, factor in simple_terms(Wave(0, sp.S(0), sp.S(1), sp.S(0), True))]
    [-I/2, I/2]
    """
    if not isinstance(term, Wave):
        return ((term, sp.S.One),)
    factor = sp.Rational(1, 2) / (sp.I if term.sine else 1)
    other = factor.conjugate()
    plus, minus = term.linear + sp.I * term.frequency, term.linear - sp.I * term.frequency
    return (
        (Smooth(term.power, plus, term.quadratic), factor), (Smooth(term.power, minus, term.quadratic), other),
    )  # fmt: skip


def vanishes(first: PairTerm, second: PairTerm) -> bool:
    """Whether one is odd and the other even: (U, V) and (-U, -V) have the same law.

    >>> vanishes(SignTerm(0), Smooth(2, sp.S(0), sp.S(0)))
    True
    """
    left, right = term_parity(first), term_parity(second)
    return left is not None and right is not None and left != right
