"""`Dual`: the dual activation sigma_hat(rho) = E[sigma(X) sigma(Y)] and its evaluation in three arithmetics."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from functools import cached_property
from typing import Any

import mpmath
import numpy as np
import sympy as sp
from flint import arb

from deepcond_sym.activations import Activation
from deepcond_sym.arithmetic import (
    Arithmetic,
    ball,
    ball_from_mp,
    float64,
    mp,
    mp_from_ball,
    precision,
    to_digits,
    to_relative,
    working_bits,
)
from deepcond_sym.duals.derivation import Derivation
from deepcond_sym.duals.float_table import FloatTable
from deepcond_sym.errors import InputError


class Dual(ABC):
    """sigma_hat(rho) = E[sigma(X) sigma(Y)] for standard normal X, Y of correlation rho in [-1, 1].

    A power series in rho with coefficients a_n^2 >= 0. Evaluation near rho = 1 goes through the complement
    w = 1 - rho: `complement(w)` = sigma_hat(1) - sigma_hat(1 - w) has full relative accuracy for every w in [0, 2], and
    `value_at(w)`, `slope_at(w)` take w where 1 - w would round. At rho = -1, 0, 1 the values are the limits.
    Arguments outside [-1, 1] raise InputError.

    >>> from deepcond_sym.duals import dual
    >>> dual("relu").expr
    rho*asin(rho)/(2*pi) + rho/4 + sqrt(1 - rho**2)/(2*pi)
    >>> float(dual("relu")(1.0))
    0.5
    >>> print(mpmath.nstr(dual("erf")("1/2", digits=20), 20))
    0.21634689593878545966

    Source: textbook.
    """

    activation: Activation
    route: str
    expr: sp.Expr | None
    derivation: Derivation

    @property
    @abstractmethod
    def at_one(self) -> sp.Expr | arb:
        """sigma_hat(1) = E[sigma^2]: exact, or a ball at the current precision."""

    @property
    @abstractmethod
    def slope_at_one(self) -> sp.Expr | arb:
        """sigma_hat'(1) = E[sigma'^2] (oo when the activation jumps): exact, or a ball at the current precision."""

    @abstractmethod
    def _value(self, w: arb) -> arb:
        """sigma_hat(1 - w) for an exact w in [0, 2], to about the current precision."""

    @abstractmethod
    def _slope(self, w: arb) -> arb:
        """sigma_hat'(1 - w) for an exact w in [0, 2]; +inf at w = 0 and 2 when the slope is infinite."""

    @abstractmethod
    def _complement(self, w: arb) -> arb:
        """sigma_hat(1) - sigma_hat(1 - w) for an exact w in [0, 2], to about the current relative precision."""

    @property
    def has_infinite_slope(self) -> bool:
        """Whether sigma_hat'(1) is infinite: then there is no limit NTK."""
        return self.slope_at_one is sp.oo

    def __call__(self, rho: Any, *, digits: int | None = None, bits: int | None = None) -> Any:
        """sigma_hat(rho): float64 (scalar or array), or an mpf with `digits`, or an arb with `bits`.

        The exact forms take an int, a Fraction, a SymPy number or a string, not a float. Raises AccuracyError when
        the digits or bits asked for are not reached.
        """
        if digits is not None and bits is not None:
            raise InputError("Ask for digits or for bits, not for both.")
        if digits is not None:
            limit = self._most_bits(int(digits * 3.33))
            result = to_digits(lambda: self.value(ball.constant(rho), ball), digits, max_bits=limit)
            with precision(digits=digits):
                return mp_from_ball(result)
        if bits is not None:
            limit = self._most_bits(bits)
            return to_relative(lambda: self.value(ball.constant(rho), ball), bits, max_bits=limit)
        return self.value(rho, float64)

    def _most_bits(self, bits: int) -> int:
        """The working precision beyond which more bits do not make the ball narrower."""
        return max(100_000, 4 * bits)

    def value(self, r: Any, arithmetic: Arithmetic) -> Any:
        """sigma_hat(r) in the given arithmetic, for -1 <= r <= 1."""
        return self._evaluate(r, arithmetic, self._value, self._float_value, from_rho=True)

    def slope(self, r: Any, arithmetic: Arithmetic) -> Any:
        """sigma_hat'(r) in the given arithmetic, for -1 <= r <= 1."""
        return self._evaluate(r, arithmetic, self._slope, self._float_slope, from_rho=True)

    def value_at(self, w: Any, arithmetic: Arithmetic) -> Any:
        """sigma_hat(1 - w) for 0 <= w <= 2."""
        return self._evaluate(w, arithmetic, self._value, self._float_value_at, from_rho=False)

    def slope_at(self, w: Any, arithmetic: Arithmetic) -> Any:
        """sigma_hat'(1 - w) for 0 <= w <= 2, accurate also where 1 - w rounds to 1."""
        return self._evaluate(w, arithmetic, self._slope, self._float_slope_at, from_rho=False)

    def complement(self, w: Any, arithmetic: Arithmetic) -> Any:
        """sigma_hat(1) - sigma_hat(1 - w) for 0 <= w <= 2, with full relative accuracy."""
        return self._evaluate(w, arithmetic, self._complement, self._float_complement, from_rho=False)

    def _evaluate(
        self,
        argument: Any,
        arithmetic: Arithmetic,
        exact: Callable[[arb], arb],
        float_function: Callable[[np.ndarray], np.ndarray],
        *,
        from_rho: bool,
    ) -> Any:
        if arithmetic.name == "float64":
            points = np.asarray(argument, dtype=np.float64)
            low, high = (-1.0, 1.0) if from_rho else (0.0, 2.0)
            if not bool(np.all((points >= low) & (points <= high))):
                raise InputError(f"The argument of a dual must lie in [{low:g}, {high:g}], and be a number.")
            return self._with_limits(points, exact.__name__, float_function, from_rho)[()]
        if arithmetic.name == "mp":
            return self._evaluate_mp(mp.number(argument), exact, from_rho)
        return self._evaluate_ball(ball.number(argument), exact, from_rho)

    def _evaluate_mp(self, argument: Any, exact: Callable[[arb], arb], from_rho: bool) -> Any:
        bits = working_bits()
        with precision(bits=bits + 8):
            result = self._evaluate_ball(ball_from_mp(argument), exact, from_rho)
        if not result.is_finite():
            return mpmath.inf if result > 0 else -mpmath.inf
        return mp_from_ball(result)

    def _evaluate_ball(self, argument: arb, exact: Callable[[arb], arb], from_rho: bool) -> arb:
        if argument.is_exact():
            w = _one_minus(argument) if from_rho else argument
            if not (w >= 0 and w <= 2):
                raise InputError("The argument of a dual must lie in [-1, 1] (its complement in [0, 2]).")
            return exact(w)
        if not argument.is_finite():
            return arb("nan")
        w = 1 - argument if from_rho else argument
        low, high = _clamp(w.lower()), _clamp(w.upper())
        if w < 0 or w > 2:
            raise InputError("The argument of a dual must lie in [-1, 1] (its complement in [0, 2]).")
        if exact == self._slope:
            return self._slope_on(low, high)
        return self._centred(low, high, exact)

    def _centred(self, low: arb, high: arb, exact: Callable[[arb], arb]) -> arb:
        """exact(middle) +- radius * sup|slope|: the coefficients are >= 0, so |slope(r)| <= slope(|r|)."""
        nearest = _nearest_end(low, high)
        with precision(bits=64):
            bound = self._slope(nearest)
            radius = ((high - low) / 2).upper()
            spread = (radius * abs(bound)).upper()
        if spread.is_finite():
            middle = ((low + high) / 2).mid()
            # the rounding of the middle is covered by one unit of the working precision
            return exact(middle) + arb(0, (spread * (1 + arb(2) ** -20) + _rounding(middle, bound)).upper())
        # the slope is infinite at the end of the range: between 0 and 1 the function is monotone
        if high <= 1:
            return exact(low).union(exact(high))
        return arb(0, abs(exact(low)).max(abs(exact(arb(0)))).upper()).union(exact(high))

    def _slope_on(self, low: arb, high: arb) -> arb:
        """The slope on an interval of w: monotone for rho >= 0; else within +- its value at the largest |rho|."""
        if high <= 1:
            return self._slope(low).union(self._slope(high)) if self._slope(low).is_finite() else arb("nan")
        bound = self._slope(_nearest_end(low, high))
        return arb(0, abs(bound).upper()) if bound.is_finite() else arb("nan")

    @cached_property
    def _angle_end(self) -> arb:
        with precision(bits=200):
            return arb.pi() / 2

    def _by_angle(self, function: Callable[[arb], arb]) -> FloatTable:
        """A table in theta = 2 asin(sqrt(w/2)) on [0, pi/2], in which duals are smooth up to the end rho = 1."""
        return FloatTable(lambda theta: function((2 * (theta / 2).sin() ** 2).mid()), 0, self._angle_end)

    @cached_property
    def _complement_near(self) -> FloatTable:
        infinite = self.has_infinite_slope
        return self._by_angle(lambda w: self._complement(w) / (w.sqrt() if infinite else w))

    @cached_property
    def _complement_far(self) -> FloatTable:
        return self._by_angle(lambda v: self._complement(without_rounding(2, v)))

    @cached_property
    def _value_near(self) -> FloatTable:
        return self._by_angle(self._value)

    @cached_property
    def _value_far(self) -> FloatTable:
        return self._by_angle(lambda v: self._value(without_rounding(2, v)))

    @cached_property
    def _value_middle(self) -> FloatTable:
        def divided(r: arb) -> arb:
            return (self._value(without_rounding(1, r)) - self._value(arb(1))) / r

        return FloatTable(divided, arb("-0.5"), arb("0.5"))

    @cached_property
    def _slope_near(self) -> FloatTable:
        return self._by_angle(lambda w: self._slope(w) * self._slope_weight(w))

    @cached_property
    def _slope_far(self) -> FloatTable:
        return self._by_angle(lambda v: self._slope(without_rounding(2, v)) * self._slope_weight(v))

    @cached_property
    def _slope_middle(self) -> FloatTable:
        def divided(r: arb) -> arb:
            return (self._slope(without_rounding(1, r)) - self._slope(arb(1))) / r

        return FloatTable(divided, arb("-0.5"), arb("0.5"))

    @cached_property
    def _at_zero(self) -> tuple[float, float]:
        return self._point("_value", 1), self._point("_slope", 1)

    def _point(self, name: str, w: int) -> float:
        """The limit at rho = 1 - w for w = 0, 1, 2 (what cannot be told from 0 is 0 there)."""
        with precision(bits=120):
            result = getattr(self, name)(arb(w))
        if result.is_finite():
            return 0.0 if result.contains(0) else float(result.mid())
        return float("inf") if result > 0 else -float("inf")

    def _infinite_slope(self, w: arb) -> arb:
        """The infinite slope at w = 0 or at w = 2, with its sign."""
        return arb("-inf") if w == 2 and self._slope(2 - arb(2) ** -60) < 0 else arb("inf")

    def _slope_weight(self, w: arb) -> arb:
        return (w * (2 - w)).sqrt() if self.has_infinite_slope else arb(1)

    def _float_complement(self, w: np.ndarray) -> np.ndarray:
        if self.activation.parity == "even":
            w = np.where(w > 1.0, 2.0 - w, w)
        result = np.empty_like(w)
        near = w <= 1.0
        if near.any():
            front = np.sqrt(w[near]) if self.has_infinite_slope else w[near]
            result[near] = front * self._complement_near(_angle(w[near]))
        if not near.all():
            result[~near] = self._float_complement_far(2.0 - w[~near])
        return result

    def _float_complement_far(self, v: np.ndarray) -> np.ndarray:
        """The complement at 2 - v for v < 1; for an odd activation it is 2 sigma_hat(1) minus the one at v."""
        if self.activation.parity == "odd" and not self.has_infinite_slope:
            return 2.0 * self._point("_value", 0) - v * self._complement_near(_angle(v))
        return self._complement_far(_angle(v))

    def _float_value(self, r: np.ndarray) -> np.ndarray:
        far = {"even": "_value_near", "odd": "-_value_near"}.get(self.activation.parity or "", "_value_far")
        return self._float_three(r, self._at_zero[0], (far, "_value_middle", "_value_near"))

    def _float_slope(self, r: np.ndarray) -> np.ndarray:
        far = {"even": "-_slope_near", "odd": "_slope_near"}.get(self.activation.parity or "", "_slope_far")
        result = self._float_three(r, self._at_zero[1], (far, "_slope_middle", "_slope_near"))
        return self._unweight(result, 1.0 - np.abs(r), np.abs(r) > 0.5)

    def _float_value_at(self, w: np.ndarray) -> np.ndarray:
        near = w < 0.5
        result = np.empty_like(w)
        if near.any():
            result[near] = self._value_near(_angle(w[near]))
        if not near.all():
            result[~near] = self._float_value(1.0 - w[~near])
        return result

    def _float_slope_at(self, w: np.ndarray) -> np.ndarray:
        near = w < 0.5
        result = np.empty_like(w)
        if near.any():
            result[near] = self._unweight(self._slope_near(_angle(w[near])), w[near], np.True_)
        if not near.all():
            result[~near] = self._float_slope(1.0 - w[~near])
        return result

    def _unweight(self, values: np.ndarray, w: np.ndarray, where: Any) -> np.ndarray:
        if not self.has_infinite_slope:
            return values
        weight = np.where(where, np.sqrt(w * (2.0 - w)), 1.0)
        return values / weight

    def _float_three(self, r: np.ndarray, at_zero: float, names: tuple[str, str, str]) -> np.ndarray:
        """From the tables for r < -1/2, in the middle and for r > 1/2; "-" before the first one flips its sign."""
        result = np.empty_like(r)
        far, near = r < -0.5, r > 0.5
        middle = ~(far | near)
        if middle.any():
            result[middle] = at_zero + r[middle] * getattr(self, names[1])(r[middle])
        if near.any():
            result[near] = getattr(self, names[2])(_angle(1.0 - r[near]))
        if far.any():
            table = getattr(self, names[0].removeprefix("-"))(_angle(1.0 + r[far]))
            result[far] = -table if names[0].startswith("-") else table
        return result

    def _with_limits(
        self, points: np.ndarray, name: str, function: Callable[[np.ndarray], np.ndarray], from_rho: bool
    ) -> np.ndarray:
        """The limits themselves at rho = 1, 0 and -1, and the tables everywhere else."""
        result = np.empty_like(points)
        rest = np.ones(points.shape, dtype=bool)
        for w in (0, 1, 2):
            here = points == (1 - w if from_rho else w)
            if here.any():
                result[here] = self._point(name, w)
                rest &= ~here
        if rest.any():
            result[rest] = function(points[rest])
        return result


def _angle(w: np.ndarray) -> np.ndarray:
    return 2.0 * np.arcsin(np.sqrt(0.5 * w))


def _clamp(w: arb) -> arb:
    """The nearest point of [0, 2]: a ball that pokes past the end still stands for a point inside."""
    if w < 0:
        return arb(0)
    return arb(2) if w > 2 else w


def _nearest_end(low: arb, high: arb) -> arb:
    """The w of [low, high] with the largest |rho|, as a w of rho >= 0."""
    other = (2 - high).lower()
    return low if low <= other else _clamp(other)


def _rounding(middle: arb, bound: arb) -> arb:
    return abs(bound).upper() * abs(middle) * arb(2) ** (2 - working_bits())


def _one_minus(r: arb) -> arb:
    """1 - r without rounding."""
    return without_rounding(1, r)


def without_rounding(whole: int, part: arb) -> arb:
    """whole - part for a small integer and an exact ball of size up to 2, without rounding.

    >>> without_rounding(2, arb(1) / 4).is_exact()
    True
    """
    mantissa, exponent = part.man_exp()
    needed = max(0, -int(exponent)) + 8 + int(mantissa).bit_length()
    if needed > working_bits():
        with precision(bits=needed):
            return (whole - part).mid()
    return (whole - part).mid()


def lost_bits(w: arb) -> int:
    """How many binary zeros follow the point in w: 0 for w >= 1."""
    if w == 0:
        return 0
    mantissa, exponent = w.mid().man_exp()
    return max(0, -(int(mantissa).bit_length() + int(exponent)))
