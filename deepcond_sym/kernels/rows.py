"""`Rows`: the points of a kernel, one a row, read block by block from an array or a memory-mapped file."""

from __future__ import annotations

import hashlib
import math
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from flint import arb

from deepcond_sym.arithmetic import precision
from deepcond_sym.errors import InputError

from .float_bounds import gamma

_BLOCK = 1 << 20
"""Entries that are read at once."""
_KEPT = 1 << 25
"""Up to so many entries the unit rows are kept; beyond, they are made anew for every tile."""


class Rows:
    """A checked n x d array of real numbers (at most float64), or the path of a .npy file that holds one.

    Every row has a direction: one that is zero, or has an entry that is not finite, is refused by its number. A block
    of rows comes in float64, each row scaled by a power of two to a largest entry between 1/2 and 1, which changes no
    digit, or as unit vectors. `InputError` for what is no such array.

    >>> rows = Rows(np.array([[3.0, 4.0], [0.0, 2.0]], dtype=np.float32))
    >>> rows.size, rows.norms.tolist(), rows.scaled(0, 2).tolist()
    (2, [5.0, 2.0], [[0.375, 0.5], [0.0, 0.5]])
    """

    def __init__(self, data: Any, name: str = "the data") -> None:
        self.name = name
        self.array = _opened(data, name) if isinstance(data, (str, Path)) else np.asarray(data)
        kind, shape = self.array.dtype, self.array.shape
        if kind.kind not in "fiub" or kind.itemsize > 8 or len(shape) != 2 or 0 in shape:
            raise InputError(
                f"{name} must be a two-dimensional array of real numbers, at most float64, one point a row, "
                f"not of shape {shape} and type {kind}."
            )
        self.size, self.width = int(shape[0]), int(shape[1])
        self.norms, self.exponents = np.empty(self.size), np.empty(self.size, dtype=np.int64)
        step = max(1, _BLOCK // self.width)
        for start in range(0, self.size, step):
            self._check(start, min(start + step, self.size))

    def _check(self, start: int, stop: int) -> None:
        block = self.array[start:stop]
        if self.array.dtype.kind in "iu" and (np.abs(block.astype(np.float64)) > 2**53).any():
            row = start + int(np.argwhere(np.abs(block.astype(np.float64)) > 2**53)[0][0])
            raise InputError(f"Row {row} of {self.name} has an integer beyond 2^53: divide it by a power of two.")
        block = block.astype(np.float64)
        if not np.isfinite(block).all():
            row, column = np.argwhere(~np.isfinite(block))[0]
            raise InputError(f"Row {start + row} of {self.name} has an entry that is not finite, at column {column}.")
        largest = np.abs(block).max(axis=1)
        if not largest.all():
            row = start + int(np.flatnonzero(largest == 0)[0])
            raise InputError(f"Row {row} of {self.name} is zero: it has no direction; leave it out.")
        self.exponents[start:stop] = np.frexp(largest)[1]
        scaled = self.scaled(start, stop)
        with np.errstate(over="ignore"):
            norms = np.sqrt(np.einsum("ij,ij->i", scaled, scaled))
            self.norms[start:stop] = np.ldexp(norms, self.exponents[start:stop])

    def scaled(self, start: int, stop: int) -> np.ndarray:
        """Rows start .. stop - 1 in float64, each over a power of two."""
        return self.take(np.arange(start, stop))

    def take(self, places: np.ndarray) -> np.ndarray:
        """The rows at these places in float64, each over a power of two."""
        contiguous = len(places) > 0 and len(places) == places[-1] - places[0] + 1
        block = self.array[places[0] : places[-1] + 1] if contiguous else self.array[places]
        return np.ldexp(block.astype(np.float64), -self.exponents[places][:, None])

    def unit(self, start: int, stop: int) -> np.ndarray:
        """Rows start .. stop - 1 over their norms."""
        return self._kept[start:stop] if self.array.size <= _KEPT else self._unit(start, stop)

    @cached_property
    def _kept(self) -> np.ndarray:
        return self._unit(0, self.size)

    def _unit(self, start: int, stop: int) -> np.ndarray:
        scaled = self.scaled(start, stop)
        scaled /= np.sqrt(np.einsum("ij,ij->i", scaled, scaled))[:, None]
        return scaled

    def prepare(self) -> None:
        """Make what several threads then read."""
        if self.array.size <= _KEPT:
            _ = self._kept

    def digest(self) -> str:
        """A hash of shape, type and content.

        >>> Rows(np.eye(2)).digest() == Rows(np.eye(2)).digest() != Rows(2 * np.eye(2)).digest()
        True
        """
        found = hashlib.sha256(f"{self.array.shape} {self.array.dtype.str}".encode())
        step = max(1, _BLOCK // self.width)
        for start in range(0, self.size, step):
            found.update(np.ascontiguousarray(self.array[start : start + step]).tobytes())
        return found.hexdigest()


def cosine_error(width: int) -> float:
    """A bound of what the product of two unit rows of this width is off by, and 1 - |.| of it, as `Rows.unit` has them.

    The squared norm is off by gamma_width relative to itself, the root and the division by 2^-53 each, the product by
    gamma_width |x| |y|; next to that, underflow and the rounding of 1 - |.| are covered by one more 2^-53.

    >>> 1e-16 < cosine_error(1) < 1e-15, cosine_error(784) < 2e-13
    (True, True)
    """
    with precision(bits=128):
        unit = arb(2) ** -53
        row = (1 + unit) / ((1 - gamma(width)).sqrt() * (1 - unit))
        return math.nextafter(float((row**2 * (1 + gamma(width)) - 1 + unit).upper()), math.inf)


def _opened(path: str | Path, name: str) -> np.ndarray:
    try:
        found = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise InputError(f"{path} is not a readable .npy file: {error}") from error
    if not isinstance(found, np.ndarray):
        raise InputError(f"{path} is an archive of several arrays: save {name} alone, with numpy.save.")
    return found
