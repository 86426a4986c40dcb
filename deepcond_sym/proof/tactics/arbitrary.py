"""Sequences driven by an arbitrary one with values in [0, b]: y(k + 1) = S_k y(k) shrinks at least as b^k."""

from typing import TYPE_CHECKING

import sympy as sp

from ..language import Statement, Term, interval, le
from ..step import Step
from .inductive import inductive

if TYPE_CHECKING:
    from ..proof import Proof, Use

_x, _y, _u = (sp.Symbol(name, real=True) for name in ("_x", "_y", "_u"))
_from_zero = {symbol: interval(symbol, 0, sp.oo) for symbol in (_x, _y, _u)}


def no_less(prove: "Proof", term: Term, more: Term) -> "Use":
    """The link term <= term + more, where 0 <= more is known."""
    from ..proof import at

    anything = interval(_y, -sp.oo, sp.oo)
    return at(prove.polynomial(le(_y, _y + _u), anything, _from_zero[_u]), {_y: term, _u: more})


def scaled(prove: "Proof", factor: Term, low: Term, high: Term) -> "Use":
    """The link factor low <= factor high, where 0 <= factor and low <= high are known."""
    from ..proof import at

    anything = interval(_y, -sp.oo, sp.oo)
    larger = prove.polynomial(le(_x * _y, _x * _y + _x * _u), _from_zero[_x], anything, _from_zero[_u])
    return at(larger, {_x: factor, _y: low, _u: high - low})


def product_known(prove: "Proof", a: Term, b: Term, role: str = "fact") -> "Use":
    """The fact (or link) 0 <= a b, where 0 <= a and 0 <= b are known."""
    from ..proof import Use

    return Use(prove.polynomial(le(0, _x * _y), _from_zero[_x], _from_zero[_y]), {_x: a, _y: b}, role)


def shrinking(prove: "Proof", goal: Statement, k: sp.Symbol, y: Term, factor: Term, ratio: Term, size: Term) -> Step:
    """|y(k)| <= ratio^k |size|, where y(0) = size and y(k + 1) = factor y(k) by definition, 0 <= factor <= ratio."""
    from ..proof import fact

    known = ratio**k * sp.Abs(size)
    variables = tuple(v for v in goal.variables)
    room = [fact(prove.ranging(part, factor, *variables)) for part in ("at least", "at most")]
    positive = fact(prove.power("non-negative", ratio, k, *variables))

    def one_side(target: Statement, sign: int) -> Step:
        return prove.chain(
            target, *room, positive, product_known(prove, ratio**k, sp.Abs(size)),
            prove.unfold(target, target.conclusion.lhs),
            scaled(prove, factor, sign * y, known), scaled(prove, known, factor, ratio),
        )  # fmt: skip

    def step(target: Statement) -> Step:
        later, bound = target.conclusion.lhs.args[0], target.conclusion.rhs
        sides = [one_side(target.conclude(le(sign * later, bound)), sign) for sign in (1, -1)]
        return prove.absolute_value(target, *sides)

    return inductive(
        prove, goal, k, lambda base: prove.chain(base, prove.unfold(base, base.conclusion.lhs)), step
    )  # fmt: skip
