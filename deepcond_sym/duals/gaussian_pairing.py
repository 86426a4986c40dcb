"""E[f(X) g(Y)] for smooth atoms and deltas by recurrence: a second way, to check the first (`pairing`)."""

from __future__ import annotations

import sympy as sp

from deepcond_sym.duals.distribution import Delta, Distribution, DistributionTerm, Smooth
from deepcond_sym.symbols import rho

_S, _T = sp.Symbol("s", real=True), sp.Symbol("t", real=True)


def gaussian_pairing(first: Distribution, second: Distribution) -> sp.Expr | None:
    """E[f(X) g(Y)] for standard normal (X, Y) of correlation rho, exact and not simplified.

    Two smooth atoms: under the density tilted by both exponentials (X, Y) is again normal, and the moments follow from
    Stein's identity. Deltas take (signed) derivatives of what they are paired with at their knots. None when a term is
    not elementary.

    >>> from deepcond_sym.duals.distribution import Delta, Distribution
    >>> import sympy as sp
    >>> delta = Distribution({Delta(0, sp.S(0)): sp.S(1)})
    >>> gaussian_pairing(delta, delta)
    1/(2*pi*sqrt(1 - rho**2))

    Source: textbook.
    """
    total = sp.S.Zero
    for left, c in first.terms.items():
        for right, d in second.terms.items():
            value = _pair(left, right)
            if value is None:
                return None
            total += c * d * value
    return total


def _pair(left: DistributionTerm, right: DistributionTerm) -> sp.Expr | None:
    match left, right:
        case Smooth(), Smooth():
            return _smooth(left, right)
        case Delta(i, s), Delta(j, t):
            exponent = -(_S**2 - 2 * rho * _S * _T + _T**2) / (2 * (1 - rho**2))
            density = sp.exp(exponent) / (2 * sp.pi * sp.sqrt(1 - rho**2))
            return (-1) ** (i + j) * _derivatives(density, i, j).subs({_S: s, _T: t})
        case Delta(i, s), Smooth():
            return (-1) ** i * _derivatives(_given(right), i, 0).subs(_S, s)
        case Smooth(), Delta(j, t):
            return (-1) ** j * _derivatives(_given(left), j, 0).subs(_S, t)
    return None


def _derivatives(function: sp.Expr, i: int, j: int) -> sp.Expr:
    for variable, order in ((_S, i), (_T, j)):
        for _ in range(order):
            function = sp.diff(function, variable)
    return function


def _smooth(left: Smooth, right: Smooth) -> sp.Expr:
    """The tilted covariance is K^-1 Sigma with K = I - 2 Sigma diag(b, d); the weight is det(K)^(-1/2) exp(...)."""
    sigma = sp.Matrix([[1, rho], [rho, 1]])
    tilt = sp.eye(2) - 2 * sigma * sp.diag(left.quadratic, right.quadratic)
    determinant = sp.expand(tilt.det())
    cofactors = tilt.adjugate() * sigma
    inverse = 1 / determinant
    s11, s12, s22 = (sp.expand(cofactors[k]) * inverse for k in (0, 1, 3))
    a, c = left.linear, right.linear
    exponent = (a**2 * s11 + 2 * a * c * s12 + c**2 * s22) / 2
    moment = _moments(left.power, right.power, a * s11 + c * s12, a * s12 + c * s22, s11, s12, s22)
    return moment * sp.exp(sp.expand(exponent)) / sp.sqrt(determinant)


def _moments(
    i: int, j: int, m1: sp.Expr, m2: sp.Expr, s11: sp.Expr, s12: sp.Expr, s22: sp.Expr
) -> sp.Expr:
    """E[U^i V^j] for normal (U, V): E[U h] = m1 E[h] + s11 E[h_U] + s12 E[h_V] (Stein)."""
    table: dict[tuple[int, int], sp.Expr] = {(0, 0): sp.S.One}
    for l in range(1, j + 1):
        table[0, l] = sp.expand(m2 * table[0, l - 1] + ((l - 1) * s22 * table[0, l - 2] if l > 1 else 0))
    for k in range(1, i + 1):
        for l in range(j + 1):
            value = m1 * table[k - 1, l]
            if k > 1:
                value += (k - 1) * s11 * table[k - 2, l]
            if l:
                value += l * s12 * table[k - 1, l - 1]
            table[k, l] = sp.expand(value)
    return table[i, j]


def _given(term: Smooth) -> sp.Expr:
    """phi(s) E[g(Y) | X = s], Y normal with mean rho s and variance v = 1 - rho^2."""
    v = 1 - rho**2
    spread = 1 - 2 * term.quadratic * v
    mean = (rho * _S + term.linear * v) / spread
    variance = v / spread
    # completing the square in y: the exponent is (mean^2/variance - rho^2 s^2/v)/2 with the pole at v = 0 removed
    exponent = sp.cancel(sp.together((mean**2 / variance - rho**2 * _S**2 / v) / 2 - _S**2 / 2))
    moment = _moments(0, term.power, sp.S.Zero, mean, sp.S.Zero, sp.S.Zero, variance)
    return moment * sp.exp(exponent) / (sp.sqrt(2 * sp.pi) * sp.sqrt(spread))
