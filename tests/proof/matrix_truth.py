"""Values of the functions of matrices by another route: numbers of mpmath, plain loops, eigenvalues by mpmath."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations, permutations
from typing import Any

import mpmath
import sympy as sp
from hypothesis import strategies as st
from sympy.core.function import AppliedUndef

from deepcond_sym.proof import Instance, dual, iterate
from deepcond_sym.proof.language import column, component, gram, inner, kronecker, row

from .truth import normalised, weights

Vectors = Sequence[Sequence[Fraction]]


class Data:
    """Vectors f_0, f_1, ... for `gram`, unit vectors with rational coordinates for `inner` (by stereographic projection
    of the f_i), reals for `component`, and p for `dual`."""

    def __init__(self, vectors: Vectors, reals: Sequence[Fraction], p: Sequence[Fraction]) -> None:
        self.vectors, self.reals, self.p = vectors, list(reals), list(p)
        self.units = [_projected(*f[:2]) for f in vectors]

    def instance(self, with_p: bool) -> Instance:
        """The same data as the statements' instance."""
        grams = {"X": _grams(self.units), "F": _grams(self.vectors)}
        return Instance({}, tuple(self.p) if with_p else (), grams, {"v": tuple(self.reals)})


def _projected(s: Fraction, t: Fraction) -> list[Fraction]:
    square = s * s + t * t
    return [2 * s / (1 + square), 2 * t / (1 + square), (1 - square) / (1 + square)]


def _product(f: Sequence[Fraction], g: Sequence[Fraction]) -> Fraction:
    return sum((a * b for a, b in zip(f, g, strict=True)), Fraction(0))


def _grams(vectors: Vectors) -> tuple[tuple[Fraction, ...], ...]:
    return tuple(tuple(_product(f, g) for g in vectors) for f in vectors)


def number(value: Any) -> Any:
    return mpmath.mpf(int(value.numerator)) / int(value.denominator)


def value(term: Any, data: Data, bound: dict[Any, Any]) -> Any:
    """The term's value, from the definitions; `bound` holds the values of its free symbols."""
    of = lambda part: value(part, data, bound)  # noqa: E731
    if term.is_Rational:
        return mpmath.mpf(int(term.p)) / int(term.q)
    if term.is_Symbol:
        return mpmath.mpf(bound[term])
    if term.is_Add:
        return mpmath.fsum(map(of, term.args))
    if term.is_Mul:
        return mpmath.fprod(map(of, term.args))
    if term.is_Pow:
        return of(term.base) ** of(term.exp)
    if term.func is sp.Abs:
        return abs(of(term.args[0]))
    if isinstance(term, sp.Sum):
        body, (k, low, high) = term.args
        steps = range(int(of(low)), int(of(high)) + 1)
        return mpmath.fsum(value(body, data, {**bound, k: i}) for i in steps)
    assert isinstance(term, AppliedUndef)
    name, args = term.func.__name__, term.args
    if name in ("inner", "gram"):
        among = data.units if name == "inner" else data.vectors
        return number(_product(among[int(of(args[1]))], among[int(of(args[2]))]))
    if name == "component":
        return number(data.reals[int(of(args[1]))])
    if name == "kronecker":
        return mpmath.mpf(of(args[0]) == of(args[1]))
    if name == "dual":
        return _dual(data, of(args[0]))
    if name == "iterate":
        r = of(args[1])
        for _ in range(int(of(args[0]))):
            r = _dual(data, r)
        return r
    return of_matrix(name, args[0], int(of(args[1])), data, bound)


def _dual(data: Data, r: Any) -> Any:
    return mpmath.fsum(number(c) * r**i for i, c in enumerate(data.p))


def of_matrix(name: str, body: Any, n: int, data: Data, bound: dict[Any, Any]) -> Any:
    at = lambda i, j: value(body, data, {**bound, row: i, column: j})  # noqa: E731
    places = range(1, n + 1)
    if name in ("minimum", "maximum"):
        return (min if name == "minimum" else max)(value(body, data, {**bound, row: i}) for i in places)
    entries = [[at(i, j) for j in places] for i in places]
    if name == "off_maximum":
        return max((abs(entries[i][j]) for i in range(n) for j in range(n) if i != j), default=mpmath.mpf(0))
    if name == "determinant":
        return _leibniz(entries)
    symmetric = mpmath.matrix([[(entries[i][j] + entries[j][i]) / 2 for j in range(n)] for i in range(n)])
    spectrum = mpmath.eigsy(symmetric, eigvals_only=True)
    return min(spectrum) if name == "smallest" else max(spectrum)


def _leibniz(entries: list[list[Any]]) -> Any:
    """The determinant, over all permutations: mpmath's own stops at a column of zeros."""
    total = mpmath.mpf(0)
    for order in permutations(range(len(entries))):
        odd = sum(a > b for a, b in combinations(order, 2)) % 2
        total += (-1) ** odd * mpmath.fprod(entries[i][j] for i, j in enumerate(order))
    return total


X, F, v = (sp.Symbol(name, real=True) for name in ("X", "F", "v"))
xx, ff, unit = inner(X, row, column), gram(F, row, column), kronecker(row, column)
vv = component(v, row) * component(v, column)
_leaves = st.sampled_from(
    [xx, ff, unit, vv, ff, xx, component(v, row), component(v, column), row, column, sp.S.One, sp.S.NegativeOne,
     gram(F, row, row), gram(F, column, column), gram(F, row + 1, column + 1), gram(F, 2 * row, column + 1),
     gram(F, row, 0), kronecker(row + 1, column), kronecker(row, 1), sp.Rational(1, 2), dual(xx), iterate(2, xx),
     inner(X, column, row), 1 / row]
)  # fmt: skip


def _grown(parts: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    pairs = st.tuples(parts, parts)
    return st.one_of(
        pairs.map(lambda ab: ab[0] + ab[1]), pairs.map(lambda ab: ab[0] * ab[1]), pairs.map(lambda ab: ab[0] - ab[1]),
        parts.map(lambda a: a**2), parts.map(lambda a: a**3), parts.map(sp.Abs), parts.map(lambda a: -a),
    )  # fmt: skip


_semidefinite = st.sampled_from(
    [xx, ff, unit, vv, sp.S.One, sp.Rational(1, 2), dual(xx), iterate(2, xx), 1 / (row * column),
     kronecker(row, 1) * unit, gram(F, 2 * row, 2 * column), kronecker(2 * row, 2 * column),
     gram(F, row, row) * gram(F, column, column), component(v, row) ** 2 * component(v, column) ** 2]
)  # fmt: skip


def _kept(parts: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    pairs = st.tuples(parts, parts)
    return st.one_of(
        pairs.map(lambda ab: ab[0] + ab[1]), pairs.map(lambda ab: ab[0] * ab[1]), parts.map(lambda a: a**2)
    )


semidefinite_bodies = st.recursive(_semidefinite, _kept, max_leaves=4)
bodies = st.one_of(st.recursive(_leaves, _grown, max_leaves=4), semidefinite_bodies)
"""Entries of matrices, most of them of none in particular, some of semidefinite ones."""

functions = st.sampled_from(["smallest", "largest", "determinant", "minimum", "maximum", "off_maximum"])
_vectors = st.lists(st.lists(st.integers(-3, 3).map(Fraction), min_size=3, max_size=3), min_size=9, max_size=9)
_reals = st.lists(st.fractions(-2, 2, max_denominator=4), min_size=9, max_size=9)
data = st.builds(Data, _vectors, _reals, weights.map(normalised))
"""Nine vectors of three coordinates: more than three of them are dependent."""
