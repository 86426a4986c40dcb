"""Lemma 24: an entrywise power series lifts the smallest eigenvalue."""

import sympy as sp

from deepcond_sym.proof import SERIES, Claim, dual, forall, interval, le, smallest

from .data import n, points, products, spread
from .setting import delta

claim = Claim(
    "agarwal2021/L24",
    title="The smallest eigenvalue of an entrywise power series",
    source="Lemma 24, p. 24",
    provenance="paper",
    printed=r"K \succeq \delta I,\ K_{ii}=1,\ f=\sum_i c_i\rho^i,\ c_i\ge0 \implies f[K] \succeq (f(1)-f(1-\delta))\,I",
    note="Tight: equality for K = delta I + (1 - delta) 11^T.",
    parameters={"shift": 1 - delta, "slack": 1},
)


@claim.states
def statement(shift, slack):
    lower = slack * dual(1) - slack * dual(sp.expand(shift))
    return forall(
        points, interval(delta, 0, 1), given=[spread], family=SERIES, holds=le(lower, smallest(dual(products), n))
    )


@claim.proves
def proof(prove, goal, shift, slack):
    """K - delta I is positive semidefinite with diagonal 1 - delta; so is its entrywise f (Schur); only the diagonals
    differ."""
    return prove.schur(goal, dual(products), n, delta)


claim.mutant("the floor larger by 1/1000", slack="1001/1000")
claim.mutant("f(1) - f(1 - 2 delta)", shift=1 - 2 * delta)

claim.sharpen("slack", lambda c: c, printed=1, strongest=2)
