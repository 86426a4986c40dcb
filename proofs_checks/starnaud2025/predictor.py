"""N5: the predictor Theta(x, X) Theta(X, X)^(-1) of the normalised tangent kernel near its limit; x is x_0.

The weights w solve Theta-bar w = b, where b_i = Theta-bar(x, x_i). If all these entries, and those of Theta-bar off its
diagonal, are within delta of 1/4, then w is near (1, ..., 1)/(n + 3), wherever x is."""

from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import RELU, Claim, Instance, Verdict, eq, forall, inner, le, ntk, row

from .near_constant import X, delta, n, points
from .near_limit import kernel, three_quarters
from .predictor_steps import Weights, weight
from .row_sums import columns, j, p, rows
from .setting import L, layers

weights = Weights(kernel)


def _one_point(correlation: Fraction, error_: Fraction) -> Instance:
    """One training point and a test point with this correlation, at L = 1: the weight is the correlation."""
    one = Fraction(1)
    return Instance(
        {L: one, n: one, delta: error_}, matrices={"X": ((one, correlation), (correlation, one))},
        vectors={"W": (Fraction(0), correlation)},
    )  # fmt: skip


claim = Claim(
    "starnaud2025/N5-predictor",
    title="The predictor of the deep tangent kernel does not depend on the test point",
    source="in place of part of Theorem 3; beside the abstract of version 2",
    provenance="derived here",
    printed=r"\bar\Theta^{(L)}(X,X)\,w=\bar\Theta^{(L)}(X,x),\ \big|\bar\Theta^{(L)}-\tfrac14\big|\le\delta"
    r"\text{ on the pairs of }X\cup\{x\},\ (n-1)\delta<\tfrac34"
    r" \implies \big|w-\tfrac1{n+3}\mathbf 1\big|_2\le\frac{2\sqrt n\,\delta}{\frac34-(n-1)\delta}",
    note=r"Stated with squares, for every $n$, every $L$ and all data. As $\delta\to0$ with depth the weights tend to"
    r" $\frac1{n+3}$ for every $x$ outside the training set. At $x=x_i$ the condition fails: there"
    r" $\bar\Theta^{(L)}(x,x_i)=1$ and $w=e_i$ solves the equation at every depth.",
    beside=("starnaud2025/N5-predictor-depth", "starnaud2025/N5-eigenvalues", "starnaud2025/T3"),
    parameters={"factor": 4, "mean": kernel.share},
    witnesses=((0, _one_point(Fraction(1), Fraction(3, 4))), (0, _one_point(Fraction(1, 4), Fraction(0)))),
)


@claim.states
def statement(factor, mean):
    low = three_quarters - (n - 1) * delta
    squares = sp.Sum((weight(row) - mean) ** 2, (row, 1, n))
    return weights.frame.conclude(le(squares, factor * n * delta**2 / low**2))


@claim.proves
def proof(prove, goal, factor, mean):
    """Theta-bar (w - 1/(n + 3)) has components of at most 2 delta, and lambda_min is at least 3/4 - (n - 1) delta."""
    return prove.chain(goal, weights.near_the_mean(prove))


claim.mutant("a hundredth of the bound", factor="1/25")
claim.mutant("1/n in place of 1/(n + 3)", mean=1 / n)

at_training_point = Claim(
    "starnaud2025/T3-training",
    title="At a training point the predictor is a unit vector, at every depth",
    source="Theorem 3, the limit at a training point",
    provenance="as reported",
    printed=r"x=x_i \implies \bar\Theta^{(L)}(X,X)\,e_i=\bar\Theta^{(L)}(X,x)\qquad(L\ge1)",
    note=r"Row by row: entry $(p,i)$ of the matrix is entry $p$ of the right side. Where the matrix is invertible"
    r" (starnaud2025/N5-depth) the predictor is $e_i$ itself, and so is its limit.",
    beside=("starnaud2025/T3", "starnaud2025/N5-depth"),
    parameters={"factor": 1, "layer": L},
)


@at_training_point.states
def at_training_statement(factor, layer):
    same = eq(inner(X, 0, p), inner(X, j, p))
    matrix_entry = ntk(L - 1, inner(X, p, j)) / layer
    return forall(
        layers, points, rows, columns, given=[le(p, n), le(j, n), same], family=RELU,
        holds=eq(factor * matrix_entry, weights.test_entry(p)),
    )  # fmt: skip


@at_training_point.proves
def at_training_proof(prove, goal, factor, layer):
    """x_p . x = x_p . x_i."""
    return prove.identity(goal, [["given", 2]])


at_training_point.mutant("2 e_i", factor=2)
at_training_point.mutant("another normalisation of the matrix", layer=L + 1)

theorem = Claim(
    "starnaud2025/T3",
    title="The deep predictor as the value of a rough differential equation",
    source="Theorem 3",
    provenance="as reported",
    printed=r"\tilde\Theta^{(L)}_\infty(x^\top X)^\top\tilde\Theta^{(L)}_\infty(XX^\top)^{-1}"
    r"\text{ is the time-1 value of a rough differential equation; it converges, is bounded by }C(x)\mathbf 1_n^\top,"
    r"\text{ and its limit is dependent on }x\text{ and non-trivial, and }e_i\text{ at }x=x_i",
    expected=Verdict.UNDECIDED,
    note=r"Holds with corrections. The language does not speak of rough differential equations. Convergence and the"
    r" bound hold in the elementary form of starnaud2025/N5-predictor, and the limit at $x=x_i$ is $e_i$. That the"
    r" limit is dependent on $x$, as printed in v1, fails for $x\notin X$: it is $\frac1{n+3}\mathbf 1_n^\top$ there."
    r" The argument offered rests on Proposition 5(4) (starnaud2025/D6-4).",
    beside=("starnaud2025/N5-predictor-depth", "starnaud2025/T3-training", "starnaud2025/D6-4"),
)

second_version = Claim(
    "starnaud2025/v2",
    title="The closed-form solution of the deep limit is data-independent",
    source="abstract of version 2",
    provenance="paper",
    printed=r"\text{in the deep limit the closed-form solution is data-independent}",
    expected=Verdict.UNDECIDED,
    note=r"Holds in the form of starnaud2025/N5-predictor: $\frac1{n+3}\mathbf 1_n^\top$ off the training set. An"
    r" abstract has no formal statement, and the theorems of version 2 are probabilistic; they are not covered here.",
    beside=("starnaud2025/N5-predictor", "starnaud2025/N5-predictor-depth"),
)
