"""D4: odd activations lose correlation faster. Their duals have odd powers only."""

from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import (
    NORMALISED,
    ODD,
    Claim,
    Instance,
    Proof,
    Statement,
    Step,
    at,
    dual,
    eq,
    fact,
    forall,
    interval,
    iterate,
    le,
    lt,
    member,
    mu,
    repeat,
)  # fmt: skip
from deepcond_sym.symbols import rho
from proofs_checks.agarwal2021.data_bounds import P, g, with_odds
from proofs_checks.agarwal2021.setting import L, correlation, delta, half, layers, separation, t
from proofs_checks.agarwal2021.tangent_bounds import nonlinearity, separated

low_mu, high_mu = interval(mu, 0, half), interval(mu, half, 1)


def cubic(r: sp.Expr) -> sp.Expr:
    """(1 - mu) r + mu r^3, the dual of sqrt(1 - mu) h_1 + sqrt(mu) h_3."""
    return (1 - mu) * r + mu * r**3


def odds_times(factor: sp.Expr) -> sp.Expr:
    """The number whose odds are those of rho times the factor."""
    return factor * rho / (factor * rho + 1 - rho)


claim = Claim(
    "beyond/D4",
    title="Odd activations lose correlation faster",
    source="sharpens agarwal2021 Lemma 23 for odd activations",
    printed=r"\sigma \text{ odd}:\quad |\hat\sigma^{(L)}(\rho)|\le (q^{\mathrm{odd}}_\mu)^{\circ L}(1-\delta),"
    r"\quad q^{\mathrm{odd}}_\mu(\rho)=(1-\mu)\rho+\mu\rho^3,\ \text{attained};\quad"
    r" \text{one layer multiplies the odds } \tfrac{\rho}{1-\rho} \text{ by at most }"
    r" c = \max\Big\{1-\mu,\tfrac1{1+2\mu}\Big\}, \text{ so }"
    r" |\hat\sigma^{(L)}(\rho)| \le \frac{1-\delta}\delta\,c^L",
    note=r"$|\rho| \le 1-\delta$. The maximum is $1-\mu$, the true rate of beyond/D3, if and only if $\mu \le \frac12$:"
    r" the two cases are stated apart. Neither factor can be smaller: $1-\mu$ is approached as $\rho \to 0$ and"
    r" $1/(1+2\mu)$ as $\rho \to 1$, both for $q^{\mathrm{odd}}_\mu$.",
    beside=("agarwal2021/L23", "beyond/D1", "beyond/D2", "beyond/D3"),
    parameters={
        "q": cubic(t), "small": 1 - mu, "large": 1 / (1 + 2 * mu), "cut": half, "family": ODD,
    },
)  # fmt: skip


@claim.states
def statement(q, small, large, cut, family):
    deep = repeat(q, t, L, 1 - delta)
    unit, every = interval(rho, 0, 1), (correlation, separation, layers)
    few, many = le(mu, cut), le(cut, mu)
    reached = sp.Abs(iterate(L, rho))
    return (
        forall(unit, family=family, holds=le(dual(rho), q.subs(t, rho)), label="one layer"),
        forall(*every, given=[separated], family=family, holds=le(reached, deep), label="every depth"),
        forall(
            nonlinearity, separation, layers, family=member(t, q), holds=eq(iterate(L, 1 - delta), deep),
            label="attained",
        ),
        forall(unit, given=[few], family=family, holds=le(dual(rho), odds_times(small)), label="odds, mu <= 1/2"),
        forall(unit, given=[many], family=family, holds=le(dual(rho), odds_times(large)), label="odds, mu >= 1/2"),
        forall(
            *every, given=[separated, few], family=family, holds=le(reached, (1 - delta) / delta * small**L),
            label="every depth, mu <= 1/2",
        ),
        forall(
            *every, given=[separated, many], family=family, holds=le(reached, (1 - delta) / delta * large**L),
            label="every depth, mu >= 1/2",
        ),
    )  # fmt: skip


@claim.proves
def proof(prove, goal, q, small, large, cut, family):
    """rho^i <= rho^3 for odd i >= 3. The odds of q_odd over those of rho are 1 - mu (1 + rho)/(1 + mu rho + mu rho^2),
    largest at one of the ends."""
    one_layer, every, attained, few, many, deep_few, deep_many = goal
    first = prove.vertices(one_layer, 3)
    above = prove.chain(
        every, prove.absolute(), at(prove.majorant(first, t, q), {"r": sp.Abs(rho), "s": 1 - delta})
    )
    return [
        first,
        above,
        prove.chain(attained, at(prove.attained(t, q), {"s": 1 - delta})),
        prove.chain(few, first, odds_of_one_layer(prove, small, low_mu)),
        prove.chain(many, first, odds_of_one_layer(prove, large, high_mu)),
        decay(prove, deep_few, above, small, low_mu, q),
        decay(prove, deep_many, above, large, high_mu, q),
    ]


def odds_of_one_layer(prove: Proof, factor: sp.Expr, of_mu) -> Step:
    """q_odd(rho) has at most `factor` times the odds of rho."""
    return prove.polynomial(le(cubic(rho), odds_times(factor)), interval(rho, 0, 1), of_mu)


def decay(prove: Proof, goal: Statement, above: Step, factor: sp.Expr, of_mu, q: sp.Expr) -> Step:
    """|iterate| <= q_odd^L(1 - delta) <= (1 - delta)/(1 - delta + delta factor^(-L)) <= (1 - delta)/delta factor^L."""
    ratio = 1 / factor
    step = prove.polynomial(
        le(q.subs(t, with_odds(g)), with_odds(ratio * g)), interval(g, 1, sp.oo), of_mu, separation
    )
    along = prove.invariant_sequence(
        of_mu, separation, layers, step=step, t=t, body=q, g=g, bound=with_odds(g), start=1 - delta, first=1,
        ratio=ratio, index=L,
    )  # fmt: skip
    simpler = prove.polynomial(le(with_odds(P), (1 - delta) / (delta * P)), separation, interval(P, 1, sp.oo))
    positive = prove.polynomial(lt(0, 1 - delta + delta * P), separation, interval(P, 1, sp.oo))
    power = ratio**L
    return prove.chain(
        goal, fact(prove.polynomial(lt(0, factor), of_mu)),
        fact(prove.power("at least one", ratio, L, of_mu, layers)), fact(positive, {P: power}),
        above, along, at(simpler, {P: power}),
    )  # fmt: skip


claim.mutant("1 - mu up to mu = 3/5", cut="3/5")
claim.mutant("1 - 11 mu/10", small=1 - sp.Rational(11, 10) * mu)
claim.mutant("1/(1 + 21 mu/10)", large=1 / (1 + sp.Rational(21, 10) * mu))
claim.mutant("the cube with mu + 1/1000", q=cubic(t) - (t - t**3) / 1000)
claim.mutant("activations that need not be odd", family=NORMALISED)


def _small_fails(c: Fraction) -> tuple[int, Instance]:
    """For mu = 1/2 as rho -> 0: the odds are multiplied by 1 - mu (1 + rho)/(1 + mu rho + mu rho^2)."""
    return 3, Instance({rho: (c - 1) / 4}, (Fraction(0), Fraction(1, 2), Fraction(0), Fraction(1, 2)))


def _large_fails(c: Fraction) -> tuple[int, Instance]:
    """For mu = 1 as rho -> 1: the odds of rho^3 are those of rho times rho^2/(1 + rho + rho^2)."""
    return 4, Instance({rho: 1 - (c - 2) / 16}, (Fraction(0), Fraction(0), Fraction(0), Fraction(1)))


claim.sharpen("q", lambda c: cubic(t) - c * (t - t**3), printed=0, strongest="1/10")
claim.sharpen("small", lambda c: 1 - c * mu, printed=1, strongest="3/2", fails=_small_fails)
claim.sharpen("large", lambda c: 1 / (1 + c * mu), printed=2, strongest=4, fails=_large_fails)
