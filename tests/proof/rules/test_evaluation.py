"""Relations between numbers: decided as mpmath decides them at many digits, and certified at instances only."""

from fractions import Fraction

import mpmath
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from deepcond_sym.errors import InputError
from deepcond_sym.proof import NORMALISED, Instance, Proof, RuleFailure, Verdict, dual, eq, forall, interval, le, lt

t = sp.Symbol("t", real=True)
prove = Proof()


def test_what_it_proves() -> None:
    assert prove.evaluate(forall(holds=lt(sp.sqrt(2), sp.Rational(141422, 100000)))).verdict is Verdict.PROVED
    at_half = Instance({t: Fraction(1, 2)}, (Fraction(0), Fraction(1)))
    certified = prove.evaluate(forall(interval(t, 0, 1), family=NORMALISED, holds=le(dual(t), t)), at_half)
    assert certified.verdict is Verdict.CERTIFIED


def test_an_instance_cannot_be_generalised() -> None:
    goal = forall(interval(t, 0, 1), holds=le(t, sp.Rational(1, 2)))
    certified = prove.evaluate(goal, Instance({t: Fraction(1, 4)}))
    with pytest.raises(RuleFailure, match="premise"):
        prove.chain(goal, certified)


@pytest.mark.parametrize("outside", [Instance({t: Fraction(2)}), Instance({}), Instance({t: Fraction(-1, 10**9)})])
def test_an_instance_outside_of_the_domain_shows_nothing(outside) -> None:
    with pytest.raises(RuleFailure):
        prove.evaluate(forall(interval(t, 0, 1), holds=le(t - t, 1)), outside)


constants = st.sampled_from(
    [sp.pi, sp.E, sp.sqrt(2), sp.sqrt(3), sp.log(2), sp.acos(sp.Rational(1, 3)), sp.erf(1), sp.exp(-1)]
)
numbers = st.recursive(
    st.one_of(constants, st.fractions(-5, 5, max_denominator=9).map(lambda f: sp.Rational(f.numerator, f.denominator))),
    lambda part: st.one_of(st.tuples(part, part).map(sum), st.tuples(part, part).map(lambda p: p[0] * p[1])),
    max_leaves=4,
)


@settings(max_examples=80, deadline=None)
@given(numbers, numbers, st.integers(5, 60), st.booleans())
def test_as_mpmath_at_150_digits(left, right, digits, close) -> None:
    if close:
        right = left + sp.Rational(1, 10**digits)
    with mpmath.workdps(150):
        a, b = (mpmath.mpmathify(sp.N(side, 150)) for side in (left, right))
        less = a < b
    try:
        assert prove.evaluate(forall(holds=lt(left, right))).verdict is Verdict.PROVED
        assert less
    except (RuleFailure, InputError):
        assert not less
    if a != b:
        with pytest.raises(RuleFailure):
            prove.evaluate(forall(holds=eq(left, right)))
