"""Definition 4: the normalised tangent kernel is the tangent kernel divided by its diagonal."""

import sympy as sp

from deepcond_sym.proof import Claim, Sequence, eq, forall

from .setting import L, correlation, correlations, h, h_slope, layers, n0, tangent, variance, width

D, c, theta = variance(), correlations(), tangent()
on_diagonal = Sequence(
    "Theta_diagonal", L, 1, 1 / n0,
    sp.Function("Theta_diagonal", real=True)(L) * h_slope(sp.S.One) / 2 + D(L) * h(sp.S.One) / 2,
)  # fmt: skip

claim = Claim(
    "starnaud2025/D4",
    title="The normalised tangent kernel is the tangent kernel over its diagonal",
    source="Definition 4",
    provenance="as reported",
    printed=r"\bar\Theta^{(L)}_\infty(x,x')=\frac{n_02^{L-1}\Theta^{(L)}_\infty(x,x')}{L}",
    note=r"Stated as $\bar\Theta^{(L)}_\infty(x,x')\,\Theta^{(L)}_\infty(x,x)=\Theta^{(L)}_\infty(x,x')$, where"
    r" $\Theta^{(L)}_\infty(x,x)>0$ by Proposition 1: the factor is exactly one over the diagonal.",
    beside=("starnaud2025/P1",),
    parameters={"factor": n0 * 2 ** (L - 1) / L},
)


@claim.states
def statement(factor):
    return forall(
        layers, width, correlation, sequences=[D, c, theta, on_diagonal],
        holds=eq(factor * theta(L) * on_diagonal(L), theta(L)),
    )  # fmt: skip


@claim.proves
def proof(prove, goal, factor):
    """Proposition 1 gives the diagonal."""
    known = prove.closed_form(forall(layers, width, sequences=[D], holds=eq(D(L), 1 / (n0 * 2 ** (L - 1)))))
    ours = forall(layers, width, sequences=[D, on_diagonal], holds=eq(on_diagonal(L), L / (n0 * 2 ** (L - 1))))
    return prove.identity(goal, using=[(prove.closed_form(ours, known), {L: L})])


claim.mutant("2^L in place of 2^(L-1)", factor=n0 * 2**L / L)
claim.mutant("L + 1 in place of L", factor=n0 * 2 ** (L - 1) / (L + 1))
