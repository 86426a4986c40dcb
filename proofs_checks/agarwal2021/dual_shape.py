"""Lemma 32: a dual activation is non-decreasing and convex on [0, 1]."""

from deepcond_sym.proof import UNCENTRED, Claim, dual, forall, interval, le
from deepcond_sym.proof.tactics import power_gaps
from deepcond_sym.proof.tactics.power_gaps import share, unit_share, x, y

claim = Claim(
    "agarwal2021/L32",
    title="A dual activation is non-decreasing and convex on [0, 1]",
    source="Lemma 32, p. 28",
    provenance="paper",
    printed=r"\hat\sigma \text{ is non-decreasing and convex on } [0,1]",
    note=r"The formal statements use $\mathbb E\sigma^2=1$ and nothing else; x, y in [0, 1], and l is the weight of x.",
    parameters={"lowest": 0, "slope": 1, "mean": 1},
)

_unit_y = interval(y, 0, 1)


@claim.states
def statement(lowest, slope, mean):
    middle = share * x + y - share * y
    return (
        forall(
            interval(x, lowest, 1), _unit_y, given=[le(x, y)], family=UNCENTRED,
            holds=le(slope * dual(x), dual(y)), label="non-decreasing",
        ),
        forall(
            interval(x, 0, 1), _unit_y, unit_share, family=UNCENTRED,
            holds=le(dual(middle), mean * (share * dual(x) + (1 - share) * dual(y))), label="convex",
        ),
    )  # fmt: skip


@claim.proves
def proof(prove, goal, lowest, slope, mean):
    """So is every power rho^i: by induction on i, since x <= y gives x^i <= y^i, and l x^i + (1 - l) y^i - (l x + (1 -
    l) y)^i is at i + 1 what it is at i times l x + (1 - l) y, plus l (1 - l) (y - x) (y^i - x^i)."""
    grows, convex = goal
    return [
        prove.vertices(grows, 1, power_gaps.power_grows(prove)),
        prove.vertices(convex, 1, power_gaps.convex(prove)),
    ]


claim.mutant("non-decreasing on [-1, 1] (even activations are not)", lowest=-1)
claim.mutant("growing by 1 per cent at least", slope="101/100")
claim.mutant("1 per cent below the chord", mean="99/100")
