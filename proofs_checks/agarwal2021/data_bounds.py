"""Kernel matrices of data in terms of b_L, and b_L in terms of odds: bounds for every depth, without a change of phase.

b_L is q_mu applied L times to 1 - delta."""

import sympy as sp

from deepcond_sym.proof import (
    NORMALISED,
    Family,
    Proof,
    Statement,
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
    ntk,
)  # fmt: skip
from deepcond_sym.proof.tactics.inductive import inductive
from deepcond_sym.proof.tactics.lemma import lemma
from deepcond_sym.proof.tactics.monotone import one_stays
from deepcond_sym.symbols import rho

from .data import X, least_eigenvalue, n, ntk_least_eigenvalue, points, products, spread
from .setting import L, delta, layers, quadratic, separation, t
from .tangent_bounds import (
    N,
    b,
    b_at,
    b_at_most_one,
    b_non_negative,
    correlation_bound,
    diagonal_at_least_one,
    nonlinearity,
    tangent_bound,
    u,
    x,
)  # fmt: skip

g, P = sp.symbols("g P", real=True)
k, more_layers = index("k")
anything = interval(x, -sp.oo, sp.oo)
slack = interval(u, 0, sp.oo)


@lemma("the majorant decreases with depth")
def decreasing(prove: Proof) -> Step:
    """b_{L+k} <= b_L."""
    goal = forall(nonlinearity, separation, layers, more_layers, holds=le(b_at(L + k), b_at(L)))
    shrinks = prove.polynomial(le(quadratic(b), b), interval(b, 0, 1), nonlinearity)
    within = fact(b_non_negative(prove), {L: L + k}), fact(b_at_most_one(prove), {L: L + k})
    wider = prove.polynomial(le(x - u, x), anything, slack)
    return inductive(
        prove, goal, k,
        lambda base: prove.chain(base),
        lambda step: prove.chain(
            step, *within, prove.unfold(step, b_at(L + k + 1)), at(shrinks, {b: b_at(L + k)}),
            at(wider, {x: b_at(L), u: b_at(L) - b_at(L + k)}),
        ),
    )  # fmt: skip


def with_odds(odds: sp.Expr) -> sp.Expr:
    """(1 - delta)/((1 - delta) + delta g): the correlation whose odds are those of 1 - delta, divided by g."""
    return (1 - delta) / ((1 - delta) + delta * odds)


def odds(prove: Proof, base: sp.Expr) -> Step:
    """b_L <= (1 - delta)/((1 - delta) + delta base^L), for a base of at most 1 + mu."""
    step = prove.polynomial(
        le(quadratic(with_odds(g)), with_odds(base * g)), interval(g, 1, sp.oo), nonlinearity, separation
    )
    return prove.invariant_sequence(
        nonlinearity, separation, layers, step=step, t=t, body=quadratic(t), g=g, bound=with_odds(g),
        start=1 - delta, first=1, ratio=base, index=L,
    )  # fmt: skip


@lemma("the entries of the tangent kernel")
def tangent_entries(prove: Proof) -> Step:
    """The off-diagonal entries of Theta^(L), divided by its diagonal, are at most b_L."""
    entries = prove.entries(tangent_bound(prove), rho, X, points)
    return prove.relative(entries, ntk(L, 1), fact(positive_diagonal(prove)))


@lemma("the entries of the top-layer kernel")
def kernel_entries(prove: Proof) -> Step:
    """The off-diagonal entries of K^(L) are at most b_L."""
    return prove.entries(correlation_bound(prove), rho, X, points)


@lemma("the smallest eigenvalue of the top-layer kernel")
def kernel_floor(prove: Proof) -> Step:
    """1 - b_L <= the smallest eigenvalue of K^(L)."""
    reached = iterate(L, 1 - delta)
    goal = forall(
        points, separation, layers, given=[spread], family=NORMALISED, holds=le(1 - b_at(L), least_eigenvalue(L))
    )
    on_diagonal = prove.identity(
        goal.conclude(eq(1 - reached, iterate(L, 1) - reached)), using=[(one_stays(prove), {L: L})]
    )
    flipped = prove.polynomial(le(1 - (x + u), 1 - x), anything, slack)
    return prove.chain(
        goal,
        fact(correlation_bound(prove), {rho: 1 - delta}),
        at(flipped, {x: reached, u: b_at(L) - reached}),
        on_diagonal,
        prove.schur(goal, iterate(L, products), n, delta),
    )


@lemma("the smallest eigenvalue of the tangent kernel")
def tangent_floor(prove: Proof) -> Step:
    """1 - b_L <= the smallest eigenvalue of Theta^(L), divided by its diagonal."""
    reached, diagonal = ntk(L, 1 - delta), ntk(L, 1)
    goal = forall(
        points, separation, layers, given=[spread], family=NORMALISED, holds=le(1 - b_at(L), ntk_least_eigenvalue(L))
    )
    flipped = prove.polynomial(
        le(1 - b, 1 - (b * N - u) / N), interval(b, 0, 1), interval(N, 1, sp.oo), slack
    )
    return prove.chain(
        goal,
        fact(b_non_negative(prove)), fact(b_at_most_one(prove)), fact(diagonal_at_least_one(prove)),
        fact(positive_diagonal(prove)),
        fact(tangent_bound(prove), {rho: 1 - delta}),
        at(flipped, {b: b_at(L), N: diagonal, u: b_at(L) * diagonal - reached}),
        tangent_schur(prove, goal),
    )  # fmt: skip


def tangent_schur(prove: Proof, frame: Statement) -> Step:
    """1 - Theta(1 - delta)/Theta(1) <= the smallest eigenvalue of Theta^(L), divided by its diagonal."""
    shown = prove.schur(frame, ntk(L, products), n, delta)
    return prove.relative(shown, ntk(L, 1), fact(positive_diagonal(prove)))


@lemma("the diagonal of the tangent kernel is positive")
def positive_diagonal(prove: Proof) -> Step:
    """0 < Theta^(L) at rho = 1."""
    goal = forall(layers, family=NORMALISED, holds=lt(0, ntk(L, 1)))
    above = prove.polynomial(lt(0, N), interval(N, 1, sp.oo))
    return prove.chain(goal, fact(diagonal_at_least_one(prove)), at(above, {N: ntk(L, 1)}))


def full_rank_bound(prove: Proof, least: Step, base: sp.Expr, family: Family = NORMALISED) -> Step:
    """The condition number is at most 1 + n (1 - m)/m with m = 1 - (1 - delta)/((1 - delta) + delta base^L), from
    1 - b_L <= the smallest eigenvalue."""
    m, power = 1 - with_odds(P), base**L
    smallest = least.conclusion.conclusion.rhs
    goal = forall(
        points, separation, layers, given=[spread], family=family, holds=le(m.subs(P, power), smallest)
    )
    grown = fact(prove.power("at least one", base, L, nonlinearity, layers))
    defined = fact(
        prove.polynomial(lt(0, 1 - delta + delta * P), separation, interval(P, 1, sp.oo)), {P: power}
    )
    on_diagonal = [fact(positive_diagonal(prove))] if smallest.has(ntk) else []
    flipped = prove.polynomial(le(1 - (x + u), 1 - x), anything, slack)
    lowered = prove.chain(
        goal, grown, fact(odds(prove, base)),
        defined,
        at(flipped, {x: b_at(L), u: with_odds(power) - b_at(L)}), least,
    )  # fmt: skip
    positive = prove.polynomial(lt(0, m), separation, interval(P, 1, sp.oo))
    above = prove.chain(goal.conclude(lt(0, m.subs(P, power))), grown, at(positive, {P: power}))
    return prove.trace(lowered, above, *on_diagonal, grown, defined)
