"""Inequalities (E), (F): what one layer of ReLU does to the barrier B(theta) = 3 pi/(8 sin(theta/2)) - 1/8, which the
tangent kernel u is compared with.

A layer takes u to (1 - theta/pi) u + cos T(theta). If u is B(theta) before it, then after it u is below B(T(theta)), by
(E), and by no more than 17 theta/(10 pi), by (F), which is (E) the other way round, with 1/8 + 17/10 for 1/8."""

from fractions import Fraction
from typing import Any

import sympy as sp

from deepcond_sym.proof import (
    RELU,
    Claim,
    Instance,
    Proof,
    Statement,
    Step,
    at,
    dual,
    dual_slope,
    eq,
    fact,
    forall,
    interval,
    le,
    lt,
    relu_dual,
    relu_slope,
)  # fmt: skip
from deepcond_sym.proof.search.ball_box import angle as by_angle
from deepcond_sym.proof.search.ball_box import cut
from deepcond_sym.proof.tactics.lemma import lemma
from deepcond_sym.proof.tactics.power_gaps import adds
from deepcond_sym.symbols import rho

from .angles import (
    angle,
    angles,
    apart,
    cosine_of_next,
    is_correlation,
    layer_below_one,
    theta,
)  # fmt: skip

eighth, most = sp.Rational(1, 8), sp.Rational(17, 10)
k = 3 * sp.pi / 8

half_angle = sp.Symbol("rho_half_angle", real=True)
"""The name that the rule "ball box" has for acos(rho)/2."""

_R, _S, _s, _k = _parts = sp.symbols("_R _S _s _k", real=True)


def half_sine(r: sp.Expr) -> sp.Expr:
    """sin(theta/2) for r = cos(theta)."""
    return sp.sqrt((1 - r) / 2)


def barrier(r: sp.Expr, offset: sp.Expr = eighth) -> sp.Expr:
    """3 pi/(8 sin(theta/2)) - offset for r = cos(theta); the offset is 1/8 in B."""
    return k / half_sine(r) - offset


def scaled(slope: sp.Expr, sine: sp.Expr, cosine: sp.Expr, offset: sp.Expr) -> sp.Expr:
    """sin(theta/2) times what (E) compares 3 pi/(8 sin(T/2)) with: no pole, and no root but the sine."""
    return slope * k + sine * (cosine + offset * (1 - slope))


def gap(offset: sp.Expr = eighth) -> sp.Expr:
    """g = B(T(theta)) - (1 - theta/pi) B(theta) - cos T(theta), for rho = cos(theta)."""
    return barrier(dual(rho), offset) - dual_slope(rho) * barrier(rho, offset) - dual(rho)


_sine = sp.sin(theta / 2)


def above(offset: sp.Expr) -> tuple[Statement, Statement]:
    """0 <= g: multiplied out and squared, in the angle; and as printed."""
    left = scaled(1 - theta / sp.pi, _sine, cosine_of_next, offset) ** 2 * (1 - cosine_of_next) / 2
    return (
        forall(angles, holds=le(left, k**2 * _sine**2), label="multiplied out"),
        forall(apart, family=RELU, holds=le(0, gap(offset)), label="barrier"),
    )


def below(offset: sp.Expr, share: sp.Expr) -> tuple[Statement, Statement]:
    """g <= share theta/pi: multiplied out and squared, in the angle; and as printed."""
    right = scaled(1 - theta / sp.pi, _sine, cosine_of_next, offset + share) ** 2 * (1 - cosine_of_next) / 2
    return (
        forall(angles, holds=le(k**2 * _sine**2, right), label="multiplied out"),
        forall(apart, family=RELU, holds=le(gap(offset), share * angle(rho) / sp.pi), label="barrier"),
    )


@lemma("the squared sine of half an angle is positive")
def half_gap(prove: Proof) -> Step:
    """0 < (1 - rho)/2 for rho < 1."""
    return prove.polynomial(lt(0, (1 - rho) / 2), apart)


@lemma("the sine of half an angle is positive")
def positive_sine(prove: Proof) -> Step:
    """0 < sqrt((1 - rho)/2) for rho < 1."""
    return prove.monotone("sqrt", half_gap(prove))


@lemma("squares in the other order make quotients in the same")
def quotients(prove: Proof) -> Step:
    """R/S <= k/s for R^2 s^2 <= k^2 S^2 and positive R, S, s, k."""
    box = [interval(part, 0, sp.oo, "(") for part in _parts]
    goal = forall(*box, given=[le(_R**2 * _s**2, _k**2 * _S**2)], holds=le(_R / _S, _k / _s))
    share = 1 / (_s * _S * (_k * _S + _R * _s))
    return prove.chain(
        goal, fact(prove.polynomial(le(0, share), *box)),
        fact(prove.polynomial(lt(0, _k * _S + _R * _s), *box)),
        adds(prove, _R / _S, _k**2 * _S**2 - _R**2 * _s**2, share),
    )  # fmt: skip


def known(prove: Proof, offset: sp.Expr) -> list:
    """That the sines, 3 pi/8 and the scaled term have values and are positive."""
    goal = forall(apart, family=RELU, holds=lt(0, _scaled_here(offset)))
    in_balls = prove.ball_box(lt(0, _in_elementary_terms(_scaled_here(offset))), apart, outline=by_angle(rho))
    return [
        fact(layer_below_one(prove)), *is_correlation(prove, dual(rho)),
        *(fact(shown, {rho: r}) for r in (rho, dual(rho)) for shown in (half_gap(prove), positive_sine(prove))),
        fact(prove.evaluate(forall(holds=lt(0, k)))),
        fact(prove.chain(goal, in_balls, prove.folded(goal, _scaled_here(offset)))),
    ]  # fmt: skip


def _scaled_here(offset: sp.Expr) -> sp.Expr:
    return scaled(dual_slope(rho), half_sine(rho), dual(rho), offset)


def _in_elementary_terms(term: Any) -> Any:
    return term.xreplace({dual(rho): relu_dual(rho), dual_slope(rho): relu_slope(rho)})


def squares(prove: Proof, offset: sp.Expr, *, less: bool) -> Step:
    """scaled^2 sin(T/2)^2 <= (3 pi/8)^2 sin(theta/2)^2 (`less`), or >=."""
    own, other = _scaled_here(offset) ** 2 * (1 - dual(rho)) / 2, k**2 * (1 - rho) / 2
    relation = le(own, other) if less else le(other, own)
    goal = forall(apart, family=RELU, holds=relation)
    in_balls = prove.ball_box(
        le(*map(_in_elementary_terms, (relation.lhs, relation.rhs))), apart,
        outline=by_angle(rho, cut(half_angle, "1/16")),
    )
    if less:
        return prove.chain(goal, prove.unfold(goal, own), in_balls)
    return prove.chain(goal, in_balls, prove.folded(goal, own))


def larger_barrier(prove: Proof, offset: sp.Expr) -> Step:
    """0 <= g, with this offset in the barrier: the squares in balls, then the quotients."""
    scale, quotient = _scaled_here(offset), k / half_sine(dual(rho))
    goal = forall(apart, family=RELU, holds=le(0, gap(offset)))
    facts = [*known(prove, offset), fact(squares(prove, offset, less=True))]
    order = prove.chain(
        goal.conclude(le(scale / half_sine(rho), quotient)), *facts,
        at(quotients(prove), {_R: scale, _S: half_sine(rho), _s: half_sine(dual(rho)), _k: k}),
    )  # fmt: skip
    return prove.chain(goal, *facts, fact(order), adds(prove, sp.S.Zero, quotient - scale / half_sine(rho)))


def smaller_barrier(prove: Proof, offset: sp.Expr) -> Step:
    """g <= 0, with this offset in the barrier, the other way round."""
    scale, quotient = _scaled_here(offset), k / half_sine(dual(rho))
    goal = forall(apart, family=RELU, holds=le(gap(offset), 0))
    facts = [*known(prove, offset), fact(squares(prove, offset, less=False))]
    order = prove.chain(
        goal.conclude(le(quotient, scale / half_sine(rho))), *facts,
        at(quotients(prove), {_R: k, _S: half_sine(dual(rho)), _s: half_sine(rho), _k: scale}),
    )  # fmt: skip
    return prove.chain(goal, *facts, fact(order), adds(prove, gap(offset), scale / half_sine(rho) - quotient))


@lemma("(E): a layer leaves the tangent kernel below the barrier")
def stays_below(prove: Proof) -> Step:
    """0 <= g for rho < 1."""
    return larger_barrier(prove, eighth)


@lemma("(F): a layer leaves the tangent kernel above the lower barrier")
def stays_above(prove: Proof) -> Step:
    """g <= 0 for rho < 1, with the offset 1/8 + 17/10."""
    return smaller_barrier(prove, eighth + most)


E = Claim(
    "starnaud2025/E",
    title="One layer leaves the tangent kernel below the barrier",
    source="inequality (E), for N2",
    printed=r"g(\theta):=B(T(\theta))-\big(1-\tfrac\theta\pi\big)B(\theta)-\cos T(\theta)\ge0,\qquad"
    r" B(\theta)=\frac{3\pi}{8\sin(\theta/2)}-\frac18\qquad(0<\theta\le\pi)",
    note=r"With $\frac18$, $g(\theta)=(\frac{43}{80}+\frac5{72\pi^2})\theta^2+\ldots$ Multiplied by the sines and"
    r" squared, with $\sin^2\frac{T(\theta)}2=\frac{1-h(\cos\theta)}2$, it has neither poles nor roots.",
    parameters={"offset": eighth},
    witnesses=((0, Instance({theta: Fraction(1, 100)})),),
)


@E.states
def e_statement(offset):
    return above(offset)


@E.proves
def e_proof(prove, goal, offset):
    """Near 0 Taylor's formula, elsewhere boxes; the quotients are in the order of the squares."""
    multiplied, printed = goal
    in_balls = prove.ball_box(multiplied.conclusion, *multiplied.variables, outline=cut(theta, "1/8"))
    return [in_balls, prove.chain(printed, larger_barrier(prove, offset))]


E.mutant("1/4 in place of 1/8", offset=sp.Rational(1, 4))
E.mutant("1/7 in place of 1/8", offset=sp.Rational(1, 7))
E.sharpen(
    "offset", lambda c: c / 8, printed=1, strongest=2, fails=lambda c: (0, Instance({theta: (c - 1) / 100}))
)

F = Claim(
    "starnaud2025/F",
    title="One layer loses at most 1.7 theta/pi against the barrier",
    source="inequality (F), for N2",
    printed=r"g(\theta)\le1.7\,\frac\theta\pi\qquad(0<\theta\le\pi)",
    note=r"The largest value of $\pi g(\theta)/\theta$ is $1.67904\ldots$, at $\theta=2.0694\ldots$",
    parameters={"share": most},
    witnesses=((0, Instance({theta: Fraction(207, 100)})),),
)


@F.states
def f_statement(share):
    return below(eighth, share)


@F.proves
def f_proof(prove, goal, share):
    """(F) is (E) the other way round, with 1/8 + 1.7 in place of 1/8, and is shown in the same way."""
    multiplied, printed = goal
    in_balls = prove.ball_box(multiplied.conclusion, *multiplied.variables, outline=cut(theta, "1/8"))
    within = share * (1 - dual_slope(rho))
    facts = [*known(prove, eighth + share), fact(smaller_barrier(prove, eighth + share))]
    shown = prove.chain(
        printed.conclude(le(gap(), within)), *facts, adds(prove, gap(), -gap(eighth + share))
    )
    same = prove.identity(printed.conclude(eq(within, printed.conclusion.rhs)), unfold=[dual_slope(rho)])
    return [in_balls, prove.chain(printed, *facts, shown, same)]


F.mutant("1.6 in place of 1.7", share="1.6")
F.mutant("1.679 in place of 1.7", share="1.679")
F.sharpen("share", lambda c: c, printed="1.7", strongest="1.6")
