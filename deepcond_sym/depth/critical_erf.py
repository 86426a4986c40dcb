r"""`CriticalErf`: erf on its critical line, at any depth, by recursion and then by one jump.

For a bias variance sigma_b^2 > 0 there is one critical network (xiao2020/B52): with t = 2q*/(1 + 2q*) = sin tau,

    sigma_b^2 = q* - sqrt(1 + 4q*) arcsin(t)/2,  sigma_w^2 = pi sqrt(1 + 4q*)/4,  k = cot tau,  A = f''(1)/2 = 1/(2k^2),

and one layer takes the gap gamma = 1 - c to gamma' = k (tau - arcsin(t (1 - gamma))). So gamma = G(gamma') with

    G(y) = k sin(y/k) + 1 - cos(y/k),      f'(1 - gamma) = 1/G'(gamma'),

both entire. Inputs have variance q*; the tangent kernel starts from 0 and is in units of q*: p' = 1 - gamma' +
f'(1 - gamma) p, as in xiao2020. Source: derived here.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

import sympy as sp
from flint import arb

from deepcond_sym.arithmetic import ball, working_bits
from deepcond_sym.errors import AccuracyError, InputError

from .fatou_erf import Fatou
from .fixed_point import enclose_root
from .parameters import Parameter, is_negative

_MOST_LAYERS = 2_000_000


class Line(NamedTuple):
    """q*, the weight variance, t, tau, k and A at one precision."""

    q: arb
    weight: arb
    t: arb
    tau: arb
    k: arb
    a: arb


class State(NamedTuple):
    """The gap 1 - c of two inputs, and their tangent kernel over q*."""

    gap: arb
    tangent: arb


class CriticalErf:
    """erf at the critical point of an exact bias variance > 0; `InputError` for any other.

    >>> CriticalErf.read("0.05").line.q.str(12, radius=False)
    '0.517176837981'
    """

    def __init__(self, bias: sp.Expr) -> None:
        self.bias = bias
        self._kept: tuple[int, Line] | None = None
        self._kept_fatou: tuple[int, Fatou] | None = None

    @classmethod
    def read(cls, bias_variance: Any) -> CriticalErf:
        """From what the user gave."""
        bias = Parameter.read(bias_variance, "bias_variance")
        bias.require_exact()
        if not is_negative(-bias.value):
            raise InputError("The bias_variance must be positive: without a bias the critical point of erf is q* = 0.")
        return _network(bias.value)

    @property
    def line(self) -> Line:
        """The constants at the current precision."""
        bits = working_bits()
        if self._kept is None or self._kept[0] != bits:
            self._kept = (bits, self._line())
        return self._kept[1]

    def _line(self) -> Line:
        bias = ball.constant(self.bias)

        def excess(q: arb) -> arb:
            return q - (1 + 4 * q).sqrt() * (2 * q / (1 + 2 * q)).asin() / 2 - bias

        high = arb(bias.upper())
        while not excess(high) > 0:
            high = 2 * high
        low = high / 2
        while not excess(low) < 0:
            low = low / 2
        q = enclose_root(excess, low, high)
        t = 2 * q / (1 + 2 * q)
        # cos tau = sqrt(1 - t^2) = sqrt(1 + 4q)/(1 + 2q)
        k = (1 + 4 * q).sqrt() / (2 * q)
        return Line(q, arb.pi() * (1 + 4 * q).sqrt() / 4, t, t.asin(), k, 1 / (2 * k**2))

    def step(self, state: State) -> State:
        """One layer. |f'| <= 1 on [-1, 1], so that the radius of the gap does not grow but by rounding."""
        line, start = self.line, state.gap
        if not (start.lower() >= 0 and start.upper() <= 2):
            start = start.intersection(arb(1, 1))
        middle, radius = arb(start.mid()), arb(start.rad())
        s, cosine = line.t * (1 - middle), line.k * line.t
        if middle < 1:
            sine = line.t**2 * middle * (2 - middle) / (line.t * (1 - s * s).sqrt() + s * cosine)
            delta = sine.asin()
        else:
            delta = line.tau - s.asin()
        gap = line.k * delta + radius * arb(0, 1)
        delta = gap / line.k
        slope = 1 / (delta.cos() + delta.sin() / line.k)
        return State(gap, 1 - gap + slope * state.tangent)

    def after(self, depth: int, u: arb, share: int) -> State:
        """The state after `depth` layers for c^(0) = 1 - u: one by one until the gap is below 1/share of the disc of
        `Fatou`, then by a jump. The larger `share`, the more digits."""
        state, done = self.approach(State(u, arb(0)), share, depth)
        if done == depth or state.gap == 0:
            return state if state.gap != 0 else State(arb(0), arb(depth))
        return self.fatou.jump(state, depth - done)

    def approach(self, state: State, share: int, most: int = _MOST_LAYERS) -> tuple[State, int]:
        """Pass layers until the gap is below 1/share of the radius of `Fatou`, or so many: the state and their number.

        >>> network = CriticalErf.read("0.05")
        >>> state, layers = network.approach(State(arb(1), arb(0)), 20)
        >>> bool(state.gap < network.fatou.radius / 20), 50 < layers < 200
        (True, True)
        """
        if state.gap < 0 or state.gap > 2:
            raise InputError("The gap 1 - c lies in [0, 2].")
        small = self.fatou.radius / share
        for layers in range(min(most, _MOST_LAYERS) + 1):
            if state.gap < small or layers == most:
                return state, layers
            state = self.step(state)
        raise AccuracyError(f"More than {_MOST_LAYERS} layers have to be passed: give a larger bias_variance.")

    @property
    def fatou(self) -> Fatou:
        """Fatou coordinate and tangent kernel near gap 0 at the current precision."""
        bits = working_bits()
        if self._kept_fatou is None or self._kept_fatou[0] != bits:
            self._kept_fatou = (bits, Fatou(self.line.k))
        return self._kept_fatou[1]


@lru_cache(maxsize=64)
def _network(bias: sp.Expr) -> CriticalErf:
    """One for each bias variance, so that its constants are found once."""
    return CriticalErf(bias)
