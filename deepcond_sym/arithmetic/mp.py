"""`mp`: the arithmetic of decimal digits, `mpmath.mpf` at the current precision."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import mpmath
from mpmath.libmp import from_rational

from deepcond_sym.errors import AccuracyError, InputError

from .accuracy import to_relative
from .base import Arithmetic, Branch
from .exact import exact_number
from .precision import precision


class MpArithmetic(Arithmetic):
    """Numbers are `mpmath.mpf` in the context `mpmath.mp`; see `Arithmetic` for the law.

    >>> from deepcond_sym.arithmetic import mp, precision
    >>> with precision(digits=30):
    ...     print(mp.erf(mp.constant("0.1")))
    0.112462916018284892203275071744
    """

    name = "mp"

    def constant(self, value: Any) -> Any:
        if isinstance(value, mpmath.mpf):
            return value
        number = exact_number(value)
        if isinstance(number, Fraction):
            return mpmath.mp.make_mpf(from_rational(number.numerator, number.denominator, mpmath.mp.prec, "n"))
        return self._irrational(number)

    def _irrational(self, number: Any) -> Any:
        # Through balls, because a sum of constants may cancel: pi^4 + pi^5 - e^6 is -0.0000177.
        from .ball import ball
        from .balls import mp_from_ball

        bits = mpmath.mp.prec
        try:
            return mp_from_ball(to_relative(lambda: ball.constant(number), bits + 8, max_bits=20 * bits + 2000))
        except AccuracyError as error:
            raise InputError(f"The constant {number} has no value that can be certified: {error}") from error

    def number(self, value: Any) -> Any:
        number = value if isinstance(value, mpmath.mpf) else self.constant(value)
        if number != number:
            raise InputError("NaN is not a number: remove it from the argument.")
        return number

    def constant_key(self) -> int:
        return mpmath.mp.prec

    def pi(self) -> Any:
        return +mpmath.pi

    def exp(self, x: Any) -> Any:
        return mpmath.exp(x)

    def expm1(self, x: Any) -> Any:
        return mpmath.expm1(x)

    def log(self, x: Any) -> Any:
        return mpmath.log(_within(x > 0, "log", x))

    def log1p(self, x: Any) -> Any:
        return mpmath.log1p(_within(x > -1, "log1p", x))

    def sqrt(self, x: Any) -> Any:
        return mpmath.sqrt(_within(x >= 0, "sqrt", x))

    def sin(self, x: Any) -> Any:
        return mpmath.sin(x)

    def cos(self, x: Any) -> Any:
        return mpmath.cos(x)

    def tan(self, x: Any) -> Any:
        return mpmath.tan(x)

    def sinh(self, x: Any) -> Any:
        return mpmath.sinh(x)

    def cosh(self, x: Any) -> Any:
        return mpmath.cosh(x)

    def tanh(self, x: Any) -> Any:
        return mpmath.tanh(x)

    def asin(self, x: Any) -> Any:
        return mpmath.asin(_within(abs(x) <= 1, "asin", x))

    def acos(self, x: Any) -> Any:
        return mpmath.acos(_within(abs(x) <= 1, "acos", x))

    def atan(self, x: Any) -> Any:
        return mpmath.atan(x)

    def erf(self, x: Any) -> Any:
        return mpmath.erf(x)

    def erfc(self, x: Any) -> Any:
        return mpmath.erfc(x)

    def normal_pdf(self, x: Any) -> Any:
        return _with_guard(x, lambda y: mpmath.exp(-y * y / 2) / mpmath.sqrt(2 * mpmath.pi))

    def normal_cdf(self, x: Any) -> Any:
        return _with_guard(x, lambda y: mpmath.erfc(-y / mpmath.sqrt(2)) / 2)

    def power(self, x: Any, y: Any) -> Any:
        if isinstance(y, int):
            return x**y if y >= 0 else 1 / x ** (-y)
        if isinstance(y, Fraction):
            return self._rational_power(x, y)
        if mpmath.isint(y):
            return self.power(x, int(y))
        return mpmath.power(_within(x > 0 or (x == 0 and y > 0), "a power that is not an integer", x), y)

    def _rational_power(self, x: Any, y: Fraction) -> Any:
        if y.denominator == 1:
            return self.power(x, int(y))
        _within(x > 0 or (x == 0 and y > 0), "a power that is not an integer", x)
        if x == 0:
            return mpmath.mpf(0)
        # The rounding error of y is multiplied by log(x), whose size is that of the exponent of x.
        with precision(bits=mpmath.mp.prec + 10 + int(mpmath.mag(x)).bit_length()):
            value = mpmath.power(x, self.constant(y))
        return +value

    def absolute(self, x: Any) -> Any:
        return abs(x)

    def sign(self, x: Any) -> Any:
        return mpmath.sign(x)

    def step(self, x: Any) -> Any:
        return (1 + mpmath.sign(x)) / 2

    def maximum(self, a: Any, b: Any) -> Any:
        return a if a >= b else b

    def minimum(self, a: Any, b: Any) -> Any:
        return a if a <= b else b

    def less(self, a: Any, b: Any) -> bool:
        return bool(a < b)

    def equal(self, a: Any, b: Any) -> bool:
        return bool(a == b)

    def negate(self, a: bool) -> bool:
        return not a

    def both(self, a: bool, b: bool) -> bool:
        return a and b

    def piecewise(self, branches: Sequence[Branch], arguments: tuple[Any, ...]) -> Any:
        for value, condition in branches:
            if condition(*arguments):
                return value(*arguments)
        raise InputError("No branch of the piecewise expression holds here: add a last branch with condition True.")


def _within(holds: Any, function: str, x: Any) -> Any:
    if not holds:
        raise InputError(f"{function} has no real value at {mpmath.nstr(x, 8)}: keep the argument in its real domain.")
    return x


def _with_guard(x: Any, function: Callable[[Any], Any]) -> Any:
    """Evaluate with enough guard bits for functions of x^2: their relative error is x^2 times that of x."""
    guard = 10 + 2 * max(0, int(mpmath.mag(x))) if x else 10
    with precision(bits=mpmath.mp.prec + guard):
        value = function(mpmath.mpf(x))
    return +value


mp = MpArithmetic()
"""The arithmetic of `mpmath` numbers."""
