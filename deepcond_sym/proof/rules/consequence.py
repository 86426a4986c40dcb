"""What follows from statements already shown, by substitution and by chaining relations.

Law. A universal statement may be used at any terms that satisfy its domain and hypotheses; a <= b and b <= c give a
<= c (strict if one link is), equalities chain to equalities. Source: logic.

`uses` lists, for each premise, the terms put for its variables and its role: "fact" (its conclusion becomes known) or
"link" (the next relation of the chain from the left side of the statement to the right one).
"""

from typing import Any

import sympy as sp

from .. import language as lang
from ..encoding import decode_statement, decode_term
from ..language import Relation, Statement, Term, free_variables
from ..normal_form import assumes_more
from ..step import Evidence, RuleFailure
from ..verdict import Verdict
from .context import Context


def check(arguments: dict[str, Any], premises: list[Statement], evidence: Evidence) -> tuple[Statement, Verdict]:
    """The statement given, if it is reached from the premises."""
    target, uses = decode_statement(arguments["statement"]), arguments["uses"]
    if len(uses) != len(premises):
        raise RuleFailure("say how each premise is used")
    context = Context.of(target, evidence)
    reached, strict, only_equal = target.conclusion.lhs, False, True
    for use, premise in zip(uses, premises, strict=True):
        values = {_symbol_named(premise, name): decode_term(t) for name, t in use["with"].items()}
        relation = instantiate(premise, values, target, context)
        if use["role"] == "fact":
            context.known.append(relation)
            continue
        if relation.op == "!=" or not context.same(reached, relation.lhs):
            raise RuleFailure(f"the chain stands at {reached}; the next link starts at {relation.lhs}")
        strict |= relation.op == "<"
        only_equal &= relation.op == "=="
        reached = relation.rhs
    if all(use["role"] == "fact" for use in uses):
        context.require_defined(reached)
    if not context.same(reached, target.conclusion.rhs):
        raise RuleFailure(f"the chain ends at {reached}, not at {target.conclusion.rhs}")
    wanted = target.conclusion.op
    for side in (target.conclusion.lhs, target.conclusion.rhs) if wanted != "==" else ():
        context.require_real(side)
    if wanted == "!=" or (wanted == "<" and not strict) or (wanted == "==" and not only_equal):
        raise RuleFailure(f"the chain does not give '{wanted}'")
    return target, Verdict.PROVED


def instantiate(premise: Statement, values: dict[sp.Symbol, Term], target: Statement, context: Context) -> Relation:
    """The premise's conclusion at these terms, after its domain and hypotheses have been shown there."""
    if more := assumes_more(premise, target):
        raise RuleFailure(more)
    values = {v.symbol: values.get(v.symbol, v.symbol) for v in premise.variables}
    for v in premise.variables:
        at = values[v.symbol]
        context.require_defined(at)
        if at != v.symbol and v.symbol in _fixed(premise):
            raise RuleFailure(f"{v.symbol} belongs to the premise's activation or sequences: it cannot be {at}")
        if v.integer and not at.is_integer:
            raise RuleFailure(f"{at} is not shown to be an integer")
        if not v.lower.is_infinite:
            strict = v.open_lower and not v.integer
            context.require(Relation(v.lower + int(v.open_lower and v.integer), "<" if strict else "<=", at))
        if not v.upper.is_infinite:
            context.require(Relation(at, "<" if v.open_upper else "<=", v.upper))
    for hypothesis in premise.given:
        context.require(hypothesis.subs(values))
    return premise.conclusion.subs(values)


def _fixed(premise: Statement) -> set[sp.Symbol]:
    """Variables that have a meaning beyond their place in the relations: nothing else may be put for them."""
    fixed, family = lang.parameters_of(premise.sequences), premise.family
    if family is not None and family.unit:
        fixed.add(lang.mu)
    if family is not None and family.member is not None:
        fixed |= free_variables(family.member[1])
    return fixed


def _symbol_named(premise: Statement, name: str) -> sp.Symbol:
    for v in premise.variables:
        if v.symbol.name == name:
            return v.symbol
    raise RuleFailure(f"the premise has no variable {name}")
