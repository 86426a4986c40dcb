"""`serve`: the loop of a process that is asked for measurements, a line of JSON each, and answers with one."""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from typing import Any, Protocol

import numpy as np


class Measured(Protocol):
    """One way of computing the two kernels of the same network."""

    def setup(self, activation: str, size: int, width: int, depth: int) -> dict[str, Any]:
        """Everything from nothing, once: `cold` is what it took until both matrices were there.

        Where compilation can be told apart, `first` has the first call without it, as `timed` says.
        """
        ...

    def run(self, what: str) -> None:
        """Once more, with all that can be kept."""
        ...

    def values(self, activation: str, depth: int, points: list[list[float]], u: list[float]) -> dict[str, Any]:
        """K, 1 - K and Theta of the first point with each other; u is 1 - |cosine|, rounded, with the cosine's sign."""
        ...


def points(size: int, width: int) -> np.ndarray:
    """Random unit vectors, the same for everybody.

    >>> points(3, 64).shape
    (3, 64)
    """
    found = np.random.default_rng(1).standard_normal((size, width))
    return found / np.linalg.norm(found, axis=1, keepdims=True)


def timed(action: Callable[[], object]) -> dict[str, float]:
    """The seconds of an action, and those of all processors in this process: other load changes the second less.

    >>> sorted(timed(lambda: None))
    ['processor', 'seconds']
    """
    start, processor = time.perf_counter(), time.process_time()
    action()
    return {"seconds": time.perf_counter() - start, "processor": time.process_time() - processor}


def peak_memory() -> float:
    """The most memory that this process had, in bytes.

    What `getrusage` says on Linux begins with what the parent had, so that /proc is asked first.
    """
    try:
        with open("/proc/self/status") as status:
            return next(float(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))
    except (OSError, StopIteration):
        unit = 1 if sys.platform == "darwin" else 1024
        return float(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit)


def serve(make: Callable[[], Measured], packages: tuple[str, ...]) -> None:
    """Answer requests {"do": "setup" | "run" | "values" | "memory" | "versions", ...} until the input ends.

    The answer to "run" is that of `timed`. What goes wrong is answered as {"error": ...}. Libraries that print do so to
    the standard error.
    """
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    peer = make()
    for line in sys.stdin:
        request = json.loads(line)
        action = request.pop("do")
        try:
            if action == "memory":
                answer: dict[str, Any] = {"bytes": peak_memory()}
            elif action == "versions":
                answer = {name: version(name) for name in packages}
            elif action == "run":
                answer = timed(lambda what=request["what"]: peer.run(what))
            else:
                answer = {"setup": peer.setup, "values": peer.values}[action](**request)
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}".splitlines()[0]}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()
