"""The chaotic phase from any layer on: whatever the correlation was before, it now lies in [-r, r] with
c* <= r < 1."""

from dataclasses import replace
from typing import Any

import sympy as sp

from deepcond_sym.proof import (
    UNCENTRED,
    Proof,
    Statement,
    Step,
    at,
    dual,
    dual_slope,
    eq,
    fact,
    forall,
    index,
    interval,
    iterate,
    le,
    lt,
)  # fmt: skip
from deepcond_sym.proof.tactics.inductive import inductive
from deepcond_sym.proof.tactics.lemma import lemma
from deepcond_sym.proof.tactics.power_gaps import adds, b, x
from deepcond_sym.symbols import rho
from proofs_checks.agarwal2021 import tangent_bounds, uncentred

from . import chaotic_steps
from .chaotic_steps import NON_AFFINE, below_one, fixed, kernel
from .setting import c, chi, correlation, l, layers

j, later = index("j")
r, B = sp.symbols("r B", real=True)
radius, bound = interval(r, 0, 1, ")"), interval(B, 0, sp.oo)
_a, _k, _s, _u, _v, _w, _y = sp.symbols("_a _k _s _u _v _w _y", real=True)
_from_zero = {s: interval(s, 0, sp.oo) for s in (_a, _u, _v, _w)}
_share = interval(_s, 0, 1, ")")

now = (fixed, le(b, r), le(abs(iterate(l, c)), r))
frame = forall(
    correlation, below_one, radius, layers, later, given=now, family=NON_AFFINE, holds=le(0, 0)
)
held = (lt(dual_slope(r), 1), le(r / (1 - dual_slope(r)), B), le(abs(kernel(l, c)), B))
"""B is a bound for the kernel in layer l, and at least what r alone would give in the limit."""

with_bound = replace(frame, variables=(*frame.variables, bound), given=(*now, *held))


@lemma("dual activations do not rise beyond the fixed point")
def no_rise(prove: Proof) -> Step:
    """f(r) <= r for c* <= r."""
    goal = forall(below_one, radius, given=[fixed, le(b, r)], family=NON_AFFINE, holds=le(dual(r), r))
    return prove.chain(
        goal, fact(uncentred.non_negative_curvature(prove)), fact(uncentred.gap(prove), {rho: r}),
        adds(prove, dual(r), uncentred.curvature, r - b, 1 - r),
        adds(prove, dual(r) + uncentred.curvature * (r - b) * (1 - r),
             r - dual(r) - uncentred.curvature * (r - b) * (1 - r)),
    )  # fmt: skip


@lemma("correlations stay in a ball around 0")
def stays_within(prove: Proof) -> Step:
    """|c^(l + j)| <= r."""
    value = iterate(l + j, c)
    return inductive(
        prove, frame.conclude(le(abs(value), r)), j,
        lambda base: prove.chain(base, adds(prove, abs(iterate(l, c)), r - abs(iterate(l, c)))),
        lambda step: prove.chain(
            step, fact(prove.bounded(), {"L": l + j, "r": c}),
            prove.unfold(step, step.conclusion.lhs, iterate(l + j + 1, c)),
            at(prove.dual_grows(), {"r": value, "s": r}), no_rise(prove),
        ),
    )  # fmt: skip


def of_slope(prove: Proof, depth: Any = l + j) -> list:
    """The facts |c^(depth)| <= 1 and |f'(c^(depth))| <= f'(r), 0 <= f'(r)."""
    value = iterate(depth, c)
    return [
        fact(prove.bounded(), {"L": depth, "r": c}), fact(chaotic_steps.slope_non_negative(prove), {x: r}),
        fact(prove.slope_grows(), {"r": value, "s": r}),
    ]  # fmt: skip


@lemma("the tangent kernel stays bounded")
def kernel_bounded(prove: Proof) -> Step:
    """|Theta(l + j)| <= B: |Theta'| <= r + f'(r) |Theta|."""
    names = tangent_bounds
    last = prove.polynomial(
        le(_k + _s * (_k / (1 - _s) + _u), _k / (1 - _s) + _u), interval(_k, 0, 1), _share, _from_zero[_u]
    )

    def step(target: Statement) -> Step:
        value, bent, before = iterate(l + j + 1, c), dual_slope(iterate(l + j, c)), kernel(l + j, c)
        values = {names.x: value, names.y: bent, names.z: before, names.X: r, names.Y: dual_slope(r), names.Z: B}
        layer = prove.identity(
            target.conclude(eq(target.conclusion.lhs, abs(value + bent * before))),
            using=[(chaotic_steps.next_kernel(prove), {l: l + j})],
        )
        return prove.chain(
            target, fact(stays_within(prove)), *of_slope(prove), fact(stays_within(prove), {j: j + 1}), layer,
            at(names.triangle(prove), values),
            at(last, {_k: r, _s: dual_slope(r), _u: B - r / (1 - dual_slope(r))}),
        )  # fmt: skip

    return inductive(
        prove, with_bound.conclude(le(abs(kernel(l + j, c)), B)), j,
        lambda base: prove.chain(base, adds(prove, abs(kernel(l, c)), B - abs(kernel(l, c)))), step,
    )  # fmt: skip


@lemma("the tangent kernel is at most its diagonal")
def below_diagonal(prove: Proof) -> Step:
    """|Theta(l)| <= Theta(l) at c = 1."""
    names, one = tangent_bounds, kernel(l, 1)
    goal = forall(correlation, layers, family=UNCENTRED, holds=le(abs(kernel(l, c)), one))

    def step(target: Statement) -> Step:
        value, bent = iterate(l + 1, c), dual_slope(iterate(l, c))
        values = {
            names.x: value, names.y: bent, names.z: kernel(l, c), names.X: 1, names.Y: chi, names.Z: one,
        }  # fmt: skip
        layer = prove.identity(
            target.conclude(eq(target.conclusion.lhs, abs(value + bent * kernel(l, c)))),
            using=[(chaotic_steps.next_kernel(prove), {})],
        )
        back = prove.identity(
            target.conclude(eq(1 + chi * one, target.conclusion.rhs)),
            [["use", chaotic_steps.next_kernel(prove), {c: 1}],
             ["use", chaotic_steps.one_stays(prove), {"L": l + 1}], ["use", chaotic_steps.one_stays(prove), {"L": l}]],
        )  # fmt: skip
        size = prove.polynomial(le(0, _u + _v), _from_zero[_u], _from_zero[_v])
        return prove.chain(
            target, fact(prove.bounded(), {"r": c, "L": l}), fact(prove.bounded(), {"r": c, "L": l + 1}),
            fact(chaotic_steps.slope_non_negative(prove), {x: 1}),
            fact(prove.slope_grows(), {"r": iterate(l, c), "s": 1}),
            fact(size, {_u: abs(kernel(l, c)), _v: one - abs(kernel(l, c))}), layer,
            at(names.triangle(prove), values), back,
        )  # fmt: skip

    none = [kernel(0, c), kernel(0, 1)]
    return inductive(
        prove, goal, l, lambda base: prove.chain(base, prove.identity(
            base.conclude(eq(base.conclusion.lhs, base.conclusion.rhs)), unfold=none)), step,
    )  # fmt: skip


