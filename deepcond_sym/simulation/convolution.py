r"""Random convolutional networks of finite width: the kernels of images, by drawing every weight.

From pre-activations u^0 that are Gaussian over the pixels, independent over the channels,

    u^h_j(a) = sqrt(weight_variance/(n w)) sum_(i, o) W^h_jio sigma(u^(h-1)_i(a + o)) + sqrt(bias_variance) b^h_j,

with a window of w pixels o, for h < depth, and a last layer that reads out the pixels, after their mean over a
(pooling) or one by one (flatten). All weights are trained but those below u^0, as Theta^(0) = 0 demands. Source:
xiao2020/B45; the gradients are derived here.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from deepcond_sym.errors import InputError

from .array_activation import array_activation, require_slope
from .checks import MOST_NUMBERS, whole


class ImageKernels(NamedTuple):
    """The kernels of random networks, (samples, m, m): inner products of the read-out features, and of gradients."""

    covariance: np.ndarray
    tangent: np.ndarray


def simulate_convolution(
    source: Any,
    correlations: Any,
    *,
    width: int,
    depth: int,
    samples: int,
    seed: int,
    pool: bool = True,
    window: int = 3,
    weight_variance: float = 1.0,
    bias_variance: float = 0.0,
) -> ImageKernels:
    """The kernels of independent random networks at m images of d pixels in a circle, (m, m, d, d) covariances of u^0.

    `depth` layers from 1 on, the last of them the read-out; `width` channels; the activation must not jump. Errors:
    InputError for other arguments, and for networks of more than 2^27 numbers.

    >>> one = simulate_convolution("erf", np.eye(2)[None, None], width=4, depth=2, samples=3, seed=0)
    >>> one.tangent.shape, bool((one.tangent > one.covariance).all())
    ((3, 1, 1), True)
    """
    sigma = array_activation(source)
    slope = require_slope(sigma)
    width, depth = whole(width, "the width", 1), whole(depth, "the depth", 1)
    samples, seed = whole(samples, "the number of samples", 1), whole(seed, "the seed", 0)
    if whole(window, "the window", 1) % 2 == 0:
        raise InputError(f"the window is an odd number of pixels, not {window}.")
    root, images, pixels = _root(correlations)
    if (depth - 1) * window * width**2 + width * images * pixels > MOST_NUMBERS:
        raise InputError(f"one network would hold more than {MOST_NUMBERS} numbers: take a smaller width or depth.")
    rng = np.random.default_rng(seed)
    offsets = range(-(window // 2), window // 2 + 1)
    found = np.empty((2, samples, images, images))
    for sample in range(samples):
        u = (rng.standard_normal((width, images * pixels)) @ root.T).reshape(width, images, pixels)
        weights, layers = [], [u]
        for _ in range(depth - 1):
            # Rows: output channel; columns: offset by offset, the input channels.
            matrix = rng.standard_normal((width, len(offsets) * width)) * np.sqrt(weight_variance / (width * window))
            shifted = np.concatenate([np.roll(sigma.value(layers[-1]), -o, axis=2) for o in offsets])
            bias = np.sqrt(bias_variance) * rng.standard_normal((width, 1, 1))
            layers.append((matrix @ shifted.reshape(len(shifted), -1)).reshape(width, images, pixels) + bias)
            weights.append(matrix)
        features = [sigma.value(layer) for layer in layers]
        slopes = [slope(layer) for layer in layers]
        moments = [weight_variance * np.einsum("jxa,jyb->xyab", f, f) / width for f in features]
        covariance = _read_out(moments[-1], pool) + bias_variance
        tangent = covariance.copy()
        read = rng.standard_normal((width, 1, 1 if pool else pixels)) * np.sqrt(weight_variance / width)
        gradient = read * slopes[-1] / (pixels if pool else np.sqrt(pixels))
        for h in range(depth - 1, 0, -1):
            below = sum(np.roll(moments[h - 1], (-o, -o), (2, 3)) for o in offsets) / window + bias_variance
            tangent += np.einsum("jxa,jyb,xyab->xy", gradient, gradient, below, optimize=True)
            pushed = (weights[h - 1].T @ gradient.reshape(width, -1)).reshape(window, width, images, pixels)
            gradient = slopes[h - 1] * sum(np.roll(part, o, axis=2) for part, o in zip(pushed, offsets, strict=True))
        found[:, sample] = covariance, tangent
    return ImageKernels(*found)


def _root(correlations: Any) -> tuple[np.ndarray, int, int]:
    """A square root of the covariance of all pixels of all images, and how many there are."""
    given = np.asarray(correlations, dtype=np.float64)
    if given.ndim != 4 or given.shape[0] != given.shape[1] or given.shape[2] != given.shape[3] or 0 in given.shape:
        raise InputError(f"correlations is an array (m, m, d, d) for m images of d pixels, not {given.shape}.")
    images, _, pixels, _ = given.shape
    whole_matrix = given.transpose(0, 2, 1, 3).reshape(images * pixels, -1)
    values, vectors = np.linalg.eigh(whole_matrix)
    if not np.allclose(whole_matrix, whole_matrix.T) or values[0] < -1e-9 * values[-1]:
        raise InputError("there are no such pixels: the matrix of all correlations has to be positive semidefinite.")
    return vectors * np.sqrt(np.maximum(values, 0)), images, pixels


def _read_out(kernel: np.ndarray, pool: bool) -> np.ndarray:
    return kernel.mean(axis=(2, 3)) if pool else np.einsum("xyaa->xy", kernel) / kernel.shape[-1]
