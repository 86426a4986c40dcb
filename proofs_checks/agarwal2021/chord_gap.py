"""Lemma 33: how far a dual activation stays below the line from a fixed point to 1, and that there is at most one fixed
point in [0, 1)."""

from fractions import Fraction

from deepcond_sym.proof import UNCENTRED, Claim, Instance, dual, eq, fact, forall, interval, le
from deepcond_sym.proof.tactics.power_gaps import adds, b, share, towards_one, unit_b, unit_share
from deepcond_sym.symbols import rho

from . import uncentred
from .uncentred import NON_AFFINE, below_one, curvature, fixed, m

claim = Claim(
    "agarwal2021/L33",
    title="Beyond a fixed point correlations fall",
    source="Lemma 33, p. 28",
    provenance="paper",
    printed=r"\hat\sigma(\bar\rho)=\bar\rho\in[0,1],\ \rho_\lambda=\lambda+(1-\lambda)\bar\rho,\ \lambda\in[0,1]"
    r" \implies \rho_\lambda-\hat\sigma(\rho_\lambda) \ge \tilde\mu\,\lambda(1-\lambda)(1-\bar\rho)^2",
    note=r"An equality if $\hat\sigma$ has degree 2. In the formal statement b is $\bar\rho$ and l is $\lambda$; it"
    " holds for affine activations too.",
    beside=("agarwal2021/L33-unique",),
    parameters={"constant": 1, "family": UNCENTRED, "given": (fixed,)},
)


@claim.states
def statement(constant, family, given):
    least = constant * curvature * share * (1 - share) * (1 - b) ** 2
    return forall(unit_b, unit_share, given=given, family=family, holds=le(least, towards_one - dual(towards_one)))


@claim.proves
def proof(prove, goal, constant, family, given):
    """For every b: l + (1 - l) b^i - (l + (1 - l) b)^i >= l (1 - l) (1 - b)^2 from i = 2 on, an equality there, since
    from i to i + 1 the left side grows by (1 - l) (1 - b) ((l + (1 - l) b)^i - b^i)."""
    return prove.chain(goal, uncentred.gap_at_fixed_point(prove))


claim.mutant("constant 101/100", constant="101/100")
claim.mutant("b any point, not a fixed one", given=())


def _fails(c: Fraction) -> tuple[int, Instance]:
    """An equality for dual (rho + rho^2)/2, b = 0 and l = 1/2 when c = 1."""
    return 0, Instance({b: Fraction(0), share: Fraction(1, 2)}, (Fraction(0), Fraction(1, 2), Fraction(1, 2)))


claim.sharpen("constant", lambda c: c, printed=1, strongest=2, fails=_fails)

unique = Claim(
    "agarwal2021/L33-unique",
    title="At most one fixed point below 1",
    source="Lemma 33, p. 28, second half",
    provenance="paper",
    printed=r"\hat\sigma \text{ has at most one fixed point in } [0,1) \text{ if } \sigma \text{ is not affine}",
    note=r"The formal statement takes any two of them in any order, so that each is at most the other.",
    beside=("agarwal2021/L33",),
    parameters={"family": NON_AFFINE, "closed": False},
)


@unique.states
def unique_statement(family, closed):
    other = interval(rho, 0, 1, "" if closed else ")")
    return forall(below_one, other, given=[fixed, eq(dual(rho), rho)], family=family, holds=le(rho, b))


@unique.proves
def unique_proof(prove, goal, family, closed):
    """If b <= rho are two of them, mu-tilde (rho - b) (1 - rho) <= rho - dual(rho) = 0, and mu-tilde (1 - rho) > 0."""
    box = goal.variables
    below = forall(*box, given=[*goal.given, le(rho, b)], family=family, holds=goal.conclusion)
    above = forall(*box, given=[*goal.given, le(b, rho)], family=family, holds=goal.conclusion)
    left = curvature * (rho - b) * (1 - rho)
    none = prove.chain(
        above.conclude(le(left, 0)), uncentred.gap(prove),
        prove.identity(above.conclude(eq(rho - dual(rho), 0)), [["given", 1]]),
    )  # fmt: skip
    divisor = prove.polynomial(le(0, 1 / (m * (1 - rho))), interval(m, 0, 1, "("), box[1])
    apart = prove.chain(
        above, fact(uncentred.positive_curvature(prove)), fact(uncentred.curvature_at_most_one(prove)), fact(none),
        fact(divisor, {m: curvature}),
        adds(prove, rho, 1 / (curvature * (1 - rho)), -left),
    )  # fmt: skip
    return prove.order(goal, rho, b, prove.chain(below, adds(prove, rho, b - rho)), apart)


unique.mutant("affine activations too (every point is fixed by the identity)", family=UNCENTRED)
unique.mutant("with rho = 1, which is always fixed", closed=True)
