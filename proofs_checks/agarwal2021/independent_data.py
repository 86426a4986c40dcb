"""Section 3.3: can the smallest eigenvalue of the Gram matrix be positive with more points than dimensions?"""

from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import Claim, Instance, Verdict, eq, forall, interval, lt

a, b, c, d, e, f = COORDINATES = sp.symbols("a b c d e f", real=True)
Vectors = tuple[tuple[sp.Expr, ...], ...]

printed = Claim(
    "agarwal2021/S33-printed",
    title="Positive smallest eigenvalues with at least as many points as dimensions",
    source="Section 3.3, p. 6",
    provenance="paper",
    printed=r"\lambda_{\min}(\underline K)\ge\delta>0 \text{ ``is easily satisfied if } n \ge d\text{''}",
    expected=Verdict.REFUTED,
    note=r"The inequality is the wrong way round: $\underline K$ has rank at most $d$, so a positive smallest"
    r" eigenvalue forces $n \le d$. The formal statement is about n = 2 points $a, b$ with $a^2 = b^2 = 1$ in dimension"
    r" d = 1: that the determinant of their Gram matrix, with 1 on the diagonal and $ab$ off it, is positive.",
    beside=("agarwal2021/S33",),
    parameters={"inner_product": a * b},
    witnesses=((0, Instance({a: Fraction(1), b: Fraction(1)})),),
)


def pair_determinant(inner_product: sp.Expr) -> sp.Expr:
    """The determinant of the Gram matrix of two unit vectors."""
    return 1 - inner_product**2


@printed.states
def printed_statement(inner_product):
    unit = [eq(a**2, 1), eq(b**2, 1)]
    line = (interval(a, -1, 1), interval(b, -1, 1))
    return forall(*line, given=unit, holds=lt(0, pair_determinant(inner_product)))


printed.mutant("at right angles, in the plane", inner_product=0)
printed.mutant("at 60 degrees, in the plane", inner_product=a * b / 2)

corrected = Claim(
    "agarwal2021/S33",
    title="With more points than dimensions the Gram matrix is singular",
    source="Section 3.3, p. 6, corrected",
    printed=r"\lambda_{\min}(\underline K)\ge\delta>0 \implies n \le d",
    note="Shown for two points in dimension 1 and three points in dimension 2, by the determinant; a positive smallest"
    " eigenvalue passes to every principal submatrix. In other dimensions the reason is the same, but the formal"
    " language has no vectors of unspecified length.",
    beside=("agarwal2021/S33-printed",),
    parameters={"line": ((a,), (b,)), "plane": ((a, b), (c, d), (e, f))},
    witnesses=(
        (0, Instance(dict(zip(COORDINATES, map(Fraction, (1, 0, 0, 1)), strict=False)))),
        (1, Instance(dict(zip(COORDINATES, map(Fraction, (1, 0, 0, 1, 0, 1)), strict=True)))),
    ),
)


def dot(x: tuple[sp.Expr, ...], y: tuple[sp.Expr, ...]) -> sp.Expr:
    return sp.Add(*(p * q for p, q in zip(x, y, strict=True)))


def determinant(x: tuple[sp.Expr, ...], y: tuple[sp.Expr, ...], z: tuple[sp.Expr, ...]) -> sp.Expr:
    """The determinant of the Gram matrix of three vectors, by its formula and not multiplied out."""
    first = dot(y, y) * dot(z, z) - dot(y, z) ** 2
    second = dot(x, y) * dot(z, z) - dot(x, z) * dot(y, z)
    third = dot(x, y) * dot(y, z) - dot(x, z) * dot(y, y)
    return dot(x, x) * first - dot(x, y) * second + dot(x, z) * third


@corrected.states
def corrected_statement(line: Vectors, plane: Vectors):
    def free(vectors: Vectors) -> list:
        return [interval(p, -sp.oo, sp.oo) for p in COORDINATES if any(q.has(p) for x in vectors for q in x)]

    return (
        forall(
            *free(line), given=[eq(dot(x, x), 1) for x in line],
            holds=eq(pair_determinant(dot(*line)), 0), label="two unit vectors on a line",
        ),
        forall(*free(plane), holds=eq(determinant(*plane), 0), label="three vectors in the plane"),
    )  # fmt: skip


@corrected.proves
def proof(prove, goal, line, plane):
    """The Gram matrix of d + 1 vectors is a product of matrices with d columns and d rows: its determinant vanishes."""
    on_a_line, in_the_plane = goal
    return [prove.identity(on_a_line, [["given", 0], ["given", 1]]), prove.identity(in_the_plane)]


corrected.mutant("two points in the plane", line=((a, b), (c, d)))
corrected.mutant("three points in space", plane=((a, b, c), (c, d, e), (e, f, a)))
