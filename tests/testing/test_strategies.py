"""The strategies reach the places they promise, and never leave their domain."""

import numpy as np
import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st

from deepcond_sym.errors import InputError
from deepcond_sym.testing import activations, correlations, depths, gram_matrices, unit_vectors, variances

DTYPES = st.sampled_from([np.float32, np.float64])


@given(DTYPES.flatmap(lambda dtype: st.tuples(st.just(dtype), correlations(dtype))))
def test_correlations_are_numbers_of_their_type_in_the_interval(case):
    dtype, rho = case
    assert -1 <= rho <= 1
    assert float(dtype(rho)) == rho


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("sign", [1, -1])
def test_correlations_reach_the_ends_and_their_neighbours(dtype, sign):
    beside = float(np.nextafter(dtype(sign), dtype(0)))
    for place in (float(sign), 0.0, beside):
        assert find(correlations(dtype), lambda rho, place=place: rho == place) == place
    assert find(correlations(dtype), lambda rho: 0 < sign * rho < 1e-30)


@given(DTYPES.flatmap(lambda dtype: st.tuples(st.just(dtype), variances(dtype))))
def test_variances_are_finite_and_not_negative(case):
    dtype, q = case
    assert np.isfinite(dtype(q))
    assert q >= 0
    assert float(dtype(q)) == q


@pytest.mark.parametrize("wanted", [lambda q: q == 0, lambda q: 0 < q < 1e-30, lambda q: q > 1e15, lambda q: q == 1])
def test_variances_reach_zero_tiny_and_huge(wanted):
    assert wanted(find(variances(np.float32), wanted))


@given(st.integers(0, 300).flatmap(lambda most: st.tuples(st.just(most), depths(most))))
def test_depths_stay_below_the_largest(case):
    most, depth = case
    assert 0 <= depth <= most


@given(unit_vectors())
def test_unit_vectors_have_norm_one(rows):
    assert rows.ndim == 2
    assert np.abs(np.linalg.norm(rows, axis=1) - 1).max() < 1e-15


@pytest.mark.parametrize(
    "met",
    [
        lambda rows: (rows[0] == rows[1]).all(),
        lambda rows: (rows[0] == -rows[1]).all(),
        lambda rows: 0 < np.linalg.norm(rows[0] - rows[1]) < 1e-12,
        lambda rows: 0 < np.linalg.norm(rows[0] + rows[1]) < 1e-12,
        lambda rows: abs(rows[0] @ rows[1]) < 0.5,
    ],
    ids=["equal", "opposite", "close", "almost opposite", "apart"],
)
def test_unit_vectors_meet(met):
    rows = find(unit_vectors(2), met, settings=settings(max_examples=2000))
    assert met(rows)


@given(gram_matrices(dtype=np.float32))
def test_gram_matrices_are_symmetric_with_ones(rho):
    assert rho.dtype == np.float32
    assert (rho == rho.T).all()
    assert (np.diag(rho) == 1).all()
    assert np.abs(rho).max() <= 1


@settings(max_examples=20)
@given(activations(tangent_kernel=True))
def test_activations_without_jumps(sigma):
    assert sigma.jumps == ()


def test_bad_requests_are_refused():
    with pytest.raises(InputError, match="float32 or float64"):
        correlations(np.float16)
    with pytest.raises(InputError, match="at least 0"):
        depths(-1)
    with pytest.raises(InputError, match="at least one row"):
        find(unit_vectors(0), lambda rows: True)
