"""Many claims at once: deadlines, workers that die, folders of one's own, and what is refused on the way in."""

import os
import time
from pathlib import Path

import pytest

from deepcond_sym.errors import InputError
from deepcond_sym.proof import Claim, Verdict, certificate, registry, runner

SETTING = """
import sympy as sp
from deepcond_sym.proof import Claim, forall, interval, le
x = sp.Symbol("x", real=True)
"""
CLAIM = """
from .setting import *
claim = Claim("mine/{label}", title="x^2 <= c x", parameters={{"c": 1}})

@claim.states
def statement(c):
    return forall(interval(x, 0, 1), holds=le(x**2, c * x))

@claim.proves
def proof(prove, goal, c):
    {before}
    return prove.polynomial(goal.conclusion, *goal.variables)
claim.mutant("half", c="1/2")
"""


@pytest.fixture
def folder(tmp_path) -> Path:
    """Claims of one's own, in a package with relative imports."""
    (tmp_path / "setting.py").write_text(SETTING)
    return tmp_path


def add(folder: Path, label: str, before: str = "pass", file: str = "") -> Path:
    path = folder / f"{file or label}.py"
    path.write_text(CLAIM.format(label=label, before=before))
    return path


def test_claims_of_ones_own(folder, tmp_path) -> None:
    add(folder, "A")
    add(folder, "B")
    claims = registry.select([str(folder)])
    assert [c.id for c in claims] == ["mine/A", "mine/B"]
    results = runner.run(claims, jobs=1, with_mutants=True, selectors=[str(folder)])
    assert [(r["id"], r["verdict"], r["mutants"][0]["died"]) for r in results] == [
        ("mine/A", "PROVED", True),
        ("mine/B", "PROVED", True),
    ]
    certificate.write(tmp_path / "c.json", results)
    assert certificate.recheck(tmp_path / "c.json") == []
    assert [c.id for c in registry.select([str(folder / "A.py")])] == ["mine/A"]


def test_a_worker_has_one_thread_for_linear_algebra(folder, monkeypatch) -> None:
    """Unless the user says otherwise; and our own process is left as it was."""
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    monkeypatch.setenv("MKL_NUM_THREADS", "3")
    add(folder, "A", "import os; assert [os.environ[v + '_NUM_THREADS'] for v in ('OPENBLAS', 'MKL')] == ['1', '3']")
    (result,) = runner.run(registry.select([str(folder)]), jobs=1, selectors=[str(folder)])
    assert result["verdict"] == "PROVED", result["reason"]
    assert "OPENBLAS_NUM_THREADS" not in os.environ


def test_a_deadline_and_a_death_do_not_stop_the_rest(folder) -> None:
    add(folder, "A-slow", "import time; time.sleep(60)", file="a")
    add(folder, "B-dies", "import os; os._exit(3)", file="b")
    add(folder, "C-fails", "raise KeyError('no such thing')", file="c")
    add(folder, "D-good", file="d")
    claims = registry.select([str(folder)])
    seen: list[str] = []
    start = time.monotonic()
    results = runner.run(claims, jobs=2, timeout=5, selectors=[str(folder)], on_result=lambda r: seen.append(r["id"]))
    assert time.monotonic() - start < 40
    found = {r["id"].split("/")[1]: r for r in results}
    assert [r["id"] for r in results] == [c.id for c in claims]
    assert sorted(seen) == sorted(c.id for c in claims)
    assert {label: r["verdict"] for label, r in found.items()} == {
        "A-slow": "UNDECIDED", "B-dies": "UNDECIDED", "C-fails": "UNDECIDED", "D-good": "PROVED",
    }  # fmt: skip
    assert "time" in found["A-slow"]["reason"]
    assert "died" in found["B-dies"]["reason"]
    assert "no such thing" in found["C-fails"]["reason"]
    assert not any(found[label]["as_expected"] for label in ("A-slow", "B-dies", "C-fails"))


def test_no_answer_is_not_the_answer_that_was_expected(folder) -> None:
    """A claim that cannot be judged says so at once; where its judging dies or overruns, that is a failure."""
    text = CLAIM.replace('title=', 'expected=Verdict.UNDECIDED, note="hidden constants", title=')
    (folder / "a.py").write_text("from deepcond_sym.proof import Verdict\n" + text.format(label="A", before="1 / 0"))
    (folder / "b.py").write_text(
        "from deepcond_sym.proof import Claim, Verdict\n"
        'bare = Claim("mine/B", title="cited", expected=Verdict.UNDECIDED, note="hidden constants")\n'
    )
    claims = registry.select([str(folder)])
    dies, bare = runner.run(claims, jobs=1, with_mutants=True, selectors=[str(folder)])
    assert [(r["verdict"], r["as_expected"]) for r in (dies, bare)] == [("UNDECIDED", False), ("UNDECIDED", True)]
    assert "ZeroDivisionError" in dies["reason"]
    assert (bare["statements"], bare["steps"], bare["mutants"]) == ([], [], [])


def test_a_claim_without_a_statement_is_refused_unless_it_says_why() -> None:
    with pytest.raises(InputError, match="says nothing yet"):
        Claim("mine/A", title="proved", note="hidden constants").judge()
    with pytest.raises(InputError, match="why it cannot be judged"):
        Claim("mine/A", title="open", expected=Verdict.UNDECIDED)


def refused(selectors: list[str]) -> str:
    with pytest.raises(InputError) as caught:
        registry.select(selectors)
    message = str(caught.value)
    assert "\n" not in message
    return message


def test_what_is_refused(folder) -> None:
    assert "matches no claim" in refused(["nobody1999"])
    assert "matches no claim" in refused(["agarwal2021/L99"])
    assert "no file or folder" in refused([str(folder / "missing")])
    assert "holds no claim" in refused([str(folder)])


def test_two_claims_of_one_name_are_refused(folder) -> None:
    add(folder, "A")
    add(folder, "A", file="again")
    assert "two different claims are named mine/A" in refused([str(folder)])


@pytest.mark.parametrize(
    "text", ["import nowhere_to_be_found", "1/0", "def broken(:", "from .missing import x", "raise RuntimeError('x')"]
)
def test_a_file_that_does_not_import_is_refused(folder, text) -> None:
    (folder / "broken.py").write_text(text)
    assert "broken.py does not import" in refused([str(folder)])


def test_selectors_of_ours() -> None:
    ids = [c.id for c in registry.ours()]
    assert [c.id for c in registry.select(["agarwal2021/L2*"])] == [i for i in ids if i.startswith("agarwal2021/L2")]
    assert [c.id for c in registry.select(["beyond", "agarwal2021/L20", "beyond/D1"])] == [
        *[i for i in ids if i.startswith("beyond")],
        "agarwal2021/L20",
    ]
    expected = {c.expected for c in registry.ours()}
    assert expected == {Verdict.PROVED, Verdict.REFUTED, Verdict.SUPPORTED, Verdict.UNDECIDED}
    assert all(c.note for c in registry.ours() if c.expected is Verdict.UNDECIDED)


def test_an_empty_selector_selects_nothing_by_accident():
    with pytest.raises(InputError, match="empty"):
        registry.select([""])


def test_environments_and_hidden_folders_are_not_imported(tmp_path):
    for hidden in (".venv/lib", "env/site-packages/thing"):
        (tmp_path / hidden).mkdir(parents=True)
        (tmp_path / hidden / "trap.py").write_text("raise SystemExit('this must not be imported')\n")
    (tmp_path / "claims.py").write_text(
        "from deepcond_sym.proof import Claim\nclaim = Claim('mine/one', title='one')\n"
    )
    assert [c.id for c in registry.select([str(tmp_path)])] == ["mine/one"]
