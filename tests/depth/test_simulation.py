"""A finite network agrees with the limit within a few standard errors: the recursion is the right one."""

import numpy as np
import pytest

from deepcond_sym.depth import DepthMap


def _finite_network(rng, width, depth, inputs, function, derivative, weight, bias):
    """Output kernel and tangent kernel of one random network in the NTK parametrisation, all layers trained.

    Preactivations h_1 = W_1 x (input layer, no bias), h_(l+1) = sqrt(weight/width) W sigma(h_l) + sqrt(bias) b; the
    output layer is the last one, so that `depth` non-linear layers are passed. Returns K^(L) and Theta^(L) of the pair.
    """
    dimension = inputs.shape[1]
    activations, slopes, weights = [inputs.T], [], []
    matrix = rng.standard_normal((width, dimension))
    preactivation = matrix @ inputs.T
    for _ in range(depth):
        slopes.append(derivative(preactivation))
        activations.append(function(preactivation))
        matrix = rng.standard_normal((width, width)) * np.sqrt(weight / width)
        weights.append(matrix)
        preactivation = matrix @ activations[-1] + np.sqrt(bias) * rng.standard_normal((width, 1))
    kernel = weight / width * (activations[-1][:, 0] @ activations[-1][:, 1]) + bias
    # Backpropagate one output neuron (row 0 of the last matrix) for both inputs.
    back = np.repeat(weights[-1][0][:, None], 2, axis=1)
    tangent = kernel
    for layer in range(depth - 1, -1, -1):
        back = back * slopes[layer]
        inner = activations[layer][:, 0] @ activations[layer][:, 1]
        forward = inner if layer == 0 else weight / width * inner + bias
        tangent += (back[:, 0] @ back[:, 1]) * forward
        if layer:
            back = weights[layer - 1].T @ back
    return kernel, tangent


@pytest.mark.parametrize(
    ("name", "function", "derivative", "weight", "bias"),
    [
        ("relu", lambda z: np.maximum(z, 0), lambda z: (z > 0).astype(float), 2.0, 0.0),
        ("tanh", np.tanh, lambda z: 1 / np.cosh(z) ** 2, 1.5, 0.25),
    ],
)
def test_wide_networks_scatter_around_the_limit(name, function, derivative, weight, bias):
    rng = np.random.default_rng(20210)
    rho, depth, width, samples = 0.4, 3, 400, 60
    inputs = np.array([[1.0, 0.0], [rho, np.sqrt(1 - rho * rho)]])
    draws = np.array(
        [_finite_network(rng, width, depth, inputs, function, derivative, weight, bias) for _ in range(samples)]
    )
    error = draws.std(axis=0, ddof=1) / np.sqrt(samples)
    network = DepthMap(name, depth, weight_variance=weight, bias_variance=bias)
    for average, spread, limit in zip(draws.mean(axis=0), error, (network.nngp(rho), network.ntk(rho)), strict=True):
        assert spread < 0.04 * abs(limit)
        # Four standard errors, plus the bias of order 1/width.
        assert abs(average - float(limit)) < 4 * spread + 5 / width * abs(float(limit))
