"""Powers with integer exponents, and the first power to pass a level: as brute force says."""

from fractions import Fraction

import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from deepcond_sym.proof import Proof, RuleFailure, Verdict, index, interval

from ..truth import fractions, rational, shares

x = sp.Symbol("x", real=True)
k, indices = index("k")
prove = Proof()


@pytest.mark.parametrize(
    ("part", "ends"), [("non-negative", (0, 5)), ("at most one", (0, 1)), ("at least one", (1, 5))]
)
def test_what_it_proves(part, ends) -> None:
    assert prove.power(part, x, k, interval(x, *ends), indices).verdict is Verdict.PROVED
    assert prove.reached(10, x, interval(x, 1, 2, "(")).verdict is Verdict.PROVED


bases = st.sampled_from([x, 1 - x, x**2, 1 / (1 + x), 1 + x, 1 / x, x - 1, 2 * x, x / (x**2 + x), x**2 / x])
exponents = st.sampled_from([k, 2 * k + 1, k + 3, k - 1, -k, 3 - k, sp.S.Zero, k / 2, k * k])


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(["non-negative", "at most one", "at least one"]), bases, exponents, fractions, shares)
def test_no_power_that_brute_force_contradicts(part, base, exponent, low, width) -> None:
    try:
        step = prove.power(part, base, exponent, interval(x, rational(low), rational(low + width)), indices)
    except RuleFailure:
        return
    relation = step.conclusion.conclusion
    for i in range(9):
        at = rational(low + width * Fraction(i, 8))
        for j in range(4):
            left, right = (side.subs({k: j}).subs({x: at}) for side in (relation.lhs, relation.rhs))
            assert left.is_Rational
            assert right.is_Rational
            assert left <= right


@settings(max_examples=60, deadline=None)
@given(bases, bases, fractions, shares)
def test_a_level_is_reached_where_it_can_be(level, base, low, width) -> None:
    try:
        prove.reached(level, base, interval(x, rational(low), rational(low + width)))
    except RuleFailure:
        return
    for i in range(9):
        at = {x: rational(low + width * Fraction(i, 8))}
        assert base.subs(at) > 1
        assert level.subs(at) > 0
