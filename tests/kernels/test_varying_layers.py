"""Networks in which every layer is another map: pairs of doubles against the formulas of ReLU and erf in digits."""

from fractions import Fraction
from functools import cache
from typing import Any

import mpmath
import numpy as np
import pytest
import sympy as sp
from flint import arb
from hypothesis import given, settings
from hypothesis import strategies as st

from deepcond_sym.activations import activation
from deepcond_sym.arithmetic import ball, precision
from deepcond_sym.depth import DepthMap
from deepcond_sym.depth.variance_dual import variance_dual
from deepcond_sym.kernels import compiled_build, layer_doubles
from deepcond_sym.kernels.compiled import CompiledMap, compile_map
from deepcond_sym.kernels.double_double import Pair, matrix_product, product, slices, total, two_sum
from deepcond_sym.kernels.variance_nodes import VarianceNodes

NETWORKS = {"relu": ("relu", 300, "2", "1/10"), "chaotic erf": ("erf", 25, "3", "1/20"), "erf": ("erf", 40, "1", "1/2")}
HALF = sp.Rational("1/2")
close = st.one_of(
    st.floats(min_value=-18, max_value=0).map(lambda e: float(10.0**e)),
    st.floats(min_value=2.0**-64, max_value=1.0),
    st.integers(0, 64).map(lambda j: 2.0**-j),
)


@cache
def compiled_of(name: str) -> CompiledMap:
    source, depth, weight, bias = NETWORKS[name]
    return compile_map(DepthMap(source, depth, weight, bias), "both", slopes=True)


def in_digits(name: str, rho: Any) -> tuple[Any, Any, Any, Any]:
    """K/q, Theta/(its diagonal), dK/drho and that at rho = 1, from the formulas of the layer alone."""
    source, depth, weight, bias = NETWORKS[name]
    w, b = (mpmath.mpf(Fraction(v).numerator) / Fraction(v).denominator for v in (weight, bias))

    def layer(k: Any, q: Any) -> tuple[Any, Any]:
        """T and Tdot."""
        if source == "relu":
            angle = mpmath.acos(k / q)
            return q * (mpmath.sin(angle) + (mpmath.pi - angle) * k / q) / (2 * mpmath.pi), (
                mpmath.pi - angle
            ) / (2 * mpmath.pi)
        whole = 1 + 2 * q
        return 2 * mpmath.asin(2 * k / whole) / mpmath.pi, 4 / mpmath.pi / mpmath.sqrt(whole**2 - 4 * k**2)

    q, k, full, theta, slope, steepest = mpmath.mpf(1), rho, mpmath.mpf(1), rho, mpmath.mpf(1), mpmath.mpf(1)
    for _ in range(depth):
        (following, top), (kernel, here) = layer(q, q), layer(k, q)
        q, k = w * following + b, w * kernel + b
        full, theta = q + w * top * full, k + w * here * theta
        slope, steepest = w * here * slope, w * top * steepest
    return k / q, theta / full, slope, steepest


@pytest.mark.parametrize("name", list(NETWORKS))
@settings(max_examples=60, deadline=None)
@given(u=close, negative=st.booleans())
def test_the_bounds_hold_against_the_formulas(name, u, negative):
    compiled, place = compiled_of(name), np.array([-1.0 if negative else 1.0])
    with precision(digits=110):
        rho = (-1 if negative else 1) * (1 - mpmath.mpf(u))
        kernel, tangent, slope, steepest = in_digits(name, rho)
        drop = mpmath.mpf(float(compiled.complement(place, [u])[0]))
        assert abs(drop - (1 - kernel)) <= compiled.kernel_error
        if not negative:
            assert abs(drop - (1 - kernel)) <= compiled.relative_error * (1 - kernel)
        assert abs(compiled.ntk(place, [u])[0] / compiled.at_one - tangent) <= compiled.tangent_error + 2.0**-52
        off = compiled.nngp_slope(place, [u])[0] / compiled._tables.slope_at_one - slope / steepest
        assert abs(off) <= compiled.slope_error + 2.0**-52


@pytest.mark.parametrize("name", list(NETWORKS))
def test_the_bounds_are_small(name):
    compiled = compiled_of(name)
    assert compiled.kernel_error < 2e-13
    assert compiled.relative_error < 3e-13
    assert compiled.tangent_error < 3e-13


def test_these_networks_do_not_go_through_balls_layer_by_layer(monkeypatch):
    monkeypatch.setattr(compiled_build, "_runs", lambda maps: pytest.fail("through balls"))
    compile_map(DepthMap("relu", 20, 2, "1/10"), "nngp", cache=False)


def test_points_that_collapse_beyond_float64():
    """ReLU at 1/2 + 1/10: after 2000 layers 1 - K is about 4^-2000, which no double is."""
    network = DepthMap("relu", 2000, "1/2", "1/10")
    tables = compiled_build._varying(network, {compiled_build.TANGENT}, 3)
    assert tables.kernel_error < 1e-15
    assert tables.relative_error == np.inf
    assert tables.tangent_error < 1e-13
    assert tables.tangent is not None
    # Theta over its diagonal is 1 for all inputs, but for what the first layers still know.
    for u in (1e-3, 0.5, 1.0):
        ratio = network.ntk_ratio(u=Fraction(u), digits=20)
        index = ((np.array([u]).view(np.int64) >> 47) - ((1023 - 64) << 5))[0]
        assert tables.tangent[0, index, 0] == pytest.approx(float(ratio), abs=1e-12)
        assert tables.w[0, index, 0] == 0.0


def test_a_wrong_coefficient_exceeds_the_bounds(monkeypatch):
    original = layer_doubles._evaluate

    def wrong(*arguments: Any) -> Pair:
        high, low = original(*arguments)
        return Pair(high * (1 + 1e-13), low)

    monkeypatch.setattr(layer_doubles, "_evaluate", wrong)
    compiled = compile_map(DepthMap("relu", 300, "2", "1/10"), "both", cache=False)
    with precision(digits=60):
        kernel = in_digits("relu", 1 - mpmath.mpf(2) ** -40)[0]
        drop = mpmath.mpf(float(compiled.complement([1.0], [2.0**-40])[0]))
        assert abs(drop - (1 - kernel)) > compiled.relative_error * (1 - kernel)


@pytest.mark.parametrize("name", ["erf", "gelu"])
def test_moments_between_the_nodes(name):
    with precision(bits=150):
        ends: tuple[Any, Any] = HALF, sp.Integer(1)
        nodes = VarianceNodes(activation(name), *ends, mirrored=name == "erf")
        for q in (HALF + sp.Rational(1, 1000), sp.Rational(5, 7), sp.Rational(99, 100)):
            exact = variance_dual(activation(name), q).at_one(ball)
            found = nodes.moment(ball.constant(q))
            assert found.overlaps(exact)
            assert found.rad() < 1e-20
            # A weighted sum of P_q(u) at the nodes is P_q(u) at q.
            weights, u = nodes.weights(ball.constant(q).mid()), arb("0.3").mid()
            drops = [ball.constant(d.variance) * d.drop(u, ball) for d in nodes.duals]
            mixed = sum((a * b for a, b in zip(weights, drops, strict=True)), arb(0))
            drop = ball.constant(q) * variance_dual(activation(name), q).drop(u, ball)
            assert abs(mixed / drop - 1) < nodes.relative_cut


numbers = st.floats(min_value=0.1, max_value=10) | st.floats(min_value=-10, max_value=-0.1)


@given(numbers, numbers, st.floats(-1e-17, 1e-17), st.floats(-1e-17, 1e-17))
def test_pairs_keep_104_bits(a, b, low, other):
    first, second = two_sum(a, low), two_sum(b, other)

    def exact(value: Pair) -> Fraction:
        return Fraction(value.high) + Fraction(value.low)

    both = exact(first) * exact(second)
    assert abs(exact(product(first, second)) - both) <= abs(both) / 2**98
    whole = exact(first) + exact(second)
    assert abs(exact(total(first, second)) - whole) <= (abs(exact(first)) + abs(exact(second))) / 2**100


def test_matrix_products_keep_their_bound():
    rng = np.random.default_rng(5)
    first = two_sum(rng.standard_normal((9, 25)), 1e-17 * rng.standard_normal((9, 25)))
    second = two_sum(rng.standard_normal((25, 7)), 1e-17 * rng.standard_normal((25, 7)))
    (high, low), error = matrix_product(slices(first), slices(second))
    left, right = ([[Fraction(h) + Fraction(r) for h, r in zip(*rows, strict=True)] for rows in
                    zip(m.high.tolist(), m.low.tolist(), strict=True)] for m in (first, second))  # fmt: skip
    for i in range(9):
        for j in range(7):
            exact = sum(left[i][k] * right[k][j] for k in range(25))
            assert abs(float(Fraction(high[i, j]) + Fraction(low[i, j]) - exact)) <= float(error)
    assert error < 1e-19
