"""N1: how fast the angle between two inputs tends to 0 with the depth."""

from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import RELU, Claim, Instance, forall, iterate, le
from deepcond_sym.symbols import rho
from proofs_checks.agarwal2021.setting import L, layers

from .angle_steps import (
    at_least,
    at_most,
    at_most_everywhere,
    at_most_sum,
    j,
    now,
    small,
)  # fmt: skip
from .angles import angle, apart
from .one_layer import rest, third, whole

close, opposite = 1 - Fraction(1, 10**8), Fraction(-1)

claim = Claim(
    "starnaud2025/N1",
    title="The angle between two inputs decays like 3 pi/L",
    source="N1, from (A), (B) and (C)",
    printed=r"\frac1{\theta_1}+\frac{L-1}{3\pi}\le\frac1{\theta_L}\le\frac1{\theta_1}+\frac{L-1}{3\pi}"
    r"+\frac2{3\pi^2}\sum_{j<L}\theta_j,\quad\theta_j\le\frac{3\pi}{3\pi/\theta_1+j-1};\qquad"
    r" \frac1{\theta_L}\le\frac1{\theta_1}+\frac{L-1}{3\pi}+\frac{2\theta_1}{3\pi^2}"
    r"+\frac2\pi\log\Big(1+\frac{(L-1)\theta_1}{3\pi}\Big),\quad\frac1{\theta_L}\le\frac1{\theta_1}+\frac{L-1}\pi"
    r"\qquad(L\ge1,\ 0<\theta_1\le\pi)",
    note=r"In the formal statement $\theta_1=\arccos\rho$, and $L$ is the number of layers, the paper's $L-1$. Hence"
    r" $L\theta_L/\pi\to3$ for every pair of different directions.",
    parameters={"gain": third, "rest": rest, "logarithm": 2 / sp.pi, "whole": whole},
    witnesses=(
        (0, Instance({rho: close, L: Fraction(1)})),
        (1, Instance({rho: opposite, L: Fraction(1)})),
        (2, Instance({rho: close, L: Fraction(1)})),
        (3, Instance({rho: opposite, L: Fraction(30)})),
        (4, Instance({rho: opposite, L: Fraction(1)})),
    ),
)


@claim.states
def statement(gain, rest, logarithm, whole):
    first = 1 / angle(rho)
    floor = first + gain * L
    grown = sp.log(1 + angle(rho) * gain * L)
    bounds = {
        "from (A)": le(floor, 1 / now),
        "from (C)": le(1 / now, floor + rest * sp.Sum(angle(iterate(j, rho)), (j, 0, L - 1))),
        "each angle": le(now, 1 / floor),
        "with a logarithm": le(1 / now, floor + rest * angle(rho) + logarithm * grown),
        "from (B)": le(1 / now, first + whole * L),
    }
    return tuple(forall(apart, layers, family=RELU, holds=holds, label=label) for label, holds in bounds.items())


@claim.proves
def proof(prove, goal, gain, rest, logarithm, whole):
    """Each by induction on the depth: a layer gains what (A), (C), (B) say. The first inequality bounds the angles in
    the sum, where 2 theta/(3 pi^2) is less than what the logarithm gains in the next layer."""
    lemmas = at_least, at_most_sum, small, at_most_everywhere, at_most
    return [prove.chain(part, lemma(prove)) for part, lemma in zip(goal, lemmas, strict=True)]


claim.mutant("1/(2.99 pi) for each layer", gain=100 / (299 * sp.pi))
claim.mutant("1/2 in place of 2/3", rest=1 / (2 * sp.pi**2))
claim.mutant("1/20 log in place of 2/pi log", logarithm=sp.Rational(1, 20))
claim.mutant("0.99/pi for each layer", whole=sp.Rational(99, 100) / sp.pi)
