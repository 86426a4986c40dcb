"""Rows of any norm: against recursions of 60 digits, double sums, duals at other variances, maps of unit rows."""

import pickle

import mpmath
import numpy as np
import pytest
import sympy as sp

from deepcond_sym.activations import activation, catalog
from deepcond_sym.arithmetic import float64
from deepcond_sym.depth import DepthMap
from deepcond_sym.depth.variance_dual import variance_dual
from deepcond_sym.duals.dual_pair import dual_pair
from deepcond_sym.errors import AccuracyError, InputError
from deepcond_sym.kernels import gram_kernel
from deepcond_sym.kernels.norm_map import NormMap

U = [0.0, 1e-20, 1e-14, 1e-8, 1e-4, 0.01, 0.3, 0.7, 1.0]
"""1 - |c|, for both signs of c."""


def points():
    """(rho, u) at the hard places, rho correctly rounded."""
    u = np.array(U + U[:-1])
    return np.concatenate([1 - np.array(U), np.array(U[:-1]) - 1]), u


def exact(rho, u):
    """The correlation that (rho, u) stands for."""
    return mpmath.sign(rho) * (1 - mpmath.mpf(u)) if rho else mpmath.mpf(0)


def recursion(layer, depth, weight, bias, norms, c):
    """(K, Theta, K11, K22) by `layer(k11, k22, k12) -> (E[ss], E[s's'])`, mpf throughout."""
    weight, bias = mpmath.mpf(weight), mpmath.mpf(bias)
    a, b = (mpmath.mpf(n) ** 2 for n in norms)
    k, tangent = c * mpmath.sqrt(a * b), c * mpmath.sqrt(a * b)
    for _ in range(depth):
        value, slope = layer(a, b, k)
        tangent = weight * value + bias + weight * slope * tangent
        a, b, k = (weight * v + bias for v in (layer(a, a, a)[0], layer(b, b, b)[0], value))
    return k, tangent, a, b


def diagonal(layer, depth, weight, bias, norm):
    return recursion(layer, depth, weight, bias, (norm, norm), mpmath.mpf(1))[:2]


def erf_layer(a, b, k):
    one = (1 + 2 * a) * (1 + 2 * b)
    return 2 / mpmath.pi * mpmath.asin(2 * k / mpmath.sqrt(one)), 4 / mpmath.pi / mpmath.sqrt(one - 4 * k * k)


def relu_layer(a, b, k):
    root = mpmath.sqrt(a * b)
    angle = mpmath.acos(min(max(k / root, mpmath.mpf(-1)), mpmath.mpf(1)))
    value = root * (mpmath.sin(angle) + (mpmath.pi - angle) * mpmath.cos(angle)) / (2 * mpmath.pi)
    return value, (mpmath.pi - angle) / (2 * mpmath.pi)


def sin_layer(a, b, k):
    front = mpmath.exp(-(a + b) / 2)
    return front * mpmath.sinh(k), front * mpmath.cosh(k)


@pytest.mark.parametrize(("name", "layer"), [("erf", erf_layer), ("relu", relu_layer), ("sin", sin_layer)])
@pytest.mark.parametrize(("depth", "norms"), [
    (1, (0.5, 3.0)), (1, (1e-6, 1e3)), (1, (2.0, 2.0 + 2.0**-40)), (1, (60.0, 64.0)),
    (2, (1e-6, 1e3)), (2, (60.0, 64.0)), (10, (0.5, 3.0)), (10, (2.0, 2.0 + 2.0**-40)), (100, (0.5, 3.0)),
])  # fmt: skip
def test_recursions_of_fifty_digits(name, layer, depth, norms):
    weight, bias = {"erf": (1.5, 0.0625), "relu": (1.75, 0.125), "sin": (1.5, 0.0)}[name]
    network = DepthMap(name, depth, weight, bias)
    function = NormMap(network, "both", np.array(norms))
    rho, u = points()
    kernel, tangent = function.values(rho, u, np.full_like(rho, norms[0]), np.full_like(rho, norms[1]))
    with mpmath.workdps(60):
        tops = [diagonal(layer, depth, weight, bias, norm) for norm in norms]
        for place in range(len(rho)):
            k, theta, *_ = recursion(layer, depth, weight, bias, norms, exact(rho[place], u[place]))
            for number, (found, truth) in enumerate(((kernel[place], k), (tangent[place], theta))):
                scale = mpmath.sqrt(tops[0][number] * tops[1][number])
                assert abs(found - truth) < 3e-13 * scale, (rho[place], u[place], number)


def test_the_complement_of_near_pairs_keeps_its_digits():
    """In a chaotic network the fall from the diagonal grows layer by layer: an error of 1e-16 would be all of it."""
    for norm, other in ((2.0, 2.0), (2.0, 2.0 + 2.0**-30)):
        network = DepthMap("erf", 36, 25)
        function = NormMap(network, "nngp", np.array([norm, other]))
        (found,) = function.values(np.ones(1), np.array([1e-22]), np.array([norm]), np.array([other]))
        with mpmath.workdps(80):
            k, _, a, b = recursion(erf_layer, 36, 25, 0, (norm, other), 1 - mpmath.mpf(1e-22))
            assert 1 - k / mpmath.sqrt(a * b) > 1e-6
            # The second pair differs by its norms above all, 1e-9 of which were rounded to 1e-16.
            slack = 1e-13 if norm == other else 1e-7
            assert abs(found[0] - k) < slack * (mpmath.sqrt(a * b) - k)


@pytest.mark.parametrize("name", ["gelu", "elu", "selu", "gaussian", "hard_tanh", "relu6", "exp", "normal_cdf"])
def test_one_layer_of_closed_forms_in_two_variances(name):
    """The symbolic dual for two variances, in balls; the slope by a difference quotient of 50 digits."""
    network, pair = DepthMap(name, 1), dual_pair(name)
    cases = [(1.0, 2.0), (0.25, 3.0), (1e-3, 1.5), (7.0, 7.0)]
    for x, y in cases if name != "exp" else cases[:3]:
        function = NormMap(network, "both", np.array([x, y]))
        for c in (-0.75, 0.25, 0.96875):
            found = [v[0] for v in function.values(*(np.array([v]) for v in (c, 1 - abs(c), x, y)))]
            tops = function.diagonal(np.array([x, y]))
            with mpmath.workdps(50):
                q, p, step = sp.Rational(x) ** 2, sp.Rational(y) ** 2, sp.Rational(1, 10**15)
                at = [pair(sp.Rational(c) + k * step, q1=q, q2=p, digits=50) for k in (0, 1, -1)]
                slope = (at[1] - at[2]) / (2 * mpmath.mpf(10) ** -15)
            for value, truth, top in zip(found, (at[0], at[0] + c * slope), tops, strict=True):
                assert abs(value - float(truth)) < 2e-13 * np.sqrt(top[0] * top[1]), (x, y, c)


SMOOTH = {
    "tanh": (np.tanh, lambda z: 1 / np.cosh(np.clip(z, -300, 300)) ** 2),
    "sigmoid": (lambda z: 1 / (1 + np.exp(-z)), lambda z: np.exp(-np.abs(z)) / (1 + np.exp(-np.abs(z))) ** 2),
    "softplus": (lambda z: np.logaddexp(0, z), lambda z: 1 / (1 + np.exp(-z))),
    "silu": (lambda z: z / (1 + np.exp(-z)), None),
    "mish": (lambda z: z * np.tanh(np.logaddexp(0, z)), None),
}  # fmt: skip


@pytest.mark.parametrize("name", SMOOTH)
def test_two_layers_of_analytic_activations(name):
    """The trapezoid rule in the plane, which converges like exp(-const/h) for these; tangent kernel where typed."""
    f, slope = SMOOTH[name]
    grid = np.arange(-480, 481) / 40
    bell = np.exp(-(grid**2) / 2) / 40 / np.sqrt(2 * np.pi)

    def mean(g, a, b, c):
        x, y = np.sqrt(a) * grid[:, None], np.sqrt(b) * (c * grid[:, None] + np.sqrt(1 - c * c) * grid)
        return bell @ (g(x) * g(y)) @ bell

    weight, bias = 1.5, 0.25
    for x, y, c in ((0.5, 2.0, 0.6), (1.0, 1.0, -0.9), (0.01, 1.5, 0.99)):
        network = DepthMap(name, 2, weight, bias)
        found = [v[0] for v in NormMap(network, "both", np.array([x, y])).values(
            *(np.array([v]) for v in (c, 1 - abs(c), x, y)))]  # fmt: skip
        a, b, k, theta = x * x, y * y, c * x * y, c * x * y
        for _ in range(2):
            r = k / np.sqrt(a * b)
            k = weight * mean(f, a, b, r) + bias
            theta = k + weight * mean(slope, a, b, r) * theta if slope else 0
            a, b = (weight * mean(f, q, q, 1.0) + bias for q in (a, b))
        assert abs(found[0] - k) < 1e-13 * np.sqrt(a * b)
        if slope:
            assert abs(found[1] - theta) < 1e-12 * abs(theta)


def test_tanh_of_enormous_rows_against_mpmath():
    """tanh(1000 z): sharp at 0. E over the second variable by panels around its own 0."""
    x, y, c = 1e3, 4e2, 0.5
    (found,) = NormMap(DepthMap("tanh", 1), "nngp", np.array([x, y])).values(
        *(np.array([v]) for v in (c, 1 - c, x, y))
    )
    with mpmath.workdps(20):
        root = mpmath.sqrt(1 - mpmath.mpf(c) ** 2)

        def inner(z):
            middle = -c * z / root
            width = 1 / (y * root)
            cuts = sorted({mpmath.mpf(-9), mpmath.mpf(9), *(middle + k * width for k in (-25, -3, 0, 3, 25))})
            cuts = [v for v in cuts if -9 <= v <= 9]
            return mpmath.quad(lambda v: mpmath.tanh(y * (c * z + root * v)) * mpmath.npdf(v), cuts)

        parts = [0, 3 / x, 25 / x, mpmath.mpf(1) / 2, 3, 9]
        truth = 2 * mpmath.quad(lambda z: mpmath.tanh(x * z) * mpmath.npdf(z) * inner(z), parts)
    assert abs(found[0] - float(truth)) < 1e-12


EQUAL = [name for name, entry in catalog().items() if not entry.needs_parameters and name not in ("step", "sign")]
EQUAL += ["relu_power(2)", "monomial(3)", "polynomial(1, 2, -1)", "hermite(4)", "rbf(2)"]


@pytest.mark.parametrize("name", EQUAL)
def test_every_catalogued_activation_at_equal_norms_that_are_not_one(name):
    """One layer is the dual of sigma(r x) at unit variance, which is derived by other means."""
    source = activation(name)
    norm = 1.5 if name == "exp" or name.startswith("rbf") else 2.5
    dual = variance_dual(source, sp.Rational(norm) ** 2)
    network = DepthMap(source, 1, 1.5, 0.25)
    function = NormMap(network, "both", np.array([norm, 1.0]))
    rho, u = points()
    kernel, tangent = function.values(rho, u, np.full_like(rho, norm), np.full_like(rho, norm))
    truth = 1.5 * dual.pointwise("value", rho) + 0.25
    slopes = dual.pointwise("slope_at", np.where(rho > 0, u, 2 - u))
    top, steepest = 1.5 * float(dual.at_one(float64)) + 0.25, 1.5 * float(dual.slope_at_one(float64))
    assert np.abs(kernel - truth).max() < 3e-14 * top
    inside = np.abs(rho) < 1 - 1e-12  # there a rounded 2 - u would spoil the slope of a kink
    assert np.abs(tangent - (truth + 1.5 * slopes * rho))[inside].max() < 3e-13 * (top + steepest)
    assert abs(function.diagonal(np.array([norm]))[1][0] - (top + steepest)) < 1e-13 * (top + steepest)


@pytest.mark.parametrize("name", ["relu", "abs", "leaky_relu", "identity"])
def test_homogeneous_networks_scale(name):
    x = np.random.default_rng(1).standard_normal((7, 4)) * np.logspace(-6, 3, 7)[:, None]
    network = DepthMap(name, 5, 2)
    truth = gram_kernel(x, network, "both")
    norms = np.linalg.norm(x, axis=1)
    cosines = np.clip(x @ x.T / np.outer(norms, norms), -1, 1)
    function = NormMap(network, "both", norms)
    for found, known in zip(function.values(
        cosines.ravel(), (1 - np.abs(cosines)).ravel(), np.repeat(norms, 7), np.tile(norms, 7)
    ), truth, strict=True):  # fmt: skip
        roots = np.sqrt(np.diag(known.values))
        off = (found.reshape(7, 7) - known.values) / np.outer(roots, roots)
        assert np.abs(off - np.diag(np.diag(off))).max() < 1e-13


@pytest.mark.parametrize("name", ["tanh", "gelu", "cos", "relu"])
def test_unit_rows_agree_with_the_compiled_map(name):
    x = np.random.default_rng(2).standard_normal((9, 4))
    x /= np.linalg.norm(x, axis=1)[:, None]
    network = DepthMap(activation(name).normalized(), 3)
    compiled = gram_kernel(x, network)
    assert compiled.method == "compiled map"
    moved = np.concatenate([x, 2 * x[:1]])
    found = gram_kernel(moved, network)
    assert found.method != "compiled map"
    assert found.error_bound is None
    assert any("no error bound is proved" in note for note in found.notes)
    assert np.abs(found.values[:9, :9] - compiled.values).max() < 1e-13 * compiled.values[0, 0]


def test_many_norms_are_interpolated_and_few_are_not():
    """The same pairs among 120 rows and alone; a rectangle, both kernels at once, a pickled map."""
    x = np.random.default_rng(3).standard_normal((120, 5)) * np.linspace(0.5, 2, 120)[:, None]
    x[17] = 3 * x[4]
    x[18] = -x[4]
    x[19] = x[4]
    for name in ("tanh", "elu"):
        network = DepthMap(name, 2, "3/2", "1/20")
        nngp, ntk = gram_kernel(x, network, "both")
        assert np.array_equal(ntk.values, ntk.values.T)
        few = [4, 17, 18, 19, 100]
        for kernel, whole in (("nngp", nngp), ("ntk", ntk)):
            some = gram_kernel(x[few], network, kernel)
            scale = np.exp((some.log_diagonal[:, None] + some.log_diagonal) / 2)
            assert (np.abs(some.values - whole.values[np.ix_(few, few)]) / scale).max() < 1e-13
            block = gram_kernel(x[few], network, kernel, other=x[50:])
            scale = np.exp((block.log_diagonal[:, None] + block.log_diagonal_other) / 2)
            assert (np.abs(block.values - whole.values[few, 50:]) / scale).max() < 1e-13
            assert np.linalg.eigvalsh(whole.values)[0] > -1e-10 * whole.values.max()
        function = NormMap(network, "ntk", np.array([1.0, 2.0]))
        arguments = (np.array([0.3]), np.array([0.7]), np.array([1.0]), np.array([2.0]))
        assert pickle.loads(pickle.dumps(function)).values(*arguments)[0] == function.values(*arguments)[0]


def test_the_ratio_and_its_diagonal():
    x = np.random.default_rng(4).standard_normal((6, 3)) * np.arange(1, 7)[:, None]
    network = DepthMap("erf", 4, 2, "1/10")
    plain, ratio = gram_kernel(x, network), gram_kernel(x, network, ratio=True)
    assert (np.diag(ratio.values) == 1).all()
    rebuilt = ratio.values * np.exp((ratio.log_diagonal[:, None] + ratio.log_diagonal) / 2)
    np.testing.assert_allclose(rebuilt, plain.values, rtol=1e-13)
    deep = gram_kernel(x, DepthMap("relu", 1500, 8, "1/10"))
    assert deep.over_diagonal
    assert np.isfinite(deep.values).all()
    assert deep.log_diagonal.min() > 710


def test_a_wide_random_network_is_near():
    """One hidden layer of width 4000: the empirical kernel of unequal rows within five standard errors."""
    generator = np.random.default_rng(5)
    x = np.array([[0.3, 0.1], [2.0, -1.0], [-4.0, 0.5]])
    found = gram_kernel(x, DepthMap("tanh", 1, 1, "1/4"), "nngp").values - 0.25
    hidden = np.tanh(x @ generator.standard_normal((2, 4000)))
    products = hidden[:, None] * hidden[None]
    error = products.std(axis=2) / np.sqrt(4000)
    assert (np.abs(products.mean(axis=2) - found) < 5 * error).all()


def test_what_is_refused():
    x = np.array([[1.0, 0.0], [0.0, 2.0]])
    with pytest.raises(InputError, match="bent away from 0"):
        gram_kernel(x, DepthMap("max(x**2, 1)", 1), "nngp")
    with pytest.raises(InputError, match="no limit NTK"):
        gram_kernel(x, DepthMap("sign(x) + x", 1), "ntk")
    with pytest.raises(InputError, match="jumps and is not homogeneous"):
        gram_kernel(x, DepthMap("sign(x) + x", 1), "nngp")
    with pytest.raises(AccuracyError, match="range of float64"):
        gram_kernel(1e3 * x, DepthMap("exp", 1), "nngp")
    with pytest.raises(InputError, match="Row 1 of the data is zero"):
        gram_kernel(x * [[1], [0]], DepthMap("tanh", 1), "nngp")


@pytest.mark.parametrize("name", ["relu", "abs", "gelu"])
def test_normalised_activations_at_many_norms(name):
    """A shifted ReLU changes with the variance although its slope does not: tables made for the slope alone miss it."""
    x = np.random.default_rng(1).standard_normal((40, 4)) * np.linspace(0.3, 3, 40)[:, None]
    network = DepthMap(activation(name).normalized(), 2)
    many, few = gram_kernel(x, network).values[:8, :8], gram_kernel(x[:8], network).values
    roots = np.sqrt(np.diag(few))
    assert np.abs((many - few) / np.outer(roots, roots)).max() < 1e-13
