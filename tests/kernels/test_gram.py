"""Kernels of large data: against mpmath at the hard points, and against each other in every way of asking."""

import pickle

import mpmath
import numpy as np
import pytest

import deepcond_sym.kernels.gram as gram_module
import deepcond_sym.kernels.tile as tile_module
from deepcond_sym.depth import DepthMap
from deepcond_sym.errors import AccuracyError, InputError
from deepcond_sym.kernels import compiled_loops, gram_kernel, ntk_matrix
from deepcond_sym.kernels.pair_map import CompiledPairs, RecursionMap

RELU = DepthMap("relu", 3, weight_variance=2)
NORMALISED_GELU = DepthMap(DepthMap("gelu", 1).activation.normalized(), 3)


def draw(size, width, seed=1):
    return np.random.default_rng(seed).standard_normal((size, width))


def relu_kernels(x, y, depth):
    """NNGP and NTK of ReLU at weight variance 2 from the recursion in angles, 50 digits, typed here."""
    with mpmath.workdps(50):
        x, y = ([mpmath.mpf(float(v)) for v in row] for row in (x, y))
        norms = mpmath.sqrt(mpmath.fdot(x, x) * mpmath.fdot(y, y))
        c = mpmath.fdot(x, y) / norms
        c = min(max(c, mpmath.mpf(-1)), mpmath.mpf(1))
        tangent = c
        for _ in range(depth):
            angle = mpmath.acos(c)
            c = (mpmath.sin(angle) + (mpmath.pi - angle) * mpmath.cos(angle)) / mpmath.pi
            tangent = c + (1 - angle / mpmath.pi) * tangent
        return c * norms, tangent * norms


def gelu_dual(x, y):
    """Normalised GELU's kernel after one layer: the double integral that defines it."""
    with mpmath.workdps(15):

        def gelu(z):
            return z * mpmath.ncdf(z)

        mean = 1 / (2 * mpmath.sqrt(mpmath.pi))
        top = mpmath.sqrt(mpmath.mpf(1) / 3 + mpmath.sqrt(3) / (6 * mpmath.pi) - mean**2)

        def dual(rho):
            def inner(a):
                other = mpmath.sqrt(1 - rho**2)
                return (gelu(a) - mean) * mpmath.npdf(a) * (
                    mpmath.quad(lambda b: gelu(rho * a + other * b) * mpmath.npdf(b), [-9, 0, 9]) - mean)
            return mpmath.quad(inner, [-9, 0, 9]) / top**2

        rho = mpmath.mpf(float(np.dot(x, y) / np.linalg.norm(x) / np.linalg.norm(y)))
        return float(dual(rho))


def test_entries_at_the_hard_points():
    """Near-duplicates at all distances, antipodes, repeated and scaled rows, right angles."""
    base = draw(1, 7)[0]
    rest = draw(1, 7, seed=2)[0]
    whole = np.round(base * 2**20)
    points = np.array(
        [base, rest, whole, 3 * whole, -5 * whole, -base, np.eye(7)[0], np.eye(7)[1]]
        + [base + 10.0**-k * rest for k in range(1, 16)]
        + [-base + 10.0**-k * rest for k in range(1, 16)]
    )
    for depth in (1, 10):
        network = DepthMap("relu", depth, weight_variance=2)
        for number, kernel in enumerate(("nngp", "ntk")):
            found = gram_kernel(points, network, kernel)
            for i in range(len(points)):
                for j in range(i + 1):
                    truth = relu_kernels(points[i], points[j], depth)[number]
                    scale = np.sqrt(found.values[i, i] * found.values[j, j])
                    # The cosine of pairs just beyond 1e-5 comes from the product: sqrt(u) is off by 1e-16/sqrt(1e-5).
                    assert abs(found.values[i, j] - truth) < 2e-13 * scale, (i, j, kernel)
            assert np.array_equal(found.values, found.values.T)


def test_the_complement_of_near_duplicates_has_its_digits():
    """A careless program has none of them left: the drop of the kernel from its diagonal, u = 1e-8 .. 1e-24."""
    base, rest = draw(2, 12)
    for k in range(4, 13):
        near = 1.37 * (base + 10.0**-k * rest)
        with mpmath.workdps(60):
            x, y = ([mpmath.mpf(float(v)) for v in row] for row in (base, near))
            u = 1 - mpmath.fdot(x, y) / mpmath.sqrt(mpmath.fdot(x, x) * mpmath.fdot(y, y))
        rows = tile_module.Rows(np.array([base, near]))
        (found,) = tile_module.complements(rows.scaled(0, 1), rows.scaled(1, 2))
        assert abs(found - u) < 1e-14 * u


def test_gelu_against_a_double_integral():
    points = draw(3, 5)
    one = DepthMap(NORMALISED_GELU.activation, 1)
    found = gram_kernel(points, one, "nngp", unit_rows=True).values
    assert abs(found[0, 1] - gelu_dual(points[0], points[1])) < 1e-12


def test_many_tiles_agree_with_the_matrix_that_has_proved_errors():
    points = draw(1100, 6)
    for network in (RELU, NORMALISED_GELU):
        certified = ntk_matrix(points, network)
        found = gram_kernel(points, network, unit_rows=True)
        slack = certified.error + 1e-14 * certified.values[0, 0]
        assert (np.abs(found.values - certified.values) <= slack).all()
        assert np.array_equal(found.values, found.values.T)


def test_norms_scale_the_kernel_of_a_homogeneous_network():
    points = draw(6, 4)
    factors = np.array([1.0, 2.0, 0.25, 3.0, 1e-3, 1e5])
    for name in ("relu", "abs", "leaky_relu", "identity"):
        network = DepthMap(name, 2)
        unit = gram_kernel(points, network, unit_rows=True).values
        norms = np.linalg.norm(points, axis=1) * factors
        found = gram_kernel(points * factors[:, None], network)
        np.testing.assert_allclose(found.values, unit * np.outer(norms, norms), rtol=1e-13, atol=1e-25)
        np.testing.assert_allclose(found.log_diagonal, np.log(np.diag(found.values)), rtol=0, atol=1e-12)


def test_norms_that_matter_are_followed_and_rows_of_norm_one_go_the_compiled_way():
    for network in (DepthMap("tanh", 2), DepthMap("relu", 2, bias_variance="1/10")):
        found = gram_kernel(np.array([[1.0, 0.0], [0.0, 2.0]]), network)
        compiled = gram_kernel(np.eye(2), network)
        assert (found.error_bound, compiled.method) == (None, "compiled map")
        assert abs(found.values[0, 0] - compiled.values[0, 0]) < 1e-14
        assert found.values[1, 1] > 1.5 * found.values[0, 0]


def test_the_rectangle_is_a_block_of_the_whole():
    points = draw(700, 5)
    whole = gram_kernel(points, RELU).values
    block = gram_kernel(points[:650], RELU, other=points[100:]).values
    np.testing.assert_allclose(block, whole[:650, 100:], rtol=0, atol=1e-14 * np.abs(whole).max())
    # a point with itself is recognised across two arrays
    shared = np.arange(100, 650)
    truth = 4 * (points[shared] ** 2).sum(axis=1)
    np.testing.assert_allclose(block[shared, shared - 100], truth, rtol=1e-15 * 8)


def test_a_permutation_of_the_rows_permutes_the_matrix():
    points = np.concatenate([draw(600, 5), draw(30, 5)])
    order = np.random.default_rng(3).permutation(len(points))
    whole = gram_kernel(points, RELU).values
    moved = gram_kernel(points[order], RELU).values
    np.testing.assert_allclose(moved, whole[np.ix_(order, order)], rtol=0, atol=1e-14 * np.abs(whole).max())


def test_single_precision_counts_as_the_numbers_that_it_is():
    points = draw(40, 9).astype(np.float32)
    points[7] = points[3]
    found = gram_kernel(points, RELU).values
    assert np.array_equal(found, gram_kernel(points.astype(np.float64), RELU).values)
    assert found[7, 3] == found[3, 3]


def test_the_number_of_threads_changes_nothing():
    points = draw(1100, 6)
    one, four = (gram_kernel(points, RELU, threads=count).values for count in (1, 4))
    np.testing.assert_allclose(one, four, rtol=0, atol=1e-14 * np.abs(one).max())


@pytest.mark.parametrize("numba", [True, False])
def test_both_kernels_at_once_are_the_two(numba, monkeypatch):
    if not numba:
        monkeypatch.setattr(compiled_loops, "_compiled", lambda: None)
    points = np.concatenate([draw(700, 6), draw(5, 6)])
    for other in (None, draw(530, 6, seed=2)):
        kernel, tangent = gram_kernel(points, RELU, "both", other=other)
        assert (kernel.kernel, tangent.kernel) == ("nngp", "ntk")
        for found in (kernel, tangent):
            alone = gram_kernel(points, RELU, found.kernel, other=other)
            np.testing.assert_allclose(found.values, alone.values, rtol=0, atol=1e-14 * np.abs(alone.values).max())
            np.testing.assert_array_equal(found.log_diagonal, alone.log_diagonal)
            assert found.error_bound == pytest.approx(alone.error_bound, rel=0.2)


def test_one_of_both_kernels_may_leave_float64():
    """Each comes over its own diagonal or not, and rows have norms."""
    points, network = draw(20, 4) / 200, DepthMap("relu", 502, weight_variance=8)
    with pytest.raises(AccuracyError, match="norm of row"):
        gram_kernel(points * 1e153, DepthMap("relu", 3), "both")
    kernel, tangent = gram_kernel(points, network, "both")
    assert (kernel.over_diagonal, tangent.over_diagonal) == (False, True)
    alone = gram_kernel(points, network, "nngp")
    np.testing.assert_allclose(kernel.values, alone.values, rtol=1e-12)
    assert (np.diag(tangent.values) == 1).all()


def test_the_result_may_be_of_any_layout():
    points = draw(530, 5)
    truth = gram_kernel(points, RELU).values
    wide = np.zeros((1060, 1060))
    unaligned = np.zeros(530 * 530 * 8 + 1, dtype=np.uint8)[1:].view(np.float64).reshape(530, 530)
    for out in (np.empty((530, 530), order="F"), wide[::2, ::2], wide[::-1, ::-1][:530, :530], unaligned):
        np.testing.assert_allclose(gram_kernel(points, RELU, out=out).values, truth, rtol=0, atol=1e-14 * truth.max())
    assert not wide[1:530:2].any()


def test_cosines_keep_their_error_bound():
    """Against mpmath, at a width where the bound matters, for entries that add up to little."""
    for width in (1, 3, 200):
        rows = tile_module.Rows(draw(12, width) * 10.0 ** np.arange(-6, 6)[:, None])
        x = rows.unit(0, 12)
        found = x @ x.T
        bound = gram_module.cosine_error(width)
        assert bound < (2 * width + 8) * 2.0**-53
        with mpmath.workdps(50):
            exact = [[mpmath.mpf(float(v)) for v in row] for row in rows.array]
            for i in range(12):
                for j in range(i):
                    squares = mpmath.fdot(exact[i], exact[i]) * mpmath.fdot(exact[j], exact[j])
                    cosine = mpmath.fdot(exact[i], exact[j]) / mpmath.sqrt(squares)
                    assert abs(found[i, j] - cosine) <= bound


def test_a_diagonal_beyond_float64():
    """T19: the kernel over its diagonal, with the logarithm of it; the logarithm against a ball."""
    points = np.concatenate([draw(30, 6), draw(30, 6)])
    for source, weight, depth in (("erf", 9, 1000), ("relu", 8, 1000)):
        network = DepthMap(source, depth, weight_variance=weight)
        for kernel in ("ntk", "nngp"):
            found = gram_kernel(points, network, kernel, unit_rows=True)
            assert np.isfinite(found.values).all()
            top = found.values[0, 0]
            assert top == 1 if found.over_diagonal else abs(np.log(top) - found.log_diagonal[0]) < 1e-10
            assert (np.diag(found.values) == top).all()
            assert (found.values[np.arange(30), np.arange(30, 60)] == top).all()
            assert found.over_diagonal == (source == "relu" or kernel == "ntk")
            if found.over_diagonal:
                exact = network.ntk_diagonal(bits=60) if kernel == "ntk" else network.variances(bits=60)[-1]
                assert abs(float(exact.log().mid()) - found.log_diagonal[0]) < 1e-9 * found.log_diagonal[0]
    with pytest.raises(AccuracyError, match="ratio"):
        gram_kernel(points, network, ratio=False, unit_rows=True)


def test_the_ratio_of_rows_of_any_norm():
    points = draw(5, 4)
    plain, ratio = gram_kernel(points, RELU), gram_kernel(points, RELU, ratio=True)
    logs = ratio.log_diagonal
    rebuilt = ratio.values * np.exp((logs[:, None] + logs[None, :]) / 2)
    np.testing.assert_allclose(rebuilt, plain.values, rtol=1e-13, atol=1e-14)
    huge = gram_kernel(points * 1e200, RELU, ratio=True)
    np.testing.assert_allclose(huge.values, ratio.values, rtol=1e-13, atol=1e-14)
    with pytest.raises(AccuracyError, match="norm of row"):
        gram_kernel(points * 1e200, RELU)


@pytest.mark.parametrize("name", ["step", "sign"])
def test_t20_there_is_no_tangent_kernel_of_a_jump(name):
    with pytest.raises(InputError, match="no limit NTK"):
        gram_kernel(np.eye(3), DepthMap(name, 2))
    assert np.isfinite(gram_kernel(draw(5, 3), DepthMap(name, 2), "nngp").values).all()


def test_what_is_no_data_is_refused_by_its_row(tmp_path):
    points = draw(600, 3)
    for value, message in ((np.nan, "Row 577 of the data has an entry that is not finite, at column 1"),
                           (np.inf, "Row 577 of the data has an entry that is not finite")):
        bad = points.copy()
        bad[577, 1] = value
        with pytest.raises(InputError, match=message):
            gram_kernel(bad, RELU)
    bad = points.copy()
    bad[577] = 0
    with pytest.raises(InputError, match="Row 577 of the data is zero"):
        gram_kernel(bad, RELU)
    with pytest.raises(InputError, match="Row 577 of the other data is zero"):
        gram_kernel(points, RELU, other=bad)
    for shape in ((3,), (0, 3), (3, 0), (2, 2, 2)):
        with pytest.raises(InputError, match="two-dimensional"):
            gram_kernel(np.ones(shape), RELU)
    for kind in (np.complex128, object, "U3"):
        with pytest.raises(InputError, match="real numbers"):
            gram_kernel(np.ones((2, 2)).astype(kind), RELU)
    with pytest.raises(InputError, match="3 entries and those of the other 4"):
        gram_kernel(points, RELU, other=np.ones((2, 4)))
    with pytest.raises(InputError, match=r"not a readable .npy file"):
        gram_kernel(tmp_path / "none.npy", RELU)
    with pytest.raises(InputError, match="'nngp', 'ntk' or 'both'"):
        gram_kernel(points, RELU, "gp")  # pyright: ignore[reportCallIssue, reportArgumentType]
    with pytest.raises(InputError, match="pair of arrays or paths"):
        gram_kernel(points, RELU, "both", out=np.empty((600, 600)))
    with pytest.raises(InputError, match="out must be"):
        gram_kernel(points, RELU, out=np.empty((2, 2)))


def test_denormal_and_enormous_rows_have_directions():
    points = np.array([[3e-310, 4e-310], [3e300, 4e300], [-4.0, 3.0]])
    found = gram_kernel(points, RELU, ratio=True).values
    assert found[0, 1] > 1 - 1e-7
    assert abs(found[1, 2] - float(relu_kernels([3, 4], [-4, 3], 3)[1]) / 100) < 1e-14


@pytest.mark.parametrize("network", [DepthMap("relu", 3), DepthMap("gelu", 2), DepthMap("erf", 700, weight_variance=9)])
@pytest.mark.parametrize("made", [CompiledPairs, RecursionMap])
def test_a_map_travels_to_another_process(network, made):
    """A tile that is computed elsewhere has the same numbers; locks and thread-local memory stay behind."""
    here = made(network, "ntk", True)
    there = pickle.loads(pickle.dumps(here))
    rho = np.concatenate([np.linspace(-1, 1, 101), 1 - np.geomspace(1e-15, 1e-3, 50)])
    norms = np.linspace(1, 2, len(rho)), np.ones(len(rho))
    assert np.array_equal(there.values(rho, 1 - np.abs(rho), *norms), here.values(rho, 1 - np.abs(rho), *norms))
    assert there.over_diagonal == (True,)
    assert np.array_equal(there.log_diagonal(norms[0]), here.log_diagonal(norms[0]))
    assert np.array_equal(there.diagonal(norms[0]), [np.ones(len(rho))])
