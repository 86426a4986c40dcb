"""Equation (7) on the diagonal: the tangent kernel of an input with itself."""

from deepcond_sym.proof import (
    NONLINEAR,
    NORMALISED,
    UNCENTRED,
    Claim,
    Statement,
    Step,
    eq,
    fact,
    forall,
    lt,
    ne,
    ntk,
)  # fmt: skip
from deepcond_sym.proof.tactics.inductive import inductive

from .setting import L, layers
from .tangent_bounds import on_the_diagonal, slope, slope_above_one

claim = Claim(
    "agarwal2021/eq7-diagonal",
    title="The tangent kernel on the diagonal",
    source="eq. (7) at rho = 1, p. 26",
    provenance="paper",
    printed=r"\Theta_{ii}=\frac{s^{L+1}-1}{s-1},\quad s=\hat\sigma'(1)",
    note=r"$s < \infty$ is implied, as everywhere in the paper's statements about the tangent kernel; $s > 1$ for"
    r" every normalised non-linear activation, and $s = 1$, where the quotient is not defined, for the linear one.",
    beside=("agarwal2021/eq7",),
    parameters={"shift": 1, "family": NONLINEAR},
)


@claim.states
def statement(shift, family):
    value = (slope ** (L + shift) - 1) / (slope - 1)
    return (
        forall(layers, given=[ne(slope, 1)], family=family, holds=eq(ntk(L, 1), value), label="geometric sum"),
        forall(family=family, holds=lt(1, slope), label="the slope is above 1"),
    )


@claim.proves
def proof(prove, goal, shift, family):
    """Theta^(L+1) = 1 + s Theta^(L) at rho = 1, since sigma_hat(1) = 1; induction on L."""
    total, above = goal

    def start(base: Statement) -> Step:
        return prove.identity(base, unfold=[ntk(0, 1)])

    def step(later: Statement) -> Step:
        hypothesis = len(later.given) - 1
        return prove.identity(later, [["use", on_the_diagonal(prove), {L: L}], ["given", hypothesis]])

    known = slope_above_one(prove)
    return [prove.chain(total, fact(known), inductive(prove, total, L, start, step)), prove.chain(above, known)]


claim.mutant("one power too few", shift=0)
claim.mutant("one power too many", shift=2)
claim.mutant("with the linear activation, whose slope is 1", family=NORMALISED)
claim.mutant("without centring", family=UNCENTRED)
