"""Sums of algebraic * exp * {1, erf, erf * erf, binormal_cdf}: an algebra closed under d/d rho, with exact zero."""

from __future__ import annotations

from typing import Any, NamedTuple

import sympy as sp

from deepcond_sym.duals.algebra.kinds import own_kind
from deepcond_sym.duals.bivariate.binormal import binormal_cdf
from deepcond_sym.duals.bivariate.cdf_field import CdfField, Root


@own_kind
class Bell(NamedTuple):
    """erf(z/sqrt(2)) = 2 Phi(z) - 1."""

    z: Root


@own_kind
class Binormal(NamedTuple):
    """P(X < h, Y < k) at correlation r."""

    h: Root
    k: Root
    r: Root


Function = Bell | Binormal


class Basis(NamedTuple):
    """sqrt(radicand) * exp(exponent) * (2 pi)^(-density/2) * the product of the functions."""

    radicand: Any
    exponent: Any
    density: int
    functions: tuple[Function, ...]


class CdfElement:
    """A finite sum of field elements times basis functions.

    Two sums are equal if their coefficients are: that suffices (and is decided exactly), since arguments and radicands
    are in a normal form.

    >>> field = CdfField(())
    >>> h, r = Root(field.one, field.ring.one), Root(field.rho, field.ring.one)
    >>> element = CdfElement.binormal(field, h, h, r)
    >>> element.expr(sp.S.One, sp.S.One)
    binormal_cdf(1, 1, rho)
    >>> element.derivative().expr(sp.S.One, sp.S.One)
    exp(-1/(rho + 1))/(2*pi*sqrt(1 - rho**2))

    Source: derived here.
    """

    def __init__(self, field: CdfField, terms: dict[Basis, Any] | None = None) -> None:
        self.field = field
        self.terms = {basis: c for basis, c in (terms or {}).items() if c != 0}

    @classmethod
    def constant(cls, field: CdfField, value: Any) -> CdfElement:
        """An element of the field."""
        return cls(field, {Basis(field.ring.one, field.zero, 0, ()): field.domain.convert(value)})

    @classmethod
    def probability(cls, field: CdfField, z: Root) -> CdfElement:
        """Phi(z)."""
        half = cls.constant(field, field(sp.Rational(1, 2)))
        sign, z = _oriented(field, z)
        if sign == 0:
            return half
        bell = Basis(field.ring.one, field.zero, 0, (Bell(z),))
        return half.plus(cls(field, {bell: field(sp.Rational(sign, 2))}))

    @classmethod
    def binormal(cls, field: CdfField, h: Root, k: Root, r: Root) -> CdfElement:
        """Phi2(h, k; r); a product where r = 0."""
        if r.factor == 0:
            return cls.probability(field, h).times(cls.probability(field, k))
        h, k = sorted((h, k), key=str)
        return cls(field, {Basis(field.ring.one, field.zero, 0, (Binormal(h, k, r),)): field.one})

    def plus(self, other: CdfElement, factor: Any = 1) -> CdfElement:
        """self + factor * other."""
        terms = dict(self.terms)
        for basis, c in other.terms.items():
            terms[basis] = terms.get(basis, self.field.zero) + factor * c
        return CdfElement(self.field, terms)

    def times(self, other: CdfElement) -> CdfElement:
        """The product."""
        result = CdfElement(self.field)
        for left, c in self.terms.items():
            for right, d in other.terms.items():
                root = self.field.root(self.field.domain(left.radicand * right.radicand))
                functions = tuple(sorted(left.functions + right.functions, key=str))
                basis = Basis(root.radicand, left.exponent + right.exponent, left.density + right.density, functions)
                result = result.plus(CdfElement(self.field, {basis: c * d * root.factor}))
        return result

    def scaled(self, root: Root, exponent: Any = 0, density: int = 0) -> CdfElement:
        """self * root * exp(exponent) * (2 pi)^(-density/2)."""
        basis = Basis(root.radicand, self.field.domain.convert(exponent), density, ())
        return self.times(CdfElement(self.field, {basis: root.factor}))

    def is_zero(self) -> bool:
        """Whether every coefficient is 0."""
        return not self.terms

    def derivative(self) -> CdfElement:
        """d/d rho."""
        field = self.field
        result = CdfElement(field)
        for basis, c in self.terms.items():
            radicand = field.domain(basis.radicand)
            slope = field.derivative(c) + c * (
                field.derivative(radicand) / (2 * radicand) + field.derivative(basis.exponent)
            )
            result = result.plus(CdfElement(field, {basis: slope}))
            for i, function in enumerate(basis.functions):
                rest = basis._replace(functions=basis.functions[:i] + basis.functions[i + 1 :])
                result = result.plus(CdfElement(field, {rest: c}).times(self._slope(function)))
        return result

    def _slope(self, function: Function) -> CdfElement:
        field = self.field
        one = CdfElement.constant(field, 1)
        if isinstance(function, Bell):
            slope, square = _slope_and_square(field, function.z)
            return one.scaled(Root(2 * slope.factor, slope.radicand), -square / 2, 1)
        h, k, r = function
        slope, square = _slope_and_square(field, r)
        rest = field.root(1 - square)
        result = one.scaled(_over(field, slope, rest), joint_exponent(field, h, k, r), 2)
        for at, other in ((h, k), (k, h)):
            slope, square = _slope_and_square(field, at)
            if slope.factor != 0:
                given = difference(field, other, field.times(r, at))
                inside = CdfElement.probability(field, _over(field, given, rest))
                result = result.plus(inside.scaled(slope, -square / 2, 1))
        return result

    def at_zero(self) -> CdfElement:
        """The value at rho = 0."""
        field = self.field
        result = CdfElement(field)
        for basis, c in self.terms.items():
            term = CdfElement.constant(field, field.at_zero(c))
            term = term.scaled(_root_at_zero(field, Root(field.one, basis.radicand)), field.at_zero(basis.exponent),
                               basis.density)
            for function in basis.functions:
                parts = [_root_at_zero(field, part) for part in function]
                if isinstance(function, Bell):
                    value = CdfElement.probability(field, parts[0])
                    value = value.scaled(_number(field, 2)).plus(CdfElement.constant(field, -1))
                else:
                    value = CdfElement.binormal(field, *parts)
                term = term.times(value)
            result = result.plus(term)
        return result

    def expr(self, first: sp.Expr, second: sp.Expr) -> sp.Expr:
        """The sum as an expression in rho and the variances."""
        return sp.Add(*(self._term(basis, c, first, second) for basis, c in self.terms.items()))

    def _term(self, basis: Basis, c: Any, first: sp.Expr, second: sp.Expr) -> sp.Expr:
        def shown(root: Root) -> sp.Expr:
            return root_expr(self.field, root, first, second)

        result = shown(Root(c, basis.radicand)) / sp.sqrt(2 * sp.pi) ** basis.density
        result *= sp.exp(sp.factor_terms(self.field.expr(basis.exponent, first, second)))
        for function in basis.functions:
            parts = [shown(part) for part in function]
            result *= sp.erf(parts[0] / sp.sqrt(2)) if isinstance(function, Bell) else binormal_cdf(*parts)
        return result


def root_expr(field: CdfField, root: Root, first: sp.Expr, second: sp.Expr) -> sp.Expr:
    """factor * sqrt(radicand) as an expression, with 1/sqrt(radicand) where that is shorter."""
    number, primitive = root.radicand.primitive()
    content = sp.Rational(number.numerator, number.denominator)
    factor, power = root.factor, sp.Rational(1, 2)
    if primitive != 1 and factor.denom.rem(primitive) == 0:
        factor, power = factor * field.domain(primitive) * field(content), -power
    inside = field.expr(field.domain(primitive), first, second)
    return field.expr(factor, first, second) * sp.sqrt(content) ** (1 if power > 0 else -1) * inside**power


def joint_exponent(field: CdfField, h: Root, k: Root, r: Root) -> Any:
    """-(h^2 - 2 r h k + k^2)/(2 (1 - r^2))."""
    mixed = field.times(field.times(h, k), r)
    if mixed.factor != 0 and mixed.radicand != field.ring.one:
        raise ArithmeticError("r h k is not rational")
    squares = [_slope_and_square(field, part)[1] for part in (h, k, r)]
    return -(squares[0] - 2 * mixed.factor + squares[1]) / (2 * (1 - squares[2]))


def difference(field: CdfField, left: Root, right: Root) -> Root:
    """left - right, for roots of the same radicand."""
    if left.factor != 0 and right.factor != 0 and left.radicand != right.radicand:
        raise ArithmeticError("these roots are not multiples of one another")
    return Root(left.factor - right.factor, right.radicand if left.factor == 0 else left.radicand)


def _over(field: CdfField, left: Root, right: Root) -> Root:
    inverse = Root(1 / (right.factor * field.domain(right.radicand)), right.radicand)
    return field.times(left, inverse)


def _slope_and_square(field: CdfField, root: Root) -> tuple[Root, Any]:
    """d/d rho of a root, and its square."""
    radicand = field.domain(root.radicand)
    slope = field.derivative(root.factor) + root.factor * field.derivative(radicand) / (2 * radicand)
    return Root(slope, root.radicand), root.factor**2 * radicand


def _root_at_zero(field: CdfField, root: Root) -> Root:
    inside = field.root(field.at_zero(field.domain(root.radicand)))
    return Root(field.at_zero(root.factor) * inside.factor, inside.radicand)


def _oriented(field: CdfField, z: Root) -> tuple[int, Root]:
    """(sign, z) with the sign taken out; (0, z) for 0."""
    if z.factor == 0:
        return 0, z
    sign = field.sign(z.factor)
    return sign, Root(z.factor * sign, z.radicand)


def _number(field: CdfField, value: int) -> Root:
    return Root(field(value), field.ring.one)


