"""Row sums of a kernel matrix with ones on the diagonal, by how far its other entries are from a number a.

Up to the diagonal each entry counts a, the one on the diagonal 1, those behind it a again; so a row of n entries sums
to 1 - a + n a, up to (n - 1) delta."""

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
    le,
    lt,
    ne,
    off_maximum,
)  # fmt: skip
from deepcond_sym.proof.tactics.inductive import inductive

from .near_constant import Kernel, delta, error, free, n, points, slacks, u, v, y

p, rows = index("p", 1)
i, further = index("i")
j, columns = index("j", 1)
m, parts = index("m")


class RowSums:
    """What is shown of row p of this kernel."""

    def __init__(self, kernel: Kernel) -> None:
        self.kernel, self.a = kernel, kernel.limit
        given = [*kernel.given, kernel.near, le(p, n)]
        self.frame = forall(
            *kernel.variables, points, error, rows, given=given, family=kernel.family, holds=le(0, 0)
        )

    def entry(self, at: Any) -> sp.Expr:
        """Of row p, in this column."""
        return self.kernel.entry(p, at)

    def sum(self, last: Any) -> Any:
        """Of the first entries of row p, up to `last`."""
        return sp.Sum(self.entry(column), (column, 1, last))

    def mean(self, last: Any) -> sp.Expr:
        """What the first entries sum to in the limit, beyond the diagonal."""
        return last * self.a + self.kernel.rest

    def entry_near(self, prove: Proof, sign: int) -> Step:
        """sign (entry j of row p - a) <= delta for j != p."""
        goal = replace(
            self.frame, variables=(*self.frame.variables, columns), given=(*self.frame.given, le(j, n), ne(j, p)),
            conclusion=le(sign * (self.entry(j) - self.a), delta),
        )  # fmt: skip
        law = prove.matrices("entry", goal, n, self.kernel.off_by, of="off_maximum", at=[j, p])
        worst = off_maximum(self.kernel.off_by, n)
        up = prove.polynomial(le(y, y + u + v), free, *slacks)
        value = sign * (self.entry(j) - self.a)
        return prove.chain(goal, fact(law), at(up, {y: value, u: worst - value, v: delta - worst}))

    def before_diagonal(self, prove: Proof, sign: int) -> Step:
        """sign (sum of the first m entries - m a) <= m delta, for m < p."""
        excess = sign * (self.sum(m) - m * self.a)
        goal = replace(
            self.frame, variables=(*self.frame.variables, parts), given=(*self.frame.given, lt(m, p)),
            conclusion=le(excess, m * delta),
        )  # fmt: skip
        return inductive(
            prove, goal, m,
            lambda base: prove.chain(base, prove.unfold(base, base.conclusion.lhs, self.sum(0))),
            lambda step: self._next(prove, step, sign, m + 1, excess, m * delta),
        )  # fmt: skip

    def _next(self, prove: Proof, step: Statement, sign: int, new: sp.Expr, old: sp.Expr, bound: sp.Expr) -> Step:
        """The conclusion of the step, from old <= bound, which is given: one more entry, within delta of a."""
        change = sign * (self.entry(new) - self.a)
        total = prove.polynomial(le(0, u + v), *slacks)
        between = {u: p - new, v: n - p} if new == m + 1 else {u: n - new, v: new - p}
        split = prove.identity(step.conclude(eq(step.conclusion.lhs, old + change)), unfold=[self.sum(new)])
        up = prove.polynomial(le(y, y + u + v), free, *slacks)
        return prove.chain(
            step, fact(total, between), fact(self.entry_near(prove, sign), {j: new}), split,
            at(up, {y: old + change, u: bound - old, v: delta - change}),
        )  # fmt: skip

    def from_diagonal(self, prove: Proof, sign: int) -> Step:
        """sign (sum of the first p + i entries - (1 - a) - (p + i) a) <= (p + i - 1) delta, for p + i <= n."""
        last, one, value = p + i, self.kernel.diagonal, self.kernel.value
        excess, bound = sign * (self.sum(last) - self.mean(last)), (last - 1) * delta
        goal = replace(
            self.frame, variables=(*self.frame.variables, further), conclusion=le(excess, bound),
            given=(*self.kernel.given, self.kernel.near, le(i, n - p)),
        )  # fmt: skip

        def start(base: Statement) -> Step:
            here = sign * (self.sum(p - 1) - (p - 1) * self.a)
            with_entry, with_one = here + sign * (self.entry(p) - value), here + sign * (one - value)
            return prove.chain(
                base, prove.identity(base.conclude(eq(base.conclusion.lhs, with_entry)), unfold=[self.sum(p)]),
                prove.identity(base.conclude(eq(with_entry, with_one))),
                prove.identity(base.conclude(eq(with_one, here)), using=self.kernel.one(prove)),
                at(self.before_diagonal(prove, sign), {m: p - 1}),
            )  # fmt: skip

        return inductive(prove, goal, i, start, lambda step: self._next(prove, step, sign, last + 1, excess, bound))

    def whole(self, prove: Proof, sign: int) -> Step:
        """sign (sum of row p - (1 - a + n a)) <= (n - 1) delta."""
        goal = self.frame.conclude(le(sign * (self.sum(n) - self.mean(n)), (n - 1) * delta))
        return prove.chain(goal, at(self.from_diagonal(prove, sign), {i: n - p}))
