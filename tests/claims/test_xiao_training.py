"""xiao2020, training and prediction: what is claimed, held against matrices, exact fractions and long recursions."""

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from mpmath import mp
from scipy import linalg, optimize, special

from deepcond_sym.proof import Verdict, registry
from proofs_checks.xiao2020 import learning_rates, notebook_slips

KERNEL = np.array([[2.0, 0.5, 0.25], [0.5, 1.0, 0.0], [0.25, 0.0, 3.0]])
LABELS = np.array([1.0, -2.0, 0.5])


def claim(label):
    (found,) = registry.select([f"xiao2020/{label}"])
    return found


def test_gradient_flow_of_the_whole_system():
    """The exponential of the matrix against the modes of B3, on the training set and at a test point."""
    row, eta, t = np.array([0.3, 0.7, -0.2]), 0.4, 1.7
    values, vectors = np.linalg.eigh(KERNEL)
    modes = (1 - np.exp(-eta * values * t)) * (vectors.T @ LABELS)
    trained = LABELS - linalg.expm(-eta * KERNEL * t) @ LABELS
    assert vectors @ modes == pytest.approx(trained)
    assert (row @ vectors) @ (modes / values) == pytest.approx(row @ np.linalg.solve(KERNEL, trained))


@pytest.mark.parametrize(("share", "converges"), [(1.0, True), (1.99, True), (2.01, False), (-0.1, False)])
def test_gradient_descent_at_and_beyond_the_bound(share, converges):
    top = np.linalg.eigvalsh(KERNEL)[-1]
    residual = LABELS.copy()
    for _ in range(3000):
        residual = residual - share / top * KERNEL @ residual
        if np.linalg.norm(residual) > 1e6:
            break
    assert (np.linalg.norm(residual) < 1e-6) == converges


def test_the_optimal_step():
    values = np.linalg.eigvalsh(KERNEL)
    factor = lambda eta: np.abs(1 - eta * values).max()  # noqa: E731
    kappa = values[-1] / values[0]
    best = factor(2 / (values[0] + values[-1]))
    assert best == pytest.approx((kappa - 1) / (kappa + 1))
    assert all(factor(eta) >= best - 1e-12 for eta in np.linspace(0, 1, 500))


@pytest.mark.parametrize("d", [1, 4])
def test_constants_of_the_learning_rates(d):
    """The largest eigenvalue of the limit matrices, by numpy, against the constants of B61."""
    m, q = 5, 1.5
    chi = {"ordered": 0.5, "chaotic": 1.5}

    def bound(diagonal, off):
        """2/lambda_max of the pooled matrix whose images have equal pixels apart from their own d."""
        matrix = np.full((m, m), off) + np.diag(np.full(m, (diagonal - off) / d))
        return 2 / np.linalg.eigvalsh(matrix)[-1]

    limits = {
        "ordered": bound(q / 0.5, q / 0.5),
        "critical": bound(q, q / 3),
        "chaotic": bound(q / 0.5, 0.0),
        "critical ReLU": bound(q, q / 4),
    }
    for name, (_, _, constant) in learning_rates.CONSTANTS.items():
        gap = abs(1 - chi.get(name, 0))
        at = {"m": m, "d": d, "q": q, "g": gap}
        found = float(constant.subs({s: at[s.name] for s in constant.free_symbols}))
        assert found == pytest.approx(limits[name]), name


def test_centred_labels_and_a_kernel_without_data():
    m, a, b = 6, 0.3, 1.7
    labels = np.array([1.0, 2, -3, 0.5, 0.5, -1])
    prediction = np.full(m, b) @ np.linalg.solve(a * np.eye(m) + b * np.ones((m, m)), labels)
    assert prediction == pytest.approx(0, abs=1e-12)
    shifted = np.full(m, b) @ np.linalg.solve(a * np.eye(m) + b * np.ones((m, m)), labels + 2)
    assert shifted == pytest.approx(2 * m * b / (a + m * b))


def test_the_linear_factor_in_the_chaotic_phase():
    """Exact fractions for f = 1/4 + 3 c^2/4: the prediction of two points against l (chi_c/chi_1)^l."""
    f, slope = lambda c: Fraction(1, 4) + Fraction(3, 4) * c * c, lambda c: Fraction(3, 2) * c
    start, star, chi = Fraction(1, 2), Fraction(1, 3), Fraction(3, 2)
    c, p, entry, other = start, Fraction(0), Fraction(0), Fraction(0)
    ratios = []
    for l in range(1, 9):
        entry, c = f(c) + slope(c) * entry, f(c)
        other, p = star + slope(star) * other, 1 + chi * p
        assert entry - other >= l * slope(star) ** l * (start - star)
        assert p <= chi**l / (chi - 1)
        ratios.append((entry - other) / p / (slope(star) / chi) ** l)
    assert all(after > before for before, after in pairwise(ratios))


def test_affine_activations_attain_the_rate():
    chi, c = Fraction(1, 2), Fraction(1, 5)
    r, p, entry = c, Fraction(0), Fraction(0)
    for l in range(1, 12):
        r = 1 - chi + chi * r
        p, entry = 1 + chi * p, r + chi * entry
        assert p - entry == l * chi**l * (1 - c)


@pytest.mark.parametrize("h", [0.05, 1.0, 100.0])
def test_gaussian_kernels(h):
    points = np.array([[0.0, 0.1], [1.0, 0.3], [0.4, 0.9], [0.2, -0.7]])
    squares = ((points[:, None] - points[None]) ** 2).sum(-1)
    matrix = np.exp(-squares / h)
    values = np.linalg.eigvalsh(matrix)
    off = matrix - np.diag(np.diag(matrix))
    assert values[0] <= squares[squares > 0].min() / h
    assert 1 - 3 * off.max() <= values[0] <= values[-1] <= 1 + 3 * off.max()
    line = np.exp(-(np.subtract.outer(range(3), range(3)) ** 2) / h)
    assert np.linalg.eigvalsh(line)[0] <= 2 / h**2
    u = 1 / h
    prediction = np.array([np.exp(-u / 16), np.exp(-9 * u / 16)]) @ np.linalg.solve(
        np.array([[1, np.exp(-u)], [np.exp(-u), 1]]), [1, -1]
    )
    assert abs(prediction - 0.5) <= u
    assert prediction <= 16 * h / (1 - np.exp(-u))


@pytest.mark.parametrize(
    "label",
    ["B64", "B64-ordered", "slip-rate", "slip-ones", "slip-norm", "slip-critical-weight", "slip-learning-rate",
     "slip-depth-scale"],
)  # fmt: skip
def test_a_slip_has_a_witness_that_can_be_recomputed(label, capsys):
    row = claim(label)
    judgement = row.judge()
    assert judgement.verdict is Verdict.REFUTED
    assert judgement.refutation is not None
    with mp.workdps(15):  # the lines set the digits of mpmath, for every test that follows
        exec(judgement.refutation.reproduce(), {})
    assert len(capsys.readouterr().out.splitlines()) >= 2


def test_the_critical_weight_of_the_notebook():
    """At sigma_w^2 = 1.76 the variance with chi_1 = 1, by bisection on an integral, and its bias variance."""
    z, weights = np.polynomial.hermite_e.hermegauss(150)
    mean = lambda values: float((weights * values).sum() / np.sqrt(2 * np.pi))  # noqa: E731
    slope = lambda q: 1.76 * mean(4 / np.pi * np.exp(-2 * q * z**2))  # noqa: E731
    q = optimize.brentq(lambda q: slope(q) - 1, 0.1, 3)
    bias = q - 1.76 * mean(special.erf(np.sqrt(q) * z) ** 2)
    found = float(notebook_slips.bias_on_curve(notebook_slips.variance_of(notebook_slips.w)))
    assert found == pytest.approx(bias, abs=1e-9)
    assert 0.1859 < found < 0.1860
