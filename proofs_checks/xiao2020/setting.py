"""Notation of xiao2020, with all inputs at the fixed variance q*.

The map of one layer on correlations, f(c) = (weight_variance T(q*, q* c) + bias_variance)/q*, is a power series with
coefficients >= 0 that sum to 1, and every such series is the map of some network: f is `dual` of the family UNCENTRED,
c^(l) = iterate(l, c), chi_1 = dual_slope(1). Kernels are in units of q*. Tangent kernels start from Theta^(0) = 0, so
that Theta^(1) = K^(1); the authors' notebook starts from Theta^(0) = K^(0), which is the language's `ntk`."""

import sympy as sp

from deepcond_sym.proof import Sequence, dual_slope, index, interval, iterate

l, layers = index("l")
_, from_one = index("l", 1)

c = sp.Symbol("c", real=True)
"""The correlation of the two inputs."""

correlation = interval(c, -1, 1)
apart = interval(c, -1, 1, ")")
"""That of two different inputs."""

chi = dual_slope(1)
"""chi_1."""

_p, _p_ab = (sp.Function(name, real=True) for name in ("p", "p_ab"))

diagonal = Sequence("p", l, 0, sp.S.Zero, 1 + chi * _p(l))
"""p^(l)/q* = Theta^(l)(x, x)/q*."""

tangent = Sequence("p_ab", l, 0, sp.S.Zero, iterate(l + 1, c) + dual_slope(iterate(l, c)) * _p_ab(l))
"""p_ab^(l)/q* = Theta^(l)(x, x')/q*."""
