"""`Cell`: a part of the plane on which X and Y stay each in one piece of the line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flint import acb, arb

Bilinear = tuple[Any, Any, Any, Any]


@dataclass(frozen=True)
class Cell:
    """X, Y, D and the area over 2 pi s d as bilinear functions c0 + c1 a + c2 b + c3 a b of coordinates in [0, 1]^2.

    X = Y + 2 d D and S = (X + Y)/(2 s). `x_from` and `y_from` name the coordinates on which X and Y depend.

    >>> same_piece(arb(1), arb(1) / 8, arb(9), arb(0), None).at(arb(0), arb(1))[:2]
    (2.25000000000000, 0)
    """

    s: arb
    d: arb
    x: Bilinear
    y: Bilinear
    across: Bilinear
    area: Bilinear
    x_from: str
    y_from: str

    def __post_init__(self) -> None:
        # now, at full precision: bounds ask for the forms at a lower one
        _ = self._forms

    def at(self, a: Any, b: Any) -> tuple[Any, Any, Any, Any, Any]:
        """(X, Y, D, S, area over 2 pi s d) at a point, or on complex balls."""
        x, y, across, along, area = (c[0] + c[1] * a + (c[2] + c[3] * a) * b for c in self._forms)
        return x, y, across, along, area

    @cached_property
    def _forms(self) -> tuple[Bilinear, ...]:
        # a sum of coefficients, not of values: the same ball in two terms would be counted twice
        along: Any = tuple((x + y) / (2 * self.s) for x, y in zip(self.x, self.y, strict=True))
        return self.x, self.y, self.across, along, self.area


def same_piece(s: arb, d: arb, radius: arb, start: arb | None, stop: arb | None) -> Cell | None:
    """X > Y in one piece [start, stop] (None: infinite), within |Y| or |X| <= radius, D <= radius; None if outside.

    Source: derived here.
    """
    if (start is not None and start > radius) or (stop is not None and -stop > radius):
        return None
    scale = 2 * arb.pi() * s
    if start is not None and stop is not None:
        length = stop - start
        top = (length / (2 * d)).min(radius)
        shorter = 2 * d * top
        area = (length * top / scale, 0, -shorter * top / scale, 0)
        x, y = (start, length, shorter, -shorter), (start, length, 0, -shorter)
        return Cell(s, d, x, y, (0, 0, top, 0), area, "ab", "ab")
    if start is not None:
        area = ((radius - start) * radius / scale, 0, 0, 0)
        x = (start, radius - start, 2 * d * radius, 0)
        return Cell(s, d, x, (start, radius - start, 0, 0), (0, 0, radius, 0), area, "ab", "a")
    assert stop is not None
    area = ((radius + stop) * radius / scale, 0, 0, 0)
    x, y = (stop, -(radius + stop), 0, 0), (stop, -(radius + stop), -2 * d * radius, 0)
    return Cell(s, d, x, y, (0, 0, radius, 0), area, "a", "ab")


def two_pieces(
    s: arb, d: arb, radius: arb, upper: Sequence[arb | None], lower: Sequence[arb | None]
) -> Cell | None:
    """X in the piece `upper`, Y in the piece `lower` below it, within D <= radius; None if that is empty.

    Source: derived here.
    """
    start, stop = upper[0], lower[1]
    assert start is not None
    assert stop is not None
    reach = 2 * d * radius - (start - stop)
    if reach < 0 or start > radius or -stop > radius:
        return None
    p = q = arb(reach.upper())
    if upper[1] is not None:
        p = (upper[1] - start).min(p)
    if lower[0] is not None:
        q = (stop - lower[0]).min(q)
    across = ((start - stop) / (2 * d), p / (2 * d), q / (2 * d), 0)
    area = (p * q / (4 * arb.pi() * s * d), 0, 0, 0)
    return Cell(s, d, (start, p, 0, 0), (stop, 0, -q, 0), across, area, "a", "b")


def peak(z: acb) -> arb:
    """sup |exp(-z^2/2)| on a rectangle."""
    high, low = abs(z.imag).upper(), abs(z.real).lower()
    return ((high * high - (low * low if low > 0 else 0)) / 2).exp().upper()
