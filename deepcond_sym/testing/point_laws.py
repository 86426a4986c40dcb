"""The laws of a kernel of points, and of matrices made of a kernel of cosines."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st

from deepcond_sym.kernels import lambda_min

from .counterexample import Counterexample
from .law import Law, law
from .strategies import gram_matrices, unit_vectors
from .subject import Subject, points_call


def _of_points(subject: Subject) -> bool:
    return subject.form == "points"


def _vectors(subject: Subject) -> st.SearchStrategy[np.ndarray]:
    return unit_vectors(dtype=subject.dtype)


def _placed(subject: Subject) -> tuple[np.ndarray, ...]:
    """A vector, itself again, its opposite, one at a right angle, and one next to it."""
    near = np.sqrt(subject.dtype.type(subject.eps))
    rows = np.array([[1, 0], [1, 0], [-1, 0], [0, 1], [1, near]], dtype=subject.dtype)
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True),)


def _jitter(subject: Subject) -> float:
    """What the rounding of a cosine moves the kernel by at most: at 1, where the slope is largest."""
    return subject.width(1.0)


def _finite(subject: Subject, first: np.ndarray, second: np.ndarray) -> np.ndarray:
    found = subject.matrix(first, second)
    if not np.isfinite(found).all():
        i, j = np.argwhere(~np.isfinite(found))[0]
        raise Counterexample(
            "finite", f"the kernel of {first[i].tolist()} and {second[j].tolist()} is {found[i, j]}",
            points_call(first[i : i + 1], second[j : j + 1]),
        )  # fmt: skip
    return found


@law("points", "the kernel of unit vectors is the function of their cosine, coincident and opposite ones among them",
     _vectors, _of_points, _placed)  # fmt: skip
def points(subject: Subject, rows: np.ndarray) -> None:
    """The cosine in double precision, whatever the dtype."""
    found = _finite(subject, rows, rows)
    exact_rows = rows.astype(np.float64)
    exact_rows /= np.linalg.norm(exact_rows, axis=1, keepdims=True)
    for i, first in enumerate(exact_rows):
        for j, second in enumerate(exact_rows):
            cosine = float(np.clip(first @ second, -1, 1))
            low, high = subject.around(cosine)
            allowed = subject.tolerance * subject.size
            if not low - allowed <= found[i, j] <= high + allowed:
                raise Counterexample(
                    "points",
                    f"it is {float(found[i, j])!r} for vectors of cosine {cosine!r}, where it is {(low + high) / 2!r}",
                    points_call(rows[i : i + 1], rows[j : j + 1]), subject.exact_call(cosine),
                )  # fmt: skip


@law("symmetry", "K(x, y) = K(y, x)", _vectors, _of_points, _placed)
def symmetry(subject: Subject, rows: np.ndarray) -> None:
    """Of two sets of points, one against the other and back."""
    first, second = rows[:1], rows[1:]
    here, back = _finite(subject, first, second), _finite(subject, second, first).T
    off = np.abs(here - back)
    if off.max() > 2 * subject.tolerance * subject.size + _jitter(subject):
        j = int(off[0].argmax())
        one, other = first, second[j : j + 1]
        raise Counterexample(
            "symmetry", f"K(x, y) = {float(here[0, j])!r} and K(y, x) = {float(back[0, j])!r}", points_call(one, other),
            points_call(other, one),
        )  # fmt: skip


def _matrices(subject: Subject) -> st.SearchStrategy[Any]:
    return _vectors(subject) if _of_points(subject) else gram_matrices(dtype=subject.dtype)


@law("semidefinite", "no kernel matrix has a negative eigenvalue, but for rounding", _matrices)
def semidefinite(subject: Subject, given: np.ndarray) -> None:
    """The smallest eigenvalue is enclosed in balls: what is reported is certainly below what rounding explains."""
    matrix = _finite(subject, given, given) if _of_points(subject) else subject.values(given)
    matrix = (matrix + matrix.T) / 2
    allowed = len(matrix) * (subject.tolerance * subject.size + _jitter(subject))
    least = lambda_min(matrix)
    if least < -allowed:
        asked = points_call(given, given) if _of_points(subject) else f"print(kernel(np.array({given.tolist()})))"
        raise Counterexample("semidefinite", f"its smallest eigenvalue is {float(least.mid()):.6g}", asked)


def _is_homogeneous(subject: Subject) -> bool:
    own = subject.network
    degree = 1 if own.depth == 0 else own.activation.homogeneity
    return _of_points(subject) and degree == 1 and own.bias_variance.value == 0


def _scales(subject: Subject) -> st.SearchStrategy[tuple[np.ndarray, int, int]]:
    return st.tuples(_vectors(subject), st.integers(-8, 8), st.integers(-8, 8))


@law("homogeneity", "K(a x, b y) = a b K(x, y), a, b > 0, for ReLU and its kin", _scales, _is_homogeneous)
def homogeneity(subject: Subject, case: tuple[np.ndarray, int, int]) -> None:
    """For powers of two, which round nothing."""
    rows, first, second = case
    here = _finite(subject, rows[:1], rows[1:])
    a, b = (subject.dtype.type(2.0**power) for power in (first, second))
    scaled = _finite(subject, a * rows[:1], b * rows[1:]) / float(a) / float(b)
    off = np.abs(here - scaled)
    if off.max() > 2 * subject.tolerance * subject.size + _jitter(subject):
        j = int(off[0].argmax())
        raise Counterexample(
            "homogeneity",
            f"K(x, y) = {float(here[0, j])!r} and K({a:g} x, {b:g} y)/({a:g} {b:g}) = {float(scaled[0, j])!r}",
            points_call(rows[:1], rows[1 + j : 2 + j]), points_call(a * rows[:1], b * rows[1 + j : 2 + j]),
        )  # fmt: skip


@law("zero input", "K(0, y) is a number: 0 for ReLU and its kin without biases", _vectors, _of_points, _placed)
def zero_input(subject: Subject, rows: np.ndarray) -> None:
    """q = 0, where a cosine has no meaning."""
    zero = np.zeros_like(rows[:1])
    found = _finite(subject, zero, np.concatenate([zero, rows]))
    if _is_homogeneous(subject) and found.any():
        j = int(np.flatnonzero(found[0])[0])
        other = np.concatenate([zero, rows])[j : j + 1]
        raise Counterexample("zero input", f"it is {float(found[0, j])!r}, where it is 0", points_call(zero, other))


POINT_LAWS: tuple[Law, ...] = (symmetry, zero_input, homogeneity, points, semidefinite)
