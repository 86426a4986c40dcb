"""`LayerTable`: equal layers, one after the other, as polynomials in balls; doubled, their number is doubled."""

from __future__ import annotations

import math

from flint import arb, arb_poly

from deepcond_sym.errors import AccuracyError

from .chain_rule import Chain, Ends, Radii, Values
from .layer import Layer, Place
from .octave_pieces import Octaves

_TINY = 1e-290
"""Below this the exponent of a double says nothing."""


class LayerTable:
    """m equal layers as tables of their `Values` on the octaves of s = 1 - |c|; `ends` are those at c = 1.

    How errors pass on: if c is known up to e s then, by |g'(c)| <= g'(|c|) and convexity, g(c) is known up to
    e/(1 - e) (g(1) - g(1 - s)), which is at most e/(1 - e) times 1 - g(c), and at most e/(1 - e). Below the last
    octave, f = 2^-j, W is between s W(f)/f and s K'(1) (W is concave), 1 - D(1 - s) <= 1 - D(1 - f), and so for the
    others.

    `values` and `errors` belong to the nodes, `table_errors` to the polynomials. Source: derived here.
    """

    def __init__(
        self, octaves: Octaves, values: dict[Place, list[Values]], errors: Values, ends: Ends, columns: int
    ) -> None:
        self.octaves, self.values, self.errors, self.ends, self.columns = octaves, values, errors, ends, columns
        relative = (2 * octaves.lebesgue * errors.w + octaves.relative_cut).upper()
        others = ((octaves.lebesgue * error + octaves.cut).upper() for error in errors[1:columns])
        self.table_errors = Values(relative, *others)
        places = list(values)
        polys = octaves.fit([[value[k] for value in values[place]] for k in range(columns) for place in places])
        count = len(places)
        self._polys: dict[Place, list[arb_poly]] = {p: polys[i::count] for i, p in enumerate(places)}
        self._last = max(octave for negative, octave in places if not negative)
        self._below: Values | None = None
        self._scale = {octave: arb(2) ** (octave + 1) for _, octave in places}

    @classmethod
    def of(cls, layer: Layer, octaves: dict[bool, int]) -> LayerTable:
        """The table of one layer on so many octaves of each sign."""
        values = {(sign, j): layer.row((sign, j)) for sign, count in octaves.items() for j in range(1, count + 1)}
        return cls(layer.octaves, values, layer.errors, layer.ends, layer.columns)

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
        return Values(*[poly(t) for poly in polys])

    def _near(self, negative: bool, s: arb) -> Values:
        """The values at 1 - s below the last octave."""
        if negative or not self.ends.slope.is_finite():
            raise AccuracyError("The correlations come too close to 1 or -1 for tables: use the kernel layer by layer.")
        if self._below is None:
            f, t = arb(2) ** -self._last, arb(-1)
            polys = self._polys[False, self._last]
            least = (polys[0](t) * (1 - self.table_errors.w) / f).lower()
            others = [(p(t) - e).lower() for p, e in zip(polys[1:], self.table_errors[1:], strict=False)]
            self._below = Values(arb(least).union(self.ends.slope), *(arb(other).union(arb(1)) for other in others))
        return self._below._replace(w=s * self._below.w)

    def doubled(self) -> LayerTable:
        """The table of twice as many layers."""
        chain, radii, factor = Chain(self.ends, self.ends, self.columns), Radii(self.columns), 1.0
        found: dict[Place, list[Values]] = {}
        for place, row in self.values.items():
            results = []
            for value in row:
                factor = max(factor, mirror_factor(value.w))
                result = chain.values(value, self.at(value.w))
                radii.add(result)
                results.append(Values(*[part.mid() for part in result]))
            found[place] = results
        errors = chain.errors(self.errors, self.table_errors, passed_on(self.errors.w, factor), radii.widest())
        return LayerTable(self.octaves, found, errors, chain.ends, self.columns)


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
