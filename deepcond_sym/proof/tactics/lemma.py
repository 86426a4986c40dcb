"""Lemmas that hold once and for all are proved once in a process."""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING

from ..step import Step

if TYPE_CHECKING:
    from ..proof import Proof


def lemma(prover: Callable[["Proof"], Step]) -> Callable[["Proof"], Step]:
    """Decorator: the step is made at the first call and handed back at every other."""
    made: list[Step] = []

    @wraps(prover)
    def once(prove: "Proof") -> Step:
        if not made:
            made.append(prover(prove))
        return made[0]

    return once
