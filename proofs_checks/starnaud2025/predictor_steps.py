"""The predictor near the limit: the weights w solve K w = b, where b_i is the kernel of the test point x_0 with x_i.

If all entries of K off its diagonal and of b are within delta of a, then w is near (1, ..., 1) a/(1 - a + n a),
wherever x_0 is: K (w - a/(1 - a + n a)) has components of at most 2 delta."""

from dataclasses import replace
from typing import Any

import sympy as sp

from deepcond_sym.proof import (
    Proof,
    Statement,
    Step,
    at,
    column,
    component,
    eq,
    fact,
    forall,
    interval,
    le,
    lt,
    maximum,
    row,
    smallest,
)  # fmt: skip
from deepcond_sym.proof.tactics.inductive import inductive

from .near_constant import Floor, Kernel, delta, error, free, n, points, slacks, u, v, y
from .row_sums import RowSums, m, p, parts, rows

w, x, z = sp.symbols("w x z", real=True)
W, h = sp.Symbol("W", real=True), sp.Symbol("h", integer=True)


def weight(i: Any) -> sp.Expr:
    """w_i."""
    return component(W, i)


class Weights:
    """What is shown of the weights for this kernel."""

    def __init__(self, kernel: Kernel) -> None:
        self.kernel, self.sums, self.share = kernel, RowSums(kernel), kernel.share
        near_test = le(maximum(sp.Abs(self.test_entry(row) - kernel.limit), n), delta)
        self.solves = le(maximum(sp.Abs(self.product(row) - self.test_entry(row)), n), 0)
        given = (*kernel.given, kernel.near, near_test, self.solves, lt((n - 1) * delta, kernel.rest))
        self.frame = forall(*kernel.variables, points, error, given=given, family=kernel.family, holds=le(0, 0))
        self.in_row = replace(self.frame, variables=(*self.frame.variables, rows), given=(*given, le(p, n)))

    def test_entry(self, i: Any) -> Any:
        """b_i, the kernel of the test point and x_i."""
        return self.kernel.entry(0, i)

    def image(self, i: Any, last: Any = n) -> Any:
        """Component i of K (w - share), or its first summands."""
        return sp.Sum(self.kernel.entry(i, column) * (weight(column) - self.share), (column, 1, last))

    def product(self, i: Any, last: Any = n) -> Any:
        """Component i of K w, or its first summands."""
        return sp.Sum(self.kernel.entry(i, h) * weight(h), (h, 1, last))

    def distance(self, last: Any = n) -> Any:
        """|w - share|^2, or its first summands."""
        return sp.Sum((weight(row) - self.share) ** 2, (row, 1, last))

    def linear(self, prove: Proof) -> Step:
        """K (w - share) = K w - share K 1, summand by summand."""
        image, product, sum_ = self.image, self.product, self.sums.sum
        goal = forall(
            *self.kernel.variables, points, rows, parts, given=self.kernel.given, family=self.kernel.family,
            holds=eq(image(p, m), product(p, m) - self.share * sum_(m)),
        )  # fmt: skip
        return inductive(
            prove, goal, m,
            lambda base: prove.identity(base, unfold=[image(p, 0), product(p, 0), sum_(0)]),
            lambda step: prove.identity(
                step,
                [["unfold", image(p, m + 1)], ["given", len(step.given) - 1], ["unfold", product(p, m + 1)],
                 ["unfold", sum_(m + 1)]],
            ),
        )  # fmt: skip

    def image_is_small(self, prove: Proof, sign: int) -> Step:
        """sign (K (w - share))_p <= 2 delta."""
        sums, variables = self.sums, self.kernel.variables
        tested_, limit = self.test_entry(row), self.kernel.limit
        law = lambda body: prove.matrices("entry", self.in_row, n, body, of="maximum", at=[p])  # noqa: E731
        solved, tested = law(sp.Abs(self.product(row) - tested_)), law(sp.Abs(tested_ - limit))
        exact, close = sign * (self.product(p) - self.test_entry(p)), sign * (self.test_entry(p) - limit)
        sum_ = -sign * (sums.sum(n) - sums.mean(n))
        parted = self.in_row.conclude(eq(sign * self.image(p), exact + close + self.share * sum_))
        total = prove.polynomial(
            le(y, y + u + v + w + x + self.share * z), free, *slacks, *(interval(s, 0, sp.oo) for s in (w, x, z)),
            points, *variables,
        )  # fmt: skip
        worst = [step.conclusion.conclusion.rhs for step in (solved, tested)]
        values = {
            y: exact + close + self.share * sum_, u: worst[0] - exact, v: -worst[0], w: worst[1] - close,
            x: delta - worst[1], z: (n - 1) * delta - sum_,
        }  # fmt: skip
        last = prove.polynomial(
            le(delta + self.share * (n - 1) * delta, 2 * delta), error, points, *variables
        )
        return prove.chain(
            self.in_row.conclude(le(sign * self.image(p), 2 * delta)), fact(solved), fact(tested),
            fact(sums.whole(prove, -sign)), prove.identity(parted, using=[(self.linear(prove), {m: n})]),
            at(total, values), last,
        )  # fmt: skip

    def square_is_small(self, prove: Proof) -> Step:
        """(K (w - share))_p^2 <= 4 delta^2."""
        image = self.image(p)
        bound = prove.polynomial(le(((v - u) / 2) ** 2, ((v + u) / 2) ** 2), *slacks)
        return prove.chain(
            self.in_row.conclude(le(image**2, 4 * delta**2)), *(fact(self.image_is_small(prove, s)) for s in (1, -1)),
            at(bound, {u: 2 * delta - image, v: 2 * delta + image}),
        )  # fmt: skip

    def total_of(self, prove: Proof, term: Any, bound: sp.Expr, each: Step) -> Step:
        """The sum of term(1), ..., term(n) is at most n times the bound of each."""
        def sum_(last: Any) -> Any:
            return sp.Sum(term(row), (row, 1, last))

        goal = replace(
            self.frame, variables=(*self.frame.variables, parts), given=(*self.frame.given, le(m, n)),
            conclusion=le(sum_(m), m * bound),
        )  # fmt: skip
        up = prove.polynomial(le(y, y + u + v), free, *slacks)

        def step(later: Statement) -> Step:
            split = prove.unfold(later, sum_(m + 1), sum_(m + 1))
            values = {y: sum_(m) + term(m + 1), u: m * bound - sum_(m), v: bound - term(m + 1)}
            return prove.chain(later, fact(each, {p: m + 1}), split, at(up, values))

        every = inductive(
            prove, goal, m, lambda base: prove.chain(base, prove.unfold(base, base.conclusion.lhs, sum_(0))), step
        )
        return prove.chain(self.frame.conclude(le(sum_(n), n * bound)), at(every, {m: n}))

    def distance_is_positive(self, prove: Proof) -> Step:
        """0 <= |w - share|^2."""
        distance = self.distance
        square = prove.polynomial(le(0, z**2), interval(z, -sp.oo, sp.oo))
        total = prove.polynomial(le(0, u + v), *slacks)
        goal = forall(*self.kernel.variables, points, parts, holds=le(0, distance(m)))

        def step(later: Statement) -> Step:
            last = (weight(m + 1) - self.share) ** 2
            return prove.chain(
                later, fact(square, {z: weight(m + 1) - self.share}), at(total, {u: distance(m), v: last}),
                prove.folded(later, distance(m + 1), distance(m + 1)),
            )  # fmt: skip

        return inductive(
            prove, goal, m, lambda base: prove.chain(base, prove.folded(base, distance(0), distance(0))), step
        )

    def near_the_mean(self, prove: Proof) -> Step:
        """|w - share|^2 <= 4 n delta^2/(1 - a - (n - 1) delta)^2."""
        frame, body = self.frame, self.kernel.entry(row, column)
        low, least = self.kernel.rest - (n - 1) * delta, smallest(body, n)
        images = self.total_of(prove, lambda i: self.image(i) ** 2, 4 * delta**2, self.square_is_small(prove))
        law = prove.matrices("solution", frame, n, body, weight(row) - self.share)
        floor, positive = Floor(prove, frame, self.kernel).smallest_from_below(), self.distance_is_positive(prove)
        more = prove.polynomial(le(z**2 * w, (z + u) ** 2 * w), *(interval(s, 0, sp.oo) for s in (z, u, w)))
        bound, distance = 4 * n * delta**2, self.distance()
        scaled_down = prove.chain(
            frame.conclude(le(low**2 * distance, bound)), fact(floor), fact(positive, {m: n}),
            at(more, {z: low, u: least - low, w: distance}), law, images,
        )  # fmt: skip
        divided = prove.polynomial(
            le((x - u) / z**2, x / z**2), interval(x, 0, sp.oo), slacks[0], interval(z, 0, sp.oo, "(")
        )
        return prove.chain(
            frame.conclude(le(distance, bound / low**2)), fact(scaled_down),
            at(divided, {x: bound, u: bound - low**2 * distance, z: low}),
        )  # fmt: skip
