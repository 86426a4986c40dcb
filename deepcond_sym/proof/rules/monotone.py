"""Monotone functions: from a <= b to f(a) <= f(b); and an angle from its cosine.

Law. exp, log, sqrt and asin increase, acos decreases, strictly, where they are defined. For 0 <= y <= pi, acos(cos y) =
y and sqrt(1 - cos(y)^2) = sin(y). Source: textbook.

`part` is the name of the function (premise: a <= b or a < b), or "angle" or "sine" (of the angle y)."""

from typing import Any

import sympy as sp

from ..encoding import decode_statement, decode_term
from ..language import Relation, Statement, eq, le
from ..step import Evidence, RuleFailure
from ..verdict import Verdict
from .context import Context

_INCREASING = {"exp": sp.exp, "log": sp.log, "sqrt": sp.sqrt, "asin": sp.asin}


def check(arguments: dict[str, Any], premises: list[Statement], evidence: Evidence) -> tuple[Statement, Verdict]:
    """f(a) <= f(b), or f(b) <= f(a) for acos, over the variables of the premise; an equality about the angle."""
    part = arguments["part"]
    if part in ("angle", "sine"):
        frame, y = decode_statement(arguments["statement"]), decode_term(arguments["angle"])
        context = Context.of(frame, evidence)
        context.require_defined(y)
        context.require(le(0, y))
        context.require(le(y, sp.pi))
        if premises:
            raise RuleFailure("an angle takes no premise")
        sides = (sp.acos(sp.cos(y)), y) if part == "angle" else (sp.sqrt(1 - sp.cos(y) ** 2), sp.sin(y))
        return frame.conclude(eq(*sides)), Verdict.PROVED
    if len(premises) != 1 or premises[0].conclusion.op not in ("<=", "<"):
        raise RuleFailure("the rule takes one premise that reads a <= b or a < b")
    relation, function = premises[0].conclusion, _INCREASING.get(part, sp.acos)
    if part not in _INCREASING and part != "acos":
        raise RuleFailure(f"'{part}' is not among the monotone functions of this rule")
    sides = [function(side) for side in (relation.lhs, relation.rhs)]
    context = Context.of(premises[0], evidence)
    context.require_real(relation.rhs)
    for side in sides:
        context.require_defined(side)
    low, high = reversed(sides) if part == "acos" else sides
    return premises[0].conclude(Relation(low, relation.op, high)), Verdict.PROVED
