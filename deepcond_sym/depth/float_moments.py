"""`FloatMoments`: the Gaussian moments of an activation over many variances, in float64 and without a proof."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import sympy as sp

from deepcond_sym.activations import Activation
from deepcond_sym.activations.piece import slope
from deepcond_sym.arithmetic import ball, precision
from deepcond_sym.duals.normalized import NormalizedActivation
from deepcond_sym.symbols import x

_RULE = np.polynomial.legendre.leggauss(16)
_SHORT_RULE = np.polynomial.legendre.leggauss(10)
"""For double integrals, of which a figure asks for hundreds."""
_REACH = 12.0
"""Standard deviations beyond which a Gaussian is left out."""
_FEATURES = np.array([0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0, 13.0, 17.0])
"""Activations change fast near 0 only: panels end here, on both sides."""
_BESIDE = np.array([-8.0, -5.0, -3.0, -2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0, 3.0, 5.0, 8.0])


class FloatMoments:
    """E[sigma(U)^2], E[sigma'(U)^2] and E[(sigma(U) - sigma(V))^2]/2 for U, V ~ N(0, q), by Gauss-Legendre panels.

    The panels end at the breakpoints of the activation. Good to about 1e-12 (double integrals: 1e-8) for activations
    that vary on the scale of 1 near 0, as all of the catalogue do. Nothing is proved: this is for figures and first
    guesses (see `phase`).

    >>> from deepcond_sym.activations import activation
    >>> moments = FloatMoments(activation("relu"))
    >>> [round(float(found), 12) for found in moments.second(np.array([4.0, 10.0]))]
    [2.0, 5.0]
    >>> round(float(moments.slope(np.array([4.0]))[0]), 12)
    0.5

    Source: derived here.
    """

    def __init__(self, source: Activation) -> None:
        shift, scale, base = 0.0, 1.0, source
        if isinstance(source, NormalizedActivation):
            base, (shift, scale) = source.base, source.constants_as_floats()
        with precision(bits=80):
            self.breaks = np.array([float(ball.constant(piece.lower).mid()) for piece in base.pieces[1:]])
        values = _on_pieces(self.breaks, [piece.expr for piece in base.pieces])
        slopes = _on_pieces(self.breaks, [slope(piece.expr) for piece in base.pieces])
        self.jumps = bool(base.jumps)
        self._half = base.parity is not None
        self.value: Callable[[Any], Any] = lambda points: (values(points) - shift) / scale
        self.derivative: Callable[[Any], Any] = lambda points: slopes(points) / scale
        self._ends = np.concatenate([-_FEATURES[::-1], [0.0], _FEATURES, self.breaks])

    def second(self, variances: Sequence[float] | np.ndarray) -> np.ndarray:
        """E[sigma(U)^2] at each variance q > 0."""
        return np.array([self._mean_square(self.value, np.sqrt(q)) for q in variances])

    def slope(self, variances: Sequence[float] | np.ndarray) -> np.ndarray:
        """E[sigma'(U)^2] at each variance q > 0; infinite for an activation with a jump."""
        if self.jumps:
            return np.full(len(variances), np.inf)
        return np.array([self._mean_square(self.derivative, np.sqrt(q)) for q in variances])

    def drop(self, variance: float, angle: float) -> float:
        """E[(sigma(U) - sigma(V))^2]/2 for U, V of this variance at correlation cos(angle), 0 < angle <= pi/2.

        U and V are a common Gaussian plus one of their own each: what is asked for is the mean over the common one of
        the variance given it, which has no cancellation where the angle is small.
        """
        own = np.sqrt(2 * variance) * np.sin(angle / 2)
        common = np.sqrt(variance * np.cos(angle)) if angle < np.pi / 2 else 0.0
        if common < 1e-7 * own:
            middle, outer = np.array([0.0]), np.array([1.0])
        else:
            beside = (self.breaks[:, None] + own * _BESIDE).ravel()
            middle, outer = self._nodes(np.array([0.0]), common, np.concatenate([self._ends, beside]), _SHORT_RULE)
            middle, outer = middle[0], outer[0]
            if self._half:
                kept = middle > 0
                middle, outer = middle[kept], 2 * outer[kept]
        few = self.breaks if 8 * own < 1.5 else self._ends
        points, inner = self._nodes(middle, own, few, _SHORT_RULE)
        values = self.value(points)
        average = (inner * values).sum(axis=1)
        return float(outer @ (inner * (values - average[:, None]) ** 2).sum(axis=1))

    def _mean_square(self, function: Callable[[Any], Any], deviation: float) -> float:
        points, weights = self._nodes(np.array([0.0]), deviation, self._ends, _RULE)
        with np.errstate(over="ignore", invalid="ignore"):
            return float((weights * function(points) ** 2).sum())

    @staticmethod
    def _nodes(
        centres: np.ndarray, deviation: float, ends: np.ndarray, rule: tuple[np.ndarray, np.ndarray]
    ) -> tuple[np.ndarray, np.ndarray]:
        """Nodes and weights for N(centre, deviation^2), a row for each centre, with panels that stop at the ends."""
        own = np.broadcast_to(deviation * np.linspace(-_REACH, _REACH, 11), (len(centres), 11))
        near = np.clip(ends[None, :] - centres[:, None], -_REACH * deviation, _REACH * deviation)
        cuts = np.sort(np.concatenate([own, near], axis=1), axis=1)
        used = (np.diff(cuts, axis=1) > 0).any(axis=0)
        half = np.diff(cuts, axis=1)[:, used, None] / 2
        middle = (cuts[:, 1:] + cuts[:, :-1])[:, used, None] / 2
        steps = middle + half * rule[0]
        density = np.exp(-((steps / deviation) ** 2) / 2) / (np.sqrt(2 * np.pi) * deviation)
        shape = (len(centres), -1)
        return (centres[:, None, None] + steps).reshape(shape), (half * rule[1] * density).reshape(shape)


def _on_pieces(breaks: np.ndarray, formulas: list[sp.Expr]) -> Callable[[np.ndarray], np.ndarray]:
    """A function of arrays that is each formula on its piece."""
    # absolute accuracy will do, so that this need not take the slow way of `lower` where a value is next to 0
    parts = [sp.lambdify(x, formula, ["scipy", "numpy"]) for formula in formulas]
    def value(points: np.ndarray) -> np.ndarray:
        places = np.searchsorted(breaks, points)
        result = np.empty_like(points)
        for index, part in enumerate(parts):
            here = places == index
            if here.any():
                with np.errstate(over="ignore"):
                    result[here] = part(points[here])
        return result

    return value
