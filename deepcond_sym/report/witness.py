"""Witness values in as many digits as asked for."""

from decimal import Context, Decimal, InvalidOperation
from typing import Any

RECORDED_DIGITS = 20
"""How many digits the runner writes into a result."""


def with_digits(result: dict[str, Any], digits: int) -> dict[str, Any]:
    """The result with both sides of its witness to so many digits, computed anew where more are asked than it holds."""
    refutation = result["refutation"]
    if refutation is None or "instance" not in refutation:
        return result
    if digits <= RECORDED_DIGITS:
        left, right = (shorten(refutation[side], digits) for side in ("left", "right"))
    else:
        from deepcond_sym.proof.encoding import decode_instance, decode_statement
        from deepcond_sym.proof.refutation import Refutation

        part = refutation["part"]
        statement = decode_statement(result["statements"][part])
        sides = Refutation(part, statement, decode_instance(refutation["instance"])).sides(digits)
        left, right = (shorten(side, digits) for side in sides)
    return {**result, "refutation": {**refutation, "left": left, "right": right}}


def shorten(decimal: str, digits: int) -> str:
    """A decimal rounded to so many significant digits, without trailing zeros; anything else as it is.

    >>> shorten("0.00075162650087500000000", 5), shorten("1.0800000000000000000", 5), shorten("nan", 5)
    ('0.00075163', '1.08', 'nan')
    >>> shorten("0e-20", 5)
    '0'
    """
    try:
        number = Decimal(decimal)
    except InvalidOperation:
        return decimal
    if not number.is_finite() or number == 0:
        return "0" if number == 0 else decimal
    rounded = Context(prec=digits).plus(number)
    if -7 < rounded.adjusted() < digits:
        plain = f"{rounded:f}"
        return plain.rstrip("0").rstrip(".") if "." in plain else plain
    return f"{rounded.normalize():e}"
