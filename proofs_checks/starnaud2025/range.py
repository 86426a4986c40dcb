"""Proposition 4, second part: which values the normalised tangent kernel takes."""

from dataclasses import replace
from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import Claim, Instance, Verdict, eq, forall, interval, le, lt
from deepcond_sym.symbols import rho

from .setting import L, correlations, layers, n0, normalised, tangent, variance, width

D, c, theta = variance(), correlations(), tangent()
sequences = [D, c, theta]
_root = -sp.sqrt(3) / 2

printed = Claim(
    "starnaud2025/P4b",
    title="All values of the normalised tangent kernel lie in [0, 1]",
    source="Proposition 4, second part",
    provenance="as reported",
    printed=r"\bar\Theta^{(L)}_\infty(x,x')\in[0,1]",
    expected=Verdict.REFUTED,
    note=r"As printed in v1; $\bar\Theta^{(1)}=x^\top x'$ is negative for obtuse angles, and the witness shows that one"
    r" hidden layer does not change that. What holds is $[-1,1]$; the exact value at $L=2$,"
    r" $x^\top x'=-\frac{\sqrt3}2$ is starnaud2025/P4b-value.",
    beside=("starnaud2025/P4b-value",),
    parameters={"low": -1, "least": 0},
    witnesses=((0, Instance({L: Fraction(2), n0: Fraction(1), rho: Fraction(-4, 5)})),),
)


@printed.states
def printed_statement(low, least):
    frame = (layers, width, interval(rho, low, 1))
    return (
        forall(*frame, sequences=sequences, holds=le(least, normalised(theta(L), L)), label="from below"),
        forall(*frame, sequences=sequences, holds=le(normalised(theta(L), L), 1), label="from above"),
    )


printed.mutant("for angles up to 90 degrees, where it is true", low=0)
printed.mutant("from -1 on, where it is true", least=-1)

value = Claim(
    "starnaud2025/P4b-value",
    title="The normalised tangent kernel is negative at x.x' = -sqrt(3)/2, L = 2",
    source="an exact witness against Proposition 4, second part",
    provenance="derived here",
    printed=r"x^\top x'=-\tfrac{\sqrt3}2:\quad\bar\Theta^{(2)}=\frac1{4\pi}-\frac{\sqrt3}{12}<0,\text{ as }\pi>\sqrt3",
    beside=("starnaud2025/P4b",),
    parameters={"second": 1 / (4 * sp.pi) - sp.sqrt(3) / 12},
)


@value.states
def value_statement(second):
    there = [replace(s, initial=s.initial.subs(rho, _root)) for s in sequences]
    return (
        forall(width, sequences=there, holds=eq(normalised(theta(2), sp.Integer(2)), second), label="L = 2"),
        forall(holds=lt(second, 0), label="negative"),
    )


@value.proves
def value_proof(prove, goal, second):
    """Unfold the recursions; the sign is a comparison of two numbers."""
    at_two, negative = goal
    return [prove.identity(at_two, unfold=[theta(2), theta(1), D(1), c(1)]), prove.evaluate(negative)]


value.mutant("1/(3 pi) in place of 1/(4 pi)", second=1 / (3 * sp.pi) - sp.sqrt(3) / 12)
value.mutant("sqrt(3)/6 in place of sqrt(3)/12", second=1 / (4 * sp.pi) - sp.sqrt(3) / 6)
