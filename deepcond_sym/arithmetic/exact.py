"""`exact_number`: the gate through which every constant enters, so that none is cut to a double on the way."""

from __future__ import annotations

import numbers
import re
from fractions import Fraction
from typing import Any

import sympy as sp
from flint import fmpq, fmpz

from deepcond_sym.errors import InputError

_DECIMAL = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,6})?(/\d+)?")
_LONGEST = 100_000
_NUMBER_TYPES = "an int, a Fraction, a SymPy number or a string such as '0.1'"


def exact_number(value: Any) -> Fraction | sp.Expr:
    """The exact number that `value` states: a Fraction where it is rational, else a SymPy expression without symbols.

    Raises `InputError` for floats (also SymPy Floats), for NaN and infinities, and for anything that is not a number.

    >>> exact_number("0.1"), exact_number("-2/3")
    (Fraction(1, 10), Fraction(-2, 3))
    >>> exact_number(0.1)
    Traceback (most recent call last):
        ...
    deepcond_sym.errors.InputError: The float 0.1 is not exact: write '0.1' or Fraction(1, 10) if that is meant.

    Source: the trap that `arb(0.1)` certifies 0.1000000000000000055..., not one tenth.
    """
    if isinstance(value, float):
        raise InputError(_about_float(value))
    if isinstance(value, numbers.Rational):
        return Fraction(int(value.numerator), int(value.denominator))
    if isinstance(value, fmpz):
        return Fraction(int(value))
    if isinstance(value, fmpq):
        return Fraction(int(value.p), int(value.q))
    if isinstance(value, str):
        return _from_text(value)
    if isinstance(value, sp.Basic):
        return _from_sympy(value)
    raise InputError(f"A {type(value).__name__} is not an exact number: give {_NUMBER_TYPES}.")


def exact_expression(value: Any) -> sp.Expr:
    """The exact number that `value` states, as a SymPy expression; errors as for `exact_number`.

    >>> exact_expression("0.1")
    1/10
    """
    number = exact_number(value)
    return sp.Rational(number.numerator, number.denominator) if isinstance(number, Fraction) else number


def _about_float(value: float) -> str:
    if value != value or value in (float("inf"), float("-inf")):
        return f"The float {float(value)!r} is not a finite number: give {_NUMBER_TYPES}."
    short = Fraction(repr(float(value)))
    return f"The float {float(value)!r} is not exact: write '{float(value)!r}' or {short!r} if that is meant."


def _from_text(text: str) -> Fraction:
    stripped = text.strip()
    if len(stripped) > _LONGEST or not _DECIMAL.fullmatch(stripped) or not stripped.isascii():
        raise InputError(f"{_shortened(text)} is not a number: write a decimal like '0.1' or a fraction like '1/3'.")
    numerator, _, denominator = stripped.partition("/")
    if denominator and int(denominator) == 0:
        raise InputError(f"{_shortened(text)} divides by zero: write a finite number.")
    return Fraction(numerator) / int(denominator or 1)


def _shortened(text: str) -> str:
    return repr(text if len(text) <= 40 else text[:37] + "...")


def _from_sympy(value: sp.Basic) -> Fraction | sp.Expr:
    if isinstance(value, sp.Rational):
        return Fraction(int(value.p), int(value.q))
    if not isinstance(value, sp.Expr):
        raise InputError(f"{value} is not a number: give {_NUMBER_TYPES}.")
    if value.has(sp.nan, sp.zoo, sp.oo, -sp.oo):
        raise InputError(f"{value} is not a finite number: give {_NUMBER_TYPES}.")
    refuse_floats(value)
    if value.free_symbols:
        names = ", ".join(sorted(str(symbol) for symbol in value.free_symbols))
        raise InputError(f"{value} is not a constant: it contains {names}.")
    return value


def refuse_floats(expression: sp.Basic) -> None:
    """Raise `InputError` if a SymPy expression contains a Float: its digits end where its precision ends.

    >>> refuse_floats(sp.Symbol("x") * sp.Float("0.1"))
    Traceback (most recent call last):
        ...
    deepcond_sym.errors.InputError: The Float 0.100000000000000 is not exact: use Rational('0.100000000000000') instead.
    """
    for number in sorted(expression.atoms(sp.Float), key=str):
        raise InputError(f"The Float {number} is not exact: use Rational('{number}') instead.")
