"""Every claim gets the verdict that is expected of it, and none of its mutants shares its fate."""

from collections import Counter

import pytest

from deepcond_sym.proof import Verdict, registry, runner

CLAIMS = registry.ours()


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda c: c.id)
def test_verdict_and_mutants(claim):
    result = runner.judge(claim, with_mutants=True)
    assert Verdict(result["verdict"]) is claim.expected, result["reason"]
    assert len(result["mutants"]) == len(claim.mutants)
    assert [m["name"] for m in result["mutants"] if not m["died"]] == []


def test_the_rules_in_use_have_claims_that_rest_on_them():
    """A rule that no claim uses would be trusted code without a purpose."""
    from deepcond_sym.proof.rules import RULES

    used = Counter(step["rule"] for claim in CLAIMS for step in runner.judge(claim)["steps"])
    assert set(used) == set(RULES)
