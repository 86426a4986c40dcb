"""The Hermite coefficients of ReLU, for every even degree r >= 2. We write r = 2 k + 2 with k >= 0."""

import sympy as sp

from deepcond_sym.proof import Claim, eq, forall, half_line_hermite, hermite_at_zero, index

k, degrees = index("k")
x, H1, H2 = (sp.Symbol(name, real=True) for name in ("x", "H1", "H2"))
r = 2 * k + 2

claim = Claim(
    "nguyen2021/D-H",
    title="The Hermite coefficients of ReLU for every even degree",
    source="section 2",
    provenance="paper",
    printed=r"\mu_r(\sigma)=\frac1{\sqrt{2\pi}}(-1)^{\frac{r-2}2}\frac{(r-3)!!}{\sqrt{r!}}"
    r" \text{ for even } r\ge2,\quad (-1)!!=1",
    parameters={"sign": (-1) ** k, "product": sp.factorial2(2 * k - 1), "antiderivative": x * H1 + H2},
)


@claim.states
def statement(sign, product, antiderivative):
    coefficient = half_line_hermite(1, r) / sp.sqrt(sp.factorial(r))
    return forall(degrees, holds=eq(coefficient, sign * product / (sp.sqrt(2 * sp.pi) * sp.sqrt(sp.factorial(r)))))


@claim.proves
def proof(prove, goal, sign, product, antiderivative):
    """E[relu(X) He_r(X)] = phi(0) He_{r-2}(0) by parts, and He_{2k}(0) = (-1)^k (2k-1)!! by its recurrence."""
    moment = prove.hermite_parts(1, r, antiderivative, degrees)
    at_zero = prove.closed_form(forall(degrees, holds=eq(hermite_at_zero(2 * k), sign * product)))
    return prove.identity(goal, using=[(moment, {k: k}), (at_zero, {k: k})])


claim.mutant("the sign of the next even degree", sign=(-1) ** (k + 1))
claim.mutant("(r-1)!! in place of (r-3)!!", product=sp.factorial2(2 * k + 1))
claim.mutant("a proof with a wrong antiderivative", antiderivative=x * H1 - H2, false=False)
