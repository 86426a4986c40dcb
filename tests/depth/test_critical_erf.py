"""Critical erf at any depth and the constants of Abel's equation, against the recursion in digits of mpmath."""

from typing import Any

import mpmath
import pytest
from flint import acb, arb
from mpmath import mp, mpf

import deepcond_sym as dc
from deepcond_sym.arithmetic import mp_from_ball, precision
from deepcond_sym.depth.critical_erf import CriticalErf, State
from deepcond_sym.depth.critical_line import critical_line
from deepcond_sym.depth.fatou_erf import ORDER
from deepcond_sym.errors import AccuracyError, InputError


class Recursion:
    """The sheet's closed forms: q from the bias by Newton's method, T by arcsines, Tdot by its root."""

    def __init__(self, bias: str) -> None:
        self.b = mpf(bias)
        t = lambda q: 2 * q / (1 + 2 * q)  # noqa: E731
        self.q = mpmath.findroot(lambda q: q - mpmath.sqrt(1 + 4 * q) * mpmath.asin(t(q)) / 2 - self.b, 1)
        self.w = mp.pi / 4 * mpmath.sqrt(1 + 4 * self.q)
        square = t(self.q) ** 2
        self.a, self.kappa = square / (2 * (1 - square)), -(1 + 2 / square) / 3

    def layer(self, c: Any, tangent: Any) -> tuple[Any, Any]:
        q, w = self.q, self.w
        slope = w * 4 / mp.pi / mpmath.sqrt((1 + 2 * q) ** 2 - 4 * (q * c) ** 2)
        after = (w * 2 / mp.pi * mpmath.asin(2 * q * c / (1 + 2 * q)) + self.b) / q
        return after, after + slope * tangent


@pytest.mark.parametrize("bias", ["0.05", "0.18", "4", "0.002"])
def test_the_jump_agrees_with_the_recursion(bias):
    """From a large gap the jump still has some digits: layers one by one must fall into its balls."""
    with precision(bits=150):
        network = CriticalErf.read(bias)
        for u, share in ((arb("1.3"), 16), (arb("0.02"), 60)):
            start, layers = network.approach(State(u, arb(0)), share)
            state, orbit = start, Recursion(bias)
            c, tangent = mpf(1) - mp_from_ball(start.gap.mid()), mp_from_ball(start.tangent.mid())
            for _ in range(400):
                state = network.step(state)
                c, tangent = orbit.layer(c, tangent)
            jumped = network.fatou.jump(start, 400)
            assert jumped.gap.overlaps(state.gap)
            assert jumped.tangent.overlaps(state.tangent)
            assert jumped.gap.rel_accuracy_bits() > 40
            assert jumped.tangent.rel_accuracy_bits() > 40
            assert abs(1 - c - mp_from_ball(jumped.gap.mid())) < mpf("1e-12")
            assert abs(tangent - mp_from_ball(jumped.tangent.mid())) < mpf("1e-9")
            assert layers < 20_000


def test_the_defects_vanish_to_the_order_that_schwarz_needs():
    """On circles of 1/4 and 1/8 of the radius the defects fall by 2^-(ORDER + 2) each time, from 4^-(ORDER + 2)."""
    with precision(bits=300):
        fatou = CriticalErf.read("0.05").fatou
        for place, bound in enumerate(fatou.maxima[:4]):
            for share in (4, 8):
                for angle in ("0.3", "2"):
                    y = acb(0, arb(angle)).exp() * fatou.radius / share
                    defect = abs(fatou._defects(y)[place])
                    assert defect < bound * arb(share) ** -(ORDER + 2)
                    assert defect > 0


@pytest.mark.parametrize("bias", ["0.05", "0.18"])
def test_abel_limit_is_the_limit_of_the_definition(bias):
    """1/gamma_l - A l - kappa' A log l at 4096 and 8192; what is left is of the order (log l)/l."""
    limit = dc.abel_limit("0.3", bias_variance=bias)
    assert limit.rel_accuracy_bits() >= 60
    with mp.workdps(30):
        orbit, c, errors = Recursion(bias), mpf("0.3"), []
        for layer in range(1, 8193):
            c, _ = orbit.layer(c, 0)
            if layer in (4096, 8192):
                value = 1 / (1 - c) - orbit.a * layer - orbit.kappa * orbit.a * mpmath.log(layer)
                errors.append(value - mp_from_ball(limit.mid()))
        assert abs(errors[0]) < mpf("0.002")
        # the next term is (kappa'^2 A log l + constant)/l
        growth = 8192 * errors[1] - 4096 * errors[0]
        assert abs(growth - orbit.kappa**2 * orbit.a * mpmath.log(2)) < mpf("0.005")


def test_abel_equation():
    """One layer earlier the constant is smaller by A, for erf; for ReLU, by k/2."""
    with mp.workdps(60):
        orbit = Recursion("0.18")
        after = orbit.layer(mpf("-0.8"), 0)[0]
        with precision(bits=190):
            first = dc.abel_limit("-0.8", bias_variance="0.18", bits=100)
            second = dc.abel_limit(arb(mpmath.nstr(after, 55)), bias_variance="0.18", bits=100)
            assert abs(mp_from_ball((second - first).mid()) - orbit.a) < mpf("1e-30")
            c = mpf("-0.8")
            after = (mpmath.sqrt(1 - c**2) + c * (mp.pi - mpmath.acos(c))) / mp.pi
            first = dc.abel_limit("-0.8", activation="relu", bits=100)
            second = dc.abel_limit(arb(mpmath.nstr(after, 55)), activation="relu", bits=100)
            assert abs(mp_from_ball((second - first).mid()) - mpmath.sqrt(2) / (3 * mp.pi)) < mpf("1e-30")


def test_abel_limit_of_relu():
    limit = dc.abel_limit(0, activation="relu")
    k = 2 * mpmath.sqrt(2) / (3 * mp.pi)
    errors = []
    for depth in (5_000, 10_000):
        gap = dc.DepthMap("relu", depth, weight_variance=2).nngp_complement(1, digits=30)
        errors.append(1 / mpmath.sqrt(gap) - k / 2 * depth - 3 * k / 4 * mpmath.log(depth) - mp_from_ball(limit.mid()))
    assert abs(errors[0]) < mpf("0.002")
    assert 0.5 < errors[1] / errors[0] < 0.58


def test_more_bits_stay_in_the_ball():
    for rho in ("-1", "0.999999"):
        coarse, fine = (dc.abel_limit(rho, bias_variance="0.1", bits=bits) for bits in (20, 180))
        with precision(bits=300):
            assert coarse.contains(fine)


def test_the_tangent_kernel_has_no_logarithm_of_its_own():
    """p_ab/q* - 1/(3 A gamma) tends to 31/18 - 5/(9 t^2) for all data; l/3 is left only with the logarithm."""
    with precision(bits=120):
        network = CriticalErf.read("0.05")
        for u in ("0.1", "1.9"):
            gap, tangent = network.after(10**9, arb(u), 100)
            left = tangent - 1 / (3 * network.line.a * gap) - (arb(31) / 18 - 5 / (9 * network.line.t**2))
            assert abs(left) < 1e-7


def test_the_constants_agree_with_the_interval_newton_step():
    point = critical_line("erf", "0.18", bits=100)
    with precision(bits=120):
        line = CriticalErf.read("0.18").line
        assert line.q.overlaps(point.q_star)
        assert line.weight.overlaps(point.weight_variance)
        assert line.a.overlaps(point.curvature)
        assert line.q.rel_accuracy_bits() > 100


def test_equal_inputs_and_shallow_depths():
    with precision(bits=100):
        network = CriticalErf.read("0.18")
        assert network.after(1000, arb(0), 50) == State(arb(0), arb(1000))
        first = network.after(1, arb(1), 50)
        assert abs(float(first.gap + first.tangent) - 1) < 1e-15
        assert network.after(0, arb(1), 50) == State(arb(1), arb(0))


def test_a_ball_that_pokes_out_of_the_range():
    """It stands for its part inside, also where all of that is next to opposite inputs."""
    with precision(bits=100):
        network = CriticalErf.read("0.05")
        wide = network.step(State(arb("1.9", "0.3"), arb(0))).gap
        for u in ("1.6", "1.8", "2"):
            assert wide.contains(network.step(State(arb(u), arb(0))).gap)


def test_refusals():
    refused: tuple[dict[str, Any], ...] = (
        {"rho": 1, "bias_variance": "0.05"}, {"rho": "1/2"}, {"rho": "1/2", "bias_variance": 0.05},
        {"rho": "1/2", "bias_variance": -1}, {"rho": 2, "bias_variance": 1}, {"rho": 0, "bias_variance": 1, "bits": 0},
        {"rho": 0, "activation": "elu", "bias_variance": 1}, {"rho": 0, "activation": "relu", "bias_variance": 1},
    )  # fmt: skip
    for arguments in refused:
        with pytest.raises(InputError):
            dc.abel_limit(**arguments)
    with pytest.raises(AccuracyError, match="certainly"):
        dc.abel_limit(u=arb("1e-20", "1e-19"), bias_variance="0.05")
    with precision(bits=100), pytest.raises(AccuracyError, match="one by one"):
        CriticalErf.read("0.05").fatou.jump(State(arb(1), arb(0)), 10)
