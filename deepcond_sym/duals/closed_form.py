"""A dual activation with a closed form in rho."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

import mpmath
import sympy as sp
from flint import arb

from deepcond_sym.activations import Activation
from deepcond_sym.arithmetic import ball, mp, precision, working_bits
from deepcond_sym.duals.algebra.erfi import lower_with_erfi
from deepcond_sym.duals.derivation import Derivation
from deepcond_sym.duals.dual_base import Dual, lost_bits
from deepcond_sym.symbols import rho

_GUARD = 24
_TRIES = 4


class ClosedFormDual(Dual):
    """A dual given by a SymPy expression in rho, its slope by another.

    The complement sigma_hat(1) - sigma_hat(1 - w) cancels; the working precision is raised by what it loses.

    >>> from deepcond_sym.duals import dual
    >>> type(dual("gelu")).__name__
    'ClosedFormDual'

    Source: derived here.
    """

    def __init__(
        self,
        activation: Activation,
        route: str,
        expr: sp.Expr,
        slope: sp.Expr,
        at_one: sp.Expr,
        slope_at_one: sp.Expr,
        derivation: Derivation,
    ) -> None:
        self.activation = activation
        self.route = route
        self.expr = expr
        self.slope_expr = slope
        self.derivation = derivation
        self._at_one = at_one
        self._slope_at_one = slope_at_one

    @property
    def at_one(self) -> sp.Expr | arb:
        """E[sigma^2], exact; a ball where it contains erfi."""
        return self._exact_or_ball(self._at_one)

    @property
    def slope_at_one(self) -> sp.Expr | arb:
        """E[sigma'^2], exact; oo when the activation jumps; a ball where it contains erfi."""
        return self._exact_or_ball(self._slope_at_one)

    def _exact_or_ball(self, value: sp.Expr) -> sp.Expr | arb:
        return lower_with_erfi(value, ball, ())() if value.has(sp.erfi) else value

    @cached_property
    def _lowered(self) -> dict[str, tuple]:
        assert self.expr is not None
        return {
            arithmetic.name: (
                lower_with_erfi(self.expr, arithmetic, (rho,)),
                lower_with_erfi(self.slope_expr, arithmetic, (rho,)),
                lower_with_erfi(self._at_one, arithmetic, ()),
            )
            for arithmetic in (ball, mp)
        }

    def _value(self, w: arb) -> arb:
        bits = working_bits()
        with precision(bits=_rounded(bits + lost_bits(w) + _GUARD)):
            result = self._lowered["ball"][0](1 - w)
        return +result

    def _slope(self, w: arb) -> arb:
        if self._slope_at_one is sp.oo and (w == 0 or w == 2):
            return self._infinite_slope(w)
        bits = working_bits()
        with precision(bits=_rounded(bits + lost_bits(w) + _GUARD)):
            result = self._lowered["ball"][1](1 - w)
        return +result

    def _complement(self, w: arb) -> arb:
        if w == 0 or (w == 2 and self.activation.parity == "even"):
            return arb(0)
        bits = working_bits()
        extra = 2 * lost_bits(w) + lost_bits(2 - w) + _GUARD
        result = arb(0)
        for _ in range(_TRIES):
            with precision(bits=_rounded(bits + extra)):
                value, _slope, at_one = self._lowered["ball"]
                result = at_one() - value(1 - w)
            if result.rel_accuracy_bits() >= bits:
                break
            extra = 2 * extra + bits // 2
        return +result

    def _evaluate_mp(self, argument: Any, exact: Callable[[arb], arb], from_rho: bool) -> Any:
        """In mpmath all the way, not through balls: the two are checked against each other."""
        bits = working_bits()
        tiny = max(0, -int(mpmath.mag(argument))) if argument else 0
        with precision(bits=bits + 3 * tiny + 4 * _GUARD):
            r = argument if from_rho else 1 - argument
            if not -1 <= r <= 1:
                return super()._evaluate_mp(argument, exact, from_rho)
            value, slope, at_one = self._lowered["mp"]
            even = self.activation.parity == "even"
            if exact == self._complement and (r == 1 or (even and r == -1)):
                return mpmath.mpf(0)
            if exact == self._slope:
                if self._slope_at_one is sp.oo and abs(r) == 1:
                    return super()._evaluate_mp(argument, exact, from_rho)
                result = slope(r)
            elif exact == self._value:
                result = value(r)
            else:
                result = at_one() - value(r)
        return +result


def _rounded(bits: int) -> int:
    """The constants of a formula are computed for every precision anew: a few precisions only."""
    return -(-bits // 64) * 64
