"""D10, the repair: what norms that are not exactly 1 do to a correlation, and the recursion that the layers leave."""

import sympy as sp

from deepcond_sym.proof import Claim, Sequence, at, eq, fact, forall, index, interval, le, mu
from proofs_checks.agarwal2021.setting import decay, half

k, layers = index("k")
a, b, s, w = sp.symbols("a b s w", real=True)

repair = Claim(
    "beyond/D10-repair",
    title="Correlations at finite width decay down to the order of one over the root of the width",
    source="replaces agarwal2021 Theorem 53",
    printed=r"|\hat\rho-\rho|\le|1-\|x\|\|y\||\le|1-\|x\|^2|+|1-\|y\|^2|,\qquad"
    r" e_{k+1}\le(1-\tfrac\mu2)e_k+s,\ e_0\le\tfrac12 \implies e_k\le\tfrac12(1-\tfrac\mu2)^k+\tfrac{2s}\mu",
    note=r"$a$ and $b$ are the norms, $\rho=ab\hat\rho$ with $|\hat\rho|\le1$, so that $|\hat\rho-\rho|\le|1-ab|$; the"
    r" second inequality is shown case by case, by which side of 1 the norms are on. Taking means, $|1-\|x\|^2|$ and"
    r" $|1-\|y\|^2|$ are at most $\sqrt{\mathbb E\sigma^4/m}$ each, and so is the deviation of $\rho$ from its mean:"
    r" $s=3\sqrt{\mathbb E\sigma^4/m}$. On the event that correlations stay below 1/2 (of probability"
    r" $1-Le^{-\Omega(L)}$, by the paper), $e_k=\mathbb E|\hat\rho_{L_0+k}|$ satisfies the recursion by Lemma 22, so"
    r" $\mathbb E|\hat\rho_{L_0+k}|\le\tfrac12(1-\tfrac\mu2)^k+6\sqrt{\mathbb E\sigma^4}/(\mu\sqrt m)+Le^{-\Omega(L)}$."
    r" The probabilistic steps are not formal: only the inequalities and the recursion are.",
    beside=("beyond/D10", "agarwal2021/T53"),
    parameters={"factor": decay, "total": 2, "share": 1},
)


@repair.states
def repair_statement(factor, total, share):
    low, high = (interval(v, 0, 1) for v in (a, b)), (interval(v, 1, sp.oo) for v in (a, b))
    (a_low, b_low), (a_high, b_high) = low, high
    inside, outside = share * (1 - a**2), share * (a**2 - 1)
    errors = Sequence("e", k, 0, half, factor * sp.Function("e", real=True)(k) + s)
    return (
        forall(a_low, b_low, holds=le(1 - a * b, inside + share * (1 - b**2)), label="both norms below 1"),
        forall(a_high, b_high, holds=le(a * b - 1, outside + share * (b**2 - 1)), label="both above"),
        forall(a_low, b_high, holds=le(1 - a * b, inside + share * (b**2 - 1)), label="one below, 1 - ab"),
        forall(a_low, b_high, holds=le(a * b - 1, inside + share * (b**2 - 1)), label="one below, ab - 1"),
        forall(
            interval(mu, 0, 1, "("), interval(s, 0, sp.oo), layers, sequences=[errors],
            holds=le(errors(k), half * decay**k + total * s / mu), label="the recursion summed",
        ),
    )  # fmt: skip


@repair.proves
def repair_proof(prove, goals, factor, total, share):
    """The closed form of the recursion is decay^k/2 + (2 s/mu)(1 - decay^k)."""
    *norms, summed = goals
    (errors,) = summed.sequences
    power = decay**k
    exact = prove.closed_form(summed.conclude(eq(errors(k), half * power + 2 * s / mu * (1 - power))))
    above = prove.polynomial(
        le(half * w + 2 * s / mu * (1 - w), half * w + total * s / mu),
        interval(mu, 0, 1, "("), interval(s, 0, sp.oo), interval(w, 0, 1),
    )  # fmt: skip
    below, above_one, *mixed = norms
    squares = above_one.conclude(le(a * b - 1, (a**2 + b**2) / 2 - 1))
    means = above_one.conclude(le((a**2 + b**2) / 2 - 1, above_one.conclusion.rhs))
    both = [prove.polynomial(g.conclusion, *g.variables) for g in (squares, means)]
    unit = interval(mu, 0, 1)
    powers = [prove.power(part, decay, k, unit, layers) for part in ("non-negative", "at most one")]
    return [
        prove.polynomial(below.conclusion, *below.variables),
        prove.chain(above_one, *both),
        *(prove.polynomial(goal.conclusion, *goal.variables) for goal in mixed),
        prove.chain(summed, *map(fact, powers), exact, at(above, {w: power})),
    ]


repair.mutant("the recursion with 1 - mu/3", factor=1 - mu / 3)
repair.mutant("s/mu in the end", total=1)
repair.mutant("nine tenths of the errors of the norms", share="9/10")
