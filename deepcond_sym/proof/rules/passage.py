"""The first power to pass a level, and the range of an arbitrary sequence.

Law. By its definition, N = steps_to(A, r), for r > 1 and A > 0, is the least integer >= 0 with r^N >= A, and 0 <=
ranging(tag, k, b) <= b. Source: textbook.

`part` is "reached" (A <= base^steps_to(A, base)) or "before" (base^k < A for an index k with k + 1 <= steps_to(A,
base)), or, where the base is ranging(tag, k, b), "at least" (0 <= it) or "at most" (it <= b).
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
    """The chosen law, over the variables of the frame."""
    frame, part, base = decode_statement(arguments["statement"]), arguments["part"], decode_term(arguments["base"])
    if frame.family or frame.given or premises:
        raise RuleFailure("the frame of this rule has variables only")
    context = Context.of(frame, evidence)
    context.require_defined(base)
    if part in ("at least", "at most"):
        if base.func != ranging:
            raise RuleFailure(f"{base} is not a member of a sequence with values in [0, b]")
        return frame.conclude(le(0, base) if part == "at least" else le(base, base.args[2])), Verdict.PROVED
    level = decode_term(arguments["level"])
    context.require(Relation(sp.S.One, "<", base))
    context.require(Relation(sp.S.Zero, "<", level))
    context.require_defined(level)
    if part == "reached":
        return frame.conclude(le(level, base ** steps_to(level, base))), Verdict.PROVED
    exponent = decode_term(arguments["exponent"])
    if part != "before" or not is_index(exponent, frame.variables):
        raise RuleFailure(f"{exponent} must be an integer of at least 0, and the part 'before', not '{part}'")
    context.require_defined(exponent)
    early = le(exponent + 1, steps_to(level, base))
    return Statement(lt(base**exponent, level), frame.variables, (early,)), Verdict.PROVED
