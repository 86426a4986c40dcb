"""Derivations: displayed statements, each with its reason and a check that a machine can run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import sympy as sp

from deepcond_sym.arithmetic import ball, lower, precision


class StepError(ArithmeticError):
    """A step of a derivation does not hold."""


@dataclass(frozen=True)
class DerivationStep:
    """One line: a LaTeX statement, why it holds, and `check`, which returns True or raises StepError.

    `kind` says what the check is: "exact" (decided in exact algebra), "ball" (both sides enclosed, the enclosures
    overlap to `bits` bits: evidence for equality, not a proof) or "definition" (nothing to decide).
    """

    statement: str
    reason: str
    kind: str
    check: Callable[[], bool] = field(compare=False)


@dataclass(frozen=True)
class Derivation:
    """The steps from an activation to its dual.

    >>> from deepcond_sym.duals import dual
    >>> dual("erf").derivation.check()
    True
    """

    steps: tuple[DerivationStep, ...]

    def __iter__(self) -> Iterator[DerivationStep]:
        return iter(self.steps)

    def __len__(self) -> int:
        return len(self.steps)

    def __getitem__(self, index: int) -> DerivationStep:
        return self.steps[index]

    def check(self) -> bool:
        """Run the check of every step; True, or StepError from the first step that does not hold."""
        return all(step.check() for step in self.steps)

    def latex(self) -> str:
        """The derivation as a LaTeX fragment: one displayed formula a step, each after its reason."""
        return "\n".join(f"{step.reason}\n\\[\n{step.statement}\n\\]" for step in self.steps)


def require(condition: bool, message: str) -> bool:
    """True, or StepError with the message."""
    if not condition:
        raise StepError(message)
    return True


def defined() -> bool:
    """The check of a definition: nothing to decide."""
    return True


def overlapping(left: sp.Expr, right: sp.Expr, bits: int = 200) -> bool:
    """Whether two constant expressions agree as balls of about `bits` bits; StepError if they certainly differ.

    Source: derived here.
    """
    if left == right:
        return True
    with precision(bits=bits):
        difference = lower(left, ball, variables=())() - lower(right, ball, variables=())()
        require(difference.is_finite() and difference.contains(0), f"{left} and {right} differ")
        return require(bool(abs(difference) < 2.0 ** -(bits // 2)), f"{left} and {right} could not be compared")
