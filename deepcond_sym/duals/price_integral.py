"""Duals whose second derivative is explicit but has no elementary integral: one-dimensional rigorous quadrature."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from fractions import Fraction
from functools import cached_property

import sympy as sp
from flint import acb, arb

from deepcond_sym.activations import Activation
from deepcond_sym.arithmetic import ball, integrate, precision, working_bits
from deepcond_sym.duals.agreement import agreement_step
from deepcond_sym.duals.bivariate.binormal_form import binormal_form
from deepcond_sym.duals.derivation import Derivation, DerivationStep, require
from deepcond_sym.duals.dual_base import Dual, lost_bits
from deepcond_sym.duals.moments import constant_ball, mean, second_moment, slope_second_moment

_GUARD = 24


class PriceIntegralDual(Dual):
    """A dual by Price's theorem, integrated back over the angle tau with rho = cos(tau), from rho = 1.

    sigma_hat(1) - sigma_hat(cos theta) is an integral over 0 < tau < theta of a function that is analytic there, so it
    is enclosed rigorously and keeps its relative accuracy for small theta. Subclasses say what the integrand is.

    Source: derived here.
    """

    route = "price"
    expr = None

    def __init__(
        self,
        activation: Activation,
        steps: tuple[DerivationStep, ...],
        statement: str,
        formulas: tuple[sp.Expr, ...] = (),
    ) -> None:
        at_one, slope_at_one = second_moment(activation), slope_second_moment(activation)
        assert at_one is not None
        assert slope_at_one is not None
        self.activation = activation
        self._at_one, self._slope_at_one = at_one, slope_at_one
        last = DerivationStep(
            statement,
            "Integrate back from rho = 1 over the angle; no elementary form was found. (Compared at rho = 0.)",
            "ball",
            self._judge_integral,
            formulas,
        )
        self._steps = (*steps, last)

    @cached_property
    def derivation(self) -> Derivation:  # pyright: ignore[reportIncompatibleVariableOverride]
        """To the integral over the angle; then the closed form with Phi_2, and both compared."""
        form = binormal_form(self.activation, unit=True)
        if form is None:
            return Derivation(self._steps)

        def by_form(point: Fraction) -> arb:
            with precision(bits=working_bits() + _GUARD):
                return form.evaluator(False, False, False)(ball.constant(point), arb(1), arb(1))

        agreement = agreement_step(
            lambda point: self._value(ball.constant(1 - point)),
            by_form,
            "The integral over the angle beside the closed form with Phi_2.",
        )
        return Derivation((*self._steps, *form.derivation.steps[1:], agreement))

    @property
    def at_one(self) -> sp.Expr:
        """E[sigma^2], exact."""
        return self._at_one

    @property
    def slope_at_one(self) -> sp.Expr:
        """E[sigma'^2], exact; oo when the activation jumps."""
        return self._slope_at_one

    @abstractmethod
    def _raw_complement(self, w: arb, theta: arb) -> arb:
        """The complement at w = 1 - cos(theta), 0 < w <= 2."""

    @abstractmethod
    def _raw_slope(self, w: arb, theta: arb) -> arb:
        """The slope at w = 1 - cos(theta), 0 < w <= 2."""

    def _judge_integral(self, *formulas: sp.Expr) -> bool:
        """At rho = 0 the value is E[sigma]^2; subclasses also judge their formulas."""
        expected = mean(self.activation)
        assert expected is not None
        with precision(bits=120):
            gap = self._value(arb(1)) - constant_ball(expected) ** 2
        return require(bool(gap.contains(0) and gap.rad() < 2.0**-80), "the value at rho = 0 is not the mean squared")

    def _complement(self, w: arb) -> arb:
        if w == 0 or (w == 2 and self.activation.parity == "even"):
            return arb(0)
        with precision(bits=working_bits() + _GUARD):
            result = self._raw_complement(w, angle(w))
        return +result

    def _value(self, w: arb) -> arb:
        with precision(bits=working_bits() + _GUARD):
            result = constant_ball(self._at_one)
            if w != 0:
                result = result - self._raw_complement(w, angle(w))
        return +result

    def _slope(self, w: arb) -> arb:
        if w == 0 or (w == 2 and self.has_infinite_slope):
            return self._infinite_slope(w) if self.has_infinite_slope else constant_ball(self._slope_at_one)
        with precision(bits=working_bits() + _GUARD):
            result = self._raw_slope(w, angle(w))
        return +result


def angle(w: arb) -> arb:
    """theta in [0, pi] with 1 - cos(theta) = w, for an exact w in [0, 2]."""
    if w <= 1:
        return 2 * (w / 2).sqrt().asin()
    return arb.pi() - 2 * ((2 - w) / 2).sqrt().asin()


class AngleIntegral:
    """theta -> integral from 0 to theta of an analytic function, for many theta: whole steps are kept.

    `cut` is an angle before which the integrand is at most `small` in absolute value (see `KnotDual`), 0 if none.
    """

    def __init__(self, integrand: Callable[[acb], acb], cut: arb, small: arb) -> None:
        self._integrand = integrand
        self._cut, self._small = cut, small
        self._sums = [arb(0, (cut * small).upper()) if cut > 0 else arb(0)]

    def __call__(self, theta: arb) -> arb:
        """The integral up to theta >= cut."""
        steps = max(0, int(float(((theta - self._cut) / _STEP).lower())))
        while len(self._sums) <= steps:
            done = self._cut + _STEP * (len(self._sums) - 1)
            self._sums.append(self._sums[-1] + self._between(done, done + _STEP))
        return self._sums[steps] + self._between(self._cut + _STEP * steps, theta)

    def _between(self, start: arb, stop: arb) -> arb:
        if start > 0:
            return integrate(lambda z, analytic: self._integrand(z), start, stop)
        return integral_from_zero(self._integrand, stop)


_STEP = arb(1) / 32


def integral_from_zero(integrand: Callable[[acb], acb], theta: arb) -> arb:
    """The integral from 0 to theta of a function of size up to tau^2, relatively accurate for small theta too.

    Arb stops at an absolute error of 2^-bits, so the bits are raised by what theta^3 takes.
    """
    with precision(bits=working_bits() + 3 * lost_bits(theta)):
        return integrate(lambda z, analytic: integrand(z), arb(0), theta)
