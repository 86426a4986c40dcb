"""Points with exact coordinates, and the cosines of pairs of them without loss of digits."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
from flint import arb, fmpq

from deepcond_sym.arithmetic import exact_number
from deepcond_sym.errors import InputError


class Pair:
    """Two points by their exact inner product and squared norms.

    >>> Pair([Fraction(3), Fraction(4)], [Fraction(5), Fraction(0)]).complement().str(10, radius=False)
    '0.4000000000'
    """

    def __init__(self, x: list[Fraction], y: list[Fraction]) -> None:
        self.dot = sum((a * b for a, b in zip(x, y, strict=True)), Fraction(0))
        self.norms = sum(a * a for a in x) * sum(b * b for b in y)

    @property
    def same(self) -> bool:
        """Whether they have the same direction."""
        return self.dot > 0 and self.dot**2 == self.norms

    def complement(self) -> arb:
        """1 - cos at the current precision, exactly 0 for equal directions and 2 for opposite ones, and without loss of
        digits for close points."""
        if self.same:
            return arb(0)
        if self.dot < 0 and self.dot**2 == self.norms:
            return arb(2)
        length, dot = _ball(self.norms).sqrt(), _ball(self.dot)
        return _ball(self.norms - self.dot**2) / (length * (length + dot)) if self.dot > 0 else 1 - dot / length


def _ball(number: Any) -> arb:
    fraction = Fraction(number)
    return arb(fmpq(fraction.numerator, fraction.denominator))


def points(given: Any, name: str) -> list[list[Fraction]]:
    """The rows in Fractions: at least one, of one length, none zero; floats count as the numbers that they are.

    >>> points([[1, "1/3"]], "training")
    [[Fraction(1, 1), Fraction(1, 3)]]
    """
    try:
        rows = [[_coordinate(value) for value in (row.tolist() if isinstance(row, np.ndarray) else row)]
                for row in given]  # fmt: skip
    except TypeError:
        raise InputError(f"Give {name} as rows of numbers, for instance [[1, 0], [0, 1]] or a NumPy array.") from None
    if not rows or not rows[0] or len({len(row) for row in rows}) > 1:
        raise InputError(f"Give {name} as rows of one length, at least 1.")
    for place, row in enumerate(rows):
        if not any(row):
            raise InputError(f"Row {place} of {name} is zero: it has no direction; leave it out.")
    return rows


def _coordinate(value: Any) -> Fraction:
    if isinstance(value, float):
        if not np.isfinite(value):
            raise InputError(f"A coordinate must be finite, not {value}.")
        return Fraction(value)
    number = exact_number(value)
    if not isinstance(number, Fraction):
        raise InputError(f"Coordinates are rational, not {value}: give integers, Fractions, texts or floats.")
    return number


def training_pairs(training: Any, name: str = "training") -> tuple[list[list[Fraction]], dict[tuple[int, int], Pair]]:
    """The rows and their pairs (i, j), j < i; `InputError` if two have the same direction.

    >>> rows, pairs = training_pairs([[1, 0], [0, 2]])
    >>> pairs[1, 0].dot
    Fraction(0, 1)
    """
    rows = points(training, name)
    pairs = {(i, j): Pair(x, rows[j]) for i, x in enumerate(rows) for j in range(i)}
    for (i, j), pair in pairs.items():
        if pair.same:
            raise InputError(f"The {name} points {j} and {i} have the same direction: leave one of them out.")
    return rows, pairs


def pairs_with(point: Any, rows: list[list[Fraction]]) -> list[Pair]:
    """The pairs of one more point with each of the rows.

    >>> pairs_with([1, 1], [[Fraction(1), Fraction(0)]])[0].norms
    Fraction(2, 1)
    """
    target = points([point], "point")[0]
    if len(target) != len(rows[0]):
        raise InputError(f"The point has {len(target)} coordinates, the training points {len(rows[0])}.")
    return [Pair(row, target) for row in rows]
