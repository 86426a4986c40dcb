"""T16: a ball with an infinite or NaN radius is asked a question: the only answer is "cannot say"."""

import pytest
import sympy as sp
from flint import arb

from deepcond_sym.arithmetic import (
    ball,
    certainly_at_most,
    certainly_equal,
    certainly_less,
    certainly_positive,
    contains,
    decimal,
    lower,
)
from deepcond_sym.errors import AccuracyError
from deepcond_sym.symbols import x

STRANGE = [arb("nan"), arb("inf"), arb("-inf"), arb(0, "inf"), arb(1) / arb(0), arb(0).log(), arb("nan") + arb(1, 1)]
QUESTIONS = [
    lambda strange: contains(strange, "1/2"),
    lambda strange: contains(strange, 0),
    lambda strange: certainly_positive(strange),
    lambda strange: certainly_less(strange, 1),
    lambda strange: certainly_less(1, strange),
    lambda strange: certainly_at_most(strange, 1),
    lambda strange: certainly_at_most(1, strange),
    lambda strange: certainly_less(strange, strange),
    lambda strange: certainly_equal(strange, strange),
    lambda strange: certainly_equal(strange, 1),
    lambda strange: ball.less(strange, arb(1)),
    lambda strange: ball.equal(strange, arb(1)),
]


@pytest.mark.parametrize("strange", STRANGE, ids=str)
@pytest.mark.parametrize("question", QUESTIONS)
def test_no_strange_ball_decides_anything(question, strange):
    assert question(strange) is None


@pytest.mark.parametrize("strange", STRANGE, ids=str)
def test_no_digit_of_a_strange_ball_is_printed(strange):
    with pytest.raises(AccuracyError):
        decimal(strange, 1)


def test_the_trap_is_real():
    assert arb(0, "inf").contains(1)
    assert arb("inf") > 1


def test_a_strange_ball_passes_through_a_formula_as_strange():
    formula = lower(sp.Piecewise((1 / x, x > 0), (0, True)), ball)
    assert not formula(arb(0, "inf")).is_finite()
    assert formula(arb(2)).contains(arb("0.5"))
    for kinked in (
        sp.sign(sp.log(x)),
        sp.Heaviside(sp.log(x)),
        abs(sp.log(x)),
        sp.Max(sp.log(x), 0),
        sp.Min(sp.log(x), 0),
    ):
        assert not lower(kinked, ball)(-1).is_finite()
