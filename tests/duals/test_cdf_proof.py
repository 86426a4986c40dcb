"""Price's theorem as a check: right sums of random pairs pass, and each small change to them is noticed."""

import itertools

import pytest
import sympy as sp

from deepcond_sym.duals.bivariate.cdf_element import CdfElement
from deepcond_sym.duals.bivariate.cdf_field import CdfField
from deepcond_sym.duals.bivariate.cdf_pairing import CdfTerm, Slide, Switch, expectation
from deepcond_sym.duals.bivariate.cdf_proof import Weighted, follows_from_price, is_provable

FIELD = CdfField((sp.sqrt(2),))
S1, S2, ROOT = FIELD.s1, FIELD.s2, FIELD(sp.sqrt(2))


def terms(s):
    zero = FIELD.zero
    return [
        CdfTerm(1, zero, zero, Switch(1 / s)),
        CdfTerm(2, s / 2, zero, Switch(-ROOT / s)),
        CdfTerm(1, zero, zero, Slide(2 * s, FIELD.one)),
        CdfTerm(0, -s, zero, Slide(-ROOT * s, FIELD(sp.Rational(1, 3)))),
        CdfTerm(1, s, zero, None),
    ]


@pytest.mark.parametrize(("i", "j"), [(0, 0), (0, 1), (1, 2), (3, 1), (2, 2), (2, 3), (3, 0), (4, 1), (4, 3)])
def test_pairs_follow_from_price_and_changed_ones_do_not(i, j):
    first, second = terms(S1)[i], terms(S2)[j]
    pairs = [Weighted(FIELD.one, first, second)]
    assert is_provable(pairs)
    right = expectation(FIELD, first, second)
    assert follows_from_price(FIELD, right, pairs)
    small = FIELD(sp.Rational(1, 10**9))
    for change in (small, small * FIELD.rho, small * S1 * FIELD.rho**2):
        assert not follows_from_price(FIELD, right.plus(CdfElement.constant(FIELD, change)), pairs)
    assert not follows_from_price(FIELD, right.plus(right, small), pairs)
    for basis, c in right.terms.items():
        changed = CdfElement(FIELD, {**right.terms, basis: c * (1 + small)})
        assert not follows_from_price(FIELD, changed, pairs)


def test_the_wrong_pair_does_not_follow():
    step, other = terms(S1)[0], terms(S2)[0]
    moved = other._replace(factor=Switch(2 / S2))
    assert not follows_from_price(FIELD, expectation(FIELD, step, moved), [Weighted(FIELD.one, step, other)])


def test_a_gaussian_factor_beside_a_step_is_not_provable():
    bell = CdfTerm(0, FIELD.zero, -S1**2, Switch(1 / S1))
    assert not is_provable([Weighted(FIELD.one, bell, bell)])


def test_the_derivative_of_the_algebra_is_that_of_sympy():
    rho = FIELD.symbols[0]
    point = {rho: sp.Rational(2, 7)}
    for first, second in itertools.product(terms(S1), terms(S2)):
        element = expectation(FIELD, first, second)
        expr, slope = (e.expr(sp.Rational(1, 2), sp.Integer(2)) for e in (element, element.derivative()))
        assert abs(sp.N((sp.diff(expr, rho) - slope).subs(point), 20)) < 1e-15
        assert abs(sp.N((element.at_zero().expr(sp.Rational(1, 2), sp.Integer(2)) - expr.subs(rho, 0)), 20)) < 1e-15
