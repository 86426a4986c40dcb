r"""ReLU networks without biases or scaling factors, of any widths, and the exact Gram matrix of their Jacobian.

    f_0(x) = x,   f_l = relu(g_l),   g_l = W_l^T f_(l-1)   (0 < l < L),   f_L = W_L^T f_(L-1),

W_l is n_(l-1) x n_l with independent entries N(0, beta_l^2), n_0 = d, n_L = 1, and relu'(0) = 0. F_k is the matrix with
rows f_k(x_i), and B_k the one with rows d f_L/d g_k at x_i. The gradient of f_L in W_(k+1) at x_i is the outer product
of row i of F_k and row i of B_(k+1), so that

    J J^T = sum_{k=0}^{L-1} (F_k F_k^T) o (B_(k+1) B_(k+1)^T),

with o the product entry by entry. Nothing is differentiated by a program. Source: nguyen2021, sections 2 and 4.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

from deepcond_sym.errors import InputError

from .checks import whole


@dataclass(frozen=True)
class ReluNetwork:
    """The network of the weights W_1, .., W_L, or a batch of them (leading axes of the arrays).

    Arrays of doubles, or arrays of `dtype=object` that hold integers and Fractions: then everything is exact. The
    methods take the inputs as an N x d array (or a batch of these), one row a point. Errors: InputError for weights
    that do not fit together or do not end in one output, and for inputs of another dimension.

    >>> network = ReluNetwork((np.array([[1, 2], [0, -1]], dtype=object), np.array([[1], [3]], dtype=object)))
    >>> network.output(np.array([[1, 1]], dtype=object))
    array([[4]], dtype=object)
    >>> network.jacobian_gram(np.array([[1, 1], [1, 5]], dtype=object))
    array([[22, 7],
           [7, 27]], dtype=object)

    Source: nguyen2021, section 2 and the proof of Theorem 4.1.
    """

    weights: tuple[np.ndarray, ...]

    def __post_init__(self) -> None:
        shapes = [w.shape[-2:] for w in self.weights]
        if not shapes or any(len(s) != 2 for s in shapes):
            raise InputError("a network takes at least one matrix of weights")
        if any(below[1] != above[0] for below, above in itertools.pairwise(shapes)) or shapes[-1][1] != 1:
            raise InputError(f"give W_l the shape n_(l-1) x n_l, with n_L = 1: these weights have the shapes {shapes}")

    @property
    def depth(self) -> int:
        """L, the number of weight matrices."""
        return len(self.weights)

    @property
    def parameters(self) -> int:
        """The number of weights: the rank of the Gram matrix is at most that."""
        return sum(w.shape[-2] * w.shape[-1] for w in self.weights)

    def features(self, inputs: np.ndarray) -> list[np.ndarray]:
        """F_0, .., F_(L-1): the outputs of the layers, N x n_k each."""
        if np.ndim(inputs) < 2 or np.shape(inputs)[-1] != self.weights[0].shape[-2]:
            raise InputError(f"give the inputs as rows of {self.weights[0].shape[-2]} numbers")
        found = [inputs]
        for matrix in self.weights[:-1]:
            found.append(np.maximum(found[-1] @ matrix, 0))
        return found

    def output(self, inputs: np.ndarray) -> np.ndarray:
        """F_L: the values of the network, N x 1."""
        return self.features(inputs)[-1] @ self.weights[-1]

    def backward(self, features: list[np.ndarray]) -> list[np.ndarray]:
        """B_1, .., B_L, N x n_k each, from the features: row i of B_k is the derivative of f_L by g_k at x_i.

        A feature is positive exactly where its pre-activation is: there relu' is 1.
        """
        last = features[-1] @ self.weights[-1]
        found = [np.ones_like(last)]
        for layer in range(self.depth - 1, 0, -1):
            found.append((features[layer] > 0) * (found[-1] @ np.swapaxes(self.weights[layer], -1, -2)))
        return found[::-1]

    def jacobian_gram(self, inputs: np.ndarray) -> np.ndarray:
        """J J^T, N x N: the inner products of the gradients of f_L in all weights, between each two inputs."""
        features = self.features(inputs)
        summands = [gram(f) * gram(b) for f, b in zip(features, self.backward(features), strict=True)]
        return sum(summands[1:], start=summands[0])


def gram(rows: np.ndarray) -> np.ndarray:
    """The inner products of the rows.

    >>> gram(np.array([[1, 2], [0, 3]])).tolist()
    [[5, 6], [6, 9]]
    """
    return rows @ np.swapaxes(rows, -1, -2)


def draw_weights(
    widths: tuple[int, ...], samples: int, rng: np.random.Generator, *, he: bool = False
) -> tuple[np.ndarray, ...]:
    """Weights W_1, .., for the widths n_0, n_1, ..: beta_l^2 = 1, or 2/n_(l-1) with `he`, for so many networks.

    >>> [w.shape for w in draw_weights((3, 4, 1), 5, np.random.default_rng(0))]
    [(5, 3, 4), (5, 4, 1)]

    Errors: InputError for a width or a number of samples that is not an integer of at least 1.
    """
    sizes = [whole(n, "a width", 1) for n in widths]
    count = whole(samples, "the number of samples", 1)
    return tuple(
        rng.standard_normal((count, below, above)) * (np.sqrt(2 / below) if he else 1.0)
        for below, above in itertools.pairwise(sizes)
    )


def alternating_widths(dimension: int, odd: int, even: int, hidden: int) -> tuple[int, ...]:
    """n_0 = dimension, then the widths of the hidden layers: `odd` for n_1, n_3, .., `even` for n_2, n_4, ...

    >>> alternating_widths(2, 64, 8, 3)
    (2, 64, 8, 64)
    """
    return (dimension, *(odd if layer % 2 else even for layer in range(1, hidden + 1)))


__all__ = ["ReluNetwork", "alternating_widths", "draw_weights", "gram"]
