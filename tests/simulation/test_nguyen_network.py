"""ReLU networks without scaling factors: the Gram matrix of the Jacobian, in exact rational arithmetic."""

import itertools
from fractions import Fraction

import numpy as np
import pytest
from flint import fmpq, fmpq_mat

from deepcond_sym.errors import InputError
from deepcond_sym.simulation.relu_network import ReluNetwork, alternating_widths, draw_weights, gram


def rationals(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """Small fractions with different denominators, so that no pre-activation is 0."""
    found = np.empty(shape, dtype=object)
    for place in np.ndindex(shape):
        found[place] = Fraction(int(rng.integers(-30, 31)), int(rng.integers(7, 29)))
    return found


def exact_case(widths: tuple[int, ...], points: int, seed: int) -> tuple[ReluNetwork, np.ndarray]:
    rng = np.random.default_rng(seed)
    weights = tuple(rationals(rng, shape) for shape in itertools.pairwise(widths))
    return ReluNetwork(weights), rationals(rng, (points, widths[0]))


def value(weights: list[np.ndarray], point: np.ndarray) -> Fraction:
    """f_L(x) as section 2 of nguyen2021 reads, one neuron at a time."""
    vector = list(point)
    for layer, matrix in enumerate(weights):
        rows, columns = matrix.shape
        sums = [sum((vector[i] * matrix[i, j] for i in range(rows)), Fraction(0)) for j in range(columns)]
        vector = sums if layer == len(weights) - 1 else [max(s, Fraction(0)) for s in sums]
    return vector[0]


def slope(weights: list[np.ndarray], point: np.ndarray, layer: int, place: tuple[int, int]) -> Fraction:
    """The derivative in one weight: f is piecewise linear in it, so that small steps to both sides give it exactly."""
    quotients = set()
    for step in (Fraction(1, 10**12), Fraction(-1, 10**12)):
        moved = [w.copy() for w in weights]
        moved[layer][place] += step
        quotients.add((value(moved, point) - value(weights, point)) / step)
    (found,) = quotients
    return found


@pytest.mark.parametrize(
    ("widths", "seed"), [((3, 1), 0), ((2, 4, 1), 1), ((3, 4, 3, 1), 2), ((2, 3, 4, 3, 1), 3), ((1, 5, 4, 5, 4, 1), 6)]
)
def test_the_gram_matrix_of_the_jacobian_is_exact(widths, seed):
    """D-J: J J^T = sum_k F_k F_k^T o B_(k+1) B_(k+1)^T, against difference quotients that are exact fractions."""
    network, points = exact_case(widths, 4, seed)
    weights = list(network.weights)
    assert [row[0] for row in network.output(points)] == [value(weights, x) for x in points]
    jacobian = np.array(
        [
            [slope(weights, x, layer, place) for layer, w in enumerate(weights) for place in np.ndindex(w.shape)]
            for x in points
        ],
        dtype=object,
    )
    assert jacobian.shape[1] == network.parameters
    assert (network.jacobian_gram(points) == jacobian @ jacobian.T).all()
    assert (jacobian != 0).any()


def test_the_gradient_vanishes_at_a_kink():
    """relu'(0) = 0: a pre-activation that is exactly 0 passes nothing on."""
    network = ReluNetwork((np.array([[1, 1], [-1, 1]], dtype=object), np.array([[5], [3]], dtype=object)))
    points = np.array([[2, 2]], dtype=object)
    features = network.features(points)
    assert features[1].tolist() == [[0, 4]]
    assert network.backward(features)[0].tolist() == [[0, 3]]
    assert network.jacobian_gram(points).tolist() == [[8 * 9 + 16]]


def rank(matrix: np.ndarray) -> int:
    return fmpq_mat(*matrix.shape, [fmpq(Fraction(v).numerator, Fraction(v).denominator) for v in matrix.flat]).rank()


@pytest.mark.parametrize("widths", [(2, 2, 2, 1), (1, 3, 1), (5, 1), (2, 1, 2, 1)])
def test_fewer_weights_than_points_make_it_singular(widths):
    """The rank is at most the number of weights, exactly; with few points and enough of them it is full."""
    network, points = exact_case(widths, sum(a * b for a, b in itertools.pairwise(widths)) + 1, 7)
    matrix = network.jacobian_gram(points)
    assert 0 < rank(matrix) <= network.parameters < len(points)
    wide, few = exact_case((3, 8, 6, 1), 6, 8)
    assert rank(wide.jacobian_gram(few)) == len(few) < wide.parameters


def test_doubles_and_fractions_agree_and_batches_are_single_networks():
    rng = np.random.default_rng(5)
    weights, points = draw_weights((3, 6, 4, 1), 3, rng), rng.standard_normal((3, 5, 3))
    batch = ReluNetwork(weights).jacobian_gram(points)
    for i in range(3):
        as_fractions = ReluNetwork(tuple(np.vectorize(Fraction, otypes=[object])(w[i]) for w in weights))
        exact = as_fractions.jacobian_gram(np.vectorize(Fraction, otypes=[object])(points[i]))
        assert np.allclose(batch[i], exact.astype(float), rtol=1e-12)


def test_each_layer_scales_the_kernel_as_it_should():
    """f_L is linear in each W_l: with W_2 doubled, every summand but that of W_2 itself is multiplied by 4."""
    network, points = exact_case((2, 3, 4, 1), 3, 11)
    first, second, third = network.weights
    features = network.features(points)
    own = gram(features[1]) * gram(network.backward(features)[1])
    doubled = ReluNetwork((first, 2 * second, third))
    assert (doubled.jacobian_gram(points) == 4 * (network.jacobian_gram(points) - own) + own).all()


def test_the_variance_of_the_weights():
    rng = np.random.default_rng(0)
    plain, he = draw_weights((50, 20, 1), 400, rng), draw_weights((50, 20, 1), 400, rng, he=True)
    assert np.allclose([w.var() for w in plain], 1, rtol=0.06)
    assert np.allclose([w.var() for w in he], [2 / 50, 2 / 20], rtol=0.06)
    assert alternating_widths(3, 8, 2, 4) == (3, 8, 2, 8, 2)


@pytest.mark.parametrize(
    ("weights", "sentence"),
    [
        ((), "at least one matrix"),
        ((np.ones(3),), "at least one matrix"),
        ((np.ones((2, 3)), np.ones((2, 1))), "n_\\(l-1\\) x n_l"),
        ((np.ones((2, 3)),), "n_L = 1"),
    ],
)
def test_weights_that_make_no_network_are_refused(weights, sentence):
    with pytest.raises(InputError, match=sentence):
        ReluNetwork(weights)


def test_inputs_of_another_dimension_are_refused():
    with pytest.raises(InputError, match="rows of 2 numbers"):
        ReluNetwork((np.ones((2, 1)),)).output(np.ones((4, 3)))
    with pytest.raises(InputError, match="a width"):
        draw_weights((2, 0, 1), 1, np.random.default_rng(0))
