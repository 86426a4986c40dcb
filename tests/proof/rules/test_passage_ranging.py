"""Arbitrary sequences with values in [0, b]: their bounds, induction over them, and what must not follow of them."""

from fractions import Fraction

import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from deepcond_sym.errors import InputError
from deepcond_sym.proof import (
    Claim,
    Proof,
    RuleFailure,
    Sequence,
    Verdict,
    at,
    derive,
    eq,
    fact,
    forall,
    index,
    interval,
    le,
    lt,
    ranging,
)  # fmt: skip
from deepcond_sym.proof.encoding import encode_statement, encode_term
from deepcond_sym.proof.refutation import refute
from deepcond_sym.proof.semantics import Instance
from deepcond_sym.proof.tactics.inductive import inductive

from ..truth import shares

S, R = sp.symbols("S R", real=True)
b, x, a, u = sp.symbols("b x a u", real=True)
k, indices = index("k")
prove = Proof()
unit = interval(b, 0, 1)
_g = sp.Function("g", real=True)


def shrunk(largest: sp.Expr = b) -> Sequence:
    """g(0) = 1, g(k + 1) = S_k g(k) with S_k in [0, largest]."""
    return Sequence("g", k, 0, sp.S.One, ranging(S, k, largest) * _g(k))


def test_both_bounds() -> None:
    low = prove.ranging("at least", ranging(S, k, b), unit, indices)
    high = prove.ranging("at most", ranging(S, k, b), unit, indices)
    assert (low.verdict, low.conclusion.conclusion) == (Verdict.PROVED, le(0, ranging(S, k, b)))
    assert (high.verdict, high.conclusion.conclusion) == (Verdict.PROVED, le(ranging(S, k, b), b))


def power_bound(largest: sp.Expr, ratio: sp.Expr) -> Claim:
    """0 <= g(k) is kept, and g(k) <= ratio^k, for g(k + 1) = S_k g(k)."""
    claim = Claim("mine/G", title="a product of factors below b", parameters={"largest": largest, "ratio": ratio})

    @claim.states
    def statement(largest, ratio):
        return forall(unit, indices, sequences=[shrunk(largest)], holds=le(_g(k), ratio**k))

    @claim.proves
    def proof(prover, goal, largest, ratio):
        factor = ranging(S, k, largest)
        low = fact(prover.ranging("at least", factor, unit, indices))
        room = prover.ranging("at most", factor, unit, indices)
        times = prover.polynomial(le(x * a, x * (a + u)), *(interval(v, 0, sp.oo) for v in (x, a, u)))
        positive = inductive(
            prover, goal.conclude(le(0, _g(k))), k,
            lambda base: prover.chain(base, prover.polynomial(le(0, 1)), prover.folded(base, _g(0))),
            lambda step: prover.chain(
                step, low, at(prover.polynomial(le(0, x * a), interval(x, 0, sp.oo), interval(a, 0, sp.oo)),
                              {x: factor, a: _g(k)}), prover.folded(step, _g(k + 1)),
            ),
        )  # fmt: skip
        return inductive(
            prover, goal, k,
            lambda base: prover.chain(base, prover.unfold(base, _g(0))),
            lambda step: prover.chain(
                step, low, fact(room), fact(positive), fact(prover.power("non-negative", ratio, k, unit, indices)),
                prover.unfold(step, _g(k + 1)),
                at(times, {x: factor, a: _g(k), u: ratio**k - _g(k)}),
                at(times, {x: ratio**k, a: factor, u: ratio - factor}),
            ),
        )  # fmt: skip

    return claim


def test_a_product_of_arbitrary_factors_by_induction() -> None:
    assert power_bound(b, b).judge().verdict is Verdict.PROVED
    assert power_bound(b, b**2).judge(hunt_seconds=1).verdict is Verdict.REFUTED
    assert power_bound(b + 1, b).judge(hunt_seconds=1).verdict is Verdict.REFUTED


@pytest.mark.parametrize(
    ("part", "member", "variables"),
    [
        pytest.param("at most", ranging(S, k, x), (interval(x, -1, 1), indices), id="an end that may be negative"),
        pytest.param("at most", ranging(S, k, 1 / x), (interval(x, 0, 1), indices), id="an end without a value"),
        pytest.param("at most", ranging(S, k, b) + 1, (unit, indices), id="not a member"),
    ],
)
def test_what_is_refused(part, member, variables) -> None:
    with pytest.raises(RuleFailure):
        prove.ranging(part, member, *variables)


def test_a_name_is_no_variable() -> None:
    with pytest.raises(InputError, match="bound inside"):
        forall(interval(S, 0, 1), indices, holds=le(ranging(S, k, 1), S))
    with pytest.raises(InputError, match="arguments"):
        forall(indices, holds=le(ranging(S, k), 1))
    with pytest.raises(InputError, match="where k lies"):
        forall(holds=le(ranging(S, k, 1), 1))


def test_two_sequences_and_two_members_are_not_the_same() -> None:
    for other in (ranging(R, k, b), ranging(S, k + 1, b), ranging(S, k, b / 2)):
        with pytest.raises(RuleFailure):
            prove.identity(forall(unit, indices, holds=eq(ranging(S, k, b), other)))
    assert prove.identity(forall(unit, indices, holds=eq(ranging(S, k, b), ranging(S, k, b)))).verdict is Verdict.PROVED


def test_one_choice_is_enough_against_a_statement_and_not_for_it() -> None:
    upper_half = forall(holds=le(sp.Rational(1, 2), ranging(S, 0, 1)))
    with pytest.raises(RuleFailure, match="one choice among many"):
        prove.evaluate(upper_half)
    below = forall(holds=lt(ranging(S, 0, 1), 1))
    assert refute((below,), 0, Instance()) is not None
    empty = forall(interval(x, -1, 1), holds=lt(ranging(S, 0, x), x))
    assert refute((empty,), 0, Instance({x: Fraction(-1)})) is None


def test_its_limit_is_not_that_of_a_constant_factor() -> None:
    name = sp.Symbol("g", real=True)
    half = sp.Rational(1, 2)
    goal = forall(sequences=[Sequence("g", k, 0, sp.S.One, 1 + ranging(S, k, half) * _g(k))], holds=eq(sp.S.One, 1))
    for value in (1, 2):
        claimed = goal.conclude(eq(sp.Function("limit", real=True)(name), value))
        with pytest.raises(RuleFailure):
            prove.recurrence_limit(claimed)


ends = st.sampled_from([b, 1 - b, b - 1, 2 * b - 1, b**2, 1 / (1 + b), 1 / b, -b, sp.S.Zero, 1 + b, b - b**2])


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(["at least", "at most"]), ends, shares)
def test_no_bound_where_the_interval_is_empty(part, end, share) -> None:
    try:
        step = prove.ranging(part, ranging(S, k, end), unit, indices)
    except RuleFailure:
        return
    assert end.subs(b, sp.Rational(share.numerator, share.denominator)) >= 0
    assert step.conclusion.conclusion in (le(0, ranging(S, k, end)), le(ranging(S, k, end), end))


def test_a_forged_call() -> None:
    frame = encode_statement(forall(unit, indices, holds=le(0, 0)))
    for member in (ranging(S, k, -1), ranging(S, k, b - 1), sp.Function("tending", real=True)(S, k, b)):
        with pytest.raises(RuleFailure):
            derive("passage", {"part": "at least", "statement": frame, "base": encode_term(member)})
