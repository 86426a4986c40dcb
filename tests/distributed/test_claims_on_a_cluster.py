"""Claims by Dask: the results of the undistributed sweep, whoever dies meanwhile; and what a worker says is checked."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from concurrent.futures import Executor, Future
from pathlib import Path

import pytest

from deepcond_sym.distributed import sweep
from deepcond_sym.distributed.sweep import _prepare as prepared
from deepcond_sym.errors import InputError
from deepcond_sym.proof import registry, runner, workers

CLAIM = """
import os, signal, sys, time
from pathlib import Path
import sympy as sp
from deepcond_sym.proof import Claim, forall, interval, le
x = sp.Symbol("x", real=True)
here = Path(__file__).parent
claim = Claim("mine/{label}", title="x^2 <= c x", parameters={{"c": 1}})

def once(flag, pid):
    if not flag.exists():
        flag.write_text(str(pid))
        os.kill(pid, signal.SIGKILL)
        time.sleep(60)

@claim.states
def statement(c):
    return forall(interval(x, 0, 1), holds=le(x**2, c * x))

@claim.proves
def proof(prove, goal, c):
    {before}
    return prove.polynomial(goal.conclusion, *goal.variables)
claim.mutant("half", c="1/2")
"""


def add(folder, label, before="pass", **changes):
    text = CLAIM.format(label=label, before=before)
    for old, new in changes.items():
        text = text.replace(old, new)
    (folder / f"{label}.py").write_text(text)


def untimed(results):
    return [
        {**result, "seconds": 0, "steps": [{**step, "seconds": 0} for step in result["steps"]]} for result in results
    ]


def here(claims, **options):
    return json.loads(json.dumps([runner.judge(claim, **options) for claim in claims]))


def test_the_results_are_those_of_the_local_sweep(client, tmp_path):
    """Of claims that are proved, refuted and cannot be judged, with their mutants."""
    add(tmp_path, "A")
    add(tmp_path, "B", **{"le(x**2, c * x)": "le(x**2, c * x / 3)"})
    add(tmp_path, "C", **{"parameters": "expected=Verdict.SUPPORTED, parameters", "Claim,": "Claim, Verdict,"})
    claims = registry.select([str(tmp_path)])
    told = []
    found = sweep(
        client, claims, with_mutants=True, selectors=[str(tmp_path)], jobs=1, on_result=lambda r: told.append(r["id"])
    )
    assert [result["verdict"] for result in found] == ["PROVED", "REFUTED", "PROVED"]
    assert [result["as_expected"] for result in found] == [True, False, False]
    assert untimed(found) == untimed(here(claims, with_mutants=True))
    assert sorted(told) == sorted(claim.id for claim in claims)


def test_a_death_costs_a_retry(client, tmp_path):
    """SIGKILL to Dask's worker in mid-claim, and to the process in which that judges; and a claim that always dies."""
    add(tmp_path, "A", "once(here / 'worker', os.getppid())")
    add(tmp_path, "B", "once(here / 'process', os.getpid())")
    add(tmp_path, "C")
    add(tmp_path, "D", "os._exit(3)")
    client.wait_for_workers(2, timeout=60)
    before = set(client.run(os.getpid).values())
    claims = registry.select([str(tmp_path)])
    *found, lost = sweep(client, claims, selectors=[str(tmp_path)], jobs=1)
    assert int((tmp_path / "worker").read_text()) in before
    assert (tmp_path / "process").exists()
    assert [result["verdict"] for result in found] == ["PROVED"] * 3
    assert untimed(found) == untimed(here(claims[:3]))
    assert (lost["verdict"], lost["as_expected"]) == ("UNDECIDED", False)
    assert lost["reason"] == "the worker process died, each time that the claim was begun"


def test_a_claim_that_overruns_is_undecided(client, tmp_path):
    add(tmp_path, "A", "time.sleep(60)")
    (slow,) = sweep(client, registry.select([str(tmp_path)]), selectors=[str(tmp_path)], timeout=2)
    assert (slow["verdict"], slow["as_expected"]) == ("UNDECIDED", False)
    assert "more than 2 s" in slow["reason"]


def test_what_a_worker_cannot_judge_it_refuses(tmp_path):
    """The folder of claims is not the same there, or is not there."""
    add(tmp_path, "A")
    assert "finds no claim mine/B" in prepared([str(tmp_path)])(("mine/B", False, None))["refused"]
    assert "no file or folder" in prepared([str(tmp_path / "none")])(("mine/A", False, None))["refused"]


class Told(Executor):
    """A cluster whose one worker gives this answer."""

    def __init__(self, answer):
        self.answer = answer

    def get_executor(self, **options):
        return self

    def submit(self, *arguments):
        future = Future()
        future.set_result(json.dumps(self.answer))
        return future


@pytest.fixture
def told(tmp_path, monkeypatch):
    """What a sweep of one true claim makes of an answer."""

    monkeypatch.setattr(sys.modules[sweep.__module__], "require_same_code", lambda client: None)
    add(tmp_path, "A")
    (claim,) = registry.select([str(tmp_path)])

    def result(answer):
        (found,) = sweep(Told(answer), [claim], selectors=[str(tmp_path)], jobs=1)
        return found

    return runner.judge(claim), result


def test_an_honest_answer_is_believed(told):
    honest, result = told
    assert result(honest)["verdict"] == "PROVED"


def lies(honest, other):
    yield {**honest, "steps": [], "roots": []}, "not every statement has a step"
    yield {**honest, "steps": honest["steps"] + [{**honest["steps"][-1], "rule": "trust"}]}, "'trust' no longer gives"
    # a proof that holds, of another statement
    yield other, "the statements are not those of the registry"
    yield {**other, "statements": honest["statements"]}, "does not prove the statement"
    yield {**honest, "verdict": "REFUTED", "refutation": {"part": 0, "instance": {}}}, "does not contradict"
    yield {**honest, "verdict": "CERTIFIED"}, "the steps give PROVED, not CERTIFIED"
    yield {**honest, "verdict": "CERTAIN"}, "CERTAIN is not a verdict"
    yield {"refused": "no"}, None
    yield {"id": "mine/A", "verdict": "PROVED"}, None
    yield "PROVED", None


def test_a_false_answer_is_not_believed(told, tmp_path):
    honest, result = told
    (tmp_path / "weak").mkdir()
    add(tmp_path / "weak", "A", **{"le(x**2, c * x)": "le(x**2, 2 * c * x)"})
    (weak,) = registry.select([str(tmp_path / "weak")])
    other = runner.judge(weak)
    assert other["verdict"] == "PROVED"
    for lie, reason in lies(honest, other):
        if reason is None:
            with pytest.raises(InputError, match=r"cannot judge mine/A|not the answer"):
                result(lie)
            continue
        found = result(lie)
        assert (found["verdict"], found["as_expected"]) == ("UNDECIDED", False)
        assert "what the worker found does not hold" in found["reason"]

        assert re.search(reason, found["reason"]), found["reason"]


def test_what_is_undecided_need_not_hold(told):
    """What a worker gave up is not checked for being lost."""
    honest, result = told
    found = result({**honest, "verdict": "UNDECIDED", "steps": [], "roots": [], "reason": "out of memory"})
    assert (found["verdict"], found["reason"], found["as_expected"]) == ("UNDECIDED", "out of memory", False)


def test_what_the_registry_says_of_a_claim_is_what_ours_says(told):
    honest, result = told
    found = result({**honest, "expected": "REFUTED", "title": "another", "as_expected": False})
    assert (found["expected"], found["title"], found["as_expected"]) == ("PROVED", "x^2 <= c x", False)


def test_a_process_ends_with_its_parent(tmp_path):
    """Also in the middle of a task: the parent that is killed cannot say so."""

    code = (
        "import sys, time\nfrom functools import partial\nfrom deepcond_sym.proof import workers\n"
        "if __name__ == '__main__':\n"
        "    pool = workers.Pool(1, workers.Job(partial(partial, time.sleep)))\n"
        "    print(pool.workers[0].process.pid, flush=True)\n"
        "    list(pool.map([60]))\n"
    )
    (tmp_path / "parent.py").write_text(code)
    env = {**os.environ, "PYTHONPATH": str(Path(workers.__file__).parents[2])}
    command = [sys.executable, tmp_path / "parent.py"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=env, text=True) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        time.sleep(1)
        parent.send_signal(signal.SIGKILL)
    for _ in range(300):
        try:
            os.kill(child, 0)
        except ProcessLookupError:
            return
        time.sleep(0.1)
    pytest.fail("the process goes on without its parent")
