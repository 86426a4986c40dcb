"""Substitution and chaining: a universal statement at terms of its domain; no relation that sampling contradicts."""

from fractions import Fraction

import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from deepcond_sym.errors import InputError
from deepcond_sym.proof import (
    NONLINEAR,
    NORMALISED,
    Proof,
    RuleFailure,
    Verdict,
    at,
    dual,
    eq,
    forall,
    interval,
    le,
    lt,
    mu,
)

from ..truth import true_at

x, y, t = sp.symbols("x y t", real=True)
prove = Proof()
square = prove.polynomial(le(x**2, x), interval(x, 0, 1))
grown = prove.polynomial(lt(y, 2 * y), interval(y, 0, 3, "("))


def test_what_it_proves() -> None:
    goal = forall(interval(x, 0, 1, "("), holds=lt(x**2, 2 * x))
    assert prove.chain(goal, square, at(grown, {y: x})).verdict is Verdict.PROVED


def test_a_larger_family_is_not_covered() -> None:
    narrow = prove.vertices(forall(family=NONLINEAR, holds=lt(0, mu)))
    with pytest.raises(RuleFailure):
        prove.chain(forall(family=NORMALISED, holds=lt(0, mu)), narrow)


def test_an_equality_needs_equalities() -> None:
    with pytest.raises(RuleFailure):
        prove.chain(forall(interval(x, 0, 1), holds=eq(x**2, x)), square)


def test_a_family_statement_does_not_lose_its_family() -> None:
    layer = prove.one_layer(t, (1 - mu) * t + mu * t**2)
    with pytest.raises((RuleFailure, InputError)):
        prove.chain(forall(interval(mu, 0, 1), interval(t, 0, 1), holds=le(dual(t), (1 - mu) * t + mu * t**2)), layer)


terms = st.sampled_from(
    [x, 1 - x, x**2, x + 1, x / 2, 2 * x, 1 / (1 + x), 1 / x, sp.sqrt(x), x - 1, sp.Abs(x), -x, sp.S.One]
)


@settings(max_examples=150, deadline=None)
@given(terms, terms, st.sampled_from([(0, 1), (-1, 1), (0, 2)]), st.sampled_from(["", "(", "()"]), st.booleans())
def test_no_relation_that_sampling_contradicts(first, second, ends, opened, strict) -> None:
    goal = forall(interval(x, *ends, opened), holds=(lt if strict else le)(first**2, 2 * second))
    try:
        prove.chain(goal, at(square, {x: first}), at(grown, {y: second}))
    except (RuleFailure, InputError):
        return
    for i in range(25):
        value = ends[0] + (ends[1] - ends[0]) * Fraction(i, 24)
        if not ((i == 0 and "(" in opened) or (i == 24 and ")" in opened)):
            assert true_at(goal.conclusion, {x: value})
