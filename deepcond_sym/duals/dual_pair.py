"""`dual_pair`: E[sigma(sqrt(q1) X) sigma(sqrt(q2) Y)] in closed form, for two variances."""

from __future__ import annotations

from fractions import Fraction
from functools import cached_property
from typing import Any

import mpmath
import numpy as np
import sympy as sp
from flint import arb

from deepcond_sym.activations import Activation, activation
from deepcond_sym.arithmetic import (
    Arithmetic,
    ball,
    ball_from_mp,
    mp,
    mp_from_ball,
    precision,
    to_digits,
    to_relative,
    working_bits,
)
from deepcond_sym.duals.bivariate.binormal_form import binormal_form
from deepcond_sym.duals.derivation import Derivation
from deepcond_sym.duals.pairs.pair_closed_form import PairClosedForm, closed_form, q1, q2
from deepcond_sym.errors import AccuracyError, InputError
from deepcond_sym.symbols import rho

_GUARD = 32
_MOST_BITS = 20_000
Variance = int | Fraction | sp.Expr


class DualPair:
    """rho -> E[sigma(sqrt(q1) X) sigma(sqrt(q2) Y)], (X, Y) standard normal of correlation rho in [-1, 1].

    `expr` is the closed form in `rho` and the variances (the symbols q1, q2, or numbers put in their place), `slope`
    its derivative in rho. For q1 -> 0 or q2 -> 0 the value is the limit: `limit` is that for q1 -> 0, in which only
    the value and the jump of sigma at 0 are left. Errors: InputError for arguments out of range.

    >>> from deepcond_sym.duals.dual_pair import dual_pair
    >>> dual_pair("relu").expr
    sqrt(q1)*sqrt(q2)*rho*asin(rho)/(2*pi) + sqrt(q1)*sqrt(q2)*rho/4 + sqrt(q1)*sqrt(q2)*sqrt(1 - rho**2)/(2*pi)
    >>> dual_pair("erf", q1=1, q2=1).expr
    2*asin(2*rho/3)/pi
    >>> float(dual_pair("relu")(1, q1=4, q2=4))
    2.0

    Source: derived here.
    """

    def __init__(self, sigma: Activation, closed: PairClosedForm, variances: tuple[sp.Expr, sp.Expr]) -> None:
        self.activation = sigma
        self.variances = variances
        self._closed = closed

    @cached_property
    def expr(self) -> sp.Expr:
        """The closed form."""
        first, second = self.variances
        if first == 0 or second == 0:
            return self._closed.limit(first == 0, second == 0).subs({q1: first, q2: second})
        return self._closed.expr.subs({q1: first, q2: second})

    @cached_property
    def slope(self) -> sp.Expr:
        """The derivative in rho."""
        return sp.diff(self.expr, rho)

    @cached_property
    def limit(self) -> sp.Expr:
        """The limit for q1 -> 0, in rho and q2."""
        return self._closed.limit(True, False).subs(q2, self.variances[1])

    @property
    def derivation(self) -> Derivation:
        """The steps, each with its check; they are for symbolic variances."""
        return self._closed.derivation

    def __call__(
        self, r: Any, *, q1: Any = None, q2: Any = None, digits: int | None = None, bits: int | None = None
    ) -> Any:
        """The value: float64 (scalars or arrays), or an mpf with `digits`, or an arb with `bits`.

        The variances are those given at construction unless they were symbols.
        """
        if digits is not None and bits is not None:
            raise InputError("Ask for digits or for bits, not for both.")
        if digits is None and bits is None:
            first, second = (np.asarray(v, dtype=np.float64) for v in self._numbers(q1, q2))
            points = np.broadcast_arrays(np.asarray(r, dtype=np.float64), first, second)
            return np.vectorize(self._float, otypes=[np.float64])(*points)[()]

        def evaluate() -> arb:
            first, second = self._numbers(q1, q2)
            return self._ball(*(ball.constant(v) for v in (r, first, second)))

        if bits is not None:
            return to_relative(evaluate, bits)
        assert digits is not None
        result = to_digits(evaluate, digits)
        with precision(digits=digits):
            return mp_from_ball(result)

    def value(self, r: Any, arithmetic: Arithmetic, q1: Any = None, q2: Any = None) -> Any:
        """The value in the given arithmetic, to about its current precision."""
        numbers = (r, *self._numbers(q1, q2))
        if arithmetic.name == "float64":
            return self(r, q1=numbers[1], q2=numbers[2])
        if arithmetic.name == "ball":
            return self._ball(*(ball.number(v) if isinstance(v, arb) else ball.constant(v) for v in numbers))
        bits = working_bits()
        with precision(bits=bits + 8):
            result = self._ball(*(ball_from_mp(mp.number(v) if isinstance(v, mpmath.mpf) else mp.constant(v))
                                  for v in numbers))
        return mp_from_ball(result)

    def _numbers(self, first: Any, second: Any) -> tuple[Any, Any]:
        given = [own if value is None else value for own, value in zip(self.variances, (first, second), strict=True)]
        if any(isinstance(value, sp.Expr) and value.free_symbols for value in given):
            raise InputError("Give the variances as numbers: q1=..., q2=... .")
        return given[0], given[1]

    def _float(self, *numbers: float) -> float:
        if not all(np.isfinite(number) for number in numbers):
            raise InputError("The correlation and the variances must be finite numbers.")
        with precision(bits=60):
            return float(self._ball(*(arb(float(number)) for number in numbers)).mid())

    def _ball(self, r: arb, first: arb, second: arb) -> arb:
        """The value, at a working precision raised until it is good to the current one."""
        if r > 1 or r < -1 or first < 0 or second < 0:
            raise InputError("The correlation must lie in [-1, 1], and the variances must not be negative.")
        self._closed.require_finite(first, second)
        evaluate = self._closed.evaluator(bool(first == 0), bool(second == 0), bool(r == 0))
        bits, extra, result = working_bits(), _GUARD, arb(0)
        exact = r.is_exact() and first.is_exact() and second.is_exact()
        while True:
            with precision(bits=bits + extra):
                result = evaluate(r, first, second)
            small = result.contains(0) and bool(abs(result) < arb(2) ** -(1000 + bits))
            if result.rel_accuracy_bits() >= bits or small or not exact:
                return +result
            extra *= 2
            if extra > _MOST_BITS:
                raise AccuracyError("The dual could not be evaluated to the precision asked for.")


def dual_pair(spec: Activation | sp.Expr | str, q1: Variance = q1, q2: Variance = q2) -> DualPair:
    """E[sigma(sqrt(q1) X) sigma(sqrt(q2) Y)] in closed form, for symbolic or exact variances.

    It has erf and bivariate normal probabilities (`binormal_cdf`) where knots lie away from 0, steps stand before
    exponentials, or an erf is shifted.
    Errors: InputError when a pair of terms of the activation has no closed form (or the activation is not a sum of
    terms x^k exp(a x + b x^2) H(x - t) and x^k erf(a x + b)).

    >>> dual_pair("exp").expr
    exp(sqrt(q1)*sqrt(q2)*rho + q1/2 + q2/2)
    >>> dual_pair("gelu").limit
    0

    Source: derived here.
    """
    sigma = activation(spec)
    closed = closed_form(sigma) or binormal_form(sigma)
    if closed is None:
        raise InputError(f"No closed form in two variances was found for {sigma.name}: use `dual` at one variance.")
    return DualPair(sigma, closed, (_variance(q1), _variance(q2)))


def _variance(value: Variance) -> sp.Expr:
    if isinstance(value, sp.Symbol):
        if value.is_positive:
            return value
    elif isinstance(value, int | Fraction | sp.Expr) and not isinstance(value, bool | sp.Float):
        number = sp.Rational(value) if isinstance(value, int | Fraction) else value
        if number.is_nonnegative and not number.has(sp.Float):
            return number
    raise InputError('A variance is a positive SymPy symbol or an exact number >= 0, such as 2 or Rational(1, 4).')
