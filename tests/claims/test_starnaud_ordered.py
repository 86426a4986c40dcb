"""starnaud2025, the ordered phase: what is proved of the gap V = q - S at two depths, against integrals."""

import mpmath
import pytest
from mpmath import mp, mpf

DATA = [("0.7", "1", "-1"), ("0.5", "0.3", "0"), ("0.9", "1", "0.5"), ("0.05", "2", "-1"), ("0.95", "0.1", "0.999")]
"""t, B and rho: weight variance 2 t^2, bias variance 2 B^2, the inner product."""


def gaps(t, B, rho, depth):
    """V(1), ..., V(depth), where ReLU's mean is an integral over the angle of a Gaussian vector in the plane."""
    q, V, found = 2 * t**2 + 2 * B**2, 2 * t**2 * (1 - rho), []
    for _ in range(depth):
        found.append(V)
        half = mpmath.asin(mpmath.sqrt(V / (2 * q)))
        # 1 - h(cos theta) is the integral of (relu(cos(a - half)) - relu(cos(a + half)))^2/pi over the circle
        start, end = mpmath.pi / 2 - half, mpmath.pi / 2 + half
        one = mpmath.quad(lambda a, h=half: mpmath.cos(a - h) ** 2, [start, end])
        both = 4 * mpmath.sin(half) ** 2 * mpmath.quad(lambda a: mpmath.sin(a) ** 2, [half - mpmath.pi / 2, start])
        V, q = t**2 * q * (2 * one + both) / mpmath.pi, t**2 * q + 2 * B**2
    return found


@pytest.mark.parametrize(("t", "B", "rho"), DATA)
def test_the_gap_at_two_depths(t, B, rho):
    with mp.workdps(40):
        t, B, rho = mpf(t), mpf(B), mpf(rho)
        V = [mpf(0), *gaps(t, B, rho, 30)]
        for low in (1, 2, 7, 20):
            for k in (0, 1, 3, 10):
                most = t ** (2 * k) * V[low]
                share = t**low * (1 - t**k) / (2 * B * (1 - t))
                assert most * (1 - share) * (1 - mpf("1e-30")) <= V[low + k] <= most * (1 + mpf("1e-30"))
                assert V[low] > 0


@pytest.mark.parametrize(("t", "B", "rho"), DATA)
def test_the_tangent_kernel_by_the_sine(t, B, rho):
    with mp.workdps(60):
        t, B, rho = mpf(t), mpf(B), mpf(rho)
        factor, errors = 2 * t / (mpmath.pi * (1 - t)), []
        M, beta = (2 + 2 * B**2) / (1 - t**2) ** 2, 1 / (2 * B) + (1 + B**2) / B**2 * (1 + 1 / (2 * B))
        C = 4 + 2 * M / (5 * B**2) + 2 / (mpmath.pi * (1 - t) * B) * (
            4 + M / B + 4 * (1 + B**2) / (1 - t) + (1.5 * beta + 1) * M
        )
        q = P = 2 * t**2 + 2 * B**2
        gap = lag = 2 * t**2 * (1 - rho)
        for depth in range(1, 31):
            sine = mpmath.sqrt(gap / (2 * q))
            error = lag / P - factor * sine
            assert abs(error) <= C / (2 * B**2) * depth * t ** (2 * depth)
            errors.append(error / (depth * t ** (2 * depth)))
            theta = 2 * mpmath.asin(sine)
            lost = 2 * sine**2 - (mpmath.sin(theta) - theta * mpmath.cos(theta)) / mpmath.pi
            gap, lag = t**2 * q * lost, t**2 * lag + t**2 * theta / mpmath.pi * (P - lag)
            lag, q = lag + gap, t**2 * q + 2 * B**2
            P = t**2 * P + q
        # the order l t^(2 l) is the true one: the quotient settles at a number other than 0
        assert abs(errors[-1]) > mpf("0.001")
