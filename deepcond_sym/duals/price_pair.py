"""E[f(U) g(V)] for f, g among x^k sign(x) and x^k erf(a x): Price's theorem in the covariance, two variances."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import sympy as sp

from deepcond_sym.duals.antiderivative import Arcsine, Power, Radical, RadicalElement
from deepcond_sym.duals.distribution import Delta, ErfTerm, Smooth
from deepcond_sym.duals.pair_terms import SignTerm, term_parity
from deepcond_sym.duals.pairing import centred_pairing, double_factorial
from deepcond_sym.symbols import rho


class PricePair(NamedTuple):
    """factor * element, with the covariance in the place of rho; `density` is the order-th derivative of `element`.

    The radical of the element is w^2 = square - covariance^2, where square = first * second / scale, and `first` is q1
    (sign) or 1 + 2 a^2 q1 (erf); the factor is a constant.
    """

    factor: sp.Expr
    element: RadicalElement
    density: RadicalElement
    order: int
    first: sp.Expr
    second: sp.Expr
    scale: sp.Expr

    def expr(self, q1: sp.Expr, q2: sp.Expr) -> sp.Expr:
        """The value in rho and the variances, with w^2 scale = first * second - scale q1 q2 rho^2."""
        sign_first, sign_second = self.first == q1, self.second == q2
        if sign_first and sign_second:
            inside, outside, sine = 1 - rho**2, q1 * q2, rho
        elif sign_first:
            inside, outside = sp.expand(self.second - self.scale * q2 * rho**2), q1
            sine = rho * sp.sqrt(q2) * sp.sqrt(self.scale) / sp.sqrt(self.second)
        elif sign_second:
            inside, outside = sp.expand(self.first - self.scale * q1 * rho**2), q2
            sine = rho * sp.sqrt(q1) * sp.sqrt(self.scale) / sp.sqrt(self.first)
        else:
            inside, outside = sp.expand(self.first * self.second - self.scale * q1 * q2 * rho**2), sp.S.One
            sine = rho * sp.sqrt(q1) * sp.sqrt(q2) * sp.sqrt(self.scale)
            sine /= sp.sqrt(self.first * self.second) if self.first == self.second else (
                sp.sqrt(self.first) * sp.sqrt(self.second)
            )
        covariance = rho * sp.sqrt(q1) * sp.sqrt(q2)
        total = sp.S.Zero
        for basis, coefficient in self.element.terms.items():
            match basis:
                case Power(power):
                    total += coefficient * covariance**power
                case Radical(parity, power, _):
                    half = sp.Rational(power, 2)
                    w = (outside / self.scale) ** half * inside**half
                    total += coefficient * covariance**parity * w
                case Arcsine(power, _):
                    total += coefficient * covariance**power * sp.asin(sine)
        return sp.Add(*(self.factor * term for term in sp.Add.make_args(total)))


class _Bent:
    """The derivatives of x^k sign(x) or x^k erf(a x) over a constant factor, with beta = 2 a^2 (0 for the sign).

    The factor is sqrt(2/pi) for the sign (so that a delta of mass 2 is sqrt(2 pi) of them) and 2 a/sqrt(pi) for erf.
    """

    def __init__(self, term: SignTerm | ErfTerm, q: sp.Expr) -> None:
        self.q, self.is_sign = q, isinstance(term, SignTerm)
        if isinstance(term, ErfTerm):
            self.beta, self.factor = 2 * term.scale**2, 2 * term.scale / sp.sqrt(sp.pi)
            self.spread = 1 + self.beta * q
        else:
            self.beta, self.factor, self.spread = sp.S.Zero, sp.sqrt(2 / sp.pi), q
        self.main: dict[int, int] = {term.power: 1}
        self.rest: dict[int, sp.Expr] = {}

    def differentiate(self) -> None:
        """Go to the next derivative."""
        rest: dict[int, sp.Expr] = {}
        for power, c in self.rest.items():
            if self.is_sign:
                rest[power + 1] = rest.get(power + 1, sp.S.Zero) + c
                continue
            if power:
                rest[power - 1] = rest.get(power - 1, sp.S.Zero) + power * c
            rest[power + 1] = rest.get(power + 1, sp.S.Zero) - self.beta * c
        for power, c in self.main.items():
            if not self.is_sign or power == 0:
                rest[power] = rest.get(power, sp.S.Zero) + c
        self.main = {power - 1: power * c for power, c in self.main.items() if power}
        self.rest = {power: c for power, c in rest.items() if c != 0}

    def mean(self) -> sp.Expr:
        """The mean over N(0, q), divided by the factor and by sqrt(spread): rational in q and beta."""
        total = sp.S.Zero
        for power, c in self.main.items():
            if power % 2:
                total += c * self._absolute_moment(power)
        for power, c in self.rest.items():
            if power % 2 == 0:
                total += c * self._bell_moment(power)
        return sp.cancel(total)

    def _absolute_moment(self, power: int) -> sp.Expr:
        if self.is_sign:
            return self.q ** ((power - 1) // 2) * double_factorial(power - 1)
        lower = (power - 1) * self._absolute_moment(power - 2) if power > 1 else sp.S.Zero
        return self.q * (lower + self._bell_moment(power - 1))

    def _bell_moment(self, power: int) -> sp.Expr:
        """Of a delta derivative, or of x^power exp(-beta x^2/2)."""
        half = power // 2
        if self.is_sign:
            return (-1) ** half * double_factorial(power - 1) / self.q ** (half + 1)
        return double_factorial(power - 1) * self.q**half / self.spread ** (half + 1)

    def smooth_terms(self) -> list[tuple[Smooth | Delta, sp.Expr]]:
        """What is left when `main` is empty, as terms with coefficients (deltas scaled by sqrt(2 pi))."""
        if self.is_sign:
            return [(Delta(order, sp.S.Zero), c * sp.sqrt(2 * sp.pi)) for order, c in self.rest.items()]
        return [(Smooth(power, sp.S.Zero, -self.beta / 2), c) for power, c in self.rest.items()]


@lru_cache(maxsize=1024)
def price_pair(first: SignTerm | ErfTerm, second: SignTerm | ErfTerm, q1: sp.Expr, q2: sp.Expr) -> PricePair | None:
    """E[first(U) second(V)] for centred normal U, V of variances q1, q2; None for an erf that is not odd.

    d^m/dk^m E[f(U) g(V)] = E[f^(m)(U) g^(m)(V)] in the covariance k; for m large enough the right side is algebraic,
    and it is integrated back from k = 0, where the value is the product of the means.

    >>> q1, q2 = sp.symbols("q1 q2", positive=True)
    >>> price_pair(SignTerm(0), SignTerm(0), q1, q2).expr(q1, q2)
    2*asin(rho)/pi

    Source: Price's theorem (textbook); the way back is derived here.
    """
    if any(isinstance(term, ErfTerm) and term.shift != 0 for term in (first, second)):
        return None
    left, right = _Bent(first, q1), _Bent(second, q2)
    scale = sp.expand((left.beta or sp.S.One) * (right.beta or sp.S.One))
    order = max(first.power, second.power) + 1
    initial = []
    for _ in range(order):
        initial.append(sp.cancel(left.mean() * right.mean() * scale))
        left.differentiate()
        right.differentiate()
    density = RadicalElement()
    if term_parity(first) == term_parity(second):
        for f, c in left.smooth_terms():
            for g, d in right.smooth_terms():
                pair = centred_pairing(f, g, q1, q2)
                if pair is None:
                    return None
                density = density.plus(pair, sp.sqrt(scale) * c * d)
    square = sp.expand(left.spread * right.spread / scale)
    element = density
    for value in reversed(initial):
        element = element.antiderivative()
        # the values at 0 are multiples of c: those of w^j are c^j
        constant = value - sp.Add(
            *(c * square ** ((basis.power - 1) // 2) for basis, c in element.terms.items()
              if isinstance(basis, Radical) and basis.parity == 0)
        )
        element = element.plus_constant(sp.cancel(constant) * sp.sqrt(square))
    factor = left.factor * right.factor / sp.sqrt(scale)
    return PricePair(factor, element, density, order, left.spread, right.spread, scale)
