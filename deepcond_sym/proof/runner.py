"""Judging many claims: worker processes (Arb's precision is one global a process), and a deadline for each claim."""

import multiprocessing
import os
import signal
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
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
    pool = _Pool(max(1, min(jobs or os.cpu_count() or 1, len(claims))), names, with_mutants)
    results: dict[str, Result] = {}
    try:
        for result in pool.map(claims, timeout):
            results[result["id"]] = result
            if on_result is not None:
                on_result(result)
    finally:
        pool.close()
    return [results[claim.id] for claim in claims]


def judge(claim: Claim, *, with_mutants: bool = False) -> Result:
    """Judge one claim in this process."""
    result = judged(claim, claim.judge(hunt_seconds=HUNT_SECONDS))
    if with_mutants:
        result["mutants"] = [
            mutated(claim, mutant, claim.judge(hunt_seconds=HUNT_SECONDS, **mutant.changes)) for mutant in claim.mutants
        ]
    return result


def verify(*selectors: str) -> dict[str, Verdict]:
    """Judge the claims that the selectors name (all of `proofs_checks` without any) in this process, with no deadline.

    >>> verify("agarwal2021/L20")
    {'agarwal2021/L20': <Verdict.PROVED: 'PROVED'>}
    """
    return {claim.id: claim.judge().verdict for claim in registry.select(selectors)}


@dataclass
class _Worker:
    process: Any
    pipe: Connection
    claim: Claim | None = None
    since: float = field(default=0)


class _Pool:
    """A few long-lived processes, each told one claim at a time; one that overruns is killed and replaced."""

    def __init__(self, size: int, selectors: list[str], with_mutants: bool) -> None:
        self.context = multiprocessing.get_context("spawn")
        self.selectors, self.with_mutants = selectors, with_mutants
        self.workers = [self._start() for _ in range(size)]

    def _start(self) -> _Worker:
        ours, theirs = self.context.Pipe()
        process = self.context.Process(target=_work, args=(theirs, self.selectors, self.with_mutants), daemon=True)
        process.start()
        theirs.close()
        return _Worker(process, ours)

    def map(self, claims: list[Claim], timeout: float):
        waiting = deque(claims)
        while waiting or any(w.claim for w in self.workers):
            for worker in self.workers:
                if worker.claim is None and waiting:
                    worker.claim = waiting.popleft()
                    worker.since = time.monotonic()
                    with suppress(OSError):  # a worker that is gone shows as end of file below
                        worker.pipe.send(worker.claim.id)
            busy = [w for w in self.workers if w.claim is not None]
            next_deadline = min(w.since for w in busy) + timeout
            ready = wait([w.pipe for w in busy], max(0, next_deadline - time.monotonic()))
            for worker in busy:
                if worker.pipe in ready:
                    yield self._receive(worker)
                elif time.monotonic() - worker.since > timeout:
                    yield self._give_up(worker, f"out of time: it took more than {timeout:g} s")

    def _receive(self, worker: _Worker) -> Result:
        try:
            result = worker.pipe.recv()
        except (EOFError, ConnectionError):
            return self._give_up(worker, "the worker process died")
        worker.claim = None
        return result

    def _give_up(self, worker: _Worker, reason: str) -> Result:
        claim = worker.claim
        assert claim is not None
        result = undecided(claim, reason, time.monotonic() - worker.since)
        worker.process.kill()
        worker.process.join()
        self.workers[self.workers.index(worker)] = self._start()
        return result

    def close(self) -> None:
        for worker in self.workers:
            worker.pipe.close()
            worker.process.terminate()
        for worker in self.workers:
            worker.process.join()


def _work(pipe: Connection, selectors: list[str], with_mutants: bool) -> None:
    """The life of a worker: it ends when the parent closes the pipe or is gone; Ctrl-C is the parent's business."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    claims = {claim.id: claim for claim in registry.select(selectors)}
    with suppress(EOFError, OSError):
        while True:
            claim = claims[pipe.recv()]
            start = time.perf_counter()
            try:
                result = judge(claim, with_mutants=with_mutants)
            except Exception as error:
                result = undecided(claim, f"{type(error).__name__}: {error}", time.perf_counter() - start)
            pipe.send(result)
