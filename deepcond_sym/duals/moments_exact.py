"""Exact Gaussian integrals of atoms over an interval."""

from __future__ import annotations

from math import comb

import sympy as sp

from deepcond_sym.duals.atoms import Atom, AtomPiece, Combination, NotAtomsError, multiply

_HALF = sp.Rational(1, 2)


class NotExactError(Exception):
    """This integral has no closed form in the class (for example it needs Owen's T function)."""


def gaussian_density(z: sp.Expr) -> sp.Expr:
    """phi(z), and 0 at infinity."""
    return sp.S.Zero if z.is_infinite else sp.exp(-(z**2) / 2) / sp.sqrt(2 * sp.pi)


def normal_probability(lower: sp.Expr, upper: sp.Expr) -> sp.Expr:
    """P(lower < Z < upper), with erfc on a half-line so that it keeps relative accuracy when evaluated."""
    if lower == -sp.oo and upper == sp.oo:
        return sp.S.One
    if upper == sp.oo:
        return sp.erfc(lower / sp.sqrt(2)) / 2
    if lower == -sp.oo:
        return sp.erfc(-upper / sp.sqrt(2)) / 2
    return (sp.erf(upper / sp.sqrt(2)) - sp.erf(lower / sp.sqrt(2))) / 2


def _boundary(z: sp.Expr, power: int, erfs: tuple[tuple[sp.Expr, sp.Expr], ...]) -> sp.Expr:
    """z^power phi(z) * product of erf, at an endpoint."""
    if z.is_infinite:
        return sp.S.Zero
    value = z**power * gaussian_density(z)
    for scale, shift in erfs:
        value *= sp.erf(scale * z + shift)
    return value


def _base(erfs: tuple[tuple[sp.Expr, sp.Expr], ...], lower: sp.Expr, upper: sp.Expr) -> sp.Expr:
    """E[product of erf(d Z + e); lower < Z < upper]."""
    if not erfs:
        return normal_probability(lower, upper)
    whole = lower == -sp.oo and upper == sp.oo
    half = (lower == 0 and upper == sp.oo) or (lower == -sp.oo and upper == 0)
    centred = all(shift == 0 for _, shift in erfs)
    if len(erfs) == 1 and whole:
        scale, shift = erfs[0]
        return sp.erf(shift / sp.sqrt(1 + 2 * scale**2))
    if len(erfs) == 1 and half and centred:
        value = sp.atan(sp.sqrt(2) * erfs[0][0]) / sp.pi
        return value if lower == 0 else -value
    if len(erfs) == 2 and centred and (whole or half):
        d, e = erfs[0][0], erfs[1][0]
        correlation = 2 * d * e / (sp.sqrt(1 + 2 * d**2) * sp.sqrt(1 + 2 * e**2))
        return sp.asin(correlation) * 2 / sp.pi * (1 if whole else _HALF)
    if whole and centred and len(erfs) % 2:
        return sp.S.Zero
    raise NotExactError


def _standard(
    power: int, erfs: tuple[tuple[sp.Expr, sp.Expr], ...], lower: sp.Expr, upper: sp.Expr
) -> sp.Expr:
    """E[Z^power * product of erf(d Z + e); lower < Z < upper], by parts (Stein's identity with boundary terms)."""
    if power == 0:
        return _base(erfs, lower, upper)
    total = _boundary(lower, power - 1, erfs) - _boundary(upper, power - 1, erfs)
    if power >= 2:
        total += (power - 1) * _standard(power - 2, erfs, lower, upper)
    for index, (scale, shift) in enumerate(erfs):
        rest = erfs[:index] + erfs[index + 1 :]
        slope = Atom(power - 1, -2 * scale * shift, -(scale**2), rest)
        factor = 2 * scale / sp.sqrt(sp.pi) * sp.exp(-(shift**2))
        total += factor * atom_integral(slope, lower, upper)
    return total


def atom_integral(atom: Atom, lower: sp.Expr, upper: sp.Expr) -> sp.Expr:
    """E[atom(Z); lower < Z < upper] for Z ~ N(0, 1): complete the square, then integrate by parts.

    Raises NotExactError when there is no closed form in the class.

    >>> import sympy as sp
    >>> from deepcond_sym.duals.atoms import Atom
    >>> atom_integral(Atom(2, sp.S(0), sp.S(0), ()), sp.S(0), sp.oo)
    1/2

    Source: textbook.
    """
    if (1 - 2 * atom.quadratic).is_positive is not True:
        raise NotExactError
    whole = lower == -sp.oo and upper == sp.oo
    if not whole and not atom.linear.is_real:
        raise NotExactError
    spread = 1 / (1 - 2 * atom.quadratic)
    centre, width = atom.linear * spread, sp.sqrt(spread)
    low, high = ((end if end.is_infinite else (end - centre) / width) for end in (lower, upper))
    erfs = tuple((scale * width, scale * centre + shift) for scale, shift in atom.erfs)
    total = sp.S.Zero
    for j in range(atom.power + 1):
        weight = comb(atom.power, j) * centre ** (atom.power - j) * width**j
        if weight != 0:
            total += weight * _standard(j, erfs, low, high)
    return width * sp.exp(atom.linear**2 * spread / 2) * total


def integral(terms: Combination, lower: sp.Expr, upper: sp.Expr) -> sp.Expr:
    """E[sum of atoms; lower < Z < upper], exact; NotExactError if an atom has no closed form.

    Source: textbook.
    """
    return sp.Add(*(coefficient * atom_integral(atom, lower, upper) for atom, coefficient in terms.items()))


def tidy(expr: sp.Expr) -> sp.Expr:
    """Expand products and real parts of complex exponentials: bounded work, and equal in value to the input."""
    result = sp.expand(expr)
    if result.has(sp.I):
        result = sp.expand(sp.expand_complex(result))
    if result.has(sp.I, sp.erfi, sp.re, sp.im):
        # erf of an imaginary argument: sines against steps and erf
        raise NotExactError
    return result


def exact_mean(pieces: tuple[AtomPiece, ...]) -> sp.Expr | None:
    """E[sigma(Z)] of an activation given as atoms, or None."""
    try:
        return tidy(sp.Add(*(integral(piece.terms, piece.lower, piece.upper) for piece in pieces)))
    except NotExactError:
        return None


def exact_second_moment(pieces: tuple[AtomPiece, ...]) -> sp.Expr | None:
    """E[sigma(Z)^2] of an activation given as atoms, or None."""
    try:
        squares = ((multiply(piece.terms, piece.terms), piece) for piece in pieces)
        return tidy(sp.Add(*(integral(square, piece.lower, piece.upper) for square, piece in squares)))
    except (NotExactError, NotAtomsError):
        return None
