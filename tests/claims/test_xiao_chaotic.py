"""xiao2020, the chaotic phase: the bounds that are claimed, held against erf networks layer by layer and NumPy's
eigenvalues; the layer of erf is typed here, and its reference values are those of mpmath's own root finding."""

import math

import numpy as np
import pytest
import sympy as sp

from deepcond_sym.proof import dual_slope
from proofs_checks.xiao2020 import chaotic_rates
from proofs_checks.xiao2020.chaotic_steps import bend, settled, slope
from proofs_checks.xiao2020.setting import l as l_

DEPTHS = range(1, 120)


class Erf:
    """The layer of erf at (weight variance, bias variance), with all variances at their fixed point."""

    def __init__(self, weight: float, bias: float) -> None:
        q = 1.0
        for _ in range(5000):
            q = 2 * weight / math.pi * math.asin(2 * q / (1 + 2 * q)) + bias
        self.weight, self.bias, self.q = weight, bias, q
        self.t = 2 * q / (1 + 2 * q)
        self.star = 0.0
        for _ in range(20_000):
            self.star = float(self.f(self.star))
        self.slope, self.steep = float(self.df(self.star)), float(self.df(1.0))
        self.limit = self.star / (1 - self.slope)

    def f(self, c):
        return (2 * self.weight / math.pi * np.arcsin(self.t * c) + self.bias) / self.q

    def df(self, c):
        return 2 * self.weight / math.pi * self.t / np.sqrt(1 - (self.t * c) ** 2) / self.q

    def layers(self, c, depth: int):
        """c^(l), Theta^(l)/q* after so many layers, entry by entry; 1 stays 1, which repels rounding errors."""
        same, theta = c == 1, np.zeros_like(c)
        for _ in range(depth):
            following = np.where(same, 1.0, self.f(c))
            theta, c = following + self.df(c) * theta, following
        return c, theta

    def value(self, term, **at: float) -> float:
        """A term of the claims, with the numbers of this network."""
        known = {dual_slope(1): self.steep, slope: self.slope, sp.Symbol("b", real=True): self.star}
        symbols = {s: at[s.name] for s in term.free_symbols if s.name in at}
        return float(term.subs(known).subs({**known, **symbols}))


NETWORKS = {"the sheet's": Erf(1.5, 0.05), "large weights": Erf(3.0, 0.1), "nearly critical": Erf(1.4, 0.05)}


@pytest.fixture(params=NETWORKS, scope="module")
def net(request):
    return NETWORKS[request.param]


def test_the_reference_values():
    net = NETWORKS["the sheet's"]
    got = (net.q, net.steep, net.star, net.slope, net.q * net.limit)
    assert got == pytest.approx((0.6017531671097203, 1.034700129581625, 0.8205300879981973, 0.9695519413252227,
                                 16.2163566628553), rel=1e-11)  # fmt: skip
    assert net.layers(np.array(0.5), 1)[0] == pytest.approx(0.522034605952643, rel=1e-12)
    assert net.layers(np.array(0.5), 10)[0] == pytest.approx(0.649338246859334, rel=1e-12)


def test_the_bend_is_at_least_the_curvature(net):
    step = 1e-4
    curvature = (net.df(net.star + step) - net.df(net.star - step)) / (2 * step)
    assert curvature <= net.value(bend)
    for x in np.linspace(-1, 1, 41):
        assert abs(net.df(x) - net.slope) <= abs(x - net.star) * net.value(bend) + 1e-12


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9])
def test_inputs_below_the_fixed_point(net, share):
    start = share * net.star
    before = -1.0
    for depth in DEPTHS:
        c, theta = net.layers(np.array(start), depth)
        assert before <= c <= net.star + 1e-12
        assert net.star - c <= net.slope**depth * (net.star - start) + 1e-12
        gap = net.limit - theta
        assert -1e-9 <= gap <= net.value(chaotic_rates.allowed(l_), c=start, l=depth) + 1e-9
        before = c
    assert net.value(settled) == pytest.approx(net.limit)


def test_the_factor_l_is_needed(net):
    lost = 0.25
    start = net.star - lost * net.slope * (1 - net.slope) / net.value(bend)
    for depth in DEPTHS:
        c, theta = net.layers(np.array(start), depth)
        rate = net.slope**depth * (net.star - start)
        assert net.star - c >= (1 - lost) * rate - 1e-12
        assert net.limit - theta >= (1 - lost) ** 2 * depth * rate - 1e-9


@pytest.mark.parametrize("start", [-0.9, 0.95, 0.999])
def test_every_other_start(net, start):
    reach = lambda w: net.star + (1 - net.star) * net.slope * w  # noqa: E731
    near = next(k for k in range(5000) if abs(net.layers(np.array(start), k)[0]) < reach(0.5))
    c, theta = net.layers(np.array(start), near)
    r = abs(c) if abs(c) > net.star else net.star
    assert net.df(r) < 1
    bound = max(abs(theta), r / (1 - net.df(r)))
    share = 0.5
    lead = abs(c - net.star) / (1 - share)
    total = lead * (net.slope + net.value(bend) * bound)
    for j in range(0, 100, 7):
        later, kernel = net.layers(np.array(start), near + j)
        assert abs(kernel) <= bound + 1e-9
        assert abs(kernel) <= (net.steep ** (near + j) - 1) / (net.steep - 1) + 1e-9
        assert abs(later - net.star) <= net.slope**j * lead + 1e-12
        if j:
            allowed = net.slope ** (j - 1) * (net.slope * abs(theta - net.limit) + j * total)
            assert abs(kernel - net.limit) <= allowed + 1e-9


def data(net, size: int):
    """Unit vectors with all inner products between 0 and c*."""
    rng = np.random.default_rng(0)
    gram = rng.uniform(0, net.star, (size + 1, size + 1))
    gram = np.triu(gram, 1)
    gram += gram.T
    np.fill_diagonal(gram, 1)
    # towards the identity until it is a Gram matrix
    while np.linalg.eigvalsh(gram)[0] < 1e-3:
        gram = 0.9 * gram + 0.1 * np.eye(size + 1)
    return gram


@pytest.mark.parametrize("size", [2, 5, 12])
def test_eigenvalues_condition_numbers_and_predictors(net, size):
    gram = data(net, size)
    labels = np.random.default_rng(1).normal(size=size)
    labels -= labels.mean()
    checked = 0
    for depth in (1, 3, 10, 30, 100, 300, 3000 if net.steep < 1.1 else 60):
        c, theta = net.layers(gram, depth)
        diagonal = (net.steep**depth - 1) / (net.steep - 1)
        errors = net.value(chaotic_rates.worst(l_), l=depth), net.slope**depth * net.star
        for matrix, on, off, error in ((theta, diagonal, net.limit, errors[0]), (c, 1.0, net.star, errors[1])):
            train = matrix[1:, 1:]
            values = np.linalg.eigvalsh(train)
            room = 1e-9 * on + 1e-9
            spread = (size - 1) * error
            assert on - off - spread <= values[0] + room
            assert values[0] <= on - off + error + room
            assert abs(values[-1] - (on + (size - 1) * off)) <= spread + room
            low = on - off - spread
            if low > 0:
                excess = values[-1] / values[0] - 1
                assert size * (off - error) / (on - off + error) <= excess + 1e-9
                assert excess <= (size * off + 2 * spread) / low + 1e-9
                prediction = matrix[0, 1:] @ np.linalg.solve(train, labels)
                assert abs(prediction) <= 2 * math.sqrt(size * labels @ labels) * error / low + 1e-12
                checked += 1
        if diagonal > (size - 1) * net.limit:
            values = np.linalg.eigvalsh(theta[1:, 1:])
            rest = (size - 1) * net.limit
            assert values[-1] / values[0] <= (diagonal + rest) / (diagonal - rest) + 1e-9
    assert checked


def test_pooled_and_equicorrelated_matrices():
    for size, pixels, p, p_ab in ((2, 1, 3.0, 1.0), (5, 4, 7.0, 2.5), (9, 3, 2.0, 0.0)):
        one = np.where(np.eye(pixels, dtype=bool), p, p_ab)
        whole = np.full((size * pixels, size * pixels), p_ab)
        for k in range(size):
            whole[k * pixels : (k + 1) * pixels, k * pixels : (k + 1) * pixels] = one
        pool = np.kron(np.eye(size), np.full((1, pixels), 1 / pixels))
        values = np.linalg.eigvalsh(pool @ whole @ pool.T)
        rest = (p - p_ab) / pixels
        assert values[:-1] == pytest.approx([rest] * (size - 1))
        assert values[-1] == pytest.approx(size * p_ab + rest)
        assert values[-1] / values[0] == pytest.approx(1 + size * pixels * p_ab / (p - p_ab))


def test_the_predictor_near_an_equicorrelated_matrix():
    rng = np.random.default_rng(2)
    size, a, b = 7, 1.3, 0.4
    noise, test = rng.normal(size=(size, size)), rng.normal(size=size)
    labels = rng.normal(size=size)
    labels -= labels.mean()
    ones = np.ones(size)
    for eps in (1e-1, 1e-3):
        alpha = np.linalg.solve(a * np.eye(size) + b + eps * noise, labels)
        exact = eps * (test - b / (a + size * b) * ones @ noise) @ alpha
        assert (b + eps * test) @ alpha == pytest.approx(exact, rel=1e-9)
        first = eps / a * (test - b / (a + size * b) * ones @ noise) @ labels
        assert abs(exact - first) <= 100 * eps**2
