"""Corollary 10: the condition number of the tangent kernel, for n unit vectors whose Gram matrix is >= delta I.

(1 + mu/2)^(-L/2) is a half-integer power for odd L: eta stands for the square root of 1 + mu/2."""

from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import (
    NONLINEAR,
    UNCENTRED,
    Claim,
    Instance,
    Proof,
    Statement,
    Step,
    at,
    eq,
    fact,
    forall,
    index,
    interval,
    le,
    mu,
)  # fmt: skip
from deepcond_sym.proof.tactics.powers import power_grows

from . import data_bounds
from .data import n, ntk_condition, points, points_at, spread
from .data_bounds import P
from .setting import L, delta, first_phase, growth, layers, separation
from .tangent_bounds import nonlinearity, u, y

eta = sp.Symbol("eta", real=True)
larger_root = interval(eta, 1, sp.oo)
j, extra_layers = index("j")



def two_points(separated: str, root: str, depth: int, *weights: str) -> Instance:
    """Two points at correlation 1 - separated; root^2 = 1 + mu/2 (or what a mutant makes of it)."""
    values = {n: 2, delta: separated, eta: root, L: depth}
    exact = {symbol: Fraction(value) for symbol, value in values.items()}
    return Instance(exact, tuple(map(Fraction, weights)), points_at(1 - exact[delta]))


claim = Claim(
    "agarwal2021/C10",
    title="The condition number of the tangent kernel, for independent inputs",
    source="Corollary 10, p. 7 (= Corollary 29(2), p. 27)",
    provenance="paper",
    printed=r"\lambda_{\min}(\underline K)\ge\delta,\ L\ge4L_0(\delta) \implies"
    r" \kappa(\Theta) \le 1 + \tfrac{2n}\delta\,(1+\tfrac\mu2)^{-L/2}",
    note=r"Gap: the printed proof uses $(1-\mu/2)^{L_0} \le \frac12$, guaranteed for $\delta \le \frac14$ only (for"
    r" $\delta=.4$ and $\mu=.2$, $L_0=3$ and $.9^3=.729$; for $\delta\ge\frac12$, $L_0=0$). The statement is true, at"
    r" every depth: the second line. $\hat\sigma'(1) < \infty$ is implied; $\eta$ is the square root of $1 + \mu/2$."
    r" Very loose: beyond/D6.",
    beside=("beyond/D6",),
    parameters={"constant": 2 * n / delta, "near": growth, "family": NONLINEAR},
    witnesses=(
        (1, two_points("1/10", "9/8", 0, "0", "15/32", "17/32")),
        (1, two_points("1/1000000", "3", 8, "0", "0", "1")),
        (1, two_points("1/2", "9/8", 60, "1/2", "15/32", "1/32")),
    ),
)


@claim.states
def statement(constant, near, family):
    frame = (points, separation, larger_root)
    given = [spread, eq(eta**2, near)]
    depth = 4 * first_phase() + j
    return (
        forall(
            *frame, extra_layers, given=given, family=family,
            holds=le(ntk_condition(depth), 1 + constant * eta ** (-depth)), label="as printed: L = 4 L_0 + j",
        ),
        forall(
            *frame, layers, given=given, family=family,
            holds=le(ntk_condition(L), 1 + constant * eta ** (-L)), label="every depth",
        ),
    )  # fmt: skip


@claim.proves
def proof(prove, goal, constant, near, family):
    """The trace argument of Corollary 8 with b_L, which bounds the entries of Theta/Theta_11 too; (1 + mu/2)^(-L) <=
    eta^(-L)."""
    printed, every = goal
    whole = every_depth(prove, every, constant, near)
    return [prove.chain(printed, at(whole, {L: 4 * first_phase() + j})), whole]


def every_depth(prove: Proof, goal: Statement, constant: sp.Expr, near: sp.Expr) -> Step:
    """kappa <= 1 + n (1 - m)/m <= 1 + (n/delta) near^(-L) <= 1 + constant eta^(-L)."""
    m = 1 - data_bounds.with_odds(P)
    simpler = prove.polynomial(
        le(1 + n * (1 - m) / m, 1 + n / delta * (1 / P)), points, separation, interval(P, 1, sp.oo)
    )
    weaker = prove.polynomial(
        le(1 + n / delta * y, 1 + constant * (y + u)), points, separation, interval(y, 0, 1), interval(u, 0, sp.oo)
    )
    flipped = prove.polynomial(le(1 / (eta**2 + y), 1 / eta), larger_root, interval(y, 0, sp.oo))
    reverse = goal.conclude(le(eta**2, near))
    equal_too = prove.chain(reverse, prove.identity(reverse.conclude(eq(eta**2, near)), [["given", 1]]))
    below = prove.chain(goal.conclude(le(1 / near, 1 / eta)), fact(equal_too), at(flipped, {y: near - eta**2}))
    base = 1 / near
    frame = (nonlinearity, layers)
    return prove.chain(
        goal, fact(below),
        fact(prove.power("at least one", near, L, *frame)),
        fact(prove.power("non-negative", base, L, *frame)), fact(prove.power("at most one", base, L, *frame)),
        fact(power_grows(prove), {"x": base, "y": 1 / eta, "i": L}),
        data_bounds.full_rank_bound(prove, data_bounds.tangent_floor(prove), near),
        at(simpler, {P: near**L}),
        at(weaker, {y: base**L, u: (1 / eta) ** L - base**L}),
    )  # fmt: skip


claim.mutant("the constant n", constant=n)
claim.mutant("base 1 + 8 mu in place of 1 + mu/2", near=1 + 8 * mu)
claim.mutant("without centring", family=UNCENTRED)
