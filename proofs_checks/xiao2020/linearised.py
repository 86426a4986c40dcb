"""B6, B10 and B11: the dynamics near the fixed point, linearised, and what the linearised solution gets wrong."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import sympy as sp

from deepcond_sym.proof import (
    UNCENTRED,
    Claim,
    Instance,
    Proof,
    Statement,
    Step,
    Verdict,
    eq,
    fact,
    forall,
    interval,
    le,
    lt,
    ne,
)
from deepcond_sym.proof.tactics.power_gaps import adds

from .ordered_limits import known
from .ordered_matrices import correlation_gap, rate
from .ordered_steps import (
    at_depth,
    chi,
    diagonal_closed,
    entry,
    entry_gap,
    entry_member,
    gap,
    growth,
    k,
    ordered,
    size,
    top,
)  # fmt: skip
from .setting import c, correlation, l, layers, tangent

slope, bend, e, d, limit, r1, r2, fixed = sp.symbols("chi a e d P r1 r2 b", real=True)
everything = tuple(interval(s, -sp.oo, sp.oo) for s in (slope, bend, e, d, limit, r1, r2, fixed))

B10 = Claim(
    "xiao2020/B10",
    title="The dynamics off the diagonal near a fixed point, to first order",
    source="the linearised dynamics near the fixed point",
    provenance="as reported",
    printed=r"\epsilon^{(l+1)}=\chi_{c^*}\epsilon^{(l)},\quad \delta^{(l+1)}=\chi_{c^*}\delta^{(l)}+\Big(1+"
    r"\frac{\chi_{c^*,2}}{\chi_{c^*}}p^*_{ab}\Big)\epsilon^{(l+1)}\quad\text{to first order}",
    note=r"In units of $q^*$, with the remainders of one layer written out: $f(c^*+e)=c^*+\chi e+r_1$ and"
    r" $f'(c^*+e)=\chi+ae+r_2$ with $a=f''(c^*)=q^*\chi_{c^*,2}$. What is left over is exactly"
    r" $a\,e\,\delta+r_2(p^*_{ab}+\delta)-\frac a\chi p^*_{ab}r_1$, of second order in $(e,\delta)$, as $r_1$ and $r_2$"
    r" are $O(e^2)$ for a smooth activation. $p^*_{ab}=c^*+\chi p^*_{ab}$ is the fixed point of the tangent kernel.",
    beside=("xiao2020/B11", "xiao2020/B12"),
    parameters={
        "factor": 1 + bend * limit / slope, "rest": bend * e * d + r2 * (limit + d) - bend * limit * r1 / slope,
    },
)


@B10.states
def B10_statement(factor, rest):
    later = slope * e + r1
    next_tangent = fixed + later + (slope + bend * e + r2) * (limit + d)
    return forall(
        *everything, given=[ne(slope, 0), eq(fixed, (1 - slope) * limit)],
        holds=eq(next_tangent - limit, slope * d + factor * later + rest),
    )  # fmt: skip


@B10.proves
def B10_proof(prove, goal, factor, rest):
    return prove.identity(goal, [["given", 1]])


B10.mutant("without the 1, which the covariance adds", factor=bend * limit / slope)
B10.mutant("chi_{c*} for chi_{c*,2}/chi_{c*}", factor=1 + slope * limit)
B10.mutant("no remainder", rest=0)

STEEP = (Fraction(2, 5), Fraction(3, 10), Fraction(3, 10))
"""The layer map 2/5 + 3 r/10 + 3 r^2/10, with chi_1 = 9/10 and f''(1) = 3/5."""

_decayed = chi**l * (1 - c)
_lacks = top - tangent(l)
_linear = chi**l * (top + l * growth * (1 - c))
"""The linearised forms of gamma^(l) and of p* - p_ab^(l), in units of q*."""

B11 = Claim(
    "xiao2020/B11",
    title="The linearised solution, from the first layer on, within a factor of two",
    source="the linearised dynamics near the fixed point",
    provenance="as reported",
    printed=r"\epsilon^{(l)}\approx\chi_{c^*}^l\epsilon^{(0)},\qquad \delta^{(l)}\approx\chi_{c^*}^l\Big[\delta^{(0)}"
    r"+l\Big(1+\frac{\chi_{c^*,2}}{\chi_{c^*}}p^*_{ab}\Big)\epsilon^{(0)}\Big]",
    expected=Verdict.REFUTED,
    note=r"As reported, and read with a generous meaning of $\approx$ (within a factor of two, for $c^*=1$): refuted"
    r" for a layer map with $\chi_1=\frac9{10}$ from $c^{(0)}=0$. The prefactor is $\zeta_{ab}$, not"
    r" $\epsilon^{(0)}$: the form is right near the fixed point only. With $\zeta_{ab}$, which xiao2020/B50b encloses,"
    r" it is xiao2020/B12 and xiao2020/B12-tangent. For erf at $(\sigma_w^2,\sigma_b^2)=(1.25,.05)$ from"
    r" $\epsilon^{(0)}=-0.35667$ the prefactor is $-0.0988925$.",
    beside=("xiao2020/B10", "xiao2020/B12", "xiao2020/B12-tangent", "xiao2020/B50b"),
    witnesses=(
        (0, Instance({l: Fraction(60), c: Fraction(0)}, STEEP)),
        (1, Instance({l: Fraction(200), c: Fraction(0)}, STEEP)),
    ),
    parameters={"correlations": le(_decayed / 2, gap(l)), "kernel": le(_linear / 2, _lacks)},
)  # fmt: skip


@B11.states
def B11_statement(correlations, kernel):
    return (
        forall(layers, correlation, given=ordered, family=UNCENTRED, holds=correlations, label="correlations"),
        replace(at_depth, sequences=(tangent,), conclusion=kernel, label="tangent kernel"),
    )


@B11.proves
def B11_proof(prove, goal, correlations, kernel):
    """From above both are bounds, by xiao2020/B50."""
    gaps, lacks = goal
    return [_below(prove, gaps), _lacks_at_most(prove, lacks)]


def _below(prove: Proof, goal: Statement) -> Step:
    """The gap is at most chi_1^l times the first one, and that at most 2."""
    more = [adds(prove, _decayed, chi**l, 1 + c)] if goal.conclusion.rhs == 2 * chi**l else []
    return prove.chain(goal, *known(prove), correlation_gap(prove), *more)


def _lacks_at_most(prove: Proof, goal: Statement) -> Step:
    closed = (diagonal_closed(prove), {k: l - 1})
    most = rate * (1 - c)
    more = [] if goal.conclusion.rhs == _linear else [adds(prove, _linear, chi**l, top)]
    return prove.chain(
        goal, *known(prove), fact(entry_gap(prove)),
        prove.identity(goal.conclude(eq(_lacks, top - entry)), using=[(entry_member(prove), {})]),
        adds(prove, top - entry, most - size + entry),
        prove.identity(goal.conclude(eq(top - size + most, _linear)), using=[closed]), *more,
    )  # fmt: skip


_ABOVE: dict[str, Any] = {"correlations": le(gap(l), _decayed), "kernel": le(_lacks, _linear)}
B11.mutant("from above, which is true", **_ABOVE)
B11.mutant("from above, and weaker, which is true", correlations=le(gap(l), 2 * chi**l), kernel=le(
    _lacks, _linear + chi**l * top
))  # fmt: skip

B6 = Claim(
    "xiao2020/B6",
    title="The gap of the correlations is the l-th power of the slope",
    source="authors' notebook, cells 7 and 19-21",
    provenance="as reported",
    printed=r"\epsilon^{(l)}=\chi_{c^*}^l",
    expected=Verdict.REFUTED,
    note=r"Refuted as printed, without a prefactor: $\epsilon^{(0)}$ is not 1. The corrected form is"
    r" $\epsilon^{(l)}\sim\zeta_{ab}\chi_{c^*}^l$ with a prefactor that depends on the inputs and is enclosed from any"
    r" depth (xiao2020/B50b, xiao2020/B12).",
    beside=("xiao2020/B12", "xiao2020/B50b"),
    witnesses=((0, Instance({l: Fraction(1), c: Fraction(1, 2)}, STEEP)),),
    parameters={"holds": eq(gap(l), chi**l)},
)


@B6.states
def B6_statement(holds):
    return forall(layers, correlation, given=[lt(chi, 1)], family=UNCENTRED, holds=holds)


@B6.proves
def B6_proof(prove, goal, holds):
    """From above, with the first gap for prefactor, it is a bound."""
    return _below(prove, goal)


B6.mutant("from above with the first gap for prefactor, which is true", holds=le(gap(l), _decayed))
B6.mutant("from above with the prefactor 2, which is true", holds=le(gap(l), 2 * chi**l))
