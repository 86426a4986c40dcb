"""The experiments that a claim may speak of: a fixed table, each a random variable with bounded values.

The kernels are those of random networks with the paper's parametrisation (see `network`), their activation normalised.
Every experiment that needs only two inputs and no tangent kernel draws layer by layer, which has the same law. Those of
`relu_experiments`, for nguyen2021, and of `convolution_experiments`, for xiao2020, are part of the table.
Source: derived here, for agarwal2021: Lemmas 21, 44 and 58, equations 7 and 24, Theorems 53 and 57.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np

from deepcond_sym.activations import activation
from deepcond_sym.depth import DepthMap
from deepcond_sym.errors import InputError

from .checks import chunks
from .convolution_experiments import CONVOLUTION_EXPERIMENTS
from .experiment import (  # fmt: skip
    ACTIVATIONS,
    Experiment,
    experiment_activation,
    inner_product,
    number_from,
    tag_of_activation,
    whole_from,
)
from .layerwise import simulate_pair
from .network import simulate
from .relu_experiments import RELU_EXPERIMENTS

_ACTIVATION = ("activation", tag_of_activation)
_WIDTH, _DEPTH = ("width", whole_from(1, 2**16)), ("depth", whole_from(0, 100))
_RHO = ("inner product", inner_product)
_RADIUS = ("radius", number_from(0, 100))
_POINTS, _SEPARATION = ("number of points", whole_from(2, 50)), ("separation", number_from(Fraction(1, 2**100), 1))
# Where an event can hold with equality (a singular matrix, inputs as they are) rounding would decide, so these are out.
_LEVEL, _LAYERS = ("level", number_from(Fraction(1, 2**30), 1)), ("depth", whole_from(1, 100))
_APART = ("radius", number_from(Fraction(1, 2**30), 100))


def _points(rho: float, count: int = 2) -> np.ndarray:
    """`count` unit vectors in as many dimensions, each two with the inner product rho >= -1/(count - 1)."""
    gram = np.full((count, count), rho) + np.diag(np.full(count, 1 - rho))
    values, vectors = np.linalg.eigh(gram)
    if values[0] < -1e-12:
        raise InputError(f"there are no {count} unit vectors that all have the inner product {rho}")
    found = vectors * np.sqrt(np.maximum(values, 0))
    return found / np.linalg.norm(found, axis=1, keepdims=True)


def _limit(tag: str, depth: int, rho: float) -> float:
    if tag == "quartile_sign":
        raise InputError("the kernel of quartile_sign at infinite width is not in the table: take another activation")
    return float(DepthMap(activation(ACTIVATIONS[tag]).normalized(), depth).nngp(rho))


@lru_cache(maxsize=4)
def _inner_products(
    tag: str, width: int, depth: int, rho: float, samples: int, seed: int, *, project: bool
) -> np.ndarray:
    """Of the top layers; kept, because a claim asks several things of the same networks."""
    pair = simulate_pair(
        experiment_activation(tag), rho, width=width, depth=depth, samples=samples, seed=seed, project=project
    )
    return pair.inner[:, -1].copy()


@lru_cache(maxsize=4)
def _tangents(tag: str, width: int, depth: int, rho: float, samples: int, seed: int) -> np.ndarray:
    found = simulate(experiment_activation(tag), _points(rho), width=width, depth=depth, samples=samples, seed=seed)
    assert found.tangent is not None
    return found.tangent[:, 0, 1].copy()


def _near_limit(values: tuple[Any, ...], samples: int, seed: int) -> np.ndarray:
    tag, width, depth, rho, radius = values
    found = _inner_products(tag, width, depth, rho, samples, seed, project=False)
    return np.abs(found - _limit(tag, depth, rho)) <= radius


def _all_near_limit(values: tuple[Any, ...], samples: int, seed: int) -> np.ndarray:
    tag, width, depth, count, rho, radius = values
    limit = np.full((count, count), _limit(tag, depth, rho)) + np.diag(np.full(count, 1 - _limit(tag, depth, rho)))
    found = simulate(
        experiment_activation(tag), _points(rho, count), width=width, depth=depth, samples=samples, seed=seed,
        tangent=False,
    )  # fmt: skip
    return (np.abs(found.top - limit) <= radius).all(axis=(1, 2))


def _tangent_within(values: tuple[Any, ...], samples: int, seed: int) -> np.ndarray:
    tag, width, depth, rho, centre, radius = values
    return np.abs(_tangents(tag, width, depth, rho, samples, seed) - centre) <= radius


def _of_correlation(function: Callable[[np.ndarray], np.ndarray]) -> Callable[[tuple[Any, ...], int, int], np.ndarray]:
    def draw(values: tuple[Any, ...], samples: int, seed: int) -> np.ndarray:
        tag, width, depth, rho = values
        return function(_inner_products(tag, width, depth, rho, samples, seed, project=True))

    return draw


def _neuron(count: int, delta: float, z: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """w . x_1 and the w . x_i, i > 1, for w = sqrt(1 - theta^2) z x_1 + g with g normal on the complement of x_1."""
    rho, theta = 1 - delta, delta**0.25 / (5 * count)
    first = np.sqrt(1 - theta * theta) * z
    common, own = rng.standard_normal(len(z)), rng.standard_normal((len(z), count - 1))
    # The parts of the x_i across x_1, scaled to length 1, have the inner products rho/(1 + rho).
    across = np.sqrt(rho / (1 + rho)) * common[:, None] + np.sqrt(1 / (1 + rho)) * own
    return first, rho * first[:, None] + np.sqrt(delta * (2 - delta)) * across


def _in_chunks(
    event: Callable[[int, np.random.Generator], np.ndarray], samples: int, numbers_each: int, seed: int
) -> np.ndarray:
    """event(batch, generator) for batches that fit into little memory, one after the other."""
    rng = np.random.default_rng(seed)
    return np.concatenate([event(batch, rng) for batch in chunks(samples, numbers_each)])


def _quiet_neuron(values: tuple[Any, ...], samples: int, seed: int) -> np.ndarray:
    count, delta = values
    unit = np.sqrt(delta) / count

    def event(batch: int, rng: np.random.Generator) -> np.ndarray:
        first, others = _neuron(count, delta, rng.standard_normal(batch), rng)
        return (np.abs(first) <= unit / 10) & (np.abs(others) > unit / 4).all(axis=1)

    return _in_chunks(event, samples, count + 1, seed)


def _also_quiet(values: tuple[Any, ...], samples: int, seed: int) -> np.ndarray:
    count, delta = values

    def event(batch: int, rng: np.random.Generator) -> np.ndarray:
        _, others = _neuron(count, delta, np.zeros(batch), rng)
        return np.abs(others[:, 0]) <= np.sqrt(delta) / (4 * count)

    return _in_chunks(event, samples, count, seed)


def _relu_features(values: tuple[Any, ...], samples: int, seed: int) -> np.ndarray:
    count, delta, width, level = values

    def event(batch: int, rng: np.random.Generator) -> np.ndarray:
        common, own = rng.standard_normal((batch, width, 1)), rng.standard_normal((batch, width, count))
        features = np.maximum(np.sqrt(1 - delta) * common + np.sqrt(delta) * own, 0)
        return np.linalg.eigvalsh(np.swapaxes(features, 1, 2) @ features / width)[:, 0] >= level

    return _in_chunks(event, samples, width * (count + 1), seed)


def _forward(tag: str, width: int, depth: int, *_: Any) -> int:
    return max(1, 2 * width * depth)


def _explicit(width: int, depth: int, dimension: int) -> int:
    return width * dimension + max(depth - 1, 0) * width * width + width


_LISTED = (
    Experiment(
        "kernel_near_limit",
        "whether the top-layer kernel of a random network is within the radius of its limit at infinite width",
        (_ACTIVATION, _WIDTH, _DEPTH, _RHO, _RADIUS),
        _forward, _near_limit,
    ),
    Experiment(
        "kernels_near_limit",
        "whether all entries of the top-layer kernel matrix of a random network, for equicorrelated unit vectors, are"
        " within the radius of their limits at infinite width",
        (_ACTIVATION, _WIDTH, _LAYERS, _POINTS, _RHO, _APART),
        lambda tag, width, depth, count, *_: _explicit(width, depth, count), _all_near_limit,
    ),
    Experiment(
        "tangent_within",
        "whether the tangent kernel of a random network, all layers trained, is within the radius of the centre",
        (_ACTIVATION, _WIDTH, _LAYERS, _RHO, ("centre", number_from(-1000, 1000)), _APART),
        lambda tag, width, depth, *_: _explicit(width, depth, 2), _tangent_within,
    ),
    Experiment(
        "correlation",
        "the inner product of the top layers of a random network at two inputs, every layer scaled to unit length",
        (_ACTIVATION, _WIDTH, _DEPTH, _RHO),
        _forward, _of_correlation(lambda r: r), Fraction(-1), Fraction(1), counts=False,
    ),
    Experiment(
        "sign_agreement",
        "the mean of sign f(x) sign f(y) over the top weights, every layer of the network f scaled to unit length",
        (_ACTIVATION, _WIDTH, _DEPTH, _RHO),
        _forward, _of_correlation(lambda r: 2 / np.pi * np.arcsin(r)), Fraction(-1), Fraction(1), counts=False,
    ),
    Experiment(
        "quiet_neuron",
        "whether |w . x_1| <= sqrt(delta)/(10 n) and |w . x_i| > sqrt(delta)/(4 n) for all other i, for n unit vectors"
        " with all inner products 1 - delta, and w as in Lemma 58 of agarwal2021",
        (_POINTS, _SEPARATION),
        lambda count, delta: count + 1, _quiet_neuron,
    ),
    Experiment(
        "also_quiet",
        "whether |w . x_2| <= sqrt(delta)/(4 n), for the same vectors and w . x_1 = 0",
        (_POINTS, _SEPARATION),
        lambda count, delta: count + 1, _also_quiet,
    ),
    Experiment(
        "relu_features",
        "whether the smallest eigenvalue of the Gram matrix of one random ReLU layer (not normalised), divided by the"
        " width, is at least the level, for n unit vectors with all inner products 1 - delta",
        (_POINTS, _SEPARATION, _WIDTH, _LEVEL),
        lambda count, delta, width, level: width * (count + 1), _relu_features,
    ),
)  # fmt: skip

EXPERIMENTS = {experiment.name: experiment for experiment in (*_LISTED, *RELU_EXPERIMENTS, *CONVOLUTION_EXPERIMENTS)}
