"""The extreme eigenvalues and the determinant of a small symmetric matrix of balls, enclosed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from flint import arb, arb_mat

from deepcond_sym.errors import AccuracyError, InputError

from .balls import hull
from .precision import precision, working_bits

Matrix = Sequence[Sequence[arb]]

_GUARD = 64
_ATTEMPTS = 3
_MOST_SHIFTS = 400
_MOST_PASSES = 16


def extreme_eigenvalues(matrix: Matrix) -> tuple[arb, arb]:
    """Balls around the least and the largest eigenvalue of every symmetric matrix within a matrix of balls.

    A matrix that is not symmetric stands for its quadratic form x^T A x, that is, for (A + A^T)/2. Exact entries give
    the current working precision, also where an eigenvalue is multiple (an eigenvalue 0: a radius of about 2^-bits
    times the norm, or less); entries with radii give about what the radii allow. Meant for up to 60 rows. Raises
    `InputError` if the matrix is not square, `AccuracyError` if an entry is not finite.

    >>> least, largest = extreme_eigenvalues([[arb(2), arb(1)], [arb(1), arb(2)]])
    >>> least.contains(1), largest.contains(3), bool(least.rad() < 1e-14)
    (True, True, True)

    Source: derived here. With V the approximate eigenvectors, exact numbers from here on, B = V^T A V and G = V^T V:
    any B_kk/G_kk is a Rayleigh quotient, so not below the least eigenvalue; if all pivots of B - s G are positive then
    A - s I is positive definite (Sylvester), so s lies below it; and by Weyl the radii R of the entries move no
    eigenvalue by more than the largest row sum of R.
    """
    balls = _symmetrised(matrix)
    spread = max(sum((arb(balls[i, j].rad()) for j in range(len(matrix))), arb(0)).upper() for i in range(len(matrix)))
    middle = _middle(balls)
    norm = max(sum((abs(middle[i, j]) for j in range(len(matrix))), arb(0)).upper() for i in range(len(matrix)))
    if len(matrix) == 1 or norm == 0:
        both = arb(0, spread) if norm == 0 else balls[0, 0]
        return both, both
    wanted = working_bits()
    found: list[arb] = [arb(0, norm + spread)] * 2
    vectors = _from_float64(middle)
    for attempt in range(_ATTEMPTS):
        with precision(bits=(wanted + _GUARD) * 2**attempt):
            vectors = _eigenvectors(middle, vectors)
            better = _ends(balls, middle, spread, vectors)
        found = [old.intersection(new) for old, new in zip(found, better, strict=True)]
        if all(_is_narrow(end, arb(spread), wanted) for end in found):
            break
    least, largest = found
    if not (least.is_finite() and largest.is_finite()):
        raise AccuracyError("The eigenvalues have no finite enclosure at this precision: raise the working precision.")
    return least, largest


def determinant(matrix: Matrix) -> arb:
    """A ball around the determinant of every matrix within a square matrix of balls.

    Raises `InputError` if the matrix is not square, `AccuracyError` if an entry or the determinant is not finite.

    >>> determinant([[arb(2), arb(1)], [arb(1), arb(2)]])
    3.00000000000000
    """
    value = arb_mat(_finite(matrix)).det()
    if not value.is_finite():
        raise AccuracyError("The determinant has no finite enclosure at this precision: raise the working precision.")
    return value


def _finite(matrix: Matrix) -> list[list[arb]]:
    rows = [list(row) for row in matrix]
    if not rows or any(len(row) != len(rows) for row in rows):
        raise InputError("The matrix must be square, a list of n rows with n balls each, n >= 1.")
    for i, row in enumerate(rows):
        for j, entry in enumerate(row):
            if not isinstance(entry, arb):
                raise InputError(f"Entry ({i}, {j}) is a {type(entry).__name__}: the entries must be arb balls.")
            if not entry.is_finite():
                raise AccuracyError(f"Entry ({i}, {j}) is not a finite ball: raise the working precision.")
    return rows


def _symmetrised(matrix: Matrix) -> arb_mat:
    rows = _finite(matrix)
    return arb_mat([[_mean(rows[i][j], rows[j][i]) for j in range(len(rows))] for i in range(len(rows))])


def _mean(a: arb, b: arb) -> arb:
    """(a + b)/2, without rounding where both are the same ball."""
    return a if a.mid() == b.mid() and a.rad() == b.rad() else (a + b) / 2


def _middle(matrix: arb_mat) -> arb_mat:
    """The exact matrix of midpoints."""
    return arb_mat(matrix.nrows(), matrix.ncols(), [entry.mid() for entry in matrix.entries()])


def _ends(balls: arb_mat, middle: arb_mat, spread: Any, vectors: arb_mat) -> list[arb]:
    """Least and largest eigenvalue: from the balls as they are, or from the midpoints and Weyl, whichever is better."""
    gram = vectors.transpose() * vectors
    by_balls, by_middle = (vectors.transpose() * matrix * vectors for matrix in (balls, middle))
    ends = []
    for sign in (1, -1):
        form, exact_form = (_symmetrised((sign * matrix).tolist()) for matrix in (by_balls, by_middle))
        upper = min((form[k, k] / gram[k, k]).upper() for k in range(form.nrows()))
        lowers = [_certified_below(form, gram), _certified_below(exact_form, gram)]
        candidates = [lowers[0], None if lowers[1] is None else (lowers[1] - arb(spread)).lower()]
        certified = [arb(value) for value in candidates if value is not None]
        lower = max(certified) if certified else arb("-inf")
        ends.append(sign * hull(lower, arb(upper)))
    return ends


def _certified_below(form: arb_mat, gram: arb_mat) -> arb | None:
    """Some s with form - s gram positive definite, close below the least quotient of the diagonals; None if none."""
    size = range(form.nrows())
    quotients = [(form[k, k] / gram[k, k]).lower() for k in size]
    k = min(size, key=lambda place: quotients[place])
    step = sum((abs(form[k, j] - quotients[k] * gram[k, j]).upper() for j in size if j != k), arb(0)).upper()
    tiny = arb(2) ** -working_bits()
    step = max(arb(step), (abs(arb(quotients[k])) * tiny).upper(), (abs(form[k, k]).upper() * tiny * tiny).upper())
    if step == 0:
        step = max(abs(entry).upper() for entry in form.entries()) * tiny * tiny
    for _ in range(_MOST_SHIFTS):
        shift = (quotients[k] - step).lower()
        if _is_positive_definite(form - arb(shift) * gram):
            return shift
        step = 4 * step
    return None


def _is_positive_definite(matrix: arb_mat) -> bool:
    """Whether every symmetric matrix within certainly is, by the signs of the pivots."""
    rows = matrix.tolist()
    size = len(rows)
    for k in range(size):
        pivot = rows[k][k]
        if not pivot > 0:
            return False
        for i in range(k + 1, size):
            factor, row = rows[i][k] / pivot, rows[i]
            for j in range(k + 1, i + 1):
                row[j] = row[j] - factor * rows[j][k]
    return True


def _eigenvectors(middle: arb_mat, vectors: arb_mat) -> arb_mat:
    """Approximate orthonormal eigenvectors as exact numbers, refined from those at hand.

    Nothing rests on their quality but the width of the result. With B = V^T A V, columns whose B_ij is small against
    B_jj - B_ii are corrected to first order, which squares the error (Ogita and Aishima, 2018); where that is not so
    the eigenvalues lie close together, and their block of B, magnified, is a new problem for float64.
    """
    size = middle.nrows()
    vectors = _orthonormal(vectors)
    for _ in range(_MOST_PASSES):
        form = _middle(vectors.transpose() * middle * vectors).tolist()
        small = max(abs(form[i][i]).upper() for i in range(size)) * arb(2) ** -(working_bits() - 8)
        skew = [[arb(0)] * size for _ in range(size)]
        linked: list[tuple[int, int]] = []
        finished = True
        for i in range(size):
            for j in range(i):
                if not abs(form[i][j]) > small:
                    continue
                finished, gap = False, form[j][j] - form[i][i]
                if abs(gap) > 4 * size * abs(form[i][j]):
                    skew[i][j] = form[i][j] / gap
                    skew[j][i] = -skew[i][j]
                else:
                    linked.append((i, j))
        if finished:
            break
        for block in _components(size, linked):
            part = arb_mat([[form[i][j] - (form[block[0]][block[0]] if i == j else 0) for j in block] for i in block])
            columns = arb_mat([[vectors[i, j] for j in block] for i in range(size)]) * _from_float64(part)
            for place, j in enumerate(block):
                for i in range(size):
                    vectors[i, j] = columns[i, place]
        if not linked:
            vectors = vectors + vectors * arb_mat(skew)
        vectors = _orthonormal(_middle(vectors))
    return vectors


def _components(size: int, links: list[tuple[int, int]]) -> list[list[int]]:
    """The indices that are linked with others, as connected groups."""
    group = list(range(size))
    for i, j in links:
        if group[i] != group[j]:
            old, new = group[i], group[j]
            group = [new if label == old else label for label in group]
    blocks = ([i for i in range(size) if group[i] == label] for label in sorted(set(group)))
    return [block for block in blocks if len(block) > 1]


def _from_float64(middle: arb_mat) -> arb_mat:
    """The eigenvectors of float64's `eigh`."""
    size = middle.nrows()
    scale = max(abs(entry).upper() for entry in middle.entries())
    floats = np.array([float((entry / scale).mid()) for entry in middle.entries()]).reshape(size, size)
    return arb_mat(size, size, [arb(float(v)) for v in np.linalg.eigh(floats)[1].flatten()])


def _orthonormal(vectors: arb_mat) -> arb_mat:
    """V (3 - V^T V)/2 until V^T V is the identity up to rounding: the defect is squared each time."""
    small = arb(2) ** -(working_bits() - 8)
    for _ in range(_MOST_PASSES):
        gram = vectors.transpose() * vectors
        pairs = ((i, j) for i in range(gram.nrows()) for j in range(i + 1))
        if all(abs(gram[i, j] - int(i == j)) < small for i, j in pairs):
            break
        vectors = _middle((vectors * 3 - vectors * gram) * arb("0.5"))
    return vectors


def _is_narrow(end: arb, spread: arb, bits: int) -> bool:
    """Whether more working bits cannot help: full precision is reached, or the entries' radii are what is left."""
    return bool(end.rad() <= spread or end.rad() <= abs(end).lower() * arb(2) ** -bits)
