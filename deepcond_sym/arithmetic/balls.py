"""Small questions to balls: what is in it, is one less than another, which digits are certain.

A comparison answers True, False or None. None means "cannot say": a ball with a NaN or an infinity always gets it.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import mpmath
from flint import arb, fmpq, fmpz
from mpmath.libmp import from_man_exp

from deepcond_sym.errors import AccuracyError, InputError

_LARGEST_EXPONENT = 5_000_000


def exact(ball: arb) -> tuple[Fraction, Fraction]:
    """Midpoint and radius of a finite ball, exactly. Raises `InputError` for a ball that is not finite.

    >>> exact(arb("0.5"))
    (Fraction(1, 2), Fraction(0, 1))
    """
    if not ball.is_finite():
        raise InputError("A ball with a NaN or an infinity has no exact midpoint and radius.")
    return _dyadic(ball.mid()), _dyadic(ball.rad())


def _dyadic(point: arb) -> Fraction:
    mantissa, exponent = (int(part) for part in point.man_exp())
    return Fraction(mantissa * 2**exponent) if exponent >= 0 else Fraction(mantissa, 2**-exponent)


def ball_from_exact(midpoint: Fraction, radius: Fraction = Fraction(0)) -> arb:
    """A ball around everything within `radius` of `midpoint`, rounded outwards at the current precision.

    >>> ball_from_exact(Fraction(1, 3)).contains(fmpq(1, 3))
    True
    """
    if radius < 0:
        raise InputError("The radius of a ball is at least 0.")
    middle = arb(fmpq(midpoint.numerator, midpoint.denominator))
    if radius == 0:
        return middle
    return middle + arb(0, arb(fmpq(radius.numerator, radius.denominator)).upper())


def hull(first: arb, *others: arb) -> arb:
    """The smallest ball (up to rounding) that contains all of them.

    >>> hull(arb(1), arb(3)).contains(2)
    True
    """
    for other in others:
        first = first.union(other)
    return first


def certainly_less(a: Any, b: Any) -> bool | None:
    """Whether a < b for every point of both balls: True; for none: False; else, or if one is not finite, None.

    >>> certainly_less(arb(1), arb(2)), certainly_less(arb(2), arb(2)), certainly_less(arb("nan"), arb(2))
    (True, False, None)
    """
    a, b = _as_ball(a), _as_ball(b)
    if not (a.is_finite() and b.is_finite()):
        return None
    if a < b:
        return True
    return False if a >= b else None


def certainly_at_most(a: Any, b: Any) -> bool | None:
    """Whether a <= b for every point of both balls, answered as in `certainly_less`.

    >>> certainly_at_most(arb(2), 2), certainly_at_most(3, arb(2))
    (True, False)
    """
    less = certainly_less(b, a)
    return None if less is None else not less


def certainly_equal(a: Any, b: Any) -> bool | None:
    """Whether a = b: True only for equal exact points, False for disjoint balls, else None.

    >>> certainly_equal(arb(2), 2), certainly_equal(arb(2), 3), certainly_equal(arb("0.1"), arb("0.1"))
    (True, False, None)
    """
    a, b = _as_ball(a), _as_ball(b)
    if not (a.is_finite() and b.is_finite()):
        return None
    if not a.overlaps(b):
        return False
    return True if a.is_exact() and b.is_exact() else None


def certainly_positive(ball: arb) -> bool | None:
    """Whether every point of the ball is above 0, answered as in `certainly_less`.

    >>> certainly_positive(arb(1, 2)) is None
    True
    """
    return certainly_less(0, ball)


def contains(ball: arb, value: Any) -> bool | None:
    """Whether the exact `value` lies in the ball; None for a ball with a NaN or an infinity, which would contain all.

    >>> contains(arb(0, 1), "1/2"), contains(arb(0, 1), 2), contains(arb(0, arb("inf")), "1/2")
    (True, False, None)
    """
    from .exact import exact_number

    if not ball.is_finite():
        return None
    number = exact_number(value)
    if isinstance(number, Fraction):
        # Not arb.contains(fmpq): that asks about a rounded ball around the number, and may say no wrongly.
        middle, radius = exact(ball)
        return abs(number - middle) <= radius
    point = _as_ball(number)
    if ball.contains(point):
        return True
    return None if ball.overlaps(point) else False


def _as_ball(value: Any) -> arb:
    if isinstance(value, arb):
        return value
    from .ball import ball

    return ball.constant(value)


def ball_from_mp(number: Any) -> arb:
    """The exact ball of an mpf, whatever the current precision. Raises `InputError` if it is not finite.

    >>> ball_from_mp(mpmath.mpf("0.25"))
    0.250000000000000
    """
    if not mpmath.isfinite(number):
        raise InputError(f"{number} is not a finite number.")
    mantissa, exponent = number.man_exp
    sign = -1 if number < 0 else 1
    return arb((fmpz(sign * abs(int(mantissa))), fmpz(int(exponent))))


def mp_from_ball(ball: arb) -> Any:
    """The midpoint of a finite ball, rounded to the current precision of mpmath; the radius is forgotten.

    >>> mp_from_ball(arb("0.25"))
    mpf('0.25')
    """
    if not ball.is_finite():
        raise InputError("A ball with a NaN or an infinity has no midpoint to convert.")
    mantissa, exponent = (int(part) for part in ball.mid().man_exp())
    return mpmath.mp.make_mpf(from_man_exp(mantissa, exponent, mpmath.mp.prec, "n"))


def decimal(ball: arb, digits: int) -> str:
    """The value to so many significant decimal digits, off by at most 0.51 units of the last one.

    It is the correctly rounded value unless the ball straddles the middle between two neighbours. Raises
    `AccuracyError` if the ball is too wide for that.

    >>> decimal(arb.pi(), 12), decimal(arb(10) ** -40, 3), decimal(arb(2), 5)
    ('3.14159265359', '1.00e-40', '2.0000')
    """
    if isinstance(digits, bool) or not isinstance(digits, int) or digits < 1:
        raise InputError(f"The number of digits must be a positive integer, not {digits!r}.")
    if not ball.is_finite():
        raise AccuracyError("The ball is not finite, so no digit is certain: raise the working precision.")
    if ball.is_zero():
        return "0"
    if abs(int(ball.mid().man_exp()[1])) > _LARGEST_EXPONENT:
        raise AccuracyError("The ball is too large or too small to print: print its logarithm.")
    middle, radius = exact(ball)
    exponent = _decimal_exponent(middle)
    unit = Fraction(10) ** (exponent - digits + 1)
    if middle == 0 or radius > unit / 100:
        raise AccuracyError(f"The ball {ball.str(10)} is too wide for {digits} digits: raise the working precision.")
    rounded = round(abs(middle) / unit)
    if rounded == 10**digits:
        rounded, exponent = rounded // 10, exponent + 1
    return ("-" if middle < 0 else "") + _layout(str(rounded), exponent)


def _decimal_exponent(value: Fraction) -> int:
    """The e with 10^e <= |value| < 10^(e+1), for value != 0 (0 for 0)."""
    if value == 0:
        return 0
    value = abs(value)
    guess = int((value.numerator.bit_length() - value.denominator.bit_length()) * 0.30103)
    while Fraction(10) ** guess > value:
        guess -= 1
    while Fraction(10) ** (guess + 1) <= value:
        guess += 1
    return guess


def _layout(digits: str, exponent: int) -> str:
    if -5 <= exponent < 0:
        return "0." + "0" * (-exponent - 1) + digits
    if 0 <= exponent < len(digits):
        return digits if exponent == len(digits) - 1 else f"{digits[: exponent + 1]}.{digits[exponent + 1 :]}"
    fraction = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{digits[0]}{fraction}e{exponent:+d}"
