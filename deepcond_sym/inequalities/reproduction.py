"""Ten lines that compute both sides of an inequality again, by mpmath alone where the dual has a closed form."""

from __future__ import annotations

from fractions import Fraction

import sympy as sp

from deepcond_sym.activations import Activation
from deepcond_sym.duals import dual
from deepcond_sym.errors import InputError
from deepcond_sym.symbols import rho

from .inequality import Inequality

_SAME = 1e-30


def reproduction(inequality: Inequality, cosine: Fraction) -> str:
    """Python that prints the left and the right side at a cosine.

    >>> from deepcond_sym.depth import DepthMap
    >>> lines = reproduction(Inequality("nngp(rho) <= rho", DepthMap("relu", 1, weight_variance=2)), Fraction(1, 2))
    >>> lines.splitlines()[0], lines.splitlines()[-1]
    ('from mpmath import *', 'print(nngp(1, rho), rho)')
    """
    network = inequality.network
    both = f"print({inequality.left}, {inequality.right})"
    formulas = _layer(inequality)
    if formulas is None:
        variances = f"{str(network.weight_variance.value)!r}, {str(network.bias_variance.value)!r}"
        return "\n".join([
            "import deepcond_sym as dc",
            f"net = lambda L: dc.DepthMap({str(network.activation.expr)!r}, int(L), {variances})",
            "nngp = lambda L, rho: net(L).nngp(rho, digits=30)",
            "ntk = lambda L, rho: net(L).ntk(rho, digits=30)",
            f"from mpmath import *; mp.dps = 30; rho = {_number(cosine)}",
            both,
        ])  # fmt: skip
    return "\n".join([
        "from mpmath import *",
        "mp.dps = 50",
        f"layer = lambda rho: {formulas[0]}",
        f"slope = lambda rho: {formulas[1]}",
        "def kernels(L, rho):",
        "    k = theta = mpf(rho)",
        "    for _ in range(L): theta = slope(k)*theta; k = layer(k); theta += k",
        "    return k, theta",
        "nngp = lambda L, rho: kernels(L, rho)[0]; ntk = lambda L, rho: kernels(L, rho)[1]",
        f"rho = {_number(cosine)}",
        both,
    ])  # fmt: skip


def _number(cosine: Fraction) -> str:
    return f"mpf({cosine.numerator})" + (f"/{cosine.denominator}" if cosine.denominator > 1 else "")


def _layer(inequality: Inequality) -> tuple[sp.Expr, sp.Expr] | None:
    """One layer and its slope where all layers are the same map, in closed form."""
    network = inequality.network
    sigma, weight = network.activation, network.weight_variance.value
    if not all(abs(variance - 1) < _SAME for variance in network.variances(bits=128)):
        return None
    value = dual(sigma).expr
    slope = None if value is None else _slope(sigma, value)
    return None if value is None or slope is None else (weight * value + network.bias_variance.value, weight * slope)


def _slope(sigma: Activation, value: sp.Expr) -> sp.Expr | None:
    """The derivative of a dual in a form that has values at -1 and 1, too."""
    plain = sp.diff(value, rho)
    if not any(plain.subs(rho, end).has(sp.nan, sp.zoo, sp.oo) for end in (-1, 1)):
        return plain
    try:
        return dual(sigma.derivative()).expr
    except InputError:
        return None
