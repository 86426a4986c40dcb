"""N2: the tangent kernel at every depth, between two barriers that depend on the angle at that depth."""

from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import RELU, Claim, Instance, Proof, Step, fact, forall, interval, iterate, le, ntk
from deepcond_sym.proof.search.ball_box import angle as by_angle
from deepcond_sym.proof.tactics.lemma import lemma
from deepcond_sym.proof.tactics.power_gaps import adds
from deepcond_sym.symbols import rho
from proofs_checks.agarwal2021.setting import L, layers

from .angles import apart, correlations, has_inverse
from .barrier import barrier, half_sine, k
from .tangent_steps import (
    about_sines,
    above_barrier,
    below_barrier,
    bound,
    left_at_least,
    left_at_most,
    lower,
    shrinking,
    start,
    upper,
)  # fmt: skip

w = sp.Symbol("w", real=True)
value = iterate(L, rho)


@lemma("the tangent kernel starts below the barrier")
def starts_below(prove: Proof) -> Step:
    """0 <= B(theta_1) - rho."""
    goal = forall(apart, holds=le(0, start(upper)))
    product = prove.ball_box(le(half_sine(rho) * (upper + rho), k), correlations, outline=by_angle(rho))
    known = [*about_sines(prove), *has_inverse(prove, half_sine(rho)), fact(product)]
    return prove.chain(goal, *known, adds(prove, sp.S.Zero, k - half_sine(rho) * (upper + rho), 1 / half_sine(rho)))


@lemma("the tangent kernel is below 3 pi/(8 sin) - 1/8")
def at_most(prove: Proof) -> Step:
    """ntk(L, rho) <= B(theta_(L+1))."""
    goal = forall(apart, layers, family=RELU, holds=le(ntk(L, rho), barrier(value)))
    return prove.chain(
        goal, *about_sines(prove, value), fact(starts_below(prove)), fact(left_at_least(prove)), below_barrier(prove),
        adds(prove, bound(L, upper), shrinking(L), start(upper)),
    )  # fmt: skip


@lemma("the tangent kernel is above 3 pi/(8 sin) - 1.825 - w")
def at_least(prove: Proof) -> Step:
    """B(theta_(L+1)) - w <= ntk(L, rho) for w >= 0 with B(theta_1) - rho <= w, where B has the offset 73/40."""
    below = barrier(value, lower) - w
    goal = forall(
        apart, layers, interval(w, 0, sp.oo), given=[le(start(lower), w)], family=RELU, holds=le(below, ntk(L, rho))
    )
    return prove.chain(
        goal, *about_sines(prove, value), fact(left_at_least(prove)), fact(left_at_most(prove)),
        adds(prove, below, w, 1 - shrinking(L)),
        adds(prove, barrier(value, lower) - w * shrinking(L), shrinking(L), w - start(lower)), above_barrier(prove),
    )  # fmt: skip


claim = Claim(
    "starnaud2025/N2",
    title="The tangent kernel lies between two barriers",
    source="N2, from (E) and (F)",
    printed=r"B(\theta_L)-1.7-P_L(d_1-1.7)\le u_L\le B(\theta_L)-P_Ld_1,\quad"
    r" d_1=B(\theta_1)-\cos\theta_1,\ P_L=\prod_{j<L}\Big(1-\frac{\theta_j}\pi\Big);\qquad"
    r" \frac{3\pi}{8\sin(\theta_L/2)}-1.825-v_1^+\le u_L\le\frac{3\pi}{8\sin(\theta_L/2)}-\frac18,\quad"
    r" v_1=\frac{3\pi}{8\sin(\theta_1/2)}-1.825-\cos\theta_1\qquad(L\ge1,\ 0<\theta_1\le\pi)",
    note=r"Formally $\cos\theta_1=\rho$, $\sin\frac{\theta_L}2=\sqrt{(1-\rho^{(L)})/2}$, $L$ is the number of layers,"
    r" and $v_1^+=\max(v_1,0)$ enters as any $w\ge0$ with $w\ge v_1$. The first two inequalities are the"
    r" sharper ones. The upper bound is as in Terjek and Gonzalez-Sanchez (arXiv:2501.13225).",
    parameters={"upper": upper, "lower": lower, "given": (le(start(lower), w),)},
    witnesses=(
        (0, Instance({rho: 1 - Fraction(1, 10**6), L: Fraction(1)})),
        (1, Instance({rho: Fraction(-478, 1000), L: Fraction(1)})),
        (3, Instance({rho: Fraction(-1), L: Fraction(0), w: Fraction(0)})),
    ),
)


@claim.states
def statement(upper, lower, given):
    kernel = ntk(L, rho)
    return (
        forall(apart, layers, family=RELU, holds=le(kernel, bound(L, upper)), label="sharper upper"),
        forall(apart, layers, family=RELU, holds=le(bound(L, lower), kernel), label="sharper lower"),
        forall(apart, layers, family=RELU, holds=le(kernel, barrier(value, upper)), label="upper"),
        forall(
            apart, layers, interval(w, 0, sp.oo), given=given, family=RELU,
            holds=le(barrier(value, lower) - w, kernel), label="lower",
        ),
    )  # fmt: skip


@claim.proves
def proof(prove, goal, upper, lower, given):
    """Let d = B(theta) - u. A layer takes d to (1 - theta/pi) d + g(theta). By (E), g >= 0, so d is at least P_L d_1.
    By (F), g <= 1.7 theta/pi, so d - 1.7 is at most P_L (d_1 - 1.7). Finally d_1 >= 0 and 0 <= P_L <= 1."""
    lemmas = below_barrier, above_barrier, at_most, at_least
    return [prove.chain(part, lemma(prove)) for part, lemma in zip(goal, lemmas, strict=True)]


claim.mutant("1/4 in place of 1/8", upper=sp.Rational(1, 4))
claim.mutant("1.725 in place of 1.825", lower="1.725")
claim.mutant("without the positive part of v_1", given=())
