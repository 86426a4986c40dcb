"""`compile_map`: the kernels of a network of any depth at a few nanoseconds an entry, with a proved error bound."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Literal, NamedTuple

import numpy as np

from deepcond_sym.depth import DepthMap
from deepcond_sym.errors import InputError

from .compiled_build import compiled_tables
from .compiled_loops import BAD, COMPLEMENT, KERNEL, TANGENT, TINY, Polynomials
from .compiled_store import stored_tables
from .compiled_tables import OCTAVES, Tables
from .fine_table import LARGEST
from .slope_balls import require_slope, slope_ratios

SLOPE, TANGENT_SLOPE = 3, 4
"""The derivatives of the kernels, beside the KERNEL, COMPLEMENT and TANGENT of `compiled_loops`."""
_one_at_a_time = threading.Lock()
Quantity = Literal["nngp", "ntk", "both"]
_NOT_COMPILED = {
    True: "This map was compiled for the NNGP kernel alone: compile it for 'ntk' or 'both'.",
    False: "This map was compiled without its derivatives: compile it with slopes=True.",
}


class Diagonal(NamedTuple):
    """A kernel of a unit input with itself: 1 where it is no float64 (`over`), and its logarithm."""

    value: float
    logarithm: float
    over: bool


class CompiledMap:
    """The NNGP and tangent kernel of a network as functions of (rho, u), u = 1 - |rho|, in float64.

    Made by `compile_map`. Arrays of the cosines rho in [-1, 1] (of which only the sign is used) and of u in [0, 1],
    which is to be known to full relative accuracy, are answered with arrays; `out=` takes the result.

    `kernel_error`, `tangent_error` and `relative_error` bound, uniformly over all u >= 2^-64 and u = 0 and for the
    doubles rho and u as they are, the error of K and of Theta relative to their diagonal, and that of `complement`
    relative to itself for rho > 0. They are proved, up to the assumption that the machine has IEEE 754 doubles (see
    `octave_pieces` for the interpolation, `layer_table` for the composition of layers, `fine_table` for the
    rounding). Numbers 0 < u < 2^-64 are answered one by one in balls.

    Where the diagonal leaves the range of float64 the kernel comes over its diagonal: `at_one` is 1 and `log_diagonal`
    its logarithm.

    >>> network = compile_map(DepthMap("relu", 10, weight_variance=2), "both")
    >>> rho = np.array([0.5])
    >>> float(network.nngp(rho, 1 - np.abs(rho)).round(12)[0]), network.error_bound < 1e-15
    (0.897646729807, True)

    Source: derived here.
    """

    def __init__(self, network: DepthMap, quantity: Quantity, tables: Tables) -> None:
        # Floats among the parameters count as the exact numbers that they are.
        exact = (network.activation, network.depth, network.weight_variance.value, network.bias_variance.value)
        self.network, self.quantity, self._tables = DepthMap(*exact), quantity, tables
        self.kernel_error, self.tangent_error = tables.kernel_error, tables.tangent_error
        self.relative_error = tables.relative_error
        self._kept: dict[tuple[Any, ...], Polynomials] = {}

    @property
    def error_bound(self) -> float:
        """The bound for all that this map answers, relative to the diagonal."""
        return {"nngp": self.kernel_error, "ntk": self.tangent_error}.get(
            self.quantity, max(self.kernel_error, self.tangent_error)
        )

    def diagonal(self, kernel: str) -> Diagonal:
        """What K ("nngp") or Theta ("ntk") is at rho = 1.

        >>> compile_map(DepthMap("relu", 400, weight_variance=16), "both").diagonal("ntk").over
        True
        """
        tables = self._tables
        value, logarithm = (
            (tables.variance, tables.log_variance) if kernel == "nngp" else (tables.diagonal, tables.log_diagonal)
        )
        return Diagonal(value, logarithm, not abs(logarithm) < LARGEST)

    @property
    def _own(self) -> Diagonal:
        return self.diagonal("nngp" if self.quantity == "nngp" else "ntk")

    @property
    def at_one(self) -> float:
        """What K (for "nngp") or Theta (else) is at rho = 1, 1 where that is no float64."""
        return self._own.value

    @property
    def log_diagonal(self) -> float:
        """The logarithm of K (for "nngp") or Theta (else) at rho = 1."""
        return self._own.logarithm

    @property
    def slope_error(self) -> float:
        """The bound for `nngp_slope`, relative to its value at rho = 1."""
        return self._tables.slope_error

    @property
    def tangent_slope_error(self) -> float:
        """The bound for `ntk_slope`, relative to its value at rho = 1."""
        return self._tables.tangent_slope_error

    @property
    def log_slopes_at_one(self) -> tuple[float, float]:
        """The logarithms of dK/drho and dTheta/drho at rho = 1, which the slopes are over if they leave float64."""
        return self._tables.log_slope, self._tables.log_tangent_slope

    @property
    def over_diagonal(self) -> bool:
        """Whether the kernel comes over its diagonal because that is no float64."""
        return self._own.over

    def nngp(self, rho: Any, u: Any, out: np.ndarray | None = None) -> np.ndarray:
        """K at the cosines rho, u = 1 - |rho|.

        >>> compile_map(DepthMap("erf", 3), "nngp").nngp([1.0, -1.0], [0.0, 0.0]).sum()
        np.float64(0.0)
        """
        return self._values((KERNEL,), rho, u, (out,))[0]

    def complement(self, rho: Any, u: Any, out: np.ndarray | None = None) -> np.ndarray:
        """1 - K/K(1), accurate relative to itself near rho = 1.

        >>> relu = compile_map(DepthMap("relu", 100, weight_variance=2), "nngp")
        >>> relu.complement([1.0], [1e-15]) / 1e-15 > 0.99
        array([ True])
        """
        return self._values((COMPLEMENT,), rho, u, (out,))[0]

    def ntk(self, rho: Any, u: Any, out: np.ndarray | None = None) -> np.ndarray:
        """Theta at the cosines rho, u = 1 - |rho|. Refused for a map that was compiled for "nngp" alone.

        >>> compile_map(DepthMap("relu", 100, weight_variance=2), "ntk").ntk([1.0], [0.0])
        array([101.])
        """
        return self._values((TANGENT,), rho, u, (out,))[0]

    def both(
        self, rho: Any, u: Any, out: tuple[np.ndarray | None, np.ndarray | None] = (None, None)
    ) -> tuple[np.ndarray, np.ndarray]:
        """K and Theta at once, for less than the two cost one after the other.

        >>> kernel, tangent = compile_map(DepthMap("relu", 3, weight_variance=2)).both([0.5, 1.0], [0.5, 0.0])
        >>> kernel.round(6).tolist(), tangent.round(6).tolist()
        ([0.738128, 1.0], [1.737845, 4.0])
        """
        kernel, tangent = self._values((KERNEL, TANGENT), rho, u, out)
        return kernel, tangent

    def nngp_slope(self, rho: Any, u: Any, out: np.ndarray | None = None) -> np.ndarray:
        """dK/drho, for a map compiled with `slopes=True`; its error is at most `slope_error` times its value at 1.

        Where the value at rho = 1 is no float64, the slope comes over it (see `log_slopes_at_one`). Raises `InputError`
        for an activation with jumps, where it is infinite.

        >>> relu = compile_map(DepthMap("relu", 1, weight_variance=2), "nngp", slopes=True)
        >>> relu.nngp_slope([0.0, -1.0, 1.0], [1.0, 0.0, 0.0]).tolist()
        [0.5, 0.0, 1.0]
        """
        require_slope(self.network, tangent=False)
        return self._values((SLOPE,), rho, u, (out,))[0]

    def ntk_slope(self, rho: Any, u: Any, out: np.ndarray | None = None) -> np.ndarray:
        """dTheta/drho, for a map compiled with `slopes=True`; its error is at most `tangent_slope_error` times its
        value at 1. Otherwise as `nngp_slope`.

        It is finite at rho = 1 only if E[sigma''^2] is: an activation with kinks (ReLU: Theta(1) - Theta(1 - u) is
        proportional to sqrt(u)) raises `InputError`.

        >>> network = compile_map(DepthMap("x**2/sqrt(3)", 1), "ntk", slopes=True)
        >>> network.ntk_slope([0.25], [0.75]).round(12)  # K = (1 + 2 rho^2)/3, Theta = K + 4 rho^2/3
        array([1.])
        """
        require_slope(self.network, tangent=True)
        return self._values((TANGENT_SLOPE,), rho, u, (out,))[0]

    def _values(
        self, whats: Sequence[int], rho: Any, u: Any, given: Sequence[np.ndarray | None], scales: Any = None
    ) -> list[np.ndarray]:
        """Some quantities in the arrays that are given or in new ones; `scales` take the place of the values at 1."""
        cosines, complements = _as_doubles(rho, "rho"), _as_doubles(u, "u")
        if cosines.shape != complements.shape:
            raise InputError(f"rho and u must have the same shape, not {cosines.shape} and {complements.shape}.")
        outs = [np.empty(cosines.shape) if out is None else out for out in given]
        for number, out in enumerate(outs):
            if out.shape != cosines.shape or out.dtype != np.float64 or not out.flags.carray:
                raise InputError(f"out must be a contiguous float64 array of shape {cosines.shape}.")
            if any(np.may_share_memory(out, other) for other in (cosines, complements, *outs[:number])):
                raise InputError("out must not share memory with rho, u or another out: these are read again.")
        flat = [out.reshape(-1) for out in outs]
        met = self._polynomials(whats, scales).evaluate(cosines.ravel(), complements.ravel(), flat)
        if met & BAD:
            raise InputError("u must lie in [0, 1] and be 1 - |rho| (not 1 - rho), and rho in [-1, 1], no NaN.")
        if met & TINY:
            for number, (what, out) in enumerate(zip(whats, flat, strict=True)):
                scale = self._column(what)[1] if scales is None else scales[number]
                self._tiny(what, cosines.ravel(), complements.ravel(), scale, out)
        return outs

    def kernels(self, names: Sequence[str], scales: Sequence[float], rho: Any, u: Any) -> list[np.ndarray]:
        """The kernels "nngp", "ntk" or both, with these numbers in the place of their values at rho = 1."""
        return self._values(_whats(names), rho, u, [None] * len(names), scales)

    def polynomials(self, names: Sequence[str], scales: Sequence[float]) -> Polynomials:
        """The loops for "nngp", "ntk" or both, with these numbers in the place of their values at rho = 1."""
        return self._polynomials(_whats(names), scales)

    def _polynomials(self, whats: Sequence[int], scales: Sequence[float] | None) -> Polynomials:
        key = (tuple(whats), None if scales is None else tuple(scales))
        if key not in self._kept:
            parts = []
            for number, what in enumerate(whats):
                table, scale, rule = self._column(what)
                if table is None:
                    raise InputError(_NOT_COMPILED[what in (TANGENT, TANGENT_SLOPE) and self._tables.tangent is None])
                # The derivative of an even kernel is odd.
                odd = self._tables.mirror == ("even" if what in (SLOPE, TANGENT_SLOPE) else "odd")
                parts.append((rule, table, scale if scales is None else scales[number], -1.0 if odd else 1.0))
            self._kept[key] = Polynomials(parts)
        return self._kept[key]

    def _column(self, what: int) -> tuple[np.ndarray | None, float, int]:
        """The table of a quantity, its value at rho = 1, and how it is computed from the polynomials."""
        tables = self._tables
        return {
            KERNEL: (tables.w, tables.variance, KERNEL),
            COMPLEMENT: (tables.w, 1.0, COMPLEMENT),
            TANGENT: (tables.tangent, tables.diagonal, TANGENT),
            SLOPE: (tables.slope, tables.slope_at_one, TANGENT),
            TANGENT_SLOPE: (tables.tangent_slope, tables.tangent_slope_at_one, TANGENT),
        }[what]

    def _tiny(self, what: int, rho: np.ndarray, u: np.ndarray, scale: float, out: np.ndarray) -> None:
        """The entries with 0 < u < 2^-64, one by one in balls, of which the precision is global."""
        with _one_at_a_time:
            self._tiny_alone(what, rho, u, scale, out)

    def _tiny_alone(self, what: int, rho: np.ndarray, u: np.ndarray, scale: float, out: np.ndarray) -> None:
        for index in np.flatnonzero((u > 0) & (u < 2.0**-OCTAVES)):
            exact = Fraction(float(u[index]))
            argument = 2 - exact if rho[index] < 0 else exact
            if what in (SLOPE, TANGENT_SLOPE):
                slopes = slope_ratios(self.network, argument, what == TANGENT_SLOPE)
                out[index] = scale * float(slopes.tangent if what == TANGENT_SLOPE else slopes.kernel)
            elif what == TANGENT:
                out[index] = scale * float(self.network.ntk_ratio(u=argument, bits=64))
            else:
                value = float(self.network.nngp_complement(argument, bits=64))
                out[index] = value if what == COMPLEMENT else scale * (1.0 - value)


def compile_map(
    network: DepthMap, quantity: Quantity = "both", *, slopes: bool = False, cache: bool = True
) -> CompiledMap:
    """Compile the NNGP kernel ("nngp"), the tangent kernel ("ntk") or both, at any depth up to about 10^6 (10^12
    where all layers are equal and the dual of the activation has a closed form).

    With `slopes` also their derivatives in rho, which takes up to three times as long.

    Equal layers are composed by doubling, so that a fixed variance (normalised activations, or homogeneous ones without
    biases) costs about log L; where every layer is another map, a millisecond a layer beside that of tables at a few
    variances (see `Varying`).
    With `cache` the table is looked up in the user's cache folder and left there (see `stored_tables`; the environment
    variable DEEPCOND_CACHE names another folder, or none if it is empty).
    Raises `InputError` for activations with jumps if a tangent kernel is asked for, and for a kernel that is 0
    everywhere; `AccuracyError` where a layer cannot be enclosed.

    >>> deep = compile_map(DepthMap("relu", 1000, weight_variance=2), "ntk")
    >>> round(deep.log_diagonal, 12), deep.at_one
    (6.908754779315, 1001.0)
    """
    if quantity not in ("nngp", "ntk", "both"):
        raise InputError(f"The kernel is 'nngp', 'ntk' or 'both', not {quantity!r}.")
    if quantity != "nngp":
        network._require_tangent_kernel()
    tangent = quantity != "nngp"

    def make() -> Tables:
        return compiled_tables(network, tangent, slopes)

    return CompiledMap(network, quantity, stored_tables(network, tangent, make, slopes) if cache else make())


def _whats(names: Sequence[str]) -> list[int]:
    return [KERNEL if name == "nngp" else TANGENT for name in names]


def _as_doubles(values: Any, name: str) -> np.ndarray:
    array = np.asarray(values)
    if array.dtype.kind not in "fiu":
        raise InputError(f"{name} must be an array of real numbers.")
    return np.require(array, np.float64, ["C", "A"])
