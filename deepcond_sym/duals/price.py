"""Price's theorem: differentiate the activation until its dual is elementary, then integrate back over rho."""

from __future__ import annotations

from dataclasses import dataclass

import sympy as sp

from deepcond_sym.duals.algebra.antiderivative import Power, RadicalElement
from deepcond_sym.duals.atoms import Atom, AtomPiece
from deepcond_sym.duals.derivation import Derivation, DerivationStep
from deepcond_sym.duals.distribution import Distribution, DistributionTerm, Smooth
from deepcond_sym.duals.hermite_exact import hermite_moments
from deepcond_sym.duals.moments_exact import NotExactError, atom_integral, tidy
from deepcond_sym.duals.pairing import centred_pairing, is_centred, pairing_expr
from deepcond_sym.duals.price_steps import (
    activation_step,
    density_step,
    derivative_step,
    integration_step,
    second_moment_step,
)
from deepcond_sym.symbols import rho, x


@dataclass(frozen=True)
class PriceResult:
    """What Price's theorem gives: sigma_hat^(order) = density, sigma_hat^(k)(0) = initial[k], and expr if elementary.

    `expr` is None when the order is positive and the density has no antiderivative in the class; sigma_hat is then
    an order-fold integral of the density from 0.
    """

    order: int
    density: sp.Expr
    initial: tuple[sp.Expr, ...]
    expr: sp.Expr | None
    slope: sp.Expr | None
    derivation: Derivation


def hermite_moment(pieces: tuple[AtomPiece, ...], k: int) -> sp.Expr:
    """E[sigma(X) He_k(X)], exact; NotExactError if there is no closed form.

    Source: textbook.
    """
    total = sp.S.Zero
    for (power,), c in _hermite_polynomial(k).terms():
        for piece in pieces:
            for atom, coefficient in piece.terms.items():
                shape = atom._replace(power=atom.power + power)
                total += c * coefficient * atom_integral(shape, piece.lower, piece.upper)
    return tidy(total)


def _hermite_polynomial(k: int) -> sp.Poly:
    previous, current = sp.Poly(1, x), sp.Poly(x, x)
    if k == 0:
        return previous
    for j in range(1, k):
        previous, current = current, sp.Poly(x, x) * current - j * previous
    return current


def price(pieces: tuple[AtomPiece, ...]) -> PriceResult | None:
    """The dual of an activation given as atoms, by Price's theorem; None when no derivative is elementary.

    Source: Price's theorem d^m/drho^m E[f(X) g(Y)] = E[f^(m)(X) g^(m)(Y)] (textbook); the way back is derived here.
    """
    sigma = Distribution.from_pieces(pieces)
    if sigma is None:
        return None
    order = sigma.elementary_order()
    if order is None:
        return None
    derivative = sigma
    for _ in range(order):
        derivative = derivative.derivative()
    try:
        initial = tuple(tidy(hermite_moment(pieces, k) ** 2) for k in range(order))
        paired = _pair(derivative)
    except NotExactError:
        return None
    if paired is None:
        return None
    element, density = paired
    steps = _first_steps(pieces, sigma, derivative, order, density)
    if order == 0:
        steps.extend(_last_steps(pieces, density))
        slope = element.derivative().expr() if element is not None else sp.diff(density, rho)
        return PriceResult(0, density, (), density, slope, Derivation(tuple(steps)))
    if element is None:
        return PriceResult(order, density, initial, None, None, Derivation(tuple(steps)))
    for k in range(order - 1, -1, -1):
        lower_one = element.integrated_from_zero(initial[k])
        steps.append(integration_step(pieces, k, element.expr(), lower_one.expr(), initial[k]))
        element = lower_one
    expr = element.expr()
    steps.extend(_last_steps(pieces, expr))
    return PriceResult(order, density, initial, expr, element.derivative().expr(), Derivation(tuple(steps)))


def _pair(derivative: Distribution) -> tuple[RadicalElement | None, sp.Expr] | None:
    """The dual of an elementary distribution: as an element of the class if it is one, and as an expression."""
    terms = list(derivative.terms.items())
    if all(isinstance(term, Smooth) and term.linear == 0 and term.quadratic == 0 for term, _ in terms):
        element = _mehler_sum(derivative)
        return element, element.expr()
    if all(is_centred(term) for term, _ in terms):
        element = _pair_centred(terms)
        if element is not None:
            return element, element.expr()
    total = sp.S.Zero
    for first, c in terms:
        for second, d in terms:
            value = pairing_expr(first, second)
            if value is None:
                return None
            total += c * d * value
    return None, tidy_exponentials(total)


def _mehler_sum(polynomial: Distribution) -> RadicalElement:
    """The dual of a polynomial: the sum of E[sigma He_k]^2 rho^k / k!, every degree included."""
    terms = {Atom(term.power, sp.S.Zero, sp.S.Zero, ()): c for term, c in polynomial.terms.items()
             if isinstance(term, Smooth)}
    degree = max((atom.power for atom in terms), default=0)
    moments = hermite_moments((AtomPiece(-sp.oo, sp.oo, terms),), degree + 1)
    assert moments is not None
    return RadicalElement({Power(k): b**2 / sp.factorial(k) for k, b in enumerate(moments)})


def _pair_centred(terms: list[tuple[DistributionTerm, sp.Expr]]) -> RadicalElement | None:
    element = RadicalElement()
    for i, (first, c) in enumerate(terms):
        for j, (second, d) in enumerate(terms[: i + 1]):
            pair = centred_pairing(first, second)
            if pair is None:
                return None
            # E[f(X) g(Y)] = E[g(X) f(Y)], so each unordered pair is computed once
            element = element.plus(pair, c * d * (1 if i == j else 2))
    return element


def tidy_exponentials(expr: sp.Expr) -> sp.Expr:
    """Collect a sum of complex exponentials into a real expression."""
    expr = sp.expand(expr, deep=False) if not expr.has(sp.I) else sp.expand(expr)
    if expr.has(sp.I):
        expr = sp.expand(sp.expand_complex(expr))
    return sp.powsimp(expr)


def _first_steps(
    pieces: tuple[AtomPiece, ...], sigma: Distribution, derivative: Distribution, order: int, density: sp.Expr
) -> list[DerivationStep]:
    steps = [activation_step(pieces, sigma.expr())]
    if order:
        steps.append(derivative_step(pieces, order, derivative.expr()))
    return [*steps, density_step(derivative, order, density)]


def _last_steps(pieces: tuple[AtomPiece, ...], expr: sp.Expr) -> list[DerivationStep]:
    step = second_moment_step(pieces, expr)
    return [] if step is None else [step]
