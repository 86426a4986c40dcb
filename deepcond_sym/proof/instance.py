"""One instance of a statement: exact rational values of its variables, and the numbers p_i of one activation.

In statements about data it stands for the equicorrelated Gram matrix delta I + (1 - delta) 11^T of size n."""

from dataclasses import dataclass, field
from fractions import Fraction

import sympy as sp

from . import language as lang
from .language import Statement, Term

_HALF = Fraction(1, 2)
"""The nonlinearity of ReLU: p_1 = 1/2."""


@dataclass(frozen=True)
class Instance:
    """Exact values: of the variables, and of p_0, p_1, ... (a finite list of rationals) for the activation."""

    values: dict[sp.Symbol, Fraction] = field(default_factory=dict)
    weights: tuple[Fraction, ...] = ()

    def describe(self) -> str:
        parts = [f"{symbol} = {value}" for symbol, value in self.values.items()]
        if self.weights:
            parts.append("p = (" + ", ".join(map(str, self.weights)) + ")")
        return ", ".join(parts)


def in_domain(statement: Statement, instance: Instance) -> bool:
    """Exactly: every variable has a value in its interval, and the weights belong to the family."""
    for v in statement.variables:
        value = instance.values.get(v.symbol)
        if value is None or (v.integer and value.denominator != 1) or not _within(value, v):
            return False
    family = statement.family
    if family is None:
        return True
    weights = instance.weights
    if family.is_relu:
        return not weights and instance.values.get(lang.mu, _HALF) == _HALF
    if not weights or min(weights) < 0:
        return False
    if (family.unit and sum(weights) != 1) or (family.centred and weights[0] != 0):
        return False
    if family.nonlinear and not any(weights[2:]):
        return False
    if family.odd and any(weights[::2]):
        return False
    if family.unit and lang.mu in instance.values:
        linear = weights[1] if len(weights) > 1 else Fraction(0)
        if instance.values[lang.mu] != 1 - linear:
            return False
    return family.member is None or _is_member(family.member, instance)


def _is_member(fixed: tuple[sp.Symbol, Term], instance: Instance) -> bool:
    t, polynomial = fixed
    exact = {s: sp.Rational(v.numerator, v.denominator) for s, v in instance.values.items()}
    coefficients = sp.Poly(polynomial.subs(exact), t).all_coeffs()[::-1]
    expected = [Fraction(int(c.p), int(c.q)) for c in coefficients if isinstance(c, sp.Rational)]
    longest = max(len(expected), len(instance.weights))
    pad = lambda row: list(row) + [Fraction(0)] * (longest - len(row))  # noqa: E731
    return len(expected) == len(coefficients) and pad(expected) == pad(instance.weights)


def _within(value: Fraction, v: lang.Variable) -> bool:
    exact = sp.Rational(value.numerator, value.denominator)
    if exact < v.lower or exact > v.upper:
        return False
    return not (v.open_lower and exact == v.lower) and not (v.open_upper and exact == v.upper)
