"""`koenigs_limit`: how correlations approach their fixed point, up to the geometric rate, enclosed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flint import arb

from deepcond_sym.activations import activation as read_activation
from deepcond_sym.arithmetic import ball, precision
from deepcond_sym.errors import AccuracyError, InputError

from .cosine import Cosine
from .parameters import Parameter, is_negative
from .stationary import StationaryNetwork

_ATTEMPTS = 5
_MOST_BITS = 4000
_MOST_LAYERS = 100_000


@dataclass(frozen=True)
class OrderedRelu:
    """ReLU with weight variance below 2 and a bias: what is needed of it to pass to the limit of infinite depth.

    With `affine_input` the first kernel is sigma_w^2 x.x' + sigma_b^2, at depth 1; otherwise it is x.x', at depth 0.
    With `stationary` it is q* x.x', at depth 0, so that the variance does not change.
    """

    weight_variance: Parameter
    bias_variance: Parameter
    affine_input: bool = False
    stationary: bool = False

    @classmethod
    def read(
        cls, weight_variance: Any, bias_variance: Any, affine_input: bool, stationary: bool = False
    ) -> OrderedRelu:
        """From what the user gave, exact numbers; `InputError` outside the ordered phase."""
        weight = Parameter.read(weight_variance, "weight_variance")
        bias = Parameter.read(bias_variance, "bias_variance")
        for parameter in (weight, bias):
            parameter.require_exact()
            if not is_negative(-parameter.value):
                raise InputError(f"The {parameter.name} must be positive: without it there is no ordered phase.")
        if not is_negative(weight.value - 2):
            raise InputError(f"The weight_variance must be below 2, the critical value, not {weight_variance}.")
        if affine_input and stationary:
            raise InputError("Give either affine_input or stationary: the first kernel is one or the other.")
        return cls(weight, bias, bool(affine_input), bool(stationary))

    def limit(self, u: arb, bits: int) -> arb:
        """A ball around the limit for 1 - rho = u, at the current precision; the depth is chosen for so many bits.

        NaN where the precision is too small. V = q u shrinks by t^2 (1 - h(1 - u))/u a layer, t^2 = sigma_w^2/2, where
        1 - sin(theta/2)/2 <= (1 - h(1 - u))/u <= 1 and 2 sin(theta/2)^2 = u; all later factors over t^2 have a product
        of at least 1 minus the sum of the sin(theta/2)/2, and q is between its present value and its limit.
        """
        weight, bias = (ball.constant(p.value) for p in (self.weight_variance, self.bias_variance))
        square, q, depth = weight / 2, arb(1), 0
        if self.affine_input:
            q, depth = weight + bias, 1
            u = weight * u / q
        t, last, wanted = square.sqrt(), bias / (1 - square), arb(2) ** -(bits + 2)
        if self.stationary:
            q = last
        while True:
            sine = (u * q / (2 * q.min(last))).sqrt()
            lost = (sine / (2 * (1 - t))).upper()
            if not lost > wanted:
                break
            if depth % 1000 == 0 and depth + _layers_left(lost / wanted, t, sine, last / q) > _MOST_LAYERS:
                raise AccuracyError(
                    f"So many bits need more than {_MOST_LAYERS} layers: ask for fewer, or for smaller weights."
                )
            following = square * q + bias
            u, q, depth = square * q * _after(u) / following, following, depth + 1
        value = u * q / (square**depth * last)
        return value.union(value * (1 - lost)) if value.is_finite() and lost.is_finite() else arb("nan")


def _layers_left(ratio: arb, t: arb, sine: arb, growth: arb) -> float:
    """At least so many layers are needed to divide the loss by this: each multiplies V by t^2 (1 - sine/2) or more."""
    slowest = -t.log() - (1 - sine / 2).log() / 2
    layers = (ratio.log() - growth.max(arb(1)).log() / 2) / slowest
    return float(layers.lower()) if layers.is_finite() else 0.0


def _after(u: arb) -> arb:
    """1 - h(1 - u) for ReLU's dual h: at the middle of the ball; its slope is between 0 and 1."""
    middle = u.mid()
    theta = 2 * (middle / 2).sqrt().asin()
    value = middle - ((middle * (2 - middle)).sqrt() - theta * (1 - middle)) / arb.pi()
    return value + arb(0, u.rad())


def koenigs_limit(
    rho: Any = None,
    *,
    u: Any = None,
    weight_variance: Any,
    bias_variance: Any,
    activation: Any = "relu",
    affine_input: bool = False,
    stationary: bool | None = None,
    bits: int = 64,
) -> arb:
    """A ball around A = lim chi^(-l) (c* - rho^(l)) over the depth l, chi = f'(c*) the slope at the fixed point c*.

    `rho` in [-1, 1], or u = 1 - rho, is the cosine of the inputs. The variances are exact numbers, the network is not
    critical (there see `abel_limit`), and where c* < 1 the inputs are neither equal nor, if that counts, opposite.
    For ReLU in the ordered phase, 0 < sigma_w^2 < 2 and sigma_b^2 > 0, c* = 1 and chi = sigma_w^2/2. The first kernel
    is x.x' at depth 0, as in `DepthMap`, whose `nngp_complement` is 1 - rho^(l); with `affine_input` sigma_w^2 x.x' +
    sigma_b^2 at depth 1, as in starnaud2025; with `stationary` q* x.x' at depth 0, q* the fixed variance, as in
    xiao2020. For any other activation without kinks it is always the last, and the phase ordered or chaotic: zeta of
    that paper is -q* A. The relative radius is at most 2^-bits if the cosine is exact. Raises `InputError` for bad
    arguments and outside these phases, `AccuracyError` where so many bits would take too many layers, as next to a
    critical network.

    >>> limit = koenigs_limit(0, weight_variance=1, bias_variance=1)
    >>> limit.str(15, radius=False)
    '0.221053466706476'
    >>> from deepcond_sym.depth import DepthMap
    >>> deep = DepthMap("relu", 40, weight_variance=1, bias_variance=1).nngp_complement(1, bits=64)
    >>> bool(limit < 2**40 * deep < limit * (1 + arb(2) ** -19))
    True
    >>> koenigs_limit("1/2", activation="erf", weight_variance="3/2", bias_variance="1/20").str(15, radius=False)
    '0.127565050508675'

    Source: derived here; for ReLU claim starnaud2025/LT2-Koenigs, else `StationaryNetwork.koenigs`. G. Koenigs's limit
    of the iterates of a contraction.
    """
    check_bits(bits)
    network = _read_network(activation, weight_variance, bias_variance, affine_input, stationary)
    cosine = Cosine.read(rho, u, None, bits)
    best = arb("nan")
    for attempt in range(_ATTEMPTS):
        with precision(bits=_working(network, bits) * 2**attempt):
            gap = ball.number(cosine.u) if cosine.u is not None else 1 - ball.number(cosine.rho)
            if gap == 0 and isinstance(network, OrderedRelu):
                return arb(0)
            best = network.limit(gap, bits) if isinstance(network, OrderedRelu) else network.koenigs(gap, bits)
        if best == 0 or (best.is_finite() and (cosine.is_ball or best.rel_accuracy_bits() >= bits)):
            return best
    raise AccuracyError("The limit was not reached: give the cosine exactly, or u = 1 - rho, or ask for fewer bits.")


def _read_network(
    source: Any, weight: Any, bias: Any, affine_input: bool, stationary: bool | None
) -> OrderedRelu | StationaryNetwork:
    chosen = read_activation(source)
    if chosen.expr == read_activation("relu").expr:
        return OrderedRelu.read(weight, bias, affine_input, bool(stationary))
    if affine_input or stationary is False:
        raise InputError("Only ReLU takes inputs of another variance than q*: leave affine_input and stationary out.")
    return StationaryNetwork.read(chosen, weight, bias)


def _working(network: OrderedRelu | StationaryNetwork, bits: int) -> int:
    """Bits to begin with: 1 - rho keeps its digits at c* = 1; where c* < 1 the difference c* - rho loses as many again.

    No more than needed, for tables of duals without closed form are built for 160 bits at most.
    """
    if isinstance(network, OrderedRelu):
        return 2 * bits + 64
    return 2 * bits + 32 if network.is_chaotic else bits + 48


def check_bits(bits: Any) -> None:
    """`InputError` for what is no number of bits."""
    if isinstance(bits, bool) or not isinstance(bits, int) or not 1 <= bits <= _MOST_BITS:
        raise InputError(f"The number of bits is an integer from 1 to {_MOST_BITS}, not {bits!r}.")
