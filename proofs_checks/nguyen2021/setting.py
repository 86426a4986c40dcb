"""Notation of nguyen2021: plain ReLU, no biases, N data points x_1, ..., x_N, none of them 0. Its depth L is our L + 1.

Every such data set is x_i = a_i u_i with lengths a_i > 0 and unit vectors u_i: a is a real sequence, U the name of the
unit vectors. The limiting kernels depend on lengths and inner products only: G^(l)_ij = a_i a_j iterate(l - 1, u_i.u_j)
and K^(L)_ij = a_i a_j ntk(L - 1, u_i.u_j)."""

from typing import Any

import sympy as sp

from deepcond_sym.proof import column, component, half_line_hermite, index, inner, lt, minimum, row

N, points = index("N", 1)
L, hidden = index("L")
"""The number of hidden layers: the paper's depth less 1."""

U, a = sp.Symbol("U", real=True), sp.Symbol("a", real=True)
cosine = inner(U, row, column)
pair = component(a, row) * component(a, column)
"""The product of the lengths of the two points."""

length = component(a, row)
product = pair * cosine
"""<x_i, x_j>."""

nonzero = lt(0, minimum(length, N))
"""No point is 0."""


def square(degree: Any) -> Any:
    """mu_r^2 = E[relu(X) He_r(X)]^2 / r!."""
    return half_line_hermite(1, degree) ** 2 / sp.factorial(degree)
