"""A normal form for closed forms in rho and the variances: what is zero in it is zero on the whole domain."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import flint
import sympy as sp

from deepcond_sym.duals.algebra.fraction import Fraction, NotNormalError, frozen, to_flint
from deepcond_sym.symbols import rho

_MOST_TERMS = 4_000
_CONJUGATIONS = 8
_CALLS = {sp.erf: "erf", sp.asin: "asin"}

Roots = frozenset[int]
"""Square roots of irreducible polynomials, of primes and of -1, by their numbers in the field."""
Sum = frozenset[tuple[Roots, Fraction]]
"""The argument of a function: a sum of fractions times square roots."""


class Key(NamedTuple):
    """exp(exponent) * product of calls (name, argument) to a power * product of square roots."""

    exponent: Sum
    calls: frozenset[tuple[str, Sum, int]]
    roots: Roots


_ONE = Key(frozenset(), frozenset(), frozenset())
Element = Mapping[Key, Fraction]
"""The coefficient of each product; none is zero."""


class Field:
    """Rational functions of symbols and constants, with square roots, exponentials, erf and asin of such functions.

    The symbols range over the open set |rho| < 1, other positive symbols in (0, limit) (limit None: no limit), negative
    symbols below 0. A square root is taken apart only into roots of polynomials that are positive on all of it, which
    is certified by coefficients of one sign, so that sqrt(f g) = sqrt(f) sqrt(g) there.

    >>> import sympy as sp
    >>> q = sp.Symbol("q", positive=True)
    >>> field = Field([rho, q])
    >>> field.element(sp.sqrt(q - q * rho**2) - sp.sqrt(q) * sp.sqrt(1 - rho) * sp.sqrt(1 + rho))
    {}

    Source: derived here.
    """

    def __init__(self, generators: Iterable[sp.Expr], limit: sp.Rational | None = None) -> None:
        self.generators = tuple(generators)
        self.limit = limit
        names = tuple(f"g{i}" for i in range(len(self.generators)))
        self._context = flint.fmpq_mpoly_ctx.get(names, "lex")
        self._place = {generator: i for i, generator in enumerate(self.generators)}
        self.roots: list[Any] = []
        self._numbers: dict[Any, int] = {}
        self._positive: dict[Any, bool] = {}
        self.one = self.fraction(1)
        self.minus_one = self._root(-self.one.top)

    def fraction(self, number: sp.Rational | int) -> Fraction:
        """A rational number as a fraction."""
        return Fraction(self._context.constant(to_flint(number)), self._context.constant(1))

    def variable(self, generator: sp.Expr) -> Fraction:
        """A generator as a fraction."""
        return Fraction(self._context.gen(self._place[generator]), self._context.constant(1))

    def element(self, expr: sp.Expr) -> dict[Key, Fraction]:
        """The expression in normal form; NotNormalError outside the class."""
        if expr in self._place:
            return {_ONE: self.variable(expr)}
        if isinstance(expr, sp.Rational):
            return {_ONE: self.fraction(expr)} if expr != 0 else {}
        if isinstance(expr, sp.Add):
            total: dict[Key, Fraction] = {}
            for term in expr.args:
                self._add(total, self.element(_expr(term)))
            return total
        if isinstance(expr, sp.Mul):
            product: dict[Key, Fraction] = {_ONE: self.one}
            for factor in expr.args:
                product = self.times(product, self.element(_expr(factor)))
            return product
        if expr == sp.I:
            return {_ONE._replace(roots=frozenset([self.minus_one])): self.one}
        if expr == sp.E or isinstance(expr, sp.exp):
            return {_ONE._replace(exponent=self._sum(self.element(expr.as_base_exp()[1]))): self.one}
        if isinstance(expr, sp.Pow):
            return self._power(self.element(expr.base), expr.exp)
        if expr.has(sp.sin, sp.cos, sp.sinh, sp.cosh) and expr.func in (sp.sin, sp.cos, sp.sinh, sp.cosh):
            return self.element(expr.rewrite(sp.exp))
        if isinstance(expr, sp.erfi):
            # erfi(z) = -i erf(i z)
            return self.times(self.element(-sp.I), self.element(sp.erf(sp.I * expr.args[0], evaluate=False)))
        if expr.func in _CALLS:
            return self._odd_call(_CALLS[expr.func], self._sum(self.element(_expr(expr.args[0]))))
        raise NotNormalError

    def times(self, left: Element, right: Element) -> dict[Key, Fraction]:
        """The product."""
        total: dict[Key, Fraction] = {}
        if len(left) * len(right) > _MOST_TERMS:
            raise NotNormalError
        for (exponent, calls, roots), c in left.items():
            for (other_exponent, other_calls, other_roots), d in right.items():
                value = c * d
                for number in roots & other_roots:
                    value = value * Fraction(self.roots[number], self.one.top)
                key = Key(self.plus(exponent, other_exponent), _join(calls, other_calls), roots ^ other_roots)
                self._add(total, {key: value})
        return total

    def _add(self, total: dict[Key, Fraction], other: Element) -> None:
        for key, c in other.items():
            value = total[key] + c if key in total else c
            if value.is_zero:
                total.pop(key, None)
            else:
                total[key] = value

    def plus(self, left: Sum, right: Sum) -> Sum:
        """The sum of two arguments."""
        if not left or not right:
            return left or right
        total = dict(left)
        for roots, c in right:
            value = total[roots] + c if roots in total else c
            if value.is_zero:
                del total[roots]
            else:
                total[roots] = value
        return frozenset(total.items())

    def _sum(self, element: Element) -> Sum:
        """An element without exponentials and calls, as an argument."""
        if any(key.exponent or key.calls for key in element):
            raise NotNormalError
        return frozenset((key.roots, c) for key, c in element.items())

    def _odd_call(self, name: str, argument: Sum) -> dict[Key, Fraction]:
        if not argument:
            return {}
        # f(-z) = -f(z): of z and -z the one is taken whose first term has a positive leading coefficient
        negative = leads_negative(argument)
        if negative:
            argument = negated(argument)
        return {_ONE._replace(calls=frozenset([(name, argument, 1)])): -self.one if negative else self.one}

    def _power(self, base: Element, exponent: sp.Expr) -> dict[Key, Fraction]:
        if not isinstance(exponent, sp.Rational) or exponent.q > 2:
            raise NotNormalError
        whole, half = divmod(int(exponent.p), 2) if exponent.q == 2 else (int(exponent), 0)
        result: dict[Key, Fraction] = self._square_root(base) if half else {_ONE: self.one}
        factor = dict(base) if whole >= 0 else self.inverse(base)
        for _ in range(abs(whole)):
            result = self.times(result, factor)
        return result

    def inverse(self, element: Element) -> dict[Key, Fraction]:
        """One over the element: roots in a denominator are removed by their conjugates."""
        result: dict[Key, Fraction] = {_ONE: self.one}
        for _ in range(_CONJUGATIONS):
            if len(element) == 1:
                [(key, c)] = element.items()
                if key.calls:
                    raise NotNormalError
                for number in key.roots:
                    c = c * Fraction(self.roots[number], self.one.top)
                return self.times(result, {Key(negated(key.exponent), frozenset(), key.roots): c.inverse()})
            roots = frozenset[int]().union(*(key.roots for key in element))
            if not roots:
                break
            last = max(roots)
            conjugate = {key: -c if last in key.roots else c for key, c in element.items()}
            result, element = self.times(result, conjugate), self.times(element, conjugate)
        raise NotNormalError

    def _square_root(self, element: Element) -> dict[Key, Fraction]:
        if len(element) != 1:
            raise NotNormalError
        [(key, c)] = element.items()
        if key.calls or key.roots or any(roots for roots, _ in key.exponent):
            raise NotNormalError
        half, value = self.fraction(sp.S.Half), self.one
        roots: dict[int, int] = {}
        number = flint.fmpq(1)
        for polynomial, sign in ((c.top, 1), (c.bottom, -1)):
            lead, factors = polynomial.factor()
            number *= lead if sign == 1 else 1 / lead
            for factor, multiplicity in factors:
                if not self.is_positive(factor):
                    factor = -factor
                    number *= (-1) ** multiplicity
                    if not self.is_positive(factor):
                        raise NotNormalError
                place = self._root(factor)
                roots[place] = roots.get(place, 0) + sign * multiplicity
        if number < 0:
            roots[self.minus_one] = 1
            number = -number
        for integer, sign in ((int(number.p), 1), (int(number.q), -1)):
            for prime, multiplicity in sp.factorint(integer, limit=10_000).items():
                place = self._root(self._context.constant(prime))
                roots[place] = roots.get(place, 0) + sign * multiplicity
        odd = set[int]()
        for place, multiplicity in roots.items():
            whole, rest = divmod(multiplicity, 2)
            if rest:
                odd.add(place)
            root = Fraction(self.roots[place], self.one.top)
            root = root if whole >= 0 else root.inverse()
            for _ in range(abs(whole)):
                value = value * root
        exponent = frozenset((r, part * half) for r, part in key.exponent)
        return {Key(exponent, frozenset(), frozenset(odd)): value}

    def _root(self, polynomial: Any) -> int:
        key = frozen(polynomial)
        if key not in self._numbers:
            self._numbers[key] = len(self.roots)
            self.roots.append(polynomial)
        return self._numbers[key]

    def is_positive(self, polynomial: Any) -> bool:
        """Whether the polynomial is certainly positive on the domain: its coefficients are, in variables that are.

        rho = (1 - t)/(1 + t) with t > 0, a symbol in (0, limit) is limit t/(1 + t), a negative one is -t.
        """
        key = frozen(polynomial)
        if key not in self._positive:
            self._positive[key] = self._is_positive(polynomial)
        return self._positive[key]

    def _is_positive(self, polynomial: Any) -> bool:
        degrees = polynomial.degrees()
        total = self._context.constant(0)
        for monomial, c in polynomial.to_dict().items():
            term = self._context.constant(c)
            for i, (power, degree) in enumerate(zip(monomial, degrees, strict=True)):
                if degree == 0:
                    continue
                generator, t = self.generators[i], self._context.gen(i)
                if generator == rho:
                    term = term * (1 - t) ** power * (1 + t) ** (degree - power)
                elif generator.is_negative:
                    term = term * (-t) ** power
                elif not generator.is_positive:
                    return False
                elif self.limit is not None and isinstance(generator, sp.Symbol):
                    scale = to_flint(self.limit)
                    term = term * (t * scale) ** power * (1 + t) ** (degree - power)
                else:
                    term = term * t**power
            total = total + term
        return not total.is_zero() and all(c > 0 for c in total.to_dict().values())


def _expr(argument: sp.Basic) -> sp.Expr:
    assert isinstance(argument, sp.Expr)
    return argument


def _join(left: frozenset, right: frozenset) -> frozenset[tuple[str, Sum, int]]:
    if not left or not right:
        return left or right
    total = {(name, argument): power for name, argument, power in left}
    for name, argument, power in right:
        total[name, argument] = total.get((name, argument), 0) + power
    return frozenset((name, argument, power) for (name, argument), power in total.items())


def generators(expr: sp.Expr) -> tuple[sp.Expr, ...]:
    """rho, the other symbols, then the constants that are neither rational nor built from such: pi, log(2), 2^(1/3).

    >>> q = sp.Symbol("q")
    >>> generators(q * sp.pi + 1)
    (rho, q, pi)
    """
    rational_powers = (power for power in expr.atoms(sp.Pow) if power.is_number and isinstance(power.exp, sp.Rational))
    powers = {power for power in rational_powers if (2 * power.exp).is_Integer is False}
    constants = {value for value in expr.atoms(sp.NumberSymbol, sp.log) if value.is_number} | powers
    symbols = sorted(expr.free_symbols - {rho}, key=str)
    return (rho, *(_expr(value) for value in (*symbols, *sorted(constants - {sp.E}, key=str))))


@lru_cache(maxsize=64)
def field_of(generators: tuple[sp.Expr, ...], limit: sp.Rational | None = None) -> Field:
    """The field with these generators; one object for each, so that square roots keep their numbers."""
    return Field(generators, limit)


def negated(argument: Sum) -> Sum:
    """Minus the argument."""
    return frozenset((roots, -part) for roots, part in argument)


def leads_negative(argument: Sum) -> bool:
    """Whether the first term has a negative leading coefficient: of z and -z, exactly one has."""
    return bool(argument) and min(argument, key=lambda item: sorted(item[0]))[1].top.leading_coefficient() < 0


def is_zero(expr: sp.Expr, limit: sp.Rational | None = None) -> bool:
    """Whether the normal form is 0; NotNormalError outside the class. True is certain, False is not.

    >>> is_zero(sp.diff(sp.asin(rho / 2), rho) - 1 / sp.sqrt(4 - rho**2))
    True
    >>> is_zero(sp.sqrt(rho**2) - rho)
    Traceback (most recent call last):
    ...
    deepcond_sym.duals.algebra.fraction.NotNormalError

    Source: derived here.
    """
    return not field_of(generators(expr), limit).element(expr)
