"""Condition numbers of kernels of data: enclosed, against NumPy, exact minors and data whose answer is known."""

from fractions import Fraction

import numpy as np
import pytest
import sympy as sp
from flint import arb
from hypothesis import given
from hypothesis import strategies as st

from deepcond_sym.activations import activation
from deepcond_sym.depth import DepthMap
from deepcond_sym.depth.conditioning import Question, activation_depth
from deepcond_sym.depth.data_conditioning import Gram, _is_positive_definite, data_depth
from deepcond_sym.errors import AccuracyError, DeadlineError, InputError

DATA = np.random.default_rng(3).normal(size=(12, 9))


def cosines(data):
    unit = data / np.linalg.norm(data, axis=1)[:, None]
    return np.clip(unit @ unit.T, -1, 1)


@pytest.mark.parametrize("name", ["relu", "gelu", "erf", "hermite(2)"])
def test_the_depth_against_numpy(name):
    """The float kernels of `DepthMap`, a route of their own, one layer before and at the answer."""
    normalised = activation(name).normalized()
    found = data_depth(normalised, DATA, Fraction(1, 10))
    values = {}
    for depth in (found.depth - 1, found.depth):
        kernel = DepthMap(normalised, depth).nngp(cosines(DATA))
        np.fill_diagonal(kernel, 1.0)
        values[depth] = np.linalg.cond(kernel)
    assert found.before is not None
    assert values[found.depth] <= 1.1 < values[found.depth - 1]
    assert found.condition.lower - 1e-9 <= values[found.depth] <= found.condition.upper + 1e-9
    assert found.before.lower - 1e-9 <= values[found.depth - 1] <= found.before.upper + 1e-9
    assert found.condition.upper - found.condition.lower < 1e-8
    assert float(found.separation) == pytest.approx(1 - np.abs(cosines(DATA) - np.eye(12)).max(), abs=1e-10)


@pytest.mark.parametrize("name", ["relu", "erf", "hermite(2)"])
def test_equicorrelated_data_attain_the_bound_under_b(name):
    """x_i . x_j = 1 - delta: kappa = 1 + n b/(1 - b) with b = sigma_hat^(L)(1 - delta), so the two depths agree."""
    n, delta = 8, Fraction(1, 5)
    root = np.linalg.cholesky(float(delta) * np.eye(n) + (1 - float(delta)) * np.ones((n, n)))
    asked = Question(n, delta, Fraction(1, 10))
    normalised = activation(name).normalized()
    assert data_depth(normalised, root, asked.epsilon).depth == activation_depth(normalised, delta, asked.level_b)


def test_orthogonal_data_need_no_layer():
    found = data_depth(activation("relu").normalized(), np.eye(5) * 3, Fraction(1, 100))
    assert (found.depth, found.before) == (0, None)
    assert found.condition.lower <= 1 <= found.condition.upper < 1 + 1e-8


def test_more_points_than_dimensions():
    """The Gram matrix is singular: its condition number is not bounded, that of the kernel is."""
    data = np.random.default_rng(0).normal(size=(6, 3))
    found = data_depth(activation("relu").normalized(), data, Fraction(1, 2))
    assert found.inputs.upper == float("inf")
    assert found.inputs.least is None
    assert found.condition.upper <= 1.5


def test_near_duplicates_keep_their_distance():
    """1 - rho = 5e-19 is far below the rounding of a float Gram matrix."""
    data = np.array([[1.0, 0.0, 0.0], [1.0, 1e-9, 0.0], [0.0, 0.0, 1.0]])
    gram = Gram(data)
    assert float(gram.separation()) == pytest.approx(5e-19, rel=1e-6)
    found = data_depth(activation("erf"), data, Fraction(1, 10))
    assert found.condition.upper <= 1.1 < found.before.lower


@given(st.integers(2, 5), st.data())
def test_the_pivots_against_sylvesters_minors(n, data):
    """Exact integer matrices: never positive definite where a leading minor says no."""
    entries = data.draw(st.lists(st.integers(-3, 6), min_size=n * n, max_size=n * n))
    shift = data.draw(st.fractions(-2, 3, max_denominator=4))
    exact = sp.Matrix(n, n, lambda i, j: entries[max(i, j) * n + min(i, j)] + (3 if i == j else 0))
    matrix = [[arb(int(exact[i, j])) for j in range(n)] for i in range(n)]
    moved = exact - sp.Rational(shift.numerator, shift.denominator) * sp.eye(n)
    definite = all(moved[:k, :k].det() > 0 for k in range(1, n + 1))
    assert _is_positive_definite(matrix, shift, 1) == definite
    negative = all((-moved)[:k, :k].det() > 0 for k in range(1, n + 1))
    assert _is_positive_definite(matrix, shift, -1) == negative


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (np.ones(3), "two-dimensional"),
        (np.array([[1.0, np.nan], [0.0, 1.0]]), "finite"),
        (np.array([[1.0, 0.0]]), "2 to 200"),
        (np.ones((201, 2)), "subset"),
        (np.array([[1.0, 0.0], [0.0, 0.0]]), "row 1 of the data is zero"),
        (np.array([[1.0, 2.0], [0.0, 1.0], [2.0, 4.0]]), "rows 0 and 2"),
    ],
)
def test_data_that_has_no_answer(data, complaint):
    with pytest.raises(InputError, match=complaint):
        data_depth(activation("relu").normalized(), data, Fraction(1, 10))


def test_opposite_points_never_separate_under_a_parity():
    data = np.array([[1.0, 2.0], [-1.0, -2.0], [0.0, 1.0]])
    with pytest.raises(InputError, match="opposite"):
        data_depth(activation("erf"), data, Fraction(1, 10))
    assert data_depth(activation("relu").normalized(), data, Fraction(1, 10)).depth > 0


def test_the_time_is_limited():
    with pytest.raises(DeadlineError, match="fewer points"):
        data_depth(activation("norm_relu"), DATA, Fraction(1, 1000), seconds=0.05)


def test_a_tie_is_not_certified():
    """kappa = 1 + 2 b/(1 - b) for two points at b = 1/2 is exactly 3 before the first layer."""
    data = np.array([[1.0, 0.0], [0.5, np.sqrt(0.75)]])
    with pytest.raises(AccuracyError, match="cannot certify"):
        data_depth(activation("hermite(2)"), data, Fraction(2))
