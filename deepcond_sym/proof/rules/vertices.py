"""An inequality that is linear in the p_i, for every activation of a family.

Law. A normalised dual activation is a convex combination sum_{i>=1} p_i r^i of powers, and mu = sum_{i>=2} p_i. A
relation whose sides are c_0 + sum_j c_j A_j, where each A_j is mu or, at some b, the dual, its slope or its curvature,
and the c_j are free of p, is an average of its values at the vertices p = e_i (the A_j are finite, so all converges
absolutely); so it holds for every p if it holds at each vertex, and so does |lhs| <= rhs. Without p_0 = 0 the index
starts at 0; without sum p_i = 1 there can be no constant term c_0; of an odd activation, every even p_i is 0. Source:
derived here (agarwal2021 L22 uses i = 2).

A vertex i < head is shown by a premise or as a polynomial inequality; all i >= head together by a premise that names i
as an index, or with r^i = r^head z, z in [0, 1], and (-1)^i = +1 or -1. The hypotheses serve the premises only."""

from typing import Any

import sympy as sp
from sympy.core.function import AppliedUndef

from ..encoding import decode_statement
from ..language import DERIVATIVES, Relation, Statement, Term, Variable, bound_symbols, interval, mu
from ..step import Evidence, RuleFailure
from ..verdict import Verdict
from . import polynomial
from .context import Context

Sides = tuple[Term, Term]


def check(arguments: dict[str, Any], premises: list[Statement], evidence: Evidence) -> tuple[Statement, Verdict]:
    """The statement given, if it holds at every vertex of the family's simplex."""
    statement, head = decode_statement(arguments["statement"]), int(arguments["head"])
    family, relation = statement.family, statement.conclusion
    if family is None or family.member or any(p.family for p in premises):
        raise RuleFailure("the vertex rule takes a statement about a whole family; its premises speak of powers")
    if any(v.symbol == mu or v.symbol.name.startswith("tail_") for v in statement.variables):
        raise RuleFailure("mu belongs to the family, and names that start with tail_ to this rule: use other variables")
    if relation.op not in ("<=", "<") or head < 1:
        raise RuleFailure("the vertex rule proves <= and < only, with at least one vertex apart from the tail")
    context = Context.of(statement, evidence)
    for side in (relation.lhs, relation.rhs):
        context.require_defined(side)
    if relation.op == "<" and not (family.unit or family.nonlinear):
        raise RuleFailure("the zero series is among these: no strict inequality between linear forms holds for it")
    absolute = isinstance(relation.lhs, sp.Abs)
    forms = relation.lhs.args[0] if absolute else relation.lhs, relation.rhs
    atoms = _require_linear(forms[0], family.unit) | _require_linear(forms[1], family.unit)
    first = 1 if family.centred else 0
    strict_from = 2 if family.nonlinear else first
    for i in range(first, head, 2 if family.odd else 1):
        op = "<" if relation.op == "<" and i >= strict_from else "<="
        sides = _at_vertex(forms, atoms, sp.Integer(i))
        if not any(_shows(p, None, sides, absolute, op, statement, context) for p in premises):
            _prove_vertex(sides, absolute, op, statement.variables, evidence)
    if relation.op == "<" and head < strict_from:
        raise RuleFailure("treat i = 1 apart from the tail: the strict inequality need only hold from i = 2 on")
    for premise in premises:
        i = next((v for v in premise.variables if v.integer and v not in statement.variables), None)
        if i is not None and (statement.variable(i.symbol) or any(i.symbol in bound_symbols(f) for f in forms)):
            raise RuleFailure(f"{i.symbol} counts the vertices: do not use it for anything else")
        if i is not None and i.lower <= head and not i.open_lower and i.upper.is_infinite:
            sides = _at_vertex(forms, atoms, i.symbol, head)
            if _shows(premise, i, sides, absolute, relation.op, statement, context):
                return statement, Verdict.PROVED
    for parity in (1, -1):
        values, extra = _tail(atoms, sp.Integer(head), parity, statement, evidence)
        left, right = (form.subs(values, simultaneous=True) for form in forms)
        _prove_vertex((left, right), absolute, relation.op, statement.variables + extra, evidence)
    return statement, Verdict.PROVED


def _prove_vertex(sides: Sides, absolute: bool, op: str, variables: tuple[Variable, ...], evidence: Evidence) -> None:
    left, right = sides
    for side in [left, -left] if absolute else [left]:
        polynomial.prove(Relation(sp.S.Zero, op, sp.expand(right - side)), variables, evidence)


def _shows(
    premise: Statement, i: Variable | None, sides: Sides, absolute: bool, op: str, statement: Statement, outer: Context
) -> bool:
    """Whether the premise is the relation between these sides, over the variables of the statement (and the index)."""
    left, right = sides
    if absolute:
        left = sp.Abs(left) if i is None else sp.Abs(left).xreplace({sp.Abs(i.symbol): i.symbol})
    variables = statement.variables + ((i,) if i else ())
    if any(v not in variables for v in premise.variables) or any(g not in statement.given for g in premise.given):
        return False
    if premise.sequences or premise.conclusion.op not in (op, "<"):
        return False
    context = Context(variables, outer.known, outer.evidence)
    shown = premise.conclusion
    if absolute:
        return context.same(shown.lhs, left) and context.same(shown.rhs, right)
    return context.same(shown.rhs - shown.lhs, right - left)


def _require_linear(form: Term, unit: bool) -> set[Term]:
    """The atoms of the form that depend on p, after it has been shown to be linear in p."""
    expanded = sp.expand(form)
    atoms = {a for a in expanded.atoms(AppliedUndef) if a.func in DERIVATIVES}
    strange = expanded.atoms(AppliedUndef) - atoms
    if strange:
        raise RuleFailure(f"the vertex rule knows the dual and its derivatives, not {min(strange, key=str)}")
    if any(a.args[0].has(mu, AppliedUndef) for a in atoms):
        raise RuleFailure("the argument of dual must not depend on the activation")
    atoms |= {mu} if expanded.has(mu) else set()
    names = {atom: sp.Dummy() for atom in atoms}
    poly = sp.Poly(expanded.xreplace(names), *names.values()) if atoms else None
    if poly is not None and poly.total_degree() > 1:
        raise RuleFailure("each side must be a linear form in the p_i")
    constant = expanded if poly is None else poly.nth(*[0] * len(atoms))
    if not unit and (constant != 0 or mu in atoms):
        raise RuleFailure("without sum p_i = 1 there can be no constant term and no mu")
    return atoms


def _at_vertex(forms: Sides, atoms: set[Term], i: Term, head: int = 0) -> Sides:
    """Both sides at p = e_i, for a number i or for every index i >= head."""

    def value(atom: Term) -> Term:
        base, order = (0, 1) if atom == mu else (atom.args[0], DERIVATIVES[atom.func])
        # the i that differ from all later ones must be treated apart from the tail
        if not i.is_Integer and head < order + int(base == 0):
            raise RuleFailure(f"{atom} differs at i = {order} and later: treat i <= {order} apart from the tail")
        if atom == mu:
            return sp.S.Zero if i == 1 else sp.S.One
        if base == 0:
            return sp.factorial(order) if i == order else sp.S.Zero
        return sp.ff(i, order) * base ** (i - order) if not (i.is_Integer and i < order) else sp.S.Zero

    values = {atom: value(atom) for atom in atoms}
    left, right = (form.subs(values, simultaneous=True) for form in forms)
    return left, right


def _tail(
    atoms: set[Term], k: sp.Integer, parity: int, statement: Statement, evidence: Evidence
) -> tuple[dict[Term, Term], tuple[Variable, ...]]:
    """Every atom at a vertex i >= k with (-1)^i = parity, in new variables z_b = b^(i-k) in [0, 1] and j = i - k >=
    0."""
    values: dict[Term, Term] = {}
    extra: dict[Term, Variable] = {}
    for atom in sorted(atoms, key=str):
        if atom == mu:
            if k < 2:
                raise RuleFailure("mu is 0 at i = 1: treat that vertex apart from the tail")
            values[atom] = sp.S.One
            continue
        argument, order = sp.expand(atom.args[0]), DERIVATIVES[atom.func]
        if argument == 0:
            if k <= order:
                raise RuleFailure(f"at 0, i = {order} differs from later ones: treat it apart from the tail")
            values[atom] = sp.S.Zero
            continue
        if order > 0:
            if argument != 1:
                raise RuleFailure("in the tail, the slope and the curvature are known at 0 and 1 only")
            j = extra.setdefault(sp.S.One, interval(sp.Symbol("tail_j", real=True), 0, sp.oo)).symbol
            values[atom] = sp.ff(k + j, order)
            continue
        base, sign = argument, sp.S.One
        if argument != 1 and not _in_unit(argument, statement, evidence):
            base, sign = -argument, sp.Integer(parity)
            if base != 1 and not _in_unit(base, statement, evidence):
                raise RuleFailure(f"{argument} must lie in [0, 1] or in [-1, 0] throughout")
        if base == 1:
            values[atom] = sign
            continue
        z = extra.setdefault(base, interval(sp.Symbol(f"tail_z{len(extra)}", real=True), 0, 1)).symbol
        values[atom] = sign * base**k * z
    return values, tuple(extra.values())


def _in_unit(base: Term, statement: Statement, evidence: Evidence) -> bool:
    try:
        polynomial.prove(Relation(sp.S.Zero, "<=", base), statement.variables, evidence)
        polynomial.prove(Relation(base, "<=", sp.S.One), statement.variables, evidence)
    except RuleFailure:
        return False
    return True
