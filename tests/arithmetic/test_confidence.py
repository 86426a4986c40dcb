"""Intervals that cover as often as they say: by exact enumeration, and for means against exact distributions."""

from fractions import Fraction
from math import comb

import numpy as np
import pytest
from flint import fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from deepcond_sym.arithmetic import contains, precision
from deepcond_sym.arithmetic.confidence import binomial_tail, clopper_pearson, empirical_bernstein
from deepcond_sym.errors import InputError

fractions = st.fractions(0, 1, max_denominator=1000)


def exact_tail(trials: int, hits: int, p: Fraction) -> Fraction:
    return sum((comb(trials, j) * p**j * (1 - p) ** (trials - j) for j in range(max(hits, 0), trials + 1)), Fraction(0))


@settings(max_examples=150, deadline=None)
@given(st.integers(1, 40), st.integers(-1, 42), fractions)
def test_the_tail_is_the_sum_of_its_terms(trials, hits, p):
    with precision(bits=128):
        found = binomial_tail(trials, hits, p)
        assert contains(found, exact_tail(trials, hits, p))
        assert found.rad() < 1e-25


@pytest.mark.parametrize(("trials", "hits"), [(900, 480), (900, 420), (700, 30), (700, 699)])
def test_a_long_tail_that_is_cut_off_still_contains_the_sum(trials, hits):
    for p in (Fraction(1, 2), Fraction(hits, trials), Fraction(1, 100), Fraction(1013, 1024)):
        with precision(bits=128):
            assert binomial_tail(trials, hits, p).contains(fmpq(*exact_tail(trials, hits, p).as_integer_ratio()))


@pytest.mark.parametrize("trials", [1, 2, 7, 20])
@pytest.mark.parametrize("error", [Fraction(1, 2), Fraction(1, 10), Fraction(1, 1000)])
def test_clopper_pearson_covers_for_every_p(trials, error):
    """P(a <= p <= b) summed over all outcomes, in rationals, on a grid of p and just inside every end."""
    intervals = [clopper_pearson(hits, trials, error) for hits in range(trials + 1)]
    grid = {Fraction(i, 200) for i in range(201)}
    ends = {end for pair in intervals for end in pair}
    nudge = Fraction(1, 2**60)
    grid |= {p for end in ends for p in (end - nudge, end, end + nudge) if 0 <= p <= 1}
    for p in grid:
        for side in (0, 1):
            missed = sum(
                comb(trials, hits) * p**hits * (1 - p) ** (trials - hits)
                for hits, (low, high) in enumerate(intervals)
                if (p < low if side == 0 else p > high)
            )
            assert missed <= error / 2


@pytest.mark.parametrize(("hits", "trials"), [(3, 20), (0, 5), (5, 5), (70, 100)])
def test_clopper_pearson_is_no_wider_than_it_need_be(hits, trials):
    """Just inside the ends the tails are larger than half of the error."""
    error, step = Fraction(1, 50), Fraction(1, 2**47)
    low, high = clopper_pearson(hits, trials, error)
    if hits > 0:
        assert exact_tail(trials, hits, low) <= error / 2 < exact_tail(trials, hits, low + step)
    else:
        assert low == 0
    if hits < trials:
        below = lambda p: 1 - exact_tail(trials, hits + 1, p)  # noqa: E731
        assert below(high) <= error / 2 < below(high - step)
    else:
        assert high == 1


@pytest.mark.parametrize("values", [(0, 1), (-1, 1), (-1, 3)])
@pytest.mark.parametrize("p", [Fraction(1, 100), Fraction(1, 3), Fraction(1, 2), Fraction(19, 20)])
def test_empirical_bernstein_covers_for_two_valued_samples(values, p):
    """Exact coverage: the interval depends on the number of hits only, which is binomial."""
    low, high = (Fraction(v) for v in values)
    mean = low + (high - low) * p
    for count in (2, 30, 200):
        error, missed = Fraction(1, 5), Fraction(0)
        for hits in range(count + 1):
            samples = np.array([float(high)] * hits + [float(low)] * (count - hits))
            a, b = empirical_bernstein(samples, low, high, error)
            assert low <= a <= b <= high
            if not a <= mean <= b:
                missed += comb(count, hits) * p**hits * (1 - p) ** (count - hits)
        assert missed <= error


def test_empirical_bernstein_is_the_formula_of_the_paper():
    samples = np.random.default_rng(0).uniform(0, 1, 1000) ** 3
    a, b = empirical_bernstein(samples, Fraction(0), Fraction(1), Fraction(1, 50))
    width = np.sqrt(2 * samples.var(ddof=1) * np.log(200) / 1000) + 7 * np.log(200) / (3 * 999)
    assert float(a) == pytest.approx(samples.mean() - width, abs=2e-9)
    assert float(b) == pytest.approx(samples.mean() + width, abs=2e-9)
    assert float(a) < samples.mean() - width < samples.mean() + width < float(b)


@pytest.mark.parametrize(("hits", "trials"), [(3, 2), (-1, 2), (0, 0), (1.0, 2), (1, "2")])
def test_numbers_of_hits_that_make_no_sense_are_refused(hits, trials):
    with pytest.raises(InputError):
        clopper_pearson(hits, trials, Fraction(1, 10))


@pytest.mark.parametrize("error", [Fraction(0), Fraction(1), 0.1, Fraction(-1, 2)])
def test_an_error_is_a_fraction_inside_0_and_1(error):
    with pytest.raises(InputError):
        clopper_pearson(1, 2, error)
    with pytest.raises(InputError):
        empirical_bernstein(np.zeros(5), Fraction(0), Fraction(1), error)


@pytest.mark.parametrize("samples", [[0.5], [0.5, 1.1], [0.5, float("nan")], []])
def test_samples_outside_of_their_range_are_refused(samples):
    with pytest.raises(InputError):
        empirical_bernstein(np.array(samples), Fraction(0), Fraction(1), Fraction(1, 10))
