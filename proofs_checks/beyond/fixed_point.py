"""D7: without centring, how fast correlations tend to the fixed point of the dual activation, from every start and with
no waiting time."""

from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import (
    UNCENTRED,
    Claim,
    Instance,
    at,
    dual,
    dual_slope,
    forall,
    iterate,
    le,
    lt,
)  # fmt: skip
from deepcond_sym.proof.tactics.power_gaps import b, r, x
from deepcond_sym.symbols import rho
from proofs_checks.agarwal2021 import uncentred, uncentred_depth
from proofs_checks.agarwal2021.setting import L, correlation, delta, layers, separation
from proofs_checks.agarwal2021.uncentred import NON_AFFINE, below_one, curvature, fixed
from proofs_checks.agarwal2021.uncentred_depth import any_g, at_odds, base_of_odds, g

_quadratic = (Fraction(1, 4), Fraction(1, 4), Fraction(1, 2))
"""The dual 1/4 + rho/4 + rho^2/2, with the fixed point 1/2 and slope 3/4 there."""

claim = Claim(
    "beyond/D7",
    title="Without centring, correlations tend to the fixed point at these rates",
    source="replaces agarwal2021 Lemma 36",
    printed=r"\hat\sigma(\bar\rho)=\bar\rho<1,\ \beta=2-\hat\sigma'(\bar\rho)\ge1+\tilde\mu(1-\bar\rho):\quad"
    r" \bar\rho<1-\delta,\ |\rho|\le1-\delta \implies |\hat\sigma^{(L)}(\rho)-\bar\rho|\le"
    r"\frac{|\rho-\bar\rho|\,(1-\bar\rho)}{(1-\delta-\bar\rho)+\delta\beta^L};\quad"
    r" |\rho|\le\bar\rho \implies |\hat\sigma^{(L)}(\rho)-\bar\rho|\le\hat\sigma'(\bar\rho)^L|\rho-\bar\rho|;\quad"
    r" 1-\hat\sigma^{(L)}(\rho)\le\hat\sigma'(1)^L(1-\rho)",
    note=r"For every activation, every start and every $L\ge0$: there is no waiting time $\lceil1/\hat\sigma(0)\rceil$."
    r" In the formal statements b is $\bar\rho$, and any fixed point will do: there is at most one below 1"
    r" (agarwal2021/L33-unique). The first statement says that one layer divides the odds"
    r" $(\rho-\bar\rho)/(1-\rho)=1/g$ by at least $\beta$. The last one is for $\bar\rho=1$, and says something if"
    r" $\hat\sigma'(1)<1$.",
    beside=("agarwal2021/L36", "agarwal2021/T12", "beyond/D2"),
    parameters={
        "base": base_of_odds, "slope": 1 - curvature * (1 - b), "steepness": 1, "given": (fixed,), "factor": 1,
    },
    witnesses=(
        (1, Instance({b: Fraction(0)}, (Fraction(0), Fraction(1, 2), Fraction(1, 2)))),
        (2, Instance({rho: Fraction(3, 4), b: Fraction(1, 2), delta: Fraction(1, 4), L: Fraction(0)}, _quadratic)),
        (3, Instance({rho: Fraction(511, 1024), b: Fraction(1, 2), L: Fraction(1)}, _quadratic)),
        (4, Instance({rho: Fraction(1, 2), L: Fraction(1)}, (Fraction(1, 2), Fraction(1, 2)))),
    ),
)  # fmt: skip


@claim.states
def statement(base, slope, steepness, given, factor):
    size, away = abs(rho - b), abs(iterate(L, rho) - b)
    outside = [*given, le(abs(rho), 1 - delta), lt(b, 1 - delta)]
    return (
        forall(
            below_one, any_g, given=given, family=UNCENTRED,
            holds=le(dual(at_odds(g)), at_odds(base * g)), label="one layer divides the odds",
        ),
        forall(below_one, given=given, family=UNCENTRED, holds=le(dual_slope(b), slope), label="the slope"),
        forall(
            correlation, separation, below_one, layers, given=outside, family=NON_AFFINE,
            holds=le(away, factor * size * (1 - b) / ((1 - delta - b) + delta * base**L)), label="from outside",
        ),
        forall(
            correlation, below_one, layers, given=[*given, le(abs(rho), b)], family=UNCENTRED,
            holds=le(away, (steepness * dual_slope(b)) ** L * size), label="from inside",
        ),
        forall(
            correlation, layers, family=UNCENTRED,
            holds=le(1 - iterate(L, rho), (steepness * dual_slope(1)) ** L * (1 - rho)), label="to 1",
        ),
    )  # fmt: skip


@claim.proves
def proof(prove, goal, base, slope, steepness, given, factor):
    """Every power obeys |rho^i - b^i| <= |rho - b| (r^i - b^i)/(r - b) for |rho| <= r, so the distances shrink at least
    as fast as that of r = 1 - delta, whose odds are divided by 2 - dual_slope(b) in every layer."""
    one_layer, at_fixed_point, outside, inside, to_one = goal
    return [
        prove.chain(one_layer, uncentred_depth.odds_of_one_layer(prove)),
        prove.chain(at_fixed_point, uncentred.slope_at_fixed_point(prove)),
        prove.chain(outside, at(uncentred_depth.approach(prove), {x: rho, r: 1 - delta})),
        prove.chain(inside, at(uncentred_depth.inner(prove), {x: rho})),
        prove.chain(to_one, at(uncentred_depth.towards_one(prove), {x: rho})),
    ]  # fmt: skip


claim.mutant("odds divided by 1 + 11 (1 - slope)/10", base=1 + sp.Rational(11, 10) * (1 - dual_slope(b)))
claim.mutant("a slope at most 1 - 11 mu-tilde (1 - b)/10", slope=1 - sp.Rational(11, 10) * curvature * (1 - b))
claim.mutant("99 per cent of the distance", factor="99/100")
claim.mutant("99 per cent of the slope", steepness="99/100")
claim.mutant("around a point that is not fixed", given=())


def _fails(c: Fraction) -> tuple[int, Instance]:
    """As in beyond/D2, for the dual (rho + rho^2)/2 and b = 0, at rho = 1 - epsilon/(2 base)."""
    base, excess = 1 + c / 2, (c - 1) / 2
    near = 1 - excess / (2 * base)
    return 0, Instance({b: Fraction(0), g: (1 - near) / near}, (Fraction(0), Fraction(1, 2), Fraction(1, 2)))


claim.sharpen("base", lambda c: 1 + c * (1 - dual_slope(b)), printed=1, strongest=2, fails=_fails)
