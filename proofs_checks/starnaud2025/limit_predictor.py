"""The predictor of a kernel whose values for different points are near one number: the same weight for all of them."""

from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import Claim, Instance, inner, interval, le, row

from .near_constant import Kernel, X, delta, n
from .predictor_steps import Weights, weight

a = sp.Symbol("a", real=True)
weights = Weights(
    Kernel(
        entry=lambda i, j: inner(X, i, j), diagonal=sp.S.One, limit=a, share=a / (1 - a + n * a),
        variables=(interval(a, 0, 1, ")"),), family=None, one=lambda prove: [],
    )
)  # fmt: skip
"""Of any kernel with ones on the diagonal: such kernel matrices are those of inner products of unit vectors."""


def _one_point(value: Fraction, limit: Fraction, error: Fraction) -> Instance:
    """One training point and a test point with this value of the kernel, which is the weight."""
    one = Fraction(1)
    return Instance(
        {n: one, a: limit, delta: error}, matrices={"X": ((one, value), (value, one))},
        vectors={"W": (Fraction(0), value)},
    )  # fmt: skip


claim = Claim(
    "starnaud2025/LT-predictor",
    title="The predictor of a kernel whose values for different points are near one number below 1",
    source="limit table, predictor weights off the training set",
    provenance="derived here",
    printed=r"k(x,x)=1,\ K=k(X,X),\ Kw=k(X,x),\ |k-a|\le\delta\text{ on the pairs of }X\cup\{x\},\ 0\le a<1,"
    r"\ (n-1)\delta<1-a \implies \Big|w-\frac a{1-a+na}\mathbf 1\Big|_2\le\frac{2\sqrt n\,\delta}{1-a-(n-1)\delta}",
    note=r"For every positive semidefinite kernel $k$, every $n$ and all data; stated with squares, and with $k$ as the"
    r" inner product of unit vectors. For the tangent kernel over its diagonal: $a=\frac14$ without a bias"
    r" (starnaud2025/LT1-limit) and $a=\frac47$ on the critical line with one (starnaud2025/LT3). As $\delta\to0$ with"
    r" depth the weights tend to those of starnaud2025/LT-weights, for every $x$ outside of the training set.",
    beside=("starnaud2025/LT-weights", "starnaud2025/LT3", "starnaud2025/N5-predictor"),
    parameters={"factor": 4, "mean": a / (1 - a + n * a)},
    witnesses=(
        (0, _one_point(Fraction(1), Fraction(0), Fraction(1))),
        (0, _one_point(Fraction(1, 2), Fraction(1, 2), Fraction(0))),
    ),
)


@claim.states
def statement(factor, mean):
    low = 1 - a - (n - 1) * delta
    squares = sp.Sum((weight(row) - mean) ** 2, (row, 1, n))
    return weights.frame.conclude(le(squares, factor * n * delta**2 / low**2))


@claim.proves
def proof(prove, goal, factor, mean):
    """K (w - a/(1 - a + n a)) has components of at most 2 delta, and lambda_min is at least 1 - a - (n - 1) delta."""
    return prove.chain(goal, weights.near_the_mean(prove))


claim.mutant("a hundredth of the bound", factor="1/25")
claim.mutant("1/n, as where the kernel tends to 1", mean=1 / n)
