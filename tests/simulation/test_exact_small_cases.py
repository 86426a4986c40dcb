"""Networks small enough to be worked out by hand, and gradients by finite differences."""

from typing import Any

import numpy as np
import pytest

from deepcond_sym import activation
from deepcond_sym.errors import InputError
from deepcond_sym.simulation import quartile_sign, simulate, simulate_pair
from deepcond_sym.simulation.array_activation import array_activation

POINTS = np.array([[1.0, 0.0, 0.0], [0.6, 0.8, 0.0], [-0.48, 0.64, 0.6]])


def test_without_hidden_layers_both_kernels_are_the_gram_matrix():
    found = simulate("relu", POINTS, width=3, depth=0, samples=2, seed=0)
    assert np.allclose(found.top, POINTS @ POINTS.T)
    assert found.tangent is not None
    assert np.allclose(found.tangent, POINTS @ POINTS.T)
    assert np.array_equal(simulate_pair("relu", 0.25, width=3, depth=0, samples=2, seed=0).inner, [[0.25], [0.25]])


def test_the_identity_without_hidden_layers_is_one_matrix_with_one():
    """sigma(x) = x, m = 1, L = 1: f = v w . x, K = (w.x)(w.x'), Theta = K + v^2 x.x', from the draws themselves."""
    found = simulate("identity", POINTS, width=1, depth=1, samples=1, seed=11)
    rng = np.random.default_rng(11)
    w = rng.standard_normal((1, 1, 3))[0, 0]
    v = rng.standard_normal((1, 1, 1))[0, 0, 0]
    kernel = np.outer(POINTS @ w, POINTS @ w)
    assert np.allclose(found.top[0], kernel)
    assert found.tangent is not None
    assert np.allclose(found.tangent[0], kernel + v**2 * POINTS @ POINTS.T)


def _network_output(flat, points, width, depth, sigma, project):
    """f at every point, as equation (1) reads, from one flat vector of all weights."""
    used, vector = 0, points.T
    for _ in range(depth):
        size = width * vector.shape[0]
        matrix = flat[used : used + size].reshape(width, vector.shape[0])
        used += size
        vector = sigma.value(matrix @ vector)
        vector = vector / np.linalg.norm(vector, axis=0) if project else vector / np.sqrt(width)
    return flat[used:] @ vector


@pytest.mark.parametrize("project", [False, True])
@pytest.mark.parametrize(
    ("name", "width", "depth"), [("tanh", 4, 1), ("gelu", 3, 2), ("sin", 5, 3), ("softplus", 1, 2)]
)
def test_the_tangent_kernel_is_that_of_finite_differences(name, width, depth, project):
    phi = activation(name).normalized()
    found = simulate(phi, POINTS, width=width, depth=depth, samples=1, seed=4, project=project)
    rng = np.random.default_rng(4)
    shapes = [(1, width, POINTS.shape[1]), *[(1, width, width)] * (depth - 1), (1, width, 1)]
    flat = np.concatenate([rng.standard_normal(shape).ravel() for shape in shapes])
    sigma, step = array_activation(phi), 1e-5
    gradients = np.empty((len(flat), len(POINTS)))
    for i in range(len(flat)):
        moved = [flat + sign * step * (np.arange(len(flat)) == i) for sign in (1, -1)]
        up, down = (_network_output(f, POINTS, width, depth, sigma, project) for f in moved)
        gradients[i] = (up - down) / (2 * step)
    expected = gradients.T @ gradients
    assert found.tangent is not None
    assert np.allclose(found.tangent[0], expected, rtol=1e-6, atol=1e-7 * np.abs(expected).max())


@pytest.mark.parametrize("name", ["tanh", "sigmoid", "relu", "gelu", "exp", "softsign"])
def test_arrays_take_the_values_of_the_normalised_formula(name):
    """The shift and the scale against Gauss-Hermite or plain quadrature of the base function."""
    from scipy import integrate

    base, phi = array_activation(name), array_activation(activation(name).normalized())
    density = lambda t: np.exp(-t * t / 2) / np.sqrt(2 * np.pi)  # noqa: E731

    def moment(power):
        integrand = lambda t: float(base.value(np.array([t]))[0]) ** power * density(t)  # noqa: E731
        return integrate.quad(integrand, -12, 12, points=[0])[0]

    mean, scale = moment(1), np.sqrt(moment(2) - moment(1) ** 2)
    z = np.array([-3.0, -0.5, 0.25, 2.0])
    assert np.allclose(phi.value(z), (base.value(z) - mean) / scale, atol=1e-8)
    assert phi.slope is not None
    assert np.allclose(phi.slope(z), (phi.value(z + 1e-6) - phi.value(z - 1e-6)) / 2e-6, atol=1e-6)


def test_the_quartile_sign_is_normalised_and_its_one_neuron_network_never_forgets():
    """With m = 1 the layer is +1 or -1, an even sigma sends both to the same value, and the correlation is 1."""
    z = np.random.default_rng(0).standard_normal(400_000)
    values = quartile_sign().value(z)
    assert set(values.tolist()) == {-1.0, 1.0}
    assert abs(values.mean()) < 5 / np.sqrt(len(z))
    pair = simulate_pair(quartile_sign(), 0.3, width=1, depth=3, samples=500, seed=2)
    assert (np.abs(pair.inner[:, 1]) == 1).all()
    assert (pair.inner[:, 2:] == 1).all()


def test_a_seed_gives_the_same_networks_and_another_seed_others():
    options: dict[str, Any] = {"width": 20, "depth": 2, "samples": 7}
    first, again = (simulate("erf", POINTS, seed=9, **options) for _ in range(2))
    other = simulate("erf", POINTS, seed=10, **options)
    assert np.array_equal(first.layers, again.layers)
    assert not np.array_equal(first.layers[:, 1], other.layers[:, 1])
    chunked = simulate("erf", POINTS, width=700, depth=3, samples=9, seed=1)  # one network a chunk
    draws = chunked.top[:, 0, 1]
    assert len(set(draws.tolist())) == 9


good: dict[str, Any] = {"width": 3, "depth": 1, "samples": 2, "seed": 0}


@pytest.mark.parametrize(
    "bad",
    [
        {"width": 0}, {"width": 2.5}, {"width": True}, {"depth": -1}, {"samples": 0}, {"seed": -1}, {"seed": "x"},
        {"width": 10**6, "depth": 2},
    ],
)  # fmt: skip
def test_bad_arguments_are_refused(bad):
    with pytest.raises(InputError):
        simulate("erf", POINTS, **{**good, **bad})


@pytest.mark.parametrize("inputs", [[[1.0, 1.0]], [1.0, 0.0], [], "x", [[np.nan, 0.0]], np.empty((0, 2))])
def test_inputs_have_norm_one(inputs):
    with pytest.raises(InputError):
        simulate("erf", inputs, **good)


def test_more_that_is_refused():
    with pytest.raises(InputError, match="jumps"):
        simulate(quartile_sign(), POINTS, **good)
    with pytest.raises(InputError, match="unit vector"):
        simulate("relu", POINTS, width=1, depth=1, samples=50, seed=0, project=True)
    for rho in (1.5, -1.01, float("nan")):
        with pytest.raises(InputError, match="rho"):
            simulate_pair("erf", rho, **good)


@pytest.mark.parametrize(("rho", "sigma"), [(r, s) for r in (1.0, -1.0) for s in ("tanh", "relu")])
def test_equal_and_opposite_inputs_stay_so(rho, sigma):
    """sigma odd: opposite; equal inputs: equal, in both routes."""
    pair = simulate_pair(sigma, rho, width=8, depth=3, samples=10, seed=0)
    points = np.array([[1.0, 0.0], [rho, 0.0]])
    layers = simulate(sigma, points, width=8, depth=3, samples=10, seed=0).layers
    if rho == 1.0 or sigma == "tanh":
        assert np.allclose(pair.inner, rho * pair.first, rtol=1e-13)
        assert np.allclose(layers[..., 0, 1], rho * layers[..., 0, 0], rtol=1e-14)
