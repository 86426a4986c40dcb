"""Sums that cancel in finite precision and have a stable form, such as exp(a) - 1 = expm1(a)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import sympy as sp

from deepcond_sym.errors import InputError

from .base import Arithmetic

# f(a) with factor k beside a term s*k is k' * g(a): (f, s) -> (g, k'/k).
_PAIRS: dict[tuple[Any, int], tuple[str, int]] = {
    (sp.exp, -1): ("expm1", 1),
    (sp.erf, 1): ("erfc_of_negative", 1),
    (sp.erf, -1): ("erfc", -1),
    (sp.erfc, -1): ("erf", -1),
    (sp.cosh, -1): ("twice_sinh_squared", 1),
    (sp.cos, -1): ("twice_sin_squared", -1),
}


def cancelling_pair(
    terms: Sequence[sp.Expr],
) -> tuple[sp.Expr, sp.Expr, sp.Expr, str, sp.Expr] | None:
    """Two terms whose sum cancels in finite precision and has a stable form, such as k exp(a) - k = k expm1(a).

    Returns the two terms, then k', g and a such that k' g(a) is their sum (g by name, see `function_of`), or None.

    >>> x = sp.Symbol("x")
    >>> cancelling_pair([3 * sp.cos(x), sp.Integer(-3)])
    (3*cos(x), -3, -3, 'twice_sin_squared', x)
    """
    present = set(terms)
    for term in terms:
        for factor in sp.Mul.make_args(term):
            for sign in (-1, 1):
                if (type(factor), sign) not in _PAIRS:
                    continue
                coefficient = term / factor
                partner = sign * coefficient
                if partner in present and partner != term:
                    name, ratio = _PAIRS[type(factor), sign]
                    (argument,) = as_expressions(factor.args)
                    unscaled = argument * sp.sqrt(2)
                    if name.startswith("erfc") and argument.has(sp.sqrt(2)) and not unscaled.has(sp.sqrt(2)):
                        # The rounding error of x/sqrt(2) is multiplied by x^2 in erfc: go by the normal law instead.
                        name, argument = "twice_normal_cdf", unscaled if name == "erfc_of_negative" else -unscaled
                    return term, partner, ratio * coefficient, name, argument
    return None


def function_of(arithmetic: Arithmetic, name: str) -> Callable[[Any], Any]:
    """The function that a cancelling pair of terms is replaced by; see `cancelling_pair`."""
    table: dict[str, Callable[[Any], Any]] = {
        "expm1": arithmetic.expm1,
        "erf": arithmetic.erf,
        "erfc": arithmetic.erfc,
        "erfc_of_negative": lambda a: arithmetic.erfc(-a),
        "twice_normal_cdf": lambda a: 2 * arithmetic.normal_cdf(a),
        "twice_sinh_squared": lambda a: 2 * arithmetic.power(arithmetic.sinh(a / 2), 2),
        "twice_sin_squared": lambda a: 2 * arithmetic.power(arithmetic.sin(a / 2), 2),
    }
    return table[name]


def as_expressions(nodes: Sequence[sp.Basic]) -> list[sp.Expr]:
    """The same nodes, all of them expressions; `InputError` names one that is not."""
    for node in nodes:
        if not isinstance(node, sp.Expr):
            raise InputError(f"{node} is not an expression.")
    return [node for node in nodes if isinstance(node, sp.Expr)]
