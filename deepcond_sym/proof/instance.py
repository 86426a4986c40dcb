"""One instance of a statement: exact rational values of its variables, the numbers p_i of one activation, and data
(Gram matrices and vectors with rational entries)."""

from dataclasses import dataclass, field
from fractions import Fraction
from itertools import chain
from numbers import Rational

import sympy as sp

from deepcond_sym.errors import InputError

from . import language as lang
from .language import Statement, Term

Matrix = tuple[tuple[Fraction, ...], ...]

_HALF = Fraction(1, 2)
"""The nonlinearity of ReLU: p_1 = 1/2."""


@dataclass(frozen=True)
class Instance:
    """Exact values: of the variables, of p_0, p_1, ... (a finite list of rationals) for the activation, of the inner
    products of the points f_0, f_1, ... of each data set, and of the members v_0, v_1, ... of each vector."""

    values: dict[sp.Symbol, Fraction] = field(default_factory=dict)
    weights: tuple[Fraction, ...] = ()
    matrices: dict[str, Matrix] = field(default_factory=dict)
    vectors: dict[str, tuple[Fraction, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        lines = [line for matrix in self.matrices.values() for line in matrix]
        for value in chain(self.values.values(), self.weights, *lines, *self.vectors.values()):
            if not isinstance(value, Rational):
                raise InputError(f"write {value!r} as an exact number, a Fraction or an integer")

    def describe(self) -> str:
        parts = [f"{symbol} = {value}" for symbol, value in self.values.items()]
        if self.weights:
            parts.append("p = (" + ", ".join(map(str, self.weights)) + ")")
        for name, matrix in self.matrices.items():
            parts.append(f"Gram matrix of {name} = {_shown(matrix)}")
        for name, vector in self.vectors.items():
            parts.append(f"{name} = ({', '.join(map(str, vector))})")
        return ", ".join(parts)


def equicorrelated(size: int, correlation: Fraction) -> Matrix:
    """The Gram matrix of unit vectors x_1, ..., x_size, each two of which have the same correlation, and x_0 = x_1.

    >>> equicorrelated(1, Fraction(1, 2))
    ((Fraction(1, 1), Fraction(1, 1)), (Fraction(1, 1), Fraction(1, 1)))
    """
    places = [1, *range(1, size + 1)]
    return tuple(tuple(Fraction(1) if i == j else correlation for j in places) for i in places)


def correlation_of(matrix: Matrix) -> Fraction | None:
    """The one correlation of such a matrix; None if it is not like that."""
    if len(matrix) > 2 and matrix == equicorrelated(len(matrix) - 1, matrix[1][-1]):
        return matrix[1][-1]
    return None


def _shown(matrix: Matrix) -> str:
    if (r := correlation_of(matrix)) is not None:
        return f"1 on the diagonal, {r} off it (and x_0 = x_1)"
    return "(" + ", ".join("(" + ", ".join(map(str, line)) + ")" for line in matrix) + ")"


def in_domain(statement: Statement, instance: Instance) -> bool:
    """Exactly: every variable has a value in its interval, and the weights belong to the family."""
    for v in statement.variables:
        value = instance.values.get(v.symbol)
        if value is None or (v.integer and value.denominator != 1) or not _within(value, v):
            return False
    if not all(_is_gram(*named, instance.matrices) for named in _data(statement)):
        return False
    family = statement.family
    if family is None:
        return True
    weights = instance.weights
    if family.is_relu:
        return not weights and instance.values.get(lang.mu, _HALF) == _HALF
    if not weights or min(weights) < 0:
        return False
    if (family.unit and sum(weights) != 1) or (family.centred and weights[0] != 0):
        return False
    if family.nonlinear and not any(weights[2:]):
        return False
    if family.odd and any(weights[::2]):
        return False
    if family.unit and lang.mu in instance.values:
        linear = weights[1] if len(weights) > 1 else Fraction(0)
        if instance.values[lang.mu] != 1 - linear:
            return False
    return family.member is None or _is_member(family.member, instance)


def _data(statement: Statement) -> set[tuple[str, bool]]:
    """The names of the data sets that the statement speaks of, and whether they are unit vectors."""
    calls = {c for t in statement.terms for c in t.atoms(lang.inner, lang.gram)}
    return {(c.args[0].name, c.func == lang.inner) for c in calls}


def _is_gram(name: str, unit: bool, matrices: dict[str, Matrix]) -> bool:
    """Exactly: symmetric and positive semidefinite, by elimination; of unit vectors, with ones on the diagonal."""
    matrix = matrices.get(name)
    if matrix is None or any(len(line) != len(matrix) for line in matrix):
        return False
    if unit and any(line[i] != 1 for i, line in enumerate(matrix)):
        return False
    if matrix != tuple(zip(*matrix, strict=True)):
        return False
    if unit and (r := correlation_of(matrix)) is not None:
        return 1 - r >= 0 and 1 + (len(matrix) - 2) * r >= 0
    left = [list(line) for line in matrix]
    while left:
        *others, pivot = left.pop()
        if pivot < 0 or (pivot == 0 and any(others)):
            return False
        if pivot:
            for i, line in enumerate(left):
                factor = others[i] / pivot
                left[i] = [a - factor * b for a, b in zip(line, others, strict=False)]
        left = [line[: len(left)] for line in left]
    return True


def _is_member(fixed: tuple[sp.Symbol, Term], instance: Instance) -> bool:
    t, polynomial = fixed
    exact = {s: sp.Rational(v.numerator, v.denominator) for s, v in instance.values.items()}
    coefficients = sp.Poly(polynomial.subs(exact), t).all_coeffs()[::-1]
    expected = [Fraction(int(c.p), int(c.q)) for c in coefficients if isinstance(c, sp.Rational)]
    longest = max(len(expected), len(instance.weights))
    pad = lambda row: list(row) + [Fraction(0)] * (longest - len(row))  # noqa: E731
    return len(expected) == len(coefficients) and pad(expected) == pad(instance.weights)


def _within(value: Fraction, v: lang.Variable) -> bool:
    exact = sp.Rational(value.numerator, value.denominator)
    if exact < v.lower or exact > v.upper:
        return False
    return not (v.open_lower and exact == v.lower) and not (v.open_upper and exact == v.upper)
