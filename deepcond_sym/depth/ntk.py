"""The recursions over the layers: correlations (NNGP), the tangent kernel, and its ratio to the diagonal.

With K^(l) = q_l c_l and Theta^(l) = q_l t_l, and f_l the correlation map of layer l,

    c_l = f_l(c_(l-1)),    t_l = c_l + f_l'(c_(l-1)) t_(l-1),    t_0 = c_0,

and on the diagonal P_l = 1 + f_l'(1) P_(l-1), P_0 = 1, Theta^(l)(x, x) = q_l P_l. So the ratio to the diagonal is an
average, r_l = c_l/P_l + (1 - 1/P_l) (f_l'(c_(l-1))/f_l'(1)) r_(l-1), which neither overflows nor cancels when P_l grows
like chi_1^l. Source: derived here (textbook recursion of the tangent kernel, divided by q_l).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np

from .correlation_map import CorrelationMap, without_denormals
from .scaled_float import ScaledFloat


class Correlation(NamedTuple):
    """A correlation c = 1 - u with its complement: `c` is exact near 0, `u` near c = 1."""

    c: Any
    u: Any


def correlation_after(layers: Iterable[CorrelationMap], start: Correlation) -> Correlation:
    """(c_L, 1 - c_L)."""
    for layer in layers:
        start = Correlation(*layer.step(*start))
    return start


def tangent_after(layers: Iterable[CorrelationMap], start: Correlation) -> Any:
    """t_L = Theta^(L)/q_L."""
    tangent = start.c
    for layer in layers:
        slope = layer.slope(*start)
        start = Correlation(*layer.step(*start))
        tangent = _flushed(start.c + slope * tangent)
    return tangent


def tangent_ratio_after(layers: Iterable[CorrelationMap], start: Correlation) -> Any:
    """r_L = Theta^(L)/Theta^(L)(diagonal)."""
    ratio, share = start.c, 1
    for layer in layers:
        full = layer.slope_at_one()
        slope = layer.slope(*start)
        start = Correlation(*layer.step(*start))
        if full == 0:
            ratio, share = start.c, 1
            continue
        # share = 1/P_l, written so that a ball for it does not widen by dependency.
        share = 1 / (1 + full / share) if share != 0 else share
        ratio = _flushed(share * start.c + (1 - share) * (slope / full) * ratio)
    return ratio


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
