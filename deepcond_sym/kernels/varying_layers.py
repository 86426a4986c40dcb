"""`Varying`: the layers behind the first of a network in which every layer is another map, for arrays."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
import sympy as sp
from flint import arb

from deepcond_sym.arithmetic import ball, precision
from deepcond_sym.depth import DepthMap
from deepcond_sym.depth.correlation_map import BallMap
from deepcond_sym.errors import AccuracyError

from .chain_rule import ZERO, Ends, Values
from .double_double import Pair, matrix_product, pair, slices
from .float_bounds import gamma
from .layer import Layer
from .layer_doubles import LayerDoubles, Pieces, Reach, evaluation_error, least_values, parts_of, pieces_of
from .octave_pieces import Octaves
from .variance_nodes import VarianceNodes, float_variances

_RATIO = 3.0
"""The largest ratio of the ends of an interval of variances."""
_BATCH = 32
_OCTAVES, _MARGIN_OCTAVES, _EXTRA_OCTAVES = 64, 6, 80
_MARGIN = 1e-4
"""By how much the variances may differ from their estimates, relative to them."""
_SETTLED = 66
"""Bits to which the variance is to be known where it no longer moves."""


class Varying:
    """The layers 2 .. L of a network, with the first as a map in balls, and the variance of the last.

    Raises `AccuracyError` where the variances, or the layers at them, do not lend themselves to it.

    >>> from .octave_pieces import octave_interpolation
    >>> network = DepthMap("relu", 50, weight_variance=2, bias_variance="1/10")
    >>> octaves = octave_interpolation(27, 160)
    >>> varying = Varying(network, octaves, mirrored=False, columns=1, bits=100)
    >>> len(list(varying.layers)), round(float(varying.variance), 10)
    (49, 6.0)
    """

    def __init__(self, network: DepthMap, octaves: Octaves, *, mirrored: bool, columns: int, bits: int) -> None:
        self.network, self.octaves, self.mirrored, self.columns, self.bits = network, octaves, mirrored, columns, bits
        with precision(bits=octaves.bits):
            self._set_homogeneous() if network.activation.homogeneity is not None else self._set_moving()

    def _set_homogeneous(self) -> None:
        """One table for all layers, c -> 1 - gain W(c)."""
        found = self.network._map.layers(self.network.depth, ball)
        maps: list[BallMap] = list(found.maps)  # pyright: ignore[reportAssignmentType]
        self.first, self.variance = maps[0], found.variances[-1]
        dual = self.network._map.unit
        layer = Layer(self.octaves, BallMap(dual, dual, maps[0].gain), self.bits, self.columns)
        reach = self._reach([maps[0], maps[-1]], layer.ends.slope)
        factors = [[arb(1)] * len(parts_of(self.columns))]
        pieces = pieces_of([layer], factors, self.octaves, reach)
        rows = pieces.rows[:, 0]
        tails, least = evaluation_error(rows, 0), least_values(rows[0])
        if not (least > 0).all():
            raise AccuracyError("A layer comes too close to 0 for tables in doubles: use the kernel layer by layer.")
        costs = [arb(float((tails[0] / least).max())) + 8 * pieces.off / float(least.min())]
        costs += [arb(float(tail.max())) + 8 * pieces.off for tail in tails[1:]]
        errors = [ZERO] * 5
        for part, cost in zip((0, 1, 3), costs, strict=False):
            errors[part] = table_error(part, pieces.errors[part], cost, self.octaves)

        def layers() -> Iterator[LayerDoubles]:
            for step in maps[1:]:
                gain = step.gain / maps[0].gain
                known = arb(2) ** -min(200, gain.rel_accuracy_bits())
                bounds = Values(*errors)._replace(w=(errors[0] + known).upper())
                slope = step.slope_at_one()
                ends = Ends(slope, arb(1), step.bend_at_one() if self.columns == 5 else ZERO, slope)
                yield LayerDoubles(rows, gain, factors[0][1:], ends, bounds, reach)

        self.layers = layers()

    def _set_moving(self) -> None:
        """Tables at a few variances of every interval."""
        network, source = self.network, self.network.activation
        weight, bias = (ball.constant(p.value) for p in (network.weight_variance, network.bias_variance))
        unit = network._map.unit
        variance = weight * unit.at_one(ball) + bias
        self.first = BallMap(unit, unit, weight / variance)
        estimates = float_variances(source, float(weight), float(bias), network.depth)[1:]
        families: dict[int, Family] = {}
        intervals = [VarianceNodes(source, low, high, self.mirrored) for low, high in _intervals(estimates)]
        runs: list[tuple[int, list[arb]]] = []
        left = network.depth - 1
        while left:
            number = next((k for k, nodes in enumerate(intervals) if nodes.contains(variance)), None)
            if number is None:
                raise AccuracyError("A variance is not where it was expected: use the kernel layer by layer.")
            nodes, column = intervals[number], [variance]
            while left and nodes.contains(variance):
                trap = _trap(variance, nodes, weight, bias)
                if trap is not None:
                    column, variance = [*column[:-1], trap, trap], trap
                    runs.append((number, column))
                    settled, left = left - 1, 0
                    break
                variance = weight * nodes.moment(variance) + bias
                column.append(variance)
                left -= 1
            else:
                settled = 0
                runs.append((number, column))
        self.variance = variance

        def layers() -> Iterator[LayerDoubles]:
            last = None
            for number, column in runs:
                if number not in families:
                    nodes = intervals[number]
                    steps = [BallMap(dual, dual, weight / (weight * dual.at_one(ball) + bias)) for dual in nodes.duals]
                    slopes = min((step.slope_at_one() for step in steps), key=float)
                    families[number] = Family(
                        nodes, self.octaves, self._reach(steps, slopes), self.columns, self.bits
                    )
                for last in families[number].layers(column, weight):
                    yield last
            for _ in range(settled):
                assert last is not None
                yield last

        self.layers = layers()

    def _reach(self, steps: list[BallMap], slope: arb) -> Reach:
        """How many octaves the layers meet, about: where there are too few, they are refused."""
        # Without kinks a layer is linear below the last octave, up to about 2^-64.
        bends = bool(self.network.activation.kinks) and slope < 0.999
        positive = _OCTAVES + (_EXTRA_OCTAVES if bends else _MARGIN_OCTAVES)
        if self.mirrored:
            return Reach(positive, 0)
        least = min(float((1 - step.step(arb(-1), arb(2))[1] / 2).lower()) for step in steps)
        return Reach(positive, min(_OCTAVES, 2 + int(np.ceil(-np.log2(least))) if least > 0 else _OCTAVES))


def _intervals(estimates: np.ndarray) -> list[tuple[Any, Any]]:
    """Intervals that cover the estimates, one after the other."""
    low, high = float(estimates.min()) * (1 - _MARGIN), float(estimates.max()) * (1 + _MARGIN)
    count = max(1, int(np.ceil(np.log(high / low) / np.log(_RATIO))))
    ends = [low * (high / low) ** (k / count) for k in range(count + 1)]
    return [
        (sp.Rational(a * (1 - _MARGIN / 8)), sp.Rational(b * (1 + _MARGIN / 8)))
        for a, b in pairwise(ends)
    ]


def _trap(variance: arb, nodes: VarianceNodes, weight: arb, bias: arb) -> arb | None:
    """A small ball of variances around this one that is never left, if the recursion has settled."""
    ball_of = variance + arb(0, 1) * variance.mid() * arb(2) ** -_SETTLED
    if not nodes.contains(ball_of):
        return None
    return ball_of if ball_of.contains(weight * nodes.moment(ball_of) + bias) else None


class Family:
    """Layers with the same activation at all variances of an interval, from tables at a few of them."""

    def __init__(self, nodes: VarianceNodes, octaves: Octaves, reach: Reach, columns: int, bits: int) -> None:
        self.nodes, self.octaves, self.reach, self.columns = nodes, octaves, reach, columns
        layers = [Layer(octaves, BallMap(dual, dual, arb(1)), bits, columns) for dual in nodes.duals]
        # At 1: q, D'(1) and D''(1) of each node.
        self.at_one = [
            [ball.constant(dual.variance), layer.ends.slope, layer.ends.bend][: len(parts_of(columns))]
            for dual, layer in zip(nodes.duals, layers, strict=True)
        ]
        pieces = pieces_of(layers, self.at_one, octaves, reach)
        rows = pieces.rows.transpose(1, 0, 2, 3)
        self._shape = rows.shape[1:]
        # c_0 with its rest, c_1 and c_2 are added up without rounding; the others are small.
        high, low = rows[:, :, [0, 2, 3]], np.zeros_like(rows[:, :, :3])
        low[:, :, 0] = rows[:, :, 1]
        self._leading = slices(Pair(high.reshape(nodes.count, -1), low.reshape(nodes.count, -1)))
        self._others = np.ascontiguousarray(rows[:, :, 4:]).reshape(nodes.count, -1)
        rounding = float((gamma(nodes.count + 2) * nodes.lebesgue).upper())
        self._mixing = rounding * np.abs(rows[:, :, 4:]).max(axis=0).sum(axis=1)
        # The weights are rounded to pairs, and the products of matrices are exact up to a little.
        self._off = 8 * nodes.lebesgue * (pieces.off + arb(self._leading.size) * nodes.count * arb(2) ** -75)
        self._most = [ZERO, nodes.far.slope_at_one(ball), nodes.far.bend_at_one() if columns == 5 else ZERO]
        self._spread = self._spreads(pieces)

    def _spreads(self, pieces: Pieces) -> list[arb]:
        """The errors at the nodes in the octaves, for all variances; those of the nodes of the interval are multiplied
        by the Lebesgue constant. For W relative to W."""
        nodes, growth = self.nodes, self.nodes.lebesgue
        found = [growth * nodes.ratio * pieces.errors.w + nodes.relative_cut]
        for column, part in enumerate(parts_of(self.columns)[1:], 1):
            found.append(self._most[column] * (growth * (pieces.errors[part] + nodes.shift) + nodes.cut))
        return found

    def layers(self, variances: list[arb], weight: arb) -> Iterator[LayerDoubles]:
        """The layers that lead from each of these variances to the next."""
        for start in range(0, len(variances) - 1, _BATCH):
            chosen = variances[start : start + _BATCH + 1]
            weights = [self.nodes.weights(q.mid()) for q in chosen[:-1]]
            pairs = [[pair(entry) for entry in row] for row in weights]
            left = Pair(*(np.array([[entry[k] for entry in row] for row in pairs]) for k in (0, 1)))
            (high, low), _ = matrix_product(slices(left), self._leading)
            columns, _, pieces = self._shape
            high, low = (half.reshape(-1, columns, 3, pieces) for half in (high, low))
            others = (left.high @ self._others).reshape(len(weights), columns, -1, pieces)
            rows = np.concatenate([high[:, :, :1], low[:, :, :1], high[:, :, 1:], others], axis=2)
            for number, (q, after) in enumerate(pairwise(chosen)):
                yield self._layer(rows[number], weights[number], q, after, weight)

    def _layer(self, rows: np.ndarray, weights: list[arb], q: arb, after: arb, weight: arb) -> LayerDoubles:
        nodes = self.nodes
        ends, factors, errors = [ZERO, ZERO], [], [ZERO] * 5
        tails = evaluation_error(rows, nodes.count + 2) + self._mixing
        # The variance is known up to a ball.
        gain, moved = weight / (q * after), 4 * q.rad() / nodes.margin
        least = least_values(rows[0]) - float(self._off.upper())
        if not (least > 0).all():
            raise AccuracyError("A layer comes too close to 0 for tables in doubles: use the kernel layer by layer.")
        cost = arb(float((tails[0] / least).max())) * arb("1.001") + self._off / float(least.min())
        cost += nodes.ratio * moved + arb(2) ** -min(200, gain.rel_accuracy_bits())
        errors[0] = table_error(0, self._spread[0], cost, self.octaves)
        for column, part in enumerate(parts_of(self.columns)[1:], 1):
            most = self._most[column]
            end = sum((w * row[column] for w, row in zip(weights, self.at_one, strict=True)), arb(0))
            end += arb(0, (self._spread[column] + most * moved).upper())
            ends[column - 1] = end
            if most == 0:
                # A linear layer has no second derivative.
                factors.append(arb(1))
                continue
            factors.append(1 / end)
            cost = (arb(float(tails[column].max())) + self._off + most * moved) / end
            errors[part] = table_error(part, self._spread[column] / end, cost + (1 / end).rad() * end, self.octaves)
        slope = weight * ends[0] / after
        ends_of_layer = Ends(slope, arb(1), weight * ends[1] / after, slope)
        return LayerDoubles(rows, gain, factors, ends_of_layer, Values(*errors), self.reach)


def table_error(part: int, spread: arb, cost: arb, octaves: Octaves) -> arb:
    """The error of a table in doubles from that of its values at the nodes and from what the evaluation costs."""
    coarse, fine = octaves.lebesgue, octaves.fine_lebesgue
    if part == 0:
        return (2 * fine * (2 * coarse * spread + octaves.relative_cut) + octaves.fine_relative_cut + cost).upper()
    return (fine * (coarse * spread + octaves.cut) + octaves.fine_cut + cost).upper()
