"""E[f(X) f(Y)] for an analytic f by the trapezoid rule in the plane, with a proved error."""

from __future__ import annotations

import math
from operator import mul

import sympy as sp
from flint import arb

from deepcond_sym.activations import Piece
from deepcond_sym.activations.parity import parity_of
from deepcond_sym.activations.piece import slope
from deepcond_sym.arithmetic import ball, lower, precision
from deepcond_sym.duals.dual_base import lost_bits, without_rounding
from deepcond_sym.duals.integrals.envelope import envelope
from deepcond_sym.duals.integrals.strip import Strip
from deepcond_sym.errors import AccuracyError

_BITS = 64
"""Precision of the error bounds."""
_MOST_POINTS = 3_000_000


class Plane:
    """E[f(X) f(Y)] and E[(f(X) - f(Y))^2]/2 for an f that is analytic in a neighbourhood of the real line.

    With X = s S + d D, Y = s S - d D, s = sqrt(1 - w/2), d = sqrt(w/2) for the correlation 1 - w, and S, D independent
    standard normals, both are sums over the lattice (h i, k j). The steps are such that s h/(d k) is rational, so that
    the values of X and Y repeat. For a function g analytic on |Re z| <= R = (J + 1/2) h, |Im z| <= t,

        |h sum_(|j| <= J) g(j h) - integral over [-R, R]|
            <= (integral of |g(x + it)| + |g(x - it)|)/(exp(2 pi t/h) - 1)
               + sum over the four upright half sides of integral |g(+-R +- iy)| exp(-2 pi y/h) dy,

    by residues, with the kernel cot(pi z/h)/(2i), which is -+1/2 up to 1/(exp(2 pi |y|/h) -+ 1). It is applied to S for
    every D, then to D for every node of S. What lies outside the box is outside the disc S^2 + D^2 <= R^2, where
    |X|, |Y| <= sqrt(S^2 + D^2) and the growth of f gives a bound.

    Errors: InputError when no bound on the growth of f or f' is known; AccuracyError when no strip of analyticity is
    found or when too many nodes are needed.

    >>> from deepcond_sym.symbols import x
    >>> Plane(sp.tanh(x)).product(arb(1) / 2, 60).str(15, radius=False)
    '0.186324413203448'

    Source: textbook for infinite strips (L. N. Trefethen, J. A. C. Weideman, "The exponentially convergent trapezoidal
    rule", 2014, theorem 5.1); derived here for rectangles and for the plane.
    """

    def __init__(self, expr: sp.Expr) -> None:
        self.expr = expr
        self._evaluate = lower(expr, ball)
        self._of_function = _Sides(expr, 0)
        self.parity = self._of_function.parity
        self._of_slope: _Sides | None = None

    def product(self, w: arb, bits: int) -> arb:
        """E[f(X) f(Y)] for the correlation 1 - w, w in (0, 2], to about 2^-bits of the size of f squared."""
        with precision(bits=bits + 24):
            return self._sum(_Lattice(w, bits, self._of_function), products=True)

    def complement(self, w: arb, bits: int) -> arb:
        """E[(f(X) - f(Y))^2]/2 for the correlation 1 - w, w in (0, 2], to about 2^-bits of w f'^2."""
        if self._of_slope is None:
            self._of_slope = _Sides(slope(self.expr), 2)
        with precision(bits=bits + 24 + lost_bits(w) // 2):
            return self._sum(_Lattice(w, bits, self._of_slope), products=False)

    def _sum(self, lattice: _Lattice, products: bool) -> arb:
        values: dict[int, arb] = {}
        evaluate, unit = self._evaluate, lattice.unit
        sign = {"odd": -1, "even": 1}.get(self.parity or "", 0)

        def at(n: int) -> arb:
            found = values.get(n)
            if found is None:
                found = sign * at(-n) if sign and n < 0 else evaluate(unit * n)
                values[n] = found
            return found

        columns = range(lattice.columns + 1)
        across = _weights(lattice.across, lattice.columns)
        along = _weights(lattice.along, lattice.rows)
        total = arb(0)
        for i in range(0 if sign else -lattice.rows, lattice.rows + 1):
            upper = [at(lattice.p * i + lattice.q * j) for j in columns]
            under = [at(lattice.p * i - lattice.q * j) for j in columns]
            if products:
                terms = map(mul, upper, under)
            else:
                # a product, not a power: Arb's powers of a ball around exactly 0 are NaN
                gaps = [a - b for a, b in zip(upper, under, strict=True)]
                terms = [gap * gap / 2 for gap in gaps]
            row = sum(map(mul, across, terms), arb(0))
            # `along` counts each row of i > 0 for -i too
            total += row * (along[abs(i)] if sign or i == 0 else along[abs(i)] / 2)
        total *= lattice.across * lattice.along / (2 * arb.pi())
        return total + arb(0, (lattice.error * (1 if products else lattice.w)).upper())


class _Sides:
    """The growth and the strip of f (power 0) or of f' (power 2, for differences, which carry a factor D^2)."""

    def __init__(self, expr: sp.Expr, power: int) -> None:
        pieces = (Piece(-sp.oo, sp.oo, expr),)
        self.power = power
        self.envelope = envelope(pieces)
        self.strip = Strip(expr, self.envelope.rate)
        self.parity = parity_of(pieces)
        at_zero = lower(expr, ball)
        with precision(bits=_BITS):
            sample = max(abs(float(at_zero(arb(k) / 2).mid())) for k in (-2, -1, 0, 1, 2))
        self.scale = 2 * math.log2(sample) if sample > 0 else 0.0


class _Lattice:
    """Steps, numbers of nodes and the error bound for one w and one accuracy."""

    def __init__(self, w: arb, bits: int, sides: _Sides) -> None:
        self.w, self.sides = w, sides
        s, d = ((without_rounding(2, w) if w.is_exact() else 2 - w) / 2).sqrt(), (w / 2).sqrt()
        small, large = float(s.mid()), float(d.mid())
        wanted = bits - min(0.0, sides.scale)
        with precision(bits=_BITS):
            radius = sides.envelope.radius(wanted + 10, sides.power)
            steps = [self._step(c, radius, wanted) for c in (small, large)]
            if s.is_zero():
                base, scale, self.p, self.q = steps[1], d, 0, 1
            elif s * steps[0] >= d * steps[1]:
                base, scale, self.p, self.q = *_commensurable(s * steps[0], d, steps[1]), 1
            else:
                base, scale, self.q, self.p = *_commensurable(d * steps[1], s, steps[0]), 1
        # in full precision from here on: the nodes are these balls, made from one step that is a double
        self.unit = scale * base
        self.along = self.unit * self.p / s if self.p else arb(steps[0])
        self.across = self.unit * self.q / d
        self.rows = math.ceil(radius / float(self.along.lower()))
        self.columns = math.ceil(radius / float(self.across.lower()))
        if self.rows * self.columns > _MOST_POINTS:
            raise AccuracyError(f"The trapezoid rule needs too many nodes for {bits} bits: ask for fewer digits.")
        with precision(bits=_BITS):
            self.error = self._error(s, d, radius)

    def _heights(self, radius: float, bits: float) -> list[tuple[float, arb]]:
        found = self.sides.strip.bounds(self._reach(radius), math.sqrt(2 * math.log(2) * (bits + 8)))
        if not found:
            raise AccuracyError("No strip around the real line was found in which the activation is analytic.")
        return found

    def _reach(self, radius: float) -> float:
        # |X| <= s R + d R' <= sqrt(2) max(R, R'), where R and R' are at most 3/2 steps beyond the radius
        return 1.5 * radius + 6

    def _step(self, scale: float, radius: float, bits: float) -> float:
        """The largest step found for a variable that enters X and Y with the factor `scale`."""
        return max(self._choices(scale, radius, bits))[0]

    def _choices(self, scale: float, radius: float, bits: float) -> list[tuple[float, float, arb]]:
        """(step, shift of the contour, bound for |f| there) for every height known."""
        found = []
        for height, bound in self._heights(radius, bits):
            size = math.log(2) * (bits + 3) + 2 * float(bound.log().max(arb(0)))
            shift = min(height / scale if scale > 0 else math.inf, math.sqrt(2 * size))
            found.append((2 * math.pi * shift / (size + shift**2 / 2), shift, bound))
        self._bits = bits
        return found

    def _error(self, s: arb, d: arb, radius: float) -> arb:
        power = self.sides.power
        sides = [step * (2 * count + 1) / 2 for step, count in ((self.along, self.rows), (self.across, self.columns))]
        if not s * sides[0] + d * sides[1] <= self._reach(radius):
            return arb("inf")
        room = 1 - 4 * arb(self.sides.envelope.rate)
        total = 1 / room.sqrt()
        # E[D^power exp(2 rate D^2)], and h sum of exp(2 rate S^2) phi(S) over the nodes
        moment = total if power == 0 else total**3
        sums = total + self.along
        ends = []
        for step, side, factor in ((self.along, sides[0], s), (self.across, sides[1], d)):
            best = arb("inf")
            for _, shift, bound in self._choices(float(factor.mid()), radius, self._bits):
                # the float shift may round beyond the height that was bounded
                t = arb(shift) * (1 - arb(2) ** -40)
                decay = (t**2 / 2).exp() / ((2 * arb.pi() * t / step).exp() - 1)
                corner = (-room * side**2 / 2).exp() * step / arb.pi()
                corner *= (t**2 / 2 - arb.pi() * t / step).exp().max(arb(1))
                if factor is s or power == 0:
                    here = bound**2 * (2 * total * decay + 4 * corner)
                else:
                    here = bound**2 * (2 * (total**3 + t**2 * total) * decay + 4 * (side**2 + t**2) * corner)
                best = best.min(here.upper())
            ends.append(best)
        outside = self.sides.envelope.tail(radius, power)
        return (ends[0] * moment + ends[1] * sums + outside).upper()


def _commensurable(longer: arb, scale: arb, step: float) -> tuple[float, arb, int]:
    """(step, scale, n) with scale * step * n at most `longer`, both lengths shortened as little as may be."""
    size = float((longer / (scale * step)).mid())
    below, above = max(1, math.floor(size)), math.ceil(size)
    # a multiple below the ratio shortens the longer one, a multiple above it the shorter one
    if size / below <= above / size:
        return step, scale, below
    return float((longer / (scale * above)).lower()), scale, above


def _weights(step: arb, count: int) -> list[arb]:
    """exp(-(k step)^2/2) for k = 0, ..., count, twice for k > 0 (for -k)."""
    half = step * step / 2
    return [arb(1), *(2 * (-half * (k * k)).exp() for k in range(1, count + 1))]
