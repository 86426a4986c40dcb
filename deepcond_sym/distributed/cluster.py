"""`connected`: the client of a Dask cluster, whose workers run the same code as this process, one thread each."""

from __future__ import annotations

import asyncio
import hashlib
import importlib
import importlib.util
import logging
import os
import platform
import socket
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from deepcond_sym import __version__
from deepcond_sym.errors import InputError

LOCAL = "local"
_SECONDS = 5
"""For a scheduler that does not answer, or that has no workers."""
_PACKAGES = ("sympy", "mpmath", "numpy", "scipy", "python-flint")
_SOURCES = ("deepcond_sym", "proofs_checks")


def dask_distributed() -> Any:
    """The package `distributed`; `InputError` where it is not installed.

    >>> dask_distributed().__name__
    'distributed'
    """
    try:
        distributed = importlib.import_module("distributed")
        importlib.import_module("dask.array")
    except ImportError:
        raise InputError(
            "Several machines are used by way of Dask: install it with pip install 'deepcond-sym[distributed]'."
        ) from None
    return distributed


@contextmanager
def connected(address: str) -> Iterator[Any]:
    """The client (`distributed.Client`) of the scheduler at an address such as tcp://10.0.0.1:8786.

    "local" starts a cluster on this machine, one process a core, which ends with the block. `InputError`, in one
    sentence and within seconds, where Dask is missing, nothing answers at the address, there are no workers, or
    `require_same_code` refuses them.

    >>> with connected("tcp://127.0.0.1:1"):
    ...     pass
    Traceback (most recent call last):
    deepcond_sym.errors.InputError: No scheduler answers at tcp://127.0.0.1:1 (Connection refused): start one with \
`dask scheduler`, or give the address that it prints.
    """
    distributed = dask_distributed()
    if address == LOCAL:
        cores = os.cpu_count() or 1
        with (
            distributed.LocalCluster(
                n_workers=cores, threads_per_worker=1, dashboard_address=":0", silence_logs=logging.CRITICAL
            ) as cluster,
            distributed.Client(cluster, set_as_default=False) as client,
        ):
            yield client
        return
    _reach(address)
    try:
        client = distributed.Client(address, timeout=_SECONDS, set_as_default=False)
    except (OSError, ValueError, RuntimeError) as error:
        raise _no_scheduler(address, error) from None
    with client:
        require_same_code(client)
        yield client


def _reach(address: str) -> None:
    """Fail soon, and with the reason, where Dask would try for a while, or wait forever for what is no scheduler."""
    from distributed.comm.addressing import parse_address, parse_host_port

    try:
        scheme, location = parse_address(address)
        if scheme in ("tcp", "tls"):
            host, port = parse_host_port(location)
            socket.create_connection((host, port), timeout=_SECONDS).close()
        with ThreadPoolExecutor(1) as pool:  # a thread: where this is called, a loop may be running
            pool.submit(asyncio.run, _greet(address)).result()
    except (OSError, ValueError, RuntimeError, TypeError) as error:
        raise _no_scheduler(address, error) from None


async def _greet(address: str) -> None:
    from distributed.comm.core import connect
    from distributed.security import Security

    options = Security().get_connection_args("client")
    comm = await asyncio.wait_for(connect(address, timeout=_SECONDS, **options), _SECONDS)
    comm.abort()


def _no_scheduler(address: str, error: Exception) -> InputError:
    reason = (error.strerror if isinstance(error, OSError) else None) or str(error).strip() or "no answer"
    return InputError(
        f"No scheduler answers at {address} ({reason}): start one with `dask scheduler`, or give the address that it "
        "prints."
    )


def sent(client: Any, values: Iterable[Any]) -> list[Any]:
    """Futures of these values, which go to the scheduler once and from there to the workers that need them.

    Each is the result of a task that returns it, so that Dask makes it anew when the worker that held it dies: data
    that is scattered is lost with its worker.
    """
    from dask import config

    # Dask advises to scatter what is large.
    with config.set({"distributed.admin.large-graph-warning-threshold": "1 PB"}):
        return [client.submit(_itself, value, pure=False) for value in values]


def _itself(value: Any) -> Any:
    return value


def require_same_code(client: Any) -> None:
    """Refuse a cluster without workers, or with one that runs other code than this process or several threads.

    A verdict, and the error bound of a kernel, are those of the code that made them: the versions of Python, of this
    package, of what it computes with, and a hash of every source file must agree. Threads of one process share the
    working precision of the balls. `InputError` names the worker and what to do.
    """
    try:
        client.wait_for_workers(1, timeout=_SECONDS)
    except TimeoutError:
        address = client.scheduler.address
        raise InputError(
            f"The scheduler at {address} has no workers: start some with `dask worker {address} --nworkers -1 "
            "--nthreads 1`."
        ) from None
    expected = this_code()
    for worker, found in client.run(_of_worker, on_error="return").items():
        if isinstance(found, BaseException):
            raise InputError(
                f"The worker {worker} cannot run this package ({type(found).__name__}: {found}): install "
                "deepcond-sym there, in the same version."
            )
        _compare(worker, found["threads"], found["code"], expected)


def require_on_worker(expected: Mapping[str, str]) -> None:
    """The same of the worker that runs this task, which may have come later; outside of workers there is none.

    >>> require_on_worker({"numpy": "0.0"})
    """
    try:
        worker = dask_distributed().get_worker()
    except ValueError:
        return
    _compare(worker.address, worker.state.nthreads, this_code(), expected)


def _of_worker(dask_worker: Any) -> dict[str, Any]:
    return {"threads": dask_worker.state.nthreads, "code": this_code()}


def _compare(worker: str, threads: int, code: Mapping[str, str], expected: Mapping[str, str]) -> None:
    if threads > 1:
        raise InputError(
            f"The worker {worker} has {threads} threads, which share one working precision: start workers with "
            "--nworkers -1 --nthreads 1, a process a core."
        )
    for name, wanted in expected.items():
        found = str(code.get(name))
        if found != wanted:
            raise InputError(
                f"The worker {worker} runs other code ({name}: {found[:12]} there, {wanted[:12]} here): install the "
                "same there, and start it anew."
            )


@lru_cache(1)
def this_code() -> dict[str, str]:
    """What the numbers and verdicts of this process depend on: versions, and a hash of all sources.

    >>> sorted(this_code())[:3], len(this_code()["sources"])
    (['deepcond_sym', 'mpmath', 'numpy'], 64)
    """
    found = {name: version(name) for name in _PACKAGES}
    digest = hashlib.sha256()
    for package in _SOURCES:
        spec = importlib.util.find_spec(package)
        for folder in (spec.submodule_search_locations if spec is not None else None) or []:
            for file in sorted(Path(folder).rglob("*.py")):
                digest.update(f"{package}/{file.relative_to(folder).as_posix()}\n".encode())
                digest.update(hashlib.sha256(file.read_bytes()).digest())
    python = ".".join(platform.python_version_tuple()[:2])
    return {"python": python, "deepcond_sym": __version__, **found, "sources": digest.hexdigest()}
