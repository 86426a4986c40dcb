"""Short ways to write JSON arguments for the rules by hand, as someone would who forges a certificate."""

from typing import Any

import sympy as sp

from deepcond_sym.proof import Family, Relation, Sequence, Statement, Step, Variable, derive
from deepcond_sym.proof.encoding import encode_statement, encode_term
from deepcond_sym.proof.language import term

real = lambda name: sp.Symbol(name, real=True)  # noqa: E731
whole = lambda name: sp.Symbol(name, integer=True)  # noqa: E731


def frame(*variables: Variable) -> dict[str, Any]:
    """Variables only, as the frame of a rule."""
    return encode_statement(Statement(Relation(sp.S.Zero, "<=", sp.S.Zero), variables))


def polynomial(statement: Statement, evidence: list[Any] | None = None) -> Step:
    return derive("polynomial", {"statement": encode_statement(statement)}, evidence=evidence)


def chain(statement: Statement, *uses: tuple[Step, dict[str, Any], str], evidence: list[Any] | None = None) -> Step:
    """Uses are (step, {name: term}, role)."""
    listed = [{"role": role, "with": {name: encode_term(term(v)) for name, v in at.items()}} for _, at, role in uses]
    return derive(
        "consequence",
        {"statement": encode_statement(statement), "uses": listed},
        *(s for s, _, _ in uses),
        evidence=evidence,
    )


def identity(statement: Statement, unfold: list[Any] | None = None, *uses: tuple[Step, dict[str, Any]]) -> Step:
    """Unfold these calls, then put in these equalities."""
    rewrite: list[Any] = [["unfold", encode_term(call)] for call in unfold or []]
    for place, (_, at) in enumerate(uses):
        rewrite.append(["use", place, {name: encode_term(term(v)) for name, v in at.items()}])
    return derive("identity", {"statement": encode_statement(statement), "rewrite": rewrite}, *(s for s, _ in uses))


def simple(rule: str, statement: Statement, *premises: Step, **more: Any) -> Step:
    """A rule whose only argument is the statement (and plain values)."""
    return derive(rule, {"statement": encode_statement(statement), **more}, *premises)


def induction(statement: Statement, index: sp.Symbol, base: Step, step: Step) -> Step:
    return derive("induction", {"statement": encode_statement(statement), "index": encode_term(index)}, base, step)


__all__ = [
    "Family", "Sequence", "chain", "frame", "identity", "induction", "polynomial", "real", "simple", "whole",
]  # fmt: skip
