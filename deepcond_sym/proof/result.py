"""The outcome of one claim as plain data: what the terminal, the report and the certificate are made of."""

from typing import Any

from .claim import Claim, Judgement, Mutant
from .encoding import encode_instance, encode_statement
from .refutation import Refutation
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
        "as_expected": judgement.verdict is claim.expected,
        "reason": "" if judgement.verdict is claim.expected else judgement.reason,
        "seconds": round(judgement.seconds, 4),
        "statements": [encode_statement(s) for s in judgement.statements],
        "steps": steps,
        "roots": roots,
        "refutation": None if judgement.refutation is None else _refutation(judgement.refutation),
        "mutants": [],
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
    reason = judgement.refutation.instance.describe() if judgement.refutation else judgement.reason
    return {"name": mutant.name, "verdict": verdict.value, "died": died, "reason": reason}


def _refutation(refutation: Refutation) -> Result:
    left, right = refutation.sides()
    return {
        "part": refutation.part,
        "instance": encode_instance(refutation.instance),
        "where": refutation.instance.describe(),
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
        }
        for step in order
    ]
    return listed, [place[id(root)] for root in roots]
