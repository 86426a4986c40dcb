"""A certificate holds, and stops holding as soon as anything in it is changed; rechecking searches nothing."""

import copy
import json
import random
from collections.abc import Iterator
from typing import Any

import pytest

from deepcond_sym.errors import InputError
from deepcond_sym.proof import certificate, registry, runner, step
from deepcond_sym.proof.search import bernstein

SMALL = ["agarwal2021/L20", "agarwal2021/eq7-printed", "starnaud2025/P1"]
MORE = ["agarwal2021/C4", "agarwal2021/L24", "agarwal2021/eq7", "agarwal2021/L55", "agarwal2021/eq7-simulated",
        "agarwal2021/T7", "agarwal2021/AppC4-relu", "beyond/D2", "nguyen2021/D-H", "starnaud2025/T2-value",
        "starnaud2025/B", "xiao2020/B13"]  # fmt: skip
"""Between them, these rest on every kind of rule; all claims together would take minutes."""


@pytest.fixture(scope="module")
def results():
    return {claim.id: runner.judge(claim) for claim in registry.ours() if claim.id in (*SMALL, *MORE)}


def test_the_sample_rests_on_every_rule(results) -> None:
    from deepcond_sym.proof.rules import RULES

    assert {step["rule"] for result in results.values() for step in result["steps"]} == set(RULES)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "certificate.json"


def places(data: Any, at: tuple = ()) -> Iterator[tuple]:
    """Where the numbers are: integers, and strings with a digit in them (exact numbers, digests, names)."""
    if isinstance(data, dict):
        for key, value in data.items():
            yield from places(value, (*at, key))
    elif isinstance(data, list):
        for i, value in enumerate(data):
            yield from places(value, (*at, i))
    elif (isinstance(data, int) and not isinstance(data, bool)) or (
        isinstance(data, str) and any(map(str.isdigit, data))
    ):
        yield at


def edited(data: Any, at: tuple) -> Any:
    """The same with one digit changed."""
    changed = copy.deepcopy(data)
    inner = changed
    for key in at[:-1]:
        inner = inner[key]
    value = inner[at[-1]]
    if isinstance(value, int):
        inner[at[-1]] = value + 1
    else:
        i = next(i for i, c in enumerate(value) if c.isdigit())
        inner[at[-1]] = value[:i] + str((int(value[i]) + 1) % 10) + value[i + 1 :]
    return changed


def redigested(whole: Any) -> Any:
    """As a forger would leave it, with digests that fit."""
    for entry in whole["claims"]:
        entry["digest"] = certificate._digest({k: v for k, v in entry.items() if k != "digest"})
    whole["digest"] = certificate._digest(
        {"version": whole["version"], "claims": [e["digest"] for e in whole["claims"]]}
    )
    return whole


def failures(path, data) -> list:
    path.write_text(json.dumps(data))
    try:
        return certificate.recheck(path)
    except InputError as error:
        return [error]


def test_unedited_ones_hold(path, results) -> None:
    certificate.write(path, list(results.values()))
    assert certificate.recheck(path) == []
    assert certificate.count(path) == sum(len(r["steps"]) for r in results.values())


@pytest.mark.parametrize("name", SMALL)
def test_every_edit_of_a_number_shows(path, results, name) -> None:
    certificate.write(path, [results[name]])
    data = json.loads(path.read_text())
    where = list(places(data))
    assert len(where) > 20
    for at in where:
        assert failures(path, edited(data, at)), at


def test_sampled_edits_of_all_claims_show(path, results) -> None:
    rng = random.Random(1)
    for result in results.values():
        certificate.write(path, [result])
        data = json.loads(path.read_text())
        for at in rng.sample(list(places(data)), 3):
            assert failures(path, edited(data, at)), (result["id"], at)


@pytest.mark.parametrize("name", SMALL)
def test_fitting_digests_do_not_save_a_changed_statement_or_proof(path, results, name) -> None:
    """Evidence and conclusions are checked by the rules themselves; only what no rule reads rests on the digest."""
    certificate.write(path, [results[name]])
    data = json.loads(path.read_text())
    parts = ("statements", "conclusion", "premises", "strength", "roots", "verdict")
    for at in places(data):
        if any(part in at for part in parts):
            assert failures(path, redigested(edited(data, at))), at


@pytest.mark.parametrize(
    "change",
    [
        lambda e: e.update(verdict="PROVED"),
        lambda e: e.update(statements=[]),
        lambda e: e.update(refutation=None),
        lambda e: e["refutation"]["instance"]["values"].update(rho=["7/5", False]),
        lambda e: e["refutation"]["instance"].pop("weights"),
        lambda e: e["refutation"]["instance"].update(weights=["0", "1"]),
        lambda e: e["refutation"].update(part=3),
        lambda e: e.pop("steps"),
    ],
)
def test_forged_refutations_show(path, results, change) -> None:
    certificate.write(path, [results["agarwal2021/eq7-printed"]])
    data = json.loads(path.read_text())
    change(data["claims"][0])
    assert failures(path, redigested(data))


@pytest.mark.parametrize(
    "change",
    [
        lambda e: e["steps"].pop(),
        lambda e: e["roots"].reverse(),
        lambda e: e["steps"][0].update(rule="matrices"),
        lambda e: e["steps"][0].update(evidence=[]),
        lambda e: e["steps"][0].update(rule="nothing"),
        lambda e: e["roots"].pop(),
        lambda e: e["steps"][1].update(premises=[1]),
        lambda e: e["steps"][0].update(strength="CERTIFIED"),
        lambda e: e.update(verdict="REFUTED"),
        lambda e: e["steps"][0]["conclusion"].update(family=None),
    ],
)
def test_forged_proofs_show(path, results, change) -> None:
    certificate.write(path, [results["agarwal2021/L20"]])
    data = json.loads(path.read_text())
    change(data["claims"][0])
    assert failures(path, redigested(data))


def test_an_entry_removed_or_doubled_shows(path, results) -> None:
    certificate.write(path, [results[name] for name in SMALL])
    data = json.loads(path.read_text())
    for claims in (data["claims"][:-1], [*data["claims"], data["claims"][0]], data["claims"][::-1]):
        assert failures(path, {**data, "claims": claims})


def test_rechecking_searches_nothing(path, results, monkeypatch) -> None:
    certificate.write(path, list(results.values()))

    def refuse(*_, **__):
        raise AssertionError("a search was started")

    monkeypatch.setattr(bernstein, "search", refuse)
    asked = []
    monkeypatch.setattr(
        step.Evidence,
        "ask",
        lambda self, search, ask=step.Evidence.ask: (asked.append(self.replaying), ask(self, search))[1],
    )
    assert certificate.recheck(path) == []
    assert asked
    assert all(asked)


@pytest.mark.parametrize(
    "text",
    ["", "{}", "[]", "null", '{"format": "deepcond certificate 1"}', '{"format": "other", "claims": []}', "\x00"],
)
def test_what_is_no_certificate_is_refused(path, text) -> None:
    path.write_text(text)
    with pytest.raises(InputError):
        certificate.recheck(path)


def test_hostile_entries_are_failures_not_crashes(path) -> None:
    for entry in (
        None,
        1,
        [],
        {},
        {"id": 3},
        {"id": "a/b", "steps": 1},
        {"id": "agarwal2021/L20", "steps": [None], "statements": []},
    ):
        assert failures(path, {"format": certificate.FORMAT, "version": "0", "claims": [entry]})
    deep: Any = {"var": "x"}
    for _ in range(900):
        deep = ["abs", deep]
    hostile = {
        "rule": "polynomial",
        "arguments": {"statement": {"holds": ["<=", "0", deep]}},
        "premises": [],
        "evidence": [],
    }
    entry = {"id": "a/b", "steps": [hostile], "statements": [], "roots": [], "verdict": "PROVED", "refutation": None}
    assert failures(path, {"format": certificate.FORMAT, "version": "0", "claims": [entry]})
