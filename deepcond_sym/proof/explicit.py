"""A term at one instance, written out: no variables, no data, no functions of the theory are left.

Two sides that are equal at an instance look undecided in balls; written out, their difference may vanish in the normal
form (`normal_form.vanishes`), as for a matrix that is singular because arcs cancel."""

from typing import Any

import sympy as sp
from sympy.core.function import AppliedUndef

from . import language as lang
from .instance import Instance
from .language import Family, Relation, Term
from .normal_form import vanishes
from .rational import exact

_MOST_TERMS = 4000
_MOST_LAYERS = 4


class CannotWrite(ArithmeticError):
    """The term has a part that is not written out here."""


def surely_equal(relation: Relation, instance: Instance, family: Family | None) -> bool:
    """Whether both sides are the same number by exact arithmetic; False if that is not clear.

    The caller has seen that both sides have a value.

    >>> r = sp.Symbol("r", real=True)
    >>> odd_part = Relation(lang.ntk(1, r) - lang.ntk(1, -r), "<", 2 * r)
    >>> surely_equal(odd_part, Instance({r: 3}), lang.RELU)
    False
    >>> from fractions import Fraction
    >>> surely_equal(odd_part, Instance({r: Fraction(3, 5)}), lang.RELU)
    True
    """
    try:
        return vanishes(_Writer(instance, family).write(relation.rhs - relation.lhs))
    except CannotWrite:
        return False


class _Writer:
    def __init__(self, instance: Instance, family: Family | None) -> None:
        self.instance, self.relu, self.terms = instance, family is not None and family.is_relu, 0
        self.bound: dict[sp.Basic, Term] = {}

    def write(self, term: Term) -> Term:
        self.terms += 1
        if self.terms > _MOST_TERMS:
            raise CannotWrite("too long")
        if term.is_Rational or term.is_NumberSymbol:
            return term
        if term.is_Symbol:
            if term in self.bound:
                return self.bound[term]
            return self._number(term)
        if isinstance(term, (sp.Sum, sp.Product)):
            return self._finite(term)
        if term.func in (*lang.OF_POINTS, lang.kronecker):
            name, indices = ((), term.args) if term.func == lang.kronecker else (term.args[:1], term.args[1:])
            return self._number(term.func(*name, *map(self.write, indices)))
        if isinstance(term, AppliedUndef):
            return self._of_relu(term)
        return term.func(*map(self.write, term.args))

    def _number(self, term: Term) -> Term:
        value = exact(term, self.instance)
        if value is None:
            raise CannotWrite(f"{term} is not a rational number here")
        return sp.Rational(value.numerator, value.denominator)

    def _finite(self, term: Any) -> Term:
        body, (k, low, high) = term.args
        first, last = self.write(low), self.write(high)
        if not (first.is_Integer and last.is_Integer) or last - first > _MOST_TERMS or k in self.bound:
            raise CannotWrite(f"{term} does not run over a few integers")
        parts = []
        for i in range(int(first), int(last) + 1):
            self.bound[k] = sp.Integer(i)
            parts.append(self.write(body))
        self.bound.pop(k, None)
        return sp.Add(*parts) if isinstance(term, sp.Sum) else sp.Mul(*parts)

    def _of_relu(self, call: Term) -> Term:
        if not self.relu or call.func not in (lang.dual, lang.dual_slope, lang.iterate, lang.ntk):
            raise CannotWrite(f"{call} is not written out")
        *depth, r = map(self.write, call.args)
        if not (r.is_Rational and abs(r) <= 1):
            raise CannotWrite(f"{call} is written out at rational correlations only")
        if call.func in (lang.dual, lang.dual_slope):
            return (lang.relu_dual if call.func == lang.dual else lang.relu_slope)(r)
        layers = depth[0]
        if not (layers.is_Integer and 0 <= layers <= _MOST_LAYERS):
            raise CannotWrite(f"{call} has too many layers to be written out")
        kernel = r
        for _ in range(int(layers)):
            slope, r = lang.relu_slope(r), lang.relu_dual(r)
            kernel = r + slope * kernel
        return r if call.func == lang.iterate else kernel
