"""T18: near-duplicate points, 1 - rho about 1e-14: the float product X X^T has lost 1 - rho, and with it the kernel."""

import numpy as np
from flint import arb

from deepcond_sym.arithmetic import precision
from deepcond_sym.depth import DepthMap
from deepcond_sym.kernels import ntk_matrix


def test_t18_the_entry_is_recomputed_from_the_points():
    """At 1 - rho = u the tangent kernel is below its diagonal by about sqrt(u): 1 % of u is 1e-9 of the kernel."""
    network = DepthMap("relu", 10, weight_variance=2)
    first = np.random.default_rng(1).standard_normal(40)
    for share in (1e-7, 3e-8, 1e-12):
        second = first + share * np.roll(first, 1)
        kernel = ntk_matrix(np.stack([first, second]), network, ratio=True)
        with precision(bits=300):
            x, y = ([arb(v) for v in point.tolist()] for point in (first, second))
            xx, xy, yy = (sum((a * b for a, b in zip(p, q, strict=True)), arb(0)) for p, q in ((x, x), (x, y), (y, y)))
            # 1 - rho from the Gram determinant: no cancellation is left at 300 bits
            u = 1 - xy / (xx * yy).sqrt()
            truth = network.ntk_ratio(u=u, bits=200)
            assert abs(arb(kernel.values[0, 1]) - truth) <= kernel.error[0, 1] < 2e-16


def test_t18_the_trap_is_real():
    network = DepthMap("relu", 10, weight_variance=2)
    first = np.random.default_rng(1).standard_normal(40)
    points = np.stack([first, first + 1e-7 * np.roll(first, 1)])
    unit = points / np.linalg.norm(points, axis=1)[:, None]
    careless = network.ntk_ratio(np.clip(unit @ unit.T, -1, 1))[0, 1]
    assert abs(careless - ntk_matrix(points, network, ratio=True).values[0, 1]) > 1e-10


def test_t18_points_that_are_equal_up_to_a_factor_are_equal():
    network = DepthMap("relu", 10, weight_variance=2)
    point = np.random.default_rng(1).standard_normal(7)
    whole = np.round(point * 2**20)
    for other in (4 * point, 0.125 * point):
        kernel = ntk_matrix(np.stack([point, other]), network, ratio=True)
        assert kernel.values[0, 1] == 1.0
        assert kernel.error[0, 1] < 1e-30
    kernel = ntk_matrix(np.stack([whole, 3 * whole, -5 * whole]), network, ratio=True)
    assert kernel.values[0, 1] == 1.0
    assert abs(kernel.values[0, 2] - network.ntk_ratio(-1.0)) < 1e-14
