"""Kernel matrices in the chaotic phase, for data with 0 <= x_i . x_j <= c*: how near their entries are to the limits,
and what follows for their eigenvalues."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import sympy as sp

from deepcond_sym.proof import (
    Proof,
    Relation,
    Statement,
    Step,
    Variable,
    column,
    fact,
    forall,
    inner,
    interval,
    iterate,
    le,
    lt,
    off_maximum,
    row,
)  # fmt: skip
from deepcond_sym.proof.proof import Use
from deepcond_sym.proof.tactics.lemma import lemma
from deepcond_sym.proof.tactics.power_gaps import adds, b
from proofs_checks.agarwal2021 import uncentred

from . import chaotic_rates, chaotic_steps
from .chaotic_steps import NON_AFFINE, below_one, chaotic, fixed, kernel, settled, settles, slope, slope_below_one
from .near_equicorrelated import Kernel, X, m, points
from .setting import c, chi, from_one, l, layers

p, q = (sp.Symbol(name, integer=True) for name in ("_p", "_q"))
y = sp.Symbol("y", real=True)
places = Variable(p, sp.S.One), Variable(q, sp.S.One)

tangent = Kernel(lambda r: kernel(l, r), NON_AFFINE)
"""Theta^(l)/q*."""

covariance = Kernel(lambda r: iterate(l, r), NON_AFFINE)
"""K^(l)/q*."""

products = inner(X, row, column)
data = le(off_maximum(products - b / 2, m), b / 2)
"""0 <= x_i . x_j <= c* for i != j."""

diagonal_value = (chi**l - 1) / (chi - 1)
"""p^(l)/q*."""

error = chaotic_rates.worst(l)
"""How far Theta^(l)/q* is from p*_ab/q* off the diagonal, at most, for l >= 1."""

frame = forall(points, below_one, layers, given=[fixed, data], family=NON_AFFINE, holds=le(0, 0))
deep = replace(frame, variables=(points, below_one, from_one))


def entrywise(
    prove: Proof, goal: Statement, each: Callable[[Statement, Any], Step], *known: Use | Step, size: Any = m
) -> Step:
    """off_maximum(f(x_i . x_j)) <= E, where `each` shows |f(x_p . x_q)| <= E; 0 <= E and what is known besides are
    added to the hypotheses, and shown."""
    of, bound = goal.conclusion.lhs.args[0], goal.conclusion.rhs
    extra = (le(0, bound), lt(slope, 1))
    wide = replace(goal, given=(*goal.given, *extra), label="")
    apart = (le(p, size), le(q, size), Relation(p, "!=", q))
    pair = replace(wide, variables=(*wide.variables, *places), given=(*wide.given, *apart))
    entry = of.xreplace({products: inner(X, p, q)})
    shown = each(pair.conclude(le(sp.Abs(entry), bound)), inner(X, p, q))
    law = prove.matrices("bound", wide, size, of, bound, of="off_maximum", premises=[shown], indices=[p, q])
    return prove.chain(goal, fact(slope_below_one(prove)), *known, law)


def correlations(prove: Proof, pair: Statement, size: Any = m) -> list[Use]:
    """The facts 0 <= x_p . x_q <= c*, from the hypothesis on the data."""
    centred = products - b / 2
    worst, one = off_maximum(centred, size), inner(X, p, q)
    law = prove.matrices("entry", pair, size, centred, of="off_maximum", at=[p, q])
    near = prove.chain(pair.conclude(le(sp.Abs(one - b / 2), b / 2)), law, adds(prove, worst, b / 2 - worst))
    return [fact(near)]


def sizes(prove: Proof) -> list[Use]:
    """The facts 0 <= chi_{c*} < 1 and 0 <= p*_ab."""
    return [fact(slope_below_one(prove)), fact(uncentred.non_negative_slope(prove)), *settles(prove)]


def signs(prove: Proof) -> list[Use]:
    """These, and 1 < chi_1."""
    return [*sizes(prove), fact(chaotic(prove))]


@lemma("tangent kernels off the diagonal are at most the limit")
def tangent_at_most(prove: Proof) -> Step:
    """off_maximum(Theta) <= p*_ab."""
    goal = frame.conclude(le(off_maximum(tangent.body, m), settled))

    def each(target: Statement, x: Any) -> Step:
        value = kernel(l, x)
        known = [
            *signs(prove), *correlations(prove, target), fact(chaotic_steps.kernel_non_negative(prove), {c: x}),
            fact(chaotic_steps.kernel_at_most(prove), {c: x}),
        ]  # fmt: skip
        up, down = adds(prove, value, settled - value), adds(prove, -value, value)
        down_more = adds(prove, sp.S.Zero, settled)
        upper = prove.chain(target.conclude(le(value, settled)), *known, up)
        lower = prove.chain(target.conclude(le(-value, settled)), *known, down, down_more)
        return prove.absolute_value(target, upper, lower)

    return entrywise(prove, goal, each, *signs(prove))




@lemma("tangent kernels off the diagonal are near the limit")
def tangent_near(prove: Proof) -> Step:
    """off_maximum(Theta - p*_ab) <= the error, for l >= 1."""
    goal = deep.conclude(tangent.near(settled, error))

    def each(target: Statement, x: Any) -> Step:
        known = [
            *signs(prove), *correlations(prove, target), fact(chaotic_steps.kernel_at_most(prove), {c: x}),
            fact(chaotic_rates.settles_anyway(prove), {c: x, l: l - 1}),
        ]  # fmt: skip
        return from_below(prove, target, settled - kernel(l, x), known)

    return entrywise(prove, goal, each, *signs(prove), fact(error_positive(prove)))


@lemma("the error is positive")
def error_positive(prove: Proof) -> Step:
    """0 <= the error, which bounds p*_ab - Theta at c = c*."""
    gap = chaotic_rates.distance(l).subs(c, b)
    return prove.chain(
        deep.conclude(le(0, error)), *signs(prove), fact(chaotic_steps.kernel_at_most(prove), {c: b}),
        fact(chaotic_rates.settles_anyway(prove), {c: b, l: l - 1}), adds(prove, sp.S.Zero, gap),
        adds(prove, gap, error - gap),
    )  # fmt: skip


@lemma("the error of the covariance is positive")
def covariance_error_positive(prove: Proof) -> Step:
    """0 <= chi_{c*}^l c*."""
    power = prove.power("non-negative", y, l, interval(y, 0, sp.oo), layers)
    return prove.chain(
        frame.conclude(le(0, slope**l * b)), *sizes(prove), fact(power, {y: slope}), adds(prove, sp.S.Zero, slope**l, b)
    )


@lemma("covariances off the diagonal are near the limit")
def covariance_near(prove: Proof) -> Step:
    """off_maximum(K - c*) <= chi_{c*}^l c*."""

    def each(target: Statement, x: Any) -> Step:
        known = [
            *correlations(prove, target), *chaotic_steps.where(prove, l, x),
            fact(chaotic_rates.approaches_anyway(prove), {c: x}),
        ]  # fmt: skip
        return from_below(prove, target, b - iterate(l, x), known)

    goal = frame.conclude(covariance.near(b, slope**l * b))
    return entrywise(prove, goal, each, fact(covariance_error_positive(prove)))


def from_below(prove: Proof, target: Statement, gap: Any, known: list[Use]) -> Step:
    """|gap| <= E, where 0 <= gap <= E is known."""
    bound = target.conclusion.rhs
    up = adds(prove, gap, bound - gap)
    return prove.absolute_value(
        target,
        prove.chain(target.conclude(le(gap, bound)), *known, up),
        prove.chain(target.conclude(le(-gap, bound)), *known, adds(prove, -gap, 2 * sp.S.One, gap), up),
    )
