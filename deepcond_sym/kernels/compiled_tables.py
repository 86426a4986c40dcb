"""`Tables`: what is stored of a compiled network, arrays of doubles and floats only."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

OCTAVES = 64
"""The tables reach down to 1 - |rho| = 2^-64."""


@dataclass(frozen=True)
class Tables:
    """Coefficients of W = 1 - K/K(1) and of the tangent kernel over its diagonal, [sign, piece, power].

    Piece 32 i + k is the k-th piece of the octave [2^(i-64), 2^(i-63)]; piece 2048 stands for s = 1, 2049 for s = 0.
    `kernel_error`, `relative_error` (of W, where rho > 0) and `tangent_error` are proved, rounding included.

    `slope` and `tangent_slope` are the derivatives in rho of both kernels over their values at rho = 1, None where they
    were not asked for or are infinite there; their errors are relative to these values, of which the logarithm and the
    double (1 where that is out of range) are stored.

    >>> empty = np.zeros((2, 2050, 8))
    >>> Tables(empty, None, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 1.0, None).slope is None
    True
    """

    w: np.ndarray
    tangent: np.ndarray | None
    kernel_error: float
    relative_error: float
    tangent_error: float
    log_variance: float
    variance: float
    log_diagonal: float
    diagonal: float
    mirror: str | None
    slope: np.ndarray | None = None
    slope_error: float = 0.0
    log_slope: float = 0.0
    slope_at_one: float = 1.0
    tangent_slope: np.ndarray | None = None
    tangent_slope_error: float = 0.0
    log_tangent_slope: float = 0.0
    tangent_slope_at_one: float = 1.0
