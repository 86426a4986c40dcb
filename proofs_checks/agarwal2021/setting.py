"""Notation of agarwal2021. Its depth L counts hidden layers, as ours does; its kernel K-bar is iterate(L, x_i . x_j).

The paper's bound B(L, delta) is 1 - delta (1 + mu/2)^L up to L_0(delta), and (1/2) (1 - mu/2)^(L - L_0) beyond it. In
place of "L > L_0" we write L = L_0 + k with k >= 1, which is the same statement."""

import sympy as sp

from deepcond_sym.proof import index, interval, mu, steps_to
from deepcond_sym.symbols import rho

delta = sp.Symbol("delta", real=True)
"""The separation: |x_i . x_j| <= 1 - delta."""

t = sp.Symbol("t", real=True)
half = sp.Rational(1, 2)

L, layers = index("L")
k, further_layers = index("k", 1)

separation = interval(delta, 0, 1, "(")
correlation = interval(rho, -1, 1)

growth = 1 + mu / 2
"""Factor by which the paper lets 1 - rho grow in each layer while rho >= 1/2."""

decay = 1 - mu / 2
"""Factor by which the paper lets rho decay in each layer once rho <= 1/2."""


def first_phase(factor: sp.Expr = growth) -> sp.Expr:
    """L_0(delta) = max(ceil(log(1/(2 delta)) / log(1 + mu/2)), 0)."""
    return steps_to(1 / (2 * delta), factor)


def quadratic(r: sp.Expr) -> sp.Expr:
    """q_mu(r) = (1 - mu) r + mu r^2, the dual of sqrt(1 - mu) h_1 + sqrt(mu) h_2."""
    return (1 - mu) * r + mu * r**2
