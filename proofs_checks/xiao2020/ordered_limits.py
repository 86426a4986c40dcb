"""B14: how fast the tangent kernel tends to its limit in the ordered phase, on and off the diagonal."""

from dataclasses import replace
from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import Claim, Instance, Proof, Verdict, eq, fact, interval, le
from deepcond_sym.proof.tactics.power_gaps import adds

from .ordered_koenigs import PARABOLA
from .ordered_steps import (
    at_depth,
    chi,
    diagonal_closed,
    diagonal_member,
    entry,
    entry_below,
    entry_gap,
    entry_member,
    growth,
    k,
    size,
    slope_positive,
    slope_power,
    top,
)  # fmt: skip
from .setting import c, diagonal, l, tangent

p, p_ab = diagonal(l), tangent(l)
frame = replace(at_depth, sequences=(diagonal, tangent))
y = sp.Symbol("y", real=True)

claim = Claim(
    "xiao2020/B14",
    title="Ordered phase: the tangent kernel tends to p* like chi_1^l on the diagonal and like l chi_1^l off it",
    source="authors' notebook, cell 37",
    provenance="as reported",
    printed=r"\chi_1<1:\quad p^{(l)}-p^*=O(\chi_1^l),\quad p^{(l)}_{ab}-p^*=O(l\chi_1^l)",
    note=r"For a layer map with a finite second derivative at 1, with explicit constants: $p^{(l)}-p^*=-p^*\chi_1^l$"
    r" exactly, and $0\le p^*-p^{(l)}_{ab}\le l\chi_1^l\big(p^*+|\epsilon^{(0)}_{ab}|(1+\frac{\chi_{1,2}}{\chi_1}p^*)"
    r"\big)$ for every depth $l\ge1$ and every start in $[-1,1]$; $\Theta^{(0)}=0$. For ReLU with a bias the second"
    r" derivative is infinite and the order off the diagonal is another one.",
    beside=("xiao2020/B50", "xiao2020/B12-tangent", "starnaud2025/LT2-tangent"),
    parameters={"limit": top, "order": l * chi**l},
    witnesses=(
        (0, Instance({l: Fraction(2)}, PARABOLA)),
        (2, Instance({l: Fraction(60), c: Fraction(9, 10)}, PARABOLA)),
    ),
)


@claim.states
def statement(limit, order):
    on_diagonal = replace(
        frame, variables=tuple(v for v in frame.variables if v.symbol != c), sequences=(diagonal,),
        conclusion=eq(p - limit, -limit * chi**l), label="on the diagonal",
    )  # fmt: skip
    return (
        on_diagonal,
        replace(frame, conclusion=le(p_ab, limit), label="off the diagonal, from above"),
        replace(
            frame, conclusion=le(limit - order * (top + (1 - c) * growth), p_ab), label="off the diagonal, from below"
        ),
    )  # fmt: skip


@claim.proves
def proof(prove, goal, limit, order):
    """p = p* (1 - chi_1^l), and p - p_ab by xiao2020/B50."""
    on_diagonal, above, below = goal
    closed = (diagonal_closed(prove), {k: l - 1})
    start = top - l * chi**l * (top + (1 - c) * growth)
    lowered = start + (l - 1) * top * chi**l
    return [
        prove.identity(on_diagonal, using=[(diagonal_member(prove), {}), closed]),
        prove.chain(
            above, *known(prove), fact(entry_below(prove)), prove.identity(
                above.conclude(eq(p_ab, entry)), using=[(entry_member(prove), {})]
            ),
            adds(prove, entry, size - entry),
            prove.identity(above.conclude(eq(size, (1 - chi**l) * top)), using=[closed]),
            adds(prove, (1 - chi**l) * top, top, chi**l),
        ),
        prove.chain(
            below, *known(prove), fact(entry_gap(prove)), adds(prove, start, l - 1, top, chi**l),
            prove.identity(
                below.conclude(eq(lowered, size - l * chi**l * (1 - c) * growth)), using=[closed]
            ),
            adds(prove, size - l * chi**l * (1 - c) * growth, l * chi**l * (1 - c) * growth - size + entry),
            prove.identity(below.conclude(eq(entry, p_ab)), using=[(entry_member(prove), {})]),
        ),
    ]  # fmt: skip


def known(prove: Proof) -> list:
    """0 <= chi_1^l and 0 <= p*."""
    positive = prove.polynomial(le(0, 1 / (1 - y)), interval(y, 0, 1, ")"))
    return [fact(slope_positive(prove)), slope_power(prove, l), fact(positive, {y: chi})]


claim.mutant("the limit 1/(1 + chi_1)", limit=1 / (1 + chi))
claim.mutant("the order chi_1^l off the diagonal", order=chi**l)

tangent_rate = Claim(
    "xiao2020/B12-tangent",
    title="The tangent kernel leaves its limit like l chi^l zeta (1 + chi_2 p*/chi), up to the order chi^l",
    source="the linearised dynamics near the fixed point",
    provenance="as reported",
    printed=r"0<\chi_{c^*}<1:\quad \chi_{c^*}^{-l}\delta^{(l)}_{ab}-l\,\zeta_{ab}\Big(1+\frac{\chi_{c^*,2}}{\chi_{c^*}}"
    r"p^*_{ab}\Big)\text{ is bounded}",
    expected=Verdict.UNDECIDED,
    note="Derived, not proved: it takes a third derivative of the layer map at the fixed point. Proved are that zeta"
    " exists, with the order of the error (xiao2020/B12), and that what is bounded here is bounded from one side by"
    " xiao2020/B50.",
    beside=("xiao2020/B12", "xiao2020/B50"),
)
