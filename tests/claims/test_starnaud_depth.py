"""starnaud2025 at every depth: the printed inequalities by mpmath's own recursion of the angles, and the formal
statements held against them. The paper's depth L is one more than the number of layers of the formal statements."""

import contextlib
import io
from fractions import Fraction

import mpmath
import pytest
import sympy as sp
from mpmath import mp, mpf

from deepcond_sym.proof import Claim, Instance, Verdict, forall, le, registry
from deepcond_sym.proof.hunt import hunt
from deepcond_sym.proof.refutation import reproduction
from deepcond_sym.symbols import rho
from proofs_checks.agarwal2021.setting import L as layers
from proofs_checks.starnaud2025.angles import angles as all_angles
from proofs_checks.starnaud2025.angles import cosine_of_next, theta
from proofs_checks.starnaud2025.scaling import s

pi = mp.pi
ANGLES = ("1/1000", "1/10", "1", "2", "5/2", "3", "pi")
CORRELATIONS = (Fraction(-1), Fraction(-1, 2), Fraction(0), Fraction(9, 10), 1 - Fraction(1, 10**6))
DEPTHS = (1, 2, 3, 10, 100)


@pytest.fixture(autouse=True)
def digits():
    with mp.workdps(40):
        yield


def claim(label: str) -> Claim:
    (found,) = registry.select([f"starnaud2025/{label}"])
    return found


def number(text: str) -> mpf:
    return +pi if text == "pi" else mpf(Fraction(text).numerator) / Fraction(text).denominator


def h(t):
    """E[relu(u) relu(v)]/E[relu^2] at the angle t, by the integral over the directions in which both are positive."""
    return 2 / pi * mpmath.quad(lambda x: mpmath.cos(x) * mpmath.cos(x - t), [t - pi / 2, pi / 2])


def after(t):
    """T(t), from 1 - h(cos t), which keeps its digits."""
    gap = (2 * pi * mpmath.sin(t / 2) ** 2 - mpmath.sin(t) + t * mpmath.cos(t)) / pi
    return 2 * mpmath.asin(mpmath.sqrt(gap / 2))


def orbit(t, depth: int):
    """theta_1, ..., theta_L and u_L, by the recursion of the paper."""
    angles, u = [t], mpmath.cos(t)
    for _ in range(depth - 1):
        angles.append(after(angles[-1]))
        u = (1 - angles[-2] / pi) * u + mpmath.cos(angles[-1])
    return angles, u


def barrier(t, offset="0.125"):
    """B(t), by its offset."""
    return 3 * pi / (8 * mpmath.sin(t / 2)) - mpf(offset)


def loss(t):
    """g of (E) and (F)."""
    return barrier(after(t)) - (1 - t / pi) * barrier(t) - mpmath.cos(after(t))


@pytest.mark.parametrize("angle", ANGLES)
def test_one_layer(angle):
    t = number(angle)
    with mp.workdps(60):
        assert abs(h(t) - mpmath.cos(after(t))) < mpf(10) ** -38
        formal = cosine_of_next.subs(theta, sp.pi if angle == "pi" else sp.Rational(angle))
        assert abs(h(t) - mpf(sp.N(formal, 50))) < mpf(10) ** -38
        gained = 1 / after(t) - 1 / t
        assert 1 / (3 * pi) <= gained
        assert gained <= 1 / pi + mpf(10) ** -50
        assert gained <= 1 / (3 * pi) + 2 * t / (3 * pi**2) + mpf(10) ** -50
        assert 0 <= loss(t) <= mpf("1.7") * t / pi


def test_where_the_constants_of_one_layer_come_from():
    """1/T = 1/theta + 1/(3 pi) + theta/(6 pi^2) + ..., T(pi) = pi/2, g = O(theta^2), and the largest pi g/theta."""
    t = mpf(1) / 10**6
    gained = 1 / after(t) - 1 / t
    assert abs((gained - 1 / (3 * pi)) / t - 1 / (6 * pi**2)) < 1e-7
    assert abs(1 / after(+pi) - 1 / pi - 1 / pi) < 1e-38
    assert abs(loss(t) / t**2 - mpf(43) / 80 - 5 / (72 * pi**2)) < 1e-6
    peak = mpmath.findroot(lambda x: mpmath.diff(lambda y: pi * loss(y) / y, x), 2)
    assert mpmath.nstr(peak, 5) == "2.0695"
    assert mpmath.nstr(pi * loss(peak) / peak, 7) == "1.679044"


def sides(label: str, part: int, **values):
    """Both sides of a formal statement, by the lines of mpmath that a report would print."""
    named = {"rho": rho, "L": layers, "sigma": s, "w": sp.Symbol("w", real=True)}
    statement = claim(label).statements()[part]
    printed = io.StringIO()
    with mp.workdps(15), contextlib.redirect_stdout(printed):
        exec(reproduction(statement, Instance({named[key]: value for key, value in values.items()})), {})
    return [mpf(line.split()[1]) for line in printed.getvalue().splitlines()[:2]]


@pytest.mark.parametrize("r", CORRELATIONS)
@pytest.mark.parametrize("depth", DEPTHS)
def test_every_depth(r, depth):
    with mp.workdps(60):
        t = mpmath.acos(mpf(r.numerator) / r.denominator)
        angles, u = orbit(t, depth)
        n, first, slack = depth - 1, 1 / t, mpf(10) ** -45
        floor = first + n / (3 * pi)
        sum_ = mpmath.fsum(angles[:-1])
        bounds = {
            ("N1", 0): (floor, 1 / angles[-1]),
            ("N1", 1): (1 / angles[-1], floor + 2 * sum_ / (3 * pi**2)),
            ("N1", 2): (angles[-1], 3 * pi / (3 * pi / t + n)),
            ("N1", 3): (1 / angles[-1], floor + 2 * t / (3 * pi**2) + 2 / pi * mpmath.log(1 + n * t / (3 * pi))),
            ("N1", 4): (1 / angles[-1], first + n / pi),
        }
        left = mpmath.fprod(1 - x / pi for x in angles[:-1])
        d = barrier(t) - mpmath.cos(t)
        bounds |= {
            ("N2", 0): (u, barrier(angles[-1]) - left * d),
            ("N2", 1): (barrier(angles[-1]) - mpf("1.7") - left * (d - mpf("1.7")), u),
            ("N2", 2): (u, barrier(angles[-1])),
        }
        log = mpf(3) / 2 * mpmath.log(1 + n * t / (3 * pi))
        start, mean = 3 * pi / (4 * t) + mpf("0.56"), u / depth
        bounds |= {
            ("N3", 0): (-mpf(5) / (4 * depth), mean - mpf(1) / 4),
            ("N3", 1): (mean - mpf(1) / 4, (start + log) / depth),
            ("N3", 2): (abs(mean - mpf(1) / 4), (start + mpf(3) / 2 * mpmath.log(depth)) / depth),
        }
        x = depth * t / (3 * pi)
        scaled = ((1 + x) ** 4 - 1) / (4 * x * (1 + x) ** 3)
        bounds |= {
            ("N4", 0): (abs(mean - scaled), (mpf(16) / 5 + mpf(3) / 2 * mpmath.log(1 + x)) / depth),
            ("N4", 1): (abs(mean - scaled), (mpf(16) / 5 + mpf(3) / 2 * mpmath.log(depth + 1)) / depth),
        }
        rest = mpf(3) / 8 * mpmath.log(1 + x) / depth
        bounds |= {
            ("N4-rate", 0): (abs(mean - scaled - rest), mpf(21) / (4 * depth)),
            ("N4-rate", 1): (abs(mean - mpf(1) / 4 - rest), (3 * pi / (4 * t) + mpf(21) / 4) / depth),
        }
        ratio = pi / t
        bounds["T2-half", 0] = ((ratio + depth - 2) * u, depth * (ratio - 1 + mpf(n) / 2))
        for (label, part), (low, high) in bounds.items():
            assert low <= high + slack, (label, part)
            if depth <= 10:
                formal = sides(label, part, rho=r, L=Fraction(n))
                for found, wanted in zip(formal, (low, high), strict=True):
                    assert abs(found - wanted) <= 1e-12 * max(1, abs(wanted)), (label, part)


def test_the_lower_half_of_n2_with_the_positive_part():
    for r in (Fraction(-1), Fraction(-9, 10), Fraction(1, 2)):
        t = mpmath.acos(mpf(r.numerator) / r.denominator)
        excess = max(barrier(t, "1.825") - mpmath.cos(t), 0)
        for depth in (1, 2, 5, 50):
            angles, u = orbit(t, depth)
            assert barrier(angles[-1], "1.825") - excess <= u


def test_values_for_orthogonal_inputs():
    """The table of the sheet, between the bounds of N3."""
    table = {2: ".15915", 10: ".31559", 30: ".30020", 100: ".27267", 1000: ".253293"}
    for depth, value in table.items():
        mean = orbit(pi / 2, depth)[1] / depth
        assert mpmath.nstr(mean, len(value) - 1)[1:] == value.rstrip("0")
        assert -1.25 / depth <= mean - 0.25 <= (1.5 + 0.56 + 1.5 * mpmath.log(1 + (depth - 1) / mpf(6))) / depth


def test_the_lower_bound_of_n3_is_attained_by_opposite_inputs():
    assert orbit(+pi, 1)[1] - mpf(1) / 4 == -mpf(5) / 4


def test_the_scaling_function_at_a_fixed_sigma():
    """The error is O(1/L) where L theta_1 is fixed, much less than 1/L times the bound."""
    for x in (mpf(1) / 10, mpf(1), mpf(10)):
        scaled = ((1 + x) ** 4 - 1) / (4 * x * (1 + x) ** 3)
        errors = [depth * abs(orbit(3 * pi * x / depth, depth)[1] / depth - scaled) for depth in (50, 200, 800)]
        assert max(errors) < mpf(16) / 5 + mpf(3) / 2 * mpmath.log(1 + x)
        assert errors[-1] < 2 * errors[0] + 0.2


def test_the_logarithm_in_the_rate():
    """For orthogonal inputs, L (mean - 1/4) grows by 3/8 log(10) from one decade to the next, up to O(log(L)/L)."""
    with mp.workdps(20):
        excess = [depth * (orbit(pi / 2, depth)[1] / depth - mpf(1) / 4) for depth in (1000, 10_000)]
        assert abs(excess[1] - excess[0] - mpf(3) / 8 * mpmath.log(10)) < 3 * mpmath.log(1000) / 1000


def test_the_refutation_of_the_limit_does_not_depend_on_the_depth_chosen():
    """The statement refuted and the one proved beside it speak of the same pairs and depths, and exclude each other."""
    refuted, proved = claim("T2-limit"), claim("T2-half")
    (printed,), (_, opposite) = refuted.statements(), proved.statements()
    assert (printed.variables, printed.given, printed.family) == (opposite.variables, opposite.given, opposite.family)
    assert printed.conclusion.lhs == opposite.conclusion.rhs == sp.Rational(3, 4)
    assert printed.conclusion.rhs == opposite.conclusion.lhs
    assert refuted.expected is Verdict.REFUTED
    judgement = refuted.judge()
    assert judgement.verdict is Verdict.REFUTED
    assert len(judgement.refutation.reproduce().splitlines()) <= 16
    left, right = sides("T2-limit", 0, rho=Fraction(0), L=Fraction(1000))
    assert left == 0.75
    assert abs(right - orbit(pi / 2, 1001)[1] / 1001) < 1e-12


@pytest.mark.parametrize(
    ("label", "changes"),
    [
        ("A", {"gain": 1 / (sp.Rational(299, 100) * sp.pi)}),
        ("B", {"gain": sp.Rational(99, 100) / sp.pi}),
        ("C", {"rest": 1 / (2 * sp.pi**2)}),
        ("E", {"offset": sp.Rational(1, 4)}),
        ("F", {"share": "1.6"}),
    ],
)
def test_a_slightly_stronger_inequality_for_one_layer_is_refuted(label, changes):
    judgement = claim(label).judge(**changes)
    assert judgement.verdict is Verdict.REFUTED
    left, right = judgement.refutation.sides()
    assert mpf(left) > mpf(right)


def test_one_layer_is_proved_for_every_angle():
    judgement = claim("B").judge()
    assert judgement.verdict is Verdict.PROVED
    (angle,), (correlation,) = (statement.variables for statement in judgement.statements)
    assert str(angle) == "theta in (0, pi]"
    assert str(correlation) == "rho in [-1, 1)"


@pytest.mark.parametrize("r", CORRELATIONS)
def test_the_rate_of_lemma_1(r):
    for depth in (1, 2, 10, 300):
        with mp.workdps(60):
            t = mpmath.acos(mpf(r.numerator) / r.denominator)
            last = orbit(t, depth)[0][-1]
            floor = 1 / t + (depth - 1) / (3 * pi)
            wide = 2 * floor + 4 * t / (3 * pi**2) + 4 / pi * mpmath.log(floor * t) + 1 - 2 / pi
            gap = 2 * mpmath.sin(last / 2) ** 2
            assert 2 / wide**2 - mpf(10) ** -50 <= gap <= 1 / (2 * floor**2)
        if depth <= 10:
            formal = [sides("L1", part, rho=r, L=Fraction(depth - 1)) for part in (0, 1)]
            for found, wanted in zip((formal[0][1], formal[1][0]), (1 / (2 * floor**2), 2 / wide**2), strict=True):
                assert abs(found / wanted - 1) < 1e-12


def test_the_hunt_takes_an_interval_up_to_pi():
    """It divided the ends of the interval into integers, which pi has not."""
    statement = forall(all_angles, holds=le(theta, "157/50"))
    found = hunt(statement, seconds=5)
    assert found is not None
    assert Fraction(157, 50) < found.values[theta] < Fraction(355, 113)
