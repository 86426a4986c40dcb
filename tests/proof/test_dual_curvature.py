"""The second derivative of the dual: its values, and what the rules must not conclude from it."""

import subprocess
import sys
from fractions import Fraction

import mpmath
import pytest
import sympy as sp
from flint import arb, fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from deepcond_sym.errors import InputError
from deepcond_sym.proof import (
    NORMALISED,
    RELU,
    SERIES,
    UNCENTRED,
    Claim,
    Instance,
    Proof,
    RuleFailure,
    Variable,
    Verdict,
    at,
    dual,
    dual_curvature,
    dual_slope,
    eq,
    forall,
    index,
    interval,
    le,
    lt,
    member,
    mu,
)
from deepcond_sym.proof.encoding import decode_statement, encode_statement
from deepcond_sym.proof.finite_derivatives import finite_derivatives
from deepcond_sym.proof.rational import exact
from deepcond_sym.proof.semantics import CannotEvaluate, Evaluator, at_instance
from deepcond_sym.proof.tactics.curvature import slope_gap, taylor

from .truth import shares, weights

t, x = sp.symbols("t x", real=True)
prove = Proof()
unit = interval(t, 0, 1)
CURVED = (Fraction(0), Fraction(1, 4), Fraction(1, 2), Fraction(1, 4))


@pytest.mark.parametrize("where", ["1", "-1", "0", "3/5"])
def test_its_value_is_that_of_mpmath(where) -> None:
    """By differences of a polynomial whose value is exact, at 40 digits."""
    point = Fraction(where)
    with mpmath.workdps(60):
        coefficients = [mpmath.mpf(p.numerator) / p.denominator for p in reversed(CURVED)]
        r = mpmath.mpf(point.numerator) / point.denominator
        second = mpmath.diff(lambda s: mpmath.polyval(coefficients, s), r, 2)
        found = exact(dual_curvature(sp.Rational(where)), Instance({}, CURVED))
        assert found is not None
        assert abs(mpmath.mpf(found.numerator) / found.denominator - second) < mpmath.mpf(10) ** -20
    value = Evaluator(Instance({}, CURVED)).value(dual_curvature(sp.Rational(where)))
    assert value.contains(fmpq(found.numerator, found.denominator))


def test_it_is_evaluated_around_zero_and_within_the_disk() -> None:
    evaluator = Evaluator(Instance({}, CURVED))
    around = evaluator.dual(arb(0, "0.1"), 2)
    assert around.is_finite()
    assert around.contains(1)
    with pytest.raises(CannotEvaluate, match="correlations"):
        evaluator.value(dual_curvature(2))


def test_a_witness_prints_it_in_mpmath() -> None:
    claim = Claim("example/curved", title="f'' <= 1", witnesses=((0, Instance({t: Fraction(1)}, CURVED)),))
    claim.states(lambda: forall(unit, family=UNCENTRED, holds=le(dual_curvature(t), 1)))
    found = claim.judge()
    assert found.verdict is Verdict.REFUTED
    assert found.refutation is not None
    printed = subprocess.run(
        [sys.executable, "-c", found.refutation.reproduce()], capture_output=True, text=True, check=True, timeout=60
    )
    assert printed.stdout.split()[:2] == ["left", "2.5"]


def test_the_lemmas_are_proved() -> None:
    for lemma in (slope_gap, taylor):
        assert lemma(prove).verdict is Verdict.PROVED


@pytest.mark.parametrize("head", [1, 2, 3])
def test_at_zero_it_is_2_at_the_second_power(head) -> None:
    """f''(0) <= 0 holds at every vertex but r^2: it must never be part of the tail, nor forgotten."""
    with pytest.raises(RuleFailure):
        prove.vertices(forall(family=UNCENTRED, holds=le(dual_curvature(0), 0)), head)


def test_what_holds_at_zero() -> None:
    """f''(0) = 2 p_2 <= 2 (1 - p_0 - p_1)."""
    goal = forall(family=UNCENTRED, holds=le(dual_curvature(0), 2 - 2 * dual(0) - 2 * dual_slope(0)))
    assert prove.vertices(goal, 3).verdict is Verdict.PROVED
    with pytest.raises(RuleFailure):
        prove.vertices(goal, 2)


def test_the_slope_and_the_curvature_count_the_same_power() -> None:
    """f'(1)^2 <= f''(1) + f'(1) fails to be linear; f'(1) <= 1 + f''(1)/2 holds, with equality at r and r^2, and would
    fail for other indices of slope and curvature."""
    goal = forall(family=UNCENTRED, holds=le(dual_slope(1), 1 + dual_curvature(1) / 2))
    assert prove.vertices(goal, 2).verdict is Verdict.PROVED
    with pytest.raises(RuleFailure):
        prove.vertices(forall(family=UNCENTRED, holds=le(dual_slope(1), 1 + dual_curvature(1) / 3)), 2)
    with pytest.raises(RuleFailure, match="linear"):
        prove.vertices(forall(family=UNCENTRED, holds=le(dual_slope(1) * dual_curvature(1), 3)), 2)
    with pytest.raises(RuleFailure, match="constant"):
        prove.vertices(forall(family=SERIES, holds=le(dual_slope(1), 1 + dual_curvature(1) / 2)), 2)


def test_in_the_tail_it_is_known_at_the_ends_only() -> None:
    with pytest.raises(RuleFailure, match="0 and 1 only"):
        prove.vertices(forall(unit, family=UNCENTRED, holds=le(0, dual_curvature(t))), 2)


def test_a_premise_about_all_powers_starts_where_the_curvature_does() -> None:
    """At i = 1 the term i (i - 1) r^(i - 2) has no value at r = 0."""
    i, some = index("i", 1)
    wide, late = some, Variable(i, sp.Integer(2))
    value = i * (i - 1) * t ** (i - 2)
    product = prove.polynomial(le(0, i * (i - 1) * x), late, interval(x, 0, sp.oo))
    known = prove.power("non-negative", t, i - 2, unit, late)
    shown = prove.chain(forall(unit, late, holds=le(0, value)), _fact(known), at(product, {x: t ** (i - 2)}))
    goal = forall(unit, family=UNCENTRED, holds=le(0, dual_curvature(t)))
    assert prove.vertices(goal, 2, shown).verdict is Verdict.PROVED
    with pytest.raises(RuleFailure):
        prove.vertices(goal, 1, shown)
    with pytest.raises(RuleFailure):
        prove.chain(forall(unit, wide, holds=le(0, value)), shown)


def _fact(step):
    from deepcond_sym.proof import fact

    return fact(step)


def test_it_is_finite_only_where_the_statement_says_so() -> None:
    """0 <= f''(1) + 1 speaks of finite curvature, and must not be used for activations with a finite slope only."""
    curved = prove.vertices(forall(family=UNCENTRED, holds=le(0, 1 + dual_curvature(1))), 2)
    bounded = prove.polynomial(lt(0, x), interval(x, 1, sp.oo))
    assert [finite_derivatives(forall(family=UNCENTRED, holds=le(0, f(1)))) for f in (dual, dual_slope)] == [0, 1]
    assert finite_derivatives(curved.conclusion) == 2
    for wanted in (le(0, dual_slope(1)), le(0, dual(1)), lt(0, 1)):
        with pytest.raises(RuleFailure, match="finite curvature"):
            prove.chain(forall(family=UNCENTRED, holds=wanted), _fact(curved), at(bounded, {x: 1}))
    inside = interval(t, -1, 1, "()")
    assert finite_derivatives(forall(inside, family=UNCENTRED, holds=le(0, dual_curvature(t)))) == 0
    assert finite_derivatives(forall(unit, family=UNCENTRED, holds=le(0, dual_curvature(t)))) == 2


def test_relu_has_none() -> None:
    """Its curvature 1/(pi sqrt(1 - r^2)) is infinite at 1: nothing about all activations of finite curvature holds."""
    with pytest.raises(InputError, match="ReLU"):
        forall(family=RELU, holds=le(0, dual_curvature(1)))
    curved = prove.vertices(forall(family=UNCENTRED, holds=le(dual_slope(1), 1 + dual_curvature(1) / 2)), 2)
    with pytest.raises(RuleFailure, match="finite curvature"):
        prove.chain(forall(family=RELU, holds=le(dual_slope(1), 1)), _fact(curved))
    data = encode_statement(curved.conclusion)
    data["family"] = encode_statement(forall(family=RELU, holds=le(dual_slope(1), 1)))["family"]
    with pytest.raises(InputError, match="ReLU"):
        decode_statement(data)


def test_that_of_a_member_is_its_second_derivative() -> None:
    cubic = member(x, (1 - mu) * x + mu * x**3)
    frame = forall(unit, interval(mu, 0, 1), family=cubic, holds=eq(dual_curvature(t), 6 * mu * t))
    assert prove.identity(frame, unfold=[dual_curvature(t)]).verdict is Verdict.PROVED
    with pytest.raises(RuleFailure):
        prove.identity(frame.conclude(eq(dual_curvature(t), 3 * mu * t)), unfold=[dual_curvature(t)])
    with pytest.raises(RuleFailure, match="not fixed"):
        prove.identity(forall(family=NORMALISED, holds=eq(dual_curvature(1), 0)), unfold=[dual_curvature(1)])
    wide = forall(interval(t, 0, 2), interval(mu, 0, 1), family=cubic, holds=eq(dual_curvature(t), 6 * mu * t))
    with pytest.raises(RuleFailure, match="not shown"):
        prove.identity(wide, unfold=[dual_curvature(t)])


@pytest.mark.parametrize(
    "false",
    [
        le(dual_slope(1) - dual_slope(t), sp.Rational(99, 100) * dual_curvature(1) * (1 - t)),
        le(dual_slope(1) * (1 - t) - sp.Rational(49, 100) * dual_curvature(1) * (1 - t) ** 2, 1 - dual(t)),
    ],
)
def test_slightly_too_much_is_refuted(false) -> None:
    statement = forall(interval(t, -1, 1), family=UNCENTRED, holds=false)
    parabola = Instance({t: Fraction(1, 2)}, (Fraction(0), Fraction(0), Fraction(1)))
    assert at_instance(statement, parabola, negate=True)
    for head in (1, 2, 3):
        for premises in ((), (slope_gap(prove),), (taylor(prove),)):
            with pytest.raises(RuleFailure):
                prove.vertices(statement, head, *premises)


@settings(max_examples=100, deadline=None)
@given(
    st.tuples(*[st.integers(-3, 3)] * 5), st.integers(1, 4), st.booleans(),
    st.lists(weights, min_size=6, max_size=6), shares,
)  # fmt: skip
def test_no_inequality_that_an_activation_violates(c, head, strict, samples, r) -> None:
    """0 < a f(t) + b f'(1) + d f''(1) + e f''(0) + g f'(0) + 1 + t^2, whatever the rule makes of it."""
    a, b, d, e, g = c
    form = a * dual(t) + b * dual_slope(1) + d * dual_curvature(1) + e * dual_curvature(0) + g * dual_slope(0)
    try:
        prove.vertices(forall(unit, family=UNCENTRED, holds=(lt if strict else le)(0, form + 1 + t**2)), head)
    except RuleFailure:
        return
    for parts in [*samples, [1], [0, 1], [0, 0, 1], [0, 0, 0, 1], [1, 1, 1]]:
        total = sum(map(Fraction, parts), Fraction(0))
        if total == 0:
            continue
        p = [*(Fraction(part) / total for part in parts), Fraction(0), Fraction(0), Fraction(0)]
        slope = sum((i * q for i, q in enumerate(p)), Fraction(0))
        curvature = sum((i * (i - 1) * q for i, q in enumerate(p)), Fraction(0))
        for where in (r, Fraction(0), Fraction(1)):
            value = a * sum((q * where**i for i, q in enumerate(p)), Fraction(0))
            value += b * slope + d * curvature + e * 2 * p[2] + g * p[1] + 1 + where**2
            assert value > 0 if strict else value >= 0
