"""Powers with an integer exponent, the first power to pass a level, and the range of an arbitrary sequence.

Law. For an integer k >= 0: b >= 0 gives b^k >= 0; 0 <= b <= 1 gives b^k <= 1; b >= 1 gives b^k >= 1. By its definition,
N = steps_to(A, r), for r > 1 and A > 0, is the least integer >= 0 with r^N >= A, and 0 <= ranging(tag, k, b) <= b.
Source: textbook.

`part` is "non-negative", "at most one", "at least one" (of base^index), "reached" (A <= base^steps_to(A, base)) or
"before" (base^k < A for an index k with k + 1 <= steps_to(A, base)), or, where the base is ranging(tag, k, b), "at
least" (0 <= it) or "at most" (it <= b).
"""

from typing import Any

import sympy as sp

from ..encoding import decode_statement, decode_term
from ..language import Relation, Statement, le, lt, ranging, steps_to
from ..normal_form import is_index
from ..step import Evidence, RuleFailure
from ..verdict import Verdict
from .context import Context


def check(arguments: dict[str, Any], premises: list[Statement], evidence: Evidence) -> tuple[Statement, Verdict]:
    """The chosen law about a power, over the variables of the frame."""
    frame, part, base = decode_statement(arguments["statement"]), arguments["part"], decode_term(arguments["base"])
    if frame.family or frame.given or premises:
        raise RuleFailure("the frame of this rule has variables only")
    context = Context.of(frame, evidence)
    context.require_defined(base)
    level = decode_term(arguments.get("level", "1"))
    if part in ("reached", "before"):
        context.require(Relation(sp.S.One, "<", base))
        context.require(Relation(sp.S.Zero, "<", level))
        context.require_defined(level)
    if part == "reached":
        return frame.conclude(le(level, base ** steps_to(level, base))), Verdict.PROVED
    if part in ("at least", "at most"):
        if base.func != ranging:
            raise RuleFailure(f"{base} is not a member of a sequence with values in [0, b]")
        return frame.conclude(le(0, base) if part == "at least" else le(base, base.args[2])), Verdict.PROVED
    exponent = decode_term(arguments["exponent"])
    if not is_index(exponent, frame.variables):
        raise RuleFailure(f"{exponent} must be an integer of at least 0")
    context.require_defined(exponent)
    power = base**exponent
    if part == "before":
        early = le(exponent + 1, steps_to(level, base))
        return Statement(lt(power, level), frame.variables, (early,)), Verdict.PROVED
    if part == "at least one":
        context.require(le(1, base))
        return frame.conclude(le(1, power)), Verdict.PROVED
    context.require(le(0, base))
    if part == "non-negative":
        return frame.conclude(le(0, power)), Verdict.PROVED
    if part == "at most one":
        context.require(le(base, 1))
        return frame.conclude(le(power, 1)), Verdict.PROVED
    raise RuleFailure(f"the law has no part '{part}'")
