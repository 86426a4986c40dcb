"""The spectrum of a kernel matrix with ones on the diagonal whose other entries are within delta of a number a in [0,
1): near (1 - a) I + a 11^T. After starnaud2025's N5, where a is 1/4."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import sympy as sp

from deepcond_sym.proof import (
    Family,
    Proof,
    Statement,
    Step,
    Variable,
    at,
    column,
    eq,
    fact,
    forall,
    index,
    inner,
    interval,
    largest,
    le,
    lt,
    row,
    smallest,
)  # fmt: skip
from deepcond_sym.proof.tactics.arbitrary import no_less
from proofs_checks.starnaud2025.near_constant import Floor, Kernel, X, delta, error, free, n, slacks, u, v, y

a, s_, t, w, x = sp.symbols("a s t w x", real=True)
number = interval(a, 0, 1, ")")
_, several = index("n", 2)
strictly = interval(w, 0, sp.oo, "(")
top, rest, radius = 1 + (n - 1) * a, 1 - a, (n - 1) * delta
small = lt(radius, rest)


def distance(entry: sp.Expr = a, by: sp.Expr = delta) -> sp.Expr:
    """How far kappa is from (1 + (n - 1) a)/(1 - a), at most."""
    spread = (n - 1) * by
    return spread * (2 + (n - 2) * entry) / ((1 - entry) * (1 - entry - spread))


class Spectrum(Floor):
    """What is shown of the matrix of n >= 2 points whose entries f(x_i . x_j) are within delta of a; f(1) = 1, by
    `one`."""

    def __init__(
        self,
        prove: Proof,
        entry: Callable[[Any], Any],
        one: Callable[[Proof], list[tuple[Step, dict]]],
        family: Family | None,
        *variables: Variable,
    ) -> None:
        self.body, self.on = entry(inner(X, row, column)), entry(sp.S.One)
        kernel = Kernel(
            entry=lambda i, j: entry(inner(X, i, j)), diagonal=self.on, limit=a, share=a / (1 - a + n * a),
            variables=(*variables, number), family=family, one=one,
        )  # fmt: skip
        frame = forall(*variables, several, number, error, given=[kernel.near], family=family, holds=le(0, 0))
        super().__init__(prove, frame, kernel)
        self.pair = entry(inner(X, 1, 2))
        self.least = smallest(self.body, n)
        self.ratio = largest(self.body, n) / self.least

    def same_on(self, left: sp.Expr, right: sp.Expr) -> Step:
        """An equality that holds because 1 stands on the diagonal."""
        return self.prove.identity(self.frame.conclude(eq(left, right)), using=self.kernel.one(self.prove))

    def bulk_from_above(self) -> Step:
        """largest(entries - a) <= 1 - a + (n - 1) delta: Gershgorin. All eigenvalues but the largest are at most
        this."""
        extreme = self.extreme_entry("maximum")
        most = extreme.conclusion.conclusion.lhs
        return self.shown(
            le(largest(self.kernel.off_by, n), rest + radius), fact(extreme),
            self.law("gershgorin", self.kernel.off_by, of="largest"),
            self.more(most + (n - 1) * self.worst, rest - most, delta - self.worst),
        )  # fmt: skip

    def ones(self) -> Step:
        """largest(a 11^T) = n a."""
        multiple = self.law("scale", sp.S.One, a, of="largest")
        return self.prove.identity(
            self.frame.conclude(eq(largest(a, n), n * a)),
            using=[(multiple, {}), (self.law("ones", sp.S.One, of="largest"), {})],
        )

    def largest_from_above(self) -> Step:
        """largest <= 1 + (n - 1) a + (n - 1) delta: Weyl."""
        part = largest(self.kernel.off_by, n)
        there = self.frame.conclude(eq(part + largest(a, n), part + n * a))
        return self.shown(
            le(largest(self.body, n), top + radius), fact(self.bulk_from_above()),
            self.law("weyl", self.kernel.off_by, a, of="largest"),
            self.prove.identity(there, using=[(self.ones(), {})]), self.more(part + n * a, rest + radius - part),
        )  # fmt: skip

    def largest_from_below(self) -> Step:
        """1 + (n - 1) a - (n - 1) delta <= largest: Weyl."""
        part = smallest(self.kernel.off_by, n)
        there = self.frame.conclude(eq(n * a + part, largest(a, n) + part))
        return self.shown(
            le(top - radius, largest(self.body, n)), fact(self.smallest_of_rest()),
            self.more(top - radius, part - (rest - radius)), self.prove.identity(there, using=[(self.ones(), {})]),
            self.law("across", a, self.kernel.off_by, of="largest"),
        )  # fmt: skip

    def smallest_from_above(self) -> Step:
        """smallest <= 1 - a + delta: the vector (1, -1, 0, ...)."""
        least = smallest(self.body, n)
        entry = self.prove.matrices("entry", self.frame, n, self.kernel.off_by, of="off_maximum", at=[1, 2])
        twice = 2 * self.on - 2 * self.pair
        doubled = self.shown(le(2 * least, twice), self.prove.matrices("pair", self.frame, n, self.body, at=[1, 2]))
        added = self.prove.polynomial(le(y, y + u / 2 + v + w), free, *slacks, interval(w, 0, sp.oo))
        return self.shown(
            le(least, rest + delta), fact(doubled), fact(entry),
            at(added, {y: least, u: twice - 2 * least, v: self.worst - a + self.pair, w: delta - self.worst}),
            self.same_on(self.on - a + delta, rest + delta),
        )  # fmt: skip

    def condition(self) -> Step:
        """|kappa - (1 + (n - 1) a)/(1 - a)| <= `distance`, given (n - 1) delta < 1 - a."""
        goal, low, high = self.condition_frame, smallest(self.body, n), largest(self.body, n)
        gap, least_top, most_low = rest - radius, top - radius, rest + radius
        shown = (
            self.smallest_from_below(), self.smallest_from_above(), self.largest_from_above(),
            self.largest_from_below(),
        )  # fmt: skip
        box = {s: interval(s, 0, sp.oo) for s in (s_, t, u, v)}
        above = self.prove.polynomial(lt(0, w + u), strictly, box[u])
        signs = [
            *map(fact, shown), fact(above, {w: gap, u: low - gap}),
            fact(self.prove.polynomial(le(0, n * a + w), several, number, strictly), {w: gap}),
            fact(self.prove.polynomial(le(0, (n - 2) * delta), several, error)),
            fact(self.prove.polynomial(le(0, radius), several, error)),
            fact(self.prove.polynomial(le(0, top), several, number)),
        ]  # fmt: skip
        below = self.prove.chain(
            goal.conclude(le(low, most_low)), *signs, no_less(self.prove, low, rest + delta - low),
            no_less(self.prove, rest + delta, (n - 2) * delta),
        )  # fmt: skip
        bound = t * (x + w + t) / ((w + t) * w)
        up = self.prove.polynomial(
            le((x + t - v) / (w + u) - x / (w + t), bound), interval(x, 0, sp.oo), strictly, box[t], box[u], box[v]
        )
        first = self.prove.polynomial(
            le(y - (s_ + v) / w, y - s_ / (w + u)), free, strictly, box[s_], box[u], box[v]
        )
        second = self.prove.polynomial(
            le((s_ + t) / (w + t) - s_ / (w + 2 * t), bound.subs(x, s_ + t)), strictly, box[s_], box[t]
        )
        ratio = high / low - top / rest
        return self.prove.absolute_value(
            goal,
            self.prove.chain(
                goal.conclude(le(ratio, distance())), *signs,
                at(up, {x: top, t: radius, w: gap, u: low - gap, v: top + radius - high}),
            ),
            self.prove.chain(
                goal.conclude(le(-ratio, distance())), *signs, fact(below),
                at(first, {y: top / rest, s_: least_top, v: high - least_top, w: low, u: most_low - low}),
                at(second, {s_: least_top, t: radius, w: gap}),
            ),
        )  # fmt: skip

    @property
    def condition_frame(self) -> Statement:
        """The statement of `condition`."""
        ratio = largest(self.body, n) / smallest(self.body, n)
        return replace(
            self.frame, given=(*self.frame.given, small), conclusion=le(sp.Abs(ratio - top / rest), distance())
        )
