"""`CellRule`: nodes and weights on [0, 1] with a proved error, in panels chosen by the bounds of the integrand."""

from __future__ import annotations

import math
from collections.abc import Callable

from flint import acb, arb

from deepcond_sym.arithmetic import precision, working_bits
from deepcond_sym.duals.integrals.quadrature import _legendre
from deepcond_sym.errors import AccuracyError

_BITS = 64
_RATIOS = (1.5, 2.0, 2.5, 3.5, 5.0, 8.0)
_FEW = 20
_DEPTH = 12


class CellRule:
    """A composite Gauss-Legendre rule on [0, 1] for all functions f with |f(z)| <= bound(z) on complex balls z.

    `bound` returns an arb, or None where f is not seen to be analytic; f is real on the line. Each panel takes the
    ellipse and the number of nodes that are cheapest for an error of 2^-bits, and is halved where that is cheaper.
    `error` bounds |sum of weight * f(node) - integral of f|.

    >>> rule = CellRule(lambda z: abs(z.exp()).upper(), 60)
    >>> with precision(bits=90):
    ...     print(abs(sum(w * t.exp() for t, w in rule.nodes()) - arb(1).exp() + 1) < arb(2) ** -60)
    True

    Source: error of Gauss-Legendre quadrature for analytic integrands: L. N. Trefethen, "Approximation Theory and
    Approximation Practice", 2013, theorem 19.3.
    """

    def __init__(self, bound: Callable[[acb], arb | None], bits: int) -> None:
        self._bound = bound
        self._bits = bits
        with precision(bits=_BITS):
            found = self._panels(0.0, 1.0, 0)
            if found is None:
                raise AccuracyError("The activation is not seen to be analytic up to the end of one of its pieces.")
            self.panels = found
            self.error = sum((error for *_, error in found), arb(0)).upper()

    def nodes(self) -> list[tuple[arb, arb]]:
        """(node, weight) at the current precision."""
        result = []
        for left, right, size, _ in self.panels:
            half, middle = (arb(right) - left) / 2, (arb(right) + left) / 2
            for index in range(size):
                root, weight = _legendre(size, index, working_bits())
                result.append((middle + half * root, half * weight))
        return result

    def _panels(self, left: float, right: float, depth: int) -> list[tuple[float, float, int, arb]] | None:
        whole = self._best(left, right)
        if depth >= _DEPTH or (whole is not None and whole[0] <= _FEW):
            return None if whole is None else [(left, right, *whole)]
        if whole is not None and whole[0] <= 2 * self._bits / 3:
            return [(left, right, *whole)]
        middle = (left + right) / 2
        first = self._panels(left, middle, depth + 1)
        second = None if first is None else self._panels(middle, right, depth + 1)
        if first is None or second is None:
            return None if whole is None else [(left, right, *whole)]
        if whole is not None and whole[0] <= sum(size for _, _, size, _ in first + second):
            return [(left, right, *whole)]
        return first + second

    def _best(self, left: float, right: float) -> tuple[int, arb] | None:
        """(number of nodes, error) of the cheapest ellipse, rounded up so that few different rules are needed."""
        half, middle = (arb(right) - left) / 2, (arb(right) + left) / 2
        best: tuple[int, arb] | None = None
        for ratio in _RATIOS:
            r = arb(ratio)
            wide, tall = half * (r + 1 / r) / 2, half * (r - 1 / r) / 2
            size = self._bound(acb(middle + arb(0, wide.upper()), arb(0, tall.upper())))
            if size is None or not size.is_finite():
                break
            factor = arb(64) / 15 * half * size / (1 - r**-2)
            needed = self._bits + (math.ceil(float((factor.log() / arb(2).log()).upper())) if factor > 0 else 0)
            count = max(4, 4 * math.ceil(needed / (8 * math.log2(ratio))))
            if best is None or count < best[0]:
                best = count, (factor * r ** (-2 * count)).upper()
        return best
