"""B55 with pooling over d pixels: the eigenvalues where all pairs of different pixels have one value."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import sympy as sp

from deepcond_sym.proof import (
    Claim,
    Instance,
    Proof,
    Statement,
    Step,
    at,
    column,
    eq,
    fact,
    forall,
    index,
    interval,
    kronecker,
    largest,
    le,
    lt,
    row,
    smallest,
)  # fmt: skip
from deepcond_sym.proof.tactics.inductive import inductive

from . import equicorrelated_matrices as exact
from .near_equicorrelated import m, points, several

p, p_ab, c = sp.symbols("p p_ab c", real=True)
d, pixels = index("d", 1)
n, parts = index("n")
j = sp.Symbol("j", integer=True)
_u, _v, _w = sp.symbols("_u _v _w", real=True)
slack = interval(_u, 0, sp.oo)
variance, limit = interval(p, 0, sp.oo), interval(p_ab, 0, sp.oo)
free = interval(p, -sp.oo, sp.oo), interval(p_ab, -sp.oo, sp.oo)
unit = kronecker(row, column)


def total(last: Any = d) -> Any:
    """p for equal pixels and p_ab for different ones, added up over the pairs of pixels of one image, row by row."""
    return sp.Sum(p + (d - 1) * p_ab, (j, 1, last))


def pooled(diagonal: sp.Expr) -> sp.Expr:
    """The entries: this on the diagonal, p_ab off it."""
    return p_ab + (diagonal - p_ab) * unit


_TWO = {m: Fraction(3), d: Fraction(2), p: Fraction(5), p_ab: Fraction(1)}

claim = Claim(
    "xiao2020/B55-pooling",
    title="Pooling: the eigenvalues where all pairs of different pixels have one value",
    source="linear algebra behind the limits of both tables",
    provenance="derived here",
    printed=r"\lambda_{\max}=m\,p_{ab}+\frac{p-p_{ab}}d,\quad\lambda_{bulk}=\frac{p-p_{ab}}d,\quad"
    r"\kappa=1+\frac{md\,p_{ab}}{p-p_{ab}}",
    note=r"The read-out of $d$ pixels averages over their $d^2$ pairs: $p$ for equal pixels of one image and $p_{ab}$"
    r" for every other pair give $\frac{p+(d-1)p_{ab}}d$ on the diagonal, and $p_{ab}$ off it. For all $m$ and $d$,"
    r" $0\le p_{ab}<p$; the smallest eigenvalue and $\kappa$ by two inequalities, for $m\ge2$. With the limits of the"
    r" chaotic and of the critical phase it gives those of pooled networks whose pixels of one image are as far apart"
    r" as pixels of two.",
    beside=("xiao2020/B55", "xiao2020/B28", "xiao2020/B29", "xiao2020/B33-reported"),
    parameters={"diagonal": (p + (d - 1) * p_ab) / d, "factor": d},
    witnesses=tuple((part, Instance(_TWO)) for part in range(6)),
)  # fmt: skip


@claim.states
def statement(diagonal, factor):
    body, rest = pooled(diagonal), (p - p_ab) / factor
    least, greatest = smallest(body, m), largest(body, m)
    one, two = (points, pixels, variance, limit), (several, pixels, variance, limit)
    apart = [lt(p_ab, p)]
    excess = m * factor * p_ab / (p - p_ab)
    return (
        forall(pixels, *free, holds=eq(total() / d**2, diagonal), label="pooled diagonal"),
        forall(*one, holds=eq(greatest, m * p_ab + rest), label="largest"),
        forall(*one, holds=le(rest, least), label="smallest, from below"),
        forall(*two, holds=le(least, rest), label="smallest, from above"),
        forall(*two, given=apart, holds=le(1 + excess, greatest / least), label="condition number, from below"),
        forall(*one, given=apart, holds=le(greatest / least, 1 + excess), label="condition number, from above"),
    )  # fmt: skip


@claim.proves
def proof(prove, goal, diagonal, factor):
    """xiao2020/B55 with a = (p - p_ab)/d and b = p_ab."""
    mean, high, low, pair, below, above = goal
    counted = inductive(
        prove, forall(parts, pixels, *free, holds=eq(total(n), n * (p + (d - 1) * p_ab))), n,
        lambda base: prove.identity(base, unfold=[total(sp.S.Zero)]),
        lambda step: prove.identity(step, [["unfold", total(n + 1)], ["given", len(step.given) - 1]]),
    )  # fmt: skip
    return [
        prove.identity(mean, using=[(counted, {n: d})]), *(eigenvalue(prove, part) for part in (high, low, pair)),
        *(quotient(prove, part, low, pair, high) for part in (below, above)),
    ]  # fmt: skip


def eigenvalue(prove: Proof, goal: Statement) -> Step:
    """The matching statement of xiao2020/B55."""
    prover = {
        "largest": exact.largest_of_ones, "smallest, from below": exact.smallest_of_ones,
        "smallest, from above": exact.by_pair,
    }[goal.label]  # fmt: skip
    first, *side = goal.label.split(", ")
    whole = next(s for s in exact.claim.statements() if s.label == ", ".join([first, "b >= 0", *side]))
    values = {exact.a: (p - p_ab) / d, exact.b: p_ab}
    bodies = pooled((p + (d - 1) * p_ab) / d), exact.body().subs(values)
    shown = at(prover(prove, whole), values)
    if goal.label == "smallest, from below":
        return prove.chain(goal, shown, prove.matrices("equal", goal, m, *bodies[::-1], of="smallest"))
    return prove.chain(goal, prove.matrices("equal", goal, m, *bodies, of=first), shown)


def quotient(prove: Proof, goal: Statement, low: Statement, pair: Statement, high: Statement) -> Step:
    """(m p_ab + r)/r with r = (p - p_ab)/d."""
    size = interval(_w, 0, sp.oo, "(")
    least = smallest(pooled((p + (d - 1) * p_ab) / d), m)
    rest = (p - p_ab) / d
    positive = prove.polynomial(lt(0, _w / d), size, pixels)
    known = [fact(positive, {_w: p - p_ab}), fact(eigenvalue(prove, low))]
    above = prove.polynomial(lt(0, _w / d + _u), size, pixels, slack)
    known.append(fact(above, {_w: p - p_ab, _u: least - rest}))
    greatest = eigenvalue(prove, high)
    whole = goal.conclusion.lhs if goal.label.endswith("above") else goal.conclusion.rhs
    turned = prove.identity(
        replace(goal, given=(*goal.given, lt(0, least)), conclusion=eq(whole, (m * p_ab + rest) / least)),
        using=[(greatest, {})],
    )
    back = prove.identity(
        replace(goal, given=(*goal.given, lt(0, least)), conclusion=eq((m * p_ab + rest) / least, whole)),
        using=[(greatest, {})],
    )
    if goal.label.endswith("above"):
        bound = prove.polynomial(
            le((m * p_ab + _w / d) / (_w / d + _u), 1 + m * d * p_ab / _w), points, pixels, limit, size, slack
        )
        return prove.chain(goal, *known, turned, at(bound, {_w: p - p_ab, _u: least - rest}))
    bound = prove.polynomial(
        le((m * p_ab + _v + _u) / (_v + _u), (m * p_ab + _v + _u) / _v), points, limit, slack,
        interval(_v, 0, sp.oo, "("),
    )
    return prove.chain(
        goal, *known, fact(eigenvalue(prove, pair)), at(bound, {_v: least, _u: rest - least}), back
    )


claim.mutant("without the diagonal pairs counted", diagonal=(p + d * p_ab) / d)
claim.mutant("without the division by d", factor=1)
claim.mutant("divided by d^2", factor=d**2)
