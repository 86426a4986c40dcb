"""Random elementary terms and boxes, and their values by mpmath: another route than enclosures."""

import random
from typing import Any

import mpmath
import sympy as sp
from hypothesis import strategies as st

x, y = sp.Symbol("x", real=True), sp.Symbol("y", real=True)

numbers = st.fractions(-3, 3, max_denominator=6).map(lambda f: sp.Rational(f.numerator, f.denominator))
_leaves = st.one_of(st.sampled_from([x, y, x, sp.pi, sp.S.One]), numbers)
_heads = [
    sp.exp, sp.sin, sp.cos, sp.erf, sp.Abs, lambda a: sp.log(a + 2), sp.sqrt, lambda a: sp.sqrt(1 + a**2), sp.asin,
    sp.acos, lambda a: 1 / (a + 3), lambda a: a**2, lambda a: a**3, lambda a: sp.exp(-(a**2) / 2),
    lambda a: a ** sp.Rational(2, 3), sp.log,
]  # fmt: skip


def _apply(parts: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    pairs = st.tuples(parts, parts)
    return st.one_of(
        st.tuples(st.sampled_from(_heads), parts).map(lambda p: p[0](p[1])),
        pairs.map(lambda p: p[0] + p[1]),
        pairs.map(lambda p: p[0] * p[1]),
        pairs.map(lambda p: p[0] - p[1]),
        pairs.map(lambda p: sp.Max(*p)),
        pairs.map(lambda p: sp.Min(*p)),
    )




def _usable(term: Any) -> bool:
    """Real and finite as a term; exponentials are not nested, because mpmath then takes sines of enormous numbers."""
    nested = any(call.args[0].has(sp.exp) for call in term.atoms(sp.exp))
    return isinstance(term, sp.Expr) and not nested and not term.has(sp.I, sp.nan, sp.zoo, sp.oo, -sp.oo)


terms = st.recursive(_leaves, _apply, max_leaves=6).filter(_usable)
"""Elementary terms in x and y; many have no value on a part of the plane."""

boxes = st.tuples(numbers, st.sampled_from([0, 1, sp.Rational(1, 2), sp.Rational(1, 100), 3])).map(
    lambda p: (p[0], p[0] + p[1])
)
"""Closed intervals."""


def points(box: dict, seed: int, count: int = 12) -> list[dict]:
    """The corners, points near them, and random ones."""
    rng = random.Random(seed)
    share = [sp.S.Zero, sp.S.One, sp.Rational(1, 10**6), 1 - sp.Rational(1, 10**6), sp.Rational(1, 2)]
    rows = [[rng.choice(share) for _ in box] for _ in range(count)]
    rows += [[sp.Rational(rng.randrange(1001), 1000) for _ in box] for _ in range(count)]
    return [
        {s: low + (high - low) * t for t, (s, (low, high)) in zip(row, box.items(), strict=True)} for row in rows
    ]


def value(term: Any, point: dict) -> Any:
    """By mpmath at the working precision; None where the term has no real value (mpmath orders no complex numbers)."""
    names = list(point)
    function = sp.lambdify(names, term, modules="mpmath")
    try:
        result = function(*(mpmath.mpf(int(sp.numer(v))) / int(sp.denom(v)) for v in point.values()))
    except (ZeroDivisionError, ValueError, TypeError):
        return None
    result = mpmath.mpmathify(result)
    if isinstance(result, mpmath.mpc):
        result = result.real if result.imag == 0 else None
    return result if result is not None and mpmath.isfinite(result) else None
