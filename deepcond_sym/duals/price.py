"""Price's theorem: differentiate the activation until its dual is elementary, then integrate back over rho."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import sympy as sp

from deepcond_sym.duals.antiderivative import Power, RadicalElement
from deepcond_sym.duals.atoms import Atom, AtomPiece
from deepcond_sym.duals.derivation import Derivation, DerivationStep, defined, overlapping, require
from deepcond_sym.duals.distribution import Delta, Distribution, DistributionTerm, Smooth
from deepcond_sym.duals.hermite_exact import hermite_moments
from deepcond_sym.duals.moments_exact import NotExactError, atom_integral, exact_second_moment, tidy
from deepcond_sym.duals.pairing import centred_pairing, is_centred, pairing_expr
from deepcond_sym.symbols import rho, x

_CHECKED_MOMENTS = 5


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
        steps.append(_integration_step(pieces, lower_one, element, k, initial[k]))
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
    steps = [
        DerivationStep(
            rf"\sigma(x) = {sp.latex(sigma.expr())}", "The activation, as a distribution.", "definition", defined
        )
    ]
    prime = _derivative_mark("sigma", order)
    if order:
        steps.append(
            DerivationStep(
                rf"{prime}(x) = {sp.latex(derivative.expr())}",
                "Differentiate as a distribution: a jump gives a delta.",
                "ball",
                partial(_check_distribution, pieces, derivative, order),
            )
        )
    steps.append(
        DerivationStep(
            rf"{_derivative_mark('dual', order)}(\rho) = \operatorname{{E}}[{prime}(X)\,{prime}(Y)]"
            rf" = {sp.latex(density)}",
            "Price's theorem, then complete the square." if order else "Complete the square.",
            "ball",
            partial(_check_density, pieces, density, order),
        )
    )
    return steps


def _last_steps(pieces: tuple[AtomPiece, ...], expr: sp.Expr) -> list[DerivationStep]:
    second = exact_second_moment(pieces)
    if second is None:
        return []
    return [
        DerivationStep(
            rf"\hat\sigma(1) = \operatorname{{E}}[\sigma(X)^2] = {sp.latex(second)}",
            "At correlation 1 the dual is the second moment, integrated directly.",
            "ball",
            partial(_check_limit, expr, second),
        )
    ]


def _check_limit(expr: sp.Expr, second: sp.Expr) -> bool:
    return overlapping(expr.subs(rho, 1), second)


def _integration_step(
    pieces: tuple[AtomPiece, ...], integral: RadicalElement, integrand: RadicalElement, k: int, initial: sp.Expr
) -> DerivationStep:
    def check() -> bool:
        gap = integral.derivative().plus(integrand, sp.Integer(-1))
        require(gap.is_zero(), f"the antiderivative {integral.expr()} does not differentiate to {integrand.expr()}")
        require(sp.expand(integral.at(sp.S.Zero) - initial) == 0, "the value at rho = 0 is wrong")
        return overlapping(initial, tidy(hermite_moment(pieces, k) ** 2))

    mark = _derivative_mark("dual", k)
    return DerivationStep(
        rf"{mark}(\rho) = {sp.latex(integral.expr())}, \qquad {mark}(0) = {sp.latex(initial)}",
        f"Integrate from rho = 0, where the value is E[sigma He_{k}]^2.",
        "exact",
        check,
    )


def _derivative_mark(what: str, order: int) -> str:
    base = r"\hat\sigma" if what == "dual" else r"\sigma"
    return base if order == 0 else base + "'" * order if order <= 2 else rf"{base}^{{({order})}}"


def distribution_moment(distribution: Distribution, polynomial: sp.Poly) -> sp.Expr:
    """E[f(X) P(X)] for an elementary distribution f: deltas act on P times the density.

    Source: textbook.
    """
    total = sp.S.Zero
    for term, c in distribution.terms.items():
        match term:
            case Smooth(power, linear, quadratic):
                for (extra,), factor in polynomial.terms():
                    shape = Atom(power + extra, linear, quadratic, ())
                    total += c * factor * atom_integral(shape, -sp.oo, sp.oo)
            case Delta(order, knot):
                # d/dx (P phi) = (P' - x P) phi
                current = polynomial
                for _ in range(order):
                    current = current.diff(x) - sp.Poly(x, x) * current
                value = current.as_expr().subs(x, knot) * sp.exp(-(knot**2) / 2) / sp.sqrt(2 * sp.pi)
                total += c * (-1) ** order * value
    return tidy(total)


def _check_distribution(pieces: tuple[AtomPiece, ...], derivative: Distribution, order: int) -> bool:
    """E[sigma^(m) He_j] = E[sigma He_(j+m)], by parts, for the first few j."""
    return all(
        overlapping(distribution_moment(derivative, _hermite_polynomial(j)), hermite_moment(pieces, j + order))
        for j in range(_CHECKED_MOMENTS)
    )


def _check_density(pieces: tuple[AtomPiece, ...], density: sp.Expr, order: int) -> bool:
    """The Taylor coefficients of sigma_hat^(m) at 0 are E[sigma He_(j+m)]^2 / j!, for the first few j."""
    current: sp.Expr = density
    for j in range(_CHECKED_MOMENTS):
        overlapping(current.subs(rho, 0), hermite_moment(pieces, j + order) ** 2)
        current = sp.diff(current, rho)
    return True

