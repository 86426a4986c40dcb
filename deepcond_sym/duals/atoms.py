"""Atoms: the terms c x^k exp(a x + b x^2) erf(d x + e)... that Gaussian integrals are known for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

import sympy as sp

from deepcond_sym.symbols import x

if TYPE_CHECKING:
    from deepcond_sym.activations import Activation

_MOST_TERMS = 12_000
_LARGEST_POWER = 200


class Atom(NamedTuple):
    """The shape x^power * exp(linear x + quadratic x^2) * product of erf(scale x + shift) over `erfs`.

    `linear` may be imaginary: sines and cosines are pairs of such atoms.
    """

    power: int
    linear: sp.Expr
    quadratic: sp.Expr
    erfs: tuple[tuple[sp.Expr, sp.Expr], ...]


Combination = dict[Atom, sp.Expr]
"""A linear combination: each atom with its coefficient."""


class AtomPiece(NamedTuple):
    """A combination of atoms on the interval (lower, upper)."""

    lower: sp.Expr
    upper: sp.Expr
    terms: Combination


class NotAtomsError(Exception):
    """The expression has a part that is not in the class."""


def add_term(terms: Combination, atom: Atom, coefficient: sp.Expr) -> None:
    """Add coefficient * atom to `terms` in place; a zero sum is removed."""
    total = terms.get(atom, sp.S.Zero) + coefficient
    if total.is_Add:
        total = sp.expand(total)
    if total == 0:
        terms.pop(atom, None)
    else:
        terms[atom] = total


def multiply(left: Combination, right: Combination) -> Combination:
    """The product of two combinations (exponents add, erf factors are collected)."""
    if len(left) * len(right) > _MOST_TERMS:
        raise NotAtomsError
    product: Combination = {}
    for a, ca in left.items():
        for b, cb in right.items():
            erfs = tuple(sorted(a.erfs + b.erfs, key=sp.default_sort_key))
            atom = Atom(a.power + b.power, sp.expand(a.linear + b.linear), sp.expand(a.quadratic + b.quadratic), erfs)
            add_term(product, atom, ca * cb)
    return product


def _power(base: Combination, exponent: int) -> Combination:
    result: Combination = {Atom(0, sp.S.Zero, sp.S.Zero, ()): sp.S.One}
    while exponent:
        if exponent & 1:
            result = multiply(result, base)
        exponent >>= 1
        if exponent:
            base = multiply(base, base)
    return result


def _polynomial_coefficients(expr: sp.Expr, degree: int) -> list[sp.Expr]:
    """Coefficients c_0..c_degree of a polynomial in x, or NotAtomsError."""
    if not expr.is_polynomial(x):
        raise NotAtomsError
    coefficients = sp.Poly(expr, x).all_coeffs()[::-1]
    if len(coefficients) > degree + 1:
        raise NotAtomsError
    return [sp.sympify(c) for c in coefficients] + [sp.S.Zero] * (degree + 1 - len(coefficients))


def _exponential(exponent: sp.Expr) -> Combination:
    constant, linear, quadratic = _polynomial_coefficients(exponent, 2)
    return {Atom(0, linear, quadratic, ()): sp.exp(constant)}


def _sum(parts: Iterable[tuple[sp.Expr, Combination]]) -> Combination:
    total: Combination = {}
    for factor, terms in parts:
        for atom, coefficient in terms.items():
            add_term(total, atom, factor * coefficient)
    return total


def _split(expr: sp.Expr) -> Combination:
    if not expr.has(x):
        return {Atom(0, sp.S.Zero, sp.S.Zero, ()): expr} if expr != 0 else {}
    if expr == x:
        return {Atom(1, sp.S.Zero, sp.S.Zero, ()): sp.S.One}
    if isinstance(expr, sp.Add):
        return _sum((sp.S.One, _split(argument)) for argument in expr.args)
    if isinstance(expr, sp.Mul):
        product: Combination = {Atom(0, sp.S.Zero, sp.S.Zero, ()): sp.S.One}
        for argument in expr.args:
            product = multiply(product, _split(argument))
        return product
    if isinstance(expr, sp.exp):
        assert isinstance(expr.args[0], sp.Expr)
        return _exponential(expr.args[0])
    if isinstance(expr, sp.Pow):
        base, exponent = expr.args
        if exponent.is_Integer and 0 < int(exponent) <= _LARGEST_POWER:
            return _power(_split(base), int(exponent))
        raise NotAtomsError
    argument = expr.args[0] if expr.args and isinstance(expr.args[0], sp.Expr) else None
    half, i = sp.Rational(1, 2), sp.I
    pairs = {
        sp.sin: ((1 / (2 * i), i), (-1 / (2 * i), -i)),
        sp.cos: ((half, i), (half, -i)),
        sp.sinh: ((half, sp.S.One), (-half, -sp.S.One)),
        sp.cosh: ((half, sp.S.One), (half, -sp.S.One)),
    }
    for function, combination in pairs.items():
        if isinstance(expr, function):
            assert argument is not None
            return _sum((factor, _exponential(sp.expand(unit * argument))) for factor, unit in combination)
    if isinstance(expr, sp.erf | sp.erfc):
        assert argument is not None
        shift, scale = _polynomial_coefficients(argument, 1)
        erf: Combination = {Atom(0, sp.S.Zero, sp.S.Zero, ((scale, shift),)): sp.S.One}
        if isinstance(expr, sp.erf):
            return erf
        return _sum([(sp.S.One, {Atom(0, sp.S.Zero, sp.S.Zero, ()): sp.S.One}), (-sp.S.One, erf)])
    raise NotAtomsError


def _orient(terms: Combination) -> Combination:
    """Write every erf with a positive scale (erf is odd), so that equal atoms are equal keys."""
    result: Combination = {}
    for atom, coefficient in terms.items():
        sign, erfs = 1, []
        for scale, shift in atom.erfs:
            flip = bool(scale.is_negative)
            sign = -sign if flip else sign
            erfs.append((-scale, -shift) if flip else (scale, shift))
        add_term(result, atom._replace(erfs=tuple(sorted(erfs, key=sp.default_sort_key))), sign * coefficient)
    return result


def atoms(expr: sp.Expr) -> Combination | None:
    """The expression in x as a combination of atoms, or None when it is not in the class.

    >>> import sympy as sp
    >>> from deepcond_sym.duals.atoms import atoms
    >>> from deepcond_sym.symbols import x
    >>> [(atom.power, coefficient) for atom, coefficient in atoms(x + 3 * x**2).items()]
    [(1, 1), (2, 3)]
    >>> atoms(sp.tanh(x)) is None
    True

    Source: derived here.
    """
    try:
        return _orient(_split(expr))
    except NotAtomsError:
        return None


def decompose(activation: Activation) -> tuple[AtomPiece, ...] | None:
    """The activation piece by piece as combinations of atoms, or None when a piece is not in the class.

    Source: derived here.
    """
    result = []
    for piece in activation.pieces:
        terms = atoms(piece.expr)
        if terms is None:
            return None
        result.append(AtomPiece(piece.lower, piece.upper, terms))
    return tuple(result)
