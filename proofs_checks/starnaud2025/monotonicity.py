"""Theorem 2, second half: does the normalised tangent kernel increase with depth? Not at rho = 1/2, from L = 1 to L =
2."""

from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import Claim, Instance, Verdict, eq, forall, interval, lt
from deepcond_sym.symbols import rho

from .setting import L, correlations, layers, n0, normalised, tangent, variance, width

D, c, theta = variance(), correlations(), tangent()
sequences = [D, c, theta]

printed = Claim(
    "starnaud2025/T2-monotone",
    title="The normalised tangent kernel increases with depth",
    source="Theorem 2",
    provenance="as reported",
    printed=r"x\ne x' \implies \bar\Theta^{(L)}_\infty(x,x') \text{ strictly increases (to 1)}",
    expected=Verdict.REFUTED,
    note="At x.x' = 1/2 the first two values are 1/2 and sqrt(3)/(4 pi) + 1/3 = 0.4711...;"
    " the claim starnaud2025/T2-value proves it.",
    beside=("starnaud2025/T2-value",),
    parameters={"low": -1, "high": 1, "depth": L},
    witnesses=((0, Instance({L: Fraction(1), n0: Fraction(1), rho: Fraction(1, 2)})),),
)


@printed.states
def printed_statement(low, high, depth):
    increases = lt(normalised(theta(depth), depth), normalised(theta(depth + 1), depth + 1))
    where = interval(rho, low, high, ")" if low != high else "")
    quantified = (layers, width, where) if depth == L else (width, where)
    return forall(*quantified, sequences=sequences, holds=increases)


printed.mutant("from L = 1 to L = 2 at orthogonal inputs, where it is true", low=0, high=0, depth=1)
printed.mutant("from L = 1 to L = 2 at antipodal inputs, where it is true", low=-1, high=-1, depth=1)

value = Claim(
    "starnaud2025/T2-value",
    title="The normalised tangent kernel decreases at rho = 1/2 from L = 1 to L = 2",
    source="the witness against Theorem 2",
    provenance="derived here",
    printed=r"x^\top x'=\tfrac12:\quad \bar\Theta^{(2)}=\frac{\sqrt3}{4\pi}+\frac13 < \frac12=\bar\Theta^{(1)}",
    beside=("starnaud2025/T2-monotone",),
    parameters={"second": sp.sqrt(3) / (4 * sp.pi) + sp.Rational(1, 3), "first": sp.Rational(1, 2)},
)


@value.states
def value_statement(second, first):
    at_half = interval(rho, "1/2", "1/2")
    return (
        forall(
            width, at_half, sequences=sequences, holds=eq(normalised(theta(2), sp.Integer(2)), second), label="L = 2"
        ),
        forall(width, at_half, sequences=sequences, holds=eq(normalised(theta(1), sp.S.One), first), label="L = 1"),
        forall(holds=lt(second, first), label="smaller"),
    )


@value.proves
def value_proof(prove, goal, second, first):
    """Unfold the recursions at L = 1 and L = 0, at rho = 1/2; the last line is a comparison of two numbers."""
    at_two, at_one, smaller = goal
    down = [theta(2), theta(1), D(1), c(1)]
    return [prove.identity(at_two, unfold=down), prove.identity(at_one, unfold=down[1:]), prove.evaluate(smaller)]


value.mutant("1/4 in place of 1/3", second=sp.sqrt(3) / (4 * sp.pi) + sp.Rational(1, 4))
value.mutant("sqrt(3)/(3 pi) in place of sqrt(3)/(4 pi)", second=sp.sqrt(3) / (3 * sp.pi) + sp.Rational(1, 3))
