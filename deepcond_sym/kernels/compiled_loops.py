"""Tables of polynomials at many points, by numba where it is installed, else by NumPy, bit for bit the same."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

import numpy as np

KERNEL, COMPLEMENT, TANGENT = 0, 1, 2
"""What is computed from a polynomial p: scale (1 - p), p, or scale p."""
BAD, TINY = 1, 2
"""What is met among the arguments: some out of range; some 0 < u < 2^-64, which are left to do."""
LOST, CLOSE = 1, 2
"""What is met among cosines: some result is no finite number; some 1 - |cosine| < NEAR or cosine that is NaN."""
NEAR = 1e-5
"""Pairs with 1 - |cos| below this are to be recomputed: the product has lost more than five digits of it."""
SHIFT = 47
"""The bits of a double below those that make the index: 47 of its mantissa."""
FIRST, TOP = (1023 - 64) << 5, 64 << 5
"""The first index, that of 2^-64, and the number of the piece for u = 1; that for u = 0 is the next."""
_BLOCK = 1 << 13
_PART = 1 << 17
_MASK = (1 << SHIFT) - 1


class Polynomials:
    """One or two tables [sign, piece, power] and what is to be computed from each: (what, table, scale, flip).

    `flip` is -1 for an odd kernel, of which the table has the half rho > 0 twice, else 1. A polynomial p gives
    (offset + sign p) scale, with these three numbers in `forms`, for rho >= 0 and for rho < 0.

    >>> kernel = Polynomials([(KERNEL, np.zeros((2, 2050, 8)), 2.0, 1.0)])
    >>> kernel.evaluate(np.ones(1), np.full(1, 0.5), [out := np.empty(1)]), float(out[0])
    (0, 2.0)
    >>> kernel.at_cosines(np.full((1, 2), 0.5), np.full((1, 1), 3.0), np.ones((1, 2)), [out := np.empty((1, 2))])
    0
    >>> out
    array([[6., 6.]])
    """

    def __init__(self, parts: Sequence[tuple[int, np.ndarray, float, float]]) -> None:
        self.tables = np.ascontiguousarray([table for _, table, _, _ in parts])
        self.forms = np.array([_forms(what, scale, flip) for what, _, scale, flip in parts])

    def evaluate(self, rho: np.ndarray, u: np.ndarray, outs: Sequence[np.ndarray]) -> int:
        """Fill `outs`, which must not share memory with rho and u, on all cores; return what was met: BAD | TINY."""
        size = len(u)
        threads = _threads()
        if size <= 2 * _PART or threads == 1:
            return self._part(rho, u, outs)
        step = max(_PART, -(-size // (8 * threads)))
        parts = [slice(start, min(start + step, size)) for start in range(0, size, step)]
        return _union(_pool().map(lambda p: self._part(rho[p], u[p], [out[p] for out in outs]), parts))

    def _part(self, rho: np.ndarray, u: np.ndarray, outs: Sequence[np.ndarray]) -> int:
        return self._run(rho[None], u[None], None, None, [out[None] for out in outs])

    def at_cosines(self, rho: np.ndarray, x: np.ndarray, y: np.ndarray, outs: Sequence[np.ndarray]) -> int:
        """Fill the matrices `outs` with x[i] y[j] times the values at (rho, 1 - |rho|), in this thread.

        x and y have a row for each of `outs`. Returns what was met, LOST | CLOSE; what stands at close places is of
        no use.
        """
        return self._run(rho, None, x, y, outs)

    def _run(self, rho: np.ndarray, u: Any, x: Any, y: Any, outs: Sequence[np.ndarray]) -> int:
        loops = _compiled()
        if loops is not None and rho.shape[1] >= 8:
            loop = loops.vector_loop(u is not None, len(outs) > 1)
            return loop(self.tables, self.forms, rho, u, x, y, outs[0], outs[1] if len(outs) > 1 else None)
        found = 0
        height, width = rho.shape
        columns = min(width, _BLOCK)
        rows = _BLOCK // columns
        for top in range(0, height, rows):
            for left in range(0, width, columns):
                place = slice(top, top + rows), slice(left, left + columns)
                some = u if u is None else u[place]
                sizes = (None, None) if x is None else (x[:, place[0]], y[:, place[1]])
                found |= self._block(rho[place], some, *sizes, [out[place] for out in outs])
        return found

    def _block(self, rho: np.ndarray, u: Any, x: Any, y: Any, outs: Sequence[np.ndarray]) -> int:
        """The operations of `compiled_vectors`, in the same order."""
        given = u is not None
        s = u if given else 1.0 - np.abs(rho)
        bits = s.view(np.int64)
        index = (bits >> SHIFT) - FIRST
        index[(index < 0) | (index > TOP)] = TOP + 1
        local = (bits & _MASK).astype(np.float64) * 2.0**-46 - 1.0
        negative = rho < 0.0
        sign = negative.astype(np.int64)
        lost = False
        for part, out in enumerate(outs):
            rows = self.tables[part][sign, index]
            value = rows[..., 7]
            for k in range(6, -1, -1):
                value = value * local + rows[..., k]
            offset, factor, scale = np.moveaxis(self.forms[part][sign], -1, 0)
            value = (factor * value + offset) * scale
            if x is not None:
                value = value * x[part][:, None] * y[part][None, :]
            out[:] = value
            lost = lost or not np.isfinite(value).all()
        if not given:
            return (LOST if lost else 0) | (CLOSE if not (s >= NEAR).all() else 0)
        inside = (u >= 0.0) & (u <= 1.0) & (rho >= -1.0) & (rho <= 1.0)
        tiny = (u > 0.0) & (u < 2.0**-64)
        return (0 if inside.all() else BAD) | (TINY if tiny.any() else 0)


def _forms(what: int, scale: float, flip: float) -> list[list[float]]:
    if what == KERNEL:
        return [[1.0, -1.0, scale], [1.0, -1.0, flip * scale]]
    if what == TANGENT:
        return [[0.0, 1.0, scale], [0.0, 1.0, flip * scale]]
    return [[0.0, 1.0, 1.0], [2.0, -1.0, 1.0] if flip < 0 else [0.0, 1.0, 1.0]]


def mirror(source: np.ndarray, target: np.ndarray) -> None:
    """Write the transposed of a block to its place in a matrix.

    >>> mirror(np.arange(6.0).reshape(2, 3), found := np.empty((3, 2)))
    >>> found.tolist()
    [[0.0, 3.0], [1.0, 4.0], [2.0, 5.0]]
    """
    loops = _compiled()
    if loops is not None and min(source.shape) >= 8:
        loops.mirror_loop()(source, target)
        return
    for top in range(0, source.shape[0], 64):
        for left in range(0, source.shape[1], 64):
            target[left : left + 64, top : top + 64] = source[top : top + 64, left : left + 64].T


@cache
def _compiled() -> Any:
    """The loops by numba, None where that is missing or switched off by DEEPCOND_NUMBA=0."""
    if os.environ.get("DEEPCOND_NUMBA") == "0":
        return None
    try:
        from . import compiled_vectors
    except ImportError:
        return None
    return compiled_vectors


def _union(flags: Any) -> int:
    found = 0
    for some in flags:
        found |= some
    return found


def _threads() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@cache
def _pool() -> Any:
    return ThreadPoolExecutor(_threads())
