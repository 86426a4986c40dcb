"""The argument u = 1 - rho keeps the digits of nearly equal points, also at the sqrt(u) cusp of the tangent kernel."""

import numpy as np
import pytest
from mpmath import mp

from deepcond_sym.activations import activation
from deepcond_sym.arithmetic import ball, float64, precision
from deepcond_sym.depth import DepthMap
from deepcond_sym.duals import dual
from deepcond_sym.errors import InputError

from .reference import relative, relu_tangent_ratio
from .relu_double import ReluDouble


@pytest.mark.parametrize("u", [1e-20, 1e-14, 1e-8, 1e-3])
def test_tangent_ratio_of_nearly_equal_points(u):
    network = DepthMap("relu", 200, weight_variance=2)
    with mp.workdps(60):
        exact = relu_tangent_ratio(200, 1 - mp.mpf(u), digits=60)
    assert relative(network.ntk_ratio(u=u), exact) < 1e-14
    many = np.full(100, u)
    assert relative(network.ntk_ratio(u=many)[7], exact) < 1e-13
    assert relative(network.ntk(u=u), 201 * exact) < 1e-13


def test_rho_and_u_mean_the_same():
    network = DepthMap(activation("gelu").normalized(), 5)
    for method in (network.nngp, network.ntk, network.ntk_ratio):
        assert float(method(0.75)) == float(method(u=0.25))
        assert method("3/4", digits=30) == method(u="1/4", digits=30)
        with pytest.raises(InputError, match="either"):
            method()
        with pytest.raises(InputError, match="either"):
            method(0.75, u=0.25)


@pytest.mark.parametrize("w", ["1e-30", "1e-8", "1/3", "1", "3/2", "2"])
def test_derived_relu_dual_agrees_with_one_written_by_hand(w):
    derived, written = dual(activation("relu")), ReluDouble()
    for method in ("complement", "slope_at"):
        with precision(bits=200):
            point = ball.constant(w)
            assert getattr(derived, method)(point, ball).overlaps(getattr(written, method)(point, ball))
        points = np.full(3, float(float64.constant(w)))
        expected = getattr(written, method)(points, float64)
        assert np.allclose(getattr(derived, method)(points, float64), expected, rtol=1e-15, atol=1e-16)
