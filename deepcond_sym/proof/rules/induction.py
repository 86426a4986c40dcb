"""Induction over depth along an explicit bound.

Law. Let Q be non-decreasing on [0, 1] with values in [0, 1], x_0 in [0, 1], x_{k+1} = Q(x_k), and let E map a guard
interval into [0, 1] with Q(E(g)) <= E(r g) there. If x_0 <= E(g_0) and g_j = g_0 r^j is in the guard for every j < k,
then x_k <= E(g_k). The guard holds for every k if r >= 1 and it is [lo, oo), or if 0 <= r <= 1 and it is [0, hi] with
0 <= g_0 <= hi; it holds for k <= steps_to(hi/g_0, r) if r > 1 and it is [lo, hi] with 0 < g_0, because r^j < hi/g_0
for j below that number. Source: textbook.

The first premise is the step inequality; a second one, if given, bounds x_0 = Q^m(start) for a later starting depth m.
"""

from typing import Any

import sympy as sp

from ..encoding import decode_statement, decode_term
from ..language import Relation, Statement, Term, le, mu, repeat, steps_to
from ..step import Evidence, RuleFailure
from ..verdict import Verdict
from .iteration import require_monotone
from .normal_form import Context, is_index


def check(arguments: dict[str, Any], premises: list[Statement], evidence: Evidence) -> tuple[Statement, Verdict]:
    """Q^(m+k)(start) <= E(g_0 r^k) for every k >= 0, or for every k up to the passage out of the guard."""
    frame = decode_statement(arguments["statement"])
    t, body, g, bound, g0, ratio, start, offset = (
        decode_term(arguments[key]) for key in ("t", "body", "g", "bound", "from", "ratio", "start", "offset")
    )
    k = decode_term(arguments["index"])
    if frame.family is not None or frame.given or frame.sequences:
        raise RuleFailure("the frame of an induction has variables only")
    context = Context.of(frame, evidence)
    step = premises[0]
    require_monotone(body, t, evidence)
    if body.has(mu):
        context.require_between(sp.S.Zero, mu, sp.S.One)
    outside = {v.symbol for v in frame.variables}.union(*(part.free_symbols for part in (offset, g0, ratio, start)))
    if not isinstance(g, sp.Symbol) or g.is_integer or g in (t, mu) or {g, t} & outside:
        raise RuleFailure(f"{g} is bound by the step inequality and {t} by the map: do not use them for anything else")
    if k in set().union(*(part.free_symbols for part in (offset, g0, ratio, start, bound, body))):
        raise RuleFailure(f"the index {k} counts layers: do not use it for anything else")
    for part in (start, g0, ratio, bound.subs(g, g0)):
        context.require_defined(part)
    if not is_index(offset, context.variables):
        raise RuleFailure(f"{offset} is not shown to be a depth")
    guard = _step_guard(step, t, body, g, bound, ratio, context)
    context.require(le(0, start))
    context.require(le(start, 1))
    if offset == 0:
        context.require(Relation(start, "<=", bound.subs(g, g0)))
    else:
        _require_start(premises, repeat(body, t, offset, start), bound.subs(g, g0), frame, context)
    given = _guard_holds(guard, g0, ratio, k, context)
    if k not in [v.symbol for v in frame.variables] or not is_index(k, context.variables):
        raise RuleFailure(f"{k} must be an index of the frame that starts at 0")
    holds = le(repeat(body, t, offset + k, start), bound.subs(g, g0 * ratio**k))
    return Statement(holds, frame.variables, given), Verdict.PROVED


def _step_guard(
    step: Statement, t: Term, body: Term, g: Term, bound: Term, ratio: Term, context: Context
) -> tuple[Term, Term]:
    """The interval on which the premise gives Q(E(g)) <= E(r g), with E in [0, 1] there."""
    v = next((v for v in step.variables if v.symbol == g), None)
    if v is None or step.family is not None or step.given or step.sequences or v.open_upper or v.open_lower:
        raise RuleFailure("the step inequality must hold for g in a closed interval, with no other hypothesis")
    wanted = Relation(body.subs(t, bound), "<=", bound.subs(g, ratio * g))
    inner = Context(step.variables, [], context.evidence)
    same = inner.same(step.conclusion.lhs, wanted.lhs) and inner.same(step.conclusion.rhs, wanted.rhs)
    if step.conclusion.op not in ("<=", "<") or not same:
        raise RuleFailure(f"the step inequality must read {wanted}")
    inner.require(le(0, bound))
    inner.require(le(bound, 1))
    for other in step.variables:
        if other.symbol != g and not other.lower.is_infinite:
            context.require(Relation(other.lower, "<" if other.open_lower else "<=", other.symbol))
        if other.symbol != g and not other.upper.is_infinite:
            context.require(Relation(other.symbol, "<" if other.open_upper else "<=", other.upper))
    return v.lower, v.upper


def _guard_holds(guard: tuple[Term, Term], g0: Term, ratio: Term, k: Term, context: Context) -> tuple[Relation, ...]:
    low, high = guard
    context.require(le(low, g0))
    if high.is_infinite:
        context.require(le(0, g0))
        context.require(le(1, ratio))
        return ()
    context.require(le(0, ratio))
    if low == 0:
        try:
            context.require(le(ratio, 1))
        except RuleFailure:
            pass
        else:
            context.require(le(g0, high))
            return ()
    context.require(Relation(sp.S.One, "<", ratio))
    context.require(Relation(sp.S.Zero, "<", g0))
    return (le(k, steps_to(high / g0, ratio)),)


def _require_start(premises: list[Statement], start: Term, value: Term, frame: Statement, context: Context) -> None:
    if len(premises) != 2:
        raise RuleFailure("starting at a later depth takes a second premise that bounds the iterate there")
    known = premises[1]
    conclusion = known.conclusion
    if conclusion.op not in ("<=", "<") or conclusion.lhs != start or not context.same(conclusion.rhs, value):
        raise RuleFailure(f"the second premise must bound {start} by {value}")
    allowed = {v.symbol: v for v in frame.variables}
    if known.given or known.family or any(allowed.get(v.symbol) != v for v in known.variables):
        raise RuleFailure("the second premise must hold wherever the frame does")
