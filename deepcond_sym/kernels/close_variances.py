"""`close_variances`: 1 - correlation of one function at two variances, where these nearly agree."""

from __future__ import annotations

import numpy as np

_CLOSE = 1e-5


def close_variances(
    direct: np.ndarray, t: np.ndarray, s: np.ndarray, metric: tuple[np.ndarray, np.ndarray]
) -> np.ndarray:
    """`direct` with the entries of |t - s| < 1e-5 replaced by the quadratic form of the log variances t, s.

    `metric` is g at t and at s, g = |a'|^2 - (a.a')^2/|a|^2 over |a|^2 for the curve a(t) = sigma(exp(t/2) .) of
    functions: 1 - correlation = g (t - s)^2/2 (1 + O(t - s)), and exactly 0 where t = s.

    >>> close_variances(np.zeros(2), np.zeros(2), np.array([0.0, 2.0**-20]), (np.ones(2), np.ones(2))) * 2.0**41
    array([0., 1.])

    Source: derived here.
    """
    step = t - s
    near = np.abs(step) < _CLOSE
    if near.any():
        direct = np.where(near, (metric[0] + metric[1]) * step**2 / 4, direct)
    return np.maximum(direct, 0.0)
