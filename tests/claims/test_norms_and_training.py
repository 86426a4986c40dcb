"""What the claims on inputs of general norm and on training take from textbooks, held against quadrature and matrices.

The formal statements speak of numbers; here the numbers are those of real activations, data and algorithms."""

import itertools
import math

import numpy as np
import pytest

nodes, gauss = np.polynomial.hermite_e.hermegauss(120)
gauss = gauss / gauss.sum()
CONCAVE = {
    "erf": np.vectorize(math.erf), "tanh": np.tanh, "arctan": np.arctan, "algebraic": lambda x: x / np.sqrt(1 + x**2),
}  # fmt: skip


def unit(sigma):
    """The activation scaled to E sigma(Z)^2 = 1."""
    scale = math.sqrt(gauss @ sigma(nodes) ** 2)
    return lambda x: sigma(x) / scale


def squared_norm(sigma, gamma: float) -> float:
    return float(gauss @ sigma(math.sqrt(gamma) * nodes) ** 2)


def linear_share(sigma, gamma: float) -> float:
    """(a_1)^2 over the second moment, at squared norm gamma."""
    return float(gauss @ (sigma(math.sqrt(gamma) * nodes) * nodes)) ** 2 / squared_norm(sigma, gamma)


def contraction(sigma) -> float:
    step = 1e-4
    slope = (squared_norm(sigma, 1 + step) - squared_norm(sigma, 1 - step)) / (2 * step)
    return min(2 * squared_norm(sigma, 0.5) - 1, 1 - slope)


@pytest.mark.parametrize("name", CONCAVE)
def test_squared_norms_tend_to_one_as_concavity_says(name):
    sigma = unit(CONCAVE[name])
    alpha = contraction(sigma)
    assert 0 <= alpha <= 1
    for start in (0.5, 0.6, 0.9, 1.1, 2.0, 10.0):
        gamma = start
        for depth in range(12):
            assert abs(gamma - 1) <= (1 - alpha) ** depth * abs(start - 1) + 1e-9
            assert gamma >= 0.5
            gamma = squared_norm(sigma, gamma)
    assert abs(0.5 - 1) > abs(0.5 - 1) ** 2, "no layer, squared norm 1/2: Theorem 38 as printed"


def test_the_activation_against_theorem_38():
    """The normalised erf has the map of squared norms, and the constant, that the formal statement names."""
    sigma = unit(CONCAVE["erf"])
    for gamma in (0.5, 1.0, 3.0):
        exact = math.asin(2 * gamma / (1 + 2 * gamma)) / math.asin(2 / 3)
        assert squared_norm(sigma, gamma) == pytest.approx(exact, rel=1e-9)
    assert contraction(sigma) == pytest.approx(math.pi / (3 * math.asin(2 / 3)) - 1, rel=1e-9)


@pytest.mark.parametrize("name", CONCAVE)
def test_the_map_of_squared_norms_is_concave_and_non_decreasing(name):
    sigma = unit(CONCAVE[name])
    values = np.array([squared_norm(sigma, g) for g in np.linspace(0.05, 6, 60)])
    assert (np.diff(values) >= 0).all()
    assert (np.diff(values, 2) <= 1e-9).all()


@pytest.mark.parametrize("name", CONCAVE)
def test_the_nonlinearity_near_norm_one(name):
    sigma = unit(CONCAVE[name])
    mu = 1 - linear_share(sigma, 1)
    for gamma in np.linspace(1 - mu / 4, 1 + mu / 4, 9):
        assert 1 - linear_share(sigma, gamma) >= 0.75 * mu
        if gamma >= 1:
            assert linear_share(sigma, gamma) * squared_norm(sigma, gamma) <= gamma * (1 - mu) + 1e-9
        else:
            assert squared_norm(sigma, gamma) >= gamma - 1e-9


@pytest.mark.parametrize("name", ["erf", "tanh"])
def test_one_layer_for_inputs_of_different_norms(name):
    """The square of the normalised kernel is below both one-layer bounds, and no cosine grows."""
    sigma = unit(CONCAVE[name])
    for g_x, g_y, rho in itertools.product((0.5, 1.0, 3.0), (0.7, 2.0), (0.2, 0.6, 0.95)):
        first = sigma(math.sqrt(g_x) * nodes)[:, None]
        second = sigma(math.sqrt(g_y) * (rho * nodes[:, None] + math.sqrt(1 - rho**2) * nodes[None, :]))
        kernel = gauss @ (first * second) @ gauss
        cosine = kernel / math.sqrt(squared_norm(sigma, g_x) * squared_norm(sigma, g_y))
        bound, delta = 1.0, 1 - rho
        for gamma in (g_x, g_y):
            mu = 1 - linear_share(sigma, gamma)
            bound *= 1 - (1 + mu / 2) * delta if delta <= 0.5 else (1 - delta) * (1 - mu / 2)
        assert cosine**2 <= bound + 1e-9
        assert abs(cosine) <= rho


@pytest.fixture
def regression():
    """Fewer points than dimensions, so that every target can be interpolated."""
    generator = np.random.default_rng(1)
    return generator.normal(size=(5, 8)), generator.normal(size=5), generator.normal(size=8)


def test_the_rate_of_gradient_descent(regression):
    data, targets, w = regression
    n, spectrum = len(data), np.linalg.eigvalsh(data @ data.T)
    loss = lambda v: np.mean((data @ v - targets) ** 2)  # noqa: E731
    start, rate = loss(w), 1 - spectrum[0] / spectrum[-1]
    for t in range(40):
        assert loss(w) <= rate ** (2 * t) * start + 1e-12
        w = w - n / (2 * spectrum[-1]) * 2 / n * data.T @ (data @ w - targets)
    eta = 1 / (2 * spectrum[-1])
    assert loss(w - eta * 2 / n * data.T @ (data @ w - targets)) > math.exp(-1) * loss(w), "the printed learning rate"


def test_the_rate_of_stochastic_gradient_descent(regression):
    """The mean over the sample, exactly: the distance shrinks by 1 - lambda/(n beta), and by at least loss/beta."""
    data, targets, w = regression
    n, beta = len(data), (data**2).sum(axis=1).max()
    least = np.linalg.eigvalsh(data @ data.T)[0]
    solution = w - np.linalg.pinv(data) @ (data @ w - targets)
    residuals = data @ w - targets
    after = [w - residuals[i] / beta * data[i] for i in range(n)]
    mean = np.mean([np.sum((v - solution) ** 2) for v in after])
    before = np.sum((w - solution) ** 2)
    assert mean <= before - np.mean(residuals**2) / beta + 1e-12
    assert least * before <= n * np.mean(residuals**2) + 1e-9
    assert mean <= (1 - least / (n * beta)) * before


@pytest.mark.parametrize("eta", [0.5, 0.25, 1.2])
def test_stochastic_steps_on_orthonormal_inputs(eta):
    """All n^T orders of samples: the mean loss is the formal sequence, and at least (1 - 1/n)^T."""
    n, depth = 3, 5
    start = np.array([1.0, -2.0, 0.5])
    total = 0.0
    for order in itertools.product(range(n), repeat=depth):
        residuals = start.copy()
        for i in order:
            residuals[i] *= 1 - 2 * eta
        total += np.mean(residuals**2)
    ratio = total / n**depth / np.mean(start**2)
    assert ratio == pytest.approx((1 - 1 / n + (1 - 2 * eta) ** 2 / n) ** depth)
    assert ratio >= (1 - 1 / n) ** depth - 1e-12 >= 1 - depth / n - 1e-12


def test_the_excess_risk_of_the_interpolant():
    """Lemma 56 with the norms of B and C that D11 uses, on a population of unit vectors."""
    generator = np.random.default_rng(2)
    population = generator.normal(size=(40, 30))
    population /= np.linalg.norm(population, axis=1, keepdims=True)
    second, labels = population.T @ population / 40, generator.choice([-1.0, 1.0], size=40)
    best = np.linalg.lstsq(population, labels, rcond=None)[0]
    for _ in range(20):
        drawn = generator.choice(40, size=6, replace=False)
        features, y = population[drawn], labels[drawn]
        kernel = features @ features.T
        lift = features.T @ np.linalg.inv(kernel)
        apart = np.eye(30) - lift @ features
        b, c, noise = apart @ second @ apart, lift.T @ second @ lift, y - features @ best
        risk = (lift @ y - best) @ second @ (lift @ y - best)
        assert risk <= 2 * best @ b @ best + 2 * noise @ c @ noise + 1e-12
        assert np.linalg.norm(b, 2) <= np.linalg.norm(second, 2) + 1e-12
        assert np.linalg.norm(c, 2) <= np.linalg.norm(second, 2) / np.linalg.eigvalsh(kernel)[0] + 1e-12
        assert noise @ noise <= 6 * (1 + np.linalg.norm(best)) ** 2


def test_labels_without_a_signal_leave_a_risk():
    """Theorem 17 at v* = 0: n distinct points of N orthonormal ones have the excess risk n/N."""
    n, atoms = 3, 7
    population, second = np.eye(atoms), np.eye(atoms) / atoms
    interpolant = population[:n].T @ np.array([1.0, -1.0, 1.0])
    assert interpolant @ second @ interpolant == pytest.approx(n / atoms)
