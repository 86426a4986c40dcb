"""Induction with its two goals built for you."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import sympy as sp

from ..language import Statement, Term
from ..rules.context import Context
from ..rules.definition import unfold
from ..step import Evidence, RuleFailure, Step

if TYPE_CHECKING:
    from ..proof import Proof


def base_case(goal: Statement, k: sp.Symbol) -> Statement:
    """The goal at the first value of the index."""
    v = goal.variable(k)
    if v is None:
        raise RuleFailure(f"{k} is not a variable of the statement")
    first = {k: v.lower}
    variables = tuple(w for w in goal.variables if w.symbol != k)
    given = tuple(g.subs(first) for g in goal.given)
    return replace(goal, conclusion=goal.conclusion.subs(first), variables=variables, given=given)


def step_case(goal: Statement, k: sp.Symbol) -> Statement:
    """The goal at k + 1, with the goal at k as its last hypothesis."""
    following = {k: k + 1}
    later = [g.subs(following) for g in goal.given]
    given = tuple(dict.fromkeys([*goal.given, *later, goal.conclusion]))
    return replace(goal, conclusion=goal.conclusion.subs(following), given=given)


def inductive(
    prove: "Proof",
    goal: Statement,
    k: sp.Symbol,
    base: Callable[[Statement], Step],
    step: Callable[[Statement], Step],
) -> Step:
    """The goal for every k: `base` and `step` get their goals and hand back their proofs."""
    return prove.induction(goal, k, base(base_case(goal, k)), step(step_case(goal, k)))


def closed_form(prove: "Proof", goal: Statement, *premises: Step) -> Step:
    """name(k) = U(k) for every k; the premises are equalities for other sequences that occur in its step."""
    lhs = goal.conclusion.lhs
    symbols = [v.symbol for v in goal.variables if v.integer and v.symbol in lhs.free_symbols]
    if goal.conclusion.op != "==" or len(lhs.args) != 1 or len(symbols) != 1:
        raise RuleFailure("a closed form reads name(k) = U(k), with one index k")
    (k,) = symbols
    first = next(v.lower for v in goal.variables if v.symbol == k)

    def shown(target: Statement, *hypotheses: list, places: tuple[Term, ...]) -> Step:
        call = target.conclusion.lhs
        unfolded = unfold(call, target, Context.of(target, Evidence()))
        facts = [(step, _index(step), at) for step in premises for at in places]
        uses = [
            ["use", step, {own: at}]
            for step, own, at in facts
            if unfolded.has(step.conclusion.conclusion.lhs.subs(own, at))
        ]
        return prove.identity(target, [["unfold", call], *hypotheses, *uses])

    def base(start: Statement) -> Step:
        return shown(start, places=(first,))

    def step(later: Statement) -> Step:
        return shown(later, ["given", len(later.given) - 1], places=(k, k + 1))

    return inductive(prove, goal, k, base, step)


def _index(premise: Step) -> sp.Symbol:
    lhs = premise.conclusion.conclusion.lhs
    symbols = [v.symbol for v in premise.conclusion.variables if v.integer and v.symbol in lhs.args[0].free_symbols]
    if len(symbols) != 1:
        raise RuleFailure("a closed form has one index")
    return symbols[0]

