"""D8: at criticality correlations tend to 1 at least as fast as 1/L, with an explicit constant."""

from fractions import Fraction

from deepcond_sym.proof import UNCENTRED, Claim, Instance, dual, dual_slope, eq, forall, interval, iterate, le
from deepcond_sym.proof.tactics.power_gaps import adds
from deepcond_sym.symbols import rho
from proofs_checks.agarwal2021 import critical_depth
from proofs_checks.agarwal2021.critical_depth import apart, bound, critical
from proofs_checks.agarwal2021.setting import L, correlation, half, layers
from proofs_checks.agarwal2021.uncentred import curvature, m

_quadratic = (Fraction(1, 4), Fraction(1, 2), Fraction(1, 4))
"""The dual (1 + rho)^2/4, with slope 1 at 1."""

claim = Claim(
    "beyond/D8",
    title="At criticality correlations tend to 1 like 1/L",
    source="replaces agarwal2021 Lemma 37 and Theorem 12(ii)",
    printed=r"\hat\sigma'(1)\le1 \implies 1-\hat\sigma^{(L)}(\rho)\le\Big(\frac1{1-\rho}+\tilde\mu L\Big)^{-1}"
    r"\le\frac2{1+2\tilde\mu L}\quad (-1\le\rho<1,\ L\ge0),\qquad \tilde\mu\le\tfrac12;\qquad"
    r" \text{one layer: } 1-\hat\sigma(\rho)\le(1-\rho)-\tilde\mu(1-\rho)^2, \text{ with equality in degree 2}",
    note=r"For every activation whose dual has a slope of at most 1 at 1, critical or not. The inequality of one layer"
    r" is an equality for $\tilde\mu+(1-2\tilde\mu)\rho+\tilde\mu\rho^2$, which is the dual of an activation for every"
    r" $\tilde\mu\le\frac12$ and has slope 1 at 1. ReLU with $\mathbb E\sigma^2=1$ is faster: $1-\hat\sigma^{(L)}(\rho)"
    r"\sim\frac{9\pi^2}{2L^2}$.",
    beside=("agarwal2021/L37-printed", "agarwal2021/T12-ii-printed"),
    parameters={"constant": 1, "given": (critical,), "largest": half},
)


@claim.states
def statement(constant, given, largest):
    distance, strength = 1 - rho, constant * curvature
    quadratic = m + (1 - 2 * m) * rho + m * rho**2
    return (
        forall(
            correlation, given=given, family=UNCENTRED,
            holds=le(1 - dual(rho), distance - strength * distance**2), label="one layer",
        ),
        forall(
            apart, layers, given=given, family=UNCENTRED,
            holds=le(1 - iterate(L, rho), bound(L, strength)), label="every depth",
        ),
        forall(
            apart, layers, given=given, family=UNCENTRED,
            holds=le(1 - iterate(L, rho), 2 / (1 + 2 * strength * L)), label="simpler",
        ),
        forall(given=given, family=UNCENTRED, holds=le(curvature, largest), label="the coefficient of non-linearity"),
        forall(
            interval(m, 0, half), correlation,
            holds=eq(1 - quadratic, distance - constant * m * distance**2), label="attained",
        ),
    )  # fmt: skip


@claim.proves
def proof(prove, goal, constant, given, largest):
    """With t = 1 - rho in [0, 2], (1 - t)^i >= 1 - i t + t^2 from i = 2 on, so a layer maps t to at most
    t (1 - mu-tilde t) <= t/(1 + mu-tilde t)."""
    one_layer, every_depth, simpler, coefficient, attained = goal
    double = prove.vertices(forall(family=UNCENTRED, holds=le(curvature, dual_slope(1) / 2)))
    less = adds(prove, dual_slope(1) / 2, half, 1 - dual_slope(1))
    return [
        prove.chain(one_layer, critical_depth.one_layer(prove)),
        prove.chain(every_depth, critical_depth.every_layer(prove)),
        prove.chain(simpler, critical_depth.everywhere(prove)),
        prove.chain(coefficient, double, less),
        prove.identity(attained),
    ]


claim.mutant("constant 101/100", constant="101/100")
claim.mutant("without the bound for the slope", given=())
claim.mutant("a coefficient of at most 49/100", largest="49/100")


def _fails(c: Fraction) -> tuple[int, Instance]:
    """An equality of one layer for dual (1 + rho)^2/4 when c = 1."""
    return 0, Instance({rho: Fraction(0)}, _quadratic)


claim.sharpen("constant", lambda c: c, printed=1, strongest=2, fails=_fails)
