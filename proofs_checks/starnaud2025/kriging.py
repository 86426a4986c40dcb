"""LT2: the predictor in the ordered phase, where the tangent kernel is nearly p (11^T - eps V) with eps small.

The weights w of a test point solve (11^T - eps V) w = 1 - eps v. Dividing by eps gives a bordered system with eps in
its corner, which for eps = 0 is ordinary kriging with variogram V."""

from typing import Any

import sympy as sp

from deepcond_sym.proof import (
    Claim,
    Instance,
    Sequence,
    Statement,
    Verdict,
    component,
    eq,
    forall,
    index,
    interval,
    lt,
)  # fmt: skip
from deepcond_sym.proof.tactics.inductive import inductive

from .variances import recursion

eps, v = sp.symbols("eps v", real=True)
V, W = sp.Symbol("V", real=True), sp.Symbol("W", real=True)
j = sp.Symbol("j", integer=True)
n, points = index("n", 1)
m, parts = index("m")
small, anything = interval(eps, 0, sp.oo, "("), interval(v, -sp.oo, sp.oo)
w, entry = component(W, j), component(V, j)


def total(summand: sp.Expr, last: Any = n) -> Any:
    """The sum over the points."""
    return sp.Sum(summand, (j, 1, last))


bordered = Claim(
    "starnaud2025/LT2-bordered",
    title="Ordered phase: the predictor solves a bordered system, exactly",
    source="limit table, the predictor in the ordered phase",
    provenance="derived here",
    printed=r"(\mathbf{11}^\top-\varepsilon V)\,w=\mathbf 1-\varepsilon v \implies"
    r" \begin{pmatrix}V&\mathbf 1\\\mathbf 1^\top&\varepsilon\end{pmatrix}\begin{pmatrix}w\\\lambda\end{pmatrix}"
    r"=\begin{pmatrix}v\\1\end{pmatrix},\quad\lambda=\frac{1-\mathbf 1^\top w}\varepsilon",
    note=r"For every number of points and every $\varepsilon>0$; stated for one row of $V$, which is arbitrary. With"
    r" $\varepsilon\to0$ the corner becomes 0: ordinary kriging with the variogram $V$, and $\mathbf 1^\top w=1$.",
    beside=("starnaud2025/LT2", "starnaud2025/LT2-predictor"),
    parameters={"multiplier": (1 - total(w)) / eps, "corner": eps},
)


@bordered.states
def bordered_statement(multiplier, corner):
    solves = eq(total((1 - eps * entry) * w), 1 - eps * v)
    frame = (points, small, anything)
    return (
        forall(*frame, given=[solves], holds=eq(total(entry * w) + multiplier, v), label="a row of V"),
        forall(*frame, given=[solves], holds=eq(total(w) + corner * multiplier, 1), label="the last row"),
    )


@bordered.proves
def bordered_proof(prove, goal, multiplier, corner):
    """The sum falls apart: sum w - eps sum V w = 1 - eps v."""
    of_row, last = goal
    apart = lambda upto: total((1 - eps * entry) * w, upto)  # noqa: E731
    split = forall(parts, small, holds=eq(total(entry * w, m), (total(w, m) - apart(m)) / eps))
    parted = inductive(
        prove, split, m,
        lambda base: prove.identity(base, unfold=[total(entry * w, 0), total(w, 0), apart(0)]),
        lambda step: prove.identity(
            step,
            [["unfold", total(entry * w, m + 1)], ["given", 0], ["unfold", total(w, m + 1)], ["unfold", apart(m + 1)]],
        ),
    )  # fmt: skip
    return [prove.identity(of_row, [["use", parted, {m: n}], ["given", 0]]), prove.identity(last)]


bordered.mutant("without the division by epsilon", multiplier=1 - total(w))
bordered.mutant("the corner 0 at finite epsilon", corner=0)

predictor = Claim(
    "starnaud2025/LT2-predictor",
    title="Ordered phase: the predictor tends to ordinary kriging with a data-dependent variogram",
    source="limit table, the predictor in the ordered phase",
    provenance="derived here",
    printed=r"\sigma_w^2<2,\ \sigma_b^2>0:\quad w\to\text{the solution of }"
    r"\begin{pmatrix}V&\mathbf 1\\\mathbf 1^\top&0\end{pmatrix}\begin{pmatrix}w\\\lambda\end{pmatrix}"
    r"=\begin{pmatrix}v(x)\\1\end{pmatrix},\ V_{ij}=\sqrt{A(x_i,x_j)},"
    r"\ A=\lim_l\Big(\frac{\sigma_w^2}2\Big)^{-l}\big(1-\rho^{(l)}\big)",
    expected=Verdict.UNDECIDED,
    note=r"Derived, not proved: $\Theta=p\,(\mathbf{11}^\top-\varepsilon V+o(\varepsilon))$ with $\varepsilon$ of the"
    r" order of $(\sigma_w^2/2)^{l/2}$; the step to the limit of the weights is not formal. Proved are that $A$ exists"
    r" and is positive (starnaud2025/LT2-Koenigs), that the tangent kernel over its diagonal is 1 less a multiple of"
    r" $t^l\sqrt A$, up to $l\,t^{2l}$ (starnaud2025/LT2-tangent), and the exact system at finite $\varepsilon$"
    r" (starnaud2025/LT2-bordered);"
    r" starnaud2025/LT2-named compares both sides for named data. It is the one ReLU case in which the kernel tends to"
    r" the matrix of ones and the predictor to a fixed vector that depends on the data.",
    beside=(
        "starnaud2025/LT2", "starnaud2025/LT2-Koenigs", "starnaud2025/LT2-tangent", "starnaud2025/LT2-bordered",
        "starnaud2025/LT2-named",
    ),
)

DEPTH = 36
_TRAINING = sp.Rational(3, 5)
_TESTS = {"(0, 1)": (0, sp.Rational(4, 5)), "(-3/5, 4/5)": (sp.Rational(-3, 5), sp.Rational(7, 25))}
"""Inner products of test points on the circle with (1, 0) and (3/5, 4/5)."""

named = Claim(
    "starnaud2025/LT2-named",
    title="Ordered phase: predictor and kriging weights of two test points at depth 36",
    source="limit table, weight variance 1 and bias variance 1",
    provenance="derived here",
    printed=r"X=\{(1,0),(\tfrac35,\tfrac45)\},\ \sigma_w^2=\sigma_b^2=1,\ L=36:\quad w_1=0.17545\ldots\text{ at }(0,1),"
    r"\ 0.31130\ldots\text{ at }(-\tfrac35,\tfrac45),\quad"
    r"\Big|w_1-\Big(\frac12+\frac{v_2-v_1}{2V_{12}}\Big)\Big|<10^{-5},\ v_i^2=1-\rho^{(L)}(x,x_i)",
    note=r"Certified in balls, for these data at this depth only. For two points the kriging weights are"
    r" $\frac12\pm\frac{v_2-v_1}{2V_{12}}$, and a common factor of the $v$ and $V$ does not matter.",
    beside=("starnaud2025/LT2-predictor",),
    parameters={"tolerance": "1/100000", "sign": 1},
    witnesses=tuple((part, Instance()) for part in range(3)),
)


def _weights(inner: tuple[Any, Any]) -> tuple[tuple[Sequence, ...], sp.Expr, sp.Expr]:
    """The sequences, the first weight of the predictor, and half of (v_2 - v_1)/V_12."""
    q, S, P, T = recursion(1, 1, _TRAINING, "12")
    pairs = [recursion(1, 1, r, str(i + 1)) for i, r in enumerate(inner)]
    sequences = (q, S, P, T, *(s for _, S_i, _, T_i in pairs for s in (S_i, T_i)))
    a, b1, b2 = (tangent(DEPTH) / P(DEPTH) for tangent in (T, pairs[0][3], pairs[1][3]))
    spread, v1, v2 = (sp.sqrt(1 - covariance(DEPTH) / q(DEPTH)) for covariance in (S, pairs[0][1], pairs[1][1]))
    return sequences, (b1 - a * b2) / (1 - a**2), (v2 - v1) / (2 * spread)


@named.states
def named_statement(tolerance, sign):
    statements: list[Statement] = []
    bounds = {"(0, 1)": ("0.17545", "0.17546"), "(-3/5, 4/5)": ("0.31130", "0.31131")}
    for point, inner in _TESTS.items():
        sequences, first, tilt = _weights(inner)
        gap = first - (sp.Rational(1, 2) + sign * tilt)
        low, high = bounds[point]
        statements += [
            forall(sequences=sequences, holds=lt(abs(gap), tolerance), label=f"{point}, kriging"),
            forall(sequences=sequences, holds=lt(low, first), label=f"{point}, from below"),
            forall(sequences=sequences, holds=lt(first, high), label=f"{point}, from above"),
        ]
    return tuple(statements)


@named.proves
def named_proof(prove, goal, tolerance, sign):
    return [prove.evaluate(part) for part in goal]


named.mutant("within 10^-6", tolerance="1/1000000")
named.mutant("the two test points exchanged", sign=-1)
