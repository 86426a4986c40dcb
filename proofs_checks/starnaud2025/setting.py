"""Notation of starnaud2025: plain ReLU, no biases, unit vectors with inner product rho in R^n0. Its depth L is our L
+ 1.

c(L) is the correlation, D(L) the variance Sigma^(L)(x, x), Theta(L) the tangent kernel; D and Theta start at L = 1
with 1/n0 and rho/n0, c with rho."""

from typing import Any

import sympy as sp

from deepcond_sym.proof import Sequence, index, interval
from deepcond_sym.symbols import rho

L, layers = index("L", 1)
n0, width = index("n0", 1)
correlation = interval(rho, -1, 1)


def h(r: sp.Expr) -> sp.Expr:
    """The ReLU dual, normalised to h(1) = 1."""
    return (sp.sqrt(1 - r**2) + r * (sp.pi - sp.acos(r))) / sp.pi


def h_slope(r: sp.Expr) -> sp.Expr:
    """h'(r) = 1 - arccos(r)/pi."""
    return 1 - sp.acos(r) / sp.pi


def variance(first: sp.Expr = 1 / n0) -> Sequence:
    """D(L): D(1) = 1/n0, D(L + 1) = D(L) h(1)/2."""
    return Sequence("D", L, 1, first, _named("D")(L) * h(sp.S.One) / 2)


def correlations() -> Sequence:
    """c(L): c(1) = rho, c(L + 1) = h(c(L))."""
    return Sequence("c", L, 1, rho, h(_named("c")(L)))


def tangent() -> Sequence:
    """Theta(L): Theta(1) = rho/n0, Theta(L + 1) = Theta(L) h'(c(L))/2 + D(L) h(c(L))/2."""
    c, D, theta = (_named(name)(L) for name in ("c", "D", "Theta"))
    return Sequence("Theta", L, 1, rho / n0, theta * h_slope(c) / 2 + D * h(c) / 2)


def normalised(theta: sp.Expr, at: sp.Expr) -> sp.Expr:
    """Theta-bar^(L) = n0 2^(L-1) Theta^(L) / L (Definition 4)."""
    return n0 * 2 ** (at - 1) * theta / at


def _named(name: str) -> Any:
    return sp.Function(name, real=True)
