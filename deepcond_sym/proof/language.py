"""The formal language of claims: terms, relations, and statements "for all ... in ..., given ..., it holds that ...".

Terms are SymPy expressions in real variables and in the functions below, which stand for the objects of the theory.
Every function has one meaning, fixed here and computed by `semantics`; the rules reason about it by the laws they
state. A relation is our own pair of terms rather than SymPy's, because SymPy decides `0 <= x**2` on its own
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

Term = Any
"""A SymPy expression. SymPy annotates arguments as Basic, so checking `sp.Expr` here would only report SymPy's own
types."""


def function(name: str) -> Any:
    """A function symbol with real values."""
    return sp.Function(name, real=True)


dual = function("dual")
"""dual(r): the dual activation of the family's activation, sum p_i r^i with p_i = a_i^2."""

dual_slope = function("dual_slope")
"""dual_slope(r): its derivative. A statement speaks of those activations for which it is finite where it is used."""

iterate = function("iterate")
"""iterate(L, r): the dual activation composed L times; iterate(0, r) = r."""

ntk = function("ntk")
"""ntk(L, r): ntk(0, r) = r, ntk(L, r) = iterate(L, r) + dual_slope(iterate(L-1, r)) ntk(L-1, r)."""

repeat = function("repeat")
"""repeat(body, t, L, start): the map t -> body applied L times to start."""

steps_to: Any = sp.Function("steps_to", integer=True, nonnegative=True)
"""steps_to(A, r) = max(ceil(log A / log r), 0) for A > 0, r > 1: the least integer k >= 0 with r^k >= A."""

half_line_hermite = function("half_line_hermite")
"""half_line_hermite(k, r) = E[max(X, 0)^k He_r(X)], X standard normal, He_r the monic Hermite polynomial, k >= 1."""

hermite_at_zero = function("hermite_at_zero")
"""hermite_at_zero(m) = He_m(0): He_0(0) = 1, He_1(0) = 0, He_{m+1}(0) = -m He_{m-1}(0)."""

limit = function("limit")
"""limit(name): the limit of a sequence that the statement defines, as its index grows; the name is a symbol."""

tending = function("tending")
"""tending(tag, k, a): the k-th member of an arbitrary real sequence, named by the symbol tag, that tends to a."""

expectation = function("expectation")
"""expectation(name, ...): the mean of an experiment of `deepcond_sym.simulation.experiments`: its name, a symbol, and
its parameters: exact numbers, and symbols that name an activation."""

ranging = function("ranging")
"""ranging(tag, k, b): the k-th member of an arbitrary real sequence, named by the symbol tag, with all members in [0,
b]."""

ARBITRARY = (tending, ranging)
"""Members of arbitrary sequences, which a symbol names: a statement that uses them speaks of all such sequences."""

inner = function("inner")
"""inner(X, i, j) = x_i . x_j, for arbitrary unit vectors x_1, x_2, ... of a Euclidean space; X is a symbol, the name of
the data."""

gram = function("gram")
"""gram(F, i, j) = <f_i, f_j>, for arbitrary vectors f_0, f_1, f_2, ... of a Euclidean space."""

component = function("component")
"""component(v, i): the i-th member of an arbitrary real sequence v_0, v_1, v_2, ..."""

kronecker = function("kronecker")
"""kronecker(i, j): 1 if i = j, 0 otherwise."""

OF_POINTS = (inner, gram, component)
"""Entries of arbitrary matrices and vectors, which a symbol names: a statement that uses them speaks of all."""

row, column = sp.Symbol("row", integer=True), sp.Symbol("column", integer=True)
"""The indices that the functions of matrices bind, both from 1 to n: a matrix is given by its entries."""

smallest = function("smallest")
"""smallest(body, n): the least value of sum_ij c_i body(i, j) c_j over unit vectors c: the smallest eigenvalue of the
symmetric n x n matrix with these entries."""

largest = function("largest")
"""largest(body, n): the greatest value of that form: the largest eigenvalue."""

determinant = function("determinant")
"""determinant(body, n): the determinant of the n x n matrix with these entries."""

minimum = function("minimum")
"""minimum(body, n): the least of body(1), ..., body(n), with `row` for the index."""

maximum = function("maximum")
"""maximum(body, n): the greatest of them."""

off_maximum = function("off_maximum")
"""off_maximum(body, n): the greatest |body(i, j)| for i != j; 0 if n = 1."""

OF_MATRICES = (smallest, largest, determinant, minimum, maximum, off_maximum)


def bound_indices(call: Term) -> set[sp.Basic]:
    """What a function of matrices binds in its first argument."""
    return {row} if call.func in (minimum, maximum) else {row, column} if call.func in OF_MATRICES else set()


FUNCTIONS = {
    f.__name__: f
    for f in (
        dual, dual_slope, iterate, ntk, repeat, steps_to,
        half_line_hermite, hermite_at_zero, limit, tending, ranging, expectation,
        *OF_POINTS, kronecker, *OF_MATRICES,
    )
}  # fmt: skip

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
