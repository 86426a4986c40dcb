"""The tangent kernel of ReLU at depths that no recursion reaches: against recursions, published values and bounds."""

import math

import mpmath
import numpy as np
import pytest
import sympy as sp
from flint import acb, arb
from hypothesis import given, settings
from hypothesis import strategies as st

from deepcond_sym.arithmetic import contains, precision
from deepcond_sym.depth import DepthMap, parabolic, relu_ntk_ratio
from deepcond_sym.depth.deep_relu import State, jump
from deepcond_sym.errors import AccuracyError, InputError

PUBLISHED = {2: ".15915", 10: ".31559", 30: ".30020", 100: ".27267", 1000: ".253293", 10**4: ".250417"}
PUBLISHED |= {10**6: ".25000590", 10**8: ".2500000763"}


@pytest.mark.parametrize("layers", PUBLISHED)
def test_orthogonal_inputs_have_the_reference_values(layers):
    text = PUBLISHED[layers]
    value = relu_ntk_ratio(layers - 1, 0)
    assert abs(value - arb(text)) <= arb("0.5001") * arb(10) ** -(len(text) - 1)
    assert value.rel_accuracy_bits() > 64


def by_recursion(depth, rho, digits=60):
    """mpmath, with many guard digits: angle and kernel, layer by layer, typed here."""
    with mpmath.workdps(digits):
        angle = mpmath.acos(rho)
        kernel = mpmath.mpf(rho)
        for _ in range(depth):
            c = mpmath.cos(angle) + (mpmath.sin(angle) - angle * mpmath.cos(angle)) / mpmath.pi
            kernel = c + (1 - angle / mpmath.pi) * kernel
            angle = mpmath.acos(c)
        return kernel / (depth + 1)


@pytest.mark.parametrize("rho", ["0", "-1", "0.9", "-0.3"])
def test_just_beyond_the_recursion(rho):
    for depth in (1001, 1010, 2500):
        value = relu_ntk_ratio(depth, rho, bits=100)
        with precision(digits=50):
            reference = by_recursion(depth, mpmath.mpf(rho))
            assert abs(value - arb(mpmath.nstr(reference, 45))) < arb(10) ** -30 / 2
        assert value.rel_accuracy_bits() > 100


@pytest.mark.parametrize("rho", ["1/3", "-1", "99999999/100000000"])
@pytest.mark.parametrize("depth", [1001, 1500, 9999])
def test_the_jump_and_the_layers_agree_to_thirty_digits(depth, rho):
    value = relu_ntk_ratio(depth, rho, bits=100)
    assert value.overlaps(DepthMap("relu", depth, weight_variance=2).ntk_ratio(rho, bits=140))
    assert value.rel_accuracy_bits() > 100


def test_float64_agrees_at_ten_thousand_layers():
    cosines = np.array([-0.9, 0.1, 0.99])
    floats = DepthMap("relu", 10_000, weight_variance=2).ntk_ratio(cosines)
    for rho, value in zip(cosines.tolist(), floats.tolist(), strict=True):
        assert abs(float(relu_ntk_ratio(10_000, u=arb(1 - rho), bits=60)) - value) < 1e-12


@settings(deadline=None, max_examples=30)
@given(st.integers(1000, 10**12), st.fractions(-1, 1, max_denominator=10**6))
def test_the_proved_bounds_around_the_limit_hold(depth, rho):
    """-1.68/L <= ratio - 1/4 <= (3 pi/(4 theta) + 0.56 + 3/2 log(1 + L theta/(3 pi)))/L, L = depth + 1."""
    value = relu_ntk_ratio(depth, rho)
    length = depth + 1
    if rho == 1:
        assert value == 1
        return
    theta = math.acos(rho)
    above = 3 * math.pi / (4 * theta) + 0.56 + 1.5 * math.log1p(length * theta / (3 * math.pi))
    assert -1.68 <= (value - arb(1) / 4) * length <= above
    assert value.rel_accuracy_bits() > 64


@pytest.mark.parametrize("sigma", [0.01, 0.3, 1.0, 5.0])
def test_the_scaling_function(sigma):
    """With L theta/(3 pi) = sigma fixed the ratio tends to ((1 + sigma)^4 - 1)/(4 sigma (1 + sigma)^3)."""
    length = 10**12
    angle = sp.Rational(str(sigma)) * 3 * sp.pi / length
    value = relu_ntk_ratio(length - 1, u=2 * sp.sin(angle / 2) ** 2)
    assert abs(float(value) - ((1 + sigma) ** 4 - 1) / (4 * sigma * (1 + sigma) ** 3)) < 1e-9


def test_ends_and_neighbours():
    assert relu_ntk_ratio(10**6, 1) == 1
    assert relu_ntk_ratio(10**6, u=0) == 1
    assert abs(relu_ntk_ratio(10**6, u="1e-400") - 1) < 1e-180
    nearly = relu_ntk_ratio(10**6, u="1e-30")
    assert 0 < (1 - nearly) < 1e-8
    assert contains(relu_ntk_ratio(0, "1/3"), "1/3")


def test_a_ball_of_cosines_contains_what_its_points_give():
    ball = relu_ntk_ratio(10**6, arb("0.3", "1e-6"))
    for point in ("0.3", "0.300001", "0.299999"):
        assert ball.contains(relu_ntk_ratio(10**6, point))
    assert ball.rad() < 1e-9
    with pytest.raises(AccuracyError):
        relu_ntk_ratio(10**6, arb(1, "1e-10"))


@pytest.mark.parametrize(
    "arguments",
    [(-1, 0), (1.5, 0), (True, 0), (10**6,), (10**6, 2), (10**6, 0.5), (10**6, "x"), (10**6, arb("nan")), ("5", 0)],
)
def test_bad_arguments_are_refused(arguments):
    with pytest.raises(InputError):
        relu_ntk_ratio(*arguments)


def test_bits_out_of_reach_are_refused(monkeypatch):
    from deepcond_sym.depth import deep_relu

    monkeypatch.setattr(deep_relu, "_STARTS", [1000])
    with pytest.raises(AccuracyError, match="of 1000 relative bits"):
        relu_ntk_ratio(10**6, 0, bits=1000)
    for bits in (0, -1, 1.5, 10**6):
        with pytest.raises(InputError):
            relu_ntk_ratio(10**6, 0, bits=bits)  # pyright: ignore[reportArgumentType]


def test_the_defects_vanish_to_the_order_that_the_bounds_use():
    """At tiny and moderate angles |D| <= max theta^n, and at tiny ones no more than that: n is the order."""
    bound, order = parabolic.maxima(), parabolic.ORDER + 2
    with precision(bits=2000):
        known = parabolic.balls()
        for angle in ("1e-20", "1e-5", "0.01", "0.3", "0.9"):
            defects = parabolic._defects(acb(angle), known)
            for defect, most in zip(defects[:4], bound[:4], strict=True):
                assert abs(defect) <= most * arb(angle) ** order
            assert abs(defects[4]) <= bound.step * arb(angle)
        tiny = parabolic._defects(acb("1e-20"), known)
        assert all(abs(defect) > arb(10) ** (-20 * (order + 1)) for defect in tiny[:4])


def test_one_layer_as_a_series():
    ratio, log_ratio, cosine = parabolic.layer()
    with mpmath.workdps(60):
        angle = mpmath.mpf("0.001")
        c = mpmath.cos(angle) + (mpmath.sin(angle) - angle * mpmath.cos(angle)) / mpmath.pi
        truth = (mpmath.acos(c) / angle, mpmath.log(mpmath.acos(c) / angle), c)
        for series, value in zip((ratio, log_ratio, cosine), truth, strict=True):
            inverse_pi = 1 / mpmath.pi
            found = sum(
                mpmath.mpf(int(a.p)) / int(a.q) * inverse_pi**i * angle**k
                for k, term in enumerate(series)
                for i, a in enumerate(term.coeffs())
            )
            assert abs(found - value) < mpmath.mpf(10) ** -45


@pytest.mark.parametrize("place", ["alpha", "b", "g", "c", "e"])
def test_a_wrong_coefficient_is_noticed(monkeypatch, place):
    """The same jump with one coefficient off by 1 percent misses the recursion."""
    right = parabolic.balls
    monkeypatch.setattr("deepcond_sym.depth.deep_relu.balls", lambda: _spoiled(right(), place))
    network = DepthMap("relu", 3000, weight_variance=2)
    with precision(bits=200):
        theta = _angle(1000)
        start = State(theta, DepthMap("relu", 1000, weight_variance=2).ntk_ratio(0, bits=200) * 1001)
        end = jump(start, 2000)
        wrong_kernel = not (end.u / 3001).overlaps(network.ntk_ratio(0, bits=200))
        wrong_angle = not end.theta.overlaps(_angle(3000))
    assert wrong_angle or wrong_kernel


def _angle(depth):
    return 2 * (DepthMap("relu", depth, weight_variance=2).nngp_complement(1, bits=200) / 2).sqrt().asin()


def _spoiled(known, place):
    if place == "alpha":
        return known._replace(alpha=known.alpha * arb("1.01"))
    values = list(getattr(known, place))
    index = {"b": 1, "g": 1, "c": 1, "e": 4}[place]
    values[index] *= arb("1.01")
    return known._replace(**{place: values})


def test_the_jump_refuses_a_large_angle():
    for theta in (arb("0.1"), arb(0, "0.001"), arb("nan"), arb(0)):
        with pytest.raises(AccuracyError, match="layers one by one"):
            jump(State(theta, arb(1)), 10)
