"""T11: the dual of tanh at variance 9 by Gauss-Hermite quadrature of degree 25 is 1 % off, without a warning."""

import math

import numpy as np
import pytest

from deepcond_sym.activations import activation
from deepcond_sym.duals import dual
from deepcond_sym.errors import AccuracyError


def _by_quadrature(rho: float) -> float:
    """Iterated Gauss-Legendre in panels of length 1/8: the transition of tanh(3x) has width 1/3."""
    nodes, weights = np.polynomial.legendre.leggauss(12)
    left = np.arange(-9, 9, 0.125)[:, None]
    x, w = (left + (nodes + 1) / 16).ravel(), np.tile(weights / 16, len(left))
    w = w * np.exp(-x * x / 2) / math.sqrt(2 * math.pi)
    inner = np.tanh(3 * (rho * x[:, None] + math.sqrt(1 - rho * rho) * x[None, :])) @ w
    return float(np.sum(w * np.tanh(3 * x) * inner))


def test_a_ball_that_contains_the_truth() -> None:
    found = dual(activation("tanh").at_variance(9))("0.9", bits=40)
    assert found.rel_accuracy_bits() >= 40
    assert abs(float(found.mid()) - _by_quadrature(0.9)) < 1e-11


def test_far_wider_still() -> None:
    """Near rho = 1 at variance 100 a Hermite series would need many thousands of terms."""
    found = dual(activation("tanh").at_variance(100))
    value, sharper = found("0.999999", bits=100), found("0.999999", bits=140)
    assert value.overlaps(sharper)
    assert value.rel_accuracy_bits() >= 100


def test_what_is_not_reached_is_refused() -> None:
    with pytest.raises(AccuracyError):
        dual("sqrt(abs(x))*tanh(x)")("0.999999", digits=30)
