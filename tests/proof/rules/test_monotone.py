"""Monotone functions of both sides of an inequality, and angles: refused wherever a side leaves the domain."""

from typing import Any

import mpmath
import pytest
import sympy as sp
from hypothesis import event, given, settings
from hypothesis import strategies as st

from deepcond_sym.proof import NORMALISED, Proof, RuleFailure, Verdict, derive, eq, forall, interval, le, lt, ne
from deepcond_sym.proof.encoding import encode_statement, encode_term
from deepcond_sym.proof.language import component, dual, inner

from ..forging import chain

x, y = (sp.Symbol(name, real=True) for name in "xy")
X, v = sp.Symbol("X", real=True), sp.Symbol("v", real=True)
unit = interval(x, 0, 1)
prove = Proof()


def square_below(*open_ends: str) -> Any:
    return prove.polynomial(le(x**2, x), interval(x, 0, 1, *open_ends))


def test_what_it_proves() -> None:
    assert prove.monotone("exp", square_below()).conclusion == forall(unit, holds=le(sp.exp(x**2), sp.exp(x)))
    assert prove.monotone("asin", square_below()).conclusion == forall(unit, holds=le(sp.asin(x**2), sp.asin(x)))
    turned = prove.monotone("acos", square_below())
    assert turned.conclusion == forall(unit, holds=le(sp.acos(x), sp.acos(x**2)))
    assert turned.verdict is Verdict.PROVED
    strict = prove.polynomial(lt(x**2, x), interval(x, 0, 1, "()"))
    assert prove.monotone("acos", strict).conclusion.conclusion == lt(sp.acos(x), sp.acos(x**2))
    assert prove.monotone("log", square_below("(")).conclusion.conclusion == le(sp.log(x**2), sp.log(x))
    root = prove.monotone("sqrt", prove.polynomial(le(x, x + 1), unit))
    assert root.conclusion.conclusion == le(sp.sqrt(x), sp.sqrt(x + 1))


def test_the_family_and_the_hypotheses_stay() -> None:
    layer = prove.one_layer(x, x)
    assert prove.monotone("asin", layer).conclusion == layer.conclusion.conclude(le(sp.asin(dual(x)), sp.asin(x)))
    assert layer.conclusion.family == NORMALISED
    bounded = forall(unit, interval(y, 0, 1), given=[le(x, y)], holds=le(x, y))
    wider = prove.polynomial(le(x, x + y), unit, interval(y, 0, 1))
    given_step = chain(bounded, (wider, {"x": x, "y": y - x}, "link"))
    assert prove.monotone("exp", given_step).conclusion.given == (le(x, y),)


@pytest.mark.parametrize(
    ("function", "step"),
    [
        ("log", lambda: square_below()),
        ("log", lambda: prove.polynomial(le(x, 1), interval(x, -1, 1))),
        ("log", lambda: prove.polynomial(le(x**2, 4), interval(x, -1, 1))),
        ("sqrt", lambda: prove.polynomial(le(x, 1), interval(x, -1, 1))),
        ("acos", lambda: prove.polynomial(le(x, 2), unit)),
        ("acos", lambda: prove.polynomial(le(-2, x), unit)),
        ("asin", lambda: prove.polynomial(le(x, x + 1), unit)),
        ("sin", lambda: square_below()),
        ("cos", lambda: square_below()),
        ("abs", lambda: square_below()),
        ("tan", lambda: square_below()),
        ("exp", lambda: prove.identity(forall(unit, holds=eq(x + x, 2 * x)))),
        ("exp", lambda: prove.polynomial(ne(x + 1, 0), unit)),
    ],
)
def test_what_it_refuses(function, step) -> None:
    with pytest.raises(RuleFailure):
        prove.monotone(function, step())


def test_one_premise_for_a_function_and_none_for_an_angle() -> None:
    two = square_below(), square_below()
    for premises in ((), two):
        with pytest.raises(RuleFailure):
            derive("monotone", {"part": "exp"}, *premises)
    arguments = {"part": "angle", "statement": encode_statement(forall(unit, holds=le(0, 0))), "angle": encode_term(x)}
    assert derive("monotone", arguments).verdict is Verdict.PROVED
    with pytest.raises(RuleFailure):
        derive("monotone", arguments, two[0])


def angle(y: Any, *variables: Any, part: str = "angle", given: Any = ()) -> Any:
    return prove.angle(forall(*variables, given=given, holds=le(0, 0)), y, part).conclusion.conclusion


def test_angles() -> None:
    half_turn = interval(x, 0, sp.pi)
    assert angle(x, half_turn) == eq(sp.acos(sp.cos(x)), x)
    assert angle(x / 2 + 1, half_turn) == eq(sp.acos(sp.cos(x / 2 + 1)), x / 2 + 1)
    assert angle(x, half_turn, part="sine") == eq(sp.sqrt(1 - sp.cos(x) ** 2), sp.sin(x))
    assert angle(y, interval(y, 0, sp.oo), given=[le(y, sp.pi)]).rhs == y


@pytest.mark.parametrize("part", ["angle", "sine"])
@pytest.mark.parametrize(
    ("of", "variable"),
    [
        (x, interval(x, 0, 4)),
        (x, interval(x, sp.Rational(-1, 10**9), 1)),
        (2 * x, interval(x, 0, sp.pi)),
        (-x, interval(x, 0, 1)),
        (sp.pi + x, interval(x, 0, 1)),
        (1 / x, interval(x, 0, 1)),
        (sp.Rational(22, 7), interval(x, 0, 1)),
        (sp.sqrt(x), interval(x, -1, 0)),
        (component(v, 0), interval(x, 0, 1)),
        (inner(X, 0, 1), interval(x, 0, 1)),
    ],
)
def test_what_is_no_angle(part, of, variable) -> None:
    with pytest.raises(RuleFailure):
        angle(of, variable, part=part)


quarters = st.fractions(-2, 2, max_denominator=8)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(["exp", "log", "sqrt", "asin", "acos"]), st.lists(quarters, min_size=6, max_size=6),
       st.booleans(), st.integers(0, 8))  # fmt: skip
def test_no_conclusion_is_false(function, numbers, strict, eighths) -> None:
    """Quadratic sides on random intervals: where it concludes, both sides have real values in this order."""
    a, b, c, d, low, width = (sp.Rational(f.numerator, f.denominator) for f in numbers)
    left, right = a + b * x**2, a + b * x**2 + (c * x + d) ** 2 + (sp.Rational(1, 8) if strict else 0)
    box = interval(x, low, low + abs(width))
    try:
        premise = prove.polynomial((lt if strict else le)(left, right), box)
        shown = prove.monotone(function, premise).conclusion.conclusion
    except RuleFailure:
        return
    event("concluded")
    with mpmath.workdps(40):
        point = {x: low + abs(width) * sp.Rational(eighths, 8)}
        small, large = (mpmath.mpmathify(sp.N(side.subs(point), 40)) for side in (shown.lhs, shown.rhs))
        assert all(isinstance(side, mpmath.mpf) and mpmath.isfinite(side) for side in (small, large))
        assert small < large if strict else small <= large + mpmath.mpf(10) ** -35
