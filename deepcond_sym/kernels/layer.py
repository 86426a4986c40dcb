"""`Layer`: one layer of a network in balls, at the nodes of the tables and elsewhere."""

from __future__ import annotations

from flint import arb

from deepcond_sym.arithmetic import precision
from deepcond_sym.depth.correlation_map import BallMap
from deepcond_sym.errors import AccuracyError

from .chain_rule import ZERO, Ends, Radii, Values
from .octave_pieces import Octaves

Place = tuple[bool, int]
"""A sign of the correlation (True: negative) and an octave of 1 - |c|."""


class Layer:
    """One layer: its values at the nodes, each evaluated in balls once, as middles, with `radii` to bound their errors.

    `columns` is how many of the `Values` are wanted: 1 for the NNGP kernel, 3 for the tangent kernel, 5 for the
    derivatives of both. The tangent kernel of one layer that starts at 0 is that layer's K.
    """

    def __init__(self, octaves: Octaves, step: BallMap, bits: int, columns: int) -> None:
        self.octaves, self.map, self.bits, self.columns = octaves, step, bits, columns
        self._rows: dict[Place, list[Values]] = {}
        # The points are rounded: s by a relative 2^(2 - bits), and 2 - s near rho = -1, where s >= 2^-64.
        rounding = arb(2) ** (72 - octaves.bits)
        self._radii = Radii(columns, Values(*[rounding] * columns))
        with precision(bits=bits):
            slope = step.slope_at_one()
            self.ends = Ends(slope, arb(1), step.bend_at_one() if columns == 5 else ZERO, slope)

    @property
    def errors(self) -> Values:
        """Bounds of the errors of the rows asked for so far."""
        return self._radii.widest()

    def value(self, negative: bool, s: arb) -> Values:
        """The values at the correlation with 1 - |c| = s, as balls."""
        u = (2 - s).mid() if negative else s
        with precision(bits=self.bits):
            _, w = self.map.step(1 - u, u)
            if self.columns == 1:
                return Values(w)
            slope = self.map.slope(1 - u, u) / self.ends.slope
            if self.columns == 3:
                return Values(w, slope, 1 - w)
            bend = arb(1) if self.ends.bend == 0 else self.map.bend(u) / self.ends.bend
            return Values(w, slope, 1 - w, bend, slope)

    def row(self, place: Place) -> list[Values]:
        """The values at the nodes of an octave; their radii go into `errors`."""
        if place not in self._rows:
            self._rows[place] = []
            for s in self.octaves.points(place[1]):
                value = self.value(place[0], s)
                if not all(part.is_finite() for part in value):
                    raise AccuracyError("A layer could not be enclosed near there: use the kernel layer by layer.")
                self._radii.add(value)
                self._rows[place].append(Values(*(part.mid() for part in value)))
        return self._rows[place]
