"""The smallest eigenvalue of an entrywise power series of a matrix.

Law (Schur). If M is positive semidefinite and f has non-negative coefficients, then f[M] (entrywise) is positive
semidefinite. For K with unit diagonal and K - delta I = M positive semidefinite, f[K] - f[M] is diagonal with entries
f(1) - f(1 - delta), because the off-diagonal entries of K and M agree; so f[K] >= (f(1) - f(1 - delta)) I. Source:
Schur 1911; the shift is derived here."""

from typing import Any

import sympy as sp

from ..encoding import decode_statement
from ..language import Statement, dual, floor_eigenvalue
from ..step import Evidence, RuleFailure
from ..verdict import Verdict
from .normal_form import Context


def check(arguments: dict[str, Any], premises: list[Statement], evidence: Evidence) -> tuple[Statement, Verdict]:
    """The statement dual(1) - dual(1 - delta) <= floor_eigenvalue(delta), for delta in [0, 1]."""
    statement = decode_statement(arguments["statement"])
    lhs, rhs = statement.conclusion.lhs, statement.conclusion.rhs
    if (
        premises
        or statement.given
        or statement.family is None
        or statement.conclusion.op != "<="
        or rhs.func != floor_eigenvalue
    ):
        raise RuleFailure("the rule takes dual(1) - dual(1 - delta) <= floor_eigenvalue(delta) for a family")
    delta = rhs.args[0]
    context = Context.of(statement, evidence)
    context.require_defined(delta)
    context.require_between(sp.S.Zero, delta, sp.S.One)
    if sp.expand(lhs - (dual(1) - dual(sp.expand(1 - delta)))) != 0:
        raise RuleFailure(f"{lhs} is not dual(1) - dual(1 - delta)")
    return statement, Verdict.PROVED
