"""The trusted kernel: the only code that turns arguments and premises into a proved statement.

One rule a file; each docstring states the law and its source. A check takes plain JSON arguments, the premises'
statements and the recorded evidence, and returns the statement it has shown with the strength of the showing, or
raises RuleFailure."""

from . import (
    ball_box,
    cases,
    consequence,
    evaluation,
    hermite_parts,
    identity,
    induction,
    matrices,
    monotone,
    monte_carlo,
    passage,
    polynomial,
    recurrence_limit,
    vertices,
)  # fmt: skip

RULES = {
    "ball box": ball_box.check,
    "cases": cases.check,
    "consequence": consequence.check,
    "evaluation": evaluation.check,
    "hermite parts": hermite_parts.check,
    "identity": identity.check,
    "induction": induction.check,
    "matrices": matrices.check,
    "monotone": monotone.check,
    "monte carlo": monte_carlo.check,
    "passage": passage.check,
    "polynomial": polynomial.check,
    "recurrence limit": recurrence_limit.check,
    "vertices": vertices.check,
}
