"""Sharpening many claims: the probes of all families run in worker processes, each with a deadline."""

from collections import deque
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from deepcond_sym.errors import InputError

from .claim import Claim
from .result import Result
from .runner import Task, pool
from .sharpening import Search
from .verdict import Verdict

GAP = Fraction(1, 1000)


def sharpen(
    claims: list[Claim],
    *,
    gap: Fraction = GAP,
    jobs: int | None = None,
    timeout: float = 60,
    on_probe: Callable[[Result], None] | None = None,
    selectors: list[str] | None = None,
) -> list[Result]:
    """For every declared parameter of the claims: up to where the claim is proved and from where it is refuted.

    `timeout` is in seconds, for one probe; `gap` is the width at which the bisection stops. InputError if no claim
    declares a parameter. Each result has the constants as exact fractions, the judged statements at both, the witness,
    and every probe."""
    if gap <= 0:
        raise InputError("the gap at which the bisection stops is a positive number, such as 1/1000")
    searches = {
        (claim.id, place): Search(family, gap) for claim in claims for place, family in enumerate(claim.sharpenings)
    }
    if not searches:
        named = ", ".join(claim.id for claim in claims[:3])
        raise InputError(f"nothing to sharpen in {named}: declare a parameter with claim.sharpen(...)")
    kept: dict[tuple[str, int], dict[Fraction, Result]] = {key: {} for key in searches}
    waiting = deque(
        Task(claim, probe=(place, family.printed)) for claim in claims for place, family in enumerate(claim.sharpenings)
    )
    names = selectors if selectors is not None else [claim.id for claim in claims]
    with pool(jobs, len(waiting), names) as judges:
        for task, result in judges.map(waiting, timeout):
            assert task.probe is not None
            place, c = task.probe
            key = task.claim.id, place
            kept[key][c] = result
            searches[key].record(c, Verdict(result["verdict"]))
            if on_probe is not None:
                on_probe(result)
            following = searches[key].next()
            if following is not None:
                waiting.append(Task(task.claim, probe=(place, following)))
    owners = {claim.id: claim for claim in claims}
    return [_outcome(owners[name], search, kept[name, place]) for (name, place), search in searches.items()]


def _outcome(claim: Claim, search: Search, probes: dict[Fraction, Result]) -> dict[str, Any]:
    """What the search found, as plain data."""
    family = search.family
    proved, refuted = search.proved, search.refuted
    ordered = sorted(probes, reverse=not family.upwards)
    return {
        "id": claim.id,
        "title": claim.title,
        "parameter": family.parameter,
        "form": str(family.form),
        "printed": str(family.printed),
        "weakest": str(family.weakest),
        "strongest": str(family.strongest),
        "gap": str(search.gap),
        "outcome": search.outcome,
        "proved": None if proved is None else {"c": str(proved), "value": str(family.value(proved))},
        "refuted": None if refuted is None else {"c": str(refuted), "value": str(family.value(refuted))},
        "undecided": [str(c) for c in ordered if search.verdicts[c] is Verdict.UNDECIDED],
        "reasons": {str(c): probes[c]["reason"] for c in ordered if search.verdicts[c] is Verdict.UNDECIDED},
        "witness": None if refuted is None else probes[refuted]["refutation"],
        "probes": [
            {"c": str(c), "verdict": search.verdicts[c].value, "seconds": probes[c]["seconds"]} for c in ordered
        ],
    }
