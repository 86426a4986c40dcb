"""`correlation_path`: how far the correlation of two inputs is from its fixed point, layer by layer, enclosed."""

from __future__ import annotations

from typing import Any

import sympy as sp
from flint import arb

from deepcond_sym.activations import Activation, activation
from deepcond_sym.arithmetic import ball, precision
from deepcond_sym.errors import AccuracyError, InputError

from .cosine import Cosine
from .fixed_state import FixedState
from .parameters import Parameter

_MOST_LAYERS = 100_000
_MORE_BITS = 300


def correlation_path(
    source: Activation | str | sp.Expr,
    weight_variance: Any,
    bias_variance: Any,
    *,
    rho: Any,
    depth: int,
    bits: int = 53,
) -> list[arb]:
    """Balls around c* - c^(l) for l = 0 .. depth, c^(0) = rho, for inputs of the fixed variance q*.

    The relative radii are at most 2^-bits. The variances and rho are exact numbers (integers, fractions, strings).
    Errors: `InputError` as for `phase`, where q* = 0, for a correlation outside [-1, 1] and for a depth that is not
    from 0 to 100000; `AccuracyError` where so many bits are not reached, as where rho is c* itself.

    >>> path = correlation_path("erf", "5/4", "1/20", rho="1/2", depth=10)
    >>> (1 - path[10]).str(12, radius=False)
    '0.774189141070'

    Source: xiao2020; the enclosures are derived here.
    """
    weight, bias = Parameter.read(weight_variance, "weight_variance"), Parameter.read(bias_variance, "bias_variance")
    weight.require_exact()
    bias.require_exact()
    if isinstance(depth, bool) or not isinstance(depth, int) or not 0 <= depth <= _MOST_LAYERS:
        raise InputError(f"The depth is an integer from 0 to {_MOST_LAYERS}, not {depth!r}.")
    cosine = Cosine.read(rho, None, None, bits)
    state = FixedState(activation(source), weight.value, bias.value)
    working = bits + 32
    while True:
        with precision(bits=working):
            path = _path(state, 1 - ball.number(cosine.rho), depth)
        if all(distance == 0 or distance.rel_accuracy_bits() >= bits for distance in path):
            return path
        working += 100
        if working > bits + _MORE_BITS:
            raise AccuracyError("The distance from c* could not be told from 0 in some layer: lower the depth.")


def _path(state: FixedState, u: arb, depth: int) -> list[arb]:
    """c* - c^(l), from u^(0) = 1 - c^(0), at the current precision."""
    if not state.q_star() > 0:
        raise InputError("The fixed variance q* is 0: give a positive bias_variance or larger weights.")
    layer = state.layer
    last = 1 - state.c_star() if state.name != "chaotic" else state.u_star()
    path, c = [u - last], 1 - u
    for _ in range(depth):
        c, u = layer.step(c, u)
        path.append(u - last)
    return path
