"""The formal language of claims: terms, relations, and statements "for all ... in ..., given ..., it holds that ...".

Terms are SymPy expressions in real variables and in the functions of `functions`, which stand for the objects of the
theory. Every function has one meaning, fixed there and computed by `semantics`; the rules reason about it by the laws
they state. A relation is our own pair of terms rather than SymPy's, because SymPy decides `0 <= x**2` on its own
authority."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

import sympy as sp
from sympy.core.function import AppliedUndef

from deepcond_sym.errors import InputError

from .families import NONLINEAR as NONLINEAR
from .families import NORMALISED as NORMALISED
from .families import ODD as ODD
from .families import RELU as RELU
from .families import SERIES as SERIES
from .families import UNCENTRED as UNCENTRED
from .families import Family as Family
from .families import member as member
from .families import relu_dual as relu_dual
from .families import relu_slope as relu_slope
from .functions import ARBITRARY as ARBITRARY
from .functions import DERIVATIVES as DERIVATIVES
from .functions import FUNCTIONS as FUNCTIONS
from .functions import OF_MATRICES as OF_MATRICES
from .functions import OF_POINTS as OF_POINTS
from .functions import Term as Term
from .functions import bound_indices as bound_indices
from .functions import column as column
from .functions import component as component
from .functions import determinant as determinant
from .functions import dual as dual
from .functions import dual_curvature as dual_curvature
from .functions import dual_slope as dual_slope
from .functions import expectation as expectation
from .functions import function as function
from .functions import gram as gram
from .functions import half_line_hermite as half_line_hermite
from .functions import hermite_at_zero as hermite_at_zero
from .functions import inner as inner
from .functions import iterate as iterate
from .functions import kronecker as kronecker
from .functions import largest as largest
from .functions import limit as limit
from .functions import maximum as maximum
from .functions import minimum as minimum
from .functions import ntk as ntk
from .functions import off_maximum as off_maximum
from .functions import ranging as ranging
from .functions import repeat as repeat
from .functions import row as row
from .functions import smallest as smallest
from .functions import steps_to as steps_to
from .functions import tending as tending

mu = sp.Symbol("mu", real=True)
"""The nonlinearity 1 - p_1 of the family's activation."""


@dataclass(frozen=True)
class Relation:
    """lhs OP rhs, with OP one of <=, <, ==, !=."""

    lhs: Term
    op: str
    rhs: Term

    def __post_init__(self) -> None:
        for side in (self.lhs, self.rhs):
            refuse_floats(side)
            if side.has(sp.I, sp.nan, sp.zoo, sp.oo, -sp.oo):
                raise InputError(f"{side} is not a real number: a relation compares finite real terms")

    def subs(self, values: dict) -> "Relation":
        return Relation(substitute(self.lhs, values), self.op, substitute(self.rhs, values))

    def __str__(self) -> str:
        return f"{self.lhs} {self.op} {self.rhs}"


def le(lhs: object, rhs: object) -> Relation:
    """lhs <= rhs."""
    return Relation(term(lhs), "<=", term(rhs))


def lt(lhs: object, rhs: object) -> Relation:
    """lhs < rhs."""
    return Relation(term(lhs), "<", term(rhs))


def eq(lhs: object, rhs: object) -> Relation:
    """lhs = rhs."""
    return Relation(term(lhs), "==", term(rhs))


def ne(lhs: object, rhs: object) -> Relation:
    """lhs is not rhs."""
    return Relation(term(lhs), "!=", term(rhs))


def term(value: object) -> Term:
    """A SymPy term from an expression, an integer, or a string with an exact number such as "1/2"."""
    if isinstance(value, float):
        raise InputError(
            f"write {value!r} as an exact number, as in Rational(1, 10) or '1/10': a float is another number"
        )
    if isinstance(value, str):
        try:
            return sp.Rational(value)
        except (TypeError, ValueError, ZeroDivisionError):
            raise InputError(f"'{value}' is not an exact number: write an integer, a fraction or a decimal") from None
    expression = sp.S(value) if isinstance(value, int) else value
    if not isinstance(expression, sp.Expr):
        raise InputError(f"a term is a SymPy expression, an integer or a string, not {type(value).__name__}")
    refuse_floats(expression)
    return expression


def refuse_floats(expression: sp.Basic) -> None:
    """A decimal that went through a machine float is another number than the one written: refuse it."""
    floats = expression.atoms(sp.Float)
    if floats:
        raise InputError(
            f"write {min(floats, key=str)} as an exact number, as in Rational(1, 10): a float is another number"
        )


def substitute(expression: Term, values: dict) -> Term:
    """Replace free symbols simultaneously; the bound variable of `repeat`, Sum and Product is left alone."""
    clash = bound_symbols(expression) & (set(values) | {s for v in values.values() for s in free_variables(v)})
    if clash:
        raise InputError(
            f"the bound variable {min(clash, key=str)} is also used as a free variable: rename one of them"
        )
    return expression.xreplace(values)


def replace_equal(expression: Term, old: Term, new: Term) -> Term:
    """Replace a term by an equal one, wherever it stands; never under a binder of one of its variables.

    A power x^n is also replaced inside higher powers of x: with w^2 = 1 - r^2, w^5 becomes (1 - r^2)^2 w.
    """
    clash = bound_symbols(expression) & (free_variables(old) | free_variables(new))
    if clash:
        raise InputError(f"the bound variable {min(clash, key=str)} is also a free one: rename one of them")
    if isinstance(old, sp.Pow) and old.base.is_Symbol and old.exp.is_Integer and old.exp > 1:
        base, n = old.args

        def higher(e: Term) -> bool:
            return isinstance(e, sp.Pow) and e.base == base and e.exp.is_Integer and e.exp >= n

        return expression.replace(higher, lambda e: new ** (e.exp // n) * base ** (e.exp % n))
    return expression.xreplace({old: new})


@lru_cache(maxsize=2**14)
def bound_symbols(expression: Term) -> frozenset[sp.Basic]:
    """The symbols that stand for no value of their own: bound by `repeat`, Sum and Product, or names of things."""
    calls = expression.atoms(AppliedUndef)
    bound = {c.args[1] for c in calls if c.func == repeat} | {c.args[0] for c in calls if c.func in _NAMED}
    bound = bound.union(*map(bound_indices, calls))
    bound |= {s for c in calls if c.func == expectation for s in c.args if isinstance(s, sp.Symbol)}
    for container in expression.atoms(sp.Sum, sp.Product):
        bound |= set(container.variables)
    return frozenset(bound)


_NAMED = (limit, *ARBITRARY, *OF_POINTS)
"""Functions whose first argument is the name of something."""


@dataclass(frozen=True)
class Variable:
    """A real (or integer) variable and its interval, each end open or closed; ends are exact constants or infinite."""

    symbol: sp.Symbol
    lower: Term = sp.S.NegativeInfinity
    upper: Term = sp.S.Infinity
    open_lower: bool = False
    open_upper: bool = False

    def __post_init__(self) -> None:
        if self.symbol not in (sp.Symbol(self.symbol.name, real=True), sp.Symbol(self.symbol.name, integer=True)):
            raise InputError(f"make {self.symbol} with real=True or integer=True, and with no other assumption")
        for end in (self.lower, self.upper):
            refuse_floats(end)
            if end.free_symbols or end.has(AppliedUndef, sp.Sum, sp.Product) or not end.is_extended_real:
                raise InputError(f"an end of the interval of {self.symbol} is an exact number or infinite, not {end}")

    @property
    def integer(self) -> bool:
        return bool(self.symbol.is_integer)

    def __str__(self) -> str:
        if self.integer:
            return f"integer {self.symbol} >= {self.lower}"
        left = "(" if self.open_lower or self.lower.is_infinite else "["
        right = ")" if self.open_upper or self.upper.is_infinite else "]"
        return f"{self.symbol} in {left}{self.lower}, {self.upper}{right}"


def interval(symbol: sp.Symbol, lower: object, upper: object, open_ends: str = "") -> Variable:
    """The variable `symbol` in [lower, upper]; `open_ends` is any of "(", ")", "()" for ends that are excluded.

    >>> print(interval(mu, 0, 1, "("))
    mu in (0, 1]
    """
    low = lower if isinstance(lower, sp.Expr) else term(lower)
    high = upper if isinstance(upper, sp.Expr) else term(upper)
    return Variable(symbol, low, high, "(" in open_ends, ")" in open_ends)


def index(name: str, start: int = 0) -> tuple[sp.Symbol, Variable]:
    """An integer symbol and its variable: every integer >= start."""
    symbol = sp.Symbol(name, integer=True)
    return symbol, Variable(symbol, sp.Integer(start))


@dataclass(frozen=True)
class Sequence:
    """A sequence defined by recursion: name(first) = initial, name(k + 1) = step, where step may use name(k), other
    sequences at k, and sequences listed before it at k+1. A statement speaks of those values of its variables for which
    all members of its sequences are real numbers."""

    name: str
    index: sp.Symbol
    first: int
    initial: Term
    step: Term

    @property
    def symbol(self) -> Any:
        return function(self.name)

    def __call__(self, at: object) -> Term:
        return self.symbol(term(at))


@dataclass(frozen=True)
class Statement:
    """For every activation of the family and all variables in their intervals that satisfy `given`: the conclusion
    holds."""

    conclusion: Relation
    variables: tuple[Variable, ...] = ()
    given: tuple[Relation, ...] = ()
    family: Family | None = None
    sequences: tuple[Sequence, ...] = ()
    label: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        from .wellformed import check

        check(self)

    def variable(self, symbol: sp.Symbol) -> Variable | None:
        return next((v for v in self.variables if v.symbol == symbol), None)

    @property
    def sides(self) -> list[Term]:
        """Both sides of the conclusion and of each hypothesis."""
        return [side for r in (self.conclusion, *self.given) for side in (r.lhs, r.rhs)]

    @property
    def terms(self) -> list[Term]:
        """The sides, and what the sequences are made of."""
        return self.sides + [part for s in self.sequences for part in (s.initial, s.step)]

    def conclude(self, conclusion: Relation) -> "Statement":
        """The same quantifiers with another conclusion."""
        return replace(self, conclusion=conclusion)

    def __str__(self) -> str:
        parts = [self.family.name] if self.family else []
        parts += [str(v) for v in self.variables] + [str(g) for g in self.given]
        return f"{self.conclusion}  for {', '.join(parts)}" if parts else str(self.conclusion)


def forall(
    *variables: Variable,
    given: Iterable[Relation] = (),
    family: Family | None = None,
    sequences: Iterable[Sequence] = (),
    holds: Relation,
    label: str = "",
) -> Statement:
    """The statement that `holds` is true for all these variables, given these relations, for every activation of the
    family.

    >>> from deepcond_sym.symbols import rho
    >>> print(forall(interval(rho, 0, 1), family=NORMALISED, holds=le(dual(rho), rho)))
    dual(rho) <= rho  for every normalised activation, rho in [0, 1]
    """
    return Statement(holds, tuple(variables), tuple(given), family, tuple(sequences), label)


def free_variables(expression: Term) -> set[sp.Symbol]:
    """The free symbols of a term, without variables bound by `repeat`, Sum, Product and the functions of matrices, and
    the names of data, sequences and experiments."""
    if isinstance(expression, sp.Symbol):
        return {expression}
    if isinstance(expression, AppliedUndef) and expression.func == repeat:
        body, t, *others = expression.args
        return (free_variables(body) - {t}).union(*map(free_variables, others))
    if isinstance(expression, (sp.Sum, sp.Product)):
        body, *limits = expression.args
        ends = [end for pair in limits for end in pair.args[1:]]
        return (free_variables(body) - set(expression.variables)).union(*map(free_variables, ends))
    if isinstance(expression, AppliedUndef) and expression.func == expectation:
        return set()
    named = isinstance(expression, AppliedUndef) and expression.func in _NAMED
    if isinstance(expression, AppliedUndef) and expression.func in OF_MATRICES:
        body, size = expression.args
        return (free_variables(body) - bound_indices(expression)) | free_variables(size)
    return set().union(*map(free_variables, expression.args[1:] if named else expression.args))


def parameters_of(sequences: Iterable[Sequence]) -> set[sp.Symbol]:
    """The free symbols of the definitions: variables of the statement, whose values the sequences depend on."""
    return {p for s in sequences for p in (free_variables(s.initial) | free_variables(s.step)) - {s.index}}
