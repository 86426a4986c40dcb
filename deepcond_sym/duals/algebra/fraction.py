"""`Fraction`: quotients of polynomials over the rationals, in lowest terms."""

from __future__ import annotations

from typing import Any

import flint
import sympy as sp


class NotNormalError(Exception):
    """The expression is outside the class that the normal form knows."""


class Fraction:
    """A quotient of polynomials in lowest terms, the leading coefficient of the denominator 1."""

    __slots__ = ("_key", "bottom", "top")

    def __init__(self, top: Any, bottom: Any) -> None:
        common = top.gcd(bottom)
        if not common.is_one():
            top, bottom = top / common, bottom / common
        lead = bottom.leading_coefficient()
        if lead != 1:
            top, bottom = top / lead, bottom / lead
        self.top, self.bottom = top, bottom
        self._key: Any = None

    def __add__(self, other: Fraction) -> Fraction:
        if self.bottom == other.bottom:
            return Fraction(self.top + other.top, self.bottom)
        return Fraction(self.top * other.bottom + other.top * self.bottom, self.bottom * other.bottom)

    def __mul__(self, other: Fraction) -> Fraction:
        return Fraction(self.top * other.top, self.bottom * other.bottom)

    def __neg__(self) -> Fraction:
        return Fraction(-self.top, self.bottom)

    def inverse(self) -> Fraction:
        """One over this; NotNormalError for 0."""
        if self.top.is_zero():
            raise NotNormalError
        return Fraction(self.bottom, self.top)

    @property
    def is_zero(self) -> bool:
        """Whether the numerator is 0."""
        return bool(self.top.is_zero())

    @property
    def key(self) -> Any:
        """Something hashable that tells fractions apart."""
        if self._key is None:
            self._key = (frozen(self.top), frozen(self.bottom))
        return self._key

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Fraction) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)


def to_flint(number: sp.Rational | int) -> flint.fmpq:
    """A rational number for FLINT."""
    return flint.fmpq(int(number.numerator), int(number.denominator))


def rational(number: flint.fmpq) -> sp.Rational:
    """The same number for SymPy."""
    return sp.Integer(int(number.p)) / sp.Integer(int(number.q))  # pyright: ignore[reportReturnType]


def frozen(polynomial: Any) -> Any:
    """Something hashable that tells polynomials apart."""
    return frozenset((monomial, int(c.p), int(c.q)) for monomial, c in polynomial.to_dict().items())
