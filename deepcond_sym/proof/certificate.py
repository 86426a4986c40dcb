"""A certificate: every step of every proof, in a form that can be checked again without any search.

Rechecking runs each rule on the recorded arguments, premises and evidence, compares what comes out with what is
recorded, compares the statements with the registry's, and evaluates each witness again. A digest of each claim's
entry guards what no rule looks at."""

import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deepcond_sym import __version__
from deepcond_sym.errors import InputError

from . import registry, workers
from .contradiction import confidence_of, contradict
from .encoding import decode_instance, decode_statement, encode_statement
from .result import Result
from .semantics import at_instance
from .sharing import Sharing
from .step import RuleFailure, Step, derive
from .verdict import Verdict

FORMAT = "deepcond certificate 1"
_KEPT = (
    "id",
    "title",
    "source",
    "provenance",
    "printed",
    "verdict",
    "confidence",
    "expected",
    "statements",
    "roots",
    "refutation",
    "mutants",
)


@dataclass(frozen=True)
class Failure:
    """What no longer holds: in which claim, at which step (None for the claim as a whole), and why."""

    claim: str
    step: int | None
    message: str

    def __str__(self) -> str:
        place = self.claim if self.step is None else f"{self.claim}, step {self.step + 1}"
        return f"{place}: {self.message}"


def write(path: str | Path, results: list[Result]) -> None:
    """Write the certificate; the file appears whole or not at all."""
    entries = []
    for result in results:
        entry = {key: result[key] for key in _KEPT}
        shown_only = ("seconds", "interval")
        entry["steps"] = [{k: v for k, v in step.items() if k not in shown_only} for step in result["steps"]]
        entries.append({**entry, "digest": _digest(entry)})
    whole = {"format": FORMAT, "version": __version__, "claims": entries}
    whole["digest"] = _digest({"version": __version__, "claims": [entry["digest"] for entry in entries]})
    target = Path(path)
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(whole, file, separators=(",", ":"))  # indented, the file is three times as large
    os.replace(temporary, target)


def read(path: str | Path) -> dict[str, Any]:
    """The certificate as data; InputError for a file that is none."""
    try:
        data = json.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path} is not a certificate: it is not JSON ({error})") from error
    if not isinstance(data, dict) or data.get("format") != FORMAT or not isinstance(data.get("claims"), list):
        raise InputError(f"{path} is not a certificate that `deepcond verify` wrote (format '{FORMAT}')")
    return data


def count(path: str | Path) -> int:
    """How many proof steps the certificate holds."""
    return _count(read(path))


def recheck(path: str | Path) -> list[Failure]:
    """Everything in the certificate that does not hold; empty if all does. It is checked in this process."""
    return examine(path, jobs=1).failures


@dataclass(frozen=True)
class Examined:
    """What does not hold, in the order of the entries, and how many proof steps there are."""

    failures: list[Failure]
    steps: int


def examine(
    path: str | Path, *, jobs: int | None = None, on_entry: Callable[[str, bool, int], None] | None = None
) -> Examined:
    """Check a certificate in worker processes, by default one a core; a small one, or with jobs=1, in this process.

    `on_entry` is told the name of each entry that is done, whether it holds, and how many there are."""
    with _checkers(path, jobs) as check:
        whole = read(path)
        entries: list[_Entry] = list(enumerate(whole["claims"]))
        found: list[list[Failure]] = [[] for _ in entries]
        for (position, entry), failures in check(entries):
            found[position] = failures
            if on_entry is not None:
                on_entry(_name(position, entry), not failures, len(entries))
    every = [failure for failures in found for failure in failures]
    digests = [entry.get("digest") if isinstance(entry, dict) else None for _, entry in entries]
    if not every and whole.get("digest") != _digest({"version": whole.get("version"), "claims": digests}):
        every = [Failure("the certificate", None, "an entry was added, removed or altered: the digest does not match")]
    return Examined(every, _count(whole))


_Entry = tuple[int, Any]
"""An entry of a certificate, with its place."""

_Check = Callable[[list[_Entry]], Iterator[tuple[_Entry, list[Failure]]]]

_SMALL = 500_000
"""A file of at most so many bytes is checked before a worker process has loaded the claims."""


@contextmanager
def _checkers(path: str | Path, jobs: int | None) -> Iterator[_Check]:
    """What checks entries, here or in worker processes, which load the claims while the certificate is read."""
    if jobs == 1 or not os.path.isfile(path) or os.path.getsize(path) <= _SMALL:
        yield lambda entries: map(_alone(), entries)
        return
    sharing = Sharing()
    job: workers.Job[_Entry] = workers.Job(
        _checker, choose=lambda waiting, worker: sharing.choose([position for position, _ in waiting], worker)
    )

    def check(entries: list[_Entry]) -> Iterator[tuple[_Entry, list[Failure]]]:
        sharing.steps = [_sketches(entry) for _, entry in entries]
        for numbered, failures in processes.map(entries.copy()):
            if isinstance(failures, workers.Lost):
                failures = [Failure(_name(*numbered), None, f"the entry cannot be checked: {failures.reason}")]
            yield numbered, failures

    with workers.pool(jobs, os.cpu_count() or 1, job) as processes:
        yield check


def _alone() -> Callable[[_Entry], tuple[_Entry, list[Failure]]]:
    check = _checker()
    return lambda numbered: (numbered, check(numbered))


def _checker() -> Callable[[_Entry], list[Failure]]:
    """What checks one entry after the other and remembers the steps that it has checked."""
    known = {claim.id: claim for claim in registry.ours()}
    checked = _Checked()

    def check(numbered: _Entry) -> list[Failure]:
        name, entry = _name(*numbered), numbered[1]
        try:
            return _recheck_entry(name, entry, known, checked)
        except Exception as error:
            return [Failure(name, None, f"the entry cannot be read: {type(error).__name__}: {error}")]

    return check


def _name(position: int, entry: Any) -> str:
    return str(entry.get("id", f"entry {position}") if isinstance(entry, dict) else f"entry {position}")


def _sketches(entry: Any) -> set[str]:
    """What the entry's steps may be recognised by in another entry, where their premises stand at other places."""
    try:
        return {_digest([step.get("rule"), step.get("arguments")]) for step in _steps_of(entry)}
    except (AttributeError, RecursionError):
        return set()


def _count(whole: dict[str, Any]) -> int:
    return sum(map(len, map(_steps_of, whole["claims"])))


def _steps_of(entry: Any) -> list[Any]:
    """The steps of an entry that may hold anything."""
    steps = entry.get("steps") if isinstance(entry, dict) else None
    return steps if isinstance(steps, list) else []


class _Checked:
    """The steps that rules have made from recorded arguments: what several claims rest on is checked once.

    A rule's answer depends on its arguments, its evidence and the statements of its premises. The key holds the first
    two in full (as a digest) and the premises as the very steps that were made before, kept alive here."""

    def __init__(self) -> None:
        self._made: dict[tuple[str, tuple[int, ...]], tuple[Step, Any]] = {}

    def step(
        self, rule: str, arguments: dict[str, Any], premises: list[Step], evidence: list[Any]
    ) -> tuple[Step, Any]:
        """The step, and its conclusion as it stands in a certificate."""
        key = _digest({"rule": rule, "arguments": arguments, "evidence": evidence}), tuple(map(id, premises))
        if key not in self._made:
            step = derive(rule, arguments, *premises, evidence=evidence)
            self._made[key] = step, encode_statement(step.conclusion)
        return self._made[key]


def _recheck_entry(
    name: str, entry: dict[str, Any], known: dict[str, Any], checked: _Checked
) -> list[Failure]:
    steps: list[Step | None] = []
    failures: list[Failure] = []
    for i, recorded in enumerate(entry["steps"]):
        step, failure = _recheck_step(name, i, recorded, steps, checked)
        steps.append(step)
        failures += [failure] if failure else []
    failures += _recheck_conclusions(name, entry, steps)
    if name in known:
        expected = [encode_statement(s) for s in known[name].statements()] if entry["statements"] else []
        if expected != entry["statements"]:
            failures.append(Failure(name, None, "the statements are not those of the registry"))
    if not failures and _digest({k: v for k, v in entry.items() if k != "digest"}) != entry.get("digest"):
        failures.append(Failure(name, None, "the entry was changed after it was written: its digest does not match"))
    return failures


def _recheck_step(
    name: str, i: int, recorded: dict[str, Any], earlier: list[Step | None], checked: _Checked
) -> tuple[Step | None, Failure | None]:
    try:
        premises = [earlier[p] for p in recorded["premises"] if 0 <= p < i]
        if len(premises) != len(recorded["premises"]) or any(p is None for p in premises):
            return None, Failure(name, i, "it rests on a step that does not hold")
        made = [p for p in premises if p is not None]
        step, conclusion = checked.step(recorded["rule"], recorded["arguments"], made, recorded["evidence"])
    except (RuleFailure, InputError) as error:
        return None, Failure(name, i, f"the rule '{recorded.get('rule')}' no longer gives it: {error}")
    except Exception as error:
        return None, Failure(name, i, f"it cannot be read: {type(error).__name__}: {error}")
    if conclusion != recorded["conclusion"] or step.strength.value != recorded["strength"]:
        return None, Failure(name, i, f"the rule '{step.rule}' gives another conclusion: {step.conclusion}")
    return step, None


def _recheck_conclusions(name: str, entry: dict[str, Any], steps: list[Step | None]) -> list[Failure]:
    statements = [decode_statement(s) for s in entry["statements"]]
    verdict: str = entry["verdict"]
    refutation: Any = entry["refutation"]
    by_samples = bool(refutation) and "instance" not in refutation
    sampled = by_samples or verdict == Verdict.SUPPORTED.value
    if entry["confidence"] != (confidence_of(tuple(statements)) if sampled else ""):
        return [Failure(name, None, f"the confidence is not {entry['confidence'] or 'certainty'}")]
    if verdict in (Verdict.PROVED.value, Verdict.CERTIFIED.value, Verdict.SUPPORTED.value):
        if len(entry["roots"]) != len(statements) or not statements:
            return [Failure(name, None, "not every statement has a step that proves it")]
        found = []
        for root, statement in zip(entry["roots"], statements, strict=True):
            step = steps[root] if 0 <= root < len(steps) else None
            if step is None or step.conclusion != statement:
                return [Failure(name, root, f"it does not prove the statement {statement}")]
            found.append(step.verdict)
        if Verdict.weakest(found).value != verdict:
            return [Failure(name, None, f"the steps give {Verdict.weakest(found).value}, not {verdict}")]
        return []
    if verdict == Verdict.REFUTED.value:
        statement = statements[refutation["part"]]
        if by_samples:
            against = contradict(tuple(statements), refutation["part"], refutation["seed"], refutation["samples"])
            holds = against is not None and against.describe() == refutation["where"]
            return [] if holds else [Failure(name, None, f"the samples do not contradict {statement}")]
        if not at_instance(statement, decode_instance(refutation["instance"]), negate=True):
            return [Failure(name, None, f"the witness does not contradict {statement}")]
        return []
    return [] if verdict in Verdict.__members__ else [Failure(name, None, f"{verdict} is not a verdict")]


def _digest(entry: Any) -> str:
    return hashlib.sha256(json.dumps(entry, sort_keys=True).encode()).hexdigest()
