"""The repaired proof steps of nguyen2021, and the decay of the Hermite coefficients, by routes that the proofs do not
use: quadrature, SciPy's Hermite functions, direct numbers."""

import math

import mpmath as mp
import numpy as np
import pytest

from deepcond_sym.proof import registry, runner

nodes, weights = np.polynomial.legendre.leggauss(200)
half_line = 12 * (nodes + 1) / 2, 12 * weights / 2


def coefficient(degree: int) -> float:
    """mu_r by quadrature over the half-line, with the recurrence of the normalised Hermite polynomials."""
    x, w = half_line
    previous, current = np.zeros_like(x), np.ones_like(x)
    for n in range(degree):
        previous, current = current, (x * current - math.sqrt(n) * previous) / math.sqrt(n + 1)
    return float(np.sum(w * x * current * np.exp(-(x**2) / 2)) / math.sqrt(2 * math.pi))


@pytest.mark.parametrize("degree", [3, 5, 7, 15])
def test_odd_coefficients_vanish(degree):
    assert coefficient(degree) == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("degree", [2, 4, 6, 20])
def test_even_coefficients_lie_between_the_bounds(degree):
    scaled = 2 * math.pi * degree * (degree - 1) * coefficient(degree) ** 2
    assert (2 * degree - 3) ** -0.5 - 1e-12 <= scaled <= (degree - 1) ** -0.5 + 1e-12


@pytest.mark.parametrize("degree", [42, 100, 1000])
def test_the_rate(degree):
    """mu_r^2 = (r - 3)!!^2/(2 pi r!) (nguyen2021/D-H), in 50 digits."""
    with mp.workdps(50):
        square = mp.fac2(degree - 3) ** 2 / (2 * mp.pi * mp.factorial(degree))
        scaled = 2 * mp.pi * degree * (degree - 1) * square * mp.sqrt(degree - mp.mpf(3) / 2)
        assert abs(scaled / mp.sqrt(2 / mp.pi) - 1) < 5e-5
    assert coefficient(20) ** 2 == pytest.approx(float(mp.fac2(17) ** 2 / (2 * mp.pi * mp.factorial(20))))


@pytest.mark.parametrize(("t", "root"), [(1.0, 1.0), (0.5, 2.0), (2.0, 0.5)])
def test_nested_events_are_not_independent(t, root):
    """P(Y > t and Y > root) for Y = max(w, 0), by quadrature."""
    density = lambda z: mp.exp(-(z**2) / 2) / mp.sqrt(2 * mp.pi)  # noqa: E731
    both, first, second = (mp.quad(density, [level, mp.inf]) for level in (max(t, root), t, root))
    assert both > first * second * 2
    variance = 1
    assert mp.exp(-max(t**2, root**2) / (2 * variance)) <= mp.exp(-(t**2) / (4 * variance)) * mp.exp(-(root**2) / 4)


@pytest.mark.parametrize(("n", "degree"), [(10, 2), (1000, 4), (50, 6)])
def test_the_event_makes_the_hadamard_power_of_order_d_to_the_r(n, degree):
    d = 10 * n ** (2 / (degree - 0.5))
    largest = d * n ** (-1 / (degree - 0.5))
    assert (n - 1) * largest**degree <= d**degree * n ** (-0.5 / (degree - 0.5)) * (1 + 1e-12)
    floor = d**degree - (n - 1) * largest**degree
    assert floor / d ** (degree - 1) >= d * (1 - n ** (-0.5 / (degree - 0.5))) * (1 - 1e-12)


@pytest.mark.parametrize("exponent", [0.1, 0.5, 1.0, 2.0])
def test_the_degree_for_the_exponent(exponent):
    needed, printed = 0.2 + 4 / exponent, 0.1 + 2 / exponent
    assert 2 / (needed / 2 - 0.1) == pytest.approx(exponent)
    assert 2 / (printed / 2 - 0.1) > exponent


@pytest.mark.parametrize("name", ["D-e3-printed", "D-e6-printed", "D-e8-printed"])
def test_a_refuted_step_is_recomputed_by_its_own_lines(name, capsys):
    (claim,) = registry.select([f"nguyen2021/{name}"])
    found = runner.judge(claim)["refutation"]
    assert len(found["reproduce"].splitlines()) <= 10
    with mp.workdps(40):
        exec(found["reproduce"], {})
    left, right = (float(mp.mpf(line.split()[-1])) for line in capsys.readouterr().out.splitlines()[:2])
    assert left == pytest.approx(float(found["left"]))
    assert right == pytest.approx(float(found["right"]))
    assert left > right or "==" in found["reproduce"]
