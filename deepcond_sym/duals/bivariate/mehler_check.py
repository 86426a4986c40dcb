"""A closed form against Mehler's series in balls: an independent enclosure at named correlations and variances."""

from __future__ import annotations

import sympy as sp
from flint import arb

from deepcond_sym.activations import Activation
from deepcond_sym.arithmetic import ball, precision
from deepcond_sym.duals.algebra.erfi import lower_with_erfi
from deepcond_sym.duals.derivation import UndecidedError, require
from deepcond_sym.duals.hermite import hermite_series
from deepcond_sym.errors import AccuracyError, InputError
from deepcond_sym.symbols import rho
from deepcond_sym.verdict import Verdict

CORRELATIONS = (sp.Rational(-1, 3), sp.S.Zero, sp.Rational(1, 4), sp.Rational(2, 5))
"""Where values are compared: the series of `_TERMS` terms is short of them by less than 2^-45."""
VARIANCES = ((sp.S.One, sp.S.One), (sp.Rational(1, 4), sp.Rational(1, 5)))
_TERMS, _DIGITS, _BITS, _CLOSE = 36, 20, 160, 2.0**-40


def agrees_with_mehler(
    sigma: Activation, expr: sp.Expr, variances: tuple[sp.Symbol, sp.Symbol] | None = None
) -> Verdict:
    """CERTIFIED when `expr` is within 2^-40 of the sum of a_n(q1) a_n(q2) rho^n at the named points.

    The terms left out are at most |rho|^N sqrt(tail(q1) tail(q2)) (Cauchy-Schwarz, Parseval). Errors: StepError when a
    value is certainly wrong, UndecidedError when one is not known well enough.

    >>> from deepcond_sym.activations import activation
    >>> agrees_with_mehler(activation("sign"), 2 * sp.asin(rho) / sp.pi)
    <Verdict.CERTIFIED: 'CERTIFIED'>

    Source: textbook (Mehler, Parseval).
    """
    for pair in VARIANCES if variances else VARIANCES[:1]:
        try:
            first, second = (hermite_series(sigma.at_variance(q), _TERMS, digits=_DIGITS) for q in pair)
        except AccuracyError as error:
            raise UndecidedError(f"the Hermite coefficients to compare with are not reached: {error}") from error
        current = expr.subs(dict(zip(variances, pair, strict=True))) if variances else expr
        for point in CORRELATIONS:
            with precision(bits=_BITS):
                r = ball.constant(point)
                series = sum((a * b * r**n for n, (a, b) in enumerate(zip(first.balls, second.balls, strict=True))),
                             arb(0))
                left_out = abs(r) ** _TERMS * (first.tail.upper() * second.tail.upper()).max(arb(0)).sqrt()
                try:
                    gap = lower_with_erfi(current.subs(rho, point), ball, ())() - series
                except InputError as error:
                    raise UndecidedError(f"the formula has no value to compare: {error}") from error
                gap += arb(0, left_out.upper())
                where = f"rho = {point}, variances {pair[0]} and {pair[1]}"
                require(bool(not gap.is_finite() or gap.contains(0)), f"the value at {where} is wrong")
                if not (gap.is_finite() and gap.rad() < _CLOSE):
                    raise UndecidedError(f"the value at {where} could not be compared")
    return Verdict.CERTIFIED
