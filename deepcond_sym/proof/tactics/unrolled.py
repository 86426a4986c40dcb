"""A linear recursion written out as a sum of products, by induction on its depth.

The solution of y_0 = a_0, y_L = a_L + c_L y_{L-1} is y_L = sum_h a_h prod_{k > h} c_k: the last summand has an empty
product, and every other one carries the factor c_L."""

from typing import TYPE_CHECKING

import sympy as sp

from ..language import Statement, iterate, ntk
from ..step import RuleFailure, Step
from .inductive import inductive

if TYPE_CHECKING:
    from ..proof import Proof


def unrolled(prove: "Proof", goal: Statement) -> Step:
    """ntk(L, r) = a Sum of Products, for every L >= 0."""
    kernel, total = goal.conclusion.lhs, goal.conclusion.rhs
    if kernel.func != ntk or not kernel.args[0].is_Symbol or not isinstance(total, sp.Sum):
        raise RuleFailure("the goal must read ntk(L, r) = a Sum of Products")
    depth, r = kernel.args

    def base(start: Statement) -> Step:
        return prove.identity(start, unfold=[ntk(0, r), start.conclusion.rhs, iterate(0, r)])

    def step(later: Statement) -> Step:
        rewrite = [["unfold", ntk(depth + 1, r)], ["unfold", later.conclusion.rhs], ["given", len(later.given) - 1]]
        return prove.identity(later, rewrite)

    return inductive(prove, goal, depth, base, step)
