"""`precision`: the one place that sets the working precision of Arb and of mpmath."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import flint
import mpmath
from mpmath.libmp import dps_to_prec

from deepcond_sym.errors import InputError

# flint publishes its context object only at run time.
_flint_context: Any = flint.ctx
_LARGEST = 10_000_000

_owners: list[int] = []
"""Identifiers of the threads inside `precision`, innermost last: both precisions are global to the process."""


@contextmanager
def precision(bits: int | None = None, *, digits: int | None = None) -> Iterator[int]:
    """Work at so many bits (or decimal digits) in `ball` and `mp` together; restores both on exit, also on exceptions.

    Re-entrant. Yields the number of bits. The precision belongs to the whole process, so a second thread that asks for
    it at the same time is refused with `InputError`: use processes for parallel work.

    >>> with precision(digits=30):
    ...     print(mpmath.mpf(1) / 3)
    0.333333333333333333333333333333
    """
    wanted = _bits(bits, digits)
    thread = threading.get_ident()
    if _owners and _owners[-1] != thread:
        raise InputError("Another thread has set the working precision, which is global: use processes, not threads.")
    before_flint, before_mpmath = _flint_context.prec, mpmath.mp.prec
    _owners.append(thread)
    try:
        _flint_context.prec = wanted
        mpmath.mp.prec = wanted
        yield wanted
    finally:
        _flint_context.prec = before_flint
        mpmath.mp.prec = before_mpmath
        _owners.pop()


def _bits(bits: int | None, digits: int | None) -> int:
    if (bits is None) == (digits is None):
        raise InputError("Say how precise: give either bits or digits, not both.")
    value = bits if digits is None else digits
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise InputError(f"The precision must be a positive integer, not {value!r}.")
    wanted = max(2, value if digits is None else int(dps_to_prec(digits)))
    if wanted > _LARGEST:
        raise InputError(f"A precision of {wanted} bits is beyond the limit of {_LARGEST}: ask for less.")
    return wanted


def working_bits() -> int:
    """The current working precision of `ball` in bits.

    >>> with precision(bits=100):
    ...     working_bits()
    100
    """
    return int(_flint_context.prec)
