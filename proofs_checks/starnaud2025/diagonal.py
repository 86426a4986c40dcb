"""Proposition 1: both kernels on the diagonal."""

import sympy as sp

from deepcond_sym.proof import Claim, Sequence, eq, forall

from .setting import L, h, h_slope, layers, n0, variance, width

D = variance()
theta = Sequence(
    "Theta", L, 1, 1 / n0, sp.Function("Theta", real=True)(L) * h_slope(sp.S.One) / 2 + D(L) * h(sp.S.One) / 2
)  # fmt: skip

claim = Claim(
    "starnaud2025/P1",
    title="Both kernels on the diagonal",
    source="Proposition 1",
    provenance="as reported",
    printed=r"\Sigma^{(L)}(x,x)=\frac1{n_02^{L-1}},\qquad \Theta^{(L)}_\infty(x,x)=\frac{L}{n_02^{L-1}}",
    parameters={"variance": 1 / (n0 * 2 ** (L - 1)), "tangent": L / (n0 * 2 ** (L - 1))},
)


@claim.states
def statement(variance, tangent):
    return (
        forall(layers, width, sequences=[D], holds=eq(D(L), variance), label="NNGP"),
        forall(layers, width, sequences=[D, theta], holds=eq(theta(L), tangent), label="NTK"),
    )


@claim.proves
def proof(prove, goal, variance, tangent):
    """Induction on L with h(1) = h'(1) = 1."""
    of_variance = prove.closed_form(goal[0])
    return [of_variance, prove.closed_form(goal[1], of_variance)]


claim.mutant("2^L in the variance", variance=1 / (n0 * 2**L))
claim.mutant("L - 1 in place of L", tangent=(L - 1) / (n0 * 2 ** (L - 1)))
