"""Proposition 3: gradient flow on the tangent kernel, in the directions of the eigenvectors of the kernel matrix.

Along an eigenvector of the eigenvalue k > 0 let r be the component of the residual y* - y0, and g that of the row
kappa_x. The outputs on the training set and at x then move by y' = k (r - (y - y0)) and f' = g (r - (y - y0))."""

from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import Claim, Instance, Verdict, at, eq, fact, forall, interval, le
from deepcond_sym.proof.search.ball_box import slope

k, g, r, t = sp.symbols("k g r t", real=True)
eigenvalue, time = interval(k, 0, sp.oo, "("), interval(t, 0, sp.oo)
anything = interval(g, -sp.oo, sp.oo), interval(r, -sp.oo, sp.oo)
w, u, z = sp.symbols("w u z", real=True)

proposition = Claim(
    "starnaud2025/P3",
    title="The limit of gradient flow on the tangent kernel",
    source="Proposition 3",
    provenance="as reported",
    printed=r"f_\infty(x)=f_0(x)+\kappa_x^\top\kappa^{-1}(y^*-y_0)",
    expected=Verdict.UNDECIDED,
    note=r"Holds (a linear differential equation), if $\kappa$ is positive definite. Not judged as a whole: the"
    r" language has no equations between vectors of functions. In the eigenvectors of $\kappa$ the equation falls apart"
    r" into the scalar ones of starnaud2025/P3-mode, where it is proved; $\kappa_x^\top\kappa^{-1}(y^*-y_0)$ is the sum"
    r" of their limits $gr/k$.",
    beside=("starnaud2025/P3-mode",),
)

mode = Claim(
    "starnaud2025/P3-mode",
    title="The limit of gradient flow in the direction of one eigenvector, with its rate",
    source="Proposition 3, in the eigenvectors of the kernel matrix",
    provenance="derived here",
    printed=r"\dot y=k\,(r-y),\ \dot f=g\,(r-y),\ y(0)=f(0)=0 \implies y=r(1-e^{-kt}),"
    r"\ f=\tfrac{gr}k(1-e^{-kt}),\ \big(f-\tfrac{gr}k\big)^2\le\Big(\frac{gr}{k(1+kt)}\Big)^2",
    note="The derivatives are written out in the formal statements. The solution is unique, the equations being linear;"
    " the bound tends to 0 as t grows.",
    beside=("starnaud2025/P3",),
    parameters={"rate": k, "limit": g * r / k},
    witnesses=(
        (0, Instance({k: Fraction(1), g: Fraction(1), r: Fraction(1), t: Fraction(1)})),
        (1, Instance({k: Fraction(2), g: Fraction(1), r: Fraction(1), t: Fraction(1)})),
    ),
)  # fmt: skip


@mode.states
def mode_statement(rate, limit):
    decay = sp.exp(-rate * t)
    y, f = r * (1 - decay), limit * (1 - decay)
    frame = (eigenvalue, time, *anything)
    return (
        forall(*frame, holds=eq(sp.diff(y, t), k * (r - y)), label="training set"),
        forall(*frame, holds=eq(sp.diff(f, t), g * (r - y)), label="test point"),
        forall(*frame, holds=le((f - limit) ** 2, (g * r / (k * (1 + k * t))) ** 2), label="rate"),
    )


@mode.proves
def mode_proof(prove, goal, rate, limit):
    """Differentiate; and 1 + z <= e^z."""
    training, test, rates = goal
    grown = prove.ball_box(le(1 + z, sp.exp(z)), interval(z, 0, sp.oo), outline=slope(z, 0))
    squares = prove.polynomial(
        le(w / (1 + z + u) ** 2, w / (1 + z) ** 2), *(interval(v, 0, sp.oo) for v in (w, u, z))
    )
    positive = prove.polynomial(le(0, z**2), interval(z, -sp.oo, sp.oo))
    values = {w: (g * r / k) ** 2, u: sp.exp(k * t) - 1 - k * t, z: k * t}
    return [
        prove.identity(training), prove.identity(test),
        prove.chain(rates, fact(grown, {z: k * t}), fact(positive, {z: g * r / k}), at(squares, values)),
    ]  # fmt: skip


mode.mutant("half the rate", rate=k / 2)
mode.mutant("g r in place of g r/k", limit=g * r)
