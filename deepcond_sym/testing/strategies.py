"""Hypothesis strategies that aim where kernels break: cosines beside -1, 0 and 1, points that coincide."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st

from deepcond_sym.activations import Activation, activation, catalog
from deepcond_sym.errors import InputError

_DIGITS = {np.dtype(np.float32): 24, np.dtype(np.float64): 53}


def activations(*, tangent_kernel: bool = False) -> st.SearchStrategy[Activation]:
    """The catalogued activations that need no parameters; with `tangent_kernel` only those that have one (no jumps).

    >>> from hypothesis import find
    >>> find(activations(tangent_kernel=True), lambda sigma: bool(sigma.kinks)).jumps
    ()
    """
    names = [name for name, entry in catalog().items() if not entry.needs_parameters]
    if tangent_kernel:
        names = [name for name in names if not activation(name).jumps]
    return st.sampled_from(names).map(activation)


def correlations(dtype: Any = np.float64) -> st.SearchStrategy[float]:
    """Cosines in [-1, 1] that are numbers of `dtype`: -1, 0, 1, one ulp beside them, at every distance 2^-k from them.

    >>> from hypothesis import find
    >>> find(correlations(), lambda rho: 1 - 1e-12 < rho < 1)
    0.9999999999999999
    """
    digits = _digits(dtype)
    kind = np.dtype(dtype).type
    beside = [np.nextafter(kind(end), kind(0)) for end in (1, -1)]
    tiny = np.finfo(dtype).smallest_normal
    special = [0.0, 1.0, -1.0, *map(float, beside), float(tiny), -float(tiny)]
    steps = st.integers(1, digits).map(lambda k: 2.0**-k)
    return st.one_of(
        st.sampled_from(special),
        st.floats(-1, 1, width=32 if digits == 24 else 64),
        steps.map(lambda step: 1 - step),
        steps.map(lambda step: step - 1),
        steps,
        steps.map(lambda step: -step),
    )


def variances(dtype: Any = np.float64) -> st.SearchStrategy[float]:
    """Variances of weights and biases, or of pre-activations: 1, 0, tiny, huge, and all between, numbers of `dtype`.

    >>> from hypothesis import find
    >>> find(variances(), lambda q: 0 < q < 1e-100) > 0
    True
    """
    limits = np.finfo(dtype)
    digits = _digits(dtype)
    exponents = st.integers(limits.minexp // 2, limits.maxexp // 2)
    return st.one_of(
        st.sampled_from([1.0, 0.0, 2.0, 0.5, float(limits.smallest_normal), 2.0 ** (limits.maxexp - 1)]),
        st.floats(0, 4, width=32 if digits == 24 else 64, allow_subnormal=False),
        exponents.map(lambda exponent: 2.0**exponent),
    )


def depths(largest: int = 10_000) -> st.SearchStrategy[int]:
    """Numbers of layers from 0 to `largest`, mostly few, sometimes as many as may be.

    >>> from hypothesis import find
    >>> find(depths(), lambda depth: depth > 5)
    10
    """
    if largest < 0:
        raise InputError(f"The largest depth is at least 0, not {largest}.")
    usual = [depth for depth in (1, 2, 3, 0, 10, 100, 1000, 10_000) if depth <= largest]
    return st.one_of(st.sampled_from([*usual, largest]), st.integers(0, min(largest, 20)))


@st.composite
def unit_vectors(
    draw: st.DrawFn, count: int | None = None, dimension: int | None = None, dtype: Any = np.float64
) -> np.ndarray:
    """Rows of norm 1 (up to rounding), shape (count, dimension); 2 to 6 of them in 2 to 5 dimensions by default.

    Some are copies of the row before, or its negative, or lie so close to one of them that the float product has
    lost the difference.

    >>> from hypothesis import find
    >>> find(unit_vectors(2, 2), lambda rows: (rows[0] == -rows[1]).all()).tolist()
    [[1.0, 0.0], [-1.0, 0.0]]
    """
    _digits(dtype)
    rows_wanted = draw(st.integers(2, 6)) if count is None else count
    width = draw(st.integers(2, 5)) if dimension is None else dimension
    if rows_wanted < 1 or width < 1:
        raise InputError("Unit vectors are at least one row of at least one entry.")
    rows: list[np.ndarray] = []
    for _ in range(rows_wanted):
        fresh = _direction(draw(st.lists(st.floats(-1, 1, width=16), min_size=width, max_size=width)))
        how = draw(st.sampled_from(["fresh", "equal", "opposite", "close", "almost opposite"])) if rows else "fresh"
        if how != "fresh":
            sign = -1.0 if "opposite" in how else 1.0
            step = 0.0 if how in ("equal", "opposite") else 10.0 ** -draw(st.integers(2, 17))
            last = rows[-1]
            fresh = sign * last if step == 0 else _direction(sign * last + step * fresh)
        rows.append(fresh)
    return np.array(rows, dtype=dtype)


def gram_matrices(
    count: int | None = None, dimension: int | None = None, dtype: Any = np.float64
) -> st.SearchStrategy[np.ndarray]:
    """Matrices of the cosines of `unit_vectors`: symmetric, with diagonal 1, and exactly 1 or -1 for parallel rows.

    >>> from hypothesis import find
    >>> find(gram_matrices(2, 2), lambda rho: rho[0, 1] == -1).tolist()
    [[1.0, -1.0], [-1.0, 1.0]]
    """
    return unit_vectors(count, dimension, dtype).map(_cosines)


def _cosines(rows: np.ndarray) -> np.ndarray:
    found = np.clip(np.matmul(rows, rows.T, dtype=np.float64), -1, 1)
    for sign in (1, -1):
        found[(rows[:, None] == sign * rows[None]).all(axis=2)] = sign
    return ((found + found.T) / 2).astype(rows.dtype)


def _direction(vector: Any) -> np.ndarray:
    row = np.array(vector, dtype=np.float64)
    if not row.any():
        row[0] = 1.0
    row /= np.abs(row).max()
    return row / np.linalg.norm(row)


def _digits(dtype: Any) -> int:
    if np.dtype(dtype) not in _DIGITS:
        raise InputError(f"The dtype is float32 or float64, not {np.dtype(dtype)}.")
    return _DIGITS[np.dtype(dtype)]
