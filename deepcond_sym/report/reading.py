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
    """What is shown for one statement of the claim, or for one lemma: the lines that are new, the number of the one
    that says it, and the name of the lemma."""

    lines: tuple[Line, ...]
    last: int
    lemma: str = ""


@dataclass(frozen=True)
class Reading:
    """The lemmas, the proofs of the statements, the number of each recorded step in print, what each recorded step
    says, and the words for steps that have no line of their own."""

    lemmas: tuple[Part, ...]
    parts: tuple[Part, ...]
    numbers: dict[int, int]
    conclusions: list[Statement]
    passing: dict[int, str]


def reading(result: dict[str, Any]) -> Reading:
    """The reading order of a result's proof: lemmas first, then each statement in turn.

    A step that only repeats another is not shown: one recorded twice, or one that restates its only premise as it is.
    Its place in the text is taken by the step that it repeats. Nor is one shown that unfolds definitions and nothing
    else, or compares a term with itself: a word does where it is used.
    """
    steps = result["steps"]
    conclusions = [decode_statement(step["conclusion"]) for step in steps]
    passing = {i: word for i, step in enumerate(steps) if i not in result["roots"] and (word := _word(step))}
    numbers: dict[int, int] = {}
    shown: list[int] = []

    def part(root: int, name: str = "") -> Part:
        lines: list[Line] = []
        for i in sorted(_below(root, steps)):
            if i in numbers or i in passing:
                continue
            twin = _twin(i, steps, conclusions, shown)
            if twin is not None:
                numbers[i] = numbers[twin]
                continue
            numbers[i] = len(shown) + 1
            shown.append(i)
            lines.append(Line(numbers[i], steps[i], conclusions[i]))
        return Part(tuple(lines), numbers[root], name)

    named = [i for i, step in enumerate(steps) if step.get("lemma")]
    lemmas = [part(i, steps[i]["lemma"]) for i in named]
    parts = [part(root) for root in result["roots"]]
    return Reading(tuple(p for p in lemmas if p.lines), tuple(parts), numbers, conclusions, passing)


def _below(root: int, steps: list[dict[str, Any]]) -> set[int]:
    """The step and all that it rests on."""
    found, open_ = set(), [root]
    while open_:
        i = open_.pop()
        if i not in found:
            found.add(i)
            open_ += steps[i]["premises"]
    return found


def _word(step: dict[str, Any]) -> str:
    """What is said in place of a step that needs no line."""
    if step["rule"] == "identity" and not step["premises"]:
        kinds = {entry[0] for entry in step["arguments"]["rewrite"]}
        return "definition" if kinds == {"unfold"} else ""
    op, left, right = step["conclusion"]["holds"]
    return "the trivial comparison" if step["rule"] == "polynomial" and left == right and op == "<=" else ""


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
