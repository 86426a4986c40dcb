"""What every simulation refuses, in one sentence each."""

from __future__ import annotations

from typing import Any

import numpy as np

from deepcond_sym.errors import InputError

MOST_NUMBERS = 2**27
"""Most random numbers that one network may hold: 1 GB of doubles."""

CHUNK_NUMBERS = 2**21
"""About how many are drawn at a time."""


def whole(value: Any, what: str, least: int) -> int:
    """The value as an int, or InputError.

    >>> whole(3, "the width", 1)
    3
    """
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, (int, np.integer)) or value < least:
        raise InputError(f"{what} is an integer of at least {least}, not {value!r}.")
    return int(value)


def unit_inputs(inputs: Any) -> np.ndarray:
    """The inputs as an (n, d) array of n >= 1 vectors of norm 1 (to 1e-9), or InputError.

    >>> unit_inputs([[0.6, 0.8]]).shape
    (1, 2)
    """
    try:
        points = np.asarray(inputs, dtype=np.float64)
    except (TypeError, ValueError):
        raise InputError("inputs is an array of n points with d numbers each.") from None
    if points.ndim != 2 or 0 in points.shape:
        raise InputError(f"inputs is an array of n points with d numbers each, not of shape {points.shape}.")
    if not (np.abs(np.linalg.norm(points, axis=1) - 1) <= 1e-9).all():
        raise InputError("every input has norm 1: divide each row by its norm.")
    return points


def unit_length(vectors: np.ndarray, axis: int) -> tuple[np.ndarray, np.ndarray]:
    """The vectors divided by their lengths along the axis, and the lengths; InputError if one of them is 0.

    >>> unit_length(np.array([[3.0, 4.0]]), 1)[1].tolist()
    [[5.0]]
    """
    lengths = np.linalg.norm(vectors, axis=axis, keepdims=True)
    if not (lengths > 0).all():
        raise InputError("a layer came out 0, which has no unit vector: take a larger width or leave out project=True.")
    return vectors / lengths, lengths


def chunks(samples: int, numbers_each: int) -> list[int]:
    """How many networks to draw at a time, given how many numbers each of them holds; InputError for too many.

    The split depends on these two numbers only, so that a seed always gives the same networks.

    >>> chunks(5, CHUNK_NUMBERS // 2)
    [2, 2, 1]
    """
    if numbers_each > MOST_NUMBERS:
        raise InputError(f"one network would hold {numbers_each} numbers: take a width with at most {MOST_NUMBERS}.")
    size = max(1, CHUNK_NUMBERS // numbers_each)
    return [min(size, samples - start) for start in range(0, samples, size)]
