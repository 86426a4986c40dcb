"""B62: kernels of a Gaussian with a bandwidth h, wide and narrow, as a model of the ordered and the chaotic phase."""

from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import (
    Claim,
    Instance,
    column,
    fact,
    forall,
    gram,
    index,
    interval,
    largest,
    le,
    ne,
    off_maximum,
    row,
    smallest,
)  # fmt: skip
from deepcond_sym.proof.search.ball_box import cut, slope
from deepcond_sym.proof.tactics.arbitrary import no_less, product_known, scaled
from deepcond_sym.proof.tactics.power_gaps import adds

n, points = index("n", 1)
i, first = index("i", 1)
j, second = index("j", 1)
X = sp.Symbol("X", real=True)
h, u, z, D = sp.symbols("h u z D", real=True)
bandwidth, inverse = interval(h, 0, sp.oo, "("), interval(u, 0, sp.oo)


def kernel(a: sp.Expr, b: sp.Expr, width: sp.Expr = h) -> sp.Expr:
    """exp(-|x_a - x_b|^2/h)."""
    return sp.exp(-squared_distance(a, b) / width)


def squared_distance(a: sp.Expr, b: sp.Expr) -> sp.Expr:
    return gram(X, a, a) + gram(X, b, b) - 2 * gram(X, a, b)


matrix = kernel(row, column)
off = off_maximum(matrix, n)

claim = Claim(
    "xiao2020/B62",
    title="Gaussian kernels: wide ones are ill-conditioned, narrow ones forget the data",
    source="the paper, on kernels of a bandwidth",
    provenance="as reported",
    printed=r"K_h=e^{-|x-x'|^2/h}:\quad h\to\infty:\ \text{ill-conditioned, }P(K_h)Y\text{ stays data-dependent};\quad"
    r" h\to0:\ \kappa\to1,\ P(K_h)Y\to0",
    note=r"For any points: the smallest eigenvalue is at most $|x_i-x_j|^2/h$ for each pair, while the largest is"
    r" at least 1, the mean of the diagonal; Gershgorin's discs have the radius $(m-1)\max_{i\ne j}K_{ij}$,"
    r" and $K_{ij}\le h/|x_i-x_j|^2$. The predictor is judged in an example: training points 0 and 1 with the"
    r" labels 1 and -1, and the test point 1/4, with $u=1/h$: $P(K_h)Y\to\frac12$ for $h\to\infty$, with an"
    r" error of at most $1/h$, and $P(K_h)Y\le16h/(1-e^{-1/h})$. How small the smallest eigenvalue is depends"
    r" on the dimension: xiao2020/B62-exponents.",
    beside=("xiao2020/B62-exponents",),
    parameters={"near": 1, "radius": n - 1, "limit": "1/2", "decay": 16},
    witnesses=(
        (0, Instance({n: Fraction(2), i: Fraction(1), j: Fraction(2), h: Fraction(4)},
                     matrices={"X": tuple(tuple(map(Fraction, r)) for r in ((0, 0, 0), (0, 0, 0), (0, 0, 1)))})),
        (1, Instance({n: Fraction(3), h: Fraction(1)},
                     matrices={"X": tuple(tuple(Fraction(1, 100) * a * b for b in range(4)) for a in range(4))})),
        (4, Instance({u: Fraction(1, 10)})),
        (5, Instance({u: Fraction(1, 10)})),
        (6, Instance({u: Fraction(1)})),
    ),
)  # fmt: skip

prediction = sp.exp(-u / 16) - sp.exp(-9 * u / 16)
"""The numerator of the prediction in the example; the denominator is 1 - exp(-u)."""

denominator = 1 - sp.exp(-u)


@claim.states
def statement(near, radius, limit, decay):
    pair = [le(i, n), le(j, n), ne(i, j)]
    error = prediction - limit * denominator
    return (
        forall(
            points, first, second, bandwidth, given=pair,
            holds=le(smallest(matrix, n), near * squared_distance(i, j) / h), label="wide: the smallest eigenvalue",
        ),
        forall(points, bandwidth, holds=le(1 - radius * off, smallest(matrix, n)), label="narrow: from below"),
        forall(points, bandwidth, holds=le(largest(matrix, n), 1 + radius * off), label="narrow: from above"),
        forall(bandwidth, interval(D, 0, sp.oo, "("), holds=le(sp.exp(-D / h), h / D), label="narrow: the entries"),
        forall(inverse, holds=le(error, u * denominator), label="wide: the prediction, from above"),
        forall(inverse, holds=le(-error, u * denominator), label="and from below"),
        forall(inverse, holds=le(u * prediction, decay), label="narrow: the prediction"),
    )  # fmt: skip


@claim.proves
def proof(prove, goal, near, radius, limit, decay):
    """A difference of two unit vectors; Gershgorin; one variable."""
    wide, low, high, entries, *example, decays = goal
    everywhere = interval(z, -sp.oo, sp.oo)
    tangent = prove.ball_box(le(1 - z, sp.exp(-z)), everywhere, outline=cut(z, 0, slope(z, 1), slope(z, 0)))
    distance = squared_distance(i, j) / h
    pair = prove.matrices("pair", wide.conclude(le(0, 0)), n, matrix, at=(i, j))
    one_low = prove.matrices("bound", low.conclude(le(0, 0)), n, sp.S.One, sp.S.One, of="minimum")
    one_high = prove.matrices("bound", high.conclude(le(0, 0)), n, sp.S.One, sp.S.One, of="maximum")
    discs = [prove.matrices("gershgorin", part.conclude(le(0, 0)), n, matrix, of=of)
             for part, of in ((low, "smallest"), (high, "largest"))]  # fmt: skip
    minimum_, maximum_ = one_low.conclusion.conclusion.rhs, one_high.conclusion.conclusion.lhs
    grown = prove.ball_box(le(z, sp.exp(z)), interval(z, 0, sp.oo), outline=slope(z, 0))
    positive = prove.ball_box(le(0, sp.exp(-z)), interval(z, 0, sp.oo))
    return [
        prove.chain(
            wide, fact(tangent, {z: distance}), fact(pair),
            scaled(prove, sp.Rational(1, 2), 2 * smallest(matrix, n), pair.conclusion.conclusion.rhs),
            no_less(prove, 1 - sp.exp(-distance), sp.exp(-distance) - 1 + distance),
        ),
        prove.chain(low, fact(one_low), no_less(prove, 1 - radius * off, minimum_ - 1), discs[0]),
        prove.chain(high, fact(one_high), discs[1], no_less(prove, maximum_ + radius * off, 1 - maximum_)),
        prove.chain(
            entries, fact(grown, {z: D / h}), fact(positive, {z: D / h}),
            fact(prove.polynomial(le(0, h / D), bandwidth, entries.variables[1])),
            fact(prove.polynomial(le(0, D / h), bandwidth, entries.variables[1])),
            product_known(prove, h / D, sp.exp(-D / h)),
            scaled(prove, h / D * sp.exp(-D / h), D / h, sp.exp(D / h)),
        ),
        *(prove.ball_box(part.conclusion, *part.variables) for part in example),
        prove.chain(
            decays, fact(grown, {z: u / 16}), fact(positive, {z: u / 16}), fact(positive, {z: 9 * u / 16}),
            product_known(prove, u, sp.exp(-9 * u / 16)),
            no_less(prove, u * prediction, u * sp.exp(-9 * u / 16)),
            adds(prove, u * sp.exp(-u / 16), sp.Integer(16), sp.exp(-u / 16), sp.exp(u / 16) - u / 16),
        ),
    ]  # fmt: skip


claim.mutant("half the squared distance", near="1/2")
claim.mutant("discs of a smaller radius", radius=(n - 1) / 2)
claim.mutant("the limit 2/3", limit="2/3")
claim.mutant("a hundredth of the decay", decay="4/25")

exponents = Claim(
    "xiao2020/B62-exponents",
    title="How small the smallest eigenvalue of a wide Gaussian kernel is depends on the dimension of the input",
    source="derived here",
    printed=r"u=\tfrac1h:\quad0,1,2\in\mathbb R:\ \lambda_{\min}\le2u^2;\quad\text{an equilateral triangle of side 1 in"
    r" }\mathbb R^2:\ \tfrac u{1+u}\le\lambda_{\min}\le u",
    note=r"So $\lambda_{\min}\sim1/h$ holds for three points if they span two dimensions, and not on a line. The"
    r" first bound is the quadratic form at $(1,-2,1)/\sqrt6$; the matrix of the triangle is"
    r" $(1-e^{-u})I+e^{-u}J$, whose smallest eigenvalue is $1-e^{-u}$. For $m=6$ the exponents $1,2,5$ in"
    r" dimensions $9,2,1$ are measured, not proved. Deep kernels avoid this: the limit of their correlations"
    r" has infinitely many positive Taylor coefficients.",
    beside=("xiao2020/B62",),
    parameters={"square": 2, "floor": u / (1 + u), "lid": u},
    witnesses=tuple((part, Instance({u: Fraction(1, 10)})) for part in range(3)),
)  # fmt: skip


@exponents.states
def exponents_statement(square, floor, lid):
    form = (6 - 8 * sp.exp(-u) + 2 * sp.exp(-4 * u)) / 6
    return (
        forall(inverse, holds=le(form, square * u**2), label="on a line"),
        forall(inverse, holds=le(floor, 1 - sp.exp(-u)), label="in a plane, from below"),
        forall(inverse, holds=le(1 - sp.exp(-u), lid), label="in a plane, from above"),
    )


@exponents.proves
def exponents_proof(prove, goal, square, floor, lid):
    """Taylor's formula at 0, by derivatives."""
    line, low, high = goal
    steep = prove.ball_box(le(1 + u, sp.exp(u)), inverse, outline=slope(u, 0))
    positive = prove.ball_box(le(0, sp.exp(-u)), inverse)
    return [
        prove.ball_box(line.conclusion, *line.variables),
        prove.chain(
            low, fact(steep), fact(positive), fact(prove.polynomial(le(0, 1 / (1 + u)), inverse)),
            product_known(prove, sp.exp(-u), sp.exp(u) - 1 - u),
            adds(prove, floor, 1 / (1 + u), sp.exp(-u) * (sp.exp(u) - 1 - u)),
        ),
        prove.ball_box(high.conclusion, *high.variables),
    ]


exponents.mutant("1 in place of 2", square=1)
exponents.mutant("at least u", floor=u)
exponents.mutant("at most u/2", lid=u / 2)
