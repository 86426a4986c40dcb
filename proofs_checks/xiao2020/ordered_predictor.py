"""B23: the mean predictor in the ordered phase, where both kernels are nearly constant: kriging with unknown mean."""

from typing import Any

import sympy as sp

from deepcond_sym.proof import (
    Claim,
    Instance,
    Proof,
    Sequence,
    Statement,
    Step,
    Verdict,
    component,
    eq,
    forall,
    index,
    interval,
    lt,
    ne,
)  # fmt: skip
from deepcond_sym.proof.tactics.inductive import inductive

from .mean_entry import n, points

eps, size, y = sp.symbols("eps p y", real=True)
V, W = sp.Symbol("V", real=True), sp.Symbol("W", real=True)
j = sp.Symbol("j", integer=True)
m, parts = index("m")
small, anything = interval(eps, 0, sp.oo, "("), (interval(y, -sp.oo, sp.oo), interval(size, -sp.oo, sp.oo))
frame = (points, small, *anything)
weight, lacks = component(W, j), component(V, j)


def total(summand: Any, last: Any = n) -> Any:
    """The sum over the training points."""
    return sp.Sum(summand, (j, 1, last))


bordered = Claim(
    "xiao2020/B23-bordered",
    title="Ordered phase: the prediction comes from a bordered system, exactly",
    source="derived here, towards the limit of the predictor",
    printed=r"\Theta=p\,\mathbf{11}^\top-\varepsilon V,\ \Theta\alpha=Y,\ \beta=-\varepsilon\alpha,"
    r"\ \nu=p\,\mathbf 1^\top\alpha \implies \begin{pmatrix}V&\mathbf 1\\\mathbf 1^\top&\varepsilon/p\end{pmatrix}"
    r"\binom\beta\nu=\binom Y0,\quad \Theta_{t,tr}\alpha=v^\top\beta+\nu",
    note=r"For every number of points and every $\varepsilon>0$; stated for one row of $V$, which is arbitrary: the row"
    r" of a test point, where $Y$ is the prediction, is one of these. With $\varepsilon\to0$ the corner becomes 0"
    r" and the system that of ordinary kriging. For the NNGP kernel $p=1$ and $\varepsilon=\chi_1^l$, for the tangent"
    r" kernel $\varepsilon=l\chi_1^l$, in units of $q^*$.",
    beside=("xiao2020/B23", "starnaud2025/LT2-bordered"),
    parameters={"mean": size * total(weight), "corner": eps / size},
)


@bordered.states
def bordered_statement(mean, corner):
    solves = eq(total((size - eps * lacks) * weight), y)
    return (
        forall(*frame, given=[solves], holds=eq(total(lacks * (-eps) * weight) + mean, y), label="a row"),
        forall(*frame, given=[ne(size, 0)], holds=eq(total(-eps * weight) + corner * mean, 0), label="the last row"),
    )


@bordered.proves
def bordered_proof(prove, goal, mean, corner):
    """The sum falls apart: p sum W - eps sum V W = Y."""
    row, last = goal
    return [
        prove.identity(row, [["use", _apart(prove), {m: n}], ["given", 0]]),
        prove.identity(last, [["use", _scaled(prove), {m: n}]]),
    ]


def _apart(prove: Proof) -> Step:
    """Of the first m points: the sum of V beta is that of Theta alpha less p times that of alpha."""
    of = lambda upto: total(lacks * (-eps) * weight, upto)  # noqa: E731
    whole = lambda upto: total((size - eps * lacks) * weight, upto)  # noqa: E731
    plain = lambda upto: total(weight, upto)  # noqa: E731
    goal = forall(parts, small, anything[1], holds=eq(of(m), whole(m) - size * plain(m)))
    return _by_unfolding(prove, goal, of, whole, plain)


def _scaled(prove: Proof) -> Step:
    """The factor may stand before the sum."""
    of = lambda upto: total(-eps * weight, upto)  # noqa: E731
    plain = lambda upto: total(weight, upto)  # noqa: E731
    return _by_unfolding(prove, forall(parts, small, holds=eq(of(m), -eps * plain(m))), of, plain)


def _by_unfolding(prove: Proof, goal: Statement, *sums: Any) -> Step:
    first, *others = sums
    return inductive(
        prove, goal, m,
        lambda base: prove.identity(base, unfold=[s(0) for s in sums]),
        lambda step: prove.identity(
            step, [["unfold", first(m + 1)], ["given", 0], *(["unfold", s(m + 1)] for s in others)]
        ),
    )  # fmt: skip


bordered.mutant("without the factor p", mean=total(weight))
bordered.mutant("the corner 0 at finite epsilon", corner=sp.S.Zero)

predictor = Claim(
    "xiao2020/B23",
    title="Ordered phase: the prediction tends to kriging with unknown mean, for both kernels",
    source="authors' notebook, cell 41 (that the limit depends on the data); its form is derived",
    provenance="as reported",
    printed=r"P(\Theta^{(l)})Y=O(1),\quad P(\Theta^{(l)})Y\to\sum_jZ_{tj}\beta_j+\nu,\quad"
    r" \begin{pmatrix}Z&\mathbf 1\\\mathbf 1^\top&0\end{pmatrix}\binom\beta\nu=\binom Y0",
    expected=Verdict.UNDECIDED,
    note=r"Derived, not proved for any number of points: the system at every depth is exact (xiao2020/B23-bordered) and"
    r" its entries converge (xiao2020/B12), but the step to the limit of the solution is not formal. For two training"
    r" inputs the limit is proved through the entries (xiao2020/B23-two), and xiao2020/B23-named shows both limits and"
    r" both orders of the error for named data: $1/l$ for the tangent kernel, $\chi_1^l$ for the NNGP kernel.",
    beside=("xiao2020/B23-bordered", "xiao2020/B23-two", "xiao2020/B23-named", "starnaud2025/LT2-predictor"),
)

a, b, t1, t2 = sp.symbols("a b t_1 t_2", real=True)
numbers = tuple(interval(s, -sp.oo, sp.oo) for s in (a, b, t1, t2))

two = Claim(
    "xiao2020/B23-two",
    title="Two training inputs with centred targets: the prediction by what the entries lack of the diagonal",
    source="derived here, the smallest case of xiao2020/B23",
    printed=r"Y=(1,-1)^\top:\quad P(\Theta)Y=\frac{D_{t2}-D_{t1}}{D_{12}},\qquad"
    r" \sum_jZ_{tj}\beta_j+\nu=\frac{\zeta_{t2}-\zeta_{t1}}{\zeta_{12}}",
    note=r"For every kernel with one number on the diagonal, and the solution of the limit system written out. As"
    r" $D/(l\chi_1^l)$ (tangent kernel) and $\gamma_l/\chi_1^l$ (NNGP kernel) tend to multiples of $-\zeta$ with one"
    r" factor for all pairs, both predictions tend to the kriging value; for the NNGP kernel this is xiao2020/B12.",
    beside=("xiao2020/B23", "xiao2020/B12"),
    parameters={"sign": 1, "factor": 1},
)


@two.states
def two_statement(sign, factor):
    """a on the diagonal, b off it, t_1 and t_2 in the row of the test point; (W_1, W_2) = (1, -1)/(a - b) solves."""
    w = 1 / (a - b)
    solved = a * w + b * (-w)
    predicted = t1 * w - t2 * w
    zeta12, zeta1, zeta2, beta = b, t1, t2, -factor / b
    return (
        forall(*numbers, given=[ne(a, b)], holds=eq(solved, 1), label="the weights solve"),
        forall(
            *numbers, given=[ne(a, b)],
            holds=eq(predicted, sign * ((a - t2) - (a - t1)) / (a - b)), label="the prediction",
        ),
        forall(*numbers, given=[ne(b, 0)], holds=eq(zeta12 * (-beta), 1), label="the limit system, nu = 0"),
        forall(
            *numbers, given=[ne(b, 0)], holds=eq(zeta1 * beta + zeta2 * (-beta), (zeta2 - zeta1) / zeta12),
            label="the limit",
        ),
    )  # fmt: skip


@two.proves
def two_proof(prove, goal, sign, factor):
    weights, prediction, system, limit = goal
    apart = [prove.identity(part) for part in (weights, prediction)]
    return [*apart, prove.identity(system), prove.identity(limit)]


two.mutant("the two training inputs exchanged", sign=-1)
two.mutant("half of beta", factor="1/2")

l = sp.Symbol("l", integer=True)


def _layer(r: Any) -> Any:
    return sp.Rational(1, 2) + r / 4 + r**2 / 4


def _pair(name: str, start: Any) -> tuple[Sequence, Sequence]:
    """The correlation of two inputs, and their tangent kernel."""
    f, g = (sp.Function(kind + name, real=True) for kind in "cT")
    covariance = Sequence(f"c{name}", l, 0, sp.Rational(start), _layer(f(l)))
    kernel = Sequence(
        f"T{name}", l, 0, sp.S.Zero, f(l + 1) + (sp.Rational(1, 4) + f(l) / 2) * g(l)
    )
    return covariance, kernel


_PAIRS = {"ab": "3/5", "ta": "0", "tb": "4/5", "aa": "1"}
"""Inner products of the training points (1, 0), (3/5, 4/5) and the test point (0, 1); the last is the diagonal."""

named = Claim(
    "xiao2020/B23-named",
    title="Ordered phase: both predictions tend to one limit, with errors of the orders 1/l and chi_1^l",
    source="authors' notebook, cell 41; the limit and the orders are derived",
    printed=r"f(c)=\tfrac12+\tfrac c4+\tfrac{c^2}4,\ X=\{(1,0),(\tfrac35,\tfrac45)\},\ x=(0,1),\ Y=(1,-1)^\top:\quad"
    r" l\,\big|P(\Theta^{(l)})Y-P_\infty\big|,\ \chi_1^{-l}\big|P(K^{(l)})Y-P_\infty\big|\text{ between constants}",
    note=r"Decided in balls, for these data and these depths only: $l=50$ and $100$ for the tangent kernel, $l=20$ and"
    r" $40$ for the NNGP kernel; $P_\infty$ is the NNGP prediction at depth 120, where its error is of the order"
    r" $10^{-15}$.",
    beside=("xiao2020/B23",),
    parameters={"of_tangent": ("1/2", "3/5"), "of_covariance": ("1/3", "2/5"), "power": 1},
    witnesses=tuple((part, Instance()) for part in range(8)),
)


def _sequences() -> tuple[Sequence, ...]:
    return tuple(s for name, start in _PAIRS.items() for s in _pair(name, start))


def _prediction(kind: str, depth: int) -> Any:
    """(K_t1 - K_t2)/(K_11 - K_12)."""
    at_depth = {name: sp.Function(kind + name, real=True)(depth) for name in _PAIRS}
    return (at_depth["ta"] - at_depth["tb"]) / (at_depth["aa"] - at_depth["ab"])


@named.states
def named_statement(of_tangent, of_covariance, power):
    end = _prediction("c", 120)
    slope = sp.Rational(3, 4) ** power
    statements: list[Statement] = []
    for kind, depths, (low, high) in (("T", (50, 100), of_tangent), ("c", (20, 40), of_covariance)):
        for depth in depths:
            away = abs(_prediction(kind, depth) - end)
            scaled = away * depth**power if kind == "T" else away / slope**depth
            label = f"{'tangent' if kind == 'T' else 'NNGP'} kernel at depth {depth}"
            statements += [
                forall(sequences=_sequences(), holds=lt(low, scaled), label=f"{label}, from below"),
                forall(sequences=_sequences(), holds=lt(scaled, high), label=f"{label}, from above"),
            ]
    return tuple(statements)


@named.proves
def named_proof(prove, goal, of_tangent, of_covariance, power):
    return [prove.evaluate(part) for part in goal]


named.mutant("the orders 1/l^2 and chi_1^(2 l)", power=2)
named.mutant("a tenth of the constants", of_tangent=("1/20", "3/50"), of_covariance=("1/30", "1/25"))
