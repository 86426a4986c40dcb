"""Lemma 35: what one layer does to a correlation around the smallest fixed point of the dual activation."""

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
    le,
    lt,
)  # fmt: skip
from deepcond_sym.proof.tactics.power_gaps import adds, b, limit, x
from deepcond_sym.symbols import rho

from . import uncentred
from .setting import half
from .uncentred import at_fixed_point, below_one, curvature, fixed, middle, unit_rho

_quadratic = (Fraction(1, 4), Fraction(1, 4), Fraction(1, 2))
"""The dual 1/4 + rho/4 + rho^2/2, with the fixed point 1/2 and slope 3/4 there."""

claim = Claim(
    "agarwal2021/L35",
    title="One layer around a fixed point",
    source="Lemma 35, p. 29",
    provenance="paper",
    printed=r"\text{(i) } \rho\ge\tfrac{1+\bar\rho}2:\ \hat\sigma(\rho)\le"
    r"\rho-\tfrac{\tilde\mu}2(1-\bar\rho)(1-\rho);"
    r"\quad \text{(ii) } \bar\rho\le\rho<\tfrac{1+\bar\rho}2:\ |\hat\sigma(\rho)-\bar\rho|\le"
    r"\big(1-\tfrac{\tilde\mu}2(1-\bar\rho)\big)|\rho-\bar\rho|;"
    r"\quad \text{(iii) } 0\le\rho<\bar\rho:\ |\hat\sigma(\rho)-\bar\rho|\le\hat\sigma'(\bar\rho)\,|\rho-\bar\rho|;"
    r"\quad \text{(iv) } -1\le\rho<0:\ |\hat\sigma(\rho)|\le\hat\sigma(-\rho),\ \hat\sigma(\rho)\ge\rho+\hat\sigma(0)",
    note=r"In the formal statements b is $\bar\rho<1$; that it is the smallest fixed point is not needed, since there"
    r" is at most one below 1 (agarwal2021/L33-unique). At $\bar\rho=1$ (i) speaks of $\rho=1$ only, (ii) of"
    " nothing, and (iii) follows from beyond/D7.",
    beside=("agarwal2021/L33", "beyond/D7"),
    parameters={"share": half, "steepness": 1, "lift": 1},
    witnesses=(
        (2, Instance({b: Fraction(1, 2), rho: Fraction(1, 2) - Fraction(1, 2**10)}, _quadratic)),
        (4, Instance({rho: Fraction(-1, 2**10)}, (Fraction(1, 2), Fraction(0), Fraction(1, 2)))),
    ),
)


@claim.states
def statement(share, steepness, lift):
    rate = 1 - share * curvature * (1 - b)
    size = abs(rho - b)
    negative = interval(rho, -1, 0, ")")
    return (
        forall(
            below_one, unit_rho, given=[fixed, le(middle, rho)], family=UNCENTRED,
            holds=le(dual(rho), rho - share * curvature * (1 - b) * (1 - rho)), label="(i)",
        ),
        forall(
            below_one, unit_rho, given=[fixed, le(b, rho), lt(rho, middle)], family=UNCENTRED,
            holds=le(abs(dual(rho) - b), rate * size), label="(ii)",
        ),
        forall(
            below_one, unit_rho, given=[fixed, lt(rho, b)], family=UNCENTRED,
            holds=le(abs(dual(rho) - b), steepness * dual_slope(b) * size), label="(iii)",
        ),
        forall(negative, family=UNCENTRED, holds=le(abs(dual(rho)), dual(-rho)), label="(iv), from above"),
        forall(negative, family=UNCENTRED, holds=le(rho + lift * dual(0), dual(rho)), label="(iv), from below"),
    )  # fmt: skip


@claim.proves
def proof(prove, goal, share, steepness, lift):
    """(i) and (ii) from Lemma 33, mu-tilde (rho - b) (1 - rho) <= rho - dual(rho); (iii) from b^i - rho^i <=
    i b^(i-1) (b - rho); (iv) is linear in the p_i."""
    near_one, near, under, above, lifted = goal
    size = abs(rho - b)
    own_size = fact(prove.polynomial(le(limit, limit), interval(limit, 0, 2)), {limit: size})
    upper = prove.chain(
        near.conclude(le(dual(rho) - b, near.conclusion.rhs)), own_size, fact(uncentred.rate_in_unit(prove)),
        uncentred.declines(prove), adds(prove, uncentred.rate * (rho - b), uncentred.rate, size - (rho - b)),
    )  # fmt: skip
    lower = prove.chain(
        near.conclude(le(b - dual(rho), near.conclusion.rhs)), fact(uncentred.rate_in_unit(prove)),
        fact(uncentred.above_fixed_point(prove)), adds(prove, b - dual(rho), dual(rho) - b),
        adds(prove, 0 * b, uncentred.rate, size),
    )  # fmt: skip
    return [
        prove.chain(near_one, uncentred.escapes(prove)),
        prove.absolute_value(near, upper, lower),
        prove.chain(
            under, own_size, at_fixed_point(prove, under, abs(dual(rho) - dual(b)), back=True),
            at(uncentred.slope_bound_below_one(prove), {x: rho, limit: size}),
        ),
        prove.vertices(above),
        prove.vertices(lifted),
    ]  # fmt: skip


claim.mutant("mu-tilde in place of mu-tilde/2", share=1)
claim.mutant("a slope 1 per cent smaller in (iii)", steepness="99/100")
claim.mutant("a lift 1 per cent larger in (iv)", lift="101/100")

def _fails(c: Fraction) -> tuple[int, Instance]:
    """(i) is an equality for dual (rho + rho^2)/2 at rho = 1/2 when c = 1/2."""
    return 0, Instance({b: Fraction(0), rho: Fraction(1, 2)}, (Fraction(0), Fraction(1, 2), Fraction(1, 2)))


claim.sharpen("share", lambda c: c, printed=half, strongest=1, fails=_fails)
