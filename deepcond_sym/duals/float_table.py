"""Tables of polynomials: a smooth function of one variable on an interval, in float64, filled from balls."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np
from flint import arb, arb_mat

from deepcond_sym.arithmetic import precision
from deepcond_sym.errors import AccuracyError

_BITS = 80
_DEGREE = 15
_SEGMENTS = (8, 16, 32, 64, 256)
_TOLERANCE = 2.0**-55
_NEGLIGIBLE = 2.0**-12
"""Where a function is smaller than this part of its maximum, the accuracy is relative to that part."""


class FloatTable:
    """A smooth function on [start, stop] as one polynomial of degree 15 a segment, evaluated in float64.

    `function` maps an exact arb to an arb; it is called once per node, at high precision, so that the error of the
    table is the rounding of Horner's rule (one or two units in the last place of the largest value in a segment).
    AccuracyError when 256 segments do not reach that, which means that the function is not smooth.

    >>> table = FloatTable(lambda t: t.exp(), 0, 1)
    >>> bool(abs(table(np.array([0.3]))[0] / np.exp(0.3) - 1) < 4e-16)
    True

    Source: textbook (Chebyshev interpolation).
    """

    def __init__(self, function: Callable[[arb], arb], start: arb | int, stop: arb | int) -> None:
        with precision(bits=_BITS):
            first, last = arb(start), arb(stop)
            for segments in _SEGMENTS:
                coefficients = _fill(function, first, last, segments)
                if coefficients is not None:
                    break
            else:
                raise AccuracyError("The function is not smooth enough for a float64 table: ask for digits or bits.")
            self._start = float(first.mid())
            self._scale = float((segments / (last - first)).mid())
        self._segments = segments
        self._coefficients = coefficients

    def __call__(self, points: np.ndarray) -> np.ndarray:
        """The values at float64 points of the interval (points outside by rounding use the end segment)."""
        position = (points - self._start) * self._scale
        index = np.clip(position.astype(np.int64), 0, self._segments - 1)
        local = 2.0 * (position - index) - 1.0
        coefficients = self._coefficients
        total = coefficients[_DEGREE][index]
        for k in range(_DEGREE - 1, -1, -1):
            total = total * local + coefficients[k][index]
        return total


@lru_cache(maxsize=2)
def _interpolation() -> tuple[list[arb], arb_mat]:
    """Chebyshev nodes on [-1, 1], and the matrix from values there to coefficients of powers."""
    size = _DEGREE + 1
    angles = [arb.pi() * (2 * j + 1) / (2 * size) for j in range(size)]
    nodes = [angle.cos().mid() for angle in angles]
    vandermonde = arb_mat(size, size, [node**k for node in nodes for k in range(size)])
    return nodes, vandermonde.inv()


def _fill(function: Callable[[arb], arb], first: arb, last: arb, segments: int) -> np.ndarray | None:
    """Coefficients [power, segment], or None when some segment is not resolved."""
    nodes, matrix = _interpolation()
    width = (last - first) / segments
    centres = [first + width * segment + width / 2 for segment in range(segments)]
    table = np.empty((_DEGREE + 1, segments))
    rows = [[function((centre + node * width / 2).mid()) for node in nodes] for centre in centres]
    largest = max(_size(value) for row in rows for value in row)
    if not all(_resolved(row, matrix, _NEGLIGIBLE * largest) for row in rows):
        return None
    for segment, (centre, values) in enumerate(zip(centres, rows, strict=True)):
        if not all(value.rad() <= _TOLERANCE * largest for value in values):
            raise AccuracyError("The values are not known to the accuracy of float64: ask for fewer digits or bits.")
        column = _coefficients(values, matrix)
        point = (centre + arb("0.4375") * width).mid()
        local = 2 * (point - centre) / width
        interpolated = arb(0)
        for c in reversed(column):
            interpolated = interpolated * local + c
        scale = max(_NEGLIGIBLE * largest, *(_size(value) for value in values))
        if _size(interpolated - function(point)) > _TOLERANCE * scale:
            return None
        table[:, segment] = [float(c.mid()) for c in column]
    return table


def _size(value: arb) -> float:
    return abs(float(value.mid()))


def _coefficients(values: list[arb], matrix: arb_mat) -> list[arb]:
    product = matrix * arb_mat(_DEGREE + 1, 1, [value.mid() for value in values])
    return [product[k, 0] for k in range(_DEGREE + 1)]


def _resolved(values: list[arb], matrix: arb_mat, floor: float) -> bool:
    """Whether the last two coefficients are negligible beside the values, or beside the floor."""
    if not all(value.is_finite() for value in values):
        raise AccuracyError("A value of the table could not be enclosed: ask for digits or bits.")
    column = _coefficients(values, matrix)
    noise = max(float(value.rad()) for value in values) * 2.0**_DEGREE
    scale = max(floor, *(_size(value) for value in values))
    return _size(column[-1]) + _size(column[-2]) <= 4 * _TOLERANCE * scale + noise
