"""The proved bounds, held against real activations evaluated by another route: the depth floor, not the proofs."""

import math

import numpy as np
import pytest

import deepcond_sym as dc
from deepcond_sym.duals import nonlinearity_ball

ACTIVATIONS = ["relu", "gelu", "erf", "abs", "sin", "exp", "hermite(2)", "polynomial(0,1,1,1)", "tanh"]
DELTAS = [0.5, 0.1, 1e-3]
DEPTHS = [0, 1, 2, 5, 30]


def nonlinearity(phi) -> float:
    return float(nonlinearity_ball(phi).mid())


def first_phase(mu: float, delta: float) -> int:
    return max(math.ceil(math.log(1 / (2 * delta)) / math.log(1 + mu / 2)), 0)


def printed_bound(mu: float, delta: float, depth: int) -> float:
    passed = first_phase(mu, delta)
    if depth <= passed:
        return 1 - delta * (1 + mu / 2) ** depth
    return 0.5 * (1 - mu / 2) ** (depth - passed)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_l23_d1_and_d2_hold_for_real_activations(name):
    phi = dc.activation(name).normalized()
    mu = nonlinearity(phi)
    for delta in DELTAS:
        supremum = 1 - delta
        for depth in range(max(DEPTHS) + 1):
            if depth in DEPTHS:
                net = dc.DepthMap(phi, depth=depth)
                values = np.abs(net.nngp(np.array([1 - delta, -(1 - delta), 0.3 * (1 - delta)])))
                slack = 1e-11
                assert values.max() <= supremum + slack
                assert supremum <= printed_bound(mu, delta, depth) + slack
                assert supremum <= 1 / (1 + delta / (1 - delta) * (1 + mu) ** depth) + slack
            supremum = (1 - mu) * supremum + mu * supremum**2


@pytest.mark.parametrize("name", ["relu", "erf", "hermite(2)"])
def test_c4_for_equicorrelated_data(name):
    phi = dc.activation(name).normalized()
    mu, n, delta = nonlinearity(phi), 7, 0.25
    enough = math.ceil(math.log(n) / -math.log(1 - mu / 2)) + first_phase(mu, delta)
    for extra in (0, 1, 5):
        off = dc.DepthMap(phi, depth=enough + extra).nngp(1 - delta)
        matrix = np.full((n, n), off) + np.diag(np.full(n, 1 - off))
        values = np.linalg.eigvalsh(matrix)
        assert values[-1] / values[0] <= 1 + 2 * n * (1 - mu / 2) ** extra + 1e-9


def test_eq7_corrected_is_the_kernel_that_depth_computes():
    """The sum over layers, written out by hand, against the recursion in u of the depth floor."""
    phi = dc.activation("gelu").normalized()
    sigma_hat = phi.dual()
    for depth in (1, 2, 4):
        for rho in (-0.9, 0.0, 0.6, 0.999):
            correlations = [rho]
            for _ in range(depth):
                correlations.append(float(sigma_hat(correlations[-1])))
            slopes = [float(dc.DepthMap(phi, depth=1).ntk(r) - sigma_hat(r)) / r if r else None for r in correlations]
            if None in slopes[:depth]:
                continue
            total = sum(correlations[h] * math.prod(slopes[h:depth]) for h in range(depth + 1))
            assert total == pytest.approx(float(dc.DepthMap(phi, depth=depth).ntk(rho)), rel=1e-9)
