"""A step that several claims rest on is run once in a recheck; what differs in anything is still run by itself."""

import json

import pytest

from deepcond_sym.proof import certificate, registry, runner
from deepcond_sym.proof.step import derive


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """D1 and L23 rest on the same lemmas."""
    path = tmp_path_factory.mktemp("certificate") / "certificate.json"
    certificate.write(path, [runner.judge(claim) for claim in registry.select(["beyond/D1", "agarwal2021/L23"])])
    return path


@pytest.fixture
def altered(written, tmp_path):
    """The certificate after a change to it."""

    def alter(change):
        data = json.loads(written.read_text())
        change(data)
        path = tmp_path / "altered.json"
        path.write_text(json.dumps(data))
        return certificate.recheck(path)

    return alter


def twins(data):
    """Two recorded steps, one a claim, with the same arguments and evidence; the rule looks at all of it."""
    first, second = (entry["steps"] for entry in data["claims"])
    for one in first:
        for other in second:
            if one == other and one["rule"] == "polynomial" and one["evidence"]:
                return one, other
    raise AssertionError("the two claims share no step")


def test_what_is_shared_is_run_once(written, monkeypatch):
    calls = []
    monkeypatch.setattr(certificate, "derive", lambda *a, **k: (calls.append(a[0]), derive(*a, **k))[1])
    assert certificate.recheck(written) == []
    assert len(calls) < certificate.count(written)


def test_a_copy_with_another_conclusion_fails(altered):
    def change(data):
        _, second = twins(data)
        second["conclusion"]["holds"][0] = "<"

    assert any("another conclusion" in failure.message for failure in altered(change))


def test_a_copy_with_other_evidence_is_run_by_itself(altered):
    def change(data):
        _, second = twins(data)
        second["evidence"] = []

    assert any("evidence" in failure.message for failure in altered(change))


def test_a_copy_with_other_arguments_is_run_by_itself(altered):
    def change(data):
        _, second = twins(data)
        second["arguments"]["statement"]["holds"][0] = "<" if second["conclusion"]["holds"][0] == "<=" else "<="

    assert altered(change) != []
