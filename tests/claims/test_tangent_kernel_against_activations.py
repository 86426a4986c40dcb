"""The bounds on the tangent kernel and the true rate, held against real activations evaluated by the depth floor."""

import math

import numpy as np
import pytest

import deepcond_sym as dc
from deepcond_sym.duals import nonlinearity_ball

ACTIVATIONS = ["relu", "gelu", "erf", "abs", "sin", "exp", "hermite(2)", "hermite(3)", "polynomial(0,1,1,1)", "tanh"]
ODD = ["erf", "sin", "tanh", "hermite(3)", "polynomial(0,1,0,1)"]
DELTAS = [0.6, 0.1, 1e-2]
DEPTH = 12
SLACK = 1e-10


def nonlinearity(phi) -> float:
    return float(nonlinearity_ball(phi).mid())


def suprema(mu: float, delta: float) -> list[tuple[float, float]]:
    """(b_L, R_L) for L = 0..DEPTH, by the recursions of D1 and D5."""
    b, diagonal, entry = 1 - delta, 1.0, 1 - delta
    rows = [(b, entry / diagonal)]
    for _ in range(DEPTH):
        slope = (1 + mu) * b + (1 - mu) * (1 - b)
        b = (1 - mu) * b + mu * b**2
        diagonal, entry = 1 + (1 + mu) * diagonal, b + slope * entry
        rows.append((b, entry / diagonal))
    return rows


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("delta", DELTAS)
def test_d5_and_d6(name, delta):
    """Entries below R_L <= b_L, and the condition numbers of 5 equicorrelated points below their suprema."""
    phi = dc.activation(name).normalized()
    mu, n = nonlinearity(phi), 5
    correlations = np.array([1 - delta, delta - 1, (1 - delta) / 3, 0.0])
    for depth, (b, ratio) in enumerate(suprema(mu, delta)):
        net = dc.DepthMap(phi, depth=depth)
        diagonal = float(net.ntk(1.0))
        relative = np.abs(net.ntk(correlations)) / diagonal
        assert relative.max() <= ratio + SLACK
        assert ratio <= b + SLACK
        for kernel, bound in ((net.nngp, b), (lambda r, net=net, d=diagonal: net.ntk(r) / d, ratio)):
            entry = float(kernel(1 - delta))
            spectrum = np.linalg.eigvalsh(np.full((n, n), entry) + (1 - entry) * np.eye(n))
            assert spectrum[-1] / spectrum[0] <= (1 + n * bound / (1 - bound)) * (1 + 1e-9)


def test_d5_and_d6_are_attained():
    """For q_mu itself: sigma = sqrt(1 - mu) h_1 + sqrt(mu) h_2 = (x + (x^2 - 1)/sqrt(2))/sqrt(2), mu = 1/2."""
    phi = dc.activation("polynomial(-1/2,1/sqrt(2),1/2)")
    assert nonlinearity(phi) == pytest.approx(0.5, abs=1e-12)
    for depth, (b, ratio) in enumerate(suprema(0.5, 0.1)):
        net = dc.DepthMap(phi, depth=depth)
        assert float(net.nngp(0.9)) == pytest.approx(b, rel=1e-9)
        assert float(net.ntk(0.9)) / float(net.ntk(1.0)) == pytest.approx(ratio, rel=1e-9)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_l27_with_its_best_constant(name):
    """sigma_hat'(rho) is read off Theta^(1)(rho) = sigma_hat(rho) + rho sigma_hat'(rho)."""
    phi = dc.activation(name).normalized()
    mu, sigma_hat, net = nonlinearity(phi), phi.dual(), dc.DepthMap(phi, depth=1)

    def slope(r: float) -> float:
        return (float(net.ntk(r)) - float(sigma_hat(r))) / r

    for r in (0.05, 0.3, 0.7, 0.95, -0.2, -0.8, -1.0):
        assert slope(r) / slope(1.0) <= 1 - 2 * mu / (1 + mu) * (1 - abs(r)) + SLACK


@pytest.mark.parametrize("name", [name for name in ACTIVATIONS if name not in ("abs", "hermite(2)", "hermite(3)")])
def test_d3(name):
    phi = dc.activation(name).normalized()
    mu, delta = nonlinearity(phi), 0.1
    start = max(math.ceil(math.log((1 - delta) / delta) / math.log(1 + mu)), 0)
    for more in (0, 1, 5, 20):
        reached = float(dc.DepthMap(phi, depth=start + more).nngp(1 - delta))
        assert (1 - mu) ** (start + more) * (1 - delta) <= reached * (1 + 1e-9)
        assert reached <= 0.5 * math.exp(1 / (1 - mu)) * (1 - mu) ** more * (1 + 1e-9)


@pytest.mark.parametrize("name", ODD)
def test_d4(name):
    phi = dc.activation(name).normalized()
    mu = nonlinearity(phi)
    factor = max(1 - mu, 1 / (1 + 2 * mu))
    for delta in DELTAS:
        largest = 1 - delta
        for depth in range(DEPTH + 1):
            reached = abs(float(dc.DepthMap(phi, depth=depth).nngp(1 - delta)))
            assert reached <= largest + SLACK
            assert reached <= (1 - delta) / delta * factor**depth + SLACK
            largest = (1 - mu) * largest + mu * largest**3
