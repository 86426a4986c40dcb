"""`FloatPieces`: an activation and its slope on float64 arrays, piece by piece, at arguments of any size."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
import sympy as sp

from deepcond_sym.activations import Activation
from deepcond_sym.arithmetic import ball, float64, lower, precision
from deepcond_sym.arithmetic.float64 import Unguarded
from deepcond_sym.arithmetic.program import Program
from deepcond_sym.duals.moments import shift_and_variance_ball
from deepcond_sym.duals.normalized import NormalizedActivation
from deepcond_sym.errors import AccuracyError
from deepcond_sym.symbols import x

_FAR = 300.0
"""Where exp(x) and its square are still doubles; a formula that overflows overflows beyond."""
_PROBES = (320.0, 1e3, 1e5)


class FloatPieces:
    """The values and slopes of sigma; `knots` are the finite ends of its pieces, `values(x, k)` is formula k at x.

    Where a formula overflows on the way (softplus is log(1 + exp(x)), and its slope exp(x)/(1 + exp(x))) the function
    is continued from |x| = 300 by its tangent there, which is compared with balls at a few points first: AccuracyError
    where it is not that simple.

    >>> from deepcond_sym.activations import activation
    >>> pieces = FloatPieces(activation("softplus"))
    >>> pieces.values(np.array([0.0, 1e6]), 0), pieces.slopes(np.array([0.0, 1e6]), 0)
    (array([6.93147181e-01, 1.00000000e+06]), array([0.5, 1. ]))
    """

    def __init__(self, source: Activation) -> None:
        self._source, self._shift, self._factor = source, 0.0, 1.0
        if isinstance(source, NormalizedActivation):
            # The constants may have no formula; as doubles they are known in any case.
            with precision(bits=100):
                shift, variance = shift_and_variance_ball(source)
                self._shift, self._factor = float(shift.mid()), float(variance.rsqrt().mid())
            source = source.base
        slope = source.derivative()
        self.knots = [float(float64.constant(piece.lower)) for piece in source.pieces[1:]]
        self._values = [_Formula(piece.expr, 1) for piece in source.pieces]
        # Pieces with the same slope are one piece of the derivative: the formula is looked up by a point inside.
        between = [(low + high) / 2 for low, high in pairwise(self.knots)]
        at = [self.knots[0] - 1.0, *between, self.knots[-1] + 1.0] if self.knots else [0.0]
        ends = [float(float64.constant(piece.lower)) for piece in slope.pieces[1:]]
        formulas = [_Formula(piece.expr, 0) for piece in slope.pieces]
        self._slopes = [formulas[int(np.searchsorted(ends, point))] for point in at]

    def __reduce__(self) -> tuple[Any, ...]:
        return float_pieces, (self._source,)

    def values(self, points: np.ndarray, piece: int) -> np.ndarray:
        """sigma by the formula of one piece."""
        return (self._values[piece](points) - self._shift) * self._factor

    def slopes(self, points: np.ndarray, piece: int) -> np.ndarray:
        """sigma' by the formula of one piece."""
        return self._slopes[piece](points) * self._factor


class _Formula:
    """One smooth expression; `order` is the degree of its continuation (1: linear, 0: constant)."""

    def __init__(self, expression: sp.Expr, order: int) -> None:
        self._expression, self._order = expression, order
        self._run = Program(expression, (x,), Unguarded())
        self._tangents: dict[float, tuple[float, float]] = {}

    def __call__(self, points: np.ndarray) -> np.ndarray:
        with np.errstate(all="ignore"):
            found = self._run(points)
        found = np.broadcast_to(found, points.shape)
        lost = ~np.isfinite(found)
        if not lost.any():
            return found
        found = found.copy()
        for side in (-1.0, 1.0):
            here = lost & (points * side > _FAR)
            if here.any():
                value, slope = self._tangent(side)
                found[here] = value + slope * (points[here] - side * _FAR)
        if not np.isfinite(found).all():
            raise AccuracyError(f"{self._expression} leaves the range of float64: divide the rows of the data.")
        return found

    def _tangent(self, side: float) -> tuple[float, float]:
        if side not in self._tangents:
            with precision(bits=80):
                value = lower(self._expression, ball)
                slope = lower(sp.diff(self._expression, x), ball) if self._order else None
                at = ball.constant(int(side * _FAR))
                level = value(at)
                rate = slope(at) if slope is not None else level * 0
                for probe in _PROBES:
                    point = ball.constant(int(side * probe))
                    straight = level + rate * (point - at)
                    true = value(point)
                    if not abs(true - straight) <= 1e-15 * (1 + abs(true)):
                        raise AccuracyError(
                            f"{self._expression} leaves the range of float64 at {side * probe:g}: "
                            "divide the rows of the data."
                        )
                self._tangents[side] = float(level.mid()), float(rate.mid())
        return self._tangents[side]


@lru_cache(64)
def float_pieces(source: Activation) -> FloatPieces:
    """The `FloatPieces` of an activation, built once."""
    return FloatPieces(source)
