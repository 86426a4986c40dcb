"""`compiled_tables`: the kernels of a network of any depth as a table of polynomials, with proved errors."""

from __future__ import annotations

import math

from flint import arb

from deepcond_sym.activations import activation
from deepcond_sym.arithmetic import ball, precision
from deepcond_sym.depth import DepthMap
from deepcond_sym.depth.correlation_map import BallMap
from deepcond_sym.duals.normalized import NormalizedActivation
from deepcond_sym.errors import AccuracyError, InputError
from deepcond_sym.symbols import x

from .compiled_tables import OCTAVES, Tables
from .double_states import DoubleStates
from .fine_table import SLOPE, TANGENT, TANGENT_SLOPE, constant_tables, fine_tables
from .layer import Layer
from .layer_table import LayerTable
from .octave_pieces import octave_interpolation
from .point_states import States
from .varying_layers import Varying

_MARGIN, _MOST_OCTAVES = 4, 140
_SCALE_BITS, _MOST_BITS = 64, 4000
"""So many bits of the last variance are wanted, and at so many working bits the search for them ends."""
_FEW = 3
"""Up to so many equal layers are passed one by one."""
_MANY, _MOST = 10, 5000
"""Different layers are passed in doubles if there are more than the first and at most the second number of them."""
_NODES, _BITS = 26, 96
"""Nodes in an octave, and bits, for that."""


def compiled_tables(network: DepthMap, tangent: bool, slopes: bool = False) -> Tables:
    """Run the network at the nodes of the final table: equal layers by doubling, others one by one.

    With `slopes` also the derivatives in rho of the kernels, as far as they are finite at rho = 1.
    """
    parts = _parts(network, tangent, slopes)
    if network._map.is_constant and network.depth > 0:
        return _constant(network, parts)
    columns = 5 if TANGENT_SLOPE in parts else 3 if parts else 1
    if _varies(network):
        try:
            return _varying(network, parts, columns)
        except AccuracyError:
            # What the arithmetic of doubles does not reach balls may, layer by layer.
            pass
    doublings = network.depth.bit_length()
    count = 26 + 3 * doublings // 2
    layer_bits = 76 + 4 * doublings
    octaves = octave_interpolation(count, 100 + 4 * doublings + 2 * count)
    mirror = _mirror(network)
    layer_bits, runs, variance = _layers(network, layer_bits)
    with precision(bits=octaves.bits):
        states = States(octaves, _places(mirror), columns)
        reach = _reach([step for step, _ in runs], mirror, layer_bits)
        for number, (step, left) in enumerate(runs):
            layer = Layer(octaves, step, layer_bits, columns)
            if number == 0:
                states.first(layer)
                left -= 1
            _rest(states, layer, left, reach)
        return fine_tables(states, variance, mirror, parts)


def _layers(network: DepthMap, bits: int) -> tuple[int, list[tuple[BallMap, int]], arb]:
    """The maps of the layers, how often each comes in a row, and the last variance; with how many bits.

    There are more than those given where unstable variances lose them.
    """
    steady = network._map.is_steady and network.depth > 0
    while True:
        with precision(bits=bits):
            layers = network._map.layers(1 if steady else network.depth, ball)
        maps: list[BallMap] = list(layers.maps)  # pyright: ignore[reportAssignmentType]
        variance = layers.variances[-1] if maps else arb(1)
        missing = _SCALE_BITS - variance.rel_accuracy_bits()
        if missing <= 0 or bits > _MOST_BITS or not variance.is_finite():
            return bits, [(maps[0], network.depth)] if steady else _runs(maps), variance
        bits += missing + 8


def _varies(network: DepthMap) -> bool:
    """Whether most layers are another map each, and so many that tables for all of them together pay."""
    step = network._map
    if not _MANY < network.depth <= _MOST or step.is_steady or network.activation.expr.free_symbols - {x}:
        return False
    return network.activation.homogeneity is None or network.bias_variance.value != 0


def _varying(network: DepthMap, parts: set[int], columns: int) -> Tables:
    """Pass the layers in pairs of doubles."""
    octaves, mirror = octave_interpolation(_NODES, _BITS + 60), _mirror(network)
    # The derivative says how errors pass on.
    columns = columns if network.activation.jumps else max(columns, 3)
    varying = Varying(network, octaves, mirrored=mirror is not None, columns=columns, bits=_BITS)
    if varying.variance.rel_accuracy_bits() < _SCALE_BITS:
        raise AccuracyError("The variances are unstable: use the kernel layer by layer.")
    with precision(bits=octaves.bits):
        states = States(octaves, _places(mirror), columns)
        states.first(Layer(octaves, varying.first, _BITS, columns))
        doubles = DoubleStates(states)
        doubles.through(varying.layers)
        doubles.back(states)
        return fine_tables(states, varying.variance, mirror, parts)


def _places(mirror: str | None) -> list[tuple[bool, int]]:
    """The octaves of the final table."""
    signs = [False] if mirror else [False, True]
    return [(negative, octave) for negative in signs for octave in range(1, OCTAVES + 1)]


def _parts(network: DepthMap, tangent: bool, slopes: bool) -> set[int]:
    """What is to be stored beside W."""
    parts = {TANGENT} if tangent else set()
    bent, jumps = network.activation.kinks, network.activation.jumps
    if slopes and (network.depth == 0 or not jumps):
        parts.add(SLOPE)
        if tangent and (network.depth == 0 or not bent):
            parts.add(TANGENT_SLOPE)
    return parts


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


def _constant(network: DepthMap, parts: set[int]) -> Tables:
    """Every layer forgets its input: K = Theta = bias_variance."""
    bias = ball.constant(network.bias_variance.value)
    if not bias > 0:
        raise InputError("The kernel is 0 everywhere: give the network weights and an activation that is not 0.")
    return constant_tables(bias, parts)


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


def _rest(states: States, layer: Layer, left: int, reach: int) -> None:
    if left <= _FEW:
        for _ in range(left):
            states.directly(layer)
        return
    floor = _floor(layer, left)
    below = {False: floor, True: reach} if reach else {False: floor}
    table = LayerTable.of(layer, below)
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


def _floor(layer: Layer, left: int) -> int:
    """How many octaves near rho = 1: a few more than the final table where the layer hardly draws points together,
    so many that all `left` layers leave the points of the last octave in it; else until it is linear there."""
    octaves, slope = max(OCTAVES + _MARGIN, 2 * left.bit_length() + 24), layer.ends.slope
    if not slope.is_finite() or slope > 1 - arb(2) ** -30:
        return octaves
    while octaves < _MOST_OCTAVES:
        s = arb(2) ** -octaves
        if slope * s - layer.value(False, s).w < arb(2) ** -70 * slope * s:
            break
        octaves += 24
    return min(octaves, _MOST_OCTAVES)
