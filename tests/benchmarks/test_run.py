"""The benchmark's own machinery: refusals by the budget, deadlines, tables, and a run without neural-tangents."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RUN = ROOT / "benchmarks" / "peers" / "run.py"


def script(folder, body):
    path = folder / "some.py"
    path.write_text("import json, sys, time\n" + body)
    return str(path)


def timed(activation, size, depth, **peers):
    cell = {"activation": activation, "size": size, "depth": depth, "width": 64}
    return {"kind": "time", "cell": cell, "peers": peers, "load": 0.0}


@pytest.fixture
def results():
    """Measurements as a run leaves them, with round numbers."""
    about = {
        "kind": "about", "date": "2026-01-01", "python": "3.11", "processor": "abacus", "cores": 2, "load": 0.5,
        "missing": {}, "budget": 30.0, "quick": True, "versions": {"numpy": "2.4"},
    }  # fmt: skip
    fast = {"cold": 1.0, "seconds": [0.2, 0.1], "processor": [0.2, 0.2], "memory": 3e8}
    slow = {"cold": 60.0, "compile": 2.0, "seconds": [58.0, 50.0], "processor": [80.0, 90.0], "memory": 9e8}
    return [
        about,
        timed("relu", 4000, 2, ours=fast),
        timed("relu", 4000, 100, ours=fast, **{"neural-tangents": slow, "naive NumPy": {"not run": "over the budget"}}),
        timed("relu", 4000, 1000, ours={**fast, "seconds": [0.2]}),
        {
            "kind": "map",
            "cell": timed("relu", 4000, 2)["cell"],
            "seconds": {"nngp_map": 0.04, "ntk_map": 0.06, "both_maps": 0.07, "copy": 0.01, "copy_on_all_cores": 0.02},
        },
    ]


def test_ratios_and_refusals_are_in_the_page(peers, results):
    page = peers("table").markdown(results)
    row = next(line for line in page.splitlines() if line.startswith("| relu | 4,000 | 100 |"))
    assert row == "| relu | 4,000 | 100 | 100 ms | 1 s | 50 s | 500 | 400 | 50 | (1) |  |  |  | 2 s |"
    assert "\n1. over the budget\n" in page
    assert "| relu | 4,000 | 100 ms | 1.0 s | 50.0 s | 400 | not run |" in page
    assert "The run was interrupted" in page
    assert "The run was interrupted" not in peers("table").markdown([*results, {"kind": "end", "load": 1.0}])


def test_what_was_asked_is_judged(peers, results):
    judged = peers("summary").asked(results)
    met = [[*line.split(" | ")[1:3], line.endswith("| yes |")] for line in judged[2:]]
    assert met == [
        ["at least 1000", "relu 500", False],
        ["at least 1000", "relu 400", False],
        ["at least 100", "relu 50", False],
        ["at most 1.3", "relu n = 4000 2.00", False],
        ["at most 1.3", "relu n = 4000 1.00", True],
        ["at most 5", "relu 6.00", False],
        ["at most 5", "relu 3.00", True],
    ]


def test_the_page_appears_at_once_or_not_at_all(peers, results, tmp_path):
    table, path = peers("table"), tmp_path / "results.md"
    table.written(results, path)
    before = path.read_text()
    assert before == table.markdown(results)
    with pytest.raises(KeyError):
        table.written([{"kind": "about"}], path)
    assert path.read_text() == before
    assert [p.name for p in tmp_path.iterdir()] == ["results.md"]


def test_a_larger_cell_is_refused_by_a_smaller(peers):
    budget = peers("budget")
    cell, kept = budget.Cell, budget.Budget(30)
    kept.record("slow", cell("relu", 1000, 100), 1.0)
    assert kept.refusal("slow", cell("relu", 4000, 100)) is None
    assert "160 s expected from n = 1000, L = 100" in kept.refusal("slow", cell("relu", 4000, 1000))
    assert kept.refusal("slow", cell("erf", 4000, 1000)) is None
    assert kept.refusal("fast", cell("relu", 4000, 1000)) is None
    assert "over the budget of 30 s" in kept.exceed("slow", cell("relu", 4000, 100))
    assert "n = 4000, L = 100 was" in kept.refusal("slow", cell("relu", 8000, 100))
    assert kept.refusal("slow", cell("relu", 8000, 2)) is None


def test_a_process_is_stopped_at_the_deadline(peers, tmp_path):
    process = peers("process")
    sleeper = script(tmp_path, "sys.stdin.readline(); time.sleep(60)")
    with (
        process.Process(sys.executable, sleeper, tmp_path) as some,
        pytest.raises(process.OutOfTime, match="some did not answer within 0 s"),
    ):
        some.ask("run", 0.3, what="kernels")


def test_the_last_words_of_a_process_are_the_message(peers, tmp_path):
    process = peers("process")
    broken = script(tmp_path, "sys.stdin.readline(); raise ValueError('no such network')")
    with (
        process.Process(sys.executable, broken, tmp_path) as some,
        pytest.raises(process.PeerError, match="some ended: ValueError: no such network"),
    ):
        some.ask("run", 60)


def test_the_readme_quotes_the_page(peers):
    readme, page = (ROOT / "README.md").read_text(), (ROOT / "benchmarks" / "results.md").read_text()
    quote = peers("readme")
    assert quote.replaced(readme, quote.quoted(page)) == readme


def test_without_neural_tangents_there_is_a_table_all_the_same(tmp_path):
    out = tmp_path / "results.md"
    command = [sys.executable, str(RUN), "--activation", "relu", "--size", "50", "--depth", "2", "--map-size", "50"]
    command += ["--peers-python", "nowhere/bin/python", "--out", str(out), "--folder", str(tmp_path)]
    command += ["--patience", "0.01"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    page = out.read_text()
    assert "**neural-tangents is missing**: there is no nowhere/bin/python, which `make bench` makes." in page
    assert "neural-tangents does not start and is left out" in done.stderr
    kept = [json.loads(line) for line in (tmp_path / "measurements.jsonl").read_text().splitlines()]
    assert [found["kind"] for found in kept] == ["about", "accuracy", "map", "time", "first use", "wide", "end"]
    (errors,) = [found["peers"]["ours"]["2"] for found in kept if found["kind"] == "accuracy"]
    assert errors["complement"] < 1e-13
    assert errors["ntk"] < 1e-13
    again = subprocess.run([*command, "--resume"], capture_output=True, text=True, timeout=60)
    assert again.returncode == 0, again.stderr
    assert len((tmp_path / "measurements.jsonl").read_text().splitlines()) == len(kept) + 1
