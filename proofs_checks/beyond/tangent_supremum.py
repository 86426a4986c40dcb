"""D5: the exact supremum of the tangent kernel, relative to its diagonal, over all activations with the same mu.

R_L = S_L/D_L, where D_L is the diagonal for the extremal activation q_mu, and S_L the kernel at 1 - delta."""

from dataclasses import replace
from typing import Any

import sympy as sp

from deepcond_sym.proof import (
    NORMALISED,
    UNCENTRED,
    Claim,
    Proof,
    Sequence,
    Statement,
    Step,
    at,
    dual_slope,
    eq,
    fact,
    forall,
    interval,
    le,
    lt,
    member,
    mu,
    ntk,
)  # fmt: skip
from deepcond_sym.proof.tactics.inductive import inductive
from deepcond_sym.proof.tactics.lemma import lemma
from deepcond_sym.symbols import rho
from proofs_checks.agarwal2021 import data_bounds
from proofs_checks.agarwal2021.data import X, apart, ntk_off_diagonal, points
from proofs_checks.agarwal2021.setting import L, correlation, delta, layers, quadratic, separation, t
from proofs_checks.agarwal2021.tangent_bounds import (
    b,
    b_at,
    b_at_most_one,
    b_non_negative,
    diagonal_at_least_one,
    e,
    nonlinearity,
    on_the_diagonal,
    one_layer,
    separated,
    slope,
    slope_at_one,
    slope_bound,
    u,
    v,
    w,
    x,
    z,
)  # fmt: skip

D, S = (sp.Function(name, real=True) for name in ("D", "S"))
d, s = sp.symbols("d s", real=True)
growing = 1 + mu


def c_at(correlation: Any) -> sp.Expr:
    """c = (1 - mu) (1 - b) + (1 + mu) b: the slope of q_mu at b."""
    return (1 - mu) * (1 - correlation) + (1 + mu) * correlation


def diagonal_sequence(ratio: sp.Expr = growing) -> Sequence:
    """D_0 = 1, D_L = 1 + (1 + mu) D_{L-1}."""
    return Sequence("D", L, 0, sp.S.One, 1 + ratio * D(L))


def entry_sequence(lessened: sp.Expr = sp.S.Zero) -> Sequence:
    """S_0 = 1 - delta, S_L = b_L + c_{L-1} S_{L-1}."""
    return Sequence("S", L, 0, 1 - delta, b_at(L + 1) - lessened + c_at(b_at(L)) * S(L))


SEQUENCES = [diagonal_sequence(), entry_sequence()]
ratio_of_entries = S(L) / D(L)
"""R_L."""

claim = Claim(
    "beyond/D5",
    title="The exact supremum of the tangent kernel relative to its diagonal",
    source="sharpens agarwal2021 Theorem 5",
    printed=r"|\rho|\le1-\delta:\quad \frac{|\Theta^{(L)}(\rho)|}{\Theta^{(L)}(1)} \le R_L \le b_L,\qquad"
    r" D_0=1,\ D_L=1+(1+\mu)D_{L-1},\quad R_0=b_0,\ R_L=\frac{b_L+"
    r"\big[(1+\mu)b_{L-1}+(1-\mu)(1-b_{L-1})\big]D_{L-1}R_{L-1}}{D_L},"
    r"\quad \text{with equality for } \hat\sigma=q_\mu,\ \rho=1-\delta",
    note=r"At every depth: no $L\ge2L_0$, no factor 2 and no $L/2$ as in Theorem 5, and $b_L\le B(L,\delta)$ by"
    r" beyond/D1. $S_L = D_L R_L$. $\hat\sigma'(1) < \infty$ is implied, without a bound. For $\mu<1$, $R_{L+1}/R_L$"
    r" tends to $(1-\mu)/(1+\mu)$: the tangent kernel decorrelates faster than the top-layer kernel, where Theorem 5"
    r" suggests slower. The misprinted equation (7) obeys the same bound $b_L$, so that Theorem 5 cannot tell the two"
    r" formulas apart.",
    beside=("agarwal2021/T5", "agarwal2021/L27-sharp", "beyond/D1"),
    parameters={"ratio": growing, "lessened": sp.S.Zero, "factor": 1, "family": NORMALISED},
)


@claim.states
def statement(ratio, lessened, factor, family):
    sequences = [diagonal_sequence(ratio), entry_sequence(lessened)]
    frame = (separation, layers)
    return (
        forall(
            correlation, *frame, given=[separated], family=family, sequences=sequences,
            holds=le(sp.Abs(ntk(L, rho)), factor * ratio_of_entries * ntk(L, 1)), label="every correlation",
        ),
        forall(
            points, *frame, given=[apart], family=family, sequences=sequences,
            holds=le(ntk_off_diagonal(L), factor * ratio_of_entries), label="off-diagonal entries",
        ),
        forall(
            nonlinearity, *frame, sequences=sequences, holds=le(ratio_of_entries, b_at(L)), label="below b_L",
        ),
        forall(
            nonlinearity, layers, family=member(t, quadratic(t)), sequences=sequences[:1],
            holds=eq(ntk(L, 1), D(L)), label="attained: the diagonal",
        ),
        forall(
            nonlinearity, *frame, family=member(t, quadratic(t)), sequences=sequences[1:],
            holds=eq(ntk(L, 1 - delta), S(L)), label="attained: the entries",
        ),
    )  # fmt: skip


@claim.proves
def proof(prove, goal, ratio, lessened, factor, family):
    """By induction |Theta^(L)(rho)| D_L <= S_L Theta^(L)(1). With s = 1 + mu + e the difference of the sides after one
    more layer is a sum of terms >= 0, since Theta^(L)(1) >= D_L and S_L <= b_L D_L."""
    correlations, entries, below, on_diagonal, off_diagonal = goal
    scaled = prove.polynomial(le(x, factor * x), interval(x, 0, sp.oo))
    value = ratio_of_entries * ntk(L, 1)
    within = [fact(ratio_below(prove)), *signs(prove), *ratio_signs(prove)]
    whole = prove.polynomial(le(0, x * z), interval(x, 0, sp.oo), interval(z, 0, sp.oo))
    times = fact(whole, {x: ratio_of_entries, z: ntk(L, 1)})
    return [
        prove.chain(correlations, *within, times, ratio_bound(prove), at(scaled, {x: value})),
        prove.chain(entries, *within[:1], *extremal_signs(prove), *ratio_signs(prove), ratio_of_data(prove),
                    at(scaled, {x: ratio_of_entries})),
        prove.chain(below, *extremal_signs(prove), ratio_below(prove)),
        extremal_diagonal(prove, on_diagonal),
        extremal_entries(prove, off_diagonal),
    ]  # fmt: skip


@lemma("the tangent kernel relative to its diagonal")
def ratio_bound(prove: Proof) -> Step:
    """|Theta^(L)(rho)| <= R_L Theta^(L)(1)."""
    tangent, diagonal = sp.Abs(ntk(L, rho)), ntk(L, 1)
    divided = prove.polynomial(
        le((s * z - u) / d, s / d * z),
        interval(s, 0, sp.oo), interval(z, 0, sp.oo), interval(d, 1, sp.oo), interval(u, 0, sp.oo),
    )  # fmt: skip
    goal = forall(
        correlation, separation, layers, given=[separated], family=NORMALISED, sequences=SEQUENCES,
        holds=le(tangent, ratio_of_entries * diagonal),
    )  # fmt: skip
    return prove.chain(
        goal, *signs(prove), fact(cross_multiplied(prove)),
        at(divided, {s: S(L), z: diagonal, d: D(L), u: S(L) * diagonal - tangent * D(L)}),
    )  # fmt: skip


@lemma("the entries of the tangent kernel relative to its diagonal")
def ratio_of_data(prove: Proof) -> Step:
    """The off-diagonal entries of Theta^(L), divided by its diagonal, are at most R_L."""
    shown = ratio_bound(prove)
    # the quotient has a value because D_L > 0: a hypothesis on the way to the entries, discharged there
    guarded = replace(shown.conclusion, given=(separated, lt(0, D(L))))
    entries = prove.entries(prove.chain(guarded, shown), rho, X, points)
    plain = prove.chain(replace(entries.conclusion, given=(apart,)), *extremal_signs(prove), entries)
    return prove.relative(plain, ntk(L, 1), fact(data_bounds.positive_diagonal(prove)), *extremal_signs(prove))


@lemma("the supremum of the tangent kernel lies below that of the top-layer kernel")
def ratio_below(prove: Proof) -> Step:
    """R_L <= b_L."""
    goal = forall(
        nonlinearity, separation, layers, sequences=SEQUENCES, holds=le(ratio_of_entries, b_at(L))
    )
    lower = prove.polynomial(le((b * d - v) / d, b), interval(b, 0, 1), interval(d, 1, sp.oo), interval(v, 0, sp.oo))
    return prove.chain(
        goal, *extremal_signs(prove), *in_unit(prove), fact(entries_below(prove)),
        at(lower, {b: b_at(L), d: D(L), v: b_at(L) * D(L) - S(L)}),
    )  # fmt: skip


def ratio_signs(prove: Proof) -> list:
    """0 <= R_L, where 0 <= S_L and 1 <= D_L are known."""
    quotient = prove.polynomial(le(0, s / d), interval(s, 0, sp.oo), interval(d, 1, sp.oo))
    return [fact(quotient, {s: S(L), d: D(L)})]


def in_unit(prove: Proof) -> list:
    return [fact(b_non_negative(prove)), fact(b_at_most_one(prove))]


def extremal_signs(prove: Proof) -> list:
    """0 < D_L, 1 <= D_L and 0 <= S_L."""
    above = prove.polynomial(lt(0, 1 + u), interval(u, 0, sp.oo))
    weakly = prove.polynomial(le(0, 1 + u), interval(u, 0, sp.oo))
    values = {u: D(L) - 1}
    return [fact(D_at_least_one(prove)), fact(above, values), fact(weakly, values), fact(S_non_negative(prove))]


def signs(prove: Proof) -> list:
    """These, 1 <= Theta^(L)(1) and 0 <= Theta^(L)(1)."""
    weakly = prove.polynomial(le(0, 1 + u), interval(u, 0, sp.oo))
    return [*extremal_signs(prove), fact(diagonal_at_least_one(prove)), fact(weakly, {u: ntk(L, 1) - 1})]


@lemma("the extremal diagonal is at least 1")
def D_at_least_one(prove: Proof) -> Step:
    """1 <= D_L."""
    goal = forall(nonlinearity, layers, sequences=SEQUENCES[:1], holds=le(1, D(L)))
    grown = prove.polynomial(le(1, 1 + growing * (1 + u)), nonlinearity, interval(u, 0, sp.oo))
    return inductive(
        prove, goal, L,
        lambda base: prove.chain(base, prove.folded(base, D(0))),
        lambda step: prove.chain(step, at(grown, {u: D(L) - 1}), prove.folded(step, D(L + 1))),
    )  # fmt: skip


@lemma("the extremal entries are non-negative")
def S_non_negative(prove: Proof) -> Step:
    """0 <= S_L."""
    goal = forall(nonlinearity, separation, layers, sequences=SEQUENCES[1:], holds=le(0, S(L)))
    first = prove.polynomial(le(0, 1 - delta), separation)
    sum_of_parts = prove.polynomial(
        le(0, w + c_at(b) * s), nonlinearity, interval(b, 0, 1), interval(w, 0, 1), interval(s, 0, sp.oo)
    )
    return inductive(
        prove, goal, L,
        lambda base: prove.chain(base, first, prove.folded(base, S(0))),
        lambda step: prove.chain(
            step, *in_unit(prove), fact(b_non_negative(prove), {L: L + 1}), fact(b_at_most_one(prove), {L: L + 1}),
            at(sum_of_parts, {b: b_at(L), w: b_at(L + 1), s: S(L)}), prove.folded(step, S(L + 1), S(L + 1)),
        ),
    )  # fmt: skip


@lemma("the diagonal of the tangent kernel is least for the extremal activation")
def diagonal_above(prove: Proof) -> Step:
    """D_L <= Theta^(L)(1)."""
    goal = forall(layers, family=NORMALISED, sequences=SEQUENCES[:1], holds=le(D(L), ntk(L, 1)))
    larger = prove.polynomial(
        le(1 + growing * d, 1 + (growing + e) * (d + w)),
        nonlinearity, interval(d, 1, sp.oo), interval(e, 0, sp.oo), interval(w, 0, sp.oo),
    )  # fmt: skip
    values = {d: D(L), e: slope - growing, w: ntk(L, 1) - D(L)}
    return inductive(
        prove, goal, L,
        lambda base: prove.chain(base, prove.identity(base.conclude(eq(D(0), ntk(0, 1))), unfold=[D(0), ntk(0, 1)])),
        lambda step: prove.chain(
            step, fact(D_at_least_one(prove)), fact(slope_at_one(prove)),
            prove.unfold(step, D(L + 1)), at(larger, values),
            prove.identity(
                step.conclude(eq(1 + slope * ntk(L, 1), ntk(L + 1, 1))), using=[(on_the_diagonal(prove), {L: L})]
            ),
        ),
    )  # fmt: skip


@lemma("the extremal entries lie below b_L times the diagonal")
def entries_below(prove: Proof) -> Step:
    """S_L <= b_L D_L."""
    goal = forall(nonlinearity, separation, layers, sequences=SEQUENCES, holds=le(S(L), b_at(L) * D(L)))
    kept = prove.polynomial(
        le(quadratic(b) + c_at(b) * (b * d - v), quadratic(b) * (1 + growing * d)),
        nonlinearity, interval(b, 0, 1), interval(d, 1, sp.oo), interval(v, 0, sp.oo),
    )  # fmt: skip
    following = b_at(L + 1)
    return inductive(
        prove, goal, L,
        lambda base: prove.chain(
            base, prove.identity(base.conclude(eq(S(0), b_at(0) * D(0))), unfold=[S(0), D(0), b_at(0)])
        ),
        lambda step: prove.chain(
            step, *in_unit(prove), fact(D_at_least_one(prove)),
            prove.identity(
                step.conclude(eq(S(L + 1), quadratic(b_at(L)) + c_at(b_at(L)) * S(L))), unfold=[S(L + 1), following]
            ),
            at(kept, {b: b_at(L), d: D(L), v: b_at(L) * D(L) - S(L)}),
            prove.identity(
                step.conclude(eq(quadratic(b_at(L)) * (1 + growing * D(L)), following * D(L + 1))),
                unfold=[D(L + 1), following],
            ),
        ),
    )  # fmt: skip


@lemma("the tangent kernel against the extremal one")
def cross_multiplied(prove: Proof) -> Step:
    """|Theta^(L)(rho)| D_L <= S_L Theta^(L)(1)."""
    tangent, diagonal, reached = sp.Abs(ntk(L, rho)), ntk(L, 1), b_at(L)
    goal = forall(
        correlation, separation, layers, given=[separated], family=NORMALISED, sequences=SEQUENCES,
        holds=le(tangent * D(L), S(L) * diagonal),
    )  # fmt: skip
    larger = prove.polynomial(le(x * d, (x + u) * d), *(interval(variable, 0, sp.oo) for variable in (x, d, u)))
    first = prove.polynomial(le(1 - delta - u, 1 - delta), separation, interval(u, 0, sp.oo))
    kept = one_more_layer(prove)

    def base(start: Statement) -> Step:
        return prove.chain(
            start, prove.unfold(start, start.conclusion.lhs, ntk(0, rho), D(0)),
            at(first, {u: 1 - delta - sp.Abs(rho)}), prove.folded(start, start.conclusion.rhs, S(0), ntk(0, 1)),
        )  # fmt: skip

    def step(later: Statement) -> Step:
        following, next_b = sp.Abs(ntk(L + 1, rho)), b_at(L + 1)
        bound = next_b + slope_bound(reached) * tangent
        values = {
            b: reached, e: slope - growing, d: D(L), w: diagonal - D(L), s: S(L), v: reached * D(L) - S(L),
            u: S(L) * diagonal - tangent * D(L),
        }  # fmt: skip
        grown = prove.polynomial(le(0, 1 + growing * d), nonlinearity, interval(d, 0, sp.oo))
        next_d = prove.chain(
            later.conclude(le(0, D(L + 1))), *signs(prove), at(grown, {d: D(L)}), prove.folded(later, D(L + 1))
        )
        return prove.chain(
            later, *signs(prove), *in_unit(prove), fact(next_d),
            fact(one_layer(prove)), fact(slope_at_one(prove)), fact(diagonal_above(prove)), fact(entries_below(prove)),
            at(larger, {x: following, u: bound - following, d: D(L + 1)}),
            prove.unfold(later, bound * D(L + 1), next_b, D(L + 1)),
            at(kept, values),
            prove.identity(
                later.conclude(
                    eq((quadratic(reached) + c_at(reached) * S(L)) * (1 + slope * diagonal), S(L + 1) * ntk(L + 1, 1))
                ),
                [["unfold", S(L + 1)], ["unfold", next_b], ["use", on_the_diagonal(prove), {L: L}]],
            ),
        )  # fmt: skip

    return inductive(prove, goal, L, base, step)


def one_more_layer(prove: Proof) -> Step:
    """(b' + tau T) D' <= (b' + c S) N' where T D = S N - u, N = D + w and s = 1 + mu + e; the last term of the right
    side vanishes for v = b D - S."""
    following, tau, diagonal = quadratic(b), (1 - mu) * (1 - b) + (growing + e) * b, d + w
    correction = (s + v - b * d) * (c_at(b) * w + e * diagonal * b) / d
    return prove.polynomial(
        le(
            (following + tau * (s * diagonal - u) / d) * (1 + growing * d),
            (following + c_at(b) * s) * (1 + (growing + e) * diagonal) + correction,
        ),
        nonlinearity, interval(b, 0, 1), interval(d, 1, sp.oo),
        *(interval(variable, 0, sp.oo) for variable in (e, w, s, v, u)),
    )  # fmt: skip


def extremal_diagonal(prove: Proof, goal: Statement) -> Step:
    """Theta^(L)(1) = D_L for q_mu, whose slope at 1 is 1 + mu."""
    return inductive(
        prove, goal, L,
        lambda base: prove.identity(base, unfold=[ntk(0, 1), D(0)]),
        lambda step: prove.identity(
            step,
            [["unfold", D(L + 1)], ["use", on_the_diagonal(prove), {L: L}], ["unfold", slope],
             ["given", len(step.given) - 1]],
        ),
    )  # fmt: skip


def extremal_entries(prove: Proof, goal: Statement) -> Step:
    """Theta^(L)(1 - delta) = S_L for q_mu, whose iterates are b_L and whose slope at b_L is c_L."""
    start, attained = 1 - delta, prove.attained(t, quadratic(t))
    reached = b_at(L)
    return inductive(
        prove, goal, L,
        lambda base: prove.identity(base, unfold=[ntk(0, start), S(0)]),
        lambda step: prove.identity(
            step,
            [["unfold", ntk(L + 1, start)], ["given", len(step.given) - 1],
             ["use", attained, {"L": L + 1, "s": start}], ["use", attained, {"L": L, "s": start}],
             ["unfold", dual_slope(reached)], ["unfold", S(L + 1)]],
        ),
    )  # fmt: skip


claim.mutant("the diagonal grows by 1 + 11 mu/10", ratio=1 + sp.Rational(11, 10) * mu)
claim.mutant("b_L less 1/1000", lessened=sp.Rational(1, 1000))
claim.mutant("999/1000 of the bound", factor="999/1000")
claim.mutant("without centring", family=UNCENTRED)

claim.sharpen("factor", lambda c: c, printed=1, strongest=0)
