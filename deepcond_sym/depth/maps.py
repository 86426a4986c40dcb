r"""`DepthMap`: the kernels of an infinitely wide network of any depth, as functions of the cosine of two unit inputs.

The convention, written down once. Inputs have norm 1 and cosine rho. With T(K) = E[sigma(a) sigma(b)] and
Tdot(K) = E[sigma'(a) sigma'(b)] for (a, b) ~ N(0, K),

    K^(0) = Theta^(0) = rho,
    K^(l) = weight_variance T(K^(l-1)) + bias_variance,
    Theta^(l) = K^(l) + weight_variance Tdot(K^(l-1)) Theta^(l-1),        l = 1 .. L,

and `depth` is L, the number of non-linear layers. On the diagonal K^(l) = q_l, q_0 = 1; off it K^(l) = q_l c_l. For the
dual D(rho) of x -> sigma(sqrt(q) x): T(q, q, q rho) = D(rho) and Tdot(q, q, q rho) = D'(rho)/q.

How the papers' conventions map to it:

* agarwal2021: the same L (normalised activation, weight_variance = 1, bias_variance = 0; K^(L) is the dual composed L
  times, Theta^(L) its tangent kernel including the output layer).
* starnaud2025, nguyen2021: their L is our L + 1 (their L = 1 is the linear network); their kernels are ReLU's with
  weight_variance = 2 here, up to the factor of the norms. Their normalised kernel is our `ntk_ratio`.
* xiao2020: the same l, inputs of variance q* instead of 1. The statements that start at Theta^(0) = 0 have
  Theta^(1) = K^(1); the authors' notebook starts at Theta^(0) = K^(0) as here. The difference is the product of the
  slopes, prod_l weight_variance Tdot(K^(l-1)), times K^(0).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mpmath
import numpy as np
import sympy as sp
from flint import arb

from deepcond_sym.activations import Activation, activation
from deepcond_sym.arithmetic import (
    Arithmetic,
    ball,
    float64,
    mp_from_ball,
    precision,
    to_digits,
    to_relative,
    working_bits,
)
from deepcond_sym.errors import AccuracyError, InputError

from .cosine import Cosine
from .ntk import (
    correlation_after,
    diagonal_after,
    log_diagonal_after,
    tangent_after,
    tangent_ratio_after,
    tangent_ratios,
)
from .parameters import Parameter
from .variance_map import Layers, VarianceMap


class DepthMap:
    """NNGP kernel and tangent kernel (NTK) of a fully connected network at infinite width, for inputs of norm 1.

    `source` is a name, text, SymPy expression or `Activation`; `depth` the number L >= 0 of non-linear layers;
    `weight_variance` and `bias_variance` are exact (int, Fraction, SymPy, "0.05"), or floats if only float64 is wanted.
    The convention is in the docstring of this module.

    Every kernel method takes one cosine or an array of them in [-1, 1] and answers in float64; for a single cosine
    `digits=` gives an mpf whose digits are certified and `bits=` a ball with that relative accuracy (then floats are
    refused: write "0.9"). Where the complement u = 1 - rho is known better than rho itself, give `u=` instead, and near
    rho = 1 ask for `nngp_complement(u)`, which has full relative accuracy.
    Raises `InputError`, or `AccuracyError` when a value leaves the range of float64 or cannot be certified.

    >>> network = DepthMap("relu", 10, weight_variance=2)
    >>> float(round(network.nngp(0.5), 12)), mpmath.nstr(network.nngp("1/2", digits=20), 20)
    (0.897646729807, '0.89764672980732255354')
    """

    def __init__(
        self,
        source: Activation | str | sp.Expr,
        depth: int,
        weight_variance: Any = 1,
        bias_variance: Any = 0,
    ) -> None:
        if isinstance(depth, bool) or not isinstance(depth, (int, np.integer)) or depth < 0:
            raise InputError(f"The depth is a number of layers, an integer at least 0, not {depth!r}.")
        self.activation = activation(source)
        self.depth = int(depth)
        self.weight_variance = Parameter.read(weight_variance, "weight_variance")
        self.bias_variance = Parameter.read(bias_variance, "bias_variance")
        self._map = VarianceMap(self.activation, self.weight_variance.value, self.bias_variance.value)
        self._kept_layers: dict[str, tuple[int, Layers]] = {}

    def __repr__(self) -> str:
        return (
            f"DepthMap({self.activation.name}, depth={self.depth}, "
            f"weight_variance={self.weight_variance.value}, bias_variance={self.bias_variance.value})"
        )

    def nngp(self, rho: Any = None, *, u: Any = None, digits: int | None = None, bits: int | None = None) -> Any:
        """K^(L) at cosine rho, or at rho = 1 - u.

        >>> float(DepthMap("relu", 1, weight_variance=2).nngp(-1.0))
        0.0
        """
        return self._answer("nngp", Cosine.read(rho, u, digits, bits), digits, bits)

    def nngp_complement(self, u: Any, *, digits: int | None = None, bits: int | None = None) -> Any:
        """1 - K^(L)/q_L at rho = 1 - u, 0 <= u <= 2, accurate relative to itself (1 - K where q_L = 1).

        >>> float(DepthMap("relu", 1, weight_variance=2).nngp_complement(2.0))
        1.0
        """
        return self._answer("complement", Cosine.read(None, u, digits, bits), digits, bits)

    def ntk(self, rho: Any = None, *, u: Any = None, digits: int | None = None, bits: int | None = None) -> Any:
        """Theta^(L) at cosine rho, or at rho = 1 - u. Refused for activations with jumps: they have no limit NTK.

        >>> float(DepthMap("relu", 1, weight_variance=2).ntk(1.0))
        2.0
        """
        self._require_tangent_kernel()
        return self._answer("ntk", Cosine.read(rho, u, digits, bits), digits, bits)

    def ntk_ratio(self, rho: Any = None, *, u: Any = None, digits: int | None = None, bits: int | None = None) -> Any:
        """Theta^(L) at cosine rho (or 1 - u) over Theta^(L) at rho = 1: finite at any depth, also where both overflow.

        >>> float(DepthMap("relu", 10000, weight_variance=2).ntk_ratio(1.0))
        1.0
        """
        self._require_tangent_kernel()
        return self._answer("ratio", Cosine.read(rho, u, digits, bits), digits, bits)

    def ntk_ratios(self, rho: Any) -> np.ndarray:
        """`ntk_ratio` at the cosine(s) rho after 0, 1, ..., L layers, in float64: row l has depth l.

        >>> DepthMap("relu", 2, weight_variance=2).ntk_ratios(0.0).round(6).tolist()
        [0.0, 0.159155, 0.22857]
        """
        self._require_tangent_kernel()
        cosine = Cosine.read(rho, None, None, None)
        if self._map.is_constant:
            raise InputError("The activation is constant, and so is its kernel: use ntk_ratio.")
        start, signs = cosine.start(float64, self._mirror())
        rows = [cosine.back(row, signs) for row in (start.c, *tangent_ratios(self._layers(float64), start))]
        return np.array([cosine.shaped(row) for row in rows])

    def variances(self, *, digits: int | None = None, bits: int | None = None) -> Any:
        """q_0 .. q_L: a float64 array; a list of mpf or of balls with `digits=` or `bits=`.

        The balls are evaluated with that many working bits (plus some), not to that relative accuracy.
        """
        if digits is None and bits is None:
            values = np.array([1.0, *self._layers(float64).variances], dtype=np.float64)
            if not np.isfinite(values).all():
                raise AccuracyError("A variance overflows float64: ask for digits= or bits=, or lower the depth.")
            return values
        self._require_exact()
        with precision(bits=_bits(digits, bits) + self._guard()):
            balls = [arb(1), *self._layers(ball).variances]
        if bits is not None:
            return balls
        with precision(digits=digits):
            return [mp_from_ball(value) for value in balls]

    def ntk_diagonal(self, *, digits: int | None = None, bits: int | None = None) -> Any:
        """Theta^(L) of an input with itself: q_L P_L."""
        self._require_tangent_kernel()
        return self._answer("diagonal", None, digits, bits)

    def log_ntk_diagonal(self, *, digits: int | None = None, bits: int | None = None) -> Any:
        """Its logarithm, finite in float64 at any depth; -inf where the kernel is identically 0."""
        self._require_tangent_kernel()
        return self._answer("log_diagonal", None, digits, bits)

    def evaluate(self, quantity: str, rho: Any, arithmetic: Arithmetic) -> Any:
        """One of "nngp", "complement", "ntk", "ratio" at an exact rho, in one arithmetic at its current precision.

        No accuracy is promised beyond that of the arithmetic: balls contain the value, mpf carry its rounding errors.
        The other methods call this at rising precision; tests use it to compare the arithmetics with each other.
        """
        cosine = Cosine.read(rho, None, None if arithmetic is float64 else 1, None)
        value = self._value(quantity, cosine, arithmetic)
        return cosine.shaped(value) if arithmetic is float64 else value

    def _answer(self, quantity: str, cosine: Cosine | None, digits: int | None, bits: int | None) -> Any:
        if digits is None and bits is None:
            value = self._value(quantity, cosine, float64)
            return value if cosine is None else cosine.shaped(value)
        self._require_exact()

        def attempt() -> arb:
            with precision(bits=working_bits() + self._guard()):
                return self._value(quantity, cosine, ball)

        if bits is not None:
            if cosine is not None and cosine.is_ball:
                with precision(bits=bits):
                    return attempt()
            return to_relative(attempt, bits)
        assert digits is not None
        certified = to_digits(attempt, digits)
        with precision(digits=digits):
            return mp_from_ball(certified)

    def _value(self, quantity: str, cosine: Cosine | None, arithmetic: Arithmetic) -> Any:
        if self._map.is_constant and self.depth > 0:
            return self._constant_network(quantity, cosine, arithmetic)
        layers = self._layers(arithmetic)
        if cosine is None:
            return self._diagonal(quantity, layers, arithmetic)
        start, signs = cosine.start(arithmetic, self._mirror())
        if quantity == "complement":
            return cosine.complement_back(correlation_after(layers, start), signs)
        rule: Callable[..., Any] = {
            "nngp": lambda maps, point: correlation_after(maps, point).c,
            "ntk": tangent_after,
            "ratio": tangent_ratio_after,
        }[quantity]
        if self._vanishes_at_zero() and cosine.is_exactly_zero:
            return arithmetic.constant(0)
        value = cosine.back(rule(layers, start), signs)
        if quantity == "ratio" or not layers.variances:
            return value
        return self._in_range(value * layers.variances[-1], arithmetic)

    def _diagonal(self, quantity: str, layers: Layers, arithmetic: Arithmetic) -> Any:
        if arithmetic is not float64:
            value = diagonal_after(layers) * (layers.variances[-1] if self.depth else 1)
            value = arithmetic.constant(value) if isinstance(value, int) else value
            return arithmetic.log(value) if quantity == "log_diagonal" else value
        if quantity == "log_diagonal":
            return log_diagonal_after(layers) + (layers.logarithms or [0.0])[-1]
        with np.errstate(over="ignore"):
            value = np.float64(diagonal_after(layers)) * (layers.variances[-1] if self.depth else 1.0)
        return float(self._in_range(value, arithmetic))

    def _constant_network(self, quantity: str, cosine: Cosine | None, arithmetic: Arithmetic) -> Any:
        """Every layer forgets its input: K = Theta = bias_variance, and the cosine does not matter."""
        if quantity == "log_diagonal":
            if self.bias_variance.value == 0:
                return -np.inf if arithmetic is float64 else arb("-inf")
            return arithmetic.log(arithmetic.constant(self.bias_variance.value))
        if quantity in ("ratio", "complement") and self.bias_variance.value == 0:
            raise InputError("The kernel is identically 0, so a ratio to its diagonal has no value: use nngp or ntk.")
        level = {"ratio": 1, "complement": 0}.get(quantity, self.bias_variance.value)
        constant = arithmetic.constant(level)
        return constant if cosine is None or arithmetic is not float64 else cosine.filled(constant)

    def _layers(self, arithmetic: Arithmetic) -> Layers:
        """The layers, kept for the last precision of each arithmetic."""
        key, kept = arithmetic.constant_key(), self._kept_layers.get(arithmetic.name)
        if kept is None or kept[0] != key:
            kept = self._kept_layers[arithmetic.name] = (key, self._map.layers(self.depth, arithmetic))
        return kept[1]

    def _mirror(self) -> str | None:
        """Whether the kernels are even or odd in rho, so that rho < 0 costs no digits."""
        if self.depth == 0 or (self.activation.parity == "odd" and self.bias_variance.value == 0):
            return "odd"
        return "even" if self.activation.parity == "even" else None

    def _vanishes_at_zero(self) -> bool:
        """Whether rho = 0 gives exactly 0: no bias and a mean that is exactly 0."""
        return self.depth == 0 or (self._map.is_centred and self.bias_variance.value == 0)

    def _require_exact(self) -> None:
        self.weight_variance.require_exact()
        self.bias_variance.require_exact()

    def _require_tangent_kernel(self) -> None:
        if self.activation.jumps and self.depth > 0:
            raise InputError(
                f"{self.activation.name} jumps, so its tangent kernel diverges as the width grows: "
                "there is no limit NTK; use nngp, or a continuous activation."
            )

    def _in_range(self, value: Any, arithmetic: Arithmetic) -> Any:
        if arithmetic is float64 and not np.isfinite(value).all():
            raise AccuracyError(
                "The kernel overflows float64 here: use ntk_ratio and log_ntk_diagonal, nngp_complement, or bits=."
            )
        return value

    def _guard(self) -> int:
        return 24 + 2 * self.depth.bit_length()


def _bits(digits: int | None, bits: int | None) -> int:
    if (digits is None) == (bits is None):
        raise InputError("Give either digits or bits, not both.")
    with precision(bits=bits, digits=digits):
        return int(mpmath.mp.prec)
