"""`integrate`: rigorous integrals over a finite interval; the owner of the analytic flag."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, cast

import sympy as sp
from flint import acb, arb

from deepcond_sym.errors import InputError
from deepcond_sym.symbols import x as x_symbol

from .accuracy import to_relative
from .ball import ball
from .lower import lower

_NAN = acb("nan", "nan")


def integrate(
    integrand: sp.Expr | Callable[[acb, bool], acb],
    a: Any,
    b: Any,
    variables: Sequence[sp.Symbol] = (x_symbol,),
    *,
    relative_bits: int | None = None,
) -> arb:
    """A ball that contains the integral of a real function from a to b.

    The integrand is a SymPy expression in one variable (see `lower`), or a function f(z, analytic) on complex balls
    that returns NaN when `analytic` is true and f is not analytic on all of z. End points are exact numbers or balls.
    The ball is as narrow as the working precision allows, or has `relative_bits` certain bits if they are asked for.

    Where no bound is found (an unbounded integrand, an argument outside a domain) the ball is not finite.

    Raises `InputError` for end points that are not finite and for an integrand that is seen not to be real on the
    interval, `AccuracyError` if the bits asked for cannot be reached.

    >>> from deepcond_sym.symbols import x
    >>> integrate(abs(x) * sp.exp(-x**2 / 2), -1, 2, relative_bits=60).str(15)
    '[1.25813405705075 +/- 3.89e-15]'

    Source: F. Johansson, "Numerical integration in arbitrary-precision ball arithmetic", 2018 (the method of Arb).
    """
    function = _integrand(integrand, variables)
    if relative_bits is not None:
        return to_relative(lambda: _integral(function, a, b), relative_bits, max_bits=8 * relative_bits + 1000)
    return _integral(function, a, b)


def _integrand(integrand: Any, variables: Sequence[sp.Symbol]) -> Callable[[acb, bool], acb]:
    if isinstance(integrand, sp.Expr | int):
        if len(tuple(variables)) != 1:
            raise InputError("An integral is over one variable: give exactly one.")
        return lower(integrand, ball, variables, complex_ball=True)
    if not callable(integrand):
        raise InputError(f"A {type(integrand).__name__} is no integrand: give a SymPy expression or f(z, analytic).")
    return cast(Callable[[acb, bool], acb], integrand)


def _integral(function: Callable[[acb, bool], acb], a: Any, b: Any) -> arb:
    start, end = ball.number(a), ball.number(b)
    if not (start.is_finite() and end.is_finite()):
        raise InputError("The end points must be finite: bound the tails separately.")
    failures: list[BaseException] = []

    def guarded(z: acb, analytic: bool) -> acb:
        # python-flint turns an exception in the integrand into a SystemError without cause, so it is kept for later.
        if failures:
            return _NAN
        try:
            value = acb(function(z, bool(analytic)))
            if z.imag.is_zero() and not analytic and value.is_finite() and not value.imag.contains(0):
                raise InputError("The integrand is not real on the interval: check its domain.")
            return value
        except BaseException as failure:
            failures.append(failure)
            return _NAN

    value = acb.integral(guarded, acb(start), acb(end))
    if failures:
        raise failures[0]
    return value.real
