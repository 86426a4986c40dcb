"""The deterministic claims of nguyen2021 on random data, by routes that the proofs do not use: expectations by
quadrature, Jacobians by differences, eigenvalues of NumPy."""

import itertools
import math

import mpmath as mp
import numpy as np
import pytest

from deepcond_sym.proof import registry
from proofs_checks.nguyen2021 import chain_on_data

rng = np.random.default_rng(20)
nodes, gauss = np.polynomial.legendre.leggauss(160)


def relu(x):
    return np.maximum(x, 0)


def expected(u: np.ndarray, v: np.ndarray, function) -> float:
    """2 E[f(u.w) f(v.w)] for w standard normal in the plane, f homogeneous: a mean over the angle of w, in pieces that
    end where u.w or v.w changes sign."""
    degree = 1 if function is relu else 0
    kinks = [math.atan2(*x[::-1]) + math.pi / 2 + k * math.pi for x in (u, v) for k in (-2, -1, 0, 1)]
    ends = sorted({0.0, 2 * math.pi, *(k for k in kinks if 0 < k < 2 * math.pi)})
    total = 0.0
    for low, high in itertools.pairwise(ends):
        angle = (high - low) / 2 * nodes + (high + low) / 2
        w = np.array([np.cos(angle), np.sin(angle)])
        total += (high - low) / 2 * float(gauss @ (function(u @ w) * function(v @ w)))
    return 2 * total / (2 * math.pi) * (2 if degree else 1)  # E|w|^2 = 2


def step(x):
    return (x > 0).astype(float)


def limiting_kernels(X: np.ndarray, depth: int) -> tuple[list[np.ndarray], np.ndarray]:
    """G^(1), ..., G^(L) and K^(L) by Lemma 3.1: expectations under the root of the last G, nothing in closed form."""
    G = [X @ X.T]
    K = G[0].copy()
    n = len(X)
    for _ in range(depth - 1):
        new, slope = np.empty((n, n)), np.empty((n, n))
        for i, j in itertools.product(range(n), repeat=2):
            # the two rows of the root of the 2 x 2 matrix, as vectors in the plane
            a, b = math.sqrt(G[-1][i, i]), math.sqrt(G[-1][j, j])
            angle = math.acos(np.clip(G[-1][i, j] / (a * b), -1, 1))
            u, v = a * np.array([1.0, 0.0]), b * np.array([math.cos(angle), math.sin(angle)])
            new[i, j], slope[i, j] = expected(u, v, relu), expected(u, v, step)
        K = K * slope + new
        G.append(new)
    return G, K


def least(M: np.ndarray) -> float:
    return float(np.linalg.eigvalsh(M)[0])


def coefficient(r: int) -> float:
    """mu_r^2 by quadrature on the half-line."""
    x = 6 * (nodes + 1)
    previous, current = np.zeros_like(x), np.ones_like(x)
    for n in range(r):
        previous, current = current, (x * current - math.sqrt(n) * previous) / math.sqrt(n + 1)
    return float(np.sum(6 * gauss * x * current * np.exp(-(x**2) / 2)) / math.sqrt(2 * math.pi)) ** 2


@pytest.mark.parametrize(("n", "d", "depth"), [(3, 2, 2), (4, 3, 3), (6, 3, 5)])
def test_the_deterministic_chain(n, d, depth):
    X = rng.standard_normal((n, d)) * rng.uniform(0.5, 2, (n, 1))
    norms = np.linalg.norm(X, axis=1)
    G, K = limiting_kernels(X, depth)
    assert np.allclose(np.diag(K), depth * norms**2)
    layers = sum(map(least, G))
    assert least(K) >= layers - 1e-9
    assert layers >= least(G[1]) - 1e-9
    for r in (1, 2, 3, 4, 6):
        R = X @ X.T / np.outer(norms, norms)
        assert least(G[1] - 2 * coefficient(r) * np.outer(norms, norms) * R**r) >= -1e-9
        power = (X @ X.T) ** r
        assert least(G[1]) >= 2 * coefficient(r) * least(power) / norms.max() ** (2 * (r - 1)) - 1e-9
        inner = np.abs(X @ X.T - np.diag(norms**2)).max()
        assert least(power) >= norms.min() ** (2 * r) - (n - 1) * inner**r - 1e-9 * inner**r
    assert least(K) <= depth * norms.min() ** 2 + 1e-9


def test_the_sum_over_the_layers():
    X = rng.standard_normal((4, 3))
    depth = 4
    G, K = limiting_kernels(X, depth)
    norms = np.linalg.norm(X, axis=1)
    slopes = [1 - np.arccos(np.clip(g / np.outer(norms, norms), -1, 1)) / math.pi for g in G[:-1]]
    total = sum(G[k] * np.prod(slopes[k:], axis=0) for k in range(depth))
    assert np.allclose(total, K, atol=1e-7)


@pytest.mark.parametrize("data", chain_on_data.DATA, ids=lambda d: d.name)
def test_the_slacks_on_named_data(data):
    X = np.array(data.gram(), dtype=float)
    norms = np.sqrt(np.diag(X))
    R = np.clip(X / np.outer(norms, norms), -1, 1)
    np.fill_diagonal(R, 1)
    correlation, tangent, layers = R.copy(), R.copy(), [R.copy()]
    for _ in range(data.depth - 1):
        slope = 1 - np.arccos(correlation) / math.pi
        arcs = np.sqrt(1 - correlation**2) + correlation * (math.pi - np.arccos(correlation))
        correlation = np.clip(arcs / math.pi, -1, 1)
        tangent = correlation + slope * tangent
        layers.append(correlation)
    D, r = np.outer(norms, norms), data.degree
    scale = 2 * coefficient(r) / norms.max() ** (2 * r - 2)
    largest = np.abs(X - np.diag(np.diag(X))).max()
    members = [
        data.depth * norms.min() ** 2, least(D * tangent), sum(least(D * c) for c in layers), least(D * layers[1]),
        scale * least(X**r), scale * (norms.min() ** (2 * r) - (len(X) - 1) * largest**r),
    ]  # fmt: skip
    assert -np.diff(members) == pytest.approx([float(s) for s in data.slack], abs=2e-6)
    assert members[4] > 0 > members[5]


def test_the_moments_of_random_features():
    """Lemma 5.3 for features in the plane, with the second moments by quadrature."""
    for r in (1, 2, 4):
        F, beta = rng.standard_normal((4, 2)), 0.7
        moments = np.array([[expected(u, v, relu) / 2 for v in F] for u in F]) * beta**2
        floor = least((F @ F.T) ** r) / (F**2).sum(axis=1).max() ** (r - 1)
        assert least(moments) >= beta**2 * coefficient(r) * floor - 1e-9


@pytest.mark.parametrize("widths", [(3, 4), (3, 5, 2), (2, 4, 3, 4)])
def test_the_jacobian_in_all_weights(widths):
    """J J^T by central differences, against the sum over the layers and its two bounds."""
    W = [rng.standard_normal(shape) for shape in zip(widths, (*widths[1:], 1), strict=True)]
    X = rng.standard_normal((5, widths[0]))

    def network(weights):
        f = X
        for w in weights[:-1]:
            f = relu(f @ w)
        return (f @ weights[-1])[:, 0]

    columns = []
    for k, place in ((k, place) for k, w in enumerate(W) for place in np.ndindex(w.shape)):
        ends = []
        for sign in (1, -1):
            moved = [w.copy() for w in W]
            moved[k][place] += sign * 1e-6
            ends.append(network(moved))
        columns.append((ends[0] - ends[1]) / 2e-6)
    J = np.array(columns).T
    features, slopes = [X], []
    for w in W[:-1]:
        slopes.append((features[-1] @ w > 0).astype(float))
        features.append(relu(features[-1] @ w))
    back = [np.ones((len(X), 1))]
    for w, s in zip(reversed(W[1:]), reversed(slopes), strict=True):
        back.insert(0, (back[0] @ w.T) * s)
    pairs = list(zip(features, back, strict=True))
    total = sum((F @ F.T) * (B @ B.T) for F, B in pairs)
    assert np.allclose(J @ J.T, total, atol=1e-5)
    assert least(total) >= sum(least(F @ F.T) * (B**2).sum(axis=1).min() for F, B in pairs) - 1e-9
    assert least(total) <= np.diag(total).min() + 1e-9


@pytest.mark.parametrize("r", [1, 2, 3, 4])
def test_features_and_centred_features(r):
    F, mu = rng.standard_normal((5, 4)) + 1, rng.standard_normal(4)
    shifted, ones = F - mu, np.ones((5, 5))
    shift = np.diag(F @ mu - mu @ mu)
    whole = shifted @ shifted.T + mu @ mu * ones + shift @ ones + ones @ shift
    assert np.allclose(F @ F.T, whole)
    without = shifted @ shifted.T - shift @ ones @ shift / (mu @ mu)
    assert least((F @ F.T) ** r - without**r) >= -1e-8 * np.abs(F @ F.T).max() ** r


def test_first_moments_of_a_layer():
    draws = rng.standard_normal(2_000_000)
    assert np.mean(relu(draws) ** 2) == pytest.approx(0.5, abs=5e-3)
    assert np.mean(relu(draws)) == pytest.approx(1 / math.sqrt(2 * math.pi), abs=2e-3)
    assert np.mean(draws > 0) == pytest.approx(0.5, abs=2e-3)
    assert sum(coefficient(r) for r in range(60)) == pytest.approx(0.5, abs=1e-3)


@pytest.mark.parametrize("name", ["D-T3.2-chain", "D-T3.2b", "D-Jlb"])
def test_witnesses_are_recomputed_by_their_own_lines(name, capsys):
    """Ten lines or so of mpmath show what each witness says, of a refuted claim or of the mutants."""
    (claim,) = registry.select([f"nguyen2021/{name}"])
    changes = [{}] if claim.expected.value == "REFUTED" else [m.changes for m in claim.mutants]
    for change in changes:
        found = claim.judge(**change).refutation
        lines = found.reproduce()
        with mp.workdps(40):
            exec(lines, {})
        left, right = (mp.mpf(line.split()[-1]) for line in capsys.readouterr().out.splitlines()[:2])
        strict = "left <= right" in lines
        assert left > right + mp.mpf(10) ** -20 if strict else left >= right - mp.mpf(10) ** -30


@pytest.mark.parametrize("depth", [1, 2, 10, 100, 1000])
def test_growth_with_the_depth(depth):
    """The kernel by its recursion, with 40 digits, against the bounds of nguyen2021/D-L and D-L+."""
    points = np.array([[1, 0, 0], [0.8, 0.6, 0], [-1, 0, 0], [0, 0.28, 0.96]])
    n = len(points)
    with mp.workdps(40):
        kernel = mp.matrix(n, n)
        for i, j in itertools.product(range(n), repeat=2):
            r = mp.mpf(1) if i == j else mp.mpf(float(points[i] @ points[j]))
            value = r
            for _ in range(depth - 1):
                slope = 1 - mp.acos(r) / mp.pi
                r = min((mp.sqrt(1 - r**2) + r * (mp.pi - mp.acos(r))) / mp.pi, mp.mpf(1))
                value = r + slope * value
            kernel[i, j] = value
        smallest = min(mp.eigsy(kernel, eigvals_only=True))
        off = [kernel[i, j] for i in range(n) for j in range(n) if i != j]
    angle = math.acos(0.8)
    error = 3 * math.pi / (4 * angle) + 0.56 + 1.5 * math.log(depth)
    assert 0.75 * depth - (n - 1) * error <= smallest <= 0.75 * depth + error
    low, high = float(min(off)), float(max(off))
    if low >= 0:
        assert smallest >= depth - low - (n - 1) * (high - low)
    if depth == 1000:
        assert smallest / depth == pytest.approx(0.75, abs=0.01)
