"""Theorem 12: without centring, the off-diagonal entries of the kernel tend to a fixed point of the dual activation."""

from fractions import Fraction

from deepcond_sym.proof import (
    UNCENTRED,
    Claim,
    Instance,
    at,
    dual,
    dual_slope,
    fact,
    forall,
    interval,
    iterate,
    le,
    lt,
)  # fmt: skip
from deepcond_sym.proof.tactics.power_gaps import b, r, unit_r, x
from deepcond_sym.symbols import rho

from . import critical_depth, uncentred, uncentred_depth, uncentred_phases
from .critical_depth import apart, bound, critical
from .setting import L, correlation, delta, layers, separation
from .uncentred import NON_AFFINE, below_one, curvature, fixed, middle
from .uncentred_depth import base_of_odds
from .uncentred_phases import end, extra_layers, j, later

_quadratic = (Fraction(1, 4), Fraction(1, 4), Fraction(1, 2))
"""The dual 1/4 + rho/4 + rho^2/2, with the fixed point 1/2 and slope 3/4 there."""

limit = Claim(
    "agarwal2021/T12",
    title="Without centring, the off-diagonal entries converge",
    source="Theorem 12, p. 7, the limit",
    provenance="paper",
    printed=r"\sigma \text{ not affine} \implies \bar K_{ij}\to\bar\rho\in[0,1] \text{ as } L\to\infty",
    note=r"$\bar K_{ij}=\hat\sigma^{(L)}(\rho)$ with $\rho=x_i\cdot x_j$, and $|\rho|<1$ is needed: equal inputs stay"
    r" at 1. The limit is stated with its rate, in each of the three cases. Let $\bar\rho<1$ be a fixed point (b in"
    r" the formal statements) and $r<1$ be larger than $\bar\rho$ and at least $|\rho|$; the base $2-\hat\sigma'(\bar"
    r"\rho)$ is above 1, so that the first bound tends to 0. Without a fixed point below 1, $\hat\sigma'(1)\le1$"
    r" (agarwal2021/L34-at-one), and the bounds for $\hat\sigma'(1)<1$ and $\hat\sigma'(1)=1$ tend to 0.",
    beside=("agarwal2021/T12-i", "agarwal2021/T12-ii-printed", "beyond/D7", "beyond/D8"),
    parameters={"base": base_of_odds, "steepness": 1, "strength": curvature, "family": NON_AFFINE},
    witnesses=(
        (0, Instance({rho: Fraction(3, 4), r: Fraction(3, 4), b: Fraction(1, 2), L: Fraction(1)}, _quadratic)),
        (2, Instance({rho: Fraction(1, 2), L: Fraction(1)}, (Fraction(1, 2), Fraction(1, 2)))),
    ),
)


@limit.states
def statement(base, steepness, strength, family):
    away = abs(iterate(L, rho) - b)
    inside = [fixed, lt(b, r), le(abs(rho), r)]
    return (
        forall(
            correlation, below_one, unit_r, layers, given=inside, family=family,
            holds=le(away, abs(rho - b) * (1 - b) / ((r - b) + (1 - r) * base**L)), label="a fixed point below 1",
        ),
        forall(below_one, given=[fixed], family=family, holds=lt(1, base), label="its base"),
        forall(
            correlation, layers, family=UNCENTRED,
            holds=le(1 - iterate(L, rho), (steepness * dual_slope(1)) ** L * (1 - rho)), label="slope below 1 at 1",
        ),
        forall(
            apart, layers, given=[critical], family=UNCENTRED,
            holds=le(1 - iterate(L, rho), bound(L, strength)), label="slope 1 at 1",
        ),
        forall(family=family, holds=lt(0, strength), label="its constant"),
    )  # fmt: skip


@limit.proves
def proof(prove, goal, base, steepness, strength, family):
    """D7 for a fixed point below 1 and for a slope below 1 at 1, D8 for the slope 1."""
    outside, growing, to_one, slowly, positive = goal
    more = prove.polynomial(
        lt(1, 2 - (1 - uncentred.m * (1 - b))), below_one, interval(uncentred.m, 0, 1, "(")
    )
    known = fact(uncentred.positive_curvature(prove)), fact(uncentred.curvature_at_most_one(prove))
    slope = uncentred.slope_at_fixed_point(prove)
    return [
        prove.chain(outside, at(uncentred_depth.approach(prove), {x: rho})),
        prove.chain(
            growing, *known, fact(slope), at(more, {uncentred.m: curvature}),
            uncentred.adds(prove, 1 + curvature * (1 - b), 1 - curvature * (1 - b) - dual_slope(b)),
        ),
        prove.chain(to_one, at(uncentred_depth.towards_one(prove), {x: rho})),
        prove.chain(slowly, critical_depth.every_layer(prove)),
        prove.chain(positive, uncentred.positive_curvature(prove)),
    ]  # fmt: skip


limit.mutant("base 1 + 2 (1 - slope)", base=1 + 2 * (1 - dual_slope(b)))
limit.mutant("99 per cent of the slope at 1", steepness="99/100")
limit.mutant("affine activations too", family=UNCENTRED)

rate = Claim(
    "agarwal2021/T12-i",
    title="Without centring, the off-diagonal entries close in on a fixed point below 1",
    source="Theorem 12(i), p. 7, for a fixed point below 1",
    provenance="paper",
    printed=r"\bar\rho<1,\ |x_i\cdot x_j|\le1-\delta\ (i\ne j),\ L\ge L_0=O_\sigma(\log\tfrac1\delta) \implies"
    r" |\bar K_{ij}-\bar\rho|\le\max\Big\{1-\frac{\tilde\mu(1-\bar\rho)}2,\hat\sigma'(\bar\rho)\Big\}^{L-L_0}"
    r"\frac{1+\bar\rho}2",
    note=r"The bound of Lemma 36, for $\hat\sigma(0)>0$ as there; otherwise $\bar\rho=0$, and beyond/D7 has the rate."
    r" $\bar K_{ij}=\hat\sigma^{(L)}(\rho)$ with $\rho=x_i\cdot x_j$; b, S, d and j are as in"
    r" agarwal2021/L36, and the maximum is its first entry. $S\le1+\log\frac{1-\bar\rho}{2\delta}/\log(1+\frac{\tilde"
    r"\mu(1-\bar\rho)}2)$, if that is positive, and the wait does not depend on $\delta$: $L_0=O_\sigma(\log\frac1"
    r"\delta)$. For $\bar\rho=1$ the theorem is vacuous (agarwal2021/L36-at-one).",
    beside=("agarwal2021/T12", "agarwal2021/L36", "beyond/D7"),
    parameters={"start": middle, "given": (le(1, end * dual(0)),)},
    witnesses=tuple(
        (
            0,
            Instance(
                {rho: Fraction(-3, 4), delta: Fraction(1, 4), b: Fraction(1, 2), uncentred_phases.extra: d,
                 j: Fraction(0)},
                (Fraction(1, 8), Fraction(5, 8), Fraction(1, 4)),
            ),
        )
        for d in (Fraction(8), Fraction(0))
    ),
)  # fmt: skip


@rate.states
def rate_statement(start, given):
    separated = [le(abs(rho), 1 - delta), fixed, *given]
    return forall(
        correlation, separation, below_one, extra_layers, later, given=separated, family=NON_AFFINE,
        holds=le(abs(iterate(end + j, rho) - b), uncentred.rate**j * start),
    )  # fmt: skip


@rate.proves
def rate_proof(prove, goal, start, given):
    """Lemma 36 at rho = x_i . x_j."""
    return prove.chain(goal, uncentred_phases.closes_in(prove))


rate.mutant("a tenth of the bound", start=middle / 10)
rate.mutant("without the wait for 1/dual(0) layers", given=())
