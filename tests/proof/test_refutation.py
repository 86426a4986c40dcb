"""The lines that a refutation prints do run, and print two numbers that contradict the claim."""

import contextlib
import io

import mpmath
import pytest

from deepcond_sym.proof import Verdict, registry

CLAIMS = registry.ours()
FALSE = [(c, m) for c in CLAIMS for m in c.mutants if m.false and c.expected is Verdict.PROVED]
SAMPLED = ("agarwal2021/T53", "agarwal2021/eq24", "agarwal2021/eq7-printed-simulated")
"""Contradicted by samples, not by a witness: tests/report/test_sampled_claims.py."""
PRINTED = [(c, None) for c in CLAIMS if c.expected is Verdict.REFUTED and c.id not in SAMPLED]
CONTRADICTED = {
    "<=": lambda a, b: a > b,
    "<": lambda a, b: a >= b,
    "==": lambda a, b: abs(a - b) > mpmath.mpf(10) ** -30,
    "!=": lambda a, b: abs(a - b) < mpmath.mpf(10) ** -30,
}


def run(lines: str) -> tuple[mpmath.mpf, mpmath.mpf, str]:
    output = io.StringIO()
    before = mpmath.mp.dps
    try:
        with contextlib.redirect_stdout(output):
            exec(compile(lines, "reproduce", "exec"), {})
        printed = output.getvalue().splitlines()
        left, right = (mpmath.mpf(line.split(maxsplit=1)[1]) for line in printed[:2])
        return +left, +right, printed[2]
    finally:
        mpmath.mp.dps = before


@pytest.mark.parametrize(
    ("claim", "mutant"),
    [*PRINTED, *(pytest.param(*pair, marks=pytest.mark.slow) for pair in FALSE)],
    ids=lambda v: getattr(v, "id", None) or getattr(v, "name", "as printed"),
)
def test_the_lines_contradict_the_claim(claim, mutant) -> None:
    judgement = claim.judge(hunt_seconds=3, **(mutant.changes if mutant else {}))
    assert judgement.verdict is Verdict.REFUTED
    refutation = judgement.refutation
    relation = refutation.statement.conclusion.op
    left, right, claimed = run(refutation.reproduce())
    assert claimed == f"claimed: left {relation} right"
    assert CONTRADICTED[relation](left, right)
    for mine, theirs in zip(refutation.sides(), (left, right), strict=True):
        assert abs(mpmath.mpf(mine) - theirs) <= mpmath.mpf(10) ** -15 * max(1, abs(theirs))
