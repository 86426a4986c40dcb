"""`FixedState`: the fixed variance of a network and the constants of its correlation map there, enclosed."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from functools import cached_property

import sympy as sp
from flint import arb

from deepcond_sym.activations import Activation
from deepcond_sym.arithmetic import ball, certainly_less, precision, working_bits
from deepcond_sym.duals import second_moment, second_moment_ball
from deepcond_sym.errors import AccuracyError, InputError
from deepcond_sym.symbols import x

from .correlation_map import BallMap
from .fixed_point import complement_of_fixed_point, enclose_root
from .float_moments import FloatMoments
from .parameters import is_exactly_zero
from .variance_dual import variance_dual
from .variance_map import VarianceMap, rational_value

FIRST_BITS = 76
"""What is tried first; enough for floats."""
_DECISION_BITS = 2000
_UP, _DOWN = sp.Rational(5, 4), sp.Rational(2, 3)
_STEPS_UP, _STEPS_DOWN = 160, 90
_CERTAIN = 1e-11
"""Relative excess beyond which its sign in float64 is believed, to be checked in balls where it matters."""


class FixedState:
    """The fixed point of the variance and what the correlation map does there; each constant at the current precision.

    Errors as for `phase`. Constants that are infinite come as such; None stands for what is not defined in a phase.

    >>> from deepcond_sym.activations import activation
    >>> state = FixedState(activation("relu"), sp.Integer(1), sp.Integer(1))
    >>> state.name, state.q_star(), state.chi_1(), state.xi_1().str(10, radius=False)
    ('ordered', 2.00000000000000, 0.500000000000000, '1.442695041')

    Source: the mean-field theory of signal propagation (xiao2020, sec. 2); the enclosures are derived here.
    """

    def __init__(self, source: Activation, weight: sp.Expr, bias: sp.Expr) -> None:
        self.activation, self.weight, self.bias = source, weight, bias
        self.map = VarianceMap(source, weight, bias)
        if self.map.is_constant:
            raise InputError("The network forgets its input (no weights, or an activation that is 0): it has no phase.")
        self._kept: dict[str, dict[int, arb]] = {}

    def _once(self, name: str, evaluate: Callable[[arb | None], arb]) -> arb:
        """A constant at the current precision, computed once; `evaluate` takes the best value so far, or None."""
        bits, kept = working_bits(), self._kept.setdefault(name, {})
        if bits not in kept:
            kept[bits] = evaluate(kept[max(kept)] if kept else None)
        return kept[bits]

    @cached_property
    def name(self) -> str:
        exact = self.exact_chi_1
        if exact is sp.oo:
            return "chaotic"
        if exact is not None and is_exactly_zero(exact - 1):
            return "critical"
        bits = FIRST_BITS
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
        if self._bracket[0] == self._bracket[1]:
            return self._bracket[0]
        with precision(bits=FIRST_BITS):
            middle = float(self._enclosed_q_star().mid())
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
    def _floats(self) -> FloatMoments:
        return FloatMoments(self.activation)

    def _float_excess(self, q: float) -> float:
        """(Q(q) - q)/q in float64, nan where it overflows."""
        moment = float(self._floats.second([q])[0])
        return (float(self.weight) * moment + float(self.bias)) / q - 1

    @cached_property
    def _bracket(self) -> tuple[sp.Expr, sp.Expr]:
        """Two rationals with the fixed point between them, or twice the fixed point itself."""
        with precision(bits=FIRST_BITS):
            start = self._excess(arb(1))
            up = bool(start > 0)
            if not up and not start < 0:
                raise AccuracyError("The variance q_1 cannot be told from q_0 = 1: move the variances apart.")
            last, first = sp.Integer(1), self._place_in_floats(up)
            if first is not None:
                following = _short_power(up, first)
                last = _short_power(up, first - 1)
                if self._turns(last, following, up):
                    return (last, following) if up else (following, last)
            elif up:
                reach = float(_UP) ** _STEPS_UP
                raise _no_fixed_variance(reach)
            last = sp.Integer(1)
            for step in range(1, (_STEPS_UP if up else _STEPS_DOWN) + 1):
                following = _short_power(up, step)
                try:
                    change = self._excess(ball.constant(following))
                except InputError as error:
                    raise InputError(f"No fixed variance was found up to q = {float(last):.3g}: {error}") from None
                if change < 0 if up else change > 0:
                    return (last, following) if up else (following, last)
                last = following
        if not up and self._vanishes_at_zero():
            return sp.Integer(0), sp.Integer(0)
        raise _no_fixed_variance(float(last))

    def _place_in_floats(self, up: bool) -> int | None:
        """The first step of the search at which Q(q) - q has the other sign in float64, not to be trusted."""
        for step in range(1, (_STEPS_UP if up else _STEPS_DOWN) + 1):
            excess = self._float_excess(float(_short_power(up, step)))
            if excess < -_CERTAIN if up else excess > _CERTAIN:
                return step
        return None

    def _turns(self, last: sp.Expr, following: sp.Expr, up: bool) -> bool:
        """Whether the excess certainly has its first sign at `last` and the other one at `following`."""
        try:
            before, after = (self._excess(ball.constant(q)) for q in (last, following))
        except InputError:
            return False
        return bool((before > 0 and after < 0) if up else (before < 0 and after > 0))

    def _vanishes_at_zero(self) -> bool:
        """Whether q = 0 is a fixed point."""
        at_zero = self.activation.expr.subs(x, 0)
        return self.bias == 0 and 0 not in self.activation.jumps and is_exactly_zero(at_zero)

    def q_star(self) -> arb:
        """q* at the current precision."""
        if self.exact_q_star is not None:
            return ball.constant(self.exact_q_star)
        return self._enclosed_q_star()

    def _enclosed_q_star(self) -> arb:
        low, high = (ball.constant(end) for end in self._bracket)

        def enclosed(last: arb | None) -> arb:
            guess = arb(_bisected(self._float_excess, float(low), float(high))) if last is None else last.mid()
            return enclose_root(self._excess, low.mid(), high.mid(), guess)

        return self._once("q*", enclosed)

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
        return self._once("chi_1", lambda last: self.layer.slope_at_one())

    @property
    def layer(self) -> BallMap:
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
        return 1 - self.u_star()

    def u_star(self) -> arb:
        """1 - c*, of which no digit is lost where c* is close to 1."""
        if self.name != "chaotic":
            return arb(0)
        if self._chaotic_at_zero:
            return arb(1)
        # f is convex on [0, 1] with f(0) >= 0 and slope > 1 at 1: one root below 1
        step = self.layer.step

        def enclosed(last: arb | None) -> arb:
            return complement_of_fixed_point(step, 4 * _DECISION_BITS, self._u_guess() if last is None else last.mid())

        return self._once("u*", enclosed)

    def _u_guess(self) -> arb | None:
        """1 - c* in float64, not to be trusted."""
        q, weight = float(self.q_star().mid()), float(self.weight)

        def excess(angle: float) -> float:
            return weight * self._floats.drop(q, angle) / (2 * q * math.sin(angle / 2) ** 2) - 1

        if not excess(1e-6) > 0:
            return None
        return arb(2 * math.sin(_bisected(excess, 1e-6, math.pi / 2, count=40) / 2) ** 2)

    def chi_c_star(self) -> arb:
        """The slope of the correlation map at c*."""
        if self.name != "chaotic":
            return self.chi_1()
        if self._chaotic_at_zero and self.activation.parity == "even":
            return arb(0)
        u = self.u_star()
        return self._once("chi_c*", lambda last: self.layer.slope(1 - u, u))

    def curvature(self) -> arb:
        """A = f''(1)/2 = weight_variance q* E[sigma''(sqrt(q*) X)^2]/2, infinite for an activation with a kink."""
        if self.activation.kinks or self.activation.jumps:
            return arb("inf")
        if self.activation.is_constant or (self.exact_q_star == 0 and self.activation.homogeneity != 1):
            return arb(0)
        return self._once("A", lambda last: self.layer.bend_at_one() / 2)

    def xi_c_star(self) -> arb:
        """-1/log chi_c*, infinite where the phase is critical."""
        return arb("inf") if self.name == "critical" else _depth_scale(self.chi_c_star())

    def xi_1(self) -> arb | None:
        """-1/log chi_1 where the phase is ordered, infinite where it is critical."""
        return None if self.name == "chaotic" else self.xi_c_star()

    def xi_star(self) -> arb | None:
        """-1/(log chi_c* - log chi_1) where the phase is chaotic, infinite where it is critical."""
        if self.name == "ordered":
            return None
        return arb("inf") if self.name == "critical" else _depth_scale(self.chi_c_star() / self.chi_1())

    def p_star(self) -> arb:
        """q*/(1 - chi_1), the limit of the tangent kernel's diagonal; infinite unless the phase is ordered."""
        return self.q_star() / (1 - self.chi_1()) if self.name == "ordered" else arb("inf")

    def p_ab_star(self) -> arb:
        """q* c*/(1 - chi_c*), the limit of the tangent kernel at distinct inputs; infinite where critical."""
        if self.name == "critical":
            return arb("inf")
        return self.q_star() * self.c_star() / (1 - self.chi_c_star())


def _no_fixed_variance(reach: float) -> InputError:
    return InputError(
        f"No finite fixed variance was found from 1 to {reach:.3g}: change weight_variance or bias_variance."
    )


def _short_power(up: bool, step: int) -> sp.Expr:
    """(5/4)^step or (2/3)^step, rounded to 40 bits: a rational that is cheap to compute with."""
    return sp.Rational(Fraction(_rounded(float(_UP if up else _DOWN) ** step)))


def _rounded(value: float) -> float:
    mantissa, exponent = math.frexp(value)
    return math.ldexp(round(mantissa * 2**40), exponent - 40)


def _bisected(function: Callable[[float], float], low: float, high: float, count: int = 60) -> float:
    """A guess for the point between low and high at which the function changes its sign."""
    rising = function(high) > 0
    for _ in range(count):
        middle = (low + high) / 2
        if (function(middle) > 0) == rising:
            high = middle
        else:
            low = middle
    return (low + high) / 2


def _depth_scale(factor: arb) -> arb:
    """-1/log of a factor in [0, 1)."""
    return arb(0) if factor == 0 else -1 / factor.log()
