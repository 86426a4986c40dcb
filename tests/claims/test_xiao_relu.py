"""xiao2020, the rows on ReLU: what is proved for every depth, against the recursion in angles and against integrals."""

import mpmath
import pytest
from mpmath import mp, mpf, pi

COSINES = ("-1", "0", "0.3", "0.999")


@pytest.fixture(autouse=True)
def _digits():
    with mp.workdps(30):
        yield


def next_angle(theta, share=1):
    """The angle after a layer; with a share of it, after a residual one. The gap comes without cancellation."""
    lost = (mpmath.sin(theta) - theta * mpmath.cos(theta)) / pi
    gap = 2 * mpmath.sin(theta / 2) ** 2 - share * lost
    return 2 * mpmath.asin(mpmath.sqrt(gap / 2))


def critical(cosine, depth):
    """theta_l and p_ab^(l)/q* for l = 1, ..., depth, with Theta^(0) = 0."""
    theta, kernel = mpmath.acos(mpf(cosine)), mpf(0)
    for _ in range(depth):
        slope, theta = 1 - theta / pi, next_angle(theta)
        kernel = mpmath.cos(theta) + slope * kernel
        yield theta, kernel


@pytest.mark.parametrize("cosine", COSINES)
def test_a_layer_is_the_integral_over_the_plane(cosine):
    theta = mpmath.acos(mpf(cosine))
    value = mpmath.quad(
        lambda a: mpmath.cos(a) * mpmath.cos(a - theta), [theta - pi / 2, pi / 2]
    ) / (pi / 2)  # fmt: skip
    assert abs(mpmath.cos(next_angle(theta)) - value) < mpf("1e-25")


@pytest.mark.parametrize("cosine", COSINES)
def test_correlations_and_the_tangent_kernel_at_the_critical_point(cosine):
    start = mpmath.acos(mpf(cosine))
    D, limit, first = 5 / (2 * start) + 1, 9 * pi**2 / 2, None
    C = limit * (6 * pi * D + mpf(27) / 2 + 54 * pi**2 * D**2)
    for depth, (theta, kernel) in enumerate(critical(cosine, 600), 1):
        first = first or theta
        log, gamma = mpmath.log(depth), 2 * mpmath.sin(theta / 2) ** 2
        short = 1 / start + 2 * start / (3 * pi**2) + 2 / pi * mpmath.log(1 + depth * start / (3 * pi)) + pi / 8
        assert 0 <= limit - depth**2 * gamma <= 27 * pi**3 / depth * short
        assert abs(1 / theta - depth / (3 * pi) - log / (2 * pi)) <= D
        assert abs(depth**2 * gamma - limit * (1 - 3 * log / depth)) <= C / depth
        assert abs(kernel / depth - mpf(1) / 4) <= (3 * pi / (4 * first) + mpf("0.56") + 1.5 * log) / depth
        assert abs(kernel - mpf(depth) / 4 - 3 * log / 8) <= 15 * pi / (8 * first) + mpf(21) / 4


def test_the_cone_of_the_tangent_kernel_and_its_offset():
    """p_ab - alpha gamma^(-1/2) is in [-C, -1/8], and tends to -1/8: not fast for 0.999, where it starts far below."""
    for cosine in COSINES:
        lowest, last, start = 0, None, mpmath.acos(mpf(cosine))
        for depth, (theta, kernel) in enumerate(critical(cosine, 2000), 1):
            last = kernel - 3 * pi / 8 / mpmath.sin(theta / 2)
            lowest = min(lowest, last) if depth > 1 else last
            left = 3 * pi / 8 / mpmath.sin(start / 2) / (1 + depth * start / (3 * pi)) ** 3
            assert -7 * mpmath.sin(theta / 2) - left <= last + mpf(1) / 8 <= 0
        assert -max(mpf(73) / 40, 3 * pi / 8 / mpmath.sin(next_angle(mpmath.acos(mpf(cosine))) / 2)) <= lowest
        assert abs(last + mpf(1) / 8) < mpf("0.2" if cosine == "0.999" else "0.02")


def matrices(cosines, depth):
    """K^(l)/q* and Theta^(l)/(l q*) of the points with these inner products."""
    size = len(cosines)
    K, Theta = mpmath.eye(size), mpmath.eye(size)
    for i in range(size):
        for j in range(i):
            *_, (theta, kernel) = critical(cosines[i][j], depth)
            K[i, j] = K[j, i] = mpmath.cos(theta)
            Theta[i, j] = Theta[j, i] = kernel / depth
    return K, Theta


def test_spectra_of_four_points():
    points = [[1], ["0.3", 1], ["-0.5", "0.1", 1], ["0", "-0.2", "0.4", 1]]
    m, depth = 4, 2000
    K, Theta = matrices(points, depth)
    least = mpmath.acos(mpf("0.4"))
    theta, log = next_angle(least), mpmath.log(depth)
    values = sorted(mpmath.eigsy(Theta, eigvals_only=True))
    error = (3 * pi / (4 * theta) + mpf("0.56") + 1.5 * log) / depth
    assert all(abs(v - mpf(3) / 4) <= (m - 1) * error for v in values[:-1])
    assert abs(values[-1] - mpf(m + 3) / 4) <= (m - 1) * error
    kappa, spread = values[-1] / values[0], (m - 1) * error
    assert abs(kappa - mpf(m + 3) / 3) <= spread * (m + 6) / (3 * (mpf(3) / 4 - spread))
    eta, delta = 3 * log / (8 * depth), (15 * pi / (8 * theta) + mpf(21) / 4) / depth
    a, t = mpf(1) / 4 + eta, (m - 1) * delta
    bound = t * (2 + (m - 2) * a) / ((1 - a) * (1 - a - t)) + 16 * m * eta**2 / (9 * (1 - a))
    assert abs(kappa - mpf(m + 3) / 3 - 2 * m * log / (3 * depth)) <= bound
    gap = 9 * pi**2 / (2 * mpf(depth) ** 2)
    E = 27 * pi**3 / mpf(depth) ** 3 * (1 / least + 2 / (3 * pi) + pi / 8 + 2 / pi * mpmath.log(1 + mpf(depth) / 3))
    values = sorted(mpmath.eigsy(K, eigvals_only=True))
    assert all(abs(v - gap) <= (m - 1) * E for v in values[:-1])
    assert abs(values[-1] - m + (m - 1) * gap) <= (m - 1) * E
    distance = (m - 1) * (m - (m - 2) * gap) * E / (gap * (gap - (m - 1) * E))
    assert abs(values[-1] / values[0] - m / gap + m - 1) <= distance


@pytest.mark.parametrize("square", ["0.75", "0.95", "0.04"])
@pytest.mark.parametrize("cosine", COSINES)
def test_the_tangent_kernel_in_the_ordered_phase(square, cosine):
    """(sigma_w^2, sigma_b^2) = (1.5, 0.1) and (1.9, 0.02) have chi_1 = 0.75 and 0.95."""
    # the terms cancel down to the order chi_1^60
    with mp.workdps(120):
        chi = mpf(square)
        t, p = mpmath.sqrt(chi), 1 / (1 - chi)
        K, W = 2 * t / (pi * (1 - t)), t * (p + 2) / (1 - t)
        up, down = 2 * p / pi + W, 2 + 2 * p / 5 + p / (pi * (1 - t))
        theta, kernel, on = mpmath.acos(mpf(cosine)), mpf(0), mpf(0)
        sines = [mpmath.sin(theta / 2)]
        for depth in range(1, 61):
            slope, gap = 1 - theta / pi, chi * 2 * mpmath.sin(next_angle(theta) / 2) ** 2
            theta = 2 * mpmath.asin(mpmath.sqrt(gap / 2))
            kernel, on = 1 - gap + chi * slope * kernel, 1 + chi * on
            sine = mpmath.sqrt(gap / 2)
            sines.append(sine)
            error = kernel - p + K * p * sine
            assert -(p + down * depth) * chi**depth <= error <= (K * p + up * depth) * chi**depth
            assert (on + kernel) / (on - kernel) >= 2 * on / (W * t**depth) - 1
        for low, k in ((0, 3), (2, 1), (7, 50)):
            most = t**k * sines[low]
            assert most * (1 - sines[low] * (1 - t**k) / (2 * (1 - t))) <= sines[low + k] <= most
        limit = p * mpmath.sqrt(2 * gap / chi**depth) / pi * t / (1 - t)
        assert abs((p - kernel) / t**depth / limit - 1) < 100 * depth * t**depth


@pytest.mark.parametrize("s", ["0.5", "2", "0.02"])
@pytest.mark.parametrize("cosine", COSINES)
def test_residual_layers(s, cosine):
    """K' = K + sigma_w^2 T(K) and its tangent kernel, with variances of their own."""
    s = mpf(s)
    theta, q, on, off = mpmath.acos(mpf(cosine)), mpf(1), mpf(0), mpf(0)
    lam, sine = s / (1 + s), mpmath.sin(theta / 2)
    for depth in range(1, 401):
        layer, slope = mpmath.cos(next_angle(theta)), 1 - theta / pi
        off, on = off + s * (q * layer + slope * off), on + s * (q + on)
        theta, q = next_angle(theta, lam), (1 + s) * q
        assert abs(on / (depth * s / (1 + s) * (1 + s) ** depth) - 1) < mpf("1e-25")
        rest = (1 / sine + 3 / pi * (1 + 2 / (3 * pi)) * mpmath.log(1 + 2 * lam * depth / (3 * pi))) / (lam * depth)
        assert -73 / (40 * lam * depth) <= off / on - mpf(1) / 4 <= 3 * pi / 8 * rest
        gamma = 2 * mpmath.sin(theta / 2) ** 2
        assert 0 <= 9 * pi**2 / 2 - lam**2 * depth**2 * gamma <= 27 * pi**3 / 2 * rest


def test_large_weights_with_a_bias():
    """sigma_w^2 = 3, sigma_b^2 = 0.1, inputs of variance 1 with correlation 0.3: the ratio after 4096 layers."""
    with mp.workdps(20):
        a, b, q, theta, on, off = mpf("1.5"), mpf("0.1"), mpf(1), mpmath.acos(mpf("0.3")), mpf(0), mpf(0)
        for _ in range(4096):
            slope, gap = 1 - theta / pi, 2 * mpmath.sin(next_angle(theta) / 2) ** 2
            share = a * q / (a * q + b)
            q = a * q + b
            # in units of q
            off, on = 1 - share * gap + share * slope * off, 1 + share * on
            theta = 2 * mpmath.asin(mpmath.sqrt(share * gap / 2))
        assert abs(off / on - mpf("0.251131")) < mpf("1e-6")
