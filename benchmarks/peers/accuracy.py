"""`worst_errors`: what a peer answers at the hard points, beside fifty digits."""

from __future__ import annotations

import math
from typing import Any

import mpmath as mp
from digits import FIRST, Exact, Point, diagonals, exact

SAME = 1e-9
"""Networks whose kernels differ by more than this, over the diagonal and at ordinary cosines, are not the same."""


def reference(activation: str, depths: list[int], points: list[Point]) -> dict[int, tuple[mp.mpf, list[Exact]]]:
    """For each depth Theta(1), and the exact values at the points."""
    found = [exact(activation, depths, point.cosine) for point in points]
    diagonal = diagonals(activation, depths)
    return {depth: (diagonal[depth], [values[depth] for values in found]) for depth in depths}


def request(points: list[Point]) -> dict[str, Any]:
    """What `values` of a peer is asked."""
    return {"points": [FIRST, *(point.row for point in points)], "u": [point.signed for point in points]}


def worst_errors(
    points: list[Point], diagonal: mp.mpf, values: list[Exact], answer: dict[str, list[float]]
) -> dict[str, float]:
    """The largest errors over the points, and whether the networks are the same.

    `complement`: of 1 - K relative to itself, and `at`, the u where that is; `nngp`: of K; `ntk`: of Theta over its
    diagonal; `ordinary`: the larger of the last two where u lies between 0.1 and 1.9. Infinite for an answer that is
    no number.
    """
    worst = {"complement": 0.0, "at": 0.0, "nngp": 0.0, "ntk": 0.0, "ordinary": 0.0}
    for i, (point, value) in enumerate(zip(points, values, strict=True)):
        relative = _distance(answer["complement"][i], value.complement, value.complement)
        kernel = _distance(answer["nngp"][i], value.kernel, mp.mpf(1))
        tangent = _distance(answer["ntk"][i], value.tangent * diagonal, diagonal)
        if relative > worst["complement"]:
            worst["complement"], worst["at"] = relative, float(1 - point.cosine)
        worst["nngp"], worst["ntk"] = max(worst["nngp"], kernel), max(worst["ntk"], tangent)
        if 0.1 < 1 - point.cosine < 1.9:
            worst["ordinary"] = max(worst["ordinary"], kernel, tangent)
    return worst


def _distance(found: float, true: mp.mpf, scale: mp.mpf) -> float:
    if not math.isfinite(found):
        return math.inf
    with mp.workdps(60):
        return float(abs(mp.mpf(found) - true) / scale)
