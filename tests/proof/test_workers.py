"""Worker processes: a death, an overrun or a task that cannot be sent costs the one task and nothing else."""

import math
import os
import time
from functools import partial
from typing import Any

from deepcond_sym.proof import workers

# `partial(partial, f)()` is f again: a function that pickles and that returns the function that answers
ROOT, DIE, SLEEP = (partial(partial, f) for f in (math.isqrt, os._exit, time.sleep))


def answers(prepare: Any, tasks: list, timeout: float | None = None, size: int = 2) -> dict:
    with workers.pool(size, len(tasks), workers.Job(prepare)) as processes:
        return {str(task)[:10]: answer for task, answer in processes.map(list(tasks), timeout)}


def test_every_task_is_answered() -> None:
    assert answers(ROOT, [n * n for n in range(20)]) == {str(n * n): n for n in range(20)}


def test_a_worker_that_dies_is_replaced() -> None:
    found = answers(DIE, [3, 4, 5])
    assert {task: lost.reason for task, lost in found.items()} == dict.fromkeys("345", "the worker process died")


def test_a_worker_that_overruns_is_replaced() -> None:
    found = answers(SLEEP, [60, 0.01], timeout=3, size=1)
    assert found["0.01"] is None
    assert "more than 3 s" in found["60"].reason
    assert found["60"].seconds >= 3


def test_what_is_too_deep_to_send_is_lost_alone() -> None:
    deep: Any = 0
    for _ in range(5000):
        deep = [deep]
    with workers.pool(2, 3, workers.Job(ROOT)) as processes:
        found = [answer for _, answer in processes.map([16, deep, 25])]
    lost = [answer for answer in found if isinstance(answer, workers.Lost)]
    assert sorted(answer for answer in found if not isinstance(answer, workers.Lost)) == [4, 5]
    assert [answer.reason for answer in lost] == ["it is nested too deeply"]


def test_the_order_is_that_of_choose() -> None:
    job: workers.Job[int] = workers.Job(ROOT, choose=lambda waiting, worker: len(waiting) - 1)
    with workers.pool(1, 3, job) as processes:
        assert [answer for _, answer in processes.map([1, 4, 9])] == [3, 2, 1]
