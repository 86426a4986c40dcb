"""Claims, proofs and verdicts. Only the rules in `proof.rules` can turn a claim into a PROVED one."""

from .claim import Claim, Judgement, Mutant
from .language import (
    NONLINEAR, NORMALISED, SERIES, UNCENTRED, Family, Relation, Sequence, Statement, Variable, condition, dual, dual_slope, eq,
    floor_eigenvalue, forall, half_line_hermite, hermite_at_zero, index, interval, iterate, le, limit, lt, member, mu, ne, ntk,
    off_diagonal, repeat, steps_to, tending,
)  # fmt: skip
from .proof import Proof, at, fact
from .semantics import Instance
from .step import RuleFailure, Step, derive
from .verdict import Verdict

__all__ = [
    "NONLINEAR", "NORMALISED", "SERIES", "Claim", "Family", "Instance", "Judgement", "Mutant", "Proof", "Relation", "RuleFailure",
    "Sequence", "Statement", "Step", "UNCENTRED", "Variable", "Verdict", "at", "condition", "derive", "dual", "dual_slope", "eq", "fact",
    "floor_eigenvalue", "forall", "half_line_hermite", "hermite_at_zero", "index", "interval", "iterate", "le", "limit", "lt",
    "member", "mu", "ne", "ntk", "off_diagonal", "repeat", "steps_to", "tending",
]  # fmt: skip
