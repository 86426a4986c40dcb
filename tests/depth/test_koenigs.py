"""The limit of (sigma_w^2/2)^(-l) (1 - rho^(l)), against mpmath at finite depths and against `DepthMap`."""

from typing import Any

import mpmath
import pytest
from flint import arb
from mpmath import mp, mpf

import deepcond_sym as dc
from deepcond_sym.arithmetic import mp_from_ball, precision
from deepcond_sym.errors import AccuracyError, InputError

DATA = [("1", "1", 0, False), ("0.5", "0.1", -1, True), ("1.6", "2", "0.9", True), ("0.02", "3", "-0.3", False)]


def scaled_gap(weight, bias, rho, affine, depth):
    """The sequence whose limit it is, from S and q by subtraction at many digits."""
    weight, bias, rho = (mpmath.mpf(x) for x in (weight, bias, rho))
    q, S, layer = (weight + bias, weight * rho + bias, 1) if affine else (mpf(1), rho, 0)
    while layer < depth:
        c = S / q
        h = (mpmath.sqrt(1 - c**2) + c * (mp.pi - mpmath.acos(c))) / mp.pi
        q, S, layer = weight / 2 * q + bias, weight / 2 * q * h + bias, layer + 1
    return (1 - S / q) / (weight / 2) ** depth


@pytest.mark.parametrize(("weight", "bias", "rho", "affine"), DATA)
def test_finite_depths_come_down_to_it(weight, bias, rho, affine):
    limit = dc.koenigs_limit(rho, weight_variance=weight, bias_variance=bias, affine_input=affine, bits=150)
    assert limit.rel_accuracy_bits() >= 150
    with mp.workdps(150):
        with precision(bits=500):
            low, high = mp_from_ball(limit.lower()), mp_from_ball(limit.upper())
        t = mpmath.sqrt(mpf(weight) / 2)
        gaps = []
        for power in (10, 20):
            depth = int(mpmath.ceil(power * mpmath.log(10) / -mpmath.log(t)))
            gap = scaled_gap(weight, bias, rho, affine, depth) / high - 1
            q = mpf(bias) / (1 - mpf(weight) / 2)
            assert abs(gap) < t**depth * 10 * (1 + 1 / mpmath.sqrt(q)) / (1 - t)
            gaps.append(gap * t**-depth)
        # the relative error is a multiple of t^depth, besides the geometric error of q
        assert abs(gaps[0] / gaps[1] - 1) < mpf("1e-6")
        assert 0 < low <= high


def test_it_is_what_the_depth_map_tends_to():
    deep = dc.DepthMap("relu", 400, weight_variance=1, bias_variance="1/2").nngp_complement("1/3", bits=150)
    limit = dc.koenigs_limit(u="1/3", weight_variance=1, bias_variance="1/2", bits=150)
    with precision(bits=600):
        assert (deep * arb(2) ** 400).overlaps(limit)


def test_more_bits_stay_in_the_ball():
    coarse, fine = (dc.koenigs_limit("-1/2", weight_variance="3/2", bias_variance=1, bits=b) for b in (30, 300))
    with precision(bits=400):
        assert coarse.contains(fine)
        assert fine.rel_accuracy_bits() >= 300


def test_the_smallest_gaps_keep_their_digits():
    # one layer changes a gap of 10^-60 by the factor 1 up to 10^-30: A = u/q_last, q_last = 2
    limit = dc.koenigs_limit(u="1e-60", weight_variance=1, bias_variance=1)
    assert abs(float(limit * arb(10) ** 60) - 0.5) < 1e-15
    assert limit.rel_accuracy_bits() >= 64
    assert dc.koenigs_limit(1, weight_variance=1, bias_variance=1) == 0


def test_a_ball_as_cosine_gives_the_hull():
    with precision(bits=128):
        ball = arb("0.5", "1e-6")
    wide = dc.koenigs_limit(ball, weight_variance=1, bias_variance=1)
    for rho in ("0.5", "0.5000009", "0.4999991"):
        assert wide.contains(dc.koenigs_limit(rho, weight_variance=1, bias_variance=1).mid())
    assert wide.rad() < 1e-5


@pytest.mark.parametrize(
    ("weight", "bias", "message"),
    [(2, 1, "below 2"), (3, 1, "below 2"), (1, 0, "positive"), (0, 1, "positive"), (0.3, 1, "in quotes"), (-1, 1, "0")],
)
def test_outside_the_ordered_phase(weight, bias, message):
    with pytest.raises(InputError, match=message):
        dc.koenigs_limit(0, weight_variance=weight, bias_variance=bias)


def test_other_refusals():
    refused: list[dict[str, Any]] = [{}, {"rho": 2}, {"rho": 0, "u": 1}, {"rho": 0, "bits": 0}, {"rho": 0, "bits": 2.0}]
    for arguments in refused:
        with pytest.raises(InputError):
            dc.koenigs_limit(**arguments, weight_variance=1, bias_variance=1)
    with pytest.raises(AccuracyError, match="layers"):
        dc.koenigs_limit(0, weight_variance="1.9999999", bias_variance=1, bits=2000)
    with pytest.raises(AccuracyError, match="exactly"):
        dc.koenigs_limit(u=arb("1e-30", "1e-20"), weight_variance=1, bias_variance=1)
