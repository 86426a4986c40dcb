"""`phase_grid`: q*, c*, chi_1 and the depth scales over a grid of variances, in float64, for phase diagrams."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import sympy as sp

from deepcond_sym.activations import Activation, activation
from deepcond_sym.errors import InputError

from .float_moments import FloatMoments

_UP, _DOWN, _RATIO = 62, 180, 1.25**0.5
_COEFFICIENTS = 24
_CLOSE = 1e-12
_REACHED = 1e-3
"""Fixed variances that differ by less are the same one: near the end of the line the recursion hardly moves."""


@dataclass(frozen=True)
class PhaseGrid:
    """Arrays with a row for each bias variance and a column for each weight variance; see `phase_grid`.

    `q_star` is inf where the variance has no fixed point to run into; there the other constants are nan. `critical` has
    points (weight variance, bias variance) of the critical line, in the order in which it runs, as far as its fixed
    variance is the one that the recursion from q_0 = 1 runs into; no row for an activation with a jump, and (weight
    variance, 0) for a homogeneous one.
    """

    weight_variances: np.ndarray
    bias_variances: np.ndarray
    q_star: np.ndarray
    c_star: np.ndarray
    chi_1: np.ndarray
    chi_c_star: np.ndarray
    critical: np.ndarray

    @property
    def xi_c_star(self) -> np.ndarray:
        """-1/log chi_c*: so many layers divide the distance of a correlation from c* by e."""
        return _scale(self.chi_c_star)

    @property
    def xi_1(self) -> np.ndarray:
        """-1/log chi_1 where the phase is ordered, nan elsewhere."""
        return np.where(self.chi_1 < 1, _scale(self.chi_1), np.nan)

    @property
    def xi_star(self) -> np.ndarray:
        """-1/(log chi_c* - log chi_1) where the phase is chaotic, nan elsewhere."""
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = self.chi_c_star / self.chi_1
        return np.where(self.chi_1 > 1, _scale(ratio), np.nan)


def phase_grid(
    source: Activation | str | sp.Expr,
    weight_variances: Sequence[float] | np.ndarray,
    bias_variances: Sequence[float] | np.ndarray,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> PhaseGrid:
    """The constants of `phase` for every pair of these variances, in float64, without a proof.

    Gaussian moments are tabulated over q and over the angle and interpolated; what comes out agrees with `phase` to
    about 1e-6, less next to the critical line, where c* and chi_c* are close to 1. `progress` is told how many of the
    rows of the larger table are done, and how many there are. Fixed variances beyond 1,000 count as infinite. Raises
    `InputError` for a constant activation and for variances that are negative, not finite, or not in one row.

    >>> grid = phase_grid("erf", [1.25, 1.5], [0.05])
    >>> grid.q_star.round(6).tolist(), grid.c_star.round(6).tolist()
    ([[0.435166, 0.601753]], [[1.0, 0.82053]])
    >>> grid.xi_1.round(4).tolist(), grid.xi_star.round(4).tolist()
    ([[25.386, nan]], [[nan, 15.3768]])

    Source: the maps of xiao2020; computed as derived here.
    """
    weights, biases = _variances(weight_variances, "weight"), _variances(bias_variances, "bias")
    chosen = activation(source)
    if chosen.is_constant:
        raise InputError("A constant activation forgets its input: it has no phase.")
    tables = _Tables(chosen)
    weight, bias = np.broadcast_arrays(weights[None, :], biases[:, None])
    q = tables.fixed_variances(weight, bias)
    known = np.isfinite(q)
    chi = np.full(q.shape, np.nan)
    chi[known] = weight[known] * tables.slope(q[known])
    c, chi_c = np.where(known, 1.0, np.nan), chi.copy()
    chaotic = known & (chi > 1)
    if chaotic.any():
        c[chaotic], chi_c[chaotic] = tables.below_one(q[chaotic], weight[chaotic], progress)
    return PhaseGrid(weights, biases, q, c, chi, chi_c, tables.critical())


class _Tables:
    """E[sigma^2] and E[sigma'^2] over log q, and E[(sigma(U) - sigma(V))^2]/2 over log q and the angle."""

    def __init__(self, source: Activation) -> None:
        self.moments = FloatMoments(source)
        self.is_linear = source.homogeneity == 1
        self.logs = np.log(_RATIO) * np.arange(-_DOWN, _UP + 1)
        nodes = np.exp(self.logs)
        self.seconds = self.moments.second(nodes)
        self._log_second = _spline(self.logs, np.log(self.seconds))
        self._log_slope = None if self.moments.jumps else _spline(self.logs, np.log(self.moments.slope(nodes)))

    def second(self, q: np.ndarray) -> np.ndarray:
        return np.exp(self._log_second(np.log(q)))

    def slope(self, q: np.ndarray) -> np.ndarray:
        """E[sigma'^2]; a variance of 0 stands for its limit."""
        if self._log_slope is None:
            return np.full(q.shape, np.inf)
        return np.exp(self._log_slope(np.log(np.maximum(q, np.exp(self.logs[0])))))

    def fixed_variances(self, weight: np.ndarray, bias: np.ndarray) -> np.ndarray:
        """The fixed point that lies nearest to 1 in the direction of Q(1); inf if there is none, 0 if it is that."""
        if self.is_linear:
            growth = weight * float(self.seconds[_DOWN])
            with np.errstate(divide="ignore", invalid="ignore"):
                q = np.where(growth < 1 - _CLOSE, bias / (1 - growth), np.inf)
            return np.where((abs(growth - 1) <= _CLOSE) & (bias == 0), 1.0, q)
        start = weight * self.seconds[_DOWN] + bias - 1
        place = np.full(weight.shape, -1)
        for k in (*range(_DOWN + 1, _DOWN + _UP + 1), *range(_DOWN - 1, -1, -1)):
            excess = weight * self.seconds[k] + bias - np.exp(self.logs[k])
            found = (start > 0) & (excess < 0) if k > _DOWN else (start <= 0) & (excess > 0)
            place[found & (place < 0)] = k - 1 if k > _DOWN else k
        q = np.where(start > 0, np.inf, 0.0)
        inside = place >= 0
        root = _bisected(
            lambda log: weight[inside] * self.second(np.exp(log)) + bias[inside] - np.exp(log),
            self.logs[place[inside]],
            self.logs[place[inside] + 1],
        )
        q[inside] = np.exp(root)
        return np.where(abs(start) <= _CLOSE, 1.0, q)

    def critical(self) -> np.ndarray:
        """Points of the critical line: weight_variance = 1/E[sigma'^2] and bias_variance = q - weight_variance
        E[sigma^2] for the fixed variances q of the table that are reached."""
        if self.moments.jumps:
            return np.empty((0, 2))
        if self.is_linear:
            return np.array([[1 / float(self.slope(np.array([1.0]))[0]), 0.0]])
        q = np.exp(np.linspace(self.logs[0], self.logs[-1], 3 * len(self.logs)))
        weight = 1 / self.slope(q)
        bias = q - weight * self.second(q)
        bias = np.where(abs(bias) < _CLOSE * q, 0.0, bias)
        kept = bias >= 0
        reached = self.fixed_variances(weight[kept], bias[kept])
        return np.column_stack([weight[kept], bias[kept]])[abs(reached / q[kept] - 1) < _REACHED]

    def below_one(
        self, q: np.ndarray, weight: np.ndarray, progress: Callable[[int, int], None]
    ) -> tuple[np.ndarray, np.ndarray]:
        """c* and chi_c* where the phase is chaotic.

        With s = sin(angle/2) the drop D(1) - D(cos angle) is P s^2, or P s for an activation with a jump, and P is
        smooth: a Chebyshev series in the angle whose coefficients are interpolated over log q. c* is the angle at which
        weight_variance * drop = q (1 - c) = 2 q s^2.
        """
        power = 1 if self.moments.jumps else 2
        series = self._drop_series(q, power, progress)
        slopes = np.polynomial.chebyshev.chebder(series) * 4 / np.pi

        def excess(angle: np.ndarray) -> np.ndarray:
            return weight * _series(series, angle) * np.sin(angle / 2) ** (power - 2) - 2 * q

        angle = _bisected(excess, np.full(q.shape, 1e-9), np.full(q.shape, np.pi / 2))
        s = np.sin(angle / 2)
        rise = _series(slopes, angle) * s ** (power - 1) / (2 * np.cos(angle / 2))
        slope = rise + power * _series(series, angle) * s ** (power - 2) / 4
        return np.where(angle > np.pi / 2 - 1e-9, 0.0, np.cos(angle)), weight * slope / q

    def _drop_series(self, q: np.ndarray, power: int, progress: Callable[[int, int], None]) -> np.ndarray:
        logs = np.log(q)
        low, high = logs.min(), logs.max()
        if self.is_linear:
            low = high = 0.0
        rows = np.linspace(low, high, max(1, 8 + int(5 * (high - low)))) if high - low > 1e-9 else np.array([low])
        angles = np.pi / 4 * (1 + np.cos(np.pi * (np.arange(_COEFFICIENTS) + 0.5) / _COEFFICIENTS))
        table = []
        for done, row in enumerate(rows):
            drops = np.array([self.moments.drop(np.exp(row), angle) for angle in angles])
            values = drops / np.sin(angles / 2) ** power
            table.append(np.polynomial.chebyshev.chebfit(4 / np.pi * angles - 1, values, _COEFFICIENTS - 1))
            progress(done + 1, len(rows))
        if self.is_linear:
            return table[0][:, None] * q
        if len(rows) == 1:
            return table[0][:, None] * np.ones(q.shape)
        return _spline(rows, np.array(table))(logs).T


def _series(coefficients: np.ndarray, angle: np.ndarray) -> np.ndarray:
    return np.polynomial.chebyshev.chebval(4 / np.pi * angle - 1, coefficients, tensor=False)


def _spline(points: np.ndarray, values: np.ndarray) -> Any:
    from scipy.interpolate import make_interp_spline

    return make_interp_spline(points, values, k=min(5, len(points) - 1))


def _bisected(function: Callable[[np.ndarray], np.ndarray], low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Roots of a function that is positive at `low` and not at `high`, all at once."""
    for _ in range(52):
        middle = (low + high) / 2
        positive = function(middle) > 0
        low, high = np.where(positive, middle, low), np.where(positive, high, middle)
    return (low + high) / 2


def _scale(factor: np.ndarray) -> np.ndarray:
    """-1/log of a factor below 1; infinite at 1, 0 at 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(factor >= 1, np.inf, -1 / np.log(factor)) + 0 * factor


def _variances(values: Any, name: str) -> np.ndarray:
    array = np.asarray(values, dtype=float)
    if array.ndim != 1 or not array.size or not np.isfinite(array).all() or (array < 0).any():
        raise InputError(f"The {name} variances are a row of finite numbers, none of them negative.")
    return array
