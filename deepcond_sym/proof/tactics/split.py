"""A statement from its proofs on two parts of the interval of one variable."""

from dataclasses import replace
from typing import TYPE_CHECKING

from ..language import Statement, le
from ..step import RuleFailure, Step

if TYPE_CHECKING:
    from ..proof import Proof


def split(prove: "Proof", statement: Statement, low: Step, high: Step) -> Step:
    """By the cases x <= q and q <= x, where the one premise holds up to q and the other from q on."""
    cut = next((v for v in low.conclusion.variables if v not in high.conclusion.variables), None)
    if cut is None:
        raise RuleFailure("the two premises must differ in the interval of one variable")
    x, q = cut.symbol, cut.upper
    below = prove.chain(replace(statement, given=(*statement.given, le(x, q))), low)
    above = prove.chain(replace(statement, given=(*statement.given, le(q, x))), high)
    return prove.order(statement, x, q, below, above)
