"""The field of rational functions of the correlation and the deviations, and square roots of its positive elements."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, NamedTuple

import sympy as sp
from flint import arb

from deepcond_sym.arithmetic import ball, lower, precision
from deepcond_sym.symbols import rho

_BITS = 128
_SAMPLE = (arb(3) / 8, arb(1) / 64, arb(5) / 256)
"""rho, s1, s2 at which signs are taken: small deviations are within the domain of every Gaussian factor."""


class Root(NamedTuple):
    """factor * sqrt(radicand): `factor` in the field, `radicand` a squarefree polynomial that is positive."""

    factor: Any
    radicand: Any


class CdfField:
    """Q(rho, s1, s2, ...) for the deviations s1, s2 > 0 and for `constants` that are not rational.

    Numbers are compared in the field, where the constants are free: what is equal there is equal for their values.
    A sample point (small deviations, the values of the constants) decides the signs of factors without a zero.

    >>> field = CdfField(())
    >>> field.root(field.rho**2 * field.s1**2 / 4)
    Root(factor=rho*s1/2, radicand=1)

    Source: derived here.
    """

    def __init__(self, constants: tuple[sp.Expr, ...]) -> None:
        values = tuple(dict.fromkeys(value for value in constants if not value.is_Rational))
        self._names = {value: sp.Dummy(f"c{i}", real=True) for i, value in enumerate(values)}
        first, second = sp.Symbol("s1", positive=True), sp.Symbol("s2", positive=True)
        self.symbols = (rho, first, second, *self._names.values())
        self.domain: Any = sp.QQ.frac_field(*self.symbols)
        self.rho, self.s1, self.s2, *_ = (self.domain.from_sympy(symbol) for symbol in self.symbols)
        self.one, self.zero = self.domain.one, self.domain.zero
        self.ring: Any = self.one.numer.ring
        self.unit = Root(self.one, self.ring.one)
        self._values = values
        self._kept: dict[Any, Root] = {}

    def __call__(self, value: sp.Expr | int) -> Any:
        """A rational number or one of the constants, as an element."""
        value = sp.sympify(value)
        return self.domain.from_sympy(self._names.get(value, value))

    def split(self, value: sp.Expr) -> Any:
        """rational * constant as an element."""
        number, rest = value.as_coeff_Mul()
        return self(number) * self(rest)

    def sign(self, element: Any) -> int:
        """The sign at the sample point; 0 if the element is 0. ArithmeticError where balls cannot tell."""
        if element == 0:
            return 0
        with precision(bits=_BITS):
            value = self.ball(element, _SAMPLE[1:], _SAMPLE[0])
            if value > 0 or value < 0:
                return 1 if value > 0 else -1
        raise ArithmeticError("the sign of a factor could not be told")

    def ball(self, element: Any, deviations: tuple[arb, arb], correlation: arb | None = None) -> arb:
        """The value for these deviations (and this correlation, if the element depends on it)."""
        element = self.domain.convert(element)
        constants = (lower(value, ball, variables=())() for value in self._values)
        point = [arb(0) if correlation is None else correlation, *deviations, *constants]
        return _evaluate(element.numer, point) / _evaluate(element.denom, point)

    def root(self, element: Any) -> Root:
        """The square root of an element that is positive for |rho| < 1 and all deviations in question."""
        if element not in self._kept:
            number, factors = (element.numer * element.denom).sqf_list()
            whole, rest = self.ring.one, self.ring.one
            for factor, power in factors:
                whole *= factor ** (power // 2)
                rest *= factor ** (power % 2)
            # number = square * odd with a squarefree integer `odd`
            square, odd = _square_part(Fraction(int(number.numerator), int(number.denominator)))
            outside = self(sp.Rational(square)) * self.domain(whole) / self.domain(element.denom)
            # a polynomial whose square divides something positive has no zero, hence one sign
            outside = outside if self.sign(outside) > 0 else -outside
            self._kept[element] = Root(outside, rest * odd)
        return self._kept[element]

    def times(self, left: Root, right: Root) -> Root:
        """The product of two roots."""
        product = self.root(self.domain(left.radicand * right.radicand))
        return Root(left.factor * right.factor * product.factor, product.radicand)

    def expr(self, element: Any, first: sp.Expr, second: sp.Expr) -> sp.Expr:
        """The element as an expression in rho and the variances first = s1^2, second = s2^2."""
        element = self.domain.convert(element)
        back = {self.symbols[1]: sp.sqrt(first), self.symbols[2]: sp.sqrt(second)}
        back |= {name: value for value, name in self._names.items()}
        over, denominator = sp.S.One, element.denom
        square = 1 - self.ring.gens[0] ** 2
        while denominator.rem(square) == 0:
            denominator, over = denominator.exquo(square), over * (1 - self.symbols[0] ** 2)
        top, bottom = (self.domain.to_sympy(self.domain(part)) for part in (element.numer, denominator))
        result = (top / (over * (bottom if bottom.is_Rational else sp.factor(bottom)))).xreplace(back)
        assert isinstance(result, sp.Expr)
        return result

    def at_zero(self, element: Any) -> Any:
        """The element at rho = 0."""
        top, bottom = (part.subs(self.ring.gens[0], 0) for part in (element.numer, element.denom))
        return self.domain(top) / self.domain(bottom)

    def derivative(self, element: Any) -> Any:
        """d/d rho."""
        element = self.domain.convert(element)
        return element.diff(self.rho)


def _evaluate(polynomial: Any, point: list[arb]) -> arb:
    total = arb(0)
    for powers, coefficient in polynomial.terms():
        term = ball.constant(sp.Rational(coefficient.numerator, coefficient.denominator))
        for value, power in zip(point, powers, strict=True):
            term *= value**power
        total += term
    return total


def _square_part(number: Fraction) -> tuple[Fraction, int]:
    """(s, odd) with number = s^2 odd, s > 0, odd a squarefree integer with the sign of the number."""
    whole, odd = 1, 1
    for prime, power in sp.factorint(abs(number.numerator * number.denominator)).items():
        whole *= int(prime) ** (power // 2)
        odd *= int(prime) ** (power % 2)
    return Fraction(whole, number.denominator), odd if number > 0 else -odd
