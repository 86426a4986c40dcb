"""Matrices f(x_a . x_b) of m unit vectors whose entries are near the one number on the diagonal: their eigenvalues by
what the entries lack of it. Both kernels of the ordered phase are of this kind."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import sympy as sp

from deepcond_sym.proof import (
    UNCENTRED,
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
    largest,
    le,
    lt,
    maximum,
    ne,
    off_maximum,
    row,
    smallest,
)  # fmt: skip
from deepcond_sym.proof.normal_form import entries
from deepcond_sym.proof.proof import Use
from deepcond_sym.proof.tactics.lemma import named
from deepcond_sym.proof.tactics.power_gaps import adds

from .mean_entry import columns, i, j, largest_by_mean, n, points, rows
from .setting import c

X = sp.Symbol("X", real=True)
p, q = (index(name, 1)[0] for name in "pq")
one, other = (index(name, 1)[1] for name in "pq")
x, y, u, v, g = sp.symbols("x y u v g", real=True)
from_zero = {s: interval(s, 0, sp.oo) for s in (x, u, v, g)}
above_zero, anything = interval(y, 0, sp.oo, "("), interval(x, -sp.oo, sp.oo)


def gap(first: Any, second: Any) -> Any:
    """1 - c_ab of the inputs."""
    return 1 - inner(X, first, second)


gaps = gap(row, column)
near = le(off_maximum(gaps, n), g)
"""1 - c_ab <= g for all pairs."""


@dataclass(frozen=True)
class NearlyConstant:
    """The kernel `entry` of c, with |entry| <= size (`below`) and size - entry <= rate (1 - c) (`approaches`), where
    rate is not negative (`signs`) and entry = size at c = 1 (`diagonal`)."""

    name: str
    variables: tuple[Any, ...]
    given: tuple[Any, ...]
    entry: Any
    size: Any
    rate: Any
    below: Callable[[Proof], Step]
    approaches: Callable[[Proof], Step]
    diagonal: Callable[[Proof, Statement, Any], Step]
    signs: Callable[[Proof], list[Use]]
    made: dict[str, Step] = field(default_factory=dict, compare=False)

    def of_pair(self, first: Any, second: Any) -> Any:
        """The entry for these two inputs."""
        return self.entry.subs(c, inner(X, first, second))

    def lacking(self, first: Any, second: Any) -> Any:
        """What it lacks of the diagonal."""
        return self.size - self.of_pair(first, second)

    @property
    def matrix(self) -> Any:
        return self.of_pair(row, column)

    @property
    def low(self) -> Any:
        return smallest(self.matrix, n)

    @property
    def high(self) -> Any:
        return largest(self.matrix, n)

    @property
    def frame(self) -> Statement:
        return forall(points, *self.variables, given=self.given, family=UNCENTRED, holds=le(0, 0))

    @property
    def pairs(self) -> Statement:
        """Two different inputs, and a regular kernel."""
        different = (*self.given, le(p, n), le(q, n), ne(p, q), lt(inner(X, p, q), 1), lt(0, self.low))
        return replace(self.frame, variables=(*self.frame.variables, one, other), given=different)

    @property
    def within(self) -> Statement:
        """All inputs at a distance of at most g."""
        variables = (*self.frame.variables, from_zero[g])
        return replace(self.frame, variables=variables, given=(*self.given, near))

    def largest_at_least(self, prove: Proof) -> Step:
        """m (size - the mean of what entries lack) <= lambda_max."""
        lowest = self._entries(self.size - self.lacking(i, j))
        known = lambda: prove.chain(  # noqa: E731
            lowest, at(prove.polynomial(le(x, x), anything), {x: self.of_pair(i, j)})
        )
        return self._once(
            "at least its mean entry",
            lambda: largest_by_mean(prove, self.frame, self.of_pair, self.size, sp.S.One, self.lacking, known()),
        )

    def largest_by_inputs(self, prove: Proof) -> Step:
        """m (size - rate times the mean of 1 - c) <= lambda_max."""
        return self._once(
            "by the inputs",
            lambda: largest_by_mean(
                prove, self.frame, self.of_pair, self.size, self.rate, gap, self._by_inputs(prove, gap(i, j))
            ),
        )

    def largest_for_all(self, prove: Proof) -> Step:
        """m (size - 2 rate) <= lambda_max, whatever the inputs are."""
        return self._once(
            "for all inputs",
            lambda: largest_by_mean(
                prove, self.frame, self.of_pair, self.size - 2 * self.rate, sp.S.Zero, gap,
                self._by_inputs(prove, sp.Integer(2)),
            ),
        )  # fmt: skip

    def largest_at_most(self, prove: Proof) -> Step:
        """lambda_max <= m size."""
        return self._once("at most m times the diagonal", lambda: self._gershgorin(prove))

    def bulk_at_most(self, prove: Proof) -> Step:
        """The largest eigenvalue of the matrix less `size` everywhere is at most (m - 1) rate g."""
        return self._once("less a constant", lambda: self._less_constant(prove))

    def smallest_at_most(self, prove: Proof) -> Step:
        """lambda_min <= what one entry lacks of the diagonal."""
        return self._once("at most what an entry lacks", lambda: self._by_pair(prove))

    def smallest_by_inputs(self, prove: Proof) -> Step:
        """lambda_min <= rate (1 - c_pq)."""
        goal = self.pairs.conclude(le(self.low, self.rate * gap(p, q)))
        return prove.chain(goal, self.smallest_at_most(prove), at(self.approaches(prove), {c: inner(X, p, q)}))

    def condition(self, prove: Proof, top: Any, bottom: Any, *known: Use) -> Step:
        """top/bottom <= lambda_max/lambda_min, from top <= lambda_max and lambda_min <= bottom, which are known."""
        quotient = prove.polynomial(
            le((x - u) / (y + v), x / y), from_zero[x], above_zero, from_zero[u], from_zero[v]
        )
        positive = prove.polynomial(lt(0, y + v), above_zero, from_zero[v])
        low, high = self.low, self.high
        return prove.chain(
            self.pairs.conclude(le(top / bottom, high / low)), *known, fact(self._ordered(prove)),
            fact(positive, {y: low, v: bottom - low}), fact(positive, {y: low, v: high - low}),
            at(quotient, {x: high, y: low, u: high - top, v: bottom - low}),
        )  # fmt: skip

    def _once(self, name: str, make: Callable[[], Step]) -> Step:
        if name not in self.made:
            self.made[name] = named(f"{self.name}: {name}", make())
        return self.made[name]

    def _entries(self, lowest: Any) -> Statement:
        return replace(
            self.frame, variables=(*self.frame.variables, rows, columns), conclusion=le(lowest, self.of_pair(i, j))
        )

    def _by_inputs(self, prove: Proof, most: Any) -> Step:
        """size - rate most <= the entry, where 1 - c <= most."""
        goal = self._entries(self.size - self.rate * most)
        return prove.chain(
            goal, *self.signs(prove), fact(self.approaches(prove), {c: inner(X, i, j)}),
            fact(prove.polynomial(le(0, 1 + x), interval(x, -1, 1)), {x: inner(X, i, j)}),
            *([] if most == gap(i, j) else [adds(prove, goal.conclusion.lhs, self.rate, most - gap(i, j))]),
            adds(prove, self.size - self.rate * gap(i, j), self.rate * gap(i, j) - self.lacking(i, j)),
        )  # fmt: skip

    def _gershgorin(self, prove: Proof) -> Step:
        on = entries(self.matrix)[1]
        places = replace(
            self.frame, variables=(*self.frame.variables, one, other),
            given=(*self.given, le(p, n), le(q, n), ne(p, q)),
        )  # fmt: skip
        each = prove.chain(
            places.conclude(le(sp.Abs(self.of_pair(p, q)), self.size)), at(self.below(prove), {c: inner(X, p, q)})
        )
        signed = replace(self.frame, given=(*self.given, le(0, self.size)))
        off = prove.matrices(
            "bound", signed, n, self.matrix, self.size, of="off_maximum", premises=[each], indices=[p, q]
        )
        diagonal = self.diagonal(prove, self.frame, on)
        top = prove.matrices("bound", self.frame, n, on, self.size, of="maximum", premises=[diagonal], indices=[p, q])
        radius = (n - 1) * off_maximum(self.matrix, n)
        at_one = self.entry.subs(c, 1)
        half = prove.polynomial(le(0, (u + v) / 2), from_zero[u], from_zero[v])
        positive = [
            fact(self.below(prove), {c: 1}), fact(half, {u: self.size - at_one, v: self.size + at_one})
        ]  # fmt: skip
        return prove.chain(
            self.frame.conclude(le(self.high, n * self.size)), *positive, fact(top), fact(off),
            prove.matrices("gershgorin", self.frame, n, self.matrix, of="largest"),
            adds(prove, maximum(on, n) + radius, self.size - maximum(on, n)),
            adds(prove, self.size + radius, n - 1, self.size - off_maximum(self.matrix, n)),
        )  # fmt: skip

    def _less_constant(self, prove: Proof) -> Step:
        less, goal = self.matrix - self.size, self.within
        on, bound = entries(less)[1], self.rate * g
        places = replace(
            goal, variables=(*goal.variables, one, other), given=(*goal.given, le(p, n), le(q, n), ne(p, q))
        )
        value = less.subs({row: p, column: q})
        signs = [*self.signs(prove), fact(self.below(prove), {c: inner(X, p, q)})]
        largest_gap = fact(
            prove.matrices("entry", places, n, gaps, of="off_maximum", at=[p, q])
        )
        upper = prove.chain(
            places.conclude(le(-value, bound)), *signs, largest_gap,
            at(self.approaches(prove), {c: inner(X, p, q)}),
            adds(prove, self.rate * gap(p, q), self.rate, off_maximum(gaps, n) - gap(p, q)),
            adds(prove, self.rate * off_maximum(gaps, n), self.rate, g - off_maximum(gaps, n)),
        )
        each = prove.absolute_value(
            places.conclude(le(sp.Abs(value), bound)),
            prove.chain(
                places.conclude(le(value, bound)), *signs,
                adds(prove, value, self.lacking(p, q)), adds(prove, sp.S.Zero, self.rate, g),
            ),
            upper,
        )  # fmt: skip
        signed = replace(goal, given=(*goal.given, le(0, bound)))
        off = prove.matrices("bound", signed, n, less, bound, of="off_maximum", premises=[each], indices=[p, q])
        zero = prove.identity(
            goal.conclude(eq(on, 0)), using=[(self.diagonal(prove, self.frame, on + self.size), {})]
        )
        top = prove.matrices("bound", goal, n, on, 0, of="maximum", premises=[zero], indices=[p, q])
        radius, product = (n - 1) * off_maximum(less, n), prove.polynomial(le(0, x * u), from_zero[x], from_zero[u])
        return prove.chain(
            goal.conclude(le(largest(less, n), (n - 1) * bound)), *self.signs(prove),
            fact(product, {x: self.rate, u: g}), fact(top), fact(off),
            prove.matrices("gershgorin", goal, n, less, of="largest"),
            adds(prove, maximum(on, n) + radius, -maximum(on, n)),
            adds(prove, radius, n - 1, bound - off_maximum(less, n)),
        )  # fmt: skip

    def _by_pair(self, prove: Proof) -> Step:
        half = prove.polynomial(le(x, x + u / 2), anything, from_zero[u])
        law = prove.matrices("pair", self.pairs, n, self.matrix, at=[p, q])
        of_p, of_q = self.of_pair(p, p), self.of_pair(q, q)
        middle = (of_p + of_q) / 2 - self.of_pair(p, q)
        known = [fact(self.below(prove), {c: inner(X, a, a)}) for a in (p, q)]
        return prove.chain(
            self.pairs.conclude(le(self.low, self.lacking(p, q))), fact(law), *known,
            at(half, {x: self.low, u: 2 * middle - 2 * self.low}), at(half, {x: middle, u: self.size - of_p}),
            at(half, {x: middle + (self.size - of_p) / 2, u: self.size - of_q}),
        )  # fmt: skip

    def _ordered(self, prove: Proof) -> Step:
        """lambda_min <= lambda_max."""
        nothing = prove.matrices("scale", self.pairs, n, self.matrix, 0)
        kept = prove.identity(
            self.pairs.conclude(eq(smallest(sp.S.Zero, n) + self.high, self.high)), using=[(nothing, {})]
        )
        law = prove.matrices("across", self.pairs, n, sp.S.Zero, self.matrix)
        return prove.chain(self.pairs.conclude(le(self.low, self.high)), law, kept)
