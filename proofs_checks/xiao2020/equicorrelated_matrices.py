"""B55: the eigenvalues of a I + b 11^T for every number of points."""

from fractions import Fraction
from typing import Any

import sympy as sp

from deepcond_sym.proof import (
    Claim,
    Instance,
    Proof,
    Statement,
    Step,
    column,
    component,
    eq,
    fact,
    forall,
    index,
    interval,
    kronecker,
    largest,
    le,
    row,
    smallest,
)  # fmt: skip
from deepcond_sym.proof.tactics.inductive import inductive
from deepcond_sym.proof.tactics.power_gaps import adds

from .near_equicorrelated import m, points, several

a, b = sp.symbols("a b", real=True)
V = sp.Symbol("V", real=True)
n, parts = index("n")
i, first = index("i", 1)
j, _u = sp.Symbol("j", integer=True), sp.Symbol("_u", real=True)
any_a, any_b = (interval(s, -sp.oo, sp.oo) for s in (a, b))
from_zero, to_zero = interval(b, 0, sp.oo), interval(b, -sp.oo, 0)
unit = kronecker(row, column)
_slack = interval(_u, 0, sp.oo)


def body(on: sp.Expr = a, off: sp.Expr = b) -> sp.Expr:
    """The entries of a I + b 11^T."""
    return off + on * unit


def entries_sum(last: Any = m) -> Any:
    """v_1 + ... + v_last."""
    return sp.Sum(component(V, j), (j, 1, last))


_THREE = {m: Fraction(3), a: Fraction(2), b: Fraction(1)}

claim = Claim(
    "xiao2020/B55",
    title="The eigenvalues of a I + b 11^T for every number of points",
    source="linear algebra behind the limits of both tables",
    provenance="derived here",
    printed=r"aI+b\,\mathbf{11}^\top:\quad(aI+b\,\mathbf{11}^\top)\mathbf 1=(a+mb)\mathbf 1,\quad"
    r"(aI+b\,\mathbf{11}^\top)v=a\,v\ \text{ for }\mathbf 1^\top v=0",
    note=r"For all real $a$, $b$ and $m\ge2$: $a+mb$ once, and $a$ on the $m-1$ dimensions of $\mathbf 1^\perp$. The"
    r" largest and smallest eigenvalue are stated apart for $b\ge0$ and $b\le0$, an equality as two inequalities"
    r" where it is not one of the laws.",
    beside=("xiao2020/B55-pooling", "xiao2020/B55-predictor", "starnaud2025/critical-line-limit"),
    parameters={"one": a + m * b, "rest": a},
    witnesses=(
        (0, Instance(_THREE)), (1, Instance(_THREE)), (3, Instance({**_THREE, b: Fraction(-1)})),
        (6, Instance(_THREE)),
        (7, Instance({**_THREE, i: Fraction(1)}, vectors={"V": tuple(map(Fraction, (0, 1, 1, -2)))})),
    ),
)  # fmt: skip


@claim.states
def statement(one, rest):
    least, greatest = smallest(body(), m), largest(body(), m)
    plus, minus = (points, any_a, from_zero), (points, any_a, to_zero)
    pairs = (several, any_a, from_zero), (several, any_a, to_zero)
    zero = eq(entries_sum(), 0)
    return (
        forall(*plus, holds=eq(greatest, one), label="largest, b >= 0"),
        forall(*plus, holds=le(rest, least), label="smallest, b >= 0, from below"),
        forall(*pairs[0], holds=le(least, rest), label="smallest, b >= 0, from above"),
        forall(*minus, holds=le(one, least), label="smallest, b <= 0, from below"),
        forall(*minus, holds=le(least, one), label="smallest, b <= 0, from above"),
        forall(*pairs[1], holds=le(rest, greatest), label="largest, b <= 0, from below"),
        forall(points, any_a, any_b, holds=eq(a + b * sp.Sum(1, (j, 1, m)), one), label="the vector of ones"),
        forall(
            points, first, any_a, any_b, given=[zero], label="a vector that sums to 0",
            holds=eq(a * component(V, i) + b * entries_sum(), rest * component(V, i)),
        ),
        forall(*minus, holds=le(greatest, rest), label="largest, b <= 0, from above"),
    )  # fmt: skip


@claim.proves
def proof(prove, goal, one, rest):
    """11^T has the eigenvalues m and 0; Weyl's inequality for b 11^T - b 11^T = 0 turns the sign of b."""
    high, low, pair, below, above, top, ones, others, under = goal
    return [
        largest_of_ones(prove, high), smallest_of_ones(prove, low), by_pair(prove, pair), *turned(prove, below, above),
        by_pair(prove, top, of="largest"), of_ones(prove, ones), prove.identity(others, [["given", 0]]),
        not_positive(prove, under),
    ]  # fmt: skip


def shifted(prove: Proof, frame: Statement, of: str) -> Step:
    """eigenvalue(a I + b 11^T) = a + eigenvalue(b 11^T)."""
    return prove.matrices("shift", frame, m, b, a, of=of)


def largest_of_ones(prove: Proof, goal: Statement) -> Step:
    """a + m b, for b >= 0."""
    laws = [
        shifted(prove, goal, "largest"), prove.matrices("scale", goal, m, 1, b, of="largest"),
        prove.matrices("ones", goal, m, 1, of="largest"),
    ]  # fmt: skip
    return prove.identity(goal, using=[(law, {}) for law in laws])


def smallest_of_ones(prove: Proof, goal: Statement) -> Step:
    """a <= smallest for b >= 0: b 11^T is positive semidefinite."""
    back = prove.identity(
        goal.conclude(eq(a + smallest(b, m), goal.conclusion.rhs)), using=[(shifted(prove, goal, "smallest"), {})]
    )
    return prove.chain(
        goal, fact(prove.matrices("semidefinite", goal, m, b)), adds(prove, a, smallest(b, m)), back
    )


def by_pair(prove: Proof, goal: Statement, of: str = "smallest") -> Step:
    """smallest <= a <= largest: the vector (1, -1, 0, ...)."""
    value = (smallest if of == "smallest" else largest)(body(), m)
    law = prove.matrices("pair", goal, m, body(), of=of, at=[1, 2])
    sign = 1 if of == "smallest" else -1
    gap = sign * (a - value)
    half = prove.polynomial(le(0, _u / 2), _slack)
    return prove.chain(goal, fact(law), fact(half, {_u: 2 * gap}), adds(prove, goal.conclusion.lhs, gap))


def turned(prove: Proof, below: Statement, above: Statement) -> list[Step]:
    """smallest(b 11^T) = b m for b <= 0, as the sum with -b 11^T is 0."""
    shift = shifted(prove, below, "smallest")
    scaled = [
        prove.matrices("scale", below, m, 1, -b, of="largest"), prove.matrices("ones", below, m, 1, of="largest")
    ]
    most, least = largest(-b, m), smallest(b, m)
    value = prove.identity(below.conclude(eq(most, -b * m)), using=[(law, {}) for law in scaled])
    zero = prove.matrices("semidefinite", below, m, 0)
    crossed = prove.matrices("across", below, m, b, -b)
    total = prove.chain(
        below.conclude(le(0, least - b * m)), zero, crossed,
        prove.identity(below.conclude(eq(least + most, least - b * m)), using=[(value, {})]),
    )  # fmt: skip
    there = prove.identity(below.conclude(eq(a + least, below.conclusion.rhs)), using=[(shift, {})])
    first = prove.chain(below, fact(total), adds(prove, a + m * b, least - b * m), there)
    other = prove.matrices("across", above, m, -b, b, of="largest")
    none = prove.matrices("scale", above, m, 1, 0, of="largest")
    gone = prove.chain(
        above.conclude(le(most + least, 0)), other,
        prove.identity(above.conclude(eq(largest(0, m), 0)), using=[(none, {})]),
    )  # fmt: skip
    shift_above = shifted(prove, above, "smallest")
    start = prove.identity(above.conclude(eq(above.conclusion.lhs, a + least)), using=[(shift_above, {})])
    flipped = prove.identity(above.conclude(eq(a - most, a + b * m)), using=[(value, {})])
    return [first, prove.chain(above, fact(gone), start, adds(prove, a + least, -most - least), flipped)]


def not_positive(prove: Proof, goal: Statement) -> Step:
    """largest <= a for b <= 0: largest(b 11^T) + smallest(-b 11^T) <= largest(0) = 0."""
    most, least = largest(b, m), smallest(-b, m)
    crossed = prove.matrices("across", goal, m, b, -b, of="largest")
    none = prove.matrices("scale", goal, m, 1, 0, of="largest")
    gone = prove.chain(
        goal.conclude(le(most + least, 0)), crossed,
        prove.identity(goal.conclude(eq(largest(0, m), 0)), using=[(none, {})]),
    )  # fmt: skip
    start = prove.identity(
        goal.conclude(eq(goal.conclusion.lhs, a + most)), using=[(shifted(prove, goal, "largest"), {})]
    )
    positive = prove.matrices("semidefinite", goal, m, -b)
    return prove.chain(
        goal, fact(gone), fact(positive), start, adds(prove, a + most, least),
        adds(prove, a + most + least, -most - least),
    )  # fmt: skip


def of_ones(prove: Proof, goal: Statement) -> Step:
    """1 + ... + 1 = m."""
    def total(last: Any) -> Any:
        return sp.Sum(1, (j, 1, last))

    counted = inductive(
        prove, forall(parts, holds=eq(total(n), n)), n,
        lambda base: prove.identity(base, unfold=[total(sp.S.Zero)]),
        lambda step: prove.identity(step, [["unfold", total(n + 1)], ["given", len(step.given) - 1]]),
    )  # fmt: skip
    return prove.identity(goal, using=[(counted, {n: m})])


claim.mutant("a + (m - 1) b once", one=a + (m - 1) * b)
claim.mutant("a + b for the others", rest=a + b)
claim.mutant("a - b for the others", rest=a - b)
