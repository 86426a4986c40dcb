"""Closed forms with erfi, the error function of an imaginary argument: sines against steps and erf."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mpmath
import sympy as sp

from deepcond_sym.arithmetic import Arithmetic, lower


def lower_with_erfi(expr: sp.Expr, arithmetic: Arithmetic, variables: tuple[sp.Symbol, ...]) -> Callable[..., Any]:
    """`lower` to mp or balls, with erfi(z) = 2/sqrt(pi) * integral of exp(t^2) over 0 < t < z as well.

    >>> import sympy as sp
    >>> from flint import arb
    >>> from deepcond_sym.arithmetic import ball
    >>> from deepcond_sym.symbols import rho
    >>> lower_with_erfi(sp.erfi(rho), ball, (rho,))(arb(1)).str(10)
    '[1.650425759 +/- 2.03e-10]'

    Source: textbook.
    """
    calls = sorted(expr.atoms(sp.erfi), key=sp.default_sort_key)
    if not calls:
        return lower(expr, arithmetic, variables=variables)
    names = {call: sp.Dummy(real=True) for call in calls}
    arguments = [lower(call.args[0], arithmetic, variables=variables) for call in calls]  # pyright: ignore
    outer_expr = expr.xreplace(names)
    assert isinstance(outer_expr, sp.Expr)
    outer = lower(outer_expr, arithmetic, variables=(*variables, *names.values()))

    def erfi(value: Any) -> Any:
        return value.erfi() if arithmetic.name == "ball" else mpmath.erfi(value)

    def evaluate(*numbers: Any) -> Any:
        return outer(*numbers, *(erfi(argument(*numbers)) for argument in arguments))

    return evaluate
