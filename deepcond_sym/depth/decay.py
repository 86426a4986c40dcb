"""How correlations decay with depth for one activation: its constants in balls, and the law that they give.

Two normalisations are meant throughout. *Normalised*: (sigma - mean)/deviation, so that E[sigma] = 0, E[sigma^2] = 1;
its correlations decay to 0. *Scaled*: sigma/sqrt(E[sigma^2]), which keeps the mean; its correlations tend to the
smallest fixed point of its dual in [0, 1]."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import sympy as sp
from flint import arb

from deepcond_sym.activations import Activation, activation
from deepcond_sym.arithmetic import ball, certainly_less, precision
from deepcond_sym.duals import (
    mean,
    mean_ball,
    nonaffinity_ball,
    nonlinearity,
    nonlinearity_ball,
    second_moment,
    second_moment_ball,
    slope_second_moment,
    slope_second_moment_ball,
)  # fmt: skip
from deepcond_sym.errors import AccuracyError, InputError

from .correlation_map import BallMap
from .fixed_point import complement_of_fixed_point
from .parameters import is_exactly_zero
from .variance_dual import variance_dual

_DECISION_BITS = 1000


@dataclass(frozen=True)
class Law:
    """Where the correlations of the scaled activation go, and how fast: `kind` is one of the four below."""

    kind: str

    @property
    def words(self) -> str:
        """The law as a sentence about rho_L, rho_0 in [0, 1)."""
        return _LAWS[self.kind]


_LAWS = {
    "to zero": "rho_L tends to 0, by the factor sigma_hat'(0) a layer in the end",
    "to zero, doubly exponentially": "rho_L tends to 0 doubly exponentially: sigma_hat'(0) = 0",
    "to a fixed point": "rho_L tends to the fixed point below 1, by the factor sigma_hat' there a layer in the end",
    "to one": "rho_L tends to 1, and 1 - rho_L <= chi_1^L (1 - rho_0)",
    "to one, critically": "rho_L tends to 1 like 1/L or faster: 1 - rho_L <= 1/(1/(1 - rho_0) + mu_tilde L)",
}


class DecayConstants:
    """The constants of one activation, each as a function that encloses it at the current precision.

    Domain: any activation with a second moment that is not affine (correlations of an affine one do not move);
    InputError otherwise.

    >>> constants = DecayConstants("relu")
    >>> constants.law.kind, constants.nonlinearity().str(12, radius=False)
    ('to one, critically', '0.266528896538')

    Source: agarwal2021, Definitions 2 and 11, section 2.3; the critical law is derived here (D8).
    """

    def __init__(self, source: Activation | str | sp.Expr) -> None:
        self.activation = activation(source)
        if self.activation.is_constant:
            raise InputError(f"{self.activation.name} is constant: its kernel is the same for all inputs")
        known = nonlinearity(self.activation)
        if known is not None and _is_zero(known):
            raise InputError(f"{self.activation.name} is affine: the correlations of its network never move")

    @property
    def is_normalised(self) -> bool:
        """Whether E[sigma] = 0 and E[sigma^2] = 1 are shown exactly."""
        second = second_moment(self.activation)
        return self._is_centred and second is not None and _is_zero(second - 1)

    def nonlinearity(self) -> arb:
        """mu = 1 - a_1^2 of the normalised activation."""
        return nonlinearity_ball(self.activation)

    def nonaffinity(self) -> arb:
        """mu_tilde = 1 - a_0^2 - a_1^2 of the scaled activation."""
        return nonaffinity_ball(self.activation)

    def slope_at_one(self) -> arb:
        """chi_1 = sigma_hat'(1) of the scaled activation; infinite for an activation with jumps."""
        return slope_second_moment_ball(self.activation) / second_moment_ball(self.activation)

    def normalised_slope_at_one(self) -> arb:
        """sigma_hat'(1) of the normalised activation: at least 1 + mu."""
        variance = second_moment_ball(self.activation) - mean_ball(self.activation) ** 2
        return slope_second_moment_ball(self.activation) / variance

    def fixed_point(self) -> arb:
        """The smallest fixed point in [0, 1] of the scaled activation's dual."""
        return 1 - self._complement()

    def rate(self) -> arb:
        """The slope of the scaled activation's dual at that fixed point."""
        if self.law.kind.startswith("to one"):
            return self.slope_at_one()
        u = self._complement()
        return self._map.slope(1 - u, u)

    @cached_property
    def law(self) -> Law:
        """The law, decided exactly or by balls; AccuracyError if chi_1 cannot be told from 1."""
        if self._is_centred:
            known = nonlinearity(self.activation)
            no_linear_part = self.activation.parity == "even" or (known is not None and _is_zero(known - 1))
            return Law("to zero, doubly exponentially" if no_linear_part else "to zero")
        slope, second = slope_second_moment(self.activation), second_moment(self.activation)
        if self.activation.jumps:
            return Law("to a fixed point")
        if slope is not None and second is not None and _is_zero(slope - second):
            return Law("to one, critically")
        bits = 64
        while bits <= _DECISION_BITS:
            with precision(bits=bits):
                chi = self.slope_at_one()
            if certainly_less(chi, 1):
                return Law("to one")
            if certainly_less(1, chi):
                return Law("to a fixed point")
            bits *= 2
        raise AccuracyError(f"chi_1 of {self.activation.name} agrees with 1 to many digits but was not shown to be 1")

    @cached_property
    def _is_centred(self) -> bool:
        return self.activation.parity == "odd" or _is_zero(mean(self.activation))

    @property
    def _map(self) -> BallMap:
        dual = variance_dual(self.activation, sp.Integer(1))
        return BallMap(dual, dual, 1 / dual.at_one(ball))

    def _complement(self) -> arb:
        """1 - the fixed point."""
        if self.law.kind.startswith("to zero"):
            return arb(1)
        if self.law.kind.startswith("to one"):
            return arb(0)
        # the dual is convex on [0, 1], not at a fixed point at 0, and steeper than 1 at 1: one fixed point below 1
        return complement_of_fixed_point(self._map.step, 4 * _DECISION_BITS)


def _is_zero(value: sp.Expr | None) -> bool:
    """Whether a constant is shown to be exactly 0, erfc being 1 - erf."""
    return value is not None and is_exactly_zero(value.rewrite(sp.erf))
