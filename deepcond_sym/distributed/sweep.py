"""`sweep`: many claims judged on the workers of a cluster, each verdict checked again in this process."""

from __future__ import annotations

import json
import multiprocessing
import tempfile
from collections.abc import Callable
from concurrent.futures import CancelledError, Future, as_completed
from pathlib import Path
from typing import Any

from deepcond_sym.errors import InputError
from deepcond_sym.proof import certificate, registry, runner, workers
from deepcond_sym.proof.claim import Claim
from deepcond_sym.proof.encoding import encode_statement
from deepcond_sym.proof.result import Result, described, undecided
from deepcond_sym.proof.verdict import Verdict

from .cluster import dask_distributed, require_on_worker, require_same_code, this_code

_RETRIES = 2
"""How often a claim is begun again after the process that judged it has died."""


def sweep(
    client: Any,
    claims: list[Claim],
    *,
    timeout: float = 180,
    with_mutants: bool = False,
    on_result: Callable[[Result], None] | None = None,
    selectors: list[str] | None = None,
    jobs: int | None = None,
) -> list[Result]:
    """Judge the claims on a cluster (a `distributed.Client`, see `connected`); the arguments are those of `runner.run`.

    A claim goes to a worker by its name and is built there from the registry; a folder of claims must be there under
    the same path. It is judged in a process of its own with one thread, which ends at the deadline or with its worker.
    A worker that dies costs the claim that it was at: others begin it again.

    What comes back is text: the entry of a certificate. Here, in at most `jobs` processes, every entry is checked again
    as `deepcond recheck` does, by the rules and without search, and its statements are compared with those of this
    process's registry; an entry that does not hold is UNDECIDED. So PROVED, CERTIFIED, SUPPORTED and REFUTED rest on
    this process alone. What rests on the workers, which `require_same_code` has compared with this process, is that a
    claim is UNDECIDED, how its mutants fared, and the seconds. Dask itself trusts the machines of a cluster: let nobody
    else reach its scheduler. Raises what `require_same_code` raises, and `InputError` where the scheduler goes away.
    """
    require_same_code(client)
    names = registry.absolute(selectors if selectors is not None else [claim.id for claim in claims])
    executor = client.get_executor(pure=False, retries=_RETRIES)
    try:
        waiting = {
            executor.submit(_judge, this_code(), names, (claim.id, with_mutants, None), timeout): claim
            for claim in claims
        }
        results: dict[str, Result] = {}
        for future in as_completed(waiting):
            claim = waiting[future]
            results[claim.id] = _result(claim, future)
            if on_result is not None:
                on_result(results[claim.id])
    finally:
        executor.shutdown(wait=False)
    return _checked(claims, [results[claim.id] for claim in claims], jobs)


class _Died(RuntimeError):
    """The process that judged a claim is gone."""


def _judge(code: dict[str, str], selectors: list[str], message: tuple[Any, ...], timeout: float) -> str:
    """On a worker: judge a claim in the process that is kept for that, and write down what came out."""
    require_on_worker(code)
    ((_, answer),) = _pool(tuple(selectors)).map([message], timeout)
    if isinstance(answer, workers.Lost):
        if answer.reason == workers.DIED:
            raise _Died(answer.reason)
        answer = {"lost": [answer.reason, answer.seconds]}
    return json.dumps(answer)


_pools: dict[tuple[str, ...], workers.Pool[tuple[Any, ...]]] = {}


def _pool(selectors: tuple[str, ...]) -> workers.Pool[tuple[Any, ...]]:
    """One process that knows these claims; it outlives the task, since to load them takes seconds."""
    if selectors not in _pools:
        for other in list(_pools):
            _pools.pop(other).close()
        # Dask's own processes are daemons, which may not have children; these end with their parent in any case.
        multiprocessing.current_process().daemon = False
        _pools[selectors] = workers.Pool(1, workers.Job(_prepare, (list(selectors),)))
    return _pools[selectors]


def _prepare(selectors: list[str]) -> Callable[[tuple[Any, ...]], Result]:
    try:
        judge = runner.prepare(selectors)
    except InputError as error:
        refusal = {"refused": str(error)}
        return lambda message: refusal

    def answer(message: tuple[Any, ...]) -> Result:
        try:
            return judge(message)
        except KeyError:
            return {"refused": f"it finds no claim {message[0]}"}

    return answer


def _result(claim: Claim, future: Future[str]) -> Result:
    """The result that a worker has sent; what the registry says of the claim is what ours says."""
    killed = dask_distributed().KilledWorker
    try:
        answer = json.loads(future.result())
    except CancelledError as error:
        raise InputError("The scheduler has gone, or has dropped the work: start it again and repeat this.") from error
    except (_Died, killed):
        return undecided(claim, f"{workers.DIED}, each time that the claim was begun", 0)
    if "refused" in answer:
        raise InputError(f"A worker of the cluster cannot judge {claim.id}: {answer['refused']}.")
    if "lost" in answer:
        return undecided(claim, *answer["lost"])
    if not isinstance(answer, dict) or not undecided(claim, "", 0).keys() <= answer.keys():
        raise InputError(f"What a worker of the cluster says of {claim.id} is not the answer that it was asked for.")
    expected = answer["as_expected"] is True and answer["verdict"] == claim.expected.value
    return {**answer, **described(claim), "as_expected": expected}


def _checked(claims: list[Claim], results: list[Result], jobs: int | None) -> list[Result]:
    """The results, with those replaced that do not hold when they are checked here."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "certificate.json"
        certificate.write(path, results)
        failures = {failure.claim: failure.message for failure in certificate.examine(path, jobs=jobs).failures}
    for claim, result in zip(claims, results, strict=True):
        if result["verdict"] != Verdict.UNDECIDED.value:
            stated = [encode_statement(statement) for statement in claim.statements()]
            if result["statements"] != stated:
                failures.setdefault(claim.id, "the statements are not those of the registry")
    return [
        undecided(claim, f"what the worker found does not hold: {failures[claim.id]}", result["seconds"])
        if claim.id in failures
        else result
        for claim, result in zip(claims, results, strict=True)
    ]
