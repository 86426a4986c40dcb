"""`hunt`: a counterexample to an inequality between kernels, certified in balls, or the cosines where there is none."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from flint import arb, fmpq
from scipy.optimize import minimize_scalar

from deepcond_sym.arithmetic import precision
from deepcond_sym.errors import InputError
from deepcond_sym.verdict import Verdict

from .inequality import Inequality

_GRID = 1 << 11
_BITS = (64, 128, 256, 512)
_BUDGET = 1 << 12
"""Pieces that may be looked at to show that there is no counterexample."""
_CANDIDATES = 8


@dataclass(frozen=True)
class Hunt:
    """What came of a hunt.

    `REFUTED`: at the exact cosine `witness` the balls `left` and `right` contradict the inequality. `CERTIFIED`: balls
    show it for this network at every cosine asked for. `UNDECIDED`: they show it on the intervals `free` alone, which
    are disjoint, in increasing order; near the others both sides meet, or the budget ended.

    >>> Hunt(Verdict.UNDECIDED, None, None, None, ()).largest is None
    True
    """

    verdict: Verdict
    witness: Fraction | None
    left: arb | None
    right: arb | None
    free: tuple[tuple[Fraction, Fraction], ...]

    @property
    def largest(self) -> tuple[Fraction, Fraction] | None:
        """The longest interval without a counterexample."""
        return max(self.free, key=lambda piece: piece[1] - piece[0], default=None)


def hunt(
    inequality: Inequality, low: Fraction = Fraction(-1), high: Fraction = Fraction(1), budget: int = _BUDGET
) -> Hunt:
    """Look for a cosine in [low, high] at which the inequality fails; if none is found, show that there is none.

    Candidates come from float64, on a grid that is fine near -1, 0 and 1, and by maximisation; they count only if balls
    certify them at a rational cosine near by. Else the interval is halved until balls show the inequality on every
    piece, for at most `budget` pieces; where both sides meet they never do, and the verdict is UNDECIDED.

    >>> from deepcond_sym.depth import DepthMap
    >>> relu = DepthMap("relu", 1, weight_variance=2)
    >>> found = hunt(Inequality("nngp(rho) <= 3/10", relu))
    >>> found.verdict, found.witness
    (<Verdict.REFUTED: 'REFUTED'>, Fraction(1, 1))
    >>> hunt(Inequality("nngp(rho) >= rho - 1/100", relu)).verdict
    <Verdict.CERTIFIED: 'CERTIFIED'>

    Source: derived here.
    """
    if not -1 <= low < high <= 1:
        raise InputError(f"The cosines range over an interval within [-1, 1], not [{low}, {high}].")
    if budget < 1:
        raise InputError(f"The budget is at least one piece, not {budget}.")
    for cosine in _candidates(inequality, low, high):
        if (sides := _contradiction(inequality, cosine)) is not None:
            return Hunt(Verdict.REFUTED, cosine, *sides, ())
    free = _free(inequality, low, high, budget)
    shown = free == ((low, high),)
    return Hunt(Verdict.CERTIFIED if shown else Verdict.UNDECIDED, None, None, None, free)


def _candidates(inequality: Inequality, low: Fraction, high: Fraction) -> list[Fraction]:
    """Rational cosines at which float64 says that it fails, the simplest first."""
    steps = 2.0 ** -np.arange(1.0, 53.0)
    grid = np.concatenate([np.linspace(-1, 1, _GRID + 1), steps, -steps, 1 - steps, steps - 1])
    grid = np.unique(np.clip(np.append(grid, [0.0]), float(low), float(high)))
    values = inequality.floats(grid)
    values = np.where(np.isfinite(values), values, -np.inf)
    found: list[float] = []
    for place in np.argsort(values, kind="stable")[::-1][:_CANDIDATES]:
        found.append(float(grid[place]))
        around = grid[max(place - 1, 0)], grid[min(place + 1, len(grid) - 1)]
        if around[0] < around[1]:
            best = minimize_scalar(
                lambda cosine: -float(inequality.floats(np.array([cosine]))[0]), bounds=around, method="bounded",
                options={"xatol": 1e-12},
            )  # fmt: skip
            found.append(float(best.x))
    scores = inequality.floats(np.array(found))
    cosines: list[Fraction] = []
    for value, score in sorted(zip(found, scores, strict=True), key=lambda pair: -pair[1]):
        if not score >= -1e-9:
            continue
        exact = Fraction(value)
        cosines += [exact.limit_denominator(most) for most in (10, 100, 1000, 10**6)] + [exact]
    inside = [min(max(cosine, low), high) for cosine in cosines]
    return sorted(dict.fromkeys(inside), key=lambda cosine: (cosine.denominator, abs(cosine)))


def _contradiction(inequality: Inequality, cosine: Fraction) -> tuple[arb, arb] | None:
    """Both sides at a cosine, if they certainly contradict the inequality."""
    for bits in _BITS:
        with precision(bits=bits):
            left, right = inequality.sides(_ball(cosine))
            if left > right or (inequality.strict and left >= right):
                return left, right
            if left <= right:
                return None
    return None


def _free(
    inequality: Inequality, low: Fraction, high: Fraction, budget: int
) -> tuple[tuple[Fraction, Fraction], ...]:
    """Where balls show the inequality: widest pieces first."""
    waiting, shown = [(low, high)], []
    with precision(bits=_BITS[0]):
        for _ in range(budget):
            if not waiting:
                break
            first, last = waiting.pop(0)
            difference = inequality.difference(_ball(first).union(_ball(last)))
            if difference < 0 or (not inequality.strict and difference <= 0):
                shown.append((first, last))
            else:
                middle = (first + last) / 2
                waiting += [(first, middle), (middle, last)]
    return _joined(sorted(shown))


def _joined(pieces: list[tuple[Fraction, Fraction]]) -> tuple[tuple[Fraction, Fraction], ...]:
    joined: list[tuple[Fraction, Fraction]] = []
    for first, last in pieces:
        if joined and joined[-1][1] == first:
            joined[-1] = (joined[-1][0], last)
        else:
            joined.append((first, last))
    return tuple(joined)


def _ball(cosine: Fraction) -> arb:
    return arb(fmpq(cosine.numerator, cosine.denominator))
