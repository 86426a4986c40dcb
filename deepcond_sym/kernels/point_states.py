"""`States`: the points of the final table on their way through the layers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flint import arb

from deepcond_sym.errors import AccuracyError

from .chain_rule import ZERO, Chain, Ends, Radii, Values
from .layer import Layer
from .layer_table import LayerTable, mirror_factor, passed_on
from .octave_pieces import Octaves


class States:
    """The layers passed so far as a block that started with the tangent kernel t = c, at every point.

    `rows` has the values for each octave of each sign, as exact numbers, and for "end", rho = -1 itself; `errors`
    bounds their errors.
    """

    def __init__(self, octaves: Octaves, places: list[tuple[bool, int]], columns: int) -> None:
        self.octaves, self.columns = octaves, columns
        self.rows: dict[Any, list[Values]] = {}
        for negative, octave in places:
            self.rows[negative, octave] = [self._start(negative, s) for s in octaves.points(octave)]
        if any(negative for negative, _ in places):
            self.rows["end"] = [self._start(True, arb(0))]
        self.errors = Values(*[arb(2) ** (72 - octaves.bits)] * columns)
        self.ends, self._moved = Ends(), False

    def _start(self, negative: bool, s: arb) -> Values:
        w, c = ((2 - s).mid(), (s - 1).mid()) if negative else (s, (1 - s).mid())
        return Values(*(w, arb(1), c, ZERO, arb(1))[: self.columns])

    def through(self, layers: LayerTable) -> None:
        """Pass the layers of a table."""
        self._pass(lambda _place, _index, w: layers.at(w), layers.table_errors, layers.ends)

    def first(self, layer: Layer) -> None:
        """Pass the first layer, whose values at these points are known."""

        def value(place: Any, index: int, _w: arb) -> Values:
            return layer.value(True, arb(0)) if place == "end" else layer.row(place)[index]

        for place in self.rows:
            if place != "end":
                layer.row(place)
        self._pass(value, layer.errors, layer.ends)

    def directly(self, layer: Layer) -> None:
        """Pass one layer in balls, point by point."""

        def value(_place: Any, _index: int, w: arb) -> Values:
            negative = bool(w > 1)
            return layer.value(negative, (2 - w).mid() if negative else w)

        self._pass(value, Values(*[ZERO] * self.columns), layer.ends)

    def _pass(self, value: Callable[[Any, int, arb], Values], errors: Values, ends: Ends) -> None:
        chain, radii, factor = Chain(self.ends, ends, self.columns), Radii(self.columns), 1.0
        # The points start with an error relative to 1 - |rho|; afterwards it is relative to W.
        mirrored, self._moved = self._moved, True
        for place, row in self.rows.items():
            results = []
            for index, state in enumerate(row):
                factor = max(factor, mirror_factor(state.w)) if mirrored else factor
                result = chain.values(state, value(place, index, state.w))
                radii.add(result)
                results.append(Values(*[part.mid() for part in result]))
            self.rows[place] = results
        self.errors = chain.errors(self.errors, errors, passed_on(self.errors.w, factor), radii.widest())
        self.ends = chain.ends
        if not self.errors.w < 0.01 or not all(error.is_finite() for error in self.errors):
            raise AccuracyError("The compiled kernel loses its digits at this depth: use the kernel layer by layer.")
