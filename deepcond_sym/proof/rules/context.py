"""What may be assumed while a statement is proved, and what follows from it at once (shared by the rules).

Law. A relation follows from a known one that differs from it by equal terms, from the sign of a polynomial on the box
of the variables, and from |x| <= c, that is x <= c and -x <= c. A term has a value where no denominator vanishes, no
root or logarithm is taken of a negative number, and every function of the theory is used inside its domain; this must
be shown of every term that enters a proof. Source: logic.
"""

from dataclasses import dataclass

import sympy as sp
from sympy.core.function import AppliedUndef

from .. import language as lang
from ..language import Relation, Statement, Term, Variable, column, le, mu, row
from ..normal_form import assumes_more, entries, family_variables, implies, is_index, least_integer, normalise
from ..step import Evidence, RuleFailure
from . import polynomial


@dataclass
class Context:
    """What may be assumed while a statement is proved: its variables, its hypotheses, and facts already shown."""

    variables: tuple[Variable, ...]
    known: list[Relation]
    evidence: Evidence
    unit: bool = False

    @classmethod
    def of(cls, statement: Statement, evidence: Evidence) -> "Context":
        variables, family = statement.variables, statement.family
        implied = family_variables(family, variables)
        return cls(variables + implied, list(statement.given), evidence, family is not None and family.unit)

    def with_indices(self, *indices: Variable) -> "Context":
        """The same with new variables: of old ones more is known than would be right."""
        if {i.symbol for i in indices} & {v.symbol for v in self.variables}:
            raise RuleFailure("an index of a sum or product must not have the name of another one around it")
        return Context((*self.variables, *indices), self.known, self.evidence, self.unit)

    def places(self, n: Term) -> tuple["Context", "Context"]:
        """At an entry off the diagonal of an n x n matrix, and at one of its rows."""
        if not is_index(n - 1, self.variables) or {row, column} & {v.symbol for v in self.variables}:
            raise RuleFailure(f"the size {n} must be an integer of at least 1, and the indices must be nothing else")
        at_row, at_column = Variable(row, sp.S.One), Variable(column, sp.S.One)
        known, pair = [*self.known, le(row, n)], [le(column, n), Relation(row, "!=", column)]
        off = Context((*self.variables, at_row, at_column), [*known, *pair], self.evidence, self.unit)
        return off, Context((*self.variables, at_row), known, self.evidence, self.unit)

    def same(self, left: Term, right: Term) -> bool:
        """Whether both terms have the same value wherever the hypotheses hold (and have one, if they differ)."""
        if left == right:
            return True
        difference = normalise(left) - normalise(right)
        numerator, _ = sp.fraction(sp.together(difference))
        if sp.expand(normalise(sp.expand(numerator))) != 0:
            return False
        for side in (left, right):
            self.require_defined(side, equality=True)
        return True

    def require_defined(self, term: Term, *, equality: bool = False) -> None:
        """Return if the term has a real value wherever the hypotheses hold; RuleFailure naming what is open otherwise.

        In an equality, a root of a sequence's member may stand for a complex number: the normal form still holds.
        """
        head, arguments = term.func, term.args
        if isinstance(term, AppliedUndef):
            arguments = self._theory_arguments(term)
        elif isinstance(term, (sp.Sum, sp.Product)):
            body, (k, low, high) = arguments
            if not (low.is_integer and high.is_integer):
                raise RuleFailure(f"{term} does not run from an integer to an integer")
            least = least_integer(low, self.variables)
            self.with_indices(Variable(k) if least is None else Variable(k, least)).require_defined(body)
            arguments = (low, high)
        elif isinstance(term, sp.Pow):
            self._require_power(term.base, term.exp, equality)
        elif head in (sp.log, sp.acos, sp.asin):
            if not (equality and _speaks_of_a_sequence(term)):
                inside = Relation(sp.S.Zero, "<", arguments[0]) if head is sp.log else le(sp.Abs(arguments[0]), 1)
                self.require(inside)
        elif head in (sp.factorial, sp.factorial2):
            if not is_index(arguments[0] + int(head is sp.factorial2), self.variables):
                raise RuleFailure(f"{term} is not shown to be the factorial of an integer in its domain")
        elif not (term.is_Rational or term.is_NumberSymbol or term.is_Symbol or head in _EVERYWHERE):
            raise RuleFailure(f"{term} is not shown to have a real value")
        for argument in arguments:
            self.require_defined(argument, equality=equality)

    def _theory_arguments(self, term: Term) -> tuple[Term, ...]:
        """The arguments that need a value, after the domain of the function has been shown."""
        name, arguments = term.func.__name__, term.args
        if name == "steps_to":
            self.require(Relation(sp.S.Zero, "<", arguments[0]))
            self.require(Relation(sp.S.One, "<", arguments[1]))
        if term.func in (*lang.DERIVATIVES, lang.iterate, lang.ntk):
            self.require(le(sp.Abs(arguments[-1]), 1))
        if name in ("iterate", "ntk") and not self.unit:
            raise RuleFailure(f"{term} may leave [-1, 1] on its way where sum p_i is not 1")
        if name in _PLACE_OF_INDEX and not is_index(arguments[_PLACE_OF_INDEX[name]], self.variables):
            raise RuleFailure(f"{term} is not shown to have an integer depth of at least 0")
        if name == "repeat":
            if not arguments[0].is_polynomial(arguments[1]) or lang.free_variables(arguments[0]) - {arguments[1], mu}:
                raise RuleFailure(f"{term} must repeat a polynomial map")
            return arguments[2:]
        if term.func in lang.OF_MATRICES:
            body, n = arguments
            for place, entry in zip(self.places(n), entries(body), strict=True):
                place.require_defined(entry)
            return (n,)
        if term.func in lang.OF_POINTS and not all(is_index(a, self.variables) for a in arguments[1:]):
            raise RuleFailure(f"{term} is not shown to have indices of at least 0")
        if name == "ranging":
            self.require(le(0, arguments[-1]))
        return arguments[1:] if name in ("limit", "tending", "ranging") or term.func in lang.OF_POINTS else arguments

    def _require_power(self, base: Term, exponent: Term, equality: bool) -> None:
        if is_index(exponent, self.variables):
            return
        if exponent.is_integer:
            self._require_nonzero(base)
        elif (base.is_number and base.is_positive) or isinstance(base, (sp.factorial, sp.factorial2)):
            return
        elif not (equality and _speaks_of_a_sequence(base)):
            root = exponent.is_Rational and exponent > 0
            self.require(Relation(sp.S.Zero, "<=" if root else "<", base))

    def require_real(self, term: Term) -> None:
        """Return if roots, logarithms and arcs of a sequence's members are real, as an inequality takes for granted."""
        for part in term.atoms(sp.Pow, sp.log, sp.acos, sp.asin):
            if _speaks_of_a_sequence(part) and not (part.is_Pow and part.exp.is_integer):
                self.require_defined(part)

    def _require_nonzero(self, term: Term) -> None:
        for factor in sp.Mul.make_args(sp.factor_terms(term)):
            if isinstance(factor, sp.Pow):
                self._require_nonzero(factor.base)
            elif not (isinstance(factor, (sp.factorial, sp.factorial2)) or (factor.is_number and factor.is_nonzero)):
                self.require(Relation(factor, "!=", sp.S.Zero))

    def require(self, relation: Relation) -> None:
        """Return if the relation follows from what is known; RuleFailure naming it otherwise."""
        if relation.op != "!=" and sp.expand(relation.lhs - relation.rhs) == 0 and relation.op in ("<=", "=="):
            return
        if relation in self.known or any(implies(fact, relation) for fact in self.known):
            return
        if relation.op == "==":
            if self.same(relation.lhs, relation.rhs):
                return
            raise RuleFailure(f"not shown: {relation}")
        if relation.op == "<=" and is_index(relation.rhs - relation.lhs, self.variables):
            return
        two = (relation.lhs, relation.rhs), (-relation.rhs, -relation.lhs)
        if relation.op == "<=" and any(end == 1 and self._is_correlation(t) for t, end in two):
            return
        if relation.op == "<=" and isinstance(relation.rhs, sp.Abs) and relation.lhs.is_Rational and relation.lhs <= 0:
            return
        if relation.op in ("<=", "<") and isinstance(relation.lhs, sp.Abs):
            inner = relation.lhs.args[0]
            self.require(Relation(inner, relation.op, relation.rhs))
            self.require(Relation(-inner, relation.op, relation.rhs))
            return
        try:
            polynomial.prove(relation, self.variables, self.evidence)
        except RuleFailure:
            raise RuleFailure(f"not shown: {relation}") from None

    def _is_correlation(self, term: Term) -> bool:
        """In [-1, 1] where it has a value, which must be shown apart: sum p_i = 1 maps [-1, 1] into itself."""
        term = -term if term.could_extract_minus_sign() else term
        return term.func in (sp.cos, sp.sin, lang.inner) or (self.unit and term.func in (lang.dual, lang.iterate))


def require_within(premise: Statement, target: Statement, *given: Relation) -> None:
    """The premise takes no more for granted than the target does, and these relations."""
    if more := assumes_more(premise, target):
        raise RuleFailure(more)
    known = (*target.given, *given)
    if any(v not in target.variables for v in premise.variables) or any(g not in known for g in premise.given):
        raise RuleFailure(f"the premise [{premise}] assumes more than the statement does")


_PLACE_OF_INDEX = {"iterate": 0, "ntk": 0, "repeat": 2, "hermite_at_zero": 0, "half_line_hermite": 1}
_EVERYWHERE = (sp.Add, sp.Mul, sp.Abs, sp.Max, sp.Min, sp.exp, sp.sin, sp.cos, sp.erf)
"""Functions that have a real value at every real number."""


def _speaks_of_a_sequence(term: Term) -> bool:
    return any(call.func.__name__ not in lang.FUNCTIONS for call in term.atoms(AppliedUndef))
