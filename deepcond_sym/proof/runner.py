"""Judging many claims: worker processes (Arb's precision is one global a process), and a deadline for each task."""

import multiprocessing
import os
import signal
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from fractions import Fraction
from multiprocessing.connection import Connection, wait
from typing import Any

from . import registry
from .claim import Claim
from .result import Result, judged, mutated, undecided
from .verdict import Verdict

HUNT_SECONDS = 3


def run(
    claims: list[Claim],
    *,
    jobs: int | None = None,
    timeout: float = 60,
    with_mutants: bool = False,
    on_result: Callable[[Result], None] | None = None,
    selectors: list[str] | None = None,
) -> list[Result]:
    """Judge the claims, in parallel; results come in the order of the claims.

    `timeout` is in seconds, for one claim with its mutants; a claim that exceeds it is UNDECIDED. `selectors` are
    those the claims were selected by, so that a worker can find them again (by default, their ids)."""
    names = selectors if selectors is not None else [claim.id for claim in claims]
    results: dict[str, Result] = {}
    with pool(jobs, len(claims), names) as workers:
        for _, result in workers.map(deque(Task(claim, with_mutants) for claim in claims), timeout):
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


@contextmanager
def pool(jobs: int | None, most: int, selectors: list[str]) -> Iterator["Pool"]:
    """At most `most` worker processes, by default one a core; they are ended on the way out."""
    workers = Pool(max(1, min(jobs or os.cpu_count() or 1, most)), selectors)
    try:
        yield workers
    finally:
        workers.close()


@contextmanager
def _one_thread_each() -> Iterator[None]:
    """A process started here has one thread for linear algebra: there is one process a core, and threads of several
    would wait for each other (which made samples of networks five times slower)."""
    added = [name for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS") if name not in os.environ]
    os.environ.update(dict.fromkeys(added, "1"))
    try:
        yield
    finally:
        for name in added:
            del os.environ[name]


@dataclass
class _Worker:
    process: Any
    pipe: Connection
    task: Task | None = None
    since: float = field(default=0)


class Pool:
    """A few long-lived processes, each told one task at a time; one that overruns is killed and replaced."""

    def __init__(self, size: int, selectors: list[str]) -> None:
        self.context = multiprocessing.get_context("spawn")
        self.selectors = selectors
        self.workers = [self._start() for _ in range(size)]

    def _start(self) -> _Worker:
        ours, theirs = self.context.Pipe()
        process = self.context.Process(target=_work, args=(theirs, self.selectors), daemon=True)
        with _one_thread_each():
            process.start()
        theirs.close()
        return _Worker(process, ours)

    def map(self, waiting: deque[Task], timeout: float) -> Iterator[tuple[Task, Result]]:
        """Each task with its result, as they come in; whoever consumes them may add tasks to `waiting`."""
        while waiting or any(w.task for w in self.workers):
            for worker in self.workers:
                if worker.task is None and waiting:
                    worker.task = task = waiting.popleft()
                    worker.since = time.monotonic()
                    with suppress(OSError):  # a worker that is gone shows as end of file below
                        worker.pipe.send((task.claim.id, task.with_mutants, task.probe))
            busy = [w for w in self.workers if w.task is not None]
            next_deadline = min(w.since for w in busy) + timeout
            ready = wait([w.pipe for w in busy], max(0, next_deadline - time.monotonic()))
            for worker in busy:
                task = worker.task
                assert task is not None
                if worker.pipe in ready:
                    yield task, self._receive(worker, task)
                elif time.monotonic() - worker.since > timeout:
                    yield task, self._give_up(worker, task, f"out of time: it took more than {timeout:g} s")

    def _receive(self, worker: _Worker, task: Task) -> Result:
        try:
            result = worker.pipe.recv()
        except (EOFError, ConnectionError):
            return self._give_up(worker, task, "the worker process died")
        worker.task = None
        return result

    def _give_up(self, worker: _Worker, task: Task, reason: str) -> Result:
        result = undecided(task.claim, reason, time.monotonic() - worker.since)
        worker.process.kill()
        worker.process.join()
        self.workers[self.workers.index(worker)] = self._start()
        return result

    def close(self) -> None:
        """End the processes."""
        for worker in self.workers:
            worker.pipe.close()
            worker.process.terminate()
        for worker in self.workers:
            worker.process.join()


def _work(pipe: Connection, selectors: list[str]) -> None:
    """The life of a worker: it ends when the parent closes the pipe or is gone; Ctrl-C is the parent's business."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    claims = {claim.id: claim for claim in registry.select(selectors)}
    with suppress(EOFError, OSError):
        while True:
            name, with_mutants, probe = pipe.recv()
            claim = claims[name]
            start = time.perf_counter()
            try:
                result = judge(claim, with_mutants=with_mutants) if probe is None else judge_probe(claim, *probe)
            except Exception as error:
                result = undecided(claim, f"{type(error).__name__}: {error}", time.perf_counter() - start)
            pipe.send(result)
