"""Exact identities, with the recursions of the statement unfolded and earlier equalities put in.

Law. A sequence's member name(k + 1) equals its step at k, and name(first) its initial value; equal terms may replace
each other. A variable whose interval is one point has that value. What remains is decided by the normal form. Source:
definitions.

`unfold` lists [sequence name, index term k] for name(k + 1) -> step(k); each premise is an equality, used from left
to right at the terms in `uses`."""

from typing import Any

import sympy as sp

from ..encoding import decode_statement, decode_term
from ..language import Sequence, Statement, Term, replace_equal, substitute
from ..step import Evidence, RuleFailure
from ..verdict import Verdict
from .consequence import instantiate
from .normal_form import Context, is_index


def check(arguments: dict[str, Any], premises: list[Statement], evidence: Evidence) -> tuple[Statement, Verdict]:
    """The equality given, if both sides have the same normal form after unfolding."""
    statement = decode_statement(arguments["statement"])
    if statement.conclusion.op != "==":
        raise RuleFailure("the identity rule proves equalities only")
    context = Context.of(statement, evidence)
    replacements = [unfold(statement, name, decode_term(k), context) for name, k in arguments.get("unfold", [])]
    for use, premise in zip(arguments.get("uses", []), premises, strict=True):
        values = {v.symbol: decode_term(use[v.symbol.name]) for v in premise.variables if v.symbol.name in use}
        fact = instantiate(premise, values, statement, context)
        if fact.op != "==":
            raise RuleFailure("only equalities can be put into an identity")
        replacements.append((fact.lhs, fact.rhs))
    lhs, rhs = statement.conclusion.lhs, statement.conclusion.rhs
    context.require_defined(lhs, equality=True)
    context.require_defined(rhs, equality=True)
    for old, new in replacements:
        lhs, rhs = replace_equal(lhs, old, new), replace_equal(rhs, old, new)
    points = {v.symbol: v.lower for v in statement.variables if v.lower == v.upper}
    lhs, rhs = substitute(lhs, points), substitute(rhs, points)
    if not context.same(lhs, rhs):
        raise RuleFailure(f"{statement.conclusion} is not an identity: the difference is {sp.expand(lhs - rhs)}")
    return statement, Verdict.PROVED


def unfold(statement: Statement, name: str, k: Term, context: Context) -> tuple[Term, Term]:
    """The defining equation of name(k + 1), or of name(first) when k + 1 = first."""
    sequence = find(statement, name)
    if sp.expand(k + 1 - sequence.first) == 0:
        return sequence(sequence.first), sequence.initial
    if not is_index(k - sequence.first, context.variables):
        raise RuleFailure(f"{name} is not defined at {k}")
    return sequence(sp.expand(k + 1)), substitute(sequence.step, {sequence.index: k})


def find(statement: Statement, name: str) -> Sequence:
    """The sequence of this name in the statement."""
    for sequence in statement.sequences:
        if sequence.name == name:
            return sequence
    raise RuleFailure(f"the statement defines no sequence {name}")
