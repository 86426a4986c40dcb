"""Values of closed forms as complex balls: a wrong formula may well be complex, and it is compared all the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sympy as sp
from flint import acb

from deepcond_sym.arithmetic import ball, lower
from deepcond_sym.arithmetic.stable_sums import as_expressions


def complex_value(expr: sp.Expr, variables: tuple[sp.Symbol, ...]) -> Callable[..., acb]:
    """The expression as a function to complex balls, roots and arcsines as their principal values, with erfi.

    InputError if it has a function that cannot be evaluated.

    >>> from flint import arb
    >>> from deepcond_sym.symbols import rho
    >>> complex_value(sp.sqrt(rho - 2), (rho,))(arb(1)).str(5)
    '1.0000j'

    Source: textbook.
    """
    calls = sorted(expr.atoms(sp.erfi), key=sp.default_sort_key)
    names = {call: sp.Dummy(real=True) for call in calls}
    arguments = [lower(as_expressions(call.args)[0], ball, variables, complex_ball=True) for call in calls]
    outer_expr = expr.xreplace(names)
    assert isinstance(outer_expr, sp.Expr)
    outer = lower(outer_expr, ball, (*variables, *names.values()), complex_ball=True)

    def evaluate(*numbers: Any) -> acb:
        return outer(*numbers, *(argument(*numbers, False).erfi() for argument in arguments), False)

    return evaluate
