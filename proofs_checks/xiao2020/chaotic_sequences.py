"""What `chaotic_steps` shows of sums, for the sequences p_ab and p of the setting."""

from dataclasses import replace

import sympy as sp

from deepcond_sym.proof import UNCENTRED, Proof, Statement, Step, eq, fact, forall, lt
from deepcond_sym.proof.tactics.inductive import inductive
from deepcond_sym.proof.tactics.lemma import lemma

from . import chaotic_steps
from .chaotic_steps import frame, kernel, slope, slope_below_one
from .setting import c, chi, correlation, diagonal, l, layers, tangent

chaos = lt(1, chi)
apart = replace(frame, given=(*frame.given, chaos), sequences=(tangent,))
"""Two inputs with 0 <= c <= c*."""

same = forall(layers, given=[chaos], family=UNCENTRED, sequences=[diagonal], holds=chaos)
"""One input."""


@lemma("the sequence of the tangent kernel is the sum")
def as_sum(prove: Proof) -> Step:
    """p_ab(l) = Theta(l)."""
    goal = forall(
        correlation, layers, given=[chaos], family=UNCENTRED, sequences=[tangent], holds=eq(tangent(l), kernel(l, c))
    )
    return inductive(
        prove, goal, l,
        lambda base: prove.identity(base, unfold=[tangent(0), kernel(0, c)]),
        lambda step: prove.identity(
            step,
            [["unfold", tangent(l + 1)], ["given", len(step.given) - 1], ["use", chaotic_steps.next_kernel(prove), {}]],
        ),
    )  # fmt: skip


def of_sequence(prove: Proof, goal: Statement, shown: Step, depth: sp.Expr = l, *known) -> Step:
    """The goal, from the lemma about the sum at the same depth."""
    relation, known_sum = shown.conclusion.conclusion, as_sum(prove)
    here = replace(goal, given=(*goal.given, lt(slope, 1)), label="")
    use = [(known_sum, {l: depth})]
    back = [
        prove.identity(here.conclude(eq(goal.conclusion.lhs, relation.lhs)), using=use),
        prove.identity(here.conclude(eq(relation.rhs, goal.conclusion.rhs)), using=use),
    ]
    return prove.chain(goal, fact(slope_below_one(prove)), *known, back[0], shown, back[1])


