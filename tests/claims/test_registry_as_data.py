"""The registry, tested as data: what every entry must have, so that no claim can slip in unchecked."""

import ast
import re
from pathlib import Path

import pytest

import proofs_checks
from deepcond_sym.proof import Verdict, registry
from deepcond_sym.proof.encoding import decode_statement, encode_statement
from deepcond_sym.proof.language import expectation

FOLDER = Path(proofs_checks.__file__).parent
CLAIMS = registry.ours()
KEYS = set(re.findall(r"@\w+\{(\w+),", (FOLDER / "references.bib").read_text()))


def test_there_are_claims_of_every_paper():
    assert {c.bibkey for c in CLAIMS} == {"agarwal2021", "beyond", "nguyen2021", "starnaud2025", "xiao2020"}
    assert len({c.id for c in CLAIMS}) == len(CLAIMS) >= 16


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda c: c.id)
def test_an_entry_is_complete(claim):
    assert claim.title
    assert claim.source
    assert claim.printed
    assert claim.bibkey in KEYS | {"beyond"}
    assert claim.expected is not Verdict.CERTIFIED
    if claim.statements():
        assert len(claim.mutants) >= 2, "every claim carries at least two mutants"
    else:
        assert claim.expected is Verdict.UNDECIDED
        assert claim.note, "a claim that cannot be judged says why"
    assert (claim.provenance == "derived here") or claim.bibkey != "beyond"


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda c: c.id)
def test_the_entries_named_beside_it_exist(claim):
    assert set(claim.beside) <= {c.id for c in CLAIMS}


def rests_on_samples(claim):
    return all(s.conclusion.lhs.has(expectation) or s.conclusion.rhs.has(expectation) for s in claim.statements())


@pytest.mark.parametrize("claim", [c for c in CLAIMS if c.expected is Verdict.SUPPORTED], ids=lambda c: c.id)
def test_a_supported_statement_says_what_is_not_shown(claim):
    assert rests_on_samples(claim)
    assert re.search(r"[Nn]ot (shown|proved)|check of the scaling only", claim.note)


@pytest.mark.parametrize("claim", [c for c in CLAIMS if c.expected is Verdict.REFUTED], ids=lambda c: c.id)
def test_a_refuted_statement_has_its_correction_and_a_witness_beside_it(claim):
    by_id = {c.id: c for c in CLAIMS}
    assert claim.witnesses or rests_on_samples(claim)
    assert any(by_id[other].expected is Verdict.PROVED for other in claim.beside)


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda c: c.id)
def test_statements_survive_the_certificate(claim):
    for statement in claim.statements():
        assert decode_statement(encode_statement(statement)) == statement


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda c: c.id)
def test_every_mutant_changes_something(claim):
    """A mutant that equals the claim would 'survive' for no reason, or hide that its parameter is not used."""
    for mutant in claim.mutants:
        assert mutant.changes
        if mutant.false:
            assert claim.statements(**mutant.changes) != claim.statements(), mutant.name


def test_every_claim_lies_in_the_folder_of_its_paper():
    for file in FOLDER.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Claim":
                assert isinstance(node.args[0], ast.Constant)
                assert str(node.args[0].value).split("/")[0] == file.parent.name
