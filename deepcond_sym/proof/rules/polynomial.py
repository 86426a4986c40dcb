"""Sign of a polynomial or rational function on a box.

Law. A polynomial on [0, 1]^d is a convex combination of its tensor Bernstein coefficients, so it is >= 0 where they
are; on the relative interior of a face it is > 0 as soon as the face's coefficients are >= 0 and one of them is > 0.
A half-line x = a + t/(1 - t) turns the coefficient of (x - a)^i, divided by C(degree, i), into the Bernstein
coefficient; pi is any number close to it. All arithmetic is exact. Source: textbook (Bernstein 1915; Garloff 1986).

The evidence is a factorisation of numerator and denominator and, for each factor, a sign and a tree of bisections.
"""

import json
from functools import lru_cache
from itertools import pairwise
from itertools import product as cartesian
from math import comb
from typing import Any

import numpy as np
import sympy as sp
from flint import fmpq

from ..encoding import decode_statement, decode_term
from ..language import Relation, Statement, Term, Variable
from ..rational_box import on_rational_box
from ..step import Evidence, RuleFailure
from ..verdict import Verdict


def check(arguments: dict[str, Any], premises: list[Statement], evidence: Evidence) -> tuple[Statement, Verdict]:
    """The statement given, if its two sides differ by a rational function of the right sign on the box of its
    variables."""
    statement = decode_statement(arguments["statement"])
    if statement.family or statement.given or premises:
        raise RuleFailure("the polynomial rule takes a statement about variables in a box, and nothing else")
    for side in (statement.conclusion.lhs, statement.conclusion.rhs):
        _require_rational(side, statement.variables, evidence)
    prove(statement.conclusion, statement.variables, evidence)
    return statement, Verdict.PROVED


def _require_rational(term: Term, variables: tuple[Variable, ...], evidence: Evidence) -> None:
    """A rational function whose denominators vanish nowhere on the box, also those that cancel."""
    for part in sp.preorder_traversal(term):
        if isinstance(part, sp.Pow) and part.exp.is_Integer:
            if part.exp < 0:
                prove(Relation(part.base, "!=", sp.S.Zero), variables, evidence)
        elif not (part.is_Rational or part == sp.pi or part.is_Symbol or part.is_Add or part.is_Mul):
            raise RuleFailure(f"the polynomial rule knows rational functions, not {part}")


def prove(relation: Relation, variables: tuple[Variable, ...], evidence: Evidence) -> None:
    """Return if the relation holds on the whole box; RuleFailure otherwise."""
    from ..search.bernstein import search  # it uses the functions below, and is not trusted

    if relation.op not in ("<=", "<", "!="):
        raise RuleFailure("the polynomial rule proves <=, < and != only; use the identity rule for =")
    difference, used = on_rational_box(relation.rhs - relation.lhs, variables)
    loose = difference.free_symbols - {v.symbol for v in used}
    if loose:
        raise RuleFailure(f"{min(loose, key=str)} has no interval")
    found = evidence.ask(lambda: search(difference, used, relation.op != "<="))
    if found is None:
        raise RuleFailure(f"no proof found that {relation} on the whole box")
    _require_shown(relation, difference, used, json.dumps(found))


@lru_cache(maxsize=2**12)
def _require_shown(relation: Relation, difference: Term, used: tuple[Variable, ...], evidence: str) -> None:
    found = json.loads(evidence)
    parts = [[(decode_term(f), int(e), int(s), t) for f, e, s, t in found[k]] for k in ("numerator", "denominator")]
    content = decode_term(found["content"])
    if not content.is_Rational:
        raise RuleFailure("the content of a polynomial is a rational number")
    for factor, _, _, _ in parts[0] + parts[1]:
        if factor == 0:
            raise RuleFailure("0 is not a factor")
        _as_polynomial(factor, [v.symbol for v in used])
    top, bottom = (sp.prod([f**e for f, e, _, _ in part]) for part in parts)
    numerator, denominator = sp.fraction(sp.together(difference))
    if sp.expand(numerator * bottom - content * top * denominator) != 0:
        raise RuleFailure(f"the factorisation offered for {relation} is not one")
    sign = 1 if content > 0 else -1
    if content == 0:
        if relation.op != "<=":
            raise RuleFailure(f"both sides of {relation} are equal")
        return
    for part, strict in ((parts[0], relation.op != "<="), (parts[1], True)):
        for factor, exponent, direction, tree in part:
            if exponent < 1 or direction not in (1, -1):
                raise RuleFailure("a factor needs a positive exponent and a sign")
            if exponent % 2 or strict:
                _check_sign(direction * factor, used, tree, strict)
            sign *= direction if exponent % 2 else 1
    if sign < 0 and relation.op != "!=":
        raise RuleFailure(f"{relation} has the wrong sign")


def _check_sign(factor: Term, variables: tuple[Variable, ...], tree: Any, strict: bool) -> None:
    coefficients, excluded = bernstein(factor, variables)
    if not holds(coefficients, excluded, tree, strict):
        raise RuleFailure(f"{factor} is not shown to be {'positive' if strict else 'non-negative'} on the box")


def _as_polynomial(factor: Term, symbols: list[sp.Symbol]) -> Any:
    """With rational coefficients and in these symbols only; None for a rational number without symbols."""
    if factor.is_Rational and not symbols:
        return None
    try:
        return sp.Poly(factor, *(symbols or [sp.Dummy()]), domain=sp.QQ)
    except sp.polys.polyerrors.BasePolynomialError as error:
        raise RuleFailure(f"{factor} is not a polynomial with rational coefficients") from error


def bernstein(polynomial: Term, variables: tuple[Variable, ...]) -> tuple[np.ndarray, list[tuple[bool, bool]]]:
    """Tensor Bernstein coefficients on the box mapped to [0, 1]^d, and which ends of each axis are excluded."""
    symbols = [v.symbol for v in variables]
    poly = _as_polynomial(polynomial, symbols)
    if poly is None:
        constant = np.empty((), dtype=object)
        constant[()] = _fraction(sp.Rational(polynomial))
        return constant, []
    degrees = list(poly.degree_list())
    array = np.empty([d + 1 for d in degrees], dtype=object)
    array.fill(fmpq(0))
    for powers, coefficient in poly.terms():
        array[powers] = _fraction(coefficient)
    excluded = []
    for axis, v in enumerate(variables):
        array = np.moveaxis(_to_bernstein(np.moveaxis(array, axis, 0), v), 0, axis)
        excluded.append((v.open_lower or bool(v.lower.is_infinite), v.open_upper or bool(v.upper.is_infinite)))
    return array, [
        (high, low) if variables[i].lower.is_infinite else (low, high) for i, (low, high) in enumerate(excluded)
    ]


def _to_bernstein(rows: np.ndarray, v: Variable) -> np.ndarray:
    """Along the first axis: power coefficients in v become Bernstein coefficients in t."""
    degree = len(rows) - 1
    if v.lower.is_infinite and v.upper.is_infinite:
        raise RuleFailure(f"split the range of {v.symbol} at 0: the polynomial rule takes intervals and half-lines")
    half_line = bool(v.lower.is_infinite or v.upper.is_infinite)
    if half_line:
        anchor, scale = (v.upper, fmpq(-1)) if v.lower.is_infinite else (v.lower, fmpq(1))
    else:
        anchor, scale = v.lower, _fraction(sp.Rational(v.upper - v.lower))
    base = _fraction(sp.Rational(anchor))
    shifted = [sum((rows[j] * (comb(j, i) * base ** (j - i)) for j in range(i, degree + 1)), 0 * rows[0]) * scale**i
               for i in range(degree + 1)]  # fmt: skip
    out = np.empty_like(rows)
    for k in range(degree + 1):
        if half_line:
            out[k] = shifted[k] * fmpq(1, comb(degree, k))
        else:
            out[k] = sum((shifted[i] * fmpq(comb(k, i), comb(degree, i)) for i in range(k + 1)), 0 * rows[0])
    return out


def _fraction(value: Any) -> fmpq:
    return (
        fmpq(int(value.p), int(value.q)) if hasattr(value, "p") else fmpq(int(value.numerator), int(value.denominator))
    )


def holds(coefficients: np.ndarray, excluded: list[tuple[bool, bool]], tree: Any, strict: bool) -> bool:
    """Whether the Bernstein coefficients show the sign, after the bisections of the tree."""
    if tree is None:
        return bool((coefficients.ravel() >= 0).all()) and (not strict or _faces_positive(coefficients, excluded))
    axis, left, right = tree
    if not 0 <= axis < coefficients.ndim:
        return False
    low, high = bisect(coefficients, axis)
    below, above = list(excluded), list(excluded)
    below[axis], above[axis] = (excluded[axis][0], False), (False, excluded[axis][1])
    return holds(low, below, left, strict) and holds(high, above, right, strict)


def _faces_positive(coefficients: np.ndarray, excluded: list[tuple[bool, bool]]) -> bool:
    """Every face that belongs to the box has a positive coefficient."""
    choices = []
    for axis, (low, high) in enumerate(excluded):
        last = coefficients.shape[axis] - 1
        choices.append([slice(None)] + ([] if low else [slice(0, 1)]) + ([] if high else [slice(last, last + 1)]))
    return all(bool((coefficients[face].ravel() > 0).any()) for face in cartesian(*choices))


def bisect(coefficients: np.ndarray, axis: int) -> tuple[np.ndarray, np.ndarray]:
    """De Casteljau at 1/2 along one axis."""
    rows = [*np.moveaxis(coefficients, axis, 0)]
    low, high, half = [rows[0]], [rows[-1]], fmpq(1, 2)
    while len(rows) > 1:
        rows = [(a + b) * half for a, b in pairwise(rows)]
        low.append(rows[0])
        high.append(rows[-1])
    stack = lambda parts: np.moveaxis(_stack(parts), 0, axis)  # noqa: E731
    return stack(low), stack(high[::-1])


def _stack(parts: list[Any]) -> np.ndarray:
    out = np.empty((len(parts), *np.shape(parts[0])), dtype=object)
    for i, part in enumerate(parts):
        out[i] = part
    return out
