"""Bounds for an analytic function on rectangles of the complex plane, by balls on boxes."""

from __future__ import annotations

import math
from collections.abc import Callable

import sympy as sp
from flint import acb, arb

from deepcond_sym.arithmetic import ball, lower, precision

_BITS = 53
_DEPTH = 6
_MOST_BOXES = 40_000
_WASTE = 3


def rectangle_bound(
    function: Callable[[acb, bool], acb], left: float, right: float, height: float, rate: float = 0.0
) -> arb | None:
    """sup |f(x + iy)| exp(-rate x^2) for left <= x <= right and |y| <= height; None if f is not seen to be analytic.

    f(z, analytic) is as made by `lower(..., complex_ball=True)`, and real on the real line, so that the upper half of
    the rectangle is enough. Boxes on which f has no finite bound, or a wasteful one, are cut in four.

    >>> tangent = lower(sp.tanh(sp.Symbol("x", real=True)), ball, complex_ball=True)
    >>> 1.5 < float(rectangle_bound(tangent, -4, 4, 1).mid()) < 5, rectangle_bound(tangent, -4, 4, 1.6)
    (True, None)

    Source: derived here.
    """
    with precision(bits=_BITS):
        return _Cover(function, rate).bound(left, right, height)


class _Cover:
    """The boxes that cover a rectangle. All box edges are floats, so that neighbours share them exactly."""

    def __init__(self, function: Callable[[acb, bool], acb], rate: float) -> None:
        self.function = function
        self.rate = rate
        self.reached = arb(0)
        self.count = 0

    def bound(self, left: float, right: float, height: float) -> arb | None:
        size = min(max(height / 2, (right - left) / 400), 1.0)
        columns = max(1, math.ceil((right - left) / size))
        rows = max(1, math.ceil(height / size))
        xs = [left + (right - left) * k / columns for k in range(columns)] + [right]
        ys = [height * k / rows for k in range(rows)] + [height]
        # the top row comes first: that is where a pole shows
        waiting = [(xs[k], xs[k + 1], ys[m], ys[m + 1], 0) for m in range(rows) for k in range(columns)]
        largest = arb(0)
        wasteful: list[tuple[arb, tuple[float, float, float, float, int]]] = []
        while waiting or wasteful:
            if not waiting:
                waiting = [quarter for size, box in wasteful if size > _WASTE * self.reached for quarter in _cut(box)]
                largest = largest.max(arb(_WASTE) * self.reached)
                wasteful = []
                continue
            box = waiting.pop()
            size_here = self._on(box)
            if size_here is None:
                if box[4] >= _DEPTH or self.count > _MOST_BOXES:
                    return None
                waiting += _cut(box)
            elif box[4] < _DEPTH and size_here > _WASTE * self.reached:
                wasteful.append((size_here, box))
            else:
                largest = largest.max(size_here)
        return largest.upper()

    def _on(self, box: tuple[float, float, float, float, int]) -> arb | None:
        self.count += 1
        real, imag = arb(box[0]).union(arb(box[1])), arb(box[2]).union(arb(box[3]))
        value = self.function(acb(real, imag), True)
        if not value.is_finite():
            return None
        middle = acb(real.mid(), imag.mid())
        seen = abs(self.function(middle, True)) * self._weight(arb(real.mid()))
        if seen.is_finite():
            self.reached = self.reached.max(seen.lower())
        return (abs(value).upper() * self._weight(real)).upper()

    def _weight(self, real: arb) -> arb:
        # a product, not a power: Arb's powers of a ball around exactly 0 are NaN
        return (-arb(self.rate) * (real * real)).exp()


def _cut(box: tuple[float, float, float, float, int]) -> list[tuple[float, float, float, float, int]]:
    left, right, low, high, depth = box
    x, y = (left + right) / 2, (low + high) / 2
    return [(a, b, c, d, depth + 1) for c, d in ((low, y), (y, high)) for a, b in ((left, x), (x, right))]


class Strip:
    """Heights a and bounds for |f| on the rectangle |Re z| <= reach, |Im z| <= a, for f analytic near the real line.

    Bounds carry the weight exp(-rate (Re z)^2), rate >= the Gaussian rate of growth of f.

    >>> strip = Strip(sp.tanh(sp.Symbol("x", real=True)), 0.0)
    >>> 1 < strip.bounds(10.0, 12.0)[0][0] < math.pi / 2
    True

    Source: derived here.
    """

    def __init__(self, expr: sp.Expr, rate: float) -> None:
        self.function = lower(expr, ball, complex_ball=True)
        self.rate = rate
        self._kept: dict[tuple[int, int], list[tuple[float, arb]]] = {}
        self._start = math.inf

    def bounds(self, reach: float, highest: float) -> list[tuple[float, arb]]:
        """Pairs (a, bound) with a <= about `highest`, the largest a first; empty if there is no strip at all."""
        key = (4 * math.ceil(reach / 4), math.ceil(math.log(highest) / math.log(1.25)))
        if key not in self._kept:
            self._kept[key] = self._search(float(key[0]), min(1.25 ** key[1], self._start))
        return self._kept[key]

    def _search(self, reach: float, height: float) -> list[tuple[float, arb]]:
        found: list[tuple[float, arb]] = []
        failed = None
        while len(found) < 4 and height > 2.0**-12:
            bound = rectangle_bound(self.function, -reach, reach, height, self.rate)
            if bound is not None and bound.is_finite():
                found.append((height, bound))
            elif not found:
                failed = height
            height *= 0.75
        if found and failed is not None:
            self._start = failed
            for factor in (1.21, 1.1):
                height = found[0][0] * factor
                bound = rectangle_bound(self.function, -reach, reach, height, self.rate)
                if bound is not None and bound.is_finite():
                    return [(height, bound), *found]
        return found
