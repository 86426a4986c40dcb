"""Exact Hermite moments E[sigma(X) He_n(X)] by recurrence, and their closed form in n."""

from __future__ import annotations

from typing import Any

import sympy as sp

from deepcond_sym.duals.atoms import Atom, AtomPiece
from deepcond_sym.duals.distribution import Distribution, ErfTerm, Smooth, StepTerm
from deepcond_sym.duals.moments_exact import NotExactError, atom_integral, gaussian_density, tidy
from deepcond_sym.symbols import n


def hermite_moments(pieces: tuple[AtomPiece, ...], count: int) -> list[sp.Expr] | None:
    """E[sigma(X) He_m(X)] for m < count, exact, or None when there is no closed form.

    >>> import sympy as sp
    >>> from deepcond_sym.duals.atoms import AtomPiece, atoms
    >>> from deepcond_sym.symbols import x
    >>> hermite_moments((AtomPiece(-sp.oo, sp.oo, atoms(x**3)),), 5)
    [0, 3, 0, 6, 0]

    Source: textbook (integration by parts and x He_m = He_(m+1) + m He_(m-1)); arranged here.
    """
    totals: list[Any] = [sp.S.Zero] * count
    try:
        for piece in pieces:
            for atom, coefficient in piece.terms.items():
                for m, value in enumerate(_atom_sequence(atom, piece.lower, piece.upper, count)):
                    if value != 0:
                        totals[m] += coefficient * value
        return [tidy(total) for total in totals]
    except NotExactError:
        return None


def _atom_sequence(atom: Atom, lower: sp.Expr, upper: sp.Expr, count: int) -> list[sp.Expr]:
    longer = count + atom.power
    if not atom.erfs:
        values = _exponential_sequence(atom.linear, atom.quadratic, lower, upper, longer)
    elif len(atom.erfs) == 1 and atom.linear == 0 and atom.quadratic == 0 and lower == -sp.oo and upper == sp.oo:
        scale, shift = atom.erfs[0]
        factor = 2 * scale / sp.sqrt(sp.pi) * sp.exp(-(shift**2))
        slope = _exponential_sequence(-2 * scale * shift, -(scale**2), lower, upper, longer)
        values = [atom_integral(atom._replace(power=0), lower, upper)] + [factor * value for value in slope[:-1]]
    else:
        raise NotExactError
    for _ in range(atom.power):
        values = [
            values[m + 1] + (m * values[m - 1] if m else sp.S.Zero) for m in range(len(values) - 1)
        ]
        values = [value if value.is_Rational else sp.expand(value) for value in values]
    return values[:count]


def _exponential_sequence(
    linear: sp.Expr, quadratic: sp.Expr, lower: sp.Expr, upper: sp.Expr, count: int
) -> list[sp.Expr]:
    """E[exp(aX + bX^2) He_m(X); lower < X < upper] for m < count.

    (1 - 2b) B_m = boundary_m + a B_(m-1) + 2b (m-1) B_(m-2), by parts. The start and the two boundary densities are
    kept apart, so that the recurrence runs on their (usually rational) coefficients.
    """
    start = atom_integral(Atom(0, linear, quadratic, ()), lower, upper)
    spread = 1 / (1 - 2 * quadratic)
    sequences: list[tuple[Any, list[Any], Any]] = [(start, [sp.S.One], None)]
    for end, sign in ((lower, 1), (upper, -1)):
        if not end.is_infinite:
            density = sign * gaussian_density(end) * sp.exp(linear * end + quadratic * end**2)
            sequences.append((density, [sp.S.Zero], end))
    for m in range(1, count):
        for _, values, end in sequences:
            value = linear * values[m - 1] + (2 * quadratic * (m - 1) * values[m - 2] if m > 1 else 0)
            if end is not None:
                value += _hermite_at(end, m - 1)
            value = spread * value
            values.append(value if value.is_Rational else sp.expand(value))
    return [sp.Add(*(constant * values[m] for constant, values, _ in sequences)) for m in range(count)]


_HERMITE: dict[sp.Expr, list[sp.Expr]] = {}


def _hermite_at(point: sp.Expr, m: int) -> sp.Expr:
    """He_m(point), from a table that grows."""
    if point not in _HERMITE:
        if len(_HERMITE) > 32:
            _HERMITE.clear()
        _HERMITE[point] = [sp.S.One, point]
    values = _HERMITE[point]
    while len(values) <= m:
        k = len(values) - 1
        values.append(sp.expand(point * values[k] - k * values[k - 1]))
    return values[m]


def closed_form(pieces: tuple[AtomPiece, ...]) -> tuple[sp.Expr, int] | None:
    """(a_n as an expression in n, the first n for which it holds), or None.

    For polynomials with a knot at 0, polynomial x exp(b x^2), erf(d x) and polynomial multiples, exp(a x), sin, cos,
    and their sums. The even and odd cases are the branches of a Piecewise.

    Source: derived here.
    """
    sigma = Distribution.from_pieces(pieces)
    if sigma is None:
        return None
    parts: dict[int, sp.Expr] = {0: sp.S.Zero, 1: sp.S.Zero}
    both, first = sp.S.Zero, 0
    for term, c in sigma.terms.items():
        match term:
            case Smooth(power, linear, quadratic) if linear == 0 and quadratic == 0:
                first = max(first, power + 1)
            case Smooth(0, linear, quadratic) if quadratic == 0:
                value = _geometric(linear, c)
                if value is None:
                    return None
                both += value
            case Smooth(power, linear, quadratic) if linear == 0:
                parts[power % 2] += c * _gaussian_family(power, quadratic, 0)
                first = max(first, power)
            case ErfTerm(power, scale, shift) if shift == 0:
                value = _gaussian_family(power, -(scale**2), 1)
                parts[(power + 1) % 2] += c * 2 * scale / sp.sqrt(sp.pi) * value
                first = max(first, power + 1)
            case StepTerm(power, linear, quadratic, knot) if linear == 0 and quadratic == 0 and knot == 0:
                m = n - power - 1
                value = sp.factorial(power) * (-1) ** (m / 2) * sp.factorial2(m - 1) / sp.sqrt(2 * sp.pi)
                parts[(power + 1) % 2] += c * value
                first = max(first, power + 1)
            case _:
                return None
    norm = sp.sqrt(sp.factorial(n))
    result = both / norm
    if parts[0] != 0 or parts[1] != 0:
        result += sp.Piecewise((parts[0] / norm, sp.Eq(sp.Mod(n, 2), 0)), (parts[1] / norm, True))
    return result, first


def _geometric(linear: sp.Expr, c: sp.Expr) -> sp.Expr | None:
    """c E[exp(aX) He_n] = c a^n exp(a^2/2); imaginary a come in conjugate pairs, counted at Im a > 0."""
    if linear.is_real:
        return c * linear**n * sp.exp(linear**2 / 2)
    if not linear.is_imaginary:
        return None
    scale = sp.im(linear)
    if scale.is_negative:
        return sp.S.Zero
    wave = 2 * (sp.re(c) * sp.cos(sp.pi * n / 2) - sp.im(c) * sp.sin(sp.pi * n / 2))
    return scale**n * wave * sp.exp(-(scale**2) / 2)


def _gaussian_family(power: int, quadratic: sp.Expr, shift: int) -> sp.Expr:
    """E[x^power exp(b x^2) He_(n - shift)]-like moments as R(n) f(n - power - shift).

    f(m) = sqrt(tau) (b tau)^(m/2) m!/(m/2)! for even m, with tau = 1/(1 - 2b), satisfies f(m+2) = 2 b tau (m+1) f(m),
    so multiplying by x (F(n) -> F(n+1) + n F(n-1)) acts on the polynomial R alone.
    """
    spread = 1 / (1 - 2 * quadratic)
    polynomial: Any = sp.S.One
    for k in range(1, power + 1):
        forward = polynomial.subs(n, n + 1) * 2 * quadratic * spread * (n - shift - k + 1)
        polynomial = sp.factor(sp.expand(forward + n * polynomial.subs(n, n - 1)))
    m = n - power - shift
    return polynomial * sp.sqrt(spread) * (quadratic * spread) ** (m / 2) * sp.factorial(m) / sp.factorial(m / 2)
