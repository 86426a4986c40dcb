"""starnaud2025, large weights and a bias: what is proved at every depth, against mpmath, float64 and `DepthMap`."""

import math
from fractions import Fraction

import mpmath
import pytest
import sympy as sp
from mpmath import mp, mpf

import deepcond_sym as dc
from deepcond_sym.proof import registry
from deepcond_sym.proof.claim import Claim

DATA = [("2", "0", "-1"), ("1.5", "1", "0"), ("3", "0.1", "-1"), ("10", "100", "0.9"), ("1.05", "2", "0.999")]
"""a, b and rho: half the variance of the weights, that of the biases, the inner product."""


def claim(label: str) -> Claim:
    (found,) = registry.select([f"starnaud2025/{label}"])
    return found


def constants(a, b, rho):
    """m, R and s_1 as printed."""
    m = b / ((a - 1) * (2 * a + b))
    return m, 1 + m, mpmath.sqrt(a * (1 - rho) / (2 * a + b))


def limit_bounds(a, b, rho, depth):
    """The bounds of LT4 for the ratio less 1/4, as printed."""
    m, R, s = constants(a, b, rho)
    low = -R / depth * (mpf(83) / 40 + 12 * m / (5 * s) + a * m / (a - 1))
    high = R / depth * (6 * R / (5 * s) + a * m / (2 * (a - 1)) + mpf(9) / 8 * R * mpmath.log(depth))
    return low, high


def path(a, b, rho, depth):
    """sin(theta_L/2), T/q and P/q for L = 1 .. depth, in float64: from the gap q - S, in angles, over q."""
    gap, tangent, diagonal, q = a * (1 - rho) / (2 * a + b), 1 - 2 * a * (1 - rho) / (2 * a + b), 1.0, 2 * a + b
    for _ in range(depth):
        yield math.sqrt(gap), tangent, diagonal
        theta = 2 * math.asin(math.sqrt(gap))
        lost = (2 * math.pi * gap - math.sin(theta) + theta * math.cos(theta)) / math.pi
        share = a * q / (a * q + b)
        gap, q = share * lost / 2, a * q + b if q < 1e200 else q
        tangent = share * ((1 - theta / math.pi) * tangent + 1 - lost) + 1 - share
        diagonal = share * diagonal + 1


@pytest.mark.parametrize(("a", "b", "rho"), DATA)
def test_the_bounds_along_the_recursion_in_angles(a, b, rho):
    a, b, rho = float(a), float(b), float(rho)
    m, R, s = (float(x) for x in constants(a, b, rho))
    for depth, (sine, tangent, diagonal) in enumerate(path(a, b, rho, 1000), start=1):
        low, high = limit_bounds(a, b, rho, depth)
        assert low <= tangent / diagonal - 0.25 <= high
        least, log = 1 / s + 2 * (depth - 1) / (3 * math.pi), 3 * R / math.pi * math.log(depth)
        most = R / s + 2 / (3 * math.pi) * (depth - 1 + a * m / (a - 1)) + log
        assert least * (1 - 1e-10) <= 1 / sine <= most * (1 + 1e-10)
        assert tangent <= 3 * math.pi / (8 * sine) - 1 / 8
        assert diagonal <= depth * (1 + 1e-12)


@pytest.mark.parametrize(("a", "b", "rho"), DATA)
def test_the_limit_by_depth_map(a, b, rho):
    """Over 2 a + b the kernels are those of a network on unit inputs with the cosine of the first layer."""
    a, b, rho = (Fraction(x) for x in (a, b, rho))
    first = (2 * a * rho + b) / (2 * a + b)
    for depth in (1, 3, 10, 100):
        network = dc.DepthMap("relu", depth - 1, weight_variance=2 * a, bias_variance=b / (2 * a + b))
        ratio = network.ntk_ratio(f"{first.numerator}/{first.denominator}", digits=20)
        low, high = limit_bounds(*(mpf(x.numerator) / x.denominator for x in (a, b, rho)), depth)
        assert low <= ratio - mpf(1) / 4 <= high


@pytest.mark.parametrize(("a", "b", "rho"), DATA)
def test_the_bounds_close_in_on_a_quarter(a, b, rho):
    low, high = zip(*(limit_bounds(mpf(a), mpf(b), mpf(rho), mpf(10) ** n) for n in (4, 6, 9, 12)), strict=True)
    assert list(high) == sorted(high, reverse=True)
    assert list(low) == sorted(low)
    assert -1e-6 < low[-1] < 0 < high[-1] < 1e-6


def formal(term, **values):
    """The value of a side that was proved, to 30 digits."""
    return mpf(sp.N(term.xreplace({s: sp.Rational(values[s.name]) for s in term.free_symbols}), 30))


@pytest.mark.parametrize(("a", "b", "rho"), DATA)
def test_what_was_proved_is_what_is_printed(a, b, rho):
    """The bounds above are typed from the printed statements: here they meet the formal ones."""
    with mp.workdps(30):
        m, R, s = constants(mpf(a), mpf(b), mpf(rho))
        for depth in (1, 7, 5000):
            at = {"a": a, "b": b, "rho": rho, "L": depth}
            below, above = (part.conclusion for part in claim("LT4").statements())
            low, high = limit_bounds(mpf(a), mpf(b), mpf(rho), depth)
            assert mpmath.almosteq(formal(below.lhs, **at), low, 1e-20)
            assert mpmath.almosteq(formal(above.rhs, **at), high, 1e-20)
            below, above = (part.conclusion for part in claim("LT4-correlations").statements())
            least, most = 1 / s + 2 * mpf(depth - 1) / (3 * mp.pi), R / s + 3 * R / mp.pi * mpmath.log(depth)
            most += 2 / (3 * mp.pi) * (depth - 1 + mpf(a) * m / (mpf(a) - 1))
            assert mpmath.almosteq(formal(below.lhs, **at), least, 1e-20)
            assert mpmath.almosteq(formal(above.rhs, **at), most, 1e-20)


def h(r):
    return (mpmath.sqrt(1 - r**2) + r * (mp.pi - mpmath.acos(r))) / mp.pi


def half_sine(r):
    return mpmath.sqrt((1 - r) / 2)


def test_one_layer_by_mpmath():
    """Both sides at angles down to 1e-6; at opposite inputs 1.9937... would do for the 2 of the last term."""
    with mp.workdps(50):
        for theta in [mp.pi * k / 200 for k in range(1, 201)] + [mpf(10) ** -k for k in range(1, 7)]:
            r = mpmath.cos(theta)
            added = 1 / half_sine(h(r)) - 1 / half_sine(r)
            assert 2 / (3 * mp.pi) <= added <= 2 / (3 * mp.pi) + 2 / mp.pi**2 * half_sine(r)
        assert mpmath.nstr((mpmath.sqrt(2) - 1 - 2 / (3 * mp.pi)) * mp.pi**2, 6) == "1.99373"
        # the next term for small angles, 2/3 in place of 2
        theta = mpf(10) ** -8
        added = 1 / half_sine(h(mpmath.cos(theta))) - 1 / mpmath.sin(theta / 2) - 2 / (3 * mp.pi)
        assert mpmath.almosteq(added * mp.pi**2 / mpmath.sin(theta / 2), mpf(2) / 3, 1e-6)
