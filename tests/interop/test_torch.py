"""Activations as modules of PyTorch: values against mpmath and our float64, slopes, both float types, states, copies.

Run by `make test-torch`; without PyTorch the file is skipped.
"""

import copy
import doctest
import io
import pickle

import mpmath
import numpy as np
import pytest
import sympy as sp

import deepcond_sym as dc
from deepcond_sym.interop.torch import activation_module
from deepcond_sym.simulation.array_activation import array_activation

torch = pytest.importorskip("torch", reason="PyTorch is not installed: make test-torch")
pytestmark = pytest.mark.torch

SPECS = [
    "relu", "leaky_relu", "norm_relu", "norm_relu(-1/2)", "abs", "gelu", "silu", "softplus", "tanh", "erf", "sin",
    "elu", "selu", "hermite(3)", "max(-1, min(1, x))", "x*exp(-x**2/2) + x**2", "log(1 + x**2)",
]  # fmt: skip
POINTS = [-6.5, -1.6, -1.25, -0.3, 0.2, 0.75, 1.7, 5.0]


def tensor(values, dtype=torch.float64, **options):
    return torch.tensor(values, dtype=dtype, **options)


@pytest.mark.parametrize("normalize", [False, True])
@pytest.mark.parametrize("spec", SPECS)
def test_values_and_slopes_are_those_of_the_formula(spec, normalize):
    sigma = dc.activation(spec)
    sigma = sigma.normalized() if normalize else sigma
    known = array_activation(sigma)
    z = tensor(POINTS, requires_grad=True)
    found = activation_module(spec, normalize=normalize)(z)
    (slope,) = torch.autograd.grad(found.sum(), z)
    np.testing.assert_allclose(found.detach().numpy(), known.value(np.array(POINTS)), rtol=1e-13, atol=1e-14)
    np.testing.assert_allclose(slope.numpy(), known.slope(np.array(POINTS)), rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize(
    ("spec", "formula"),
    [
        ("gelu", lambda x: x * mpmath.ncdf(x)),
        ("softplus", lambda x: mpmath.log(1 + mpmath.exp(x))),
        ("tanh", mpmath.tanh),
        ("relu", lambda x: max(x, 0)),
    ],
)
def test_a_normalised_module_has_mean_0_and_variance_1_by_quadrature(spec, formula):
    cuts = [-mpmath.inf, 0, mpmath.inf]
    mean = mpmath.quad(lambda x: formula(x) * mpmath.npdf(x), cuts)
    deviation = mpmath.sqrt(mpmath.quad(lambda x: (formula(x) - mean) ** 2 * mpmath.npdf(x), cuts))
    expected = [float((formula(mpmath.mpf(x)) - mean) / deviation) for x in POINTS]
    found = activation_module(spec, normalize=True)(tensor(POINTS)).tolist()
    assert found == pytest.approx(expected, rel=1e-13, abs=1e-14)


@pytest.mark.parametrize("spec", SPECS)
def test_slopes_pass_the_numerical_check_of_pytorch_twice(spec):
    z = tensor(POINTS, requires_grad=True)
    module = activation_module(spec, normalize=True)
    assert torch.autograd.gradcheck(module, z)
    (once,) = torch.autograd.grad(module(z).sum(), z, create_graph=True)
    if once.requires_grad:
        assert torch.autograd.gradgradcheck(module, z)


@pytest.mark.parametrize("spec", SPECS)
def test_float32_stays_float32_and_loses_no_more_than_its_digits(spec):
    module = activation_module(spec, normalize=True)
    single = module(tensor(POINTS, torch.float32))
    double = module(tensor(POINTS, torch.float32).double())
    assert (single.dtype, double.dtype) == (torch.float32, torch.float64)
    scale = double.abs().clamp(min=1)
    assert ((single.double() - double).abs() / scale).max() < 100 * torch.finfo(torch.float32).eps


@pytest.mark.parametrize("spec", ["silu", "softplus", "gelu", "elu", "tanh", "x*sqrt(abs(x))", "log(1 + x**2)"])
@pytest.mark.parametrize(("dtype", "far"), [(torch.float32, 80.0), (torch.float64, 700.0)])
def test_no_nan_far_out_and_at_the_breakpoints(spec, dtype, far):
    z = tensor([-far, -30.0, 0.0, 30.0, far], dtype, requires_grad=True)
    value = activation_module(spec)(z)
    (slope,) = torch.autograd.grad(value.sum(), z)
    assert value.isfinite().all()
    assert slope.isfinite().all()


def test_relu_is_relu_to_the_last_bit_and_at_its_kink():
    z = torch.randn(4, 5, 3, generator=torch.Generator().manual_seed(1), requires_grad=True)
    z = torch.cat([z, torch.zeros(1, 5, 3)]).detach().requires_grad_()
    ours, theirs = activation_module("relu")(z), torch.relu(z)
    assert torch.equal(ours, theirs)
    assert torch.equal(torch.autograd.grad(ours.sum(), z)[0], torch.autograd.grad(theirs.sum(), z)[0])


def test_jumps_take_the_value_of_the_formula():
    z = tensor([-2.0, 0.0, 3.0])
    assert activation_module("sign")(z).tolist() == [-1.0, 0.0, 1.0]
    assert activation_module("step")(z).tolist() == [0.0, 0.5, 1.0]


def test_norm_relu_has_the_constants_that_the_paper_prints():
    module, c = activation_module("norm_relu"), -1.5975
    high, low, flat = module(tensor([c + 1.0, c, c - 1.0])).tolist()
    assert low == flat
    assert high - low == pytest.approx(1.05, abs=0.005)
    assert low / (high - low) == pytest.approx(-1.6209, abs=5e-5)


def test_states_pickles_and_copies():
    torch.manual_seed(0)
    network = torch.nn.Sequential(torch.nn.Linear(3, 4), activation_module("gelu", normalize=True)).eval()
    plain = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.GELU())
    plain.load_state_dict(network.state_dict())
    x = torch.ones(2, 3)
    buffer = io.BytesIO()
    torch.save(network, buffer)
    buffer.seek(0)
    others = [copy.deepcopy(network), pickle.loads(pickle.dumps(network)), torch.load(buffer, weights_only=False)]
    for other in others:
        assert torch.equal(other(x), network(x))
        assert not other[1].training
        assert repr(other) == repr(network)
        assert other[1].activation == network[1].activation
    assert network.half()[1](x.half()).dtype == torch.float16


def test_a_network_trains_through_it():
    torch.manual_seed(0)
    network = torch.nn.Sequential(torch.nn.Linear(2, 16), activation_module("silu", True), torch.nn.Linear(16, 1))
    x = torch.randn(64, 2)
    y = (x[:, :1] * x[:, 1:]).sign()
    optimiser = torch.optim.Adam(network.parameters(), lr=0.03)
    losses = []
    for _ in range(200):
        optimiser.zero_grad()
        loss = torch.nn.functional.mse_loss(network(x), y)
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    assert losses[-1] < losses[0] / 4


def test_bad_text_is_refused_as_elsewhere():
    with pytest.raises(dc.InputError):
        activation_module("exp(x**2)")
    with pytest.raises(dc.InputError):
        activation_module(sp.Symbol("y"))


def test_the_example_in_the_docstring_runs():
    text = (activation_module.__doc__ or "").replace("# doctest: +SKIP", "")
    scope = {"activation_module": activation_module}
    example = doctest.DocTestParser().get_doctest(text, scope, "activation_module", None, 0)
    assert len(example.examples) == 4
    assert doctest.DocTestRunner().run(example).failed == 0
