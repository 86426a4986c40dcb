"""Every experiment against its mean by another route: quadrature, an exact Markov chain, algebra."""

from fractions import Fraction

import numpy as np
import pytest
from scipy import integrate, stats
from scipy.special import ndtr, ndtri

from deepcond_sym.errors import InputError
from deepcond_sym.simulation.experiments import EXPERIMENTS

SAMPLES = 2**15


def run(name: str, *parameters, samples: int = SAMPLES, seed: int = 0) -> np.ndarray:
    values = tuple(p if isinstance(p, str) and p.isidentifier() else Fraction(p) for p in parameters)
    return EXPERIMENTS[name].run(values, samples, seed)


def agrees(drawn: np.ndarray, mean: float) -> bool:
    spread = max(drawn.std() / np.sqrt(len(drawn)), 1 / len(drawn))
    return bool(abs(drawn.mean() - mean) < 5 * spread)


def quartile_dual(rho: float) -> float:
    """E[sigma(X) sigma(Y)] for sign(|x| - t): sigma(X) is 1 - 2 1(|X| <= t), so 4 P(both <= t) - 1."""
    t = float(ndtri(0.75))
    if abs(rho) == 1:
        return 1.0
    scale = np.sqrt(1 - rho * rho)

    def inside(x: float) -> float:
        return stats.norm.pdf(x) * (ndtr((t - rho * x) / scale) - ndtr((-t - rho * x) / scale))

    return 4 * integrate.quad(inside, -t, t)[0] - 1


def exact_mean(width: int, depth: int, rho: float, function=lambda r: r) -> float:
    """rho_h is a mean of +-1 variables, given rho_(h-1): a Markov chain on the multiples of 2/width."""
    states = 2 * np.arange(width + 1) / width - 1

    def layer(r: float) -> np.ndarray:
        return stats.binom.pmf(np.arange(width + 1), width, (1 + quartile_dual(r)) / 2)

    distribution, step = layer(rho), np.array([layer(r) for r in states])
    for _ in range(depth - 1):
        distribution = distribution @ step
    return float(distribution @ function(states))


@pytest.mark.parametrize(("width", "depth", "rho"), [(3, 1, "1/2"), (4, 3, 0), (16, 8, 0), (9, 2, "-4/5"), (5, 1, 1)])
def test_the_correlation_of_quartile_sign_is_that_of_its_chain(width, depth, rho):
    start = float(Fraction(rho))
    assert agrees(run("correlation", "quartile_sign", width, depth, rho), exact_mean(width, depth, start))
    agreement = run("sign_agreement", "quartile_sign", width, depth, rho)
    assert agrees(agreement, exact_mean(width, depth, start, lambda r: 2 / np.pi * np.arcsin(r)))


def test_the_chain_stays_above_its_floor_and_theorem_53_does_not():
    """E rho_h >= a_2^2/m from the second layer on, exactly; at L = 20, m = 21 that is 18 times what is promised."""
    t = float(ndtri(0.75))
    weight = 8 * t**2 * stats.norm.pdf(t) ** 2
    assert 0.3675 < weight < 0.3676
    for width in (2, 8, 21):
        for depth in (2, 5, 20):
            assert exact_mean(width, depth, 0.0) >= weight / width
    assert exact_mean(21, 20, 0.0) > 18 * 21 * np.exp(-10)


@pytest.mark.parametrize("delta", ["1", "1/4", "1/100"])
def test_a_quiet_neuron_for_two_points_is_a_double_integral(delta):
    d, n = float(Fraction(delta)), 2
    rho, theta, unit = 1 - d, d**0.25 / (5 * n), np.sqrt(d) / n
    slope, scale = np.sqrt(1 - theta**2), np.sqrt(1 - rho**2)

    def loud(z: float) -> float:
        mean = rho * slope * z
        return stats.norm.pdf(z) * (1 - ndtr((unit / 4 - mean) / scale) + ndtr((-unit / 4 - mean) / scale))

    probability = integrate.quad(loud, -unit / 10 / slope, unit / 10 / slope)[0]
    assert agrees(run("quiet_neuron", 2, delta, samples=2**17), probability)
    assert agrees(run("also_quiet", 2, delta), 2 * ndtr(unit / 4 / scale) - 1)


def test_the_points_across_have_the_inner_products_they_should():
    """For many points: w . x_i with z = 0 has variance 1 - rho^2 and covariance rho - rho^2."""
    from deepcond_sym.simulation.experiments import _neuron

    _, others = _neuron(5, 0.25, np.zeros(200_000), np.random.default_rng(0))
    expected = np.full((4, 4), 0.75 - 0.75**2) + np.diag(np.full(4, 0.25))
    assert np.allclose(np.cov(others.T), expected, atol=0.01)


@pytest.mark.parametrize(("width", "level", "sure"), [(1, "1/1000", 0), (4096, "1/20", 1), (4096, "1/5", 0)])
def test_relu_features_at_the_extremes(width, level, sure):
    """One neuron has rank 1; many are near their limit, whose smaller eigenvalue is (1 - kappa(3/4))/2 = 0.1057."""
    assert run("relu_features", 2, "1/4", width, level, samples=64).mean() == sure


def test_near_its_limit_by_a_layer_of_bounded_numbers():
    """One layer of quartile_sign has no limit in the table; one of h_2 has a kernel of variance 1/m at rho = 0."""
    drawn = run("kernel_near_limit", "hermite2", 4096, 1, 0, "1/64", samples=2**11)
    assert abs(drawn.mean() - (2 * ndtr(1) - 1)) < 0.05, "within one standard deviation, nearly normal"
    with pytest.raises(InputError, match="not in the table"):
        run("kernel_near_limit", "quartile_sign", 16, 1, 0, 1, samples=16)


def test_all_entries_near_their_limit_is_rarer_than_one():
    one = run("kernel_near_limit", "erf", 64, 2, "1/2", "1/8", samples=2**10).mean()
    three = run("kernels_near_limit", "erf", 64, 2, 3, "1/2", "1/8", samples=2**10).mean()
    assert 0.05 < three < one < 0.95
    assert run("kernels_near_limit", "erf", 64, 2, 3, "1/2", 50, samples=64).all()
    with pytest.raises(InputError, match="no 4 unit vectors"):
        run("kernels_near_limit", "erf", 8, 1, 4, "-1/2", 1, samples=16)


def test_a_tangent_kernel_without_hidden_layers_is_no_experiment():
    """There it is known exactly, and rounding would decide the event."""
    with pytest.raises(InputError, match="from 1 to 100"):
        run("tangent_within", "relu", 4, 0, "1/2", "1/2", "1/1000000", samples=64)


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_every_entry_of_the_table_is_complete(name):
    experiment = EXPERIMENTS[name]
    assert experiment.name == name
    assert experiment.meaning
    assert experiment.low < experiment.high
    assert not experiment.counts or (experiment.low, experiment.high) == (0, 1)
    with pytest.raises(InputError, match="takes"):
        experiment.read((Fraction(1),) * 9)
