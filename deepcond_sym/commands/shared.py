"""What several commands share: the --json option, a clean stdout, a bar of progress."""

import contextlib
import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from deepcond_sym.errors import InputError

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]


Scheduler = Annotated[
    str | None,
    typer.Option(
        metavar="ADDRESS|local",
        help="Use the workers of the Dask scheduler at tcp://HOST:PORT, or of one started here.",
        show_default="processes of this machine",
    ),
]


@contextlib.contextmanager
def cluster(address: str) -> Iterator[Any]:
    """The client of a scheduler, which leaves it to our own sentences to say what is wrong."""
    import logging

    from deepcond_sym.distributed import connected
    from deepcond_sym.distributed.cluster import dask_distributed

    dask_distributed()  # which gives each of its loggers a level of its own
    for name in list(logging.root.manager.loggerDict):
        if name.split(".")[0] == "distributed":
            logging.getLogger(name).setLevel(logging.CRITICAL)
    with connected(address) as client:
        yield client


def print_json(data: dict[str, Any]) -> None:
    """One JSON object on stdout."""
    print(json.dumps(data, indent=1))


def array(path: Path) -> Any:
    """The array of real numbers in a .npy file; nothing in it is executed."""
    import numpy as np

    try:
        found = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise InputError(f"{path} is not a readable .npy file: {error}") from error
    if not isinstance(found, np.ndarray):
        raise InputError(f"{path} is an archive of several arrays: save the one that is meant with numpy.save")
    if found.dtype.kind not in "fiub":
        raise InputError(f"{path} holds entries of type {found.dtype}: save an array of real numbers")
    return found


def outward(ball: Any, digits: int) -> tuple[str, str]:
    """Decimal bounds of a finite ball with so many significant digits, rounded outwards."""
    from decimal import MAX_EMAX, MIN_EMIN, ROUND_CEILING, ROUND_FLOOR, Context, Decimal

    from deepcond_sym.arithmetic.balls import exact

    middle, radius = exact(ball)
    ends = zip((middle - radius, middle + radius), (ROUND_FLOOR, ROUND_CEILING), strict=True)
    contexts = ((end, Context(digits, rounding, MIN_EMIN, MAX_EMAX)) for end, rounding in ends)
    low, high = (str(context.divide(Decimal(e.numerator), Decimal(e.denominator))) for e, context in contexts)
    return low, high


@contextlib.contextmanager
def stdout_kept_clean(wanted: bool) -> Iterator[None]:
    """Send what claim files and worker processes print to stderr, by file descriptor, which the processes inherit."""
    if not wanted:
        yield
        return
    sys.stdout.flush()
    kept = os.dup(1)
    os.dup2(2, 1)
    try:
        yield
    finally:
        sys.stdout.flush()
        os.dup2(kept, 1)
        os.close(kept)


@contextlib.contextmanager
def working(doing: str) -> Iterator[None]:
    """What is being done, on stderr while it lasts, where that is a terminal: for work of unknown length."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(doing):
        yield


@contextlib.contextmanager
def progress(total: int | None, doing: str = "judging claims") -> Iterator[Callable[[dict[str, Any]], None]]:
    """A bar on stderr, where that is a terminal; what it is told of has an "id", a "verdict" and, where it
    was not known before, the "total"."""
    if not sys.stderr.isatty():
        yield lambda result: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    last = TextColumn("{task.fields[last]}")
    columns = (TextColumn(doing), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), last)
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("claims", total=total, last="")

        def advance(result: dict[str, Any]) -> None:
            known = {"total": result["total"]} if "total" in result else {}
            bar.update(task, advance=1, **known, last=f"{result['id']} {result['verdict']}")

        yield advance
