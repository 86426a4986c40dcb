"""`WavePairs`: the layers of a network with sine, cosine or exponential activation, by closed forms."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import sympy as sp

from deepcond_sym.activations import Activation
from deepcond_sym.arithmetic import ball, precision
from deepcond_sym.errors import AccuracyError
from deepcond_sym.symbols import x

from .close_variances import close_variances

_MOST = 300.0


class WavePairs:
    """sigma = g + A cos(k x) + B sin(k x), or the same with cosh and sinh: what a layer does, at any variance.

    Let s = k^2 sqrt(q p) and E = exp(-k^2 (sqrt(q) - sqrt(p))^2/2), or exp(k^2 (sqrt(q) + sqrt(p))^2/2) for cosh, sinh:
    E[sigma sigma] without g is E ((A^2 + B^2) exp(-s u) + (A^2 - B^2) exp(-s (2 - u)))/2 at correlation 1 - u.

    >>> from deepcond_sym.activations import activation
    >>> moment, ratio = WavePairs(*read_wave(activation("sin"))).moments(np.array([0.0]))
    >>> bool(abs(np.exp(moment[0]) - np.sinh(1) / np.e) < 1e-15), bool(abs(ratio[0] - 1 / np.tanh(1)) < 1e-15)
    (True, True)

    Source: textbook (the moment generating function of a Gaussian).
    """

    way = "closed forms"
    measured = 0.0

    def __init__(self, rate: float, growing: bool, level: float, even: float, odd: float) -> None:
        self.square, self.growing, self.level = rate**2, growing, level
        self.even, self.odd = even**2, odd**2
        self.parity = "even" if odd == 0 else "odd" if even == 0 and level == 0 else None
        self.cross = level * even

    def mean(self, q: np.ndarray) -> np.ndarray:
        """E[cos(k sqrt(q) X)]."""
        return np.exp(self.square * q / 2 * (1 if self.growing else -1))

    def moments(self, t: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """log E[sigma(sqrt(q) X)^2], and q E[sigma'(sqrt(q) X)^2] over that mean."""
        second, slope, _ = self.means(t)
        return np.log(second), slope / second

    def means(self, t: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """E[sigma^2], q E[sigma'^2] and the metric of `close_variances`."""
        q = np.exp(t)
        s = self.square * q
        if self.growing and s.max() > _MOST:
            raise AccuracyError(
                f"exp leaves the range of float64 at variance {q.max():.3g}: divide the rows of the data, or normalise "
                "them (unit_rows)."
            )
        scale = np.exp(2 * s) if self.growing else np.ones_like(s)
        lost, kept, fading = -np.expm1(-2 * s), 1 + np.exp(-2 * s), np.exp(-2 * s)
        second = self.level**2 + 2 * self.cross * self.mean(q) + scale * (self.even * kept + self.odd * lost) / 2
        slope = s * scale * (self.even * lost + self.odd * kept) / 2
        sign = 1.0 if self.growing else -1.0
        # d/dt of the first, and E[(sqrt(q) z sigma')^2]; at small s they rest on the same differences as the slope.
        if self.growing:
            change = s * (sign * self.cross * self.mean(q) + scale * (self.even + self.odd))
            bent = (1 + 4 * s) * scale
            stretched = s * (self.even * (bent - 1) + self.odd * (bent + 1)) / 2
        else:
            change = s * (sign * self.cross * self.mean(q) - (self.even - self.odd) * fading)
            bent = (1 - 4 * s) * fading
            stretched = s * (self.even * (1 - bent) + self.odd * (1 + bent)) / 2
        metric = stretched / second / 4 - (change / second / 2) ** 2
        return second, slope, np.maximum(metric, 0.0)

    def layers(self, variances: Sequence[np.ndarray]) -> list[WaveLayer]:
        """One layer for each array of log variances of its inputs."""
        return [WaveLayer(self, t) for t in variances]


class WaveLayer:
    """One layer; see `AngleLayer`.

    >>> layer = WaveLayer(WavePairs(1.0, False, 0.0, 0.0, 1.0), np.zeros(1))
    >>> _, _, tangent = layer.block(np.array([0]), np.array([0]), np.zeros(1), np.ones(1), True)
    >>> bool(abs(tangent[0] - 1 / np.cosh(1)) < 1e-15)
    True
    """

    def __init__(self, pairs: WavePairs, t: np.ndarray) -> None:
        self._pairs, self._t = pairs, t
        self._second, self._slope, self._metric = pairs.means(t)

    def block(
        self, first: np.ndarray, second: np.ndarray, c: np.ndarray, w: np.ndarray, slopes: bool
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
        """Mismatch, fall and tangent, as in `AngleLayer.block`."""
        p = self._pairs
        u = w if p.parity is not None else np.where(c < 0, 2 - w, w)
        v = 2 - w if p.parity is not None else np.where(c < 0, w, 2 - w)
        t, o = self._t[first], self._t[second]
        a, b = np.exp(t / 2), np.exp(o / 2)
        s = p.square * a * b
        scale = np.exp(p.square * (a + b) ** 2 / 2 if p.growing else -p.square * (a - b) ** 2 / 2)
        full = p.level**2 + p.cross * (p.mean(a * a) + p.mean(b * b))
        full = full + scale * (p.even * (1 + np.exp(-2 * s)) - p.odd * np.expm1(-2 * s)) / 2
        direct = 1 - full / np.sqrt(self._second[first] * self._second[second])
        mismatch = close_variances(direct, t, o, (self._metric[first], self._metric[second]))
        roots = np.sqrt(self._slope[first] * self._slope[second])
        near, far = np.exp(-s * u), np.exp(-s * v)
        fall = scale * np.expm1(-s * u) * (p.even * np.expm1(-s * v) - p.odd * (1 + far)) / (2 * roots)
        if not slopes:
            return mismatch, fall, None
        # exp(-s u) - exp(-s v), v - u = 2 c (2 |c| where the sign is folded away).
        drop = -np.sign(v - u) * np.maximum(near, far) * np.expm1(-s * np.abs(v - u))
        tangent = s * scale * (p.even * drop + p.odd * (near + far)) / (2 * roots)
        return mismatch, fall, tangent


def read_wave(source: Activation) -> tuple[float, bool, float, float, float] | None:
    """(k, growing, g, A, B) of a sum g + A cos(k x) + B sin(k x) or its hyperbolic kind, None for what is none.

    >>> from deepcond_sym.activations import activation
    >>> read_wave(activation("2*cos(3*x) + 1")), read_wave(activation("tanh"))
    ((3.0, False, 1.0, 2.0, 0.0), None)
    """
    if len(source.pieces) != 1 or source.expr.free_symbols != {x}:
        return None
    terms: dict[sp.Expr, sp.Expr] = {}
    for term in sp.Add.make_args(sp.expand(source.expr.rewrite(sp.exp))):
        factor, wave = term.as_independent(x, as_Add=False)
        exponent = sp.log(wave) if wave == 1 else wave.args[0] if isinstance(wave, sp.exp) else None
        rate = None if exponent is None else sp.expand(exponent / x) if exponent != 0 else sp.S.Zero
        if rate is None or rate.has(x):
            return None
        terms[rate] = terms.get(rate, sp.S.Zero) + factor
    level = terms.pop(sp.S.Zero, sp.S.Zero)
    rates = sorted(terms, key=str)
    if not 1 <= len(rates) <= 2 or (len(rates) == 2 and sp.expand(rates[0] + rates[1]) != 0):
        return None
    real, imaginary = rates[0].as_real_imag()
    if real != 0 and imaginary != 0:
        return None
    growing = imaginary == 0
    rate = real if growing else imaginary
    up, down = terms[rates[0]], terms.get(-rates[0], sp.S.Zero)
    if _number(rate) < 0:
        rate, up, down = -rate, down, up
    even, odd = up + down, (up - down) * (1 if growing else sp.I)
    return (
        _number(rate), growing, _number(level), _number(sp.expand(even, complex=True)),
        _number(sp.expand(odd, complex=True)),
    )  # fmt: skip


def _number(constant: sp.Expr) -> float:
    with precision(bits=80):
        value = sp.re(constant)
        return 0.0 if value == 0 else float(ball.constant(value).mid())
