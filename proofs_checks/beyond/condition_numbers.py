"""D6: condition numbers of both kernels by the exact suprema of their entries.

First for independent inputs (Gram matrix >= delta I), where the bounds are attained; then for inputs that are only
separated (|x_i . x_j| <= 1 - delta)."""

from dataclasses import replace

import sympy as sp

from deepcond_sym.proof import (
    NORMALISED,
    UNCENTRED,
    Claim,
    Proof,
    Statement,
    Step,
    at,
    eq,
    fact,
    forall,
    interval,
    iterate,
    le,
    lt,
    member,
    mu,
    ntk,
)  # fmt: skip
from deepcond_sym.proof.proof import Use
from deepcond_sym.proof.tactics.lemma import lemma
from deepcond_sym.symbols import rho
from proofs_checks.agarwal2021 import data_bounds
from proofs_checks.agarwal2021.data import (
    condition,
    least_eigenvalue,
    n,
    ntk_condition,
    ntk_least_eigenvalue,
    points,
    spread,
)
from proofs_checks.agarwal2021.data_bounds import P
from proofs_checks.agarwal2021.setting import L, delta, layers, quadratic, separation, t
from proofs_checks.agarwal2021.tangent_bounds import N, b, b_at, nonlinearity, u, v, x

from . import tangent_supremum as d5
from .tangent_supremum import SEQUENCES, D, S, d

R = d5.ratio_of_entries
away = 1 - delta
frame = (points, separation, layers)
below_one = interval(b, 0, 1, ")")
slack = interval(u, 0, sp.oo)
extremal = member(t, quadratic(t))


def from_largest(largest: sp.Expr, size: sp.Expr = n) -> sp.Expr:
    """1 + n b/(1 - b)."""
    return 1 + size * largest / (1 - largest)


def equicorrelated(diagonal: sp.Expr, entry: sp.Expr) -> sp.Expr:
    """The condition number of (diagonal - entry) I + entry 11^T, for 0 <= entry < diagonal."""
    return (diagonal + (n - 1) * entry) / (diagonal - entry)


claim = Claim(
    "beyond/D6",
    title="The exact supremum of the condition numbers, for independent inputs",
    source="sharpens agarwal2021 Theorems 7, 9 and Corollaries 8, 10",
    printed=r"\lambda_{\min}(\underline K)\ge\delta:\quad \lambda_{\min}(\bar K)\ge1-b_L,\quad"
    r" \lambda_{\min}(\Theta)\ge(1-R_L)\,\Theta_{11},\quad"
    r" \kappa(\bar K)\le1+\frac{n\,b_L}{1-b_L},\quad \kappa(\Theta)\le1+\frac{n\,R_L}{1-R_L}\le1+\frac{n\,b_L}{1-b_L}"
    r" \le 1+\frac{n(1-\delta)}\delta(1+\mu)^{-L}",
    note=r"With $b_L$ and $R_L$ of beyond/D1 and beyond/D5 ($R_L = S_L/D_L$). The first three bounds of each kernel are"
    r" attained, so that no bound in terms of $n$, $\mu$, $\delta$ and $L$ alone can be better: for"
    r" $\underline K=\delta I+(1-\delta)\mathbf{11}^\top$ in dimension $d \ge n$ and $\hat\sigma=q_\mu$ the eigenvalues"
    r" are $1+(n-1)b_L$ and $1-b_L$, and the last lines show that their quotient is the bound. It follows that"
    r" Corollaries 8 and 10 hold at every depth, with room.",
    beside=("agarwal2021/T7", "agarwal2021/C8", "agarwal2021/T9", "agarwal2021/C10", "beyond/D5"),
    parameters={"size": n, "base": 1 + mu, "family": NORMALISED},
)


@claim.states
def statement(size, base, family):
    simpler = 1 + n * (1 - delta) / delta * base ** (-L)
    of_mu, of_data = (nonlinearity, *frame), {"given": [spread], "family": family}
    return (
        forall(*frame, **of_data, holds=le(1 - b_at(L), least_eigenvalue(L)), label="smallest eigenvalue"),
        forall(
            *frame, **of_data, holds=le(condition(L), from_largest(b_at(L), size)), label="condition number",
        ),
        forall(
            *frame, **of_data, sequences=SEQUENCES, holds=le(1 - R, ntk_least_eigenvalue(L)),
            label="smallest eigenvalue, tangent kernel",
        ),
        forall(
            *frame, **of_data, sequences=SEQUENCES, holds=le(ntk_condition(L), from_largest(R, size)),
            label="condition number, tangent kernel",
        ),
        forall(
            *of_mu, sequences=SEQUENCES, holds=le(from_largest(R), from_largest(b_at(L))),
            label="the tangent kernel is better",
        ),
        forall(*of_mu, holds=le(from_largest(b_at(L)), simpler), label="in closed form"),
        forall(
            *of_mu, family=extremal,
            holds=eq(equicorrelated(sp.S.One, iterate(L, away)), from_largest(b_at(L))), label="attained",
        ),
        forall(
            *of_mu, family=extremal, sequences=SEQUENCES,
            holds=eq(equicorrelated(ntk(L, 1), ntk(L, away)), from_largest(R)), label="attained, tangent kernel",
        ),
    )  # fmt: skip


@claim.proves
def proof(prove, goal, size, base, family):
    """The smallest eigenvalue by Lemma 24; the eigenvalues sum to n, which bounds the largest."""
    least, whole, tangent_least, tangent_whole, better, closed, attained, tangent_attained = goal
    return [
        prove.chain(least, data_bounds.kernel_floor(prove)),
        by_trace(prove, whole, least, data_bounds.kernel_floor(prove), [fact(b_below_one(prove))]),
        prove.chain(tangent_least, tangent_floor(prove)),
        by_trace(
            prove, tangent_whole, tangent_least, tangent_floor(prove),
            tangent_facts(prove), fact(data_bounds.positive_diagonal(prove)),
        ),
        tangent_is_better(prove, better),
        in_closed_form(prove, closed, base),
        kernel_attained(prove, attained),
        tangent_kernel_attained(prove, tangent_attained),
    ]


@lemma("the majorant stays below 1")
def b_below_one(prove: Proof) -> Step:
    """b_L < 1: it decreases from 1 - delta."""
    goal = forall(nonlinearity, separation, layers, holds=lt(b_at(L), 1))
    return prove.chain(
        goal, at(data_bounds.decreasing(prove), {L: 0, "k": L}), prove.unfold(goal, b_at(0)),
        prove.polynomial(lt(1 - delta, 1), separation),
    )  # fmt: skip


@lemma("the supremum of the tangent kernel stays below 1")
def R_below_one(prove: Proof) -> Step:
    """R_L < 1."""
    goal = forall(nonlinearity, separation, layers, sequences=SEQUENCES, holds=lt(R, 1))
    return prove.chain(goal, *d5.extremal_signs(prove), d5.ratio_below(prove), b_below_one(prove))


def tangent_facts(prove: Proof) -> list:
    """0 < D_L, 0 <= R_L < 1."""
    return [*d5.extremal_signs(prove), *d5.ratio_signs(prove), fact(R_below_one(prove))]


@lemma("the smallest eigenvalue of the tangent kernel by its supremum")
def tangent_floor(prove: Proof) -> Step:
    """1 - R_L <= the smallest eigenvalue of Theta^(L), divided by its diagonal."""
    reached, diagonal = ntk(L, away), ntk(L, 1)
    goal = forall(
        *frame, given=[spread], family=NORMALISED, sequences=SEQUENCES, holds=le(1 - R, ntk_least_eigenvalue(L))
    )
    flipped = prove.polynomial(le(1 - x, 1 - (x * N - u) / N), interval(x, 0, 1), interval(N, 1, sp.oo), slack)
    plain = forall(*frame, given=[spread], family=NORMALISED, holds=le(0, 0))
    return prove.chain(
        goal, *tangent_facts(prove), *d5.signs(prove), fact(data_bounds.positive_diagonal(prove)),
        fact(d5.ratio_bound(prove), {rho: away}),
        at(flipped, {x: R, N: diagonal, u: R * diagonal - reached}), data_bounds.tangent_schur(prove, plain),
    )  # fmt: skip


def by_trace(prove: Proof, goal: Statement, least: Statement, floor: Step, known: list, *on_diagonal: Use) -> Step:
    """1 + n (1 - m)/m, from m <= the smallest eigenvalue, where m = 1 - b and b < 1."""
    largest = 1 - least.conclusion.lhs
    above = prove.polynomial(lt(0, 1 - (1 - u)), interval(u, 0, sp.oo, "("))
    positive = prove.chain(
        least.conclude(lt(0, 1 - largest)), *known, at(above, {u: 1 - largest})
    )
    quotient = prove.trace(prove.chain(least, floor), positive, *known, *on_diagonal)
    return prove.chain(goal, *known, fact(positive), quotient)


def tangent_is_better(prove: Proof, goal: Statement) -> Step:
    """1 + n R/(1 - R) <= 1 + n b/(1 - b) for R <= b."""
    smaller = prove.polynomial(le(from_largest(b - u), from_largest(b)), points, below_one, slack)
    return prove.chain(
        goal, *tangent_facts(prove), *d5.in_unit(prove), fact(b_below_one(prove)), fact(d5.ratio_below(prove)),
        at(smaller, {b: b_at(L), u: b_at(L) - R}),
    )  # fmt: skip


def in_closed_form(prove: Proof, goal: Statement, base: sp.Expr) -> Step:
    """b/(1 - b) is at most (1 - delta)/(delta base^L): the odds of b_L are those of 1 - delta over base^L."""
    power = base**L
    odds = data_bounds.with_odds(P)
    smaller = prove.polynomial(
        le(from_largest(odds - u), 1 + n * (1 - delta) / (delta * P)), points, separation, interval(P, 1, sp.oo), slack
    )
    positive = prove.polynomial(lt(0, 1 - delta + delta * P), separation, interval(P, 1, sp.oo))
    return prove.chain(
        goal, fact(prove.power("at least one", base, L, nonlinearity, layers)), fact(positive, {P: power}),
        fact(b_below_one(prove)), fact(data_bounds.odds(prove, base)),
        at(smaller, {P: power, u: odds.subs(P, power) - b_at(L)}),
    )  # fmt: skip


def kernel_attained(prove: Proof, goal: Statement) -> Step:
    """(1 + (n - 1) b_L)/(1 - b_L) = 1 + n b_L/(1 - b_L), where iterate(L, 1 - delta) = b_L for q_mu."""
    attained = prove.attained(t, quadratic(t))
    below = prove.chain(goal.conclude(lt(iterate(L, away), 1)), at(attained, {"s": away}), b_below_one(prove))
    guarded = replace(goal, given=(lt(iterate(L, away), 1), lt(b_at(L), 1)))
    shown = prove.identity(guarded, using=[(attained, {"s": away})])
    return prove.chain(goal, fact(b_below_one(prove)), fact(below), shown)


def tangent_kernel_attained(prove: Proof, goal: Statement) -> Step:
    """The same with Theta^(L)(1 - delta) = S_L and Theta^(L)(1) = D_L for q_mu."""
    *_, diagonal, entries = d5.claim.statements()
    on_diagonal, off_diagonal = d5.extremal_diagonal(prove, diagonal), d5.extremal_entries(prove, entries)
    smaller = prove.polynomial(lt(b * d - v, d), below_one, interval(d, 1, sp.oo), interval(v, 0, sp.oo))
    extremal_below = prove.chain(
        forall(nonlinearity, separation, layers, sequences=SEQUENCES, holds=lt(S(L), D(L))),
        *d5.extremal_signs(prove), *d5.in_unit(prove), fact(b_below_one(prove)), fact(d5.entries_below(prove)),
        at(smaller, {b: b_at(L), d: D(L), v: b_at(L) * D(L) - S(L)}),
    )  # fmt: skip
    below = prove.chain(
        goal.conclude(lt(ntk(L, away), ntk(L, 1))), off_diagonal, extremal_below,
        prove.identity(goal.conclude(eq(D(L), ntk(L, 1))), using=[(on_diagonal, {L: L})]),
    )  # fmt: skip
    denominators = (lt(ntk(L, away), ntk(L, 1)), lt(0, D(L)), lt(S(L), D(L)), lt(R, 1))
    shown = prove.identity(replace(goal, given=denominators), using=[(on_diagonal, {L: L}), (off_diagonal, {L: L})])
    return prove.chain(goal, *tangent_facts(prove), fact(extremal_below), fact(below), shown)


claim.mutant("n - 1 in place of n", size=n - 1)
claim.mutant("base 1 + 11 mu/10", base=1 + sp.Rational(11, 10) * mu)
claim.mutant("without centring", family=UNCENTRED)

claim.sharpen("size", lambda c: c * n, printed=1, strongest=0)
