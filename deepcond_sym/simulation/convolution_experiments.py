"""The experiments with convolutional networks, for xiao2020: part of the fixed table of `experiments`."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np

from .convolution import simulate_convolution
from .experiment import Experiment, experiment_activation, inner_product, number_from, tag_of_activation, whole_from

_PAIRS = ("x1 . x2", "y1 . y2", "x1 . y1", "x2 . y2", "x1 . y2", "x2 . y1")
_RADIUS = number_from(Fraction(1, 2**30), 100)


def two_images(*cosines: float) -> np.ndarray:
    """The correlations (2, 2, 2, 2) of two images x, y of two pixels each, from those of the six pairs of pixels.

    >>> two_images(0.1, 0.2, 0.3, 0.4, 0.5, 0.6)[0, 1].tolist()
    [[0.3, 0.5], [0.6, 0.4]]
    """
    of_x, of_y, first, second, across, back = cosines
    crossed = np.array([[first, across], [back, second]])
    return np.array([[[[1.0, of_x], [of_x, 1.0]], crossed], [crossed.T, [[1.0, of_y], [of_y, 1.0]]]])


@lru_cache(maxsize=4)
def _tangents(
    tag: str, width: int, depth: int, pool: int, cosines: tuple[float, ...], samples: int, seed: int
) -> np.ndarray:
    """Kept, because a claim may ask several things of the same networks."""
    found = simulate_convolution(
        experiment_activation(tag), two_images(*cosines), width=width, depth=depth, samples=samples, seed=seed,
        pool=bool(pool),
    )  # fmt: skip
    return found.tangent[:, 0, 1].copy()


def _tangent_within(values: tuple[Any, ...], samples: int, seed: int) -> np.ndarray:
    tag, width, depth, pool, *cosines, centre, radius = values
    return np.abs(_tangents(tag, width, depth, pool, tuple(cosines), samples, seed) - centre) <= radius


CONVOLUTION_EXPERIMENTS = (
    Experiment(
        "convolution_tangent",
        "whether the tangent kernel of a random convolutional network at two images of two pixels, in a circle with a"
        " window of three and with pooling (1) or a flatten layer (0), is within the radius of the centre",
        (
            ("activation", tag_of_activation), ("width", whole_from(1, 2**12)), ("depth", whole_from(1, 100)),
            ("pooling", whole_from(0, 1)), *((name, inner_product) for name in _PAIRS),
            ("centre", number_from(-1000, 1000)), ("radius", _RADIUS),
        ),
        lambda tag, width, depth, *_: 8 * width + (depth - 1) * (3 * width**2 + width), _tangent_within,
    ),
)  # fmt: skip
