"""From a bound for all correlations to a kernel matrix of data, and from its entries to its condition number.

Law. K^(L)_ij = f^L(x_i . x_j) for unit vectors, with diagonal f^L(1) = 1 if E[sigma^2] = 1; Theta^(L)_ij is ntk(L, x_i
. x_j), with diagonal ntk(L, 1) >= 1. So a bound U for |f^L(rho)|, or U ntk(L, 1) for |ntk(L, rho)|, valid for every
|rho| <= 1 - delta, bounds the off-diagonal entries. Gershgorin: a symmetric n x n matrix with unit diagonal and
off-diagonal entries at most b in absolute value has its eigenvalues in [1 - (n-1) b, 1 + (n-1) b]; if (n-1) b < 1 its
condition number is at most (1 + (n-1) b)/(1 - (n-1) b). Source: Gershgorin 1931.

`part` is "entries" (premise: the bound for all correlations) or "condition" (premises: off_diagonal <= b and (n-1) b
< 1)."""

from typing import Any

import sympy as sp

from .. import language as lang
from ..language import Relation, Statement, Term, index, interval, le
from ..step import Evidence, RuleFailure
from ..verdict import Verdict
from .context import Context

N, POINTS = index("n", 1)
_RHO, _DELTA = sp.Symbol("rho", real=True), sp.Symbol("delta", real=True)
_CONDITIONS = {lang.off_diagonal: lang.condition, lang.ntk_off_diagonal: lang.ntk_condition}


def check(arguments: dict[str, Any], premises: list[Statement], evidence: Evidence) -> tuple[Statement, Verdict]:
    """The conclusion of the chosen part, over the variables of the premise."""
    if arguments["part"] == "entries" and len(premises) == 1:
        return _entries(premises[0], evidence), Verdict.PROVED
    if arguments["part"] == "condition" and len(premises) == 2:
        return _condition(premises[0], premises[1], evidence), Verdict.PROVED
    raise RuleFailure("the law has the parts 'entries' (one premise) and 'condition' (two premises)")


def _entries(premise: Statement, evidence: Evidence) -> Statement:
    conclusion, family = premise.conclusion, premise.family
    entry = conclusion.lhs.args[0] if isinstance(conclusion.lhs, sp.Abs) else conclusion.lhs
    bounded = entry != conclusion.lhs and entry.func in (lang.iterate, lang.ntk) and conclusion.op == "<="
    if family is None or not family.unit or not bounded:
        raise RuleFailure("the premise must bound |iterate(L, rho)| or |ntk(L, rho)|, where E[sigma^2] = 1")
    depth, r = entry.args
    v, distance = premise.variable(_RHO), premise.variable(_DELTA)
    within = Relation(sp.Abs(_RHO), "<=", 1 - _DELTA)
    if r != _RHO or v != interval(_RHO, -1, 1) or distance is None or distance.upper > 1:
        raise RuleFailure("the premise must hold for every rho in [-1, 1] with |rho| <= 1 - delta, where delta <= 1")
    others = tuple(g for g in premise.given if g != within)
    if within not in premise.given or any(_RHO in (g.lhs.free_symbols | g.rhs.free_symbols) for g in others):
        raise RuleFailure("rho may be restricted by |rho| <= 1 - delta only")
    bound = conclusion.rhs if entry.func == lang.iterate else _over_diagonal(conclusion.rhs, lang.ntk(depth, 1))
    if _RHO in bound.free_symbols | depth.free_symbols | lang.parameters_of(premise.sequences):
        raise RuleFailure("the bound must not depend on rho")
    if premise.variable(N) is not None:
        raise RuleFailure("n is the number of points: do not use it for anything else")
    variables = (POINTS, *(w for w in premise.variables if w.symbol != _RHO))
    largest = (lang.off_diagonal if entry.func == lang.iterate else lang.ntk_off_diagonal)(depth)
    frame = Statement(le(0, 0), variables, others, family, premise.sequences)
    Context.of(frame, evidence).require_defined(bound)
    return frame.conclude(le(largest, bound))


def _over_diagonal(product: Term, diagonal: Term) -> Term:
    """U, where the product is written U ntk(L, 1)."""
    factors = list(sp.Mul.make_args(product))
    if factors.count(diagonal) != 1:
        raise RuleFailure(f"the bound must be a multiple of {diagonal}")
    factors.remove(diagonal)
    return sp.Mul(*factors)


def _condition(entries: Statement, small: Statement, evidence: Evidence) -> Statement:
    lhs, b = entries.conclusion.lhs, entries.conclusion.rhs
    if lhs.func not in _CONDITIONS or entries.conclusion.op != "<=" or entries.variable(N) is None:
        raise RuleFailure("the first premise must read off_diagonal(L) <= b, for n points")
    if entries.family is None or not entries.family.unit:
        raise RuleFailure("a unit diagonal takes E[sigma^2] = 1")
    frame = (entries.variables, entries.given, entries.family, entries.sequences)
    if (small.variables, small.given, small.family, small.sequences) != frame or small.conclusion.op != "<":
        raise RuleFailure("the second premise must read (n-1) b < 1 over the same variables and sequences")
    context = Context.of(entries, evidence)
    if not (context.same(small.conclusion.lhs, (N - 1) * b) and small.conclusion.rhs == 1):
        raise RuleFailure(f"the second premise must read (n-1) b < 1 with b = {b}")
    return entries.conclude(le(_CONDITIONS[lhs.func](lhs.args[0]), (1 + (N - 1) * b) / (1 - (N - 1) * b)))
