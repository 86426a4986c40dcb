"""`ordered_predictor_limit`: the predictor of an infinitely deep ReLU network in the ordered phase, enclosed."""

from __future__ import annotations

from typing import Any

from flint import arb, arb_mat

from deepcond_sym.arithmetic import precision
from deepcond_sym.depth.koenigs import OrderedRelu, check_bits
from deepcond_sym.errors import AccuracyError, InputError

from .exact_pairs import Pair, pairs_with, training_pairs

_ATTEMPTS = 4
_KINDS = {"ntk", "nngp"}


def ordered_predictor_limit(
    training: Any,
    point: Any,
    *,
    weight_variance: Any,
    bias_variance: Any,
    kernel: str = "ntk",
    affine_input: bool = False,
    bits: int = 64,
) -> list[arb]:
    """Balls around the limit, as the depth of a ReLU network grows, of the weights that predict at a point as w . y.

    `training` has one point a row, `point` is one more: integers, Fractions, texts such as "1/3", or NumPy arrays,
    whose floats count as the exact numbers that they are. Each is divided by its norm. The network is in the ordered
    phase, 0 < sigma_w^2 < 2 and sigma_b^2 > 0, exact numbers; `affine_input` as for `koenigs_limit`. Every kernel tends
    to the matrix of ones there, and w to the weights of ordinary kriging, which sum to 1 and depend on the data: w with
    V w + lambda 1 = v and 1.w = 1, where V = sqrt(A(x_i, x_j)) and v = sqrt(A(x, x_i)) for the tangent kernel
    (`kernel="ntk"`), A itself for the kernel "nngp", and A is `koenigs_limit`. The radii are at most 2^-bits relative
    to the largest weight. Raises `InputError` for bad arguments and for parallel training points, `AccuracyError` where
    so many bits are not reached.

    >>> weights = ordered_predictor_limit(
    ...     [[1, 0], ["3/5", "4/5"]], [0, 1], weight_variance=1, bias_variance=1, affine_input=True)
    >>> [weight.str(10, radius=False) for weight in weights]
    ['0.1754617696', '0.8245382304']

    Source: starnaud2025, limit table, ordered phase; derived here. From W = Theta(x, x) - Theta(x, x'), t^2 =
    sigma_w^2/2, it is W(l + 1) = t^2 W(l) + t^2 (theta/pi) Theta(l) + V(l + 1) with V = Sigma(x, x) - Sigma(x, x') of
    the order t^(2 l) and theta ~ sqrt(2 (1 - rho^(l))): t^(-l) W tends to a multiple of sqrt(A) that is the same for
    all pairs (claim starnaud2025/LT2-tangent). So the kernel is p (11^T - eps (V + o(1))) with eps of the order t^l
    (t^(2 l) for "nngp"), and w solves a bordered system with eps in its corner (claim starnaud2025/LT2-bordered), which
    at eps = 0 is found invertible here.
    """
    network = OrderedRelu.read(weight_variance, bias_variance, affine_input)
    check_bits(bits)
    if kernel not in _KINDS:
        raise InputError(f"The kernel is 'ntk' or 'nngp', not {kernel!r}.")
    rows, found = training_pairs(training)
    pairs = found | {(i, i): pair for i, pair in enumerate(pairs_with(point, rows))}
    size = len(rows)
    solved: list[arb] = []
    for attempt in range(_ATTEMPTS):
        wanted = (bits + 32) * 2**attempt
        with precision(bits=2 * wanted + 64):
            entries = {place: _spread(pair, network, wanted, root=kernel == "ntk") for place, pair in pairs.items()}
            bordered = [[arb(0) if i == j else entries[max(i, j), min(i, j)] for j in range(size)] for i in range(size)]
            matrix = arb_mat([*([*row, 1] for row in bordered), [*[1] * size, 0]])
            right = arb_mat([*([entries[i, i]] for i in range(size)), [1]])
            try:
                weights = matrix.solve(right).entries()[:size]
            except ZeroDivisionError:
                continue
            if not all(weight.is_finite() for weight in weights):
                continue
            solved = weights
            if max(w.rad() for w in solved) <= max(abs(w).lower() for w in solved) * arb(2) ** -bits:
                return solved
    reached = "no digit of them is certain" if not solved else "only some of the bits were reached"
    raise AccuracyError(f"Cannot certify the weights: {reached}; ask for fewer bits, or move close points apart.")


def _spread(pair: Pair, network: OrderedRelu, bits: int, *, root: bool) -> arb:
    """A or its root, at the current precision."""
    if pair.same:
        return arb(0)
    value = network.limit(pair.complement(), bits)
    return value.sqrt() if root else value
