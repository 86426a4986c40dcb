"""Lemma 34: the slope of the dual activation at its smallest fixed point is below 1."""

from deepcond_sym.proof import UNCENTRED, Claim, at, dual, dual_slope, fact, forall, interval, le, lt
from deepcond_sym.proof.tactics.power_gaps import adds, b

from . import uncentred
from .uncentred import NON_AFFINE, below_one, curvature, fixed, m

claim = Claim(
    "agarwal2021/L34",
    title="The slope at a fixed point below 1 is below 1",
    source="Lemma 34, p. 29, first half",
    provenance="paper",
    printed=r"\bar\rho<1 \implies \hat\sigma'(\bar\rho)<1",
    note=r"In the formal statement b is $\bar\rho$. The paper cites its Lemma 32 and means Lemma 33."
    r" The second half is before its limit in agarwal2021/L34-at-one.",
    beside=("agarwal2021/L34-at-one", "agarwal2021/L33"),
    parameters={"bound": 1, "family": NON_AFFINE, "closed": False},
)


@claim.states
def statement(bound, family, closed):
    where = interval(b, 0, 1, "" if closed else ")")
    return forall(where, given=[fixed], family=family, holds=lt(dual_slope(b), bound))


@claim.proves
def proof(prove, goal, bound, family, closed):
    """mu-tilde (1 - b)^2 <= 1 - dual(b) - (1 - b) dual_slope(b), so the slope is at most 1 - mu-tilde (1 - b)."""
    less = prove.polynomial(lt(1 - m * (1 - b), 1), interval(m, 0, 1, "("), *goal.variables)
    return prove.chain(
        goal, fact(uncentred.positive_curvature(prove)), fact(uncentred.curvature_at_most_one(prove)),
        uncentred.slope_at_fixed_point(prove), at(less, {m: curvature}),
    )  # fmt: skip


claim.mutant("affine activations too (the identity has slope 1)", family=UNCENTRED)
claim.mutant("with b = 1, which is always fixed", closed=True)
claim.mutant("below 9/10", bound="9/10")

at_one = Claim(
    "agarwal2021/L34-at-one",
    title="Where a correlation does not fall, the slope is at most 1",
    source="Lemma 34, p. 29, second half, before its limit",
    provenance="derived here",
    printed=r"\hat\sigma(\rho)\ge\rho,\ \rho\in[0,1) \implies \hat\sigma'(\rho)\le1-\tilde\mu(1-\rho)",
    note=r"The lemma says that $\hat\sigma'(1)\le1$ if 1 is the smallest fixed point. Then $\hat\sigma(\rho)>\rho$ on"
    r" all of $[0,1)$ by the intermediate value theorem, and $\hat\sigma'(1)$ is the limit of $\hat\sigma'(\rho)$,"
    " $\\rho\\to1$: these two steps are outside the formal language, what they rest on is proved. In the formal"
    r" statement b stands for $\rho$. An equality if $\hat\sigma(\rho)=\rho$ and the degree is 2.",
    beside=("agarwal2021/L34",),
    parameters={"constant": 1, "given": (le(b, dual(b)),)},
)


@at_one.states
def at_one_statement(constant, given):
    return forall(
        below_one, given=given, family=UNCENTRED, holds=le(dual_slope(b), 1 - constant * curvature * (1 - b))
    )


@at_one.proves
def at_one_proof(prove, goal, constant, given):
    """mu-tilde (1 - b)^2 <= 1 - dual(b) - (1 - b) dual_slope(b) <= (1 - b) (1 - dual_slope(b))."""
    left = curvature * (1 - b) ** 2
    rest = 1 - dual(b) - (1 - b) * dual_slope(b)
    scaled = prove.chain(
        goal.conclude(le(left, 1 - b - (1 - b) * dual_slope(b))), uncentred.tangent_gap(prove),
        adds(prove, rest, dual(b) - b),
    )  # fmt: skip
    positive = prove.polynomial(le(0, 1 / (1 - b)), below_one)
    return prove.chain(
        goal, fact(scaled), fact(positive),
        adds(prove, dual_slope(b), 1 / (1 - b), 1 - b - (1 - b) * dual_slope(b) - left),
    )  # fmt: skip


at_one.mutant("constant 101/100", constant="101/100")
at_one.mutant("wherever the correlation is", given=())

at_one.sharpen("constant", lambda c: c, printed=1, strongest=2)
