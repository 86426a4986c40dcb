"""A remark on the tangent kernel as a matrix: is it invertible for data on the unit sphere?

Not for a repeated point, at any depth; and at L = 2 not for three antipodal pairs on a circle either, six distinct
points. There the kernel is k(r) = r h'(r) + h(r) = ntk(1, r), whose odd part is r."""

from fractions import Fraction
from typing import Any

import sympy as sp

from deepcond_sym.proof import (
    RELU,
    Claim,
    Instance,
    Verdict,
    at,
    column,
    component,
    dual,
    dual_slope,
    eq,
    fact,
    forall,
    index,
    inner,
    interval,
    iterate,
    le,
    lt,
    ntk,
    row,
    smallest,
)  # fmt: skip
from deepcond_sym.proof.instance import equicorrelated
from deepcond_sym.symbols import rho

from .setting import L, correlation, layers

X = sp.Symbol("X", real=True)
n, points = index("n", 1)
m, several = index("n", 2)
v, c = sp.Symbol("v", real=True), sp.Symbol("c", real=True)
g, h = sp.symbols("g h", integer=True)
kernel = ntk(L - 1, inner(X, row, column))
_TWICE = equicorrelated(2, Fraction(1))
"""The Gram matrix of one point, listed twice."""

_PAIRS = [(sign * a, sign * b) for a, b in ((1, 0), (0, 1), (Fraction(3, 5), Fraction(4, 5))) for sign in (1, -1)]
_SIX = tuple(tuple(Fraction(a * c + b * d) for c, d in (_PAIRS[0], *_PAIRS)) for a, b in (_PAIRS[0], *_PAIRS))
"""The Gram matrix of three antipodal pairs on a circle, and of the first point again, which is x_0."""

_NULL = tuple(Fraction(sign * a) for a in (3, 4, -5) for sign in (1, -1))
"""c with K c = 0 for these points at L = 2."""

printed = Claim(
    "starnaud2025/invertible",
    title="The tangent kernel of data on the unit sphere is invertible",
    source="a remark on data on the unit sphere",
    provenance="as reported",
    printed=r"\Theta^{(L)}_\infty(x_i^\top x_j)_{ij}\text{ is invertible for }x_1,\ldots,x_n\in S^{n_0-1}",
    expected=Verdict.REFUTED,
    note=r"As printed in v1, without a condition on the points. A positive semidefinite matrix is invertible if and"
    r" only if $c^\top Kc>0$ for every $c\ne0$, which is stated here. The witness consists of six distinct points, the"
    r" antipodal pairs $\pm(1,0),\pm(0,1),\pm(\frac35,\frac45)$, at $L=2$ (starnaud2025/invertible-pairs); a repeated"
    r" point makes the matrix singular at every depth (starnaud2025/invertible-repeated). What holds: for distinct"
    r" points the smallest eigenvalue of $\Theta^{(L)}/L$ tends to $\frac34$, so that the matrix is invertible once"
    r" $L$ is large (starnaud2025/N5-depth).",
    beside=("starnaud2025/invertible-repeated", "starnaud2025/invertible-pairs", "starnaud2025/N5-depth"),
    parameters={"size": n, "relation": lt},
    witnesses=(
        (0, Instance({L: Fraction(2), n: Fraction(6)}, matrices={"X": _SIX}, vectors={"c": (Fraction(0), *_NULL)})),
    ),
)


def form(size: sp.Expr) -> Any:
    """c^T K c."""
    image = sp.Sum(component(c, h) * ntk(L - 1, inner(X, g, h)), (h, 1, size))
    return sp.Sum(component(c, g) * image, (g, 1, size))


@printed.states
def printed_statement(size, relation):
    sizes = (points,) if size == n else ()
    not_zero = lt(0, sp.Sum(component(c, g) ** 2, (g, 1, size)))
    return forall(layers, *sizes, given=[not_zero], family=RELU, holds=relation(0, form(size)))


printed.mutant("for one point, where it is true", size=1)
printed.mutant("a form of at least 0, which is true", relation=le)

repeated = Claim(
    "starnaud2025/invertible-repeated",
    title="A repeated point makes the tangent kernel singular, at every depth",
    source="a witness against the remark",
    provenance="derived here",
    printed=r"x_1=x_2 \implies \lambda_{\min}\big(\Theta^{(L)}_\infty(x_i^\top x_j)_{ij}\big)=0\qquad(L\ge1,\ n\ge2)",
    note=r"Stated as $0\le\lambda_{\min}\le0$.",
    beside=("starnaud2025/invertible",),
    parameters={"given": (eq(inner(X, 1, 2), 1),), "top": 0},
    witnesses=((1, Instance({L: Fraction(1), m: Fraction(2)}, matrices={"X": _TWICE})),),
)


@repeated.states
def repeated_statement(given, top):
    return (
        forall(layers, several, family=RELU, holds=le(0, smallest(kernel, m)), label="semidefinite"),
        forall(layers, several, given=given, family=RELU, holds=le(smallest(kernel, m), top), label="singular"),
    )


@repeated.proves
def repeated_proof(prove, goal, given, top):
    """2 lambda_min <= K_11 + K_22 - 2 K_12 = 0: the vector (1, -1, 0, ...)."""
    semidefinite, singular = goal
    least, between = smallest(kernel, m), ntk(L - 1, inner(X, 1, 2))
    pair = prove.matrices("pair", singular, m, kernel, at=[1, 2])
    vanishes = prove.identity(singular.conclude(eq(2 * ntk(L - 1, 1) - 2 * between, 0)), [["given", 0]])
    doubled = prove.chain(singular.conclude(le(2 * least, 0)), pair, vanishes)
    half = prove.polynomial(le(-v / 2, 0), interval(v, 0, sp.oo))
    positive = prove.matrices("semidefinite", semidefinite, m, kernel)
    return [positive, prove.chain(singular, fact(doubled), at(half, {v: -2 * least}))]


repeated.mutant("for any two points", given=(le(inner(X, 1, 2), 1),))
repeated.mutant("below -1/10", top="-1/10")

pairs = Claim(
    "starnaud2025/invertible-pairs",
    title="Three antipodal pairs on a circle make the tangent kernel singular at L = 2",
    source="a witness of distinct points against the remark",
    provenance="derived here",
    printed=r"L=2,\ K=(k(x_i^\top x_j))_{ij}\text{ on }\pm(1,0),\pm(0,1),\pm(\tfrac35,\tfrac45):\quad Kc=0,"
    r"\ c=(3,-3,4,-4,-5,5),\quad\text{as }k(r)-k(-r)=2r",
    note=r"The six components of $Kc$, each a combination of $k$ at exact rational inner products. In $\mathbb R^p$ any"
    r" $p+1$ antipodal pairs $\pm x_i$ do: with $\sum a_ix_i=0$, the vector $\pm a_i$ is mapped to"
    r" $2\sum_ja_j\,x^\top x_j=0$.",
    beside=("starnaud2025/invertible",),
    parameters={"coefficients": sp.Matrix([3, 4, -5]), "odd_part": rho},
)


@pairs.states
def pairs_statement(coefficients, odd_part):
    points = [sp.Matrix([sp.Rational(c) for c in pair]) for pair in _PAIRS]
    signed = [sign * a for a in coefficients for sign in (1, -1)]
    rows = [sum(a * ntk(1, x.dot(y)) for a, y in zip(signed, points, strict=True)) for x in points]
    odd = forall(correlation, family=RELU, holds=eq(ntk(1, rho) - ntk(1, -rho), 2 * odd_part), label="odd part")
    return (odd, *(forall(family=RELU, holds=eq(line, 0), label=f"row {i + 1}") for i, line in enumerate(rows)))


@pairs.proves
def pairs_proof(prove, goal, coefficients, odd_part):
    """Unfold k(r) = r h'(r) + h(r), with arccos(-r) = pi - arccos(r)."""
    return [prove.identity(part, unfold=_unfolded(part.conclusion.lhs)) for part in goal]


def _unfolded(whole: sp.Expr) -> list[sp.Expr]:
    arguments = sorted({call.args[1] for call in whole.atoms(ntk)}, key=sp.default_sort_key)
    calls = [f(1, r) for f in (ntk, iterate) for r in arguments]
    calls += [iterate(0, r) for r in arguments] + [ntk(0, r) for r in arguments]
    return calls + [f(r) for f in (dual, dual_slope) for r in arguments]


pairs.mutant("other coefficients", coefficients=sp.Matrix([3, 4, 5]))
pairs.mutant("half the odd part", odd_part=rho / 2)
