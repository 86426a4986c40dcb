"""How fast a function grows: a proved bound C (1 + |x|)^k exp(a |x| + b x^2), and the Gaussian tails it implies.

The bound is composed along the formula, separately for x >= 0 and x <= 0 and for every piece (derived here; each rule
is a textbook inequality). It is sound everywhere and not always the smallest possible.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import cast

import sympy as sp
from flint import arb
from sympy.core.basic import Basic

from deepcond_sym.arithmetic.precision import precision
from deepcond_sym.errors import InputError
from deepcond_sym.symbols import x

from .bound import Bound, as_ball
from .constants import sign_of_constant
from .domain import away_from_zero
from .enclosure import Range, enclose
from .piece import Piece
from .roots import degree_bound

_BITS = 128
_QUARTER = Fraction(1, 4)
_CONSTANT = (Fraction(0), Fraction(0), Fraction(0))


@dataclass(frozen=True)
class _Stretch:
    """A bound valid for the x of one sign (side 1 or -1) with |x| <= reach."""

    side: int
    reach: arb
    bound: Bound


@dataclass(frozen=True)
class Growth:
    """The growth of a function on the whole line, from bounds on stretches of it.

    >>> from deepcond_sym.activations import activation
    >>> growth = activation("exp(x**2/5)").growth
    >>> growth.gaussian_rate, growth.is_square_integrable
    (1/5, True)
    """

    stretches: tuple[_Stretch, ...] | None

    @property
    def bound(self) -> Bound:
        """One bound for all x."""
        if self.stretches is None:
            raise InputError("no bound on the growth is known.")
        total = self.stretches[0].bound
        for stretch in self.stretches[1:]:
            total = total.either(stretch.bound)
        return total

    @property
    def constant(self) -> arb:
        """C in |sigma(x)| <= C (1 + |x|)^k exp(a |x| + b x^2), an exact ball."""
        return self.bound.constant

    @property
    def degree(self) -> sp.Rational:
        """k in |sigma(x)| <= C (1 + |x|)^k exp(a |x| + b x^2)."""
        return _rational(self.bound.degree)

    @property
    def linear_rate(self) -> sp.Rational:
        """a in |sigma(x)| <= C (1 + |x|)^k exp(a |x| + b x^2)."""
        return _rational(self.bound.linear)

    @property
    def gaussian_rate(self) -> sp.Rational:
        """b in |sigma(x)| <= C (1 + |x|)^k exp(a |x| + b x^2): exact, or rounded up if irrational."""
        return _rational(self.bound.gaussian)

    @property
    def is_square_integrable(self) -> bool:
        """Whether the bound proves E[sigma(X)^2] finite under N(0, 1): b < 1/4 strictly."""
        return self.stretches is not None and self.bound.gaussian < _QUARTER

    def tail_bound(self, radius: int | Fraction | sp.Rational | arb, power: int = 2, degree: int = 0) -> arb:
        """An upper bound on the integral over |x| > radius of |sigma|^power |x|^degree phi (see `Activation`)."""
        if self.stretches is None:
            raise InputError("no bound on the growth is known.")
        with precision(bits=_BITS):
            start = radius if isinstance(radius, arb) else enclose(sp.Rational(radius), {}).low
            start = start.lower()
            if not start >= 0 or power < 0 or degree < 0:
                raise InputError("a tail needs a radius, power and degree that are at least 0.")
            total = arb(0)
            for side in (1, -1):
                bounds = [s.bound for s in self.stretches if s.side == side and not s.reach < start]
                joined = bounds[0]
                for other in bounds[1:]:
                    joined = joined.either(other)
                total += _half_tail(joined, start, power, degree)
            return total.upper()


def growth_of(pieces: Sequence[Piece]) -> Growth:
    """The growth of the function with these pieces.

    >>> growth_of((Piece(-sp.oo, sp.oo, x**3),)).degree
    3
    """
    stretches: list[_Stretch] = []
    with precision(bits=_BITS):
        for piece in pieces:
            for side in (1, -1):
                half = _half(piece, side)
                if half is None:
                    continue
                bound = _Composer(side, half).bound(half.expr)
                if bound is None:
                    return Growth(None)
                domain = half.domain
                stretches.append(_Stretch(side, (domain.high if side == 1 else -domain.low).upper(), bound))
    return Growth(tuple(stretches))


def _half(piece: Piece, side: int) -> Piece | None:
    """The part of a piece with x >= 0 (side 1) or x <= 0 (side -1)."""
    zero = sp.S.Zero
    low, high = sign_of_constant(piece.lower), sign_of_constant(piece.upper)
    if side == 1:
        return Piece(piece.lower if low > 0 else zero, piece.upper, piece.expr) if high > 0 else None
    return Piece(piece.lower, piece.upper if high < 0 else zero, piece.expr) if low < 0 else None


class _Composer:
    """Composes a bound along a formula on one stretch; None where no bound of this shape is found."""

    def __init__(self, side: int, piece: Piece) -> None:
        self.side = side
        self.piece = piece
        self.domain = piece.domain
        self.ranges: dict[Basic, Range] = {}
        self.bounds: dict[Basic, Bound | None] = {}
        self.reciprocals: dict[Basic, Bound | None] = {}

    def range(self, f: Basic) -> Range:
        return enclose(f, {x: self.domain}, self.ranges)

    def bound(self, f: Basic) -> Bound | None:
        """A bound on |f|."""
        if f not in self.bounds:
            self.bounds[f] = self.best_bound(f)
        return self.bounds[f]

    def reciprocal(self, f: Basic) -> Bound | None:
        """A bound on 1/|f|."""
        if f not in self.reciprocals:
            self.reciprocals[f] = self.best_reciprocal(f)
        return self.reciprocals[f]

    def best_bound(self, f: Basic) -> Bound | None:
        composed = self.composed(f)
        values = self.range(f)
        if values.is_finite and (composed is None or composed.order >= _CONSTANT):
            return Bound(values.low.abs_upper().max(values.high.abs_upper()))
        return composed

    def composed(self, f: Basic) -> Bound | None:
        if f == x:
            return Bound(arb(1), degree=Fraction(1))
        if isinstance(f, sp.Add):
            return _all(Bound.plus, [self.bound(a) for a in f.args])
        if isinstance(f, sp.Mul):
            exponents = [_argument(a) for a in f.args if isinstance(a, sp.exp)]
            factors = [self.bound(a) for a in f.args if not isinstance(a, sp.exp)]
            return _all(Bound.times, factors + [self.exponential(sp.Add(*exponents))] * bool(exponents))
        if isinstance(f, sp.exp):
            return self.exponential(_argument(f))
        if isinstance(f, sp.Pow):
            if not isinstance(f.exp, sp.Rational):
                return self.exponential(f.exp * sp.log(f.base))
            inner = self.bound(f.base) if f.exp > 0 else self.reciprocal(f.base)
            return inner.power(abs(_fraction(f.exp))) if inner is not None else None
        if isinstance(f, (sp.sinh, sp.cosh)):
            return _all(Bound.plus, [self.exponential(_argument(f)), self.exponential(-_argument(f))])
        if isinstance(f, (sp.sin, sp.tanh, sp.erf, sp.atan)):
            # |f(y)| <= 2 |y| / sqrt(pi) for erf and <= |y| for the others: keeps the decay of a decaying argument.
            inner = self.bound(_argument(f))
            return inner.times(Bound((2 / arb.pi().sqrt()).upper())) if inner is not None else None
        if isinstance(f, sp.erfc) and self.range(_argument(f)).low >= 0:
            return self.exponential(-(_argument(f) ** 2))
        return self.logarithm(_argument(f)) if isinstance(f, sp.log) else None

    def exponential(self, p: sp.Expr) -> Bound | None:
        """exp(p): exact for quadratic p; other terms by their upper bound, or by growth at most quadratic."""
        smooth = [t for t in sp.Add.make_args(p) if degree_bound(t) is not None]
        others = [t for t in sp.Add.make_args(p) if degree_bound(t) is None]
        factors = [self.exponential_of_polynomial(sp.Add(*smooth)), *(self.exponential_of_term(t) for t in others)]
        return _all(Bound.times, factors)

    def exponential_of_polynomial(self, p: sp.Expr) -> Bound | None:
        degree = degree_bound(p)
        if degree is None or degree > 100:
            return None
        coefficients = sp.Poly(p, x).all_coeffs()[::-1]
        flipped = [c * self.side**k for k, c in enumerate(coefficients)]
        c0, c1, c2 = (*flipped, sp.S.Zero, sp.S.Zero)[:3]
        if len(flipped) <= 3:
            return Bound(enclose(c0, {}).high.exp().upper(), linear=_above(c1), gaussian=_above(c2))
        return _decaying(flipped)

    def exponential_of_term(self, p: sp.Expr) -> Bound | None:
        top = self.range(p).high
        if top.is_finite():
            return Bound(top.exp().upper())
        size = self.bound(p)
        if size is None or size.linear > 0 or size.gaussian > 0 or size.degree > 2:
            return None
        # |p| <= c (1 + t)^k with k <= 2, and (1 + t)^k <= 1 + t or 1 + 2t + t^2.
        c = _above_ball(size.constant)
        if size.degree <= 1:
            return Bound(size.constant.exp().upper(), linear=c)
        return Bound(size.constant.exp().upper(), linear=2 * c, gaussian=c)

    def best_reciprocal(self, f: Basic) -> Bound | None:
        """A bound on 1/|f|: the best of the least size of f, the structure of f, and each term of a positive sum."""
        found: list[Bound | None] = []
        if isinstance(f, sp.exp):
            found.append(self.exponential(-_argument(f)))
        elif isinstance(f, sp.cosh):
            half = [self.exponential(-_argument(f)), self.exponential(_argument(f))]
            found += [b.times(Bound(arb(2))) for b in half if b is not None]
        elif isinstance(f, sp.Mul):
            found.append(_all(Bound.times, [self.reciprocal(a) for a in f.args]))
        elif isinstance(f, sp.Pow) and isinstance(f.exp, sp.Rational):
            inner = self.reciprocal(f.base) if f.exp > 0 else self.bound(f.base)
            found.append(inner.power(abs(_fraction(f.exp))) if inner is not None else None)
        elif isinstance(f, sp.Add):
            ranges = [self.range(a) for a in f.args]
            if all(r.low >= 0 for r in ranges) or all(r.high <= 0 for r in ranges):
                found += [self.reciprocal(a) for a in f.args]
            found.append(self.reciprocal_of_polynomial(f))
        known = [b for b in found if b is not None]
        best = min(known, key=lambda b: b.order) if known else None
        if best is None or best.order > _CONSTANT:
            least = away_from_zero(cast(sp.Expr, f), self.piece)
            if least is not None and least > 0:
                return Bound((1 / least).upper())
        return best

    def reciprocal_of_polynomial(self, p: sp.Expr) -> Bound | None:
        """For c_0 + ... + c_n t^n, all c_i >= 0: at least m (1 + t^n) >= m (1 + t)^n / 2^(n-1), m = min(c_0, c_n)."""
        degree = degree_bound(p)
        if degree is None or degree > 100:
            return None
        flipped = [enclose(c * self.side**k, {}).low for k, c in enumerate(sp.Poly(p, x).all_coeffs()[::-1])]
        n = len(flipped) - 1
        if n == 0 or not all(c >= 0 for c in flipped) or not (flipped[0] > 0 and flipped[-1] > 0):
            return None
        return Bound((arb(2) ** (n - 1) / flipped[0].min(flipped[-1])).upper(), degree=Fraction(-n))

    def logarithm(self, p: sp.Expr) -> Bound | None:
        """|log p| from bounds on p and 1/p; log(1 + y) <= y when y >= 0 decays."""
        if self.range(p - 1).low >= 0:
            excess = self.bound(p - 1)
            if excess is not None and excess.order < _CONSTANT:
                return excess
        return _all(Bound.plus, [_log(b) if b is not None else None for b in (self.bound(p), self.reciprocal(p))])


def _all(join: Callable[[Bound, Bound], Bound], bounds: Sequence[Bound | None]) -> Bound | None:
    if any(b is None for b in bounds):
        return None
    known = [b for b in bounds if b is not None]
    total = known[0]
    for other in known[1:]:
        total = join(total, other)
    return total


def _log(bound: Bound) -> Bound:
    """max(0, log(bound)) <= log+ C + k t + a t + b t^2, as a constant times (1 + t)^(0, 1 or 2)."""
    start = bound.constant.log().max(arb(0)) if bound.constant > 0 else arb(0)
    once = max(bound.degree, Fraction(0)) + max(bound.linear, Fraction(0))
    twice = max(bound.gaussian, Fraction(0))
    top = 2 if twice > 0 else 1 if once > 0 else 0
    return Bound((start + as_ball(once + twice)).upper(), degree=Fraction(top))


def _decaying(coefficients: Sequence[sp.Expr]) -> Bound | None:
    """exp of a polynomial in t >= 0 of degree above 2: None when it grows, else at most exp(M - t^2).

    With q = p + t^2 and T beyond Cauchy's bound on its roots, q < 0 for t > T and q <= sum of c_i+ T^i up to there.
    """
    if sign_of_constant(coefficients[-1]) > 0:
        return None
    balls = [enclose(c, {}).low.union(enclose(c, {}).high) for c in coefficients]
    balls[2] += 1
    reach = 1 + sum((b.abs_upper() for b in balls[:-1]), arb(0)) / balls[-1].abs_lower()
    most = sum((b.max(arb(0)) * reach**k for k, b in enumerate(balls)), arb(0))
    return Bound(most.exp().upper(), gaussian=Fraction(-1))


def _half_tail(bound: Bound, start: arb, power: int, degree: int) -> arb:
    """The integral over t > start of bound(t)^power t^degree phi(t).

    The logarithm L of the integrand (with t^degree <= (1 + t)^degree) is concave, so the integral from T on is at most
    exp(L(T))/(-L'(T)) once L'(T) < 0; up to T it is at most the length times the largest value.
    """
    if bound.constant.is_zero():
        return arb(0)
    k = max(power * bound.degree, Fraction(0)) + degree
    a, b = power * bound.linear, power * bound.gaussian - Fraction(1, 2)
    if b >= 0:
        raise InputError(f"the integral of sigma^{power} may be infinite: sigma grows too fast for that power.")

    def slope(t: arb) -> arb:
        return as_ball(k) / (1 + t) + as_ball(a) + 2 * as_ball(b) * t

    def value(t: arb) -> arb:
        factor = bound.constant**power / (2 * arb.pi()).sqrt()
        return factor * (1 + t) ** as_ball(k) * (as_ball(a) * t + as_ball(b) * t * t).exp()

    far = start
    while not slope(far) <= -1:
        far = (far * 2 + 1).upper()
    total = value(far) / -slope(far)
    if far > start:
        peak = (as_ball(max(a, Fraction(0))) ** 2 / (-4 * as_ball(b))).exp()
        total += (far - start) * bound.constant**power * (1 + far) ** as_ball(k) * peak
    return total.upper()


def _argument(node: Basic) -> sp.Expr:
    argument = node.args[0]
    assert isinstance(argument, sp.Expr)
    return argument


def _fraction(value: sp.Rational) -> Fraction:
    return Fraction(int(value.p), int(value.q))


def _rational(value: Fraction) -> sp.Rational:
    return sp.Rational(value.numerator, value.denominator)  # pyright: ignore[reportReturnType]


def _above(c: sp.Expr) -> Fraction:
    """An exact rational number as it is, any other rounded up."""
    return _fraction(c) if isinstance(c, sp.Rational) else _above_ball(enclose(c, {}).high)


def _above_ball(value: arb) -> Fraction:
    mantissa, exponent = (int(part) for part in value.upper().man_exp())
    return Fraction(mantissa) * Fraction(2) ** exponent
