"""The real zeros of a formula in x, as exact numbers, or a refusal: never a numerical approximation."""

import sympy as sp
from flint import arb
from sympy.polys.polyerrors import PolynomialError

from deepcond_sym.arithmetic.precision import precision
from deepcond_sym.errors import InputError
from deepcond_sym.symbols import x

from .constants import node_count, shorten, sign_of_constant
from .enclosure import Range, enclose

_MAX_DEGREE = 100
_MAX_WAVES = 100
_MAX_NODES = 100
_MONOTONE_ODD = (sp.sinh, sp.tanh, sp.erf, sp.atan, sp.asin, sp.tan)  # tan: between -pi/2 and pi/2, see below
_NEVER_ZERO = (sp.exp, sp.cosh, sp.erfc)


def real_zeros(f: sp.Expr, domain: Range) -> list[sp.Expr]:
    """Every point of `domain` at which f is zero, exact, unordered; f is finite on the domain and not identically zero.

    Extra points may be returned; none is missed. (`check_domain` refuses poles and tan beyond pi/2.) Solves
    linear and quadratic factors, pure powers, and equations that a chain of inverse functions solves (exp(2*x) = 3).
    Source: derived here, from textbook inverses.
    Errors: InputError when the points cannot be written exactly, or there are infinitely many.

    >>> sorted(real_zeros((x**2 - 2) * sp.exp(x), Range.line()))
    [-sqrt(2), sqrt(2)]
    """
    if not f.free_symbols:
        return []
    with precision(bits=128):
        if enclose(f, {x: domain}).sign is not None:
            return []
    if isinstance(f, sp.Mul):
        return [root for factor in f.args if isinstance(factor, sp.Expr) for root in real_zeros(factor, domain)]
    if isinstance(f, sp.Pow):
        return real_zeros(f.base, domain) if not f.exp.free_symbols else []
    if f == x:
        return [sp.S.Zero]
    if isinstance(f, _NEVER_ZERO):
        return []
    if isinstance(f, _MONOTONE_ODD):
        return real_zeros(_argument(f), domain)
    if isinstance(f, (sp.log, sp.acos)):
        return real_zeros(_argument(f) - 1, domain)
    if isinstance(f, (sp.sin, sp.cos)):
        return _waves(f, sp.S.Zero, domain)
    if isinstance(f, sp.Add):
        return _zeros_of_sum(f, domain)
    return _cannot(f)


def _argument(f: sp.Basic) -> sp.Expr:
    argument = f.args[0]
    assert isinstance(argument, sp.Expr)
    return argument


def _cannot(f: sp.Expr) -> list[sp.Expr]:
    raise InputError(
        f"cannot find exactly where {shorten(f)} changes sign; write the switch with a linear or quadratic argument."
    )


def _zeros_of_sum(f: sp.Add, domain: Range) -> list[sp.Expr]:
    degree = degree_bound(f)
    if degree is not None:
        return _polynomial_zeros(f, domain) if degree <= _MAX_DEGREE else _cannot(f)
    if _monotone_sign(f, domain) is not None:
        return []
    constant, rest = f.as_independent(x, as_Add=True)
    factor, term = rest.as_independent(x, as_Add=False)
    if isinstance(term, sp.Add):
        return _cannot(f)
    return _invert(term, -constant / factor, domain, f)


def _monotone_sign(f: sp.Expr, domain: Range, depth: int = 2) -> int | None:
    """The sign of f on the domain when f is monotone and of one sign at the end where it is smallest in size."""
    with precision(bits=128):
        sign = enclose(f, {x: domain}).sign
        if sign is not None or depth == 0 or node_count(f, _MAX_NODES) >= _MAX_NODES:
            return sign
        slope = _monotone_sign(sp.diff(f, x), domain, depth - 1)
        if slope is None or slope == 0:
            return None
        start = domain.low if slope > 0 else domain.high
        end = domain.high if slope > 0 else domain.low
        if start.is_finite() and enclose(f, {x: Range(start, start)}).sign == 1:
            return 1
        if end.is_finite() and enclose(f, {x: Range(end, end)}).sign == -1:
            return -1
    return None


def _invert(g: sp.Expr, value: sp.Expr, domain: Range, f: sp.Expr) -> list[sp.Expr]:
    """The solutions of g(x) = value."""

    def solve(inner: sp.Expr, *values: sp.Expr) -> list[sp.Expr]:
        return [root for v in values for root in real_zeros(inner - v, domain)]

    sign = sign_of_constant(value)
    inner = _argument(g) if g.args else g
    if isinstance(g, sp.exp):
        return solve(inner, sp.log(value)) if sign > 0 else []
    if isinstance(g, sp.log):
        return solve(inner, sp.exp(value))
    if isinstance(g, sp.Pow) and not g.base.free_symbols:
        return solve(g.exp, sp.log(value) / sp.log(g.base)) if sign > 0 else []
    if isinstance(g, sp.Pow) and isinstance(g.exp, sp.Rational):
        return _invert_power(g.base, g.exp, value, sign, domain)
    if isinstance(g, (sp.tanh, sp.erf)) and sign_of_constant(1 - value**2) <= 0:
        return []
    if isinstance(g, sp.tanh):
        return solve(inner, sp.log((1 + value) / (1 - value)) / 2)
    if isinstance(g, sp.sinh):
        return solve(inner, sp.log(value + sp.sqrt(value**2 + 1)))
    if isinstance(g, sp.cosh):
        if sign_of_constant(value - 1) < 0:
            return []
        root = sp.log(value + sp.sqrt(value**2 - 1))
        return solve(inner, root, -root)
    if isinstance(g, sp.atan) and sign_of_constant(value**2 - sp.pi**2 / 4) < 0:
        return solve(inner, sp.tan(value))
    if isinstance(g, (sp.sin, sp.cos)):
        return _waves(g, value, domain)
    return _cannot(f)


def _invert_power(base: sp.Expr, exponent: sp.Rational, value: sp.Expr, sign: int, domain: Range) -> list[sp.Expr]:
    """The solutions of base**exponent = value, with the sign of the value given."""
    if sign == 0:
        return real_zeros(base, domain)
    even = exponent.p % 2 == 0
    if sign < 0 and (even or exponent.q != 1):
        return []
    root = sign * sp.Pow(sign * value, 1 / exponent)
    roots = real_zeros(base - root, domain)
    return roots + real_zeros(base + root, domain) if even else roots


def _waves(g: sp.Expr, value: sp.Expr, domain: Range) -> list[sp.Expr]:
    """The solutions of sin(p) = value or cos(p) = value while p stays in a bounded range."""
    if sign_of_constant(1 - value**2) < 0:
        return []
    inner = _argument(g)
    with precision(bits=128):
        bounds = enclose(inner, {x: domain})
        if not bounds.is_finite or bounds.high - bounds.low > _MAX_WAVES:
            raise InputError(f"{shorten(g)} changes sign too often; only finitely many breakpoints can be handled.")
        first, last = int(float(bounds.low) // 6) - 2, int(float(bounds.high) // 6) + 2
    base = sp.asin(value) if isinstance(g, sp.sin) else sp.acos(value)
    other = sp.pi - base if isinstance(g, sp.sin) else -base
    shifts = [angle + 2 * sp.pi * k for k in range(first, last + 1) for angle in {base, other}]
    return [root for angle in shifts for root in real_zeros(inner - angle, domain)]


def _polynomial_zeros(f: sp.Expr, domain: Range) -> list[sp.Expr]:
    try:
        poly = sp.Poly(f, x)
    except PolynomialError:
        return _cannot(f)
    if poly.degree() < 1:
        return []
    if not all(isinstance(c, sp.Rational) for c in poly.coeffs()):
        return _low_degree_zeros(poly, f)
    roots: list[sp.Expr] = []
    for factor, _ in poly.factor_list()[1]:
        if factor.degree() <= 2 or len(factor.terms()) == 2:
            roots += _low_degree_zeros(factor, f)
        elif _count_zeros(factor, domain):
            return _cannot(f)
    return roots


def _count_zeros(poly: sp.Poly, domain: Range) -> int:
    """The number of real zeros on a closed interval with rational ends around the domain (Sturm, exact)."""
    low = _as_rational(domain.low.lower()) if domain.low.is_finite() else None
    high = _as_rational(domain.high.upper()) if domain.high.is_finite() else None
    return int(poly.count_roots(low, high))  # pyright: ignore[reportArgumentType]


def _as_rational(end: arb) -> sp.Expr:
    mantissa, exponent = (int(part) for part in end.man_exp())
    return sp.Integer(mantissa) * sp.Integer(2) ** exponent


def _low_degree_zeros(poly: sp.Poly, f: sp.Expr) -> list[sp.Expr]:
    terms = poly.terms()
    degree = poly.degree()
    if degree == 1:
        a, b = poly.all_coeffs()
        return [-b / a]
    if len(terms) == 1:
        return [sp.S.Zero]
    if len(terms) == 2 and terms[1][0][0] == 0:
        value = -terms[1][1] / terms[0][1]
        return _invert_power(x, sp.Integer(degree), value, sign_of_constant(value), Range.line())
    if degree == 2:
        a, b, c = poly.all_coeffs()
        discriminant = b**2 - 4 * a * c
        if sign_of_constant(discriminant) < 0:
            return []
        root = sp.sqrt(discriminant)
        return [(-b - root) / (2 * a), (-b + root) / (2 * a)]
    return _cannot(f)


def degree_bound(f: sp.Basic) -> int | None:
    """An upper bound for the degree in x of a polynomial written in any way, or None when f is not written as one.

    >>> degree_bound((x**2 + 1) ** 50 * x)
    101
    """
    if not f.free_symbols:
        return 0
    if isinstance(f, sp.Symbol):
        return 1
    if isinstance(f, sp.Pow):
        base = degree_bound(f.base) if isinstance(f.exp, sp.Integer) and f.exp > 0 else None
        return None if base is None else base * int(f.exp)
    if not isinstance(f, (sp.Add, sp.Mul)):
        return None
    degrees = [degree_bound(a) for a in f.args]
    if any(d is None for d in degrees):
        return None
    known = [d for d in degrees if d is not None]
    return max(known) if isinstance(f, sp.Add) else sum(known)
