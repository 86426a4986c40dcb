"""A remark on data: points of R^n0 embedded in a sphere by the inverse of the stereographic projection.

A point s goes to (2 s, |s|^2 - 1)/(|s|^2 + 1), which has n0 + 1 coordinates. The inner product of two images depends on
a = |s|^2, b = |t|^2 and p = s . t only, and every a, b >= 0 with p^2 <= a b occur as soon as n0 >= 2."""

from fractions import Fraction
from typing import Any

import sympy as sp

from deepcond_sym.proof import Claim, Instance, Verdict, eq, forall, interval, le

a, b, p = sp.symbols("a b p", real=True)
lengths = interval(a, 0, sp.oo), interval(b, 0, sp.oo)
product = interval(p, -sp.oo, sp.oo)
cauchy = le(p**2, a * b)


def inner(factor: Any = 4) -> sp.Expr:
    """The inner product of the images: factor p from the first n0 coordinates, (a - 1)(b - 1) from the last one, over
    (a + 1)(b + 1)."""
    return (factor * p + (a - 1) * (b - 1)) / ((a + 1) * (b + 1))


printed = Claim(
    "starnaud2025/embedding",
    title="Embedded data have all inner products equal to 1",
    source="a remark on data embedded by the inverse stereographic projection",
    provenance="as reported",
    printed=r"x_i^\top x_j=1\quad\text{for all }i,j",
    expected=Verdict.REFUTED,
    note=r"As printed in v1 all points would coincide. The images of $s$ and $t$ have the inner product"
    r" $\frac{4p+(a-1)(b-1)}{(a+1)(b+1)}$ with $a=|s|^2$, $b=|t|^2$, $p=s^\top t$, which is 0 for the origin and a unit"
    r" vector. What is meant is $x_i^\top x_i=1$ (starnaud2025/embedding-norm).",
    beside=("starnaud2025/embedding-norm",),
    parameters={"same": ()},
    witnesses=((0, Instance({a: Fraction(0), b: Fraction(1), p: Fraction(0)})),),
)


@printed.states
def printed_statement(same):
    return forall(*lengths, product, given=[cauchy, *same], holds=eq(inner(), 1))


@printed.proves
def printed_proof(prove, goal, same):
    """Put in what is given beyond |p|^2 <= a b: enough for the mutants."""
    return prove.identity(goal, [["given", 1 + i] for i in range(len(same))])


printed.mutant("for a point and itself, where it is true", same=(eq(b, a), eq(p, a)))
printed.mutant("for points at distance 0, where it is true", same=(eq(p, (a + b) / 2),))

norm = Claim(
    "starnaud2025/embedding-norm",
    title="Embedded data are unit vectors, and distinct points have inner product below 1",
    source="the statement in place of the remark",
    provenance="derived here",
    printed=r"x_i^\top x_i=1,\qquad x_i^\top x_j=1-\frac{2\,|s_i-s_j|^2}{(1+|s_i|^2)(1+|s_j|^2)}",
    note=r"The embedding maps $\mathbb R^{n_0}$ into $S^{n_0}\subset\mathbb R^{n_0+1}$; distinct points stay distinct.",
    beside=("starnaud2025/embedding",),
    parameters={"distance": a + b - 2 * p, "first": 4},
    witnesses=((1, Instance({a: Fraction(1), b: Fraction(1), p: Fraction(0)})),),
)


@norm.states
def norm_statement(distance, first):
    squared = (first * a + (a - 1) ** 2) / (a + 1) ** 2
    apart = 1 - 2 * distance / ((1 + a) * (1 + b))
    return (
        forall(lengths[0], holds=eq(squared, 1), label="unit vectors"),
        forall(*lengths, product, holds=eq(inner(first), apart), label="two points"),
    )


@norm.proves
def norm_proof(prove, goal, distance, first):
    """4 a + (a - 1)^2 = (a + 1)^2, and 4 p + (a - 1)(b - 1) = (a + 1)(b + 1) - 2 (a + b - 2 p)."""
    return [prove.identity(part) for part in goal]


norm.mutant("3 s in place of 2 s", first=6)
norm.mutant("|s + t|^2 in place of |s - t|^2", distance=a + b + 2 * p)
