"""Proposition 4, second part: which values the normalised tangent kernel takes."""

from dataclasses import replace
from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import (
    RELU,
    Claim,
    Instance,
    Proof,
    Statement,
    Step,
    Verdict,
    at,
    dual_slope,
    eq,
    fact,
    forall,
    index,
    interval,
    iterate,
    le,
    lt,
    ntk,
)  # fmt: skip
from deepcond_sym.proof.tactics.inductive import inductive
from deepcond_sym.proof.tactics.lemma import lemma
from deepcond_sym.symbols import rho

from ..agarwal2021.tangent_bounds import triangle
from .recursion import tangents_are_kernels
from .setting import L, correlation, correlations, h_slope, layers, n0, normalised, tangent, variance, width

D, c, theta = variance(), correlations(), tangent()
sequences = [D, c, theta]
k, depths = index("k")
r, v = sp.symbols("r v", real=True)
_root = -sp.sqrt(3) / 2

printed = Claim(
    "starnaud2025/P4b",
    title="All values of the normalised tangent kernel lie in [0, 1]",
    source="Proposition 4, second part",
    provenance="as reported",
    printed=r"\bar\Theta^{(L)}_\infty(x,x')\in[0,1]",
    expected=Verdict.REFUTED,
    note=r"As printed in v1; $\bar\Theta^{(1)}=x^\top x'$ is negative for obtuse angles, and the witness shows that one"
    r" hidden layer does not change that. What holds is $[-1,1]$ (starnaud2025/P4b-range); the exact value at $L=2$,"
    r" $x^\top x'=-\frac{\sqrt3}2$ is starnaud2025/P4b-value.",
    beside=("starnaud2025/P4b-range", "starnaud2025/P4b-value"),
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

within = Claim(
    "starnaud2025/P4b-range",
    title="All values of the normalised tangent kernel lie in [-1, 1]",
    source="the statement in place of Proposition 4, second part",
    provenance="derived here",
    printed=r"\big|\bar\Theta^{(L)}_\infty(x,x')\big|\le1\qquad(L\ge1)",
    note=r"Attained at $x'=x$, and at $x'=-x$ for $L=1$. The kernel becomes positive with depth, as its limit is"
    r" $\frac14$ for $x\ne x'$ (starnaud2025/N3).",
    beside=("starnaud2025/P4b", "starnaud2025/N3"),
    parameters={"top": 1},
)


@within.states
def within_statement(top):
    value = normalised(theta(L), L)
    frame = (layers, width, correlation)
    return (
        forall(*frame, family=RELU, sequences=sequences, holds=le(-value, top), label="from below"),
        forall(*frame, family=RELU, sequences=sequences, holds=le(value, top), label="from above"),
    )


@within.proves
def within_proof(prove, goal, top):
    """|u_(L+1)| <= |u_L| + 1, as 0 <= h' <= 1 and |h| <= 1."""
    known = fact(at_most_depth(prove), {k: L - 1})
    share = prove.polynomial(le((L - v) / L, 1), layers, interval(v, 0, sp.oo))

    def side(part: Statement, sign: int) -> Step:
        value = ntk(L - 1, rho)
        same = part.conclude(eq(sign * normalised(theta(L), L), sign * value / L))
        in_relu = prove.identity(same, using=[(tangents_are_kernels(prove), {L: L})])
        return prove.chain(part, known, in_relu, at(share, {v: L - sign * value}))

    return [side(goal[0], -1), side(goal[1], 1)]


within.mutant("99/100 in place of 1", top="99/100")
within.mutant("[-1/2, 1/2]", top="1/2")


@lemma("the tangent kernel of ReLU is at most its diagonal")
def at_most_depth(prove: Proof) -> Step:
    """|ntk(k, rho)| <= k + 1."""
    goal = forall(depths, correlation, family=RELU, holds=le(abs(ntk(k, rho)), k + 1))
    reached = iterate(k, rho)
    small, below_one = slope_in_unit_interval(prove), prove.polynomial(le(v, 1), interval(v, 0, 1))
    values = {"x": iterate(k + 1, rho), "y": dual_slope(reached), "z": ntk(k, rho), "X": 1, "Y": 1, "Z": k + 1}
    return inductive(
        prove, goal, k,
        lambda base: prove.chain(base, prove.unfold(base, base.conclusion.lhs), at(below_one, {v: abs(rho)})),
        lambda step: prove.chain(
            step, fact(prove.bounded(), {"r": rho, "L": k}), fact(prove.bounded(), {"r": rho, "L": k + 1}),
            fact(small, {r: reached}), prove.unfold(step, step.conclusion.lhs, ntk(k + 1, rho)),
            at(triangle(prove), values),
        ),
    )  # fmt: skip


@lemma("slopes of ReLU lie in [0, 1]")
def slope_in_unit_interval(prove: Proof) -> Step:
    """|dual_slope(r)| <= 1 for r in [-1, 1]."""
    where = interval(r, -1, 1)
    goal = forall(where, family=RELU, holds=le(abs(dual_slope(r)), 1))
    sides = [prove.ball_box(le(sign * h_slope(r), 1), where) for sign in (1, -1)]
    return prove.chain(
        goal, prove.unfold(goal, goal.conclusion.lhs, dual_slope(r)),
        prove.absolute_value(forall(where, holds=le(abs(h_slope(r)), 1)), *sides),
    )  # fmt: skip
