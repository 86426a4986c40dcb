"""What the functions of the theory are equal to by their definitions, one unfolding at a time (used by `identity`).

Law. For a depth or index e: iterate(0, r) = r, iterate(e, r) = dual(iterate(e - 1, r)); ntk(0, r) = r, ntk(e, r) =
iterate(e, r) + dual_slope(iterate(e - 1, r)) ntk(e - 1, r); repeat(Q, t, 0, s) = s, repeat(Q, t, e, s) = Q(repeat(Q, t,
e - 1, s)); a Sum or Product is empty, or its first members and its last one; a sequence is `initial` at its first index
and `step` at e - 1 from there on; He_0(0) = 1, He_1(0) = 0, He_e(0) = -(e - 1) He_{e-2}(0). If E[sigma^2] = 1, dual(1)
= 1 and iterate(e, 1) = 1; if also E[sigma] = 0, dual(0) = iterate(e, 0) = 0 and dual_slope(0) = 1 - mu. The activation
of a `member` has the dual listed, which must be one: coefficients >= 0 with sum 1, none at t^0, 1 - mu at t; that of
ReLU is the arc-cosine kernel. Source: definitions; Cho and Saul 2009.
"""

from typing import Any

import sympy as sp

from .. import language as lang
from ..language import Relation, Statement, Term, interval, mu, substitute
from ..normal_form import is_index
from ..step import Evidence, RuleFailure
from . import polynomial
from .context import Context


def unfold(call: Any, statement: Statement, context: Context) -> Term:
    """What the call is equal to; RuleFailure if the statement gives it no definition."""
    if isinstance(call, (sp.Sum, sp.Product)):
        return _without_last(call, context)
    name, arguments = call.func.__name__, call.args
    own = next((s for s in statement.sequences if s.name == name), None)
    if own is not None:
        before = _before(arguments[0] - own.first, context)
        return own.initial if before is None else substitute(own.step, {own.index: sp.expand(arguments[0] - 1)})
    if name not in lang.FUNCTIONS:
        raise RuleFailure(f"{call} has no definition")
    if name in ("iterate", "ntk", "repeat"):
        return _at_depth(call, statement, context)
    if call.func == lang.hermite_at_zero:
        before = _before(arguments[0], context)
        if before is None or before == 0:
            return sp.S.One if before is None else sp.S.Zero
        return -before * lang.hermite_at_zero(sp.expand(_before(before, context)))
    if call.func in lang.DERIVATIVES and statement.family is not None:
        return _of_family(call, statement, context)
    raise RuleFailure(f"{call} has no definition")


def _before(e: Term, context: Context) -> Term | None:
    """e - 1 where e is an integer of at least 1, None where e is 0; RuleFailure where that is not known."""
    e = sp.expand(e)
    if e == 0:
        return None
    if not is_index(e - 1, context.variables):
        raise RuleFailure(f"{e} is neither 0 nor shown to be an integer of at least 1")
    return sp.expand(e - 1)


def _without_last(whole: Any, context: Context) -> Term:
    """A sum or product as that of its first members and the last one.

    From a sum of products that are empty for its last member, and end with the same factor for all others, this factor
    is taken out.
    """
    body, (k, low, high), *more = whole.args
    if more:
        raise RuleFailure("a sum or product runs over one index")
    total = isinstance(whole, sp.Sum)
    before = _before(high - low + 1, context)
    if before is None:
        return sp.S.Zero if total else sp.S.One
    last, factor = body, sp.S.One
    products: list[Any] = [p for p in sp.Mul.make_args(body) if isinstance(p, sp.Product) and total]
    for inner in products:
        part, (m, start, end), others = *inner.args, body / inner
        shift = sp.expand(start - k)
        if shift.is_Integer and sp.expand(end - high + 1 - shift) == 0 and not (part.has(k) or others.has(inner)):
            last, factor = last / inner, factor * substitute(part, {m: end})
            body = others * sp.Product(part, (m, start, sp.expand(end - 1)))
    last = substitute(last, {k: high})
    rest = whole.func(body, (k, low, sp.expand(high - 1)))
    if before == 0:
        return last
    return rest * factor + last if total else rest * last


def _at_depth(call: Term, statement: Statement, context: Context) -> Term:
    depth, start = call.args[-2:]
    family: Any = statement.family
    fixed = family is not None and family.unit and (start == 1 or (start == 0 and family.centred))
    if call.func == lang.iterate and fixed and is_index(depth, context.variables):
        return start
    before = _before(depth, context)
    if before is None:
        return start
    if call.func == lang.repeat:
        body, t = call.args[:2]
        return substitute(body, {t: lang.repeat(body, t, before, start)})
    if call.func == lang.iterate:
        return lang.dual(lang.iterate(before, start))
    return lang.iterate(before + 1, start) + lang.dual_slope(lang.iterate(before, start)) * lang.ntk(before, start)


def _of_family(call: Term, statement: Statement, context: Context) -> Term:
    family, at, order = statement.family, call.args[0], lang.DERIVATIVES[call.func]
    assert family is not None
    if family.is_relu and order < 2:
        return (lang.relu_dual, lang.relu_slope)[order](at)
    if family.member is not None:
        t, body = family.member
        _require_dual(body, t, context.evidence)
        return substitute(sp.diff(body, t, order), {t: at})
    if call.func == lang.dual and family.unit and (at == 1 or (at == 0 and family.centred)):
        return at
    if call.func == lang.dual_slope and family.unit and family.centred and at == 0:
        return 1 - mu
    raise RuleFailure(f"{call} is not fixed by what is known of the family")


def _require_dual(body: Term, t: sp.Symbol, evidence: Evidence) -> None:
    """The polynomial is the dual of a normalised activation with this mu, for every mu in [0, 1]."""
    if body.free_symbols - {t, mu} or not body.is_polynomial(t, mu) or t == mu:
        raise RuleFailure("the dual of a member is a polynomial in its variable and in mu")
    coefficients = [*sp.Poly(body, t).all_coeffs()[::-1], sp.S.Zero]
    if coefficients[0] != 0 or sp.expand(coefficients[1] - (1 - mu)) != 0 or sp.expand(sum(coefficients) - 1) != 0:
        raise RuleFailure("the coefficients must sum to 1, with none at t^0 and 1 - mu at t^1")
    for c in coefficients[1:]:
        polynomial.prove(Relation(sp.S.Zero, "<=", c), (interval(mu, 0, 1),), evidence)
