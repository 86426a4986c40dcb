"""Whether an expression in rho is identically zero: a normal form decides yes, balls decide no."""

from __future__ import annotations

from collections.abc import Iterable

import sympy as sp
from sympy.core.function import UndefinedFunction

from deepcond_sym.arithmetic import ball, precision
from deepcond_sym.duals.algebra.erfi import lower_with_erfi
from deepcond_sym.duals.algebra.fraction import NotNormalError
from deepcond_sym.duals.algebra.normal_form import is_zero
from deepcond_sym.errors import InputError
from deepcond_sym.symbols import rho
from deepcond_sym.verdict import Verdict

_BITS = 240
_CLOSE = 2.0**-100
POINTS = tuple(sp.Rational(p, q) for p, q in ((1, 3), (-2, 5), (7, 10), (-6, 7), (1, 17)))
"""The named points of (-1, 1) where balls are compared."""

_Key = tuple[sp.Expr, tuple[sp.Expr, ...], tuple[tuple[sp.Expr, int], ...]]
"""The exponent, the square roots and the inverse sines of a term."""


def zero(expr: sp.Expr, points: Iterable[sp.Expr] = POINTS) -> Verdict:
    """PROVED zero (normal form), REFUTED (a ball without 0), CERTIFIED (0 within 2^-100 at `points`), else UNDECIDED.

    The expression is a sum of products of rational functions of rho, powers of rho-dependent square roots,
    exponentials and inverse sines, with constant coefficients. Terms with the same exponential, square roots and
    inverse sines are collected; the sum is zero if each rational coefficient is. That suffices and is exact algebra;
    where it fails, balls are asked.

    >>> import sympy as sp
    >>> from deepcond_sym.symbols import rho
    >>> zero(sp.diff(sp.asin(rho / 2), rho) - 1 / sp.sqrt(4 - rho**2))
    <Verdict.PROVED: 'PROVED'>
    >>> zero(sp.sqrt(1 - rho**2) - 1 + rho**2 / 2)
    <Verdict.REFUTED: 'REFUTED'>

    Source: derived here.
    """
    if expr == 0 or _is_zero_on_the_interval(expr):
        return Verdict.PROVED
    try:
        if all(_is_zero_rational(c) for c in _collected(expr).values()):
            return Verdict.PROVED
    except NotNormalError:
        pass
    return _by_balls(expr, tuple(points) if expr.has(rho) else (sp.S.Zero,))


def _is_zero_on_the_interval(expr: sp.Expr) -> bool:
    """The fast normal form: it needs roots of polynomials that are certified positive, and constants it can name."""
    try:
        return is_zero(expr)
    except NotNormalError:
        return False


def _by_balls(expr: sp.Expr, points: tuple[sp.Expr, ...]) -> Verdict:
    if expr.has(sp.I):
        parts = [sp.expand(part) for part in expr.as_real_imag()]
        if any(part.has(sp.I, sp.re, sp.im) for part in parts):
            return Verdict.UNDECIDED
        return Verdict.weakest([_by_balls(part, points) for part in parts])
    try:
        function = lower_with_erfi(expr, ball, (rho,))
        with precision(bits=_BITS):
            values = [function(ball.constant(point)) for point in points]
    except InputError:
        return Verdict.UNDECIDED
    if any(value.is_finite() and not value.contains(0) for value in values):
        return Verdict.REFUTED
    if all(value.is_finite() and bool(abs(value) < _CLOSE) for value in values):
        return Verdict.CERTIFIED
    return Verdict.UNDECIDED


def _collected(expr: sp.Expr) -> dict[_Key, sp.Expr]:
    """The rational coefficient of each product of an exponential, square roots and inverse sines."""
    if expr.has(sp.sin, sp.cos, sp.sinh, sp.cosh):
        expr = expr.rewrite(sp.exp)
    expr = sp.expand(expr, power_base=False, power_exp=False, log=False, basic=False)
    groups: dict[_Key, list[sp.Expr]] = {}
    for term in sp.Add.make_args(expr):
        rational, key = _factors(term)
        groups.setdefault(key, []).append(rational)
    return {key: sp.Add(*parts) for key, parts in groups.items()}


def _factors(term: sp.Expr) -> tuple[sp.Expr, _Key]:
    exponent: sp.Expr = sp.S.Zero
    rational: sp.Expr = sp.S.One
    roots: set[sp.Expr] = set()
    arcs: dict[sp.Expr, int] = {}
    for factor in sp.Mul.make_args(term):
        base, power = factor.as_base_exp()
        if not factor.has(rho):
            rational *= factor
        elif isinstance(factor, sp.exp):
            exponent = sp.expand(factor.args[0]) + exponent
        elif isinstance(base, sp.asin) and power.is_Integer and power > 0:
            argument = sp.cancel(base.args[0])
            arcs[argument] = arcs.get(argument, 0) + int(power)
        elif power.is_Integer:
            plain, inner, inside = _one_product(base)
            half, odd = divmod(int(power), 2)
            rational *= plain**power * sp.Mul(*inside) ** half
            exponent = exponent + power * inner
            if odd:
                rational *= sp.Mul(*(f for f in inside if f in roots))
                roots ^= inside
        elif (2 * power).is_Integer:
            constant, whole, found = _square_root(base, int(2 * power))
            # sqrt(f) sqrt(f) = f: what is there twice is rational
            rational *= constant * whole * sp.Mul(*(f for f in found if f in roots))
            roots ^= found
        else:
            raise NotNormalError
    start, exponent = _centred(exponent)
    return rational * sp.exp(start), (
        exponent, tuple(sorted(roots, key=sp.default_sort_key)), tuple(sorted(arcs.items(), key=str)),
    )  # fmt: skip


def _centred(exponent: sp.Expr) -> tuple[sp.Expr, sp.Expr]:
    """The exponent as its value at rho = 0 and the rest, in lowest terms."""
    if exponent == 0:
        return sp.S.Zero, sp.S.Zero
    exponent = sp.cancel(sp.together(sp.expand(exponent)))
    start = exponent.subs(rho, 0)
    if not start.is_finite:
        raise NotNormalError
    return start, sp.cancel(sp.together(exponent - start))


def _one_product(base: sp.Expr) -> tuple[sp.Expr, sp.Expr, set[sp.Expr]]:
    """A base of an integer power as (rational, exponent, roots): all its terms must share exponential and roots."""
    if base.is_rational_function(rho):
        return base, sp.S.Zero, set()
    groups = _collected(base) if base.is_Add else {}
    if len(groups) == 1:
        [((exponent, roots, arcs), rational)] = groups.items()
        if not arcs:
            return rational, exponent, set(roots)
    raise NotNormalError


def _square_root(base: sp.Expr, twice: int) -> tuple[sp.Expr, sp.Expr, set[sp.Expr]]:
    """base^(twice/2) as constant * rational * product of square roots of polynomials that are 1 at rho = 0.

    The identity holds near rho = 0, where all of them are positive, hence wherever both sides are analytic.
    """
    top, bottom = sp.fraction(sp.together(base))
    constant, whole, odd = sp.S.One, sp.S.One, set()
    for polynomial, sign in ((sp.expand(top), 1), (sp.expand(bottom), -1)):
        if not polynomial.is_polynomial(rho):
            raise NotNormalError
        start = polynomial.subs(rho, 0)
        if start.is_positive is not True and not _positive_ball(start):
            raise NotNormalError
        constant *= start ** sp.Rational(sign * twice, 2)
        for factor, multiplicity in _normal_factors(polynomial, start):
            power = sign * twice * multiplicity
            if power % 2:
                # sqrt(f)^power = f^((power - 1)/2) sqrt(f)
                whole *= factor ** ((power - 1) // 2) * (factor if factor in odd else 1)
                odd ^= {factor}
            else:
                whole *= factor ** (power // 2)
    return constant, whole, odd


def _normal_factors(polynomial: sp.Expr, start: sp.Expr) -> list[tuple[sp.Expr, int]]:
    """Factors with value 1 at rho = 0, irreducible where the coefficients are rational."""
    scaled = sp.expand(sp.radsimp(sp.expand(polynomial / start)))
    if not scaled.has(rho):
        return []
    coefficients = sp.Poly(scaled, rho).all_coeffs()
    if not all(c.is_Rational for c in coefficients):
        return [(scaled, 1)]
    return [(sp.expand(f / f.subs(rho, 0)), int(m)) for f, m in sp.factor_list(scaled, rho)[1]]


def _positive_ball(constant: sp.Expr) -> bool:
    if constant.free_symbols:
        return False
    with precision(bits=_BITS):
        return bool(lower_with_erfi(constant, ball, ())() > 0)


def _is_zero_rational(coefficient: sp.Expr) -> bool:
    """Whether a rational function of rho, with constants of any kind, is zero: its numerator expands to nothing."""
    if any(isinstance(f.func, UndefinedFunction) for f in coefficient.atoms(sp.Function)):
        raise NotNormalError
    plain = sp.expand(coefficient)
    if plain == 0:
        return True
    numerator = sp.expand(sp.fraction(sp.together(plain))[0])
    if numerator == 0:
        return True
    if not numerator.is_polynomial(rho):
        return False
    return all(_is_zero_constant(c) for c in sp.Poly(numerator, rho).all_coeffs())


def _is_zero_constant(constant: sp.Expr) -> bool:
    if constant == 0:
        return True
    simple = sp.expand(sp.radsimp(sp.expand(sp.powsimp(sp.expand(constant, power_exp=False), combine="exp"))))
    if simple == 0:
        return True
    if simple.has(sp.I):
        return sp.expand(sp.expand_complex(simple)) == 0
    return False
