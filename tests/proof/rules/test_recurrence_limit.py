"""Limits of linear recursions: y_k is close to a/(1 - b) after many steps, for coefficients that converge slowly."""

from fractions import Fraction

import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from deepcond_sym.errors import InputError
from deepcond_sym.proof import Proof, RuleFailure, Sequence, Verdict, eq, forall, index, interval, limit, tending

k, _ = index("k")
A, B, b = sp.symbols("A B b", real=True)
Y = sp.Function("Y", real=True)
prove = Proof()
small = st.fractions(-2, 2, max_denominator=5).map(lambda f: sp.Rational(f.numerator, f.denominator))


def goal(step, value, *variables):
    recursion = Sequence("Y", k, 0, sp.S.Zero, step)
    return forall(*variables, sequences=[recursion], holds=eq(limit(sp.Symbol("Y", real=True)), value))


def test_what_it_proves() -> None:
    step = tending(A, k, 3) + tending(B, k, b) * Y(k)
    assert prove.recurrence_limit(goal(step, 3 / (1 - b), interval(b, -1, 1, "()"))).verdict is Verdict.PROVED


@pytest.mark.parametrize(
    "step", [k + Y(k) / 2, Y(k) ** 2 / 2, Y(k) / 2 + 1 / (k + 1), sp.Abs(Y(k)) / 2, Y(k) + 1, 2 * Y(k)]
)
def test_what_it_does_not(step) -> None:
    with pytest.raises((RuleFailure, InputError)):
        prove.recurrence_limit(goal(step, sp.S.Zero))


@settings(max_examples=80, deadline=None)
@given(small, small, small, st.booleans())
def test_as_brute_force(a, slope, guess, right) -> None:
    value = a / (1 - slope) if right and slope != 1 else guess
    try:
        prove.recurrence_limit(goal(tending(A, k, a) + tending(B, k, slope) * Y(k), value))
    except RuleFailure:
        assert not (right and abs(slope) < 1)
        return
    y = 0.0
    for j in range(4000):
        y = float(a) + 1 / (j + 1) + (float(slope) - 1 / (j + 100)) * y
    assert abs(y - float(Fraction(int(value.p), int(value.q)))) < 0.3
