"""`koenigs_limit`: how ReLU's correlations approach 1 in the ordered phase, up to the power of the depth, enclosed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flint import arb

from deepcond_sym.arithmetic import ball, precision
from deepcond_sym.errors import AccuracyError, InputError

from .cosine import Cosine
from .parameters import Parameter, is_negative

_ATTEMPTS = 5
_MOST_BITS = 4000
_MOST_LAYERS = 100_000


@dataclass(frozen=True)
class OrderedRelu:
    """ReLU with weight variance below 2 and a bias: what is needed of it to pass to the limit of infinite depth.

    With `affine_input` the first kernel is sigma_w^2 x.x' + sigma_b^2, at depth 1; otherwise it is x.x', at depth 0.
    """

    weight_variance: Parameter
    bias_variance: Parameter
    affine_input: bool = False

    @classmethod
    def read(cls, weight_variance: Any, bias_variance: Any, affine_input: bool) -> OrderedRelu:
        """From what the user gave, exact numbers; `InputError` outside the ordered phase."""
        weight = Parameter.read(weight_variance, "weight_variance")
        bias = Parameter.read(bias_variance, "bias_variance")
        for parameter in (weight, bias):
            parameter.require_exact()
            if not is_negative(-parameter.value):
                raise InputError(f"The {parameter.name} must be positive: without it there is no ordered phase.")
        if not is_negative(weight.value - 2):
            raise InputError(f"The weight_variance must be below 2, the critical value, not {weight_variance}.")
        return cls(weight, bias, bool(affine_input))

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
    affine_input: bool = False,
    bits: int = 64,
) -> arb:
    """A ball around A = lim (sigma_w^2/2)^(-l) (1 - rho^(l)) over the depth l, for ReLU in the ordered phase.

    That is 0 < sigma_w^2 < 2 and sigma_b^2 > 0, exact numbers; `rho` in [-1, 1], or u = 1 - rho, is the cosine of the
    inputs as in `DepthMap.nngp`, of which 1 - rho^(l) is `nngp_complement`. With `affine_input` the first kernel is
    sigma_w^2 x.x' + sigma_b^2, at depth 1, as in starnaud2025; otherwise x.x', at depth 0, as in `DepthMap`. The
    relative radius is at most 2^-bits if the cosine is exact. Raises `InputError` outside the ordered phase and for bad
    arguments, `AccuracyError` where so many bits would take too many layers, as for sigma_w^2 very close to 2.

    >>> limit = koenigs_limit(0, weight_variance=1, bias_variance=1)
    >>> limit.str(15, radius=False)
    '0.221053466706476'
    >>> from deepcond_sym.depth import DepthMap
    >>> deep = DepthMap("relu", 40, weight_variance=1, bias_variance=1).nngp_complement(1, bits=64)
    >>> bool(limit < 2**40 * deep < limit * (1 + arb(2) ** -19))
    True

    Source: derived here; claim starnaud2025/LT2-Koenigs. G. Koenigs's limit of the iterates of a contraction.
    """
    network = OrderedRelu.read(weight_variance, bias_variance, affine_input)
    check_bits(bits)
    cosine = Cosine.read(rho, u, None, bits)
    best = arb("nan")
    for attempt in range(_ATTEMPTS):
        with precision(bits=(2 * bits + 64) * 2**attempt):
            gap = ball.number(cosine.u) if cosine.u is not None else 1 - ball.number(cosine.rho)
            if gap == 0:
                return arb(0)
            best = network.limit(gap, bits)
        if best.is_finite() and (cosine.is_ball or best.rel_accuracy_bits() >= bits):
            return best
    raise AccuracyError("The limit was not reached: give the cosine exactly, or u = 1 - rho, or ask for fewer bits.")


def check_bits(bits: Any) -> None:
    """`InputError` for what is no number of bits."""
    if isinstance(bits, bool) or not isinstance(bits, int) or not 1 <= bits <= _MOST_BITS:
        raise InputError(f"The number of bits is an integer from 1 to {_MOST_BITS}, not {bits!r}.")
