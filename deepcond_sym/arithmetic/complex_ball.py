"""`ComplexBallArithmetic`: complex balls with the analytic flag, for rigorous integration only.

`acb.integral` asks its integrand two questions: the values on a ball, or (analytic=True) the values and a promise that
the function is analytic on the whole ball, with NaN as the answer when it is not. Forgetting the promise gives wrong
integrals that look certified; here every function with a branch cut or a kink keeps it.

Functions with kinks are extended from the real line to half-planes by the sign of the real part, as in Arb's
`real_abs`; that is analytic off the line where the real part vanishes. Without the flag they answer for real arguments
only: an argument off the real line, such as sqrt(-1), gets NaN, since |i| is 1 while the extension says otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import sympy as sp
from flint import acb, arb

from .ball import ball
from .balls import certainly_equal, certainly_less
from .base import Arithmetic, Branch
from .precision import working_bits

_NAN = acb("nan", "nan")


class ComplexBallArithmetic(Arithmetic):
    """Numbers are `flint.acb`; `analytic` says whether NaN must mark balls on which a function is not analytic.

    >>> around_zero = acb(arb(0, 1), 0)
    >>> complex_ball[True].absolute(around_zero).is_finite(), complex_ball[False].absolute(around_zero).is_finite()
    (False, True)
    """

    name = "complex_ball"

    def __init__(self, analytic: bool) -> None:
        self.analytic = analytic

    def __reduce__(self) -> tuple[Any, ...]:
        return (_pick, (self.analytic,))

    def _accepts(self, x: acb) -> bool:
        return self.analytic or x.imag.is_zero()

    def constant(self, value: Any) -> acb:
        if isinstance(value, acb):
            return value
        if isinstance(value, sp.Expr) and value.has(sp.I):
            if value == sp.I:
                return acb(0, 1)
            from .program import constant_program

            return constant_program(value, self)()
        return acb(ball.constant(value))

    def number(self, value: Any) -> acb:
        return value if isinstance(value, acb) else self.constant(value)

    def constant_key(self) -> int:
        return working_bits()

    def pi(self) -> acb:
        return acb.pi()

    def exp(self, x: acb) -> acb:
        return x.exp()

    def expm1(self, x: acb) -> acb:
        return x.expm1()

    def log(self, x: acb) -> acb:
        return x.log(analytic=self.analytic)

    def log1p(self, x: acb) -> acb:
        return _NAN if self.analytic and _meets_negative_axis(1 + x) else x.log1p()

    def sqrt(self, x: acb) -> acb:
        return x.sqrt(analytic=self.analytic)

    def sin(self, x: acb) -> acb:
        return x.sin()

    def cos(self, x: acb) -> acb:
        return x.cos()

    def tan(self, x: acb) -> acb:
        return x.tan()

    def sinh(self, x: acb) -> acb:
        return x.sinh()

    def cosh(self, x: acb) -> acb:
        return x.cosh()

    def tanh(self, x: acb) -> acb:
        return x.tanh()

    def asin(self, x: acb) -> acb:
        return _NAN if self.analytic and _meets_outer_axis(x.real, x.imag) else x.asin()

    def acos(self, x: acb) -> acb:
        return _NAN if self.analytic and _meets_outer_axis(x.real, x.imag) else x.acos()

    def atan(self, x: acb) -> acb:
        return _NAN if self.analytic and _meets_outer_axis(x.imag, x.real) else x.atan()

    def erf(self, x: acb) -> acb:
        return x.erf()

    def erfc(self, x: acb) -> acb:
        return x.erfc()

    def normal_pdf(self, x: acb) -> acb:
        return (-(x**2) / 2).exp() / (2 * arb.pi()).sqrt()

    def normal_cdf(self, x: acb) -> acb:
        return (-x / arb(2).sqrt()).erfc() / 2

    def power(self, x: acb, y: Any) -> acb:
        if isinstance(y, int):
            return x**y
        if isinstance(y, Fraction):
            if y.denominator == 2 and abs(y.numerator) <= 64:
                return self.sqrt(x) ** y.numerator
            y = self.constant(y)
        return x.pow(y, analytic=self.analytic)

    def absolute(self, x: acb) -> acb:
        return x.real_abs(analytic=self.analytic) if self._accepts(x) else _NAN

    def sign(self, x: acb) -> acb:
        return x.real_sgn(analytic=self.analytic) if self._accepts(x) else _NAN

    def step(self, x: acb) -> acb:
        return x.real_heaviside(analytic=self.analytic) if self._accepts(x) else _NAN

    def maximum(self, a: acb, b: acb) -> acb:
        return a.real_max(b, analytic=self.analytic) if self._accepts(a) and self._accepts(b) else _NAN

    def minimum(self, a: acb, b: acb) -> acb:
        return a.real_min(b, analytic=self.analytic) if self._accepts(a) and self._accepts(b) else _NAN

    def less(self, a: acb, b: acb) -> bool | None:
        return certainly_less((a - b).real, 0) if self._accepts(a - b) else None

    def equal(self, a: acb, b: acb) -> bool | None:
        return certainly_equal((a - b).real, 0) if self._accepts(a - b) else None

    def negate(self, a: bool | None) -> bool | None:
        return ball.negate(a)

    def both(self, a: bool | None, b: bool | None) -> bool | None:
        return ball.both(a, b)

    def piecewise(self, branches: Sequence[Branch], arguments: tuple[Any, ...]) -> acb:
        possible: list[acb] = []
        for value, condition in branches:
            holds = condition(*arguments)
            if holds is None and (self.analytic or not all(self._accepts(argument) for argument in arguments)):
                return _NAN
            if holds is not False:
                possible.append(value(*arguments))
            if holds is True:
                return _hull(possible)
        return _NAN


def _hull(balls: list[acb]) -> acb:
    joined = balls[0]
    for other in balls[1:]:
        joined = joined.union(other)
    return joined


def _meets_negative_axis(z: acb) -> bool:
    """Whether z may touch the cut (-oo, 0] of the logarithm."""
    return bool(z.imag.contains(0)) and not z.real > 0


def _meets_outer_axis(along: arb, across: arb) -> bool:
    """Whether a ball may touch the cuts of an inverse circular function, where |along| >= 1 and across = 0."""
    return bool(across.contains(0)) and not abs(along) < 1


def _pick(analytic: bool) -> ComplexBallArithmetic:
    return complex_ball[analytic]


complex_ball = {False: ComplexBallArithmetic(False), True: ComplexBallArithmetic(True)}
"""The two complex arithmetics, by the analytic flag."""
