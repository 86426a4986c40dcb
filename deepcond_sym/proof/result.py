"""The outcome of one claim as plain data: what the terminal, the report and the certificate are made of."""

from typing import Any

from .claim import Claim, Judgement, Mutant
from .contradiction import Contradiction, confidence_of
from .encoding import encode_instance, encode_statement
from .refutation import Refutation
from .sampling import shown
from .step import Step
from .tactics.lemma import name_of
from .verdict import Verdict

Result = dict[str, Any]


def judged(claim: Claim, judgement: Judgement) -> Result:
    """The result of a claim, without its mutants."""
    steps, roots = _flatten(judgement.steps)
    return {
        **described(claim),
        "verdict": judgement.verdict.value,
        "confidence": _confidence(judgement),
        "as_expected": judgement.verdict is claim.expected,
        "reason": "" if judgement.verdict is claim.expected else judgement.reason,
        "seconds": round(judgement.seconds, 4),
        "statements": [encode_statement(s) for s in judgement.statements],
        "steps": steps,
        "roots": roots,
        "refutation": None if judgement.refutation is None else _refutation(judgement.refutation),
        "mutants": [],
        "slack": [],
    }


def described(claim: Claim) -> Result:
    """What the registry says of a claim."""
    return {
        "id": claim.id,
        "bibkey": claim.bibkey,
        "label": claim.label,
        "title": claim.title,
        "source": claim.source,
        "provenance": claim.provenance,
        "printed": claim.printed,
        "note": claim.note,
        "beside": list(claim.beside),
        "expected": claim.expected.value,
    }


def undecided(claim: Claim, reason: str, seconds: float) -> Result:
    """The result of a claim whose judging did not come to an end: never what is expected, not even of a claim that
    cannot be judged."""
    ended_early = judged(claim, Judgement(Verdict.UNDECIDED, (), (), None, reason, seconds))
    return {**ended_early, "as_expected": False, "reason": reason}


def mutated(claim: Claim, mutant: Mutant, judgement: Judgement) -> Result:
    """The result of a mutant. It dies if it does not share the fate of the claim, and, where false, is refuted with a
    witness."""
    verdict = judgement.verdict
    if claim.expected is Verdict.REFUTED:
        died = verdict is not Verdict.REFUTED
    elif mutant.false:
        died = verdict is Verdict.REFUTED
    else:
        died = verdict not in (Verdict.PROVED, Verdict.CERTIFIED, Verdict.SUPPORTED)
    against = judgement.refutation
    where = against.describe() if isinstance(against, Contradiction) else against.instance.describe() if against else ""
    reason = where if against else judgement.reason
    return {"name": mutant.name, "verdict": verdict.value, "died": died, "reason": reason}


def _confidence(judgement: Judgement) -> str:
    """How sure the samples make, for a verdict that rests on them; "" for one that does not."""
    sampled = judgement.verdict is Verdict.SUPPORTED or isinstance(judgement.refutation, Contradiction)
    return confidence_of(judgement.statements) if sampled else ""


def _refutation(refutation: Refutation | Contradiction) -> Result:
    left, right = refutation.sides()
    if isinstance(refutation, Contradiction):
        source: Result = {"samples": refutation.samples, "seed": refutation.seed, "where": refutation.describe()}
    else:
        source = {"instance": encode_instance(refutation.instance), "where": refutation.instance.describe()}
    return {
        "part": refutation.part,
        **source,
        "left": left,
        "relation": refutation.statement.conclusion.op,
        "right": right,
        "reproduce": refutation.reproduce(),
    }


def _flatten(roots: tuple[Step, ...]) -> tuple[list[Result], list[int]]:
    """All steps once, premises before the steps that use them, and the place of each root."""
    order: list[Step] = []
    for root in roots:
        order += [step for step in root.trail() if not any(step is seen for seen in order)]
    place = {id(step): i for i, step in enumerate(order)}
    listed = [
        {
            **({"lemma": name_of(step)} if name_of(step) else {}),
            "rule": step.rule,
            "arguments": step.arguments,
            "premises": [place[id(p)] for p in step.premises],
            "evidence": list(step.evidence),
            "conclusion": encode_statement(step.conclusion),
            "strength": step.strength.value,
            "seconds": round(step.seconds, 5),
            "interval": _interval(step),
        }
        for step in order
    ]
    return listed, [place[id(root)] for root in roots]


def _interval(step: Step) -> str:
    """Where the samples of a step put the mean, for people to read; "" for a step without samples."""
    if step.rule != "monte carlo":
        return ""
    return shown(step.conclusion, step.arguments["seed"], step.arguments["samples"])
