"""`Subject`: a kernel under test, asked in one way whatever its signature, and the exact kernel beside it."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import cached_property
from typing import Any, Literal

import numpy as np
from flint import arb

from deepcond_sym.activations import activation, catalog
from deepcond_sym.arithmetic import ball, precision
from deepcond_sym.depth import DepthMap
from deepcond_sym.errors import InputError

from .counterexample import Counterexample

BITS = 160
Form = Literal["cosine", "points"]


class Subject:
    """A kernel and what it should be.

    `kernel` is a function of an array of cosines (`form` "cosine") or of two arrays of points ("points"); `network`
    the `DepthMap` that it claims to be, `kind` "nngp" or "ntk". `eps` is the distance from 1 to the next number of the
    dtype, `tolerance` what a value may be off by, relative to the diagonal. The cosine itself may be off by `slack`: a
    kernel of points has it from a float product, and each layer rounds it again.

    >>> relu = DepthMap("relu", 1, weight_variance=2)
    >>> subject = Subject(lambda rho: np.maximum(rho, 0), relu, "nngp", np.float64)
    >>> subject.form, subject.at(1.0)[0], bool(subject.exact(1.0) == 1), float(subject.diagonal.mid())
    ('cosine', 1.0, True, 1.0)
    """

    def __init__(
        self,
        kernel: Callable[..., Any],
        network: DepthMap,
        kind: Literal["nngp", "ntk"],
        dtype: Any,
        tolerance: float | None = None,
        form: Form | None = None,
    ) -> None:
        if not callable(kernel):
            raise InputError(f"The kernel is a function of cosines or of two arrays of points, not {kernel!r}.")
        if kind not in ("nngp", "ntk"):
            raise InputError(f"The kind of kernel is 'nngp' or 'ntk', not {kind!r}.")
        if np.dtype(dtype) not in (np.dtype(np.float32), np.dtype(np.float64)):
            raise InputError(f"The dtype is float32 or float64, not {np.dtype(dtype)}.")
        if form not in (None, "cosine", "points"):
            raise InputError(f"The form of a kernel is 'cosine' or 'points', not {form!r}.")
        if kind == "ntk":
            network._require_tangent_kernel()
        self.kernel, self.network, self.kind, self.dtype = kernel, network, kind, np.dtype(dtype)
        self.form: Form = form or _form(kernel)
        self.eps = float(np.finfo(self.dtype).eps)
        self.layers = network.depth + 1
        self.tolerance = 64 * self.eps * self.layers if tolerance is None else float(tolerance)
        self.slack = 4 * self.eps * self.layers
        self._known: dict[tuple[str, int, float], arb] = {}
        if not 0 < self.tolerance < 1:
            raise InputError(f"The tolerance lies between 0 and 1, not at {self.tolerance:g}: name one, or less depth.")
        if not 1e-30 < float(self.diagonal.mid()) < 1e30:
            raise InputError("The kernel of a point with itself is not between 1e-30 and 1e30: test it at less depth.")

    @cached_property
    def diagonal(self) -> arb:
        """The exact kernel at rho = 1."""
        return self.exact(1.0)

    @property
    def size(self) -> float:
        """The kernel at rho = 1, to 16 digits."""
        return float(self.diagonal.mid())

    @cached_property
    def equal_layers(self) -> bool:
        """Whether every layer has pre-activations of variance 1, so that all are the same map of the correlation."""
        return all(variance.contains(1) and float(variance.rad()) < 1e-30 for variance in self._variances())

    def _variances(self) -> list[arb]:
        return self.network.variances(bits=BITS)

    def exact(self, rho: Any, kind: str | None = None, depth: int | None = None) -> arb:
        """The exact kernel at a cosine, a double or a ball: a ball of some 40 digits."""
        kind, depth = kind or self.kind, self.network.depth if depth is None else depth
        if isinstance(rho, arb):
            return self._enclosed(rho, kind, depth)
        key = (kind, depth, float(rho))
        if key not in self._known:
            self._known[key] = self._enclosed(arb(float(rho)), kind, depth)
        return self._known[key]

    def _enclosed(self, rho: arb, kind: str, depth: int) -> arb:
        own = self.network
        network = own
        if depth != own.depth:
            network = DepthMap(own.activation, depth, own.weight_variance.value, own.bias_variance.value)
        with precision(bits=BITS):
            return arb(1) * network.evaluate(kind, rho, ball)

    def around(self, rho: float) -> tuple[float, float]:
        """The least and the largest value that a textbook program in floats may give at a cosine.

        These are the exact values at rho and `slack` beside it, and on both sides what arccos(rho) and sqrt(1 - rho^2)
        lose near 1 and -1: eps/sqrt(1 - |rho|) in each layer that is still so near, and again so much in the angle of
        the next one, on which the tangent kernel depends, but never more than that angle.
        """
        beside = [rho, max(rho - self.slack, -1.0), min(rho + self.slack, 1.0)]
        values = [float(self.exact(cosine).mid()) for cosine in beside]
        gap = 1 - abs(rho) + self.eps
        if self.kind == "nngp":
            lost = 8 * self.eps * min(self.layers, gap**-0.5) * gap**-0.5 * self.size
        else:
            lost = 2 * min(self.slack / gap, gap**0.5) * self.size
        return min(values) - lost, max(values) + lost

    def width(self, rho: float) -> float:
        """How far the values `around` a cosine are apart."""
        low, high = self.around(rho)
        return high - low

    def values(self, rho: Any) -> np.ndarray:
        """The kernel under test at cosines, in float64. What is not finite breaks the law "finite"."""
        cosines = np.asarray(rho, dtype=self.dtype)
        if self.form == "cosine":
            found = self._asked(cosines.ravel()).reshape(cosines.shape)
        else:
            found = self.matrix(*self._pair(cosines)).reshape(cosines.shape)
        if not np.isfinite(found).all():
            at = float(cosines[~np.isfinite(found)][0])
            raise Counterexample(
                "finite", f"the kernel is {found[~np.isfinite(found)][0]} at rho = {at!r}", self.call(at)
            )
        return found

    def at(self, *rho: float) -> list[float]:
        """`values` at a few cosines."""
        return self.values(rho).tolist()

    def matrix(self, first: np.ndarray, second: np.ndarray) -> np.ndarray:
        """The kernel under test of the rows of two arrays, in float64: for kernels of points."""
        try:
            found = np.asarray(self.kernel(first, second), dtype=np.float64)
        except Exception as error:
            raise Counterexample("finite", f"the kernel raised {error!r}", points_call(first, second)) from error
        if found.shape != (len(first), len(second)):
            raise InputError(
                f"The kernel of {len(first)} and {len(second)} points has shape {found.shape}: return one row for each "
                "point of the first array, one column for each of the second."
            )
        return found

    def _asked(self, cosines: np.ndarray) -> np.ndarray:
        if not self._takes_arrays:
            return np.array([self._one(cosine.item()) for cosine in cosines])
        try:
            found = np.asarray(self.kernel(cosines), dtype=np.float64)
        except Exception as error:
            raise Counterexample("finite", f"the kernel raised {error!r}", f"kernel(np.{cosines!r})") from error
        if found.shape != cosines.shape:
            raise InputError(
                f"The kernel of an array of {len(cosines)} cosines has shape {found.shape}: return one value for each."
            )
        return found

    @cached_property
    def _takes_arrays(self) -> bool:
        """Whether a kernel of cosines answers for several at once, or is written for one number at a time."""
        try:
            found = np.asarray(self.kernel(np.array([0.25, 0.5], dtype=self.dtype)))
        except (TypeError, ValueError):
            return False
        except Exception:
            return True
        return found.ndim > 0

    def _one(self, cosine: float) -> float:
        try:
            return float(self.kernel(cosine))
        except Exception as error:
            raise Counterexample(
                "finite", f"the kernel raised {error!r} at rho = {cosine!r}", self.call(cosine)
            ) from error

    def call(self, rho: float) -> str:
        """The line of Python that asks the kernel under test at a cosine."""
        if self.form == "cosine":
            array = f"np.array([{rho!r}], {self.dtype.name!r})"
            return f"print(kernel({array if self._takes_arrays else repr(rho)}))"
        return points_call(*self._pair(rho))

    def _pair(self, rho: Any) -> tuple[np.ndarray, np.ndarray]:
        """Unit vectors in the plane with these cosines: one, and as many others."""
        cosines = np.asarray(rho, dtype=self.dtype).ravel()
        sines = np.sqrt((1 - cosines) * (1 + cosines))
        return np.array([[1, 0]], dtype=self.dtype), np.stack([cosines, sines], axis=1)

    def exact_call(self, rho: float, kind: str | None = None) -> str:
        """The line of Python that prints the exact kernel there."""
        return f"print({source(self.network)}.{kind or self.kind}({exact_text(rho)!r}, digits=17))"


def points_call(first: np.ndarray, second: np.ndarray) -> str:
    """The line of Python that asks a kernel of points.

    >>> points_call(np.eye(1), np.eye(1))
    "print(kernel(np.array([[1.0]], 'float64'), np.array([[1.0]], 'float64')))"
    """
    one, other = (f"np.array({rows.tolist()}, {rows.dtype.name!r})" for rows in (first, second))
    return f"print(kernel({one}, {other}))"


def source(network: DepthMap) -> str:
    """Python that makes this network again.

    >>> source(DepthMap("relu", 3, weight_variance=2))
    "dc.DepthMap('relu', 3, '2', '0')"
    """
    sigma = network.activation
    named = sigma.name in catalog() and activation(sigma.name).expr == sigma.expr
    formula = sigma.name if named else str(sigma.expr)
    variances = (str(network.weight_variance.value), str(network.bias_variance.value))
    return f"dc.DepthMap({formula!r}, {network.depth}, {variances[0]!r}, {variances[1]!r})"


def exact_text(number: float) -> str:
    """A double as the exact fraction that it is.

    >>> exact_text(0.75)
    '3/4'
    """
    over, under = float(number).as_integer_ratio()
    return str(over) if under == 1 else f"{over}/{under}"


def _form(kernel: Callable[..., Any]) -> Form:
    """By the number of arguments without a default."""
    try:
        parameters = list(inspect.signature(kernel).parameters.values())
    except (TypeError, ValueError):
        raise InputError("The signature of the kernel is not known: say form='cosine' or form='points'.") from None
    positional = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    needed = [p for p in positional if p.default is p.empty]
    if len(needed) == 1:
        return "cosine"
    if len(needed) == 2:
        return "points"
    raise InputError(
        "The kernel takes one array of cosines or two arrays of points; fix its other arguments, or say form=."
    )
