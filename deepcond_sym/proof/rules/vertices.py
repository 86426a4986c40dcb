"""An inequality that is linear in the p_i, for every activation of a family.

Law. A normalised dual activation is a convex combination sum_{i>=1} p_i r^i of powers, and mu = sum_{i>=2} p_i. A
relation whose two sides differ by c_0 + sum_j c_j A_j, where each A_j is dual(b), dual(-b), dual_slope(1) or mu and
the c_j are free of p, is an average of its values at the vertices p = e_i; so it holds for every p if it holds at
each vertex. From i = k on, r^i = r^k z with z in [0, 1] and (-1)^i = +1 or -1 covers all i at once. Source: derived
here (agarwal2021 L22 uses i = 2). Without p_0 = 0 the index starts at 0; without sum p_i = 1 there can be no constant
term c_0. |a| <= b is a <= b and -a <= b."""

from typing import Any

import sympy as sp
from sympy.core.function import AppliedUndef

from ..encoding import decode_statement
from ..language import Relation, Statement, Term, Variable, dual, dual_slope, interval, mu
from ..step import Evidence, RuleFailure
from ..verdict import Verdict
from . import polynomial
from .normal_form import Context


def check(arguments: dict[str, Any], premises: list[Statement], evidence: Evidence) -> tuple[Statement, Verdict]:
    """The statement given, if it holds at every vertex of the family's simplex."""
    statement, head = decode_statement(arguments["statement"]), int(arguments["head"])
    family = statement.family
    if family is None or family.member or statement.given or premises:
        raise RuleFailure("the vertex rule takes a statement about a whole family and variables in a box")
    if any(v.symbol == mu or v.symbol.name.startswith("tail_") for v in statement.variables):
        raise RuleFailure("mu belongs to the family, and names that start with tail_ to this rule: use other variables")
    relation = statement.conclusion
    if relation.op not in ("<=", "<") or head < 1:
        raise RuleFailure("the vertex rule proves <= and < only, with at least one vertex apart from the tail")
    context = Context.of(statement, evidence)
    for side in (relation.lhs, relation.rhs):
        context.require_defined(side)
    if relation.op == "<" and not (family.unit or family.nonlinear):
        raise RuleFailure("the zero series is among these: no strict inequality between linear forms holds for it")
    sides = [relation.lhs.args[0], -relation.lhs.args[0]] if isinstance(relation.lhs, sp.Abs) else [relation.lhs]
    for side in sides:
        _check_vertices(statement, relation.rhs - side, head, evidence)
    return statement, Verdict.PROVED


def _check_vertices(statement: Statement, difference: Term, head: int, evidence: Evidence) -> None:
    """The difference is >= 0 (> 0 for a strict relation) at every vertex."""
    family, relation = statement.family, statement.conclusion
    assert family is not None
    difference, atoms = _linear_form(difference, family.unit)
    first = 1 if family.centred else 0
    strict_from = 2 if family.nonlinear else first
    for i in range(first, head):
        strict = relation.op == "<" and i >= strict_from
        value = difference.subs({atom: _at_vertex(atom, sp.Integer(i)) for atom in atoms}, simultaneous=True)
        _prove_vertex(value, strict, statement.variables, evidence)
    if relation.op == "<" and head < strict_from:
        raise RuleFailure("treat i = 1 apart from the tail: the strict inequality need only hold from i = 2 on")
    for parity in (1, -1):
        values, extra = _tail(atoms, sp.Integer(head), parity, statement, evidence)
        _prove_vertex(
            difference.subs(values, simultaneous=True), relation.op == "<", statement.variables + extra, evidence
        )


def _prove_vertex(value: Term, strict: bool, variables: tuple[Variable, ...], evidence: Evidence) -> None:
    polynomial.prove(Relation(sp.S.Zero, "<" if strict else "<=", value), variables, evidence)


def _linear_form(difference: Term, unit: bool) -> tuple[Term, list[Term]]:
    """The difference, shown to be linear in p, and the atoms that depend on p."""
    expanded = sp.expand(difference)
    atoms = sorted((a for a in expanded.atoms(AppliedUndef) if a.func in (dual, dual_slope)), key=str)
    strange = expanded.atoms(AppliedUndef) - set(atoms)
    if strange:
        raise RuleFailure(f"the vertex rule knows dual and dual_slope, not {min(strange, key=str)}")
    if any(a.args[0].has(mu, AppliedUndef) for a in atoms):
        raise RuleFailure("the argument of dual must not depend on the activation")
    atoms += [mu] if expanded.has(mu) else []
    names = {atom: sp.Dummy() for atom in atoms}
    form = sp.Poly(expanded.xreplace(names), *names.values()) if atoms else None
    if form is None or form.total_degree() > 1:
        raise RuleFailure("the two sides must differ by a linear form in the p_i")
    if not unit and (form.nth(*[0] * len(atoms)) != 0 or expanded.has(mu)):
        raise RuleFailure("without sum p_i = 1 there can be no constant term and no mu")
    return expanded, atoms


def _at_vertex(atom: Term, i: sp.Integer) -> Term:
    if atom == mu:
        return sp.S.Zero if i == 1 else sp.S.One
    argument = atom.args[0]
    if atom.func == dual:
        return argument**i
    return i * argument ** (i - 1) if i else sp.S.Zero


def _tail(
    atoms: list[Term], k: sp.Integer, parity: int, statement: Statement, evidence: Evidence
) -> tuple[dict[Term, Term], tuple[Variable, ...]]:
    """Every atom at a vertex i >= k with (-1)^i = parity, in new variables z_b = b^(i-k) in [0, 1] and j = i - k >=
    0."""
    values: dict[Term, Term] = {}
    extra: dict[Term, Variable] = {}
    for atom in atoms:
        if atom == mu:
            if k < 2:
                raise RuleFailure("mu is 0 at i = 1: treat that vertex apart from the tail")
            values[atom] = sp.S.One
            continue
        argument = sp.expand(atom.args[0])
        if atom.func == dual_slope:
            if argument != 1:
                raise RuleFailure("in the tail, dual_slope is known at 1 only")
            j = extra.setdefault(atom, interval(sp.Symbol("tail_j", real=True), 0, sp.oo)).symbol
            values[atom] = k + j
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
