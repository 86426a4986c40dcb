"""The tangent kernel as a sum of products: shifted indices are recognised, and only where brute force agrees."""

from fractions import Fraction

import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from deepcond_sym.errors import InputError
from deepcond_sym.proof import (
    NORMALISED,
    Proof,
    RuleFailure,
    Verdict,
    dual_slope,
    eq,
    forall,
    index,
    interval,
    iterate,
    ntk,
)

from ..truth import dual_at, iterate_at, normalised, shares, weights

L, layers = index("L")
rho = sp.Symbol("rho", real=True)
h, hh = sp.symbols("h hh", integer=True)
prove = Proof()


def statement(first, last, term, start, end, inner):
    product = sp.Product(dual_slope(iterate(hh + inner, rho)), (hh, h + start, L + end))
    total = sp.Sum(iterate(h + term, rho) * product, (h, first, L + last))
    return forall(layers, interval(rho, -1, 1), family=NORMALISED, holds=eq(ntk(L, rho), total))


def test_what_it_proves() -> None:
    assert prove.unrolled(statement(0, 0, 0, 1, 0, -1)).verdict is Verdict.PROVED
    assert prove.unrolled(statement(1, 1, -1, 0, 0, -1)).verdict is Verdict.PROVED


def slope_at(p, r):
    return sum((i * c * r ** (i - 1) for i, c in enumerate(p) if i), Fraction(0))


small = st.integers(-2, 2)


@settings(max_examples=200, deadline=None)
@given(small, st.booleans(), st.lists(small, min_size=5, max_size=5), weights, shares)
def test_only_where_brute_force_agrees(shift, consistent, c, parts, r) -> None:
    first, last, term, start, end, inner = (shift, shift, -shift, 1 - shift, 0, -1) if consistent else (shift, *c)
    try:
        prove.unrolled(statement(first, last, term, start, end, inner))
    except (RuleFailure, InputError):
        assert not consistent
        return
    p = normalised(parts)
    for depth in range(4):
        kernel = r
        for j in range(1, depth + 1):
            kernel = iterate_at(p, j, r) + slope_at(p, iterate_at(p, j - 1, r)) * kernel
        total = Fraction(0)
        for place in range(first, depth + last + 1):
            product = iterate_at(p, place + term, r)
            for layer in range(place + start, depth + end + 1):
                product *= slope_at(p, iterate_at(p, layer + inner, r))
            total += product
        assert total == kernel
    assert dual_at(p, Fraction(1)) == 1
