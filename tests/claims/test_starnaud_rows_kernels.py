"""starnaud2025, the rows on kernels in depth and on their matrices, held against quadrature, NumPy and mpmath."""

import math

import mpmath
import numpy as np
import pytest
from mpmath import mp, mpf

from deepcond_sym.proof import Verdict, registry
from deepcond_sym.proof.claim import Claim


def claim(label: str) -> Claim:
    (found,) = registry.select([f"starnaud2025/{label}"])
    return found


def h(r):
    return (mpmath.sqrt(1 - r**2) + r * (mp.pi - mpmath.acos(r))) / mp.pi


def slope(r):
    return 1 - mpmath.acos(r) / mp.pi


def recursion(weight, bias, first, depth):
    """q, S, P, T at this depth, in mpmath."""
    q, S = weight + bias, weight * first + bias
    P, T = q, S
    for _ in range(depth - 1):
        c = S / q
        S, following = weight / 2 * q * h(c) + bias, weight / 2 * q + bias
        T, P, q = weight / 2 * slope(c) * T + S, weight / 2 * P + following, following
    return q, S, P, T


def normalised(matrix: np.ndarray, depth: int) -> np.ndarray:
    """Theta-bar^(L) by angles, in float64: sin^2(theta'/2) = (1 - h(cos theta))/2."""
    angle, u = np.arccos(np.clip(matrix, -1, 1)), matrix.copy()
    for _ in range(depth - 1):
        less = (2 * math.pi * np.sin(angle / 2) ** 2 - np.sin(angle) + angle * np.cos(angle)) / math.pi
        following = 2 * np.arcsin(np.sqrt(np.clip(less, 0, None) / 2))
        u, angle = (1 - angle / math.pi) * u + np.cos(following), following
    return u / depth


@pytest.mark.parametrize("angle", ["0.3", "1.5", "2.9"])
def test_one_layer_by_integrals_over_the_circle(angle):
    """2 E[relu(u) relu(v)] and 2 P(u > 0, v > 0), for standard normal u, v at this angle: the setting of the paper."""
    with mp.workdps(20):
        angle = mpf(angle)
        ends = [angle - mp.pi / 2, mp.pi / 2]  # where cos(t) and cos(t - angle) are positive
        covariance = 2 * mpmath.quad(lambda t: mpmath.cos(t) * mpmath.cos(t - angle), ends) / mp.pi
        assert mpmath.almosteq(covariance, h(mpmath.cos(angle)), 1e-15)
        assert mpmath.almosteq((ends[1] - ends[0]) / mp.pi, slope(mpmath.cos(angle)), 1e-15)
        r = mpmath.cos(angle)
        assert mpmath.almosteq(h(r), r / 2 + (r * mpmath.asin(r) + mpmath.sqrt(1 - r**2)) / mp.pi, 1e-15)


@pytest.mark.parametrize("label", ["invertible", "critical-line"])
def test_the_lines_that_recompute_a_witness(label, capsys):
    refutation = claim(label).judge().refutation
    assert refutation is not None
    exec(refutation.reproduce(), {})
    mp.dps = 15
    left, right = (mpf(line.split()[1]) for line in capsys.readouterr().out.splitlines()[:2])
    expected = {"invertible": (0, 0), "critical-line": (mpf(15) / 16, 0)}[label]
    assert abs(left - expected[0]) < 1e-25
    assert abs(right - expected[1]) < 1e-25


def test_three_antipodal_pairs():
    """Singular at L = 2, and invertible at L = 3, where the odd part of the kernel is no longer linear."""
    points = np.array([[1, 0], [-1, 0], [0, 1], [0, -1], [0.6, 0.8], [-0.6, -0.8]])
    gram = points @ points.T
    vector = np.array([3, -3, 4, -4, -5, 5])
    assert np.abs(normalised(gram, 2) @ vector).max() < 1e-14
    assert np.linalg.eigvalsh(normalised(gram, 2))[0] == pytest.approx(0, abs=1e-14)
    assert np.linalg.eigvalsh(normalised(gram, 3))[0] > 1e-3


@pytest.mark.parametrize(("count", "depth", "seed"), [(2, 50, 0), (4, 200, 1), (8, 4000, 2), (12, 20_000, 3)])
def test_the_matrix_near_its_limit(count, depth, seed):
    rng = np.random.default_rng(seed)
    data = rng.standard_normal((count + 1, 6))
    data /= np.linalg.norm(data, axis=1, keepdims=True)
    whole = normalised(data @ data.T, depth)
    np.fill_diagonal(whole, 1)
    matrix, test = whole[1:, 1:], whole[0, 1:]
    off = ~np.eye(count, dtype=bool)
    delta = max(np.abs(matrix[off] - 0.25).max(), np.abs(test - 0.25).max())
    least_angle = np.arccos((data @ data.T)[~np.eye(count + 1, dtype=bool)].max())
    assert delta <= (3 * math.pi / (4 * least_angle) + 0.56 + 1.5 * math.log(depth)) / depth
    radius = (count - 1) * delta
    assert radius < 0.75
    values = np.linalg.eigvalsh(matrix)
    assert 0.75 - radius <= values[0] <= 0.75 + delta
    assert abs(values[-1] - (count + 3) / 4) <= radius
    assert values[-1] / values[0] <= (count + 3 + 4 * radius) / (3 - 4 * radius)
    assert np.linalg.det(matrix) >= (0.75 - radius) ** (count - 1) * ((count + 3) / 4 - radius)
    weights = np.linalg.solve(matrix, test)
    assert np.linalg.norm(weights - 1 / (count + 3)) <= 2 * math.sqrt(count) * delta / (0.75 - radius)
    assert np.abs(matrix.sum(axis=1) - (count + 3) / 4).max() <= radius


@pytest.mark.parametrize("count", [1, 2, 7])
def test_the_limit(count):
    matrix = 0.75 * np.eye(count) + 0.25
    values = np.linalg.eigvalsh(matrix)
    assert values[-1] == pytest.approx((count + 3) / 4)
    assert count == 1 or values[0] == pytest.approx(0.75)
    assert np.linalg.det(matrix) == pytest.approx(0.75 ** (count - 1) * (count + 3) / 4)
    assert matrix.sum(axis=1) / (count + 3) == pytest.approx(0.25)


@pytest.mark.parametrize(("a", "count"), [(0.25, 5), (4 / 7, 3), (0.9, 1)])
def test_equal_weights(a, count):
    weights = np.linalg.solve((1 - a) * np.eye(count) + a, np.full(count, a))
    assert weights == pytest.approx(np.full(count, a / (1 - a + count * a)))


@pytest.mark.parametrize(("t", "B"), [("0.5", "1"), ("0.9", "0.3"), ("0.2", "3"), ("0.99", "0.1")])
@pytest.mark.parametrize("first", ["-1", "0", "0.999"])
def test_the_ordered_phase(t, B, first):
    with mp.workdps(60):
        t, B, first = mpf(t), mpf(B), mpf(first)
        top = (2 + 2 * B**2) / (1 - t**2) ** 2
        for depth in (1, 2, 3, 10, 40):
            q, S, P, T = recursion(2 * t**2, 2 * B**2, first, depth)
            assert 0 <= 1 - S / q <= 2 * t ** (2 * depth) / B**2
            assert 0 <= 1 - T / P <= t**depth * (4 + top / B) / (1 - t) / (2 * B**2)


@pytest.mark.parametrize(("weight", "bias"), [("0.5", "0"), ("1", "3"), ("2", "1"), ("6", "0.1")])
@pytest.mark.parametrize("first", ["-1", "0.5"])
def test_correlations_for_every_variance(weight, bias, first):
    with mp.workdps(60):
        for depth in (1, 2, 5, 40):
            q, S, _, _ = recursion(mpf(weight), mpf(bias), mpf(first), depth)
            root = 1 / mpmath.sqrt(2) + mpmath.sqrt(2) / (3 * mp.pi) * (depth - 1)
            assert 0 <= 1 - S / q <= 1 / root**2 + mpf("1e-50")


@pytest.mark.parametrize("weight", ["0.5", "2", "7"])
def test_no_bias(weight):
    """Every weight variance gives u_L/L."""
    for depth in (1, 2, 5, 30):
        _, _, P, T = recursion(mpf(weight), mpf(0), mpf("-0.3"), depth)
        u, r = mpf("-0.3"), mpf("-0.3")
        for _ in range(depth - 1):
            u, r = slope(r) * u + h(r), h(r)
        assert mpmath.almosteq(T / P, u / depth, 1e-10)
        assert mpmath.almosteq(P, depth * mpf(weight) * (mpf(weight) / 2) ** (depth - 1), 1e-10)


@pytest.mark.parametrize(("label", "weight", "limit"), [("LT3", 2, mpf(4) / 7), ("LT4", 3, mpf(1) / 4)])
def test_the_rows_of_the_limit_table_with_a_bias(label, weight, limit):
    """The values at the named depths, and that the ratio comes nearer to the limit beyond them."""
    with mp.workdps(30):
        found = {}
        for depth in (10, 30, 100, 1000, 4000):
            _, _, P, T = recursion(mpf(weight), mpf(1), mpf(0), depth)
            found[depth] = T / P
    for depth, (low, high) in claim(f"{label}-named").parameters["values"].items():
        assert mpf(low) < found[depth] < mpf(high)
    assert found[100] - limit > found[1000] - limit > found[4000] - limit > 0
    assert found[4000] - limit < mpf("0.006")


def test_orthogonal_inputs():
    values = claim("orthogonal").parameters["values"]
    for depth, low in values.items():
        found = float(normalised(np.zeros((1, 1)), depth)[0, 0])
        assert float(low) < found < float(low) + 1e-5
    path = [float(normalised(np.zeros((1, 1)), depth)[0, 0]) for depth in range(1, 60)]
    assert 1 + int(np.argmax(path)) == 12


def test_the_determinant_is_log_concave():
    rng = np.random.default_rng(5)
    for size in (1, 2, 5):
        a, b = (m @ m.T + 0.01 * np.eye(size) for m in rng.standard_normal((2, size, size)))
        for s in np.linspace(0, 1, 11):
            bound = np.linalg.det(b) ** s * np.linalg.det(a) ** (1 - s)
            assert np.linalg.det(a + s * (b - a)) >= bound * (1 - 1e-9)


@pytest.mark.parametrize(("point", "weight"), [((0, 1), "0.17545"), ((mpf(-3) / 5, mpf(4) / 5), "0.31130")])
def test_kriging_in_the_ordered_phase(point, weight):
    """The 2 x 2 system of the kernel, and the bordered 3 x 3 system of its variogram, deep and very deep."""
    with mp.workdps(80):
        training = [(mpf(1), mpf(0)), (mpf(3) / 5, mpf(4) / 5)]
        x = tuple(map(mpf, point))
        gaps = {}
        for depth in (36, 60):
            kernel = lambda u, v, L=depth: recursion(mpf(1), mpf(1), u[0] * v[0] + u[1] * v[1], L)  # noqa: E731
            q, S, P, T = (mpmath.matrix(2, 2) for _ in range(4))
            right, spread = mpmath.matrix(2, 1), mpmath.matrix(3, 1)
            for i, u in enumerate(training):
                for k, v in enumerate(training):
                    q[i, k], S[i, k], P[i, k], T[i, k] = kernel(u, v)
                covariance = kernel(u, x)
                right[i], spread[i] = covariance[3], mpmath.sqrt(1 - covariance[1] / covariance[0])
            found = mpmath.lu_solve(T, right)
            scale, spread[2] = spread[0], 1
            bordered = mpmath.matrix(3, 3)
            for i in range(2):
                bordered[i, 2] = bordered[2, i] = 1
                for k in range(2):
                    bordered[i, k] = mpmath.sqrt(1 - S[i, k] / q[i, k]) / scale if i != k else 0
                spread[i] /= scale
            kriging = mpmath.lu_solve(bordered, spread)
            gaps[depth] = abs(found[0] - kriging[0])
            if depth == 36:
                assert mpf(weight) < found[0] < mpf(weight) + mpf("1e-5")
        assert gaps[60] < gaps[36] / 1000 < mpf("1e-8")


def test_the_bordered_system_at_finite_epsilon():
    rng = np.random.default_rng(7)
    for size, epsilon in ((1, 0.3), (3, 0.01), (6, 2.0)):
        variogram = np.abs(rng.standard_normal((size, size)))
        variogram += variogram.T + 3 * np.eye(size)
        v = rng.standard_normal(size)
        w = np.linalg.solve(1 - epsilon * variogram, 1 - epsilon * v)
        whole = np.block([[variogram, np.ones((size, 1))], [np.ones((1, size)), np.array([[epsilon]])]])
        found = np.linalg.solve(whole, np.append(v, 1))
        assert found == pytest.approx(np.append(w, (1 - w.sum()) / epsilon), rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("label", ["T3", "v2", "TG-1", "experiments", "LT2-predictor"])
def test_rows_that_are_not_judged_name_what_is_proved_of_them(label):
    row = claim(label)
    assert row.expected is Verdict.UNDECIDED
    assert any(claim(other.split("/")[1]).expected is Verdict.PROVED for other in row.beside)
