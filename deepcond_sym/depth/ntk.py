"""The recursions over the layers: correlations (NNGP), the tangent kernel, and its ratio to the diagonal.

With K^(l) = q_l c_l and Theta^(l) = q_l t_l, and f_l the correlation map of layer l,

    c_l = f_l(c_(l-1)),    t_l = c_l + f_l'(c_(l-1)) t_(l-1),    t_0 = c_0,

and on the diagonal P_l = 1 + f_l'(1) P_(l-1), P_0 = 1, Theta^(l)(x, x) = q_l P_l. So the ratio to the diagonal is an
average, r_l = c_l/P_l + (1 - 1/P_l) (f_l'(c_(l-1))/f_l'(1)) r_(l-1), which neither overflows nor cancels when P_l grows
like chi_1^l. Source: derived here (textbook recursion of the tangent kernel, divided by q_l).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np

from .correlation_map import CorrelationMap, without_denormals
from .scaled_float import ScaledFloat


class Correlation(NamedTuple):
    """A correlation c = 1 - u with its complement: `c` is exact near 0, `u` near c = 1."""

    c: Any
    u: Any


class _Orbit:
    """The correlation on its way through the layers; in float64 it often stops moving, and then costs nothing more."""

    def __init__(self, start: Correlation) -> None:
        self.point = start
        self._layer: CorrelationMap | None = None
        self._slope: Any = None

    def advance(self, layer: CorrelationMap) -> None:
        """Pass one layer."""
        if layer is self._layer:
            return
        following = Correlation(*layer.step(*self.point))
        moved = not isinstance(following.u, np.ndarray) or not _same(following, self.point)
        self._layer, self._slope = None if moved else layer, None
        self.point = following

    def slope(self, layer: CorrelationMap) -> Any:
        """f'(c) of the layer about to be passed."""
        if layer is not self._layer:
            return layer.slope(*self.point)
        if self._slope is None:
            self._slope = layer.slope(*self.point)
        return self._slope


def _same(a: Correlation, b: Correlation) -> bool:
    return bool(np.array_equal(a.c, b.c) and np.array_equal(a.u, b.u))


def correlation_after(layers: Iterable[CorrelationMap], start: Correlation) -> Correlation:
    """(c_L, 1 - c_L)."""
    orbit = _Orbit(start)
    for layer in layers:
        orbit.advance(layer)
    return orbit.point


def tangent_after(layers: Iterable[CorrelationMap], start: Correlation) -> Any:
    """t_L = Theta^(L)/q_L."""
    tangent, orbit = start.c, _Orbit(start)
    for layer in layers:
        slope = orbit.slope(layer)
        orbit.advance(layer)
        tangent = _flushed(orbit.point.c + slope * tangent)
    return tangent


def tangent_ratio_after(layers: Iterable[CorrelationMap], start: Correlation) -> Any:
    """r_L = Theta^(L)/Theta^(L)(diagonal)."""
    ratio = start.c
    for ratio in tangent_ratios(layers, start):  # noqa: B007
        pass
    return ratio


def tangent_ratios(layers: Iterable[CorrelationMap], start: Correlation) -> Iterator[Any]:
    """r_1, r_2, ..., r_L."""
    ratio, share, orbit = start.c, 1, _Orbit(start)
    for layer in layers:
        full = layer.slope_at_one()
        slope = orbit.slope(layer)
        orbit.advance(layer)
        if full == 0:
            ratio, share = orbit.point.c, 1
        else:
            # share = 1/P_l, written so that a ball for it does not widen by dependency.
            share = 1 / (1 + full / share) if share != 0 else share
            ratio = _flushed(share * orbit.point.c + (1 - share) * (slope / full) * ratio)
        yield ratio


def _flushed(value: Any) -> Any:
    return without_denormals(value) if isinstance(value, np.ndarray) else value


def diagonal_after(layers: Iterable[CorrelationMap]) -> Any:
    """P_L = Theta^(L)(x, x)/q_L."""
    total: Any = 1
    for layer in layers:
        total = 1 + layer.slope_at_one() * total
    return total


def log_diagonal_after(layers: Iterable[CorrelationMap]) -> float:
    """log P_L in float64, where P_L itself may overflow."""
    total = ScaledFloat.of(1.0)
    for layer in layers:
        total = total.times(layer.slope_at_one()).plus(1.0)
    return total.log()
