"""`graded_rule`: Gauss-Legendre on panels that shrink towards the ends of an interval."""

from __future__ import annotations

from functools import cache

import numpy as np

ORDER = 16


@cache
def _legendre() -> tuple[np.ndarray, np.ndarray]:
    return np.polynomial.legendre.leggauss(ORDER)


def graded_rule(start: float, stop: float, left: float, right: float, widest: float) -> tuple[np.ndarray, np.ndarray]:
    """Nodes and weights for a function that varies on the scales `left` and `right` at the ends, `widest` in between.

    The panels at an end are as wide as the scale there and then double, up to `widest`.

    >>> nodes, weights = graded_rule(0.0, 1.0, 1e-3, 1.0, 1.0)
    >>> bool(abs(weights @ (1e-3 / (nodes**2 + 1e-6)) - np.arctan(1e3)) < 1e-8)
    True
    """
    if not stop > start:
        return np.empty(0), np.empty(0)
    from_left, from_right = [start], [stop]
    while True:
        step = min(widest, max(left, from_left[-1] - start))
        back = min(widest, max(right, stop - from_right[-1]))
        if from_right[-1] - from_left[-1] <= min(step, back) * 1.5:
            break
        if step <= back:
            from_left.append(from_left[-1] + step)
        else:
            from_right.append(from_right[-1] - back)
    edges = np.array([*from_left, *reversed(from_right)])
    nodes, weights = _legendre()
    half = np.diff(edges) / 2
    points = edges[:-1, None] + half[:, None] * (1 + nodes)
    return points.ravel(), (half[:, None] * weights).ravel()
