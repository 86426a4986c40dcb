"""The functions of the formal language: the objects of the theory that a term may speak of, each with one meaning."""

from typing import Any

import sympy as sp

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

dual_curvature = function("dual_curvature")
"""dual_curvature(r): its second derivative. Of it the same is true."""

DERIVATIVES = {dual: 0, dual_slope: 1, dual_curvature: 2}
"""The dual and its derivatives, with their orders."""

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
        *DERIVATIVES, iterate, ntk, repeat, steps_to,
        half_line_hermite, hermite_at_zero, limit, tending, ranging, expectation,
        *OF_POINTS, kronecker, *OF_MATRICES,
    )
}  # fmt: skip
