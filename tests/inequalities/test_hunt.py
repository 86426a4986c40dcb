"""Counterexamples are real, intervals without one hold at every point tried, and what is undecided says so."""

import contextlib
import io
from fractions import Fraction

import mpmath
import numpy as np
import pytest
from flint import arb
from hypothesis import given, settings
from hypothesis import strategies as st

from deepcond_sym import DepthMap
from deepcond_sym.arithmetic import precision
from deepcond_sym.errors import InputError
from deepcond_sym.inequalities import Inequality, hunt, reproduction
from deepcond_sym.verdict import Verdict

RELU = DepthMap("relu", 3, weight_variance=2)


def layer(rho):
    """One layer of ReLU at weight variance 2, in mpmath."""
    return (mpmath.sqrt(1 - rho**2) + rho * (mpmath.pi - mpmath.acos(rho))) / mpmath.pi


def kernels(rho, depth):
    k = theta = mpmath.mpf(rho)
    for _ in range(depth):
        theta = (1 - mpmath.acos(k) / mpmath.pi) * theta
        k = layer(k)
        theta += k
    return k, theta


@pytest.mark.parametrize(
    ("text", "fails"),
    [
        ("ntk(rho)/ntk(1) <= nngp(rho)", lambda k, theta, rho: theta / 4 > k),
        ("nngp(rho) < 7/10", lambda k, theta, rho: k >= mpmath.mpf(7) / 10),
        ("ntk(rho) >= 4*rho + 1/10", lambda k, theta, rho: theta < 4 * rho + mpmath.mpf(1) / 10),
        ("nngp(rho) <= dual(dual(rho)) - 1/100", lambda k, theta, rho: k > layer(layer(rho)) - mpmath.mpf(1) / 100),
        ("exp(-nngp(rho)) > rho/2 + 1/10", lambda k, theta, rho: mpmath.exp(-k) <= rho / 2 + mpmath.mpf(1) / 10),
    ],
)
def test_a_counterexample_is_one(text, fails):
    found = hunt(Inequality(text, RELU))
    if "ntk(rho)/ntk(1)" in text:
        assert found.verdict is not Verdict.REFUTED
        return
    assert found.verdict is Verdict.REFUTED
    assert found.witness is not None
    rho = mpmath.mpf(found.witness.numerator) / found.witness.denominator
    assert fails(*kernels(rho, 3), rho)
    assert found.free == ()


def test_a_narrow_counterexample_is_found():
    """K = rho + 0.3001.. (1 - rho)^(3/2) + ..: it fails only where (1 - rho)^(3/2) < 1e-11."""
    text = "nngp(rho) <= rho + 29/100*(1 - rho)**(3/2) + 10**9*(1 - rho)**3"
    found = hunt(Inequality(text, DepthMap("relu", 1, 2)))
    assert found.verdict is Verdict.REFUTED
    assert found.witness is not None
    with mpmath.workdps(40):
        rho = mpmath.mpf(found.witness.numerator) / found.witness.denominator
        gap = 1 - rho
        assert 0 < gap < 1e-7
        assert layer(rho) > rho + mpmath.mpf(29) / 100 * gap ** (mpmath.mpf(3) / 2) + 10**9 * gap**3


@pytest.mark.parametrize(
    "text", ["nngp(rho) >= rho - 1/1000", "ntk(rho)/ntk(1) <= 2*nngp(rho)", "ntk(2, rho) <= ntk(3, rho) + 1/10"]
)
def test_what_is_certified_holds_wherever_one_looks(text):
    inequality = Inequality(text, RELU)
    found = hunt(inequality)
    assert found.verdict is Verdict.CERTIFIED
    assert found.free == ((Fraction(-1), Fraction(1)),)
    assert (inequality.floats(np.linspace(-1, 1, 4001)) <= 1e-12).all()


def test_where_both_sides_meet_it_is_undecided_with_the_rest_free():
    found = hunt(Inequality("nngp(rho) >= rho", RELU), budget=200)
    assert found.verdict is Verdict.UNDECIDED
    assert found.witness is None
    assert found.largest is not None
    assert found.largest[0] == -1
    assert Fraction(99, 100) < found.largest[1] < 1


def test_an_equality_is_a_counterexample_to_a_strict_inequality_only():
    identity = DepthMap("identity", 2)
    assert hunt(Inequality("nngp(rho) < rho", identity)).verdict is Verdict.REFUTED
    assert hunt(Inequality("nngp(rho) <= rho", identity)).verdict is not Verdict.REFUTED


@settings(max_examples=60, deadline=None)
@given(st.floats(-1, 1), st.floats(0, 0.5), st.sampled_from(["nngp", "ntk", "dual"]), st.floats(0, 1))
def test_a_ball_of_cosines_contains_the_kernel_at_each_of_them(middle, radius, kind, place):
    low, high = max(-1.0, middle - radius), min(1.0, middle + radius)
    inside = min(max(low + place * (high - low), low), high)
    inequality = Inequality(f"{kind}(rho) <= 0", DepthMap("gelu", 2, bias_variance="1/10"))
    with precision(bits=80):
        whole = inequality.difference(arb(low).union(arb(high)))
        assert whole.contains(inequality.difference(arb(inside)).mid())


@pytest.mark.parametrize(
    "network",
    [RELU, DepthMap("gelu", 2), DepthMap("tanh", 1), DepthMap("erf", 2, weight_variance=3, bias_variance="1/10")],
    ids=str,
)
def test_the_lines_print_both_sides_again(network):
    inequality = Inequality("nngp(rho) + ntk(rho) <= rho**2 - 1", network)
    cosine = Fraction(1, 3)
    with precision(bits=100):
        expected = [float(side.mid()) for side in inequality.sides(arb(1) / 3)]
    lines = reproduction(inequality, cosine)
    assert len(lines.splitlines()) <= 11
    with contextlib.redirect_stdout(io.StringIO()) as printed, mpmath.workdps(15):
        exec(lines, {})
    assert [float(word) for word in printed.getvalue().split()] == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("nngp(rho)", "not 0"),
        ("0 <= nngp(rho) <= 1", "not 2"),
        ("1 <= 2", "numbers alone"),
        ("nngp(x) <= 1", "x"),
        ("nngp(1/2, rho) <= 1", "from 0 to"),
        ("dual(2, rho) <= 1", "one layer"),
        ("__import__('os') <= rho", "cannot read"),
    ],
)
def test_what_is_no_inequality_is_refused(text, sentence):
    with pytest.raises(InputError, match=sentence):
        Inequality(text, RELU)


def test_other_bad_requests_are_refused():
    with pytest.raises(InputError, match="no limit NTK"):
        Inequality("ntk(rho) <= 1", DepthMap("step", 1))
    inequality = Inequality("nngp(rho) <= 1", RELU)
    with pytest.raises(InputError, match=r"within \[-1, 1\]"):
        hunt(inequality, Fraction(1), Fraction(0))
    with pytest.raises(InputError, match="at least one"):
        hunt(inequality, budget=0)
