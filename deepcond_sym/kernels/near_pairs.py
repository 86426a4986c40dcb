"""`complements`: 1 - |cosine| of nearly parallel rows to full relative accuracy, from what is left after projection."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np

_SPLITTER = 2.0**27 + 1


def complements(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """u = 1 - |cos| for each row of x and the same row of y, exactly 0 for parallel rows, which point either way.

    The rows are as `Rows.scaled` gives them. The remainder r = y - s x, for the double s next to x.y/x.x, is formed
    with the exact product of s and each entry, so that it has lost nothing where the rows nearly coincide; without its
    own part along x it has the squared norm |y|^2 sin^2, and u = sin^2/(1 + |cos|). The relative error is at most
    `complement_error(width)` where |cos| >= 1/2. Where sin < 4 (width + 2) 2^-53 rational arithmetic decides.

    >>> float(complements(np.array([[0.5, 0.5]]), np.array([[0.5, 0.5 + 2.0**-40]]))[0]) * 2.0**81 < 1
    True
    >>> complements(np.array([[0.75, 0.75], [0.5, 0.25]]), np.array([[0.5, 0.5], [-0.5, -0.25]]))
    array([0., 0.])

    Source: derived here, with the exact product of dekker1971.
    """
    square = np.einsum("ij,ij->i", x, x)
    share = np.einsum("ij,ij->i", x, y) / square
    product, rest = _exact_product(share[:, None], x)
    left = (y - product) - rest
    left -= (np.einsum("ij,ij->i", left, x) / square)[:, None] * x
    sine = np.einsum("ij,ij->i", left, left) / np.einsum("ij,ij->i", y, y)
    result = _from_sine(np.minimum(sine, 1.0))
    doubtful = np.flatnonzero(sine < (4.0 * (x.shape[1] + 2) * 2.0**-53) ** 2)
    if len(doubtful):
        parallel = _parallel(x[doubtful], y[doubtful])
        result[doubtful[parallel]] = 0.0
        for place in doubtful[~parallel]:
            result[place] = _from_sine(_exact_sine(x[place], y[place]))
    return result


def complement_error(width: int) -> float:
    """A bound for the relative error of `complements` where |cos| >= 1/2, for rows of so many entries.

    With e = 2^-53, n the width and terms of higher order left to the slack between the constants: s is off by
    (2 n + 1) e |y|/|x|, so left = y - s x has a norm of at most |y| (sin + (2 n + 1) e), and the two subtractions
    change it by 2 e |left| + e^2 |y|. Taking off the part along x leaves the part across, off by (2 n + 1) e |left| for
    the coefficient and 3 e |left| for the roundings. As sin > 4 (n + 1) e, that is at most (3 n + 10) e |y| sin
    together. The quotient of the squares is off by 2 (3 n + 10) e + (2 n + 1) e, u by (1 + c)/(2 c) <= 3/2 times as
    much and 6 roundings: less than (12 n + 40) e. The function answers (16 n + 64) e, and no bound for n > 2^24, where
    the higher orders have not been looked at.

    >>> complement_error(10) == 224 * 2.0**-53
    True

    Source: derived here.
    """
    return (16.0 * width + 64.0) * 2.0**-53 if width <= 1 << 24 else math.inf


def _from_sine(squared: np.ndarray | float) -> np.ndarray:
    return squared / (1.0 + np.sqrt(1.0 - np.asarray(squared)))


def _exact_product(a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The rounded products and what rounding took from them."""
    product = a * b
    (a_high, a_low), (b_high, b_low) = _halves(a), _halves(b)
    return product, ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low


def _halves(a: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    wide = _SPLITTER * a
    high = wide - (wide - a)
    return high, a - high


def _parallel(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Whether x_i y_p = x_p y_i for all i, exactly, p the place of the largest entry of x."""
    pivot = np.abs(x).argmax(axis=1)[:, None]
    first = _exact_product(x, np.take_along_axis(y, pivot, 1))
    second = _exact_product(y, np.take_along_axis(x, pivot, 1))
    return np.logical_and(first[0] == second[0], first[1] == second[1]).all(axis=1)


def _exact_sine(x: np.ndarray, y: np.ndarray) -> float:
    """sin^2 in rational arithmetic, rounded once."""
    first, second = ([Fraction(v) for v in row.tolist()] for row in (x, y))
    xx, xy, yy = (
        sum((a * b for a, b in zip(p, q, strict=True)), Fraction(0))
        for p, q in ((first, first), (first, second), (second, second))
    )
    return float((xx * yy - xy * xy) / (xx * yy))
