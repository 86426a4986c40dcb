"""Theorem 2, first half: does the normalised tangent kernel tend to 1? Never, by one induction from (B) alone.

The limit itself, 1/4, is N3."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import sympy as sp

from deepcond_sym.proof import (
    RELU,
    Claim,
    Instance,
    Proof,
    Relation,
    Statement,
    Step,
    Variable,
    Verdict,
    dual_slope,
    eq,
    fact,
    forall,
    interval,
    iterate,
    le,
    lt,
    ntk,
)  # fmt: skip
from deepcond_sym.proof.tactics.inductive import inductive
from deepcond_sym.proof.tactics.lemma import lemma
from deepcond_sym.proof.tactics.power_gaps import adds
from deepcond_sym.symbols import rho
from proofs_checks.agarwal2021.setting import L, layers

from .angle_steps import about, at_most, floor, now, unfolding
from .angles import angle, apart, has_inverse, inverse
from .one_layer import whole
from .tangent_steps import about_slopes, normalised

half, three_quarters = sp.Rational(1, 2), sp.Rational(3, 4)
s = sp.pi / angle(rho)
"""pi/theta_1, which is at least 1."""

one_or_more = Variable(L, sp.S.One)
felt = le(sp.pi, (L + 1) * angle(rho))
"""The paper's depth L + 1 is at least pi/theta_1."""

_k = sp.Symbol("_k", real=True)


def bound(depth: sp.Expr, share: sp.Expr = half) -> sp.Expr:
    """What (s + L - 1) u_(L+1) is at most."""
    return (depth + 1) * (s - 1 + share * depth)


@lemma("a layer takes at least 1/(s + L), by (B)")
def taken(prove: Proof) -> Step:
    """1 <= (s + L) theta_(L+1)/pi, where theta_(L+1)/pi = 1 - dual_slope(iterate(L, rho))."""
    slope = dual_slope(iterate(L, rho))
    goal = forall(apart, layers, family=RELU, holds=le(1, (s + L) * (1 - slope)))
    known, share = about(prove, L), (s + L) * now / sp.pi
    same = unfolding(prove, goal.conclude(eq(share, goal.conclusion.rhs)), slope, known=known)
    return prove.chain(
        goal, *known, fact(at_most(prove)), adds(prove, sp.S.One, now, floor(L, whole) - 1 / now), same
    )  # fmt: skip


@lemma("pi over an angle is at least 1")
def at_least_one(prove: Proof) -> Step:
    """0 <= s - 1."""
    below = fact(inverse(prove), {"_a": angle(rho), "_w": sp.pi - angle(rho)})
    positive = fact(prove.evaluate(forall(holds=lt(0, sp.pi))))
    return prove.chain(
        forall(apart, holds=le(0, s - 1)), *about(prove), below, positive,
        adds(prove, sp.S.Zero, sp.pi, 1 / angle(rho) - whole),
    )  # fmt: skip


@lemma("the tangent kernel by (B) alone")
def by_b_alone(prove: Proof) -> Step:
    """(s + L - 1) ntk(L, rho) <= (L + 1) (s - 1 + L/2), s = pi/acos(rho)."""
    goal = forall(apart, layers, family=RELU, holds=le((s + L - 1) * ntk(L, rho), bound(L)))
    return inductive(prove, goal, L, lambda base: _base(prove, base), lambda step: _step(prove, step))


def _base(prove: Proof, base: Statement) -> Step:
    """(s - 1) rho <= s - 1."""
    small = base.conclude(le(ntk(0, rho), 1))
    shown = prove.chain(small, prove.unfold(small, ntk(0, rho)), prove.polynomial(le(rho, 1), apart))
    return prove.chain(
        base, *about(prove), fact(at_least_one(prove)), fact(shown),
        adds(prove, (s - 1) * ntk(0, rho), s - 1, 1 - ntk(0, rho)),
    )  # fmt: skip


def _step(prove: Proof, step: Statement) -> Step:
    """(s + L) u' <= s + L + (s + L) (1 - theta/pi) u, where the last term is at most (s + L - 1) u, or 0 if u < 0."""
    kernel, slope, value = ntk(L, rho), dual_slope(iterate(L, rho)), iterate(L + 1, rho)
    products = _k + L, (L + 1) * (_k - 1 + half * L)
    known = [
        *about(prove, L, L + 1), *about_slopes(prove, L), fact(at_least_one(prove)), fact(taken(prove)),
        *(fact(prove.polynomial(le(0, p), interval(_k, 1, sp.oo), layers), {_k: s}) for p in products),
    ]  # fmt: skip
    after = (s + L) * (value + slope * kernel)
    unfolded = unfolding(prove, step.conclude(eq(step.conclusion.lhs, after)), ntk(L + 1, rho), known=known)

    def case(given: Relation, *links: Any) -> Step:
        return prove.chain(
            replace(step, given=(*step.given, given)), *known, unfolded, adds(prove, after, s + L, 1 - value), *links
        )

    return prove.order(
        step, kernel, 0,
        case(
            le(kernel, 0), adds(prove, (s + L) * (1 + slope * kernel), s + L, slope, -kernel),
            adds(prove, s + L, bound(L)),
        ),
        case(
            le(0, kernel), adds(prove, (s + L) * (1 + slope * kernel), kernel, (s + L) * (1 - slope) - 1),
            adds(prove, s + L + (s + L - 1) * kernel, bound(L) - (s + L - 1) * kernel),
        ),
    )  # fmt: skip


short = Claim(
    "starnaud2025/T2-half",
    title="The normalised tangent kernel stays below 3/4, by a bound for one layer",
    source="short refutation of Theorem 2, from (B)",
    printed=r"\Big(\frac\pi{\theta_1}+L-2\Big)\bar\Theta^{(L)}\le\frac\pi{\theta_1}-1+\frac{L-1}2\quad(L\ge1),\qquad"
    r" \bar\Theta^{(L)}\le\frac34\quad\Big(L\ge2,\ L\ge\frac\pi{\theta_1}\Big)\qquad(0<\theta_1\le\pi)",
    note=r"So $\limsup\bar\Theta^{(L)}\le\frac12<1$ for every pair of different directions. Formally"
    r" $\theta_1=\arccos\rho$, and $L$ is the number of layers, the paper's $L-1$. The limit is starnaud2025/N3.",
    beside=("starnaud2025/T2-limit", "starnaud2025/N3"),
    parameters={"share": half, "level": three_quarters},
    witnesses=(
        (0, Instance({rho: Fraction(-1), L: Fraction(1000)})),
        (1, Instance({rho: 1 - Fraction(1, 10**4), L: Fraction(222)})),
    ),
)


@short.states
def short_statement(share, level):
    return (
        forall(apart, layers, family=RELU, holds=le((s + L - 1) * ntk(L, rho), bound(L, share)), label="every depth"),
        forall(apart, one_or_more, given=[felt], family=RELU, holds=le(normalised, level), label="from pi/theta_1 on"),
    )


@short.proves
def short_proof(prove, goal, share, level):
    """Induction on L: by (B) a layer leaves at most the share (s + L - 1)/(s + L) of u, s = pi/theta_1, and adds at
    most 1. From L + 1 >= s on, s - 1 + L/2 is at most 3/4 of s - 1 + L."""
    every, deep = goal
    return [prove.chain(every, by_b_alone(prove)), prove.chain(deep, _deep(prove))]


def _deep(prove: Proof) -> Step:
    """ntk(L, rho)/(L + 1) <= 3/4 for L >= 1 and L + 1 >= s."""
    goal = forall(apart, one_or_more, given=[felt], family=RELU, holds=le(normalised, three_quarters))
    scale = _k + L - 1
    signs = scale, 1 / (scale * (L + 1)), 1 / (4 * scale)
    known = [
        *about(prove), *has_inverse(prove, angle(rho)), fact(at_least_one(prove)), fact(by_b_alone(prove)),
        *(fact(prove.polynomial(lt(0, x), interval(_k, 1, sp.oo), one_or_more), {_k: s}) for x in signs),
    ]  # fmt: skip
    share = 1 / ((s + L - 1) * (L + 1))
    reached = bound(L) * share
    late = prove.chain(
        goal.conclude(le(s, L + 1)), *known, adds(prove, s, (L + 1) * angle(rho) - sp.pi, 1 / angle(rho))
    )
    return prove.chain(
        goal, *known, fact(late), adds(prove, normalised, bound(L) - (s + L - 1) * ntk(L, rho), share),
        adds(prove, reached, L + 1 - s, 1 / (4 * (s + L - 1))),
    )  # fmt: skip


short.mutant("1/4 in place of 1/2", share="1/4")
short.mutant("1/2 in place of 3/4", level=half)

printed = Claim(
    "starnaud2025/T2-limit",
    title="The normalised tangent kernel tends to 1",
    source="Theorem 2; abstract of version 1",
    provenance="as reported",
    printed=r"x\ne x'\implies\bar\Theta^{(L)}_\infty(x,x')\text{ (strictly increases) to 1 as }L\to\infty",
    expected=Verdict.REFUTED,
    note=r"The formal language has no limit of this kind. If the kernel tended to 1, then for each pair"
    r" $\bar\Theta^{(L)}\ge\frac34$ from some depth on; the formal statement says so from $L=\pi/\theta_1$ on (and"
    r" $L\ge2$). The choice of that depth does not matter: starnaud2025/T2-half proves"
    r" $\bar\Theta^{(L)}\le\frac34$ at every depth and every pair of which the statement speaks, so no later depth"
    r" would save it. The limit is $\frac14$ (starnaud2025/N3): for orthogonal inputs, $.2533$ at $L=1001$.",
    beside=("starnaud2025/T2-half", "starnaud2025/N3", "starnaud2025/N4"),
    parameters={"level": three_quarters, "given": (felt,), "first": 1},
    witnesses=((0, Instance({rho: Fraction(0), L: Fraction(1000)})),),
)


@printed.states
def printed_statement(level, given, first):
    return forall(apart, Variable(L, first), given=given, family=RELU, holds=le(level, normalised))


printed.mutant("a level below 0, which all deep kernels reach", level="-3/8")
printed.mutant("while (L + 1) theta_1 <= 1, where it is true", given=(le((L + 1) * angle(rho), 1),))
