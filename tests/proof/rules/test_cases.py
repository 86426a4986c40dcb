"""Case distinctions: split boxes cover the box, and no more is proved than holds everywhere."""

from fractions import Fraction

import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from deepcond_sym.errors import InputError
from deepcond_sym.proof import Proof, RuleFailure, Verdict, at, forall, interval, le, lt

from ..truth import true_at

x, y, u = sp.symbols("x y u", real=True)
prove = Proof()
ends = st.fractions(min_value=-2, max_value=2, max_denominator=4)


def rational(value: Fraction) -> sp.Rational:
    return sp.Rational(value.numerator, value.denominator)


def test_what_it_proves() -> None:
    low = prove.polynomial(lt(x * (x - 2), 1), interval(x, 0, "1/2"))
    high = prove.polynomial(lt(x * (x - 2), 1), interval(x, "1/2", 2))
    assert prove.split(forall(interval(x, 0, 2), holds=lt(x * (x - 2), 1)), low, high).verdict is Verdict.PROVED
    box = interval(x, -1, 1)
    upper, lower = prove.polynomial(le(x**3 - x, 1), box), prove.polynomial(le(x - x**3, 1), box)
    bound = forall(box, holds=le(sp.Abs(x**3 - x), 1))
    assert prove.absolute_value(bound, upper, lower).verdict is Verdict.PROVED


def test_one_of_two_orders_holds() -> None:
    """max(x, y) <= 1, case by case: (x + y + |x - y|)/2."""
    box = interval(x, 0, 1), interval(y, 0, 1)
    wanted = le(x * y * (x - y) ** 2, 1)
    proved = prove.polynomial(wanted, *box)
    below = prove.chain(forall(*box, given=[le(x, y)], holds=wanted), proved)
    above = prove.chain(forall(*box, given=[le(y, x)], holds=wanted), proved)
    assert prove.order(forall(*box, holds=wanted), x, y, below, above).verdict is Verdict.PROVED
    with pytest.raises(RuleFailure):
        prove.order(forall(*box, holds=wanted), x, y, below, below)


@settings(max_examples=80, deadline=None)
@given(ends, ends, ends, ends, st.sampled_from(["", "(", ")", "()"]), st.sampled_from(["", "(", ")", "()"]))
def test_no_split_that_leaves_a_point_out(a, b, c, d, first, second) -> None:
    """x^2 is compared with a quadratic through the ends, which is right only on the parts that were looked at."""
    if not (a < b and c < d):
        return
    whole = interval(x, -2, 2)
    relation = lt(0, (x - 2) ** 2 + 1)
    try:
        low = prove.polynomial(relation, interval(x, rational(a), rational(b), first))
        high = prove.polynomial(relation, interval(x, rational(c), rational(d), second))
        prove.split(forall(whole, holds=relation), low, high)
    except (RuleFailure, InputError):
        return
    for point in (Fraction(i, 8) for i in range(-16, 17)):
        inside = [
            (lo < point or (lo == point and "(" not in open_)) and (point < hi or (point == hi and ")" not in open_))
            for lo, hi, open_ in ((a, b, first), (c, d, second))
        ]
        assert any(inside)
        assert true_at(relation, {x: point})


@settings(max_examples=60, deadline=None)
@given(st.integers(-3, 3), st.integers(-3, 3), st.fractions(min_value=0, max_value=4, max_denominator=4))
def test_no_absolute_bound_that_a_point_violates(c, d, bound) -> None:
    box = interval(x, -1, 1)
    form, most = c * x + d * x**2, rational(bound)
    try:
        upper, lower = prove.polynomial(le(form, most), box), prove.polynomial(le(-form, most), box)
        prove.absolute_value(forall(box, holds=le(sp.Abs(form), most)), upper, lower)
    except (RuleFailure, InputError):
        return
    for i in range(-8, 9):
        assert abs(c * Fraction(i, 8) + d * Fraction(i, 8) ** 2) <= bound


def test_an_absolute_value_needs_both_of_its_sides() -> None:
    box = interval(x, 0, 1)
    side = prove.polynomial(le(x, 1), box)
    with pytest.raises(RuleFailure):
        prove.absolute_value(forall(box, holds=le(sp.Abs(x), 1)), side, side)
    link = prove.polynomial(le(-u, 1), interval(u, 0, 1))
    other = prove.chain(forall(box, holds=le(-x, 1)), at(link, {u: x}))
    assert prove.absolute_value(forall(box, holds=le(sp.Abs(x), 1)), side, other).verdict is Verdict.PROVED
