"""`Chain`: what two blocks of layers do one after the other, by the chain rule, with the errors of the parts.

A block leads a correlation c to K(c), and a tangent kernel t to A(c) + K'(c) t; their derivatives are K', K'' and A'.
All are power series in c with coefficients >= 0, so that over their values at c = 1 they lie in [-1, 1]:

    D = K'/K'(1),   a = A/A(1),   E = K''/K''(1),   B = A'/A'(1).

A block (K, ...) followed by a block (F, ...) has

    F(K),   F'(K) K',   A_F(K) + F'(K) A,   F''(K) K'^2 + F'(K) K'',   A_F'(K) K' + F''(K) K' A + F'(K) A',

so its D, a, E, B are averages of products of those of the parts, and no number overflows. Source: derived here.
"""

from __future__ import annotations

from typing import NamedTuple

from flint import arb

ZERO, ONE = arb(0), arb(1)


class Values(NamedTuple):
    """W = 1 - K, D, a, E and B at one correlation; also bounds of their errors, of W relative to W.

    What is not asked for is 0: the first 1, 3 or 5 columns are in use.
    """

    w: arb
    slope: arb = ZERO
    total: arb = ZERO
    bend: arb = ZERO
    drift: arb = ZERO


class Ends(NamedTuple):
    """K'(1), A(1), K''(1) and A'(1) of a block. A network of no layers, t = c, has 1, 1, 0, 1."""

    slope: arb = ONE
    total: arb = ONE
    bend: arb = ZERO
    drift: arb = ONE


class Chain:
    """A block with the values `first` at 1, followed by one with the values `then`.

    >>> two = Chain(Ends(arb(2), arb(1), arb(3), arb(2)), Ends(arb(2), arb(1), arb(3), arb(2)), 5)
    >>> [float(value) for value in two.ends]
    [4.0, 3.0, 18.0, 14.0]
    """

    def __init__(self, first: Ends, then: Ends, columns: int) -> None:
        self.columns = columns
        if columns == 1:
            self.ends = Ends(then.slope * first.slope, ZERO, ZERO, ZERO)
            return
        arriving = then.slope * first.total
        total = then.total + arriving
        self.total_shares = (then.total / total, arriving / total)
        slope = then.slope * first.slope
        if columns == 3:
            self.ends = Ends(slope, total, ZERO, ZERO)
            return
        bent = (then.bend * first.slope**2, then.slope * first.bend)
        bend = bent[0] + bent[1]
        # Linear blocks have no second derivative: any average will do.
        self._bend = (ONE, ZERO) if bend == 0 else (bent[0] / bend, bent[1] / bend)
        drifts = (then.drift * first.slope, then.bend * first.slope * first.total, then.slope * first.drift)
        drift = drifts[0] + drifts[1] + drifts[2]
        self.drift_shares = (drifts[0] / drift, drifts[1] / drift, drifts[2] / drift)
        self.ends = Ends(slope, total, bend, drift)

    def values(self, first: Values, then: Values) -> Values:
        """The values after both; `then` at the correlation to which `first` leads."""
        if self.columns == 1:
            return then
        total = self.total_shares[0] * then.total + self.total_shares[1] * then.slope * first.total
        slope = then.slope * first.slope
        if self.columns == 3:
            return Values(then.w, slope, total)
        bent = then.bend * first.slope
        bend = self._bend[0] * bent * first.slope + self._bend[1] * then.slope * first.bend
        here, across, before = self.drift_shares
        drift = here * then.drift * first.slope + across * bent * first.total + before * then.slope * first.drift
        return Values(then.w, slope, total, bend, drift)

    def errors(self, first: Values, then: Values, arrival: arb, radii: Values) -> Values:
        """Bounds of the errors: `arrival` is what the error of the correlation between the blocks amounts to in any of
        the quantities, `radii` those of the balls in which the values were computed.

        |x y - x' y'| <= (1 + |x - x'|)(1 + |y - y'|) - 1 where |x|, |y| <= 1.
        """
        w = ((1 + then.w) * (1 + arrival) - 1 + 2 * radii.w).upper()
        if self.columns == 1:
            return Values(w)
        moved = Values(*(arrival + error for error in then))
        slope = _product(moved.slope, first.slope) + radii.slope
        total = (
            self.total_shares[0] * moved.total + self.total_shares[1] * _product(moved.slope, first.total) + radii.total
        )  # fmt: skip
        if self.columns == 3:
            return Values(w, slope.upper(), total.upper())
        bend = self._bend[0] * _product(moved.bend, first.slope, first.slope)
        bend += self._bend[1] * _product(moved.slope, first.bend) + radii.bend
        drift = self.drift_shares[0] * _product(moved.drift, first.slope)
        drift += self.drift_shares[1] * _product(moved.bend, first.slope, first.total)
        drift += self.drift_shares[2] * _product(moved.slope, first.drift) + radii.drift
        return Values(w, slope.upper(), total.upper(), bend.upper(), drift.upper())


class Radii:
    """The widest of the balls in which values are computed (that of W relative to W), at least as wide as `start`.

    >>> radii = Radii(3)
    >>> radii.add(Values(arb(1), arb(1, 0.25), arb(0)))
    >>> bool(radii.widest().slope >= 0.25)
    True
    """

    def __init__(self, columns: int, start: Values | None = None) -> None:
        self.columns, self._start = columns, start or Values(ZERO)
        self._accuracy: int | None = None
        self._others = list(self._start[1:columns])

    def add(self, values: Values) -> None:
        """Take these balls into account."""
        if not values.w.is_exact():
            accuracy = values.w.rel_accuracy_bits()
            if self._accuracy is None or accuracy < self._accuracy:
                self._accuracy = accuracy
        for index in range(self.columns - 1):
            radius = values[index + 1].rad()
            if radius > self._others[index]:
                self._others[index] = radius

    def widest(self) -> Values:
        """The radii."""
        relative = self._start.w if self._accuracy is None else max(self._start.w, arb(2) ** -self._accuracy)
        return Values(relative, *self._others)


def _product(*errors: arb) -> arb:
    product = ONE
    for error in errors:
        product = product * (1 + error)
    return product - 1
