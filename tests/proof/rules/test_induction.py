"""Mathematical induction: what it proves agrees with brute force at every index tried."""

from fractions import Fraction

import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from deepcond_sym.errors import InputError
from deepcond_sym.proof import (
    Proof,
    RuleFailure,
    Statement,
    Step,
    Verdict,
    at,
    fact,
    forall,
    index,
    interval,
    le,
    steps_to,
)
from deepcond_sym.proof.tactics.inductive import base_case, inductive, step_case

k, indices = index("k")
x = sp.Symbol("x", real=True)
u, a = sp.symbols("u a", real=True)
prove = Proof()
half = sp.Rational(1, 2)


def bernoulli(goal: Statement, c: sp.Rational) -> Step:
    """1 + c k x <= (1 + x)^k: times 1 + x, and (1 + c k x)(1 + x) >= 1 + c (k + 1) x where c <= 1."""
    product = prove.polynomial(
        le(a * (1 + x), (a + u) * (1 + x)), interval(x, 0, sp.oo), interval(a, 0, sp.oo), interval(u, 0, sp.oo)
    )
    grown = prove.polynomial(le(1 + c * (k + 1) * x, (1 + c * k * x) * (1 + x)), interval(x, 0, sp.oo), indices)
    start = prove.polynomial(le(0, 1 + c * k * x), interval(x, 0, sp.oo), indices)
    return inductive(
        prove, goal, k,
        lambda base: prove.chain(base, prove.polynomial(le(1, 1))),
        lambda step: prove.chain(
            step, fact(start), grown, at(product, {a: 1 + c * k * x, u: (1 + x) ** k - 1 - c * k * x})
        ),
    )  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.fractions(min_value=-1, max_value=2, max_denominator=8))
def test_no_bound_that_brute_force_contradicts(value) -> None:
    """Bernoulli's inequality with the slope c: it comes out for 0 <= c <= 1, and for no c where it fails."""
    c = sp.Rational(value.numerator, value.denominator)
    goal = forall(interval(x, 0, sp.oo), indices, holds=le(1 + c * k * x, (1 + x) ** k))
    try:
        proved = bernoulli(goal, c)
    except (RuleFailure, InputError):
        assert not 0 <= value <= 1
        return
    assert proved.verdict is Verdict.PROVED
    for depth in range(8):
        for at_x in (Fraction(0), Fraction(1, 100), Fraction(1), Fraction(7)):
            assert 1 + value * depth * at_x <= (1 + at_x) ** depth


def test_the_goals_of_an_induction() -> None:
    goal = forall(interval(x, 0, 1), indices, given=[le(k, steps_to(2, 3))], holds=le(k * x, k))
    base, step = base_case(goal, k), step_case(goal, k)
    assert [v.symbol for v in base.variables] == [x]
    assert base.conclusion == le(0, 0)
    assert step.conclusion == le((k + 1) * x, k + 1)
    assert le(k + 1, steps_to(2, 3)) in step.given
    assert goal.conclusion in step.given


def test_a_hypothesis_that_persists_serves_the_step() -> None:
    """2^k <= 7 up to the passage of 7 by the powers of 2, since 2^k < 7 before it."""
    early = prove.before(7, 2, k, indices)
    goal = forall(indices, given=[le(k, steps_to(7, 2))], holds=le(2**k, 14))
    twice = prove.polynomial(le(2 * a, 14), interval(a, 1, 7))
    grown = prove.power("at least one", 2, k, indices)
    step = inductive(
        prove, goal, k,
        lambda base: prove.chain(base, prove.polynomial(le(1, 14))),
        lambda later: prove.chain(later, fact(early), fact(grown), at(twice, {a: 2**k})),
    )  # fmt: skip
    assert step.verdict is Verdict.PROVED
