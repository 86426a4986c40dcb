"""Extreme eigenvalues and determinants of ball matrices, against exact characteristic polynomials and known spectra."""

from fractions import Fraction
from math import lcm

import mpmath
import pytest
from flint import arb, fmpq, fmpz_mat
from hypothesis import given, settings
from hypothesis import strategies as st

from deepcond_sym.arithmetic import ball_from_exact, ball_from_mp, contains, precision, symmetric
from deepcond_sym.arithmetic.symmetric import determinant, extreme_eigenvalues
from deepcond_sym.errors import AccuracyError, InputError

entries = st.fractions(-9, 9, max_denominator=7)


@st.composite
def symmetric_matrices(draw, largest=6, values=entries):
    size = draw(st.integers(1, largest))
    kept = {(i, j): draw(values) for i in range(size) for j in range(i + 1)}
    return [[kept[max(i, j), min(i, j)] for j in range(size)] for i in range(size)]


def balls(rows, radius=Fraction(0)):
    return [[ball_from_exact(entry, radius) for entry in row] for row in rows]


def exact_spectrum(rows):
    """All eigenvalues, ascending with multiplicity, as isolated roots of the characteristic polynomial."""
    scale = lcm(*(Fraction(entry).denominator for row in rows for entry in row))
    polynomial = fmpz_mat([[int(entry * scale) for entry in row] for row in rows]).charpoly()
    with precision(bits=400):
        roots = [(root.real, times) for root, times in polynomial.complex_roots()]
        return sorted((root / scale for root, times in roots for _ in range(times)), key=lambda root: root.mid())


@settings(deadline=None)
@given(symmetric_matrices(), st.sampled_from([30, 53, 200]))
def test_exact_matrices_are_enclosed_to_the_working_precision(rows, bits):
    spectrum = exact_spectrum(rows)
    with precision(bits=bits):
        for found, truth in zip(extreme_eigenvalues(balls(rows)), (spectrum[0], spectrum[-1]), strict=True):
            assert found.overlaps(truth)
            assert found.rad() <= arb(2) ** (3 - bits) * sum(abs(entry) for row in balls(rows) for entry in row)


@settings(deadline=None, max_examples=40)
@given(st.lists(entries, min_size=1, max_size=4), st.integers(2, 12))
def test_every_multiplicity_keeps_the_full_precision(values, size):
    """Equal values on the diagonal, carried around by an exact reflection."""
    diagonal = [values[i % len(values)] for i in range(size)]
    axis = [Fraction(i % 5 - 2) for i in range(size)]
    length = sum(a * a for a in axis)
    turn = [[Fraction(i == j) - 2 * axis[i] * axis[j] / length for j in range(size)] for i in range(size)]
    rows = [
        [sum(turn[i][k] * diagonal[k] * turn[k][j] for k in range(size)) for j in range(size)] for i in range(size)
    ]
    with precision(bits=200):
        matrix = balls(rows)
    with precision(bits=100):
        for found, truth in zip(extreme_eigenvalues(matrix), (min(diagonal), max(diagonal)), strict=True):
            assert contains(found, truth)
            assert found.rad() <= 10 * arb(2) ** -95


@pytest.mark.parametrize("size", [2, 3, 10, 60])
@pytest.mark.parametrize("share", ["0", "1/4", "1", "-1/59"])
def test_equicorrelated_matrices(size, share):
    b = Fraction(share)
    rows = [[Fraction(1) if i == j else b for j in range(size)] for i in range(size)]
    ends = sorted([1 - b, 1 + (size - 1) * b])
    with precision(bits=120):
        for found, truth in zip(extreme_eigenvalues(balls(rows)), ends, strict=True):
            assert contains(found, truth)
            assert found.rad() < 1e-32
        assert contains(determinant(balls(rows)), (1 - b) ** (size - 1) * (1 + (size - 1) * b))


@given(entries, entries, entries)
def test_two_by_two_by_the_quadratic_formula(a, b, c):
    with mpmath.workdps(60):
        a_, b_, c_ = (mpmath.mpf(v.numerator) / v.denominator for v in (a, b, c))
        root = mpmath.sqrt((a_ - c_) ** 2 / 4 + b_**2)
        ends = [ball_from_mp((a_ + c_) / 2 - root), ball_from_mp((a_ + c_) / 2 + root)]
    for found, truth in zip(extreme_eigenvalues(balls([[a, b], [b, c]])), ends, strict=True):
        assert abs(found - truth) < 1e-14 + abs(truth) * 1e-14
        assert (found - truth).lower() <= arb(10) ** -55
        assert (found - truth).upper() >= -(arb(10) ** -55)


@settings(deadline=None)
@given(symmetric_matrices(largest=5), st.data())
def test_every_matrix_within_the_balls_is_meant(rows, data):
    radius = data.draw(st.sampled_from([Fraction(1, 10**12), Fraction(1, 100), Fraction(1, 2), Fraction(3)]))
    shares = st.fractions(-1, 1, max_denominator=3)
    size = len(rows)
    moved = [list(row) for row in rows]
    for i in range(size):
        for j in range(i + 1):
            moved[i][j] = moved[j][i] = rows[i][j] + radius * data.draw(shares)
    spectrum = exact_spectrum(moved)
    for found, truth in zip(extreme_eigenvalues(balls(rows, radius)), (spectrum[0], spectrum[-1]), strict=True):
        assert found.overlaps(truth)
        assert found.rad() <= size * ball_from_exact(radius) * arb("1.001") + 1e-12
    assert contains(determinant(balls(rows, radius)), _determinant(moved))


def _determinant(rows):
    if not rows:
        return Fraction(1)
    minors = ([row[:j] + row[j + 1 :] for row in rows[1:]] for j in range(len(rows)))
    return sum((-1) ** j * rows[0][j] * _determinant(minor) for j, minor in enumerate(minors))


def test_the_small_eigenvalue_of_a_hilbert_matrix_keeps_its_digits():
    """float64's eigvalsh prints a negative number here; the reference is the inverse's largest eigenvalue, in mpmath"""
    size = 15
    with precision(bits=400):
        rows = [[arb(fmpq(1, i + j + 1)) for j in range(size)] for i in range(size)]
    with precision(bits=100):
        least, largest = extreme_eigenvalues(rows)
    with mpmath.workdps(100):
        spectrum = mpmath.eigsy(mpmath.hilbert(size), eigvals_only=True)
        assert abs(least - ball_from_mp(spectrum[0])) < 1e-28 * ball_from_mp(spectrum[0])
        assert abs(largest - ball_from_mp(spectrum[size - 1])) < 1e-28


def test_radii_of_a_large_scale_do_not_blur_a_small_one():
    rows = [[arb("1e30", "1e10"), arb(0)], [arb(0), arb(1, "1e-12")]]
    least, largest = extreme_eigenvalues(rows)
    assert contains(least, 1)
    assert least.rad() < 2e-12
    assert contains(largest, 10**30 + 10**10)


@pytest.mark.parametrize("scale", ["1e1000", "1e-1000"])
def test_scales_beyond_float64(scale):
    rows = [[2 * arb(scale), arb(scale)], [arb(scale), 2 * arb(scale)]]
    for found, truth in zip(extreme_eigenvalues(rows), (1, 3), strict=True):
        assert abs(found / arb(scale) - truth) < 1e-14


def test_special_matrices():
    assert extreme_eigenvalues([[arb(0)] * 3] * 3) == (0, 0)
    only = arb(3, "0.5")
    assert all(end.contains(only) and end.rad() < 0.6 for end in extreme_eigenvalues([[only]]))
    blur = extreme_eigenvalues([[arb(0, 1)] * 2] * 2)
    assert all(contains(end, 2) and contains(end, -2) and end.rad() < 2.001 for end in blur)


def test_without_symmetry_it_is_the_quadratic_form_that_counts():
    least, largest = extreme_eigenvalues([[arb(1), arb(2)], [arb(0), arb(1)]])
    assert contains(least, 0)
    assert contains(largest, 2)


STRANGE = [arb("nan"), arb("inf"), arb("-inf"), arb(0, "inf"), arb(1) / 0]


@pytest.mark.parametrize("strange", STRANGE, ids=str)
@pytest.mark.parametrize("place", [(0, 0), (1, 0), (2, 1)])
def test_a_strange_ball_gives_no_value(strange, place):
    rows = balls([[Fraction(i == j) for j in range(3)] for i in range(3)])
    rows[place[0]][place[1]] = strange
    for question in (extreme_eigenvalues, determinant):
        with pytest.raises(AccuracyError, match="not a finite ball"):
            question(rows)


@pytest.mark.parametrize("rows", [[], [[]], [[arb(1), arb(2)]], [[arb(1)], [arb(1)]], [[1.0]]])
def test_what_is_no_square_matrix_of_balls_is_refused(rows):
    for question in (extreme_eigenvalues, determinant):
        with pytest.raises(InputError):
            question(rows)


def test_poor_eigenvectors_cost_width_never_truth(monkeypatch):
    """Whatever is proposed as V, what comes out must contain the eigenvalues."""
    rows = [[Fraction(2), Fraction(1), Fraction(0)], [Fraction(1), Fraction(3), Fraction(1)], [Fraction(0), 1, 5]]
    spectrum = exact_spectrum(rows)
    skew = symmetric.arb_mat([[1, arb("0.3"), 0], [0, 1, arb("0.2")], [arb("0.1"), 0, 2]])
    for proposed in (skew, symmetric.arb_mat([[1, 1, 0], [1, 1, 0], [0, 0, 1]])):
        monkeypatch.setattr(symmetric, "_eigenvectors", lambda middle, vectors, proposed=proposed: proposed)
        least, largest = extreme_eigenvalues(balls(rows))
        assert least.overlaps(spectrum[0])
        assert largest.overlaps(spectrum[-1])
