"""Lemmas on differences of powers: each says what its docstring says, and is an equality where that says so."""

import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from deepcond_sym.proof import Proof, Verdict
from deepcond_sym.proof.tactics import power_gaps
from deepcond_sym.proof.tactics.power_gaps import b, i, limit, r, share, x, y

prove = Proof()
units = st.fractions(0, 1, max_denominator=12)
exponents = st.integers(2, 7)

# left and right sides, typed here; in the last column whether they are equal at i = 2
LAWS = {
    "convex": (lambda v: (v.l * v.x + (1 - v.l) * v.y) ** v.i, lambda v: v.l * v.x**v.i + (1 - v.l) * v.y**v.i, False),
    "chord_gap": (
        lambda v: v.l * (1 - v.l) * (1 - v.b) ** 2,
        lambda v: v.l + (1 - v.l) * v.b**v.i - (v.l + (1 - v.l) * v.b) ** v.i,
        True,
    ),
    "tangent_gap": (lambda v: (1 - v.b) ** 2, lambda v: 1 - v.b**v.i - (1 - v.b) * v.i * v.b ** (v.i - 1), True),
    "chord_majorant": (
        lambda v: (v.l + (1 - v.l) * v.b) ** v.i - v.b**v.i,
        lambda v: v.i * v.b ** (v.i - 1) * (1 - v.b) * v.l * (1 - v.l) + v.l**2 * (1 - v.b**v.i),
        True,
    ),
    "linear_gap": (lambda v: (1 - v.b) ** 2, lambda v: v.i * (1 - v.b) - 1 + v.b**v.i, True),
    "slope_bound": (
        lambda v: abs(v.x**v.i - v.b**v.i),
        lambda v: v.i * v.b ** (v.i - 1) * v.T,
        False,
    ),
    "contraction": (
        lambda v: abs(v.x**v.i - v.b**v.i),
        lambda v: v.T * (v.r**v.i - v.b**v.i) / (v.r - v.b) if v.r != v.b else None,
        False,
    ),
}


class Values:
    """Numbers under the names of the lemmas' variables."""

    def __init__(self, **numbers):
        self.__dict__.update(numbers)


@pytest.mark.parametrize("name", LAWS)
def test_a_lemma_is_proved(name):
    assert getattr(power_gaps, name)(prove).verdict is Verdict.PROVED


@pytest.mark.parametrize("name", LAWS)
@settings(max_examples=40, deadline=None)
@given(units, units, units, units, st.booleans(), exponents)
def test_a_lemma_says_what_it_should_and_that_is_true(name, first, second, third, weight, negative, exponent):
    low, high = sorted((first, second))
    point = -third * high if negative else third * high
    at = Values(i=exponent, l=weight, b=low, r=high, x=point, y=second, T=abs(point - low))
    if name == "slope_bound":
        at.x, at.T = third * low * (-1 if negative else 1), abs(third * low * (-1 if negative else 1) - low)
    if name == "convex":
        at.x = first
    left, right = (side(at) for side in LAWS[name][:2])
    if right is None:
        return
    relation = getattr(power_gaps, name)(prove).conclusion.conclusion
    values = {i: at.i, share: at.l, b: at.b, r: at.r, x: at.x, y: at.y, limit: at.T}
    exact = {s: sp.Rational(v.numerator, v.denominator) for s, v in values.items()}
    assert relation.lhs.subs(exact) == sp.Rational(left.numerator, left.denominator)
    assert relation.rhs.subs(exact) == sp.Rational(right.numerator, right.denominator)
    assert relation.op == "<="
    assert left <= right
    assert left == right or exponent != 2 or not LAWS[name][2]


def test_strict_growth_is_between_two_points():
    shown = power_gaps.strictly_grows(prove).conclusion
    assert str(shown.conclusion) == "b**i < r**i"
    assert [str(g) for g in shown.given] == ["b < r"]
    assert shown.variable(i).lower == 1
