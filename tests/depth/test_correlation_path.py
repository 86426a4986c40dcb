"""The distances from c* layer by layer: the reference values of xiao2020's set-up, and a scalar recursion in mpmath."""

import mpmath
import pytest

from deepcond_sym.depth import phase
from deepcond_sym.depth.correlation_path import correlation_path
from deepcond_sym.errors import AccuracyError, InputError


def _erf_layer(weight, bias, q, c):
    return (2 * weight / mpmath.pi * mpmath.asin(2 * q * c / (1 + 2 * q)) + bias) / q


@pytest.mark.parametrize(
    ("weight", "first", "tenth"),
    [("1.25", "0.54430675313852", "0.774189141069576"), ("1.5", "0.522034605952643", "0.649338246859334")],
)
def test_reference_values(weight, first, tenth):
    path = correlation_path("erf", weight, "0.05", rho="0.5", depth=10)
    state = phase("erf", weight, "0.05", bits=80)
    for layer, printed in ((1, first), (10, tenth)):
        assert abs(state.c_star - path[layer] - mpmath.mpf(printed)) < mpmath.mpf(10) ** -14


@pytest.mark.parametrize("rho", ["-9/10", "99/100"])
def test_four_hundred_layers_against_mpmath(rho):
    with mpmath.workdps(60):
        q = mpmath.findroot(lambda t: 3 / mpmath.pi * mpmath.asin(2 * t / (1 + 2 * t)) + mpmath.mpf(1) / 20 - t, 0.6)
        c_star = mpmath.findroot(lambda c: _erf_layer(mpmath.mpf(3) / 2, mpmath.mpf(1) / 20, q, c) - c, 0.82)
        c = mpmath.fraction(*map(int, rho.split("/")))
        expected = []
        for _ in range(401):
            expected.append(c_star - c)
            c = _erf_layer(mpmath.mpf(3) / 2, mpmath.mpf(1) / 20, q, c)
        path = correlation_path("erf", "3/2", "1/20", rho=rho, depth=400, bits=100)
        for layer in (0, 1, 50, 400):
            mid = mpmath.mpf(path[layer].mid().str(60, radius=False))
            assert abs(mid / expected[layer] - 1) < mpmath.mpf(2) ** -95


def test_ratios_tend_to_the_slope():
    path = correlation_path("tanh", "2", "1/20", rho="1/2", depth=60)
    slope = phase("tanh", "2", "1/20").chi_c_star
    assert float((path[60] / path[59]).mid()) == pytest.approx(slope, rel=1e-2)
    assert abs(float((path[60] / path[59]).mid()) - slope) < abs(float((path[30] / path[29]).mid()) - slope)


def test_what_is_refused():
    with pytest.raises(InputError, match="depth"):
        correlation_path("erf", "5/4", "1/20", rho="1/2", depth=-1)
    with pytest.raises(InputError, match="quotes"):
        correlation_path("erf", 1.3, "1/20", rho="1/2", depth=1)
    with pytest.raises(InputError, match="q\\* is 0"):
        correlation_path("erf", "1/2", 0, rho="1/2", depth=1)
    with pytest.raises(AccuracyError, match="c\\*"):
        correlation_path("erf", 3, 0, rho=0, depth=1)
