"""The dual of a normalised activation, from the dual of its base."""

from __future__ import annotations

from functools import cached_property

import sympy as sp
from flint import arb

from deepcond_sym.arithmetic import precision, working_bits
from deepcond_sym.duals.derivation import Derivation, DerivationStep, UndecidedError, same
from deepcond_sym.duals.digits import DIGITS, as_digits, require_digits
from deepcond_sym.duals.dual_base import Dual
from deepcond_sym.duals.moments import (
    divide,
    mean,
    mean_ball,
    second_moment,
    second_moment_ball,
    shift_and_variance,
    shift_and_variance_ball,
    slope_second_moment,
    slope_second_moment_ball,
)
from deepcond_sym.duals.normalized import NormalizedActivation
from deepcond_sym.verdict import Verdict

_BITS, _MOST_BITS = 160, 1280
"""Precision of the constants that a derivation shows: raised where one is so small that its digits lie far out."""


class AffineDual(Dual):
    """The dual of (sigma - m)/s: (sigma_hat - 2 m E[sigma] + m^2)/s^2, with m and s exact or balls.

    >>> from deepcond_sym.activations import activation
    >>> activation("erf").normalized().dual().expr
    asin(2*rho/3)/asin(2/3)

    Source: derived here.
    """

    def __init__(self, activation: NormalizedActivation, base: Dual) -> None:
        self.activation = activation
        self._normalized = activation
        self.base = base
        self.route = base.route
        self.slope_expr: sp.Expr | None = None
        self.expr = None
        steps: list[DerivationStep] = []
        constants, base_mean = shift_and_variance(activation), mean(activation.base)
        if base.expr is not None and constants is not None and base_mean is not None:
            shift, variance = constants
            self.expr = divide(base.expr + sp.expand(shift**2 - 2 * shift * base_mean), variance)
            steps.append(
                DerivationStep(
                    r"\hat\sigma(\rho) \mapsto \frac{\hat\sigma(\rho) - 2 m \operatorname{E}[\sigma] + m^2}{s^2}"
                    r" = <0>, \qquad m = <1>, \quad s^2 = <2>",
                    "Normalise: subtract the mean m, divide by the standard deviation s.",
                    "exact",
                    self._judge,
                    (self.expr, shift, variance),
                )
            )
        else:
            steps.append(
                DerivationStep(
                    r"\hat\sigma(\rho) \mapsto \frac{\hat\sigma(\rho) - 2 m \operatorname{E}[\sigma] + m^2}{s^2},"
                    r" \qquad m = <0>, \quad s^2 = <1>",
                    "Normalise: subtract the mean m, divide by the standard deviation s; both enclosed in balls, "
                    f"{DIGITS} digits of them shown.",
                    "ball",
                    self._judge_digits,
                    self._digits(),
                )
            )
        self._steps = tuple(steps)
        self._exact_at_one = second_moment(activation)
        self._exact_slope = slope_second_moment(activation)
        self._constants: dict[int, tuple[arb, arb]] = {}

    @cached_property
    def derivation(self) -> Derivation:  # pyright: ignore[reportIncompatibleVariableOverride]
        """That of the base, then the affine map."""
        return Derivation((*self.base.derivation.steps, *self._steps))

    def _bits_for_digits(self) -> int:
        bits = _BITS
        while bits < _MOST_BITS:
            with precision(bits=bits):
                constants = shift_and_variance_ball(self._normalized)
            if all(value.is_zero() or value.rel_accuracy_bits() > 4 * DIGITS for value in constants):
                break
            bits *= 2
        return bits

    def _digits(self) -> tuple[sp.Expr, ...]:
        with precision(bits=self._bits_for_digits()):
            return tuple(as_digits(value) for value in shift_and_variance_ball(self._normalized))

    def _judge_digits(self, shift: sp.Expr, variance: sp.Expr) -> Verdict:
        with precision(bits=self._bits_for_digits()):
            exact = shift_and_variance_ball(self._normalized)
            require_digits(shift, exact[0], "the mean")
            require_digits(variance, exact[1], "the variance")
        return Verdict.CERTIFIED

    def _judge(self, dual: sp.Expr, shift: sp.Expr, variance: sp.Expr) -> Verdict:
        """The affine image, and both constants against the moments of the reference."""
        reference = self._normalized.reference
        first, second, base_mean = mean(reference), second_moment(reference), mean(self.base.activation)
        if first is None or second is None or base_mean is None or self.base.expr is None:
            raise UndecidedError("the moments have no closed form")
        return Verdict.weakest(
            [
                same(shift, first),
                same(variance, second - first**2),
                same(dual * variance, self.base.expr - 2 * shift * base_mean + shift**2),
            ]
        )

    @property
    def at_one(self) -> sp.Expr | arb:
        """E[sigma^2]: exactly 1 for an activation normalised at its own variance."""
        return second_moment_ball(self.activation) if self._exact_at_one is None else self._exact_at_one

    @property
    def slope_at_one(self) -> sp.Expr | arb:
        """E[sigma'^2]; oo when the activation jumps."""
        return slope_second_moment_ball(self.activation) if self._exact_slope is None else self._exact_slope

    @property
    def has_infinite_slope(self) -> bool:
        """As for the base."""
        return self.base.has_infinite_slope

    def _shift_and_variance(self) -> tuple[arb, arb]:
        """(m^2 - 2 m E[sigma], s^2) at the current precision, kept for each precision."""
        bits = working_bits()
        if bits not in self._constants:
            shift, variance = shift_and_variance_ball(self._normalized)
            base_mean = mean_ball(self._normalized.base)
            self._constants[bits] = (shift * (shift - 2 * base_mean), variance)
        return self._constants[bits]

    def _value(self, w: arb) -> arb:
        offset, variance = self._shift_and_variance()
        return (self.base._value(w) + offset) / variance

    def _slope(self, w: arb) -> arb:
        return self.base._slope(w) / self._shift_and_variance()[1]

    def _complement(self, w: arb) -> arb:
        return self.base._complement(w) / self._shift_and_variance()[1]

