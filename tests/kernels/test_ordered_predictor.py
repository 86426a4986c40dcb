"""The limit of the predictor in the ordered phase, against predictors of finite depth in many digits of mpmath."""

from fractions import Fraction
from typing import Any

import mpmath
import numpy as np
import pytest
from flint import arb
from mpmath import mp, mpf

import deepcond_sym as dc
from deepcond_sym.arithmetic import mp_from_ball
from deepcond_sym.errors import AccuracyError, InputError

TRAINING = [[1, 0, 0], ["3/5", "4/5", 0], [-1, 2, 2], [-1, 0, 0]]
POINT = [1, 3, -2]
NETWORKS = [("1", "1", True), ("1.2", "0.3", False), ("0.4", "2", True)]


def kernels(weight, bias, rho, affine, depth):
    """NNGP and tangent kernel of two unit vectors at this depth."""
    q, S = (weight + bias, weight * rho + bias) if affine else (mpf(1), rho)
    T = S
    for _ in range(depth - affine):
        c = min(max(S / q, mpf(-1)), mpf(1))
        h, slope = (mpmath.sqrt(1 - c**2) + c * (mp.pi - mpmath.acos(c))) / mp.pi, 1 - mpmath.acos(c) / mp.pi
        q, S = weight / 2 * q + bias, weight / 2 * q * h + bias
        T = weight / 2 * slope * T + S
    return {"nngp": S, "ntk": T}


def finite(weight, bias, affine, depth, kind):
    """The weights at this depth, by LU."""
    points = [[mpf(Fraction(x).numerator) / Fraction(x).denominator for x in row] for row in [*TRAINING, POINT]]
    norms = [mpmath.sqrt(sum(x * x for x in row)) for row in points]

    def entry(i, j):
        if i == j:
            return kernels(weight, bias, mpf(1), affine, depth)[kind]
        rho = sum(a * b for a, b in zip(points[i], points[j], strict=True)) / (norms[i] * norms[j])
        return kernels(weight, bias, rho, affine, depth)[kind]

    size = len(TRAINING)
    matrix = mpmath.matrix([[entry(i, j) for j in range(size)] for i in range(size)])
    return mpmath.lu_solve(matrix, mpmath.matrix([entry(i, size) for i in range(size)]))


@pytest.mark.parametrize(("weight", "bias", "affine"), NETWORKS)
@pytest.mark.parametrize("kind", ["ntk", "nngp"])
def test_predictors_of_two_depths_tend_to_it(weight, bias, affine, kind):
    limit = dc.ordered_predictor_limit(
        TRAINING, POINT, weight_variance=weight, bias_variance=bias, affine_input=affine, kernel=kind, bits=80
    )
    with mp.workdps(200):
        t = mpmath.sqrt(mpf(weight) / 2)
        errors = []
        for power in (6, 12):
            depth = int(mpmath.ceil(power * mpmath.log(10) / -mpmath.log(t)))
            found = finite(mpf(weight), mpf(bias), affine, depth, kind)
            errors.append(max(abs(found[i] - mp_from_ball(w.mid())) for i, w in enumerate(limit)))
            assert errors[-1] < 100 * depth * t**depth
        assert errors[1] < errors[0] * mpf("1e-5")


def test_the_weights_sum_to_one_and_reproduce_training_points():
    for kind in ("ntk", "nngp"):
        arguments: dict[str, Any] = {"weight_variance": 1, "bias_variance": "1/2", "kernel": kind}
        weights = dc.ordered_predictor_limit(TRAINING, POINT, **arguments)
        assert sum(weights, arb(0)).contains(1)
        assert max(float(w.rad()) for w in weights) < 1e-18
        for place, row in enumerate(TRAINING):
            # another length, the same direction
            there = dc.ordered_predictor_limit(TRAINING, [7 * Fraction(x) for x in row], **arguments)
            assert all(w.contains(int(i == place)) for i, w in enumerate(there))
    assert dc.ordered_predictor_limit([[2, 1]], [0, 1], weight_variance=1, bias_variance=1) == [1]


def test_two_points_by_the_formula():
    """For two points the first weight is 1/2 + (v_2 - v_1)/(2 V_12)."""
    network: dict[str, Any] = {"weight_variance": "0.7", "bias_variance": "0.2"}
    first, second, between = (dc.koenigs_limit(r, **network).sqrt() for r in ("0", "4/5", "3/5"))
    weights = dc.ordered_predictor_limit([[1, 0], ["3/5", "4/5"]], [0, 1], **network)
    assert weights[0].overlaps(0.5 + (second - first) / (2 * between))
    assert not weights[0].overlaps(dc.ordered_predictor_limit(
        [[1, 0], ["3/5", "4/5"]], [0, 1], **network, kernel="nngp")[0])  # fmt: skip


def test_order_and_arrays_do_not_matter():
    rng = np.random.default_rng(3)
    data, point = rng.standard_normal((6, 3)), rng.standard_normal(3)
    weights = dc.ordered_predictor_limit(data, point, weight_variance=1, bias_variance=1)
    turned = dc.ordered_predictor_limit(data[::-1].tolist(), point.tolist(), weight_variance=1, bias_variance=1)
    assert all(a.overlaps(b) for a, b in zip(weights, turned[::-1], strict=True))
    assert max(float(w.rad()) for w in weights) < 1e-18


def test_close_points():
    """Two training points 10^-12 apart: between them the predictor interpolates."""
    near = [[1, 0], [1, Fraction(1, 10**12)], [0, 1]]
    weights = dc.ordered_predictor_limit(
        near, [1, Fraction(1, 2 * 10**12)], weight_variance=1, bias_variance=1, bits=40
    )
    assert abs(float(weights[0]) - 0.5) < 1e-6
    assert abs(float(weights[1]) - 0.5) < 1e-6


def test_refusals():
    network: dict[str, Any] = {"weight_variance": 1, "bias_variance": 1}
    for training, point in (
        ([[1, 0], [2, 0]], [0, 1]), ([[1, 0]], [0, 1, 0]), ([[0, 0]], [0, 1]), ([], [1]), ([[]], []),
        ([[1], [1, 2]], [1]),
        ([1, 2], [1]), ([[1, float("nan")]], [1, 0]), ([["x", 1]], [1, 0]), (5, [1]), ([[1, 0]], [0, 0]),
    ):  # fmt: skip
        with pytest.raises(InputError):
            dc.ordered_predictor_limit(training, point, **network)
    for wrong in ({"kernel": "ntq"}, {"bits": 0}, {"weight_variance": 2}, {"bias_variance": 0}):
        with pytest.raises(InputError):
            dc.ordered_predictor_limit([[1, 0]], [0, 1], **{**network, **wrong})
    with pytest.raises(AccuracyError):
        dc.ordered_predictor_limit([[1, 0]], [0, 1], weight_variance="1.9999999", bias_variance=1)
