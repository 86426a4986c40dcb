"""Every claim gets the verdict that is expected of it, and none of its mutants shares its fate.

`make verify` judges them all and fails where a verdict or a mutant is not as expected; here a few are judged in every
run of the tests, and all of them in the slow ones."""

from collections import Counter

import pytest

from deepcond_sym.proof import Verdict, registry, runner

CLAIMS = registry.ours()
ALWAYS = ("agarwal2021/L20", "agarwal2021/L22", "agarwal2021/L41", "agarwal2021/eq7", "agarwal2021/T13", "beyond/D1",
          "nguyen2021/D-H", "starnaud2025/T2-monotone", "xiao2020/B13")  # fmt: skip


@pytest.mark.parametrize(
    "claim",
    [c if c.id in ALWAYS else pytest.param(c, marks=pytest.mark.slow) for c in CLAIMS],
    ids=lambda c: c.id,
)
def test_verdict_and_mutants(claim):
    result = runner.judge(claim, with_mutants=True)
    assert Verdict(result["verdict"]) is claim.expected, result["reason"]
    assert len(result["mutants"]) == len(claim.mutants)
    assert [m["name"] for m in result["mutants"] if not m["died"]] == []


@pytest.mark.slow
def test_the_rules_in_use_have_claims_that_rest_on_them():
    """A rule that no claim uses would be trusted code without a purpose."""
    from deepcond_sym.proof.rules import RULES

    used = Counter(step["rule"] for claim in CLAIMS for step in runner.judge(claim)["steps"])
    assert set(used) == set(RULES)
