"""`deepcond verify` and `deepcond recheck` from the outside: output, report folder, exit code."""

import json

CITED = '''
from deepcond_sym.proof import Claim, Verdict

cited = Claim("mine/cited", title="Cited", expected=Verdict.UNDECIDED, note="It rests on hidden constants.")
'''


def test_a_false_claim_and_a_true_one_are_told_apart(folder, deepcond):
    done = deepcond("verify", "./mine", "--jobs", "1", "--mutants", "--json")
    assert done.returncode == 1, done.stderr
    data = json.loads(done.stdout)
    assert {claim["id"]: claim["verdict"] for claim in data["claims"]} == {
        "mine/small": "PROVED",
        "mine/tiny": "REFUTED",
    }
    small = data["claims"][0]
    assert set(small) == {"id", "bibkey", "label", "verdict", "confidence", "expected", "seconds", "mutants"}
    assert small["mutants"] == {"killed": 1, "survived": 0}
    assert data["summary"]["ok"] is False
    assert data["summary"]["unexpected"] == 1
    assert sorted(entry.name for entry in (folder / "report").iterdir() if entry.name != "claims.pdf") == [
        "certificate.json",
        "claims",
        "claims.tex",
        "index.html",
        "reading.html",
    ]


def test_the_table_names_the_failure_and_ends_with_the_summary(folder, deepcond):
    done = deepcond("verify", "./mine", "--jobs", "1", "--out", "here")
    assert done.returncode == 1
    assert "mine/tiny: expected PROVED, came out REFUTED: at rho = " in done.stdout
    assert done.stdout.splitlines()[-1].startswith("2 claims: 1 proved, 1 refuted; 1 not as expected; ")
    assert done.stdout.splitlines()[-1].endswith("here/index.html")
    assert done.stderr == ""
    assert "\x1b" not in done.stdout


def test_a_run_in_which_all_is_well_exits_zero_and_its_certificate_holds(folder, deepcond):
    source = (folder / "mine" / "squares.py").read_text()
    (folder / "mine" / "squares.py").write_text(source.split("tiny = Claim")[0])
    done = deepcond("verify", "mine/squares.py", "--jobs", "1", "--mutants", "--digits", "5", "--timeout", "50")
    assert done.returncode == 0, done.stdout + done.stderr
    checked = deepcond("recheck", "report/certificate.json")
    assert (checked.returncode, checked.stdout) == (0, "1 steps checked: everything holds\n")


def test_a_claim_that_cannot_be_judged_is_listed_apart(folder, deepcond):
    (folder / "mine" / "cited.py").write_text(CITED)
    done = deepcond("verify", "mine/cited.py", "--jobs", "1", "--mutants")
    lines = done.stdout.splitlines()
    assert done.returncode == 0, done.stdout + done.stderr
    assert "mine/cited is neither proved nor refuted: It rests on hidden constants." in lines
    assert lines[-1].startswith("1 claim: 1 undecided; all as expected; ")
    assert "UNDECIDED" in (folder / "report" / "index.html").read_text()
    assert deepcond("recheck", "report/certificate.json").returncode == 0


def test_an_unknown_that_is_proved_after_all_is_a_failure(folder, deepcond):
    source = (folder / "mine" / "squares.py").read_text().split("tiny = Claim")[0]
    for said, changed in (
        ("import Claim,", "import Claim, Verdict,"),
        ('small", parameters', 'small", expected=Verdict.UNDECIDED, note="open", parameters'),
    ):
        source = source.replace(said, changed)
    (folder / "mine" / "squares.py").write_text(source)
    done = deepcond("verify", "mine/squares.py", "--jobs", "1")
    assert done.returncode == 1
    assert "mine/small: expected UNDECIDED, came out PROVED" in done.stdout


def test_a_changed_number_makes_recheck_fail_with_its_step(folder, deepcond):
    deepcond("verify", "./mine", "--jobs", "1")
    path = folder / "report" / "certificate.json"
    data = json.loads(path.read_text())
    step = data["claims"][0]["steps"][0]
    assert step["conclusion"]["variables"][0]["to"] == "1"
    step["conclusion"]["variables"][0]["to"] = "2"
    step["arguments"]["statement"]["variables"][0]["to"] = "2"
    path.write_text(json.dumps(data))
    done = deepcond("recheck", str(path))
    assert done.returncode == 1
    assert "mine/small, step 1: " in done.stdout
    again = deepcond("recheck", str(path), "--json")
    assert again.returncode == 1
    shown = json.loads(again.stdout)
    assert shown["ok"] is False
    assert shown["failures"][0]["claim"] == "mine/small"
    assert deepcond("recheck", str(path), "--json", "--jobs", "2").stdout == again.stdout


def test_a_certificate_of_nothing_is_a_failure_not_a_traceback(folder, deepcond):
    entries = [None, 3, {"id": "a/b", "steps": 1}]
    (folder / "c.json").write_text(json.dumps({"format": "deepcond certificate 1", "version": "0", "claims": entries}))
    done = deepcond("recheck", "c.json")
    assert (done.returncode, done.stderr) == (1, "")
    assert "0 steps checked: 3 failures" in done.stdout


def test_the_report_is_refused_before_any_work_where_something_else_is(folder, deepcond):
    done = deepcond("verify", "./mine", "--out", "mine")
    assert done.returncode == 2
    assert done.stdout == ""
    assert "squares.py" in done.stderr
    assert len(done.stderr.splitlines()) == 1
