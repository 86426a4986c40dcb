"""Proposition 4, first part: the recursion of the tangent kernel divided by its diagonal."""

from deepcond_sym.proof import Claim, eq, forall

from .setting import L, correlation, correlations, h, h_slope, layers, n0, normalised, tangent, variance, width

D, c, theta = variance(), correlations(), tangent()

claim = Claim(
    "starnaud2025/P4a",
    title="The recursion of the normalised tangent kernel",
    source="Proposition 4, first part",
    provenance="as reported",
    printed=r"\bar\Theta^{(L+1)}=\tfrac L{L+1}\,h'(\rho^{(L)})\,\bar\Theta^{(L)}+\tfrac1{L+1}\,h(\rho^{(L)})",
    parameters={"old": L / (L + 1), "new": 1 / (L + 1)},
)


@claim.states
def statement(old, new):
    before, after = normalised(theta(L), L), normalised(theta(L + 1), L + 1)
    return forall(
        layers, width, correlation, sequences=[D, c, theta],
        holds=eq(after, old * h_slope(c(L)) * before + new * h(c(L))),
    )  # fmt: skip


@claim.proves
def proof(prove, goal, old, new):
    """Unfold Theta^(L+1) and put in the variance of Proposition 1."""
    known = prove.closed_form(forall(layers, width, sequences=[D], holds=eq(D(L), 1 / (n0 * 2 ** (L - 1)))))
    return prove.identity(goal, unfold=[theta(L + 1)], using=[(known, {L: L})])


claim.mutant("weights L/(L+2) and 2/(L+2)", old=L / (L + 2), new=2 / (L + 2))
claim.mutant("weight 1/L for the new layer", new=1 / L)
