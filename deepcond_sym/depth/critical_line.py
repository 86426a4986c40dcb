"""`critical_line`: the weight variance at which a network with given biases is critical, enclosed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
import sympy as sp
from flint import arb

from deepcond_sym.activations import Activation, activation
from deepcond_sym.arithmetic import ball, hull, precision, working_bits
from deepcond_sym.duals import second_moment_ball, slope_second_moment, slope_second_moment_ball
from deepcond_sym.errors import AccuracyError, InputError
from deepcond_sym.symbols import x

from .delivery import delivered
from .fixed_point import enclose_root
from .float_moments import FloatMoments
from .parameters import Parameter, is_exactly_zero
from .variance_dual import variance_dual
from .variance_map import VarianceMap, rational_value

_LOWEST, _HIGHEST, _NODES = 1e-8, 1e3, 400
_CERTAIN = 1e-10
"""Relative size beyond which the sign of b(q) - bias_variance in float64 is taken for certain in the search."""
_PROOF_BITS = 96
_ROOMS = (16, 28, 40)
"""Relative half-widths, as powers of 1/2, of the intervals on which one root is proved."""


@dataclass(frozen=True)
class CriticalPoint:
    """A fixed variance `q_star`, the `weight_variance` that goes with it, and `curvature` A = f''(1)/2 there.

    `attracts` says whether Q'(q*) < 1, so that variances next to q* run into it; None where Q'(q*) = 1.

    >>> point = critical_line("erf", "1/20")
    >>> round(point.weight_variance, 12), round(1 / point.curvature, 12)
    (1.375839007347, 5.736504584927)
    """

    q_star: Any
    weight_variance: Any
    curvature: Any
    attracts: bool | None


def critical_line(
    source: Activation | str | sp.Expr,
    bias_variance: Any,
    *,
    near: Any = None,
    digits: int | None = None,
    bits: int | None = None,
) -> CriticalPoint:
    """The critical network with this bias variance: Q(q*) = q* and chi_1 = 1. Floats, mpf by `digits`, balls by `bits`.

    At a fixed variance q chi_1 = 1 means weight_variance = 1/E[sigma'(sqrt(q) X)^2], and then bias_variance is b(q) = q
    - weight_variance E[sigma(sqrt(q) X)^2]. The root of b(q) = bias_variance is shut in by a change of sign, and an
    interval Newton step, with b' enclosed by a ball, proves that there is one and only one next to it. Other roots are
    looked for on a grid of float64 from 1e-8 to 1e3, without a proof; for erf there is no other (claim xiao2020/B52).
    With bias_variance 0, sigma(0) = 0 and sigma'(0) not 0 it is the end of the line, q* = 0 and weight_variance =
    sigma'(0)^-2. Whether the recursion from q_0 = 1 runs into q* is another question, which `phase` answers.

    `near` chooses the root that is closest to this variance, on a logarithmic scale, where there are several.
    Errors: `InputError` for an activation with jumps (chi_1 is infinite), where no root is found (ReLU and other
    homogeneous activations are critical without a bias only), and where there are several and `near` is not given;
    `AccuracyError` where the Newton step does not decide, as at a double root.

    >>> critical_line("erf", "0.18", bits=60).q_star.str(15, radius=False)
    '0.987787754031981'
    >>> critical_line("relu", 0)
    CriticalPoint(q_star=1.0, weight_variance=2.0, curvature=inf, attracts=None)

    Source: derived here; xiao2020 for erf.
    """
    bias = Parameter.read(bias_variance, "bias_variance")
    if digits is not None and bits is not None:
        raise InputError("Give either digits or bits, not both.")
    if digits is not None or bits is not None:
        bias.require_exact()
    line = _Line(activation(source), bias.value, near)
    q, weight, curvature = (
        delivered(constant, digits, bits) for constant in (line.q_star, line.weight_variance, line.curvature)
    )
    return CriticalPoint(q, weight, curvature, line.attracts)


class _Line:
    """b(q) - bias_variance, and its root."""

    def __init__(self, source: Activation, bias: sp.Expr, near: Any) -> None:
        self.activation, self.bias, self.near = source, bias, near
        if source.jumps:
            raise InputError(f"{source.name} jumps, so that chi_1 is infinite: it is never critical.")
        if source.is_constant:
            raise InputError("A constant activation forgets its input: it is never critical.")
        if source.expr.free_symbols - {x}:
            raise InputError(
                f"The mean and the variance in {source.name} have no closed form: ask for the activation before it is "
                "normalised."
            )
        self.attracts: bool | None = None
        self.exact = self._exactly()
        if self.exact is None:
            self._kept: dict[int, arb] = {}
            self._moments = FloatMoments(source)
            self._guess = self._chosen(self._roots())
            self._bracket = self._proved()

    def _exactly(self) -> tuple[sp.Expr, sp.Expr] | None:
        """(q*, weight_variance) at the end of the line, or on the line of a homogeneous activation."""
        sigma = self.activation
        if sigma.homogeneity == 1:
            if self.bias != 0:
                raise InputError(
                    f"{sigma.name} is critical without biases only, where it multiplies the variance by 1: "
                    "set the bias_variance to 0."
                )
            slope = slope_second_moment(sigma)
            assert slope is not None
            return sp.Integer(1), 1 / slope
        if self.bias != 0 or self.near is not None or 0 in sigma.kinks:
            return None
        start, slope = (function.expr.subs(x, 0) for function in (sigma, sigma.derivative()))
        if not is_exactly_zero(start) or is_exactly_zero(slope):
            return None
        return sp.Integer(0), 1 / sp.expand(slope**2)

    def q_star(self) -> arb:
        """q* at the current precision."""
        if self.exact is not None:
            return ball.constant(self.exact[0])
        bits = working_bits()
        if bits not in self._kept:
            low, high = (ball.constant(end) for end in self._bracket)
            guess = self._kept[max(self._kept)].mid() if self._kept else self._middle
            self._kept[bits] = enclose_root(self._excess, low.upper(), high.lower(), guess)
        return self._kept[bits]

    def weight_variance(self) -> arb:
        """1/E[sigma'(sqrt(q*) X)^2]."""
        return ball.constant(self.exact[1]) if self.exact is not None else 1 / _hull(self.q_star(), self._slope)

    def curvature(self) -> arb:
        """weight_variance q* E[sigma''(sqrt(q*) X)^2]/2."""
        if self.activation.kinks:
            return arb("inf")
        if self.exact is not None:
            return arb(0)
        q = self.q_star()
        return self.weight_variance() * q * _hull(q, self._bend) / 2

    def _slope(self, q: sp.Expr) -> arb:
        """E[sigma'(sqrt(q) X)^2] at an exact q."""
        return slope_second_moment_ball(self.activation.at_variance(q)) / ball.constant(q)

    def _bend(self, q: sp.Expr) -> arb:
        """E[sigma''(sqrt(q) X)^2] at an exact q."""
        return variance_dual(self.activation, q).bend_at_one() / ball.constant(q) ** 2

    def _excess(self, q: arb) -> arb:
        """b(q) - bias_variance at an exact q."""
        point = rational_value(q)
        moment = second_moment_ball(self.activation.at_variance(point))
        return q - moment / self._slope(point) - ball.constant(self.bias)

    def _roots(self) -> list[float]:
        """Where b(q) - bias_variance changes its sign in float64."""
        nodes = np.geomspace(_LOWEST, _HIGHEST, _NODES)
        bias = float(self.bias)

        def excess(q: np.ndarray) -> np.ndarray:
            with np.errstate(invalid="ignore"):
                return 1 - (self._moments.second(q) / self._moments.slope(q) + bias) / q

        values = excess(nodes)
        certain = np.flatnonzero(abs(values) > _CERTAIN)
        roots = []
        for first, second in pairwise(certain):
            if values[first] * values[second] < 0:
                low, high = nodes[first], nodes[second]
                for _ in range(50):
                    middle = np.sqrt(low * high)
                    if excess(np.array([middle]))[0] * values[first] > 0:
                        low = middle
                    else:
                        high = middle
                roots.append(float(np.sqrt(low * high)))
        return roots

    def _chosen(self, roots: list[float]) -> float:
        if not roots:
            raise InputError(
                f"{self.activation.name} has no critical point with this bias_variance for fixed variances from "
                f"{_LOWEST:g} to {_HIGHEST:g}: try another bias_variance."
            )
        if self.near is None:
            if len(roots) > 1:
                listed = ", ".join(f"{root:.6g}" for root in roots)
                raise InputError(
                    f"{self.activation.name} is critical at {len(roots)} fixed variances with this bias_variance: "
                    f"choose one of {listed} by near=."
                )
            return roots[0]
        wanted = float(self.near)
        if not wanted > 0:
            raise InputError(f"near is a positive variance, not {self.near!r}.")
        return min(roots, key=lambda root: abs(np.log(root / wanted)))

    def _proved(self) -> tuple[sp.Rational, sp.Rational]:
        """An interval that has one and only one root, by an interval Newton step; wide if that works, else narrower."""
        with precision(bits=_PROOF_BITS):
            guess = arb(self._guess)
            self._middle = enclose_root(self._excess, guess / 2, guess * 2, guess).mid()
            middle = rational_value(self._middle)
        for bits in _ROOMS:
            room = sp.Rational(1, 2**bits)
            low, high = middle * (1 - room), middle * (1 + room)
            with precision(bits=_PROOF_BITS):
                slope = self._derivative(low, high)
                if slope.contains(0) or not slope.is_finite():
                    continue
                step = ball.constant(middle) - self._excess(ball.constant(middle).mid()) / slope
                if step > ball.constant(low) and step < ball.constant(high):
                    return low, high
        raise AccuracyError(
            "An interval Newton step does not show one critical point there: it may be double. Move the bias_variance."
        )

    def _derivative(self, low: sp.Rational, high: sp.Rational) -> arb:
        """b'(q) = 1 - M'/S + M S'/S^2 for low <= q <= high, M and S the second moments of sigma and sigma'.

        Also decides whether Q' = weight_variance M' = M'/S is below 1.
        """
        q = ball.constant(low).union(ball.constant(high))
        moment = _hull(q, lambda point: second_moment_ball(self.activation.at_variance(point)))
        slope = _hull(q, self._slope)
        grows = self._values.log_derivative(low, high) / q
        steepens = self._slopes.log_derivative(low, high) / q
        if grows / slope < 1 or grows / slope > 1:
            self.attracts = bool(grows / slope < 1)
        return 1 - grows / slope + moment * steepens / slope**2

    @cached_property
    def _values(self) -> VarianceMap:
        return VarianceMap(self.activation, sp.Integer(1), sp.Integer(0))

    @cached_property
    def _slopes(self) -> VarianceMap:
        return VarianceMap(self.activation.derivative(), sp.Integer(1), sp.Integer(0))


def _hull(q: arb, moment: Callable[[sp.Expr], arb]) -> arb:
    """E_q[h] for an h >= 0 and every variance in a ball: q^(1/2) E_q[h] does not decrease with q.

    Source: derived here (compare the densities).
    """
    low, high = (rational_value(end) for end in (q.lower(), q.upper()))
    root = (q.upper() / q.lower()).sqrt()
    return hull(moment(low) / root, moment(high) * root)
