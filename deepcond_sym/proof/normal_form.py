"""When two terms are the same: a normal form; which terms are indices; which family contains which.

Law. b^(m + k) = b^m b^k for integers m, k and b != 0 (or m, k >= 0); k! = k (k-1)!; k!! = k (k-2)!!; acos r = pi/2 -
asin r; inner products are symmetric. After these, each remaining power, factorial and function value is an
indeterminate, and two terms are the same if the numerator of their difference is the zero polynomial. Source: textbook.

The rules rest on this file as they rest on the language; that the terms compared have a value is shown by them.
"""

from functools import lru_cache
from typing import Any

import sympy as sp
from sympy.core.function import AppliedUndef

from .finite_derivatives import finite_derivatives
from .language import (
    Family,
    Relation,
    Statement,
    Term,
    Variable,
    column,
    function,
    gram,
    inner,
    interval,
    kronecker,
    mu,
    row,
    substitute,
)  # fmt: skip

_power = function("power")
"""An indeterminate for b^k: SymPy would merge b^k b^m again."""

_MOST = 10_000
"""The largest shift of an exponent or of a factorial that is multiplied out: the rest stays an indeterminate."""


def normalise(term: Term) -> Term:
    """Split symbolic exponents and lower factorials, everywhere in the term."""
    if not term.args:
        return term
    head, arguments = term.func, [normalise(a) for a in term.args]
    if head is sp.Pow and not arguments[1].is_Rational:
        base, exponent = arguments
        if base is not sp.E:
            return _split_power(base, sp.expand(exponent))
    if head in (sp.factorial, sp.factorial2):
        return _lower_factorial(head, sp.expand(arguments[0]))
    if isinstance(term, (AppliedUndef, sp.Abs)):
        arguments = [sp.expand(a) for a in arguments]
    if head is sp.acos:
        return sp.pi / 2 - sp.asin(arguments[0])
    if head in (inner, gram, kronecker):
        return _entry(head, arguments)
    return head(*arguments)


def _entry(head: Any, arguments: list[Term]) -> Term:
    """Symmetric in its two indices; a unit vector times itself is 1."""
    *name, i, j = arguments
    if head != gram and i == j:
        return sp.S.One
    if head == kronecker and i.is_Integer and j.is_Integer:
        return sp.S.Zero
    return head(*name, *sorted((i, j), key=sp.default_sort_key))


def _split_power(base: Term, exponent: Term) -> Term:
    if base.is_Rational and base.q != 1:
        return _split_power(sp.Integer(base.p), exponent) * _split_power(sp.Integer(base.q), -exponent)
    if base == 0:  # 0^(k + 1) is 1 at k = -1, and 0^k 0 has no value there
        return _power(base, exponent)
    result = sp.S.One
    for part in sp.Add.make_args(exponent if base != 1 else sp.S.Zero):
        coefficient, rest = part.as_coeff_Mul()
        if rest == 1 and coefficient.is_Integer and abs(coefficient) <= _MOST:
            result *= base**coefficient
        elif rest != 1 and coefficient.is_Integer:
            result *= _power(base, rest) ** (coefficient % 2 if base == -1 and rest.is_integer else coefficient)
        else:
            result *= _power(base, part)
    return result


def _lower_factorial(head: type, argument: Term) -> Term:
    """Bring the constant part of the argument down to 0 (or, for the double factorial, to 0 or -1)."""
    constant, rest = argument.as_coeff_Add()
    stride, least = (1, 0) if head is sp.factorial else (2, -1)
    if rest == 0 or not constant.is_Integer or constant > _MOST:
        return head(argument)
    result = sp.S.One
    while constant - stride >= least:
        result *= rest + constant
        constant -= stride
    return result * head(rest + constant)


@lru_cache(maxsize=2**14)
def primitive(term: Term) -> Term:
    """The expanded term without its rational content."""
    return sp.expand(sp.expand(normalise(sp.expand(term))).as_content_primitive()[1])


def vanishes(term: Term) -> bool:
    """Whether the term is zero by its normal form."""
    return expanded(term) == 0


@lru_cache(maxsize=2**14)
def expanded(term: Term) -> Term:
    """The normal form, multiplied out; remembered, since a proof compares the same few terms again and again."""
    return sp.expand(normalise(sp.expand(term)))


def implies(fact: Relation, wanted: Relation) -> bool:
    """Whether the wanted one follows because the sides differ by the same: a <= b from a < b, a = b or |a| <= b, and a
    != b from a < b."""
    if fact == wanted:
        return True
    if any(implies(side, wanted) for side in _both_signs(fact)):
        return True
    if fact.op == wanted.op in ("<=", "<", "==") or (fact.op, wanted.op) == ("<", "<="):
        return _gap(fact) == _gap(wanted)
    if (fact.op, wanted.op) == ("==", "<="):
        return _gap(wanted) in (_gap(fact), expanded(fact.lhs - fact.rhs))
    if wanted.op == "!=" and fact.op in ("<", "!="):
        gap, need = (primitive(r.rhs - r.lhs) for r in (fact, wanted))
        return gap in (need, sp.expand(-need))
    return False


@lru_cache(maxsize=2**14)
def _gap(relation: Relation) -> Term:
    """The right side minus the left side, in normal form."""
    return expanded(relation.rhs - relation.lhs)


@lru_cache(maxsize=2**14)
def _both_signs(fact: Relation) -> tuple[Relation, ...]:
    """What |a| <= b says: a <= b and -a <= b."""
    if not isinstance(fact.lhs, sp.Abs) or fact.op not in ("<=", "<"):
        return ()
    inside = fact.lhs.args[0]
    return Relation(inside, fact.op, fact.rhs), Relation(-inside, fact.op, fact.rhs)


def entries(body: Term) -> tuple[Term, Term]:
    """The entry of a matrix off its diagonal, and on it: kronecker(i, j) and x_i . x_i have known values there."""
    on, places = substitute(body, {column: row}), ((row, column), (column, row))
    known = {call: sp.S.One for call in on.atoms(inner, kronecker) if call.args[-2:] == (row, row)}
    return body.xreplace({kronecker(*place): sp.S.Zero for place in places}), on.xreplace(known)


def family_variables(family: Family | None, variables: tuple[Variable, ...]) -> tuple[Variable, ...]:
    """mu lies in [0, 1] for a normalised activation, and is positive for a non-linear one."""
    if family is None or not family.unit or any(v.symbol == mu for v in variables):
        return ()
    return (interval(mu, 0, 1, "(" if family.nonlinear else ""),)


def is_index(term: Term, variables: tuple[Variable, ...]) -> bool:
    """An integer >= 0, as far as `least_integer` can tell."""
    least = least_integer(term, variables)
    return least is not None and bool(least >= 0)


def least_integer(term: Term, variables: tuple[Variable, ...]) -> Term | None:
    """A lower end of an integer: of a sum of non-negative integer multiples of index variables (or of products of some
    that are >= 0), steps_to(...) and integers; None for any other term."""
    total = sp.S.Zero
    for part in sp.Add.make_args(sp.expand(term)):
        coefficient, rest = part.as_coeff_Mul()
        if rest == 1:
            total += coefficient
            continue
        if not coefficient.is_Integer or coefficient < 0:
            return None
        if rest.func.__name__ == "steps_to":
            continue
        factors = sp.Mul.make_args(rest)
        lowers: dict[Term, Term] = {v.symbol: v.lower for v in variables if v.integer}
        found = [lowers.get(f, sp.S.NegativeInfinity) for f in factors]
        if not all(least.is_Integer and (least >= 0 or len(factors) == 1) for least in found):
            return None
        total += coefficient * sp.prod(found)
    return total if total.is_Integer else None


def assumes_more(premise: Statement, statement: Statement) -> str:
    """What the premise takes for granted of activations or sequences and the statement does not; "" for nothing."""
    if not family_covers(premise.family, statement.family):
        return f"what holds for {premise.family} is not known for {statement.family}"
    wanted = finite_derivatives(premise)
    if wanted > finite_derivatives(statement):
        kind = ("slope", "curvature")[wanted - 1]
        return f"the premise speaks only of activations whose dual has a finite {kind}, the statement of more"
    if any(s not in statement.sequences for s in premise.sequences):
        return "the premise speaks of sequences that the statement does not define"
    return ""


def family_covers(wide: Family | None, narrow: Family | None) -> bool:
    """Whether what holds for every activation of `wide` holds for every activation of `narrow`."""
    if wide is None or wide == narrow:
        return True
    if narrow is None or wide.member is not None:
        return False
    wanted, given = ((f.unit, f.centred, f.nonlinear, f.odd) for f in (wide, narrow))
    return all(has or not needs for needs, has in zip(wanted, given, strict=True))
