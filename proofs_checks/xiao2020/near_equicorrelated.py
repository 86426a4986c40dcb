"""Kernel matrices whose entries off the diagonal are within e of one number a: near (D - a) I + a 11^T, where D is the
entry on the diagonal. Eigenvalues by Gershgorin and Weyl, for every number of points and all data."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import sympy as sp

from deepcond_sym.proof import (
    Family,
    Proof,
    Relation,
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
    off_maximum,
    row,
    smallest,
)  # fmt: skip
from deepcond_sym.proof.proof import Use

from .setting import layers

X, a, e = (sp.Symbol(name, real=True) for name in ("X", "a", "e"))
m, points = index("m", 1)
_, several = index("m", 2)
level, error = interval(a, 0, sp.oo), interval(e, 0, sp.oo)
_k, _u, _v, _w, _x = sp.symbols("_k _u _v _w _x", real=True)
_free, _slacks = interval(_k, -sp.oo, sp.oo), tuple(interval(s, 0, sp.oo) for s in (_u, _v))
_positive = interval(_w, 0, sp.oo, "(")


@dataclass(frozen=True)
class Kernel:
    """A kernel at depth l as a function of the correlation, for a family of activations."""

    of: Callable[[Any], Any]
    family: Family

    @property
    def body(self) -> Any:
        """The entries of its matrix."""
        return self.of(inner(X, row, column))

    @property
    def on(self) -> Any:
        """What stands on the diagonal."""
        return self.of(sp.S.One)

    @property
    def least(self) -> Any:
        return smallest(self.body, m)

    @property
    def greatest(self) -> Any:
        return largest(self.body, m)

    @property
    def condition(self) -> Any:
        return self.greatest / self.least

    def near(self, value: Any = a, distance: Any = e) -> Relation:
        """All entries off the diagonal are within `distance` of this value."""
        return le(off_maximum(self.body - value, m), distance)

    @property
    def frame(self) -> Statement:
        return forall(layers, points, level, error, given=[self.near()], family=self.family, holds=le(0, 0))


class Bounds:
    """What is shown of the matrix, in a frame that says that it is near a."""

    def __init__(self, prove: Proof, kernel: Kernel, *given: Relation, size: Variable = points) -> None:
        self.prove, self.kernel, whole = prove, kernel, kernel.frame
        variables = tuple(size if v == points else v for v in whole.variables)
        self.frame = replace(whole, variables=variables, given=(*whole.given, *given))
        self.off_by, self.rest = kernel.body - a, kernel.on - a
        self.worst = off_maximum(self.off_by, m)
        self.low, self.high = self.rest - (m - 1) * e, self.rest + m * a + (m - 1) * e

    def law(self, part: str, *bodies: object, of: str = "smallest", places: tuple[int, ...] = ()) -> Step:
        return self.prove.matrices(part, self.frame, m, *bodies, of=of, at=places)

    def shown(self, relation: Relation, *uses: Step | Use) -> Step:
        return self.prove.chain(self.frame.conclude(relation), *uses)

    def more(self, low: Any, first: Any, second: Any = sp.S.Zero) -> Use:
        """The link low <= low + first + (m - 1) second, where both are known to be at least 0."""
        up = self.prove.polynomial(le(_k, _k + _u + (m - 1) * _v), _free, points, *_slacks)
        return at(up, {_k: low, _u: first, _v: second})

    def rest_from_below(self) -> Step:
        """D - a - (m - 1) e <= smallest(entries - a): Gershgorin."""
        extreme = self.law("bound", self.off_by, self.rest, of="minimum")
        least = extreme.conclusion.conclusion.rhs
        return self.shown(
            le(self.low, smallest(self.off_by, m)), fact(extreme),
            self.more(self.low, least - self.rest, e - self.worst), self.law("gershgorin", self.off_by),
        )  # fmt: skip

    def rest_from_above(self) -> Step:
        """largest(entries - a) <= D - a + (m - 1) e: Gershgorin."""
        extreme = self.law("bound", self.off_by, self.rest, of="maximum")
        most = extreme.conclusion.conclusion.lhs
        return self.shown(
            le(largest(self.off_by, m), self.rest + (m - 1) * e), fact(extreme),
            self.law("gershgorin", self.off_by, of="largest"),
            self.more(most + (m - 1) * self.worst, self.rest - most, e - self.worst),
        )  # fmt: skip

    def ones(self) -> Step:
        """largest(a 11^T) = m a."""
        laws = [self.law("scale", sp.S.One, a, of="largest"), self.law("ones", sp.S.One, of="largest")]
        return self.prove.identity(self.frame.conclude(eq(largest(a, m), m * a)), using=[(law, {}) for law in laws])

    def smallest_from_below(self) -> Step:
        """D - a - (m - 1) e <= smallest: Weyl, as a 11^T is positive semidefinite."""
        return self.shown(
            le(self.low, self.kernel.least), fact(self.law("semidefinite", a)), self.rest_from_below(),
            self.more(smallest(self.off_by, m), smallest(a, m)), self.law("weyl", self.off_by, a),
        )  # fmt: skip

    def largest_from_above(self) -> Step:
        """largest <= D + (m - 1) a + (m - 1) e: Weyl."""
        part, rest = self.rest_from_above(), largest(self.off_by, m)
        there = self.frame.conclude(eq(rest + largest(a, m), rest + m * a))
        return self.shown(
            le(self.kernel.greatest, self.high), fact(part), self.law("weyl", self.off_by, a, of="largest"),
            self.prove.identity(there, using=[(self.ones(), {})]),
            self.more(rest + m * a, self.rest + (m - 1) * e - rest),
        )  # fmt: skip

    def largest_from_below(self) -> Step:
        """D + (m - 1) a - (m - 1) e <= largest: Weyl."""
        rest, bound = smallest(self.off_by, m), self.low + m * a
        there = self.frame.conclude(eq(m * a + rest, largest(a, m) + rest))
        return self.shown(
            le(bound, self.kernel.greatest), fact(self.rest_from_below()), self.more(bound, rest - self.low),
            self.prove.identity(there, using=[(self.ones(), {})]), self.law("across", a, self.off_by, of="largest"),
        )  # fmt: skip

    def smallest_from_above(self) -> Step:
        """smallest <= D - a + e for two points or more: the vector (1, -1, 0, ...)."""
        pair, least = self.kernel.of(inner(X, 1, 2)), self.kernel.least
        doubled = self.shown(
            le(2 * least, 2 * self.kernel.on - 2 * pair), self.law("pair", self.kernel.body, places=(1, 2))
        )
        values = {
            _k: least, _u: self.kernel.on - pair - least, _v: self.worst - a + pair, _w: e - self.worst,
        }  # fmt: skip
        added = self.prove.polynomial(le(_k, _k + _u + _v + _w), _free, *_slacks, interval(_w, 0, sp.oo))
        half = self.prove.polynomial(le(0, _u / 2), _slacks[0])
        return self.shown(
            le(least, self.rest + e), fact(doubled), fact(half, {_u: 2 * self.kernel.on - 2 * pair - 2 * least}),
            fact(self.law("entry", self.off_by, of="off_maximum", places=(1, 2))), at(added, values),
        )  # fmt: skip

    def smallest_positive(self) -> Step:
        """0 < smallest, given (m - 1) e < D - a."""
        above = self.prove.polynomial(lt(0, _w + _u), _positive, _slacks[0])
        return self.shown(
            lt(0, self.kernel.least), fact(self.smallest_from_below()),
            at(above, {_w: self.low, _u: self.kernel.least - self.low}),
        )  # fmt: skip

    def positive(self) -> list[Use]:
        """The facts that it is, and at least the bound."""
        return [fact(self.smallest_from_below()), fact(self.smallest_positive())]

    def condition_from_above(self) -> Step:
        """largest/smallest <= (D + (m - 1) (a + e))/(D - a - (m - 1) e), given (m - 1) e < D - a."""
        least, greatest = self.kernel.least, self.kernel.greatest
        more = m * a + 2 * (m - 1) * e
        quotient = self.prove.polynomial(
            le((_w + more - _v) / (_w + _u), (_w + more) / _w), _positive, points, level, error, *_slacks
        )
        return self.shown(
            le(greatest / least, self.high / self.low), *self.positive(), fact(self.largest_from_above()),
            at(quotient, {_w: self.low, _u: least - self.low, _v: self.high - greatest}),
        )  # fmt: skip

    def excess_from_above(self) -> Step:
        """largest/smallest - 1 <= (m a + 2 (m - 1) e)/(D - a - (m - 1) e), given (m - 1) e < D - a."""
        least, greatest = self.kernel.least, self.kernel.greatest
        more = m * a + 2 * (m - 1) * e
        quotient = self.prove.polynomial(
            le((_w + more - _v) / (_w + _u) - 1, more / _w), _positive, points, level, error, *_slacks
        )
        return self.shown(
            le(greatest / least - 1, more / self.low), *self.positive(), fact(self.largest_from_above()),
            at(quotient, {_w: self.low, _u: least - self.low, _v: self.high - greatest}),
        )  # fmt: skip

    def excess_from_below(self) -> Step:
        """m (a - e)/(D - a + e) <= largest/smallest - 1, given (m - 1) e < D - a."""
        least, greatest, top, lowest = self.kernel.least, self.kernel.greatest, self.rest + e, self.low + m * a
        # the bound is lowest/top - 1
        quotient = self.prove.polynomial(
            le((_x + m * a) / (_w + _u) - 1, (_x + m * a + _v) / _w - 1), points, level, _positive,
            interval(_x, 0, sp.oo, "("), *_slacks,
        )  # fmt: skip
        above = self.prove.polynomial(lt(0, _w + _u), _positive, _slacks[0])
        gap = {_w: least, _u: top - least}
        return self.shown(
            le(m * (a - e) / top, greatest / least - 1), *self.positive(), fact(self.smallest_from_above()),
            fact(self.largest_from_below()), fact(above, gap),
            at(quotient, {_x: self.low, _v: greatest - lowest, **gap}),
        )  # fmt: skip
