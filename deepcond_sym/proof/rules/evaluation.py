"""Relations between numbers, certified in balls.

Law. If the balls of both sides are apart (or one lies on the right side of the other), so are the numbers. A
statement without variables is proved this way; one with variables is certified at the listed instances only. Source:
Arb's inclusion property."""

from typing import Any

from ..encoding import decode_instance, decode_statement
from ..language import ARBITRARY, OF_POINTS, Statement
from ..semantics import at_instance
from ..step import Evidence, RuleFailure
from ..verdict import Verdict

CHOSEN = (*OF_POINTS, *ARBITRARY)
"""Functions for which `semantics` picks one admissible value: enough against a statement, not for it."""


def check(arguments: dict[str, Any], premises: list[Statement], evidence: Evidence) -> tuple[Statement, Verdict]:
    """The statement given: PROVED if it has no variables and no family, CERTIFIED for the instances otherwise."""
    statement = decode_statement(arguments["statement"])
    instances = [decode_instance(i) for i in arguments.get("instances", [{}])]
    if not instances or premises:
        raise RuleFailure("name at least one instance")
    closed = not statement.variables and (statement.family is None or statement.family.is_relu)
    if closed and any(i.values or i.weights for i in instances):
        raise RuleFailure("a statement about numbers is evaluated without an instance")
    if any(t.has(*CHOSEN) for t in statement.terms):
        raise RuleFailure("the data and the arbitrary sequences of an evaluation are one choice among many")
    for instance in instances:
        if not at_instance(statement, instance):
            raise RuleFailure(f"not shown: {statement.conclusion} at {instance.describe() or 'these numbers'}")
    return statement, Verdict.PROVED if closed else Verdict.CERTIFIED
