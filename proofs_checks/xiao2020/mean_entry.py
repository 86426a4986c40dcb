"""The largest eigenvalue of a matrix is at least n times its mean entry: its quadratic form at the vector of ones."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import sympy as sp

from deepcond_sym.proof import (
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
    largest,
    le,
    row,
)  # fmt: skip
from deepcond_sym.proof.tactics.inductive import inductive
from deepcond_sym.proof.tactics.lemma import lemma

n, points = index("n", 1)
i, rows = index("i", 1)
j, columns = index("j", 1)
m, parts = index("m")
x, u = sp.symbols("x u", real=True)
more, anything = interval(u, 0, sp.oo), interval(x, -sp.oo, sp.oo)

Entry = Callable[[Any, Any], Any]
"""An entry by its row and its column."""


def mean(entry: Any) -> Any:
    """The mean over all n^2 places of an entry in `row` and `column`."""
    return sp.Sum(sp.Sum(entry / n, (column, 1, n)) / n, (row, 1, n))


@lemma("the vector with entries 1/n")
def _length(prove: Proof) -> Step:
    """The squares of m entries sum to m/n^2."""
    squares: Callable[[Any], Any] = lambda to: sp.Sum(1 / n**2, (row, 1, to))  # noqa: E731
    return inductive(
        prove, forall(points, parts, holds=eq(squares(m), m / n**2)), m,
        lambda base: prove.identity(base, unfold=[squares(0)]),
        lambda step: prove.identity(step, [["unfold", squares(m + 1)], ["given", 0]]),
    )  # fmt: skip


def largest_by_mean(
    prove: Proof, frame: Statement, entry: Entry, whole: Any, part: Any, gap: Entry, known: Step
) -> Step:
    """n (whole - part mean(gap)) <= largest of `entry`, from whole - part gap(i, j) <= entry(i, j), which `known` says
    of all i, j >= 1; whole and part are free of the indices."""
    variables = (*frame.variables, rows)

    def row_sum(of: Entry, at_row: Any, to: Any) -> Any:
        return sp.Sum(of(at_row, column) / n, (column, 1, to))

    def total(of: Entry, to: Any) -> Any:
        return sp.Sum(row_sum(of, row, n) / n, (row, 1, to))

    up = prove.polynomial(le(x, x + u / n), anything, more, points)

    inner_goal = replace(
        frame, label="", variables=(*variables, parts),
        conclusion=le(whole * m / n - part * row_sum(gap, i, m), row_sum(entry, i, m)),
    )  # fmt: skip

    def next_entry(step: Statement) -> Step:
        place = {i: i, j: m + 1}
        old = step.given[-1]
        less = entry(i, m + 1) - whole + part * gap(i, m + 1)
        opened = prove.unfold(step, step.conclusion.lhs, row_sum(gap, i, m + 1))
        start = old.lhs + (whole - part * gap(i, m + 1)) / n
        more_ = prove.polynomial(le(x, x + u), anything, more)
        return prove.chain(
            step, fact(known, place), opened, at(up, {x: start, u: less}),
            at(more_, {x: old.lhs + entry(i, m + 1) / n, u: old.rhs - old.lhs}),
            prove.folded(step, step.conclusion.rhs, row_sum(entry, i, m + 1)),
        )  # fmt: skip

    def no_entry(base: Statement) -> Step:
        return prove.chain(
            base, prove.unfold(base, base.conclusion.lhs, row_sum(gap, i, 0)),
            prove.polynomial(le(0, 0)), prove.folded(base, base.conclusion.rhs, row_sum(entry, i, 0)),
        )  # fmt: skip

    one_row = inductive(prove, inner_goal, m, no_entry, next_entry)
    outer_goal = replace(
        frame, label="", variables=(*frame.variables, parts),
        conclusion=le(whole * m / n - part * total(gap, m), total(entry, m)),
    )  # fmt: skip

    def next_row(step: Statement) -> Step:
        old = step.given[-1]
        new_gap, new = row_sum(gap, m + 1, n), row_sum(entry, m + 1, n)
        opened = prove.unfold(step, step.conclusion.lhs, total(gap, m + 1))
        start = old.lhs + (whole - part * new_gap) / n
        more_ = prove.polynomial(le(x, x + u), anything, more)
        return prove.chain(
            step, fact(one_row, {i: m + 1, m: n}), opened, at(up, {x: start, u: new - whole + part * new_gap}),
            at(more_, {x: old.lhs + new / n, u: old.rhs - old.lhs}),
            prove.folded(step, step.conclusion.rhs, total(entry, m + 1)),
        )  # fmt: skip

    def no_row(base: Statement) -> Step:
        return prove.chain(
            base, prove.unfold(base, base.conclusion.lhs, total(gap, 0)),
            prove.polynomial(le(0, 0)), prove.folded(base, base.conclusion.rhs, total(entry, 0)),
        )  # fmt: skip

    all_rows = inductive(prove, outer_goal, m, no_row, next_row)
    body = entry(row, column)
    high = largest(body, n)
    form = prove.matrices("rayleigh", frame, n, body, 1 / n, of="largest")
    shorter = prove.identity(
        frame.conclude(eq(high * sp.Sum(1 / n**2, (row, 1, n)), high / n)), using=[(_length(prove), {m: n})]
    )
    least = whole - part * total(gap, n)
    below = prove.chain(
        frame.conclude(le(least, high / n)), at(all_rows, {m: n}), form, shorter
    )
    scaled = prove.polynomial(le(n * x, n * x + n * u), points, anything, more)
    return prove.chain(
        frame.conclude(le(n * least, high)), fact(below), at(scaled, {x: least, u: high / n - least})
    )
