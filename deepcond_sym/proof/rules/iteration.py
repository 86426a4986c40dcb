"""Monotone iteration: from one layer to L layers.

Law. Let f = dual of any normalised activation. Its coefficients are >= 0 and sum to 1, so |f(r)| <= f(|r|), f is
non-decreasing on [0, 1] and maps it into itself. If f(t) <= Q(t) and Q is non-decreasing on [0, 1] with Q(1) <= 1,
then for |r| <= s <= 1
    |f^L(r)| <= f^L(|r|) <= Q^L(s)    for every L >= 0,
by induction on L (the same without p_0 = 0). If Q has coefficients >= 0 in t with sum 1, no constant term and linear
coefficient 1 - mu, then Q is itself the dual of a normalised activation (the one with a_i = sqrt(coefficient)), and
there f^L(s) = Q^L(s). Source: derived here.

`part` is "absolute" (the first inequality), "majorant" (the second, from the premise f <= Q) or "attained" (the
equality)."""

from typing import Any

import sympy as sp

from ..encoding import decode_term
from ..language import (
    NORMALISED,
    Relation,
    Statement,
    Term,
    Variable,
    dual,
    eq,
    index,
    interval,
    iterate,
    le,
    member,
    mu,
    repeat,
)
from ..step import Evidence, RuleFailure
from ..verdict import Verdict
from . import polynomial

_L, _DEPTH = index("L")
_RHO = sp.Symbol("rho", real=True)
_R, _S = sp.Symbol("r", real=True), sp.Symbol("s", real=True)


def check(arguments: dict[str, Any], premises: list[Statement], evidence: Evidence) -> tuple[Statement, Verdict]:
    """The statement about iterates that the chosen part of the law gives."""
    part = arguments["part"]
    rho, r, s = interval(_RHO, -1, 1), interval(_R, 0, 1), interval(_S, 0, 1)
    if part == "absolute":
        holds = le(sp.Abs(iterate(_L, _RHO)), iterate(_L, sp.Abs(_RHO)))
        return Statement(holds, (_DEPTH, rho), family=NORMALISED), Verdict.PROVED
    t, body = decode_term(arguments["t"]), decode_term(arguments["body"])
    if part == "majorant":
        if len(premises) != 1 or not _is_one_layer(premises[0], t, body):
            raise RuleFailure("the premise must be dual(t) <= Q(t) for every normalised activation and t in [0, 1]")
        require_monotone(body, t, evidence)
        holds = le(iterate(_L, _R), repeat(body, t, _L, _S))
        return Statement(holds, (_DEPTH, r, s), (le(_R, _S),), premises[0].family), Verdict.PROVED
    if part == "attained":
        _require_member(body, t, evidence)
        holds = eq(iterate(_L, _S), repeat(body, t, _L, _S))
        variables = (interval(mu, 0, 1), _DEPTH, s)
        return Statement(holds, variables, family=member(t, body)), Verdict.PROVED
    raise RuleFailure(f"the law has no part '{part}'")


def _is_one_layer(premise: Statement, t: Term, body: Term) -> bool:
    family = premise.family
    if family is None or not family.unit or premise.given or len(premise.variables) != 1:
        return False
    v: Variable = premise.variables[0]
    covers = (v.lower, v.upper, v.open_lower, v.open_upper) == (0, 1, False, False)
    wanted = le(dual(v.symbol), body.subs(t, v.symbol))
    return (
        covers
        and not v.integer
        and v.symbol != mu
        and premise.conclusion.op in ("<=", "<")
        and wanted == Relation(premise.conclusion.lhs, "<=", premise.conclusion.rhs)
    )


def require_monotone(body: Term, t: Term, evidence: Evidence) -> None:
    """Q non-decreasing on [0, 1], with 0 <= Q(0) and Q(1) <= 1, for every mu in [0, 1]."""
    box = (interval(sp.Symbol(str(t), real=True), 0, 1), interval(mu, 0, 1))
    if t == mu or not isinstance(t, sp.Symbol) or t.is_integer:
        raise RuleFailure("the variable of a map is a real symbol other than mu")
    if body.free_symbols - {t, mu} or not body.is_polynomial(t, mu):
        raise RuleFailure("the map is a polynomial in its variable and in mu")
    polynomial.prove(Relation(sp.S.Zero, "<=", sp.diff(body, t)), box, evidence)
    polynomial.prove(Relation(sp.S.Zero, "<=", body.subs(t, 0)), box, evidence)
    polynomial.prove(Relation(body.subs(t, 1), "<=", sp.S.One), box, evidence)


def _require_member(body: Term, t: Term, evidence: Evidence) -> None:
    require_monotone(body, t, evidence)
    coefficients = sp.Poly(body, t).all_coeffs()[::-1]
    box = (interval(mu, 0, 1),)
    linear = coefficients[1] if len(coefficients) > 1 else sp.S.Zero
    if coefficients[0] != 0 or sp.expand(linear - (1 - mu)) != 0 or sp.expand(sum(coefficients) - 1) != 0:
        raise RuleFailure("the coefficients must sum to 1, with none at t^0 and 1 - mu at t^1")
    for c in coefficients[1:]:
        polynomial.prove(Relation(sp.S.Zero, "<=", c), box, evidence)
