"""Lemma 31: the coefficient mu-tilde = 1 - a_0^2 - a_1^2 lies in (0, 1] for a non-affine activation."""

from deepcond_sym.proof import UNCENTRED, Claim, forall, le, lt

from .uncentred import NON_AFFINE, curvature

claim = Claim(
    "agarwal2021/L31",
    title="Without centring: the coefficient of non-linearity lies in (0, 1]",
    source="Lemma 31, p. 28",
    provenance="paper",
    printed=r"0 < \tilde\mu := 1-a_0^2-a_1^2 \le 1 \text{ for every non-affine } \sigma \text{ with }"
    r" \mathbb E\sigma^2 = 1",
    note=r"In the formal statements $\tilde\mu$ is $1-\hat\sigma(0)-\hat\sigma'(0)$, the same number.",
    beside=("agarwal2021/L20",),
    parameters={"upper": 1, "family": NON_AFFINE},
)


@claim.states
def statement(upper, family):
    return (
        forall(family=family, holds=lt(0, curvature), label="positive"),
        forall(family=UNCENTRED, holds=le(curvature, upper), label="at most one"),
    )


@claim.proves
def proof(prove, goal, upper, family):
    """mu-tilde is the sum of the p_i with i >= 2: an average of 0 (at i = 0 and 1) and 1 (beyond)."""
    return [prove.vertices(part) for part in goal]


claim.mutant("affine activations too (the identity has mu-tilde = 0)", family=UNCENTRED)
claim.mutant("upper end 99/100", upper="99/100")

claim.sharpen("upper", lambda c: c, printed=1, strongest=0)
