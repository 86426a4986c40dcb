"""How many layers make the kernel well conditioned: the least depth at which a bound says kappa <= 1 + epsilon.

Assumption A: |x_i . x_j| <= 1 - delta for i != j. Assumption B: lambda_min(x_i . x_j) >= delta. All bounds are for
normalised activations, decrease with depth, and are compared with epsilon in balls on both sides of the answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

import sympy as sp
from flint import arb, fmpq

from deepcond_sym.activations import Activation
from deepcond_sym.arithmetic import ball, precision
from deepcond_sym.errors import AccuracyError, InputError

from .variance_map import VarianceMap

MOST_LAYERS = 100_000
_BITS = (128, 256, 512, 1024)


@dataclass(frozen=True)
class Question:
    """n unit vectors that are separated by delta, and the condition number 1 + epsilon that is wanted.

    >>> Question(100, Fraction(1, 10), Fraction(1, 10)).level_a
    Fraction(1, 2079)
    """

    points: int
    separation: Fraction
    epsilon: Fraction

    def __post_init__(self) -> None:
        if self.points < 2:
            raise InputError("the number of points is an integer, at least 2")
        if not 0 < self.separation <= 1:
            raise InputError("the separation delta lies in (0, 1]: |x_i . x_j| <= 1 - delta")
        if self.epsilon <= 0:
            raise InputError("epsilon is positive: the condition number wanted is 1 + epsilon")

    @property
    def level_a(self) -> Fraction:
        """Under A, by Gershgorin: b <= epsilon/((2 + epsilon)(n - 1)) gives (1 + (n-1) b)/(1 - (n-1) b) <= 1 + epsilon.
        """
        return self.epsilon / ((2 + self.epsilon) * (self.points - 1))

    @property
    def level_b(self) -> Fraction:
        """Under B: b <= epsilon/(n + epsilon) gives 1 + n b/(1 - b) <= 1 + epsilon (equicorrelated data: =)."""
        return self.epsilon / (self.points + self.epsilon)


def printed_depth_a(nonlinearity: Callable[[], arb], asked: Question) -> int:
    """agarwal2021, Corollary 4: kappa <= 1 + 2n (1 - mu/2)^(L - L_1), L >= L_1.

    >>> printed_depth_a(lambda: arb(1), Question(16, Fraction(1, 4), Fraction(1, 8)))
    14
    """
    n, delta, epsilon = asked.points, asked.separation, asked.epsilon
    wait = _steps(lambda: 1 + nonlinearity() / 2, 1 / (2 * delta))
    gather = _steps(lambda: 1 / (1 - nonlinearity() / 2), Fraction(n))
    return wait + gather + _steps(lambda: 1 / (1 - nonlinearity() / 2), 2 * n / epsilon)


def printed_depth_b(nonlinearity: Callable[[], arb], asked: Question) -> int:
    """agarwal2021, Corollary 8: kappa <= 1 + (n/delta) (1 + mu/2)^(-L)."""
    return _steps(lambda: 1 + nonlinearity() / 2, asked.points / (asked.separation * asked.epsilon))


def odds_depth(nonlinearity: Callable[[], arb], separation: Fraction, level: Fraction) -> int:
    """The least L with (1 + delta/(1 - delta) (1 + mu)^L)^(-1) <= level: the odds bound D2. Source: derived here."""
    if separation == 1:
        return 0
    return _steps(lambda: 1 + nonlinearity(), (1 / level - 1) * (1 - separation) / separation)


def supremum_depth(nonlinearity: Callable[[], arb], separation: Fraction, level: Fraction) -> int:
    """The least L with b_L <= level, b_L the L-th iterate of (1 - mu) rho + mu rho^2 from 1 - delta: D1, the exact
    supremum over all normalised activations with this mu. Source: derived here.

    >>> supremum_depth(lambda: arb(1), Fraction(1, 2), Fraction(1, 256))
    3
    """

    def iterates() -> Iterator[arb]:
        mu, b = nonlinearity(), _exact(1 - separation)
        while True:
            yield b
            b = b * (1 - mu * (1 - b))

    return _first(iterates, level)


def activation_depth(normalised: Activation, separation: Fraction, level: Fraction) -> int:
    """The least L with sigma_hat^(L)(1 - delta) <= level for this normalised activation.

    >>> from deepcond_sym.activations import activation
    >>> activation_depth(activation("hermite(2)"), Fraction(1, 2), Fraction(1, 256))
    3

    Source: derived here: with level_b it is the exact minimax depth for this activation, attained by equicorrelated
    data, since lambda_min >= sigma_hat^(L)(1) - sigma_hat^(L)(1 - delta) (agarwal2021, Lemma 24)."""
    network = VarianceMap(normalised, sp.Integer(1), sp.Integer(0))

    def iterates() -> Iterator[arb]:
        (layer,) = network.layers(1, ball).maps
        u = _exact(separation)
        c = 1 - u
        while True:
            yield c
            c, u = layer.step(c, u)

    return _first(iterates, level)


def _steps(base: Callable[[], arb], level: Fraction) -> int:
    """The least k >= 0 with base^k >= level, base > 1."""
    if level <= 1:
        return 0

    def powers() -> Iterator[arb]:
        factor, power = 1 / base(), arb(1)
        while True:
            yield power
            power = power * factor

    return _first(powers, 1 / level)


def _first(sequence: Callable[[], Iterator[arb]], level: Fraction) -> int:
    """The place of the first member that is <= level, where all before it certainly are not; more bits as needed."""
    for bits in _BITS:
        with precision(bits=bits):
            bound = _exact(level)
            for k, member in enumerate(sequence()):
                if member <= bound:
                    return k
                if not member > bound:
                    break
                if k == MOST_LAYERS:
                    raise AccuracyError(f"more than {MOST_LAYERS} layers are needed: ask for a larger epsilon")
    raise AccuracyError(f"at some depth a bound agrees with {level} to {_BITS[-1]} bits: move epsilon a little")


def _exact(value: Fraction) -> arb:
    return arb(fmpq(value.numerator, value.denominator))
