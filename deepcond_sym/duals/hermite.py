"""Hermite coefficients a_n = E[sigma(X) He_n(X)]/sqrt(n!), exact where possible, as balls always."""

from __future__ import annotations

import math
from dataclasses import dataclass

import sympy as sp
from flint import arb

from deepcond_sym.activations import Activation, activation
from deepcond_sym.arithmetic import precision, working_bits
from deepcond_sym.duals.hermite_exact import closed_form, hermite_moments
from deepcond_sym.duals.integrals.quadrature import GaussianQuadrature
from deepcond_sym.duals.moments import (
    atom_pieces,
    constant_ball,
    second_moment_ball,
    shift_and_variance,
    shift_and_variance_ball,
)
from deepcond_sym.duals.normalized import NormalizedActivation
from deepcond_sym.errors import AccuracyError, InputError

_DEFAULT_DIGITS = 20
_MOST = 20_000


@dataclass(frozen=True)
class HermiteSeries:
    """The first coefficients of sigma in the orthonormal Hermite polynomials He_n/sqrt(n!).

    `exact`: SymPy expressions, or None; `balls`: enclosures; `closed_form`: an expression in n, valid for
    n >= closed_form_from, or None; `second_moment` = E[sigma^2]; `tail` = E[sigma^2] - sum of a_n^2 (Parseval).

    >>> from deepcond_sym.activations import activation
    >>> series = activation("relu").hermite(4)
    >>> series.exact
    (sqrt(2)/(2*sqrt(pi)), 1/2, 1/(2*sqrt(pi)), 0)
    """

    activation: Activation
    exact: tuple[sp.Expr, ...] | None
    balls: tuple[arb, ...]
    closed_form: sp.Expr | None
    closed_form_from: int
    second_moment: arb
    tail: arb

    def __len__(self) -> int:
        return len(self.balls)

    def __getitem__(self, index: int) -> sp.Expr | arb:
        """a_index: exact if possible, else a ball."""
        return self.balls[index] if self.exact is None else self.exact[index]


def hermite_series(spec: Activation | sp.Expr | str, count: int, digits: int | None = None) -> HermiteSeries:
    """The coefficients a_0, ..., a_(count-1), the balls to so many digits (20 by default) each.

    A ball that contains 0 (the coefficient may be exactly 0) is within 10^(-2 digits) of it instead.

    Errors: InputError for a count that is not a positive integer, AccuracyError when the digits are not reached.

    >>> hermite_series("relu", 4).exact
    (sqrt(2)/(2*sqrt(pi)), 1/2, 1/(2*sqrt(pi)), 0)
    >>> hermite_series("tanh", 2).balls[1].str(10)
    '[0.6057055096 +/- 2.16e-12]'

    Source: derived here.
    """
    sigma = activation(spec)
    if isinstance(count, bool) or not isinstance(count, int) or not 1 <= count <= _MOST:
        raise InputError(f"The number of Hermite coefficients must be an integer from 1 to {_MOST}, not {count!r}.")
    wanted = _DEFAULT_DIGITS if digits is None else digits
    if isinstance(wanted, bool) or not isinstance(wanted, int) or wanted < 1:
        raise InputError(f"The number of digits must be a positive integer, not {wanted!r}.")
    bits = math.ceil(wanted * math.log2(10)) + 4
    exact = exact_coefficients(sigma, count)
    guard = 16
    while True:
        with precision(bits=bits + guard):
            balls = coefficient_balls(sigma, count) if exact is None else [constant_ball(a) for a in exact]
            if all(_is_accurate(a, bits) for a in balls):
                second = second_moment_ball(sigma)
                tail = second - sum((a * a for a in balls), arb(0))
                break
        guard = 4 * guard
        if guard > 5000:
            raise AccuracyError(f"Not all of the coefficients reach {wanted} digits: ask for fewer coefficients.")
    form = coefficient_closed_form(sigma)
    expression, first = form if form is not None else (None, 0)
    return HermiteSeries(sigma, exact, tuple(balls), expression, first, second, tail)


def _is_accurate(a: arb, bits: int) -> bool:
    """Relatively accurate, or so close to 0 that it may be exactly 0 (as every second coefficient of softplus is)."""
    if a.is_zero() or a.rel_accuracy_bits() >= bits:
        return True
    return bool(a.contains(0) and a.rad() < arb(4) ** -bits)


def exact_coefficients(sigma: Activation, count: int) -> tuple[sp.Expr, ...] | None:
    """a_0, ..., a_(count-1) as SymPy expressions, or None."""
    if isinstance(sigma, NormalizedActivation):
        constants, base = shift_and_variance(sigma), exact_coefficients(sigma.base, count)
        if constants is None or base is None:
            return None
        shift, variance = constants
        first = sp.expand(base[0] - shift) / sp.sqrt(variance)
        return (first, *(a / sp.sqrt(variance) for a in base[1:]))
    pieces = atom_pieces(sigma)
    moments = None if pieces is None else hermite_moments(pieces, count)
    if moments is None:
        return None
    return tuple(sp.expand(b / sp.sqrt(sp.factorial(k))) for k, b in enumerate(moments))


def coefficient_balls(sigma: Activation, count: int) -> list[arb]:
    """a_0, ..., a_(count-1) as balls of about the current precision in absolute terms, by quadrature."""
    if isinstance(sigma, NormalizedActivation):
        shift, variance = shift_and_variance_ball(sigma)
        base = coefficient_balls(sigma.base, count)
        scale = 1 / variance.sqrt()
        first = arb(0) if sigma.base == sigma.reference else (base[0] - shift) * scale
        return [first, *(a * scale for a in base[1:])]
    return GaussianQuadrature(sigma, working_bits(), count).hermite()


def coefficient_closed_form(sigma: Activation) -> tuple[sp.Expr, int] | None:
    """(a_n as an expression in n, first valid n), or None."""
    if isinstance(sigma, NormalizedActivation):
        constants, base = shift_and_variance(sigma), coefficient_closed_form(sigma.base)
        if constants is None or base is None:
            return None
        return base[0] / sp.sqrt(constants[1]), max(1, base[1])
    pieces = atom_pieces(sigma)
    return None if pieces is None else closed_form(pieces)
