"""T12: the constant 1.466942206924260361 of published code is wrong from the 16th digit: it is pi/(pi - 1)."""

import sympy as sp

from deepcond_sym.activations import activation
from deepcond_sym.arithmetic import decimal, precision
from deepcond_sym.duals import dual, mean, normalized, second_moment, slope_second_moment
from deepcond_sym.duals.moments import constant_ball


def test_the_normalised_relu_slope_is_pi_over_pi_minus_one() -> None:
    relu = activation("relu")
    first, second = mean(relu), second_moment(relu)
    assert first is not None
    assert second is not None
    assert sp.simplify(1 / (2 * (second - first**2)) - sp.pi / (sp.pi - 1)) == 0
    slope = slope_second_moment(normalized(relu))
    assert slope is not None
    assert sp.simplify(slope - sp.pi / (sp.pi - 1)) == 0
    assert dual(normalized(relu)).slope_at_one == slope
    with precision(digits=40):
        assert decimal(constant_ball(slope), 18) == "1.46694220692425986"
