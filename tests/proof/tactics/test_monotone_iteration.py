"""Monotone iteration: f <= Q gives f^L <= Q^L; never a bound that brute-force iteration exceeds."""

from fractions import Fraction

import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from deepcond_sym.errors import InputError
from deepcond_sym.proof import Proof, RuleFailure, Verdict, mu

from ..truth import iterate_at, normalised, rational, shares, weights

t = sp.Symbol("t", real=True)
prove = Proof()
quadratic = (1 - mu) * t + mu * t**2


def repeated(body, depth: int, start: Fraction, share: Fraction) -> Fraction:
    exact = sp.Lambda(t, body.subs(mu, rational(share)))
    value = rational(start)
    for _ in range(depth):
        value = sp.Rational(exact(value))
    return Fraction(int(value.p), int(value.q))


def test_what_it_proves() -> None:
    assert prove.absolute().verdict is Verdict.PROVED
    assert prove.majorant(prove.one_layer(t, quadratic), t, quadratic).verdict is Verdict.PROVED
    assert prove.attained(t, quadratic).verdict is Verdict.PROVED


def test_a_majorant_needs_its_own_premise() -> None:
    layer = prove.one_layer(t, quadratic)
    with pytest.raises(RuleFailure):
        prove.majorant(layer, t, quadratic - (t - t**2) / 10**6)


coefficient = st.sampled_from([-1, 0, sp.Rational(1, 2), 1, 2])


@settings(max_examples=60, deadline=None)
@given(st.lists(coefficient, min_size=6, max_size=6), weights, shares, st.integers(0, 4))
def test_no_bound_that_iteration_exceeds(c, parts, r, depth) -> None:
    body = sp.expand(c[0] * t + c[1] * t**2 + c[2] * t**3 + mu * (c[3] * t + c[4] * t**2 + c[5] * t**3))
    try:
        prove.majorant(prove.one_layer(t, body), t, body)
    except (RuleFailure, InputError):
        return
    p = normalised(parts)
    assert iterate_at(p, depth, r) <= repeated(body, depth, r, 1 - p[1])


@settings(max_examples=60, deadline=None)
@given(st.lists(coefficient, min_size=6, max_size=6), shares, shares)
def test_what_is_attained_is_a_dual(c, share, r) -> None:
    body = sp.expand(t * c[0] + c[1] * t**2 + c[2] * t**3 + mu * (c[3] * t + c[4] * t**2 + c[5] * t**3))
    try:
        prove.attained(t, body)
    except (RuleFailure, InputError):
        return
    p = [Fraction(int(x.p), int(x.q)) for x in sp.Poly(body.subs(mu, rational(share)), t).all_coeffs()[::-1]]
    assert min(p) >= 0
    assert sum(p) == 1
    assert p[0] == 0
    assert 1 - p[1] == share
    assert iterate_at(p, 3, r) == repeated(body, 3, r, share)
