"""A step of the proof of Theorem 3: the determinant is log-concave on positive definite matrices (Fan 1950).

The matrices are Gram matrices of arbitrary vectors; every positive semidefinite matrix is one."""

from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import (
    Claim,
    Instance,
    column,
    determinant,
    forall,
    gram,
    index,
    interval,
    le,
    lt,
    row,
    smallest,
)  # fmt: skip

A, B, s = (sp.Symbol(name, real=True) for name in ("A", "B", "s"))
n, points = index("n", 1)
share = interval(s, 0, 1)
first, second = gram(A, row, column), gram(B, row, column)
definite = [lt(0, smallest(matrix, n)) for matrix in (first, second)]


def _diagonal(*entries: int) -> tuple[tuple[Fraction, ...], ...]:
    """Orthogonal points of these squared lengths, from x_0 on."""
    return tuple(tuple(Fraction(a if i == j else 0) for j in range(len(entries))) for i, a in enumerate(entries))


claim = Claim(
    "starnaud2025/log-concave",
    title="The determinant is log-concave on positive definite matrices",
    source="a step of the proof of Theorem 3",
    provenance="as reported",
    printed=r"A_0,A_1\succ0,\ \psi\in[0,1] \implies"
    r" \det\big(A_0+\psi(A_1-A_0)\big)\ge\det(A_1)^\psi\det(A_0)^{1-\psi}",
    parameters={"weight": s, "factor": 1},
    witnesses=(
        (0, Instance({n: Fraction(1), s: Fraction(1, 4)}, matrices={"A": _diagonal(1, 1), "B": _diagonal(1, 16)})),
        (0, Instance({n: Fraction(1), s: Fraction(1, 2)}, matrices={"A": _diagonal(1, 1), "B": _diagonal(1, 1)})),
    ),
)  # fmt: skip


@claim.states
def statement(weight, factor):
    mixed = determinant(first + s * (second - first), n)
    bound = determinant(second, n) ** weight * determinant(first, n) ** (1 - weight)
    return forall(points, share, given=definite, holds=le(factor * bound, mixed))


@claim.proves
def proof(prove, goal, weight, factor):
    """Ky Fan's inequality."""
    return prove.chain(goal, prove.matrices("ky fan", goal, n, first, second, s))


claim.mutant("the exponents exchanged", weight=1 - s)
claim.mutant("11/10 times the bound", factor="11/10")
