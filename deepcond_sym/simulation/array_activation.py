"""An activation and its derivative on arrays of doubles, for networks of finite width."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import sympy as sp
from scipy.special import ndtri

from deepcond_sym.activations import Activation, activation
from deepcond_sym.arithmetic import float64, lower
from deepcond_sym.duals import NormalizedActivation
from deepcond_sym.errors import InputError
from deepcond_sym.symbols import x

Function = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class ArrayActivation:
    """sigma as `value` and sigma' as `slope`, both elementwise on arrays of float64.

    `slope` is None where sigma jumps: its derivative has point masses, and a network of finite width with such a sigma
    has no tangent kernel.

    >>> quartile_sign().value(np.array([-1.0, 0.0, 1.0])).tolist(), quartile_sign().slope is None
    ([1.0, -1.0, 1.0], True)
    """

    name: str
    value: Function
    slope: Function | None


def array_activation(source: ArrayActivation | Activation | str | sp.Expr) -> ArrayActivation:
    """The functions of any activation: a name, text, SymPy expression, `Activation`, or one that is ready made.

    Constants of a normalised activation that have no closed form enter as the nearest doubles. The derivative is that
    of the pieces: at a kink, the value of one side or the other. Errors: those of `deepcond_sym.activation`.

    >>> relu = array_activation("relu")
    >>> relu.value(np.array([-1.0, 2.0])).tolist(), relu.slope(np.array([-1.0, 2.0])).tolist()
    ([0.0, 2.0], [0.0, 1.0])

    Source: derived here.
    """
    return source if isinstance(source, ArrayActivation) else _lowered(activation(source))


@lru_cache(maxsize=64)
def _lowered(sigma: Activation) -> ArrayActivation:
    base, shift, scale = sigma, 0.0, 1.0
    if isinstance(sigma, NormalizedActivation):
        base, (shift, scale) = sigma.base, sigma.constants_as_floats()
    function = lower(base.expr, float64, (x,))
    slope = None if sigma.jumps else lower(base.derivative().expr, float64, (x,))

    def value(z: np.ndarray) -> np.ndarray:
        return (np.asarray(function(z)) - shift) / scale

    def derivative(z: np.ndarray) -> np.ndarray:
        assert slope is not None
        return np.asarray(slope(z)) / scale

    return ArrayActivation(sigma.name, value, None if slope is None else derivative)


def quartile_sign() -> ArrayActivation:
    """sign(|x| - t), t the upper quartile of N(0, 1): mean 0, every value +1 or -1, even; it jumps.

    Normalised, since P(|X| <= t) = 1/2. Source: derived here, as the counterexample to agarwal2021, Theorem 53.
    """
    quartile = float(ndtri(0.75))
    return ArrayActivation("quartile_sign", lambda z: np.where(np.abs(z) > quartile, 1.0, -1.0), None)


def require_slope(sigma: ArrayActivation) -> Function:
    """sigma', or InputError for an activation that jumps.

    >>> require_slope(array_activation("sign"))
    Traceback (most recent call last):
    deepcond_sym.errors.InputError: sign jumps, so a network with it has no tangent kernel: ask for tangent=False.
    """
    if sigma.slope is None:
        raise InputError(f"{sigma.name} jumps, so a network with it has no tangent kernel: ask for tangent=False.")
    return sigma.slope
