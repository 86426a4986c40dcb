"""Random convolutional networks: one with a single channel by hand, and the mean of many against the recursion."""

from typing import Any

import numpy as np
import pytest

from deepcond_sym.depth import convolution_kernels, phase, pixel_correlations
from deepcond_sym.errors import InputError
from deepcond_sym.simulation import simulate_convolution
from deepcond_sym.simulation.convolution_experiments import two_images

CORRELATIONS = pixel_correlations(np.random.default_rng(5).normal(size=(2, 3, 2)) + 0.5)


@pytest.mark.parametrize("pool", [True, False])
def test_the_mean_over_networks_is_near_the_recursion(pool):
    """erf with a bias, three layers; within five standard errors and a bias of order 1/width."""
    settings: dict[str, Any] = {"weight_variance": 1.5, "bias_variance": 0.25}
    q = float(phase("erf", "1.5", "0.25").q_star)
    drawn = simulate_convolution(
        "erf", q * CORRELATIONS, width=96, depth=3, samples=128, seed=2, pool=pool, **settings
    )  # fmt: skip
    (limit,) = convolution_kernels(CORRELATIONS, "erf", depths=[3], **settings)
    for name, values in zip(("covariance", "tangent"), drawn, strict=True):
        expected = q * (limit.pool(name) if pool else limit.flatten(name))
        spread = 5 * values.std(axis=0) / np.sqrt(len(values)) + 0.02 * expected
        assert (np.abs(values.mean(axis=0) - expected) < spread).all()
        assert spread.max() < 0.2


def test_one_channel_and_two_layers_by_hand():
    """n = 1 channel, linear activation: f = v mean_a sum_o W_o u(a + o)/sqrt(3), with its gradients in v and W."""
    rng = np.random.default_rng(7)
    correlations = two_images(0.1, 0.2, 0.3, 0.4, 0.5, 0.6)
    found = simulate_convolution("identity", correlations, width=1, depth=2, samples=1, seed=7)
    root = np.linalg.eigh(correlations.transpose(0, 2, 1, 3).reshape(4, 4))
    u = ((root[1] * np.sqrt(root[0])) @ rng.standard_normal(4)).reshape(2, 2)
    w = rng.standard_normal(3) / np.sqrt(3)
    rng.standard_normal(1)
    v = rng.standard_normal(1)[0]
    # the offsets -1 and 1 both lead to the other pixel
    above = w[1] * u + (w[0] + w[2]) * u[:, ::-1]
    feature = above.mean(axis=1)
    in_w = v / np.sqrt(3) * np.stack([u[:, ::-1].mean(axis=1), u.mean(axis=1), u[:, ::-1].mean(axis=1)])
    np.testing.assert_allclose(found.covariance[0], np.outer(feature, feature), rtol=1e-12)
    np.testing.assert_allclose(found.tangent[0], np.outer(feature, feature) + in_w.T @ in_w, rtol=1e-12)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"correlations": np.eye(2)}, "for m images of d pixels"),
        ({"correlations": two_images(0.9, 0.9, 0.9, 0.9, -0.9, -0.9)}, "positive semidefinite"),
        ({"width": 0}, "width"),
        ({"window": 2}, "odd number"),
        ({"width": 2**14, "depth": 3}, "smaller width"),
        ({"source": "sign"}, "jumps"),
    ],
)
def test_bad_input_is_one_sentence(change, message):
    usual: dict[str, Any] = {"source": "erf", "correlations": CORRELATIONS, "width": 2, "depth": 2}
    with pytest.raises(InputError, match=message):
        simulate_convolution(**{**usual, "samples": 1, "seed": 0, **change})
