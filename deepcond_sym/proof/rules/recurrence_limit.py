"""The limit of a linear recursion.

Law. If y_{k+1} = a_k + b_k y_k with a_k -> a, b_k -> b and |b| < 1, then y_k -> a/(1 - b). (For large k, |b_k| <= c <
1 and the error e_k = y_k - a/(1 - b) obeys |e_{k+1}| <= c |e_k| + o(1).) Constant coefficients are a special case.
Source: textbook."""

from typing import Any

import sympy as sp
from sympy.core.function import AppliedUndef

from ..encoding import decode_statement
from ..language import Relation, Statement, Term, limit, tending
from ..step import Evidence, RuleFailure
from ..verdict import Verdict
from .context import Context


def check(arguments: dict[str, Any], premises: list[Statement], evidence: Evidence) -> tuple[Statement, Verdict]:
    """The statement limit(name) = a/(1 - b), given -1 < b and b < 1."""
    statement = decode_statement(arguments["statement"])
    lhs, value = statement.conclusion.lhs, statement.conclusion.rhs
    if premises or statement.conclusion.op != "==" or lhs.func != limit:
        raise RuleFailure("the rule takes limit(name) = value")
    sequence = next((s for s in statement.sequences if s.name == lhs.args[0].name), None)
    if sequence is None:
        raise RuleFailure(f"the statement defines no sequence {lhs.args[0].name}")
    k, member = sequence.index, sp.Dummy()
    step = sp.Poly(sequence.step.subs(sequence(k), member), member)
    if step.degree() > 1:
        raise RuleFailure("the recursion must be linear in the sequence")
    a, b = (_limit_of(step.nth(i), k) for i in (0, 1))
    context = Context.of(statement, evidence)
    context.require(Relation(sp.S.NegativeOne, "<", b))
    context.require(Relation(b, "<", sp.S.One))
    context.known.append(Relation(1 - b, "!=", sp.S.Zero))
    context.require_defined(value)
    if not context.same(value, a / (1 - b)):
        raise RuleFailure(f"the limit is {a / (1 - b)}, not {value}")
    return statement, Verdict.PROVED


def _limit_of(coefficient: Term, k: sp.Symbol) -> Term:
    """Replace every convergent sequence by its limit; nothing else may depend on k."""
    calls = [c for c in coefficient.atoms(AppliedUndef) if c.func == tending]
    if any(c.args[1] != k or not isinstance(c.args[0], sp.Symbol) for c in calls):
        raise RuleFailure("a convergent sequence must be taken at the index of the recursion")
    settled = coefficient.subs({c: c.args[2] for c in calls}, simultaneous=True)
    if k in settled.free_symbols or not sp.expand(coefficient).is_polynomial(*calls):
        raise RuleFailure("the coefficients must be polynomials in sequences that converge")
    return settled
