"""`PairMap`: a kernel of any depth as a function of the cosine of two unit inputs, on float64 arrays."""

from __future__ import annotations

import math
import threading
from typing import Protocol

import numpy as np
from flint import arb

from deepcond_sym.arithmetic import precision
from deepcond_sym.depth import DepthMap
from deepcond_sym.errors import AccuracyError, InputError

from .kernel_table import KernelTable, as_double

_MOST_LAYERS = 1000
_MOST_BALLS = 5000


class PairMap(Protocol):
    """What the tiles of a kernel matrix need to know of a network.

    `over_diagonal` says that the values are those of the kernel over its diagonal, because the diagonal leaves
    float64 or because that was asked for; `at_one` is the value of a point with itself, 1 in that case;
    `log_diagonal` the logarithm of the kernel of a unit input with itself. `error_bound` bounds |value - exact value|
    for all cosines where that is proved, and is None where it is not.
    """

    over_diagonal: bool
    at_one: float
    log_diagonal: float

    @property
    def name(self) -> str:
        """How the values come about."""
        ...

    @property
    def error_bound(self) -> float | None:
        """The bound, for the values so far."""
        ...

    def values(self, rho: np.ndarray, u: np.ndarray) -> np.ndarray:
        """The kernel at the cosines rho in [-1, 1]; u = 1 - |rho| has full relative accuracy. Any thread may call."""
        ...


def pair_map(network: DepthMap, kernel: str, ratio: bool | None = None) -> PairMap:
    """The "nngp" or "ntk" kernel of a network; with `ratio` over its diagonal, by default only where it must be.

    >>> float(round(pair_map(DepthMap("relu", 1, weight_variance=2), "ntk").values(np.zeros(1), np.ones(1))[0], 12))
    0.318309886184
    """
    if kernel not in ("nngp", "ntk"):
        raise InputError(f"The kernel is 'nngp' or 'ntk', not {kernel!r}.")
    recursion = RecursionMap(network, kernel, ratio)
    exact = not (network.weight_variance.is_double or network.bias_variance.is_double)
    tabled = exact and not (kernel == "nngp" and recursion.over_diagonal)
    if not tabled or (network.depth > _MOST_LAYERS and network.activation.homogeneity is None):
        return recursion
    return TableMap(recursion)


class TableMap:
    """The polynomial pieces of `KernelTable`, made when they are met, at a cost that does not depend on the depth.

    Pairs with 1 - |rho| < 2^-10 are evaluated in balls, up to `_MOST_BALLS` of them, each from its u. All these values
    have proved error bounds, and `error_bound` is the largest so far. Pairs beyond that number go through the recursion
    in float64, and nothing is proved any more.

    >>> function = TableMap(RecursionMap(DepthMap("relu", 1, weight_variance=2), "nngp"))
    >>> f"{function.values(np.array([-1.0]), np.array([1e-12]))[0]:.5e}", function.error_bound < 1e-15
    ('3.00105e-19', True)
    """

    def __init__(self, recursion: RecursionMap) -> None:
        self._recursion, self._lock, self._balls = recursion, threading.Lock(), 0
        self.over_diagonal, self.log_diagonal = recursion.over_diagonal, recursion.log_diagonal
        quantity = "ratio" if recursion.over_diagonal else recursion.kernel
        self._table = KernelTable(recursion.network, quantity)
        self.at_one, self._bound = as_double(self._table.at_one)
        self._proved = True

    @property
    def name(self) -> str:
        """How the values came about."""
        return "polynomial pieces and balls" + ("" if self._proved else ", and recursion in float64 for close pairs")

    @property
    def error_bound(self) -> float | None:
        """The largest bound of all values so far, None once the recursion was needed."""
        return self._bound if self._proved else None

    def values(self, rho: np.ndarray, u: np.ndarray) -> np.ndarray:
        """The kernel at these cosines."""
        result = np.full(rho.shape, self.at_one)
        far = u >= 2.0**-10
        near = ~far & ((u > 0) | (rho < 0))
        # The pieces, and the precision of the balls behind them, belong to the process, not to a thread.
        with self._lock:
            if not self._table.pays(rho[far]):
                near, far = near | far, np.zeros_like(far)
            if far.any():
                result[far], bounds = self._table.values(rho[far])
                self._bound = max(self._bound, float(bounds.max()))
            self._balls += int(near.sum())
            if self._balls <= _MOST_BALLS:
                for place in np.flatnonzero(near):
                    result[place], bound = self._exactly(float(rho[place]), float(u[place]))
                    self._bound = max(self._bound, bound)
                return result
        self._proved = False
        result[near] = self._recursion.values(rho[near], u[near])
        return result

    def _exactly(self, rho: float, u: float) -> tuple[float, float]:
        with precision(bits=256):
            cosine = arb(rho) if u >= 0.5 else 1 - arb(u) if rho > 0 else arb(u) - 1
            return self._table.exactly(cosine)


class RecursionMap:
    """The float64 recursion of `DepthMap`, layer by layer: time grows with the depth, and no error bound is proved.

    Raises `InputError` for the tangent kernel of an activation with jumps, and for a kernel that is 0 everywhere.

    >>> chaotic = RecursionMap(DepthMap("erf", 2000, weight_variance=9), "ntk")
    >>> chaotic.over_diagonal, chaotic.at_one, chaotic.log_diagonal > 710
    (True, 1.0, True)
    """

    name = "recursion in float64"
    error_bound = None

    def __init__(self, network: DepthMap, kernel: str, ratio: bool | None = None) -> None:
        self.network, self.kernel = network, kernel
        self._lock = threading.Lock()
        diagonal, self.log_diagonal = _diagonal(network, kernel)
        outside = not 1e-290 < diagonal < 1e290
        if outside and ratio is False:
            raise AccuracyError(
                f"The kernel of a point with itself is exp({self.log_diagonal:.6g}), out of the range of float64: ask "
                "for the kernel over its diagonal (ratio), or for less depth."
            )
        self.over_diagonal = outside or bool(ratio)
        self.at_one = 1.0 if self.over_diagonal else diagonal
        odd = network.depth == 0 or (network.activation.parity == "odd" and network.bias_variance.value == 0)
        even = network.depth > 0 and network.activation.parity == "even"
        self._mirror = -1.0 if odd else 1.0 if even else None

    def values(self, rho: np.ndarray, u: np.ndarray) -> np.ndarray:
        """The kernel at the cosines, of which those next to 1 (and, by symmetry, to -1) are led by u."""
        signs = None
        if self._mirror is not None:
            signs = np.where(rho < 0, self._mirror, 1.0)
            rho = np.abs(rho)
        result = np.empty(rho.shape)
        near = rho > 0.5
        # The dual's tables and the precision of the balls behind them belong to the process, not to a thread.
        with self._lock:
            for place, argument in ((near, {"u": u[near]}), (~near, {"rho": rho[~near]})):
                if place.any():
                    result[place] = self._evaluate(**argument)
        return result if signs is None else result * signs

    def _evaluate(self, rho: np.ndarray | None = None, u: np.ndarray | None = None) -> np.ndarray:
        if self.kernel == "ntk":
            return (self.network.ntk_ratio if self.over_diagonal else self.network.ntk)(rho, u=u)
        if not self.over_diagonal:
            return self.network.nngp(rho, u=u)
        return 1.0 - self.network.nngp_complement(u if rho is None else 1.0 - rho)


def _diagonal(network: DepthMap, kernel: str) -> tuple[float, float]:
    """The kernel of a unit input with itself, inf or 0 out of range, and its logarithm."""
    if kernel == "ntk":
        logarithm = float(network.log_ntk_diagonal())
        try:
            diagonal = float(network.ntk_diagonal())
        except AccuracyError:
            diagonal = math.inf
    else:
        try:
            diagonal = float(network.variances()[-1])
        except AccuracyError:
            diagonal = math.inf
        logarithm = math.log(diagonal) if 0 < diagonal < math.inf else _log_variance(network)
    if logarithm == -math.inf:
        raise InputError("The kernel is 0 everywhere: give the network weights and an activation that is not 0.")
    return diagonal, logarithm


def _log_variance(network: DepthMap) -> float:
    """log q_L in balls; floats among the parameters count as the exact numbers that they are."""
    exact = DepthMap(network.activation, network.depth, network.weight_variance.value, network.bias_variance.value)
    with precision(bits=64):
        last = exact.variances(bits=64)[-1]
        return float(last.log().mid()) if last > 0 else -math.inf
