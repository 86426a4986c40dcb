"""`relu_ntk_ratio`: the normalised tangent kernel of ReLU at any depth, a thousand layers or 10^30, enclosed."""

from __future__ import annotations

from typing import Any, NamedTuple

from flint import arb

from deepcond_sym.arithmetic import ball, precision
from deepcond_sym.errors import AccuracyError, InputError

from .cosine import Cosine
from .maps import DepthMap
from .parabolic import ORDER, balls, maxima

_STARTS = [500, 1000, 4000, 16000, 64000]
"""Layers passed one by one before the rest is jumped over; more of them give more digits."""
_MOST_BITS = 4000


class State(NamedTuple):
    """The angle theta_L of two inputs and their tangent kernel u_L (L on the diagonal, L = number of layers + 1)."""

    theta: arb
    u: arb


def relu_ntk_ratio(depth: int, rho: Any = None, *, u: Any = None, bits: int = 64) -> arb:
    """A ball around Theta(x, x')/Theta(x, x) after `depth` layers of ReLU without biases, for any weight variance.

    The same as `DepthMap("relu", depth, weight_variance=2).ntk_ratio(rho, bits=bits)`, and Theta-bar^(depth + 1) of
    starnaud2025, at depths that no recursion reaches. The cosine `rho` in [-1, 1], or u = 1 - rho, is exact (an
    integer, Fraction, SymPy number or text such as "1/3") or a ball, which then sets the accuracy; otherwise the
    result has a relative radius of at most 2^-bits. Raises `InputError` for bad arguments, `AccuracyError` where so
    many bits are not reached (at any depth about 200 are).

    >>> relu_ntk_ratio(10**8 - 1, 0).str(12, radius=False)
    '0.250000076302'
    >>> relu_ntk_ratio(10**30, -1, bits=110).str(33, radius=False)
    '0.250000000000000000000000000026377'

    Source: derived here, see `parabolic`; the recursion is textbook, its limit 1/4 stands in starnaud2025 (corrected).
    """
    if isinstance(depth, bool) or not isinstance(depth, int) or depth < 0:
        raise InputError(f"The depth is a number of layers, an integer at least 0, not {depth!r}.")
    if isinstance(bits, bool) or not isinstance(bits, int) or not 1 <= bits <= _MOST_BITS:
        raise InputError(f"The number of bits is an integer from 1 to {_MOST_BITS}, not {bits!r}.")
    cosine = Cosine.read(rho, u, None, bits)
    if not cosine.is_ball and cosine.u == 0:
        return arb(1)
    if depth <= _STARTS[0]:
        return DepthMap("relu", depth, weight_variance=2).ntk_ratio(rho, u=u, bits=bits)
    working = bits + 64 + _lost(cosine)
    best = None
    for start in _STARTS:
        if start >= depth:
            return DepthMap("relu", depth, weight_variance=2).ntk_ratio(rho, u=u, bits=bits)
        with precision(bits=working):
            value = jump(_state(start, cosine, working), depth - start).u / (depth + 1)
        if value.is_finite() and (best is None or value.rad() < best.rad()):
            best = value
        if best is not None and (best.rel_accuracy_bits() > bits or cosine.is_ball):
            return best
    reached = 0 if best is None else max(0, int(best.rel_accuracy_bits()) - 1)
    raise AccuracyError(f"Only {reached} of {bits} relative bits were certified at depth {depth}: ask for fewer bits.")


def _lost(cosine: Cosine) -> int:
    """Bits that cancel between the large terms 1/theta of a small angle."""
    with precision(bits=64):
        u = ball.number(cosine.u if cosine.u is not None else 1 - cosine.rho)
        return max(0, int((-2 * u.upper().log()).ceil().unique_fmpz() or 0)) if u > 0 else 0


def _state(depth: int, cosine: Cosine, bits: int) -> State:
    """theta and u after so many layers, by the recursion in balls."""
    network = DepthMap("relu", depth, weight_variance=2)
    u = cosine.u if cosine.u is not None else 1 - cosine.rho
    complement, ratio = network.nngp_complement(u, bits=bits), network.ntk_ratio(u=u, bits=bits)
    if not complement > 0:
        raise AccuracyError("The cosine cannot be told from 1: give it exactly, or give u = 1 - rho.")
    return State(2 * (complement / 2).sqrt().asin(), ratio * (depth + 1))


def jump(state: State, layers: int) -> State:
    """The state after many more layers, from an angle of at most 1/50, in one step.

    With the functions F, H, S of `parabolic` and all defects summed along the orbit: 1/theta grows by at least g a
    layer, so the sum of theta^q is at most t^q + t^(q - 1)/((q - 1) g), t the angle at the start. F gives the last
    angle, H the product P of the factors 1 - theta/pi, and S/p - u shrinks by exactly these. Source: derived here.

    >>> with precision(bits=100):
    ...     end = jump(State(arb("0.01"), arb(300)), 10**6)
    >>> bool(abs(1 / end.theta - 100 - 10**6 / (3 * arb.pi())) < 2)
    True
    """
    theta, u = state
    t = theta.upper()
    if not (theta > 0 and t < arb("0.02")):
        raise AccuracyError("The angle is not certainly between 0 and 1/50: pass more layers one by one first.")
    known, bound, p = balls(), maxima(), 1 / arb.pi()
    g, g_most = (p / 3 - bound.step * t).lower(), (p / 3 + bound.step * t).upper()
    order = ORDER + 2

    def total(q: int) -> arb:
        return t**q + t ** (q - 1) / ((q - 1) * g)

    def series(values: list[arb], angle: arb, first: int = 0) -> arb:
        return sum((value * angle ** (k + first) for k, value in enumerate(values)), arb(0))

    target = 1 / theta + known.alpha * theta.log() + series(known.b, theta) + layers * p / 3
    target += arb(0, 1) * (bound.f * total(order))
    inverse = (1 / theta + layers * g).union(1 / theta + layers * g_most)
    for _ in range(200):
        closer = inverse.intersection(target + known.alpha * inverse.log() - series(known.b, 1 / inverse))
        if not closer.rad() < inverse.rad():
            break
        inverse = closer
    last = 1 / inverse
    logarithm = 3 * (last / theta).log() + series(known.g, last) - series(known.g, theta)
    product = (logarithm + arb(0, 1) * (bound.h * total(order))).exp()

    def s(angle: arb) -> arb:
        return series(known.c, angle, -1) + angle.log() * series(known.e, angle, -1)

    defects = bound.s * total(order) + bound.s_log * (t * abs(t.log())) * total(order - 1)
    difference = product * (s(theta) - p * u) + arb(0, 1) * defects
    return State(last, (s(last) - difference) / p)
