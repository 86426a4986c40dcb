"""The smallest eigenvalue of an entrywise power series of a matrix, and the condition number that it leaves.

Law (Schur). If M is positive semidefinite and f has non-negative coefficients, then f[M] (entrywise) is positive
semidefinite. For K with unit diagonal and K - delta I = M positive semidefinite, f[K] - f[M] is diagonal with entries
f(1) - f(1 - delta), because the off-diagonal entries of K and M agree; so f[K] >= (f(1) - f(1 - delta)) I. Sums,
products and compositions of such series are such series: iterate(L, .), with value 1 at 1 if E[sigma^2] = 1, and ntk(L,
.) are. Law (trace). The eigenvalues of an n x n matrix with unit diagonal sum to n; if the smallest is >= m > 0, the
largest is <= n - (n - 1) m, and their quotient <= 1 + n (1 - m)/m. Source: Schur 1911; the rest is derived here.

`part` is "floor" (of dual), "kernel", "tangent" (of the kernels at depth L) or "trace" (premises: m <= the smallest
eigenvalue, and 0 < m)."""

from typing import Any

import sympy as sp

from .. import language as lang
from ..encoding import decode_statement
from ..language import Statement, le
from ..step import Evidence, RuleFailure
from ..verdict import Verdict
from .context import Context
from .gershgorin import N

_DELTA = sp.Symbol("delta", real=True)
_CONDITIONS = {lang.least_eigenvalue: lang.full_rank_condition, lang.ntk_least_eigenvalue: lang.ntk_full_rank_condition}


def check(arguments: dict[str, Any], premises: list[Statement], evidence: Evidence) -> tuple[Statement, Verdict]:
    """The statement given: f(1) - f(1 - delta) <= the smallest eigenvalue; or the bound of the condition number."""
    if arguments["part"] == "trace":
        if len(premises) != 2:
            raise RuleFailure("the bound of the condition number takes two premises")
        return _trace(*premises), Verdict.PROVED
    statement = decode_statement(arguments["statement"])
    lhs, rhs = statement.conclusion.lhs, statement.conclusion.rhs
    if premises or statement.family is None or statement.conclusion.op != "<=":
        raise RuleFailure("the rule takes f(1) - f(1 - delta) <= the smallest eigenvalue, for a family")
    context = Context.of(statement, evidence)
    delta = rhs.args[0] if arguments["part"] == "floor" else _DELTA
    context.require_defined(delta)
    context.require(le(0, delta))
    context.require(le(delta, 1))
    away = sp.expand(1 - delta)
    if arguments["part"] == "floor" and rhs.func == lang.floor_eigenvalue:
        gap = lang.dual(1) - lang.dual(away)
    elif arguments["part"] == "kernel" and rhs.func == lang.least_eigenvalue and statement.family.unit:
        gap = 1 - lang.iterate(rhs.args[0], away)
    elif arguments["part"] == "tangent" and rhs.func == lang.ntk_least_eigenvalue and statement.family.unit:
        gap = 1 - lang.ntk(rhs.args[0], away) / lang.ntk(rhs.args[0], 1)
    else:
        raise RuleFailure("the law has the parts 'floor', 'kernel' and 'tangent', the last two for E[sigma^2] = 1")
    context.require_defined(rhs)
    if sp.expand(lhs - gap) != 0:
        raise RuleFailure(f"{lhs} is not {gap}")
    return statement, Verdict.PROVED


def _trace(least: Statement, positive: Statement) -> Statement:
    m, smallest = least.conclusion.lhs, least.conclusion.rhs
    if smallest.func not in _CONDITIONS or least.conclusion.op not in ("<=", "<") or least.variable(N) is None:
        raise RuleFailure("the first premise must read m <= the smallest eigenvalue, for n points")
    frame = (least.variables, least.given, least.family, least.sequences)
    if (positive.variables, positive.given, positive.family, positive.sequences) != frame:
        raise RuleFailure("the second premise must read 0 < m over the same variables and sequences")
    if (positive.conclusion.lhs, positive.conclusion.op, positive.conclusion.rhs) != (0, "<", m):
        raise RuleFailure(f"the second premise must read 0 < {m}")
    if least.family is None or not least.family.unit:
        raise RuleFailure("a unit diagonal takes E[sigma^2] = 1")
    return least.conclude(le(_CONDITIONS[smallest.func](smallest.args[0]), 1 + N * (1 - m) / m))
