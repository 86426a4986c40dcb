"""`GramProblem`: which kernel of which rows, checked, before it is cut into tiles."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from functools import cached_property, partial
from typing import Any

import numpy as np

from deepcond_sym.depth import DepthMap
from deepcond_sym.errors import AccuracyError, InputError

from .norm_map import NormMap
from .pair_map import PairMap, pair_map
from .rows import Rows
from .tile import SIDE, Tile

_LARGEST_LOG = 690
"""exp of this is a double with room to spare."""


class GramProblem:
    """A kernel of the rows of `data`, or of these against the rows of `other`, with the arguments of `gram_kernel`.

    `function` is the network's map of the cosine (of cosine and norms, where rows do not have norm 1 and the network is
    not homogeneous of degree 1), `notes` what is to be said of it. `make_tile(rows, columns)` computes tiles between
    any rows with it (it pickles, so that this may be in another process), `log_diagonals` are, for each of the kernels
    that `function` has, the logarithms of the kernel of each row and of each column with itself, `key` is a hash of all
    that the numbers depend on. Raises what `gram_kernel` raises.

    >>> problem = GramProblem(np.eye(2), DepthMap("relu", 1, weight_variance=2), "nngp")
    >>> problem.shape, problem.symmetric, len(problem.key)
    ((2, 2), True, 64)
    """

    def __init__(
        self,
        data: Any,
        network: DepthMap,
        kernel: str = "ntk",
        other: Any = None,
        *,
        unit_rows: bool = False,
        ratio: bool | None = None,
    ) -> None:
        self.network, self.kernel, self.symmetric = network, kernel, other is None
        self.rows = Rows(data)
        self.columns = self.rows if other is None else Rows(other, "the other data")
        if self.rows.width != self.columns.width:
            raise InputError(
                f"The rows of the data have {self.rows.width} entries and those of the other {self.columns.width}."
            )
        self.shape = (self.rows.size, self.columns.size)
        self._power = _power(network, (self.rows, self.columns), unit_rows)
        self.notes: list[str] = []
        if self._power is None:
            norms = np.concatenate([self.rows.norms, self.columns.norms])
            function = NormMap(network, kernel, norms, ratio)
            self.function: PairMap = function
            self.notes.append(function.note)
        else:
            self.function = pair_map(network, kernel, ratio, self._power)
        self.log_diagonals = list(zip(self._logs(self.rows), self._logs(self.columns), strict=True))
        self.make_tile: Callable[[Rows, Rows], Tile] = partial(Tile, function=self.function)

    def _logs(self, points: Rows) -> list[np.ndarray]:
        found = self.function.log_diagonal(points.norms)
        for over, logs in zip(self.function.over_diagonal, found, strict=True):
            outside = np.flatnonzero(np.abs(logs) > _LARGEST_LOG)
            if self._power and not over and len(outside):
                raise AccuracyError(
                    f"The norm of row {outside[0]} of {points.name} takes the kernel out of the range of float64: ask "
                    "for the ratio."
                )
        return found

    @cached_property
    def key(self) -> str:
        """A hash of all that the numbers depend on; it reads the data."""
        network = self.network
        named = {
            "data": [self.rows.digest(), "symmetric" if self.symmetric else self.columns.digest()],
            "network": [str(network.activation.expr), network.depth],
            "variances": [str(network.weight_variance.value), str(network.bias_variance.value)],
            "map": [self.function.name, self.kernel, self.function.over_diagonal, self._power],
            "tiles": SIDE,
        }
        return hashlib.sha256(json.dumps(named).encode()).hexdigest()


def _power(network: DepthMap, points: tuple[Rows, Rows], unit_rows: bool) -> int | None:
    """The kernel of x and y is that of their directions times (|x| |y|)^power; None where it is no such product."""
    if unit_rows:
        return 0
    degree = network.activation.homogeneity
    if network.depth == 0 or (degree == 1 and network.bias_variance.value == 0):
        return 1
    if degree == 0 or network.weight_variance.value == 0:
        return 0
    for rows in points:
        slack = 8 * np.finfo(rows.array.dtype if rows.array.dtype.kind == "f" else np.float64).eps
        if (np.abs(rows.norms - 1) > slack).any():
            return None
    return 0
