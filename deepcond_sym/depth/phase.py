"""`phase`: where a deep network ends up: its fixed variance, its fixed correlation, and how fast it gets there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import sympy as sp
from flint import arb

from deepcond_sym.activations import Activation, activation
from deepcond_sym.arithmetic import ball, certainly_less, mp_from_ball, precision, to_digits, to_relative
from deepcond_sym.duals import second_moment, second_moment_ball
from deepcond_sym.errors import AccuracyError, InputError
from deepcond_sym.symbols import x

from .correlation_map import BallMap
from .fixed_point import complement_of_fixed_point, enclose_root
from .parameters import Parameter, is_exactly_zero
from .variance_dual import variance_dual
from .variance_map import VarianceMap, rational_value

_FLOAT_BITS = 60
_DECISION_BITS = 2000


@dataclass(frozen=True)
class Phase:
    """The phase of a network and its constants: floats, or mpf with `digits=`, or balls with `bits=`.

    `q_star` is the variance that the recursion q_l from q_0 = 1 runs into, `c_star` the correlation that attracts every
    pair of distinct inputs (with rho > -1) at that variance, `chi_1` = weight_variance E[sigma'(sqrt(q*) X)^2] the
    slope of the correlation map at 1 and `chi_c_star` = weight_variance E[sigma' sigma'] its slope at c*.
    `name` is "ordered" (chi_1 < 1), "critical" (chi_1 = 1, shown exactly) or "chaotic" (chi_1 > 1).

    >>> found = phase("erf", weight_variance="5/4", bias_variance="1/20")
    >>> found.name, found.c_star, round(found.chi_1, 12)
    ('ordered', 1.0, 0.961373904402)
    """

    name: str
    q_star: Any
    c_star: Any
    chi_1: Any
    chi_c_star: Any


def phase(
    source: Activation | str | sp.Expr,
    weight_variance: Any = 1,
    bias_variance: Any = 0,
    *,
    digits: int | None = None,
    bits: int | None = None,
) -> Phase:
    """The phase of the network with these variances.

    Everything is enclosed by balls; floats are their midpoints. q_star is the nearest fixed point of the variance map
    in the direction in which q_1 lies from q_0 = 1 (searched on a grid of ratio 5/4 up or 2/3 down, then shut in by a
    change of sign, which proves that there is a fixed point in the ball, but not that none was jumped over between the
    grid points); if every q is fixed, q_star = 1. "critical" needs an exact proof of chi_1 = 1.

    Raises `InputError` if there is no finite fixed point (ReLU with weight_variance >= 2 and a bias), and
    `AccuracyError` if chi_1 cannot be told from 1 although it was not shown to be 1.

    >>> phase("relu", 2, 0).name, phase("relu", 1, 1).q_star
    ('critical', 2.0)
    >>> phase("erf", "1.25", "0.05", bits=50).chi_1.str(12, radius=False)
    '0.961373904402'

    Source: the mean-field theory of signal propagation (xiao2020, sec. 2); the enclosures are derived here.
    """
    weight = Parameter.read(weight_variance, "weight_variance")
    bias = Parameter.read(bias_variance, "bias_variance")
    if digits is not None and bits is not None:
        raise InputError("Give either digits or bits, not both.")
    if digits is not None or bits is not None:
        weight.require_exact()
        bias.require_exact()
    return _FixedState(activation(source), weight.value, bias.value).answer(digits, bits)


class _FixedState:
    """The fixed point of the variance and what the correlation map does there."""

    def __init__(self, source: Activation, weight: sp.Expr, bias: sp.Expr) -> None:
        self.activation, self.weight, self.bias = source, weight, bias
        self.map = VarianceMap(source, weight, bias)
        if self.map.is_constant:
            raise InputError("The network forgets its input (no weights, or an activation that is 0): it has no phase.")

    def answer(self, digits: int | None, bits: int | None) -> Phase:
        name = self.name
        values = (self.q_star, self.c_star, self.chi_1, self.chi_c_star)
        return Phase(name, *(_delivered(value, digits, bits) for value in values))

    @cached_property
    def name(self) -> str:
        exact = self.exact_chi_1
        if exact is sp.oo:
            return "chaotic"
        if exact is not None and is_exactly_zero(exact - 1):
            return "critical"
        bits = 64
        while bits <= _DECISION_BITS:
            with precision(bits=bits):
                chi = self.chi_1()
            if certainly_less(chi, 1):
                return "ordered"
            if certainly_less(1, chi):
                return "chaotic"
            bits *= 2
        raise AccuracyError(
            f"chi_1 agrees with 1 to {_DECISION_BITS // 2} bits but was not shown to be 1: "
            "give the variances as exact expressions, or move off the critical line."
        )

    def next_variance(self, variance: sp.Expr) -> arb:
        """weight_variance E[sigma(sqrt(q) X)^2] + bias_variance at an exact q > 0."""
        moment = second_moment_ball(self.activation.at_variance(variance))
        return ball.constant(self.weight) * moment + ball.constant(self.bias)

    def next_variance_exactly(self, variance: sp.Expr) -> sp.Expr | None:
        moment = second_moment(self.activation.at_variance(variance))
        return None if moment is None else self.weight * moment + self.bias

    @cached_property
    def exact_q_star(self) -> sp.Expr | None:
        """q* where it is known in closed form."""
        if self.activation.homogeneity == 1:
            return self._homogeneous_q_star()
        if self.map.is_steady:
            return sp.Integer(1)
        if self.activation.homogeneity == 0:
            return self.next_variance_exactly(sp.Integer(1))
        low, high = self._bracket
        if low == high:
            return low
        with precision(bits=80):
            middle = float(enclose_root(self._excess, ball.constant(low), ball.constant(high)).mid())
        guess = Fraction(middle).limit_denominator(1000)
        if guess > 0 and abs(float(guess) - middle) < 1e-13 * middle:
            candidate = sp.Rational(guess.numerator, guess.denominator)
            following = self.next_variance_exactly(candidate)
            if following is not None and is_exactly_zero(following - candidate):
                return candidate
        return None

    def _homogeneous_q_star(self) -> sp.Expr:
        growth = self.weight * self.map.unit.dual.at_one
        if is_exactly_zero(growth - 1):
            if self.bias == 0:
                return sp.Integer(1)
        elif self._is_below_one(growth):
            return self.bias / (1 - growth)
        raise InputError(
            f"{self.activation.name} multiplies the variance by {growth} >= 1 at every layer, so there is no finite "
            "fixed variance: lower the weight_variance, or set the bias_variance to 0 at growth 1."
        )

    def _is_below_one(self, value: sp.Expr) -> bool:
        with precision(bits=_DECISION_BITS):
            return bool(ball.constant(value) < 1)

    def _excess(self, variance: arb) -> arb:
        """Q(q) - q at an exact q."""
        return self.next_variance(rational_value(variance)) - variance

    @cached_property
    def _bracket(self) -> tuple[sp.Expr, sp.Expr]:
        """Two rationals with the fixed point between them, or twice the fixed point itself."""
        with precision(bits=80):
            start = self._excess(arb(1))
            up = bool(start > 0)
            if not up and not start < 0:
                raise AccuracyError("The variance q_1 cannot be told from q_0 = 1: move the variances apart.")
            ratio = sp.Rational(5, 4) if up else sp.Rational(2, 3)
            last = sp.Integer(1)
            for _ in range(160 if up else 90):
                following = last * ratio
                try:
                    change = self._excess(ball.constant(following).mid())
                except InputError as error:
                    raise InputError(f"No fixed variance was found up to q = {float(last):.3g}: {error}") from None
                if change < 0 if up else change > 0:
                    return (last, following) if up else (following, last)
                last = rational_value(ball.constant(following).mid())
        if not up and self._vanishes_at_zero():
            return sp.Integer(0), sp.Integer(0)
        raise InputError(
            f"No finite fixed variance was found from 1 to {float(last):.3g}: change weight_variance or bias_variance."
        )

    def _vanishes_at_zero(self) -> bool:
        """Whether q = 0 is a fixed point."""
        at_zero = self.activation.expr.subs(x, 0)
        return self.bias == 0 and 0 not in self.activation.jumps and is_exactly_zero(at_zero)

    def q_star(self) -> arb:
        """q* at the current precision."""
        if self.exact_q_star is not None:
            return ball.constant(self.exact_q_star)
        low, high = (ball.constant(end) for end in self._bracket)
        return enclose_root(self._excess, low.mid(), high.mid())

    @cached_property
    def exact_chi_1(self) -> sp.Expr | None:
        """chi_1 in closed form, oo for an activation with jumps, None if there is no closed form."""
        if self.activation.jumps:
            return sp.oo
        if self.exact_q_star is None:
            return None
        if self.exact_q_star == 0 and self.activation.homogeneity != 1:
            return self.weight * self.activation.derivative().expr.subs(x, 0) ** 2
        variance = sp.Integer(1) if self.activation.homogeneity == 1 else self.exact_q_star
        slope = variance_dual(self.activation, variance).dual.slope_at_one
        return self.weight * slope / variance if isinstance(slope, sp.Expr) else None

    def chi_1(self) -> arb:
        """chi_1 at the current precision."""
        if self.exact_chi_1 is sp.oo:
            return arb("inf")
        if self.exact_chi_1 is not None:
            return ball.constant(self.exact_chi_1)
        return self._correlation_map.slope_at_one()

    @property
    def _correlation_map(self) -> BallMap:
        """The correlation map at q*, in balls of the current precision."""
        weight = ball.constant(self.weight)
        if self.activation.homogeneity is not None:
            unit = self.map.unit
            variance = self.q_star()
            share = 1 - ball.constant(self.bias) / variance if self.bias != 0 else arb(1)
            return BallMap(unit, unit, share / unit.at_one(ball))
        if self.exact_q_star is not None:
            dual = variance_dual(self.activation, self.exact_q_star)
            return BallMap(dual, dual, weight / ball.constant(self.exact_q_star))
        variance = self.q_star()
        low, high = (rational_value(end) for end in (variance.lower(), variance.upper()))
        lower, upper = variance_dual(self.activation, low), variance_dual(self.activation, high)
        return BallMap(lower, upper, weight / variance)

    @cached_property
    def _chaotic_at_zero(self) -> bool:
        """Whether c = 0 is a fixed point: no bias and a mean that is exactly 0."""
        return self.map.is_centred and self.bias == 0

    def c_star(self) -> arb:
        """c* at the current precision: 1 unless the phase is chaotic, else the root of f(c) = c below 1."""
        if self.name != "chaotic":
            return arb(1)
        return 1 - self._u_star()

    def _u_star(self) -> arb:
        if self._chaotic_at_zero:
            return arb(1)
        # f is convex on [0, 1] with f(0) >= 0 and slope > 1 at 1: one root below 1
        return complement_of_fixed_point(self._correlation_map.step, 4 * _DECISION_BITS)

    def chi_c_star(self) -> arb:
        """The slope of the correlation map at c*."""
        if self.name != "chaotic":
            return self.chi_1()
        u = self._u_star()
        return self._correlation_map.slope(1 - u, u)


def _delivered(evaluate: Callable[[], arb], digits: int | None, bits: int | None) -> Any:
    """The value of a constant as asked for; an infinite one is returned as infinite."""
    with precision(bits=_FLOAT_BITS):
        first = evaluate()
    if not first.is_finite() and not first.is_nan():
        return first if bits is not None else float("inf")
    if bits is not None:
        return to_relative(evaluate, bits)
    if digits is None:
        return float(to_relative(evaluate, _FLOAT_BITS).mid())
    certified = to_digits(evaluate, digits)
    with precision(digits=digits):
        return mp_from_ball(certified)
