"""Duals of activations such as ELU and SELU: linear on one side of 0, exponential on the other."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import sympy as sp
from flint import acb, arb

from deepcond_sym.activations import Activation
from deepcond_sym.arithmetic import precision, working_bits
from deepcond_sym.duals.atoms import AtomPiece
from deepcond_sym.duals.derivation import DerivationStep, StepError, require
from deepcond_sym.duals.distribution import Delta, Distribution, Smooth, StepTerm
from deepcond_sym.duals.moments import atom_pieces, constant_ball
from deepcond_sym.duals.price import hermite_moment
from deepcond_sym.duals.price_integral import PriceIntegralDual, integral_from_zero
from deepcond_sym.duals.price_steps import activation_step, derivative_rule
from deepcond_sym.symbols import x
from deepcond_sym.verdict import Verdict


class ExponentialStepDual(PriceIntegralDual):
    """sigma'' = A delta + B g with g(x) = exp(a x) for x < 0, a > 0 (or its mirror image).

    g' = a g - delta, so the dual G of g solves G' = a^2 G - 2 a D + delta-delta, where D = dual of (g, delta) and
    delta-delta are explicit. Solved from rho = 1, everything is one integral over the angle of entire functions.

    >>> from deepcond_sym.duals import dual
    >>> dual("elu")("1/2", bits=60).str(15)
    '[0.324783648956762 +/- 4.37e-16]'

    Source: derived here.
    """

    def __init__(
        self,
        activation: Activation,
        pieces: tuple[AtomPiece, ...],
        sigma: Distribution,
        mass: sp.Expr,
        factor: sp.Expr,
        rate: sp.Expr,
    ) -> None:
        self._mass, self._factor, self._rate = mass, factor, rate
        # G(1) = E[exp(2 a X); X < 0]
        self._g_at_one = sp.exp(2 * rate**2) * sp.erfc(sp.sqrt(2) * rate) / 2
        steps = (
            activation_step(pieces, sigma.expr()),
            DerivationStep(
                r"\sigma'' = A\,\delta + B\,g, \quad g(x) = e^{a x} 1_{x < 0}, \quad g' = a g - \delta,"
                r" \quad A = <0>,\ B = <1>,\ a = <2>",
                "Differentiate twice as a distribution (up to a reflection of x, which leaves the dual unchanged).",
                "exact",
                partial(_judge_second_derivative, pieces),
                (mass, factor, rate),
            ),
        )
        super().__init__(
            activation,
            steps,
            r"\hat\sigma(1) - \hat\sigma(\cos\theta) = \hat\sigma'(1) w - \frac{B^2}{a^4} G(1) \kappa(a^2 w)"
            r" - \int_0^\theta \Bigl[ \bigl(A^2 u - \tfrac{B^2}{a^4} \kappa(a^2 u)\bigr) \frac{1}{2\pi}"
            r" + 2 \bigl(A B u + \tfrac{B^2}{a^3} \kappa(a^2 u)\bigr) D(\tau) \sin\tau \Bigr] d\tau,"
            r" \quad w = 1 - \cos\theta,\ u = \cos\tau - \cos\theta,\ \kappa(t) = e^{-t} - 1 + t",
        )

    def _judge_integral(self, *formulas: sp.Expr) -> bool:
        """Also whether the slope at rho = 0 is a_1^2."""
        pieces = atom_pieces(self.activation)
        assert pieces is not None
        with precision(bits=120):
            gap = self._slope(arb(1)) - constant_ball(hermite_moment(pieces, 1)) ** 2
        require(bool(gap.contains(0) and gap.rad() < 2.0**-80), "the slope at rho = 0 is not a_1 squared")
        return super()._judge_integral()

    def _constants(self) -> tuple[arb, arb, arb, arb]:
        return (
            constant_ball(self._mass),
            constant_ball(self._factor),
            constant_ball(self._rate),
            constant_ball(self._g_at_one),
        )

    def _raw_complement(self, w: arb, theta: arb) -> arb:
        mass, factor, a, at_one = self._constants()
        a2 = a * a

        def kernel(u: acb) -> tuple[acb, acb]:
            bend = factor**2 / a2**2 * _kappa(a2 * u)
            return mass**2 * u - bend, 2 * (mass * factor * u + a * bend)

        integral = self._integral(theta, kernel)
        bend_at_w = _kappa(acb(a2 * w)).real
        return constant_ball(self._slope_at_one) * w - factor**2 / a2**2 * at_one * bend_at_w - integral

    def _raw_slope(self, w: arb, theta: arb) -> arb:
        mass, factor, a, at_one = self._constants()
        a2 = a * a

        def kernel(u: acb) -> tuple[acb, acb]:
            bend = -(factor**2) / a2 * (-a2 * u).expm1()
            return mass**2 - bend, 2 * (mass * factor + a * bend)

        start = -(factor**2) / a2 * at_one * (-a2 * w).expm1()
        return constant_ball(self._slope_at_one) - start - self._integral(theta, kernel)

    def _integral(self, theta: arb, kernel: Callable[[acb], tuple[acb, acb]]) -> arb:
        """The integral of k1(u)/(2 pi) + k2(u) D sin(tau), D = phi(0) exp(a^2 sin^2/2) P(Z < -a sin)."""
        a = constant_ball(self._rate)
        density = 1 / (2 * arb.pi())
        root, centre = arb(2).sqrt(), density.sqrt() / 2

        def integrand(tau: acb) -> acb:
            u = 2 * ((theta + tau) / 2).sin() * ((theta - tau) / 2).sin()
            first, second = kernel(u)
            sine = tau.sin()
            scaled = a * sine
            return first * density + second * sine * centre * (scaled * scaled / 2).exp() * (scaled / root).erfc()

        return integral_from_zero(integrand, theta)


def _judge_second_derivative(
    pieces: tuple[AtomPiece, ...], mass: sp.Expr, factor: sp.Expr, rate: sp.Expr
) -> Verdict:
    left = mass * sp.DiracDelta(x) + factor * sp.exp(rate * x) * (1 - sp.Heaviside(x))
    right = mass * sp.DiracDelta(x) + factor * sp.exp(-rate * x) * sp.Heaviside(x)
    try:
        return derivative_rule(pieces, 2, sp.expand(left))
    except StepError:
        return derivative_rule(pieces, 2, right)


def _kappa(t: acb) -> acb:
    """exp(-t) - 1 + t, by its series where it would cancel."""
    if abs(t).upper() < arb("0.01"):
        total, term, k = acb(0), t * t / 2, 2
        limit = arb(2) ** -(working_bits() + 40)
        while True:
            total += term
            k += 1
            term = -term * t / k
            size = abs(term).upper()
            if size <= limit * abs(t).upper() ** 2 or k > 400:
                # alternating in size with ratio below 1/100: the rest is at most twice the next term
                bound = (2 * size).upper()
                return total + acb(arb(0, bound), arb(0, bound))
    return (-t).expm1() + t


def exponential_step_dual(activation: Activation, pieces: tuple[AtomPiece, ...]) -> ExponentialStepDual | None:
    """The dual of an activation with sigma'' = A delta + B exp(a x) on one side of 0, or None."""
    sigma = Distribution.from_pieces(pieces)
    if sigma is None or activation.jumps:
        return None
    second = sigma.derivative().derivative()
    mass, smooth, step = sp.S.Zero, None, None
    for term, coefficient in second.terms.items():
        match term:
            case Delta(0, knot) if knot == 0:
                mass = coefficient
            case Smooth(0, linear, quadratic) if quadratic == 0 and linear.is_real and smooth is None:
                smooth = (linear, coefficient)
            case StepTerm(0, linear, quadratic, knot) if knot == 0 and quadratic == 0 and linear.is_real and not step:
                step = (linear, coefficient)
            case _:
                return None
    if step is None:
        return None
    if smooth is None:
        rate, factor = -step[0], step[1]
    elif smooth[0] == step[0] and sp.expand(smooth[1] + step[1]) == 0:
        rate, factor = smooth
    else:
        return None
    return ExponentialStepDual(activation, pieces, sigma, mass, factor, rate) if rate.is_positive else None
