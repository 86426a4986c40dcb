"""Mean and second moment of an activation under N(0, 1): exact where possible, as balls always."""

from __future__ import annotations

from functools import lru_cache

import sympy as sp
from flint import arb

from deepcond_sym.activations import Activation
from deepcond_sym.arithmetic import ball, lower
from deepcond_sym.duals.atoms import AtomPiece, atoms, decompose
from deepcond_sym.duals.integrals.quadrature import gaussian_integral
from deepcond_sym.duals.moments_exact import exact_mean, exact_second_moment
from deepcond_sym.duals.normalized import NormalizedActivation
from deepcond_sym.symbols import x


@lru_cache(maxsize=256)
def atom_pieces(activation: Activation) -> tuple[AtomPiece, ...] | None:
    """The activation as atoms, or None; see `decompose`. Kept for each activation."""
    return decompose(activation)


@lru_cache(maxsize=256)
def mean(activation: Activation) -> sp.Expr | None:
    """E[sigma(X)] for X ~ N(0, 1), exact, or None when no closed form is known.

    >>> from deepcond_sym.activations import activation
    >>> mean(activation("relu"))
    sqrt(2)/(2*sqrt(pi))

    Source: textbook.
    """
    if isinstance(activation, NormalizedActivation):
        return _normalized_mean(activation)
    if activation.parity == "odd":
        return sp.S.Zero
    pieces = atom_pieces(activation)
    return None if pieces is None else exact_mean(pieces)


@lru_cache(maxsize=256)
def second_moment(activation: Activation) -> sp.Expr | None:
    """E[sigma(X)^2] for X ~ N(0, 1), exact, or None when no closed form is known.

    >>> from deepcond_sym.activations import activation
    >>> second_moment(activation("gelu"))
    sqrt(3)/(6*pi) + 1/3

    Source: textbook.
    """
    if isinstance(activation, NormalizedActivation):
        return _normalized_second_moment(activation)
    pieces = atom_pieces(activation)
    return None if pieces is None else exact_second_moment(pieces)


def mean_ball(activation: Activation) -> arb:
    """E[sigma(X)] as a ball at the current precision.

    >>> from deepcond_sym.activations import activation
    >>> mean_ball(activation("softplus")).str(10)
    '[0.8060591833 +/- 4.75e-11]'

    Source: derived here (rigorous quadrature and tail bounds).
    """
    if isinstance(activation, NormalizedActivation):
        return _normalized_mean_ball(activation)
    exact = mean(activation)
    return gaussian_integral(activation, 1) if exact is None else constant_ball(exact)


def second_moment_ball(activation: Activation) -> arb:
    """E[sigma(X)^2] as a ball at the current precision.

    Source: derived here (rigorous quadrature and tail bounds).
    """
    if isinstance(activation, NormalizedActivation):
        return _normalized_second_moment_ball(activation)
    exact = second_moment(activation)
    return gaussian_integral(activation, 2) if exact is None else constant_ball(exact)


def constant_ball(expr: sp.Expr) -> arb:
    """An exact constant as a ball at the current precision."""
    return lower(expr, ball, variables=())()


@lru_cache(maxsize=256)
def slope_second_moment(activation: Activation) -> sp.Expr | None:
    """E[sigma'(X)^2] = sigma_hat'(1), exact: oo when the activation jumps; None when no closed form is known.

    Source: textbook.
    """
    if activation.jumps:
        return sp.oo
    if isinstance(activation, NormalizedActivation):
        constants, base = shift_and_variance(activation), slope_second_moment(activation.base)
        return None if constants is None or base is None else divide(base, constants[1])
    pieces = []
    for piece in activation.pieces:
        terms = atoms(sp.diff(piece.expr, x))
        if terms is None:
            return None
        pieces.append(AtomPiece(piece.lower, piece.upper, terms))
    return exact_second_moment(tuple(pieces))


def slope_second_moment_ball(activation: Activation) -> arb:
    """E[sigma'(X)^2] as a ball at the current precision; +inf when the activation jumps."""
    if activation.jumps:
        return arb("inf")
    if isinstance(activation, NormalizedActivation):
        return slope_second_moment_ball(activation.base) / shift_and_variance_ball(activation)[1]
    exact = slope_second_moment(activation)
    return second_moment_ball(activation.derivative()) if exact is None else constant_ball(exact)


@lru_cache(maxsize=256)
def shift_and_variance(activation: NormalizedActivation) -> tuple[sp.Expr, sp.Expr] | None:
    """(m, s^2) with activation = (base - m)/s, exact, or None.

    Source: textbook.
    """
    shift, second = mean(activation.reference), second_moment(activation.reference)
    return None if shift is None or second is None else (shift, sp.expand(second - shift**2))


def shift_and_variance_ball(activation: NormalizedActivation) -> tuple[arb, arb]:
    """(m, s^2) with activation = (base - m)/s, as balls at the current precision."""
    exact = shift_and_variance(activation)
    if exact is not None:
        return constant_ball(exact[0]), constant_ball(exact[1])
    shift = mean_ball(activation.reference)
    return shift, second_moment_ball(activation.reference) - shift**2


def divide(numerator: sp.Expr, denominator: sp.Expr) -> sp.Expr:
    """numerator/denominator, divided term by term when that is shorter."""
    whole = sp.cancel(numerator / denominator) if numerator.is_Rational else numerator / denominator
    split = sp.Add(*(term / denominator for term in sp.Add.make_args(numerator)))
    return split if sp.count_ops(split) < sp.count_ops(whole) else whole


def _normalized_mean(activation: NormalizedActivation) -> sp.Expr | None:
    if activation.base == activation.reference:
        return sp.S.Zero
    constants, base = shift_and_variance(activation), mean(activation.base)
    if constants is None or base is None:
        return None
    return sp.expand(base - constants[0]) / sp.sqrt(constants[1])


def _normalized_second_moment(activation: NormalizedActivation) -> sp.Expr | None:
    if activation.base == activation.reference:
        return sp.S.One
    constants, base, second = shift_and_variance(activation), mean(activation.base), second_moment(activation.base)
    if constants is None or base is None or second is None:
        return None
    return divide(sp.expand(second - 2 * constants[0] * base + constants[0] ** 2), constants[1])


def _normalized_mean_ball(activation: NormalizedActivation) -> arb:
    if activation.base == activation.reference:
        return arb(0)
    shift, variance = shift_and_variance_ball(activation)
    return (mean_ball(activation.base) - shift) / variance.sqrt()


def _normalized_second_moment_ball(activation: NormalizedActivation) -> arb:
    if activation.base == activation.reference:
        return arb(1)
    shift, variance = shift_and_variance_ball(activation)
    base = mean_ball(activation.base)
    return (second_moment_ball(activation.base) + shift * (shift - 2 * base)) / variance
