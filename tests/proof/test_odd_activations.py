"""The family of odd activations: what holds for it alone must not pass for more, and it must be what it says."""

from dataclasses import replace
from fractions import Fraction

import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from deepcond_sym.errors import InputError
from deepcond_sym.proof import (
    NONLINEAR,
    NORMALISED,
    ODD,
    UNCENTRED,
    Family,
    Instance,
    Proof,
    RuleFailure,
    Verdict,
    at,
    dual,
    dual_slope,
    forall,
    interval,
    le,
    lt,
    member,
    mu,
)
from deepcond_sym.proof.encoding import decode_statement, encode_statement
from deepcond_sym.proof.hunt import hunt
from deepcond_sym.proof.instance import in_domain

from .truth import dual_at, shares, weights

t = sp.Symbol("t", real=True)
prove = Proof()
unit = interval(t, 0, 1)
CUBIC = le(dual(t), (1 - mu) * t + mu * t**3)


@pytest.mark.parametrize("head", [2, 3])
def test_what_it_proves(head) -> None:
    """From i = 3 on; from i = 2 on the tail would hold h_2, which is not odd but not worth telling apart."""
    goal = forall(unit, family=ODD, holds=CUBIC)
    if head == 3:
        assert prove.vertices(goal, head).verdict is Verdict.PROVED
    else:
        with pytest.raises(RuleFailure):
            prove.vertices(goal, head)


@pytest.mark.parametrize("family", [NORMALISED, NONLINEAR, UNCENTRED])
def test_what_holds_for_odd_activations_only(family) -> None:
    with pytest.raises(RuleFailure):
        prove.vertices(forall(unit, family=family, holds=CUBIC), 3)
    odd = prove.vertices(forall(unit, family=ODD, holds=CUBIC), 3)
    with pytest.raises(RuleFailure, match="not known"):
        prove.chain(forall(unit, family=family, holds=CUBIC), odd)


def test_what_holds_for_all_holds_for_odd_ones() -> None:
    every = prove.vertices(forall(unit, family=NORMALISED, holds=le(dual(t), t)))
    assert prove.chain(forall(unit, family=ODD, holds=le(dual(t), t)), at(every, {})).verdict is Verdict.PROVED


def test_a_member_is_not_odd_by_its_name() -> None:
    """q_mu has even powers, and what is known of odd activations must not be used for it."""
    odd = prove.vertices(forall(unit, family=ODD, holds=CUBIC), 3)
    r = sp.Symbol("r", real=True)
    quadratic = member(r, (1 - mu) * r + mu * r**2)
    with pytest.raises(RuleFailure, match="not known"):
        prove.chain(forall(unit, interval(mu, 0, 1), family=quadratic, holds=CUBIC), odd)
    with pytest.raises(InputError, match="odd"):
        replace(quadratic, odd=True)


def test_an_odd_activation_is_centred() -> None:
    """Without p_0 = 0 the vertices would be counted from the even ones."""
    with pytest.raises(InputError, match="odd"):
        Family("odd and yet not centred", unit=True, centred=False, odd=True)
    data = encode_statement(forall(unit, family=ODD, holds=CUBIC))
    data["family"]["centred"] = False
    with pytest.raises(InputError, match="odd"):
        decode_statement(data)


def test_it_survives_the_certificate() -> None:
    statement = forall(unit, family=ODD, holds=CUBIC)
    assert decode_statement(encode_statement(statement)) == statement
    data = encode_statement(statement)
    del data["family"]["odd"]
    assert decode_statement(data) != statement


def test_its_instances() -> None:
    statement = forall(unit, family=ODD, holds=CUBIC)
    values = {t: Fraction(1, 2)}
    assert in_domain(statement, Instance(values, (Fraction(0), Fraction(1, 2), Fraction(0), Fraction(1, 2))))
    assert not in_domain(statement, Instance(values, (Fraction(0), Fraction(1, 2), Fraction(1, 2))))
    assert not in_domain(statement, Instance(values, (Fraction(1),)))


def test_a_false_statement_about_it_is_found_out() -> None:
    smaller = (1 - mu) * t + mu * t**3 - mu * (t - t**3) / 100
    found = hunt(forall(unit, family=ODD, holds=le(dual(t), smaller)))
    assert found is not None
    assert not any(found.weights[::2])


@settings(max_examples=100, deadline=None)
@given(
    st.tuples(*[st.integers(-3, 3)] * 4), st.integers(1, 5), st.booleans(),
    st.lists(weights, min_size=6, max_size=6), shares,
)  # fmt: skip
def test_no_inequality_that_an_odd_activation_violates(c, head, strict, samples, r) -> None:
    """0 < a dual(t) + b dual(-t) + d mu + e dual_slope(1) + 1 + t^2, for odd activations."""
    a, b, d, e = c
    form = a * dual(t) + b * dual(-t) + d * mu + e * dual_slope(1) + 1 + t**2
    try:
        prove.vertices(forall(unit, family=ODD, holds=(lt if strict else le)(0, form)), head)
    except RuleFailure:
        return
    for parts in [*samples, [1], [0, 1], [1, 1], [0, 0, 1]]:
        total = Fraction(sum(parts))
        if total == 0:
            continue
        p = [x for part in parts for x in (Fraction(0), Fraction(part) / total)]
        for where in (r, Fraction(0), Fraction(1)):
            slope = sum((i * x for i, x in enumerate(p)), Fraction(0))
            value = a * dual_at(p, where) + b * dual_at(p, -where) + d * (1 - p[1]) + e * slope + 1 + where**2
            assert value > 0 if strict else value >= 0
