"""Lemmas that hold once and for all are proved once in a process, and have a name that reports print."""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING

from ..step import Step

if TYPE_CHECKING:
    from ..proof import Proof

_NAMED: list[tuple[Step, str]] = []


def lemma(name: str) -> Callable[[Callable[["Proof"], Step]], Callable[["Proof"], Step]]:
    """Decorator: the step is made at the first call and handed back at every other; reports call it by this name."""

    def decorate(prover: Callable[["Proof"], Step]) -> Callable[["Proof"], Step]:
        made: list[Step] = []

        @wraps(prover)
        def once(prove: "Proof") -> Step:
            if not made:
                made.append(named(name, prover(prove)))
            return made[0]

        return once

    return decorate


def named(name: str, step: Step) -> Step:
    """The step, which reports will call by this name and prove apart from what rests on it."""
    _NAMED.append((step, name))
    return step


def name_of(step: Step) -> str:
    """The name of a lemma; empty for any other step."""
    return next((name for other, name in _NAMED if other is step), "")
