"""`to_digits` and `to_relative`: ask for accuracy, and let the working precision rise until a ball certifies it."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import count

from flint import arb

from deepcond_sym.errors import AccuracyError, InputError

from .precision import precision


def to_digits(evaluate: Callable[[], arb], digits: int, *, max_bits: int = 100_000) -> arb:
    """Call `evaluate()` at rising working precision until its ball certifies so many decimal digits.

    The digits are relative; an exact zero is accepted. Returns the ball. Raises `AccuracyError` beyond `max_bits`.

    >>> to_digits(lambda: arb.pi() ** 4 + arb.pi() ** 5 - arb(6).exp(), 5).str(5, radius=False)
    '-1.7673e-5'
    """
    _check("digits", digits)
    # Two bits more: the error is then below a quarter of a unit of the last digit whatever the leading digit is.
    return to_relative(evaluate, math.ceil(digits * math.log2(10)) + 2, max_bits=max_bits)


def to_relative(evaluate: Callable[[], arb], bits: int, *, max_bits: int = 100_000) -> arb:
    """Call `evaluate()` at rising working precision until radius <= 2^-bits |value|; otherwise as `to_digits`.

    >>> to_relative(lambda: (arb(10) ** -30).exp() - 1, 40).rel_accuracy_bits() >= 40
    True
    """
    _check("bits", bits)
    working, reached, finite = bits + 16, 0, False
    limit = max(max_bits, working)
    for attempt in count():
        with precision(bits=working):
            value = evaluate()
            if not isinstance(value, arb):
                raise InputError(f"The evaluation must return an arb ball, not a {type(value).__name__}.")
            if value.is_finite():
                finite = True
                if value.is_zero():
                    return value
                reached = max(reached, int(value.rel_accuracy_bits()))
                # rel_accuracy_bits rounds both magnitudes to powers of two, so it can be one bit too generous.
                if value.rel_accuracy_bits() > bits:
                    return value
        if working >= limit:
            break
        working = min(_next_bits(working, bits - int(value.rel_accuracy_bits()), attempt), limit)
    if not finite:
        raise AccuracyError(f"No finite value at any precision up to {limit} bits: is the argument in the domain?")
    raise AccuracyError(
        f"Only {max(reached - 1, 0)} of {bits} relative bits were certified at {limit} working bits: "
        "ask for fewer digits or allow more bits (the value may be exactly 0)."
    )


def _next_bits(working: int, missing: int, attempt: int) -> int:
    """What is missing and a little more, as long as that looks like the answer; otherwise double."""
    if 0 <= missing < working // 2 and attempt < 2:
        return working + missing + 32
    return 2 * working


def _check(what: str, value: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise InputError(f"The number of {what} must be a positive integer, not {value!r}.")
