"""xiao2020, the critical row for erf: the constants of the claims against the recursion of variances and covariances in
mpmath, whose dual is held against a quadrature."""

import mpmath
import numpy as np
import pytest
import sympy as sp
from mpmath import mp, mpf

from deepcond_sym.proof import Verdict, registry
from proofs_checks.xiao2020.critical_layer import Layer
from proofs_checks.xiao2020.critical_map import bias_variance, layer_map, layer_slope, r, t, variance, weight_variance

VARIANCES = ("0.03", "0.5171768379805644", "1", "12")
DEPTHS = (1, 2, 10, 100, 1500)


@pytest.fixture(autouse=True)
def digits():
    with mp.workdps(50):
        yield


def of_erf(q):
    """sigma_w^2 and sigma_b^2 on the critical line, by Q'(q) (1 + 2 q) = chi_1 = 1."""
    weight = mp.pi / 4 * mp.sqrt(1 + 4 * q)
    return weight, q - 2 * weight / mp.pi * mp.asin(2 * q / (1 + 2 * q))


def entries(q, c, depth):
    """The lists of gamma and p_ab/q* over the layers, from covariances: K' = w 2/pi asin(2 K/(1 + 2 q)) + b."""
    weight, bias = of_erf(q)
    covariance, tangent = q * c, mpf(0)
    gaps, kernels = [1 - c], [mpf(0)]
    for _ in range(depth):
        slope = weight * 4 / mp.pi / mp.sqrt((1 + 2 * q) ** 2 - 4 * covariance**2)
        covariance = weight * 2 / mp.pi * mp.asin(2 * covariance / (1 + 2 * q)) + bias
        tangent = covariance + slope * tangent
        gaps.append(1 - covariance / q)
        kernels.append(tangent / q)
    return gaps, kernels


class Line:
    """A, |kappa'|, k^2 and the rest at this variance, by the formulas of the sheet in q and t."""

    def __init__(self, q):
        self.A, ratio = 2 * q**2 / (1 + 4 * q), 2 * q / (1 + 2 * q)
        self.K, self.k2 = (1 + 2 / ratio**2) / 3, 1 / ratio**2 - 1
        self.b = 1 / (3 * self.k2 + 1)


@pytest.mark.parametrize("q", VARIANCES)
@pytest.mark.parametrize("c", ["0", "0.3", "0.99"])
def test_the_map_of_a_layer_is_that_of_erf(q, c):
    """E[erf(u) erf(v)] by quadrature over u, as E[erf(v) | u] = erf(c u/sqrt(1 + 2 q (1 - c^2)))."""
    q, c = mpf(q), mpf(c)
    weight, bias = of_erf(q)
    inner = lambda u: mp.erf(c * u / mp.sqrt(1 + 2 * q * (1 - c**2)))  # noqa: E731
    spread = mp.sqrt(q)
    dual = mp.quad(lambda x: mp.erf(spread * x) * inner(spread * x) * mp.npdf(x), [-12, -3, 0, 3, 12])
    ratio = 2 * q / (1 + 2 * q)
    place = {t: str(ratio), r: str(c)}

    def value(term):
        return mpf(str(term.subs({key: mpmath.mpf(v) for key, v in place.items()}).evalf(40)))

    assert abs(value(layer_map(r)) - (weight * dual + bias) / q) < mpf("1e-14")
    assert abs(value(variance) - q) < mpf("1e-14") * (1 + q)
    assert abs(value(weight_variance) - weight) < mpf("1e-14") * (1 + weight)
    assert abs(value(bias_variance) - bias) < mpf("1e-14") * (1 + q)
    step = mpf("1e-8")
    slope = (layer_map(r).subs(r, r + step) - layer_map(r).subs(r, r - step)) / (2 * step)
    assert abs(value(layer_slope(r)) - value(slope)) < mpf("1e-9")


@pytest.mark.parametrize("q", VARIANCES)
@pytest.mark.parametrize("c", ["0", "0.5", "0.999"])
def test_bounds_of_b51_and_b57_hold(q, c):
    """At every layer: the increments, the cone, both expansions."""
    q, c = mpf(q), mpf(c)
    line, (gaps, kernels) = Line(q), entries(q, c, max(DEPTHS))
    A, K, k2, b = line.A, line.K, line.k2, line.b
    assert abs(1 / (2 * k2) - A) < mpf("1e-20") * A
    third = (1 + k2) / (8 * k2**3)
    u0 = 1 / gaps[0]
    offset = max(mpf(7) / 6, 10 * k2 / 9, abs(kernels[1] - 1 / (3 * A * gaps[1])))
    v = u0 + K * A * mp.log(u0)
    low = v - K**2 * A**3 / b * gaps[0] - K * A * mp.log(u0 + A)
    high = v + (third + K * A**3 * (1 + A)) / b * gaps[0] - K * A * mp.log(b)
    for depth in range(1, 200):
        before, after = gaps[depth - 1], gaps[depth]
        gained = 1 / after - 1 / before
        assert b <= gained <= A
        assert abs(gained - A) <= K * A**2 * before
        assert abs(gained - A + K * A**2 * before) <= (third + K * A**3) * before**2
    for depth in DEPTHS:
        u, p, log = 1 / gaps[depth], kernels[depth], mp.log(depth)
        assert abs(p - u / (3 * A)) <= offset
        growth = (3 + 2 * k2) / (18 * k2 * b) * mp.log(1 + b * gaps[0] * depth)
        assert -4 * k2 / 9 - growth <= p - mpf(depth) / 3 <= mpf(7) / 6 + 2 * k2 / (3 * gaps[0])
        assert low <= u - A * depth + K * A * log <= high
        rest = p - mpf(depth) / 3 + K / 3 * log
        assert low / (3 * A) - u0 / (3 * A) - 4 * k2 / 9 <= rest <= high / (3 * A) + mpf(7) / 6


@pytest.mark.parametrize("q", VARIANCES)
def test_m_cannot_be_smaller(q):
    """(A - increment)/gamma tends to |kappa'| A^2, and the cone's centre to what the sheet's refinement says."""
    line, (gaps, _) = Line(mpf(q)), entries(mpf(q), 1 - mpf("1e-8"), 1)
    ratio = (line.A - 1 / gaps[1] + 1 / gaps[0]) / gaps[0]
    assert abs(ratio / (line.K * line.A**2) - 1) < mpf("1e-6") * (1 + line.A)


def test_the_logarithm_is_seen():
    """The slope of l/3 - p_ab against log(l) between two depths is |kappa'|/3, to the accuracy of such a fit."""
    q = mpf("0.5171768379805644")
    _, kernels = entries(q, mpf("0.5"), 6000)
    difference = [mpf(depth) / 3 - kernels[depth] for depth in (3000, 6000)]
    assert abs((difference[1] - difference[0]) / mp.log(2) / (Line(q).K / 3) - 1) < mpf("0.02")


def test_constants_of_a_layer_are_named_as_in_the_paper():
    """A, |kappa'| A^2 and b by k^2 = 1 at t = 1/sqrt(2)."""
    layer = Layer(sp.S.One, sp.S.One, sp.S.One, sp.S.One)
    assert [float(x) for x in (layer.gain, layer.loss, layer.rest, layer.least)] == [0.5, 5 / 12, 0.25, 0.25]


def test_condition_number_of_equicorrelated_points():
    """Beyond an explicit depth kappa is below (m + 2)/2 by more than 3/2 m R/l, from eigenvalues in float64."""
    q, m = mpf("0.1"), 4
    _, kernels = entries(q, mpf(0), 1500)
    p = float(kernels[1500])
    matrix = np.full((m, m), p) + (1500 - p) * np.eye(m)
    values = np.linalg.eigvalsh(matrix)
    R = 1500 / 3 - p
    assert R > 10
    assert 1500 * ((m + 2) / 2 - values[-1] / values[0]) >= 1.5 * m * R


@pytest.mark.parametrize("label", ["B24-reported", "B25-reported", "B26-reported"])
def test_witnesses_against_the_reported_corrections(label):
    """The difference at the witness, from the recursion of covariances, exceeds the constant."""
    (claim,) = registry.select([f"xiao2020/{label}"])
    assert claim.expected is Verdict.REFUTED
    ((_, instance),) = claim.witnesses
    at = {symbol.name: value for symbol, value in instance.values.items()}
    ratio, depth, m = mpf(at["t"].numerator) / at["t"].denominator, int(at["l"]), int(at["n"])
    _, kernels = entries(ratio / (2 * (1 - ratio)), mpf(0), depth)
    p = kernels[depth]
    excess = {
        "B24-reported": (depth + (m - 1) * p - mpf(m + 2) / 3 * depth) / m,
        "B25-reported": depth - p - mpf(2) / 3 * depth,
        "B26-reported": depth * ((depth + (m - 1) * p) / (depth - p) - mpf(m + 2) / 2) / m,
    }[label]
    assert abs(excess) > 4
