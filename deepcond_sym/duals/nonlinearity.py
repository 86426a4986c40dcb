"""How far an activation is from linear: mu = 1 - a_1^2 and mu~ = 1 - a_0^2 - a_1^2, in units of the variance."""

from __future__ import annotations

import sympy as sp
from flint import arb

from deepcond_sym.activations import Activation, activation
from deepcond_sym.duals.hermite import coefficient_balls, exact_coefficients
from deepcond_sym.duals.moments import constant_ball, divide, mean, mean_ball, second_moment, second_moment_ball
from deepcond_sym.duals.normalized import NormalizedActivation
from deepcond_sym.errors import InputError


def nonlinearity(spec: Activation | sp.Expr | str) -> sp.Expr | None:
    """mu = 1 - a_1^2/(E[sigma^2] - a_0^2), exact, or None when no closed form is known.

    This is 1 - a_1^2 for a normalised activation (mean 0, variance 1). Errors: InputError for a constant activation.

    >>> nonlinearity("relu")
    -pi/(-2 + 2*pi) + 1
    >>> nonlinearity("x**2")
    1

    Source: agarwal2021, the coefficient of non-linearity, for activations of any mean and variance.
    """
    sigma = _not_constant(spec)
    if isinstance(sigma, NormalizedActivation) and sigma.base == sigma.reference:
        return nonlinearity(sigma.base)
    coefficients, first, second = exact_coefficients(sigma, 2), mean(sigma), second_moment(sigma)
    if coefficients is None or first is None or second is None:
        return None
    return 1 - divide(sp.expand(coefficients[1] ** 2), sp.expand(second - first**2))


def nonaffinity(spec: Activation | sp.Expr | str) -> sp.Expr | None:
    """mu~ = 1 - (a_0^2 + a_1^2)/E[sigma^2], exact, or None when no closed form is known.

    The share of the second moment that is not affine; 1 - a_0^2 - a_1^2 when E[sigma^2] = 1.

    >>> nonaffinity("relu")
    1/2 - 1/pi

    Source: derived here.
    """
    sigma = _not_constant(spec)
    coefficients, second = exact_coefficients(sigma, 2), second_moment(sigma)
    if coefficients is None or second is None:
        return None
    share = sp.expand(coefficients[0] ** 2 + coefficients[1] ** 2) / second
    return min(1 - share, sp.expand(1 - share), key=sp.count_ops)


def nonlinearity_ball(spec: Activation | sp.Expr | str) -> arb:
    """mu as a ball at the current precision.

    >>> nonlinearity_ball("tanh").str(10)
    '[0.06953007638 +/- 4.71e-12]'

    Source: derived here.
    """
    sigma = _not_constant(spec)
    exact = nonlinearity(sigma)
    if exact is not None:
        return constant_ball(exact)
    slope = coefficient_balls(sigma, 2)[1]
    return 1 - slope**2 / (second_moment_ball(sigma) - mean_ball(sigma) ** 2)


def nonaffinity_ball(spec: Activation | sp.Expr | str) -> arb:
    """mu~ as a ball at the current precision.

    Source: derived here.
    """
    sigma = _not_constant(spec)
    exact = nonaffinity(sigma)
    if exact is not None:
        return constant_ball(exact)
    offset, slope = coefficient_balls(sigma, 2)
    return 1 - (offset**2 + slope**2) / second_moment_ball(sigma)


def _not_constant(spec: Activation | sp.Expr | str) -> Activation:
    sigma = activation(spec)
    if sigma.is_constant:
        raise InputError("A constant activation has no non-linearity: give an activation that depends on x.")
    return sigma
