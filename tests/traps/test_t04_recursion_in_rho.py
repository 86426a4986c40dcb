"""T4: a recursion in rho freezes at a false fixed point; ours keeps 1e-12 relative in 1 - K in float64."""

import numpy as np
import pytest
from mpmath import mp

from deepcond_sym.depth import DepthMap


def _careless(depth, rho):
    for _ in range(depth):
        rho = (np.sqrt(1 - rho * rho) + rho * (np.pi - np.arccos(rho))) / np.pi
    return 1 - rho


@pytest.mark.parametrize(("u", "depth"), [(1e-14, 100), (0.5, 10_000), (1e-8, 1000)])
def test_t04(u, depth):
    with mp.workdps(60):
        theta = 2 * mp.asin(mp.sqrt(mp.mpf(u) / 2))
        for _ in range(depth):
            half = (2 * mp.pi * mp.sin(theta / 2) ** 2 - mp.sin(theta) + theta * mp.cos(theta)) / (2 * mp.pi)
            theta = 2 * mp.asin(mp.sqrt(half))
        exact = 2 * mp.sin(theta / 2) ** 2
        ours = DepthMap("relu", depth, weight_variance=2).nngp_complement(u)
        assert abs(float(ours) / exact - 1) < 1e-12
        assert abs(float(_careless(depth, 1 - u)) / exact - 1) > 1e-10


@pytest.mark.slow
def test_t04_a_million_layers():
    network = DepthMap("relu", 10**6, weight_variance=2)
    exact = network.nngp_complement("1/1000", digits=20)
    assert abs(mp.mpf(float(network.nngp_complement(1e-3))) / exact - 1) < 1e-10
