"""`phase`: where a deep network ends up: its fixed variance, its fixed correlation, and how fast it gets there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sympy as sp

from deepcond_sym.activations import Activation, activation
from deepcond_sym.errors import InputError

from .delivery import delivered
from .fixed_state import FixedState
from .parameters import Parameter


@dataclass(frozen=True)
class Phase:
    """The phase of a network and its constants: floats, or mpf with `digits=`, or balls with `bits=`.

    `name` is "ordered" (chi_1 < 1), "critical" (chi_1 = 1, shown exactly) or "chaotic" (chi_1 > 1).
    `q_star` is the variance that the recursion q_l from q_0 = 1 runs into, `c_star` the correlation that attracts every
    pair of distinct inputs (with rho > -1) at that variance. With f the map of the correlation there,
    `chi_1` = f'(1) = weight_variance E[sigma'(sqrt(q*) X)^2], `chi_c_star` = f'(c*), and `curvature` is
    A = f''(1)/2, infinite for an activation with a kink. At criticality 1 - c_l tends to 0 like 1/(A l).

    Depth scales, in layers: `xi_c_star` = -1/log chi_c* is that of correlations, `xi_1` = -1/log chi_1 that of an
    ordered network (None in the chaotic phase), `xi_star` = -1/(log chi_c* - log chi_1) that of the tangent kernel of a
    chaotic one (None in the ordered phase); at criticality all are infinite. The tangent kernel tends to `p_star` =
    q*/(1 - chi_1) on the diagonal (infinite unless ordered) and to `p_ab_star` = q* c*/(1 - chi_c*) at distinct inputs.

    >>> found = phase("erf", weight_variance="5/4", bias_variance="1/20")
    >>> found.name, found.c_star, round(found.chi_1, 12), round(found.xi_1, 10)
    ('ordered', 1.0, 0.961373904402, 25.3859507186)

    Source: xiao2020, in its notation.
    """

    name: str
    q_star: Any
    c_star: Any
    chi_1: Any
    chi_c_star: Any
    curvature: Any
    xi_c_star: Any
    xi_1: Any
    xi_star: Any
    p_star: Any
    p_ab_star: Any


def phase(
    source: Activation | str | sp.Expr,
    weight_variance: Any = 1,
    bias_variance: Any = 0,
    *,
    digits: int | None = None,
    bits: int | None = None,
) -> Phase:
    """The phase of the network with these variances.

    Everything is enclosed by balls; floats are their midpoints. q_star is the nearest fixed point of the variance map
    in the direction in which q_1 lies from q_0 = 1 (searched on a grid of ratio 5/4 up or 2/3 down, then shut in by a
    change of sign, which proves that there is a fixed point in the ball, but not that none was jumped over between the
    grid points); if every q is fixed, q_star = 1. "critical" needs an exact proof of chi_1 = 1.

    Raises `InputError` if there is no finite fixed point (ReLU with weight_variance >= 2 and a bias), and
    `AccuracyError` if chi_1 cannot be told from 1 although it was not shown to be 1.

    >>> phase("relu", 2, 0).name, phase("relu", 1, 1).q_star
    ('critical', 2.0)
    >>> phase("erf", "1.25", "0.05", bits=50).chi_1.str(12, radius=False)
    '0.961373904402'

    Source: the mean-field theory of signal propagation (xiao2020, sec. 2); the enclosures are derived here.
    """
    weight = Parameter.read(weight_variance, "weight_variance")
    bias = Parameter.read(bias_variance, "bias_variance")
    if digits is not None and bits is not None:
        raise InputError("Give either digits or bits, not both.")
    if digits is not None or bits is not None:
        weight.require_exact()
        bias.require_exact()
    state = FixedState(activation(source), weight.value, bias.value)
    values = (
        state.q_star,
        state.c_star,
        state.chi_1,
        state.chi_c_star,
        state.curvature,
        state.xi_c_star,
        state.xi_1,
        state.xi_star,
        state.p_star,
        state.p_ab_star,
    )
    return Phase(state.name, *(delivered(value, digits, bits) for value in values))
