"""Certain decimal digits as formulas of a derivation, and the rule that judges them."""

from __future__ import annotations

import sympy as sp
from flint import arb

from deepcond_sym.arithmetic import ball
from deepcond_sym.duals.derivation import UndecidedError, require

DIGITS = 20
"""Significant digits of the numbers that derivations show; the last one may be off by one."""


def as_digits(value: arb) -> sp.Expr:
    """The number that is shown for a ball: its first digits, or 0 for what is exactly 0 or cannot be told from it.

    >>> from deepcond_sym.arithmetic import precision
    >>> with precision(bits=100):
    ...     as_digits(arb(2).sqrt())
    1.4142135623730950488

    Source: textbook.
    """
    if value.contains(0):
        return sp.S.Zero
    return sp.Float(value.str(DIGITS + 8, radius=False), DIGITS)


def require_digits(shown: sp.Expr, value: arb, what: str) -> bool:
    """True if `shown` is within a unit of its last digit of every point of the ball.

    Errors: StepError if it is certainly not, UndecidedError if the ball is too wide to tell. What is shown as 0 must be
    0 within 10^-40.

    >>> from deepcond_sym.arithmetic import precision
    >>> with precision(bits=100):
    ...     require_digits(sp.Float("1.4142135623730950488", 20), arb(2).sqrt(), "the square root of 2")
    True
    """
    require(bool(shown.is_number and shown.is_real), f"{what} is a number")
    exact = shown.xreplace({number: sp.Rational(number) for number in shown.atoms(sp.Float)})
    assert isinstance(exact, sp.Expr)
    gap = abs(ball.constant(exact) - value)
    unit = abs(value) * arb(10) ** (1 - DIGITS) if exact != 0 else arb(10) ** -40
    if gap <= unit:
        return True
    require(not gap > unit, f"{what} is not {shown}")
    raise UndecidedError(f"{what} is not known to {DIGITS} digits")
