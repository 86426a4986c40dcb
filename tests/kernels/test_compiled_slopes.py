"""dK/drho and dTheta/drho of compiled maps against differences of 50 and more digits, and against formulas."""

from fractions import Fraction
from functools import cache
from typing import Any

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deepcond_sym.activations import activation
from deepcond_sym.arithmetic import precision
from deepcond_sym.depth import DepthMap
from deepcond_sym.errors import InputError
from deepcond_sym.kernels.compiled import CompiledMap, compile_map
from deepcond_sym.kernels.slope_balls import slope_ratios

close = st.one_of(
    st.floats(min_value=-18, max_value=0).map(lambda e: float(10.0**e)),
    st.floats(min_value=2.0**-64, max_value=1.0),
    st.integers(0, 64).map(lambda j: 2.0**-j),
)


@cache
def compiled_of(source: str, depth: int, weight: str = "1", bias: str = "0") -> CompiledMap:
    chosen = activation(source) if source[0] != "|" else activation(source[1:]).normalized()
    return compile_map(DepthMap(chosen, depth, weight, bias), "both", slopes=True)


def erf_in_digits(depth: int, rho: Any) -> tuple[Any, Any]:
    """K and Theta of erf, normalised, at weight variance 1, from K = asin(2 rho/3)/asin(2/3) alone."""
    whole, theta = mpmath.asin(mpmath.mpf(2) / 3), rho
    for _ in range(depth):
        slope = 2 / mpmath.sqrt(9 - 4 * rho**2) / whole
        rho = mpmath.asin(2 * rho / 3) / whole
        theta = rho + slope * theta
    return rho, theta


def differences(compiled: CompiledMap, u: Fraction, name: str) -> Any:
    """The derivative of a kernel at rho = 1 - u from two values of 60 digits."""
    step = min(u, 2 - u, Fraction(1, 10)) / 10**16
    kernel = getattr(compiled.network, name)
    low, high = (kernel(u=u + sign * step, digits=60) for sign in (1, -1))
    with precision(digits=60):
        return (high - low) / (2 * mpmath.mpf(step.numerator) / step.denominator)


def assert_slopes(compiled: CompiledMap, u: float, negative: bool, kernel: Any, tangent: Any) -> None:
    rho = np.array([-1.0 if negative else 1.0])
    with precision(digits=50):
        log_kernel, log_tangent = compiled.log_slopes_at_one
        # The logarithms are doubles: 2^-52 is for that.
        off = (compiled.nngp_slope(rho, [u])[0] - kernel) / mpmath.exp(log_kernel)
        assert abs(off) <= compiled.slope_error + 2.0**-52 * abs(log_kernel * kernel / mpmath.exp(log_kernel))
        off = (compiled.ntk_slope(rho, [u])[0] - tangent) / mpmath.exp(log_tangent)
        assert abs(off) <= compiled.tangent_slope_error + 2.0**-52 * abs(
            log_tangent * tangent / mpmath.exp(log_tangent)
        )


@pytest.mark.parametrize("depth", [1, 7, 60])
@settings(max_examples=40, deadline=None)
@given(u=close, negative=st.booleans())
def test_erf_against_the_derivative_of_its_formula(depth, u, negative):
    compiled = compiled_of("|erf", depth)
    with precision(digits=120):
        rho = (-1 if negative else 1) * (1 - mpmath.mpf(u))
        step = mpmath.mpf(u) / 10**30
        high, low = erf_in_digits(depth, rho + step), erf_in_digits(depth, rho - step)
        slopes = [(a - b) / (2 * step) for a, b in zip(high, low, strict=True)]
    assert_slopes(compiled, u, negative, *slopes)


@pytest.mark.parametrize(
    ("source", "depth", "weight", "bias"),
    [("|gelu", 10, "1", "0"), ("|cos", 3, "1", "0"), ("x**2/sqrt(3)", 5, "1", "0"), ("erf", 4, "2", "1/20"),
     ("|tanh", 2, "1", "0"), ("|softplus", 1, "1", "0"), ("identity", 4, "1", "1/3"), ("identity", 0, "1", "0")],
)  # fmt: skip
def test_smooth_networks_against_differences(source, depth, weight, bias):
    compiled = compiled_of(source, depth, weight, bias)
    assert 1e-17 < compiled.slope_error < 1e-15
    assert 1e-17 < compiled.tangent_slope_error < 1e-15
    for u in (1e-14, 0.3, 1.0):
        for negative in (False, True):
            exact = 2 - Fraction(u) if negative else Fraction(u)
            assert_slopes(
                compiled, u, negative, differences(compiled, exact, "nngp"), differences(compiled, exact, "ntk")
            )


@pytest.mark.parametrize("u", [1e-14, 1e-3, 0.7])
@pytest.mark.parametrize("negative", [False, True])
def test_relu_has_a_slope_of_its_nngp_kernel_alone(u, negative):
    compiled = compile_map(DepthMap("relu", 2, weight_variance=2), "both", slopes=True)
    with precision(digits=40):
        # K_1' = (pi - angle)/pi, and the same at K_1 = (sin(angle) + (pi - angle) rho)/pi.
        angle = mpmath.acos(1 - (2 - mpmath.mpf(u) if negative else mpmath.mpf(u)))
        first = (mpmath.sin(angle) + (mpmath.pi - angle) * mpmath.cos(angle)) / mpmath.pi
        exact = (1 - angle / mpmath.pi) * (1 - mpmath.acos(first) / mpmath.pi)
        value = compiled.nngp_slope([-1.0 if negative else 1.0], [u])[0]
        assert abs(value - exact) <= compiled.slope_error
    with pytest.raises(InputError, match="kink"):
        compiled.ntk_slope([0.5], [0.5])


def test_derivatives_that_were_not_compiled_or_are_infinite_are_refused():
    with pytest.raises(InputError, match="slopes=True"):
        compile_map(DepthMap("erf", 1), "both").nngp_slope([0.5], [0.5])
    with pytest.raises(InputError, match="NNGP kernel alone"):
        compile_map(DepthMap("erf", 1), "nngp", slopes=True).ntk_slope([0.5], [0.5])
    with pytest.raises(InputError, match="jumps"):
        compile_map(DepthMap("sign", 2), "nngp", slopes=True).nngp_slope([0.5], [0.5])


def test_slopes_below_the_table_go_through_balls():
    compiled = compiled_of("|erf", 7)
    at_one = [float(np.exp(value)) for value in compiled.log_slopes_at_one]
    assert compiled.nngp_slope([1.0, 1.0], [1e-30, 0.0]) == pytest.approx(at_one[0], rel=1e-14)
    assert compiled.ntk_slope([1.0, -1.0], [1e-30, 1e-200]) == pytest.approx(at_one[1], rel=1e-14)


def test_balls_layer_by_layer_agree_with_the_tables():
    compiled = compiled_of("|gelu", 10)
    for rho, u in ((1.0, 0.37), (-1.0, 0.01)):
        exact = slope_ratios(compiled.network, 2 - Fraction(u) if rho < 0 else Fraction(u), tangent=True)
        tables = compiled._tables
        kernel = compiled.nngp_slope([rho], [u])[0] / tables.slope_at_one
        tangent = compiled.ntk_slope([rho], [u])[0] / tables.tangent_slope_at_one
        assert abs(kernel - float(exact.kernel)) <= 2 * compiled.slope_error
        assert abs(tangent - float(exact.tangent)) <= 2 * compiled.tangent_slope_error


def test_a_constant_network_has_slope_0():
    compiled = compile_map(DepthMap("erf", 3, 0, "1/2"), "both", slopes=True)
    assert compiled.nngp_slope([0.3], [0.7]).tolist() == compiled.ntk_slope([0.3], [0.7]).tolist() == [0.0]


def test_a_chaotic_slope_comes_over_its_value_at_one():
    compiled = compiled_of("erf", 400, "100")
    assert compiled.log_slopes_at_one[0] > 710
    assert compiled.nngp_slope([1.0], [0.0])[0] == 1.0


def test_a_wrong_coefficient_exceeds_the_bound():
    compiled = compile_map(DepthMap("x**2/sqrt(3)", 2), "both", slopes=True)
    exact = slope_ratios(compiled.network, Fraction(1, 4), tangent=False).kernel
    assert compiled._tables.slope is not None
    compiled._tables.slope[..., 0] += 2e-15
    value = compiled.nngp_slope([0.75], [0.25])[0] / compiled._tables.slope_at_one
    assert abs(value - float(exact)) > compiled.slope_error
