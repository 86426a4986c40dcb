"""Case distinctions: on the sign of a difference, on where a variable lies, on the sign of a side.

Law. One of a <= b and b <= a holds. A variable of [p, r] lies in [p, q] or in [q, r]. |a| <= b if a <= b and -a <= b.
Source: logic.

`part` is "order" (both premises show the statement, one given a <= b, the other b <= a), "split" (both show it, for two
intervals of one variable that cover its interval) or "absolute".
"""

from dataclasses import replace
from typing import Any

import sympy as sp

from ..encoding import decode_relation, decode_statement
from ..language import Relation, Statement, Variable
from ..normal_form import assumes_more
from ..step import Evidence, RuleFailure
from ..verdict import Verdict
from .context import Context


def check(arguments: dict[str, Any], premises: list[Statement], evidence: Evidence) -> tuple[Statement, Verdict]:
    """The statement given, from one premise for each case."""
    target, part = decode_statement(arguments["statement"]), arguments["part"]
    if len(premises) != 2:
        raise RuleFailure("a case distinction has two premises")
    first, second = premises
    context, conclusion = Context.of(target, evidence), target.conclusion
    if part == "order":
        between = decode_relation(arguments["between"])
        for side in (between.lhs, between.rhs):
            context.require_defined(side)
        cases = [replace(target, given=(*target.given, Relation(a, "<=", b)))
                 for a, b in ((between.lhs, between.rhs), (between.rhs, between.lhs))]  # fmt: skip
    elif part == "absolute":
        if not isinstance(conclusion.lhs, sp.Abs) or conclusion.op not in ("<=", "<"):
            raise RuleFailure("the statement must bound an absolute value")
        inner = conclusion.lhs.args[0]
        signs = (inner, -inner) if context.same(first.conclusion.lhs, inner) else (-inner, inner)
        cases = [target.conclude(Relation(side, conclusion.op, conclusion.rhs)) for side in signs]
    elif part == "split":
        cases = [_with_interval(target, first, second), _with_interval(target, second, first)]
    else:
        raise RuleFailure(f"the law has no part '{part}'")
    for premise, case in zip(premises, cases, strict=True):
        _require(premise, case, target, context)
    return target, Verdict.PROVED


def _require(premise: Statement, case: Statement, target: Statement, context: Context) -> None:
    """The premise shows the case, from no more than it may assume; of activations, no more than the target does."""
    loose = any(g not in case.given for g in premise.given) or any(v not in case.variables for v in premise.variables)
    shown, wanted = premise.conclusion, case.conclusion
    same = shown.op == wanted.op and context.same(shown.lhs, wanted.lhs) and context.same(shown.rhs, wanted.rhs)
    if not same or loose:
        raise RuleFailure(f"the premise [{premise}] is not the case [{case}]")
    if more := assumes_more(premise, target):
        raise RuleFailure(more)


def _with_interval(target: Statement, this: Statement, other: Statement) -> Statement:
    """The target on the interval that this premise has for the one variable in which the two premises differ."""
    differing = [v for v in this.variables if v not in other.variables]
    if len(differing) != 1:
        raise RuleFailure("the two premises must differ in the interval of one variable")
    v, w = differing[0], other.variable(differing[0].symbol)
    whole = target.variable(v.symbol)
    if w is None or whole is None or whole.integer or not _cover(whole, *sorted((v, w), key=lambda u: u.lower)):
        raise RuleFailure(f"the two intervals of {v.symbol} do not cover its interval")
    return replace(target, variables=tuple(v if u.symbol == v.symbol else u for u in target.variables))


def _cover(whole: Variable, low: Variable, high: Variable) -> bool:
    starts = low.lower < whole.lower or (low.lower == whole.lower and low.open_lower <= whole.open_lower)
    ends = high.upper > whole.upper or (high.upper == whole.upper and high.open_upper <= whole.open_upper)
    meets = low.upper > high.lower or (low.upper == high.lower and not (low.open_upper and high.open_lower))
    return bool(starts and ends and meets)
