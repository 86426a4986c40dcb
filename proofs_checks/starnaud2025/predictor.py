"""N5: the predictor Theta(x, X) Theta(X, X)^(-1) of the normalised tangent kernel near its limit; x is x_0.

The weights w solve Theta-bar w = b, where b_i = Theta-bar(x, x_i). If all these entries, and those of Theta-bar off its
diagonal, are within delta of 1/4, then w is near (1, ..., 1)/(n + 3), wherever x is."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import sympy as sp

from deepcond_sym.proof import (
    RELU,
    Claim,
    Instance,
    Proof,
    Statement,
    Step,
    Verdict,
    at,
    column,
    component,
    eq,
    fact,
    forall,
    inner,
    interval,
    le,
    lt,
    maximum,
    ntk,
    row,
    smallest,
)  # fmt: skip
from deepcond_sym.proof.tactics.inductive import inductive

from .near_limit import Bounds, X, body, delta, error, n, near, points, quarter, three_quarters
from .row_sums import columns, free, j, m, p, parts, row_sum, rows, slacks, u, v, whole_row, y
from .setting import L, layers

w, x, z = sp.symbols("w x z", real=True)
W, h = sp.Symbol("W", real=True), sp.Symbol("h", integer=True)
share = 1 / (n + 3)


def weight(i: Any) -> sp.Expr:
    """w_i."""
    return component(W, i)


def test_entry(i: Any) -> sp.Expr:
    """b_i = Theta-bar(x, x_i)."""
    return ntk(L - 1, inner(X, 0, i)) / L


def image(i: Any, last: Any = n) -> Any:
    """Component i of Theta-bar (w - 1/(n + 3)), or its first summands."""
    return sp.Sum(ntk(L - 1, inner(X, i, column)) / L * (weight(column) - share), (column, 1, last))


def product(i: Any, last: Any = n) -> Any:
    """Component i of Theta-bar w, or its first summands."""
    return sp.Sum(ntk(L - 1, inner(X, i, h)) / L * weight(h), (h, 1, last))


near_test = le(maximum(sp.Abs(test_entry(row) - quarter), n), delta)
solves = le(maximum(sp.Abs(product(row) - test_entry(row)), n), 0)
small = lt((n - 1) * delta, three_quarters)
given = (near, near_test, solves, small)
frame = forall(layers, points, error, given=given, family=RELU, holds=le(0, 0))
in_row = replace(frame, variables=(*frame.variables, rows), given=(*given, le(p, n)))


def linear(prove: Proof) -> Step:
    """Theta-bar (w - 1/(n + 3)) = Theta-bar w - (Theta-bar 1)/(n + 3), summand by summand."""
    goal = forall(
        layers, points, rows, parts, family=RELU, holds=eq(image(p, m), product(p, m) - share * row_sum(m))
    )
    return inductive(
        prove, goal, m,
        lambda base: prove.identity(base, unfold=[image(p, 0), product(p, 0), row_sum(0)]),
        lambda step: prove.identity(
            step,
            [["unfold", image(p, m + 1)], ["given", 0], ["unfold", product(p, m + 1)], ["unfold", row_sum(m + 1)]],
        ),
    )  # fmt: skip


def image_is_small(prove: Proof, sign: int) -> Step:
    """sign (Theta-bar (w - 1/(n + 3)))_p <= 2 delta."""
    law = lambda body: prove.matrices("entry", in_row, n, body, of="maximum", at=[p])  # noqa: E731
    solved, tested = law(sp.Abs(product(row) - test_entry(row))), law(sp.Abs(test_entry(row) - quarter))
    exact, close, sum_ = (
        sign * (product(p) - test_entry(p)), sign * (test_entry(p) - quarter), -sign * (row_sum(n) - (n + 3) / 4)
    )
    parted = in_row.conclude(eq(sign * image(p), exact + close + share * sum_))
    total = prove.polynomial(
        le(y, y + u + v + w + x + z / (n + 3)), free, *slacks, *(interval(s, 0, sp.oo) for s in (w, x, z)), points
    )  # fmt: skip
    worst = [step.conclusion.conclusion.rhs for step in (solved, tested)]
    values = {
        y: exact + close + share * sum_, u: worst[0] - exact, v: -worst[0], w: worst[1] - close, x: delta - worst[1],
        z: (n - 1) * delta - sum_,
    }  # fmt: skip
    last = prove.polynomial(le(delta + share * (n - 1) * delta, 2 * delta), error, points)
    return prove.chain(
        in_row.conclude(le(sign * image(p), 2 * delta)), fact(solved), fact(tested), fact(whole_row(prove, -sign)),
        prove.identity(parted, using=[(linear(prove), {m: n})]), at(total, values), last,
    )  # fmt: skip


def square_is_small(prove: Proof) -> Step:
    """(Theta-bar (w - 1/(n + 3)))_p^2 <= 4 delta^2."""
    bound = prove.polynomial(le(((v - u) / 2) ** 2, ((v + u) / 2) ** 2), *slacks)
    return prove.chain(
        in_row.conclude(le(image(p) ** 2, 4 * delta**2)), *(fact(image_is_small(prove, s)) for s in (1, -1)),
        at(bound, {u: 2 * delta - image(p), v: 2 * delta + image(p)}),
    )  # fmt: skip


def total_of(prove: Proof, term: Any, bound: sp.Expr, each: Step) -> Step:
    """The sum of term(1), ..., term(n) is at most n times the bound of each."""
    def sum_(last: Any) -> Any:
        return sp.Sum(term(row), (row, 1, last))

    goal = replace(
        frame, variables=(*frame.variables, parts), given=(*given, le(m, n)), conclusion=le(sum_(m), m * bound)
    )
    up = prove.polynomial(le(y, y + u + v), free, *slacks)

    def step(later: Statement) -> Step:
        split = prove.unfold(later, sum_(m + 1), sum_(m + 1))
        values = {y: sum_(m) + term(m + 1), u: m * bound - sum_(m), v: bound - term(m + 1)}
        return prove.chain(later, fact(each, {p: m + 1}), split, at(up, values))

    every = inductive(
        prove, goal, m, lambda base: prove.chain(base, prove.unfold(base, base.conclusion.lhs, sum_(0))), step
    )
    return prove.chain(frame.conclude(le(sum_(n), n * bound)), at(every, {m: n}))


def distance(last: Any = n) -> Any:
    """|w - 1/(n + 3)|^2, or its first summands."""
    return sp.Sum((weight(row) - share) ** 2, (row, 1, last))


def distance_is_positive(prove: Proof) -> Step:
    """0 <= |w - 1/(n + 3)|^2."""
    square = prove.polynomial(le(0, z**2), interval(z, -sp.oo, sp.oo))
    total = prove.polynomial(le(0, u + v), *slacks)
    goal = forall(points, parts, holds=le(0, distance(m)))

    def step(later: Statement) -> Step:
        last = (weight(m + 1) - share) ** 2
        return prove.chain(
            later, fact(square, {z: weight(m + 1) - share}), at(total, {u: distance(m), v: last}),
            prove.folded(later, distance(m + 1), distance(m + 1)),
        )  # fmt: skip

    return inductive(prove, goal, m, lambda base: prove.chain(base, prove.folded(base, distance(0), distance(0))), step)


def near_the_mean(prove: Proof) -> Step:
    """|w - 1/(n + 3)|^2 <= 4 n delta^2/(3/4 - (n - 1) delta)^2."""
    low, least = three_quarters - (n - 1) * delta, smallest(body, n)
    images = total_of(prove, lambda i: image(i) ** 2, 4 * delta**2, square_is_small(prove))
    law = prove.matrices("solution", frame, n, body, weight(row) - share)
    floor, positive = Bounds(prove, frame).smallest_from_below(), distance_is_positive(prove)
    more = prove.polynomial(le(z**2 * w, (z + u) ** 2 * w), *(interval(s, 0, sp.oo) for s in (z, u, w)))
    bound = 4 * n * delta**2
    scaled_down = prove.chain(
        frame.conclude(le(low**2 * distance(), bound)), fact(floor), fact(positive, {m: n}),
        at(more, {z: low, u: least - low, w: distance()}), law, images,
    )  # fmt: skip
    divided = prove.polynomial(
        le((x - u) / z**2, x / z**2), interval(x, 0, sp.oo), slacks[0], interval(z, 0, sp.oo, "(")
    )
    return prove.chain(
        frame.conclude(le(distance(), bound / low**2)), fact(scaled_down),
        at(divided, {x: bound, u: bound - low**2 * distance(), z: low}),
    )  # fmt: skip




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
    parameters={"factor": 4, "mean": share},
    witnesses=((0, _one_point(Fraction(1), Fraction(3, 4))), (0, _one_point(Fraction(1, 4), Fraction(0)))),
)


@claim.states
def statement(factor, mean):
    low = three_quarters - (n - 1) * delta
    squares = sp.Sum((weight(row) - mean) ** 2, (row, 1, n))
    return frame.conclude(le(squares, factor * n * delta**2 / low**2))


@claim.proves
def proof(prove, goal, factor, mean):
    """Theta-bar (w - 1/(n + 3)) has components of at most 2 delta, and lambda_min is at least 3/4 - (n - 1) delta."""
    return prove.chain(goal, near_the_mean(prove))


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
        holds=eq(factor * matrix_entry, test_entry(p)),
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
