"""`binormal_cdf`: the bivariate normal distribution function, as a SymPy function and in balls."""

from __future__ import annotations

from typing import Any

import sympy as sp
from flint import acb, arb

from deepcond_sym.arithmetic import ball, integrate, lower, precision, working_bits
from deepcond_sym.arithmetic.stable_sums import as_expressions
from deepcond_sym.errors import InputError

_GUARD = 16
_TINY = 16
"""A probability below 2^(-16 bits) is enclosed by [0, min(Phi(h), Phi(k))] alone."""


class binormal_cdf(sp.Function):
    """P(X < h, Y < k) for standard normal X, Y of correlation r in [-1, 1]; h and k may be infinite.

    It differentiates (d/dr is the density at (h, k), d/dh = phi(h) Phi((k - r h)/sqrt(1 - r^2))), and takes its
    elementary values at once: r = 0, 1, -1, h = k = 0, h or k infinite. Digits come from balls (`binormal_ball`).

    >>> h, k, r = sp.symbols("h k r", real=True)
    >>> binormal_cdf(0, 0, r), binormal_cdf(sp.oo, k, r)
    (asin(r)/(2*pi) + 1/4, erf(sqrt(2)*k/2)/2 + 1/2)
    >>> sp.diff(binormal_cdf(h, k, r), r)
    exp((-h**2 + 2*h*k*r - k**2)/(2 - 2*r**2))/(2*pi*sqrt(1 - r**2))
    >>> binormal_cdf(1, 2, sp.Rational(1, 2)).evalf(20)
    0.83186083113088047692

    Source: textbook (Plackett 1954).
    """

    nargs = (3,)
    is_real = True

    @classmethod
    def eval(cls, h: Any, k: Any, r: Any) -> sp.Expr | None:
        """The elementary values; h and k in a fixed order, since they may be exchanged."""
        if h is -sp.oo or k is -sp.oo:
            return sp.S.Zero
        if h is sp.oo or k is sp.oo:
            return _cdf(k if h is sp.oo else h)
        if r == 0:
            return _cdf(h) * _cdf(k)
        if r == 1:
            return _cdf(sp.Min(h, k))
        if r == -1:
            return sp.Max(0, _cdf(h) + _cdf(k) - 1)
        if h == 0 and k == 0:
            return sp.Rational(1, 4) + sp.asin(r) / (2 * sp.pi)
        if sp.default_sort_key(h) > sp.default_sort_key(k):
            return cls(k, h, r)
        return None

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        """The derivative in h, k or r."""
        h, k, r = as_expressions(self.args)
        square = 1 - r**2
        if argindex == 3:
            return sp.exp(-(h**2 - 2 * h * k * r + k**2) / (2 * square)) / (2 * sp.pi * sp.sqrt(square))
        at, other = (h, k) if argindex == 1 else (k, h)
        return sp.exp(-(at**2) / 2) / sp.sqrt(2 * sp.pi) * _cdf((other - r * at) / sp.sqrt(square))

    def _eval_evalf(self, prec: int) -> sp.Expr:
        with precision(bits=prec + _GUARD):
            value = binormal_ball(*(lower(part, ball, variables=())() for part in as_expressions(self.args)))
            return sp.Float(value.str(int(prec * 0.302) + 3, radius=False), precision=prec)

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        h, k, r = (printer._print(part) for part in self.args)
        power = "" if exp is None else f"^{{{exp}}}"
        return rf"\Phi_2{power}\left({h}, {k}; {r}\right)"


def _cdf(z: sp.Expr) -> sp.Expr:
    return (1 + sp.erf(z / sp.sqrt(2))) / 2


def binormal_ball(h: arb, k: arb, r: arb) -> arb:
    """P(X < h, Y < k) in a ball; h and k may be infinite, r is a ball that meets [-1, 1].

    With r = sin(theta) it is Phi(h) Phi(k) + 1/(2 pi) * the integral over 0 < t < theta of
    exp(-(h - k)^2/(4 (1 - sin t)) - (h + k)^2/(4 (1 + sin t))), for the midpoints of h, k and theta; the radii add at
    most phi(h) rad h + phi(k) rad k + rad(theta)/(2 pi) * the integrand, with the largest values in the balls. A ball
    r that reaches 1 or -1 is treated by monotonicity in r.
    What is far below the precision is enclosed by its size. Errors: InputError when r is certainly not a correlation.

    >>> binormal_ball(arb(1), arb(2), arb("0.5")).str(12)
    '[0.831860831131 +/- 1.21e-13]'

    Source: Plackett's identity (textbook); the bounds of the radii are derived here.
    """
    if r > 1 or r < -1:
        raise InputError("A correlation must lie in [-1, 1].")
    if h.is_nan() or k.is_nan() or not r.is_finite():
        return arb("nan")
    for one, other in ((h, k), (k, h)):
        if one == arb("-inf"):
            return arb(0)
        if one == arb("inf"):
            return arb(1) if other == one else ball.normal_cdf(other)
    if not (h.is_finite() and k.is_finite()):
        return arb(0.5, 0.5)
    low, high = arb(r.lower()), arb(r.upper())
    if low > -1 and high < 1:
        return _inside(h, k, r)
    least, largest = _countermonotone(h, k), ball.normal_cdf(ball.minimum(h, k))
    if high <= -1 or low >= 1:
        return least if high <= -1 else largest
    return (least if low <= -1 else _inside(h, k, low)).union(largest if high >= 1 else _inside(h, k, high))


def _countermonotone(h: arb, k: arb) -> arb:
    """The value at r = -1: max(0, Phi(h) - Phi(-k))."""
    return ball.maximum(arb(0), ball.normal_cdf(h) - ball.normal_cdf(-k))


def _inside(h: arb, k: arb, r: arb) -> arb:
    theta = r.asin()
    squares = [arb(abs(z).lower()) ** 2 / 2 for z in (h, k)]
    spread = (h.rad() * (-squares[0]).exp() + k.rad() * (-squares[1]).exp()) * arb("0.4")
    # (h^2 - 2 r h k + k^2)/(2 (1 - r^2)) is at least max(h^2, k^2)/2
    exponent = squares[0].max(squares[1])
    near = (h - k) ** 2 / (4 * (1 - r)) + (h + k) ** 2 / (4 * (1 + r))
    exponent = exponent.max(arb(near.lower())) if near.is_finite() else exponent
    spread += theta.rad() * (-exponent).exp() * arb("0.16")
    h, k, theta = h.mid(), k.mid(), theta.mid()
    tiny = arb(ball.normal_cdf(ball.minimum(h, k)).upper())
    if tiny < arb(2) ** (-_TINY * working_bits()):
        # the integral is over a peak of width 1/|h|: not worth its time
        return arb(tiny / 2, (tiny / 2 + spread).upper())
    independent = ball.normal_cdf(h) * ball.normal_cdf(k)
    rest = abs(theta) * (-(h * h).max(k * k) / 2).exp() / (2 * arb.pi())
    if rest < independent * arb(2) ** -(working_bits() + 4):
        return independent + arb(0, (rest + spread).upper())
    return independent + _plackett(h, k, theta) / (2 * arb.pi()) + arb(0, spread.upper())


def _plackett(h: arb, k: arb, theta: arb) -> arb:
    """The integral for exact arguments, |theta| < pi/2, relative to the largest value of the integrand."""
    if theta == 0:
        return arb(0)
    gap, total = (h - k) ** 2 / 8, (h + k) ** 2 / 8
    quarter = arb.pi() / 4
    largest = _least_exponent(h, k, theta.sin()).mid()

    def integrand(t: acb, analytic: bool) -> acb:
        # 1 - sin t = 2 sin^2(pi/4 - t/2), 1 + sin t = 2 cos^2(pi/4 - t/2)
        angle = quarter - t / 2
        exponent = acb(largest)
        if gap != 0:
            exponent -= gap / angle.sin() ** 2
        if total != 0:
            exponent -= total / angle.cos() ** 2
        return exponent.exp()

    return integrate(integrand, arb(0), theta) * (-largest).exp()


def _least_exponent(h: arb, k: arb, end: arb) -> arb:
    """About the minimum of (h - k)^2/(4 (1 - s)) + (h + k)^2/(4 (1 + s)) for s between 0 and `end`: a scale only."""
    small, large = (h, k) if abs(h) <= abs(k) else (k, h)
    best = arb(0) if large == 0 else small / large
    if (best > 0) != (end > 0):
        best = arb(0)
    elif abs(best) > abs(end):
        best = end
    s = best.mid()
    if abs(s) >= 1:
        return large**2 / 2
    return (h - k) ** 2 / (4 * (1 - s)) + (h + k) ** 2 / (4 * (1 + s))
