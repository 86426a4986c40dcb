"""The tangent kernel after L layers of ReLU, against its barriers: u_(L+1) = ntk(L, rho) lies between two of them."""

from dataclasses import replace
from typing import Any

import sympy as sp

from deepcond_sym.proof import (
    RELU,
    Proof,
    Statement,
    Step,
    dual,
    dual_slope,
    eq,
    fact,
    forall,
    iterate,
    le,
    lt,
    ntk,
    relu_slope,
)  # fmt: skip
from deepcond_sym.proof.proof import Use
from deepcond_sym.proof.search.ball_box import angle as by_angle
from deepcond_sym.proof.tactics.inductive import inductive
from deepcond_sym.proof.tactics.lemma import lemma
from deepcond_sym.proof.tactics.power_gaps import adds
from deepcond_sym.symbols import rho
from proofs_checks.agarwal2021.setting import L, layers

from .angle_steps import j
from .angles import apart, below_one, correlations, is_correlation, layer_below_one
from .barrier import barrier, eighth, half_gap, most, positive_sine, stays_above, stays_below

upper, lower = eighth, eighth + most
"""The offsets of the two barriers, 1/8 and 73/40."""

normalised = ntk(L, rho) / (L + 1)
"""The tangent kernel over its diagonal, the paper's at depth L + 1."""


def shrinking(depth: Any) -> Any:
    """(1 - theta_1/pi) ... (1 - theta_depth/pi): how much is left of a difference of tangent kernels."""
    return sp.Product(dual_slope(iterate(j, rho)), (j, 0, depth - 1))


def start(offset: sp.Expr) -> sp.Expr:
    """How far the barrier is above the tangent kernel before any layer."""
    return barrier(rho, offset) - rho


def bound(depth: sp.Expr, offset: sp.Expr) -> sp.Expr:
    """The barrier after so many layers, less what is left of the difference before any."""
    return barrier(iterate(depth, rho), offset) - shrinking(depth) * start(offset)


def about_sines(prove: Proof, *cosines: sp.Expr) -> list[Use]:
    """That the barriers have values at these correlations: values of dual at iterate(L, rho) or iterates."""
    facts: list[Use] = []
    for r in cosines:
        below = below_one(prove) if r.func == iterate else layer_below_one(prove)
        inner = {L: r.args[0]} if r.func == iterate else {rho: r.args[0]}
        facts += [fact(below, inner), *is_correlation(prove, r)]
    shown = half_gap(prove), positive_sine(prove)
    return facts + [fact(step, {rho: r}) for r in (rho, *cosines) for step in shown]


def unfolding(prove: Proof, goal: Statement, *rewrite: list, known: list[Use]) -> Step:
    """The goal, an equality between terms with barriers that are `known` to have values, after the rewriting."""
    roots: Any = goal.conclusion.lhs.atoms(sp.Pow) | goal.conclusion.rhs.atoms(sp.Pow)
    bases = sorted({p.base for p in roots if abs(p.exp) == sp.S.Half}, key=str)
    signs = [lt(0, b) for b in bases] + [lt(0, sp.sqrt(b)) for b in bases]
    frame = replace(goal, given=(*goal.given, *signs))
    return prove.chain(goal, *known, prove.identity(frame, rewrite))


@lemma("slopes of ReLU are not negative")
def slope_at_least(prove: Proof) -> Step:
    """0 <= dual_slope(rho)."""
    goal = forall(correlations, family=RELU, holds=le(0, dual_slope(rho)))
    in_balls = prove.ball_box(le(0, relu_slope(rho)), correlations, outline=by_angle(rho))
    return prove.chain(goal, in_balls, prove.folded(goal, dual_slope(rho)))


@lemma("slopes of ReLU are at most 1")
def slope_at_most(prove: Proof) -> Step:
    """dual_slope(rho) <= 1."""
    goal = forall(correlations, family=RELU, holds=le(dual_slope(rho), 1))
    in_balls = prove.ball_box(le(relu_slope(rho), 1), correlations, outline=by_angle(rho))
    return prove.chain(goal, prove.unfold(goal, dual_slope(rho)), in_balls)


def about_slopes(prove: Proof, *depths: sp.Expr) -> list[Use]:
    """That dual_slope(iterate(d, rho)) is in [0, 1] for these depths."""
    cosines = [iterate(d, rho) for d in depths]
    return [
        *(fact(below_one(prove), {L: d}) for d in depths), *is_correlation(prove, *cosines),
        *(fact(step, {rho: r}) for step in (slope_at_least(prove), slope_at_most(prove)) for r in cosines),
    ]  # fmt: skip


@lemma("what is left of a difference is not negative")
def left_at_least(prove: Proof) -> Step:
    """0 <= (1 - theta_1/pi) ... (1 - theta_L/pi)."""
    goal = forall(apart, layers, family=RELU, holds=le(0, shrinking(L)))
    return inductive(
        prove, goal, L,
        lambda base: prove.chain(
            base, prove.polynomial(le(0, 1)), prove.folded(base, base.conclusion.rhs, base.conclusion.rhs)
        ),
        lambda step: prove.chain(
            step, *about_slopes(prove, L), adds(prove, sp.S.Zero, shrinking(L), dual_slope(iterate(L, rho))),
            prove.folded(step, step.conclusion.rhs, step.conclusion.rhs),
        ),
    )  # fmt: skip


@lemma("what is left of a difference is no more than it was")
def left_at_most(prove: Proof) -> Step:
    """(1 - theta_1/pi) ... (1 - theta_L/pi) <= 1."""
    goal, slope = forall(apart, layers, family=RELU, holds=le(shrinking(L), 1)), dual_slope(iterate(L, rho))
    return inductive(
        prove, goal, L,
        lambda base: prove.chain(
            base, prove.unfold(base, base.conclusion.lhs, base.conclusion.lhs), prove.polynomial(le(1, 1))
        ),
        lambda step: prove.chain(
            step, *about_slopes(prove, L), fact(left_at_least(prove)),
            prove.unfold(step, step.conclusion.lhs, step.conclusion.lhs),
            adds(prove, shrinking(L) * slope, shrinking(L), 1 - slope), adds(prove, shrinking(L), 1 - shrinking(L)),
        ),
    )  # fmt: skip


@lemma("the tangent kernel is below the barrier")
def below_barrier(prove: Proof) -> Step:
    """u_(L+1) <= B(theta_(L+1)) - P_L (B(theta_1) - rho), with P_L = (1 - theta_1/pi) ... (1 - theta_L/pi), by (E)."""
    goal = forall(apart, layers, family=RELU, holds=le(ntk(L, rho), bound(L, upper)))

    def step(target: Statement) -> Step:
        known, moved, raised = _one_more(prove, target, upper)
        return prove.chain(
            target, *known, fact(stays_below(prove), {rho: iterate(L, rho)}), _kernel_after(prove, target),
            adds(prove, _after(ntk(L, rho)), _slope, bound(L, upper) - ntk(L, rho)),
            adds(prove, moved, raised - moved), _barrier_after(prove, target, raised, upper, known),
        )  # fmt: skip

    return inductive(prove, goal, L, lambda base: prove.chain(base, _no_layer(prove, base)), step)


@lemma("the tangent kernel is above the lower barrier")
def above_barrier(prove: Proof) -> Step:
    """u_(L+1) >= B(theta_(L+1)) - P_L (B(theta_1) - rho), with the offset 73/40 in B, by (F)."""
    goal = forall(apart, layers, family=RELU, holds=le(bound(L, lower), ntk(L, rho)))

    def step(target: Statement) -> Step:
        known, moved, raised = _one_more(prove, target, lower)
        return prove.chain(
            target, *known, fact(stays_above(prove), {rho: iterate(L, rho)}),
            _barrier_after(prove, target, raised, lower, known, back=True), adds(prove, raised, moved - raised),
            adds(prove, moved, _slope, ntk(L, rho) - bound(L, lower)), _kernel_after(prove, target, back=True),
        )  # fmt: skip

    return inductive(prove, goal, L, lambda base: prove.chain(base, _no_layer(prove, base, back=True)), step)


_slope, _next = dual_slope(iterate(L, rho)), dual(iterate(L, rho))


def _after(kernel: sp.Expr) -> sp.Expr:
    """The tangent kernel after one more layer."""
    return _next + _slope * kernel


def _one_more(prove: Proof, target: Statement, offset: sp.Expr) -> tuple[list[Use], sp.Expr, sp.Expr]:
    """What is known at layer L + 1; what the layer makes of the bound; the barrier after it, less what is left."""
    known = [*about_slopes(prove, L), *about_sines(prove, iterate(L, rho), iterate(L + 1, rho), _next)]
    return known, _after(bound(L, offset)), barrier(_next, offset) - _slope * shrinking(L) * start(offset)


def _no_layer(prove: Proof, target: Statement, *, back: bool = False) -> Step:
    """ntk(0, rho) = rho, which is the bound at L = 0."""
    calls = [ntk(0, rho), iterate(0, rho), shrinking(sp.S.Zero)]
    known = about_sines(prove, iterate(0, rho))
    equal = eq(target.conclusion.lhs, target.conclusion.rhs)
    return unfolding(prove, target.conclude(equal), *(["unfold", call] for call in calls), known=known)


def _kernel_after(prove: Proof, target: Statement, *, back: bool = False) -> Step:
    sides = ntk(L + 1, rho), _after(ntk(L, rho))
    calls = ntk(L + 1, rho), iterate(L + 1, rho)
    return prove.identity(target.conclude(eq(*sides[::-1] if back else sides)), unfold=calls)


def _barrier_after(
    prove: Proof, target: Statement, raised: sp.Expr, offset: sp.Expr, known: list[Use], *, back: bool = False
) -> Step:
    sides = raised, bound(L + 1, offset)
    calls = iterate(L + 1, rho), shrinking(L + 1)
    goal = target.conclude(eq(*sides[::-1] if back else sides))
    return unfolding(prove, goal, *(["unfold", call] for call in calls), known=known)
