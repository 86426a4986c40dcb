r"""Random fully connected networks of finite width, weight by weight, with their kernels.

    f(x) = v . a_L,   a_l = sigma(z_l)/sqrt(m),   z_l = W_l a_(l-1),   a_0 = x,        l = 1 .. L,

every entry of W_1 (m times d), W_2 .. W_L (m times m) and v drawn from N(0, 1), no biases (agarwal2021, equation 1, in
the NTK parametrisation). With `project`, a_l = sigma(z_l)/|sigma(z_l)| instead (agarwal2021, equation 3).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from .array_activation import ArrayActivation, array_activation, require_slope
from .checks import chunks, unit_inputs, unit_length, whole


@dataclass(frozen=True)
class Kernels:
    """Kernels of `samples` networks at n inputs.

    `layers[s, l]` is the n x n matrix of inner products a_l(x_i) . a_l(x_j) in network s, for l = 0 .. L: the NNGP
    kernel after l layers at finite width. `tangent[s]` is the n x n matrix of inner products of the gradients of f with
    respect to all weights, v included; None if it was not asked for.

    >>> simulate("relu", [[1.0, 0.0]], width=8, depth=2, samples=5, seed=0).layers.shape
    (5, 3, 1, 1)
    """

    layers: np.ndarray
    tangent: np.ndarray | None

    @property
    def top(self) -> np.ndarray:
        """The kernel of the top layer, samples x n x n: the covariance of f over v."""
        return self.layers[:, -1]


def simulate(
    source: Any,
    inputs: Any,
    *,
    width: int,
    depth: int,
    samples: int,
    seed: int,
    project: bool = False,
    tangent: bool = True,
) -> Kernels:
    """The kernels of independent random networks at the given inputs.

    `source` is an activation (used as it is: normalise it first), `inputs` an (n, d) array of vectors of norm 1,
    `width` m >= 1, `depth` L >= 0 hidden layers (L = 0: f(x) = v . x), `seed` >= 0. The same arguments give the same
    networks (with one version of NumPy). Memory: about 30 MB, or one network if that is larger.
    Errors: InputError for anything else, for an activation that jumps with `tangent`, for a network of more than 1 GB,
    and with `project` where a layer comes out 0.

    >>> found = simulate("identity", [[1.0, 0.0], [0.6, 0.8]], width=400, depth=1, samples=100, seed=1)
    >>> found.top.shape, found.tangent.shape
    ((100, 2, 2), (100, 2, 2))
    >>> bool(abs(found.tangent[:, 0, 1].mean() - 1.2) < 0.05)
    True

    Source: agarwal2021, equations 1 and 3; the tangent kernel by backpropagation, derived here.
    """
    sigma, points = array_activation(source), unit_inputs(inputs)
    width, depth = whole(width, "the width", 1), whole(depth, "the depth", 0)
    samples, seed = whole(samples, "the number of samples", 1), whole(seed, "the seed", 0)
    if tangent and depth > 0:
        require_slope(sigma)
    rng, dimension = np.random.default_rng(seed), points.shape[1]
    each = width * dimension + max(depth - 1, 0) * width * width if tangent else width * max(width, dimension)
    count = len(points)
    layers = np.empty((samples, depth + 1, count, count))
    tangents = np.empty((samples, count, count)) if tangent else None
    done = 0
    for batch in chunks(samples, max(each, 1)):
        here = slice(done, done + batch)
        network = _Batch(sigma, points, width, depth, batch, rng, project=project, keep=tangent)
        layers[here] = network.layers()
        if tangents is not None:
            tangents[here] = network.tangent()
        done += batch
    return Kernels(layers, tangents)


class _Batch:
    """Some networks at once: arrays are (network, neuron, input)."""

    def __init__(
        self,
        sigma: ArrayActivation,
        points: np.ndarray,
        width: int,
        depth: int,
        batch: int,
        rng: np.random.Generator,
        *,
        project: bool,
        keep: bool,
    ) -> None:
        self.sigma, self.project, self.root = sigma, project, np.sqrt(width)
        self.outputs = [np.broadcast_to(points.T, (batch, *points.T.shape))]
        self.weights: list[np.ndarray] = []
        self.inner: list[np.ndarray] = []
        self.lengths: list[np.ndarray] = []
        for _ in range(depth):
            matrices = rng.standard_normal((batch, width, self.outputs[-1].shape[1]))
            preactivation = matrices @ self.outputs[-1]
            output = sigma.value(preactivation)
            length = self.root
            if project:
                output, length = unit_length(output, axis=1)
            else:
                output = output / self.root
            self.outputs.append(output)
            if keep:
                self.weights.append(matrices)
                self.inner.append(preactivation)
                self.lengths.append(np.asarray(length))
        self.top_weights = rng.standard_normal((batch, self.outputs[-1].shape[1], 1)) if keep else None

    def layers(self) -> np.ndarray:
        return np.stack([_inner_products(a, a) for a in self.outputs], axis=1)

    def tangent(self) -> np.ndarray:
        """sum_l (d f/d z_l . d f/d z_l') (a_(l-1) . a_(l-1)'), and the kernel of the top layer for v."""
        assert self.top_weights is not None
        total = _inner_products(self.outputs[-1], self.outputs[-1])
        back = np.broadcast_to(self.top_weights, self.outputs[-1].shape)  # d f/d a_l
        for layer in range(len(self.weights) - 1, -1, -1):
            output = self.outputs[layer + 1]
            if self.project:
                # The derivative of y/|y| is (I - a a^T)/|y|, where a = y/|y|.
                back = back - output * (back * output).sum(axis=1, keepdims=True)
            assert self.sigma.slope is not None
            back = back / self.lengths[layer] * self.sigma.slope(self.inner[layer])  # d f/d z_l
            below = self.outputs[layer]
            total = total + _inner_products(back, back) * _inner_products(below, below)
            back = np.swapaxes(self.weights[layer], 1, 2) @ back
        return total


def _inner_products(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.swapaxes(a, 1, 2) @ b
