"""Judging many claims: in worker processes, with a deadline for each task."""

import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from . import registry, workers
from .claim import Claim
from .result import Result, judged, mutated, undecided
from .verdict import Verdict

HUNT_SECONDS = 3


def run(
    claims: list[Claim],
    *,
    jobs: int | None = None,
    timeout: float = 180,
    with_mutants: bool = False,
    on_result: Callable[[Result], None] | None = None,
    selectors: list[str] | None = None,
) -> list[Result]:
    """Judge the claims, in parallel; results come in the order of the claims.

    `timeout` is in seconds, for one claim with its mutants; a claim that exceeds it is UNDECIDED. `selectors` are
    those the claims were selected by, so that a worker can find them again (by default, their ids)."""
    names = selectors if selectors is not None else [claim.id for claim in claims]
    results: dict[str, Result] = {}
    with pool(jobs, len(claims), names) as judges:
        for _, result in judges.map(deque(Task(claim, with_mutants) for claim in claims), timeout):
            results[result["id"]] = result
            if on_result is not None:
                on_result(result)
    return [results[claim.id] for claim in claims]


def judge(claim: Claim, *, with_mutants: bool = False) -> Result:
    """Judge one claim in this process."""
    result = judged(claim, claim.judge(hunt_seconds=HUNT_SECONDS))
    result["slack"] = [slack.table() for slack in claim.slacks]
    if with_mutants:
        result["mutants"] = [
            mutated(claim, mutant, claim.judge(hunt_seconds=HUNT_SECONDS, **mutant.changes)) for mutant in claim.mutants
        ]
    return result


def judge_probe(claim: Claim, place: int, c: Fraction) -> Result:
    """Judge one member of a family of statements, in this process."""
    return judged(claim, claim.probe(place, c, hunt_seconds=HUNT_SECONDS))


def verify(*selectors: str) -> dict[str, Verdict]:
    """Judge the claims that the selectors name (all of `proofs_checks` without any) in this process, with no deadline.

    >>> verify("agarwal2021/L20")
    {'agarwal2021/L20': <Verdict.PROVED: 'PROVED'>}
    """
    return {claim.id: claim.judge().verdict for claim in registry.select(selectors)}


@dataclass(frozen=True)
class Task:
    """What a worker is told to judge: a claim, with its mutants or without, or one probe (place, c) of a family."""

    claim: Claim
    with_mutants: bool = False
    probe: tuple[int, Fraction] | None = None

    @property
    def message(self) -> tuple[Any, ...]:
        return self.claim.id, self.with_mutants, self.probe


class Judges:
    """Worker processes that judge claims."""

    def __init__(self, processes: workers.Pool[Task]) -> None:
        self.processes = processes

    def map(self, waiting: deque[Task], timeout: float) -> Iterator[tuple[Task, Result]]:
        """Each task with its result, as they come in; whoever consumes them may add tasks to `waiting`."""
        for task, found in self.processes.map(waiting, timeout):
            lost = isinstance(found, workers.Lost)
            yield task, undecided(task.claim, found.reason, found.seconds) if lost else found


@contextmanager
def pool(jobs: int | None, most: int, selectors: list[str]) -> Iterator[Judges]:
    """At most `most` worker processes, by default one a core; they are ended on the way out."""
    job: workers.Job[Task] = workers.Job(prepare, (selectors,), message=lambda task: task.message)
    with workers.pool(jobs, most, job) as processes:
        yield Judges(processes)


def prepare(selectors: list[str]) -> Callable[[tuple[Any, ...]], Result]:
    """In a worker: find the claims again, and judge those that are named in messages (`Task.message`)."""
    claims = {claim.id: claim for claim in registry.select(selectors)}

    def answer(message: tuple[Any, ...]) -> Result:
        name, with_mutants, probe = message
        claim = claims[name]
        start = time.perf_counter()
        try:
            return judge(claim, with_mutants=with_mutants) if probe is None else judge_probe(claim, *probe)
        except Exception as error:
            return undecided(claim, f"{type(error).__name__}: {error}", time.perf_counter() - start)

    return answer
