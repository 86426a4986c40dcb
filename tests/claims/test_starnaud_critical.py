"""starnaud2025, the row of the limit table with weight variance 2 and a bias: its bounds against the recursion of the
angle, in mpmath and far beyond in float64, and against the depth map of ReLU."""

import math

import mpmath
import numpy as np
import pytest
import sympy as sp
from mpmath import mp, mpf

import deepcond_sym as dc
from deepcond_sym.proof import Verdict, registry
from deepcond_sym.symbols import rho
from proofs_checks.starnaud2025.setting import L

DATA = [(b, first) for b in ("0.05", "1", "7", "300") for first in ("-1", "0", "0.9", "0.99999")]
b_symbol = sp.Symbol("b", real=True)


def claim(label):
    (found,) = registry.select([f"starnaud2025/{label}"])
    assert found.expected is Verdict.PROVED
    return found


def less_one_layer(angle):
    """1 - h(cos(angle)), without cancellation for small angles in float64."""
    return (2 * math.pi * math.sin(angle / 2) ** 2 - math.sin(angle) + angle * math.cos(angle)) / math.pi


def by_angle(b, first, depths, sin=math.sin, asin=math.asin, root=math.sqrt, pi=math.pi, layer=less_one_layer):
    """The angle over pi and T/P at these depths, by (q - S)/b = m (1 - cos(angle)) and T(L + 1) = (1 - angle/pi) T(L) +
    S(L + 1)."""
    m, found = 1 + 2 / b, {}
    gap = 2 * (1 - first) / b
    tangent, diagonal = m - gap, m
    for depth in range(1, max(depths) + 1):
        share = 2 * asin(root(gap / (2 * m))) / pi
        if depth in depths:
            found[depth] = share, tangent / diagonal
        gap = m * layer(pi * share)
        m += 1
        tangent, diagonal = (1 - share) * tangent + m - gap, diagonal + m
    return found


def exact_layer(angle):
    return 1 - (mpmath.sin(angle) + (mp.pi - angle) * mpmath.cos(angle)) / mp.pi


def bounds(b, first, depth):
    """Those of the angle over pi and of T/P, as printed."""
    m, room = depth + 2 / b, mpf(9) / 5 * (1 + 1 / b) + mpmath.sqrt(b / (2 * (1 - first)))
    middle, cube = 3 / (2 * m), m * mpmath.sqrt(m)
    low = (mpf(8) / 5 * (1 + 1 / b) * (1 + 5 / b) * mpmath.sqrt(m) + mpf(4) / 7) / depth
    high = (mpf(23) / 5 + 18 / (5 * b) + mpmath.sqrt(2 * b / (1 - first))) * mpmath.sqrt(m) / depth
    return (
        (middle - 5 * room / cube, middle + mpf(21) / 5 * (1 + 1 / b) ** 2 / cube),
        (mpf(4) / 7 - low, mpf(4) / 7 + high),
    )


@pytest.mark.parametrize(("b", "first"), DATA)
def test_the_bounds_in_mpmath(b, first):
    with mp.workdps(50):
        b, first = mpf(b), mpf(first)
        numbers = mpmath.sin, mpmath.asin, mpmath.sqrt, mp.pi, exact_layer
        for depth, values in by_angle(b, first, (1, 2, 3, 10, 60, 300), *numbers).items():
            for value, (low, high) in zip(values, bounds(b, first, depth), strict=True):
                assert low <= value <= high


@pytest.mark.parametrize(("b", "first"), [(0.5, -1.0), (1.0, 0.0), (20.0, 0.5)])
def test_far_beyond_in_float64(b, first):
    """After 10^6 layers the bounds have closed in on 4/7 and 3/2, and hold."""
    depth = 10**6
    share, ratio = by_angle(b, first, (depth,))[depth]
    angles, ratios = bounds(mpf(b), mpf(first), depth)
    assert angles[0] <= share <= angles[1]
    assert ratios[0] <= ratio <= ratios[1]
    assert ratios[1] - ratios[0] < 0.07
    assert (angles[1] - angles[0]) * depth < 0.07


@pytest.mark.parametrize(("b", "first"), [("1/2", "-1"), ("1", "0"), ("20", "1/2")])
def test_against_the_depth_map(b, first):
    """ReLU is homogeneous: variances that start at 2 + b, over 2 + b, start at 1 and have the bias b/(2 + b)."""
    b, first = sp.Rational(b), sp.Rational(first)
    cosine = (2 * first + b) / (2 + b)
    for depth, (share, ratio) in by_angle(float(b), float(first), (2, 5, 40)).items():
        network = dc.DepthMap("relu", depth - 1, weight_variance=2, bias_variance=b / (2 + b))
        correlation = network.nngp(float(cosine)) / network.nngp(1.0)
        assert correlation == pytest.approx(math.cos(math.pi * share), rel=1e-11)
        assert network.ntk(float(cosine)) / network.ntk(1.0) == pytest.approx(ratio, rel=1e-11)


@pytest.mark.parametrize(("label", "place"), [("LT3-angle", 0), ("LT3", 1)])
def test_the_formal_statement_is_the_printed_one(label, place):
    """Its two constant sides at numbers, against the bounds written here."""
    below, above = (part.conclusion for part in claim(label).statements())
    for b, first, depth in (("0.3", "-1", 1), ("4", "0.25", 17)):
        at = {b_symbol: sp.Rational(b), rho: sp.Rational(first), L: depth}
        low, high = bounds(mpf(b), mpf(first), mpf(depth))[place]
        less = mpf(4) / 7 if label == "LT3" else 0
        assert mpmath.almosteq(mpf(str(sp.N(below.lhs.subs(at), 20))) + less, low, 1e-12)
        assert mpmath.almosteq(mpf(str(sp.N(above.rhs.subs(at), 20))) + less, high, 1e-12)


def test_one_layer_in_the_inverse_root():
    with mp.workdps(60):
        gain = mpmath.sqrt(2) / (3 * mp.pi)
        for angle in [mp.pi * k / 60 for k in range(1, 61)] + [mpf(10) ** -k for k in range(1, 15)]:
            gap = 2 * mpmath.sin(angle / 2) ** 2
            grown = 1 / mpmath.sqrt(exact_layer(angle)) - 1 / mpmath.sqrt(gap)
            assert gain <= grown <= gain + mpf(11) / 100 * mpmath.sqrt(gap)
            assert mpmath.sqrt(2 * gap) <= angle <= mpmath.sqrt(2 * gap) * (1 + mpf(3) / 10 * gap)


@pytest.mark.parametrize(("count", "depth"), [(1, 50), (3, 2000), (4, 10_000)])
def test_the_predictor_on_the_critical_line(count, depth):
    """Weights of random data, with a bias of 2, against 4/(4 n + 3)."""
    rng = np.random.default_rng(count)
    data = rng.standard_normal((count + 1, 5))
    data /= np.linalg.norm(data, axis=1, keepdims=True)
    kernel = np.eye(count + 1)
    for i in range(count + 1):
        for k in range(i):
            kernel[i, k] = kernel[k, i] = by_angle(2.0, float(data[i] @ data[k]), (depth,))[depth][1]
    delta = np.abs(kernel[~np.eye(count + 1, dtype=bool)] - 4 / 7).max()
    low = 3 / 7 - (count - 1) * delta
    assert low > 0
    weights = np.linalg.solve(kernel[1:, 1:], kernel[1:, 0])
    assert np.linalg.norm(weights - 4 / (4 * count + 3)) <= 2 * math.sqrt(count) * delta / low
