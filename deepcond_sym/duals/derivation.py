"""Derivations: displayed statements, each with its reason and a rule that judges its formulas."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import sympy as sp

from deepcond_sym.duals.algebra.zero import zero
from deepcond_sym.verdict import Verdict


class StepError(ArithmeticError):
    """A step of a derivation does not hold."""


class UndecidedError(ArithmeticError):
    """A step of a derivation could be neither shown nor refuted."""


_STRENGTH = {"exact": Verdict.PROVED, "definition": Verdict.PROVED, "ball": Verdict.CERTIFIED}


@dataclass(frozen=True)
class DerivationStep:
    """One line: a LaTeX statement made from `formulas`, why it holds, and the rule that judges these formulas.

    `template` is the LaTeX with <0>, <1>, ... where the formulas go; `rule` takes the formulas and returns a Verdict
    (or True, for as much as `kind` allows) or raises StepError with what is wrong. What is printed and what is judged
    are the same objects: a step with another formula is another statement, and is judged as such.

    `kind` is the most that the rule can do: "exact" (exact algebra), "ball" (enclosures compared at named points, so
    CERTIFIED at best) or "definition" (nothing to decide).

    >>> import sympy as sp
    >>> step = DerivationStep("2 + 2 = <0>", "Add.", "exact", lambda sum: same(sum, sp.Integer(4)), (sp.Integer(4),))
    >>> step.statement, step.judge().verdict
    ('2 + 2 = 4', <Verdict.PROVED: 'PROVED'>)
    """

    template: str
    reason: str
    kind: str
    rule: Callable[..., bool | Verdict] = field(compare=False)
    formulas: tuple[sp.Expr, ...] = ()

    @property
    def statement(self) -> str:
        """The line in LaTeX, for math mode."""
        return re.sub(r"<(\d+)>", lambda match: latex(self.formulas[int(match[1])]), self.template)

    def judge(self) -> Judgement:
        """What the rule says of the formulas, never more than `kind` allows."""
        try:
            found = self.rule(*self.formulas)
        except StepError as error:
            return Judgement(self, Verdict.REFUTED, str(error))
        except UndecidedError as error:
            return Judgement(self, Verdict.UNDECIDED, str(error))
        if not isinstance(found, Verdict):
            found = Verdict.PROVED if found else Verdict.REFUTED
        verdict = Verdict.weakest([found, _STRENGTH[self.kind]])
        why = "" if verdict in (Verdict.PROVED, Verdict.CERTIFIED) else "the rule does not confirm the formulas"
        return Judgement(self, verdict, why)


@dataclass(frozen=True)
class Judgement:
    """A step, its verdict, and why it is no better if it failed."""

    step: DerivationStep
    verdict: Verdict
    why: str = ""

    @property
    def holds(self) -> bool:
        """Whether the step was shown: in full, or at the points it names."""
        return self.verdict in (Verdict.PROVED, Verdict.CERTIFIED)


@dataclass(frozen=True)
class Derivation:
    """The steps from an activation to its dual.

    >>> from deepcond_sym.duals import dual
    >>> dual("erf").derivation.check()
    <Verdict.PROVED: 'PROVED'>
    """

    steps: tuple[DerivationStep, ...]

    def __iter__(self) -> Iterator[DerivationStep]:
        return iter(self.steps)

    def __len__(self) -> int:
        return len(self.steps)

    def __getitem__(self, index: int) -> DerivationStep:
        return self.steps[index]

    def judge(self) -> tuple[Judgement, ...]:
        """Every step with its verdict."""
        return tuple(step.judge() for step in self.steps)

    def check(self) -> Verdict:
        """The verdict of the weakest step; REFUTED as soon as one formula is certainly wrong (`failure` says which).

        >>> from dataclasses import replace
        >>> from deepcond_sym.duals import dual
        >>> right = dual("relu").derivation
        >>> wrong = replace(right[-1], formulas=(right[-1].formulas[0] * 2,))
        >>> Derivation((*right.steps[:-1], wrong)).check()
        <Verdict.REFUTED: 'REFUTED'>
        """
        return Verdict.weakest([judgement.verdict for judgement in self.judge()])

    def failure(self) -> str | None:
        """The first step that is refuted or undecided, with its number and why; None when every step holds."""
        for position, judgement in enumerate(self.judge(), 1):
            if not judgement.holds:
                return f"step {position} ({judgement.step.reason}) is {judgement.verdict.value}: {judgement.why}"
        return None

    def latex(self) -> str:
        """The derivation as a LaTeX fragment: one displayed formula a step, each after its reason."""
        return "\n".join(f"{step.reason}\n\\[\n{step.statement}\n\\]" for step in self.steps)


def latex(expr: sp.Expr) -> str:
    r"""A formula of a derivation for math mode.

    >>> from deepcond_sym.symbols import rho
    >>> print(latex(sp.asin(rho / 2)))
    \arcsin{\left(\frac{\rho}{2} \right)}
    """
    return sp.latex(expr, inv_trig_style="full")


def same(left: sp.Expr, right: sp.Expr) -> Verdict:
    """Whether two expressions in rho are equal: a Verdict, or StepError if they certainly differ.

    >>> from deepcond_sym.symbols import rho
    >>> same((1 + rho) ** 2, 1 + 2 * rho + rho**2)
    <Verdict.PROVED: 'PROVED'>
    """
    verdict = zero(left - right)
    if verdict is Verdict.REFUTED:
        raise StepError(f"{left} is not {right}")
    return verdict


def require(condition: bool, message: str) -> bool:
    """True, or StepError with the message."""
    if not condition:
        raise StepError(message)
    return True


def defined() -> bool:
    """The check of a definition: nothing to decide."""
    return True


def overlapping(left: sp.Expr, right: sp.Expr) -> bool:
    """Whether two constants agree, in exact algebra or else to some 100 bits; StepError if they certainly differ.

    Source: derived here.
    """
    if same(left, right) not in (Verdict.PROVED, Verdict.CERTIFIED):
        raise UndecidedError(f"{left} and {right} could not be compared")
    return True
