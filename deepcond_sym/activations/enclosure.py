"""Ranges: an interval of the extended real line that surely contains all values of a formula on a given interval.

The ends are Arb balls and may be infinite, so one evaluation covers the whole line: 1 + exp(-x) lies in [1, oo].
This is plain interval arithmetic (textbook): sound, and wide where a variable occurs several times.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import reduce

import sympy as sp
from flint import arb, fmpq
from sympy.core.basic import Basic

from deepcond_sym.errors import InputError

_ZERO, _ONE, _INFINITY = arb(0), arb(1), arb.pos_inf()


@dataclass(frozen=True)
class Range:
    """All values between `low` and `high`; the outer ends of the two balls count.

    >>> enclose(1 + sp.exp(-sp.Symbol("x")), {sp.Symbol("x"): Range.line()}).low > 0
    True
    """

    low: arb
    high: arb

    @classmethod
    def line(cls) -> "Range":
        """The whole extended line."""
        return cls(-_INFINITY, _INFINITY)

    @classmethod
    def between(cls, lower: sp.Expr, upper: sp.Expr) -> "Range":
        """The interval between two exact numbers (or -oo, oo)."""
        return cls(enclose(lower, {}).low.lower(), enclose(upper, {}).high.upper())

    @classmethod
    def point(cls, value: sp.Expr) -> "Range":
        """One exact number."""
        return enclose(value, {})

    @property
    def is_finite(self) -> bool:
        """True when both ends are finite numbers."""
        return bool(self.low.is_finite() and self.high.is_finite())

    @property
    def sign(self) -> int | None:
        """1 or -1 when every value has that sign, 0 when the only value is 0, None when that is not certain."""
        if self.low > 0:
            return 1
        if self.high < 0:
            return -1
        return 0 if self.low.is_zero() and self.high.is_zero() else None

    def __add__(self, other: "Range") -> "Range":
        return _ordered(self.low + other.low, self.high + other.high)

    def __neg__(self) -> "Range":
        return Range(-self.high, -self.low)

    def __mul__(self, other: "Range") -> "Range":
        products = [_times(a, b) for a in (self.low, self.high) for b in (other.low, other.high)]
        if any(p.is_nan() for p in products):
            return Range.line()
        low = high = products[0]
        for p in products[1:]:
            low, high = low.min(p), high.max(p)
        return _ordered(low, high)

    def reciprocal(self) -> "Range":
        """1/y for the y of the range at which it is defined."""
        if self.low > 0 or self.low.is_zero():
            return _ordered(_inverse(self.high), _inverse(self.low))
        if self.high < 0 or self.high.is_zero():
            return -((-self).reciprocal())
        return Range.line()

    def power(self, exponent: sp.Rational) -> "Range":
        """y**exponent for the y of the range at which it is real."""
        if exponent < 0:
            return self.power(-exponent).reciprocal()  # pyright: ignore[reportArgumentType]
        if isinstance(exponent, sp.Integer):
            k = int(exponent)
            if k % 2 or self.low >= 0:
                return _ordered(_integer_power(self.low, k), _integer_power(self.high, k))
            if self.high <= 0:
                return (-self).power(exponent)
            return Range(_ZERO, _integer_power(self.low, k).max(_integer_power(self.high, k)))
        base = self.nonnegative()
        return base.increasing(lambda y: y.root(int(exponent.q)) ** int(exponent.p), _ZERO, _INFINITY)

    def nonnegative(self) -> "Range":
        """The part of the range at or above 0 (0 alone if there is none)."""
        return Range(*(end if end >= 0 else end.max(_ZERO).nonnegative_part() for end in (self.low, self.high)))

    def increasing(self, function: Callable[[arb], arb], at_minus: arb, at_plus: arb) -> "Range":
        """The image under an increasing function whose limits at -oo and oo are given."""
        ends = []
        for end in (self.low, self.high):
            ends.append(function(end) if end.is_finite() else (at_plus if end > 0 else at_minus))
        return _ordered(*ends)

    def hull(self, other: "Range") -> "Range":
        """The smallest range that contains both."""
        return Range(self.low.min(other.low), self.high.max(other.high))


def _ordered(low: arb, high: arb) -> Range:
    return Range(-_INFINITY if low.is_nan() else low, _INFINITY if high.is_nan() else high)


def _times(a: arb, b: arb) -> arb:
    return _ZERO if a.is_zero() or b.is_zero() else a * b


def _inverse(end: arb) -> arb:
    if end.is_finite():
        return _INFINITY if end.is_zero() else _ONE / end
    return _ZERO


def _integer_power(end: arb, k: int) -> arb:
    if end.is_finite():
        return end**k
    return _INFINITY if end > 0 or k % 2 == 0 else -_INFINITY


def _log(y: Range) -> Range:
    def log(end: arb) -> arb:
        return end.log() if end > 0 else -_INFINITY

    return y.nonnegative().increasing(log, -_INFINITY, _INFINITY)


def _cosh(y: Range) -> Range:
    return _abs(y).increasing(lambda v: v.cosh(), _ONE, _INFINITY)


def _abs(y: Range) -> Range:
    if y.low >= 0:
        return y
    return -y if y.high <= 0 else Range(_ZERO, (-y.low).max(y.high))


def _wave(name: str) -> Callable[[Range], Range]:
    def wave(y: Range) -> Range:
        if y.is_finite and y.high - y.low < 6:
            value = getattr(y.low.union(y.high), name)()
            return Range(value.lower().max(-_ONE), value.upper().min(_ONE))
        return Range(-_ONE, _ONE)

    return wave


def _tan(y: Range) -> Range:
    half_turn = arb.pi() / 2
    return y.increasing(lambda v: v.tan(), _ZERO, _ZERO) if y.low > -half_turn and y.high < half_turn else Range.line()


def _asin(y: Range) -> Range:
    low, high = y.low.max(-_ONE), y.high.min(_ONE)
    half_turn = arb.pi() / 2

    def asin(end: arb, fallback: arb) -> arb:
        return end.asin() if end >= -1 and end <= 1 else fallback

    return Range(asin(low, -half_turn), asin(high, half_turn))


def _switch(y: Range, below: arb, at: arb, above: arb) -> Range:
    sign = y.sign
    if sign is None:
        return Range(at if y.low >= 0 else below, at if y.high <= 0 else above)
    value = (at, above, below)[sign]
    return Range(value, value)


_FUNCTIONS: Mapping[type, Callable[[Range], Range]] = {
    sp.exp: lambda y: y.increasing(lambda v: v.exp(), _ZERO, _INFINITY),
    sp.log: _log,
    sp.sin: _wave("sin"),
    sp.cos: _wave("cos"),
    sp.tan: _tan,
    sp.sinh: lambda y: y.increasing(lambda v: v.sinh(), -_INFINITY, _INFINITY),
    sp.cosh: _cosh,
    sp.tanh: lambda y: y.increasing(lambda v: v.tanh(), -_ONE, _ONE),
    sp.asin: _asin,
    sp.acos: lambda y: Range.point(sp.pi / 2) + -_asin(y),
    sp.atan: lambda y: y.increasing(lambda v: v.atan(), -arb.pi() / 2, arb.pi() / 2),
    sp.erf: lambda y: y.increasing(lambda v: v.erf(), -_ONE, _ONE),
    sp.erfc: lambda y: (-y).increasing(lambda v: (-v).erfc(), _ZERO, arb(2)),
    sp.Abs: _abs,
    sp.sign: lambda y: _switch(y, -_ONE, _ZERO, _ONE),
    sp.Heaviside: lambda y: _switch(y, _ZERO, arb(1) / 2, _ONE),
}


def is_known(node: Basic) -> bool:
    """Whether `enclose` knows this kind of formula (its own arguments apart).

    >>> is_known(sp.gamma(sp.Symbol("x")))
    False
    """
    return isinstance(node, (sp.Rational, sp.Symbol, sp.Add, sp.Mul, sp.Pow, sp.Max, sp.Min, sp.Piecewise)) or (
        node in (sp.pi, sp.E, sp.oo, sp.S.NegativeInfinity) or node.func in _FUNCTIONS
    )


def enclose(expr: Basic, at: Mapping[sp.Symbol, Range], memo: dict[Basic, Range] | None = None) -> Range:
    """A range that contains every value of `expr` when its symbols run through the ranges `at`.

    Points at which a formula is undefined (1/y at y = 0, log(y) for y <= 0) are left out of account. A `memo` keeps the
    ranges of subformulas; it is valid for the same `at` and the same precision only.
    Errors: InputError for a symbol or a function that is not known.

    >>> from deepcond_sym.symbols import x
    >>> enclose(x**2 + 1, {x: Range.line()}).low == 1
    True
    """
    memo = {} if memo is None else memo
    found = memo.get(expr)
    if found is None:
        memo[expr] = found = _enclose(expr, at, memo)
    return found


def _enclose(expr: Basic, at: Mapping[sp.Symbol, Range], memo: dict[Basic, Range]) -> Range:
    if isinstance(expr, sp.Symbol):
        if expr not in at:
            raise InputError(f"the symbol {expr} has no value here; use only {', '.join(map(str, at)) or 'numbers'}.")
        return at[expr]
    if not is_known(expr):
        raise InputError(f"{str(expr)[:40]} is not a function that this program knows; see the list for activations.")
    if not expr.args:
        return _number(expr)
    if isinstance(expr, sp.Pow):
        base = enclose(expr.base, at, memo)
        if isinstance(expr.exp, sp.Rational):
            return base.power(expr.exp)
        return _FUNCTIONS[sp.exp](enclose(expr.exp, at, memo) * _log(base))
    if isinstance(expr, sp.Piecewise):
        return reduce(Range.hull, [enclose(pair.args[0], at, memo) for pair in expr.args])
    args = [enclose(a, at, memo) for a in expr.args]
    if expr.func in _FUNCTIONS:
        return _FUNCTIONS[expr.func](args[0])
    if isinstance(expr, sp.Add):
        return reduce(Range.__add__, args)
    if isinstance(expr, sp.Mul):
        return reduce(Range.__mul__, args)
    if isinstance(expr, sp.Max):
        return reduce(lambda a, b: Range(a.low.max(b.low), a.high.max(b.high)), args)
    return reduce(lambda a, b: Range(a.low.min(b.low), a.high.min(b.high)), args)


def _number(expr: Basic) -> Range:
    if isinstance(expr, sp.Rational):
        value = arb(fmpq(int(expr.p), int(expr.q)))
    elif expr is sp.pi:
        value = arb.pi()
    else:
        value = arb.const_e() if expr is sp.E else _INFINITY if expr is sp.oo else -_INFINITY
    return Range(value, value)
