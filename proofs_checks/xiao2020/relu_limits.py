"""B40: ReLU at (2, 0): 1 - c^(l) is 9 pi^2/2 l^(-2), and the tangent kernel l/4 off its diagonal, with bounds at every
depth."""

from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import (
    RELU,
    Claim,
    Instance,
    Proof,
    Step,
    at,
    eq,
    fact,
    forall,
    index,
    interval,
    iterate,
    le,
    lt,
)  # fmt: skip
from deepcond_sym.proof.proof import Use
from deepcond_sym.proof.search.ball_box import angle as by_angle
from deepcond_sym.proof.tactics.inductive import inductive
from deepcond_sym.proof.tactics.lemma import lemma
from deepcond_sym.proof.tactics.power_gaps import adds
from deepcond_sym.symbols import rho
from proofs_checks.agarwal2021.setting import L, layers
from proofs_checks.starnaud2025.angle_steps import about, about_stretch, at_least, at_most_everywhere, floor, small
from proofs_checks.starnaud2025.angle_steps import stretch as stretched
from proofs_checks.starnaud2025.angles import angle, correlations, has_inverse
from proofs_checks.starnaud2025.angles import apart as different
from proofs_checks.starnaud2025.logarithm_steps import positive
from proofs_checks.starnaud2025.one_layer import rest, third
from proofs_checks.starnaud2025.separated import near_quarter

from . import setting
from .relu import after_one_layer, first, next_correlation, starts_later
from .setting import apart, c, chi, diagonal, from_one, l, tangent

now = angle(iterate(L, rho))
gap = 1 - iterate(L, rho)
"""gamma^(L) of the correlation rho."""

_, deep = index("L", 1)
limit, quarter = 9 * sp.pi**2 / 2, sp.Rational(1, 4)
_x, _z = sp.symbols("_x _z", real=True)


@lemma("1 - cos is at most half the square of the angle")
def cosine_at_least(prove: Proof) -> Step:
    """1 - rho <= acos(rho)^2/2."""
    return prove.ball_box(le(1 - rho, angle(rho) ** 2 / 2), correlations, outline=by_angle(rho))


@lemma("1 - cos is little less than half the square of the angle")
def cosine_at_most(prove: Proof) -> Step:
    """acos(rho)^2/2 - acos(rho)^4/24 <= 1 - rho."""
    return prove.ball_box(
        le(angle(rho) ** 2 / 2 - angle(rho) ** 4 / 24, 1 - rho), correlations, outline=by_angle(rho)
    )


def known(prove: Proof) -> list[Use]:
    """Angles are in (0, pi], 1 <= 1 + theta_0 L/(3 pi), 1/theta_0 + L/(3 pi) <= 1/theta_L, and gamma by the angle."""
    return [
        *about(prove, L), *about_stretch(prove, L), fact(small(prove)), fact(at_least(prove)),
        *has_inverse(prove, angle(rho), now, floor(L)), *positive(prove, third, rest, 3 * sp.pi, 1 / (3 * sp.pi)),
        *(fact(law(prove), {rho: iterate(L, rho)}) for law in (cosine_at_least, cosine_at_most)),
    ]  # fmt: skip


@lemma("the depth times the angle")
def depth_times_angle(prove: Proof) -> Step:
    """L theta_L <= 3 pi."""
    return prove.chain(
        forall(different, layers, family=RELU, holds=le(L * now, 3 * sp.pi)), *known(prove),
        adds(prove, L * now, 3 * sp.pi, now, 1 / angle(rho)),
        adds(prove, 3 * sp.pi * now * floor(L), 3 * sp.pi, floor(L), 1 / floor(L) - now),
    )  # fmt: skip


@lemma("squared depth times gamma, from above")
def at_most(prove: Proof) -> Step:
    """L^2 gamma^(L) <= 9 pi^2/2."""
    square = prove.polynomial(le(_z**2 / 2, limit), interval(_z, 0, 3 * sp.pi))
    return prove.chain(
        forall(different, layers, family=RELU, holds=le(L**2 * gap, limit)), *known(prove),
        fact(depth_times_angle(prove)), fact(prove.polynomial(le(0, L**2), layers)),
        fact(prove.polynomial(le(0, L * _z), layers, interval(_z, 0, sp.oo)), {_z: now}),
        adds(prove, L**2 * gap, L**2, now**2 / 2 - gap),
        at(square, {_z: L * now}),
    )  # fmt: skip


def shortfall(r: sp.Expr, depth: sp.Expr, logarithm: sp.Expr = 2 / sp.pi) -> sp.Expr:
    """What l^2 gamma^(l) lacks of 9 pi^2/2 for the correlation r, at most, times l."""
    grown = sp.log(1 + angle(r) * third * depth)
    return 27 * sp.pi**3 * (1 / angle(r) + rest * angle(r) + logarithm * grown + sp.pi / 8)


@lemma("squared depth times gamma by the share of the angle")
def in_share(prove: Proof) -> Step:
    """9 pi^2/2 - (L u)^2/2 (1 - u^2/12) <= 9 pi^2 (1/z - 1) + 27 pi^4/(8 L) for u = 3 pi z/L; both less x."""
    u = 3 * sp.pi * _z / L
    reached = 9 * sp.pi**2 * (1 / _z - 1) + 27 * sp.pi**4 / (8 * L)
    return prove.polynomial(
        le(limit - L**2 * u**2 / 2 + L**2 * u**4 / 24 - _x, reached - _x),
        interval(_z, 0, 1, "("), deep, interval(_x, -sp.oo, sp.oo),
    )  # fmt: skip


def about_share(prove: Proof) -> list[Use]:
    """0 < L theta_L/(3 pi) <= 1, and that L^2 and 27 pi^3/L are not negative."""
    share = L * now / (3 * sp.pi)
    below = prove.chain(
        forall(different, deep, family=RELU, holds=le(share, 1)), *known(prove), fact(depth_times_angle(prove)),
        adds(prove, share, third, 3 * sp.pi - L * now),
    )  # fmt: skip
    laws = le(0, L**2), le(0, 27 * sp.pi**3 / L), lt(0, L * _z / (3 * sp.pi))
    return [
        *(fact(prove.polynomial(law, deep, interval(_z, 0, sp.oo, "(")), {_z: now}) for law in laws), fact(below)
    ]


@lemma("squared depth times gamma, from below")
def at_least_limit(prove: Proof) -> Step:
    """9 pi^2/2 - L^2 gamma^(L) <= 27 pi^3/L (1/theta_0 + 2 theta_0/(3 pi^2) + 2/pi log(1 + L theta_0/(3 pi)) +
    pi/8)."""
    share, scale = L * now / (3 * sp.pi), 27 * sp.pi**3 / L
    goal = forall(different, deep, family=RELU, holds=le(limit - L**2 * gap, shortfall(rho, L) / L))
    bound = 1 / angle(rho) + rest * angle(rho) + 2 / sp.pi * sp.log(stretched(L))
    return prove.chain(
        goal, *known(prove), *about_share(prove), fact(at_most_everywhere(prove)),
        adds(prove, limit - L**2 * gap, L**2, gap - now**2 / 2 + now**4 / 24),
        at(in_share(prove), {_x: 0, _z: share}),
        adds(prove, 9 * sp.pi**2 * (1 / share - 1) + scale * sp.pi / 8, scale, bound - 1 / now + L * third),
    )  # fmt: skip


@lemma("the tangent kernel on the diagonal is the depth")
def on_diagonal(prove: Proof) -> Step:
    """p(l) = l."""
    goal = forall(setting.layers, family=RELU, sequences=[diagonal], holds=eq(diagonal(l), l))
    return inductive(
        prove, goal, l,
        lambda base: prove.identity(base, unfold=[diagonal(0)]),
        lambda step: prove.identity(step, [["unfold", diagonal(l + 1)], ["unfold", chi], ["given", 0]]),
    )  # fmt: skip


per_log = sp.Rational(3, 2)


def tangent_error(logarithm: sp.Expr = per_log) -> sp.Expr:
    """The distance of p_ab^(l) from l/4, at most."""
    return 3 * sp.pi / (4 * first) + sp.Rational(14, 25) + logarithm * sp.log(l)


@lemma("the tangent kernel over the depth")
def near(prove: Proof) -> Step:
    """|p_ab/l - 1/4| <= (3 pi/(4 theta_1) + 14/25 + 3/2 log(l))/l."""
    distance = sp.Abs(tangent(l) / l - quarter)
    goal = forall(apart, from_one, family=RELU, sequences=[tangent], holds=le(distance, tangent_error() / l))
    law, values = near_quarter(prove), {rho: next_correlation, "L": l - 1}
    there = law.conclusion.conclusion.lhs.xreplace({rho: next_correlation, L: l - 1})
    same = prove.identity(goal.conclude(eq(distance, there)), using=[(starts_later(prove), {l: l - 1})])
    return prove.chain(goal, *after_one_layer(prove), same, at(law, values))


claim = Claim(
    "xiao2020/B40",
    title="ReLU at (2, 0): correlations tend to 1 like 9 pi^2/2 l^-2, the tangent kernel is l/4 off the diagonal",
    source="as reported for ReLU; the bounds for every depth are derived",
    provenance="as reported",
    printed=r"\gamma^{(l)}\sim\frac{9\pi^2}2\,l^{-2},\qquad p^{(l)}=lq^*,\qquad p^{(l)}_{ab}\sim\frac14lq^*",
    note=r"For every depth $l\ge1$ and every pair of different inputs, opposite ones included: with $\theta_l=\arccos"
    r" c^{(l)}$, $0\le\frac{9\pi^2}2-l^2\gamma^{(l)}\le\frac{27\pi^3}l\big(\frac1{\theta_0}+\frac{2\theta_0}{3\pi^2}+"
    r"\frac2\pi\log(1+\frac{l\theta_0}{3\pi})+\frac\pi8\big)$ and $\big|\frac{p^{(l)}_{ab}}{lq^*}-\frac14\big|\le"
    r"\frac1l\big(\frac{3\pi}{4\theta_1}+\frac{14}{25}+\frac32\log l\big)$. Convention: $\Theta^{(0)}=0$, in units of"
    r" $q^*$.",
    beside=("xiao2020/B40-corrections", "starnaud2025/N3"),
    parameters={"limit": limit, "quarter": quarter, "diagonal": l, "logarithm": per_log},
    witnesses=(
        (1, Instance({c: Fraction(0), l: Fraction(1000)})),
        (2, Instance({c: Fraction(0), l: Fraction(1000)})),
        (3, Instance({c: Fraction(0), l: Fraction(200)})),
        (0, Instance({l: Fraction(1)})),
    ),
)


@claim.states
def statement(limit, quarter, diagonal, logarithm):
    squared = l**2 * (1 - iterate(l, c))
    on, off = setting.diagonal, tangent
    return (
        forall(setting.layers, family=RELU, sequences=[on], holds=eq(on(l), diagonal), label="diagonal"),
        forall(apart, setting.layers, family=RELU, holds=le(squared, limit), label="gamma, from above"),
        forall(
            apart, from_one, family=RELU, holds=le(limit - squared, shortfall(c, l) / l), label="gamma, from below"
        ),
        forall(
            apart, from_one, family=RELU, sequences=[off],
            holds=le(sp.Abs(off(l) / l - quarter), tangent_error(logarithm) / l), label="off the diagonal",
        ),
    )  # fmt: skip


@claim.proves
def proof(prove, goal, limit, quarter, diagonal, logarithm):
    """The inverse angle grows by 1/(3 pi) a layer, up to a logarithm (starnaud2025/N1); the tangent kernel with
    Theta^(0) = 0 is that of starnaud2025/N3, whose inputs have the correlation f(c)."""
    on, above, below, off = goal
    values = {rho: c, L: l}
    return [
        prove.chain(on, on_diagonal(prove)),
        prove.chain(above, at(at_most(prove), values)),
        prove.chain(below, at(at_least_limit(prove), values)),
        prove.chain(off, near(prove)),
    ]


claim.mutant("4 pi^2 in place of 9 pi^2/2", limit=4 * sp.pi**2)
claim.mutant("9 pi^2 in place of 9 pi^2/2", limit=9 * sp.pi**2)
claim.mutant("1/3, as for smooth activations", quarter="1/3")
claim.mutant("one layer too many on the diagonal", diagonal=l + 1)
claim.mutant("a twentieth of the logarithm", logarithm="-1/2")
