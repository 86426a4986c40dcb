"""The polynomial rule: x (1 - x) <= 1/4 on [0, 1]; never a sign that exact sampling contradicts."""

from fractions import Fraction

import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from deepcond_sym.proof import Proof, RuleFailure, Variable, Verdict, interval, le, lt, ne

from ..truth import fractions, rational, shares, true_at

x, y = sp.symbols("x y", real=True)
prove = Proof()


def test_what_it_proves() -> None:
    assert prove.polynomial(le(x * (1 - x), "1/4"), interval(x, 0, 1)).verdict is Verdict.PROVED
    assert prove.polynomial(le(0, (x - y) ** 2), Variable(x), Variable(y)).verdict is Verdict.PROVED
    assert prove.polynomial(ne(x**2 - 2, 0), interval(x, 0, 1)).verdict is Verdict.PROVED
    assert prove.polynomial(lt(x**2, x), interval(x, 0, 1, "()")).verdict is Verdict.PROVED
    assert prove.polynomial(lt(1 / (1 + x), 2), interval(x, 0, sp.oo)).verdict is Verdict.PROVED
    assert prove.polynomial(le(sp.pi * x, 4), interval(x, 0, 1)).verdict is Verdict.PROVED
    assert prove.polynomial(le(x, -1), interval(x, -sp.oo, -1)).verdict is Verdict.PROVED


def test_a_factor_that_vanishes_on_the_box() -> None:
    point = interval(x, 1, 1), interval(y, 0, 2)
    for relation in (le(x, 1), le(1, x), le((x - 1) * (1 + y), 0), le(0, (x - 1) * (1 + y))):
        assert prove.polynomial(relation, *point).verdict is Verdict.PROVED
    for relation in (lt(x, 1), le(x + y, 1), ne(x, 1)):
        with pytest.raises(RuleFailure):
            prove.polynomial(relation, *point)


@pytest.mark.parametrize("relation", [le(sp.sqrt(x), 2), le(sp.Abs(x), 2), le(2**x, 3), le(sp.pi * x, 3)])
def test_it_knows_rational_functions_only_and_pi(relation) -> None:
    with pytest.raises(RuleFailure):
        prove.polynomial(relation, interval(x, 0, 1))


coefficients = st.lists(st.integers(-4, 4), min_size=9, max_size=9)


@settings(max_examples=80, deadline=None)
@given(
    coefficients,
    st.integers(0, 3),
    fractions,
    shares,
    st.sampled_from(["", "(", ")", "()"]),
    st.booleans(),
    st.booleans(),
)
def test_no_false_sign(c, denominator, low, width, ends, strict, half_line) -> None:
    numerator = sum(c[3 * i + j] * x**i * y**j for i in range(3) for j in range(3))
    high = sp.oo if half_line else rational(low + width)
    box = (interval(x, rational(low), high, ends), interval(y, 0, 1))
    relation = (lt if strict else le)(0, numerator / (1 + denominator * y + x**2))
    try:
        prove.polynomial(relation, *box)
    except RuleFailure:
        return
    reach = Fraction(50) if half_line else width
    inside = [Fraction(i, 12) for i in range(13)]
    for a in inside:
        at = low + a * reach
        if (a == 0 and "(" in ends) or (a == 1 and ")" in ends and not half_line) or (width == 0 and ends):
            continue
        for b in inside:
            assert true_at(relation, {x: at, y: b})


@settings(max_examples=60, deadline=None)
@given(st.lists(fractions, min_size=1, max_size=4), st.integers(-2, 3), st.booleans())
def test_no_false_sign_near_a_root(roots, sign, strict) -> None:
    """A product of factors (x - r), with roots at or near the ends of [0, 1]."""
    relation = (lt if strict else le)(0, sign * sp.prod([x - rational(r) for r in roots]))
    try:
        prove.polynomial(relation, interval(x, 0, 1))
    except RuleFailure:
        return
    near = [r + d for r in roots for d in (Fraction(0), Fraction(1, 10**9), Fraction(-1, 10**9))]
    for at in [*near, Fraction(0), Fraction(1), Fraction(1, 2)]:
        assert not 0 <= at <= 1 or true_at(relation, {x: at})
