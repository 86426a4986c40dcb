"""Inequalities (A), (B), (C): what one layer of ReLU adds to the inverse of an angle, T(theta) = acos h(cos theta).

Each is stated for the cosine, with theta in (0, pi], and for the angles theta = acos(rho), T(theta) = acos(dual(rho)).
"""

from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import RELU, Claim, Instance, Proof, Statement, Step, at, dual, fact, forall, le, lt
from deepcond_sym.proof.search.ball_box import cut
from deepcond_sym.proof.tactics.lemma import lemma
from deepcond_sym.symbols import rho

from .angles import (
    angle,
    angle_at_least,
    angle_at_most,
    angles,
    apart,
    cosine_of_next,
    inverts,
    is_angle,
    is_correlation,
    layer_below_one,
    theta,
)  # fmt: skip


def shrunk(gain: sp.Expr) -> sp.Expr:
    """The angle with the inverse 1/theta + gain."""
    return theta / (1 + theta * gain)


def at_least(gain: sp.Expr) -> tuple[Statement, Statement]:
    """1/T(theta) >= 1/theta + gain: for the cosines, and for the angles."""
    return (
        forall(angles, holds=le(sp.cos(shrunk(gain)), cosine_of_next), label="cosine"),
        forall(apart, family=RELU, holds=le(1 / angle(rho) + _at_rho(gain), 1 / angle(dual(rho))), label="angle"),
    )


def at_most(gain: sp.Expr) -> tuple[Statement, Statement]:
    """1/T(theta) <= 1/theta + gain: for the cosines, and for the angles."""
    return (
        forall(angles, holds=le(cosine_of_next, sp.cos(shrunk(gain))), label="cosine"),
        forall(apart, family=RELU, holds=le(1 / angle(dual(rho)), 1 / angle(rho) + _at_rho(gain)), label="angle"),
    )


def _at_rho(gain: sp.Expr) -> sp.Expr:
    return gain.subs(theta, angle(rho))


def shown_at_least(prove: Proof, goal: tuple[Statement, Statement], gain: sp.Expr) -> list[Step]:
    """The cosines in balls; the angles are in the other order, and their inverses in the same."""
    cosines, inverses = goal
    in_balls = _in_balls(prove, cosines)
    bound, now, later = _at_rho(shrunk(gain)), angle(rho), angle(dual(rho))
    known = _known(prove, gain)
    less = inverses.conclude(le(sp.cos(bound), dual(rho)))
    larger = prove.chain(less, *known, at(in_balls, {theta: now}), prove.folded(less, dual(rho)))
    order = prove.chain(
        inverses.conclude(le(later, bound)), *known, fact(larger),
        at(angle_at_most(prove), {"_x": dual(rho), "_y": bound}),
    )  # fmt: skip
    return [in_balls, prove.chain(inverses, *known, fact(order), inverts(prove, later, bound))]


def shown_at_most(prove: Proof, goal: tuple[Statement, Statement], gain: sp.Expr) -> list[Step]:
    """As `shown_at_least`, the other way round."""
    cosines, inverses = goal
    in_balls = _in_balls(prove, cosines)
    bound, now, later = _at_rho(shrunk(gain)), angle(rho), angle(dual(rho))
    known = _known(prove, gain)
    less = inverses.conclude(le(dual(rho), sp.cos(bound)))
    smaller = prove.chain(less, *known, prove.unfold(less, dual(rho)), at(in_balls, {theta: now}))
    order = prove.chain(
        inverses.conclude(le(bound, later)), *known, fact(smaller),
        at(angle_at_least(prove), {"_x": dual(rho), "_y": bound}),
    )  # fmt: skip
    return [in_balls, prove.chain(inverses, *known, fact(order), inverts(prove, bound, later))]


def _in_balls(prove: Proof, cosines: Statement) -> Step:
    """Taylor's formula below 1/8, boxes from there on."""
    return prove.ball_box(cosines.conclusion, *cosines.variables, outline=cut(theta, "1/8"))


def _known(prove: Proof, gain: sp.Expr) -> list:
    """That all angles and inverses have values, and that the bound is an angle."""
    scale, bound = 1 + theta * gain, shrunk(gain)
    signs = (lt(0, scale), lt(0, bound), le(bound, sp.pi))
    return [
        fact(layer_below_one(prove)), *is_correlation(prove, dual(rho)), *is_angle(prove, rho, dual(rho)),
        *(fact(prove.ball_box(sign, angles), {theta: angle(rho)}) for sign in signs),
    ]  # fmt: skip


third, whole, rest = 1 / (3 * sp.pi), 1 / sp.pi, sp.Rational(2, 3) / sp.pi**2
_opposite = Fraction(3141592653589793, 10**15)
"""An angle less than 1e-15 below pi."""


@lemma("(A): a layer adds at least 1/(3 pi) to the inverse of the angle")
def gains_a_third(prove: Proof) -> Step:
    """1/acos(rho) + 1/(3 pi) <= 1/acos(dual(rho)) for rho < 1."""
    return shown_at_least(prove, at_least(third), third)[1]


@lemma("(B): a layer adds at most 1/pi to the inverse of the angle")
def gains_at_most_one(prove: Proof) -> Step:
    """1/acos(dual(rho)) <= 1/acos(rho) + 1/pi for rho < 1."""
    return shown_at_most(prove, at_most(whole), whole)[1]


@lemma("(C): a layer adds little more than 1/(3 pi) to the inverse of a small angle")
def gains_little_more(prove: Proof) -> Step:
    """1/acos(dual(rho)) <= 1/acos(rho) + 1/(3 pi) + 2 acos(rho)/(3 pi^2) for rho < 1."""
    gain = third + rest * theta
    return shown_at_most(prove, at_most(gain), gain)[1]


A = Claim(
    "starnaud2025/A",
    title="One layer adds at least 1/(3 pi) to the inverse of the angle",
    source="inequality (A), for N1",
    printed=r"\frac1{T(\theta)}\ge\frac1\theta+\frac1{3\pi},\text{ i.e. }"
    r" h(\cos\theta)\ge\cos\frac{3\pi\theta}{3\pi+\theta}\qquad(0<\theta\le\pi)",
    note=r"$T(\theta)=\arccos h(\cos\theta)$. Both sides agree to order 3 at $\theta=0$:"
    r" $\frac1{T(\theta)}=\frac1\theta+\frac1{3\pi}+\frac\theta{6\pi^2}+\ldots$, so that no larger constant will do.",
    parameters={"gain": third},
    witnesses=((0, Instance({theta: Fraction(1, 100)})),),
)


@A.states
def a_statement(gain):
    return at_least(gain)


@A.proves
def a_proof(prove, goal, gain):
    """Near 0 Taylor's formula of order 4, elsewhere boxes; arccos turns the order round, the inverse again."""
    return shown_at_least(prove, goal, gain)


A.mutant("1/(2.99 pi)", gain=100 / (299 * sp.pi))
A.mutant("1/pi", gain=whole)
A.sharpen(
    "gain", lambda c: c * third, printed=1, strongest=2, fails=lambda c: (0, Instance({theta: c - 1}))
)  # 1/T = 1/theta + 1/(3 pi) + theta/(6 pi^2) + ...

B = Claim(
    "starnaud2025/B",
    title="One layer adds at most 1/pi to the inverse of the angle",
    source="inequality (B), for N1 and the short refutation of Theorem 2",
    printed=r"\frac1{T(\theta)}\le\frac1\theta+\frac1\pi,\text{ i.e. }"
    r" h(\cos\theta)\le\cos\frac{\pi\theta}{\pi+\theta}\qquad(0<\theta\le\pi)",
    note=r"An equality at $\theta=\pi$, where $T(\pi)=\pi/2$.",
    parameters={"gain": whole},
    witnesses=((0, Instance({theta: _opposite})),),
)


@B.states
def b_statement(gain):
    return at_most(gain)


@B.proves
def b_proof(prove, goal, gain):
    """Near 0 Taylor's formula of order 3, near pi the sign of the derivative, elsewhere boxes; then as for (A)."""
    return shown_at_most(prove, goal, gain)


B.mutant("0.99/pi", gain=sp.Rational(99, 100) / sp.pi)
B.mutant("1/(3 pi)", gain=third)
B.sharpen("gain", lambda c: c * whole, printed=1, strongest=0, fails=lambda c: (0, Instance({theta: _opposite})))

C = Claim(
    "starnaud2025/C",
    title="One layer adds little more than 1/(3 pi) to the inverse of a small angle",
    source="inequality (C), for N1",
    printed=r"\frac1{T(\theta)}\le\frac1\theta+\frac1{3\pi}+\frac{2\theta}{3\pi^2},\text{ i.e. }"
    r" h(\cos\theta)\le\cos\frac\theta{1+\frac\theta{3\pi}+\frac{2\theta^2}{3\pi^2}}\qquad(0<\theta\le\pi)",
    note=r"An equality at $\theta=\pi$. For small angles $\frac1{6}$ takes the place of $\frac23$.",
    parameters={"gain": third, "rest": rest},
    witnesses=((0, Instance({theta: _opposite})), (0, Instance({theta: Fraction(1, 100)}))),
)


@C.states
def c_statement(gain, rest):
    return at_most(gain + rest * theta)


@C.proves
def c_proof(prove, goal, gain, rest):
    """Near 0 Taylor's formula of order 4, near pi the sign of the derivative, elsewhere boxes; then as for (A)."""
    return shown_at_most(prove, goal, gain + rest * theta)


C.mutant("1/2 in place of 2/3", rest=1 / (2 * sp.pi**2))
C.mutant("1/(4 pi) in place of 1/(3 pi)", gain=1 / (4 * sp.pi))
C.sharpen(
    "rest", lambda c: c / sp.pi**2, printed="2/3", strongest=0, fails=lambda c: (0, Instance({theta: _opposite}))
)
