"""`delivered`: a constant that is known by balls, in the kind of number that was asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flint import arb

from deepcond_sym.arithmetic import mp_from_ball, precision, to_digits, to_relative

_FLOAT_BITS = 60
_FIRST_BITS = 76
"""What `to_relative` tries first for so many bits."""


def delivered(evaluate: Callable[[], arb | None], digits: int | None, bits: int | None) -> Any:
    """The value of a constant: a float, or mpf by `digits`, or a ball by `bits`; infinite and None as they are.

    `evaluate` gives a ball at the current precision, and is called at rising ones until the ball is narrow enough.

    >>> delivered(lambda: arb(2).sqrt(), None, None), delivered(lambda: arb("inf"), 30, None)
    (1.4142135623730951, inf)
    """
    with precision(bits=_FIRST_BITS):
        first = evaluate()
    if first is None:
        return None

    def known() -> arb:
        value = evaluate()
        assert value is not None, "whether a constant is defined does not depend on the precision"
        return value

    if not first.is_finite() and not first.is_nan():
        return first if bits is not None else float("inf")
    if bits is not None:
        return to_relative(known, bits)
    if digits is None:
        return float(to_relative(known, _FLOAT_BITS).mid())
    certified = to_digits(known, digits)
    with precision(digits=digits):
        return mp_from_ball(certified)
