"""Notation for data: unit vectors x_1, ..., x_n, and what is asked about their kernel matrices."""

from fractions import Fraction
from typing import Any

import sympy as sp

from deepcond_sym.proof import column, index, inner, iterate, largest, le, ntk, off_maximum, row, smallest
from deepcond_sym.proof.instance import Matrix, equicorrelated

from .setting import delta

n, points = index("n", 1)
X = sp.Symbol("X", real=True)

products = inner(X, row, column)
"""x_i . x_j."""

apart = le(off_maximum(products, n), 1 - delta)
"""|x_i . x_j| <= 1 - delta for i != j."""

spread = le(delta, smallest(products, n))
"""The Gram matrix is at least delta I."""


def off_diagonal(depth: Any) -> sp.Expr:
    """The largest off-diagonal entry of the top-layer kernel, in absolute value."""
    return off_maximum(iterate(depth, products), n)


def condition(depth: Any) -> sp.Expr:
    """The condition number of the top-layer kernel."""
    return _quotient(iterate(depth, products))


def least_eigenvalue(depth: Any) -> sp.Expr:
    """The smallest eigenvalue of the top-layer kernel."""
    return smallest(iterate(depth, products), n)


def ntk_off_diagonal(depth: Any) -> sp.Expr:
    """The largest off-diagonal entry of the tangent kernel, relative to its diagonal."""
    return off_maximum(ntk(depth, products), n) / ntk(depth, 1)


def ntk_condition(depth: Any) -> sp.Expr:
    """The condition number of the tangent kernel."""
    return _quotient(ntk(depth, products))


def ntk_least_eigenvalue(depth: Any) -> sp.Expr:
    """The smallest eigenvalue of the tangent kernel, relative to its diagonal."""
    return smallest(ntk(depth, products), n) / ntk(depth, 1)


def _quotient(body: sp.Expr) -> sp.Expr:
    return largest(body, n) / smallest(body, n)


def points_at(correlation: Fraction, size: int = 2) -> dict[str, Matrix]:
    """The data of an instance: unit vectors, each two of which have this correlation."""
    return {X.name: equicorrelated(size, correlation)}
