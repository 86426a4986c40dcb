r"""The ReLU recursion near angle 0 in closed form: three functions that turn many layers into one step.

One layer takes the angle theta of two inputs to T(theta), cos T = h(cos theta) = cos theta + (sin theta - theta cos
theta)/pi, and the tangent kernel u to (1 - theta/pi) u + cos T. T(theta) = theta - theta^2/(3 pi) + ... is analytic
near 0, where the fixed point is parabolic. With p = 1/pi and coefficients in Q[p], solved for so that each defect
vanishes to order K + 2,

    F(theta) = 1/theta + alpha log theta + sum_k b_k theta^k              F(T) = F + p/3 + defect (Fatou coordinate)
    H(theta) = 3 log theta + sum_k g_k theta^k                            H(T) = H + log(1 - p theta) + defect
    S(theta) = 3/4 theta^-1 + sum_k (c_k + e_k log theta) theta^k         S(T) = (1 - p theta) S + p cos T + defect

(k = 1 .. K, in S from 0). A defect D that is analytic for |theta| <= RADIUS = 1 and vanishes to order n at 0 obeys
|D(theta)| <= max_{|z| = 1} |D(z)| |theta|^n (Schwarz's lemma); the maxima are taken in balls. The defect of S is
D0 + D1 log theta with D0, D1 analytic. Analytic on the disc: cos T is entire; (2/theta)^2 sin^2(T/2) and T/theta have
positive real part and |sin(T/2)| < 1 on the circle, which is checked there, hence inside (extremum principles), so that
their square root, logarithm and arc sine are analytic.

Source: derived here; the Fatou coordinate of a parabolic fixed point is textbook.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from flint import acb, arb, fmpq, fmpq_poly

from deepcond_sym.arithmetic import precision

ORDER = 14
"""K: the series stop there; they diverge in the end, so more is not better."""
RADIUS = arb(1)
_TERMS = ORDER + 3
_ARCS = 2048
_P = fmpq_poly([0, 1])
_ONE, _ZERO = fmpq_poly([1]), fmpq_poly([0])

Series = list[fmpq_poly]


class Coefficients(NamedTuple):
    """alpha, and b, g, c, e by the power of theta (index 0 of c and e is theta^-1; b and g start at theta^0)."""

    alpha: fmpq_poly
    b: Series
    g: Series
    c: Series
    e: Series


class Balls(NamedTuple):
    """The same coefficients as balls at the precision at which they were asked for."""

    alpha: arb
    b: list[arb]
    g: list[arb]
    c: list[arb]
    e: list[arb]


class Maxima(NamedTuple):
    """Bounds on the circle: defects of F, of H, of S (D0, D1), and `step`, 1/T - 1/theta - p/3, of order 1 only."""

    f: arb
    h: arb
    s: arb
    s_log: arb
    step: arb


def _times(a: Series, b: Series) -> Series:
    return [sum((a[i] * b[k - i] for i in range(k + 1)), _ZERO) for k in range(_TERMS)]


def _over_p(poly: fmpq_poly, factor: fmpq) -> fmpq_poly:
    """poly/(factor p), which is a polynomial because T is the identity at p = 0."""
    quotient, rest = divmod(poly, _P)
    assert rest == 0, "the equation for a coefficient has no polynomial solution"
    return quotient * (1 / factor)


def _scaled(series: Series, factor: fmpq_poly) -> Series:
    return [factor * term for term in series]


def _add(a: Series, b: Series) -> Series:
    return [x + y for x, y in zip(a, b, strict=True)]


def _shift(series: Series, by: int) -> Series:
    return [_ZERO] * by + series[: _TERMS - by]


@lru_cache(maxsize=1)
def layer() -> tuple[Series, Series, Series]:
    """w = T(theta)/theta, log w and cos T as power series in theta over Q[p].

    >>> [str(term) for term in layer()[0][:2]]
    ['1', '(-1/3)*x']
    """
    cosine = [_ZERO] * (_TERMS + 2)
    sign, factorial = 1, 1
    for k in range(0, _TERMS + 2, 2):
        factorial = factorial * k * (k - 1) if k else 1
        cosine[k] = fmpq_poly([fmpq(sign, factorial)])
        if k + 1 < _TERMS + 2:
            # sin theta - theta cos theta: 1/(k+1)! - 1/k! = -k/(k+1)!
            cosine[k + 1] = _P * fmpq(-sign * k, factorial * (k + 1))
        sign = -sign
    # sin^2(T/2) = (1 - cos T)/2 = (theta/2)^2 square
    square = [-2 * term for term in cosine[2:]]
    root = _root(square)
    half = _shift(_scaled(root, _ONE * fmpq(1, 2)), 1)
    ratio, power, coefficient = list(root), list(root), fmpq(1)
    half_square = _times(half, half)
    for k in range(1, _TERMS // 2 + 1):
        # asin s = sum of (2k)!/(4^k k!^2 (2k + 1)) s^(2k + 1), here with s = sin(T/2), times 2/theta
        coefficient = coefficient * fmpq(2 * k - 1, 2 * k)
        power = _times(power, half_square)
        ratio = _add(ratio, _scaled(power, _ONE * (coefficient / (2 * k + 1))))
    return ratio, _logarithm(ratio), cosine[:_TERMS]


def _root(series: Series) -> Series:
    """The square root of a series that starts with 1."""
    root = [_ONE]
    for k in range(1, _TERMS):
        known = sum((root[i] * root[k - i] for i in range(1, k)), _ZERO)
        root.append((series[k] - known) * fmpq(1, 2))
    return root


def _logarithm(series: Series) -> Series:
    """The logarithm of a series that starts with 1."""
    found = [_ZERO]
    for k in range(1, _TERMS):
        known = sum((found[i] * series[k - i] * i for i in range(1, k)), _ZERO)
        found.append(series[k] - known * fmpq(1, k))
    return found


def _powers(ratio: Series) -> dict[int, Series]:
    """w^k for k = -1 .. K."""
    inverse = [_ONE]
    for k in range(1, _TERMS):
        inverse.append(-sum((inverse[i] * ratio[k - i] for i in range(k)), _ZERO))
    powers = {-1: inverse, 0: [_ONE] + [_ZERO] * (_TERMS - 1)}
    for k in range(1, ORDER + 1):
        powers[k] = _times(powers[k - 1], ratio)
    return powers


@lru_cache(maxsize=1)
def coefficients() -> Coefficients:
    """The coefficients of F, H and S, solved for one after the other.

    >>> str(coefficients().c[0]), str(coefficients().g[0])
    ('3/4', '0')
    """
    ratio, log_ratio, cosine = layer()
    powers = _powers(ratio)
    one = powers[0]
    # theta^(k + 1) has the coefficient -k p/3 times b_k (and alpha for k = 0): solved from the lowest order upwards.
    start = [term - shifted for term, shifted in zip(powers[-1][1:], one[1:], strict=True)] + [_ZERO]
    start[0] -= _P * fmpq(1, 3)
    alpha = _over_p(start[1], fmpq(1, 3))
    b = _solved(_add(start, _scaled(log_ratio, alpha)), powers)
    damping = _logarithm([_ONE, -_P] + [_ZERO] * (_TERMS - 2))
    g = _solved([3 * term - other for term, other in zip(log_ratio, damping, strict=True)], powers)
    c, e = _tangent(powers, log_ratio, cosine)
    return Coefficients(alpha, b, g, c, e)


def _solved(defect: Series, powers: dict[int, Series]) -> Series:
    """The x_k, k = 1 .. K, such that sum x_k (T^k - theta^k) cancels the defect up to theta^(K + 1)."""
    found = [_ZERO]
    for k in range(1, ORDER + 1):
        value = _over_p(defect[k + 1], fmpq(k, 3))
        found.append(value)
        moved = [term - same for term, same in zip(powers[k], powers[0], strict=True)]
        defect = _add(defect, _shift(_scaled(moved, value), k))
    return found


def _tangent(powers: dict[int, Series], log_ratio: Series, cosine: Series) -> tuple[Series, Series]:
    """c and e of S. The power k meets the factor (3 - k) p/3 at theta^(k + 1); at k = 3 the logarithm has to help."""
    plain, logarithmic = [-_P * term for term in cosine], [_ZERO] * _TERMS
    c: Series = []
    e: Series = []
    for k in range(-1, ORDER + 1):
        kept = [power - same for power, same in zip(powers[k], [_ONE, -_P] + [_ZERO] * (_TERMS - 2), strict=True)]
        with_log = _times(log_ratio, powers[k])
        # Both start at theta^1, so that theta^-1 in front leaves no negative power.
        kept, with_log = [*kept[1:], _ZERO], [*with_log[1:], _ZERO]
        place = k + 1
        if k == 3:
            assert logarithmic[place] == 0, "no logarithm can enter before the power 3"
            c_k, e_k = _ZERO, _over_p(plain[place], fmpq(1, 3))
        else:
            e_k = _over_p(-logarithmic[place], fmpq(3 - k, 3))
            c_k = _over_p(-(plain[place] + e_k * with_log[0]), fmpq(3 - k, 3))
        logarithmic = _add(logarithmic, _shift(_scaled(kept, e_k), place))
        plain = _add(plain, _shift(_add(_scaled(kept, c_k), _scaled(with_log, e_k)), place))
        c.append(c_k)
        e.append(e_k)
    return c, e


def balls() -> Balls:
    """The coefficients at the current precision."""
    p = 1 / arb.pi()
    exact = coefficients()
    b, g, c, e = ([_at(term, p) for term in series] for series in (exact.b, exact.g, exact.c, exact.e))
    return Balls(_at(exact.alpha, p), b, g, c, e)


def _at(poly: fmpq_poly, p: arb) -> arb:
    value = arb(0)
    for coefficient in reversed(poly.coeffs()):
        value = value * p + arb(coefficient)
    return value


@lru_cache(maxsize=1)
def maxima() -> Maxima:
    """Bounds of the defects on the circle |theta| = RADIUS, by arcs of its upper half: they are real on the reals."""
    with precision(bits=128):
        known = balls()
        arcs = []
        for i in range(_ARCS):
            angle = arb.pi() * (2 * i + 1) / (2 * _ARCS) + arb(0, arb.pi() / (2 * _ARCS))
            arcs.append(_defects(RADIUS * acb(angle.cos(), angle.sin()), known))
        return Maxima(*(max(abs(arc[place]).upper() for arc in arcs) for place in range(5)))


def _defects(z: acb, known: Balls) -> tuple[acb, acb, acb, acb, acb]:
    p = 1 / arb.pi()
    cosine = z.cos() + p * (z.sin() - z * z.cos())
    square = 2 * (1 - cosine) / (z * z)
    if not square.real > 0:
        raise ArithmeticError("the square root is not analytic on the arc")
    half = z / 2 * square.sqrt()
    if not abs(half) < 1:
        raise ArithmeticError("the arc sine is not analytic on the arc")
    image = 2 * half.asin()
    ratio = image / z
    if not ratio.real > 0:
        raise ArithmeticError("the logarithm is not analytic on the arc")
    log_ratio, keep = ratio.log(), 1 - p * z
    step = 1 / image - 1 / z - p / 3
    f = step + known.alpha * log_ratio
    h = 3 * log_ratio - keep.log()
    s = -p * cosine
    s_log = acb(0)
    for k in range(-1, ORDER + 1):
        power, same = image**k, z**k
        if k > 0:
            f += known.b[k] * (power - same)
            h += known.g[k] * (power - same)
        s += known.c[k + 1] * (power - keep * same) + known.e[k + 1] * log_ratio * power
        s_log += known.e[k + 1] * (power - keep * same)
    return f, h, s, s_log, step
