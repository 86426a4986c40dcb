"""When two terms are the same: a normal form, and the domain facts it needs (shared by the rules below).

Law. b^(m + k) = b^m b^k for integers m, k and b != 0 (or m, k >= 0); k! = k (k-1)!; k!! = k (k-2)!!. After these, each
remaining power, factorial and function value is an indeterminate, and two terms are the same if the numerator of their
difference is the zero polynomial. Source: textbook.

A term has a value where no denominator vanishes, no root or logarithm is taken of a negative number, and every function
of the theory is used inside its domain; this must be shown of every term that enters a proof.
"""

from dataclasses import dataclass

import sympy as sp
from sympy.core.function import AppliedUndef

from .. import language as lang
from ..language import Family, Relation, Statement, Term, Variable, interval, le, mu
from ..language import function as function_symbol
from ..step import Evidence, RuleFailure
from . import polynomial

_power = function_symbol("power")
"""An indeterminate for b^k: SymPy would merge b^k b^m again."""


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
    return head(*arguments)


def _split_power(base: Term, exponent: Term) -> Term:
    if base.is_Rational and base.q != 1:
        return _split_power(sp.Integer(base.p), exponent) * _split_power(sp.Integer(base.q), -exponent)
    result = sp.S.One
    for part in sp.Add.make_args(exponent if base != 1 else sp.S.Zero):
        coefficient, rest = part.as_coeff_Mul()
        if rest == 1 and coefficient.is_Integer:
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
    if rest == 0 or not constant.is_Integer:
        return head(argument)
    result = sp.S.One
    while constant - stride >= least:
        result *= rest + constant
        constant -= stride
    return result * head(rest + constant)


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
            k, low, high = arguments[1]
            Context((*self.variables, Variable(k)), self.known, self.evidence, self.unit).require_defined(arguments[0])
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
        # sum p_i = 1 maps [-1, 1] into itself, and that the inner call has a value is shown below
        inside = self.unit and arguments[-1].func in (lang.dual, lang.iterate)
        if name in ("dual", "dual_slope", "iterate", "ntk") and not inside:
            self.require(le(sp.Abs(arguments[-1]), 1))
        depth = arguments[0] if term.func in lang.OF_DATA else arguments[-2] if name in _DEEP else sp.S.Zero
        if not is_index(depth, self.variables):
            raise RuleFailure(f"{term} is not shown to have an integer depth of at least 0")
        if name == "repeat":
            if not arguments[0].is_polynomial(arguments[1]) or lang.free_variables(arguments[0]) - {arguments[1], mu}:
                raise RuleFailure(f"{term} must repeat a polynomial map")
            return arguments[2:]
        return arguments[1:] if name in ("limit", "tending") else arguments

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
        if any(self._implies(fact, relation) for fact in self.known):
            return
        if relation.op == "==":
            if self.same(relation.lhs, relation.rhs):
                return
            raise RuleFailure(f"not shown: {relation}")
        if relation.op == "<=" and is_index(relation.rhs - relation.lhs, self.variables):
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

    def require_between(self, low: Term, middle: Term, high: Term) -> None:
        """Both low <= middle and middle <= high."""
        self.require(Relation(low, "<=", middle))
        self.require(Relation(middle, "<=", high))

    def _implies(self, fact: Relation, wanted: Relation) -> bool:
        if fact == wanted:
            return True
        if isinstance(fact.lhs, sp.Abs) and fact.op in ("<=", "<"):
            inner = fact.lhs.args[0]
            if any(self._implies(Relation(side, fact.op, fact.rhs), wanted) for side in (inner, -inner)):
                return True
        if fact.op == wanted.op in ("<=", "<", "==") or (fact.op, wanted.op) == ("<", "<="):
            return _zero((fact.rhs - fact.lhs) - (wanted.rhs - wanted.lhs))
        if wanted.op == "!=" and fact.op in ("<", "!="):
            gap, need = (_primitive(r.rhs - r.lhs) for r in (fact, wanted))
            return gap in (need, sp.expand(-need))
        return False


_DEEP = ("iterate", "ntk", "repeat")
_EVERYWHERE = (sp.Add, sp.Mul, sp.Abs, sp.Max, sp.Min, sp.exp, sp.sin, sp.cos, sp.erf)
"""Functions that have a real value at every real number."""


def _speaks_of_a_sequence(term: Term) -> bool:
    return any(call.func.__name__ not in lang.FUNCTIONS for call in term.atoms(AppliedUndef))


def _primitive(term: Term) -> Term:
    """The expanded term without its rational content."""
    return sp.expand(sp.expand(normalise(sp.expand(term))).as_content_primitive()[1])


def _zero(term: Term) -> bool:
    return sp.expand(normalise(sp.expand(term))) == 0


def family_variables(family: Family | None, variables: tuple[Variable, ...]) -> tuple[Variable, ...]:
    """mu lies in [0, 1] for a normalised activation, and is positive for a non-linear one."""
    if family is None or not family.unit or any(v.symbol == mu for v in variables):
        return ()
    return (interval(mu, 0, 1, "(" if family.nonlinear else ""),)


def is_index(term: Term, variables: tuple[Variable, ...]) -> bool:
    """An integer >= 0: a sum of non-negative integer multiples of index variables, steps_to(...) and integers."""
    total = sp.S.Zero
    for part in sp.Add.make_args(sp.expand(term)):
        coefficient, rest = part.as_coeff_Mul()
        if rest == 1:
            total += coefficient
            continue
        if not coefficient.is_Integer or coefficient < 0:
            return False
        if rest.func.__name__ == "steps_to":
            continue
        v = next((v for v in variables if v.symbol == rest and v.integer), None)
        if v is None or not v.lower.is_Integer:
            return False
        total += coefficient * v.lower
    return bool(total.is_Integer and total >= 0)


def family_covers(wide: Family | None, narrow: Family | None) -> bool:
    """Whether what holds for every activation of `wide` holds for every activation of `narrow`."""
    if wide is None or wide == narrow:
        return True
    if narrow is None or wide.member is not None:
        return False
    demands = ((wide.unit, narrow.unit), (wide.centred, narrow.centred), (wide.nonlinear, narrow.nonlinear))
    return all(given or not wanted for wanted, given in demands)
