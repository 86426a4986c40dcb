"""D3: the true rate of decay, 1 - mu, from both sides."""

from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import (
    NONLINEAR,
    NORMALISED,
    UNCENTRED,
    Claim,
    Instance,
    Proof,
    Statement,
    Step,
    at,
    dual,
    fact,
    forall,
    index,
    interval,
    iterate,
    le,
    lt,
    mu,
    steps_to,
)  # fmt: skip
from deepcond_sym.proof.tactics.inductive import inductive
from deepcond_sym.proof.tactics.lemma import lemma
from deepcond_sym.symbols import rho
from proofs_checks.agarwal2021 import data_bounds
from proofs_checks.agarwal2021.setting import L, correlation, delta, half, layers, quadratic, separation
from proofs_checks.agarwal2021.tangent_bounds import b_at, b_at_most_one, b_non_negative, correlation_bound, separated

k, later_layers = index("k")
x, u, v, w, A, P = sp.symbols("x u v w A P", real=True)
apart = interval(delta, 0, 1, "()")
nonlinearity = interval(mu, 0, 1, "()")
rate = 1 - mu
from_half = steps_to((1 - delta) / delta, 1 + mu)
"""L_*: from this layer on b_L <= 1/2."""

claim = Claim(
    "beyond/D3",
    title=r"The true rate of decay is $1 - \mu$",
    source="sharpens agarwal2021 Lemma 23",
    printed=r"\rho\in[0,1]:\ (1-\mu)^L\rho \le \hat\sigma^{(L)}(\rho);\qquad \mu<1,\ L\ge L_*:"
    r"\ b_L \le \tfrac12\,e^{1/(1-\mu)}(1-\mu)^{L-L_*},\quad"
    r" L_*=\max\Big\{\Big\lceil\tfrac{\log\frac{1-\delta}\delta}{\log(1+\mu)}\Big\rceil,0\Big\}",
    note=r"$b_L$ is the exact supremum of beyond/D1. So $b_{L+1}/b_L$ tends to $1 - \mu$ for $\mu < 1$: the paper's"
    r" rate $1 - \mu/2$ is never the true one. For $\mu = 1$ the decay is doubly exponential, $b_L = (1-\delta)^{2^L}$."
    r" The function $x e^{2x/(1-\mu)}$ shrinks by $1 - \mu$ in each layer once $x \le \frac12$. In the formal statement"
    r" $L = L_* + k$ and $\delta < 1$; for $\delta = 1$, $b_L = 0$. Better constants: beyond/Koenigs.",
    beside=("agarwal2021/L23", "beyond/D1", "beyond/Koenigs"),
    parameters={"low": rate, "rate": rate, "constant": half, "family": NORMALISED},
)


def ceiling(rate: sp.Expr, constant: sp.Expr) -> sp.Expr:
    """constant e^(1/(1 - mu)) rate^k."""
    return constant * sp.exp(1 / (1 - mu)) * rate**k


@claim.states
def statement(low, rate, constant, family):
    depth = from_half + k
    nonlinear = NONLINEAR if family == NORMALISED else family
    return (
        forall(
            interval(rho, 0, 1), layers, family=family, holds=le(low**L * rho, iterate(L, rho)), label="from below",
        ),
        forall(
            interval(mu, 0, 1), separation, layers, holds=le(low**L * (1 - delta), b_at(L)),
            label="the supremum from below",
        ),
        forall(
            nonlinearity, apart, later_layers, holds=le(b_at(depth), ceiling(rate, constant)),
            label="the supremum from above",
        ),
        forall(
            correlation, apart, later_layers, given=[separated, lt(mu, 1)], family=nonlinear,
            holds=le(sp.Abs(iterate(depth, rho)), ceiling(rate, constant)), label="from above",
        ),
    )  # fmt: skip


@claim.proves
def proof(prove, goal, low, rate, constant, family):
    """sigma_hat(rho) >= (1 - mu) rho. In the other direction, q_mu(x) = (1 - mu) x (1 + mu x/(1 - mu)), the sum of mu x
    over all later layers is at most 2 (x - q_mu(x)) summed, and 1 + z <= e^z."""
    below, supremum_below, supremum_above, above = goal
    shown = from_above(prove, supremum_above, rate, constant)
    return [
        from_below(prove, below, low, family),
        extremal_from_below(prove, supremum_below, low),
        shown,
        prove.chain(above, at(correlation_bound(prove), {L: from_half + k}), shown),
    ]


def from_below(prove: Proof, goal: Statement, low: sp.Expr, family) -> Step:
    """low^L rho <= iterate(L, rho) on [0, 1]: low x <= sigma_hat(x), layer by layer."""
    one_layer = prove.vertices(forall(interval(x, 0, 1), family=family, holds=le(low * x, dual(x))))
    scaled = prove.polynomial(le(low * (x - u), low * x), interval(x, 0, 1), interval(u, 0, sp.oo), interval(mu, 0, 1))
    reached = iterate(L, rho)
    return inductive(
        prove, goal, L,
        lambda base: prove.chain(base, prove.folded(base, base.conclusion.rhs)),
        lambda step: prove.chain(
            step, fact(prove.bounded(), {"r": rho}), fact(prove.non_negative(), {"s": rho}),
            at(scaled, {x: reached, u: reached - low**L * rho}),
            at(one_layer, {x: reached}), prove.folded(step, step.conclusion.rhs),
        ),
    )  # fmt: skip


def extremal_from_below(prove: Proof, goal: Statement, low: sp.Expr) -> Step:
    """low^L (1 - delta) <= b_L."""
    box = interval(x, 0, 1), interval(mu, 0, 1)
    one_layer = prove.polynomial(le(low * x, quadratic(x)), *box)
    scaled = prove.polynomial(le(low * (x - u), low * x), *box, interval(u, 0, sp.oo))
    reached = b_at(L)
    return inductive(
        prove, goal, L,
        lambda base: prove.chain(base, prove.folded(base, base.conclusion.rhs)),
        lambda step: prove.chain(
            step, fact(b_non_negative(prove)), fact(b_at_most_one(prove)),
            at(scaled, {x: reached, u: reached - low**L * (1 - delta)}),
            at(one_layer, {x: reached}), prove.folded(step, step.conclusion.rhs),
        ),
    )  # fmt: skip


@lemma("from layer L_* on the majorant is at most 1/2")
def at_most_half(prove: Proof) -> Step:
    """b_{L_* + k} <= 1/2."""
    reached = prove.reached((1 - delta) / delta, 1 + mu, nonlinearity, apart)
    level = (1 - delta) / delta
    halved = prove.polynomial(le(data_bounds.with_odds(level + u), half), apart, interval(u, 0, sp.oo))
    positive = prove.polynomial(lt(0, 1 - delta + delta * P), apart, interval(P, 1, sp.oo))
    power = (1 + mu) ** from_half
    return prove.chain(
        forall(nonlinearity, apart, later_layers, holds=le(b_at(from_half + k), half)),
        fact(reached), fact(prove.power("at least one", 1 + mu, from_half, nonlinearity, apart)),
        fact(positive, {P: power}),
        at(data_bounds.decreasing(prove), {L: from_half}),
        at(data_bounds.odds(prove, 1 + mu), {L: from_half}),
        at(halved, {u: power - level}),
    )  # fmt: skip


@lemma("the exponential lies above its tangent")
def tangent(prove: Proof) -> Step:
    """1 + x <= e^x for x >= 0."""
    return prove.ball_box(le(1 + x, sp.exp(x)), interval(x, 0, sp.oo))


def from_above(prove: Proof, goal: Statement, rate: sp.Expr, constant: sp.Expr) -> Step:
    """b <= b e^(2b/(1 - mu)) <= constant e^(1/(1 - mu)) rate^k, by induction on k."""
    small, below_half = interval(x, 0, half), at_most_half(prove)
    box = (small, nonlinearity, interval(A, 0, sp.oo), interval(w, 0, sp.oo))

    def weighted(at_x: sp.Expr) -> sp.Expr:
        return at_x * sp.exp(2 * at_x / (1 - mu))

    def above_tangent(exponent: sp.Expr, inside: Step, value: sp.Expr) -> list:
        """1 + z <= e^z for this exponent z, shown to be >= 0 by `inside` at x = value."""
        return [fact(inside, {x: value}), fact(tangent(prove), {x: exponent})]

    reached = b_at(from_half + k)
    inside = [fact(b_non_negative(prove), {L: from_half + k}), fact(below_half)]
    twice = prove.polynomial(le(0, 2 * x / (1 - mu)), small, nonlinearity)
    raised = prove.polynomial(le(0, 1 + v + w), interval(v, 0, sp.oo), interval(w, 0, sp.oo))

    def size(of: sp.Expr) -> list:
        """0 <= e^(2 of/(1 - mu))."""
        z = 2 * of / (1 - mu)
        return [*above_tangent(z, twice, of), fact(raised, {v: z, w: sp.exp(z) - 1 - z})]

    def base(target: Statement) -> Step:
        start = b_at(from_half)
        rest = prove.polynomial(le(0, (1 - 2 * x) / (1 - mu)), small, nonlinearity)
        first = prove.polynomial(le(x * A, constant * A * (1 + (1 - 2 * x) / (1 - mu) + w)), *box)
        z = (1 - 2 * start) / (1 - mu)
        values = {x: start, A: sp.exp(2 * start / (1 - mu)), w: sp.exp(z) - 1 - z}
        return prove.chain(
            target, fact(b_non_negative(prove), {L: from_half}), fact(below_half, {k: 0}),
            *size(start), *above_tangent(z, rest, start), at(first, values),
        )  # fmt: skip

    def step(target: Statement) -> Step:
        following = quadratic(reached)
        z = 2 * (reached - following) / (1 - mu)
        shrinks = prove.polynomial(le(0, 2 * (x - quadratic(x)) / (1 - mu)), small, nonlinearity)
        one_layer = prove.polynomial(
            le(quadratic(x) * A, rate * x * A * (1 + 2 * (x - quadratic(x)) / (1 - mu) + w)), *box
        )
        still_small = prove.polynomial(le(0, quadratic(x)), small, nonlinearity)
        still_half = prove.polynomial(le(quadratic(x), half), small, nonlinearity)
        scaled = prove.polynomial(le(rate * x * A, rate * (x * A + u)), *box[:3], interval(u, 0, sp.oo))
        bound = ceiling(rate, constant)
        return prove.chain(
            target, *inside, fact(still_small, {x: reached}), fact(still_half, {x: reached}),
            *size(following), *size(reached), *above_tangent(z, shrinks, reached),
            prove.unfold(target, target.conclusion.lhs, b_at(from_half + k + 1)),
            at(one_layer, {x: reached, A: sp.exp(2 * following / (1 - mu)), w: sp.exp(z) - 1 - z}),
            at(scaled, {x: reached, A: sp.exp(2 * reached / (1 - mu)), u: bound - weighted(reached)}),
        )  # fmt: skip

    known = inductive(prove, goal.conclude(le(weighted(reached), ceiling(rate, constant))), k, base, step)
    z = 2 * reached / (1 - mu)
    larger = prove.polynomial(le(x, x * (1 + v + w)), small, interval(v, 0, sp.oo), interval(w, 0, sp.oo))
    return prove.chain(
        goal, *inside, *size(reached), at(larger, {x: reached, v: z, w: sp.exp(z) - 1 - z}), known
    )


claim.mutant("1 - 9 mu/10 from below", low=1 - sp.Rational(9, 10) * mu)
claim.mutant("1 - 11 mu/10 from above", rate=1 - sp.Rational(11, 10) * mu)
claim.mutant("1/10 in place of 1/2", constant="1/10")
claim.mutant("without centring", family=UNCENTRED)


def _fails(c: Fraction) -> tuple[int, Instance]:
    """One layer of (rho + rho^2)/2 multiplies rho by (1 + rho)/2."""
    return 0, Instance({rho: (1 - c) / 2, L: Fraction(1)}, (Fraction(0), Fraction(1, 2), Fraction(1, 2)))


claim.sharpen("low", lambda c: 1 - c * mu, printed=1, strongest=0, fails=_fails)
