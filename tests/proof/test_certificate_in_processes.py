"""Rechecking in worker processes says, word for word and in the same order, what rechecking in one process says."""

import copy
import json
from typing import Any

import pytest

from deepcond_sym.proof import certificate, registry, runner

NAMES = ["beyond/D1", "agarwal2021/L23", "agarwal2021/L20", "agarwal2021/eq7-printed", "starnaud2025/P1"]


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> dict[str, Any]:
    path = tmp_path_factory.mktemp("certificate") / "certificate.json"
    certificate.write(path, [runner.judge(claim) for claim in registry.select(NAMES)])
    return certificate.read(path)


@pytest.fixture
def both(monkeypatch, tmp_path):
    """What one process and what two say of a certificate, which must be the same."""
    monkeypatch.setattr(certificate, "_SMALL", 0)

    def examined(whole: dict[str, Any]) -> list[str]:
        path = tmp_path / "c.json"
        path.write_text(json.dumps(whole))
        told: list[tuple] = []
        alone = certificate.examine(path, jobs=1)
        shared = certificate.examine(path, jobs=2, on_entry=lambda *entry: told.append(entry))
        assert shared == alone
        failing = {failure.claim for failure in alone.failures} - {"the certificate"}
        assert {name for name, holds, _ in told if not holds} == failing
        assert {total for _, _, total in told} == {len(whole["claims"])} == {len(told)}
        return list(map(str, shared.failures))

    return examined


def test_a_certificate_that_holds(both, whole) -> None:
    assert both(whole) == []


def altered(whole: dict[str, Any]) -> dict[str, Any]:
    """One change in each entry: a conclusion, some evidence, the verdict, a witness, and a premise."""
    changed = copy.deepcopy(whole)
    one, two, three, four, five = changed["claims"]
    one["steps"][0]["conclusion"]["holds"][0] = "!="
    next(step for step in two["steps"] if step["evidence"])["evidence"] = []
    next(step for step in five["steps"] if step["premises"])["premises"][0] = 10**6
    four["refutation"]["instance"]["values"]["rho"] = ["7/5", False]
    three["verdict"] = "CERTIFIED"
    return changed


def test_changes_are_told_alike_and_in_the_order_of_the_entries(both, whole) -> None:
    found = both(altered(whole))
    places = [NAMES.index(failure.split(":")[0].split(",")[0]) for failure in found]
    assert places == sorted(places)
    assert set(places) == set(range(len(NAMES)))


def test_an_entry_that_is_missing_shows(both, whole) -> None:
    assert "digest" in both({**whole, "claims": whole["claims"][1:]})[0]


def test_entries_that_are_none(both) -> None:
    entries: list[Any] = [None, 1, [], {}, {"id": 3}, {"id": "a/b", "steps": [None, {"arguments": 1}]}]
    assert len(both({"format": certificate.FORMAT, "version": "0", "claims": entries})) >= len(entries)


def test_what_is_shared_is_checked_once_where_one_process_checks_it(whole) -> None:
    """D1 and L23 rest on the same lemmas, so the same process gets both, whichever it was that got the first."""
    sketches = [certificate._sketches(entry) for entry in whole["claims"]]
    assert sketches[0] & sketches[1]
    sharing = certificate.Sharing(sketches)
    first = sharing.choose([0, 2, 3, 4], 0)
    assert first == 0
    sharing.choose([2, 3, 4], 1)
    assert sharing.choose([3, 1, 4], 0) == 1
