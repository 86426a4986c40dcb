"""`integrate`: rigorous integrals over a finite interval; the owner of the analytic flag."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, cast

import sympy as sp
from flint import acb, arb

from deepcond_sym.errors import AccuracyError, InputError
from deepcond_sym.symbols import x as x_symbol

from .accuracy import to_relative
from .ball import ball
from .lower import lower
from .precision import working_bits

_NAN = arb("nan")


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
    interval, `AccuracyError` if the bits asked for cannot be reached
    (x log(x) at 0 is an example: bounded, but no ball around 0 shows it).

    >>> from deepcond_sym.symbols import x
    >>> integrate(abs(x) * sp.exp(-x**2 / 2), -1, 2, relative_bits=60).str(15)
    '[1.25813405705075 +/- 3.89e-15]'

    Source: F. Johansson, "Numerical integration in arbitrary-precision ball arithmetic", 2018 (the method of Arb).
    """
    function = _integrand(integrand, variables)
    if relative_bits is None:
        return _Integral(function, a, b).value()
    return to_relative(lambda: _Integral(function, a, b).bounded(), relative_bits, max_bits=8 * relative_bits + 1000)


def _integrand(integrand: Any, variables: Sequence[sp.Symbol]) -> Callable[[acb, bool], acb]:
    if isinstance(integrand, sp.Expr | int):
        if len(tuple(variables)) != 1:
            raise InputError("An integral is over one variable: give exactly one.")
        return lower(integrand, ball, variables, complex_ball=True)
    if not callable(integrand):
        raise InputError(f"A {type(integrand).__name__} is no integrand: give a SymPy expression or f(z, analytic).")
    return cast(Callable[[acb, bool], acb], integrand)


class _Integral:
    """One run of `acb.integral` that can stop: python-flint itself goes on after an exception in the integrand."""

    def __init__(self, function: Callable[[acb, bool], acb], a: Any, b: Any) -> None:
        self.function = function
        self.start, self.end = ball.number(a), ball.number(b)
        if not (self.start.is_finite() and self.end.is_finite()):
            raise InputError("The end points must be finite: bound the tails separately.")
        self.hopeless = abs(self.end - self.start) * arb(2) ** -(working_bits() // 2 + 20)
        self.failure: BaseException | None = None
        self.unbounded_near: arb | None = None

    def value(self) -> arb:
        integral = acb.integral(self._guarded, acb(self.start), acb(self.end)).real
        if self.failure is not None:
            raise self.failure
        return integral if self.unbounded_near is None else _NAN

    def bounded(self) -> arb:
        integral = self.value()
        if self.unbounded_near is not None:
            place = self.unbounded_near.str(6, radius=False)
            raise AccuracyError(f"The integrand has no finite bound near {place}: treat that piece by hand.")
        return integral

    def _guarded(self, z: acb, analytic: bool) -> acb:
        # The exact answer 0 to every later question ends the run at once; its result is thrown away.
        if self.failure is not None or self.unbounded_near is not None:
            return acb(0)
        try:
            return self._answer(z, bool(analytic))
        except BaseException as failure:
            self.failure = failure
            return acb(0)

    def _answer(self, z: acb, analytic: bool) -> acb:
        value = acb(self.function(z, analytic))
        if analytic or not z.imag.is_zero():
            return value
        if not value.is_finite():
            if z.real.rad() < self.hopeless:
                self.unbounded_near = z.real.mid()
        elif not value.imag.contains(0):
            raise InputError("The integrand is not real on the interval: check its domain.")
        return value
