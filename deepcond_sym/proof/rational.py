"""The value of a term at one instance by rational arithmetic, where that suffices.

A hypothesis such as dual_slope(1) = 1 or dual(b) = b holds with equality, which balls around 1/10 do not decide."""

from dataclasses import replace
from fractions import Fraction
from math import prod
from typing import Any

import sympy as sp
from sympy.core.function import AppliedUndef

from . import language as lang
from .dual_values import falling
from .instance import Instance
from .language import Term
from .matrix_values import exact_value

MOST = 64
"""The largest exponent: numbers stay short."""

_MOST_ROWS = 20


def exact(term: Term, instance: Instance) -> Fraction | None:
    """The value of a sum or product of the instance's numbers, and of the dual and its derivatives at such numbers;
    None for any other term.

    >>> third = Instance({}, (Fraction(1, 3), Fraction(1, 3), Fraction(1, 3)))
    >>> exact(lang.dual_slope(1), third), exact(sp.exp(1), third)
    (Fraction(1, 1), None)
    """
    if isinstance(term, sp.Rational):
        return Fraction(int(term.p), int(term.q))
    if isinstance(term, sp.Symbol):
        return instance.values.get(term)
    if term.func in lang.DERIVATIVES and not term.args[0].has(AppliedUndef):
        at, order = exact(term.args[0], instance), lang.DERIVATIVES[term.func]
        weights = instance.weights
        if at is None or not weights or abs(at) > 1 or len(weights) > MOST:
            return None
        parts = (falling(i, order) * p * at ** (i - order) for i, p in enumerate(weights) if i >= order)
        return sum(parts, Fraction(0))
    if term.func in (*lang.OF_POINTS, lang.kronecker):
        return _entry(term, instance)
    if term.func in lang.OF_MATRICES:
        return _of_matrix(term, instance)
    if isinstance(term, sp.Pow) and isinstance(term.exp, sp.Integer) and 0 <= term.exp <= MOST:
        base = exact(term.base, instance)
        return None if base is None else base ** int(term.exp)
    if isinstance(term, (sp.Add, sp.Mul)):
        parts = [exact(a, instance) for a in term.args]
        known = [p for p in parts if p is not None]
        if len(known) == len(parts):
            return sum(known, Fraction(0)) if isinstance(term, sp.Add) else prod(known, start=Fraction(1))
    return None


def _entry(call: Term, instance: Instance) -> Fraction | None:
    name, indices = (None, call.args) if call.func == lang.kronecker else (call.args[0].name, call.args[1:])
    at = [i for i in (exact(i, instance) for i in indices) if i is not None and i.denominator == 1 and i >= 0]
    if len(at) != len(indices):
        return None
    if name is None:
        return Fraction(at[0] == at[1])
    found: Any = (instance.vectors if call.func == lang.component else instance.matrices).get(name, ())
    for i in map(int, at):
        if not i < len(found):
            return None
        found = found[i]
    return found


def _of_matrix(call: Term, instance: Instance) -> Fraction | None:
    (body, size), bound = call.args, lang.bound_indices(call)
    n = exact(size, instance)
    if n is None or n.denominator != 1 or not 1 <= n <= _MOST_ROWS:
        return None

    def at(i: int, j: int) -> Fraction | None:
        own = ((lang.row, Fraction(i)), (lang.column, Fraction(j)))
        inside = {**instance.values, **{index: value for index, value in own if index in bound}}
        return exact(body, replace(instance, values=inside))

    return exact_value(call.func.__name__, at, int(n))
