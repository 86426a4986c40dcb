"""`LayerTable`: equal layers, one after the other, as polynomials in balls; doubled, their number is doubled."""

from __future__ import annotations

import math
from typing import NamedTuple

from flint import arb, arb_poly

from deepcond_sym.arithmetic import precision
from deepcond_sym.depth.correlation_map import BallMap
from deepcond_sym.errors import AccuracyError

from .octave_pieces import Octaves

_TINY = 1e-290
"""Below this the exponent of a double says nothing."""
Place = tuple[bool, int]
"""A sign of the correlation (True: negative) and an octave of 1 - |c|."""


class Values(NamedTuple):
    """W = 1 - K, D and A of some layers at one point; the last two are 0 where no tangent kernel is asked for."""

    w: arb
    slope: arb
    total: arb


class Errors(NamedTuple):
    """Bounds: of W relative to W, of D and of A."""

    w: arb
    slope: arb
    total: arb


class LayerTable:
    """m equal layers: the correlation K(c) they lead to, D(c) = K'(c)/K'(1), and A(c)/A(1), the tangent kernel of the
    m layers started at 0. These are power series in c with coefficients >= 0 and sum 1.

    Tables of W = 1 - K, D and A on the octaves of s = 1 - |c|. How errors pass on: if c is known up to e s then, by
    |g'(c)| <= g'(|c|) and convexity, g(c) is known up to e/(1 - e) (g(1) - g(1 - s)), which is at most e/(1 - e) times
    1 - g(c), and at most e/(1 - e). Below the last octave, f = 2^-j, W is between s W(f)/f and s K'(1) (W is concave),
    1 - D(1 - s) <= 1 - D(1 - f), and so for A.

    `values` and `errors` belong to the nodes, `table_errors` to the polynomials. Source: derived here.
    """

    def __init__(
        self, octaves: Octaves, values: dict[Place, list[Values]], errors: Errors, slope: arb, total: arb, tangent: bool
    ) -> None:
        self.octaves, self.values, self.errors, self.tangent = octaves, values, errors, tangent
        self.slope, self.total = slope, total
        self.table_errors = Errors(
            (2 * octaves.lebesgue * errors.w + octaves.relative_cut).upper(),
            (octaves.lebesgue * errors.slope + octaves.cut).upper(),
            (octaves.lebesgue * errors.total + octaves.cut).upper(),
        )
        places = list(values)
        columns = [[getattr(value, name) for value in values[place]] for name in self._names for place in places]
        polys = octaves.fit(columns)
        count = len(places)
        self._polys: dict[Place, list[arb_poly]] = {p: polys[i::count] for i, p in enumerate(places)}
        self._last = max(octave for negative, octave in places if not negative)
        self._below: tuple[arb, arb, arb] | None = None
        self._scale = {octave: arb(2) ** (octave + 1) for _, octave in places}

    @property
    def _names(self) -> tuple[str, ...]:
        return ("w", "slope", "total") if self.tangent else ("w",)

    def at(self, w: arb) -> Values:
        """The values at the correlation 1 - w, w exact: balls whose radii are those of the arithmetic alone."""
        negative = bool(w > 1)
        if negative and (True, 1) not in self._polys:
            # An even or odd map never gets here but by the error of w itself.
            negative, w = False, arb(1)
        s = (2 - w).mid() if negative else w
        size = float(s)
        octave = max(1, 1 - math.frexp(size)[1]) if size > _TINY else self._last + 1
        polys = self._polys.get((negative, octave))
        if polys is None:
            return self._near(negative, s)
        t = s * self._scale[octave] - 3
        if self.tangent:
            return Values(polys[0](t), polys[1](t), polys[2](t))
        return Values(polys[0](t), arb(0), arb(0))

    def _near(self, negative: bool, s: arb) -> Values:
        """The values at 1 - s below the last octave."""
        if negative or not self.slope.is_finite():
            raise AccuracyError("The correlations come too close to 1 or -1 for tables: use the kernel layer by layer.")
        if self._below is None:
            f, t = arb(2) ** -self._last, arb(-1)
            polys = self._polys[False, self._last]
            least = (polys[0](t) * (1 - self.table_errors.w) / f).lower()
            ratio = (polys[1](t) - self.table_errors.slope).lower() if self.tangent else arb(0)
            total = (polys[2](t) - self.table_errors.total).lower() if self.tangent else arb(0)
            self._below = (arb(least).union(self.slope), arb(ratio).union(arb(1)), arb(total).union(arb(1)))
        w, slope, total = self._below
        return Values(s * w, slope, total) if self.tangent else Values(s * w, arb(0), arb(0))

    def doubled(self) -> LayerTable:
        """The table of twice as many layers: K(K), D(K) D, and A(1) (A(K) + K'(1) D(K) A)."""
        share = 1 / (1 + self.slope) if self.tangent else arb(0)
        widest, factor = Errors(arb(0), arb(0), arb(0)), 1.0
        found: dict[Place, list[Values]] = {}
        for place, row in self.values.items():
            results = []
            for w, slope, total in row:
                after = self.at(w)
                factor = max(factor, mirror_factor(w))
                result = after
                if self.tangent:
                    mixed = share * after.total + (1 - share) * after.slope * total
                    result = Values(after.w, after.slope * slope, mixed)
                widest = wider(widest, result)
                results.append(Values(result.w.mid(), result.slope.mid(), result.total.mid()))
            found[place] = results
        arrival = passed_on(self.errors.w, factor)
        _, node_slope, node_total = self.errors
        table_w, table_slope, table_total = self.table_errors
        moved = table_slope + arrival
        mixing = moved * (1 + node_total) + node_total
        errors = Errors(
            ((1 + table_w) * (1 + arrival) - 1 + widest.w * 2).upper(),
            (moved * (1 + node_slope) + node_slope + widest.slope).upper(),
            (share * (table_total + arrival) + (1 - share) * mixing + widest.total).upper(),
        )
        total = self.total * (1 + self.slope) if self.tangent else arb(0)
        return LayerTable(self.octaves, found, errors, self.slope**2, total, self.tangent)


def passed_on(error: arb, factor: float) -> arb:
    """e/(1 - e) for the error e of a correlation relative to 1 - |c|, given that of w relative to w."""
    relative = error * arb(factor) * arb("1.001")
    if not relative < 1:
        raise AccuracyError("The compiled kernel loses all its digits at this depth: use the kernel layer by layer.")
    return (relative / (1 - relative)).upper()


def mirror_factor(w: arb) -> float:
    """How much larger an error relative to 1 - |c| is than one relative to w = 1 - c."""
    size = float(w)
    if size <= 1.0:
        return 1.0
    if size > 2.0 - 2.0**-20:
        raise AccuracyError("The correlations come too close to -1 for tables: use the kernel layer by layer.")
    return size / (2.0 - size)


def wider(errors: Errors, values: Values) -> Errors:
    """The larger of the errors and of the radii of the balls (that of W relative to W)."""
    accuracy = values.w.rel_accuracy_bits()
    relative = errors.w
    if not values.w.is_exact() and arb(2) ** -accuracy > relative:
        relative = arb(2) ** -accuracy
    slope, total = values.slope.rad(), values.total.rad()
    return Errors(relative, max(errors.slope, slope), max(errors.total, total))


class Layer:
    """One layer: its values at the nodes, each evaluated in balls once.

    K(c) = 1 - share + share K0(c), with K0 of the activation alone and shared by all layers of the same dual.
    """

    def __init__(self, octaves: Octaves, step: BallMap, bits: int, tangent: bool) -> None:
        self.octaves, self.map, self.bits, self.tangent = octaves, step, bits, tangent
        self._rows: dict[Place, list[Values]] = {}
        # The points are rounded: s by a relative 2^(2 - bits), and 2 - s near rho = -1, where s >= 2^-64.
        rounding = arb(2) ** (72 - octaves.bits)
        self.widest = Errors(rounding, rounding, rounding)
        with precision(bits=bits):
            self.slope = step.slope_at_one()

    def value(self, negative: bool, s: arb) -> Values:
        """W and D at the correlation with 1 - |c| = s, as balls."""
        u = (2 - s).mid() if negative else s
        with precision(bits=self.bits):
            _, w = self.map.step(1 - u, u)
            slope = self.map.slope(1 - u, u) / self.slope if self.tangent else arb(0)
        return Values(w, slope, 1 - w if self.tangent else arb(0))

    def row(self, place: Place) -> list[Values]:
        """The values at the nodes of an octave; their radii go into `widest`."""
        if place not in self._rows:
            self._rows[place] = []
            for s in self.octaves.points(place[1]):
                value = self.value(place[0], s)
                if not (value.w.is_finite() and value.slope.is_finite()):
                    raise AccuracyError("A layer could not be enclosed near there: use the kernel layer by layer.")
                self.widest = wider(self.widest, value)
                self._rows[place].append(Values(*(part.mid() for part in value)))
        return self._rows[place]

    def table(self, octaves: dict[bool, int]) -> LayerTable:
        """The table of this one layer on so many octaves of each sign."""
        values = {(sign, j): self.row((sign, j)) for sign, count in octaves.items() for j in range(1, count + 1)}
        return LayerTable(self.octaves, values, self.widest, self.slope, arb(1), self.tangent)
