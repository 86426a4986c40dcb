"""Row sums of the normalised tangent kernel, by how far its off-diagonal entries are from 1/4.

Up to the diagonal each entry counts 1/4, the one on the diagonal 1, those behind it 1/4 again; so a row of n entries
sums to (n + 3)/4, up to (n - 1) delta."""

from dataclasses import replace
from typing import Any

import sympy as sp

from deepcond_sym.proof import (
    RELU,
    Proof,
    Statement,
    Step,
    at,
    column,
    eq,
    fact,
    forall,
    index,
    inner,
    interval,
    le,
    lt,
    ne,
    ntk,
    off_maximum,
)  # fmt: skip
from deepcond_sym.proof.tactics.inductive import inductive

from .near_limit import X, delta, diagonal, error, k, n, near, off_by, points, quarter
from .setting import L, layers

p, rows = index("p", 1)
i, further = index("i")
j, columns = index("j", 1)
m, parts = index("m")
y, u, v = sp.symbols("y u v", real=True)
free, slacks = interval(y, -sp.oo, sp.oo), (interval(u, 0, sp.oo), interval(v, 0, sp.oo))
frame = forall(layers, points, error, rows, given=[near, le(p, n)], family=RELU, holds=le(0, 0))


def entry(j: Any) -> sp.Expr:
    """Theta-bar(x_p, x_j)."""
    return ntk(L - 1, inner(X, p, j)) / L


def row_sum(last: Any) -> Any:
    """Of the first entries of row p, up to `last`."""
    return sp.Sum(entry(column), (column, 1, last))


def entry_near(prove: Proof, sign: int) -> Step:
    """sign (Theta-bar(x_p, x_j) - 1/4) <= delta for j != p."""
    goal = replace(
        frame, variables=(*frame.variables, columns), given=(*frame.given, le(j, n), ne(j, p)),
        conclusion=le(sign * (entry(j) - quarter), delta),
    )  # fmt: skip
    law = prove.matrices("entry", goal, n, off_by, of="off_maximum", at=[j, p])
    worst = off_maximum(off_by, n)
    up = prove.polynomial(le(y, y + u + v), free, *slacks)
    value = sign * (entry(j) - quarter)
    return prove.chain(goal, fact(law), at(up, {y: value, u: worst - value, v: delta - worst}))


def before_diagonal(prove: Proof, sign: int) -> Step:
    """sign (sum of the first m entries - m/4) <= m delta, for m < p."""
    goal = replace(
        frame, variables=(*frame.variables, parts), given=(*frame.given, lt(m, p)),
        conclusion=le(sign * (row_sum(m) - m / 4), m * delta),
    )  # fmt: skip
    return inductive(
        prove, goal, m,
        lambda base: prove.chain(base, prove.unfold(base, base.conclusion.lhs, row_sum(0))),
        lambda step: _next(prove, step, sign, m + 1, sign * (row_sum(m) - m / 4), m * delta),
    )  # fmt: skip


def _next(prove: Proof, step: Statement, sign: int, new: sp.Expr, old: sp.Expr, bound: sp.Expr) -> Step:
    """The conclusion of the step, from old <= bound, which is given: one more entry, within delta of 1/4."""
    change = sign * (entry(new) - quarter)
    total = prove.polynomial(le(0, u + v), *slacks)
    between = {u: p - new, v: n - p} if new == m + 1 else {u: n - new, v: new - p}
    split = prove.identity(step.conclude(eq(step.conclusion.lhs, old + change)), unfold=[row_sum(new)])
    up = prove.polynomial(le(y, y + u + v), free, *slacks)
    return prove.chain(
        step, fact(total, between), fact(entry_near(prove, sign), {j: new}), split,
        at(up, {y: old + change, u: bound - old, v: delta - change}),
    )  # fmt: skip


def from_diagonal(prove: Proof, sign: int) -> Step:
    """sign (sum of the first p + i entries - (p + i + 3)/4) <= (p + i - 1) delta, for p + i <= n."""
    last = p + i
    excess, bound = sign * (row_sum(last) - (last + 3) / 4), (last - 1) * delta
    goal = replace(
        frame, variables=(*frame.variables, further), given=(near, le(i, n - p)), conclusion=le(excess, bound)
    )

    def start(base: Statement) -> Step:
        here = sign * (row_sum(p - 1) - (p - 1) / 4)
        parted = base.conclude(eq(base.conclusion.lhs, here + sign * (entry(p) - 1)))
        folded = base.conclude(eq(here + sign * (ntk(L - 1, 1) / L - 1), here))
        one = prove.identity(folded, using=[(diagonal(prove), {k: L - 1})])
        same = base.conclude(eq(here + sign * (entry(p) - 1), here + sign * (ntk(L - 1, 1) / L - 1)))
        return prove.chain(
            base, prove.identity(parted, unfold=[row_sum(p)]), prove.identity(same), one,
            at(before_diagonal(prove, sign), {m: p - 1}),
        )  # fmt: skip

    return inductive(
        prove, goal, i, start, lambda step: _next(prove, step, sign, last + 1, excess, bound)
    )  # fmt: skip


def whole_row(prove: Proof, sign: int) -> Step:
    """sign (sum of row p - (n + 3)/4) <= (n - 1) delta."""
    goal = frame.conclude(le(sign * (row_sum(n) - (n + 3) / 4), (n - 1) * delta))
    return prove.chain(goal, at(from_diagonal(prove, sign), {i: n - p}))
