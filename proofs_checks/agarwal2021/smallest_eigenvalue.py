"""Theorem 7: the smallest eigenvalue of the top-layer kernel, for n unit vectors whose Gram matrix is >= delta I."""

from fractions import Fraction

from deepcond_sym.proof import (
    NONLINEAR,
    UNCENTRED,
    Claim,
    Instance,
    Proof,
    Statement,
    Step,
    at,
    fact,
    forall,
    le,
    mu,
)  # fmt: skip

from . import data_bounds, two_phases
from . import kernel_entries as theorem_3
from .data import least_eigenvalue, n, points, spread
from .setting import L, decay, delta, first_phase, further_layers, growth, half, k, layers, separation
from .tangent_bounds import b_at, u, x

claim = Claim(
    "agarwal2021/T7",
    title="The smallest eigenvalue of the kernel tends to 1",
    source="Theorem 7, p. 6 (= Theorem 25(2), p. 24)",
    provenance="paper",
    printed=r"\lambda_{\min}(\underline K)\ge\delta \implies \lambda_{\min}(\bar K) \ge 1 - B(L,\delta)",
    note=r"It holds at every depth, with $b_L$ of beyond/D1 in place of $B(L,\delta)$: see beyond/D6. Such data exist"
    r" for $n \le d$ only: see agarwal2021/S33.",
    beside=("beyond/D6", "agarwal2021/S33"),
    parameters={"near": growth, "far": decay, "family": NONLINEAR},
)


@claim.states
def statement(near, far, family):
    passed = first_phase(near)
    return (
        forall(
            points, separation, layers, given=[spread, le(L, passed)], family=family,
            holds=le(1 - (1 - delta * near**L), least_eigenvalue(L)), label="up to L_0",
        ),
        forall(
            points, separation, further_layers, given=[spread], family=family,
            holds=le(1 - half * far**k, least_eigenvalue(passed + k)), label="k layers beyond L_0",
        ),
    )  # fmt: skip


@claim.proves
def proof(prove, goal, near, far, family):
    """Lemma 24 for sigma_hat composed L times, which is at most B(L, delta) at 1 - delta."""
    early, late = goal
    return [
        from_floor(prove, early, two_phases.escape(prove, L, layers, near), L),
        from_floor(prove, late, two_phases.decline(prove, k, further_layers, far, near), first_phase(near) + k),
    ]


def from_floor(prove: Proof, goal: Statement, bound: Step, depth) -> Step:
    """1 - bound <= 1 - b <= the smallest eigenvalue."""
    b, above = b_at(depth), bound.conclusion.conclusion.rhs
    flipped = prove.polynomial(le(1 - (x + u), 1 - x), data_bounds.anything, data_bounds.slack)
    return prove.chain(
        goal, fact(bound), at(flipped, {x: b, u: above - b}), at(data_bounds.kernel_floor(prove), {L: depth})
    )


claim.mutant("growth 1 + 2 mu/3", near=1 + 2 * mu / 3)
claim.mutant("decay 1 - 2 mu/3", far=1 - 2 * mu / 3)
claim.mutant("without centring", family=UNCENTRED)


def _fails(c: Fraction) -> tuple[int, Instance]:
    """As in Theorem 3, for two points at rho = 1 - delta: the smallest eigenvalue is 1 - K_12."""
    part, instance = theorem_3._fails(c)
    assert n in instance.values
    return part, instance


claim.sharpen("near", lambda c: 1 + c * mu, printed=half, strongest=1, fails=_fails)
claim.sharpen("far", lambda c: 1 - c * mu, printed=half, strongest=1)
