"""`critical_matrix`: the kernels of given data after any number of layers of critical erf, in balls."""

from __future__ import annotations

from typing import Any

from flint import arb

from deepcond_sym.arithmetic import precision
from deepcond_sym.depth.abel import shares
from deepcond_sym.depth.critical_erf import CriticalErf
from deepcond_sym.errors import AccuracyError, InputError

from .exact_pairs import training_pairs

_MOST_BITS = 240


def critical_matrix(
    data: Any, depth: int, *, bias_variance: Any, kernel: str = "ntk", bits: int = 64
) -> list[list[arb]]:
    """The kernel matrix of erf with its critical weight variance, in units of q*, as rows of balls.

    `data` has one point a row: integers, Fractions, texts such as "1/3", or NumPy arrays, whose floats count as the
    exact numbers that they are; each is scaled to the variance q*, at which the network leaves it. The bias variance
    is positive and exact. The tangent kernel (`kernel="ntk"`) starts from 0 as in xiao2020, so that its diagonal is
    `depth`; "nngp" has a diagonal of 1. The gaps 1 - c and the entries have relative radii of at most 2^-bits; the time
    does not grow with the depth. Give the rows to `condition_number`, `lambda_min`, `lambda_max` and the like.
    Raises `InputError` for bad arguments and for points of the same direction, `AccuracyError` where so many bits are
    not reached (240 at most).

    >>> from deepcond_sym.kernels import condition_number
    >>> kernel = critical_matrix([[1, 0, 0], [0, 1, 0], [0, 0, 1]], 10**5, bias_variance="0.05")
    >>> condition_number(kernel).str(12, radius=False)
    '2.49944400650'

    Source: derived here, see `critical_erf`. By xiao2020/B26 the condition number tends to (m + 2)/2 for m points.
    """
    if isinstance(depth, bool) or not isinstance(depth, int) or depth < 1:
        raise InputError(f"The depth is a number of layers, an integer at least 1, not {depth!r}.")
    if isinstance(bits, bool) or not isinstance(bits, int) or not 1 <= bits <= _MOST_BITS:
        raise InputError(f"The number of bits is an integer from 1 to {_MOST_BITS}, not {bits!r}.")
    if kernel not in ("ntk", "nngp"):
        raise InputError(f"The kernel is 'ntk' or 'nngp', not {kernel!r}.")
    network = CriticalErf.read(bias_variance)
    rows, pairs = training_pairs(data, "data")
    for share in shares(bits):
        with precision(bits=2 * bits + 96):
            states = {place: network.after(depth, pair.complement(), share) for place, pair in pairs.items()}
            entries = [entry for state in states.values() for entry in state]
            if all(entry.is_finite() and entry.rel_accuracy_bits() > bits for entry in entries):
                matrix = [[arb(depth if kernel == "ntk" else 1)] * len(rows) for _ in rows]
                for (i, j), state in states.items():
                    matrix[i][j] = matrix[j][i] = state.tangent if kernel == "ntk" else 1 - state.gap
                return matrix
    raise AccuracyError("So many bits were not reached: ask for fewer.")
