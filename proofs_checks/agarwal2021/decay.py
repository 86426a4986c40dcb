"""Lemma 23: how fast a correlation decays with depth, for every normalised non-linear activation and every depth."""

from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import (
    NONLINEAR,
    UNCENTRED,
    Claim,
    Instance,
    Proof,
    Statement,
    Step,
    at,
    forall,
    iterate,
    le,
    mu,
)
from deepcond_sym.symbols import rho

from . import two_phases
from .setting import L, correlation, decay, delta, first_phase, further_layers, growth, half, k, layers, separation

claim = Claim(
    "agarwal2021/L23",
    title="Correlations decay in two phases",
    source="Lemma 23, p. 24",
    provenance="paper",
    printed=r"|\rho|\le 1-\delta,\ \delta\in(0,1] \implies |\hat\sigma^{(L)}(\rho)| \le B(L,\delta)",
    note="The bound holds at every depth and is loose: beyond/D1 gives the exact supremum.",
    beside=("beyond/D1", "beyond/D2"),
    parameters={"near": growth, "far": decay, "family": NONLINEAR},
)


@claim.states
def statement(near, far, family):
    passed = first_phase(near)
    separated = le(abs(rho), 1 - delta)
    return (
        forall(
            correlation, separation, layers, given=[separated, le(L, passed)], family=family,
            holds=le(abs(iterate(L, rho)), 1 - delta * near**L), label="up to L_0",
        ),
        forall(
            correlation, separation, further_layers, given=[separated], family=family,
            holds=le(abs(iterate(passed + k, rho)), half * far**k), label="k layers beyond L_0",
        ),
    )  # fmt: skip


@claim.proves
def proof(prove, goal, near, far, family):
    """The iterates of q_mu dominate; they leave 1 at the rate 1 + mu/2 until 1/2, then shrink by 1 - mu/2."""
    return both_phases(prove, goal, near, far)


def both_phases(prove: Proof, goal: tuple[Statement, ...], near: sp.Expr, far: sp.Expr) -> list[Step]:
    """The two parts of the lemma, for these rates."""
    first, second = goal
    late = two_phases.decline(prove, k, further_layers, far, near)
    return [
        bound_iterates(prove, first, two_phases.escape(prove, L, layers, near), L),
        bound_iterates(prove, second, late, first_phase(near) + k),
    ]


def bound_iterates(prove: Proof, goal: Statement, bound: Step, depth: sp.Expr) -> Step:
    """|iterate| <= iterate(|rho|) <= repeat(q_mu) <= bound."""
    return prove.chain(
        goal,
        at(prove.absolute(), {"L": depth}),
        at(two_phases.majorant(prove), {"L": depth, "r": abs(rho), "s": 1 - delta}),
        bound,
    )


claim.mutant("growth 1 + 2 mu/3", near=1 + 2 * mu / 3)
claim.mutant("decay 1 - 2 mu/3", far=1 - 2 * mu / 3)
claim.mutant("without centring", family=UNCENTRED)


def fails(c: Fraction) -> tuple[int, Instance]:
    """The first layer multiplies 1 - rho by 1 + mu rho, and rho = 1 - delta may be as little as 1/2."""
    # a power of two below, so that balls can tell that |rho| <= 1 - delta
    separated = Fraction(round(2**16 * (Fraction(3, 4) - c / 2)), 2**16)
    values = {rho: 1 - separated, delta: separated, L: Fraction(1)}
    return 0, Instance(values, (Fraction(0), Fraction(1, 2), Fraction(1, 2)))


claim.sharpen("near", lambda c: 1 + c * mu, printed=half, strongest=1, fails=fails)
claim.sharpen("far", lambda c: 1 - c * mu, printed=half, strongest=1)
