"""`LayerDoubles`: a layer as polynomials in doubles, with a leading coefficient of two, on pieces of octaves."""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple

import numpy as np
from flint import arb

from deepcond_sym.errors import AccuracyError

from .chain_rule import Ends, Values
from .double_double import Pair, matrix_product, pair, product, slices, total, two_sum
from .float_bounds import gamma
from .layer import Layer
from .octave_pieces import FINE, FINE_COUNT, Octaves

_SHIFT, _MASK = 47, (1 << 47) - 1


class Reach(NamedTuple):
    """How many octaves of 1 - |c| a table has for c > 0 and for c < 0."""

    positive: int
    negative: int


class Pieces(NamedTuple):
    """Of W (over 2^-j in octave j of c > 0), D and E, for some layers, [column, layer, row, piece].

    The rows are c_0, the rest of c_0, c_1, ..., c_7; the pieces come in the order of s = 1 - |c|, those of c > 0 first.
    A coefficient c_0 is off by `off`, and so are the others but for their own rounding; `errors` belongs to the nodes.
    """

    rows: np.ndarray
    off: arb
    errors: Values


def pieces_of(layers: list[Layer], factors: list[list[arb]], octaves: Octaves, reach: Reach) -> Pieces:
    """The tables of some layers: for each its W, D and E times its factors."""
    places = [(False, j) for j in range(reach.positive, 0, -1)] + [(True, j) for j in range(reach.negative, 0, -1)]
    parts = parts_of(layers[0].columns)
    scales = [arb(1) if negative else arb(2) ** j for negative, j in places]
    values = [
        pair(value[part] * (factor if part else factor * scale))
        for column, part in enumerate(parts)
        for layer, factor in zip(layers, (row[column] for row in factors), strict=True)
        for place, scale in zip(places, scales, strict=True)
        for value in layer.row(place)
    ]
    shape = (len(parts) * len(layers) * len(places), octaves.count)
    nodes = Pair(*(np.array(half).reshape(shape).T for half in zip(*values, strict=True)))
    (high, low), off = matrix_product(octaves.refinement_slices, slices(nodes))
    # What the rounding of both matrices to pairs costs.
    sizes = arb(float(np.abs(nodes.high).max())) * octaves.refinement_slices.size
    off = (off + sizes * octaves.count * arb(2) ** -96).upper()
    split = (FINE, FINE_COUNT, len(parts), len(layers), len(places))
    high, low = (half[:-1].reshape(split).transpose(2, 3, 1, 4, 0) for half in (high, low))
    rows = np.concatenate([high[:, :, :1], low[:, :, :1], high[:, :, 1:]], axis=2)
    errors = [max(layer.errors[part] for layer in layers) for part in (0, 1, 3)]
    return Pieces(
        np.ascontiguousarray(rows.reshape(len(parts), len(layers), FINE_COUNT + 1, -1)), off,
        Values(errors[0], errors[1], arb(0), errors[2]),
    )  # fmt: skip


def parts_of(columns: int) -> list[int]:
    """Which of the `Values` need a table of their own."""
    return [0, 1, 3][: (columns + 1) // 2]


def evaluation_error(rows: np.ndarray, terms: int) -> np.ndarray:
    """Bounds, for each piece, of what the evaluation of the polynomials costs: the rounding of the coefficients (from
    c_3 on sums of so many products), Horner's rule, and what is left out for the second double of the argument."""
    weights = []
    for k in range(1, FINE_COUNT):
        weight = gamma(2 * k + 6 + (terms if k > 2 else 0)) + arb(2) ** -90 * k * k
        weights.append(float((weight + (arb(2) ** -46 * k if k > 2 else 0)).upper()))
    return np.tensordot(np.array(weights), np.abs(rows[..., 2:, :]), (0, -2)) * (1 + 2.0**-30)


def least_values(rows: np.ndarray) -> np.ndarray:
    """Lower bounds of the polynomials on each piece."""
    return (np.abs(rows[..., 0, :]) - np.abs(rows[..., 2:, :]).sum(axis=-2)) * (1 - 2.0**-30)


class LayerDoubles:
    """A layer c -> 1 - gain W(c), ready for arrays: `rows` has W, and D and E up to `factors`, as in `Pieces`.

    `errors` bounds what these cost, of W relative to W. Below the last octave c -> 1 - K'(1) (1 - c), D = E = 1, up to
    `near`.
    """

    def __init__(
        self, rows: np.ndarray, gain: arb, factors: list[arb], ends: Ends, errors: Values, reach: Reach
    ) -> None:
        self.rows, self.ends, self.errors, self.reach = rows, ends, errors, reach
        self._gain, self._slope = pair(gain), pair(ends.slope)
        self._factors = [pair(factor) for factor in factors]

    def at(self, w: Pair) -> tuple[list[Pair], bool]:
        """W of the layer, then D and E as far as there are tables, at the correlations 1 - w; and whether any of them
        lies below the last octave."""
        if self.reach.negative:
            mirrored = w.high > 1.0
            other = total(Pair(2.0, 0.0), Pair(-w.high, -w.low))
            s = Pair(np.where(mirrored, other.high, w.high), np.where(mirrored, other.low, w.low))
            octaves = np.where(mirrored, self.reach.negative, self.reach.positive)
        else:
            # The map is even or odd: beyond 1 there is but the error of w itself.
            mirrored, s, octaves = np.False_, w, np.full(w.high.shape, self.reach.positive)
        bits = s.high.view(np.int64)
        index = (bits >> _SHIFT) - ((1023 - octaves) << 5)
        local = (bits & _MASK).astype(np.float64) * 2.0**-46 - 1.0
        over, under = index >= octaves * FINE, index < 0
        if (under & mirrored).any():
            raise AccuracyError("The correlations come too close to -1 for tables: use the kernel layer by layer.")
        index[over], local[over] = octaves[over] * FINE - 1, 1.0
        index[under] = 0
        octave = (octaves - (index >> 5)).astype(np.int32)
        # In units of half a piece, which is 2^-(octave + 6) wide.
        correction = np.where(s.high > 1.0, 0.0, np.ldexp(s.low, octave + 6))
        scale = np.where(mirrored, 1.0, np.ldexp(1.0, -octave))
        index = index + np.where(mirrored, self.reach.positive * FINE, 0)
        found = [_evaluate(rows, index, local, correction) for rows in self.rows]
        values = [product(self._gain, Pair(found[0].high * scale, found[0].low * scale))]
        values += [product(factor, part) for factor, part in zip(self._factors, found[1:], strict=True)]
        if not under.any():
            return values, False
        below = [product(self._slope, s), *[Pair(1.0, 0.0)] * len(self._factors)]
        return [
            Pair(np.where(under, b.high, v.high), np.where(under, b.low, v.low))
            for b, v in zip(below, values, strict=True)
        ], True

    @cached_property
    def near(self) -> Values:
        """How far the layer is from its tangent at 1 below the last octave: W is concave, D and E do not decrease."""
        end = 2.0**-self.reach.positive
        found, _ = self.at(Pair(np.array([end]), np.array([0.0])))
        w, *others = [arb(float(value.high[0])) + arb(float(value.low[0])) for value in found]
        least = (w * (1 - self.errors.w - arb(2) ** -90) / (self.ends.slope * end)).lower()
        if not least > 0.5:
            raise AccuracyError("The layer bends too much near 1 for tables: use the kernel layer by layer.")
        errors = [arb(0)] * 5
        errors[0] = (1 / least - 1).upper()
        for part, other in zip((1, 3), others, strict=False):
            errors[part] = (1 - other + self.errors[part] + arb(2) ** -90).upper()
        return Values(*errors)


def _evaluate(rows: np.ndarray, index: np.ndarray, local: np.ndarray, correction: np.ndarray) -> Pair:
    """c_0 + t c_1 + ... + t^7 c_7 at t = local + correction."""
    part = rows[:, index]
    value = part[FINE_COUNT]
    for k in range(FINE_COUNT - 1, 1, -1):
        value = value * local + part[k]
    slope = part[2] + 2.0 * local * part[3]
    return two_sum(part[0], (local * value + correction * slope) + part[1])
