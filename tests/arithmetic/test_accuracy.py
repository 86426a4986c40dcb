"""Accuracy is asked for, not precision."""

import flint
import mpmath
import pytest
from flint import arb

from deepcond_sym.arithmetic import ball, decimal, lower, precision, to_digits, to_relative, working_bits
from deepcond_sym.errors import AccuracyError, InputError
from deepcond_sym.symbols import x


@pytest.mark.parametrize("digits", [1, 15, 50, 1000])
def test_cancellation_is_overcome(digits):
    # exp(t) - 1 - t at t = 1e-30 is about 5e-61.
    value = to_digits(lambda: (arb(10) ** -30).exp() - 1 - arb(10) ** -30, digits)
    with precision(digits=digits + 100):
        t = mpmath.mpf(10) ** -30
        truth = mpmath.expm1(t) - t
        assert abs(value.mid() - arb(mpmath.nstr(truth, digits + 60))) <= arb(10) ** -digits * abs(
            arb(mpmath.nstr(truth, 20))
        )


def test_the_radius_is_within_the_bits_asked_for():
    for bits in (1, 20, 53, 333):
        value = to_relative(lambda: arb.pi() - arb("3.14159265358979"), bits)
        with precision(bits=2 * bits + 64):
            assert value.rad() <= arb(2) ** -bits * abs(value)


def test_exact_zero_is_fine_and_hidden_zero_is_not():
    assert to_digits(lambda: arb(0), 50).is_zero()
    with pytest.raises(AccuracyError, match="exactly 0"):
        to_relative(lambda: arb(2).sqrt() ** 2 - 2, 20, max_bits=2000)


def test_what_never_becomes_finite_is_reported_as_such():
    with pytest.raises(AccuracyError, match="No finite value"):
        to_digits(lambda: arb("nan"), 10, max_bits=1000)


def test_precision_is_restored_also_after_failure():
    before = flint.ctx.prec, mpmath.mp.prec
    with pytest.raises(AccuracyError):
        to_digits(lambda: arb("nan"), 10, max_bits=1000)
    with pytest.raises(ZeroDivisionError):
        to_digits(lambda: arb(1 // 0), 10)
    assert (flint.ctx.prec, mpmath.mp.prec) == before


@pytest.mark.parametrize("bad", [0, -3, 2.5, True, "10"])
def test_bad_requests_are_refused(bad):
    with pytest.raises(InputError):
        to_digits(lambda: arb(1), bad)
    with pytest.raises(InputError):
        to_relative(lambda: arb(1), bad)
    with pytest.raises(InputError):
        precision(bits=bad).__enter__()
    with pytest.raises(InputError):
        decimal(arb(1), bad)


def test_the_evaluation_must_return_a_ball():
    with pytest.raises(InputError, match="arb"):
        to_digits(lambda: 1.0, 10)


def test_precision_sets_both_and_nests():
    outer = flint.ctx.prec, mpmath.mp.prec
    with precision(bits=100) as bits:
        assert bits == working_bits() == flint.ctx.prec == mpmath.mp.prec == 100
        with precision(digits=50):
            assert mpmath.mp.dps == 50
            assert flint.ctx.prec == mpmath.mp.prec
        assert working_bits() == mpmath.mp.prec == 100
        with pytest.raises(KeyError), precision(bits=200):
            raise KeyError
        assert working_bits() == mpmath.mp.prec == 100
    assert (flint.ctx.prec, mpmath.mp.prec) == outer
    for wrong in ({}, {"bits": 10, "digits": 10}, {"bits": 10**9}):
        with pytest.raises(InputError):
            precision(**wrong).__enter__()


def test_lowered_functions_take_part():
    function = lower(x**2 - 2, ball)
    value = to_digits(lambda: function("1.41421356237309504880168872420969807856967187537694"), 30)
    assert value.rel_accuracy_bits() > 99
