"""The bounds of an arbitrary sequence with values in an interval.

Law. Every member of a sequence with values in [0, b] is at least 0 and at most b. Source: definition of `ranging`.

`part` is "at least" (0 <= the member) or "at most" (the member <= b).
"""

from typing import Any

from ..encoding import decode_statement, decode_term
from ..language import Statement, le, ranging
from ..step import Evidence, RuleFailure
from ..verdict import Verdict
from .context import Context


def check(arguments: dict[str, Any], premises: list[Statement], evidence: Evidence) -> tuple[Statement, Verdict]:
    """The chosen bound, over the variables and hypotheses of the frame, which must give 0 <= b."""
    frame, member = decode_statement(arguments["statement"]), decode_term(arguments["member"])
    if premises or member.func != ranging:
        raise RuleFailure("the rule takes a member of a sequence with values in [0, b]")
    Context.of(frame, evidence).require_defined(member)
    if arguments["part"] == "at least":
        return frame.conclude(le(0, member)), Verdict.PROVED
    if arguments["part"] == "at most":
        return frame.conclude(le(member, member.args[2])), Verdict.PROVED
    raise RuleFailure(f"the law has no part '{arguments['part']}'")
