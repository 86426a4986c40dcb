"""`evaluate`: a table of polynomials at many points, by numba where it is installed, else by NumPy, bit for bit."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

import numpy as np

KERNEL, COMPLEMENT, TANGENT = 0, 1, 2
"""What is computed from a polynomial p: scale (1 - p), p, or scale p."""
_BLOCK = 1 << 13
_PART = 1 << 16
_SHIFT, _MASK = 47, (1 << 47) - 1
_FIRST = (1023 - 64) << 5
_TOP = 64 << 5


def evaluate(
    what: int, table: np.ndarray, rho: np.ndarray, u: np.ndarray, scale: float, flip: float, out: np.ndarray
) -> tuple[int, int]:
    """Fill `out`; return how many arguments are out of range, and how many lie in 0 < u < 2^-64 (left to do).

    `flip` is -1 for an odd kernel, of which the table has the half rho > 0 twice.

    >>> table = np.zeros((2, 2050, 8))
    >>> evaluate(KERNEL, table, np.ones(1), np.full(1, 0.5), 2.0, 1.0, out := np.empty(1)), float(out[0])
    ((0, 0), 2.0)
    """
    loop = _compiled() or _blocks
    bits = u.view(np.int64)
    size = len(u)
    if size <= 2 * _PART or _threads() == 1:
        return loop(what, table, rho, bits, u, scale, flip, out)
    parts = [slice(start, min(start + _PART, size)) for start in range(0, size, _PART)]
    found = _pool().map(lambda p: loop(what, table, rho[p], bits[p], u[p], scale, flip, out[p]), parts)
    bad, tiny = zip(*found, strict=True)
    return sum(bad), sum(tiny)


def _blocks(
    what: int, table: np.ndarray, rho: np.ndarray, bits: np.ndarray, u: np.ndarray, scale: float, flip: float,
    out: np.ndarray,
) -> tuple[int, int]:  # fmt: skip
    bad = tiny = 0
    for start in range(0, len(u), _BLOCK):
        part = slice(start, start + _BLOCK)
        some, few = _block(what, table, rho[part], bits[part], u[part], scale, flip, out[part])
        bad, tiny = bad + some, tiny + few
    return bad, tiny


def _block(
    what: int, table: np.ndarray, rho: np.ndarray, bits: np.ndarray, u: np.ndarray, scale: float, flip: float,
    out: np.ndarray,
) -> tuple[int, int]:  # fmt: skip
    inside = (u >= 0.0) & (u <= 1.0) & (rho >= -1.0) & (rho <= 1.0)
    zero = u == 0.0
    index = (bits >> _SHIFT) - _FIRST
    tiny = inside & ~zero & (index < 0)
    index[zero | tiny | ~inside] = _TOP + 1
    local = (bits & _MASK).astype(np.float64) * 2.0**-46 - 1.0
    negative = rho < 0.0
    rows = table[negative.astype(np.int64), index]
    value = rows[:, 7]
    for k in range(6, -1, -1):
        value = value * local + rows[:, k]
    if what == TANGENT:
        value = value * scale
        out[:] = np.where(negative, flip * value, value)
    elif what == KERNEL:
        value = (1.0 - value) * scale
        out[:] = np.where(negative, flip * value, value)
    else:
        out[:] = np.where(negative & (flip < 0.0), 2.0 - value, value)
    return int(len(u) - inside.sum()), int(tiny.sum())


def _loop(what, table, rho, bits, u, scale, flip, out):
    """Entry by entry what `_block` does, the same operations in the same order: for numba."""
    bad = 0
    tiny = 0
    for i in range(u.size):
        s = u[i]
        r = rho[i]
        index = (bits[i] >> _SHIFT) - _FIRST
        if not (s >= 0.0 and s <= 1.0 and r >= -1.0 and r <= 1.0):
            bad += 1
            index = _TOP + 1
        elif index < 0:
            if s > 0.0:
                tiny += 1
            index = _TOP + 1
        t = (bits[i] & _MASK) * 2.0**-46 - 1.0
        negative = r < 0.0
        row = table[1 if negative else 0, index]
        value = row[7]
        value = value * t + row[6]
        value = value * t + row[5]
        value = value * t + row[4]
        value = value * t + row[3]
        value = value * t + row[2]
        value = value * t + row[1]
        value = value * t + row[0]
        if what == TANGENT:
            value = value * scale
            out[i] = flip * value if negative else value
        elif what == KERNEL:
            value = (1.0 - value) * scale
            out[i] = flip * value if negative else value
        else:
            out[i] = 2.0 - value if negative and flip < 0.0 else value
    return bad, tiny


@cache
def _compiled() -> Callable[..., tuple[int, int]] | None:
    """The loop by numba, None where that is missing or switched off by DEEPCOND_NUMBA=0."""
    if os.environ.get("DEEPCOND_NUMBA") == "0":
        return None
    try:
        import numba
    except ImportError:
        return None
    return numba.njit(nogil=True, cache=True)(_loop)


def _threads() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@cache
def _pool() -> Any:
    return ThreadPoolExecutor(_threads())
