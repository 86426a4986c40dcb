"""`fine_tables`: the states after the last layer as polynomials in doubles, with the cost of rounding proved."""

from __future__ import annotations

import math

import numpy as np
from flint import arb

from .compiled_tables import OCTAVES, Tables
from .float_bounds import gamma
from .octave_pieces import FINE, FINE_COUNT
from .point_states import States

_UNIT = arb(2) ** -53
_SLACK = 1 + arb(2) ** -40
LARGEST = 700.0
"""Kernels come over their diagonal where its logarithm is not below this."""
_NORMAL = 1e-290
"""Below this 1 - K has no relative accuracy in float64."""
W, SLOPE, TANGENT, TANGENT_SLOPE = 0, 1, 2, 4
"""Which of the `Values` is stored."""


def fine_tables(states: States, variance: arb, mirror: str | None, parts: set[int]) -> Tables:
    """The tables of W and of those `parts` of the states, for a network of the last variance `variance`."""
    ends = states.ends
    scale = {
        SLOPE: variance * ends.slope if SLOPE in parts else arb(1),
        TANGENT: variance * (ends.total if TANGENT in parts else 1),
        TANGENT_SLOPE: variance * ends.drift if TANGENT_SLOPE in parts else arb(1),
    }
    w, kernel_error, relative_error = _complement(states, mirror, _blur(variance))
    found: dict[int, np.ndarray | None] = dict.fromkeys((SLOPE, TANGENT, TANGENT_SLOPE))
    errors: dict[int, float] = {}
    for part in parts:
        found[part], errors[part] = _power_series(states, mirror, part, _blur(scale[part]))
    return Tables(
        w, found[TANGENT], kernel_error, relative_error, errors.get(TANGENT, 0.0),
        float(variance.log()), _scale(variance), float(scale[TANGENT].log()), _scale(scale[TANGENT]), mirror,
        found[SLOPE], errors.get(SLOPE, 0.0), float(scale[SLOPE].log()), _scale(scale[SLOPE]),
        found[TANGENT_SLOPE], errors.get(TANGENT_SLOPE, 0.0),
        float(scale[TANGENT_SLOPE].log()), _scale(scale[TANGENT_SLOPE]),
    )  # fmt: skip


def constant_tables(level: arb, parts: set[int]) -> Tables:
    """Of a network that forgets its input: K = Theta = level, and the derivatives are 0."""
    shape = (2, OCTAVES * FINE + 2, FINE_COUNT)
    ones = np.zeros(shape)
    ones[..., 0] = 1.0
    rounding, logarithm, scale = 2.0**-52, float(level.log()), _scale(level)
    return Tables(
        np.zeros(shape), ones if TANGENT in parts else None, rounding, 0.0, rounding,
        logarithm, scale, logarithm, scale, None,
        np.zeros(shape) if SLOPE in parts else None, 0.0, -math.inf, 0.0,
        np.zeros(shape) if TANGENT_SLOPE in parts else None, 0.0, -math.inf, 0.0,
    )  # fmt: skip


def _complement(states: States, mirror: str | None, blur: arb) -> tuple[np.ndarray, float, float]:
    """The table of W, the error of K and that of W relative to W for rho > 0."""
    octaves = states.octaves
    # On a piece W varies by a factor of at most 33/32, on an octave of at most 2.
    cut = arb("1.04") * octaves.fine_lebesgue * (2 * octaves.lebesgue * states.errors.w + octaves.relative_cut)
    cut += octaves.fine_relative_cut
    w, off = _doubles(states, W)
    # Relative to the least W on a piece, which is at least |c_0| - |c_1| - ... .
    half, half_off = w[0, :-1], off[0, :-1]
    smallest = np.abs(half[:, 0]) - np.abs(half[:, 1:]).sum(axis=-1)
    ratio = np.divide(half_off, smallest, out=np.full(len(half_off), np.inf), where=smallest > _NORMAL)
    # W between the nodes of an octave is at most twice as large as at the nodes.
    largest = max(value.w for row in states.rows.values() for value in row)
    kernel = arb(float(off.max())) * _SLACK + 3 * cut * largest + 3 * _UNIT + blur
    _ends(w, 0.0, states, mirror, W)
    return w, _above(kernel), _above(arb(float(ratio.max())) * _SLACK + 2 * cut)


def _power_series(states: States, mirror: str | None, part: int, blur: arb) -> tuple[np.ndarray, float]:
    """The table of a quantity that is a power series with coefficients >= 0 of sum 1, and its error, also scaled."""
    octaves = states.octaves
    cut = octaves.fine_lebesgue * (octaves.lebesgue * states.errors[part] + octaves.cut) + octaves.fine_cut
    table, off = _doubles(states, part)
    _ends(table, 1.0, states, mirror, part)
    return table, _above(arb(float(off.max())) * _SLACK + cut + 2 * _UNIT + blur)


def _ends(table: np.ndarray, at_one: float, states: States, mirror: str | None, part: int) -> None:
    """The values at s = 0, and the half rho < 0 of an even or odd kernel."""
    table[:, -1, :], table[0, -1, 0] = 0.0, at_one
    if mirror:
        table[1] = table[0]
    else:
        table[1, -1, 0] = float(states.rows["end"][0][part])


def _doubles(states: States, part: int) -> tuple[np.ndarray, np.ndarray]:
    """The coefficients, and for each piece the error of rounding them and of Horner's rule."""
    places = [place for place in states.rows if place != "end"]
    columns = [[value[part] for value in states.rows[place]] for place in places]
    size = OCTAVES * FINE
    table, off = np.zeros((2, size + 2, FINE_COUNT)), np.zeros((2, size + 2))
    weights = np.array([_above(gamma(2 * k + 3) * arb("1.001")) for k in range(FINE_COUNT)])
    for (negative, octave), column in zip(places, states.octaves.refine(columns), strict=True):
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


def _blur(value: arb) -> arb:
    """How far the middle of this ball, a scale that multiplies every value, may be from its points, relatively."""
    return (arb("1.01") * value.rad() / abs(value).lower()).upper() if _in_range(value) else arb(0)


def _scale(value: arb) -> float:
    """The value as a double, or 1 where it leaves the range: then kernels come over their diagonal."""
    return float(value) if _in_range(value) else 1.0


def _in_range(value: arb) -> bool:
    return abs(float(value.log())) < LARGEST


def _above(value: arb) -> float:
    return math.nextafter(float(value.upper()), math.inf)


