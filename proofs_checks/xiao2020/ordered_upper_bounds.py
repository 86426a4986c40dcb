"""B50: the ordered phase at every depth, from above: correlations, the tangent kernel, and its condition number."""

from dataclasses import replace
from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import Claim, Instance, Proof, Step, at, column, eq, fact, le, row
from deepcond_sym.proof.tactics.power_gaps import adds

from .mean_entry import mean, n
from .nearly_constant import gap, gaps, p, q
from .ordered_matrices import TANGENT, rate, rate_positive
from .ordered_steps import (
    at_depth,
    bend,
    chi,
    diagonal_member,
    entry,
    entry_below,
    entry_gap,
    entry_member,
    from_above,
    growth,
    k,
    size,
)  # fmt: skip
from .ordered_steps import gap as gap_at
from .setting import c, diagonal, l, tangent

D = diagonal(l) - tangent(l)
"""D_ab/q*."""

pairs, lacks = TANGENT.pairs, TANGENT.lacking(row, column)
sequences = replace(at_depth, sequences=(diagonal, tangent))


def in_layers(prove: Proof, *, back: bool = False) -> Step:
    """D = ntk(l - 1, 1) - ntk(l - 1, f(c)), or from the right."""
    sides = D, size - entry
    return prove.identity(
        sequences.conclude(eq(*sides[::-1]) if back else eq(*sides)),
        using=[(diagonal_member(prove), {}), (entry_member(prove), {})],
    )  # fmt: skip


claim = Claim(
    "xiao2020/B50",
    title="The ordered phase at every depth: correlations and the tangent kernel approach their limits",
    source="derived here; makes the orders of the tables explicit",
    printed=r"\chi_1<1,\ l\ge1:\quad \gamma_l\le\chi_1^l\gamma_0,\quad 0\le D_{ab}:=p^{(l)}-p^{(l)}_{ab}\le"
    r" l\chi_1^l\,\big|\epsilon^{(0)}_{ab}\big|\Big(1+\frac{\chi_{1,2}}{\chi_1}p^*\Big)",
    note=r"For every layer map with a finite second derivative at 1, every start in $[-1,1]$ and every depth, with"
    r" $\Theta^{(0)}=0$. In units of $q^*$: $\epsilon^{(0)}=-q^*\gamma_0$ and"
    r" $\chi_{1,2}p^*/\chi_1=f''(1)/(\chi_1(1-\chi_1))$. The bound on $D$ is close to attained: three per cent less is"
    r" refuted.",
    beside=("xiao2020/B50-condition", "xiao2020/B50b", "xiao2020/B20"),
    parameters={"rate": chi**l, "factor": sp.S.One, "growth": growth},
    witnesses=(
        (2, Instance({l: Fraction(150), c: 1 - Fraction(1, 10**6)}, (Fraction(1, 2), Fraction(1, 4), Fraction(1, 4)))),
        (2, Instance({l: Fraction(3), c: Fraction(1, 2)}, (Fraction(1, 2), Fraction(1, 4), Fraction(1, 4)))),
        (0, Instance({l: Fraction(2), c: Fraction(1, 2)}, (Fraction(1, 2), Fraction(1, 2)))),
    ),
)


@claim.states
def statement(rate, factor, growth):
    return (
        replace(at_depth, conclusion=le(gap_at(l), rate * (1 - c)), label="correlations"),
        replace(sequences, conclusion=le(0, D), label="the tangent kernel, from below"),
        replace(
            sequences, conclusion=le(D, factor * l * rate * (1 - c) * growth), label="the tangent kernel, from above"
        ),
    )  # fmt: skip


@claim.proves
def proof(prove, goal, rate, factor, growth):
    """D' = gamma' + f'(c) D + (chi_1 - f'(c)) p <= chi_1 D + chi_1^(l + 1) gamma_0 + f''(1) gamma_l p*."""
    correlations, below, above = goal
    start = prove.unfold(correlations, chi**l * gap_at(0))
    return [
        prove.chain(correlations, at(from_above(prove), {l: 0, k: l}), start),
        prove.chain(
            below, fact(entry_below(prove)), adds(prove, sp.S.Zero, size - entry), in_layers(prove, back=True)
        ),
        prove.chain(above, in_layers(prove), entry_gap(prove)),
    ]


claim.mutant("gaps of the order chi_1^(l + 1)", rate=chi ** (l + 1))
claim.mutant("a constant three per cent smaller", factor="97/100")
claim.mutant("without the sum over the layers", growth=1 + bend / chi)

kappa = Claim(
    "xiao2020/B50-condition",
    title="The ordered phase at every depth: the condition number of the tangent kernel from below",
    source="derived here; makes p* m / (l chi_1^l) explicit",
    printed=r"\chi_1<1,\ l\ge1,\ a\ne b:\quad \kappa^{(l)}\ge\frac{mp^{(l)}-\frac1m\sum_{a',b'}D_{a'b'}}{D_{ab}},"
    r"\qquad \kappa^{(l)}\ge\frac{mp^{(l)}-\frac1m\sum_{a',b'}\bar D_{a'b'}}{\bar D_{ab}},\quad"
    r" \bar D_{ab}=l\chi_1^l\,\big|\epsilon^{(0)}_{ab}\big|\Big(1+\frac{\chi_{1,2}}{\chi_1}p^*\Big)",
    note=r"For every number $m$ of inputs of variance $q^*$, every two different ones among them (so for the minimum"
    r" over the pairs) and every regular kernel. The numerator of the second bound need not be positive. In the formal"
    r" statements the inputs are unit vectors, $n=m$, kernels are in units of $q^*$, and $\Theta^{(l)}$ from"
    r" $\Theta^{(0)}=0$ is ntk(l - 1, f(c)).",
    beside=("xiao2020/B50", "xiao2020/B20", "xiao2020/B22"),
    parameters={"count": n, "bottom": sp.S.One},
    witnesses=tuple(
        (
            part,
            Instance(
                {n: Fraction(2), l: Fraction(4), p: Fraction(1), q: Fraction(2)},
                (Fraction(1, 2), Fraction(1, 4), Fraction(1, 4)),
                {"X": ((one, one, c_), (one, one, c_), (c_, c_, one))},
            ),
        )
        for one in [Fraction(1)] for c_ in [1 - Fraction(1, 10**6)] for part in (0, 1)
    ),
)  # fmt: skip


@kappa.states
def kappa_statement(count, bottom):
    exact = count * (size - mean(lacks)) / (bottom * TANGENT.lacking(p, q))
    by_inputs = count * (size - rate * mean(gaps)) / (bottom * rate * gap(p, q))
    return (
        replace(pairs, conclusion=le(exact, TANGENT.high / TANGENT.low), label="by the entries"),
        replace(pairs, conclusion=le(by_inputs, TANGENT.high / TANGENT.low), label="by the inputs"),
    )


@kappa.proves
def kappa_proof(prove, goal, count, bottom):
    """The quadratic form at the vector of ones, and at the difference of two unit vectors."""
    exact, by_inputs = goal
    return [
        prove.chain(exact, _exactly(prove)),
        prove.chain(by_inputs, _by_inputs(prove)),
    ]


def _exactly(prove: Proof) -> Step:
    known = [fact(TANGENT.largest_at_least(prove)), fact(TANGENT.smallest_at_most(prove))]
    return TANGENT.condition(prove, n * (size - mean(lacks)), TANGENT.lacking(p, q), *known)


def _by_inputs(prove: Proof) -> Step:
    known = [fact(TANGENT.largest_by_inputs(prove)), fact(TANGENT.smallest_by_inputs(prove))]
    return TANGENT.condition(
        prove, n * (size - rate * mean(gaps)), rate * gap(p, q), *rate_positive(prove), *known
    )


kappa.mutant("n + 1 inputs", count=n + 1)
kappa.mutant("half of the gap", bottom="1/2")
