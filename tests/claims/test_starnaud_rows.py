"""starnaud2025, the rows without matrices: what is claimed, held against mpmath, exact fractions and real vectors."""

from fractions import Fraction
from itertools import pairwise

import mpmath
import pytest
from mpmath import mp, mpf

from deepcond_sym.proof import Verdict, registry
from deepcond_sym.proof.claim import Claim


def claim(label: str) -> Claim:
    (found,) = registry.select([f"starnaud2025/{label}"])
    return found


def h(r):
    return (mpmath.sqrt(1 - r**2) + r * (mp.pi - mpmath.acos(r))) / mp.pi


def normalised(depth: int, r):
    """u_L/L by the angle recursion."""
    u = r
    for _ in range(depth - 1):
        u, r = (1 - mpmath.acos(r) / mp.pi) * u + h(r), h(r)
    return u / depth


def printed_lines(label: str, capsys) -> list[mpf]:
    """Both sides of the refuted statement, by the lines that the report prints."""
    refutation = claim(label).judge().refutation
    assert refutation is not None
    code = refutation.reproduce()
    assert len(code.splitlines()) <= 16
    exec(code, {})
    mp.dps = 15
    return [mpf(line.split()[1]) for line in capsys.readouterr().out.splitlines()[:2]]


@pytest.mark.parametrize(
    ("label", "left", "right"),
    [("embedding", "0", "1"), ("P4b", "0", "-0.0683732459041695599"), ("D6-4", "1", "0"), ("S6", "0.25", "0")],
)
def test_a_witness_can_be_recomputed(label, left, right, capsys):
    found = printed_lines(label, capsys)
    assert found[0] == pytest.approx(mpf(left), abs=1e-12)
    assert found[1] == pytest.approx(mpf(right), abs=1e-12)


def test_the_witness_against_the_range_by_the_angle_recursion():
    with mp.workdps(30):
        assert mpmath.nstr(normalised(2, mpf(-4) / 5), 12) == "-0.0683732459042"
        exact = 1 / (4 * mp.pi) - mpmath.sqrt(3) / 12
        assert mpmath.almosteq(normalised(2, -mpmath.sqrt(3) / 2), exact, 1e-25)
        assert mpmath.nstr(exact, 4) == "-0.06476"


def embedded(s):
    """Project s from the north pole: the second intersection of the line through (0, 1) and (s, 0) with the sphere."""
    size = sum(c * c for c in s)
    share = Fraction(2) / (1 + size)
    return [share * c for c in s] + [1 - share]


@pytest.mark.parametrize(
    ("s", "t"), [((0, 0), (1, 0)), ((Fraction(1, 2), 3), (-2, Fraction(1, 5))), ((1, 1), (1, 1))]
)
def test_embedded_points(s, t):
    x, y = embedded(s), embedded(t)
    assert sum(c * c for c in x) == 1
    a, b, p, gap = (sum(c * e for c, e in zip(*pair, strict=True)) for pair in (
        (s, s), (t, t), (s, t), ([c - e for c, e in zip(s, t, strict=True)],) * 2))  # fmt: skip
    product = sum(c * e for c, e in zip(x, y, strict=True))
    assert product == 1 - Fraction(2 * gap) / ((1 + a) * (1 + b)) == Fraction(4 * p + (a - 1) * (b - 1)) / (
        (1 + a) * (1 + b)
    )
    assert (product == 1) == (s == t)


def psi(z, d):
    return 1 / (1 + mpmath.exp(-2 * z / (d * (1 - z**2))))


@pytest.mark.parametrize("d", ["2", "0.3", "0.01"])
def test_the_cutoff(d):
    with mp.workdps(60):
        d = mpf(d)
        assert psi(mpf(0), d) == mpf("0.5")
        assert mpmath.almosteq(mpmath.diff(lambda z: psi(z, d), 0), 1 / (2 * d), 1e-20)
        for z in (mpf(k) / 20 for k in range(1, 20)):
            bound = d * (1 - z**2) / (2 * z)
            assert 1 - psi(z, d) <= bound
            assert psi(-z, d) <= bound
            for side in (z, -z):
                derivative = mpmath.diff(lambda at: psi(at, d), side)
                assert 0 <= derivative <= d * (1 + z**2) / z**2
                assert derivative <= 3 * d**2 * (1 + z**2) * (1 - z**2) / (2 * z**3)


def test_the_cutoff_tends_to_1_for_positive_z():
    assert [float(psi(mpf("0.5"), mpf(1) / k)) > 1 - 10.0 ** (-k / 2) for k in (1, 10, 20)] == [True] * 3


def test_the_predictor_that_alternates():
    """Cramer's rule in exact fractions."""
    seen = []
    for depth in range(2, 40):
        t = Fraction(1, 4) if depth % 2 == 0 else Fraction(3, 4)
        entry = lambda distance, L=depth: 1 - Fraction(distance) / L  # noqa: E731
        a, b, c = entry(0), entry(1), entry(0)
        k0, k1 = entry(t), entry(1 - t)
        det = a * c - b * b
        assert 0 < det == Fraction(2 * depth - 1, depth**2) <= Fraction(2, depth)
        seen.append(((k0 * c - k1 * b) / det, (k1 * a - k0 * b) / det))
        assert seen[-1] == (1 - t, t)
    assert {abs(x[1] - y[1]) for x, y in pairwise(seen)} == {Fraction(1, 2)}


def test_gradient_flow_in_three_dimensions():
    """The exponential of the whole system against the sum of the modes, and against the limit kappa_x kappa^-1 r."""
    kappa = mpmath.matrix([[2, "0.5", "0.25"], ["0.5", 1, 0], ["0.25", 0, 3]])
    row, r = mpmath.matrix([["0.3", "0.7", "-0.2"]]), mpmath.matrix([1, -2, "0.5"])
    values, vectors = mpmath.eigsy(kappa)
    for t in (mpf("0.5"), mpf(3), mpf(40)):
        direct = row * mpmath.lu_solve(kappa, r - mpmath.expm(-t * kappa) * r)
        modes = mpf(0)
        for i, k in enumerate(values):
            q = vectors[:, i]
            g, component = (row * q)[0], (q.T * r)[0]
            f = g * component / k * (1 - mpmath.exp(-k * t))
            assert abs(f - g * component / k) <= abs(g * component) / (k * (1 + k * t))
            modes += f
        assert mpmath.almosteq(direct[0], modes, 1e-10)
    assert mpmath.almosteq(direct[0], (row * mpmath.lu_solve(kappa, r))[0], 1e-10)


@pytest.mark.parametrize("label", ["P3", "D6-3"])
def test_rows_that_are_not_judged_name_what_is_proved_of_them(label):
    row = claim(label)
    assert row.expected is Verdict.UNDECIDED
    assert all(claim(other.split("/")[1]).expected is Verdict.PROVED for other in row.beside)
