"""A closed form as a referee would write it: one term for each product of functions, coefficients in lowest terms."""

from __future__ import annotations

from typing import Any, NamedTuple

import flint
import sympy as sp

from deepcond_sym.duals.algebra.fraction import Fraction, NotNormalError, rational
from deepcond_sym.duals.algebra.normal_form import Field, Key, Roots, Sum, field_of, generators, leads_negative, negated
from deepcond_sym.symbols import rho


class _Part(NamedTuple):
    """factor * key * coefficient: what is already written, and what is not."""

    factor: sp.Expr
    key: Key
    coefficient: Fraction


def tidy(expr: sp.Expr, limit: sp.Rational | None = None) -> sp.Expr:
    """The expression written anew from its normal form; as it is where it has none.

    This only proposes: whoever shows the result compares it with what it stands for.

    >>> q = sp.Symbol("q", positive=True)
    >>> tidy((q - 1) / (q * sp.sqrt(1 - rho**2)) + 1 / (q * sp.sqrt(1 - rho) * sp.sqrt(1 + rho)))
    1/sqrt(1 - rho**2)
    >>> tidy(sp.exp(q + rho) - sp.exp(q - rho))
    2*exp(q)*sinh(rho)

    Source: derived here.
    """
    field = field_of(generators(expr), limit)
    writer = _Writer(field)
    try:
        element = field.element(expr)
        parts = [writer.with_erfi(key, c) for key, c in sorted(element.items(), key=lambda item: _order(item[0]))]
        parts = writer.hyperbolic(writer.without_phases(parts))
        return sp.Add(*(writer.part(part) for part in parts))
    except NotNormalError:
        return expr


def _order(key: Key) -> str:
    """An order that does not hang on hashes, so that the same input is always written the same way."""
    calls = sorted((name, _plain(argument), power) for name, argument, power in key.calls)
    return str((_plain(key.exponent), calls, sorted(key.roots)))


def _plain(argument: Sum) -> list[Any]:
    return sorted((sorted(roots), str(part.top), str(part.bottom)) for roots, part in argument)


class _Writer:
    def __init__(self, field: Field) -> None:
        self.field = field

    def is_imaginary(self, roots: Roots) -> bool:
        return self.field.minus_one in roots

    def without_i(self, argument: Sum) -> Sum:
        return frozenset((roots - {self.field.minus_one}, part) for roots, part in argument)

    def with_erfi(self, key: Key, c: Fraction) -> _Part:
        """erf(i z) as i erfi(z)."""
        factor, calls = sp.S.One, set()
        for name, argument, power in key.calls:
            imaginary = [self.is_imaginary(roots) for roots, _ in argument]
            if not any(imaginary):
                calls.add((name, argument, power))
                continue
            if not all(imaginary) or name != "erf":
                raise NotNormalError
            factor *= sp.erfi(self.argument(self.without_i(argument))) ** power
            for _ in range(power):
                c = -c if self.is_imaginary(key.roots) else c
                key = key._replace(roots=key.roots ^ {self.field.minus_one})
        return _Part(factor, key._replace(calls=frozenset(calls)), c)

    def without_phases(self, parts: list[_Part]) -> list[_Part]:
        """c exp(a + i b) and its conjugate as 2 re(c) exp(a) cos(b) - 2 im(c) exp(a) sin(b)."""
        result: list[_Part] = []
        waves: dict[Any, dict[tuple[bool, bool], Fraction]] = {}
        for factor, key, c in parts:
            imaginary = self.is_imaginary(key.roots)
            turned = frozenset((roots, part) for roots, part in key.exponent if self.is_imaginary(roots))
            if not turned:
                if imaginary:
                    raise NotNormalError
                result.append(_Part(factor, key, c))
                continue
            phase = self.without_i(turned)
            negative = leads_negative(phase)
            place = Key(key.exponent - turned, key.calls, key.roots - {self.field.minus_one})
            found = waves.setdefault((factor, place, negated(phase) if negative else phase), {})
            found[negative, imaginary] = c
        for (factor, key, phase), found in waves.items():
            angle = self.argument(phase)
            for imaginary, wave in ((False, 2 * sp.cos(angle)), (True, -2 * sp.sin(angle))):
                c, other = found.get((False, imaginary)), found.get((True, imaginary))
                if c is None and other is None:
                    continue
                if c is None or other is None or c != (-other if imaginary else other):
                    raise NotNormalError
                result.append(_Part(factor * wave, key, c))
        return result

    def hyperbolic(self, parts: list[_Part]) -> list[_Part]:
        """c exp(a + b) and c exp(a - b), b odd and a even in rho, as 2 c exp(a) cosh(b); with -c as sinh(b)."""
        left = {(factor, key): c for factor, key, c in parts}
        result: list[_Part] = []
        while left:
            (factor, key), c = next(iter(left.items()))
            del left[factor, key]
            mirrored = self._mirrored(key.exponent)
            other = left.get((factor, key._replace(exponent=mirrored)))
            if other is None or other not in (c, -c):
                result.append(_Part(factor, key, c))
                continue
            del left[factor, key._replace(exponent=mirrored)]
            even, odd = self._half(key.exponent, mirrored), self._half(key.exponent, negated(mirrored))
            function = sp.cosh if other == c else sp.sinh
            if leads_negative(odd):
                odd, c = negated(odd), other
            result.append(_Part(factor * 2 * function(self.argument(odd)), key._replace(exponent=even), c))
        return result

    def _half(self, left: Sum, right: Sum) -> Sum:
        half = self.field.fraction(sp.S.Half)
        return frozenset((roots, part * half) for roots, part in self.field.plus(left, right))

    def _mirrored(self, argument: Sum) -> Sum:
        """The argument at -rho, if no root in it depends on rho."""
        if any(self.field.roots[number].degrees()[0] for roots, _ in argument for number in roots):
            return argument
        return frozenset(
            (roots, Fraction(self._at_minus(part.top), self._at_minus(part.bottom))) for roots, part in argument
        )

    def _at_minus(self, polynomial: Any) -> Any:
        terms = {monomial: -c if monomial[0] % 2 else c for monomial, c in polynomial.to_dict().items()}
        return polynomial.context().from_dict(terms)

    def part(self, part: _Part) -> sp.Expr:
        calls = sp.Mul(*(
            (sp.erf if name == "erf" else sp.asin)(self.argument(argument)) ** power
            for name, argument, power in part.key.calls
        ))  # fmt: skip
        exponential = sp.exp(self.argument(part.key.exponent))
        return self.product(part.coefficient, part.key.roots) * exponential * calls * part.factor

    def argument(self, argument: Sum) -> sp.Expr:
        """The argument of a function."""
        if len(argument) > 1 and not any(part.bottom.is_constant() for _, part in argument):
            bottoms = {part.key[1]: part.bottom for _, part in argument}
            if len(bottoms) == 1:
                [bottom] = bottoms.values()
                one = self.field.one.top
                top = sp.Add(*(self.product(Fraction(part.top, one), roots) for roots, part in argument))
                return top * self.product(Fraction(one, bottom), frozenset())
        return sp.Add(*(self.product(part, roots) for roots, part in argument))

    def product(self, c: Fraction, roots: Roots) -> sp.Expr:
        """A fraction times square roots, each root in the denominator if that has its polynomial."""
        above, top = self._factors(c.top)
        below, bottom = self._factors(c.bottom)
        total: list[sp.Expr] = [rational(above) / rational(below)]
        inside: dict[bool, list[sp.Expr]] = {True: [], False: []}
        for number in roots:
            polynomial = self.field.roots[number]
            place = next((i for i, (factor, _) in enumerate(bottom) if factor == polynomial), None)
            if place is not None:
                bottom[place] = (polynomial, bottom[place][1] - 1)
            inside[place is None].append(polynomial)
        for plain in (True, False):
            value = self._root(inside[plain])
            total.append(value if plain else 1 / value)
        total += [self.polynomial(factor) ** power for factor, power in top]
        total += [self.polynomial(factor) ** -power for factor, power in bottom]
        return sp.Mul(*total)

    def _root(self, polynomials: list[Any]) -> sp.Expr:
        """The product of the square roots: those of polynomials in rho under one sign."""
        joint, alone = self.field.one.top, sp.S.One
        for polynomial in polynomials:
            if polynomial.degrees()[0]:
                joint = joint * polynomial
            else:
                alone *= sp.sqrt(self.polynomial(polynomial))
        return alone * sp.sqrt(self.polynomial(joint))

    def _factors(self, polynomial: Any) -> tuple[flint.fmpq, list[tuple[Any, int]]]:
        """The factors, each positive on the domain if it has a sign there, with the constant that is left."""
        lead, found = polynomial.factor()
        factors = []
        for factor, power in found:
            if not self.field.is_positive(factor) and (
                self.field.is_positive(-factor) or factor.leading_coefficient() < 0
            ):
                factor, lead = -factor, lead * (-1) ** int(power)
            factors.append((factor, int(power)))
        return flint.fmpq(lead), factors

    def polynomial(self, polynomial: Any) -> sp.Expr:
        """By powers of rho, each coefficient in factors."""
        by_power: dict[int, dict[Any, Any]] = {}
        for monomial, c in polynomial.to_dict().items():
            by_power.setdefault(monomial[0], {})[(0, *monomial[1:])] = c
        return sp.Add(*(self._coefficient(terms) * rho**power for power, terms in by_power.items()))

    def _coefficient(self, terms: dict[Any, Any]) -> sp.Expr:
        lead, factors = self.field.one.top.context().from_dict(terms).factor()
        total: list[sp.Expr] = [rational(lead)]
        for factor, power in factors:
            monomials = (
                rational(c)
                * sp.Mul(*(g**k for g, k in zip(self.field.generators, monomial, strict=True)))
                for monomial, c in factor.to_dict().items()
            )
            total.append(sp.Add(*monomials) ** int(power))
        return sp.Mul(*total)
