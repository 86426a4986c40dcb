"""Theorem 3: the off-diagonal entries of the top-layer kernel, for n unit vectors with |x_i . x_j| <= 1 - delta."""

from fractions import Fraction

from deepcond_sym.proof import NONLINEAR, UNCENTRED, Claim, Instance, forall, le, mu
from deepcond_sym.symbols import rho

from . import decay as lemma
from .data import X, apart, n, off_diagonal, points, points_at
from .setting import L, decay, delta, first_phase, further_layers, growth, half, k, layers, separation

claim = Claim(
    "agarwal2021/T3",
    title="The off-diagonal entries of the kernel decay with depth",
    source="Theorem 3, p. 6 (= Theorem 25(1), p. 24)",
    provenance="paper",
    printed=r"|x_i\cdot x_j|\le 1-\delta\ (i\ne j) \implies |\bar K_{ij}| \le B(L,\delta)\ (i\ne j)",
    beside=("beyond/D1",),
    parameters={"near": growth, "far": decay, "family": NONLINEAR},
)


@claim.states
def statement(near, far, family):
    passed = first_phase(near)
    return (
        forall(
            points, separation, layers, given=[apart, le(L, passed)], family=family,
            holds=le(off_diagonal(L), 1 - delta * near**L), label="up to L_0",
        ),
        forall(
            points, separation, further_layers, given=[apart], family=family,
            holds=le(off_diagonal(passed + k), half * far**k), label="k layers beyond L_0",
        ),
    )  # fmt: skip


@claim.proves
def proof(prove, goal, near, far, family):
    """Lemma 23 at rho = x_i . x_j."""
    correlations = lemma.claim.statements(near=near, far=far, family=family)
    return [prove.entries(step, rho, X, points) for step in lemma.both_phases(prove, correlations, near, far)]


claim.mutant("growth 1 + 2 mu/3", near=1 + 2 * mu / 3)
claim.mutant("decay 1 - 2 mu/3", far=1 - 2 * mu / 3)
claim.mutant("without centring", family=UNCENTRED)


def _fails(c: Fraction) -> tuple[int, Instance]:
    """As in Lemma 23, for two points at rho = 1 - delta."""
    part, instance = lemma.fails(c)
    values = {n: Fraction(2), delta: instance.values[delta], L: Fraction(1)}
    return part, Instance(values, instance.weights, points_at(1 - values[delta]))


claim.sharpen("near", lambda c: 1 + c * mu, printed=half, strongest=1, fails=_fails)
claim.sharpen("far", lambda c: 1 - c * mu, printed=half, strongest=1)
