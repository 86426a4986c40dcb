"""The a-priori bounds of rounding errors, against exact rational arithmetic."""

from fractions import Fraction

import numpy as np
from flint import arb
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from deepcond_sym.arithmetic import exact
from deepcond_sym.kernels.float_bounds import gamma, sum_above

numbers = st.floats(-1e30, 1e30, allow_subnormal=False)


@settings(deadline=None)
@given(st.integers(1, 40).flatmap(lambda n: arrays(np.float64, (2, n), elements=numbers)))
def test_inner_products_stay_within_gamma(vectors):
    a, b = ([Fraction(v) for v in row.tolist()] for row in vectors)
    truth = sum(x * y for x, y in zip(a, b, strict=True))
    size = sum(abs(x * y) for x, y in zip(a, b, strict=True))
    share, _ = exact(gamma(len(a)))
    assert abs(Fraction(float(vectors[0] @ vectors[1])) - truth) <= share * size + len(a) * Fraction(1, 2**1000)


@settings(deadline=None)
@given(st.integers(1, 200).flatmap(lambda n: arrays(np.float64, (n, 3), elements=st.floats(0, 1e30))))
def test_sums_are_bounded_from_above(terms):
    columns = [sum(Fraction(v) for v in column) for column in terms.T.tolist()]
    assert exact(sum_above(terms, 0))[0] >= max(columns)
    assert exact(sum_above(terms))[0] >= sum(columns)
    assert sum_above(terms) <= arb(float(terms.sum())) * (1 + arb("1e-12"))
