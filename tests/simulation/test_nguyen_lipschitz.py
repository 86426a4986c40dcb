"""Lipschitz constants on the plane: closed cases, exact arithmetic, and brute force that knows no cones."""

import itertools
from fractions import Fraction

import numpy as np
import pytest
from flint import arb
from hypothesis import given, settings
from hypothesis import strategies as st

from deepcond_sym.errors import InputError
from deepcond_sym.simulation.lipschitz import linear_pieces, lipschitz_constant

PLUS_MINUS = [[1, -1, 0, 0], [0, 0, 1, -1]]


def spike(k: int) -> list:
    """relu(y - k|x|): slope sqrt(k^2 + 1) on a cone of angle about 2/k, and 0 elsewhere."""
    return [[[1, -1, 0], [0, 0, 1]], [[-k], [-k], [1]], [[1]]]


CLOSED = [
    ("linear", [[[3, 1], [0, 2]]], (7 + 13**0.5) ** 0.5),
    ("one neuron", [[[3], [4]], [[-2]]], 10.0),
    ("|x| + |y|", [PLUS_MINUS, [[1], [1], [1], [1]]], 2**0.5),
    ("the identity as relu(z) - relu(-z)", [PLUS_MINUS, [[1, 0], [-1, 0], [0, 1], [0, -1]]], 1.0),
    ("|x| - |y|", [PLUS_MINUS, [[1], [1], [-1], [-1]]], 2**0.5),
    ("relu(x) and relu(-x) are never on together", [[[1, -1], [0, 0]], [[1, 0], [0, 5]]], 5.0),
    ("max(x, y) = y + relu(x - y)", [[[1, 0, 0], [-1, 1, -1]], [[1], [1], [-1]]], 1.0),
    ("nothing passes", [[[1], [0]], [[-1]], [[7]]], 0.0),
    ("zero weights", [[[0, 0], [0, 0]], [[1], [1]]], 0.0),
    ("a narrow cone", spike(10**6), (10**12 + 1) ** 0.5),
    ("a minimum: min(relu(x), relu(y))", [[[1, 0], [0, 1]], [[1, 1], [0, -1]], [[1], [-1]]], 1.0),
]


@pytest.mark.parametrize(("weights", "constant"), [c[1:] for c in CLOSED], ids=[c[0] for c in CLOSED])
def test_closed_cases(weights, constant):
    assert lipschitz_constant(weights) == pytest.approx(constant, rel=1e-12, abs=1e-12)
    ball = lipschitz_constant(weights, bits=120)
    assert abs(float(ball.mid()) - constant) <= 1e-12 * max(constant, 1)
    assert float(ball.rad()) <= 1e-30 * max(constant, 1)


def test_random_directions_miss_the_narrow_cone():
    """Why the sweep is complete: ten thousand directions see slope 0 where the constant is a million."""
    rng = np.random.default_rng(0)
    points = rng.standard_normal((10_000, 2))
    values = points
    for matrix in spike(10**6):
        values = np.maximum(values @ np.array(matrix), 0)
    assert not values.any()
    assert lipschitz_constant(spike(10**6)) > 999_999


def outputs(weights: list[np.ndarray], points: np.ndarray) -> np.ndarray:
    for matrix in weights[:-1]:
        points = np.maximum(points @ matrix, 0)
    return points @ weights[-1]


@pytest.mark.parametrize("widths", [(2, 5, 3), (2, 16, 16), (2, 9, 1, 4), (2, 12, 12, 12), (2, 3, 20, 2, 7)])
def test_difference_quotients_stay_below_it_and_come_near(widths):
    rng = np.random.default_rng(sum(widths))
    for _ in range(5):
        weights = [rng.standard_normal(s) for s in itertools.pairwise(widths)]
        constant = lipschitz_constant(weights)
        far = rng.standard_normal((2, 20_000, 2)) * rng.exponential(size=(2, 20_000, 1))
        angle, turn = rng.uniform(0, 2 * np.pi, (2, 40_000))
        near = np.stack([np.cos(angle), np.sin(angle)], axis=1)
        pairs = ((far[0], far[1]), (near, near + 1e-4 * np.stack([np.cos(turn), np.sin(turn)], axis=1)))
        largest = 0.0
        for x, y in pairs:
            quotients = np.linalg.norm(outputs(weights, x) - outputs(weights, y), axis=1)
            quotients /= np.linalg.norm(x - y, axis=1)
            assert (quotients <= constant * (1 + 1e-9) + 1e-9).all()
            largest = max(largest, quotients.max())
        assert largest >= 0.98 * constant
        assert constant <= np.prod([np.linalg.norm(w, 2) for w in weights]) * (1 + 1e-12)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 5), min_size=1, max_size=4), st.integers(0, 2**32 - 1))
def test_doubles_agree_with_exact_cones(widths, seed):
    """Small integers meet in many degenerate ways: equal rows, zero rows, kinks on the sides of cones."""
    rng = np.random.default_rng(seed)
    sizes = [2, *widths]
    weights = [rng.integers(-3, 4, size=s) for s in itertools.pairwise(sizes)]
    exact = lipschitz_constant([[[int(v) for v in row] for row in w] for w in weights], bits=100)
    assert lipschitz_constant(weights) == pytest.approx(float(exact.mid()), rel=1e-9, abs=1e-9)


def test_the_cones_go_round_once_and_the_network_is_continuous():
    rng = np.random.default_rng(3)
    weights = [rng.standard_normal(s) for s in ((2, 6), (6, 5), (5, 3))]
    angles = np.linspace(0, 2 * np.pi, 200_000, endpoint=False)
    points = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    values, pieces = outputs(weights, points), linear_pieces(weights)
    among = np.abs(np.einsum("sac,pc->psa", pieces, points[::997]) - values[::997, None, :]).max(axis=2)
    assert among.min(axis=1).max() < 1e-12, "every value is that of one of the pieces"
    changes = np.abs(np.diff(pieces, axis=0)).max(axis=(1, 2)) > 1e-12
    assert changes.sum() >= 6, "at least the kinks of the first layer, some of which the second may hide"
    # Crossing one side changes a piece by a matrix of rank 1, because the two agree along that side.
    for jump in np.diff(pieces, axis=0)[changes]:
        assert np.linalg.svd(jump, compute_uv=False)[1] < 1e-9


@pytest.mark.parametrize(
    ("weights", "bits", "sentence"),
    [
        ([], None, "at least one matrix"),
        ([[[1.0], [2.0], [3.0]]], None, "with 2 rows"),
        ([[[1.0, 2.0], [3.0, 4.0]], [[1.0]]], None, "do not fit together"),
        ([[[1.0], [float("nan")]]], None, "not a finite number"),
        ([[[0.5], [1]]], 53, "integers or Fractions"),
        ([[1, 2]], None, "with 2 rows"),
    ],
)
def test_bad_input_is_refused(weights, bits, sentence):
    with pytest.raises(InputError, match=sentence):
        lipschitz_constant(weights, bits=bits)


def test_fractions_are_exact():
    ball = lipschitz_constant([[[Fraction(1, 3)], [Fraction(1, 4)]]], bits=200)
    assert ball.overlaps(arb(5) / 12)
    assert ball.rad() < 1e-50


@pytest.mark.parametrize("widths", [(2, 24, 24, 8), (2, 12, 4, 12, 4, 12)])
def test_doubles_agree_with_exact_cones_at_the_sizes_of_the_experiments(widths):
    """About a hundred cones; Gaussian weights rounded to multiples of 1/1024, which doubles hold exactly."""
    rng = np.random.default_rng(1)
    weights = [np.round(1024 * rng.standard_normal(s)).astype(int) for s in itertools.pairwise(widths)]
    exact = lipschitz_constant([[[Fraction(int(v), 1024) for v in row] for row in w] for w in weights], bits=100)
    assert lipschitz_constant([w / 1024 for w in weights]) == pytest.approx(float(exact.mid()), rel=1e-12)
