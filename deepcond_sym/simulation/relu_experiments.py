"""Experiments on ReLU networks without biases or scaling factors (`relu_network`), for claims about finite width.

Weights are N(0, 1) (or N(0, 2/n_(l-1)) where it says "he"), inputs standard Gaussian points in R^d unless said
otherwise, both drawn anew for each sample. Hidden layers have the width n_1 if their number is odd, n_2 if it is even.
Every experiment is an event X >= level; X depends on the sizes only and is kept, so that a claim and its mutants draw
once. Source: derived here, for nguyen2021: Theorems 4.1, 5.1 and 6.2, Lemmas 4.3, 5.2, 5.5, C.1 to C.6, Figure 2.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np

from deepcond_sym.depth import DepthMap
from deepcond_sym.errors import InputError

from .checks import chunks
from .experiment import Experiment, Value, inner_product, number_from, whole_from
from .lipschitz import lipschitz_constant
from .relu_network import ReluNetwork, alternating_widths, draw_weights, gram

ROUNDING = 1e-9
"""A sample nearer to the level than this share of its scale is refused: rounding would decide the event."""

_POINTS, _DIMENSION = ("number of points", whole_from(1, 200)), ("dimension", whole_from(1, 2**13))
_ODD, _EVEN = ("width of the odd layers", whole_from(1, 2**13)), ("width of the even layers", whole_from(1, 2**13))
_DEPTH, _LAYER = ("depth", whole_from(1, 20)), ("layer", whole_from(1, 20))
_LEVEL, _SHARE = ("level", number_from(Fraction(1, 2**30), 2**100)), ("share", number_from(Fraction(1, 2**30), 100))


def _variance(name: str, value: Value) -> str:
    if value not in ("one", "he"):
        raise InputError(f"the {name} of an experiment is one or he, not {value}")
    return str(value)


_WEIGHTS = ("variance of the weights", _variance)

Draw = Callable[..., tuple[np.ndarray, np.ndarray]]
"""Sizes (a tuple), samples and a generator to the values X and the scales of their rounding errors."""


def _event(draw: Draw, cost: Callable[..., int], *, sizes: int) -> dict[str, Any]:
    """`numbers` and `draw` of the experiment "X >= level"; the level comes after so many sizes."""

    @lru_cache(maxsize=16)
    def kept(given: tuple[Any, ...], samples: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
        rng = np.random.default_rng(seed)
        batches = [draw(given, batch, rng) for batch in chunks(samples, cost(*given))]
        return np.concatenate([b[0] for b in batches]), np.concatenate([b[1] for b in batches])

    def drawn(values: tuple[Any, ...], samples: int, seed: int) -> np.ndarray:
        found, scale = kept(values[:sizes], samples, seed)
        if not (np.abs(found - values[sizes]) >= ROUNDING * scale).all():
            raise InputError("rounding errors would decide whether a sample reaches the level: take another level")
        return found >= values[sizes]

    return {"numbers": lambda *values: cost(*values[:sizes]), "draw": drawn}


def _count(widths: tuple[int, ...]) -> int:
    return sum(below * above for below, above in itertools.pairwise(widths))


def _smallest(symmetric: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The smallest eigenvalues of a batch of positive semidefinite matrices, and the traces as their scale."""
    return np.linalg.eigvalsh(symmetric)[:, 0], np.trace(symmetric, axis1=1, axis2=2)


def _network(points: int, d: int, odd: int, even: int, depth: int, *_: Any) -> tuple[int, ...]:
    return (*alternating_widths(d, odd, even, depth - 1), 1)


def _tangent(sizes: tuple[Any, ...], batch: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    points, d, *_, variance = sizes
    network = ReluNetwork(draw_weights(_network(*sizes), batch, rng, he=variance == "he"))
    return _smallest(network.jacobian_gram(rng.standard_normal((batch, points, d))))


def _hidden(points: int, d: int, odd: int, even: int, layer: int) -> tuple[int, ...]:
    return alternating_widths(d, odd, even, layer)


def _layers(sizes: tuple[int, ...], batch: int, rng: np.random.Generator) -> list[np.ndarray]:
    """F_0, .., F_k of random networks with k hidden layers."""
    points, d = sizes[:2]
    weights = draw_weights((*_hidden(*sizes), 1), batch, rng)
    return ReluNetwork(weights).features(rng.standard_normal((batch, points, d)))


def _features(sizes: tuple[int, ...], batch: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    return _smallest(gram(_layers(sizes, batch, rng)[-1]))


def relu_covariance(features: np.ndarray) -> np.ndarray:
    """E[relu(F w) relu(F w)^T] for w ~ N(0, I), from the rows of F: |f_i| |f_j| h(cosine)/2, h the normalised dual.

    >>> bool(np.allclose(relu_covariance(np.array([[1.0, 0.0], [0.0, 2.0]])), [[0.5, 1/np.pi], [1/np.pi, 2.0]]))
    True
    """
    norms = np.linalg.norm(features, axis=-1)
    if not (norms > 0).all():
        raise InputError("a layer came out 0: take a larger width")
    unit = features / norms[..., None]
    cosine = np.clip(gram(unit), -1, 1)
    index = np.arange(cosine.shape[-1])
    cosine[..., index, index] = 1
    dual = (np.sqrt(1 - cosine**2) + cosine * (np.pi - np.arccos(cosine))) / np.pi
    return norms[..., :, None] * norms[..., None, :] * dual / 2


def _against_the_mean(sizes: tuple[int, ...], batch: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    below, top = _layers(sizes, batch, rng)[-2:]
    expected, scale = _smallest(relu_covariance(below))
    if not (expected > ROUNDING * scale).all():
        raise InputError("a layer is too nearly singular for doubles: take fewer points")
    values, scales = _smallest(gram(top))
    ratio = values / (top.shape[-1] * expected)
    return ratio, scales / (top.shape[-1] * expected) + np.abs(ratio) * scale / expected


def _centred(sizes: tuple[int, ...], batch: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    points, d, width, power = sizes
    weights, inputs = rng.standard_normal((batch, d, width)), rng.standard_normal((batch, points, d))
    features = np.maximum(inputs @ weights, 0)
    # E relu(w . x) = |w|/sqrt(2 pi) for a standard Gaussian x.
    mean = np.linalg.norm(weights, axis=1)[:, :, None] / np.sqrt(2 * np.pi)
    square = (mean * mean).sum(axis=1, keepdims=True)
    tilt = features @ mean - square
    centred = gram(features - np.swapaxes(mean, 1, 2)) - gram(tilt) / square
    return _smallest(centred**power)


def _backward(sizes: tuple[int, ...], batch: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    d, odd, even, depth, layer = sizes
    if layer >= depth:
        raise InputError("the layer of an experiment is a hidden one: less than the depth")
    network = ReluNetwork(draw_weights(_network(1, d, odd, even, depth), batch, rng))
    row = network.backward(network.features(rng.standard_normal((batch, 1, d))))[layer - 1]
    value = (row * row).sum(axis=(1, 2))
    return value, value


def _norm(sizes: tuple[int, ...], batch: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    top = _layers((1, *sizes), batch, rng)[-1]
    value = (top * top).sum(axis=(1, 2))
    return value, value


def _gates(sizes: tuple[int, ...], batch: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    d, odd, even, first, last = sizes
    if first > last:
        raise InputError("the first layer of an experiment is not above the last")
    weights = draw_weights((*alternating_widths(d, odd, even, last), 1), batch, rng)
    features = ReluNetwork(weights).features(rng.standard_normal((batch, 1, d)))
    product = np.eye(features[first].shape[-1]) * (features[first] > 0)
    for layer in range(first + 1, last + 1):
        product = (product @ weights[layer - 1]) * (features[layer] > 0)
    value = (product * product).sum(axis=(1, 2))
    return value, value * (first < last)  # the number of active gates of one layer is an integer, without rounding


def _lipschitz(sizes: tuple[int, ...], batch: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    weights = draw_weights(alternating_widths(2, *sizes), batch, rng)
    value = np.array([lipschitz_constant([w[i] for w in weights]) ** 2 for i in range(batch)])
    return value, value


def _of_operator_norms(sizes: tuple[int, ...], batch: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    weights = draw_weights(alternating_widths(2, *sizes), batch, rng)
    squares = np.prod([np.linalg.eigvalsh(gram(_lying(w)))[:, -1] for w in weights], axis=0)
    value = np.array([lipschitz_constant([w[i] for w in weights]) ** 2 for i in range(batch)]) / squares
    return value, value


def _quotients(sizes: tuple[int, ...], batch: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """The largest of many difference quotients, over the constant, for pairs 1/1000 apart on and near the circle."""
    *widths, pairs = sizes
    angles = rng.uniform(0, 2 * np.pi, (2, batch, pairs))
    points, steps = np.stack([np.cos(angles), np.sin(angles)], axis=-1)
    weights = draw_weights(alternating_widths(2, *widths), batch, rng)

    def top(inputs: np.ndarray) -> np.ndarray:
        for matrix in weights[:-1]:
            inputs = np.maximum(inputs @ matrix, 0)
        return inputs @ weights[-1]

    largest = np.linalg.norm(top(points + steps / 1000) - top(points), axis=2).max(axis=1) * 1000
    value = largest / np.array([lipschitz_constant([w[i] for w in weights]) for i in range(batch)])
    return value, value


def _lying(matrices: np.ndarray) -> np.ndarray:
    """The matrices or their transposes: those with fewer rows than columns."""
    return matrices if matrices.shape[1] < matrices.shape[2] else np.swapaxes(matrices, 1, 2)


def _from_the_limit(sizes: tuple[Any, ...], batch: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    odd, even, depth, rho, factor = sizes
    widths = _network(2, 2, odd, even, depth)
    network = ReluNetwork(draw_weights(widths, batch, rng))
    points = np.array([[1.0, 0.0], [rho, np.sqrt(1 - rho * rho)]])
    off = float(DepthMap("relu", depth - 1, weight_variance=2).ntk(rho))
    limit = np.array([[depth, off], [off, depth]])
    scale = factor * float(np.prod([2 / n for n in widths[1:-1]]))
    found = scale * network.jacobian_gram(np.broadcast_to(points, (batch, 2, 2)))
    return np.abs(found - limit).max(axis=(1, 2)), np.abs(found).max(axis=(1, 2)) + depth


# A cost counts the numbers drawn and, where that takes longer, the work done with them.


def _cost(widths: tuple[int, ...], rows: int) -> int:
    """Of so many rows through layers of these widths: 128 rows take about as long as drawing the weights."""
    weights = _count(widths)
    return weights + weights * rows // 128 + rows * sum(widths)


def _cost_of_network(points: int, d: int, *rest: Any) -> int:
    return _cost(_network(points, d, *rest), points)


def _cost_of_layers(points: int, d: int, odd: int, even: int, layer: int) -> int:
    return _cost((*_hidden(points, d, odd, even, layer), 1), points)


def _cost_of_gates(d: int, odd: int, even: int, first: int, last: int) -> int:
    return _cost((*alternating_widths(d, odd, even, last), 1), max(odd, even))


def _cost_on_the_plane(odd: int, even: int, layer: int) -> int:
    """A network of these widths has about two cones for each neuron below the top layer."""
    widths = alternating_widths(2, odd, even, layer)
    return _cost(widths, 2 * sum(widths[1:-1]) + 4)


def _cost_of_pairs(odd: int, even: int, layer: int, pairs: int) -> int:
    return _cost_on_the_plane(odd, even, layer) + _cost(alternating_widths(2, odd, even, layer), 2 * pairs)


_SIZES = (_POINTS, _DIMENSION, _ODD, _EVEN)

RELU_EXPERIMENTS = (
    Experiment(
        "tangent_eigenvalue",
        "whether the smallest eigenvalue of J J^T, J the Jacobian in all weights of a random ReLU network with L weight"
        " matrices at N points, is at least the level",
        (*_SIZES, _DEPTH, _WEIGHTS, _LEVEL), **_event(_tangent, _cost_of_network, sizes=6),
    ),
    Experiment(
        "tangent_from_limit",
        "whether an entry of factor 2/n_1 .. 2/n_(L-1) J J^T at two unit vectors with the given inner product is at"
        " least the level away from the same entry of the limiting tangent kernel",
        (_ODD, _EVEN, _DEPTH, ("inner product", inner_product), ("factor", number_from(0, 100)), _LEVEL),
        **_event(_from_the_limit, lambda odd, even, depth, *_: _cost_of_network(2, 2, odd, even, depth), sizes=5),
    ),
    Experiment(
        "feature_eigenvalue",
        "whether the square of the smallest singular value of F_k, the outputs of layer k at N points, is at least the"
        " level",
        (*_SIZES, _LAYER, _LEVEL), **_event(_features, _cost_of_layers, sizes=5),
    ),
    Experiment(
        "feature_eigenvalue_of_mean",
        "whether the square of the smallest singular value of F_k is at least the share of n_k lambda, lambda the"
        " smallest eigenvalue of the mean of relu(F_(k-1) w) relu(F_(k-1) w)^T over w",
        (*_SIZES, _LAYER, _SHARE), **_event(_against_the_mean, _cost_of_layers, sizes=5),
    ),
    Experiment(
        "centred_feature_eigenvalue",
        "whether the smallest eigenvalue of the r-th power, entry by entry, of F F^T - t t^T/|m|^2 is at least the"
        " level, F = F_1 - 1 m^T for the mean m of the first layer, t = F_1 m - |m|^2",
        (_POINTS, _DIMENSION, ("width", whole_from(1, 2**13)), ("power", whole_from(1, 12)), _LEVEL),
        **_event(_centred, lambda points, d, width, _: points * (d + width) + d * width, sizes=4),
    ),
    Experiment(
        "backward_norm",
        "whether the square of the norm of the derivative of a random ReLU network with L weight matrices in the"
        " pre-activations of a hidden layer is at least the level",
        (_DIMENSION, _ODD, _EVEN, _DEPTH, _LAYER, _LEVEL),
        **_event(_backward, lambda d, odd, even, depth, _: _cost_of_network(1, d, odd, even, depth), sizes=5),
    ),
    Experiment(
        "feature_norm",
        "whether the square of the norm of the output of layer k at one point is at least the level",
        (_DIMENSION, _ODD, _EVEN, _LAYER, _LEVEL),
        **_event(_norm, lambda *sizes: _cost_of_layers(1, *sizes), sizes=4),
    ),
    Experiment(
        "gate_product",
        "whether the square of the Frobenius norm of S_k W_(k+1) S_(k+1) .. W_p S_p, S_l the diagonal matrix of the"
        " slopes of layer l at one point, is at least the level",
        (_DIMENSION, _ODD, _EVEN, _LAYER, ("last layer", whole_from(1, 20)), _LEVEL),
        **_event(_gates, _cost_of_gates, sizes=5),
    ),
    Experiment(
        "lipschitz_square",
        "whether the square of the Lipschitz constant of the pre-activation of layer k, on the plane, is at least the"
        " level",
        (_ODD, _EVEN, _LAYER, _LEVEL), **_event(_lipschitz, _cost_on_the_plane, sizes=3),
    ),
    Experiment(
        "lipschitz_share",
        "whether the square of the Lipschitz constant of the pre-activation of layer k, on the plane, is at least the"
        " share of the square of the product of the operator norms of the weights",
        (_ODD, _EVEN, _LAYER, _SHARE), **_event(_of_operator_norms, _cost_on_the_plane, sizes=3),
    ),
    Experiment(
        "lipschitz_attained",
        "whether the largest of so many difference quotients of the pre-activation of layer k, at random pairs of"
        " points 1/1000 apart near the unit circle, is at least the share of its Lipschitz constant",
        (_ODD, _EVEN, _LAYER, ("number of pairs", whole_from(1, 2**14)), _SHARE),
        **_event(_quotients, _cost_of_pairs, sizes=4),
    ),
)  # fmt: skip
