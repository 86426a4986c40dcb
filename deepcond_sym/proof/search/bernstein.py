"""Untrusted search for the evidence of the polynomial rule: factor, then bisect each factor until its sign shows."""

from typing import Any

import numpy as np
import sympy as sp

from ..encoding import decode_term, encode_term
from ..language import Term, Variable
from ..rules.polynomial import bernstein, bisect, holds
from ..step import RuleFailure

MOST_BISECTIONS = 14


def search(difference: Term, variables: tuple[Variable, ...], strict: bool) -> Any:
    """Numerator and denominator factored, each factor with a sign and a tree of bisections; None if none is found."""
    symbols = [v.symbol for v in variables]
    numerator, denominator = sp.fraction(sp.together(difference))
    found: dict[str, Any] = {}
    content = sp.S.One
    for key, expression, needs in (("numerator", numerator, strict), ("denominator", denominator, True)):
        expanded = sp.expand(expression)
        if expanded.is_Rational or not symbols:
            constant, factors = expanded, []
        elif not expanded.is_polynomial(*symbols):
            return None
        else:
            constant, factors = sp.factor_list(expanded, *symbols)[:2]
        if not constant.is_Rational or (key == "denominator" and constant == 0):
            return None
        content = content * constant if key == "numerator" else content / constant
        found[key] = []
        for factor, exponent in factors:
            if exponent % 2 == 0 and not needs:
                found[key].append([encode_term(factor), int(exponent), 1, None])
                continue
            for direction in (1, -1):
                ok, tree = _bisections(direction * factor, variables, needs)
                if ok:
                    found[key].append([encode_term(factor), int(exponent), direction, tree])
                    break
            else:
                return None
    if not strict:
        _turn_one_that_vanishes(found, content, variables)
    return {**found, "content": str(content)}


def _turn_one_that_vanishes(found: dict[str, Any], content: Term, variables: tuple[Variable, ...]) -> None:
    """Where the signs give the wrong one: a factor that is 0 on the whole box, as a - 1 on [1, 1], has both signs."""
    directions = [direction for part in found.values() for _, e, direction, _ in part if e % 2]
    if content * sp.prod(directions) < 0:
        for entry in found["numerator"]:
            ok, tree = _bisections(-entry[2] * decode_term(entry[0]), variables, False)
            if entry[1] % 2 and ok:
                entry[2:] = [-entry[2], tree]
                return


def _bisections(factor: Term, variables: tuple[Variable, ...], strict: bool) -> tuple[bool, Any]:
    try:
        coefficients, excluded = bernstein(factor, variables)
    except RuleFailure:
        return False, None
    return _grow(coefficients, excluded, strict, 0)


def _grow(coefficients: np.ndarray, excluded: list[tuple[bool, bool]], strict: bool, depth: int) -> tuple[bool, Any]:
    if holds(coefficients, excluded, None, strict):
        return True, None
    corners = coefficients[tuple(slice(None, None, max(size - 1, 1)) for size in coefficients.shape)]
    if depth >= MOST_BISECTIONS or not coefficients.ndim or bool((corners.ravel() < 0).any()):
        return False, None
    axis = depth % coefficients.ndim
    low, high = bisect(coefficients, axis)
    below, above = list(excluded), list(excluded)
    below[axis], above[axis] = (excluded[axis][0], False), (False, excluded[axis][1])
    ok, left = _grow(low, below, strict, depth + 1)
    if not ok:
        return False, None
    ok, right = _grow(high, above, strict, depth + 1)
    return ok, [axis, left, right] if ok else None
