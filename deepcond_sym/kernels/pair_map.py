"""`PairMap`: kernels of any depth as functions of the cosine and the norms of two inputs, on float64 arrays."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, Literal, Protocol, cast

import numpy as np

from deepcond_sym.activations import Activation
from deepcond_sym.arithmetic import precision
from deepcond_sym.depth import DepthMap
from deepcond_sym.errors import AccuracyError, InputError

from .compiled import CompiledMap, Diagonal, compile_map
from .compiled_loops import CLOSE, LOST, NEAR

_BLOCK = 1 << 13
"""Entries that a map gets at once, so that its intermediate arrays stay in the cache."""
_OUT_OF_RANGE = (
    "The kernel of a point with itself is exp({:.6g}), out of the range of float64: ask for the kernel over its "
    "diagonal (ratio), or for less depth."
)


class PairMap(Protocol):
    """What the tiles of a kernel matrix need to know of a network: one kernel ("nngp", "ntk") or both at once.

    The tuples and lists have an entry for each of `kernels`. `over_diagonal` says that the values are those of the
    kernel over its diagonal, because the diagonal leaves float64 or because that was asked for. `error_bounds` bound
    |value - exact value| over the diagonal, for all cosines, where that is proved, and are None where it is not.
    Norms are those of the inputs; any thread may call. A map pickles, so that it is compiled once for many processes.
    """

    kernels: tuple[str, ...]
    over_diagonal: tuple[bool, ...]

    @property
    def name(self) -> str:
        """How the values come about."""
        ...

    @property
    def error_bounds(self) -> tuple[float | None, ...]:
        """The bounds relative to the diagonal."""
        ...

    def diagonal(self, norms: np.ndarray) -> list[np.ndarray]:
        """The values of points of these norms with themselves, 1 over the diagonal."""
        ...

    def log_diagonal(self, norms: np.ndarray) -> list[np.ndarray]:
        """The logarithms of the kernels of points of these norms with themselves."""
        ...

    def values(self, rho: np.ndarray, u: np.ndarray, x: np.ndarray, y: np.ndarray) -> list[np.ndarray]:
        """The kernels at the cosines rho in [-1, 1] of points with norms x and y, all four of one shape.

        u = 1 - |rho| has full relative accuracy.
        """
        ...

    def fill(self, rho: np.ndarray, x: np.ndarray, y: np.ndarray, outs: Sequence[np.ndarray]) -> int:
        """Fill the matrices `outs`, at the matrix rho of cosines as they come from a product; row i has norm x[i].

        Returns CLOSE if some 1 - |rho| is below NEAR, where what is written is of no use, with LOST if some value is
        not finite.
        """
        ...


def pair_map(network: DepthMap, kernel: str, ratio: bool | None = None, power: int = 0) -> PairMap:
    """The "nngp" or "ntk" kernel of a network or "both"; with `ratio` over its diagonal, else only where it must be.

    The kernel of x and y is that of their directions times (|x| |y|)^power.

    >>> one = np.ones(1)
    >>> (found,) = pair_map(DepthMap("relu", 1, weight_variance=2), "ntk").values(np.zeros(1), one, one, one)
    >>> found.round(12)
    array([0.31830989])
    """
    if kernel not in ("nngp", "ntk", "both"):
        raise InputError(f"The kernel is 'nngp', 'ntk' or 'both', not {kernel!r}.")
    try:
        return CompiledPairs(network, kernel, ratio, power)
    except AccuracyError:
        # What cannot be compiled with a proof may still be within the reach of float64, or is refused there.
        return RecursionMap(network, kernel, ratio, power)


def _named(kernel: str) -> tuple[str, ...]:
    return ("nngp", "ntk") if kernel == "both" else (kernel,)


class _OfDirections:
    """Kernels of the directions of the inputs, times (|x| |y|)^power where they do not come over their diagonals."""

    error_bounds: tuple[float | None, ...]

    def __init__(
        self, kernels: tuple[str, ...], diagonals: Sequence[Diagonal], ratio: bool | None, power: int
    ) -> None:
        for diagonal in diagonals:
            if diagonal.over and ratio is False:
                raise AccuracyError(_OUT_OF_RANGE.format(diagonal.logarithm))
        self.kernels, self.power = kernels, power
        self.over_diagonal = tuple(diagonal.over or bool(ratio) for diagonal in diagonals)
        self.at_one = [
            1.0 if over else diagonal.value for diagonal, over in zip(diagonals, self.over_diagonal, strict=True)
        ]
        self._logarithms = [diagonal.logarithm for diagonal in diagonals]

    def factors(self, norms: np.ndarray) -> np.ndarray:
        """What each kernel is multiplied by for a point of these norms, a row for each kernel."""
        return np.array([norms ** (0 if over else self.power) for over in self.over_diagonal])

    def diagonal(self, norms: np.ndarray) -> list[np.ndarray]:
        """The values of points of these norms with themselves."""
        return [top * factor * factor for top, factor in zip(self.at_one, self.factors(norms), strict=True)]

    def log_diagonal(self, norms: np.ndarray) -> list[np.ndarray]:
        """The logarithms of the kernels of points with themselves."""
        return [logarithm + 2 * self.power * np.log(norms) for logarithm in self._logarithms]

    def scaled(self, found: Sequence[np.ndarray], x: np.ndarray, y: np.ndarray) -> list[np.ndarray]:
        """The kernels of the directions, multiplied by their factors."""
        return [v * a * b for v, a, b in zip(found, self.factors(x), self.factors(y), strict=True)]


class CompiledPairs(_OfDirections):
    """A `CompiledMap`, whose proved error bounds it passes on; the time does not depend on the depth.

    >>> function = CompiledPairs(DepthMap("relu", 1, weight_variance=2), "nngp")
    >>> (found,) = function.values(np.array([-1.0]), np.array([1e-12]), np.ones(1), np.ones(1))
    >>> f"{found[0]:.5e}", function.error_bounds < (1e-15,)
    ('0.00000e+00', True)
    """

    name = "compiled map"

    def __init__(self, network: DepthMap, kernel: str, ratio: bool | None = None, power: int = 0) -> None:
        parameters = (network.weight_variance.value, network.bias_variance.value)
        kernels, quantity = _named(kernel), cast(Literal["nngp", "ntk", "both"], kernel)
        self._map = _compiled(network.activation, network.depth, *parameters, quantity)
        super().__init__(kernels, [self._map.diagonal(kernel) for kernel in kernels], ratio, power)
        bounds = {"nngp": self._map.kernel_error, "ntk": self._map.tangent_error}
        self.error_bounds = tuple(bounds[kernel] for kernel in kernels)
        self._polynomials = self._map.polynomials(kernels, self.at_one)

    def values(self, rho: np.ndarray, u: np.ndarray, x: np.ndarray, y: np.ndarray) -> list[np.ndarray]:
        """The kernels at the cosines."""
        return self.scaled(self._map.kernels(self.kernels, self.at_one, rho, u), x, y)

    def fill(self, rho: np.ndarray, x: np.ndarray, y: np.ndarray, outs: Sequence[np.ndarray]) -> int:
        """The kernels at a matrix of cosines."""
        return self._polynomials.at_cosines(rho, self.factors(x), self.factors(y), outs)


@lru_cache(16)
def _compiled(
    source: Activation, depth: int, weight_variance: Any, bias_variance: Any, kernel: Literal["nngp", "ntk", "both"]
) -> CompiledMap:
    """The compiled maps of the last networks are kept: another set of points does not wait for them."""
    return compile_map(DepthMap(source, depth, weight_variance, bias_variance), kernel)


class RecursionMap(_OfDirections):
    """The float64 recursion of `DepthMap`, layer by layer: time grows with the depth, and no error bound is proved.

    Raises `InputError` for the tangent kernel of an activation with jumps, and for a kernel that is 0 everywhere.

    >>> chaotic = RecursionMap(DepthMap("erf", 2000, weight_variance=9), "ntk")
    >>> chaotic.over_diagonal, chaotic.at_one, bool(chaotic.log_diagonal(np.ones(1))[0] > 710)
    ((True,), [1.0], True)
    """

    name = "recursion in float64"

    def __init__(self, network: DepthMap, kernel: str, ratio: bool | None = None, power: int = 0) -> None:
        self.network, self._arguments = network, (network, kernel, ratio, power)
        self._lock = threading.Lock()
        kernels = _named(kernel)
        super().__init__(kernels, [_diagonal(network, kernel) for kernel in kernels], ratio, power)
        self.error_bounds = (None,) * len(kernels)
        odd = network.depth == 0 or (network.activation.parity == "odd" and network.bias_variance.value == 0)
        even = network.depth > 0 and network.activation.parity == "even"
        self._mirror = -1.0 if odd else 1.0 if even else None

    def __reduce__(self) -> tuple[Any, ...]:
        return RecursionMap, self._arguments

    def values(self, rho: np.ndarray, u: np.ndarray, x: np.ndarray, y: np.ndarray) -> list[np.ndarray]:
        """The kernels at the cosines, of which those next to 1 (and, by symmetry, to -1) are led by u."""
        signs = None
        if self._mirror is not None:
            signs = np.where(rho < 0, self._mirror, 1.0)
            rho = np.abs(rho)
        results = [np.empty(rho.shape) for _ in self.kernels]
        near = rho > 0.5
        # The dual's tables and the precision of the balls behind them belong to the process, not to a thread.
        with self._lock:
            for place, argument in ((near, {"u": u[near]}), (~near, {"rho": rho[~near]})):
                if place.any():
                    for part, result in enumerate(results):
                        result[place] = self._evaluate(part, **argument)
        return self.scaled(results if signs is None else [result * signs for result in results], x, y)

    def _evaluate(self, part: int, rho: np.ndarray | None = None, u: np.ndarray | None = None) -> np.ndarray:
        if self.kernels[part] == "ntk":
            return (self.network.ntk_ratio if self.over_diagonal[part] else self.network.ntk)(rho, u=u)
        if not self.over_diagonal[part]:
            return self.network.nngp(rho, u=u)
        return 1.0 - self.network.nngp_complement(u if rho is None else 1.0 - rho)

    def fill(self, rho: np.ndarray, x: np.ndarray, y: np.ndarray, outs: Sequence[np.ndarray]) -> int:
        """The kernels at a matrix of cosines."""
        return fill_by_values(self, rho, x, y, outs)


def fill_by_values(
    function: PairMap, rho: np.ndarray, x: np.ndarray, y: np.ndarray, outs: Sequence[np.ndarray]
) -> int:
    """`PairMap.fill` from `PairMap.values`, in blocks of whole rows.

    >>> one, out = np.ones(2), np.empty((2, 2))
    >>> function = RecursionMap(DepthMap("relu", 1, weight_variance=2), "nngp", power=1)
    >>> fill_by_values(function, np.eye(2), one, one, [out]) == CLOSE, float(out[0, 1].round(6))
    (True, 0.31831)
    """

    def block(part: slice, cosines: np.ndarray, u: np.ndarray) -> list[np.ndarray]:
        left, right = np.broadcast_arrays(x[part, None], y[None, :])
        return function.values(cosines, u, left, right)

    return fill_in_blocks(rho, outs, block)


def fill_in_blocks(
    rho: np.ndarray,
    outs: Sequence[np.ndarray],
    block: Callable[[slice, np.ndarray, np.ndarray], list[np.ndarray]],
) -> int:
    """`PairMap.fill`, where `block` gives the kernels of some rows of the matrix at their cosines and complements.

    Close places, of which the result is of no use, are asked for at cosine 0.

    >>> fill_in_blocks(np.eye(2), [out := np.empty((2, 2))], lambda part, cosines, u: [u]) == CLOSE, float(out[0, 1])
    (True, 1.0)
    """
    met, step = 0, max(1, _BLOCK // rho.shape[1])
    for start in range(0, len(rho), step):
        part = slice(start, start + step)
        cosines, u = rho[part], 1.0 - np.abs(rho[part])
        close = ~(u >= NEAR)
        if close.any():
            met |= CLOSE
            cosines, u = np.where(close, 0.0, cosines), np.where(close, 1.0, u)
        for out, found in zip(outs, block(part, cosines, u), strict=True):
            out[part] = found
            if not np.isfinite(found).all():
                met |= LOST
    return met


def _diagonal(network: DepthMap, kernel: str) -> Diagonal:
    """The kernel of a unit input with itself, and its logarithm."""
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
    over = not 1e-290 < diagonal < 1e290
    return Diagonal(1.0 if over else diagonal, logarithm, over)


def _log_variance(network: DepthMap) -> float:
    """log q_L in balls; floats among the parameters count as the exact numbers that they are."""
    exact = DepthMap(network.activation, network.depth, network.weight_variance.value, network.bias_variance.value)
    with precision(bits=64):
        last = exact.variances(bits=64)[-1]
        return float(last.log().mid()) if last > 0 else -math.inf
