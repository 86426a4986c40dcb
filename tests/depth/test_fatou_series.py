"""Abel's constants of smooth activations by Taylor's formula: against erf's entire map, and Abel's equation."""

import numpy as np
import pytest
import sympy as sp
from flint import arb
from scipy.special import erf

import deepcond_sym as dc
from deepcond_sym.activations import activation
from deepcond_sym.arithmetic import precision
from deepcond_sym.depth.critical_line import critical_line
from deepcond_sym.depth.fatou_series import ORDER, SmoothCritical
from deepcond_sym.errors import InputError


def test_erf_by_two_routes():
    with precision(bits=130):
        network = SmoothCritical(activation("erf"), sp.Rational(9, 50))
        for rho, share in (("-0.5", 5), ("0.5", 7)):
            gap, layers = network.approach(1 - arb(rho), arb(2) ** -share)
            found = network.coordinate(gap) - network.a * layers + network.log_factor * network.a.log()
            assert found.overlaps(dc.abel_limit(rho, bias_variance="0.18", bits=100))
            assert found.rad() < arb(2) ** (4 - 8 * share)
        # kappa' A, kappa' = -(1 + 2/t^2)/3
        t = 2 * network.q / (1 + 2 * network.q)
        assert network.log_factor.overlaps(-(1 + 2 / t**2) / 3 * network.a)


def test_the_defect_over_one_layer_is_what_is_claimed():
    """F(gamma') - F(gamma) - A over gamma^(N - 1), at one gap, lies in the ball for all gaps up to it."""
    with precision(bits=400):
        network = SmoothCritical(activation("erf"), sp.Rational(9, 50))
        defects: list[float] = []
        for size in ("0.01", "0.001"):
            gap = arb(size)
            a, b, rho, least = network._fatou(gap)

            def coordinate(g, a=a, b=b):
                return 1 / g + a * g.log() + sum((value * g**k for k, value in enumerate(b, 1)), arb(0))

            after = network.layer.step(1 - gap, gap)[1]
            defect = (coordinate(after) - coordinate(gap) - network.a) / gap ** (ORDER - 1)
            assert rho.contains(defect)
            defects.append(float(defect))
            assert 1 / after - 1 / gap > least
        # of just that order: no lower coefficient is left, and it does not vanish
        assert defects[0] == pytest.approx(defects[1], rel=0.2)


def gelu(x: np.ndarray) -> np.ndarray:
    return x * (1 + erf(x / np.sqrt(2))) / 2


def test_abel_equation_with_a_layer_by_quadrature():
    """C(f(c)) = C(c) + A, with f by Gauss-Hermite quadrature of 100^2 points."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(100)
    weights = weights / np.sqrt(2 * np.pi)
    point = critical_line("gelu", "0.05")
    c, scale = 0.25, np.sqrt(point.q_star)
    other = c * nodes[:, None] + np.sqrt(1 - c * c) * nodes[None, :]
    values = gelu(scale * nodes)[:, None] * gelu(scale * other)
    after = (point.weight_variance * (weights[:, None] * weights[None, :] * values).sum() + 0.05) / point.q_star
    first, second = (dc.abel_limit(arb(v), activation="gelu", bias_variance="0.05", bits=40) for v in (c, after))
    assert abs(float(second - first) - point.curvature) < 1e-9


def test_refusals():
    for name, bias, rho in (("elu", "0.05", 0), ("relu6", "0.05", 0), ("erf", 0, 0), ("tanh", 0.05, 0)):
        with pytest.raises(InputError):
            dc.abel_limit(rho, activation=name, bias_variance=bias)
