"""Lemma 27: the derivative of the dual activation away from 1, relative to its value at 1."""

from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import (
    NORMALISED,
    UNCENTRED,
    Claim,
    Instance,
    Proof,
    Statement,
    Step,
    at,
    dual_slope,
    eq,
    fact,
    forall,
    interval,
    le,
    lt,
    member,
    mu,
)  # fmt: skip
from deepcond_sym.symbols import rho

from .setting import correlation, quadratic, t
from .tangent_bounds import e, nonlinearity, slope, slope_at_one, slope_bound, slope_is_small, u, y

claim = Claim(
    "agarwal2021/L27",
    title="The slope of the dual activation away from 1",
    source="Lemma 27, p. 25",
    provenance="paper",
    printed=r"\frac{\hat\sigma'(\rho)}{\hat\sigma'(1)} \le 1-\mu\,(1-|\rho|)",
    note=r"$\hat\sigma'(1) < \infty$ is implied: without it the left side is not defined. The proof prints"
    r" $\rho^i$ for $\rho^{i-1}$. The best constant is $2\mu/(1+\mu)$ in place of $\mu$: agarwal2021/L27-sharp.",
    beside=("agarwal2021/L27-sharp", "beyond/D5"),
    parameters={"constant": mu, "family": NORMALISED},
)


@claim.states
def statement(constant, family):
    bound = 1 - constant * (1 - sp.Abs(rho))
    return forall(correlation, family=family, holds=le(dual_slope(rho) / slope, bound))


@claim.proves
def proof(prove, goal, constant, family):
    """The slope of rho^i is i rho^(i-1), at most i |rho| from i = 2 on: a line between 1 - mu at 0 and s at 1; and s is
    at least 1 + mu."""
    return ratio(prove, goal, constant, dual_slope(rho))


def ratio(prove: Proof, goal: Statement, constant: sp.Expr, part: sp.Expr) -> Step:
    """part/s <= 1 - constant (1 - |rho|), where part is dual_slope(rho) or its absolute value."""
    line = (1 - mu) * (1 - y) + (1 + mu + e) * y
    divided = prove.polynomial(
        le((line - u) / (1 + mu + e), 1 - constant * (1 - y)),
        nonlinearity, interval(y, 0, 1), interval(e, 0, sp.oo), interval(u, 0, sp.oo),
    )  # fmt: skip
    size = sp.Abs(rho)
    positive = prove.vertices(forall(family=NORMALISED, holds=lt(0, slope)))
    return prove.chain(
        goal,
        fact(slope_at_one(prove)), fact(positive), fact(slope_is_small(prove), {"r": rho, y: size}),
        at(divided, {y: size, e: slope - 1 - mu, u: slope_bound(size) - part}),
    )  # fmt: skip


claim.mutant("the constant 21 mu/(10 (1 + mu))", constant=sp.Rational(21, 10) * mu / (1 + mu))
claim.mutant("the constant 11 mu/10", constant=sp.Rational(11, 10) * mu)
claim.mutant("without centring", family=UNCENTRED)
claim.sharpen(
    "constant",
    lambda c: mu * (1 + c * (1 - mu) / (1 + mu)),
    printed=0,
    strongest=2,
    fails=lambda c: (0, Instance({rho: Fraction(0)}, (Fraction(0), Fraction(1, 2), Fraction(1, 2)))),
)

sharp = Claim(
    "agarwal2021/L27-sharp",
    title="The slope of the dual activation away from 1, with the best constant",
    source="Lemma 27, p. 25, with its best constant",
    printed=r"\frac{|\hat\sigma'(\rho)|}{\hat\sigma'(1)} \le 1-\frac{2\mu}{1+\mu}\,(1-|\rho|),"
    r"\quad \text{with equality on } [0,1] \text{ for } \hat\sigma=q_\mu",
    note=r"Equality for $q_\mu$ shows that no larger constant will do, at any $\mu$ and any $\rho < 1$.",
    beside=("agarwal2021/L27",),
    parameters={"constant": 2 * mu / (1 + mu), "q": quadratic(t)},
)


@sharp.states
def sharp_statement(constant, q):
    positive = interval(rho, 0, 1)
    return (
        forall(
            correlation, family=NORMALISED,
            holds=le(sp.Abs(dual_slope(rho)) / slope, 1 - constant * (1 - sp.Abs(rho))), label="bound",
        ),
        forall(
            nonlinearity, positive, family=member(t, q),
            holds=eq(dual_slope(rho), (1 - constant * (1 - rho)) * slope), label="attained",
        ),
    )  # fmt: skip


@sharp.proves
def sharp_proof(prove, goal, constant, q):
    """((1 - mu) + (s - 1 + mu) y)/s increases with s only through s (1 - c) >= 1 - mu, and s >= 1 + mu."""
    bound, attained = goal
    return [
        ratio(prove, bound, constant, sp.Abs(dual_slope(rho))),
        prove.identity(attained, unfold=[dual_slope(rho), slope]),
    ]


sharp.mutant("the constant 21 mu/(10 (1 + mu))", constant=sp.Rational(21, 10) * mu / (1 + mu))
sharp.mutant("attained with the constant mu", constant=mu)
sharp.mutant("a cubic in place of the square", q=(1 - mu) * t + mu * t**3)
sharp.sharpen("constant", lambda c: 2 * c * mu / (1 + mu), printed=1, strongest=2)
