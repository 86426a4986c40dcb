"""`compiled_tables`: the kernels of a network of any depth as a table of polynomials, with proved errors."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from flint import arb

from deepcond_sym.activations import activation
from deepcond_sym.arithmetic import ball, precision
from deepcond_sym.depth import DepthMap
from deepcond_sym.depth.correlation_map import BallMap
from deepcond_sym.duals.normalized import NormalizedActivation
from deepcond_sym.errors import AccuracyError, InputError
from deepcond_sym.symbols import x

from .float_bounds import gamma
from .layer_table import Errors, Layer, LayerTable, Values, mirror_factor, passed_on
from .octave_pieces import FINE, FINE_COUNT, Octaves, octave_interpolation

OCTAVES = 64
"""The tables reach down to 1 - |rho| = 2^-64."""
_MARGIN, _MOST_OCTAVES = 4, 140
_FEW = 3
"""Up to so many equal layers are passed one by one."""
_UNIT = arb(2) ** -53
_LARGEST = 700.0
_NORMAL = 1e-290
"""Below this 1 - K has no relative accuracy in float64."""


@dataclass(frozen=True)
class Tables:
    """Coefficients of W = 1 - K/K(1) and of the tangent kernel over its diagonal, [sign, piece, power].

    Piece 32 i + k is the k-th piece of the octave [2^(i-64), 2^(i-63)]; piece 2048 stands for s = 1, 2049 for s = 0.
    `kernel_error`, `relative_error` (of W, where rho > 0) and `tangent_error` are proved, rounding included.
    """

    w: np.ndarray
    tangent: np.ndarray | None
    kernel_error: float
    relative_error: float
    tangent_error: float
    log_variance: float
    variance: float
    log_diagonal: float
    diagonal: float
    mirror: str | None


class _States:
    """The points of the final table on their way through the layers: W, and the tangent kernel r over its diagonal."""

    def __init__(self, octaves: Octaves, places: list[tuple[bool, int]], tangent: bool) -> None:
        self.octaves, self.tangent = octaves, tangent
        self.rows: dict[Any, list[tuple[arb, arb]]] = {}
        for negative, octave in places:
            points = octaves.points(octave)
            self.rows[negative, octave] = [
                ((2 - s).mid(), (s - 1).mid()) if negative else (s, (1 - s).mid()) for s in points
            ]
        if any(negative for negative, _ in places):
            self.rows["end"] = [(arb(2), arb(-1))]
        start = arb(2) ** (72 - octaves.bits)
        self.w_error, self.r_error = start, start
        self.diagonal, self.moved = arb(1), False

    def through(self, layers: LayerTable) -> None:
        """Pass the layers of a table."""
        self._pass(lambda _place, _index, w: layers.at(w), layers.table_errors, layers.slope, layers.total)

    def first(self, layer: Layer) -> None:
        """Pass the first layer, whose values at these points are known."""

        def value(place: Any, index: int, w: arb) -> Values:
            if place == "end":
                return layer.value(True, arb(0))
            return layer.row(place)[index]

        for place in self.rows:
            if place != "end":
                layer.row(place)
        self._pass(value, layer.widest, layer.slope, arb(1))

    def directly(self, layer: Layer) -> None:
        """Pass one layer in balls, point by point."""

        def value(_place: Any, _index: int, w: arb) -> Values:
            negative = bool(w > 1)
            return layer.value(negative, (2 - w).mid() if negative else w)

        exact = Errors(arb(0), arb(0), arb(0))
        self._pass(value, exact, layer.slope, arb(1))

    def _pass(self, value: Any, errors: Errors, slope: arb, total: arb) -> None:
        share = total / (total + slope * self.diagonal) if self.tangent else arb(0)
        # The points start with an error relative to 1 - |rho|; afterwards it is relative to W.
        mirrored, self.moved = self.moved, True
        factor, relative, radius = 1.0, arb(0), arb(0)
        for place, row in self.rows.items():
            results = []
            for index, (w, r) in enumerate(row):
                after = value(place, index, w)
                factor = max(factor, mirror_factor(w)) if mirrored else factor
                if not after.w.is_exact() and arb(2) ** -after.w.rel_accuracy_bits() > relative:
                    relative = arb(2) ** -after.w.rel_accuracy_bits()
                following = r
                if self.tangent:
                    mixed = share * after.total + (1 - share) * after.slope * r
                    radius = max(radius, mixed.rad())
                    following = mixed.mid()
                results.append((after.w.mid(), following))
            self.rows[place] = results
        arrival = passed_on(self.w_error, factor)
        moved = errors.slope + arrival
        self.w_error = ((1 + errors.w) * (1 + arrival) - 1 + 2 * relative).upper()
        grown = moved * (1 + self.r_error) + self.r_error
        self.r_error = (share * (errors.total + arrival) + (1 - share) * grown + radius).upper()
        self.diagonal = total + slope * self.diagonal if self.tangent else self.diagonal
        if not self.w_error < 0.01 or not self.r_error.is_finite():
            raise AccuracyError("The compiled kernel loses its digits at this depth: use the kernel layer by layer.")


def compiled_tables(network: DepthMap, tangent: bool) -> Tables:
    """Run the network at the nodes of the final table: equal layers by doubling, others one by one."""
    if network._map.is_constant and network.depth > 0:
        return _constant(network, tangent)
    doublings = network.depth.bit_length()
    count = 26 + 3 * doublings // 2
    layer_bits = 76 + 4 * doublings
    octaves = octave_interpolation(count, 100 + 4 * doublings + 2 * count)
    mirror = _mirror(network)
    with precision(bits=layer_bits):
        layers = network._map.layers(network.depth, ball)
        maps: list[BallMap] = list(layers.maps)  # pyright: ignore[reportAssignmentType]
        variance = layers.variances[-1] if maps else arb(1)
        signs = [False] if mirror else [False, True]
        places = [(negative, octave) for negative in signs for octave in range(1, OCTAVES + 1)]
    with precision(bits=octaves.bits):
        states = _States(octaves, places, tangent)
        reach = _reach(maps, mirror, layer_bits)
        for number, (step, left) in enumerate(_runs(maps)):
            layer = Layer(octaves, step, layer_bits, tangent)
            if number == 0:
                states.first(layer)
                left -= 1
            _rest(states, layer, left, reach)
        return _finish(states, octaves, variance, mirror)


def _mirror(network: DepthMap) -> str | None:
    """Whether the kernels are even or odd; also where the activation is odd only after its mean is taken off."""
    source = network.activation
    if network._mirror() or not isinstance(source, NormalizedActivation) or network.bias_variance.value != 0:
        return network._mirror()
    try:
        centred = activation(source.base.expr - source.base.expr.subs(x, 0))
    except InputError:
        return None
    return "odd" if centred.parity == "odd" else None


def _constant(network: DepthMap, tangent: bool) -> Tables:
    """Every layer forgets its input: K = Theta = bias_variance."""
    bias = ball.constant(network.bias_variance.value)
    if not bias > 0:
        raise InputError("The kernel is 0 everywhere: give the network weights and an activation that is not 0.")
    shape = (2, OCTAVES * FINE + 2, FINE_COUNT)
    ones = np.zeros(shape)
    ones[..., 0] = 1.0
    rounding, level = 2.0**-52, (float(bias.log()), _scale(bias))
    return Tables(np.zeros(shape), ones if tangent else None, rounding, 0.0, rounding, *level, *level, None)


def _runs(maps: list[BallMap]) -> list[tuple[BallMap, int]]:
    """The maps and how often each comes in a row."""
    runs: list[tuple[BallMap, int]] = []
    for step in maps:
        if runs and _same(runs[-1][0], step):
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        else:
            runs.append((step, 1))
    return runs


def _same(first: BallMap, other: BallMap) -> bool:
    if first is other:
        return True
    duals = first.lower is other.lower and first.upper is other.upper
    return duals and first.gain.mid() == other.gain.mid() and first.gain.rad() == other.gain.rad()


def _rest(states: _States, layer: Layer, left: int, reach: int) -> None:
    if left <= _FEW:
        for _ in range(left):
            states.directly(layer)
        return
    below = {False: _floor(layer), True: reach} if reach else {False: _floor(layer)}
    table = layer.table(below)
    while True:
        if left & 1:
            states.through(table)
        left >>= 1
        if not left:
            return
        table = table.doubled()


def _reach(maps: list[BallMap], mirror: str | None, bits: int) -> int:
    """How many octaves near rho = -1 the layers behind the first meet: 1 + f(c) >= sum of the even coefficients of f
    where f(c) < 0, and that is (1 + f(-1))/2."""
    if mirror or not maps:
        return 0
    most = 1
    with precision(bits=bits):
        for step in {id(step): step for step in maps}.values():
            _, w = step.step(arb(-1), arb(2))
            even = float((1 - w / 2).lower())
            most = max(most, math.ceil(-math.log2(even)) if even > 0 else OCTAVES)
    return min(most, OCTAVES)


def _floor(layer: Layer) -> int:
    """How many octaves near rho = 1: a few more than the final table where the layer hardly draws points together,
    else until it is linear there."""
    octaves = OCTAVES + _MARGIN
    if not layer.slope.is_finite() or layer.slope > 1 - arb(2) ** -30:
        return octaves
    while octaves < _MOST_OCTAVES:
        s = arb(2) ** -octaves
        if layer.slope * s - layer.value(False, s).w < arb(2) ** -70 * layer.slope * s:
            break
        octaves += 24
    return min(octaves, _MOST_OCTAVES)


def _finish(states: _States, octaves: Octaves, variance: arb, mirror: str | None) -> Tables:
    """The states as doubles on fine pieces, with what the interpolation and the rounding cost."""
    fine, coarse = octaves.fine_lebesgue, octaves.lebesgue
    w_cut = 2 * fine * (2 * coarse * states.w_error + octaves.relative_cut) + octaves.fine_relative_cut
    r_cut = fine * (coarse * states.r_error + octaves.cut) + octaves.fine_cut
    w, w_off = _doubles(states, octaves, 0)
    # Relative to the least W on a piece, which is at least |c_0| - |c_1| - ... .
    half, off = w[0, :-1], w_off[0, :-1]
    smallest = np.abs(half[:, 0]) - np.abs(half[:, 1:]).sum(axis=-1)
    ratio = np.divide(off, smallest, out=np.full(len(off), np.inf), where=smallest > _NORMAL)
    relative = _above(arb(float(ratio.max())) * (1 + arb(2) ** -40) + 2 * w_cut)
    tangent, tangent_error = None, 0.0
    if states.tangent:
        tangent, r_off = _doubles(states, octaves, 1)
        tangent_error = _above(arb(float(r_off.max())) * (1 + arb(2) ** -40) + r_cut + 2 * _UNIT)
    # W between the nodes of an octave is at most twice as large as at the nodes.
    largest = max(pair[0] for row in states.rows.values() for pair in row)
    kernel = arb(float(w_off.max())) * (1 + arb(2) ** -40) + 3 * w_cut * largest + 3 * _UNIT
    end = (arb(0), arb(1)) if mirror else states.rows["end"][0]
    w[:, -1, :], w[1, -1, 0] = 0.0, float(end[0])
    if tangent is not None:
        tangent[:, -1, :], tangent[0, -1, 0], tangent[1, -1, 0] = 0.0, 1.0, float(end[1])
    if mirror:
        w[1] = w[0]
        if tangent is not None:
            tangent[1] = tangent[0]
    whole = variance * states.diagonal
    return Tables(
        w, tangent, _above(kernel), relative, tangent_error,
        float(variance.log()), _scale(variance), float(whole.log()), _scale(whole), mirror,
    )  # fmt: skip


def _doubles(states: _States, octaves: Octaves, part: int) -> tuple[np.ndarray, np.ndarray]:
    """The coefficients, and for each piece the error of rounding them and of Horner's rule."""
    places = [place for place in states.rows if place != "end"]
    columns = [[pair[part] for pair in states.rows[place]] for place in places]
    size = OCTAVES * FINE
    table, off = np.zeros((2, size + 2, FINE_COUNT)), np.zeros((2, size + 2))
    weights = np.array([_above(gamma(2 * k + 3) * arb("1.001")) for k in range(FINE_COUNT)])
    for (negative, octave), column in zip(places, octaves.refine(columns), strict=True):
        values = np.array([float(entry) for entry in column])
        # What the balls of the coefficients are wide, all of them together.
        radius = float(max(entry.rad() for entry in column)) * 2 * FINE_COUNT
        sign, start = int(negative), (OCTAVES - octave) * FINE
        block = values[:-1].reshape(FINE, FINE_COUNT)
        table[sign, start : start + FINE] = block
        off[sign, start : start + FINE] = np.abs(block) @ weights * (1 + 2.0**-40) + radius
        if octave == 1:
            table[sign, size, 0] = values[-1]
            off[sign, size] = abs(values[-1]) * 2.0**-51 + radius
    return table, off


def _scale(value: arb) -> float:
    """The value as a double, or 1 where it leaves the range: then kernels come over their diagonal."""
    return float(value) if abs(float(value.log())) < _LARGEST else 1.0


def _above(value: arb) -> float:
    return math.nextafter(float(value.upper()), math.inf)
