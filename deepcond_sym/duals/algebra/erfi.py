"""Closed forms with erfi (sines against steps and erf) and with the bivariate normal distribution function."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mpmath
import sympy as sp
from flint import arb

from deepcond_sym.arithmetic import Arithmetic, ball_from_mp, lower, mp_from_ball, precision, working_bits
from deepcond_sym.arithmetic.stable_sums import as_expressions
from deepcond_sym.duals.bivariate.binormal import binormal_ball, binormal_cdf
from deepcond_sym.duals.bivariate.erf_parts import erf_ball, erf_imag, erf_real


def lower_with_erfi(expr: sp.Expr, arithmetic: Arithmetic, variables: tuple[sp.Symbol, ...]) -> Callable[..., Any]:
    """`lower` to mp or balls, also with erfi(z) = 2/sqrt(pi) * integral of exp(t^2) over 0 < t < z, `binormal_cdf`,
    `erf_real` and `erf_imag`.

    >>> import sympy as sp
    >>> from flint import arb
    >>> from deepcond_sym.arithmetic import ball
    >>> from deepcond_sym.symbols import rho
    >>> lower_with_erfi(sp.erfi(rho), ball, (rho,))(arb(1)).str(10)
    '[1.650425759 +/- 2.03e-10]'

    Source: textbook.
    """
    calls = sorted(expr.atoms(sp.erfi, binormal_cdf, erf_real, erf_imag), key=sp.default_sort_key)
    if not calls:
        return lower(expr, arithmetic, variables=variables)
    names = {call: sp.Dummy(real=True) for call in calls}
    arguments = [[lower(z, arithmetic, variables) for z in as_expressions(call.args)] for call in calls]
    functions = [_FUNCTIONS[type(call)] for call in calls]
    outer_expr = expr.xreplace(names)
    assert isinstance(outer_expr, sp.Expr)
    outer = lower(outer_expr, arithmetic, variables=(*variables, *names.values()))

    def evaluate(*numbers: Any) -> Any:
        pairs = zip(functions, arguments, strict=True)
        return outer(*numbers, *(function(*(z(*numbers) for z in inner)) for function, inner in pairs))

    return evaluate


def _erfi(z: Any) -> Any:
    return z.erfi() if isinstance(z, arb) else mpmath.erfi(z)


def _binormal(h: Any, k: Any, r: Any) -> Any:
    if isinstance(r, arb):
        return binormal_ball(h, k, r)
    with precision(bits=working_bits() + 8):
        value = binormal_ball(*(ball_from_mp(mpmath.mpf(z)) for z in (h, k, r)))
    return mp_from_ball(value)


def _complex_erf(part: Any) -> Callable[..., Any]:
    def evaluate(a: Any, b: Any) -> Any:
        if isinstance(a, arb):
            return erf_ball(part, a, b)
        value = mpmath.erf(mpmath.mpc(a, b))
        return value.real if part is erf_real else value.imag

    return evaluate


_FUNCTIONS: dict[Any, Callable[..., Any]] = {
    sp.erfi: _erfi,
    binormal_cdf: _binormal,
    erf_real: _complex_erf(erf_real),
    erf_imag: _complex_erf(erf_imag),
}
