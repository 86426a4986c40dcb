"""Every experiment on ReLU networks against its mean by another route: closed forms, mixtures, quadrature."""

import itertools
from fractions import Fraction

import numpy as np
import pytest
from scipy import integrate, special, stats

from deepcond_sym.errors import InputError
from deepcond_sym.proof import Verdict, registry, runner
from deepcond_sym.simulation import simulate
from deepcond_sym.simulation.experiments import EXPERIMENTS
from deepcond_sym.simulation.relu_experiments import RELU_EXPERIMENTS, relu_covariance

SAMPLES = 2**15


def run(name: str, *parameters, samples: int = SAMPLES, seed: int = 0) -> np.ndarray:
    values = tuple(p if isinstance(p, str) and p.isidentifier() else Fraction(p) for p in parameters)
    return EXPERIMENTS[name].run(values, samples, seed)


def agrees(drawn: np.ndarray, mean: float) -> bool:
    assert 0.01 < mean < 0.99, "an event that says something"
    return bool(abs(drawn.mean() - mean) < 5 * np.sqrt(mean * (1 - mean) / len(drawn)))


def active(n: int, level: float) -> float:
    """P(sum of Z_j^2 over the active ones of n neurons >= level > 0), each active with probability 1/2."""
    return sum(stats.binom.pmf(j, n, 0.5) * stats.chi2.sf(level, j) for j in range(1, n + 1))


def wishart_2(t: float, *, largest: bool) -> float:
    """P(eigenvalue >= t) for G G^T, G 2 x 2 with standard normal entries, from the joint density of the eigenvalues."""

    def density(b: float, a: float) -> float:
        return (a - b) / np.sqrt(a * b) * np.exp(-(a + b) / 2)

    total = integrate.dblquad(density, 0, 80, 0, lambda a: a)[0]
    if largest:
        return integrate.dblquad(density, t, 80, 0, lambda a: a)[0] / total
    return integrate.dblquad(density, t, 80, t, lambda a: a)[0] / total


def test_the_tangent_kernel_of_one_layer_is_a_wishart_matrix():
    assert agrees(run("tangent_eigenvalue", 1, 3, 1, 1, 1, "one", 2), stats.chi2.sf(2, 3))
    assert agrees(run("tangent_eigenvalue", 2, 2, 1, 1, 1, "one", "1/4"), wishart_2(0.25, largest=False))


@pytest.mark.parametrize(("variance", "scale"), [("one", 1), ("he", 2)])
def test_the_tangent_kernel_of_two_weights(variance, scale):
    """J J^T = 1(w x > 0) x^2 (w^2 + v^2), and P(|x| R >= s) = e^-s for R^2 = w^2 + v^2 with variance 1."""
    assert agrees(run("tangent_eigenvalue", 1, 1, 1, 1, 2, variance, 1), np.exp(-np.sqrt(1 / scale)) / 2)


def test_the_tangent_kernel_agrees_with_backpropagation_in_the_other_parametrisation():
    """`simulate` divides by the root of the width and normalises relu: the same kernel after the factor 2/n a layer."""
    points, angle = np.array([[1.0, 0.0], [0.6, 0.8]]), np.arccos(0.6)
    limit = 0.6 * (1 - angle / np.pi) + (0.8 + 0.6 * (np.pi - angle)) / np.pi
    found = simulate("sqrt(2)*relu(x)", points, width=12, depth=1, samples=SAMPLES, seed=5)
    assert found.tangent is not None
    hits = (np.abs(found.tangent - [[2, limit], [limit, 2]]).max(axis=(1, 2)) >= 1).mean()
    drawn = run("tangent_from_limit", 12, 12, 2, "3/5", 1, 1)
    assert 0.05 < hits < 0.95
    assert abs(drawn.mean() - hits) < 5 * np.sqrt(0.5 / SAMPLES)


def test_the_tangent_kernel_of_one_layer_is_its_own_limit():
    assert not run("tangent_from_limit", 1, 1, 1, "1/2", 1, "1/1000", samples=64).any()
    assert run("tangent_from_limit", 1, 1, 1, "1/2", 2, "999/1000", samples=64).all()


def test_the_norm_of_one_layer_is_a_mixture():
    """f_1 = relu(w x): the number of active neurons is binomial, given x; here d = 1, then any d through |x|."""
    for d in (1, 4):
        mean = integrate.quad(lambda q, d=d: stats.chi2.pdf(q, d) * active(3, 2 / q), 0, np.inf)[0]
        assert agrees(run("feature_norm", d, 3, 3, 1, 2), mean)
        assert agrees(run("feature_eigenvalue", 1, d, 3, 3, 1, 2, seed=1), mean)


def test_the_norm_of_two_layers_of_one_neuron():
    """f_2 = relu(v relu(w x)): positive with probability 1/4, then |v w x|."""
    log_level = np.log(0.3) / 2
    rng = np.random.default_rng(9)
    logs = np.log(np.abs(rng.standard_normal((3, 2**20)))).sum(axis=0)
    assert agrees(run("feature_norm", 1, 1, 1, 2, "3/10"), float((logs >= log_level).mean()) / 4)


def test_two_points_through_one_layer_without_weights():
    """Given X, the n neurons are independent Gaussian pairs with covariance X X^T: drawn here from its root."""
    rng, n = np.random.default_rng(2), 5
    inputs = rng.standard_normal((SAMPLES, 2, 3))
    root = np.linalg.cholesky(inputs @ np.swapaxes(inputs, 1, 2))
    features = np.maximum(root @ rng.standard_normal((SAMPLES, 2, n)), 0)
    a, b, c = (np.einsum("sn,sn->s", features[:, i], features[:, j]) for i, j in ((0, 0), (0, 1), (1, 1)))
    smallest = (a + c - np.sqrt((a - c) ** 2 + 4 * b**2)) / 2
    hits = float((smallest >= 1).mean())
    drawn = run("feature_eigenvalue", 2, 3, n, 9, 1, 1)
    assert 0.05 < hits < 0.95
    assert abs(drawn.mean() - hits) < 5 * np.sqrt(0.5 / SAMPLES)


def test_a_layer_against_its_mean_for_one_point():
    """sigma_min^2/(n lambda) = (2/n) sum relu(g_j)^2, whatever lies below."""
    assert agrees(run("feature_eigenvalue_of_mean", 1, 2, 4, 4, 1, 1), active(4, 2))
    assert agrees(run("feature_eigenvalue_of_mean", 1, 3, 30, 4, 2, 1), active(4, 2))


def test_the_mean_covariance_is_a_gaussian_integral():
    points = np.array([[1.0, 0.5], [-0.3, 2.0], [-1.0, -0.5]])
    found = relu_covariance(points)

    def entry(i: int, j: int) -> float:
        def inside(t: float) -> float:
            direction = np.array([np.cos(t), np.sin(t)])
            return max(points[i] @ direction, 0) * max(points[j] @ direction, 0)

        # E = (1/2 pi) int inside dt E[R^2], E[R^2] = 2.
        return integrate.quad(inside, 0, 2 * np.pi, limit=400, epsabs=1e-12)[0] / np.pi

    assert np.allclose(found, [[entry(i, j) for j in range(3)] for i in range(3)], atol=1e-8)
    with pytest.raises(InputError, match="came out 0"):
        relu_covariance(np.zeros((2, 3)))


@pytest.mark.parametrize("power", [1, 2])
def test_centred_features_of_one_point_and_two_neurons(power):
    """The part of f across m is 0 if both neurons or none are active, else |x| |w_1 w_2|/sqrt(w_1^2 + w_2^2): |x z|/2
    in law, since 1/w^2 is stable of index 1/2. P(|x z| >= s) is an integral of the Bessel function K_0."""
    level = Fraction(1, 25)
    s = 2 * np.sqrt(float(level))
    mean = integrate.quad(lambda t: 2 * special.k0(t) / np.pi, s, np.inf)[0] / 2
    assert agrees(run("centred_feature_eigenvalue", 1, 1, 2, power, level**power), mean)


def test_centred_features_of_one_neuron_vanish():
    assert not run("centred_feature_eigenvalue", 1, 3, 1, 2, "1/1000", samples=256).any()


def test_the_derivative_in_a_layer_is_a_mixture():
    assert agrees(run("backward_norm", 3, 4, 4, 2, 1, 2), active(4, 2))
    # The top hidden layer of three: all of its gates are shut where the layer below is 0, which has probability 1/4.
    assert agrees(run("backward_norm", 3, 2, 4, 3, 2, 2), 0.75 * active(4, 2))
    # One neuron in each of two layers: v^2 w^2 if both are on, which has probability 1/4, and w > 0 is no matter.
    both = integrate.quad(lambda t: 2 * special.k0(t) / np.pi, 0.5, np.inf)[0]
    assert agrees(run("backward_norm", 2, 1, 1, 3, 1, "1/4"), both / 4)
    with pytest.raises(InputError, match="less than the depth"):
        run("backward_norm", 2, 2, 2, 3, 3, 1, samples=16)


def test_gates_and_weights():
    assert agrees(run("gate_product", 2, 6, 6, 1, 1, 4), stats.binom.sf(3, 6, 0.5))
    assert agrees(run("gate_product", 2, 1, 1, 1, 2, "1/4"), stats.norm.sf(0.5) / 2)
    # n_1 = 1, n_2 = 3: the active weights of three, if the neuron below is on.
    assert agrees(run("gate_product", 2, 1, 3, 1, 2, 1), active(3, 1) / 2)
    with pytest.raises(InputError, match="not above the last"):
        run("gate_product", 2, 2, 2, 3, 2, 1, samples=16)


def test_lipschitz_constants_in_closed_form():
    assert agrees(run("lipschitz_square", 1, 1, 1, 2, samples=2**12), np.exp(-1))
    assert agrees(run("lipschitz_square", 2, 2, 1, 4, samples=2**12), wishart_2(4, largest=True))
    assert agrees(run("lipschitz_square", 1, 1, 2, 1, samples=2**12), np.exp(-1))


def test_lipschitz_constants_against_operator_norms():
    """Equal for one matrix and for one neuron, never above, and far below where neurons shut each other off."""
    assert run("lipschitz_share", 3, 3, 1, "999/1000", samples=64).all()
    assert run("lipschitz_share", 1, 4, 2, "999/1000", samples=64).all()
    assert not run("lipschitz_share", 6, 6, 3, "1001/1000", samples=64).any()
    assert run("lipschitz_share", 32, 32, 3, "1/4", samples=64).mean() < 0.1


def test_quotients_attain_the_constant():
    assert run("lipschitz_attained", 1, 1, 1, 4096, "99/100", samples=64).all()
    assert not run("lipschitz_attained", 4, 4, 2, 4096, "1001/1000", samples=64).any()
    # One pair and one linear form: |cos| of a uniform angle.
    assert agrees(run("lipschitz_attained", 1, 1, 1, 1, "1/2", samples=2**12), 2 / 3)


def test_rounding_never_decides():
    """Four points on a line have a singular kernel: a level of 2^-30 would be met, or not, by rounding errors."""
    with pytest.raises(InputError, match="rounding errors would decide"):
        run("tangent_eigenvalue", 4, 1, 1, 1, 1, "one", Fraction(1, 2**30), samples=64)
    assert not run("tangent_eigenvalue", 4, 1, 1, 1, 1, "one", "1/1000", samples=64).any()


def test_levels_share_their_draws():
    """P(X >= level) falls with the level for the very same samples."""
    hits = [run("feature_eigenvalue", 4, 8, 16, 16, 2, level, samples=256) for level in (1, 8, 64, 512, 4096)]
    assert all((above <= below).all() for below, above in itertools.pairwise(hits))
    assert hits[0].any()
    assert not hits[-1].all()


def test_a_variance_with_another_name_is_refused():
    with pytest.raises(InputError, match="one or he"):
        run("tangent_eigenvalue", 1, 1, 1, 1, 1, "xavier", 1, samples=16)


def test_the_table_is_part_of_the_one_that_claims_see():
    assert {e.name for e in RELU_EXPERIMENTS} <= set(EXPERIMENTS)
    assert len(EXPERIMENTS) == len({*EXPERIMENTS}) > len(RELU_EXPERIMENTS)


@pytest.mark.parametrize("claim", ["D-L5.2", "D-T6.2"])
def test_a_claim_is_supported_and_its_mutants_die(claim):
    (found,) = registry.select([f"nguyen2021/{claim}"])
    result = runner.judge(found, with_mutants=True)
    assert Verdict(result["verdict"]) is Verdict.SUPPORTED, result["reason"]
    assert [m["name"] for m in result["mutants"] if not m["died"]] == []
    assert {m["verdict"] for m in result["mutants"]} == {"REFUTED"}


@pytest.mark.parametrize(
    ("name", "sizes"),
    [
        ("tangent_eigenvalue", (200, 8192, 8192, 8192, 3, "one", 1)),
        ("gate_product", (64, 8192, 2048, 1, 2, 1)),
        ("lipschitz_square", (4096, 4096, 2, 1)),
        ("lipschitz_attained", (64, 64, 20, 2**14, 1)),
    ],
)
def test_too_much_work_is_refused_before_it_starts(name, sizes):
    with pytest.raises(InputError, match="take fewer"):
        run(name, *sizes, samples=16)
