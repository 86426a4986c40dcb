"""A certificate: every step of every proof, in a form that can be checked again without any search.

Rechecking runs each rule on the recorded arguments, premises and evidence, compares what comes out with what is
recorded, compares the statements with the registry's, and evaluates each witness again. A digest of each claim's
entry guards what no rule looks at."""

import hashlib
import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deepcond_sym import __version__
from deepcond_sym.errors import InputError

from . import registry
from .contradiction import confidence_of, contradict
from .encoding import decode_instance, decode_statement, encode_statement
from .result import Result
from .semantics import at_instance
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
        json.dump(whole, file, indent=1)
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
    return sum(len(entry.get("steps", [])) for entry in read(path)["claims"])


def recheck(path: str | Path) -> list[Failure]:
    """Everything in the certificate that does not hold; empty if all does."""
    known = {claim.id: claim for claim in registry.ours()}
    checked = _Checked()
    failures: list[Failure] = []
    whole = read(path)
    for position, entry in enumerate(whole["claims"]):
        name = entry.get("id", f"entry {position}") if isinstance(entry, dict) else f"entry {position}"
        try:
            failures += _recheck_entry(name, entry, known, checked)
        except Exception as error:
            failures.append(Failure(str(name), None, f"the entry cannot be read: {type(error).__name__}: {error}"))
    digests = [entry.get("digest") if isinstance(entry, dict) else None for entry in whole["claims"]]
    if not failures and whole.get("digest") != _digest({"version": whole.get("version"), "claims": digests}):
        failures.append(
            Failure("the certificate", None, "an entry was added, removed or altered: the digest does not match")
        )
    return failures


class _Checked:
    """The steps that rules have made from recorded arguments: what several claims rest on is checked once.

    A rule's answer depends on its arguments, its evidence and the statements of its premises. The key holds the first
    two in full (as a digest) and the premises as the very steps that were made before, kept alive here."""

    def __init__(self) -> None:
        self._made: dict[tuple[str, tuple[int, ...]], Step] = {}

    def step(self, rule: str, arguments: dict[str, Any], premises: list[Step], evidence: list[Any]) -> Step:
        key = _digest({"rule": rule, "arguments": arguments, "evidence": evidence}), tuple(map(id, premises))
        if key not in self._made:
            self._made[key] = derive(rule, arguments, *premises, evidence=evidence)
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
        step = checked.step(recorded["rule"], recorded["arguments"], made, recorded["evidence"])
    except (RuleFailure, InputError) as error:
        return None, Failure(name, i, f"the rule '{recorded.get('rule')}' no longer gives it: {error}")
    except Exception as error:
        return None, Failure(name, i, f"it cannot be read: {type(error).__name__}: {error}")
    if encode_statement(step.conclusion) != recorded["conclusion"] or step.strength.value != recorded["strength"]:
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


def _digest(entry: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(entry, sort_keys=True).encode()).hexdigest()
