"""`CorrelationMap`: what one layer does to the correlation of two inputs, in each of the three arithmetics."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

import numpy as np
from flint import arb

from deepcond_sym.arithmetic import Arithmetic, ball, float64, hull

from .centred_form import centred_form
from .variance_dual import VarianceDual

_FEW = 5000
"""Up to so many evaluations in float64 go through balls, which takes less time than filling the tables of a dual."""


class CorrelationMap(ABC):
    """The map c -> f(c) = K^(l)/q_l of the correlation c = K^(l-1)/q_(l-1) of one layer; f(1) = 1.

    f(c) = (weight_variance T(q, q, qc) + bias_variance)/q_l = offset + gain D(c) with D as in `VarianceDual`. f is a
    power series with coefficients >= 0. f' is what the layer multiplies Theta/q by; at a fixed point of the variance
    f'(1) is chi_1. A correlation is a pair (c, u = 1 - c), of which u is exact to the last digit near c = 1.
    """

    @abstractmethod
    def step(self, c: Any, u: Any) -> tuple[Any, Any]:
        """The correlation after the layer, (f(c), 1 - f(c))."""

    @abstractmethod
    def slope(self, c: Any, u: Any) -> Any:
        """f'(c)."""

    @abstractmethod
    def slope_at_one(self) -> Any:
        """f'(1), infinite for an activation with a jump."""


class PointMap(CorrelationMap):
    """The map in mpmath digits: u carries everything."""

    def __init__(self, dual: VarianceDual, gain: Any, arithmetic: Arithmetic) -> None:
        self.dual, self.gain, self.arithmetic = dual, gain, arithmetic

    def step(self, c: Any, u: Any) -> tuple[Any, Any]:
        u = self.gain * self.dual.drop(u, self.arithmetic)
        return 1 - u, u

    def slope(self, c: Any, u: Any) -> Any:
        return self.gain * self.dual.slope_at(u, self.arithmetic)

    def slope_at_one(self) -> Any:
        return self.gain * self.dual.slope_at_one(self.arithmetic)


class ArrayMap(CorrelationMap):
    """The map on float64 arrays: entries with c > 1/2 are led by u, the others by c, each from its own formula.

    `uses` is the number of layers that share the map: it decides whether building the tables of the dual pays.
    """

    def __init__(self, dual: VarianceDual, gain: float, offset: float, uses: int) -> None:
        self.dual, self.gain, self.offset, self.uses = dual, gain, offset, uses

    def step(self, c: np.ndarray, u: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        new_u = self.gain * self._evaluate("drop", u)
        new_c = 1.0 - new_u
        far = new_u > 0.5
        if far.any():
            new_c[far] = without_denormals(self.offset + self.gain * self._evaluate("value", c[far]))
            new_u[far] = 1.0 - new_c[far]
        return new_c, new_u

    def slope(self, c: np.ndarray, u: np.ndarray) -> np.ndarray:
        # At u = 0 the constant itself, or the ratio to the diagonal would drift by a rounding error per layer.
        result = np.full_like(u, self.slope_at_one())
        near = (u > 0) & (u <= 0.5)
        far = u > 0.5
        if near.any():
            result[near] = self.gain * self._evaluate("slope_at", u[near])
        if far.any():
            result[far] = self.gain * self._evaluate("slope", c[far])
        return result

    def slope_at_one(self) -> float:
        return float(self.gain * self.dual.slope_at_one(float64))

    def _evaluate(self, method: str, points: np.ndarray) -> np.ndarray:
        if points.size * self.uses <= _FEW:
            return self.dual.pointwise(method, points)
        self.dual.require_float_accuracy()
        return getattr(self.dual, method)(points, float64)


def without_denormals(values: np.ndarray) -> np.ndarray:
    """Zero below the smallest normal number: a decaying sequence would stick at the last denormal for ever."""
    return np.where(np.abs(values) < np.finfo(np.float64).tiny, 0.0, values)


class BallMap(CorrelationMap):
    """The map in balls, rigorous also where the variance q is only known to lie between those of two duals.

    For h >= 0 and d Gaussians of variance q with fixed correlations, q^(d/2) E_q[h] does not decrease with q (compare
    the densities). With h = (sigma(a) - sigma(b))^2/2, d = 2: q (D_q(1) - D_q(1 - u)) lies between its values at the
    ends; with h = sigma'(a)^2: so does D_q'(1); with h = (sigma'(a) - sigma'(b))^2/2: so does D_q'(1) - D_q'(1 - u).
    Source: derived here.
    """

    def __init__(self, lower: VarianceDual, upper: VarianceDual, gain: arb) -> None:
        self.lower, self.upper, self.gain = lower, upper, gain

    def step(self, c: arb, u: arb) -> tuple[arb, arb]:
        drop = centred_form(lambda w: self.lower.drop(w, ball), u)
        if self.lower is not self.upper:
            ratio = ball.constant(self.upper.variance) / ball.constant(self.lower.variance)
            drop = hull(drop / ratio, centred_form(lambda w: self.upper.drop(w, ball), u) * ratio)
        u = self.gain * drop
        return 1 - u, u

    def slope(self, c: arb, u: arb) -> arb:
        if self.lower is self.upper:
            if not self.lower.slope_at_one(ball).is_finite():
                return self.gain * self.lower.slope_at(u, ball)
            return self.gain * (self.lower.slope_at_one(ball) - _slope_drop(self.lower, u))
        full = hull(self.lower.slope_at_one(ball), self.upper.slope_at_one(ball))
        return self.gain * (full - hull(_slope_drop(self.lower, u), _slope_drop(self.upper, u)))

    def slope_at_one(self) -> arb:
        value = self.lower.slope_at_one(ball)
        return self.gain * (value if self.lower is self.upper else hull(value, self.upper.slope_at_one(ball)))

    def bend(self, u: arb) -> arb:
        """f''(1 - u) for an activation without kinks: with h = sigma''(a)^2 and (sigma''(a) - sigma''(b))^2/2 the
        same holds for D_q''(1) and D_q''(1) - D_q''(1 - u), which is a power series with coefficients >= 0 too."""
        drops = [
            centred_form(lambda w, dual=dual: dual.bend_at_one() - dual.bend_at(w), u)
            for dual in (self.lower, self.upper)
        ]
        return self.bend_at_one() - self.gain * hull(*drops)

    def bend_at_one(self) -> arb:
        """f''(1)."""
        return self.gain * hull(self.lower.bend_at_one(), self.upper.bend_at_one())


def _slope_drop(dual: VarianceDual, u: arb) -> arb:
    """D'(1) - D'(1 - u), by the same centred form: D' is a power series with coefficients >= 0 as well."""
    full = dual.slope_at_one(ball)
    return centred_form(lambda w: full - dual.slope_at(w, ball), u)
