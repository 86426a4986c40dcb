"""`slope_ratios`: the derivatives of the kernels in rho in balls, layer by layer, for a single cosine."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from flint import arb

from deepcond_sym.arithmetic import ball, precision, to_relative, working_bits
from deepcond_sym.depth import DepthMap
from deepcond_sym.depth.correlation_map import BallMap
from deepcond_sym.errors import InputError

from .chain_rule import Chain, Ends, Values


class Slopes(NamedTuple):
    """(dK/drho)/(dK/drho at 1), and the same for Theta (0 if that was not asked for)."""

    kernel: arb
    tangent: arb


def slope_ratios(network: DepthMap, u: Fraction, tangent: bool, bits: int = 64) -> Slopes:
    """The derivatives at rho = 1 - u, 0 <= u <= 2, over those at rho = 1, each to so many bits relative to 1.

    Raises `InputError` where the derivative at rho = 1 is infinite.

    >>> network = DepthMap("erf", 2)
    >>> round(float(slope_ratios(network, Fraction(0), True).kernel), 15)
    1.0

    Source: derived here (chain rule; see `chain_rule`).
    """
    require_slope(network, tangent)
    mirror = network._mirror()
    if mirror and u > 1:
        # The derivative of an even kernel is odd.
        folded = slope_ratios(network, 2 - u, tangent, bits)
        return folded if mirror == "odd" else Slopes(-folded.kernel, -folded.tangent)
    # Shifted by 2, so that relative accuracy is absolute accuracy.
    kernel = to_relative(lambda: 2 + _ratio(network, u, tangent).slope, bits + 2) - 2
    if not tangent:
        return Slopes(kernel, arb(0))
    return Slopes(kernel, to_relative(lambda: 2 + _ratio(network, u, tangent).drift, bits + 2) - 2)


def require_slope(network: DepthMap, tangent: bool) -> None:
    """Raise `InputError` where dK/drho (or, with `tangent`, dTheta/drho) is infinite at rho = 1."""
    source = network.activation
    if network.depth and source.jumps:
        raise InputError(f"{source.name} jumps, so dK/drho is infinite at rho = 1: there is no slope relative to it.")
    if network.depth and tangent and source.kinks:
        raise InputError(
            f"{source.name} has a kink, so dTheta/drho is infinite at rho = 1 and has no bound relative to it: "
            "use nngp_slope, or an activation without kinks."
        )


def _ratio(network: DepthMap, u: Fraction, tangent: bool) -> Values:
    with precision(bits=working_bits() + 24 + 2 * network.depth.bit_length()):
        point = ball.constant(u)
        before, ends = Values(point, arb(1), 1 - point, arb(0), arb(1)), Ends()
        for step in network._map.layers(network.depth, ball):
            assert isinstance(step, BallMap)
            slope, here = step.slope_at_one(), before.w
            bend = step.bend_at_one() if tangent else arb(0)
            _, w = step.step(1 - here, here)
            ratio = step.slope(1 - here, here) / slope
            bent = arb(1) if bend == 0 else step.bend(here) / bend
            chain = Chain(ends, Ends(slope, arb(1), bend, slope), 5)
            before, ends = chain.values(before, Values(w, ratio, 1 - w, bent, ratio)), chain.ends
        return before

