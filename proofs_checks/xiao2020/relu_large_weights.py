"""B42, continued: ReLU with sigma_w^2 > 2 and a bias: the tangent kernel over its diagonal tends to 1/4.

There is no finite q*. The recursion is that of starnaud2025/LT4, whose depth L is l: q(1) = 2 a + b and S(1) = 2 a rho
+ b are K^(1) for inputs of variance 2 with h(c^(0)) = rho, where sigma_w^2 = 2 a and h is the dual activation of ReLU;
for inputs of any variance q^(0), b is 2 sigma_b^2/q^(0), as the kernels scale. Theta^(1) = K^(1)."""

from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import Claim, Instance
from deepcond_sym.symbols import rho
from proofs_checks.starnaud2025 import large_weights_limit as known
from proofs_checks.starnaud2025.correlations import a, b
from proofs_checks.starnaud2025.setting import L

claim = Claim(
    "xiao2020/B42-bias",
    title="ReLU with large weights and a bias: the limit 1/4, and so no phase in which kappa tends to 1",
    source="derived: ReLU with a bias and weight variance above 2",
    printed=r"\sigma_w^2>2,\ \sigma_b>0:\quad\frac{p_{ab}}p\to\frac14",
    note=r"For every $\sigma_w^2>2$, every bias, every variance $q^{(0)}$ of the inputs, every depth $l\ge1$ and every"
    r" pair of different inputs, with the explicit bounds of starnaud2025/LT4, where $a=\sigma_w^2/2$ and"
    r" $b=2\sigma_b^2/q^{(0)}$ in units of $q^{(0)}/2$, and $\rho=h(c^{(0)})$, $h$ being the dual of ReLU; a bias of 0"
    r" is allowed. So $\kappa\to\frac{m+3}3$ and there is no phase with $\kappa\to1$, although $\chi_1>1$ would be"
    r" called chaotic: there is no finite $q^*$ (xiao2020/relu-phases). Convention: $\Theta^{(0)}=0$.",
    beside=("xiao2020/relu-phases", "xiao2020/B40-kappa", "starnaud2025/LT4"),
    parameters=dict(known.claim.parameters),
    witnesses=(
        (0, Instance({L: Fraction(100), rho: Fraction(0), a: Fraction(2), b: Fraction(0)})),
        (1, Instance({L: Fraction(100), rho: Fraction(0), a: Fraction(2), b: Fraction(0)})),
    ),
)


@claim.states
def statement(limit, below, above):
    return known.statement(limit, below, above)


@claim.proves
def proof(prove, goal, limit, below, above):
    """The barriers of the tangent kernel, as without a bias: the bias changes the angles by a summable amount."""
    return known.proof(prove, goal, limit, below, above)


claim.mutant("1, as where the kernels tend to ones", limit=1)
claim.mutant("0, as in a chaotic phase with kappa tending to 1", limit=0)
claim.mutant("without a logarithm", above=sp.S.Zero)
