"""D6, second part: condition numbers of both kernels for inputs that are only separated, |x_i . x_j| <= 1 - delta."""

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
    fact,
    forall,
    interval,
    le,
    lt,
    ntk,
)  # fmt: skip
from proofs_checks.agarwal2021 import data_bounds
from proofs_checks.agarwal2021.data import apart, condition, n, ntk_condition, ntk_off_diagonal, off_diagonal, points
from proofs_checks.agarwal2021.setting import L, half, layers, separation
from proofs_checks.agarwal2021.tangent_bounds import b_at, u, x

from . import tangent_supremum as d5
from .condition_numbers import R, b_below_one, tangent_facts
from .tangent_supremum import SEQUENCES

frame = (points, separation, layers)
kernel, tangent = (off_diagonal, condition, b_at(L), []), (ntk_off_diagonal, ntk_condition, R, SEQUENCES)

claim = Claim(
    "beyond/D6-separated",
    title="Condition numbers by the exact suprema of the entries, for separated inputs",
    source="sharpens agarwal2021 Corollaries 4 and 6",
    printed=r"|x_i\cdot x_j|\le1-\delta,\ (n-1)\,b_L<1:\quad"
    r" \kappa(\bar K)\le\frac{1+(n-1)b_L}{1-(n-1)b_L},\quad"
    r" \text{and } \le 1+4(n-1)b_L \text{ if } (n-1)b_L\le\tfrac12;\qquad"
    r" \text{the same for } \Theta \text{ with } R_L \text{ in place of } b_L",
    note=r"Gershgorin with the exact suprema $b_L$ and $R_L = S_L/D_L$ of beyond/D1 and beyond/D5. The constant 4 is"
    r" needed: two points with $b_L=\frac12$ have $\kappa(\bar K)=3$.",
    beside=("agarwal2021/C4", "agarwal2021/C6", "beyond/D6"),
    parameters={"others": n - 1, "constant": 4, "family": NORMALISED},
)


@claim.states
def statement(others, constant, family):
    parts = []
    for name, (_, number, largest, sequences) in (("top-layer kernel", kernel), ("tangent kernel", tangent)):
        radius = others * largest
        parts += [
            forall(
                *frame, given=[apart, lt(radius, 1)], family=family, sequences=sequences,
                holds=le(number(L), (1 + radius) / (1 - radius)), label=name,
            ),
            forall(
                *frame, given=[apart, le(radius, half)], family=family, sequences=sequences,
                holds=le(number(L), 1 + constant * radius), label=f"{name}, simpler",
            ),
        ]  # fmt: skip
    return tuple(parts)


@claim.proves
def proof(prove, goal, others, constant, family):
    """Gershgorin's discs around 1 have radius (n - 1) b; and (1 + x)/(1 - x) <= 1 + 4 x on [0, 1/2]."""
    known = (
        [*d5.in_unit(prove), fact(b_below_one(prove))],
        [*tangent_facts(prove), *d5.in_unit(prove), fact(d5.ratio_below(prove))],
    )
    bounds = data_bounds.kernel_entries(prove), d5.ratio_of_data(prove)
    steps = []
    for (entries, _, largest, _), facts, bound, whole, simpler in zip(
        (kernel, tangent), known, bounds, goal[::2], goal[1::2], strict=True
    ):
        shown = by_gershgorin(prove, whole, entries(L), largest, facts, bound)
        steps += [shown, simplified(prove, simpler, largest, constant, facts, shown)]
    return steps


def by_gershgorin(
    prove: Proof, goal: Statement, entries: sp.Expr, largest: sp.Expr, facts: list, bound: Step
) -> Step:
    """The condition number is at most (1 + (n - 1) b)/(1 - (n - 1) b)."""
    below = prove.polynomial(lt(1 - u, 1), interval(u, 0, sp.oo, "("))
    radius = (n - 1) * largest
    on_diagonal = [fact(data_bounds.positive_diagonal(prove))] if entries.has(ntk) else []
    small = prove.chain(goal.conclude(lt(radius, 1)), *facts, at(below, {u: 1 - radius}))
    return prove.chain(
        goal, *facts,
        prove.condition(prove.chain(goal.conclude(le(entries, largest)), *facts, bound), small, *facts, *on_diagonal),
    )  # fmt: skip


def simplified(
    prove: Proof, goal: Statement, largest: sp.Expr, constant: sp.Expr, facts: list, shown: Step
) -> Step:
    """(1 + x)/(1 - x) <= 1 + 4 x for x = (n - 1) b <= 1/2."""
    final = prove.polynomial(le((1 + x) / (1 - x), 1 + constant * x), interval(x, 0, half))
    strict = prove.polynomial(lt(half - u, 1), interval(u, 0, sp.oo))
    radius = (n - 1) * largest
    non_negative = prove.polynomial(le(0, (n - 1) * x), points, interval(x, 0, 1))
    below = prove.chain(replace(goal, conclusion=lt(radius, 1)), *facts, at(strict, {u: half - radius}))
    return prove.chain(goal, *facts, fact(non_negative, {x: largest}), fact(below), shown, at(final, {x: radius}))


claim.mutant("n - 3/2 in place of n - 1", others=n - sp.Rational(3, 2))
claim.mutant("the constant 39/10", constant="39/10")
claim.mutant("without centring", family=UNCENTRED)

claim.sharpen("constant", lambda c: c, printed=4, strongest=0)
