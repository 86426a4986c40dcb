"""`VarianceMap`: the variance q_l of every layer, and with it the correlation map of every layer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import mpmath
import numpy as np
import sympy as sp
from flint import arb

from deepcond_sym.activations import Activation, activation
from deepcond_sym.arithmetic import Arithmetic, ball, ball_from_mp, float64, precision, working_bits
from deepcond_sym.arithmetic.balls import exact
from deepcond_sym.duals import mean, second_moment_ball
from deepcond_sym.errors import AccuracyError, InputError
from deepcond_sym.symbols import x

from .correlation_map import ArrayMap, BallMap, CorrelationMap, PointMap
from .parameters import is_exactly_zero
from .scaled_float import ScaledFloat
from .variance_dual import VarianceDual, variance_dual

_STEADY = 4 * np.finfo(np.float64).eps
"""Relative change of a float64 variance below which it counts as converged."""


@dataclass(frozen=True)
class Layers:
    """The layers of a network in one arithmetic: `variances` (q_1 .. q_L), their logarithms, and the correlation maps.

    In float64 a variance may be inf or 0 where its logarithm is still right; elsewhere `logarithms` is None.
    """

    variances: Sequence[Any]
    maps: Sequence[CorrelationMap]
    logarithms: Sequence[float] | None = None

    def __iter__(self) -> Iterator[CorrelationMap]:
        return iter(self.maps)


class VarianceMap:
    """q_l = weight_variance E[sigma(sqrt(q_(l-1)) X)^2] + bias_variance from q_0 = 1, with what each layer needs.

    Three cases. Homogeneous activations, sigma(t x) = t^k sigma(x): T(q, q, qc) = q^k T(1, 1, c), one dual at any
    variance. A fixed variance (q_1 = q_0 = 1, shown exactly, as for normalised activations): one dual. Otherwise one
    dual for every distinct q_l (two in balls, at the ends of the interval), until q_l repeats.
    """

    def __init__(self, source: Activation, weight_variance: sp.Expr, bias_variance: sp.Expr) -> None:
        self.activation, self.weight, self.bias = source, weight_variance, bias_variance

    @cached_property
    def unit(self) -> VarianceDual:
        """The dual at variance 1."""
        return variance_dual(self.activation, sp.Integer(1))

    @cached_property
    def is_steady(self) -> bool:
        """Whether q = 1 is a fixed point, decided exactly (False if that could not be shown)."""
        moment = self.unit.dual.at_one
        return isinstance(moment, sp.Expr) and is_exactly_zero(self.weight * moment + self.bias - 1)

    @cached_property
    def is_constant(self) -> bool:
        """Whether every layer forgets its input: no weights, or an activation that is 0 almost everywhere."""
        moment = self.unit.dual.at_one
        return self.weight == 0 or (isinstance(moment, sp.Expr) and moment == 0)

    @cached_property
    def is_centred(self) -> bool:
        """Whether E[sigma(sqrt(q_l) X)] = 0 at every layer, decided exactly (False if that could not be shown)."""
        return self.activation.parity == "odd" or (self.is_steady and is_exactly_zero(mean(self.activation)))

    def layers(self, depth: int, arithmetic: Arithmetic) -> Layers:
        """The layers 1 .. depth. Raises `AccuracyError` where a variance leaves the range of float64."""
        if depth == 0:
            return Layers([], [], [])
        if self.activation.homogeneity is not None:
            return self._homogeneous(depth, arithmetic, sp.sympify(self.activation.homogeneity))
        if self.is_steady:
            gain = arithmetic.constant(self.weight)
            step = self._map(self.unit, gain, arithmetic.constant(self.bias), arithmetic, depth)
            return Layers([arithmetic.constant(1)] * depth, [step] * depth, [0.0] * depth)
        if arithmetic is ball:
            return self._moving_balls(depth)
        return self._moving(depth, arithmetic)

    def _map(self, dual: VarianceDual, gain: Any, offset: Any, arithmetic: Arithmetic, uses: int) -> CorrelationMap:
        if arithmetic is float64:
            return ArrayMap(dual, float(gain), float(offset), uses)
        if arithmetic is ball:
            return BallMap(dual, dual, gain)
        return PointMap(dual, gain, arithmetic)

    def _homogeneous(self, depth: int, arithmetic: Arithmetic, degree: sp.Expr) -> Layers:
        moment = self.unit.dual.at_one
        growth = arithmetic.constant(self.weight) * self.unit.at_one(arithmetic)
        bias = arithmetic.constant(self.bias)
        k = int(degree) if degree.is_integer else arithmetic.constant(degree)
        whole = arithmetic.constant(1 / moment) if isinstance(moment, sp.Expr) else 1 / self.unit.at_one(arithmetic)
        if arithmetic is float64:
            scaled, shares = _scaled_variances(depth, float(growth), float(bias), float(k))
            logarithms = [value.log() for value in scaled]
            variances: list[Any] = [float(value) for value in scaled]
        else:
            logarithms, shares, variances, variance = None, [], [], arithmetic.constant(1)
            for _ in range(depth):
                grown = growth * arithmetic.power(variance, k)
                variance = grown + bias
                variances.append(variance)
                shares.append(grown / variance if self.bias != 0 else arithmetic.constant(1))
        if self.bias == 0:
            return Layers(variances, [self._map(self.unit, whole, 0, arithmetic, depth)] * depth, logarithms)
        maps = [self._map(self.unit, share * whole, 1 - share, arithmetic, depth) for share in shares]
        return Layers(variances, maps, logarithms)

    def _moving(self, depth: int, arithmetic: Arithmetic) -> Layers:
        weight, bias = arithmetic.constant(self.weight), arithmetic.constant(self.bias)
        steady = _STEADY if arithmetic is float64 else mpmath.mpf(2) ** (4 - working_bits())
        variance, variances, maps = arithmetic.constant(1), [], []
        while len(maps) < depth:
            dual = variance_dual(self.activation, rational_value(variance))
            following = weight * dual.at_one(arithmetic) + bias
            if not mpmath.isfinite(following) or following == 0:
                raise AccuracyError(
                    f"The variance of layer {len(maps) + 1} leaves the range of float64: lower the depth, or normalise."
                )
            settled = abs(following - variance) <= steady * following
            count = depth - len(maps) if settled else 1
            step = self._map(dual, weight / following, bias / following, arithmetic, count)
            variances += [following] * count
            maps += [step] * count
            variance = following
        return Layers(variances, maps, [float(mpmath.log(value)) for value in variances])

    def _moving_balls(self, depth: int) -> Layers:
        interval = (sp.Integer(1), sp.Integer(1))
        variances: list[arb] = []
        maps: list[CorrelationMap] = []
        while len(maps) < depth:
            following, step = self._ball_layer(interval)
            if following.is_finite() and not following > 0:
                raise AccuracyError(f"The variance of layer {len(maps) + 1} could not be told from 0: lower the depth.")
            variances.append(following)
            maps.append(step)
            if not following.is_finite():
                break
            ends = (rational_value(following.lower()), rational_value(following.upper()))
            trap = self._trap(interval, ends)
            if trap is not None and len(maps) < depth:
                following, step = self._ball_layer(trap)
                variances += [following] * (depth - len(maps))
                maps += [step] * (depth - len(maps))
            interval = ends
        missing = depth - len(maps)
        return Layers(variances + variances[-1:] * missing, maps + maps[-1:] * missing)

    def _ball_layer(self, interval: tuple[sp.Rational, sp.Rational]) -> tuple[arb, CorrelationMap]:
        """The next variance and the layer that leads to it, for every variance in the interval at once."""
        low, high = interval
        lower = variance_dual(self.activation, low)
        upper = lower if low == high else variance_dual(self.activation, high)
        moment = lower.at_one(ball)
        if low != high:
            change = self.log_derivative(low, high) * (ball.constant(high) / ball.constant(low)).log()
            moment = moment + change * arb(0.5, 0.5)
        weight = ball.constant(self.weight)
        following = weight * moment + ball.constant(self.bias)
        return following, BallMap(lower, upper, weight / following)

    def _trap(self, old: tuple[Any, Any], new: tuple[Any, Any]) -> tuple[Any, Any] | None:
        """Once the recursion settles: an interval of variances that it has entered and never leaves."""
        if abs(new[0] - old[0]) > new[1] * sp.Rational(2) ** (16 - working_bits()):
            return None
        low, high = min(old[0], new[0]), max(old[1], new[1])
        margin = high - low
        trap = (low - margin, high + margin)
        following, _ = self._ball_layer(trap)
        inside = rational_value(following.lower()) >= trap[0] and rational_value(following.upper()) <= trap[1]
        return trap if inside else None

    @cached_property
    def _weighted(self) -> Activation:
        if self.activation.expr.free_symbols - {x}:
            raise InputError(
                f"The constants of {self.activation.name} have no closed form, so its variance can only be followed "
                "in float64 here: for digits or balls use weight_variance 1 and bias_variance 0."
            )
        return activation(x * self.activation.expr)

    def log_derivative(self, low: sp.Rational, high: sp.Rational) -> arb:
        """Enclose q d/dq E_q[sigma^2] = (E_q[(z^2/q) sigma^2] - E_q[sigma^2])/2 over low <= q <= high, to a few digits.

        q^(1/2) E_q[h] does not decrease with q for h >= 0, so the ends enclose both moments. Source: derived here.
        """
        with precision(bits=80):
            low, high = _short(low, down=True), _short(high, down=False)
            root = (ball.constant(high) / ball.constant(low)).sqrt()
            ends = []
            for source in (self._weighted, self.activation):
                least = second_moment_ball(source.at_variance(low)) / root
                most = second_moment_ball(source.at_variance(high)) * root
                ends.append(least.union(most))
            spread = ball.constant(low).union(ball.constant(high))
            return (ends[0] / spread - ends[1]) / 2


def _scaled_variances(depth: int, growth: float, bias: float, degree: float) -> tuple[list[ScaledFloat], list[float]]:
    """q_l of q_l = growth q_(l-1)^degree + bias, and the share growth q_(l-1)^degree/q_l of each, without overflow."""
    value, variances, shares = ScaledFloat.of(1.0), [], []
    for _ in range(depth):
        grown = value.power(degree).times(growth)
        value = grown.plus(bias)
        variances.append(value)
        shares.append(grown.over(value))
    return variances, shares


def rational_value(number: Any) -> Any:
    """The exact value of a float, an mpf or an exact ball."""
    if isinstance(number, (float, np.floating)):
        return sp.Rational(float(number))
    point = number if isinstance(number, arb) else ball_from_mp(number)
    middle, _ = exact(point)
    return sp.Rational(middle.numerator, middle.denominator)


def _short(number: sp.Rational, *, down: bool) -> sp.Rational:
    """A rational of at most about 60 bits just below or just above a positive one."""
    shift = 60 - (int(number.p).bit_length() - int(number.q).bit_length())
    scaled = number * sp.Rational(2) ** shift
    rounded = sp.floor(scaled) if down else sp.ceiling(scaled)
    return rounded / sp.Rational(2) ** shift  # pyright: ignore[reportReturnType]
