"""Numbers as unevaluated sums of two doubles, high + low, on arrays: about 104 bits, by error-free transformations.

Source: Dekker 1971; Joldes, Muller, Popescu 2017 for the errors. What is assumed: IEEE 754 doubles rounded to nearest,
no overflow, and products above 2^-960. Then `product` is off by at most 2^-98 of itself, `total` by at most 2^-100 of
|first| + |second|: the constants are generous.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from flint import arb

PRODUCT_ERROR, TOTAL_ERROR = arb(2) ** -98, arb(2) ** -100
_SPLIT = 134217729.0
_SLICE, _SLICES = 21, 4
"""Bits of a slice, of which 2^10 products add up without rounding, and how many slices make a number."""


class Pair(NamedTuple):
    """high + low, |low| at most half a unit in the last place of high."""

    high: Any
    low: Any


def pair(value: arb) -> Pair:
    """The middle of a ball, off by at most 2^-104 of itself.

    >>> pair(arb(1) / 3).high
    0.3333333333333333
    """
    high = float(value.mid())
    return Pair(high, float((value.mid() - arb(high)).mid()))


def two_sum(first: Any, second: Any) -> Pair:
    """The sum of two doubles and its rounding error, exactly."""
    high = first + second
    other = high - first
    return Pair(high, (first - (high - other)) + (second - other))


def total(first: Pair, second: Pair) -> Pair:
    """The sum."""
    high, low = two_sum(first.high, second.high)
    return _normal(high, low + (first.low + second.low))


def product(first: Pair, second: Pair) -> Pair:
    """The product.

    >>> product(Pair(1.0, 2.0**-60), Pair(1.0, 2.0**-60)) == Pair(1.0, 2.0**-59)
    True
    """
    high = first.high * second.high
    a, b = _split(first.high), _split(second.high)
    low = ((a.high * b.high - high) + a.high * b.low + a.low * b.high) + a.low * b.low
    return _normal(high, low + (first.high * second.low + first.low * second.high))


def _normal(high: Any, low: Any) -> Pair:
    rounded = high + low
    return Pair(rounded, low - (rounded - high))


def _split(value: Any) -> Pair:
    scaled = _SPLIT * value
    high = scaled - (scaled - value)
    return Pair(high, value - high)


class Slices(NamedTuple):
    """A matrix as a sum of multiples of 2^-21 (1/2^21, ...) of a power of two above all its entries, which are below
    `size`."""

    parts: list[np.ndarray]
    size: float


def slices(matrix: Pair) -> Slices:
    """The matrix, cut."""
    largest = float(np.abs(matrix.high).max())
    exponent = int(np.frexp(largest)[1]) if largest > 0 else 0
    rest, found = matrix, []
    for number in range(1, _SLICES + 1):
        unit = 2.0 ** (exponent - _SLICE * number)
        part = np.rint(rest.high / unit) * unit
        found.append(part)
        rest = total(rest, Pair(-part, 0.0))
    return Slices(found, 2.0**exponent)


def matrix_product(first: Slices, second: Slices) -> tuple[Pair, arb]:
    """The product of two matrices, and a bound of the error of each entry.

    The products of slices are integers below 2^53 (times a power of two), so that floating-point matrix products are
    exact in any order. Source: Ozaki and others 2012.

    >>> one = slices(Pair(np.eye(2), np.zeros((2, 2))))
    >>> (high, low), error = matrix_product(one, one)
    >>> high.tolist(), bool(error < 1e-18)
    ([[1.0, 0.0], [0.0, 1.0]], True)
    """
    inner = first.parts[0].shape[1]
    assert inner <= 1 << 9
    found = Pair(np.zeros((first.parts[0].shape[0], second.parts[0].shape[1])), 0.0)
    for weight in range(_SLICES):
        for i in range(weight + 1):
            found = total(found, Pair(first.parts[i] @ second.parts[weight - i], 0.0))
    # Left out: three products of weight 4, at most 2^-86 of the sizes each, less of weight 5 and 6, and what the slices
    # leave of the matrices, 2^-85 of the sizes.
    error = arb(first.size) * arb(second.size) * inner * arb(2) ** -80
    return found, error.upper()
