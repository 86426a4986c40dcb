"""Rational arithmetic at an instance: the same numbers as the balls, equalities decided, nothing where it would not
suffice."""

from fractions import Fraction

import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from deepcond_sym.arithmetic import precision
from deepcond_sym.proof import UNCENTRED, Instance, dual, dual_slope, eq, forall, interval, iterate, le, lt
from deepcond_sym.proof.rational import exact
from deepcond_sym.proof.semantics import Evaluator, at_instance

F = Fraction
b, x = (sp.Symbol(name, real=True) for name in ("b", "x"))
curvature = 1 - dual(0) - dual_slope(0)


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.integers(0, 9), min_size=1, max_size=6),
    st.fractions(-1, 1, max_denominator=30),
    st.sampled_from([dual(x), dual_slope(x), x**3 * dual(x) - 2, curvature * (1 - x) ** 2, dual(1) + dual_slope(1)]),
)
def test_it_agrees_with_the_balls(parts, at, term):
    instance = Instance({x: at}, tuple(F(p, 7) for p in parts))
    value = exact(term, instance)
    assert value is not None
    with precision(bits=300):
        gap = Evaluator(instance).value(term) * value.denominator - value.numerator
        assert gap.contains(0)
        assert abs(gap) < 1e-60


def test_an_equality_between_rational_numbers_is_decided():
    """In balls 1/10 + 8/10 + 1/10 is 1 up to rounding, and neither 1 nor anything else."""
    critical = Instance({}, (F(1, 10), F(8, 10), F(1, 10)))
    one = forall(family=UNCENTRED, holds=eq(dual_slope(1), 1))
    assert at_instance(one, critical)
    assert not at_instance(one, critical, negate=True)
    assert at_instance(one, Instance({}, (F(1, 10), F(7, 10), F(2, 10))), negate=True)
    assert at_instance(forall(family=UNCENTRED, holds=lt(dual_slope(1), 1)), critical, negate=True)
    fixed = forall(interval(b, 0, 1), family=UNCENTRED, holds=le(dual(b), b))
    third = (F(1, 6), F(1, 3), F(1, 2))
    assert at_instance(fixed, Instance({b: F(1, 3)}, third))
    assert at_instance(fixed, Instance({b: F(1, 3) - F(1, 10**40)}, third), negate=True)


def test_what_it_does_not_know():
    instance = Instance({x: F(1, 2)}, (F(1, 2), F(1, 2)))
    beyond = (iterate(2, x), sp.exp(x), sp.sqrt(x), 1 / x, x**65, abs(x), sp.pi, b, dual(dual(x)), dual(3 * x))
    for term in beyond:
        assert exact(term, instance) is None, term
    assert exact(dual(x), Instance({x: F(1, 2)})) is None
