"""`PairMap`: a kernel of any depth as a function of the cosine of two unit inputs, on float64 arrays."""

from __future__ import annotations

import math
import threading
from functools import lru_cache
from typing import Any, Literal, Protocol

import numpy as np

from deepcond_sym.activations import Activation
from deepcond_sym.arithmetic import precision
from deepcond_sym.depth import DepthMap
from deepcond_sym.errors import AccuracyError, InputError

from .compiled import CompiledMap, compile_map

_OUT_OF_RANGE = (
    "The kernel of a point with itself is exp({:.6g}), out of the range of float64: ask for the kernel over its "
    "diagonal (ratio), or for less depth."
)


class PairMap(Protocol):
    """What the tiles of a kernel matrix need to know of a network.

    `over_diagonal` says that the values are those of the kernel over its diagonal, because the diagonal leaves
    float64 or because that was asked for; `at_one` is the value of a point with itself, 1 in that case;
    `log_diagonal` the logarithm of the kernel of a unit input with itself. `error_bound` bounds |value - exact value|
    over the diagonal, for all cosines, where that is proved, and is None where it is not. A map pickles, so that it is
    compiled once for many processes.
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
        """The bound relative to the diagonal."""
        ...

    def values(self, rho: np.ndarray, u: np.ndarray) -> np.ndarray:
        """The kernel at the cosines rho in [-1, 1]; u = 1 - |rho| has full relative accuracy. Any thread may call."""
        ...


def pair_map(network: DepthMap, kernel: str, ratio: bool | None = None) -> PairMap:
    """The "nngp" or "ntk" kernel of a network; with `ratio` over its diagonal, by default only where it must be.

    >>> float(round(pair_map(DepthMap("relu", 1, weight_variance=2), "ntk").values(np.zeros(1), np.ones(1))[0], 12))
    0.318309886184
    """
    if kernel != "nngp" and kernel != "ntk":
        raise InputError(f"The kernel is 'nngp' or 'ntk', not {kernel!r}.")
    try:
        return CompiledPairs(network, kernel, ratio)
    except AccuracyError:
        # What cannot be compiled with a proof may still be within the reach of float64, or is refused there.
        return RecursionMap(network, kernel, ratio)


class CompiledPairs:
    """A `CompiledMap`, whose proved error bound it passes on; the time does not depend on the depth.

    >>> function = CompiledPairs(DepthMap("relu", 1, weight_variance=2), "nngp")
    >>> f"{function.values(np.array([-1.0]), np.array([1e-12]))[0]:.5e}", function.error_bound < 1e-15
    ('0.00000e+00', True)
    """

    name = "compiled map"

    def __init__(self, network: DepthMap, kernel: Literal["nngp", "ntk"], ratio: bool | None = None) -> None:
        parameters = (network.weight_variance.value, network.bias_variance.value)
        self._map = _compiled(network.activation, network.depth, *parameters, kernel)
        self._values = self._map.nngp if kernel == "nngp" else self._map.ntk
        self.log_diagonal, self.error_bound = self._map.log_diagonal, self._map.error_bound
        if self._map.over_diagonal and ratio is False:
            raise AccuracyError(_OUT_OF_RANGE.format(self.log_diagonal))
        self.over_diagonal = self._map.over_diagonal or bool(ratio)
        self.at_one = 1.0 if self.over_diagonal else self._map.at_one
        self._divisor = self._map.at_one / self.at_one

    def values(self, rho: np.ndarray, u: np.ndarray) -> np.ndarray:
        """The kernel at the cosines."""
        found = self._values(rho, u)
        return found if self._divisor == 1.0 else found / self._divisor


@lru_cache(16)
def _compiled(
    source: Activation, depth: int, weight_variance: Any, bias_variance: Any, kernel: Literal["nngp", "ntk"]
) -> CompiledMap:
    """The compiled maps of the last networks are kept: another set of points does not wait for them."""
    return compile_map(DepthMap(source, depth, weight_variance, bias_variance), kernel)


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
        self.network, self.kernel, self._arguments = network, kernel, (network, kernel, ratio)
        self._lock = threading.Lock()
        diagonal, self.log_diagonal = _diagonal(network, kernel)
        outside = not 1e-290 < diagonal < 1e290
        if outside and ratio is False:
            raise AccuracyError(_OUT_OF_RANGE.format(self.log_diagonal))
        self.over_diagonal = outside or bool(ratio)
        self.at_one = 1.0 if self.over_diagonal else diagonal
        odd = network.depth == 0 or (network.activation.parity == "odd" and network.bias_variance.value == 0)
        even = network.depth > 0 and network.activation.parity == "even"
        self._mirror = -1.0 if odd else 1.0 if even else None

    def __reduce__(self) -> tuple[Any, ...]:
        return RecursionMap, self._arguments

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
