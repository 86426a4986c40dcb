"""Worker processes that are told one task at a time (Arb's precision is one global a process, so: no threads)."""

import gc
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, MutableSequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from typing import Any, Generic, TypeVar

Task = TypeVar("Task")


@dataclass(frozen=True)
class Lost:
    """There is no answer: why, and after how many seconds."""

    reason: str
    seconds: float


@dataclass(frozen=True)
class Job(Generic[Task]):
    """What a pool is told of its tasks: how to send one, and, in the worker, how to answer what was sent.

    `prepare(*given)` runs once in each worker and returns the function that answers; it and `given` must pickle.
    `choose(waiting, worker)` is the place of the task that worker number `worker` shall do next."""

    prepare: Callable[..., Callable[[Any], Any]]
    given: tuple[Any, ...] = ()
    message: Callable[[Task], Any] = lambda task: task
    choose: Callable[[MutableSequence[Task], int], int] = lambda waiting, worker: 0


@contextmanager
def pool(jobs: int | None, most: int, job: Job[Task]) -> Iterator["Pool[Task]"]:
    """At most `most` worker processes, by default one a core; they are ended on the way out."""
    workers = Pool(max(1, min(jobs or os.cpu_count() or 1, most)), job)
    try:
        yield workers
    finally:
        workers.close()


DIED = "the worker process died"
_ENVIRONMENT = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1") | {
    "SYMPY_CACHE_SIZE": "20000"
}
"""Of a worker, where the user has not said otherwise. One thread for linear algebra: there is one process a core, and
threads of several would wait for each other (which made samples of networks five times slower). SymPy remembers what it
has computed of more terms than it does by itself: proofs come back to them."""


@contextmanager
def _environment() -> Iterator[None]:
    added = {name: value for name, value in _ENVIRONMENT.items() if name not in os.environ}
    os.environ.update(added)
    try:
        yield
    finally:
        for name in added:
            del os.environ[name]


@dataclass
class _Worker:
    process: Any
    pipe: Connection
    task: Any = None
    busy: bool = False
    since: float = field(default=0)


class Pool(Generic[Task]):
    """A few long-lived processes, each told one task at a time; one that overruns is killed and replaced."""

    def __init__(self, size: int, job: Job[Task]) -> None:
        self.context = multiprocessing.get_context("spawn")
        self.job = job
        self.workers = [self._start() for _ in range(size)]

    def _start(self) -> _Worker:
        ours, theirs = self.context.Pipe()
        process = self.context.Process(target=_work, args=(theirs, self.job.prepare, self.job.given), daemon=True)
        with _environment():
            process.start()
        theirs.close()
        return _Worker(process, ours)

    def map(self, waiting: MutableSequence[Task], timeout: float | None = None) -> Iterator[tuple[Task, Any]]:
        """Each task with its answer (or `Lost`), as they come in; whoever consumes them may add tasks to `waiting`."""
        while waiting or any(w.busy for w in self.workers):
            for place, worker in enumerate(self.workers):
                if not worker.busy and waiting:
                    chosen = self.job.choose(waiting, place)
                    task = waiting[chosen]
                    del waiting[chosen]
                    if not self._tell(worker, task):
                        yield task, Lost("it is nested too deeply", 0)
            busy = [w for w in self.workers if w.busy]
            if not busy:
                continue
            limit = None if timeout is None else min(w.since for w in busy) + timeout
            ready = wait([w.pipe for w in busy], None if limit is None else max(0, limit - time.monotonic()))
            for worker in busy:
                if worker.pipe in ready:
                    yield worker.task, self._receive(worker)
                elif timeout is not None and time.monotonic() - worker.since > timeout:
                    yield worker.task, self._give_up(worker, f"out of time: it took more than {timeout:g} s")

    def _tell(self, worker: _Worker, task: Task) -> bool:
        try:
            worker.pipe.send(self.job.message(task))
        except RecursionError:  # raised before anything has been sent
            return False
        except OSError:
            pass  # the worker is gone: that shows as end of file when its answer is awaited
        worker.task, worker.busy, worker.since = task, True, time.monotonic()
        return True

    def _receive(self, worker: _Worker) -> Any:
        try:
            answer = worker.pipe.recv()
        except (EOFError, ConnectionError):
            return self._give_up(worker, DIED)
        worker.busy = False
        return answer

    def _give_up(self, worker: _Worker, reason: str) -> Lost:
        lost = Lost(reason, time.monotonic() - worker.since)
        worker.process.kill()
        worker.process.join()
        self.workers[self.workers.index(worker)] = self._start()
        return lost

    def close(self) -> None:
        """End the processes."""
        for worker in self.workers:
            worker.pipe.close()
            worker.process.terminate()
        for worker in self.workers:
            worker.process.join()


def _end_with_parent() -> None:
    """A parent that was killed cannot say so, and the task at hand may be a long one."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


def _work(pipe: Connection, prepare: Callable[..., Callable[[Any], Any]], given: tuple[Any, ...]) -> None:
    """The life of a worker: it ends when the parent closes the pipe or is gone; Ctrl-C is the parent's business."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    gc.set_threshold(100_000)  # terms by the thousand, none of them garbage: collecting took a tenth of the time
    answer = prepare(*given)
    with suppress(EOFError, OSError):
        while True:
            pipe.send(answer(pipe.recv()))
