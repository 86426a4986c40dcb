"""What follows for the matrix of the normalised tangent kernel once its off-diagonal entries are near 1/4.

Let n points be such that each |Theta-bar^(L)(x_i, x_j) - 1/4| <= delta, i != j. The matrix is then near 3/4 I + 1/4
11^T, for every n, L and data."""

import sympy as sp

from deepcond_sym.proof import (
    RELU,
    Proof,
    Statement,
    Step,
    at,
    column,
    determinant,
    dual_slope,
    eq,
    fact,
    forall,
    index,
    inner,
    interval,
    iterate,
    largest,
    le,
    lt,
    ntk,
    row,
    smallest,
)  # fmt: skip
from deepcond_sym.proof.proof import Use
from deepcond_sym.proof.tactics import powers
from deepcond_sym.proof.tactics.arbitrary import scaled
from deepcond_sym.proof.tactics.inductive import inductive
from deepcond_sym.proof.tactics.lemma import lemma

from .near_constant import Floor, Kernel, X, delta, error, free, n, points, slacks, u, v, y
from .setting import L, layers

k, depths = index("k")
quarter, three_quarters = sp.Rational(1, 4), sp.Rational(3, 4)
w = sp.Symbol("w", real=True)
body = ntk(L - 1, inner(X, row, column)) / L
"""The entries of Theta-bar^(L)."""


@lemma("the tangent kernel of ReLU on the diagonal")
def diagonal(prove: Proof) -> Step:
    """ntk(k, 1) = k + 1."""
    goal = forall(depths, family=RELU, holds=eq(ntk(k, 1), k + 1))
    return inductive(
        prove, goal, k,
        lambda base: prove.identity(base, unfold=[ntk(0, 1)]),
        lambda step: prove.identity(
            step,
            [["unfold", ntk(k + 1, 1)], ["unfold", iterate(k + 1, 1)], ["unfold", iterate(k, 1)],
             ["unfold", dual_slope(1)], ["given", 0]],
        ),
    )  # fmt: skip


kernel = Kernel(
    entry=lambda i, j: ntk(L - 1, inner(X, i, j)) / L, diagonal=ntk(L - 1, 1) / L, limit=quarter, share=1 / (n + 3),
    variables=(layers,), family=RELU, one=lambda prove: [(diagonal(prove), {k: L - 1})],
)  # fmt: skip
"""Theta-bar^(L)."""

off_by, near = kernel.off_by, kernel.near


class Bounds(Floor):
    """What is shown of the matrix of n points near 1/4, for every L."""

    def __init__(self, prove: Proof, frame: Statement) -> None:
        super().__init__(prove, frame, kernel)

    def largest_without_quarter(self) -> Step:
        """largest(Theta-bar - 1/4) <= 3/4 + (n - 1) delta: Gershgorin."""
        extreme = self.extreme_entry("maximum")
        most = extreme.conclusion.conclusion.lhs
        return self.shown(
            le(largest(off_by, n), three_quarters + (n - 1) * delta), fact(extreme),
            self.law("gershgorin", off_by, of="largest"),
            self.more(most + (n - 1) * self.worst, three_quarters - most, delta - self.worst),
        )  # fmt: skip

    def ones(self) -> Step:
        """largest(1/4) = n/4, of the matrix whose entries are all 1/4."""
        multiple = self.law("scale", sp.S.One, quarter, of="largest")
        return self.prove.identity(
            self.frame.conclude(eq(largest(quarter, n), n / 4)),
            using=[(multiple, {}), (self.law("ones", sp.S.One, of="largest"), {})],
        )

    def largest_from_above(self) -> Step:
        """largest(Theta-bar) <= (n + 3)/4 + (n - 1) delta: Weyl."""
        part, rest = self.largest_without_quarter(), largest(off_by, n)
        there = self.frame.conclude(eq(rest + largest(quarter, n), rest + n / 4))
        return self.shown(
            le(largest(body, n), (n + 3) / 4 + (n - 1) * delta), fact(part),
            self.law("weyl", off_by, quarter, of="largest"), self.prove.identity(there, using=[(self.ones(), {})]),
            self.more(rest + n / 4, three_quarters + (n - 1) * delta - rest),
        )  # fmt: skip

    def largest_from_below(self) -> Step:
        """(n + 3)/4 - (n - 1) delta <= largest(Theta-bar): Weyl."""
        part, rest = self.smallest_of_rest(), smallest(off_by, n)
        bound = (n + 3) / 4 - (n - 1) * delta
        there = self.frame.conclude(eq(n / 4 + rest, largest(quarter, n) + rest))
        return self.shown(
            le(bound, largest(body, n)), fact(part), self.more(bound, rest - (three_quarters - (n - 1) * delta)),
            self.prove.identity(there, using=[(self.ones(), {})]),
            self.law("across", quarter, off_by, of="largest"),
        )  # fmt: skip

    def smallest_at_most_one(self) -> Step:
        """smallest(Theta-bar) <= 1: it is at most an entry of the diagonal."""
        entry = ntk(L - 1, 1) / L
        one = self.prove.identity(self.frame.conclude(eq(entry, 1)), using=[(diagonal(self.prove), {k: L - 1})])
        return self.shown(
            le(smallest(body, n), 1), self.law("diagonal", body),
            self.prove.matrices("entry", self.frame, n, entry, of="minimum", at=[1]), one,
        )  # fmt: skip

    def positive_extremes(self) -> list[Use]:
        """The bounds above, and 0 <= smallest, 0 <= largest, given (n - 1) delta <= 3/4."""
        low, high = three_quarters - (n - 1) * delta, (n + 3) / 4 - (n - 1) * delta
        least, greatest = smallest(body, n), largest(body, n)
        total = self.prove.polynomial(le(0, u + v), *slacks)
        larger = self.prove.polynomial(le(0, u + v + n / 4), points, *slacks)
        return [
            fact(self.smallest_from_below()), fact(self.largest_from_below()), fact(self.smallest_at_most_one()),
            fact(total, {u: low, v: least - low}), fact(larger, {u: low, v: greatest - high}),
        ]  # fmt: skip

    def determinant_from_below(self) -> Step:
        """(3/4 - (n - 1) delta)^(n - 1) ((n + 3)/4 - (n - 1) delta) <= det(Theta-bar), given (n - 1) delta <= 3/4."""
        low, high = three_quarters - (n - 1) * delta, (n + 3) / 4 - (n - 1) * delta
        least, greatest, power = smallest(body, n), largest(body, n), n - 1
        powers_of_low = [
            fact(powers.non_negative(self.prove), {powers.x: low, powers.i: power}),
            fact(powers.power_grows(self.prove), {powers.x: low, powers.y: least, powers.i: power}),
        ]
        return self.shown(
            le(low**power * high, determinant(body, n)), *self.positive_extremes(), *powers_of_low,
            scaled(self.prove, low**power, high, greatest), scaled(self.prove, greatest, low**power, least**power),
            self.law("determinant", body),
        )  # fmt: skip

    def condition(self) -> Step:
        """largest/smallest <= ((n + 3)/4 + (n - 1) delta)/(3/4 - (n - 1) delta), given (n - 1) delta < 3/4."""
        low, high = three_quarters - (n - 1) * delta, (n + 3) / 4 + (n - 1) * delta
        least, greatest = smallest(body, n), largest(body, n)
        strictly = interval(w, 0, sp.oo, "(")
        above = self.prove.polynomial(lt(0, w + u), strictly, slacks[0])
        quotient = self.prove.polynomial(
            le((w + n / 4 + 2 * (n - 1) * delta - v) / (w + u), (w + n / 4 + 2 * (n - 1) * delta) / w),
            strictly, points, error, *slacks,
        )  # fmt: skip
        return self.shown(
            le(greatest / least, high / low), fact(self.smallest_from_below()), fact(self.largest_from_above()),
            fact(above, {w: low, u: least - low}), at(quotient, {w: low, u: least - low, v: high - greatest}),
        )  # fmt: skip

    def smallest_from_above(self) -> Step:
        """smallest(Theta-bar) <= 3/4 + delta for n >= 2: the vector (1, -1, 0, ...)."""
        first, pair, least = ntk(L - 1, 1) / L, ntk(L - 1, inner(X, 1, 2)) / L, smallest(body, n)
        entry = self.prove.matrices("entry", self.frame, n, off_by, of="off_maximum", at=[1, 2])
        doubled = self.shown(
            le(2 * least, 2 * first - 2 * pair), self.prove.matrices("pair", self.frame, n, body, at=[1, 2])
        )
        added = self.prove.polynomial(le(y, y + u / 2 + v + w), free, *slacks, interval(w, 0, sp.oo))
        goal = self.frame.conclude(eq(first - quarter + delta, three_quarters + delta))
        return self.shown(
            le(least, three_quarters + delta), fact(doubled), fact(entry),
            at(added, {y: least, u: 2 * first - 2 * pair - 2 * least, v: self.worst - quarter + pair,
                       w: delta - self.worst}),
            self.prove.identity(goal, using=[(diagonal(self.prove), {k: L - 1})]),
        )  # fmt: skip
