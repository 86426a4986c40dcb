"""Closed forms by induction: the form agrees with brute-force iteration at every index tried."""

import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from deepcond_sym.errors import InputError
from deepcond_sym.proof import Proof, RuleFailure, Sequence, Verdict, eq, forall, hermite_at_zero, index

k, indices = index("k")
prove = Proof()
F = sp.Function("S", real=True)


def sequence(a, b, c, first) -> Sequence:
    return Sequence("S", k, 0, sp.Integer(first), a * F(k) + b * k + c)


def iterated(a, b, c, first, count):
    value = first
    for j in range(count):
        value = a * value + b * j + c
    return value


def test_what_it_proves() -> None:
    S = sequence(1, 1, 0, 0)
    assert prove.closed_form(forall(indices, sequences=[S], holds=eq(S(k), k * (k - 1) / 2))).verdict is Verdict.PROVED
    for j in range(8):
        assert (-1) ** j * sp.factorial2(2 * j - 1) == sp.polys.orthopolys.hermite_prob_poly(
            2 * j, sp.Symbol("z")
        ).subs("z", 0)
    form = (-1) ** k * sp.factorial2(2 * k - 1)
    assert prove.closed_form(forall(indices, holds=eq(hermite_at_zero(2 * k), form))).verdict is Verdict.PROVED


small = st.integers(-2, 3)


@settings(max_examples=100, deadline=None)
@given(small, small, small, small, st.tuples(small, small, small, small), small)
def test_no_form_that_iteration_contradicts(a, b, c, first, form, base) -> None:
    S = sequence(a, b, c, first)
    candidate = form[0] * sp.Integer(base) ** k + sp.Rational(form[1], 2) * k**2 + sp.Rational(form[2], 2) * k + form[3]
    try:
        prove.closed_form(forall(indices, sequences=[S], holds=eq(S(k), candidate)))
    except (RuleFailure, InputError):
        return
    assert all(candidate.subs(k, j) == iterated(a, b, c, first, j) for j in range(7))


@settings(max_examples=40, deadline=None)
@given(small, small, st.sampled_from([0, 0, 0, 1, sp.Rational(1, 10**6)]))
def test_the_right_form_and_no_other(b, c, error) -> None:
    S = sequence(1, b, c, 2)
    goal = forall(indices, sequences=[S], holds=eq(S(k), 2 + c * k + sp.Rational(b, 2) * k * (k - 1) + error))
    if error == 0:
        assert prove.closed_form(goal).verdict is Verdict.PROVED
    else:
        with pytest.raises(RuleFailure):
            prove.closed_form(goal)


def test_a_hypothesis_about_the_index_is_refused() -> None:
    S = sequence(1, 1, 0, 0)
    from deepcond_sym.proof import ne

    with pytest.raises(RuleFailure, match="a hypothesis about k"):
        prove.closed_form(forall(indices, given=[ne(k, 3)], sequences=[S], holds=eq(S(k), k * (k - 1) / 2)))
