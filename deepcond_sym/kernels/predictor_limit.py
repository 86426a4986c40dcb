"""`predictor_limit`: what is left of the predictor of a deep network at given data, in each phase, enclosed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sympy as sp
from flint import arb, arb_mat

from deepcond_sym.activations import Activation
from deepcond_sym.activations import activation as read_activation
from deepcond_sym.arithmetic import precision
from deepcond_sym.depth.abel import abel_constant
from deepcond_sym.depth.critical_line import critical_line
from deepcond_sym.depth.parameters import Parameter
from deepcond_sym.depth.stationary import StationaryNetwork
from deepcond_sym.errors import AccuracyError, InputError

from .exact_pairs import Pair, pairs_with, training_pairs

_ATTEMPTS = 3
_MOST_BITS = 200
Limits = tuple[list[list[arb]], list[arb]]


@dataclass(frozen=True)
class PredictorLimit:
    """The limit of P^(l) Y over `rate`, at one point, is `weights` . Y for labels Y that sum to 0.

    P^(l) = K_te K_tr^(-1) at depth l, for the kernel that was asked for. In the ordered phase the rate is 1 and the
    weights, which sum to 1, are the limit of P^(l) itself.

    >>> predictor_limit([[1, 0]], [0, 1], bias_variance="0.1", kernel="nngp").rate
    '1/l'
    """

    phase: str
    rate: str
    weights: list[arb]


def predictor_limit(
    training: Any,
    point: Any,
    *,
    activation: Any = "erf",
    weight_variance: Any = "critical",
    bias_variance: Any = 0,
    kernel: str = "ntk",
    bits: int = 53,
) -> PredictorLimit:
    """Balls around the limit of the mean predictor of an infinitely deep network, at the rate at which it decays.

    `training` has one point a row, `point` is one more: integers, Fractions, texts such as "1/3", or NumPy arrays,
    whose floats count as the exact numbers that they are; each is scaled to the variance q*. Accepted are smooth
    activations in the ordered and the chaotic phase, or with `weight_variance="critical"` and a bias; ReLU at weight
    variance 2 (or "critical") without a bias; for ReLU in the ordered phase see `ordered_predictor_limit`. The
    kernel is "ntk", started from 0 as in xiao2020 (started from K^(0) the chaotic weights are divided by chi_1), or
    "nngp". The radii are at most 2^-bits of the largest weight. Raises `InputError` for bad arguments, parallel
    training points, or a point in the direction of one where the phase is not ordered (it is predicted by its own
    label), `AccuracyError` where so many bits are not reached.

    >>> data, network = [[1, 0], ["3/5", "4/5"]], {"weight_variance": "5/4", "bias_variance": "1/20"}
    >>> [weight.str(8, radius=False) for weight in predictor_limit(data, [0, 1], **network).weights]
    ['0.13791299', '0.86208701']
    >>> found = predictor_limit(data, [0, 1], bias_variance="1/20")
    >>> found.phase, found.rate, [weight.str(8, radius=False) for weight in found.weights]
    ('critical', '1/l', ['2.3155421', '16.438796'])

    Source: xiao2020/B23, B27, B30, B31, B32, B33 and B40b. With Z = -q* A, A of `koenigs_limit`, and C of `abel_limit`,
    both 0 on the diagonal: ordered, Z w + nu 1 = z, 1 . w = 1 (a bordered system, found invertible here); otherwise,
    by the Sherman-Morrison formula (xiao2020/B55), a multiple of E_te - x 1 1^T E_tr with E = Z or C.
    """
    if kernel not in ("ntk", "nngp"):
        raise InputError(f"The kernel is 'ntk' or 'nngp', not {kernel!r}.")
    if isinstance(bits, bool) or not isinstance(bits, int) or not 1 <= bits <= _MOST_BITS:
        raise InputError(f"The number of bits is an integer from 1 to {_MOST_BITS}, not {bits!r}.")
    rows, pairs = training_pairs(training)
    new = pairs_with(point, rows)
    network = _network(activation, weight_variance, bias_variance)
    found = None
    for attempt in range(_ATTEMPTS):
        wanted = (bits + 16) * 2**attempt
        if isinstance(network, StationaryNetwork):
            found = _geometric(network, pairs, new, kernel, wanted)
        else:
            found = _critical(network, pairs, new, kernel, wanted)
        finite = all(weight.is_finite() for weight in found.weights)
        largest = max(abs(w).lower() for w in found.weights) if finite else arb(0)
        if finite and max(w.rad() for w in found.weights) <= largest * arb(2) ** -bits:
            return found
        if finite and largest == 0 and all(w == 0 for w in found.weights):
            return found
    raise AccuracyError("Cannot certify the weights to so many bits: ask for fewer, or move close points apart.")


@dataclass(frozen=True)
class _Critical:
    """A smooth activation with a bias, or ReLU without one."""

    activation: Activation
    bias: sp.Expr


def _network(source: Any, weight: Any, bias: Any) -> StationaryNetwork | _Critical:
    chosen = read_activation(source)
    if chosen.expr == read_activation("relu").expr:
        number, offset = weight, Parameter.read(bias, "bias_variance").value
        if offset != 0 or (number != "critical" and Parameter.read(number, "weight_variance").value != 2):
            raise InputError("ReLU is critical at weight variance 2 without a bias; else see ordered_predictor_limit.")
        return _Critical(chosen, sp.Integer(0))
    if weight == "critical":
        read = Parameter.read(bias, "bias_variance")
        read.require_exact()
        return _Critical(chosen, read.value)
    return StationaryNetwork.read(chosen, weight, bias)


def _limits(pairs: dict[tuple[int, int], Pair], new: list[Pair], limit: Any) -> Limits:
    """The limits of the pairs as a matrix with diagonal 0 and a vector."""
    size = len(new)
    matrix = [[arb(0)] * size for _ in range(size)]
    for (i, j), pair in pairs.items():
        matrix[i][j] = matrix[j][i] = limit(pair)
    return matrix, [limit(pair) for pair in new]


def _geometric(
    network: StationaryNetwork, pairs: dict[tuple[int, int], Pair], new: list[Pair], kernel: str, bits: int
) -> PredictorLimit:
    """Ordered or chaotic, with A where the sheet has Z = -q* A."""
    if network.is_chaotic:
        _not_a_training_point(new)
    with precision(bits=(2 if network.is_chaotic else 1) * bits + 56):
        matrix, vector = _limits(
            pairs, new, lambda pair: arb(0) if pair.same else network.koenigs(pair.complement(), bits)
        )
        if not network.is_chaotic:
            return PredictorLimit("ordered", "1", _kriging(matrix, vector))
        known, size = network.constants, len(vector)
        c = 1 - known.u
        if kernel == "ntk":
            factor = (1 - known.chi_1) * (1 + known.bend / known.chi * c / (1 - known.chi))
            return PredictorLimit("chaotic", "l (chi_c*/chi_1)^l", [factor * value for value in vector])
        share = c / (known.u + size * c)
        return PredictorLimit("chaotic", "chi_c*^l", _corrected(matrix, vector, share, -1 / known.u))


def _kriging(matrix: list[list[arb]], vector: list[arb]) -> list[arb]:
    """The weights of ordinary kriging: the bordered system, solved in balls."""
    size = len(vector)
    bordered = arb_mat([*([*row, 1] for row in matrix), [*[1] * size, 0]])
    try:
        return bordered.solve(arb_mat([*([value] for value in vector), [1]])).entries()[:size]
    except ZeroDivisionError:
        return [arb("nan")] * size


def _corrected(matrix: list[list[arb]], vector: list[arb], share: arb, factor: arb) -> list[arb]:
    """factor (e - share 1^T E)."""
    return [
        factor * (value - share * sum((row[j] for row in matrix), arb(0))) for j, value in enumerate(vector)
    ]


def _critical(
    network: _Critical, pairs: dict[tuple[int, int], Pair], new: list[Pair], kernel: str, bits: int
) -> PredictorLimit:
    _not_a_training_point(new)
    source, size = network.activation, len(new)
    matrix, vector = _limits(pairs, new, lambda pair: abel_constant(pair.complement, source, network.bias, bits))
    with precision(bits=bits + 72):
        if source.expr == read_activation("relu").expr:
            k = 2 * arb(2).sqrt() / (3 * arb.pi())
            share, factor = (arb(1) / (size + 3), 2 / (3 * k)) if kernel == "ntk" else (arb(1) / size, 4 / k)
        else:
            a = critical_line(source, network.bias, bits=bits + 32).curvature
            share, factor = (arb(1) / (size + 2), 1 / (2 * a)) if kernel == "ntk" else (arb(1) / size, 1 / a)
        return PredictorLimit("critical", "1/l", _corrected(matrix, vector, share, factor))


def _not_a_training_point(new: list[Pair]) -> None:
    for place, pair in enumerate(new):
        if pair.same:
            raise InputError(
                f"The point has the direction of training point {place}, and its label is predicted: choose another."
            )
