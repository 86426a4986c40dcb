"""The geometric limits of smooth networks at q*: against closed forms of erf, and Gauss-Hermite sums for tanh."""

from typing import Any

import mpmath
import numpy as np
import pytest
from flint import arb
from mpmath import mp, mpf

import deepcond_sym as dc
from deepcond_sym.arithmetic import mp_from_ball, precision
from deepcond_sym.errors import InputError


class Erf:
    """q*, c*, the map of a layer and its slope, by closed forms and Newton's method."""

    def __init__(self, weight: str, bias: str) -> None:
        self.w, self.b = mpf(weight), mpf(bias)
        self.q = mpmath.findroot(lambda q: self.second(q, q) - q, 1)
        self.t = 2 * self.q / (1 + 2 * self.q)
        self.c = mpf(1)
        if self.slope(mpf(1)) > 1:
            self.c = mpmath.findroot(lambda c: self(c) - c, (0.1, 0.9), solver="anderson")

    def second(self, q: Any, k: Any) -> Any:
        return 2 * self.w / mp.pi * mpmath.asin(2 * k / (1 + 2 * q)) + self.b

    def __call__(self, c: Any) -> Any:
        return self.second(self.q, self.q * c) / self.q

    def slope(self, c: Any) -> Any:
        return 2 * self.w / mp.pi * self.t / mpmath.sqrt(1 - (self.t * c) ** 2) / self.q


@pytest.mark.parametrize(("weight", "bias"), [("1.25", "0.05"), ("1.5", "0.05"), ("0.5", "1"), ("3", "0.2")])
@pytest.mark.parametrize("rho", ["0.5", "-1", "0.97"])
def test_finite_depths_tend_to_it(weight, bias, rho):
    limit = dc.koenigs_limit(rho, activation="erf", weight_variance=weight, bias_variance=bias, bits=80)
    assert limit.rel_accuracy_bits() >= 80
    with mp.workdps(120):
        network = Erf(weight, bias)
        chi, c, errors = network.slope(network.c), mpf(rho), []
        steps = int(mpmath.ceil(8 * mpmath.log(10) / -mpmath.log(chi)))
        for depth in range(1, 2 * steps + 1):
            c = network(c)
            if depth in (steps, 2 * steps):
                errors.append(abs((network.c - c) / chi**depth / mp_from_ball(limit.mid()) - 1))
        assert errors[0] < mpf("1e-6")
        assert errors[1] < errors[0] * mpf("1e-7")


def test_the_example_of_the_linearised_dynamics():
    """erf (1.25, .05): epsilon^(0) = -0.35667 gives zeta = -0.0988925, not epsilon^(0) itself."""
    network: dict[str, Any] = {"weight_variance": "1.25", "bias_variance": "0.05"}
    with precision(bits=100):
        q = dc.phase("erf", **network, bits=90).q_star
        zeta = -q * dc.koenigs_limit(u=arb("0.35667") / q, activation="erf", **network)
        assert abs(zeta + arb("0.0988925")) < arb("1e-7")


@pytest.mark.parametrize("weight", ["2.5"])
def test_tanh_obeys_the_functional_equation(weight):
    """A(f(c)) = f'(c*) A(c), with f by Gauss-Hermite quadrature of 80^2 points."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(80)
    weights = weights / np.sqrt(2 * np.pi)
    found = dc.phase("tanh", weight, "0.05")
    c, scale = -0.25, np.sqrt(found.q_star)
    other = c * nodes[:, None] + np.sqrt(1 - c * c) * nodes[None, :]
    moment = (weights[:, None] * weights[None, :] * np.tanh(scale * nodes)[:, None] * np.tanh(scale * other)).sum()
    after = (float(weight) * moment + 0.05) / found.q_star
    first, second = (
        dc.koenigs_limit(arb(value), activation="tanh", weight_variance=weight, bias_variance="0.05", bits=20)
        for value in (c, after)
    )
    assert abs(float(second / first) - found.chi_c_star) < 3e-6
    assert first > 0


def test_from_above_and_from_below():
    """c* = 0.8205 for erf (1.5, .05): the sign says from which side, and an odd network is odd in the cosine."""
    network: dict[str, Any] = {"activation": "erf", "weight_variance": "1.5", "bias_variance": "0.05"}
    assert dc.koenigs_limit("0.82", **network) > 0
    assert dc.koenigs_limit("0.821", **network) < 0
    odd: dict[str, Any] = {"activation": "erf", "weight_variance": "2", "bias_variance": 0}
    assert (dc.koenigs_limit("0.3", **odd) + dc.koenigs_limit("-0.3", **odd)).contains(0)
    assert dc.koenigs_limit(0, **odd) == 0


def test_more_bits_stay_in_the_ball():
    for weight in ("1.25", "1.5"):
        network: dict[str, Any] = {"activation": "erf", "weight_variance": weight, "bias_variance": "0.05"}
        for rho in ("-0.9", "0.99"):
            coarse, fine = (dc.koenigs_limit(rho, **network, bits=bits) for bits in (6, 70))
            with precision(bits=200):
                assert coarse.contains(fine)


def test_relu_at_the_fixed_variance():
    """q = q* from the first layer on: gamma' = (sigma_w^2/2) (1 - h(1 - gamma)), so a finite depth by mpmath."""
    limit = dc.koenigs_limit("1/3", weight_variance=1, bias_variance=1, stationary=True, bits=60)
    with precision(bits=500):
        gap = mpf(2) / 3
        for _ in range(120):
            c = 1 - gap
            gap = (1 - (mpmath.sqrt(1 - c**2) + c * (mp.pi - mpmath.acos(c))) / mp.pi) / 2
        assert abs(gap * 2**120 / mp_from_ball(limit.mid()) - 1) < mpf("1e-16")
    assert not limit.overlaps(dc.koenigs_limit("1/3", weight_variance=1, bias_variance=1))


def test_refusals():
    for arguments, message in (
        ({"activation": "erf", "weight_variance": "1.5", "bias_variance": "0.05", "rho": 1}, "equal"),
        ({"activation": "erf", "weight_variance": "1.5", "bias_variance": 0, "rho": -1}, "opposite"),
        ({"activation": "erf", "weight_variance": 1.5, "bias_variance": 0, "rho": 0}, "quotes"),
        ({"activation": "erf", "weight_variance": "1.5", "bias_variance": "0.05", "affine_input": True}, "Only ReLU"),
        ({"activation": "abs", "weight_variance": "0.5", "bias_variance": "0.05", "rho": 0}, "kink"),
        ({"activation": "relu", "weight_variance": 1, "bias_variance": 1, "affine_input": True, "stationary": True},
         "either"),
        ({"activation": "hermite(2)", "weight_variance": 1, "bias_variance": 0, "rho": 0}, "slope 0"),
    ):  # fmt: skip
        with pytest.raises(InputError, match=message):
            dc.koenigs_limit(**{"rho": "1/2", **arguments})
