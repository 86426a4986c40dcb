"""Corollary 8: the condition number of the top-layer kernel, for n unit vectors whose Gram matrix is >= delta I."""

from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import (
    NONLINEAR,
    UNCENTRED,
    Claim,
    Instance,
    at,
    fact,
    forall,
    interval,
    le,
    mu,
)  # fmt: skip

from . import data_bounds
from .data import condition, n, points, points_at, spread
from .data_bounds import P
from .setting import L, delta, growth, half, layers, separation

claim = Claim(
    "agarwal2021/C8",
    title="The condition number of the kernel, for independent inputs",
    source="Corollary 8, p. 7 (= Corollary 26(2), p. 25)",
    provenance="paper",
    printed=r"\lambda_{\min}(\underline K)\ge\delta \implies"
    r" \kappa(\bar K) \le 1 + \tfrac n\delta\,(1+\tfrac\mu2)^{-L}",
    note=r"It holds at every depth. The base can be $1 + \mu$, and no larger one; the exact supremum is"
    r" $1 + n b_L/(1 - b_L)$: see beyond/D6.",
    beside=("beyond/D6",),
    parameters={"base": growth, "constant": n / delta, "family": NONLINEAR},
)


@claim.states
def statement(base, constant, family):
    bound = 1 + constant * base ** (-L)
    return forall(points, separation, layers, given=[spread], family=family, holds=le(condition(L), bound))


@claim.proves
def proof(prove, goal, base, constant, family):
    """The eigenvalues sum to n, and the smallest is at least m = 1 - b_L: the largest is at most n - (n - 1) m. The
    odds of b_L are at most those of 1 - delta over base^L."""
    m = 1 - data_bounds.with_odds(P)
    simpler = prove.polynomial(le(1 + n * (1 - m) / m, 1 + constant / P), points, separation, interval(P, 1, sp.oo))
    return prove.chain(
        goal,
        fact(prove.power("at least one", base, L, data_bounds.nonlinearity, layers)),
        data_bounds.full_rank_bound(prove, data_bounds.kernel_floor(prove), base),
        at(simpler, {P: base**L}),
    )


claim.mutant("base 1 + 11 mu/10", base=1 + sp.Rational(11, 10) * mu)
claim.mutant("the constant n", constant=n)
claim.mutant("without centring", family=UNCENTRED)


def _fails(c: Fraction) -> tuple[int, Instance]:
    """For equicorrelated points close to each other b_L/(1 - b_L) is 1/(delta (1 + mu)^L), up to factors that tend to 1
    as delta does to 0: here mu = 1/2 and one layer."""
    close = (c - 1) / 16
    values = {n: Fraction(2), delta: close, L: Fraction(1)}
    return 0, Instance(values, (Fraction(0), Fraction(1, 2), Fraction(1, 2)), points_at(1 - close))


claim.sharpen("base", lambda c: 1 + c * mu, printed=half, strongest=2, fails=_fails)
