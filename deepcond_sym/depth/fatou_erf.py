r"""Critical erf near gap 0 in closed form: three functions that turn many layers into one step.

With G of `critical_erf`, so that gap = G(y) where y is the next gap, and A = 1/(2k^2), the functions

    F(y) = 1/y + a log y + sum_j b_j y^j         F(y) = F(G) + A + defect                  (Fatou coordinate)
    H(y) = 2 log y + sum_j h_j y^j               H(y) = H(G) - log G' + defect             (product of the slopes)
    S(y) = c_-1/y + sum_j (c_j + e_j log y) y^j  G' S(y) = S(G) + G' (1 - y) + defect      (tangent kernel)

have coefficients (j = 1 .. ORDER, in S from 0) for which each defect vanishes to order ORDER + 2 at 0; they are
rational functions of k, enclosed. A defect D that is analytic for |y| <= R, R = k min(1, k)/2, obeys
|D(y)| <= max_{|z| = R} |D(z)| (|y|/R)^(ORDER + 2) (Schwarz's lemma); that of S is D0 + D1 log y with D0, D1 analytic.
The maxima are taken in balls. G and G' are entire, and log(G/y), log G' are analytic on the disc, because G/y and G'
have a positive real part on the circle, which is checked there, hence inside (minimum principle, harmonic functions).

Source: derived here, as `parabolic` for ReLU; the Fatou coordinate of a parabolic fixed point is textbook.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from flint import acb, arb

from deepcond_sym.errors import AccuracyError

ORDER = 16
_TERMS = ORDER + 4
_ARCS = 512
_LOOSEST = 8
"""The jump starts from a gap below this share of the radius."""

Series = list[Any]


class Maxima(NamedTuple):
    """Bounds on the circle of the defects of F, of H, of S (D0, D1), and of 1/y - 1/G - A, of order 1 only."""

    f: arb
    h: arb
    s: arb
    s_log: arb
    step: arb


def _times(first: Series, second: Series) -> Series:
    return [sum((first[i] * second[n - i] for i in range(n + 1)), arb(0)) for n in range(_TERMS)]


def _inverse(series: Series) -> Series:
    """1/series for a series that starts with 1."""
    found: Series = [arb(1)]
    for n in range(1, _TERMS):
        found.append(-sum((found[i] * series[n - i] for i in range(n)), arb(0)))
    return found


def _logarithm(series: Series) -> Series:
    """The logarithm of a series that starts with 1."""
    found: Series = [arb(0)]
    for n in range(1, _TERMS):
        known = sum((found[i] * series[n - i] * i for i in range(1, n)), arb(0))
        found.append(series[n] - known / n)
    return found


def _shifted(series: Series, by: int, factor: arb) -> Series:
    return [arb(0)] * by + [factor * term for term in series[: _TERMS - by]]


def _sum(first: Series, second: Series) -> Series:
    return [a + b for a, b in zip(first, second, strict=True)]


def _minus(first: Series, second: Series) -> Series:
    return [a - b for a, b in zip(first, second, strict=True)]


class Fatou:
    """F, H and S for one k, at one precision: coefficients, bounds, and the `jump` that they make possible.

    >>> found = Fatou(arb(1))
    >>> found.a, found.log_factor.str(5, radius=False)
    (0.500000000000000, '-0.83333')
    """

    def __init__(self, k: arb) -> None:
        self.k, self.a = k, 1 / (2 * k**2)
        self.radius = (k * k.min(arb(1)) / 2).lower()
        ratio, slope = self._layer()
        self._powers = {-1: _inverse(ratio), 0: [arb(1)] + [arb(0)] * (_TERMS - 1)}
        for j in range(1, ORDER + 1):
            self._powers[j] = _times(self._powers[j - 1], ratio)
        log_ratio = _logarithm(ratio)
        one = self._powers[0]
        # (1 - y/G)/y: its constant term is A, its linear term the coefficient of the logarithm times A.
        start = [*(-term for term in self._powers[-1][1:]), arb(0)]
        self.log_factor = start[1] / self.a
        self.b = self._solved(_sum(start, [-self.log_factor * term for term in log_ratio]))
        self.h = self._solved([s - 2 * r for r, s in zip(log_ratio, _logarithm(slope), strict=True)])
        self.c, self.e = self._tangent(slope, log_ratio, _minus(slope, [arb(0), *slope[:-1]]), one)
        self.maxima = self._maxima()

    def _layer(self) -> tuple[Series, Series]:
        """G(y)/y and G'(y) as power series."""
        ratio: Series = []
        factor = arb(1)
        for n in range(1, _TERMS + 1):
            # odd n: k (-1)^((n - 1)/2) (y/k)^n/n!; even n: (-1)^(n/2 + 1) (y/k)^n/n!
            factor = factor / n
            sign = 1 if n % 4 in (1, 2) else -1
            ratio.append(sign * factor * (1 if n % 2 else 1 / self.k))
            factor = factor / self.k
        return ratio, [(n + 1) * term for n, term in enumerate(ratio)]

    def _solved(self, defect: Series) -> Series:
        """x_j, j = 1 .. ORDER, such that the sum of x_j (y^j - G^j) cancels the defect from y^2 to y^(ORDER + 1)."""
        found: Series = [arb(0)]
        for j in range(1, ORDER + 1):
            value = defect[j + 1] / (j * self.a)
            found.append(value)
            defect = _sum(defect, _shifted(_minus(self._powers[0], self._powers[j]), j, value))
        return found

    def _tangent(self, slope: Series, log_ratio: Series, source: Series, one: Series) -> tuple[Series, Series]:
        """c and e of S, index 0 for y^-1. The power j meets the factor (2 - j) A at y^(j + 1); at j = 2 the logarithm
        has to help. `source` is G' (1 - y)."""
        plain, logarithmic = [-term for term in source], [arb(0)] * _TERMS
        c: Series = []
        e: Series = []
        for j in range(-1, ORDER + 1):
            # G' y^j - G^j and -log(G/y) G^j, each over y^(j + 1)
            kept = [*_minus(slope, self._powers[j])[1:], arb(0)]
            with_log = [*(-term for term in _times(log_ratio, self._powers[j])[1:]), arb(0)]
            place = j + 1
            if j == 2:
                c_j, e_j = arb(0), plain[place] / self.a
            else:
                e_j = arb(0) if j < 2 else -logarithmic[place] / ((2 - j) * self.a)
                c_j = -(plain[place] - e_j * self.a) / ((2 - j) * self.a)
            logarithmic = _sum(logarithmic, _shifted(kept, place, e_j))
            plain = _sum(plain, _sum(_shifted(kept, place, c_j), _shifted(with_log, place, e_j)))
            c.append(c_j)
            e.append(e_j)
        return c, e

    def _maxima(self) -> Maxima:
        """By arcs of the upper half of the circle: the defects are real on the reals."""
        arcs = []
        for i in range(_ARCS):
            angle = arb.pi() * (2 * i + 1) / (2 * _ARCS) + arb(0, arb.pi() / (2 * _ARCS))
            arcs.append(self._defects(self.radius * acb(angle.cos(), angle.sin())))
        return Maxima(*(max(abs(arc[place]).upper() for arc in arcs) for place in range(5)))

    def _defects(self, y: acb) -> tuple[acb, acb, acb, acb, acb]:
        sine, cosine = (y / self.k).sin(), (y / self.k).cos()
        image, slope = self.k * sine + 1 - cosine, cosine + sine / self.k
        ratio = image / y
        if not (ratio.real > 0 and slope.real > 0):
            raise ArithmeticError("a logarithm is not analytic on the arc")
        log_ratio = ratio.log()
        step = 1 / y - 1 / image - self.a
        f = step - self.log_factor * log_ratio
        h = slope.log() - 2 * log_ratio
        s, s_log = -slope * (1 - y), acb(0)
        same, power = 1 / y, 1 / image
        for j in range(-1, ORDER + 1):
            if j > 0:
                f += self.b[j] * (same - power)
                h += self.h[j] * (same - power)
            kept = slope * same - power
            s += self.c[j + 1] * kept - self.e[j + 1] * log_ratio * power
            s_log += self.e[j + 1] * kept
            same, power = same * y, power * image
        return f, h, s, s_log, step

    def coordinate(self, gap: arb) -> arb:
        """The exact Fatou coordinate lim (1/gamma_l - A l + a log gamma_l) of a small gap = gamma_0.

        F and what its defects add up to along the orbit.
        """
        rest, _ = self._orbit(gap)
        return self._f(gap) + arb(0, 1) * (self.maxima.f * rest(ORDER + 2))

    def _f(self, gap: arb) -> arb:
        return 1 / gap + self.log_factor * gap.log() + _value(self.b, gap)

    def _orbit(self, gap: arb) -> tuple[Any, tuple[arb, arb]]:
        """Bounds of sum_j (gamma_j/R)^q over j >= 1, and of the growth of 1/gamma a layer.

        1/gamma grows by g or more a layer, so that with t = gamma_0 the sum is at most R^-q t^(q - 1)/((q - 1) g), the
        integral of (1/t + g x)^-q over x >= 0.
        """
        t = gap.upper()
        if not (gap > 0 and _LOOSEST * t < self.radius):
            raise AccuracyError("The gap is not certainly positive and small: pass more layers one by one first.")
        bend = self.maxima.step * t / self.radius
        g, g_most = (self.a - bend).lower(), (self.a + bend).upper()
        if not g > 0:
            raise AccuracyError("The gap is too large for a jump: pass more layers one by one first.")

        def rest(q: int) -> arb:
            return (t / self.radius) ** (q - 1) / ((q - 1) * g * self.radius)

        return rest, (g, g_most)

    def jump(self, state: Any, layers: int) -> Any:
        """The state after many more layers in one step, from a small gap; see `critical_erf.State`.

        F gives the last gap, H the product P of the slopes, and S - p shrinks by exactly P but for the defects, whose
        later factors are at most 1. Source: derived here.

        >>> from deepcond_sym.arithmetic import precision
        >>> from deepcond_sym.depth.critical_erf import CriticalErf, State
        >>> with precision(bits=100):
        ...     end = CriticalErf.read("0.18").fatou.jump(State(arb("0.01"), arb(300)), 10**6)
        >>> bool(abs(end.tangent - 300 - 10**6 / 3) < 1000)
        True
        """
        gap, tangent = state
        rest, (least, most) = self._orbit(gap)
        t, order = gap.upper(), ORDER + 2
        target = self._f(gap) + layers * self.a + arb(0, 1) * (self.maxima.f * rest(order))
        inverse = (1 / gap + layers * least).union(1 / gap + layers * most)
        for _ in range(200):
            last = 1 / inverse
            closer = inverse.intersection(target - self.log_factor * last.log() - _value(self.b, last))
            if not closer.rad() < inverse.rad():
                break
            inverse = closer
        last = 1 / inverse
        logarithm = 2 * (last / gap).log() + _value(self.h, last) - _value(self.h, gap)
        product = (logarithm + arb(0, 1) * (self.maxima.h * rest(order))).exp()
        # |log y| y <= |log t| t for y <= t < 1/e takes one power of the sum.
        logs = self.maxima.s_log * (t * abs(t.log()) / self.radius) * rest(order - 1)
        if not t < arb("0.36"):
            raise AccuracyError("The gap is too large for a jump: pass more layers one by one first.")
        defects = self.maxima.s * rest(order) + logs
        difference = product * (self._s(gap) - tangent) + arb(0, 1) * defects
        return type(state)(last, self._s(last) - difference)

    def _s(self, gap: arb) -> arb:
        return _value(self.c, gap, -1) + gap.log() * _value(self.e, gap, -1)


def _value(coefficients: Series, gap: arb, first: int = 0) -> arb:
    total = arb(0)
    for coefficient in reversed(coefficients):
        total = total * gap + coefficient
    return total * gap**first
