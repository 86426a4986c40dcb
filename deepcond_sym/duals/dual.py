"""`dual`: from an activation to its dual, by the first route that applies."""

from __future__ import annotations

from functools import lru_cache

import sympy as sp

from deepcond_sym.activations import Activation, activation
from deepcond_sym.duals.affine import AffineDual
from deepcond_sym.duals.algebra.tidy import tidy
from deepcond_sym.duals.atoms import AtomPiece
from deepcond_sym.duals.closed_form import ClosedFormDual
from deepcond_sym.duals.dual_base import Dual
from deepcond_sym.duals.exponential_step import exponential_step_dual
from deepcond_sym.duals.knots import knot_dual
from deepcond_sym.duals.moments import atom_pieces, second_moment, slope_second_moment
from deepcond_sym.duals.normalized import NormalizedActivation
from deepcond_sym.duals.pairs.pair_closed_form import closed_form
from deepcond_sym.duals.price import PriceResult, price
from deepcond_sym.duals.series import SeriesDual
from deepcond_sym.symbols import rho


def dual(spec: Activation | sp.Expr | str) -> Dual:
    """The dual activation sigma_hat(rho) = E[sigma(X) sigma(Y)], (X, Y) standard normal with correlation rho.

    `.route` says how it was found: "polynomial" and "exponential" (elementary at once), "price" (Price's theorem; with
    `.expr` None the integral back is not elementary and is done by rigorous quadrature), "series" (Hermite series with
    a certified tail).

    >>> dual("gelu").expr
    rho*asin(rho/2)/(2*pi) + rho/4 + 1/(2*pi*sqrt(4 - rho**2))
    >>> dual("x**2").expr
    2*rho**2 + 1

    Source: derived here.
    """
    return _dual(activation(spec))


@lru_cache(maxsize=256)
def _dual(sigma: Activation) -> Dual:
    if isinstance(sigma, NormalizedActivation):
        return AffineDual(sigma, _dual(sigma.base))
    pieces = atom_pieces(sigma)
    if pieces is not None:
        if _mixes_families(pieces):
            result = _from_pairs(sigma)
            if result is not None:
                return result
        found = price(pieces)
        if found is not None:
            result = _from_price(sigma, pieces, found) or knot_dual(sigma, pieces, found)
            if result is not None:
                return result
        result = exponential_step_dual(sigma, pieces)
        if result is not None:
            return result
        result = _from_pairs(sigma)
        if result is not None:
            return result
    return SeriesDual(sigma)


def _mixes_families(pieces: tuple[AtomPiece, ...]) -> bool:
    """Whether erf meets a knot, or a sine a Gaussian: Hermite moments of the sum are then not known, those of its terms
    are.
    """
    atoms = [atom for piece in pieces for atom in piece.terms]
    waves = any(atom.linear.has(sp.I) for atom in atoms)
    return (len(pieces) > 1 and any(atom.erfs for atom in atoms)) or (waves and any(atom.quadratic for atom in atoms))


def _from_pairs(sigma: Activation) -> Dual | None:
    """The closed form of a sum over families, term against term."""
    closed = closed_form(sigma, unit=True)
    if closed is None:
        return None
    slope = tidy(sp.diff(closed.expr, rho))
    at_one, slope_at_one = second_moment(sigma), slope_second_moment(sigma)
    if at_one is None:
        at_one = closed.expr.subs(rho, 1)
    if slope_at_one is None:
        slope_at_one = slope.subs(rho, 1)
    route = "exponential" if all(pair.is_smooth for pair in closed.pairs) else "price"
    return ClosedFormDual(sigma, route, closed.expr, slope, at_one, slope_at_one, closed.derivation)


def _from_price(sigma: Activation, pieces: tuple[AtomPiece, ...], found: PriceResult) -> Dual | None:
    if found.expr is None or found.slope is None:
        return None
    at_one = second_moment(sigma)
    slope_at_one = slope_second_moment(sigma)
    if at_one is None:
        at_one = found.expr.subs(rho, 1)
    if slope_at_one is None:
        slope_at_one = found.slope.subs(rho, 1)
    return ClosedFormDual(sigma, _route(pieces, found), found.expr, found.slope, at_one, slope_at_one, found.derivation)


def _route(pieces: tuple[AtomPiece, ...], found: PriceResult) -> str:
    if found.order:
        return "price"
    polynomial = all(atom.linear == 0 and atom.quadratic == 0 for piece in pieces for atom in piece.terms)
    return "polynomial" if polynomial else "exponential"
