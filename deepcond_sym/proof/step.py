"""A checked step of a proof. Only `derive` makes steps, and it makes one only if the rule's check returns."""

import time
from collections.abc import Callable
from dataclasses import InitVar, dataclass, field
from typing import Any

from sympy.polys.polyerrors import BasePolynomialError

from .language import Statement
from .verdict import Verdict

_SEAL = object()


class RuleFailure(ArithmeticError):
    """The rule does not yield the statement: the message says which obligation is left open."""


class Evidence:
    """What an untrusted search found and a rule checks: recorded the first time, replayed on recheck.

    A rule asks for its evidence in a fixed order; on recheck the search is never called.
    """

    def __init__(self, recorded: list[Any] | None = None) -> None:
        self.replaying = recorded is not None
        self.items: list[Any] = list(recorded or [])
        self._next = 0

    def ask(self, search: Callable[[], Any]) -> Any:
        if not self.replaying:
            self.items.append(search())
        if self._next >= len(self.items):
            raise RuleFailure("the certificate lacks evidence for this step")
        item = self.items[self._next]
        self._next += 1
        return item


@dataclass(frozen=True)
class Step:
    """One application of a rule: from premises to a conclusion that holds."""

    rule: str
    arguments: dict[str, Any]
    premises: tuple["Step", ...]
    evidence: tuple[Any, ...]
    conclusion: Statement
    strength: Verdict
    seconds: float = field(compare=False, default=0)
    seal: InitVar[object] = None

    def __post_init__(self, seal: object) -> None:
        if seal is not _SEAL:
            raise TypeError("a step is made by `derive`, which checks it")

    def __init_subclass__(cls) -> None:
        raise TypeError("a step is made by `derive`, which checks it: there are no other kinds")

    def __reduce__(self):
        raise TypeError("a step does not travel: write a certificate, which is checked again where it is read")

    @property
    def verdict(self) -> Verdict:
        """The weakest of this step and of all that it rests on."""
        return Verdict.weakest([step.strength for step in self.trail()])

    def trail(self) -> list["Step"]:
        """This step and all that it rests on, each once, premises first."""
        seen: dict[int, Step] = {}

        def visit(step: Step) -> None:
            if id(step) not in seen:
                for premise in step.premises:
                    visit(premise)
                seen[id(step)] = step

        visit(self)
        return list(seen.values())


def derive(rule: str, arguments: dict[str, Any], *premises: Step, evidence: list[Any] | None = None) -> Step:
    """Apply a rule; RuleFailure if its check does not go through.

    `arguments` is plain JSON, so that the very same call can be made again from a certificate; with `evidence` given,
    nothing is searched.
    """
    from .rules import RULES

    if rule not in RULES:
        raise RuleFailure(f"there is no rule named '{rule}'")
    if any(type(p) is not Step for p in premises):
        raise TypeError("a premise is a step that `derive` made")
    if any(p.strength is not Verdict.PROVED for p in premises):
        raise RuleFailure("a premise must be proved for its whole domain: an instance cannot be generalised")
    found = Evidence(evidence)
    start = time.perf_counter()
    try:
        conclusion, strength = RULES[rule](arguments, [p.conclusion for p in premises], found)
    except BasePolynomialError as error:
        raise RuleFailure(f"a term is not the polynomial that the rule '{rule}' takes") from error
    seconds = time.perf_counter() - start
    return Step(rule, arguments, tuple(premises), tuple(found.items), conclusion, strength, seconds, _SEAL)
