"""The condition number of critical erf at given data, at depth 10^5 and beyond."""

from fractions import Fraction
from typing import Any

import mpmath
import numpy as np
import pytest
from mpmath import mp, mpf

import deepcond_sym as dc
from deepcond_sym.errors import InputError

DATA = np.random.default_rng(8).standard_normal((6, 4))


def test_a_shallow_network_by_mpmath():
    with mp.workdps(40):
        b = mpf("0.05")
        q = mpmath.findroot(lambda q: q - mpmath.sqrt(1 + 4 * q) * mpmath.asin(2 * q / (1 + 2 * q)) / 2 - b, 1)
        w = mp.pi / 4 * mpmath.sqrt(1 + 4 * q)
        rows = [[mpf(float(x)) for x in row] for row in DATA]
        rows = [[x / mpmath.sqrt(sum(y * y for y in row)) for x in row] for row in rows]
        kernels = {"ntk": mpmath.matrix(6), "nngp": mpmath.matrix(6)}
        for i in range(6):
            for j in range(6):
                c, tangent = mpf(1) if i == j else sum(x * y for x, y in zip(rows[i], rows[j], strict=True)), mpf(0)
                for _ in range(150):
                    slope = 4 * w / mp.pi / mpmath.sqrt((1 + 2 * q) ** 2 - 4 * (q * c) ** 2)
                    c = (2 * w / mp.pi * mpmath.asin(2 * q * c / (1 + 2 * q)) + b) / q
                    tangent = c + slope * tangent
                kernels["ntk"][i, j], kernels["nngp"][i, j] = tangent, c
        for name, matrix in kernels.items():
            values = mpmath.eigsy(matrix, eigvals_only=True)
            found = dc.condition_number(dc.critical_matrix(DATA, 150, bias_variance="0.05", kernel=name))
            assert abs(float(found) / float(max(values) / min(values)) - 1) < 1e-13
            assert found.rel_accuracy_bits() > 50


@pytest.mark.parametrize("bias", ["1/20", "1/10", "18/100"])
def test_the_condition_number_at_depth_hundred_thousand(bias):
    """It is (m + 2)/2 + (3/4) m kappa' (log l)/l + O(1/l), m = 6, and 4 in the limit; for the NNGP m A l + O(log l)."""
    found = dc.condition_number(dc.critical_matrix(DATA, 10**5, bias_variance=bias))
    assert found.rel_accuracy_bits() > 50
    assert abs(float(found) - 4) < 2e-3
    slope = []
    for depth in (10**5, 10**8):
        value = dc.condition_number(dc.critical_matrix(DATA, depth, bias_variance=bias))
        slope.append(depth * (float(value) - 4))
    with mp.workdps(20):
        b = mpf(Fraction(bias).numerator) / Fraction(bias).denominator
        q = mpmath.findroot(lambda q: q - mpmath.sqrt(1 + 4 * q) * mpmath.asin(2 * q / (1 + 2 * q)) / 2 - b, 1)
        kappa = -(1 + 2 * ((1 + 2 * q) / (2 * q)) ** 2) / 3
        growth = 4.5 * kappa * mpmath.log(1000)
        nngp = dc.condition_number(dc.critical_matrix(DATA, 10**8, bias_variance=bias, kernel="nngp"))
        assert abs((slope[1] - slope[0]) / growth - 1) < mpf("0.01")
        assert abs(float(nngp) / (6e8 * 2 * q**2 / (1 + 4 * q)) - 1) < mpf("1e-5")


def test_refusals():
    for wrong in (
        {"depth": 0}, {"depth": 1.5}, {"bits": 1000}, {"kernel": "ntq"}, {"bias_variance": 0}, {"bias_variance": 0.05},
        {"data": [[1, 0], [2, 0]]}, {"data": [[0, 0], [1, 0]]},
    ):  # fmt: skip
        arguments: dict[str, Any] = {"data": DATA, "depth": 10, "bias_variance": "0.05", **wrong}
        with pytest.raises(InputError):
            dc.critical_matrix(arguments.pop("data"), arguments.pop("depth"), **arguments)
