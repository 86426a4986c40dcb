"""The limits of the mean predictor, against predictors of finite depth: kernels by closed forms in mpmath, and LU.

The tangent kernel starts from 0. Its error is a series in 1/l, which Richardson's extrapolation takes away."""

from fractions import Fraction
from itertools import pairwise
from typing import Any

import mpmath
import numpy as np
import pytest
from mpmath import mp, mpf

import deepcond_sym as dc
from deepcond_sym.arithmetic import mp_from_ball, precision
from deepcond_sym.depth.critical_line import critical_line
from deepcond_sym.errors import AccuracyError, InputError

TRAINING = [[1, 0, 0], ["3/5", "4/5", 0], [-1, 2, 2]]
POINT = [1, 3, -2]
LABELS = [1, Fraction(1, 2), Fraction(-3, 2)]


def cosines() -> list[list[Any]]:
    """Of the training points and the point, the last."""
    rows = [[mpf(Fraction(x).numerator) / Fraction(x).denominator for x in row] for row in [*TRAINING, POINT]]
    unit = [[x / mpmath.sqrt(sum(y * y for y in row)) for x in row] for row in rows]
    return [[mpf(1) if a is b else sum(x * y for x, y in zip(a, b, strict=True)) for b in unit] for a in unit]


def erf_kernels(weight: str, bias: str, rho: Any, depths: list[int]) -> dict[int, tuple[Any, Any]]:
    """K/q* and Theta/q* at these depths."""
    w, b = mpf(weight), mpf(bias)
    q = mpmath.findroot(lambda q: 2 * w / mp.pi * mpmath.asin(2 * q / (1 + 2 * q)) + b - q, 1)
    c, tangent, found = rho, mpf(0), {}
    for depth in range(1, max(depths) + 1):
        slope = 4 * w / mp.pi / mpmath.sqrt((1 + 2 * q) ** 2 - 4 * (q * c) ** 2)
        c = mpf(1) if rho == 1 else (2 * w / mp.pi * mpmath.asin(2 * q * c / (1 + 2 * q)) + b) / q
        tangent = c + slope * tangent
        if depth in depths:
            found[depth] = (c, tangent)
    return found


def prediction(kernel: list[list[Any]]) -> Any:
    """P Y, by LU."""
    size = len(LABELS)
    matrix = mpmath.matrix([row[:size] for row in kernel[:size]])
    solved = mpmath.lu_solve(matrix, mpmath.matrix([mpf(y.numerator) / y.denominator for y in map(Fraction, LABELS)]))
    return sum(kernel[size][j] * solved[j] for j in range(size))


def limit_of(bits: int = 60, **network: Any) -> Any:
    found = dc.predictor_limit(TRAINING, POINT, **network, bits=bits)
    largest = max(abs(float(weight)) for weight in found.weights)
    assert max(float(weight.rad()) for weight in found.weights) < 2.0**-bits * largest
    with precision(bits=120):
        terms = [w * y.numerator / y.denominator for w, y in zip(found.weights, map(Fraction, LABELS), strict=True)]
        return found, mp_from_ball(sum(terms[1:], terms[0]))


def richardson(values: list[Any]) -> Any:
    """The limit of a series in 1/l from values at l, 2l, 4l, ..."""
    for order in range(1, len(values)):
        values = [(2**order * b - a) / (2**order - 1) for a, b in pairwise(values)]
    return values[-1]


@pytest.mark.parametrize(("weight", "bias", "phase"), [("1", "0.2", "ordered"), ("2.5", "0.05", "chaotic")])
@pytest.mark.parametrize("kernel", ["ntk", "nngp"])
def test_erf_off_the_critical_line(weight, bias, phase, kernel):
    found, limit = limit_of(weight_variance=weight, bias_variance=bias, kernel=kernel)
    assert found.phase == phase
    depths = [100, 200, 400, 800]
    with mp.workdps(400 if phase == "ordered" else 60):
        rho = cosines()
        size = len(rho)
        entries = {(i, j): erf_kernels(weight, bias, rho[i][j], depths) for i in range(size) for j in range(i + 1)}
        constants = dc.phase("erf", weight, bias, digits=50)
        chi = constants.chi_c_star
        values = []
        for depth in depths:
            place = int(kernel == "ntk")
            kernels = [[entries[max(i, j), min(i, j)][depth][place] for j in range(size)] for i in range(size)]
            rate = mpf(1)
            if phase == "chaotic":
                rate = depth * (chi / constants.chi_1) ** depth if kernel == "ntk" else chi**depth
            values.append(prediction(kernels) / rate)
        reached = richardson(values) if kernel == "ntk" else values[-1]
        assert abs(reached / limit - 1) < (mpf("1e-7") if kernel == "ntk" else mpf("1e-9"))


@pytest.mark.parametrize("kernel", ["ntk", "nngp"])
def test_critical_erf(kernel):
    """At depth 10^9 the kernel matrix itself, solved without any expansion, against the constant: (log l)/l is left."""
    _, limit = limit_of(bias_variance="0.18", kernel=kernel)
    matrix = dc.critical_matrix([*TRAINING, POINT], 10**9, bias_variance="0.18", kernel=kernel, bits=120)
    with precision(bits=200):
        value = prediction([[mp_from_ball(entry) for entry in row] for row in matrix])
        assert abs(10**9 * value / limit - 1) < mpf("2e-7")


def test_critical_sine():
    """E[sin(U) sin(V)] = exp(-q) sinh(q c), in float64, at depth 5,000 and 10,000; (log l)/l is left."""
    found, limit = limit_of(activation="sin", bias_variance="0.05", bits=24)
    assert found.phase == "critical"
    point = critical_line("sin", "0.05")
    q, w = point.q_star, point.weight_variance
    gap = 1 - np.array([[float(x) for x in row] for row in cosines()])
    np.fill_diagonal(gap, 0)
    labels, tangent, errors = np.array([float(y) for y in LABELS]), np.zeros_like(gap), []
    for depth in range(1, 10_001):
        slope = w * np.exp(-q) * np.cosh(q * (1 - gap))
        gap = w * np.exp(-q) / q * 2 * np.cosh(q * (1 - gap / 2)) * np.sinh(q * gap / 2)
        tangent = 1 - gap + slope * tangent
        if depth in (5_000, 10_000):
            value = tangent[3, :3] @ np.linalg.solve(tangent[:3, :3], labels)
            errors.append(abs(depth * value / float(limit) - 1))
    assert errors[0] < 0.02
    assert errors[1] / errors[0] == pytest.approx(0.53, abs=0.05)


def test_critical_relu():
    for kernel, tolerance in (("ntk", mpf("1e-8")), ("nngp", mpf("3e-2"))):
        found, limit = limit_of(activation="relu", kernel=kernel)
        assert found.phase == "critical"
        depth = 10**10 if kernel == "ntk" else 1000
        with precision(bits=200):
            rho = cosines()

            def entry(i, j, depth=depth, kernel=kernel, rho=rho):
                if i == j:
                    return mpf(1)
                exact = Fraction(str(mpmath.nstr(rho[i][j], 50)))
                if kernel == "ntk":
                    return mp_from_ball(dc.relu_ntk_ratio(depth, exact, bits=70))
                return dc.DepthMap("relu", depth, weight_variance=2).nngp(exact, digits=40)

            value = prediction([[entry(i, j) for j in range(4)] for i in range(4)])
            assert abs(depth * value / limit - 1) < tolerance


def test_ordered_weights_sum_to_one_and_tanh_works():
    found = dc.predictor_limit(
        TRAINING[:2], POINT, activation="tanh", weight_variance="1.2", bias_variance="0.2", bits=10
    )
    assert found.rate == "1"
    assert sum(found.weights[1:], found.weights[0]).contains(1)


def test_at_a_training_point_the_ordered_predictor_gives_its_label():
    found = dc.predictor_limit(TRAINING, ["6/5", "8/5", 0], weight_variance="5/4", bias_variance="1/20")
    assert [bool(w.contains(v)) for w, v in zip(found.weights, (0, 1, 0), strict=True)] == [True] * 3


def test_refusals():
    for wrong in (
        {"kernel": "ntq"}, {"bits": 0}, {"activation": "elu"}, {"activation": "relu", "weight_variance": 1},
        {"activation": "relu", "bias_variance": 1}, {"bias_variance": 0}, {"weight_variance": 1.5},
        {"weight_variance": "1.5", "point": TRAINING[0]}, {"point": TRAINING[1]}, {"point": [1, 2]},
        {"training": [[1, 0, 0], [2, 0, 0]]},
    ):  # fmt: skip
        arguments: dict[str, Any] = {"training": TRAINING, "point": POINT, "bias_variance": "0.05", **wrong}
        with pytest.raises(InputError):
            dc.predictor_limit(arguments.pop("training"), arguments.pop("point"), **arguments)
    with pytest.raises(AccuracyError):
        dc.predictor_limit(TRAINING, POINT, weight_variance="1.3757", bias_variance="0.05", bits=200)
