"""B33 as reported with pooling: the largest eigenvalue of the limiting covariance is too small by c* (1 - 1/d)."""

from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import Claim, Instance, Verdict, at, eq, forall, interval, largest

from . import equicorrelated_matrices as exact
from .near_equicorrelated import m, points
from .pooled_matrices import d, p_ab, pixels, pooled

c = sp.Symbol("c", real=True)
correlation = interval(c, 0, 1)

claim = Claim(
    "xiao2020/B33-reported",
    title="Chaotic phase with pooling: the largest eigenvalue of the covariance in the limit",
    source="the table of the covariance, chaotic phase",
    provenance="as reported",
    printed=r"\lambda_{\max}=\Big((m-1)c^*+\frac1d\Big)q^*",
    expected=Verdict.REFUTED,
    note=r"True for $d=1$. For $d>1$ and $c^*>0$ it is short by $c^*(1-\frac1d)q^*$: the pairs of different pixels of"
    r" one image are at $c^*$ as well, so that $\frac{1+(d-1)c^*}d$ is on the diagonal and the eigenvalue is"
    r" $\big(mc^*+\frac{1-c^*}d\big)q^*$ (xiao2020/B55-pooling with $p=q^*$, $p_{ab}=q^*c^*$). In the formal"
    r" statement the limit is in units of $q^*$. What is reported of the other eigenvalues and of $\kappa$ agrees"
    r" with that matrix.",
    beside=("xiao2020/B55-pooling", "xiao2020/B33"),
    parameters={"diagonal": (1 + (d - 1) * c) / d, "value": (m - 1) * c + 1 / d},
    witnesses=((0, Instance({m: Fraction(2), d: Fraction(2), c: Fraction(1, 2)})),),
)


@claim.states
def statement(diagonal, value):
    body = pooled(diagonal).subs(p_ab, c)
    return forall(points, pixels, correlation, holds=eq(largest(body, m), value))


@claim.proves
def proof(prove, goal, diagonal, value):
    """xiao2020/B55 with what is on the diagonal less c, and c."""
    values = {exact.a: diagonal - c, exact.b: c}
    shown = exact.largest_of_ones(prove, exact.claim.statements()[0])
    same = prove.matrices("equal", goal, m, pooled(diagonal).subs(p_ab, c), exact.body().subs(values), of="largest")
    return prove.chain(goal, same, at(shown, values))


claim.mutant("without the pairs of different pixels, where it is true", diagonal=c + (1 - c) / d - c * (1 - 1 / d))
claim.mutant("the largest eigenvalue of that matrix", value=m * c + (1 - c) / d)
