"""Depth recursions written independently of the package, in mpmath, from the papers' closed forms."""

import mpmath
import numpy as np
from mpmath import mp


def relu_angles(depth, u, digits=60):
    """1 - K^(L) of ReLU with weight variance 2, by the recursion of angles theta -> arccos h(cos theta)."""
    with mp.workdps(digits + 20):
        theta = 2 * mp.asin(mp.sqrt(mp.mpf(u) / 2))
        for _ in range(depth):
            half = (2 * mp.pi * mp.sin(theta / 2) ** 2 - mp.sin(theta) + theta * mp.cos(theta)) / (2 * mp.pi)
            theta = 2 * mp.asin(mp.sqrt(half))
        return 2 * mp.sin(theta / 2) ** 2


def relu_tangent_ratio(depth, rho, digits=40):
    """Theta/diagonal of ReLU without bias, in starnaud2025's form u_(L+1) = (1 - theta_L/pi) u_L + cos theta_(L+1)."""
    with mp.workdps(digits):
        theta, tangent = mp.acos(mp.mpf(rho)), mp.mpf(rho)
        for _ in range(depth):
            following = mp.acos((mp.sin(theta) + (mp.pi - theta) * mp.cos(theta)) / mp.pi)
            tangent = (1 - theta / mp.pi) * tangent + mp.cos(following)
            theta = following
        return tangent / (depth + 1)


def gelu_moment():
    """E[gelu^2] = 1/3 + 1/(2 pi sqrt 3)."""
    return mp.mpf(1) / 3 + 1 / (2 * mp.pi * mp.sqrt(3))


def gelu_dual(rho):
    return rho / 4 + (1 / mp.sqrt(4 - rho**2) + rho * mp.asin(rho / 2)) / (2 * mp.pi)


def normalised_composed(dual, mean_square, second_moment, depth, u, digits):
    """1 - K^(L) of the normalised activation, by composing (dual - mean^2)/variance in rho at high precision."""
    with mp.workdps(digits):
        rho = 1 - mp.mpf(u)
        for _ in range(depth):
            rho = (dual(rho) - mean_square) / (second_moment - mean_square)
        return 1 - rho


def erf_network(depth, rho, weight, bias, start=1):
    """q_L, K^(L), Theta^(L) of erf from xiao2020 B1, B2, B8 with Theta^(0) = K^(0)."""
    q, k = mp.mpf(start), mp.mpf(start) * mp.mpf(rho)
    tangent = k
    for _ in range(depth):
        derivative = 4 / mp.pi / mp.sqrt((1 + 2 * q) ** 2 - 4 * k**2)
        k = weight * 2 / mp.pi * mp.asin(2 * k / (1 + 2 * q)) + bias
        q = weight * 2 / mp.pi * mp.asin(2 * q / (1 + 2 * q)) + bias
        tangent = k + weight * derivative * tangent
    return q, k, tangent


def plane_average(left, right, variance, rho, radius=10.0, points=801):
    """E[left(a) right(b)] for Gaussians of that variance and correlation, by the trapezoid rule in the plane."""
    z = np.linspace(-radius, radius, points)
    weight = np.exp(-z * z / 2) / np.sqrt(2 * np.pi) * (z[1] - z[0])
    a = np.sqrt(variance) * z[:, None] + 0 * z[None, :]
    b = np.sqrt(variance) * (rho * z[:, None] + np.sqrt(1 - rho * rho) * z[None, :])
    return float(weight @ (left(a) * right(b)) @ weight)


def relative(value, exact):
    """|value/exact - 1| as a float."""
    return float(abs(mpmath.mpf(float(value)) / exact - 1))
