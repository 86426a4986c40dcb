"""A linear recursion written out as a sum of products.

Law. The solution of y_0 = a_0, y_L = a_L + c_L y_{L-1} is y_L = sum_{h=0}^{L} a_h prod_{k=h+1}^{L} c_k, by induction
on L: the last summand has an empty product, and every other summand carries the factor c_L. For the tangent kernel
a_h = iterate(h, r) and c_k = dual_slope(iterate(k - 1, r)). Source: textbook; the recursion is the definition of ntk.

A sum with shifted indices is compared summand by summand and factor by factor.
"""

from typing import Any

import sympy as sp

from ..encoding import decode_statement
from ..language import Statement, Term, dual_slope, iterate, ntk
from ..step import Evidence, RuleFailure
from ..verdict import Verdict
from .context import Context


def check(arguments: dict[str, Any], premises: list[Statement], evidence: Evidence) -> tuple[Statement, Verdict]:
    """The statement ntk(L, r) = sum of products, for every L >= 0."""
    statement = decode_statement(arguments["statement"])
    lhs, total = statement.conclusion.lhs, statement.conclusion.rhs
    if premises or statement.conclusion.op != "==" or lhs.func != ntk or total.func is not sp.Sum:
        raise RuleFailure("the rule takes ntk(L, r) = a Sum of Products")
    depth, r = lhs.args
    v = statement.variable(depth)
    if v is None or not v.integer or v.lower != 0:
        raise RuleFailure("the depth must be an index that starts at 0")
    summand, (h, low, high) = total.args[0], total.args[1]
    products: list[Any] = [f for f in sp.Mul.make_args(summand) if isinstance(f, sp.Product)]
    if len(products) != 1:
        raise RuleFailure("each summand must contain exactly one product")
    inner = products[0]
    term, factor, (k, start, end) = summand / inner, inner.args[0], inner.args[1]
    shift = sp.expand(high - depth)
    _require(shift, low, "the sum must run over L + 1 values of h")
    _require(term.subs(h, h + shift), iterate(h, r), "the summand at the h-th place must be iterate(h, r)")
    gap = sp.expand(end - depth)
    _require(start - h, gap - shift + 1, "the product must run over the layers above h, and be empty for the last h")
    layer = dual_slope(iterate(k - 1, r))
    _require(factor.subs(k, k + gap), layer, "the factor of layer k must be dual_slope(iterate(k - 1, r))")
    if not (shift.is_Integer and gap.is_Integer):
        raise RuleFailure("the indices may be shifted by integers only")
    if statement.family is None or {h, k} & (r.free_symbols | {depth}):
        raise RuleFailure("the statement must name a family, and its bound indices must not be its variables")
    Context.of(statement, evidence).require_defined(lhs)
    return statement, Verdict.PROVED


def _require(found: Term, wanted: Term, law: str) -> None:
    if sp.expand(found - wanted) != 0:
        raise RuleFailure(f"{law}: found {found}, not {wanted}")
