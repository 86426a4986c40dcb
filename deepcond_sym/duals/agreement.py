"""A step that shows values of a dual at named correlations, each reached by two routes that agree as balls."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import sympy as sp
from flint import arb

from deepcond_sym.arithmetic import precision
from deepcond_sym.duals.derivation import DerivationStep, UndecidedError, require
from deepcond_sym.duals.digits import as_digits, require_digits
from deepcond_sym.verdict import Verdict

CORRELATIONS = (Fraction(-3, 5), Fraction(1, 3), Fraction(3, 4))
"""Where two routes to a dual are compared."""
_BITS, _CLOSE = 120, 2.0**-20
Route = Callable[[Fraction], arb]


def agreement_step(first: Route, second: Route, reason: str) -> DerivationStep:
    r"""The values at `CORRELATIONS` with their digits, by `first` (narrow balls); `second` must overlap them.

    A ball of `second` that is wider than 2^-20 leaves the step undecided.

    >>> def route(r):
    ...     return arb(r.numerator) / r.denominator
    >>> step = agreement_step(route, route, "The same twice.")
    >>> step.formulas[1], step.judge().verdict
    (0.33333333333333333333, <Verdict.CERTIFIED: 'CERTIFIED'>)

    Source: derived here.
    """
    with precision(bits=_BITS):
        values = [first(point) for point in CORRELATIONS]

    def judge(*shown: sp.Expr) -> Verdict:
        with precision(bits=_BITS):
            for point, number, value in zip(CORRELATIONS, shown, values, strict=True):
                require_digits(number, value, f"the value at rho = {point}")
                other = second(point)
                require(bool(not other.is_finite() or other.overlaps(value)), f"the routes differ at rho = {point}")
                if not (other.is_finite() and other.rad() < (_CLOSE * (1 + abs(other))).upper()):
                    raise UndecidedError(f"the second route is not close enough at rho = {point} to compare")
        return Verdict.CERTIFIED

    return DerivationStep(
        r", \quad ".join(rf"\hat\sigma\bigl({_fraction(point)}\bigr) = <{i}>" for i, point in enumerate(CORRELATIONS)),
        f"{reason} The balls agree at rho = {', '.join(map(str, CORRELATIONS))}.",
        "ball",
        judge,
        tuple(as_digits(value) for value in values),
    )


def _fraction(point: Fraction) -> str:
    return rf"{'-' if point < 0 else ''}\tfrac{{{abs(point.numerator)}}}{{{point.denominator}}}"
