"""Exact identities, with definitions unfolded and known equalities put in.

Law. Equal terms may replace each other: by definition (`definition`), by a premise, by an equality among the
hypotheses (an algebraic substitution such as w^2 = 1 - r^2, for r = cos theta, is one of these). A variable whose
interval is one point has that value. What remains is decided by the normal form. Source: definitions.

`rewrite` lists what is replaced, in order: ["unfold", call], ["given", number of a hypothesis] or ["use", number of a
premise, {variable: term}], each from left to right."""

from typing import Any

import sympy as sp

from ..encoding import decode_statement, decode_term, whole
from ..language import Statement, Term, replace_equal, substitute
from ..step import Evidence, RuleFailure
from ..verdict import Verdict
from .consequence import instantiate
from .context import Context
from .definition import unfold


def check(arguments: dict[str, Any], premises: list[Statement], evidence: Evidence) -> tuple[Statement, Verdict]:
    """The equality given, if both sides have the same normal form after the replacements."""
    statement = decode_statement(arguments["statement"])
    if statement.conclusion.op != "==":
        raise RuleFailure("the identity rule proves equalities only")
    context = Context.of(statement, evidence)
    replacements = [_replacement(entry, statement, premises, context) for entry in arguments["rewrite"]]
    lhs, rhs = statement.conclusion.lhs, statement.conclusion.rhs
    context.require_defined(lhs, equality=True)
    context.require_defined(rhs, equality=True)
    for old, new in replacements:
        if isinstance(old, sp.Pow):
            lhs, rhs = sp.expand(lhs), sp.expand(rhs)
        lhs, rhs = replace_equal(lhs, old, new), replace_equal(rhs, old, new)
    points = {v.symbol: v.lower for v in statement.variables if v.lower == v.upper}
    lhs, rhs = substitute(lhs, points), substitute(rhs, points)
    if not context.same(lhs, rhs):
        raise RuleFailure(f"{statement.conclusion} is not an identity: what is left is {lhs} = {rhs}")
    return statement, Verdict.PROVED


def _replacement(
    entry: list[Any], statement: Statement, premises: list[Statement], context: Context
) -> tuple[Term, Term]:
    if entry[0] == "unfold":
        call = decode_term(entry[1])
        return call, unfold(call, statement, context)
    place = whole(entry[1])
    listed = statement.given if entry[0] == "given" else premises
    if not 0 <= place < len(listed):
        raise RuleFailure(f"there is no equality number {place} to put in")
    fact = listed[place]
    if isinstance(fact, Statement):
        values = {v.symbol: decode_term(entry[2][v.symbol.name]) for v in fact.variables if v.symbol.name in entry[2]}
        fact = instantiate(fact, values, statement, context)
    if fact.op != "==":
        raise RuleFailure("only equalities can be put into an identity")
    return fact.lhs, fact.rhs
