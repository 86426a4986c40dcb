"""Weights of kernel regression: against exact solutions, closed forms and the interpolation identity."""

from fractions import Fraction

import numpy as np
import pytest
import sympy as sp
from flint import arb
from hypothesis import given, settings
from hypothesis import strategies as st

from deepcond_sym.arithmetic import contains
from deepcond_sym.depth import DepthMap
from deepcond_sym.errors import AccuracyError, InputError
from deepcond_sym.kernels import ntk_matrix, predictor_weights

entries = st.integers(-20, 20)


@settings(deadline=None, max_examples=50)
@given(st.integers(1, 6).flatmap(lambda n: st.lists(entries, min_size=n * n + n, max_size=n * n + n)), st.booleans())
def test_rational_systems(numbers, as_array):
    size = next(n for n in range(1, 7) if n * n + n == len(numbers))
    square = np.array(numbers[: size * size]).reshape(size, size)
    matrix, vector = square @ square.T + 5 * np.eye(size, dtype=int), np.array(numbers[size * size :])
    truth = sp.Matrix(matrix.tolist()).LUsolve(sp.Matrix(vector.tolist()))
    given_matrix = matrix.astype(float) if as_array else matrix.tolist()
    found = predictor_weights(given_matrix, vector.astype(float) if as_array else vector.tolist(), bits=90)
    largest = max(abs(Fraction(int(w.p), int(w.q))) for w in truth)
    for weight, exact in zip(found, truth, strict=True):
        assert contains(weight, Fraction(int(exact.p), int(exact.q)))
        assert weight.rad() <= arb(2) ** -88 * arb(float(largest))


@pytest.mark.parametrize("size", [2, 60, 201])
def test_the_limit_of_the_relu_tangent_kernel(size):
    """starnaud2025: with 3/4 I + 1/4 ones, and 1/4 towards the new point, every weight is 1/(n + 3)."""
    matrix = np.full((size, size), 0.25) + 0.75 * np.eye(size)
    for weight in predictor_weights(matrix, np.full(size, 0.25)):
        assert contains(weight, Fraction(1, size + 3))
        assert weight.rad() < 1e-12


@pytest.mark.parametrize("size", [20, 210])
def test_at_a_training_point_the_predictor_interpolates(size):
    kernel = ntk_matrix(np.random.default_rng(1).standard_normal((size, 6)), DepthMap("relu", 3, weight_variance=2))
    found = predictor_weights(kernel.values, kernel.values[3])
    assert all(contains(weight, int(i == 3)) and weight.rad() < 1e-9 for i, weight in enumerate(found))


@pytest.mark.parametrize("size", [6, 210])
def test_new_points_of_given_data(size):
    """starnaud2025: the weights are within 2 sqrt(n) d/(3/4 - (n - 1) d) of 1/(n + 3), d the distance of Theta-bar to
    its limit 1/4; and against float64's own solution."""
    data = np.random.default_rng(4).standard_normal((size + 2, 40))
    network = DepthMap("relu", 300 if size == 6 else 20, weight_variance=2)
    training, vectors, errors = ntk_matrix(data, network, ratio=True).split(2)
    off = np.abs(np.concatenate([training.values[~np.eye(size, dtype=bool)], *vectors]) - 0.25).max()
    reach = 2 * np.sqrt(size) * off / (0.75 - (size - 1) * off)
    for vector, error in zip(vectors, errors, strict=True):
        found = predictor_weights(training, vector, vector_error=error)
        plain = np.linalg.solve(training.values, vector)
        assert all(abs(weight - arb(value)) < 1e-10 for weight, value in zip(found, plain.tolist(), strict=True))
        assert max(float(weight.rad()) for weight in found) < 1e-9
        if size == 6:
            assert sum(float(weight - arb(1) / 9) ** 2 for weight in found) <= reach**2
            assert reach < 0.2
    for count in (0, -1, size + 2):
        with pytest.raises(InputError, match="held out"):
            ntk_matrix(data, network).split(count)


@pytest.mark.parametrize("size", [20, 210])
def test_errors_of_both_sides_are_part_of_the_answer(size):
    """With K = I: moving the diagonal by e, and k by f, moves w = k to (k + f)/(1 + e)."""
    vector = np.linspace(0.5, 1, size)
    found = predictor_weights(np.eye(size), vector, error=np.eye(size) * 2.0**-10, vector_error=2.0**-12)
    for weight, k in zip(found, vector.tolist(), strict=True):
        for e in (-1, 0, 1):
            for f in (-1, 0, 1):
                assert contains(weight, (Fraction(k) + Fraction(f, 4096)) / (1 + Fraction(e, 1024)))
        assert weight.rad() < 0.002 * np.sqrt(size)


@pytest.mark.parametrize("size", [4, 210])
def test_no_weights_of_a_matrix_that_may_be_singular(size):
    with pytest.raises(AccuracyError, match="Cannot certify the weights"):
        predictor_weights(np.ones((size, size)), np.ones(size))
    with pytest.raises(AccuracyError, match="Cannot certify the weights"):
        predictor_weights(np.eye(size), np.ones(size), error=2)


@pytest.mark.parametrize("size", [2, 210])
def test_a_bad_right_hand_side_is_refused(size):
    for vector in (np.ones(size + 1), np.full(size, np.nan), [arb("nan")] * size, [0.5] * size, np.ones(size) * 1j, 3):
        with pytest.raises(InputError):
            predictor_weights(np.eye(size), vector)
    for error in (-1, float("inf"), np.ones(3), "a"):
        with pytest.raises(InputError):
            predictor_weights(np.eye(size), np.ones(size), vector_error=error)


def test_a_poor_solution_costs_width_only(monkeypatch):
    size = 210
    matrix = np.full((size, size), 0.25) + 0.75 * np.eye(size)
    monkeypatch.setattr(np.linalg, "solve", lambda a, b: np.full(size, 0.004))
    for weight in predictor_weights(matrix, np.full(size, 0.25)):
        assert contains(weight, Fraction(1, size + 3))
        assert 0.003 < weight.rad() < 1
