"""What the pair of two terms is worth, by laws that know nothing of how it was derived: the yardstick of its check."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

import sympy as sp

from deepcond_sym.duals.distribution import ErfTerm, Smooth
from deepcond_sym.duals.pairing import double_factorial
from deepcond_sym.duals.pairs.pair_terms import PairTerm, SignTerm, simple_terms
from deepcond_sym.symbols import rho


class NoLawError(ValueError):
    """There is no law for this term."""


class Tilt(NamedTuple):
    """E[exp(a X + b X^2) exp(c Y + d Y^2)] = exp(exponent)/sqrt(determinant) for standard normal X, Y, correlation rho.

    (m1, m2) and (s11, s12, s22) are its logarithmic derivatives in a and c: the means and covariances under the tilt.
    """

    determinant: sp.Expr
    exponent: sp.Expr
    m1: sp.Expr
    m2: sp.Expr
    s11: sp.Expr
    s12: sp.Expr
    s22: sp.Expr

    @property
    def mass(self) -> sp.Expr:
        """The mean."""
        return sp.exp(self.exponent) / sp.sqrt(self.determinant)


def tilt(a: sp.Expr, b: sp.Expr, c: sp.Expr, d: sp.Expr) -> Tilt:
    """The tilt by exp(a X + b X^2 + c Y + d Y^2).

    >>> tilt(sp.S(1), sp.S(0), sp.S(1), sp.S(0)).mass
    exp(rho + 1)

    Source: textbook (completing the square). The tests derive it from Price's equation and its value at rho = 0.
    """
    determinant = sp.expand((1 - 2 * b) * (1 - 2 * d) - 4 * b * d * rho**2)
    s11 = (1 - 2 * d * (1 - rho**2)) / determinant
    s22 = (1 - 2 * b * (1 - rho**2)) / determinant
    s12 = rho / determinant
    m1, m2 = a * s11 + c * s12, a * s12 + c * s22
    return Tilt(determinant, (a * m1 + c * m2) / 2, m1, m2, s11, s12, s22)


class Bend(NamedTuple):
    """E[f(X) exp(a X) exp(c Y + d Y^2)] = mass * call for f = sign or erf(scale X), and the derivatives of the call.

    In a and c these are density * s11 and density * s12; those of the logarithm of mass * density are h and k, and in
    turn d h/da = t, d h/dc = d k/da = u, d k/dc = v.
    """

    tilt: Tilt
    call: sp.Expr
    density: sp.Expr
    h: sp.Expr
    k: sp.Expr
    t: sp.Expr
    u: sp.Expr
    v: sp.Expr


def bend(scale: sp.Expr | None, a: sp.Expr, c: sp.Expr, d: sp.Expr) -> Bend:
    """The mean with sign(X) for scale None, else with erf(scale X).

    >>> bend(None, sp.S(0), sp.S(1), sp.S(0)).call
    erf(sqrt(2)*rho/2)

    Source: derived here. The tests check the derivatives in a knot and in the scale, and the values at their ends.
    """
    of = tilt(a, sp.S.Zero, c, d)
    if scale is None:
        height = sp.sqrt(2 / (sp.pi * of.s11))
        slope = of.s12 / of.s11
        return Bend(of, sp.erf(of.m1 / sp.sqrt(2 * of.s11)), height * sp.exp(-(of.m1**2) / (2 * of.s11)),
                    sp.S.Zero, of.m2 - of.m1 * slope, sp.S.Zero, sp.S.Zero, of.s22 - of.s12 * slope)
    wide = 1 + 2 * scale**2 * of.s11
    less = 2 * scale**2 * of.s12 / wide
    density = 2 * scale / sp.sqrt(sp.pi * wide) * sp.exp(-(scale**2) * of.m1**2 / wide)
    return Bend(of, sp.erf(scale * of.m1 / sp.sqrt(wide)), density, of.m1 / wide, of.m2 - of.m1 * less,
                of.s11 / wide, of.s12 / wide, of.s22 - of.s12 * less)  # fmt: skip


_RING, _M1, _M2, _S11, _S12, _S22, _H, _K, _T, _U, _V = sp.ring("m1,m2,s11,s12,s22,h,k,t,u,v", sp.ZZ)


def _slope(polynomial: Any, of: tuple[Any, Any, Any, Any]) -> Any:
    """The derivative in a or c, given those of m1, m2, h, k."""
    return sum((polynomial.diff(g) * s for g, s in zip((_M1, _M2, _H, _K), of, strict=True)), _RING.zero)


@lru_cache(maxsize=512)
def _jet(i: int, j: int) -> tuple[Any, Any]:
    """P, Q with d^i/da^i d^j/dc^j (mass call) = mass (P call + Q density)."""
    if i == j == 0:
        return _RING.one, _RING.zero
    if i:
        p, q = _jet(i - 1, j)
        in_a = (_S11, _S12, _T, _U)
        return _slope(p, in_a) + _M1 * p, _slope(q, in_a) + _H * q + _S11 * p
    p, q = _jet(0, j - 1)
    in_c = (_S12, _S22, _U, _V)
    return _slope(p, in_c) + _M2 * p, _slope(q, in_c) + _K * q + _S12 * p


def _at(polynomial: Any, values: tuple[sp.Expr, ...]) -> sp.Expr:
    """The polynomial at these values."""
    return sp.Add(*(
        int(c) * sp.Mul(*(value**power for value, power in zip(values, monomial, strict=True)))
        for monomial, c in polynomial.terms()
    ))  # fmt: skip


Bent = SignTerm | ErfTerm
"""x^k sign(x) or x^k erf(a x)."""


def smooth_law(first: Smooth, second: Smooth) -> sp.Expr:
    """E[first(X) second(Y)] at unit variances: the mass differentiated in the linear coefficients.

    >>> smooth_law(Smooth(2, sp.S(0), sp.S(0)), Smooth(2, sp.S(0), sp.S(0)))
    2*rho**2 + 1
    """
    of = tilt(first.linear, first.quadratic, second.linear, second.quadratic)
    p, _ = _jet(first.power, second.power)
    return of.mass * _at(p, (*of[2:], *[sp.S.Zero] * 5))


def bent_law(first: Bent, second: Smooth) -> sp.Expr:
    """E[first(X) second(Y)] at unit variances: the mean with exp(a X), differentiated, at a = 0.

    >>> bent_law(SignTerm(0), Smooth(1, sp.S(0), sp.S(0)))
    sqrt(2)*rho/sqrt(pi)
    """
    scale = first.scale if isinstance(first, ErfTerm) else None
    of = bend(scale, sp.S.Zero, second.linear, second.quadratic)
    p, q = _jet(first.power, second.power)
    values = (*of.tilt[2:], *of[3:])
    return of.tilt.mass * (_at(p, values) * of.call + _at(q, values) * of.density)


def bent_mean(term: Bent, variance: sp.Expr) -> sp.Expr:
    """E[term(Z)] for normal Z of mean 0.

    >>> bent_mean(SignTerm(1), sp.S(4))
    2*sqrt(2)/sqrt(pi)

    Source: textbook (by parts).
    """
    power = term.power
    if power % 2 == 0:
        return sp.S.Zero
    if isinstance(term, SignTerm):
        return double_factorial(power - 1) * sp.sqrt(2 / sp.pi) * sp.sqrt(variance) ** power
    lower = (power - 1) * bent_mean(term._replace(power=power - 2), variance) if power > 1 else sp.S.Zero
    spread = 1 + 2 * term.scale**2 * variance
    bell = double_factorial(power - 2) * variance ** ((power - 1) // 2) / spread ** sp.Rational(power, 2)
    return variance * (lower + 2 * term.scale / sp.sqrt(sp.pi) * bell)


def price_slope(first: Bent, second: Bent, lower: sp.Expr) -> sp.Expr:
    """d/drho E[first(X) second(Y)] at unit variances, where `lower` is the pair with both powers one less.

    Price's theorem: it is E[first'(X) second'(Y)], where (x^i f)' = i x^(i-1) f + x^i f'.

    >>> price_slope(SignTerm(0), SignTerm(0), sp.S(0))
    2/(pi*sqrt(1 - rho**2))

    Source: Price's theorem (textbook).
    """
    i, j = first.power, second.power
    total = i * j * lower
    if i:
        total += i * _with_slope(first._replace(power=i - 1), second)
    if j:
        total += j * _with_slope(second._replace(power=j - 1), first)
    return total + _both_slopes(first, second)


def _bell(term: ErfTerm) -> tuple[Smooth, sp.Expr]:
    """x^i erf(scale x)' as a smooth term and its factor."""
    return Smooth(term.power, sp.S.Zero, -(term.scale**2)), 2 * term.scale / sp.sqrt(sp.pi)


def _with_slope(first: Bent, second: Bent) -> sp.Expr:
    """E[first(X) Y^j f'(Y)] for second = y^j f(y)."""
    if isinstance(second, ErfTerm):
        bell, factor = _bell(second)
        return factor * bent_law(first, bell)
    # 2 delta(Y): given Y = 0, X has mean 0 and variance 1 - rho^2
    return sp.S.Zero if second.power else 2 / sp.sqrt(2 * sp.pi) * bent_mean(first, 1 - rho**2)


def _both_slopes(first: Bent, second: Bent) -> sp.Expr:
    if isinstance(first, ErfTerm) and isinstance(second, ErfTerm):
        (left, c), (right, d) = _bell(first), _bell(second)
        return c * d * smooth_law(left, right)
    if isinstance(first, SignTerm) and isinstance(second, SignTerm):
        return sp.S.Zero if first.power or second.power else 4 / (2 * sp.pi * sp.sqrt(1 - rho**2))
    sign, smooth = (first, second) if isinstance(first, SignTerm) else (second, first)
    assert isinstance(smooth, ErfTerm)
    if sign.power or smooth.power % 2:
        return sp.S.Zero
    bell, factor = _bell(smooth)
    v, m = 1 - rho**2, smooth.power
    mean = double_factorial(m - 1) * v ** (m // 2) / (1 - 2 * bell.quadratic * v) ** sp.Rational(m + 1, 2)
    return 2 / sp.sqrt(2 * sp.pi) * factor * mean


def scaled(term: PairTerm, root: sp.Expr) -> tuple[Smooth | Bent, sp.Expr]:
    """The term of root * x as (term of x, factor).

    >>> scaled(Smooth(1, sp.S(2), sp.S(0)), sp.S(3))
    (Smooth(power=1, linear=6, quadratic=0), 3)
    """
    match term:
        case Smooth(power, linear, quadratic):
            return Smooth(power, linear * root, quadratic * root**2), root**power
        case ErfTerm(power, scale, shift) if shift == 0:
            return ErfTerm(power, scale * root, shift), root**power
        case SignTerm(power):
            return term, root**power
    raise NoLawError(term)


def smooth_pair(first: PairTerm, second: PairTerm, q1: sp.Expr, q2: sp.Expr) -> sp.Expr:
    """E[first(U) second(V)], U, V of variances q1, q2 and correlation rho, where a factor is smooth; not simplified.

    >>> smooth_pair(SignTerm(0), Smooth(1, sp.S(0), sp.S(0)), sp.S(1), sp.S(1))
    sqrt(2)*rho/sqrt(pi)

    Source: derived here.
    """
    total = sp.S.Zero
    for f, c in simple_terms(first):
        for g, d in simple_terms(second):
            (left, u), (right, v) = scaled(f, sp.sqrt(q1)), scaled(g, sp.sqrt(q2))
            if isinstance(left, Smooth) and isinstance(right, Smooth):
                value = smooth_law(left, right)
            elif isinstance(right, Smooth):
                assert isinstance(left, Bent)
                value = bent_law(left, right)
            else:
                assert isinstance(left, Smooth)
                value = bent_law(right, left)
            total += c * d * u * v * value
    return total
