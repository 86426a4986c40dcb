"""Enclosures of elementary terms on boxes, held against mpmath at points of the box and against limits at infinity."""

import mpmath
import pytest
import sympy as sp
from flint import arb
from hypothesis import given, settings
from hypothesis import strategies as st

from deepcond_sym.arithmetic import precision
from deepcond_sym.proof.elementary import Enclosure, by_angle, vanishes
from deepcond_sym.proof.step import RuleFailure

from .terms import boxes, points, terms, value, x, y

one, two = sp.S.One, sp.Integer(2)


@settings(max_examples=150, deadline=None)
@given(terms, boxes, boxes, st.integers(0, 10**6))
def test_an_enclosure_contains_the_values(term, first, second, seed) -> None:
    box = {x: first, y: second}
    with precision(bits=96):
        try:
            low, high = Enclosure(box).of(term)
        except RuleFailure:
            return
        with mpmath.workdps(40):
            for point in points(box, seed):
                at = value(term, point)
                assert at is not None, "an enclosure shows that the term has a value on the whole box"
                exact = arb(mpmath.nstr(at, 35), "1e-25") * (1 + arb(0, "1e-25"))
                assert not exact < low
                assert not exact > high


@pytest.mark.parametrize(
    ("term", "low", "high"),
    [
        (sp.sin(x), 3, 4), (sp.sin(x), -2, 5), (sp.cos(x), -1, 2), (sp.cos(x), 3, 10), (x**2, -1, 2), (x**3, -2, 1),
        (1 / x, 1, 3), (1 / x, -3, -1), (x**-2, -3, -1), (sp.Abs(x), -2, 1), (sp.sqrt(x), 0, 4), (sp.exp(-x), 0, 1),
        (sp.acos(x), -1, 1), (sp.asin(x), 0, 1), (sp.erf(x), -5, 5), (sp.log(x), 1, 9), (x ** sp.Rational(2, 3), 0, 8),
        (sp.Max(x, 1), 0, 3), (sp.Min(x, 1), 0, 3), (2**x, -1, 1), (x ** sp.Rational(-1, 2), 1, 4),
    ],
)  # fmt: skip
def test_one_function_is_enclosed_tightly(term, low, high) -> None:
    with precision(bits=96), mpmath.workdps(30):
        ends = Enclosure({x: (sp.Integer(low), sp.Integer(high))}).of(term)
        sample = [value(term, {x: sp.Rational(low) + sp.Rational(high - low, 420) * k}) for k in range(421)]
        assert min(sample) - 1e-3 < float(ends[0]) < min(sample) + 1e-14
        assert max(sample) - 1e-14 < float(ends[1]) < max(sample) + 1e-3


@pytest.mark.parametrize(
    "term",
    [
        sp.log(x), sp.sqrt(x - 1), 1 / x, 1 / (x - one), sp.asin(two * x), sp.acos(x + 1), 1 / sp.sqrt(x), x**x,
        sp.log(x - x**2), sp.sign(x), sp.Heaviside(x), sp.gamma(x), sp.Function("dual", real=True)(x), y, sp.tan(x),
    ],
)  # fmt: skip
def test_what_may_have_no_value_on_the_unit_interval_is_refused(term) -> None:
    with precision(bits=96), pytest.raises(RuleFailure):
        Enclosure({x: (sp.S.Zero, one)}).of(term)


@pytest.mark.parametrize(
    ("term", "limit"),
    [
        (sp.exp(-x), 0), (1 / x, 0), (sp.erf(x), 1), (sp.erf(-x), -1), (1 + sp.exp(-x) / x, 1), (sp.exp(-1 / x), 1),
        (sp.exp(-x) * sp.sin(x), 0), (x ** sp.Rational(-1, 3), 0), (sp.Min(x, 5), 5), (sp.acos(1 / x), sp.pi / 2),
    ],
)  # fmt: skip
def test_limits_at_infinity(term, limit) -> None:
    with precision(bits=96):
        low, high = Enclosure({x: (sp.oo, sp.oo)}).of(term)
        assert abs(float(low) - float(limit)) < 1e-20
        assert abs(float(high) - float(limit)) < 1e-20


@pytest.mark.parametrize(
    ("term", "limit"),
    [(x * sp.exp(-x), 0), (x - sp.log(x), sp.oo), (sp.sin(x), None), (x * (1 / (1 + x)), 1), (x**3 - x**2, sp.oo)],
)
def test_an_indeterminate_limit_is_left_open(term, limit) -> None:
    """0 times infinity and infinity minus infinity: the enclosure has room for every value of the right sign."""
    with precision(bits=96):
        low, high = Enclosure({x: (sp.oo, sp.oo)}).of(term)
        assert low <= 0
        assert high >= 1
        assert limit is None or limit is sp.oo or low <= int(limit) <= high


@pytest.mark.parametrize(
    ("term", "limit"),
    [
        (-sp.exp(x) / x, -sp.oo), ((x - 3) * sp.exp(-x), 0), (x * (sp.erf(x) - 1), 0), (-x * sp.sin(1 / x), -1),
        (-x * sp.log(1 + 1 / x), -1), (-x * sp.acos(1 - 1 / x), -sp.oo), (x * sp.sin(1 / x), 1),
        (x * (1 / x - x**-2), 1), (x**2 * (sp.exp(-x) - 1 / x), -sp.oo),
    ],
)  # fmt: skip
def test_a_factor_that_tends_to_zero_does_so_from_its_own_side(term, limit) -> None:
    """Limits by hand; the side is known from the values on the way, or else left open."""
    with precision(bits=96):
        along = Enclosure({x: (2 * one, sp.oo)})
        for within in (along, None):
            low, high = Enclosure({x: (sp.oo, sp.oo)}, within=within).of(term)
            assert low <= -(10**9) if limit is -sp.oo else low <= int(limit)
            assert high >= (0 if limit is -sp.oo else int(limit))
        assert Enclosure({x: (sp.oo, sp.oo)}, within=along).of((x - 3) * sp.exp(-x))[0] >= 0


def test_minus_infinity_is_below_infinity() -> None:
    """Arb's minimum of the two is plus infinity."""
    with precision(bits=96):
        low, high = Enclosure({x: (-sp.oo, sp.oo)}).of(-x)
        assert low < -(10**9)
        assert high > 10**9
        low, high = Enclosure({x: (-sp.oo, sp.oo)}).of(x**2)
        assert low == 0
        assert high > 10**9


@settings(max_examples=80, deadline=None)
@given(terms, st.sampled_from([(-one, one), (sp.S.Zero, one), (-one / 2, one / 3)]), boxes, st.integers(0, 10**6))
def test_a_change_to_the_angle_keeps_the_values(term, first, second, seed) -> None:
    term = term + sp.acos(x) * sp.sqrt(3 - 3 * x**2) - sp.asin(x) + sp.sqrt(1 - x) ** 3 + sp.sqrt(2 + 2 * x)
    turned, box, out = by_angle(term, {x: first, y: second}, frozenset({(x, 0), (y, 1)}), x)
    theta = sp.Symbol("x_half_angle", real=True)
    assert out == frozenset({(theta, 1), (y, 1)})
    assert box[theta] == (sp.acos(first[1]) / 2, sp.acos(first[0]) / 2)
    with mpmath.workdps(50):
        for point in points({x: first, y: second}, seed, 5):
            expected = value(term, point)
            if expected is not None:
                at_x, at_y = (mpmath.mpf(int(point[s].p)) / int(point[s].q) for s in (x, y))
                found = sp.lambdify([theta, y], turned, modules="mpmath")(mpmath.acos(at_x) / 2, at_y)
                assert abs(found - expected) <= mpmath.mpf("1e-15") * (1 + abs(expected))


def test_the_square_of_an_interval_around_zero() -> None:
    """A ball around 0 squared as a product would reach below 0."""
    with precision(bits=96):
        assert Enclosure({x: (-one, one)}).of(x**2)[0] == 0


@pytest.mark.parametrize(
    ("term", "is_zero"),
    [
        ((x + 1) ** 2 - x**2 - 2 * x - 1, True), (1 / (1 + x) + x / (1 + x) - 1, True),
        (sp.sqrt(x) * sp.sqrt(x) - x, True), (sp.exp(x + y) - sp.exp(x) * sp.exp(y), True),
        (sp.sqrt(x**2) - x, False), (sp.log(x**2) - 2 * sp.log(x), False),
        (sp.sqrt(x * y) - sp.sqrt(x) * sp.sqrt(y), False), (x - x * (1 + sp.Rational(1, 10**30)), False),
    ],
)  # fmt: skip
def test_what_vanishes(term, is_zero) -> None:
    assert vanishes(term) is is_zero
