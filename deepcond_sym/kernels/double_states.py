"""`DoubleStates`: the points of the final table through many layers in pairs of doubles, with proved errors."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from flint import arb

from deepcond_sym.errors import AccuracyError

from .chain_rule import ZERO, Chain, Values
from .double_double import Pair, pair, product, total
from .layer_doubles import LayerDoubles
from .point_states import States

_LEAST = 1e-240
"""Below this products of doubles lose bits to underflow: smaller W count as lost, and come out as 0."""
_LARGEST_LOST = 1e-100
_ROUNDING = 2.0**-92
"""More than the products and sums of pairs of one layer can lose, of which each loses 2^-98 at most."""
_UP = 1 + 2.0**-30
"""More than the rounding of the few operations that make a bound."""
_LARGEST_ERROR = 1e-3


class DoubleStates:
    """`States` behind the first layer as arrays: W, K'/K'(1), and the tangent kernel and its derivative over theirs.

    `errors` bounds, point by point, that of W relative to W and the others. With c = 1 - w known up to e w = x s,
    s = 1 - |c|: W(c) is known up to f'(1) e w (|D(c)| + x/(2 (1 - x))), since f'' <= f'(1)/(s (1 - x)) as far as that;
    D(c) up to x/(1 - x) (1 - D(|c|)), since D'(r)(1 - r) <= 1 - D(r), and E likewise. Source: derived here.
    """

    def __init__(self, states: States) -> None:
        self.columns, self.ends = states.columns, states.ends
        self._lost, self._lost_size = np.False_, _LEAST
        parts = {1: [0], 3: [0, 1, 2], 5: [0, 1, 2, 4]}[states.columns]
        rows = [value for row in states.rows.values() for value in row]
        self.values = {part: _pairs([value[part] for value in rows]) for part in parts}
        # The pairs are off by 2^-104 of what they stand for.
        self.errors = {part: np.full(len(rows), float(states.errors[part]) * _UP + 2.0**-100) for part in parts}

    def through(self, layers: Iterable[LayerDoubles]) -> None:
        """Pass the layers.

        Raises `AccuracyError` where points come too close to rho = -1, or where W was below float64 and grows again.
        """
        for layer in layers:
            self._pass(layer)

    def _pass(self, layer: LayerDoubles) -> None:
        self._lose(float(layer.ends.slope.upper()))
        before, w = self.values, self.values[0]
        chain = Chain(self.ends, layer.ends, self.columns)
        found, below = layer.at(w)
        costs = [float(error) for error in layer.errors]
        if below:
            costs = [max(cost, float(error)) for cost, error in zip(costs, layer.near, strict=True)]
        after = {0: found[0]}
        if self.columns > 1:
            c = total(Pair(1.0, 0.0), Pair(-found[0].high, -found[0].low))
            here, arrived = (pair(share) for share in chain.total_shares)
            after[1] = product(found[1], before[1])
            after[2] = total(product(here, c), product(product(arrived, found[1]), before[2]))
        if self.columns == 5:
            here, across, earlier = (pair(share) for share in chain.drift_shares)
            first = product(product(here, found[1]), before[1])
            second = product(product(across, found[2]), product(before[1], before[2]))
            after[4] = total(total(first, second), product(product(earlier, found[1]), before[4]))
        self.errors = self._errors(chain, layer, found, costs)
        self.values, self.ends = after, chain.ends
        if not all((error < _LARGEST_ERROR).all() for error in self.errors.values()):
            raise AccuracyError("The compiled kernel loses its digits at this depth: use the kernel layer by layer.")

    def _lose(self, slope: float) -> None:
        """Take W = 1e-240 for what is below; a layer multiplies it by at most `slope`.

        K is then off by at most 1e-100, less than the rounding that is counted; D and E by what `near` counts.
        """
        w = self.values[0]
        self._lost = self._lost | (w.high <= _LEAST)
        if self._lost.any():
            self._lost_size *= max(1.0, slope)
            if not self._lost_size < _LARGEST_LOST:
                raise AccuracyError("Points collapse beyond float64 and part again: use the kernel layer by layer.")
            self.values[0] = Pair(np.where(self._lost, _LEAST, w.high), np.where(self._lost, 0.0, w.low))

    def _errors(
        self, chain: Chain, layer: LayerDoubles, found: list[Pair], costs: list[float]
    ) -> dict[int, np.ndarray]:
        w, old = self.values[0].high, self.errors
        moved = old[0] * w / np.minimum(w, 2.0 - w) * _UP
        if not (moved < _LARGEST_ERROR).all():
            raise AccuracyError("The correlations come too close to -1 for tables: use the kernel layer by layer.")
        moved = moved / (1 - moved) * _UP
        grown = everywhere = moved
        if self.columns > 1:
            steep = np.abs(found[1].high) + costs[1] + moved
            # 1 - D at |c| where that is c.
            moved = moved * np.where(w <= 1.0, 1.0 - found[1].high + costs[1] + 2.0**-50, 1.0)
            grown = float(layer.ends.slope.upper()) * old[0] * w / found[0].high * steep * _UP
        new = {0: _product(costs[0], grown)}
        if self.columns == 1:
            return new
        slope, kernel = costs[1] + moved, new[0] * found[0].high
        here, arrived = (float(share.upper()) for share in chain.total_shares)
        new[1] = _product(slope, old[1])
        new[2] = (here * kernel + arrived * _product(slope, old[2]) + _ROUNDING) * _UP
        if self.columns == 5:
            bend = costs[3] + everywhere
            shares = [float(share.upper()) for share in chain.drift_shares]
            sizes = _product(slope, old[1]), _product(_product(bend, old[1]), old[2]), _product(slope, old[4])
            new[4] = np.sum([s * size for s, size in zip(shares, sizes, strict=True)], axis=0) * _UP + _ROUNDING
        return new

    def back(self, states: States) -> None:
        """Put the values into the states that they came from."""
        w = self.values[0]
        self._lose(1.0)
        self.values[0] = Pair(np.where(self._lost, 0.0, w.high), np.where(self._lost, 0.0, w.low))
        start = 0
        for place, row in states.rows.items():
            found = []
            for index in range(start, start + len(row)):
                parts = {k: arb(float(v.high[index])) + arb(float(v.low[index])) for k, v in self.values.items()}
                found.append(Values(*(parts.get(part, ZERO).mid() for part in range(self.columns))))
            states.rows[place] = found
            start += len(row)
        rounding = arb(2) ** (16 - states.octaves.bits)
        errors = (float(self.errors[part].max()) if part in self.errors else 0.0 for part in range(self.columns))
        states.errors = Values(*((arb(error) + rounding).upper() for error in errors))
        states.ends = self.ends


def _product(first: np.ndarray | float, second: np.ndarray) -> np.ndarray:
    """The error of a product of numbers in [-1, 1], (1 + a)(1 + b) - 1, which as written would lose its digits."""
    return (first + second + first * second + _ROUNDING) * _UP


def _pairs(values: list[arb]) -> Pair:
    found = [pair(value) for value in values]
    return Pair(np.array([value.high for value in found]), np.array([value.low for value in found]))
