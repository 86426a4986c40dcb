"""`abel_limit`: how correlations approach 1 on the critical line, beyond the power of the depth and its logarithm."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from flint import arb

from deepcond_sym.activations import Activation
from deepcond_sym.activations import activation as read_activation
from deepcond_sym.arithmetic import ball, precision
from deepcond_sym.errors import AccuracyError, InputError

from .cosine import Cosine
from .critical_erf import CriticalErf, State
from .fatou_erf import ORDER
from .fatou_series import smooth_critical
from .maps import DepthMap
from .parabolic import ORDER as RELU_ORDER
from .parabolic import balls, maxima
from .parameters import Parameter

_MOST_BITS = 240
_MOST_SHARE = 15
"""For smooth activations gaps down to 2^-14 are waited for."""
_RELU_STARTS = (500, 1000, 4000, 16000, 64000)


def abel_limit(
    rho: Any = None, *, u: Any = None, activation: Any = "erf", bias_variance: Any = 0, bits: int = 64
) -> arb:
    """A ball around the constant C in the depth l of the gap gamma_l = 1 - rho^(l) of a critical network.

    * erf and other smooth activations with bias variance sigma_b^2 and the critical weight variance (`critical_line`),
      inputs of variance q*: C = lim 1/gamma_l - A l - kappa' A log l, with A = f''(1)/2 and
      kappa' = 1 - f'''(1)/(6 A^2).
    * ReLU with weight variance 2 and no bias: C = lim gamma_l^(-1/2) - (k/2) l - (3k/4) log l, k = 2 sqrt(2)/(3 pi).

    `rho` in [-1, 1), or u = 1 - rho, is the cosine of the inputs, the bias variance an exact number. The radius is at
    most 2^-bits max(1, |C|) if the cosine is exact. Raises `InputError` for bad arguments, activations whose
    derivatives jump, where there is no critical network, and for rho = 1, `AccuracyError` where so many bits are not
    reached (240 at most, 110 for smooth activations but erf).

    >>> abel_limit("1/2", bias_variance="0.05").str(15, radius=False)
    '3.18376911273364'
    >>> abel_limit(0, activation="relu").str(15, radius=False)
    '0.658708537502529'

    Source: derived here, see `fatou_erf`, `fatou_series` and `parabolic`; C_ab of xiao2020/B27 and B40b. N. H. Abel's
    equation F(f(x)) = F(x) + 1.
    """
    if isinstance(bits, bool) or not isinstance(bits, int) or not 1 <= bits <= _MOST_BITS:
        raise InputError(f"The number of bits is an integer from 1 to {_MOST_BITS}, not {bits!r}.")
    cosine = Cosine.read(rho, u, None, bits)

    def gap() -> arb:
        return ball.number(cosine.u) if cosine.u is not None else 1 - ball.number(cosine.rho)

    return abel_constant(gap, activation, bias_variance, bits, sharp=not cosine.is_ball)


def abel_constant(gap: Callable[[], arb], activation: Any, bias_variance: Any, bits: int, *, sharp: bool = True) -> arb:
    """`abel_limit` for a gap that is evaluated anew at each precision; without `sharp`, the first finite ball.

    >>> abel_constant(lambda: arb(1), "relu", 0, 40).str(10, radius=False)
    '0.6587085375'
    """
    chosen = read_activation(activation)
    if chosen.expr == read_activation("relu").expr:
        if bias_variance != 0:
            raise InputError("ReLU is critical without a bias only: leave the bias_variance out.")
        values = _relu(gap, bits)
    elif chosen.expr == read_activation("erf").expr:
        values = _erf(gap, CriticalErf.read(bias_variance), bits)
    else:
        values = _smooth(gap, chosen, bias_variance, bits)
    for value in values:
        small = value.rad() < arb(2) ** -bits * abs(value).max(arb(1)).lower()
        if value.is_finite() and (small or not sharp):
            return value
    raise AccuracyError("So many bits were not reached: give the cosine exactly, or u = 1 - rho, or ask for fewer.")


def shares(bits: int) -> list[int]:
    """How small a gap to wait for, as shares of the disc of `Fatou`: its defects are of order ORDER + 1 when summed."""
    start = -(-(bits + 24) // (ORDER + 1))
    return [2 ** max(start + more, 4) for more in (0, 2, 4)]


def _positive(gap: arb) -> arb:
    if gap == 0:
        raise InputError("Equal inputs stay equal: the gap is 0 at every depth, and there is no limit.")
    return gap


def _erf(gap: Callable[[], arb], network: CriticalErf, bits: int) -> Iterator[arb]:
    for share in shares(bits):
        with precision(bits=2 * bits + 96):
            state, layers = network.approach(State(_positive(gap()), arb(0)), share)
            fatou = network.fatou
            yield fatou.coordinate(state.gap) - fatou.a * layers + fatou.log_factor * fatou.a.log()


def _smooth(gap: Callable[[], arb], source: Activation, bias_variance: Any, bits: int) -> Iterator[arb]:
    bias = Parameter.read(bias_variance, "bias_variance")
    bias.require_exact()
    # Tables of duals without closed form are built for 160 bits at most.
    working = bits + 72
    network, layers = smooth_critical(source, bias.value, working), 0
    with precision(bits=working):
        present = _positive(gap())
        if source.parity == "even" and present == 2:
            raise InputError("Opposite inputs are equal after one layer of an even activation: there is no limit.")
    for share in range(max(6, -(-bits // 8)), _MOST_SHARE):
        with precision(bits=working):
            present, layers = network.approach(present, arb(2) ** -share, layers)
            yield network.coordinate(present) - network.a * layers + network.log_factor * network.a.log()


def _relu(gap: Callable[[], arb], bits: int) -> Iterator[arb]:
    for layers in _RELU_STARTS:
        with precision(bits=2 * bits + 96):
            network = DepthMap("relu", layers, weight_variance=2)
            deep = network.nngp_complement(_positive(gap()), bits=2 * bits + 96)
            p = 1 / arb.pi()
            coordinate = _relu_coordinate(2 * (deep / 2).sqrt().asin())
            yield arb(2).sqrt() * (coordinate - layers * p / 3 + balls().alpha * (p / 3).log())


def _relu_coordinate(theta: arb) -> arb:
    """lim 1/theta_l + alpha log theta_l - l/(3 pi), with the defects of F summed as in `deep_relu.jump`."""
    t, p, known, bound = theta.upper(), 1 / arb.pi(), balls(), maxima()
    if not (theta > 0 and t < arb("0.05")):
        return arb("nan")
    order = RELU_ORDER + 2
    defects = bound.f * (t**order + t ** (order - 1) / ((order - 1) * (p / 3 - bound.step * t).lower()))
    series = sum((value * theta**k for k, value in enumerate(known.b)), arb(0))
    return 1 / theta + known.alpha * theta.log() + series + arb(0, 1) * defects
