"""The hard points, and the kernels there to fifty digits, by a recursion in mpmath that shares nothing with ours."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import mpmath as mp

DIGITS = 50
_WORKING = 130
"""1 - K has lost fifteen digits at u = 1e-14; the rest is to spare."""
COMPLEMENTS = [
    *(f"1e-{k}" for k in range(14, 0, -1)), "0.3", "0.7", "1", "1.3", "1.7", "1.9", "1.99", "1.9999", "1.99999999",
    "1.99999999999999", "2",
]  # fmt: skip
"""u = 1 - cosine."""


@dataclass(frozen=True)
class Point:
    """A row of float64 beside the row (1, 0, 0, 0), and the exact cosine of the two as they are."""

    row: list[float]
    cosine: mp.mpf

    @property
    def signed(self) -> float:
        """1 - |cosine| with the sign of the cosine, rounded to float64."""
        with mp.workdps(_WORKING):
            return math.copysign(float(1 - abs(self.cosine)), float(self.cosine))


FIRST = [1.0, 0.0, 0.0, 0.0]


def hard_points() -> list[Point]:
    """The points at all `COMPLEMENTS`, or as near as float64 gets.

    >>> [(p.row[:2], p.signed) for p in hard_points()][-1]
    ([-1.0, 0.0], -0.0)
    """
    with mp.workdps(_WORKING):
        found = []
        for text in COMPLEMENTS:
            u = mp.mpf(text)
            row = [float(1 - u), float(mp.sqrt(u * (2 - u))), 0.0, 0.0]
            x, y = mp.mpf(row[0]), mp.mpf(row[1])
            found.append(Point(row, x / mp.sqrt(x**2 + y**2)))
        return found


@dataclass(frozen=True)
class Exact:
    """K, 1 - K and Theta/Theta(1) of unit vectors at one cosine."""

    kernel: mp.mpf
    complement: mp.mpf
    tangent: mp.mpf


def exact(activation: str, depths: list[int], cosine: mp.mpf) -> dict[int, Exact]:
    """The values at several depths; K(1) = 1 for these networks.

    >>> found = exact("relu", [1], mp.mpf(0))[1]
    >>> mp.nstr(found.kernel * mp.pi, 12), mp.nstr(2 * mp.pi * found.tangent, 12)
    ('1.0', '1.0')
    """
    layer = LAYERS[activation]
    with mp.workdps(_WORKING):
        found = {}
        kernel = tangent = mp.mpf(cosine)
        diagonal = mp.mpf(1)
        _, steepest = layer(mp.mpf(1))
        for depth in range(1, max(depths) + 1):
            kernel, slope = layer(kernel)
            tangent = kernel + slope * tangent
            diagonal = 1 + steepest * diagonal
            if depth in depths:
                found[depth] = Exact(kernel, 1 - kernel, tangent / diagonal)
        return found


def diagonals(activation: str, depths: list[int]) -> dict[int, mp.mpf]:
    """Theta(1) at several depths.

    >>> diagonals("relu", [10])
    {10: mpf('11.0')}
    """
    with mp.workdps(_WORKING):
        _, steepest = LAYERS[activation](mp.mpf(1))
        return {depth: mp.fsum(steepest**k for k in range(depth + 1)) for depth in depths}


def _relu(cosine: mp.mpf) -> tuple[mp.mpf, mp.mpf]:
    angle = mp.acos(cosine)
    slope = (mp.pi - angle) / mp.pi
    return mp.sin(angle) / mp.pi + slope * cosine, slope


def _erf(cosine: mp.mpf) -> tuple[mp.mpf, mp.mpf]:
    scale = mp.asin(mp.mpf(2) / 3)
    part = 2 * cosine / 3
    return mp.asin(part) / scale, 2 / (3 * scale * mp.sqrt(1 - part**2))


def _gelu(cosine: mp.mpf) -> tuple[mp.mpf, mp.mpf]:
    mean_square = 1 / (4 * mp.pi)
    variance = mp.sqrt(3) / (6 * mp.pi) + mp.mpf(1) / 3 - mean_square
    root, angle = mp.sqrt(4 - cosine**2), mp.asin(cosine / 2)
    kernel = cosine / 4 + (cosine * angle + 1 / root) / (2 * mp.pi)
    slope = mp.mpf(1) / 4 + (angle + cosine / root + cosine / root**3) / (2 * mp.pi)
    return (kernel - mean_square) / variance, slope / variance


LAYERS: dict[str, Callable[[mp.mpf], tuple[mp.mpf, mp.mpf]]] = {"relu": _relu, "erf": _erf, "gelu": _gelu}
