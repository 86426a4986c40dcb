"""Kernel matrices of data: every entry within its stated error of the exact kernel, which balls and mpmath evaluate."""

from fractions import Fraction

import mpmath
import numpy as np
import pytest
from flint import arb
from hypothesis import given, settings
from hypothesis import strategies as st

from deepcond_sym.activations import activation
from deepcond_sym.arithmetic import ball, ball_from_mp, extreme_eigenvalues, precision
from deepcond_sym.depth import DepthMap, relu_ntk_ratio
from deepcond_sym.errors import AccuracyError, InputError
from deepcond_sym.kernels import KernelMatrix, condition_number, lambda_min, matrices, nngp_matrix, ntk_matrix
from deepcond_sym.kernels.certified_entries import CertifiedEntries
from deepcond_sym.kernels.near_pairs import complement_error, complements

NETWORKS = {
    "relu": DepthMap("relu", 4, weight_variance=2),
    "relu with bias": DepthMap("relu", 7, weight_variance="3/2", bias_variance="1/10"),
    "gelu": DepthMap("gelu", 3, weight_variance=2),
    "erf": DepthMap("erf", 5, weight_variance="3/2", bias_variance="1/20"),
    "tanh": DepthMap(activation("tanh").normalized(), 2),
    "linear": DepthMap("relu", 0),
}
ENTRIES = {(name, "ntk"): CertifiedEntries(net, "ntk") for name, net in NETWORKS.items()}
ENTRIES |= {("relu", kind): CertifiedEntries(NETWORKS["relu"], kind) for kind in ("nngp", "ratio")}
complement = st.floats(0, 1) | st.floats(-19.2, 0).map(lambda e: 10.0**e) | st.sampled_from([0.0, 1.0, 2.0**-64, 1e-40])


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(sorted(ENTRIES)), complement, st.sampled_from([-1.0, 1.0]))
def test_values_keep_their_error_bound(key, u, sign):
    entries = ENTRIES[key]
    (value,), (bound,) = entries.values(np.array([sign]), np.array([u]))
    evaluate = getattr(entries.network, {"ratio": "ntk_ratio"}.get(entries.quantity, entries.quantity))
    truth, diagonal = (evaluate(rho, bits=100) for rho in (int(sign) * (1 - Fraction(u)), 1))
    with precision(bits=100):
        assert abs(arb(float(value)) - truth) <= bound * diagonal
        assert bound <= 1.4e-15


def test_values_against_mpmath():
    """ReLU's recursion with the angle, 4 layers, typed here."""
    points = np.linspace(-0.99, 0.99, 41)
    values, bounds = ENTRIES["relu", "ntk"].values(points, 1 - np.abs(points))
    with mpmath.workdps(40):
        for rho, value, bound in zip(points.tolist(), values.tolist(), bounds.tolist(), strict=True):
            c = tangent = mpmath.sign(rho) * (1 - mpmath.mpf(1 - abs(rho)))
            for _ in range(4):
                angle = mpmath.acos(c)
                c = (mpmath.sin(angle) + (mpmath.pi - angle) * mpmath.cos(angle)) / mpmath.pi
                tangent = c + (1 - angle / mpmath.pi) * tangent
            assert abs(tangent - value) <= 5 * bound


def test_pairs_in_balls_and_by_the_map_agree():
    for key, entries in ENTRIES.items():
        single, error = entries.exactly(arb(0.3125))
        (value,), (bound,) = entries.values(np.array([0.3125]), np.array([0.6875]))
        assert abs(single - value) <= error + bound * entries.exactly(arb(1))[0], key
        assert error < 1e-14


@settings(deadline=None, max_examples=60)
@given(st.integers(1, 60), st.floats(-16, -0.4), st.integers(0, 2**32), st.booleans())
def test_complements_of_near_pairs_keep_their_bound(width, size, seed, parallel):
    """Against exact rational arithmetic; also entries of very different sizes."""
    rng = np.random.default_rng(seed)
    x = rng.standard_normal(width) * 2.0 ** rng.integers(-60, 1, width)
    y = x * rng.choice([1.0, -1.0, 3.0, 0.1]) + (0 if parallel else 10.0**size * rng.standard_normal(width))
    x, y = (np.ldexp(row, -np.frexp(np.abs(row).max())[1]) for row in (x, y))
    (found,) = complements(x[None], y[None])
    exact = [[Fraction(v) for v in row.tolist()] for row in (x, y)]
    xx, xy, yy = (sum(a * b for a, b in zip(exact[i], exact[j], strict=True)) for i, j in ((0, 0), (0, 1), (1, 1)))
    with mpmath.workdps(120):
        cosine = mpmath.mpf(abs(xy).numerator) / abs(xy).denominator / mpmath.sqrt(
            mpmath.mpf(xx.numerator) / xx.denominator * mpmath.mpf(yy.numerator) / yy.denominator)  # fmt: skip
        u = 0 if xy**2 == xx * yy else 1 - cosine
        if cosine >= 0.5:
            assert abs(found - u) <= complement_error(width) * u


def reference(data, evaluate):
    """All entries by mpmath cosines at 60 digits and balls."""
    with precision(bits=300):
        rows = [[mpmath.mpf(v) for v in row] for row in data.tolist()]
        norms = [mpmath.sqrt(sum(v * v for v in row)) for row in rows]
        unit = [[v / norm for v in row] for row, norm in zip(rows, norms, strict=True)]
        dots = [[sum(a * b for a, b in zip(x, y, strict=True)) for y in unit] for x in unit]
        return [[evaluate(ball_from_mp(mpmath.mpf(min(max(dot, -1), 1)))) for dot in line] for line in dots]


def assert_within(kernel, truth):
    assert np.array_equal(kernel.values, kernel.values.T)
    assert np.array_equal(kernel.error, kernel.error.T)
    for values, errors, exact in zip(kernel.values.tolist(), kernel.error.tolist(), truth, strict=True):
        for value, error, entry in zip(values, errors, exact, strict=True):
            assert abs(arb(value) - entry).lower() <= error + 1e-25


@pytest.mark.parametrize("name", sorted(set(NETWORKS) - {"tanh"}))
@pytest.mark.parametrize("width", [2, 30])
@pytest.mark.parametrize("single", [True, False])
def test_entries_of_data_of_every_scale(name, width, single, monkeypatch):
    """Pair by pair in balls, and by the compiled map."""
    net = NETWORKS[name]
    monkeypatch.setattr(CertifiedEntries, "one_by_one", lambda entries, pairs: single)
    data = np.random.default_rng(width).standard_normal((9, width)) * np.logspace(-200, 200, 9)[:, None]
    data[3] = data[2] * -2
    data[5] = data[4] * 3 + 1e-9 * data[4][::-1]
    data[7] = data[6]
    with precision(digits=60):
        for kernel, quantity in (
            (nngp_matrix(data, net), "nngp"),
            (ntk_matrix(data, net), "ntk"),
            (ntk_matrix(data, net, ratio=True), "ratio"),
        ):
            assert_within(kernel, reference(data, lambda c, q=quantity: net.evaluate(q, c, ball)))
            assert kernel.error.max() < 2e-13 * kernel.values.max()


@pytest.mark.parametrize("ratio", [True, False])
def test_layers_that_are_jumped_over(ratio):
    """Beyond a thousand layers of ReLU the jump gives the balls: the same entries as the recursion."""
    network = DepthMap("relu", 1500, weight_variance=2)
    data = np.random.default_rng(8).standard_normal((4, 3))
    with precision(digits=60):
        quantity = "ratio" if ratio else "ntk"
        assert_within(
            ntk_matrix(data, network, ratio=ratio), reference(data, lambda c: network.evaluate(quantity, c, ball))
        )
    deep = ntk_matrix(np.eye(2), DepthMap("relu", 10**8 - 1, weight_variance=3), ratio=True)
    assert abs(deep.values[0, 1] - 0.2500000763021699) <= deep.error[0, 1] + 1e-16


@pytest.mark.parametrize("depth", [5000, pytest.param(10**8, marks=pytest.mark.slow)])
@pytest.mark.parametrize(("weight", "ratio"), [(2, True), (2, False), (3, True)])
def test_great_depth_by_the_map(depth, weight, ratio):
    """A thousand pairs: the jump over the layers and the compiled layers give the same, also for nearly equal rows."""
    data = np.random.default_rng(8).standard_normal((50, 3))
    data[1] = data[0] + 1e-7 * data[2]
    data[3] = -data[2] + 1e-13 * data[4]
    kernel = ntk_matrix(data, DepthMap("relu", depth, weight_variance=weight), ratio=ratio)
    scale = 1 if ratio else depth + 1
    with precision(digits=40):
        truth = reference(data[:5], lambda c: scale * (1 if c == 1 else relu_ntk_ratio(depth, c, bits=100)))
        assert_within(KernelMatrix(kernel.values[:5, :5], kernel.error[:5, :5]), truth)
    assert kernel.error.max() < 1e-13 * scale


def test_a_network_without_a_compiled_map_is_evaluated_pair_by_pair():
    """The correlations of a nearly odd network come too close to -1 for tables."""
    network = DepthMap("leaky_relu(999999/1000000)", 2)
    data = np.random.default_rng(1).standard_normal((150, 2))
    kernel = nngp_matrix(data, network)
    assert kernel.error.max() < 1e-15
    with precision(digits=60):
        small = KernelMatrix(kernel.values[:4, :4], kernel.error[:4, :4])
        assert_within(small, reference(data[:4], lambda c: network.evaluate("nngp", c, ball)))


def test_few_pairs_are_not_worth_a_map():
    """One by one each entry is as good as a double can be."""
    data = np.random.default_rng(8).standard_normal((5, 200))
    assert ntk_matrix(data, NETWORKS["relu"]).error.max() < 1e-15
    assert ntk_matrix(np.random.default_rng(8).standard_normal((200, 200)), NETWORKS["relu"]).error.max() > 1e-14


def test_cosines_that_are_slightly_wrong_would_be_noticed(monkeypatch):
    """The bounds are not so wide that an error of 1e-13 would pass."""
    monkeypatch.setattr(CertifiedEntries, "one_by_one", lambda entries, pairs: False)
    data = np.random.default_rng(5).standard_normal((6, 30))
    data[1] = data[0] + 0.1 * data[1]
    with precision(digits=60):
        truth = reference(data, lambda c: NETWORKS["relu"].evaluate("ntk", c, ball))
        assert_within(ntk_matrix(data, NETWORKS["relu"]), truth)
        plain = matrices._complements

        def wrong(*given):
            cosines, u, change = plain(*given)
            return cosines, u * (1 + 1e-13), change

        monkeypatch.setattr(matrices, "_complements", wrong)
        with pytest.raises(AssertionError):
            assert_within(ntk_matrix(data, NETWORKS["relu"]), truth)


def test_orthogonal_inputs_have_the_published_value():
    """starnaud2025: the normalised tangent kernel of orthogonal inputs after L = 2 (one hidden layer) is 1/(2 pi)."""
    kernel = ntk_matrix(np.eye(3), DepthMap("relu", 1, weight_variance=2), ratio=True)
    assert abs(kernel.values[0, 1] - 1 / (2 * np.pi)) <= kernel.error[0, 1] + 1e-16
    ends = sorted([1 - 1 / (2 * np.pi), 1 + 2 / (2 * np.pi)])
    assert abs(lambda_min(kernel) - ends[0]) < 1e-13
    assert abs(condition_number(kernel) - ends[1] / ends[0]) < 1e-13


def test_the_spectrum_includes_the_error_of_the_entries():
    """61 points and more go through float64 and Weyl: the enclosure is that of the exact kernel in balls."""
    data = np.random.default_rng(3).standard_normal((61, 5))
    net = NETWORKS["relu"]
    kernel = ntk_matrix(data, net)
    whole, part = lambda_min(kernel), lambda_min(kernel.values)
    assert whole.contains(part)
    assert whole.rad() >= part.rad() + arb(float(kernel.error.max()))
    with precision(bits=120):
        exact = reference(data, lambda c: net.evaluate("ntk", c, ball))
        least, _ = extreme_eigenvalues(exact)
    assert whole.overlaps(least)
    assert whole.rad() < 1e-9


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (np.zeros((2, 2)), "zero"),
        (np.array([[1.0, np.nan]]), "not finite"),
        (np.ones(3), "two-dimensional"),
        (np.ones((2, 2)) * 1j, "real numbers"),
        (np.zeros((0, 3)), "two-dimensional"),
        (np.array([[1e300, 1e-320]]), "range"),
        (np.array([[2**60, 1]]), "2\\^53"),
        ("text", "two-dimensional"),
    ],
)
def test_bad_data_is_refused(data, reason):
    with pytest.raises(InputError, match=reason):
        nngp_matrix(data, NETWORKS["relu"])


def test_what_has_no_value_is_refused():
    with pytest.raises(InputError, match="no limit NTK"):
        ntk_matrix(np.eye(2), DepthMap("step", 1))
    with pytest.raises(AccuracyError, match="range"):
        ntk_matrix(np.eye(2), DepthMap("relu", 2000, weight_variance=100))
    with pytest.raises(InputError):
        CertifiedEntries(NETWORKS["relu"], "complement")
    with pytest.raises(InputError, match="was given as the float"):
        nngp_matrix(np.eye(2), DepthMap("relu", 2, weight_variance=0.3))
    twins = np.array([[1.0, 2.0**-600, 1.0], [1.0, 0.0, 1.0]])
    for size in (2, 300):
        with pytest.raises(AccuracyError, match="too close"):
            nngp_matrix(np.concatenate([twins, np.random.default_rng(1).standard_normal((size, 3))]), NETWORKS["relu"])
    with pytest.raises(AccuracyError, match="range"):
        ntk_matrix(np.random.default_rng(1).standard_normal((300, 3)), DepthMap("relu", 2000, weight_variance=100))
