"""Lemma 20: the coefficient of non-linearity mu = 1 - a_1^2 lies in (0, 1] for a normalised non-linear activation."""

from deepcond_sym.proof import NONLINEAR, NORMALISED, Claim, forall, le, lt, mu

claim = Claim(
    "agarwal2021/L20",
    title="The coefficient of non-linearity lies in (0, 1]",
    source="Lemma 20, p. 23",
    provenance="paper",
    printed=r"0 < \mu \le 1 \text{ for every normalised non-linear } \sigma",
    parameters={"upper": 1, "family": NONLINEAR},
)


@claim.states
def statement(upper, family):
    return (
        forall(family=family, holds=lt(0, mu), label="positive"),
        forall(family=NORMALISED, holds=le(mu, upper), label="at most one"),
    )


@claim.proves
def proof(prove, goal, upper, family):
    """mu is the sum of the p_i with i >= 2: an average of 0 (at i = 1) and 1 (beyond)."""
    return [prove.vertices(part) for part in goal]


claim.mutant("without non-linearity (the identity has mu = 0)", family=NORMALISED)
claim.mutant("upper end 99/100", upper="99/100")

claim.sharpen("upper", lambda c: c, printed=1, strongest=0)
