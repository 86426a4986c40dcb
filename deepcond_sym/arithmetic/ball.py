"""`ball`: the arithmetic of proof, real balls `flint.arb` that contain the true value."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import sympy as sp
from flint import arb, fmpq

from .balls import certainly_equal, certainly_less, hull
from .base import Arithmetic, Branch
from .exact import exact_number
from .precision import working_bits

_NAN = arb("nan")
_WIDE = arb(2) ** -8
_NUMBER_SYMBOLS: dict[Any, Callable[[], arb]] = {
    sp.pi: arb.pi,
    sp.E: arb.const_e,
    sp.EulerGamma: arb.const_euler,
    sp.Catalan: arb.const_catalan,
    sp.GoldenRatio: lambda: (1 + arb(5).sqrt()) / 2,
}


class BallArithmetic(Arithmetic):
    """Numbers are `flint.arb`; see `Arithmetic` for the law.

    A ball that pokes out of a function's domain gives NaN: `acos` of a ball around 1 is NaN, so carry 1 - rho instead.

    >>> from deepcond_sym.arithmetic import ball
    >>> ball.constant("0.1").contains(fmpq(1, 10))
    True
    >>> ball.acos(arb(1, "1e-10")).is_nan()
    True
    """

    name = "ball"

    def constant(self, value: Any) -> arb:
        if isinstance(value, arb):
            return value
        number = exact_number(value)
        if isinstance(number, Fraction):
            return arb(fmpq(number.numerator, number.denominator))
        if number in _NUMBER_SYMBOLS:
            return _NUMBER_SYMBOLS[number]()
        from .program import constant_program

        return constant_program(number, self)()

    def number(self, value: Any) -> arb:
        return value if isinstance(value, arb) else self.constant(value)

    def constant_key(self) -> int:
        return working_bits()

    def pi(self) -> arb:
        return arb.pi()

    def exp(self, x: arb) -> arb:
        return x.exp()

    def expm1(self, x: arb) -> arb:
        return _increasing(arb.expm1, x)

    def log(self, x: arb) -> arb:
        return x.log()

    def log1p(self, x: arb) -> arb:
        return x.log1p()

    def sqrt(self, x: arb) -> arb:
        return x.sqrt()

    def sin(self, x: arb) -> arb:
        return x.sin()

    def cos(self, x: arb) -> arb:
        return x.cos()

    def tan(self, x: arb) -> arb:
        return x.tan()

    def sinh(self, x: arb) -> arb:
        return _increasing(arb.sinh, x)

    def cosh(self, x: arb) -> arb:
        return x.cosh()

    def tanh(self, x: arb) -> arb:
        return _increasing(arb.tanh, x)

    def asin(self, x: arb) -> arb:
        return x.asin()

    def acos(self, x: arb) -> arb:
        return x.acos()

    def atan(self, x: arb) -> arb:
        return _increasing(arb.atan, x)

    def erf(self, x: arb) -> arb:
        return _increasing(arb.erf, x)

    def erfc(self, x: arb) -> arb:
        return _increasing(arb.erfc, x)

    def normal_pdf(self, x: arb) -> arb:
        return (-(x**2) / 2).exp() / (2 * arb.pi()).sqrt()

    def normal_cdf(self, x: arb) -> arb:
        return _increasing(lambda y: (-y / arb(2).sqrt()).erfc() / 2, x)

    def power(self, x: arb, y: Any) -> arb:
        if isinstance(y, int):
            return x**y
        if isinstance(y, Fraction):
            return _rational_power(x, y)
        if y.is_exact() and y.is_integer():
            return x ** int(y.unique_fmpz())
        return x**y

    def absolute(self, x: arb) -> arb:
        return abs(x)

    def sign(self, x: arb) -> arb:
        # Arb's own sign of NaN is [-1, 1], which would turn "no value" into a bound.
        return _NAN if x.is_nan() else x.sgn()

    def step(self, x: arb) -> arb:
        return (1 + self.sign(x)) / 2

    def maximum(self, a: arb, b: arb) -> arb:
        return a.max(b)

    def minimum(self, a: arb, b: arb) -> arb:
        return a.min(b)

    def less(self, a: arb, b: arb) -> bool | None:
        return certainly_less(a, b)

    def equal(self, a: arb, b: arb) -> bool | None:
        return certainly_equal(a, b)

    def negate(self, a: bool | None) -> bool | None:
        return None if a is None else not a

    def both(self, a: bool | None, b: bool | None) -> bool | None:
        if a is False or b is False:
            return False
        return None if a is None or b is None else True

    def piecewise(self, branches: Sequence[Branch], arguments: tuple[Any, ...]) -> arb:
        possible: list[arb] = []
        for value, condition in branches:
            holds = condition(*arguments)
            if holds is not False:
                possible.append(value(*arguments))
            if holds is True:
                return hull(*possible)
        return _NAN


def _increasing(function: Callable[[arb], arb], x: arb) -> arb:
    """A monotone function of a ball: wide balls go by their end points, where Arb's own enclosure can explode."""
    if x.rad() < _WIDE or not x.is_finite():
        return function(x)
    return hull(function(x.lower()), function(x.upper()))


def _rational_power(x: arb, y: Fraction) -> arb:
    if y.denominator == 1:
        return x ** int(y)
    if y.denominator == 2 and abs(y.numerator) <= 64:
        root = x.sqrt()
        return root**y.numerator
    if x.lower() > 0:
        return x ** fmpq(y.numerator, y.denominator)
    if x.lower() >= 0 and y > 0:
        top = x.upper()
        return hull(arb(0), top ** fmpq(y.numerator, y.denominator)) if top > 0 else arb(0)
    return _NAN


ball = BallArithmetic()
"""The arithmetic of real balls."""
