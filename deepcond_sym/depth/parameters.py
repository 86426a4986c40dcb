"""`Parameter`: a variance given by the user, exact, and whether it came as a Python float."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import sympy as sp

from deepcond_sym.arithmetic import ball, exact_expression, precision
from deepcond_sym.errors import InputError


@dataclass(frozen=True)
class Parameter:
    """A non-negative constant. `value` is exact; `is_double` says that it was a Python float with a fraction part.

    >>> Parameter.read("0.05", "bias_variance").value
    1/20
    >>> Parameter.read(2.0, "weight_variance").is_double
    False
    """

    name: str
    value: sp.Expr
    is_double: bool = False

    @classmethod
    def read(cls, value: Any, name: str) -> Parameter:
        """Accept an int, Fraction, exact SymPy constant, decimal string or float. Raises `InputError` otherwise.

        A float is taken for the binary fraction that it is; only float64 results may rest on it (see `require_exact`).
        """
        if isinstance(value, (float, np.floating)):
            if not np.isfinite(value):
                raise InputError(f"The {name} must be finite, not {value!r}.")
            number = Fraction(float(value))
            expression, is_double = exact_expression(number), number.denominator != 1
        else:
            expression, is_double = exact_expression(int(value) if isinstance(value, np.integer) else value), False
        if is_negative(expression):
            raise InputError(f"The {name} must be at least 0, not {value}.")
        return cls(name, expression, is_double)

    def require_exact(self) -> None:
        """Raise `InputError` if the parameter was a float: digits and balls would certify another number."""
        if self.is_double:
            shown = repr(float(self.value))
            raise InputError(
                f"The {self.name} was given as the float {shown}; for digits or balls write '{shown}' in quotes."
            )


def is_negative(expression: sp.Expr) -> bool:
    """Whether an exact real constant is below 0, decided by SymPy or by a ball of 200 bits."""
    known = expression.is_negative
    if known is not None:
        return bool(known)
    with precision(bits=200):
        return bool(ball.constant(expression) < 0)


def is_exactly_zero(expression: Any) -> bool:
    """Whether an exact SymPy constant is zero; True is a proof, False also covers "could not show it".

    A ball refutes most of them at once; what is left is brought over one denominator and expanded, which is a bounded
    computation (unlike `simplify`).

    >>> is_exactly_zero(1 / sp.sqrt(3) - sp.sqrt(3) / 3), is_exactly_zero(sp.pi - sp.Rational(355, 113))
    (True, False)
    """
    if not isinstance(expression, sp.Expr):
        return False
    if expression.is_Rational:
        return bool(expression == 0)
    if expression.has(sp.oo, -sp.oo, sp.zoo, sp.nan):
        return False
    with precision(bits=300):
        if not ball.constant(expression).contains(0):
            return False
    numerator, _ = sp.fraction(sp.together(sp.expand(expression)))
    if sp.expand(numerator) == 0:
        return True
    return sp.expand(sp.radsimp(sp.expand(numerator))) == 0
