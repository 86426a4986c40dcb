"""The claims about the binary cube, held against all of its points in small dimensions, and against Monte Carlo-free
sums in large ones."""

import itertools
import math

import mpmath as mp
import pytest
import sympy as sp

from deepcond_sym.proof import registry, runner
from proofs_checks.nguyen2021 import hypercube


def every_point(d: int):
    return itertools.product((0, 1), repeat=d)


def distance_to_the_lower_half(x: tuple[int, ...]) -> float:
    """By brute force over all points with at most d/2 ones."""
    lower = [z for z in every_point(len(x)) if 2 * sum(z) <= len(x)]
    return math.sqrt(min(sum((a - b) ** 2 for a, b in zip(x, z, strict=True)) for z in lower))


@pytest.mark.parametrize("d", [2, 4, 6])
def test_the_distance_is_the_root_of_the_excess(d):
    for x in every_point(d):
        assert distance_to_the_lower_half(x) == pytest.approx(math.sqrt(max(sum(x) - d // 2, 0)))


@pytest.mark.parametrize("d", [2, 4, 6, 8, 12])
def test_mean_and_variance_over_all_points(d):
    excess = [max(sum(x) - d // 2, 0) for x in every_point(d)]
    mean = sum(excess) / 2**d
    assert mean == d / 4 * math.comb(d, d // 2) / 2**d
    variance = mean - (sum(map(math.sqrt, excess)) / 2**d) ** 2
    assert variance >= mean / 2
    formal = hypercube.moment(sp.sqrt(hypercube.j) ** 2) - hypercube.moment(sp.sqrt(hypercube.j)) ** 2
    assert float(sp.N(formal.subs(hypercube.m, d // 2).doit())) == pytest.approx(variance)


@pytest.mark.parametrize("d", [2, 20, 2000])
def test_the_sequences_are_what_their_names_say(d):
    """Each of them times P(S = d/2), run as the recursion that the statement defines, against binomial coefficients."""
    half = d // 2
    total, above, mean, distance = mp.mpf(1), mp.mpf(0), mp.mpf(0), mp.mpf(0)
    for i in range(half):
        total = total * (half - i) / (half + i + 1)
        above, mean, distance = above + total, mean + (i + 1) * total, distance + mp.sqrt(i + 1) * total
    weights = {i: mp.mpf(math.comb(d, half + i)) / mp.mpf(2) ** d for i in range(half + 1)}
    middle = weights[0]
    assert mp.almosteq(middle * above, (1 - middle) / 2)
    assert mp.almosteq(middle * mean, mp.fsum(i * w for i, w in weights.items()))
    assert mp.almosteq(middle * distance, mp.fsum(mp.sqrt(i) * w for i, w in weights.items()))
    assert 1 / mp.sqrt(2 * d) <= middle


def test_the_witness_is_recomputed_by_its_own_lines(capsys):
    """The report prints lines of mpmath; they show a variance above 4 = 2/c at d = 2000."""
    (claim,) = registry.select(["nguyen2021/D-r1"])
    lines = runner.judge(claim)["refutation"]["reproduce"]
    assert len(lines.splitlines()) <= 10
    with mp.workdps(40):
        exec(lines, {})
    left, right = (line.split()[-1] for line in capsys.readouterr().out.splitlines()[:2])
    assert float(left) == pytest.approx(5.15484134442216)
    assert float(left) > float(right) == 4
