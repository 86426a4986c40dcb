"""Certified spectra of given matrices: against exact spectra, and what is refused and why."""

from fractions import Fraction

import numpy as np
import pytest
import sympy as sp
from flint import arb, arb_mat, fmpz_mat
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from deepcond_sym.arithmetic import contains, precision
from deepcond_sym.errors import AccuracyError, InputError
from deepcond_sym.kernels import KernelMatrix, condition_number, float_bounds, lambda_max, lambda_min


def exact_ends(matrix):
    """Least and largest eigenvalue of a matrix of integers, from its characteristic polynomial."""
    with precision(bits=500):
        roots = [root.real for root, _ in fmpz_mat(matrix.astype(int).tolist()).charpoly().complex_roots()]
    roots.sort(key=lambda root: root.mid())
    return roots[0], roots[-1]


integers = st.integers(1, 12).flatmap(lambda n: arrays(np.float64, (n, n), elements=st.integers(-50, 50).map(float)))


@settings(deadline=None, max_examples=60)
@given(integers, st.integers(-900, 900))
def test_float_bounds_contain_the_exact_spectrum_at_every_scale(matrix, exponent):
    matrix = matrix + matrix.T
    for found, truth in zip(float_bounds.extremes(np.ldexp(matrix, exponent)), exact_ends(matrix), strict=True):
        assert found.overlaps(truth * arb(2) ** exponent)
        assert found.rad() <= arb(2) ** (exponent - 53) * (30 * len(matrix) ** 2 * (np.abs(matrix).max() + 1))


@pytest.mark.parametrize("size", [61, 150])
def test_a_large_integer_matrix_by_its_characteristic_polynomial(size):
    matrix = np.random.default_rng(size).integers(-9, 9, (size, size)).astype(float)
    matrix = matrix + matrix.T
    for found, truth in zip((lambda_min(matrix), lambda_max(matrix)), exact_ends(matrix), strict=True):
        assert found.overlaps(truth)
        assert found.rad() < 1e-8


@pytest.mark.parametrize("size", [2, 25, 61, 200])
@pytest.mark.parametrize("off", [Fraction(1, 4), Fraction(0), Fraction(15, 16), Fraction(-1, 1024)])
def test_equicorrelated_arrays(size, off):
    """Small through balls, large through float64: the spectrum is 1 - b, n - 1 times, and 1 + (n - 1) b."""
    matrix = np.full((size, size), float(off)) + (1 - float(off)) * np.eye(size)
    ends = sorted([1 - off, 1 + (size - 1) * off])
    assert contains(lambda_min(matrix), ends[0])
    assert contains(lambda_max(matrix), ends[1])
    assert contains(condition_number(matrix), ends[1] / ends[0])
    assert condition_number(matrix).rad() < 1e-8 * size


def test_second_differences_with_an_eigenvalue_near_zero():
    """2 on the diagonal, -1 beside it: 2 - 2 cos(k pi/(n + 1))."""
    size = 400
    matrix = 2 * np.eye(size) - np.eye(size, k=1) - np.eye(size, k=-1)
    with precision(bits=100):
        ends = [2 - 2 * (arb.pi() * k / (size + 1)).cos() for k in (1, size)]
    assert lambda_min(matrix).overlaps(ends[0])
    assert lambda_max(matrix).overlaps(ends[1])
    assert condition_number(matrix).overlaps(ends[1] / ends[0])
    assert lambda_min(matrix).rad() < 1e-9


def test_every_kind_of_entry_is_read():
    root = sp.sqrt(2)
    for matrix in (
        [[1, root], [root, 1]],
        sp.Matrix([[1, root], [root, 1]]),
        [["1", arb(2).sqrt()], [root, Fraction(1)]],
        arb_mat([[1, arb(2).sqrt()], [arb(2).sqrt(), 1]]),
        np.array([[1, root], [root, 1]], dtype=object),
    ):
        assert lambda_max(matrix).overlaps(1 + arb(2).sqrt())
        assert lambda_min(matrix).overlaps(1 - arb(2).sqrt())
    with precision(bits=300):
        assert lambda_max([[1, root], [root, 1]], bits=200).overlaps(1 + arb(2).sqrt())
    assert lambda_max([[1, root], [root, 1]], bits=200).rad() < 1e-59
    assert lambda_max(np.array([[1, 2], [2, 1]], dtype=np.int32)).contains(3)
    assert lambda_min(np.array([[0.1]], dtype=np.float32)).contains(arb(float(np.float32(0.1))))


def test_balls_of_more_than_sixty_rows_go_through_float64():
    size, radius = 70, arb(0, "1e-6")
    rows = [[arb(1) / 4 + (0.75 if i == j else 0) + radius for j in range(size)] for i in range(size)]
    found = lambda_min(rows)
    assert contains(found, "0.75")
    assert contains(found, Fraction(3, 4) - Fraction(size, 10**6) * Fraction(99, 100))
    assert found.rad() < 1.01e-6 * size


@pytest.mark.parametrize("size", [5, 80])
def test_errors_of_the_entries_are_part_of_the_answer(size):
    """All entries moved by e together move the largest eigenvalue of the matrix of ones by n e, exactly."""
    ones, e = np.ones((size, size)), 2.0**-10
    for error in (e, Fraction(1, 1024), arb(e), np.full((size, size), e)):
        found = lambda_max(ones, error=error)
        assert contains(found, size + Fraction(size, 1024))
        assert contains(found, size - Fraction(size, 1024))
        assert found.rad() < 1.001 * size * e
    kernel = KernelMatrix(ones, np.full((size, size), e))
    assert contains(lambda_max(kernel), size + Fraction(size, 1024))
    with pytest.raises(InputError, match="its own errors"):
        lambda_max(kernel, error=e)


def test_a_zero_matrix():
    for size in (3, 70):
        assert lambda_max(np.zeros((size, size))).contains(0)
        assert lambda_max(np.zeros((size, size))).rad() < 1e-200
        with pytest.raises((InputError, AccuracyError)):
            condition_number(np.zeros((size, size)))


@pytest.mark.parametrize("size", [4, 80])
def test_no_condition_number_without_a_proof_that_it_exists(size):
    singular = np.ones((size, size))
    with pytest.raises(AccuracyError, match="may be 0"):
        condition_number(singular)
    with pytest.raises(InputError, match="not positive definite"):
        condition_number(singular - 2 * np.eye(size))
    with pytest.raises(AccuracyError, match="may be 0"):
        condition_number(np.eye(size), error=1.5)


@pytest.mark.parametrize("size", [3, 80])
def test_what_cannot_be_certified_is_refused_with_the_reason(size):
    for bad, reason in ((np.nan, "nan"), (np.inf, "inf"), (0.5, "not symmetric")):
        matrix = np.eye(size)
        matrix[2, 1] = bad
        with pytest.raises(InputError, match=reason):
            lambda_min(matrix)
    rows = np.eye(size).astype(int).tolist()
    rows[0][1] = rows[1][0] = arb(0, "inf")
    with pytest.raises(InputError, match="not finite"):
        lambda_min(rows)
    rows[0][1], rows[1][0] = 0, 1
    with pytest.raises(InputError, match="not symmetric"):
        lambda_min(rows)


@pytest.mark.parametrize(
    "matrix",
    [
        3, [], [[]], [[1, 2]], [1, 2], np.zeros((2, 3)), np.zeros(4), np.zeros((0, 0)), np.eye(2) * 1j, [[0.5]],
        [["one"]], np.array([["a"]]), np.array([[2**60]]),
    ],
    ids=str,
)  # fmt: skip
def test_what_is_no_symmetric_matrix_of_numbers_is_refused(matrix):
    with pytest.raises(InputError):
        lambda_min(matrix)


BAD_ERRORS = [-1, -0.5, float("nan"), float("inf"), "a", np.full((2, 2), np.nan), -np.eye(2), np.ones(2)]


@pytest.mark.parametrize("error", BAD_ERRORS, ids=str)
def test_what_is_no_error_bound_is_refused(error):
    with pytest.raises(InputError):
        lambda_min(np.eye(2), error=error)


def test_whatever_eigh_answers_the_truth_is_inside(monkeypatch):
    """Eigenvectors that are wrong, and not even orthogonal, cost width only."""
    matrix = np.array([[2.0, 1.0, 0.0], [1.0, 3.0, 1.0], [0.0, 1.0, 5.0]])
    right, truth = np.linalg.eigh, exact_ends(matrix)
    generator = np.random.default_rng(5)
    for share in (1e-12, 1e-6, 1e-2, 1.0):
        noise = generator.standard_normal((3, 3)) * share
        monkeypatch.setattr(
            np.linalg, "eigh", lambda a, noise=noise: (right(a)[0] + noise[0] * 0.1, right(a)[1] + noise)
        )
        for found, end in zip(float_bounds.extremes(matrix), truth, strict=True):
            assert found.overlaps(end)
            assert found.rad() < 40 * share + 1e-13


def test_beyond_sixty_rows_balls_take_over_where_float64_sees_nothing():
    """A Gaussian kernel of 80 points on a line: its least eigenvalue is far below the rounding errors of float64."""
    points = np.arange(80) / 8
    matrix = np.round(np.exp(-((points[:, None] - points) ** 2)) * 2**52) / 2**52 + 2.0**-50 * np.eye(80)
    assert not float_bounds.extremes(matrix)[0] > 0
    assert not float_bounds.extremes(matrix)[0] < 0
    found = lambda_min(matrix)
    scaled = (matrix * 2.0**52).astype(object)
    with precision(bits=3000):
        polynomial = fmpz_mat([[int(entry) for entry in row] for row in scaled]).charpoly()
        shift = found * arb(2) ** 52
        # The least root lies in the ball: a change of sign between its ends, and none of the other roots below.
        assert polynomial(arb(shift.lower())) * polynomial(arb(shift.upper())) < 0
    assert found.rad() < 1e-12 * abs(found).lower()
