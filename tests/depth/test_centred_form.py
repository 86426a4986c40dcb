"""The centred form contains the image of a ball and does not grow without need, also at the ends 0 and 2."""

import pytest
from flint import arb

from deepcond_sym.arithmetic import precision
from deepcond_sym.depth.centred_form import centred_form
from deepcond_sym.depth.fixed_point import enclose_root
from deepcond_sym.errors import AccuracyError


def _relu_drop(u):
    if u == 0:
        return arb(0)
    theta = 2 * (u / 2).sqrt().asin()
    return (2 * arb.pi() * (theta / 2).sin() ** 2 - theta.sin() + theta * theta.cos()) / arb.pi()


def _square_drop(u):
    return u * (2 - u)


def _step_drop(u):
    return 2 * (u / 2).sqrt().asin() / arb.pi()


@pytest.mark.parametrize("drop", [_relu_drop, _square_drop, _step_drop])
@pytest.mark.parametrize(
    ("low", "high"), [(0, 0.125), (0.0009765625, 0.0010), (0.25, 0.5), (0.9375, 1.125), (1.5, 1.75), (1.875, 2)]
)
def test_image_is_contained(drop, low, high):
    ball = arb((low + high) / 2, (high - low) / 2)
    image = centred_form(drop, ball)
    for step in range(17):
        point = arb(low) + (arb(high) - arb(low)) * step / 16
        assert image.overlaps(drop(arb(point.mid())))


def test_relative_radius_does_not_grow():
    with precision(bits=200):
        ball = arb(2) ** -30 + arb(0, 2**-60)
        image = centred_form(_relu_drop, ball)
        assert image.rad() / image < (ball.rad() / ball) * arb(1.001)


def test_a_ball_poking_out_stands_for_its_inside():
    assert centred_form(_square_drop, arb(0, 0.25)).contains(0)
    assert centred_form(_square_drop, arb(2, 0.25)).contains(0)
    assert not centred_form(_square_drop, arb("nan")).is_finite()


def test_root_is_shut_in():
    root = enclose_root(lambda t: t.cos() - t, arb(0), arb(1))
    assert root.rel_accuracy_bits() > 40
    assert root.overlaps(arb("0.73908513321516064165531208767387340401341175890076"))


def test_root_without_a_change_of_sign_is_refused():
    with pytest.raises(AccuracyError, match="change of sign"):
        enclose_root(lambda t: t * t, arb(-1), arb(1))
