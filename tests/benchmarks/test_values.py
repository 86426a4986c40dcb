"""What the benchmark compares is the same network, and the fifty digits are right: by routes of their own."""

import doctest
import math

import mpmath as mp
import numpy as np
import pytest

from deepcond_sym import DepthMap, activation

DOCUMENTED = ["budget", "digits", "naive", "readme", "table", "worker"]
NETWORKS = {
    "relu": lambda depth: DepthMap("relu", depth, weight_variance=2),
    "erf": lambda depth: DepthMap(activation("erf").normalized(), depth),
    "gelu": lambda depth: DepthMap(activation("gelu").normalized(), depth),
}


@pytest.mark.parametrize("name", DOCUMENTED)
def test_the_examples_run(peers, name):
    found = doctest.testmod(peers(name))
    assert found.attempted > 0
    assert found.failed == 0


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("depth", [1, 2, 10, 100])
def test_the_fifty_digits_are_those_of_our_balls(peers, name, depth):
    digits = peers("digits")
    for u in ("1e-14", "1e-3", "0.7", "1.3", "1.999"):
        with mp.workdps(digits._WORKING):
            found = digits.exact(name, [depth], 1 - mp.mpf(u))[depth]
        network = NETWORKS[name](depth)
        with mp.workdps(60):
            complement = mp.mpf(network.nngp_complement(u, digits=50))
            ratio = mp.mpf(network.ntk_ratio(u=u, digits=50))
            assert abs(found.complement / complement - 1) < mp.mpf(10) ** -48
            assert abs(found.tangent - ratio) < mp.mpf(10) ** -48


@pytest.mark.parametrize("name", NETWORKS)
def test_naive_numpy_computes_these_networks(peers, name):
    naive, digits, accuracy = peers("naive"), peers("digits"), peers("accuracy")
    points = digits.hard_points()
    diagonal, values = accuracy.reference(name, [10], points)[10]
    answer = naive.Naive().values(name, 10, **accuracy.request(points))
    errors = accuracy.worst_errors(points, diagonal, values, answer)
    assert errors["ordinary"] < 1e-13
    # subtraction leaves two digits of 1 - K at 1e-14, which is why the points are hard
    assert 1e-5 < errors["complement"] < 1


def test_another_network_is_noticed(peers):
    naive, digits, accuracy = peers("naive"), peers("digits"), peers("accuracy")
    points = digits.hard_points()
    diagonal, values = accuracy.reference("erf", [2], points)[2]
    answer = naive.Naive().values("erf", 3, **accuracy.request(points))
    assert accuracy.worst_errors(points, diagonal, values, answer)["ordinary"] > accuracy.SAME


def test_an_answer_that_is_no_number_is_infinitely_wrong(peers):
    digits, accuracy = peers("digits"), peers("accuracy")
    points = digits.hard_points()[:2]
    diagonal, values = accuracy.reference("relu", [2], points)[2]
    answer = {"nngp": [math.nan, 1.0], "complement": [0.0, math.nan], "ntk": [math.inf, 1.0]}
    errors = accuracy.worst_errors(points, diagonal, values, answer)
    assert errors["nngp"] == errors["complement"] == errors["ntk"] == math.inf


def test_the_hard_points_keep_their_complement(peers):
    """1 - |cosine| of a row is what was wanted, to the rounding of the row, and has the sign of the cosine."""
    digits = peers("digits")
    for text, point in zip(digits.COMPLEMENTS, digits.hard_points(), strict=True):
        wanted = float(text)
        assert math.copysign(1, point.signed) == (1 if wanted <= 1 else -1) or wanted == 1
        nearer = min(mp.mpf(text), 2 - mp.mpf(text))
        assert abs(abs(point.signed) - float(nearer)) <= 0.02 * float(nearer)
        row = np.array(point.row)
        assert abs(np.linalg.norm(row) - 1) < 3e-16
