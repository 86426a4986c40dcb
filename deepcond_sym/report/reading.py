"""A recorded proof in the order in which a referee reads it: which steps are shown, under which statement, numbered
how.

Three kinds of steps are not shown as lines of their own. Twins only repeat another step. Routine steps unfold a
definition, place a number in its interval or take a power of it. The base case and the step of an induction that
nothing else uses are told where the induction is."""

from dataclasses import dataclass
from typing import Any

import sympy as sp

from deepcond_sym.proof.encoding import decode_statement, decode_term
from deepcond_sym.proof.language import Statement

DEFINITION, CLEAR = "definition", "clear"
_SHORT = 5
"""Up to so many operations on both sides an inequality without products of sums counts as routine."""


@dataclass(frozen=True)
class Line:
    """One step that is shown: its number in print, and the step."""

    number: int
    step: dict[str, Any]
    conclusion: Statement


@dataclass(frozen=True)
class Part:
    """What is shown for one statement of the claim, or for one lemma: the lines that are new, the number of the one
    that says it, the name of the lemma, and the claim whose proof showed the lemma before."""

    lines: tuple[Line, ...]
    last: int
    lemma: str = ""
    shown_in: str = ""


@dataclass(frozen=True)
class Reading:
    """The lemmas of a proof and its parts; for each recorded step the first that says the same, and for that one its
    number in print, or its kind if it is routine, or neither if it is told inside another; with what each says."""

    lemmas: tuple[Part, ...]
    parts: tuple[Part, ...]
    same: dict[int, int]
    numbers: dict[int, int]
    routine: dict[int, str]
    steps: list[dict[str, Any]]
    conclusions: list[Statement]


def reading(result: dict[str, Any], shown: dict[str, str] | None = None) -> Reading:
    """The reading order of a result's proof: lemmas first, then each statement in turn.

    `shown` has the lemmas that other claims' proofs have shown, with the ids of these claims: such a lemma is one line
    here, that which says it. The lemmas of this proof are added to it.
    """
    shown = {} if shown is None else shown
    steps, roots = result["steps"], result["roots"]
    conclusions = [decode_statement(step["conclusion"]) for step in steps]
    same = _twins(steps, conclusions)
    named = [i for i, step in enumerate(steps) if step.get("lemma") and same[i] == i]
    goals = {same[i] for i in roots} | {i for i in named if not _is_range_of_power(conclusions[i])}
    routine = _routine(steps, conclusions, same, goals)
    told = _told_inside(steps, same, goals, routine)
    numbers: dict[int, int] = {}

    before = {i: shown[key] for i in named if (key := _lemma_key(steps[i])) in shown and i in goals}

    def part(root: int, lemma: str = "") -> Part:
        lines: list[Line] = []
        for i in sorted(_below(root, steps, same, set(before)) - set(routine)):
            if i not in numbers and i not in told:
                numbers[i] = len(numbers) + 1
                lines.append(Line(numbers[i], steps[i], conclusions[i]))
        return Part(tuple(lines), numbers[root], lemma, before.get(root, "") if lemma else "")

    needed = set().union(*(_below(same[root], steps, same, set(before)) for root in roots))
    lemmas = [part(i, steps[i]["lemma"]) for i in named if i in goals and i in needed]
    parts = [part(same[root]) for root in roots]
    for i in named:
        shown.setdefault(_lemma_key(steps[i]), result["id"])
    return Reading(tuple(p for p in lemmas if p.lines), tuple(parts), same, numbers, routine, steps, conclusions)


def _lemma_key(step: dict[str, Any]) -> str:
    """The same for lemmas of one name that say the same."""
    return repr((step["lemma"], step["conclusion"]))


def _below(root: int, steps: list[dict[str, Any]], same: dict[int, int], ends: set[int]) -> set[int]:
    """The step and all that it rests on, each by the first that says it; what `ends` rest on is left out."""
    found, waiting = set(), [root]
    while waiting:
        i = waiting.pop()
        if i not in found:
            found.add(i)
            waiting += [same[p] for p in steps[i]["premises"]] if i not in ends else []
    return found


def full_reading(result: dict[str, Any]) -> Reading:
    """Every recorded step under its own number, nothing left out."""
    steps = result["steps"]
    conclusions = [decode_statement(step["conclusion"]) for step in steps]
    every = range(len(steps))
    return Reading((), (), {i: i for i in every}, {i: i + 1 for i in every}, {}, steps, conclusions)


def _twins(steps: list[dict[str, Any]], conclusions: list[Statement]) -> dict[int, int]:
    """For each step the first that says the same: recorded before, or one of its premises, restated as it is."""
    same: dict[int, int] = {}
    seen: dict[str, int] = {}
    for i, step in enumerate(steps):
        premises = [same[p] for p in step["premises"]]
        key = repr((step["rule"], step["arguments"], premises, step["conclusion"]))
        same[i] = seen.setdefault(key, i)
        if step["rule"] == "consequence":
            same[i] = next((p for p in premises if _says(conclusions[p], conclusions[i])), same[i])
    return same


def _says(one: Statement, other: Statement) -> bool:
    """Whether the statements differ in nothing but the order of their quantifiers."""
    return (
        one.conclusion == other.conclusion
        and set(one.variables) == set(other.variables)
        and set(one.given) == set(other.given)
        and one.family == other.family
        and one.sequences == other.sequences
    )


def _routine(
    steps: list[dict[str, Any]], conclusions: list[Statement], same: dict[int, int], goals: set[int]
) -> dict[int, str]:
    """The routine steps with their kind."""
    kinds: dict[int, str] = {}
    for i, step in enumerate(steps):
        if same[i] != i or i in goals:
            continue
        rule, arguments = step["rule"], step["arguments"]
        if rule == "identity" and not step["premises"] and all(e[0] == "unfold" for e in arguments["rewrite"]):
            kinds[i] = DEFINITION
        elif rule == "induction" and _is_range_of_power(conclusions[i]):
            kinds[i] = CLEAR
        elif rule == "polynomial":
            if _is_immediate(step, conclusions[i]):
                kinds[i] = CLEAR
        elif rule in ("consequence", "cases") and step["premises"] and all(same[p] in kinds for p in step["premises"]):
            links = _links(step, same, kinds) if rule == "consequence" else []
            kinds |= {} if links.count(CLEAR) > 1 else {i: CLEAR}
    users = _users(steps, same)
    for i in reversed(range(len(steps))):  # what serves nothing but a routine step is not told either
        if same[i] == i and i not in goals and users.get(i) and users[i] <= set(kinds):
            kinds.setdefault(i, CLEAR)
    return kinds


def _is_range_of_power(said: Statement) -> bool:
    """Whether it says that a power is at least 0, at most 1 or at least 1, as it is where its base is."""
    sides = said.conclusion.lhs, said.conclusion.rhs
    ends = [(low, high) for low, high in (sides, sides[::-1]) if low in (0, 1) and isinstance(high, sp.Pow)]
    return said.conclusion.op == "<=" and any(high.base.is_Symbol and high.exp.is_Symbol for _, high in ends)


def _links(step: dict[str, Any], same: dict[int, int], kinds: dict[int, str]) -> list[str]:
    """The kinds of the links of a chain: two inequalities in a row are an argument, however short each is."""
    uses = zip(step["premises"], step["arguments"]["uses"], strict=True)
    return [kinds[same[premise]] for premise, use in uses if use["role"] == "link"]


def _is_immediate(step: dict[str, Any], said: Statement) -> bool:
    """Whether a polynomial inequality is short, and its difference a product of variables and of distances from the
    ends of their intervals."""
    relation = said.conclusion
    if sp.count_ops(relation.lhs) + sp.count_ops(relation.rhs) > _SHORT:
        return False
    if relation.op == "!=":
        return True
    found = step["evidence"][-1] if step["evidence"] else {"numerator": [], "denominator": []}
    factors = [decode_term(entry[0]) for part in ("numerator", "denominator") for entry in found[part]]
    return all(len(f.free_symbols) == 1 and sp.Poly(f, *f.free_symbols).degree() == 1 for f in factors)


def _told_inside(
    steps: list[dict[str, Any]], same: dict[int, int], goals: set[int], routine: dict[int, str]
) -> set[int]:
    """The base cases and steps of inductions that nothing else uses."""
    users = _users(steps, same)
    inside = set()
    for i, step in enumerate(steps):
        used_by = users.get(i, set())
        if i not in goals and i not in routine and step["rule"] == "consequence" and len(used_by) == 1:
            (user,) = used_by
            if steps[user]["rule"] == "induction":
                inside.add(i)
    return inside


def _users(steps: list[dict[str, Any]], same: dict[int, int]) -> dict[int, set[int]]:
    """For each step those that rest on it, each by the first that says it."""
    users: dict[int, set[int]] = {}
    for i, step in enumerate(steps):
        if same[i] == i:
            for premise in step["premises"]:
                users.setdefault(same[premise], set()).add(i)
    return users
