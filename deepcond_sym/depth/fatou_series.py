r"""`SmoothCritical`: any smooth network on its critical line, near gap 0, by Taylor's formula with a remainder.

The layer takes the gap gamma = 1 - c to gamma' = gamma w(gamma), and for 0 <= gamma <= 1, since all derivatives of f
are non-negative and increasing on [0, 1],

    w = sum_{k < N} (-1)^k f^(k + 1)(1)/(k + 1)! gamma^k + (-1)^N r gamma^N,   0 <= r <= f^(N + 1)(1)/(N + 1)!,

with f'(1) = 1. The function F(gamma) = 1/gamma + a log gamma + sum_k b_k gamma^k, k = 1 .. N - 3, whose coefficients
are solved for, has F(gamma') = F(gamma) + A + rho gamma^(N - 1), A = f''(1)/2, with rho enclosed for 0 <= gamma <= t;
and 1/gamma' - 1/gamma >= g there, so that the defects of an orbit from t on add up to at most
|rho| (t^(N - 1) + t^(N - 2)/((N - 2) g)). Everything is computed with polynomials of degree N - 1 and a last
coefficient, of gamma^N, that is a ball around a function of gamma.

Source: derived here; for erf `fatou_erf` goes further.
"""

from __future__ import annotations

from functools import lru_cache

import sympy as sp
from flint import arb

from deepcond_sym.activations import Activation
from deepcond_sym.arithmetic import ball, hull, precision, working_bits
from deepcond_sym.duals import second_moment_ball
from deepcond_sym.errors import AccuracyError, InputError

from .correlation_map import BallMap
from .critical_line import critical_line
from .variance_dual import variance_dual
from .variance_map import rational_value

ORDER = 10
"""N."""
_MOST_LAYERS = 200_000

Model = list[arb]


class SmoothCritical:
    """The critical network of a smooth activation with this bias variance, at the working precision of its creation.

    `InputError` where there is none, or several, or where one of the first ten derivatives of the activation jumps.

    >>> from deepcond_sym.activations import activation
    >>> with precision(bits=100):
    ...     network = SmoothCritical(activation("erf"), sp.Rational(1, 20))
    >>> network.a.str(12, radius=False)
    '0.174322182645'
    """

    def __init__(self, source: Activation, bias: sp.Expr) -> None:
        self.activation, bits = source, working_bits()
        point = critical_line(source, bias, bits=bits)
        q = self.q = point.q_star
        if not q > 0:
            raise InputError("The fixed variance q* is 0 at the critical point: give a positive bias_variance.")
        low, high = (rational_value(end) for end in (q.lower(), q.upper()))
        self.gain = point.weight_variance / q
        self.layer = BallMap(variance_dual(source, low), variance_dual(source, high), self.gain)
        self.taylor = [arb(1), *(self.gain * slope for slope in self._derivatives(low, high))]
        self.a = self.taylor[1] / 2

    def _derivatives(self, low: sp.Rational, high: sp.Rational) -> list[arb]:
        """D^(k)(1) = q^k E[sigma^(k)(sqrt(q) X)^2] for k = 2 .. N + 1.

        sqrt(q) E[h(sqrt(q) X)] does not decrease with q for h >= 0, see `BallMap`.
        """
        found: list[tuple[arb, arb]] = []
        ends = [self.activation.at_variance(end) for end in (low, high)]
        for k in range(1, ORDER + 2):
            ends = [end.derivative() for end in ends]
            if k <= ORDER and any(end.jumps for end in ends):
                raise InputError(f"A derivative of {self.activation.name} jumps: give a smooth activation.")
            found.append(tuple(second_moment_ball(end) for end in ends))  # pyright: ignore[reportArgumentType]
        sides = [ball.constant(end) for end in (low, high)]
        return [
            hull(*(m * (self.q / side) ** k * (side / self.q).sqrt() for m, side in zip(pair, sides, strict=True)))
            for k, pair in enumerate(found, 1)
        ][1:]

    def approach(self, gap: arb, small: arb, layers: int = 0) -> tuple[arb, int]:
        """The gap when it is below `small`, and the number of layers, counted on from `layers`."""
        while not gap < small:
            if layers >= _MOST_LAYERS or not gap.is_finite():
                raise AccuracyError("The gap did not become small: ask for fewer bits, or give a larger bias_variance.")
            gap, layers = self.layer.step(1 - gap, gap)[1], layers + 1
        return gap, layers

    def coordinate(self, gap: arb) -> arb:
        """lim 1/gamma_l - A l + a log gamma_l from gamma_0 = gap, without the digits that a large gap costs."""
        if not gap > 0:
            return arb("nan")
        t = gap.upper()
        a, b, rho, least = self._fatou(t)
        if not least > 0:
            return arb("nan")
        power = ORDER - 1
        defects = abs(rho).upper() * (t**power + t ** (power - 1) / ((power - 1) * least))
        series = sum((value * gap**k for k, value in enumerate(b, 1)), arb(0))
        return 1 / gap + a * gap.log() + series + arb(0, 1) * defects

    @property
    def log_factor(self) -> arb:
        """a = kappa' A: F has the term a log gamma."""
        return self._fatou(arb(2) ** -20)[0]

    def _fatou(self, t: arb) -> tuple[arb, list[arb], arb, arb]:
        """a, the b_k, rho, and the least growth of 1/gamma, for gaps up to t."""
        reach = arb(0).union(t)
        w, factorial = [], 1
        for k, slope in enumerate(self.taylor):
            factorial *= k + 1
            term = (-1) ** k * slope / factorial
            w.append(term if k < ORDER else term.union(arb(0)))
        x = [arb(0), *(-term for term in w[1:])]
        inverse, logarithm = _geometric(x, reach)
        step = _shorter([*inverse[1:], arb(0)], arb(0))
        powers = [[arb(1)] + [arb(0)] * ORDER]
        for _ in range(ORDER - 3):
            powers.append(_times(powers[-1], w, reach))
        logarithm = _shorter(logarithm, reach)
        a = step[1] / self.a
        defect = [one + a * other for one, other in zip(step, logarithm, strict=True)]
        b = []
        for k in range(1, ORDER - 2):
            value = defect[k + 1] / (k * self.a)
            b.append(value)
            moved = [power - same for power, same in zip(powers[k], powers[0], strict=True)]
            shifted = [arb(0)] * k + [value * term for term in moved]
            shifted = [*shifted[: ORDER - 1], _value(shifted[ORDER - 1 :], reach)]
            defect = [one + other for one, other in zip(defect, shifted, strict=True)]
        return a, b, defect[-1], _value(step, reach).lower()


def _times(first: Model, second: Model, reach: arb) -> Model:
    product = [arb(0)] * (len(first) + len(second) - 1)
    for i, one in enumerate(first):
        for j, other in enumerate(second):
            product[i + j] += one * other
    return [*product[:ORDER], _value(product[ORDER:], reach)]


def _geometric(x: Model, reach: arb) -> tuple[Model, Model]:
    """1/(1 - x) and log(1 - x) for a model without constant term."""
    largest = abs(_value(x, reach)).upper()
    if not largest < 1:
        raise AccuracyError("The gap is too large for Taylor's formula: pass more layers one by one first.")
    power = [arb(1)] + [arb(0)] * ORDER
    inverse, logarithm = list(power), [arb(0)] * (ORDER + 1)
    for j in range(1, ORDER):
        power = _times(power, x, reach)
        inverse = [one + other for one, other in zip(inverse, power, strict=True)]
        logarithm = [one - other / j for one, other in zip(logarithm, power, strict=True)]
    # x^N/(1 - x), and the rest of the logarithm: at most |x|^N/(N (1 - |x|))
    rest = abs(_times(power, x, reach)[-1]) / (1 - largest)
    inverse[-1] += arb(0, 1) * rest
    logarithm[-1] += arb(0, 1) * rest / ORDER
    return inverse, logarithm


def _shorter(model: Model, reach: arb) -> Model:
    """The same up to gamma^(N - 1)."""
    return [*model[: ORDER - 1], model[ORDER - 1] + model[ORDER] * reach]


def _value(model: Model, gap: arb) -> arb:
    total = arb(0)
    for coefficient in reversed(model):
        total = total * gap + coefficient
    return total


@lru_cache(maxsize=32)
def smooth_critical(source: Activation, bias: sp.Expr, bits: int) -> SmoothCritical:
    """One for an activation, a bias variance and a precision, so that its constants are found once.

    >>> from deepcond_sym.activations import activation
    >>> smooth_critical(activation("erf"), sp.Rational(1, 20), 64).log_factor.str(8, radius=False)
    '-0.50765552'
    """
    with precision(bits=bits):
        return SmoothCritical(source, bias)
