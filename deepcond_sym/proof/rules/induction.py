"""Mathematical induction on one index of a statement.

Law. If S(first) holds and, for every k >= first, S(k) implies S(k + 1), then S(k) holds for every k >= first. A
hypothesis "k <= N" (or k < N), N free of k, may stand in S: where it holds for k + 1 it holds for k. Source: textbook.

The premises are S(first), and S(k + 1) with S(k) among its hypotheses.
"""

from dataclasses import replace
from typing import Any

import sympy as sp

from ..encoding import decode_statement, decode_term
from ..language import Relation, Statement, free_variables, mu, parameters_of
from ..step import Evidence, RuleFailure
from ..verdict import Verdict
from .context import require_within


def check(arguments: dict[str, Any], premises: list[Statement], evidence: Evidence) -> tuple[Statement, Verdict]:
    """The statement given, from its base case and its step."""
    target, k = decode_statement(arguments["statement"]), decode_term(arguments["index"])
    v = target.variable(k)
    if v is None or not v.integer or not v.lower.is_Integer or v.open_lower or not v.upper.is_infinite:
        raise RuleFailure(f"{k} must be an index of the statement, without an upper end")
    fixed = parameters_of(target.sequences) | {mu}
    if target.family is not None and target.family.member is not None:
        fixed |= free_variables(target.family.member[1])
    if k in fixed:
        raise RuleFailure(f"{k} is a parameter of the sequences or of the activation")
    if any(not _persists(g, k) for g in target.given):
        raise RuleFailure(f"a hypothesis about {k} must read {k} <= N")
    if len(premises) != 2:
        raise RuleFailure("an induction has two premises, its base case and its step")
    base, step = premises
    first, following = {k: v.lower}, {k: k + 1}
    others = tuple(w for w in target.variables if w.symbol != k)
    at_first = tuple(g.subs(first) for g in target.given)
    hypotheses = (*target.given, *(g.subs(following) for g in target.given), target.conclusion)
    _require(base, replace(target, conclusion=target.conclusion.subs(first), variables=others, given=at_first))
    _require(step, replace(target, conclusion=target.conclusion.subs(following), given=hypotheses))
    return target, Verdict.PROVED


def _persists(hypothesis: Relation, k: sp.Symbol) -> bool:
    free = free_variables(hypothesis.rhs)
    at_most = hypothesis.lhs == k and hypothesis.op in ("<=", "<")
    return k not in free and (at_most or k not in free_variables(hypothesis.lhs))


def _require(premise: Statement, wanted: Statement) -> None:
    if premise.conclusion != wanted.conclusion:
        raise RuleFailure(f"the premise must show [{wanted.conclusion}], not [{premise.conclusion}]")
    require_within(premise, wanted)
