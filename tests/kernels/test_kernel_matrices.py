"""Kernel matrices of data: every entry within its stated error of the exact kernel, which balls and mpmath evaluate."""

import mpmath
import numpy as np
import pytest
from flint import arb
from hypothesis import given, settings
from hypothesis import strategies as st

from deepcond_sym.arithmetic import ball, ball_from_mp, extreme_eigenvalues, precision
from deepcond_sym.depth import DepthMap
from deepcond_sym.errors import AccuracyError, InputError
from deepcond_sym.kernels import condition_number, kernel_table, lambda_min, nngp_matrix, ntk_matrix
from deepcond_sym.kernels.kernel_table import REACH, KernelTable

NETWORKS = {
    "relu": DepthMap("relu", 4, weight_variance=2),
    "relu with bias": DepthMap("relu", 7, weight_variance="3/2", bias_variance="1/10"),
    "gelu": DepthMap("gelu", 3, weight_variance=2),
    "erf": DepthMap("erf", 5, weight_variance="3/2", bias_variance="1/20"),
    "tanh": DepthMap("tanh", 2),
    "linear": DepthMap("relu", 0),
}
TABLES = {(name, "ntk"): KernelTable(net, "ntk") for name, net in NETWORKS.items()}
TABLES |= {("relu", kind): KernelTable(NETWORKS["relu"], kind) for kind in ("nngp", "ratio")}
cosines = st.floats(-REACH, REACH) | st.sampled_from([0.0, -0.0, 0.5, -0.5, REACH, -REACH, 1e-300, -(2.0**-54)])
seams = st.tuples(st.integers(8, 16), st.integers(4, 13), st.sampled_from([-1, 1]))
cosines = cosines | seams.map(lambda seam: seam[2] * (1 - seam[0] * 2.0 ** -seam[1]))


@settings(deadline=None, max_examples=100)
@given(st.sampled_from(sorted(TABLES)), cosines)
def test_the_table_keeps_its_error_bound(key, rho):
    """Also at the seams of the pieces."""
    if abs(rho) > REACH:
        return
    table = TABLES[key]
    (value,), (bound,) = table.values(np.array([rho]))
    with precision(bits=200):
        truth = table.network.evaluate(table.quantity, arb(rho), ball)
        assert abs(arb(float(value)) - truth) <= bound
        assert bound <= 1e-15 * table.at_one


def test_the_table_against_mpmath():
    """ReLU's recursion with the angle, 4 layers, typed here."""
    points = np.linspace(-0.99, 0.99, 41)
    values, bounds = TABLES["relu", "ntk"].values(points)
    with mpmath.workdps(40):
        for rho, value, bound in zip(points.tolist(), values.tolist(), bounds.tolist(), strict=True):
            c = tangent = mpmath.mpf(rho)
            for _ in range(4):
                angle = mpmath.acos(c)
                c = (mpmath.sin(angle) + (mpmath.pi - angle) * mpmath.cos(angle)) / mpmath.pi
                tangent = c + (1 - angle / mpmath.pi) * tangent
            assert abs(tangent - value) <= bound


def test_a_corrupted_table_would_be_noticed(monkeypatch):
    """With too few nodes the interpolation error exceeds the bound: the property above can fail."""
    monkeypatch.setattr(kernel_table, "_NODES", 5)
    table = KernelTable(NETWORKS["relu"], "ntk")
    points = np.linspace(-0.9, 0.9, 50)
    values, bounds = table.values(points)
    with precision(bits=100):
        truth = [table.network.evaluate("ntk", arb(point), ball) for point in points.tolist()]
    rows = zip(truth, values.tolist(), bounds.tolist(), strict=True)
    assert any(abs(exact - arb(value)) > bound for exact, value, bound in rows)


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
def test_entries_of_data_of_every_scale(name, width, monkeypatch):
    """Through the table (width 2), and one by one (width 30)."""
    net = NETWORKS[name]
    monkeypatch.setattr(KernelTable, "pays", lambda table, cosines: width == 2)
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
            assert kernel.error.max() < 1e-10 * kernel.values.max()


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


def test_few_pairs_are_not_worth_a_table():
    """One by one each entry is as good as a double can be."""
    data = np.random.default_rng(8).standard_normal((5, 200))
    assert ntk_matrix(data, NETWORKS["relu"]).error.max() < 1e-15
    assert ntk_matrix(np.random.default_rng(8).standard_normal((200, 200)), NETWORKS["relu"]).error.max() > 1e-14


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
        KernelTable(NETWORKS["relu"], "complement")
    with pytest.raises(InputError, match="was given as the float"):
        nngp_matrix(np.eye(2), DepthMap("relu", 2, weight_variance=0.3))
    twins = np.array([[1.0, 2.0**-600, 1.0], [1.0, 0.0, 1.0]])
    with pytest.raises(AccuracyError, match="too close"):
        nngp_matrix(twins, NETWORKS["relu"])
