"""Activations with slope at most 1 at the fixed point 1: how slowly correlations approach 1."""

import sympy as sp

from deepcond_sym.proof import (
    UNCENTRED,
    Proof,
    Statement,
    Step,
    at,
    dual,
    dual_slope,
    fact,
    forall,
    interval,
    iterate,
    le,
    lt,
)  # fmt: skip
from deepcond_sym.proof.tactics import power_gaps
from deepcond_sym.proof.tactics.inductive import inductive
from deepcond_sym.proof.tactics.lemma import lemma
from deepcond_sym.proof.tactics.power_gaps import adds, b
from deepcond_sym.symbols import rho

from .setting import L, correlation, layers
from .uncentred import curvature, curvature_at_most_one, m, non_negative_curvature, unit_rho
from .uncentred_depth import unfolded

critical = le(dual_slope(1), 1)
"""The slope at 1 is finite and at most 1."""

apart = interval(rho, -1, 1, ")")
_n, _t, _u = sp.symbols("_n _t _u", real=True)
_unit_m, _above, _distance = interval(m, 0, 1), interval(_u, 0, sp.oo), interval(_t, 0, 2)


def bound(depth: sp.Expr, strength: sp.Expr = curvature) -> sp.Expr:
    """(1/(1 - rho) + mu-tilde L)^(-1)."""
    return 1 / (1 / (1 - rho) + strength * depth)


@lemma("a parabola through 1")
def parabola(prove: Proof) -> Step:
    """1 - dual(rho) <= dual_slope(1) (1 - rho) - mu-tilde (1 - rho)^2 on [-1, 1]."""
    goal = forall(
        correlation, family=UNCENTRED,
        holds=le(1 - dual(rho), dual_slope(1) * (1 - rho) - curvature * (1 - rho) ** 2),
    )  # fmt: skip
    i = power_gaps.i
    power = prove.chain(
        forall(unit_rho, power_gaps.from_two, holds=le((1 - rho) ** 2, i * (1 - rho) - 1 + rho**i)),
        at(power_gaps.linear_gap(prove), {b: rho}),
    )
    low, high = (
        Statement(goal.conclusion, (interval(rho, *ends),), family=UNCENTRED) for ends in ((-1, 0), (0, 1))
    )
    # below 0 it is enough that rho^i <= |rho|^3 from i = 3 on
    return prove.split(goal, prove.vertices(low, 3), prove.vertices(high, 2, power))


@lemma("one layer at criticality")
def one_layer(prove: Proof) -> Step:
    """1 - dual(rho) <= (1 - rho) - mu-tilde (1 - rho)^2 on [-1, 1], if the slope at 1 is at most 1."""
    distance = 1 - rho
    goal = forall(
        correlation, given=[critical], family=UNCENTRED, holds=le(1 - dual(rho), distance - curvature * distance**2)
    )
    return prove.chain(
        goal, parabola(prove),
        adds(prove, dual_slope(1) * distance - curvature * distance**2, 1 - dual_slope(1), distance),
    )  # fmt: skip


def known(prove: Proof, depth: sp.Expr, *more: sp.Expr) -> tuple:
    """What gives the bound a value at these depths: 0 <= mu-tilde <= 1, and 0 < 1/(1 - rho) + mu-tilde L."""
    positive = prove.polynomial(lt(0, 1 / (1 - rho) + m * _n), apart, _unit_m, interval(_n, 0, sp.oo))
    return (
        fact(non_negative_curvature(prove)), fact(curvature_at_most_one(prove)),
        *(fact(positive, {m: curvature, _n: d}) for d in (depth, *more)),
    )  # fmt: skip


@lemma("every layer at criticality")
def every_layer(prove: Proof) -> Step:
    """1 - iterate(L, rho) <= (1/(1 - rho) + mu-tilde L)^(-1) for rho < 1, if the slope at 1 is at most 1: a layer maps
    a distance t to at most t (1 - mu-tilde t) <= t/(1 + mu-tilde t), whose inverse is 1/t + mu-tilde."""
    goal = forall(
        apart, layers, given=[critical], family=UNCENTRED, holds=le(1 - iterate(L, rho), bound(L))
    )
    damped = prove.polynomial(le(_t - m * _t**2, _t / (1 + m * _t)), _distance, _unit_m)
    grown = prove.polynomial(le(_t / (1 + m * _t), (_t + _u) / (1 + m * (_t + _u))), _distance, _above, _unit_m)
    positive = prove.polynomial(lt(0, 1 + m / (1 / (1 - rho) + m * _n)), apart, _unit_m, interval(_n, 0, sp.oo))

    def step(target: Statement) -> Step:
        value = iterate(L, rho)
        distance = 1 - value
        return prove.chain(
            target, *known(prove, L, L + 1), fact(positive, {m: curvature, _n: L}),
            fact(prove.bounded(), {"r": rho}), unfolded(prove, target), at(one_layer(prove), {rho: value}),
            at(damped, {m: curvature, _t: distance}),
            at(grown, {m: curvature, _t: distance, _u: bound(L) - distance}),
        )  # fmt: skip

    same = prove.polynomial(le(1 - rho, 1 / (1 / (1 - rho))), apart)
    return inductive(
        prove, goal, L, lambda base: prove.chain(base, unfolded(prove, base), same), step,
    )  # fmt: skip


@lemma("every layer at criticality, whatever the correlation")
def everywhere(prove: Proof) -> Step:
    """1 - iterate(L, rho) <= 2/(1 + 2 mu-tilde L) for rho < 1, since 1 - rho <= 2."""
    goal = forall(
        apart, layers, given=[critical], family=UNCENTRED,
        holds=le(1 - iterate(L, rho), 2 / (1 + 2 * curvature * L)),
    )  # fmt: skip
    wider = prove.polynomial(
        le(bound(_n, m), 2 / (1 + 2 * m * _n)), apart, _unit_m, interval(_n, 0, sp.oo)
    )
    positive = prove.polynomial(lt(0, 1 + 2 * m * _n), _unit_m, interval(_n, 0, sp.oo))
    return prove.chain(
        goal, *known(prove, L), fact(positive, {m: curvature, _n: L}), every_layer(prove),
        at(wider, {m: curvature, _n: L}),
    )  # fmt: skip
