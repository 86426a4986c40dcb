"""Elementary terms on a box: what values they take, by enclosure. The rule "ball box" rests on this file and on Arb.

Law. Every operation is accepted only where it is continuous, infinite ends included: then the enclosure of a term
contains its values on the box and, where an end is infinite, their limit points. Refused are division by an interval
with 0 in it, a root of a negative number, a logarithm of a number that is not positive, asin and acos outside of
[-1, 1]. Ends are rounded outwards by Arb, and a monotone function is enclosed by its values at the ends, so a wide box
costs no precision. Source: textbook (Moore 1966)."""

from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any

import sympy as sp
from flint import arb, fmpq

from .language import Term
from .step import RuleFailure

Range = tuple[arb, arb]
"""The least and the greatest value: exact Arb numbers, perhaps infinite."""

Box = Mapping[sp.Symbol, tuple[Term, Term]]
"""Each variable's two ends: exact terms."""


Ends = frozenset[tuple[sp.Symbol, int]]
"""Ends that a box leaves out: 0 for the lower end of the variable, 1 for the upper one."""


class Enclosure:
    """The ranges of terms on one box, of the given ones from the start; each term is enclosed once.

    `within` has the ranges on a larger box: they tell from which side a factor tends to 0, where another one tends to
    infinity.

    >>> x = sp.Symbol("x", real=True)
    >>> low, high = Enclosure({x: (sp.S.Zero, sp.S.One)}).of(sp.exp(x) - x)
    >>> bool(-1 <= low), bool(low <= 1 < high), bool(high < 3)
    (True, True, True)
    """

    def __init__(self, box: Box, *terms: Term, within: "Enclosure | None" = None) -> None:
        self.memory: dict[Term, Range] = {}
        self.within = within
        for symbol, (low, high) in box.items():
            self.memory[symbol] = self.of(low)[0], self.of(high)[1]
        for term in terms:
            self.of(term)

    def of(self, term: Term) -> Range:
        """The range of the term; RuleFailure naming the part that is not shown to have a value on the whole box."""
        if term not in self.memory:
            low, high = self._compute(term)
            if low.is_nan() or high.is_nan():
                raise RuleFailure(f"{term} is not shown to have a value on the whole box")
            self.memory[term] = low.lower(), high.upper()
        return self.memory[term]

    def centred(self, term: Term, box: Box) -> arb:
        """A lower bound of the term on the box by the mean value theorem, about the middle; NaN where it gives none."""
        middle = Enclosure({})
        for symbol in box:
            point = ((self.of(symbol)[0] + self.of(symbol)[1]) / 2).mid()
            middle.memory[symbol] = point, point
        least = middle.of(term)[0]
        for symbol in box:
            slopes, ends, point = self.of(sp.diff(term, symbol)), self.of(symbol), middle.of(symbol)[0]
            least += _least([slope * (end - point) for slope in slopes for end in ends])
        return least

    def _compute(self, term: Term) -> Range:
        if term.is_Rational or term in _CONSTANTS:
            value = arb(fmpq(int(term.p), int(term.q))) if term.is_Rational else _CONSTANTS[term]()
            return value, value
        parts = [self.of(part) for part in term.args]
        if term.is_Add:
            low, high = (sum(ends, arb(0)) for ends in zip(*parts, strict=True))
            return -_INFINITY if low.is_nan() else low, _INFINITY if high.is_nan() else high
        if term.is_Mul:
            product = reduce(_times, parts)
            if self.within is None or (product[0].is_finite() and product[1].is_finite()):
                return product
            around = (self.within.of(a) if _is_zero(part) else part for a, part in zip(term.args, parts, strict=True))
            return reduce(_times, around)
        if term.is_Pow:
            return _power(parts[0], parts[1], term.exp)
        if term.func in (sp.Max, sp.Min):
            choose = _greatest if term.func is sp.Max else _least
            return choose([low for low, _ in parts]), choose([high for _, high in parts])
        if term.func not in _OF_ONE_ARGUMENT:
            raise RuleFailure(f"{term} is not an elementary function that can be enclosed")
        return _OF_ONE_ARGUMENT[term.func](*parts[0])


def by_angle(term: Term, box: Box, out: Ends, x: sp.Symbol) -> tuple[Term, Box, Ends]:
    """The term, the box and its left out ends, with cos(2 t) put for x in [-1, 1], t in [0, pi/2].

    There acos(x) = 2 t, asin(x) = pi/2 - 2 t, and 1 - x, 1 + x, 1 - x^2 are the squares of sqrt(2) sin(t), sqrt(2)
    cos(t), 2 sin(t) cos(t), which are not negative."""
    Enclosure(box).of(sp.acos(x))
    t = sp.Symbol(f"{x.name}_half_angle", real=True)
    if t in box:
        raise RuleFailure(f"{t} is the name of another variable")
    sine, cosine = sp.sin(t), sp.cos(t)
    roots = ((1 - x, sp.sqrt(2) * sine), (1 + x, sp.sqrt(2) * cosine), (1 - x**2, 2 * sine * cosine))

    def turned(power: Term) -> Term:
        scale = power.base.subs(x, 0)
        for base, root in roots:
            if scale.is_positive and sp.expand(power.base - scale * base) == 0:
                return scale**power.exp * root ** (2 * power.exp)
        return power

    term = term.xreplace({sp.acos(x): 2 * t, sp.asin(x): sp.pi / 2 - 2 * t})
    term = term.replace(lambda e: e.is_Pow and e.exp.is_Rational, turned).xreplace({x: sp.cos(2 * t)})
    ends = {**without(box, x), t: (sp.acos(box[x][1]) / 2, sp.acos(box[x][0]) / 2)}
    return term, ends, frozenset((t, 1 - i) if s == x else (s, i) for s, i in out)


def named(box: Box, name: Any) -> sp.Symbol:
    """The variable of this name; RuleFailure if the box has none."""
    for symbol in box:
        if symbol.name == name:
            return symbol
    raise RuleFailure(f"there is no variable {name} in this box")


def without(box: Box, symbol: sp.Symbol) -> Box:
    """The face of the box on which the variable does not vary."""
    return {s: ends for s, ends in box.items() if s != symbol}


def describe(box: Box) -> str:
    """The box in words.

    >>> describe({sp.Symbol("x", real=True): (sp.S.Zero, sp.oo)})
    'x in [0, oo]'
    """
    return " and ".join(f"{symbol} in [{low}, {high}]" for symbol, (low, high) in box.items()) or "numbers"


def vanishes(term: Term) -> bool:
    """Whether the term is 0 wherever it has a value, by exact algebra."""
    return sp.expand(sp.fraction(sp.together(sp.expand(term)))[0]) == 0


def _least(values: list[arb]) -> arb:
    """The least lower end, NaN if there is a NaN; Arb's own minimum of -inf and +inf is +inf."""
    result = values[0].lower()
    for end in (value.lower() for value in values[1:]):
        result = end if end.is_nan() or end < result else result
    return result


def _greatest(values: list[arb]) -> arb:
    return -_least([-value for value in values])


def _times(left: Range, right: Range) -> Range:
    """Of 0 times infinity only the sign is known, and not even that where 0 is a limit from an unknown side."""
    corners = [a * b for a in left for b in right]
    low, high = _least(corners), _greatest(corners)
    if not low.is_nan():
        return low, high
    signs = {0 if _is_zero((low, high)) else 1 if low >= 0 else -1 if high <= 0 else 0 for low, high in (left, right)}
    return arb(0) if 0 not in signs and len(signs) == 1 else -_INFINITY, arb(0) if signs == {1, -1} else _INFINITY


def _is_zero(ends: Range) -> bool:
    return bool(ends[0].is_zero() and ends[1].is_zero())


def _power(base: Range, exponent: Range, written: Term) -> Range:
    low, high = base
    if written.is_Integer and written < 0:
        low, high = _power(base, exponent, -written)
        return (1 / high, 1 / low) if low > 0 or high < 0 else _NOWHERE
    if written.is_Integer:
        low, high = base if written % 2 else _absolute(low, high)
        return _odd_power(low, int(written)), _odd_power(high, int(written))
    if not (low > 0 or (written.is_Rational and written > 0 and low.is_zero())):
        return _NOWHERE
    if written.is_Rational:
        ends = [arb(0) if x.is_zero() else x ** fmpq(int(written.p), int(written.q)) for x in base]
    else:
        ends = [(e * x.log()).exp() for e in exponent for x in base]
    return _least(ends), _greatest(ends)


def _odd_power(x: arb, n: int) -> arb:
    """x^n as an odd function of x: Arb has no odd powers of minus infinity."""
    return x**n if x >= 0 else -((-x) ** n)


def _absolute(low: arb, high: arb) -> Range:
    return (low, high) if low >= 0 else (-high, -low) if high <= 0 else (arb(0), _greatest([-low, high]))


def _rising(function: Callable[[arb], arb]) -> Callable[[arb, arb], Range]:
    return lambda low, high: (function(low), function(high))


def _wave(function: Callable[[arb], arb], first: arb) -> Callable[[arb, arb], Range]:
    """A sine wave that has the value (-1)^k at (first + k) pi, and is monotone in between."""

    def enclose(low: arb, high: arb) -> Range:
        before, upto = ((x / arb.pi() - first).floor().unique_fmpz() for x in (low, high))
        if before is None or upto is None or upto - before > 1:
            return arb(-1), arb(1)
        ends = [function(low), function(high), *([arb((-1) ** int(upto))] if upto > before else [])]
        return _greatest([_least(ends), arb(-1)]), _least([_greatest(ends), arb(1)])

    return enclose


_INFINITY = arb("inf")
_NOWHERE = (arb("nan"), arb("nan"))
_CONSTANTS: dict[Term, Callable[[], arb]] = {
    sp.pi: arb.pi, sp.E: arb.const_e, sp.oo: lambda: _INFINITY, -sp.oo: lambda: -_INFINITY,
}  # fmt: skip
_OF_ONE_ARGUMENT: dict[Any, Callable[[arb, arb], Range]] = {
    sp.Abs: _absolute,
    sp.exp: _rising(arb.exp),
    sp.log: _rising(arb.log),
    sp.asin: _rising(arb.asin),
    sp.acos: lambda low, high: (high.acos(), low.acos()),
    sp.erf: _rising(lambda x: x.erf() if x.is_finite() else x.sgn()),
    sp.sin: _wave(arb.sin, arb(1) / 2),
    sp.cos: _wave(arb.cos, arb(0)),
}
