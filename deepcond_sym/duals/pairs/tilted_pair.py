"""E[f(U) g(V)] for a smooth atom g and any term f: complete the square, then integrate by parts (Stein's identity)."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

import sympy as sp

from deepcond_sym.duals.algebra.complex_parts import split, times
from deepcond_sym.duals.distribution import ErfTerm, Smooth, StepTerm
from deepcond_sym.duals.pairs.pair_terms import PairTerm, SignTerm
from deepcond_sym.symbols import rho

kappa = sp.Symbol("kappa", real=True)
"""The covariance rho sqrt(q1 q2) of the pair (U, V)."""


class NotClosedError(Exception):
    """This pair has no closed form in elementary functions, erf and erfi."""


class Part(NamedTuple):
    """factor * root * exp(exponent) * erf(argument), without the erf where argument is None.

    `factor`, `exponent` and `argument` may be complex; `root` is real.
    """

    factor: sp.Expr
    root: sp.Expr
    exponent: sp.Expr
    argument: sp.Expr | None


class _Field:
    """The field of rational functions of the covariance, the variances and the parameters that are not rational."""

    def __init__(self, q1: sp.Expr, q2: sp.Expr, parameters: tuple[sp.Expr, ...]) -> None:
        self._names: dict[sp.Expr, sp.Symbol] = {}
        for value in (q1, q2, *parameters):
            if not value.is_Rational and value not in self._names:
                self._names[value] = sp.Dummy(real=True)
        self.domain: Any = sp.QQ.frac_field(kappa, *self._names.values())
        self._back = {name: value for value, name in self._names.items()}

    def __call__(self, value: sp.Expr) -> Any:
        return self.domain.from_sympy(self._names.get(value, value))

    def expr(self, element: Any) -> sp.Expr:
        element = self.domain.convert(element)
        top, bottom = (self.domain.to_sympy(self.domain(part)) for part in (element.numer, element.denom))
        return (top / (bottom if bottom.is_Rational else sp.factor(bottom))).xreplace(self._back)


class _Tilt:
    """The normal law of (U, V) tilted by exp(l U + b U^2 + c V + d V^2): mean (m1, m2), covariance (s11, s12, s22).

    The total mass is exp(exponent) / sqrt(determinant).
    """

    def __init__(self, field: _Field, q1: Any, q2: Any, first: tuple[Any, Any], second: tuple[Any, Any]) -> None:
        k = field(kappa)
        (l, b), (c, d) = first, second
        rest = q1 * q2 - k * k
        self.determinant = 1 - 2 * b * q1 - 2 * d * q2 + 4 * b * d * rest
        self.s11 = (q1 - 2 * d * rest) / self.determinant
        self.s12 = k / self.determinant
        self.s22 = (q2 - 2 * b * rest) / self.determinant
        self.m1 = l * self.s11 + c * self.s12
        self.m2 = l * self.s12 + c * self.s22
        self.exponent = (l * self.m1 + c * self.m2) / 2
        self._kept: dict[tuple[int, int], Any] = {(0, 0): field.domain.one}

    def moment(self, i: int, j: int) -> Any:
        """The mean of U^i V^j."""
        if i < 0 or j < 0:
            return 0 * self.s11
        if (i, j) not in self._kept:
            if i:
                value = self.m1 * self.moment(i - 1, j) + (i - 1) * self.s11 * self.moment(i - 2, j)
                value += j * self.s12 * self.moment(i - 1, j - 1)
            else:
                value = self.m2 * self.moment(0, j - 1) + (j - 1) * self.s22 * self.moment(0, j - 2)
            self._kept[(i, j)] = value
        return self._kept[(i, j)]


@lru_cache(maxsize=4096)
def tilted_pair(first: PairTerm, second: Smooth, q1: sp.Expr, q2: sp.Expr) -> tuple[Part, ...]:
    """E[first(U) second(V)], U and V centred normal with variances q1 and q2 and covariance kappa, as a sum of parts.

    Stein's identity lowers the powers; what is left is the mean of a step, a sign or an erf under the tilted law.

    >>> one = Smooth(0, sp.S(1), sp.S(0))
    >>> tilted_pair(one, one, sp.S(1), sp.S(1))
    (Part(factor=1, root=1, exponent=kappa + 1, argument=None),)

    Source: textbook (completing the square; Stein's identity), arranged here.
    """
    parameters = [second.linear, second.quadratic]
    match first:
        case Smooth(_, linear, quadratic):
            parameters += [linear, quadratic]
        case StepTerm(_, linear, quadratic, knot):
            parameters += [linear, quadratic, knot]
        case ErfTerm(_, scale, shift):
            parameters += [-2 * scale * shift, -(scale**2), scale, shift]
    field = _Field(q1, q2, tuple(parameters))
    v1, v2 = field(q1), field(q2)
    zero, right = field.domain.zero, (field(second.linear), field(second.quadratic))
    j = second.power
    match first:
        case Smooth(i, linear, quadratic):
            tilt = _Tilt(field, v1, v2, (field(linear), field(quadratic)), right)
            return _parts([_gaussian(field, tilt, tilt.moment(i, j))])
        case ErfTerm(i, scale, shift):
            tilt = _Tilt(field, v1, v2, (zero, zero), right)
            density = _Tilt(field, v1, v2, (field(-2 * scale * shift), field(-(scale**2))), right)
            smooth, bell = _by_parts(tilt, i, j, density.moment)
            # erf' is bell-shaped: 2 scale/sqrt(pi) exp(-(scale x + shift)^2)
            height = 2 * scale / sp.sqrt(sp.pi) * sp.exp(-(shift**2))
            wide = field.expr(1 + 2 * field(scale**2) * tilt.s11) if scale.is_Rational else (
                1 + 2 * scale**2 * field.expr(tilt.s11)
            )
            argument = (scale * field.expr(tilt.m1) + shift) / sp.sqrt(sp.factor(wide))
            return _parts([
                _gaussian(field, tilt, smooth)._replace(argument=argument),
                _gaussian(field, density, bell, height),
            ])
    if isinstance(first, SignTerm):
        i, linear, quadratic, knot, height = first.power, sp.S.Zero, sp.S.Zero, sp.S.Zero, sp.Integer(2)
    else:
        assert isinstance(first, StepTerm)
        i, linear, quadratic, knot = first
        height = sp.S.One
    tilt = _Tilt(field, v1, v2, (field(linear), field(quadratic)), right)
    at = field(knot)
    if tilt.s11 == 0:
        raise NotClosedError
    conditional = _conditional(tilt, at, j, field.domain.one)
    smooth, bell = _by_parts(tilt, i, j, lambda n, k: conditional[k] * (at**n if n else 1))
    spread, gap = field.expr(tilt.s11), field.expr(tilt.m1 - at)
    exponent = field.expr(tilt.exponent - (tilt.m1 - at) ** 2 / (2 * tilt.s11))
    mass = _gaussian(field, tilt, smooth)
    root = mass.root / sp.sqrt(2 * sp.pi) / _root(spread)
    peak = Part(height * field.expr(bell), root, exponent, None)
    step = mass._replace(argument=gap / (sp.sqrt(2) * _root(spread)))
    if isinstance(first, SignTerm):
        return _parts([step, peak])
    half = sp.Rational(1, 2)
    return _parts([mass._replace(factor=half * mass.factor), step._replace(factor=half * step.factor), peak])


def _by_parts(tilt: _Tilt, i: int, j: int, slope: Any) -> tuple[Any, Any]:
    """E[U^i V^j f(U)] = A E[f(U)] + B, where slope(n, k) stands for E[U^n V^k f'(U)]."""
    zero = 0 * tilt.s11
    kept: dict[tuple[int, int], tuple[Any, Any]] = {(0, 0): (zero + 1, zero)}

    def mean(n: int, k: int) -> tuple[Any, Any]:
        if n < 0 or k < 0:
            return zero, zero
        if (n, k) not in kept:
            if n:
                terms = [(tilt.m1, mean(n - 1, k)), ((n - 1) * tilt.s11, mean(n - 2, k)),
                         (k * tilt.s12, mean(n - 1, k - 1)), (tilt.s11, (zero, slope(n - 1, k)))]
            else:
                terms = [(tilt.m2, mean(0, k - 1)), ((k - 1) * tilt.s22, mean(0, k - 2)),
                         (tilt.s12, (zero, slope(0, k - 1)))]
            kept[(n, k)] = (sum((c * a for c, (a, _) in terms), zero), sum((c * b for c, (_, b) in terms), zero))
        return kept[(n, k)]

    return mean(i, j)


def _conditional(tilt: _Tilt, at: Any, count: int, one: Any) -> list[Any]:
    """The means of V^k given U = at, k = 0..count."""
    centre = tilt.m2 + tilt.s12 * (at - tilt.m1) / tilt.s11
    spread = tilt.s22 - tilt.s12**2 / tilt.s11
    result = [one, centre]
    for k in range(2, count + 1):
        result.append(centre * result[-1] + (k - 1) * spread * result[-2])
    return result


def _gaussian(field: _Field, tilt: _Tilt, factor: Any, height: sp.Expr = sp.S.One) -> Part:
    root = 1 / _root(field.expr(tilt.determinant))
    return Part(height * field.expr(factor), root, field.expr(tilt.exponent), None)


def _root(value: sp.Expr) -> sp.Expr:
    """The square root of a positive rational function, numerator and denominator apart and both positive."""
    top, bottom = (sp.expand(part) for part in sp.fraction(sp.together(value)))
    sample = top.xreplace({symbol: sp.S.Zero if symbol == kappa else sp.S.One for symbol in top.free_symbols})
    sign = -1 if sample.is_negative else 1
    return sp.sqrt(sign * top) / sp.sqrt(sign * bottom)


def _parts(parts: list[Part]) -> tuple[Part, ...]:
    return tuple(part for part in parts if part.factor != 0 and part.argument != 0)


def real_expr(coefficient: sp.Expr, part: Part) -> sp.Expr:
    """The real part of coefficient * part; NotClosedError for an erf of an argument neither real nor imaginary.

    >>> real_expr(sp.S(1), Part(sp.S(1), sp.S(1), sp.I * kappa, None))
    cos(kappa)

    Source: textbook.
    """
    value = times(_constant(coefficient), split(part.factor))
    real, imaginary = split(part.exponent)
    value = times(value, (sp.cos(imaginary), sp.sin(imaginary)))
    size = part.root * sp.exp(real)
    if part.argument is not None:
        real, imaginary = split(part.argument)
        if imaginary == 0:
            size *= sp.erf(real)
        elif real == 0:
            # erf(i z) = i erfi(z)
            value = (-value[1], value[0])
            size *= sp.erfi(imaginary)
        else:
            raise NotClosedError
    return value[0] * size


def _constant(value: sp.Expr) -> tuple[sp.Expr, sp.Expr]:
    return value.as_real_imag() if value.has(sp.I) else (value, sp.S.Zero)


def tilted_expr(
    first: PairTerm, second: Smooth, q1: sp.Expr, q2: sp.Expr, coefficient: sp.Expr = sp.S.One
) -> sp.Expr:
    """The real part of coefficient * E[first(U) second(V)] in rho and the variances, not simplified.

    >>> one = Smooth(0, sp.S(1), sp.S(0))
    >>> tilted_expr(one, one, sp.S(1), sp.S(1))
    exp(rho + 1)

    Source: derived here.
    """
    total = sp.Add(*(real_expr(coefficient, part) for part in tilted_pair(first, second, q1, q2)))
    result = total.xreplace({kappa: rho * sp.sqrt(q1) * sp.sqrt(q2)})
    assert isinstance(result, sp.Expr)
    return result
