"""Theorem 3.2 without a hidden layer: with more points than dimensions the kernel is singular."""

from fractions import Fraction
from typing import Any

import sympy as sp

from deepcond_sym.proof import Claim, Instance, Verdict, column, component, forall, index, kronecker, lt, row, smallest

N, points = index("N", 2)
x = sp.Symbol("x", real=True)
on_a_line = component(x, row) * component(x, column)
"""<x_i, x_j> for points in dimension 1."""

printed = Claim(
    "nguyen2021/D-T3.2b",
    title="The lower bound of Theorem 3.2 with L = 1",
    source="Theorem 3.2, read without the tacit hypothesis L >= 2",
    provenance="derived here",
    printed=r"\lambda_{\min}(K^{(1)})\ge\mu_r(\sigma)^2\,\Omega(d)>0 \text{ for more points than dimensions}",
    expected=Verdict.REFUTED,
    note=r"$K^{(1)}=XX^\top$ has rank at most d. Entered for d = 1 and any number $N\ge2$ of points; the witness is an"
    r" antipodal pair, whose Gram matrix is singular (in other dimensions: agarwal2021/S33). So $L\ge2$ has"
    r" to be a hypothesis, as it is in nguyen2021/D-T3.2-chain.",
    beside=("nguyen2021/D-T3.2-chain", "nguyen2021/D-T3.2", "agarwal2021/S33"),
    parameters={"body": on_a_line},
    witnesses=((0, Instance({N: Fraction(2)}, vectors={"x": (Fraction(1), Fraction(1), Fraction(-1))})),),
)


@printed.states
def printed_statement(body: Any):
    return forall(points, holds=lt(0, smallest(body, N)))


printed.mutant("with the identity added, a ridge", body=on_a_line + kronecker(row, column))
printed.mutant("points at right angles, in N dimensions", body=kronecker(row, column))
