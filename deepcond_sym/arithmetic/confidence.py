"""Confidence intervals for the mean of bounded independent samples, with ends that err outwards only.

Laws. For the number of hits in n independent trials: Clopper and Pearson 1934, "The use of confidence or fiducial
limits illustrated in the case of the binomial", with tails summed in balls. For samples in [0, 1] with sample variance
V: the empirical Bernstein bound of Maurer and Pontil 2009, "Empirical Bernstein bounds and sample variance
penalization", Theorem 4: with probability at least 1 - e, E <= mean + sqrt(2 V log(2/e)/n) + 7 log(2/e)/(3 (n - 1)).
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
from flint import arb

from deepcond_sym.errors import InputError

from .balls import ball_from_exact, exact
from .precision import precision

_GRID = 2**48
"""The ends of an interval are multiples of 1/_GRID."""

ROUNDING = Fraction(1, 2**30)
"""Share of the range by which an interval for doubles is widened: more than their mean and variance can be off."""


def clopper_pearson(hits: int, trials: int, error: Fraction) -> tuple[Fraction, Fraction]:
    """Ends 0 <= a <= b <= 1 such that a <= P(hit) <= b with probability at least 1 - error, whatever P is.

    `hits` is the number of hits in `trials` independent trials, 0 < error < 1 the chance of being wrong, half on each
    side. Errors: InputError for numbers that are out of range.

    >>> low, high = clopper_pearson(0, 10, Fraction(1, 20))
    >>> low, abs(float(high) - (1 - 0.025 ** 0.1)) < 1e-12
    (Fraction(0, 1), True)

    Source: Clopper and Pearson 1934.
    """
    if not (isinstance(hits, int) and isinstance(trials, int) and 0 <= hits <= trials and trials >= 1):
        raise InputError(f"{hits} hits in {trials} trials: give integers, 0 <= hits <= trials, at least 1 trial.")
    half = _error(error) / 2
    return _lower_end(hits, trials, half), 1 - _lower_end(trials - hits, trials, half)


def _lower_end(hits: int, trials: int, error: Fraction) -> Fraction:
    """The largest p on the grid for which P(Bin(trials, p) >= hits) <= error for certain.

    That probability grows with p: if the true p lies below this end, so many hits were at most that likely."""
    low, high = 0, _GRID
    while high - low > 1:
        middle = (low + high) // 2
        if hits > 0 and _at_most(trials, hits, Fraction(middle, _GRID), error):
            low = middle
        else:
            high = middle
    return Fraction(low, _GRID)


def _at_most(trials: int, hits: int, p: Fraction, error: Fraction) -> bool:
    with precision(bits=128):
        return bool(binomial_tail(trials, hits, p) <= ball_from_exact(error))


def binomial_tail(trials: int, hits: int, p: Fraction) -> arb:
    """P(X >= hits) for X ~ Bin(trials, p), 0 <= p <= 1, as a ball at the working precision.

    >>> binomial_tail(2, 1, Fraction(1, 2)).contains(arb("0.75"))
    True
    """
    if hits <= 0 or p == 1:
        return arb(1) if hits <= trials else arb(0)
    if hits > trials or p == 0:
        return arb(0)
    if hits > trials * p:
        return _sum_upwards(trials, hits, p)
    return 1 - _sum_upwards(trials, trials - hits + 1, 1 - p)


def _sum_upwards(trials: int, hits: int, p: Fraction) -> arb:
    """The terms from `hits` > trials p on.

    Their ratios (n - j) p/((j + 1) q) are below 1 and fall, so that what is left out is below a geometric series."""
    inside, outside = ball_from_exact(p), ball_from_exact(1 - p)
    odds = inside / outside
    term = arb.bin_uiui(trials, hits) * inside**hits * outside ** (trials - hits)
    total = term
    for j in range(hits, trials):
        ratio = odds * (trials - j) / (j + 1)
        term *= ratio
        total += term
        if term < total * arb(2) ** -120 and ratio < 1:
            return total + term * ratio / (1 - ratio) * arb("0.5 +/- 0.5")
    return total


def empirical_bernstein(samples: Any, low: Fraction, high: Fraction, error: Fraction) -> tuple[Fraction, Fraction]:
    """Ends a <= b such that a <= E <= b with probability at least 1 - error, for independent samples in [low, high].

    `samples` is an array of at least 2 doubles. Each side may fail with probability error/2; both ends are widened by
    2^-30 of the range for what rounding does to the samples, their mean and their variance. Errors: InputError for
    fewer samples, for one outside of [low, high] by more than that, and for an error outside of (0, 1).

    >>> a, b = empirical_bernstein(np.array([0.0, 1.0] * 5000), Fraction(0), Fraction(1), Fraction(1, 100))
    >>> round(float(a), 4), round(float(b), 4)
    (0.4813, 0.5187)

    Source: Maurer and Pontil 2009, Theorem 4.
    """
    values, span = np.asarray(samples, dtype=np.float64).ravel(), high - low
    if len(values) < 2 or span <= 0:
        raise InputError("an interval for a mean takes at least 2 samples and a range of positive length.")
    scaled = (values - float(low)) / float(span)
    if not ((scaled >= -float(ROUNDING)) & (scaled <= 1 + float(ROUNDING))).all():
        raise InputError(f"a sample lies outside of [{low}, {high}], where it was said to be.")
    count, half = len(values), _error(error) / 2
    mean, variance = (ball_from_exact(Fraction(float(v))) for v in (scaled.mean(), scaled.var(ddof=1)))
    with precision(bits=128):
        logarithm = (2 / ball_from_exact(half)).log()
        width = (2 * variance * logarithm / count).sqrt() + 7 * logarithm / (3 * (count - 1))
        ends = [mean + sign * (width + ball_from_exact(ROUNDING)) for sign in (-1, 1)]
        below, above = _outwards(ends[0], -1), _outwards(ends[1], 1)
    return max(low, low + span * below), min(high, low + span * above)


def _outwards(end: arb, sign: int) -> Fraction:
    middle, radius = exact(end)
    return middle + sign * radius


def _error(error: Fraction) -> Fraction:
    if not (isinstance(error, Fraction) and 0 < error < 1):
        raise InputError(f"the chance of being wrong is a Fraction between 0 and 1, not {error!r}.")
    return error
