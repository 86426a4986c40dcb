"""The ordered phase of xiao2020 at a real network: erf with weight variance 1.25 and bias variance 0.05, in mpmath."""

import mpmath
import pytest
from mpmath import mp, mpf

from deepcond_sym.proof import Verdict
from proofs_checks.xiao2020 import linearised, ordered_koenigs, ordered_upper_bounds

pytestmark = pytest.mark.usefixtures("digits")
WEIGHT, BIAS = "1.25", "0.05"
POINTS = [("1", "0"), ("0.6", "0.8"), ("-0.8", "0.6"), ("-0.28", "-0.96")]
"""Three training points on the circle and a test point."""


@pytest.fixture(scope="module", name="digits")
def _digits():
    with mpmath.workdps(80):
        yield


class Network:
    """The layer map f, in units of q*, with its slope and its curvature at 1; by Gaussian integrals in closed form."""

    def __init__(self) -> None:
        w, b = mpf(WEIGHT), mpf(BIAS)
        variance = lambda q: 2 * w / mp.pi * mp.asin(2 * q / (1 + 2 * q)) + b  # noqa: E731
        self.q = q = mp.findroot(lambda q: variance(q) - q, mpf("0.435"))
        self.f = lambda c: (2 * w / mp.pi * mp.asin(2 * q * c / (1 + 2 * q)) + b) / q
        self.slope = lambda c: 4 * w / mp.pi / mp.sqrt((1 + 2 * q) ** 2 - 4 * q**2 * c**2)
        self.chi = self.slope(1)
        self.bend = 4 * w / mp.pi * 4 * q**2 / ((1 + 2 * q) ** 2 - 4 * q**2) ** mpf("1.5")
        self.top = 1 / (1 - self.chi)
        self.growth = 1 + self.bend * self.top / self.chi

    def kernels(self, c, depth: int):
        """The correlation and the tangent kernel after this many layers, from Theta^(0) = 0."""
        tangent = mpf(0)
        for _ in range(depth):
            c, tangent = self.f(c), self.f(c) + self.slope(c) * tangent
        return c, tangent


@pytest.fixture(scope="module")
def erf(digits) -> Network:
    return Network()


def test_the_reference_values(erf) -> None:
    assert abs(erf.q - mpf("0.435165699078358")) < 1e-15
    assert abs(erf.chi - mpf("0.9613739044016849")) < 1e-15
    assert abs(erf.kernels(mpf("0.5"), 10)[0] - mpf("0.774189141069576")) < 1e-14
    with mpmath.workdps(30):
        expected = mp.diff(erf.slope, 1)
    assert abs(erf.bend - expected) < 1e-15


@pytest.mark.parametrize("start", ["-1", "-0.3", "0", "0.5", "0.999"])
@pytest.mark.parametrize("depth", [1, 2, 7, 40, 300])
def test_the_bounds_of_b50(erf, start, depth) -> None:
    c = mpf(start)
    now, tangent = erf.kernels(c, depth)
    lacks = erf.kernels(mpf(1), depth)[1] - tangent
    bound = depth * erf.chi**depth * (1 - c) * erf.growth
    assert 0 <= 1 - now <= erf.chi**depth * (1 - c)
    assert 0 <= lacks <= bound
    # p* (1 - chi_1^l) on the diagonal, and B14 off it
    assert abs(erf.kernels(mpf(1), depth)[1] - erf.top * (1 - erf.chi**depth)) < mpf(10) ** -60
    assert 0 <= erf.top - tangent <= depth * erf.chi**depth * (erf.top + (1 - c) * erf.growth)


def test_the_bound_of_b50_is_nearly_attained_near_the_diagonal(erf) -> None:
    c = 1 - mpf(10) ** -9
    lacks = erf.kernels(mpf(1), 3000)[1] - erf.kernels(c, 3000)[1]
    ratio = lacks / (3000 * erf.chi**3000 * (1 - c) * erf.growth)
    assert mpf("0.97") < ratio < 1


def test_the_limit_is_in_every_enclosure_of_b50b(erf) -> None:
    """zeta = -0.0988925 from epsilon^(0) = -0.35667."""
    c = 1 - mpf("0.35667") / erf.q
    share = erf.bend / 2 / (erf.chi * (1 - erf.chi))
    scaled = lambda depth: (1 - erf.kernels(c, depth)[0]) / erf.chi**depth  # noqa: E731
    limit = scaled(2500)
    assert abs(erf.q * limit - mpf("0.0988925")) < 1e-6
    for depth in (100, 200, 400):
        gap = 1 - erf.kernels(c, depth)[0]
        assert share * gap < 1
        assert scaled(depth) * (1 - share * gap) <= limit <= scaled(depth)
    for depth in (1, 10, 100):  # B12
        assert 0 <= scaled(depth) - limit <= share * (1 - c) ** 2 * erf.chi**depth


@pytest.mark.parametrize("start", ["0", "0.3", "0.499"])
def test_the_limit_below_1(start) -> None:
    """B12 at the fixed point 1/2 of 1/4 + r/4 + r^2/2, where the slope is 3/4 and f''/2 is 1/2."""
    slope, share = mpf("0.75"), mpf("0.5") / (mpf("0.75") * mpf("0.25"))
    c, scaled = mpf(start), []
    for depth in range(500):
        scaled.append((mpf("0.5") - c) / slope**depth)
        c = mpf("0.25") + c / 4 + c**2 / 2
    limit, first = scaled[400], scaled[0]
    for depth in (0, 1, 5, 40):
        gap = scaled[depth] * slope**depth
        assert scaled[depth] * (1 - share * gap) <= limit <= scaled[depth]
        assert scaled[depth] - limit <= share * first**2 * slope**depth


def _matrix(erf, kind: int, depth: int, rows: int):
    cosine = lambda a, b: sum(mpf(x) * mpf(y) for x, y in zip(POINTS[a], POINTS[b], strict=True))  # noqa: E731
    return mp.matrix([[erf.kernels(cosine(i, j), depth)[kind] for j in range(3)] for i in rows_of(rows)])


def rows_of(rows: int) -> range:
    return range(3) if rows == 3 else range(3, 4)


@pytest.mark.parametrize("depth", [1, 5, 60, 400])
def test_the_eigenvalues_of_both_kernels(erf, depth) -> None:
    """B20 to B22 and B31 against mpmath's eigenvalues; the bulk by the second largest one."""
    inputs = _matrix(erf, 0, 0, 3)
    gaps = [[1 - inputs[i, j] for j in range(3)] for i in range(3)]
    mean, widest = sum(map(sum, gaps)) / 9, max(map(max, gaps))
    for kind, rate in ((1, depth * erf.chi**depth * erf.growth), (0, erf.chi**depth)):
        size = erf.kernels(mpf(1), depth)[kind]
        smallest, second, largest = mp.eigsy(_matrix(erf, kind, depth, 3), eigvals_only=True)
        assert 3 * (size - rate * mean) <= largest <= 3 * size
        assert second <= 2 * rate * widest
        for i, j in ((0, 1), (0, 2), (1, 2)):
            assert smallest <= rate * gaps[i][j]
            assert 3 * (size - rate * mean) / (rate * gaps[i][j]) <= largest / smallest


def test_the_predictor_tends_to_kriging(erf) -> None:
    """B23: both kernels, against the bordered system of zeta from depth 1500; the errors are of orders 1/l, chi_1^l."""
    targets = mp.matrix([2, 1, -3])
    deep, test = (_matrix(erf, 0, 1500, rows) for rows in (3, 1))
    zeta = lambda m: (m - mp.ones(m.rows, m.cols)) / erf.chi**1500  # noqa: E731
    system = mp.zeros(4)
    system[:3, :3], system[:3, 3], system[3, :3] = zeta(deep), mp.ones(3, 1), mp.ones(1, 3)
    solution = mp.lu_solve(system, mp.matrix([*targets, 0]))
    limit = (zeta(test) * solution[:3])[0] + solution[3]
    error = lambda kind, depth: (  # noqa: E731
        (_matrix(erf, kind, depth, 1) * mp.lu_solve(_matrix(erf, kind, depth, 3), targets))[0] - limit
    )
    assert abs(limit) > 0.3
    assert abs(error(1, 800) / error(1, 400) - mpf("0.5")) < 0.05
    assert abs(error(0, 401) / error(0, 400) / erf.chi - 1) < 1e-4


def test_what_the_refuted_rows_say_at_this_network(erf) -> None:
    """B11 with the prefactor epsilon^(0) is off by a factor of 3.6 here too."""
    assert linearised.B11.expected is linearised.B6.expected is Verdict.REFUTED
    c = 1 - mpf("0.35667") / erf.q
    assert 3.5 < (1 - c) * erf.chi**400 / (1 - erf.kernels(c, 400)[0]) < 3.7


def test_mutants_are_refuted_by_their_witnesses() -> None:
    for claim in (ordered_upper_bounds.claim, ordered_koenigs.B12):
        for mutant in claim.mutants:
            assert claim.judge(**mutant.changes).verdict is Verdict.REFUTED
