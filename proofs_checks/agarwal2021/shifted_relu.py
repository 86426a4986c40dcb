"""Notation of Appendix I: NormReLU_c(x) = lambda [max(x - c, 0) + b], and the Gaussian integrals of its parts.

For a standard normal Z, E max(Z - c, 0)^k has the derivative -k E max(Z - c, 0)^(k-1) in c and vanishes as c grows; so
do the closed forms below (the claim agarwal2021/eq4 checks their derivatives). With k = c/sqrt(gamma),
max(sqrt(gamma) Z - c, 0) = sqrt(gamma) max(Z - k, 0). `length` is the paper's sigma_hat_l over lambda^2."""

import sympy as sp

c, b, gamma = sp.Symbol("c", real=True), sp.Symbol("b", real=True), sp.Symbol("gamma", real=True)

knee = sp.Rational(-639, 400)
"""The paper's c = -1.5975."""


def density(x: sp.Expr) -> sp.Expr:
    """phi(x)."""
    return sp.exp(-(x**2) / 2) / sp.sqrt(2 * sp.pi)


def below(x: sp.Expr) -> sp.Expr:
    """Phi(x) = P(Z <= x)."""
    return (1 + sp.erf(x / sp.sqrt(2))) / 2


def above(x: sp.Expr) -> sp.Expr:
    """1 - Phi(x)."""
    return (1 - sp.erf(x / sp.sqrt(2))) / 2


def first(x: sp.Expr) -> sp.Expr:
    """E max(Z - x, 0)."""
    return density(x) - x * above(x)


def second(x: sp.Expr) -> sp.Expr:
    """E max(Z - x, 0)^2."""
    return (1 + x**2) * above(x) - x * density(x)


def offset(x: sp.Expr) -> sp.Expr:
    """The paper's b."""
    return (1 - below(x)) * x - density(x)


def bracket(x: sp.Expr) -> sp.Expr:
    """The paper's lambda^(-2)."""
    inside, height = below(x), density(x)
    return (1 - inside) * inside * x**2 + (1 - 2 * inside) * height * x + (1 - inside - height**2)


def mean(shift: sp.Expr, g: sp.Expr, x: sp.Expr = knee) -> sp.Expr:
    """E[max(sqrt(g) Z - x, 0)] + shift, the paper's a_0^{g} over lambda."""
    return sp.sqrt(g) * density(x / sp.sqrt(g)) - above(x / sp.sqrt(g)) * x + shift


def length(shift: sp.Expr, g: sp.Expr, x: sp.Expr = knee) -> sp.Expr:
    """E[(max(sqrt(g) Z - x, 0) + shift)^2] as printed, the paper's sigma_hat_l(g) over lambda^2."""
    ratio = x / sp.sqrt(g)
    return (
        (x**2 + g - 2 * x * shift) * above(ratio) + (2 * shift - x) * sp.sqrt(g) * density(ratio) + shift**2
    )


def length_slope(shift: sp.Expr, g: sp.Expr, x: sp.Expr = knee) -> sp.Expr:
    """The derivative of `length` in g, as printed."""
    ratio = x / sp.sqrt(g)
    return above(ratio) + shift / sp.sqrt(g) * density(ratio)


def bias(g: sp.Expr) -> sp.Expr:
    """bias(g) = (a_0^{g})^2 / sum_j (a_j^{g})^2 for the paper's c."""
    return mean(offset(knee), g) ** 2 / length(offset(knee), g)


def nonlinearity(g: sp.Expr) -> sp.Expr:
    """mu^{g} = 1 - (a_1^{g})^2 / sum_j (a_j^{g})^2, with a_1^{g} = lambda sqrt(g) (1 - Phi(c/sqrt(g))), for the paper's
    c."""
    return 1 - g * above(knee / sp.sqrt(g)) ** 2 / length(offset(knee), g)
