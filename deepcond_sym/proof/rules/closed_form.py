"""A closed form for every index, by induction.

Law. If U(first) is the initial value and U(k + 1) = step(k, U(k)) for every k >= first, then name(k) = U(k) for every
k >= first. For the Hermite polynomials at 0, He_0(0) = 1 and He_{2k+2}(0) = -(2k + 1) He_{2k}(0). Source: textbook.

Premises are equalities for other sequences that occur in the step, used at k and at k + 1.
"""

from typing import Any

import sympy as sp

from ..encoding import decode_statement
from ..language import Statement, Term, Variable, hermite_at_zero, parameters_of, replace_equal, substitute
from ..step import Evidence, RuleFailure
from ..verdict import Verdict
from .consequence import instantiate
from .identity import find
from .normal_form import Context


def check(arguments: dict[str, Any], premises: list[Statement], evidence: Evidence) -> tuple[Statement, Verdict]:
    """The statement name(k) = U(k), for the index k of the statement."""
    statement = decode_statement(arguments["statement"])
    lhs, form = statement.conclusion.lhs, statement.conclusion.rhs
    if statement.conclusion.op != "==" or len(lhs.args) != 1:
        raise RuleFailure("a closed form reads name(k) = U(k)")
    context = Context.of(statement, evidence)
    k = _index(statement, lhs)
    if lhs == hermite_at_zero(2 * k):
        first, initial, step = 0, sp.S.One, -(2 * k + 1) * form
    else:
        sequence = find(statement, lhs.func.__name__)
        if lhs != sequence(k):
            raise RuleFailure(f"the closed form must be stated for {sequence.name}({k})")
        first, initial = sequence.first, sequence.initial
        step = replace_equal(substitute(sequence.step, {sequence.index: k}), sequence(k), form)
        if k in parameters_of([sequence]):
            raise RuleFailure(f"{k} is a parameter of {sequence.name}: use another index")
    if any(k in side.free_symbols for g in statement.given for side in (g.lhs, g.rhs)):
        raise RuleFailure(f"an induction on {k} has no hypothesis about {k}")
    if (statement.variable(k) or Variable(k)).lower != first:
        raise RuleFailure(f"the sequence starts at {first}; let the index start there")
    for premise in premises:
        for at in (k, k + 1):
            fact = instantiate(premise, {_index(premise, premise.conclusion.lhs): at}, statement, context)
            if fact.op != "==":
                raise RuleFailure("only equalities can be put into a closed form")
            step = replace_equal(step, fact.lhs, fact.rhs)
            if at == k:
                initial = replace_equal(initial, fact.lhs.subs(k, first), fact.rhs.subs(k, first))
    context.require_defined(form, equality=True)
    if not context.same(form.subs(k, first), initial):
        raise RuleFailure(f"at {k} = {first} the closed form is {form.subs(k, first)}, the sequence {initial}")
    if not context.same(form.subs(k, k + 1), step):
        raise RuleFailure(f"the step from {k} to {k} + 1 does not keep the closed form")
    return statement, Verdict.PROVED


def _index(statement: Statement, lhs: Term) -> sp.Symbol:
    symbols = [v.symbol for v in statement.variables if v.integer and v.symbol in lhs.free_symbols]
    if len(symbols) != 1:
        raise RuleFailure("a closed form has one index")
    return symbols[0]
