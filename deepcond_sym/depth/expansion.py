"""`fit_expansion`: coefficients of an expansion in the depth, with powers and logarithms, from values at some depths.

A fit is evidence, never a proof: the residuals and a second fit with fewer depths tell how far to trust it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import mpmath

from deepcond_sym.arithmetic import precision
from deepcond_sym.errors import InputError

Term = tuple[int, int]
"""(a, b) stands for l^a (log l)^b."""

_DIGITS = 60


@dataclass(frozen=True)
class Fit:
    """`coefficients` by term; `residual`, the largest |value - fit| relative to the value; `spread`, by term, how far a
    coefficient moves if the smallest depth is left out."""

    coefficients: dict[Term, Any]
    residual: Any
    spread: dict[Term, Any]


def fit_expansion(values: Mapping[int, Any], terms: Iterable[Term]) -> Fit:
    """Fit sum_(a, b) c_ab l^a (log l)^b to the values at the depths l, by least squares in mpf of 60 digits.

    `values` maps depths of at least 2 to floats, mpf or text; depths that double are best. `terms` lists pairs of
    integers, fewer than there are depths. Each equation is divided by the largest term there, so that all count alike.
    Raises `InputError` for anything else, or if the terms cannot be told apart at these depths.

    >>> depths = [2**k for k in range(4, 12)]
    >>> with precision(digits=40):
    ...     values = {l: mpmath.mpf(l) / 3 - 2 * mpmath.log(l) + 5 for l in depths}
    >>> fit = fit_expansion(values, [(1, 0), (0, 1), (0, 0), (-1, 0)])
    >>> [mpmath.nstr(fit.coefficients[term], 12) for term in ((1, 0), (0, 1), (0, 0))]
    ['0.333333333333', '-2.0', '5.0']

    Source: textbook (linear least squares).
    """
    wanted = _terms(terms)
    depths = sorted(_depths(values))
    if len(depths) <= len(wanted):
        raise InputError(f"give more depths than terms: there are {len(wanted)} terms and {len(depths)} depths.")
    with precision(digits=_DIGITS):
        numbers = {depth: mpmath.mpf(values[depth]) for depth in depths}
        if not all(map(mpmath.isfinite, numbers.values())):
            raise InputError("the values are finite numbers: leave out the depths where they are not.")
        found = _solve(numbers, depths, wanted)
        fewer = _solve(numbers, depths[1:], wanted)
        errors = []
        for depth in depths:
            fitted = sum(found[term] * _value(term, depth) for term in wanted)
            size = max(abs(numbers[depth]), abs(fitted))
            errors.append(abs(fitted - numbers[depth]) / size if size else size)
        return Fit(found, max(errors), {term: abs(found[term] - fewer[term]) for term in wanted})


def _solve(numbers: dict[int, Any], depths: list[int], terms: list[Term]) -> dict[Term, Any]:
    rows = [[_value(term, depth) for term in terms] for depth in depths]
    scales = [max(map(abs, row)) for row in rows]
    matrix = mpmath.matrix([[x / scale for x in row] for row, scale in zip(rows, scales, strict=True)])
    right = mpmath.matrix([numbers[depth] / scale for depth, scale in zip(depths, scales, strict=True)])
    try:
        solution = mpmath.lu_solve(matrix, right) if len(depths) == len(terms) else mpmath.qr_solve(matrix, right)[0]
    except (ZeroDivisionError, ValueError):
        raise InputError("the terms cannot be told apart at these depths: take more depths, or fewer terms.") from None
    return dict(zip(terms, solution, strict=True))


def _value(term: Term, depth: int) -> Any:
    power, logarithms = term
    return mpmath.mpf(depth) ** power * mpmath.log(depth) ** logarithms


def _terms(terms: Iterable[Term]) -> list[Term]:
    listed = [tuple(term) if isinstance(term, (tuple, list)) else term for term in terms]
    pairs = [t for t in listed if isinstance(t, tuple) and len(t) == 2 and all(type(x) is int for x in t) and t[1] >= 0]
    if not listed or len(pairs) != len(listed) or len(set(pairs)) != len(pairs):
        raise InputError("terms are different pairs (a, b) of integers, b >= 0, for l^a (log l)^b: [(1, 0), (0, 1)].")
    return [(a, b) for a, b in pairs]


def _depths(values: Mapping[int, Any]) -> list[int]:
    if any(isinstance(depth, bool) or not isinstance(depth, int) or depth < 2 for depth in values):
        raise InputError("values maps depths, integers of at least 2, to numbers: {16: 5.3, 32: 10.7}.")
    return list(values)
