"""A recorded proof in the order in which a referee reads it: which steps are shown, under which statement, numbered
how."""

from dataclasses import dataclass
from typing import Any

from deepcond_sym.proof.encoding import decode_statement
from deepcond_sym.proof.language import Statement


@dataclass(frozen=True)
class Line:
    """One step that is shown: its number in print, and the step."""

    number: int
    step: dict[str, Any]
    conclusion: Statement


@dataclass(frozen=True)
class Part:
    """What is shown for one statement of the claim: the lines that are new, and the number of the one that says it."""

    lines: tuple[Line, ...]
    last: int


@dataclass(frozen=True)
class Reading:
    """The parts of a proof, the number of each recorded step in print, and what each recorded step says."""

    parts: tuple[Part, ...]
    numbers: dict[int, int]
    conclusions: list[Statement]


def reading(result: dict[str, Any]) -> Reading:
    """The reading order of a result's proof.

    A step that only repeats another is not shown: one recorded twice, or one that restates its only premise as it is.
    Its place in the text is taken by the step that it repeats.
    """
    steps = result["steps"]
    conclusions = [decode_statement(step["conclusion"]) for step in steps]
    parts: list[Part] = []
    numbers: dict[int, int] = {}
    shown: list[int] = []
    for root in result["roots"]:
        lines: list[Line] = []
        for i in range(root + 1):
            if i in numbers:
                continue
            twin = _twin(i, steps, conclusions, shown)
            if twin is not None:
                numbers[i] = numbers[twin]
                continue
            numbers[i] = len(shown) + 1
            shown.append(i)
            lines.append(Line(numbers[i], steps[i], conclusions[i]))
        parts.append(Part(tuple(lines), numbers[root]))
    return Reading(tuple(parts), numbers, conclusions)


def _twin(i: int, steps: list[dict[str, Any]], conclusions: list[Statement], shown: list[int]) -> int | None:
    """A step shown before that says the same."""
    for j in shown:
        same = conclusions[j] == conclusions[i]
        if same and (steps[j]["rule"], steps[j]["arguments"]) == (steps[i]["rule"], steps[i]["arguments"]):
            return j
    if steps[i]["rule"] == "consequence" and len(steps[i]["premises"]) == 1:
        (premise,) = steps[i]["premises"]
        if _says(conclusions[premise], conclusions[i]):
            return premise if premise in shown else None
    return None


def _says(one: Statement, other: Statement) -> bool:
    """Whether the statements differ in nothing but the order of their quantifiers."""
    return (
        one.conclusion == other.conclusion
        and set(one.variables) == set(other.variables)
        and set(one.given) == set(other.given)
        and one.family == other.family
        and one.sequences == other.sequences
    )
