"""`StationaryNetwork`: a network whose inputs have the fixed variance q*, so that every layer does the same to them."""

from __future__ import annotations

from functools import cached_property
from typing import Any, NamedTuple

import sympy as sp
from flint import arb

from deepcond_sym.activations import Activation, activation
from deepcond_sym.arithmetic import working_bits
from deepcond_sym.errors import AccuracyError, InputError

from .correlation_map import BallMap
from .fixed_state import FixedState
from .parameters import Parameter

_MOST_LAYERS = 100_000


class Constants(NamedTuple):
    """Balls at one precision: q*, 1 - c*, chi_1, chi_c* = f'(c*), the curvatures f''(c*) and f''(1), and f itself."""

    q: arb
    u: arb
    chi_1: arb
    chi: arb
    bend: arb
    bend_at_one: arb
    layer: BallMap


class StationaryNetwork:
    """Inputs of variance q*, correlation c, and one map f: c^(l) = f(c^(l-1)), K^(l) = q* c^(l), as in xiao2020.

    For an activation without kinks and a network that is ordered or chaotic; see `phase` for q* and c*. Errors:
    `InputError` for floats among the variances, for a kink, and for a critical network, where there is no geometric
    rate.

    >>> network = StationaryNetwork.read("erf", "5/4", "1/20")
    >>> network.name, network.constants.chi.str(12, radius=False)
    ('ordered', '0.961373904402')

    Source: xiao2020, with the enclosures derived here.
    """

    def __init__(self, source: Activation, weight: sp.Expr, bias: sp.Expr) -> None:
        self.activation = source
        self._state = FixedState(source, weight, bias)
        self.name = self._state.name
        if source.kinks or source.jumps:
            raise InputError(f"{source.name} has a kink, so that f has no second derivative at 1: give a smooth one.")
        if self.name == "critical":
            raise InputError("The network is critical: correlations approach 1 like 1/l there, see abel_limit.")
        self._kept: tuple[int, Constants] | None = None

    @classmethod
    def read(cls, source: Any, weight_variance: Any, bias_variance: Any) -> StationaryNetwork:
        """From what the user gave."""
        weight = Parameter.read(weight_variance, "weight_variance")
        bias = Parameter.read(bias_variance, "bias_variance")
        for parameter in (weight, bias):
            parameter.require_exact()
        return cls(activation(source), weight.value, bias.value)

    @property
    def constants(self) -> Constants:
        """The constants at the current precision."""
        bits = working_bits()
        if self._kept is None or self._kept[0] != bits:
            self._kept = (bits, self._constants())
        return self._kept[1]

    def _constants(self) -> Constants:
        q, layer = self._state.q_star(), self._state.layer
        if not q > 0:
            raise InputError("The fixed variance q* is 0: give a positive bias_variance or larger weights.")
        u = self._state.u_star() if self.name == "chaotic" else arb(0)
        chi_1, bend_at_one = layer.slope_at_one(), layer.bend_at_one()
        if not self.is_chaotic:
            return Constants(q, u, chi_1, chi_1, bend_at_one, bend_at_one, layer)
        return Constants(q, u, chi_1, layer.slope(1 - u, u), layer.bend(u), bend_at_one, layer)

    @property
    def is_chaotic(self) -> bool:
        """Whether c* < 1."""
        return self.name == "chaotic"

    @cached_property
    def _is_odd(self) -> bool:
        return self.activation.parity == "odd" and self._state.bias == 0

    def koenigs(self, u: arb, bits: int) -> arb:
        """A ball around lim f'(c*)^(-l) (c* - c^(l)) for c^(0) = 1 - u, at the current precision; NaN if that is low.

        With e = c* - c, r = max(|c_k|, c*) at some layer k, lambda = f'(r) < 1 and M = f''(r): |f'| <= lambda and
        |f''| <= M on [-r, r], which no later correlation leaves (|f(c)| <= f(|c|) <= max(|c|, c*)). So |e_j| <=
        lambda^(j - k) |e_k|, and by Taylor's formula e_(j + 1) = chi e_j (1 - t_j) with |t_j| <= M |e_j|/(2 chi). The
        product of the factors 1 - t_j lies in [1 - S, exp S], S = M |e_k|/(2 chi (1 - lambda)), and below 1 where all
        t_j >= 0, that is for 0 <= c_k <= c* and in the ordered phase. So many layers are passed that S <= 2^-bits/4.
        Source: derived here; xiao2020/B50b for the ordered phase.

        >>> from deepcond_sym.arithmetic import precision
        >>> with precision(bits=100):
        ...     limit = StationaryNetwork.read("erf", "5/4", "1/20").koenigs(arb("0.8196251"), 20)
        >>> abs(float(limit) * 0.435165699 - 0.0988925) < 1e-6
        True
        """
        known = self.constants
        if self._stays(u):
            raise InputError("Inputs that are equal or opposite stay so in the chaotic phase: there is no limit.")
        if not known.chi > 0:
            raise InputError("f has slope 0 at its fixed point, and correlations decay faster than any geometric rate.")
        wanted = arb(2) ** -(bits + 2)
        likely = 2 * known.chi * (1 - known.chi) / known.bend * wanted
        for depth in range(_MOST_LAYERS):
            gap = u - known.u
            if gap == 0:
                return gap
            if not u.is_finite() or gap.contains(0):
                return arb("nan")
            if depth % 1000 == 0 and (abs(gap) / likely).log() > -known.chi.log() * (_MOST_LAYERS - depth):
                break
            if abs(gap) < likely or not known.bend > 0:
                lost = self._lost(u, gap)
                if lost < wanted:
                    limit = gap / known.chi**depth
                    most = arb(1) if not self.is_chaotic or (gap > 0 and u <= 1) else lost.exp()
                    return limit * (1 - lost).union(most)
            u = known.layer.step(1 - u, u)[1]
        raise AccuracyError(f"So many bits need more than {_MOST_LAYERS} layers: ask for fewer.")

    def _lost(self, u: arb, gap: arb) -> arb:
        """S, infinite where lambda is not below 1."""
        known = self.constants
        slope, bend = known.chi, known.bend
        if self.is_chaotic and not (gap >= 0 and 2 - u >= known.u):
            reach = u.min(2 - u).min(known.u).lower()
            slope, bend = known.layer.slope(1 - reach, reach), known.layer.bend(reach)
        if not slope < 1:
            return arb("inf")
        return (bend * abs(gap) / (2 * known.chi * (1 - slope))).upper()

    def _stays(self, u: arb) -> bool:
        """Whether the correlation is 1, or -1 where that is mapped to 1 or to itself: it does not tend to c* < 1."""
        return self.is_chaotic and bool(u == 0 or (u == 2 and (self._is_odd or self.activation.parity == "even")))
