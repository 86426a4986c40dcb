"""T19: the tangent kernel of a normalised activation from depth 1,000 on: ratio and log of the diagonal, no inf."""

import math

import numpy as np
import pytest

from deepcond_sym.activations import activation
from deepcond_sym.depth import DepthMap
from deepcond_sym.duals import dual
from deepcond_sym.errors import AccuracyError


@pytest.mark.parametrize("depth", [1000, 10_000])
@pytest.mark.parametrize("name", ["relu", "gelu"])
def test_t19(name, depth):
    phi = activation(name).normalized()
    network = DepthMap(phi, depth)
    ratios = network.ntk_ratio(np.array([-1.0, 0.0, 0.5, 1 - 1e-12, 1.0]))
    assert np.isfinite(ratios).all()
    assert ratios[-1] == 1.0
    assert (np.abs(ratios[:-1]) < 1).all()
    slope = float(dual(phi).slope_at_one)
    expected = (depth + 1) * math.log(slope) - math.log(slope - 1)
    assert float(network.log_ntk_diagonal()) == pytest.approx(expected, rel=1e-12)


def test_t19_the_diagonal_itself_is_refused_when_it_overflows():
    network = DepthMap(activation("relu").normalized(), 10_000)
    with pytest.raises(AccuracyError, match="ntk_ratio"):
        network.ntk_diagonal()
    assert np.isfinite(float(network.ntk(0.5)))


def test_t19_ratio_times_diagonal_is_the_kernel():
    network = DepthMap(activation("gelu").normalized(), 50)
    for rho in (-0.5, 0.3, 1 - 1e-6):
        product = float(network.ntk_ratio(rho)) * math.exp(float(network.log_ntk_diagonal()))
        assert product == pytest.approx(float(network.ntk(rho)), rel=1e-12)
