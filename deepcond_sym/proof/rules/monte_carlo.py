"""A bound for the mean of a named experiment, from samples: evidence at a stated confidence, never a proof.

Law. A confidence interval misses the mean with probability at most 1e-9, whichever seed and number of samples (of those
allowed) were picked: a bound that all of it obeys is supported, one that all of it violates is contradicted. Source:
Clopper and Pearson 1934 for events; Maurer and Pontil 2009, Theorem 4, for means. All of it is in `proof.sampling`."""

from typing import Any

from ..encoding import decode_statement, whole
from ..language import Statement
from ..sampling import weigh
from ..step import Evidence, RuleFailure
from ..verdict import Verdict


def check(arguments: dict[str, Any], premises: list[Statement], evidence: Evidence) -> tuple[Statement, Verdict]:
    """The statement given, SUPPORTED at most, by samples that are drawn here."""
    statement = decode_statement(arguments["statement"])
    if premises:
        raise RuleFailure("an experiment rests on its own samples, not on premises")
    weigh(statement, whole(arguments["seed"]), whole(arguments["samples"]))
    return statement, Verdict.SUPPORTED
