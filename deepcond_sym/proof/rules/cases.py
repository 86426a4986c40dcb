"""Case distinctions: on the sign of a difference, on the sign of a side.

Law. One of a <= b and b <= a holds, and one of a = b and a != b. |a| <= b if a <= b and -a <= b. Source: logic.

`part` is "order" (both premises show the statement, one given a <= b or a = b, the other b <= a or a != b) or
"absolute".
"""

from typing import Any

import sympy as sp

from ..encoding import decode_relation, decode_statement
from ..language import Relation, Statement
from ..step import Evidence, RuleFailure
from ..verdict import Verdict
from .context import Context, require_within


def check(arguments: dict[str, Any], premises: list[Statement], evidence: Evidence) -> tuple[Statement, Verdict]:
    """The statement given, from one premise for each case."""
    target, part = decode_statement(arguments["statement"]), arguments["part"]
    if len(premises) != 2:
        raise RuleFailure("a case distinction has two premises")
    first, _ = premises
    context, conclusion = Context.of(target, evidence), target.conclusion
    if part == "order":
        between = decode_relation(arguments["between"])
        for side in (between.lhs, between.rhs):
            context.require_defined(side)
        a, b, same = between.lhs, between.rhs, between.op == "=="
        either = (between, Relation(a, "!=", b)) if same else (Relation(a, "<=", b), Relation(b, "<=", a))
        cases = [(conclusion, (given,)) for given in either]
    elif part == "absolute":
        if not isinstance(conclusion.lhs, sp.Abs) or conclusion.op not in ("<=", "<"):
            raise RuleFailure("the statement must bound an absolute value")
        inner = conclusion.lhs.args[0]
        signs = (inner, -inner) if context.same(first.conclusion.lhs, inner) else (-inner, inner)
        cases = [(Relation(side, conclusion.op, conclusion.rhs), ()) for side in signs]
    else:
        raise RuleFailure(f"the law has no part '{part}'")
    for premise, (wanted, given) in zip(premises, cases, strict=True):
        shown = premise.conclusion
        if shown.op != wanted.op or not (context.same(shown.lhs, wanted.lhs) and context.same(shown.rhs, wanted.rhs)):
            raise RuleFailure(f"the premise [{premise}] is not the case [{wanted}]")
        require_within(premise, target, *given)
    return target, Verdict.PROVED
