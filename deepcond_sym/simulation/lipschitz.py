r"""The Lipschitz constant of a ReLU network without biases on the plane, by a sweep over its linear sectors.

    g(z) = W_k^T relu(W_(k-1)^T .. relu(W_1^T z)),   z in R^2.

The network is positively homogeneous and linear on finitely many cones. Layer by layer each cone is split where a
pre-activation, linear on it, changes its sign; on each final cone g is a matrix with two columns. R^2 is convex, so the
constant is the largest operator norm among them (nguyen2021, Lemma 6.1), the root of the larger eigenvalue of a 2 x 2
matrix. The sweep is finite and complete; nothing is sampled. Source: derived here.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from fractions import Fraction
from functools import reduce
from typing import Any

import numpy as np
from flint import arb

from deepcond_sym.arithmetic import ball_from_exact, precision
from deepcond_sym.errors import InputError

_SLIVER = 1e-12
"""A cone that takes a smaller share of the one it is cut from has the signs of rounding errors: it is left out."""


def lipschitz_constant(weights: Sequence[Any], bits: int | None = None) -> Any:
    """The smallest c with |g(x) - g(y)| <= c |x - y| for all x, y in the plane, Euclidean norms.

    `weights` are the matrices W_1 (2 x n_1), W_2 (n_1 x n_2), .., W_k, at least one. Without `bits` they are doubles,
    and so is the answer: cones narrower than about 1e-12 are left out, the rest is exact up to rounding. With `bits`
    they are integers or Fractions, every cone is exact, and the answer is a ball of about that many digits (slower:
    for widths of about ten). Errors: InputError for weights that do not fit together, that start from another
    dimension than 2, or, with `bits`, that are floats.

    >>> lipschitz_constant([[[3, 0], [0, 4]]])
    4.0
    >>> lipschitz_constant([[[1, -1], [0, 0]], [[1], [1]]])      # |x|
    1.0
    >>> print(lipschitz_constant([[[1, 0], [0, 1]], [[1], [1]]], bits=100).str(20))
    [1.4142135623730950488 +/- 1.69e-21]

    Source: derived here; that the constant is the largest norm of a Jacobian is nguyen2021, Lemma 6.1.
    """
    if bits is not None:
        exact = _read(weights, exact=True)
        with precision(bits=bits):
            return reduce(arb.max, map(_largest_norm, _exact_pieces(exact)))
    pieces = linear_pieces(_read(weights, exact=False))
    return float(np.sqrt(_largest_eigenvalues(np.swapaxes(pieces, 1, 2) @ pieces).max()))


def linear_pieces(weights: Sequence[np.ndarray]) -> np.ndarray:
    """The matrices of g on its cones, anticlockwise from the positive x-axis: (number of cones) x n_k x 2, doubles.

    >>> linear_pieces([np.array([[1.0, -1.0], [0.0, 0.0]]), np.array([[1.0], [1.0]])])[:, 0].tolist()
    [[1.0, 0.0], [-1.0, 0.0], [-1.0, 0.0], [1.0, 0.0]]
    """
    quarter = np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [0.0, -1.0]])
    starts, ends = quarter, np.roll(quarter, -1, axis=0)
    outputs = np.broadcast_to(np.eye(2), (4, 2, 2))
    for matrix in weights[:-1]:
        linear = matrix.T @ outputs
        owner, starts, ends = _cut(linear, starts, ends)
        linear = linear[owner]
        outputs = linear * (np.einsum("snc,sc->sn", linear, starts + ends) > 0)[:, :, None]
    return weights[-1].T @ outputs


def _cut(linear: np.ndarray, starts: np.ndarray, ends: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The cones between `starts` and `ends`, cut where a row of their matrices vanishes: whose part each is, its sides.

    A row that is a at one side and -b at the other, a and b of one sign, vanishes at the direction
    (1 - t) start + t end with t = a/(a + b)."""
    first, last = np.einsum("snc,sc->sn", linear, starts), np.einsum("snc,sc->sn", linear, ends)
    crossed = first * last < 0
    shares = first[crossed] / (first[crossed] - last[crossed])
    cones = np.arange(len(starts))
    owner = np.concatenate([cones, np.nonzero(crossed)[0]])
    share = np.concatenate([np.zeros(len(cones)), shares])
    order = np.lexsort((share, owner))
    owner, share = owner[order], share[order]
    side = (1 - share)[:, None] * starts[owner] + share[:, None] * ends[owner]
    side /= np.linalg.norm(side, axis=1, keepdims=True)
    same = np.append(owner[1:] == owner[:-1], False)
    until = np.where(same, np.append(share[1:], 0.0), 1.0)
    kept = until - share > _SLIVER
    return owner[kept], side[kept], np.where(same[:, None], np.roll(side, -1, axis=0), ends[owner])[kept]


def _largest_eigenvalues(symmetric: np.ndarray) -> np.ndarray:
    a, b, c = symmetric[:, 0, 0], symmetric[:, 0, 1], symmetric[:, 1, 1]
    return (a + c + np.hypot(a - c, 2 * b)) / 2


def _exact_pieces(weights: Sequence[np.ndarray]) -> list[np.ndarray]:
    """The matrices of g on its cones, in rational arithmetic."""
    quarter = [np.array(side, dtype=object) for side in ((1, 0), (0, 1), (-1, 0), (0, -1))]
    identity = np.array([[1, 0], [0, 1]], dtype=object)
    cones = [(quarter[i], quarter[(i + 1) % 4], identity) for i in range(4)]
    for matrix in weights[:-1]:
        parts = []
        for start, end, below in cones:
            linear = matrix.T @ below
            first, last = linear @ start, linear @ end
            shares = {Fraction(a) / (a - b) for a, b in zip(first, last, strict=True) if a * b < 0}
            sides = [start, *((1 - t) * start + t * end for t in sorted(shares)), end]
            for left, right in itertools.pairwise(sides):
                parts.append((left, right, linear * (linear @ (left + right) > 0)[:, None]))
        cones = parts
    return [weights[-1].T @ below for _, _, below in cones]


def _largest_norm(piece: np.ndarray) -> arb:
    products = piece.T @ piece
    a, b, c = (Fraction(products[place]) for place in ((0, 0), (0, 1), (1, 1)))
    return ((ball_from_exact(a + c) + ball_from_exact((a - c) ** 2 + 4 * b**2).sqrt()) / 2).sqrt()


def _read(weights: Sequence[Any], *, exact: bool) -> list[np.ndarray]:
    found = [np.array(w, dtype=object if exact else np.float64) for w in weights]
    if not found or any(w.ndim != 2 or 0 in w.shape for w in found) or found[0].shape[0] != 2:
        raise InputError("give at least one matrix of weights, the first with 2 rows: the network lives on the plane")
    if any(below.shape[1] != above.shape[0] for below, above in itertools.pairwise(found)):
        raise InputError(f"weights of the shapes {[w.shape for w in found]} do not fit together")
    if exact and not all(type(v) is int or isinstance(v, Fraction) for w in found for v in w.flat):
        raise InputError("with bits= the weights are integers or Fractions: a float is another number")
    if not exact and not all(np.isfinite(w).all() for w in found):
        raise InputError("a weight is not a finite number")
    return found
