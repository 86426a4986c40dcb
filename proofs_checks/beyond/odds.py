"""D2: one layer divides the odds rho/(1 - rho) by at least 1 + mu; a bound for every depth without a change of
phase."""

from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import (
    NORMALISED,
    UNCENTRED,
    Claim,
    Instance,
    at,
    dual,
    fact,
    forall,
    interval,
    le,
    lt,
    mu,
    repeat,
)  # fmt: skip
from deepcond_sym.symbols import rho
from proofs_checks.agarwal2021.setting import L, decay, delta, first_phase, half, layers, quadratic, t

g, power = sp.symbols("g P", real=True)
epsilon = sp.Symbol("epsilon", real=True)
inside = interval(delta, 0, 1, "()")
nonlinearity = interval(mu, 0, 1)

claim = Claim(
    "beyond/D2",
    title=r"One layer divides the odds by at least $1 + \mu$",
    source="sharpens agarwal2021 Lemma 22",
    printed=r"\frac{\hat\sigma(\rho)}{1-\hat\sigma(\rho)} \le \frac1{1+\mu}\,\frac{\rho}{1-\rho};\qquad"
    r" b_L \le \Big[1+\frac{\delta}{1-\delta}(1+\mu)^L\Big]^{-1} \le \frac{1-\delta}{\delta}\,(1+\mu)^{-L};\qquad"
    r" \text{no base above } 1+\mu \text{ will do}",
    note=r"The first inequality is stated as $\hat\sigma(\rho) \le \rho/(\rho + c\,(1 - \rho))$ with $c = 1 + \mu$:"
    r" the same, and it includes $\rho = 1$. For $c = 1 + \mu + \epsilon$ it fails for $q_\mu$ at"
    r" $\rho = 1 - \epsilon/(2c)$.",
    beside=("agarwal2021/L22", "agarwal2021/L23"),
    parameters={"base": 1 + mu, "family": NORMALISED},
)


def with_odds_divided(r: sp.Expr, c: sp.Expr) -> sp.Expr:
    """The number whose odds are those of r divided by c."""
    return r / (r + c * (1 - r))


@claim.states
def statement(base, family):
    odds = delta / (1 - delta) * base**L
    b = repeat(quadratic(t), t, L, 1 - delta)
    larger = base + epsilon
    close = 1 - epsilon / (2 * larger)
    return (
        forall(
            interval(rho, 0, 1), family=family, holds=le(dual(rho), with_odds_divided(rho, base)), label="one layer"
        ),
        forall(nonlinearity, inside, layers, holds=le(b, 1 / (1 + odds)), label="every depth"),
        forall(nonlinearity, inside, layers, holds=le(b, (1 - delta) / delta * base ** (-L)), label="simpler"),
        forall(
            interval(mu, 0, 1, "("), interval(epsilon, 0, sp.oo, "("),
            holds=lt(with_odds_divided(close, larger), quadratic(close)), label="no larger base",
        ),
    )  # fmt: skip


@claim.proves
def proof(prove, goal, base, family):
    """(1 + mu)(1 - mu + mu rho) = 1 + mu rho - mu^2 (1 - rho); the bound for every depth by induction on the odds."""
    one_layer, every_depth, simpler, optimal = goal
    quotient = prove.polynomial(le(quadratic(rho), with_odds_divided(rho, base)), interval(rho, 0, 1), nonlinearity)
    step = prove.polynomial(le(quadratic(1 / (1 + g)), 1 / (1 + base * g)), interval(g, 0, sp.oo), nonlinearity)
    deep = prove.invariant_sequence(
        nonlinearity, inside, layers, step=step, t=t, body=quadratic(t), g=g, bound=1 / (1 + g),
        start=1 - delta, first=delta / (1 - delta), ratio=base, index=L,
    )  # fmt: skip
    drop_one = prove.polynomial(
        le(1 / (1 + delta / (1 - delta) * power), (1 - delta) / (delta * power)), inside, interval(power, 1, sp.oo)
    )
    grown = prove.power("at least one", base, L, nonlinearity, layers)
    return [
        prove.chain(one_layer, prove.one_layer(rho, quadratic(rho), family), quotient),
        prove.chain(every_depth, deep),
        prove.chain(simpler, fact(grown), deep, at(drop_one, {power: base**L})),
        prove.polynomial(optimal.conclusion, *optimal.variables),
    ]


claim.mutant("base 1 + 11 mu/10", base=1 + sp.Rational(11, 10) * mu)
claim.mutant("base 1 + mu + 1/100", base=1 + mu + sp.Rational(1, 100))
claim.mutant("without centring", family=UNCENTRED)


def _fails(c: Fraction) -> tuple[int, Instance]:
    """Where the last line fails for a larger base: at rho = 1 - epsilon/(2 base), for mu = 1/2."""
    base, excess = 1 + c / 2, (c - 1) / 2
    return 0, Instance({rho: 1 - excess / (2 * base)}, (Fraction(0), Fraction(1, 2), Fraction(1, 2)))


claim.compare(
    L,
    "1/1000",
    {
        "printed B(L, delta)": half * decay ** (L - first_phase()),
        "odds bound": 1 / (1 + delta / (1 - delta) * (1 + mu) ** L),
        "exact supremum b_L": repeat(quadratic(t), t, L, 1 - delta),
    },
    at={mu: ["1/20", "1/4", "1/2", 1], delta: ["1/2", "1/10", "1/100"]},
)

claim.sharpen("base", lambda c: 1 + c * mu, printed=1, strongest=2, fails=_fails)
