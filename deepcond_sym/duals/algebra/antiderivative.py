"""The function class that integrating back over rho stays inside, with exact derivative and antiderivative."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import sympy as sp

from deepcond_sym.symbols import rho


class Power(NamedTuple):
    """rho^power."""

    power: int


class Radical(NamedTuple):
    """rho^parity w^power with parity 0 or 1, power odd (possibly negative), w^2 = square - rho^2."""

    parity: int
    power: int
    square: sp.Expr


class Arcsine(NamedTuple):
    """rho^power asin(rho / c), with c^2 = square, c > 0."""

    power: int
    square: sp.Expr


Basis = Power | Radical | Arcsine


class RadicalElement:
    """An element of span{rho^k, rho^e w^j, rho^k asin(rho/c)}, w^2 = c^2 - rho^2, for any set of positive c^2.

    The basis is independent over the constants (rho^2 w^j is rewritten as c^2 w^j - w^(j+2)), so an element is zero
    exactly when every coefficient is, and an identity in the class is decided by comparing coefficients. The class is
    closed under derivative and antiderivative, both by explicit recurrences.

    >>> from deepcond_sym.duals.algebra.antiderivative import Radical, RadicalElement
    >>> import sympy as sp
    >>> arcsine = RadicalElement({Radical(0, -1, sp.S(1)): sp.S(1)}).antiderivative()
    >>> arcsine.expr()
    asin(rho)
    >>> arcsine.antiderivative().expr()
    rho*asin(rho) + sqrt(1 - rho**2)

    Source: derived here.
    """

    def __init__(self, terms: Mapping[Basis, sp.Expr] | None = None) -> None:
        self._terms: dict[Basis, sp.Expr] = {}
        for basis, coefficient in (terms or {}).items():
            self.add(basis, coefficient)

    @property
    def terms(self) -> Mapping[Basis, sp.Expr]:
        """The coefficients by basis function; no coefficient is zero."""
        return self._terms

    def add(self, basis: Basis, coefficient: sp.Expr) -> None:
        """Add coefficient * basis in place (only while an element is being built)."""
        total = self._terms.get(basis, sp.S.Zero) + coefficient
        if not total.is_Rational:
            total = sp.expand(_rational_denominator(total))
        if total == 0:
            self._terms.pop(basis, None)
        else:
            self._terms[basis] = total

    def add_radical(self, rho_power: int, power: int, square: sp.Expr, coefficient: sp.Expr) -> None:
        """Add coefficient * rho^rho_power * w^power for any rho_power >= 0, rewritten in the basis."""
        half, parity = divmod(rho_power, 2)
        for j in range(half + 1):
            factor = sp.binomial(half, j) * square ** (half - j) * (-1) ** j
            self.add(Radical(parity, power + 2 * j, square), coefficient * factor)

    def plus(self, other: RadicalElement, factor: sp.Expr = sp.S.One) -> RadicalElement:
        """self + factor * other."""
        result = RadicalElement(self._terms)
        for basis, coefficient in other.terms.items():
            result.add(basis, factor * coefficient)
        return result

    def times(self, factor: sp.Expr) -> RadicalElement:
        """factor * self, for a constant factor."""
        return RadicalElement({basis: factor * coefficient for basis, coefficient in self._terms.items()})

    def plus_constant(self, constant: sp.Expr) -> RadicalElement:
        """self + constant."""
        return self.plus(RadicalElement({Power(0): constant}))

    def is_zero(self) -> bool:
        """Whether every coefficient is zero (exact)."""
        return not self._terms

    def derivative(self) -> RadicalElement:
        """d/drho, exact."""
        result = RadicalElement()
        for basis, c in self._terms.items():
            match basis:
                case Power(power):
                    if power:
                        result.add(Power(power - 1), power * c)
                case Radical(0, power, square):
                    result.add(Radical(1, power - 2, square), -power * c)
                case Radical(_, power, square):
                    result.add(Radical(0, power, square), (1 + power) * c)
                    result.add(Radical(0, power - 2, square), -power * square * c)
                case Arcsine(power, square):
                    if power:
                        result.add(Arcsine(power - 1, square), power * c)
                    result.add_radical(power, -1, square, c)
        return result

    def antiderivative(self) -> RadicalElement:
        """An antiderivative (no constant is chosen: use `integrated_from_zero` to fix it), exact."""
        result = RadicalElement()
        for basis, c in self._terms.items():
            match basis:
                case Power(power):
                    result.add(Power(power + 1), c / (power + 1))
                case Radical(parity, power, square):
                    _integrate_radical(result, parity, power, square, c)
                case Arcsine(power, square):
                    result.add(Arcsine(power + 1, square), c / (power + 1))
                    inner = RadicalElement()
                    inner.add_radical(power + 1, -1, square, -c / (power + 1))
                    result = result.plus(inner.antiderivative())
        return result

    def integrated_from_zero(self, value_at_zero: sp.Expr) -> RadicalElement:
        """The antiderivative that takes the given value at rho = 0."""
        result = self.antiderivative()
        return result.plus_constant(value_at_zero - result.at(sp.S.Zero))

    def at(self, point: sp.Expr) -> sp.Expr:
        """The exact value at a point with |point| <= c for every c (and < c where w stands in a denominator)."""
        return sp.Add(*(c * _basis_expr(basis).subs(rho, point) for basis, c in self._terms.items()))

    def expr(self) -> sp.Expr:
        """The element as a SymPy expression in rho."""
        return sp.Add(*(c * _basis_expr(basis) for basis, c in self._terms.items()))


def _rational_denominator(value: sp.Expr) -> sp.Expr:
    """The value with square roots moved out of denominators that are sums, so that zero shows as zero."""
    sums = (power for power in value.atoms(sp.Pow) if power.exp.is_negative and power.base.is_Add)
    return sp.radsimp(value) if any(sums) else value


def _basis_expr(basis: Basis) -> sp.Expr:
    match basis:
        case Power(power):
            return rho**power
        case Radical(parity, power, square):
            return rho**parity * (square - rho**2) ** sp.Rational(power, 2)
        case Arcsine(power, square):
            return rho**power * sp.asin(rho / sp.sqrt(square))


def _integrate_radical(result: RadicalElement, parity: int, power: int, square: sp.Expr, c: sp.Expr) -> None:
    """Add c times the antiderivative of rho^parity w^power to `result`."""
    if parity:
        # d(w^(j+2)) = -(j+2) rho w^j, and j + 2 is odd, hence not 0
        result.add(Radical(0, power + 2, square), -c / (power + 2))
        return
    # d(rho w^j) = (1+j) w^j - j c^2 w^(j-2): walk j up or down to -1, where the antiderivative is asin(rho/c)
    while power != -1:
        if power > 0:
            result.add(Radical(1, power, square), c / (1 + power))
            c = c * power * square / (1 + power)
            power -= 2
        else:
            higher = power + 2
            result.add(Radical(1, higher, square), -c / (higher * square))
            c = c * (1 + higher) / (higher * square)
            power = higher
            if c == 0:
                return
    result.add(Arcsine(0, square), c)
