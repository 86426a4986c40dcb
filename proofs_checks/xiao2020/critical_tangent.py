"""The tangent kernel of erf on its critical line against 1/(3 A gamma): the invariant cone."""

from collections.abc import Sequence

import sympy as sp

from deepcond_sym.proof import Proof, Statement, Step, at, eq, fact, forall, le, lt
from deepcond_sym.proof.proof import Use
from deepcond_sym.proof.tactics.inductive import base_case, inductive, step_case
from deepcond_sym.proof.tactics.lemma import lemma
from deepcond_sym.proof.tactics.power_gaps import adds

from .critical_depth import about, correlations, frame, from_zero, gap, kernel, law, layer, scale
from .critical_gaps import about_inverse, constants, first, inverse
from .critical_map import ratio, square
from .setting import l

above = sp.Rational(7, 6)
below = 10 * square / 9
"""The cone: -10/9 k^2 <= p_ab/q* - 1/(3 A gamma) <= 7/6."""

start_offset = scale * first + 4 * square / 9
"""At least 10/9 k^2, and more than 1/(3 A gamma_0), the distance before any layer."""

_u = sp.Symbol("_u", real=True)


def middle(depth: sp.Expr = l) -> sp.Expr:
    """1/(3 A gamma_l)."""
    return scale * inverse(depth)


@lemma("the tangent kernel on the critical line is not negative")
def not_negative(prove: Proof) -> Step:
    """0 <= p_ab."""
    return inductive(
        prove, frame.conclude(le(0, kernel())), l,
        lambda base: prove.chain(base, prove.folded(base, kernel(sp.S.Zero), kernel(sp.S.Zero))),
        lambda step: prove.chain(
            step, *about(prove, l, l + 1), fact(law(prove, "slope positive")), adds(prove, sp.S.Zero, 1 - gap(l + 1)),
            adds(prove, 1 - gap(l + 1), layer().slope, kernel()), prove.folded(step, kernel(l + 1), kernel(l + 1)),
        ),
    )  # fmt: skip


@lemma("the tangent kernel on the critical line, from above")
def at_most(prove: Proof) -> Step:
    """p_ab <= 1/(3 A gamma) + 7/6."""
    bound = middle() + above
    return inductive(
        prove, frame.conclude(le(kernel(), bound)), l,
        lambda base: prove.chain(
            base, *constants(prove), *about_inverse(prove, sp.S.Zero),
            prove.unfold(base, kernel(sp.S.Zero), kernel(sp.S.Zero)), adds(prove, sp.S.Zero, above),
            adds(prove, above, scale, inverse(sp.S.Zero)),
        ),
        lambda step: prove.chain(
            step, *about(prove, l, l + 1), fact(law(prove, "slope positive")),
            prove.unfold(step, kernel(l + 1), kernel(l + 1)),
            adds(prove, 1 - gap(l + 1) + layer().slope * kernel(), layer().slope, bound - kernel()),
            at(law(prove, "tangent above"), {}),
        ),
    )  # fmt: skip


def keeps_above(prove: Proof, goal: Statement, distance: sp.Expr, base: Step, known: Sequence[Use]) -> Step:
    """The goal 1/(3 A gamma) - distance <= p_ab from its first depth on, where 10/9 k^2 <= distance is known."""
    step = step_case(goal, l)
    slope, low, lifted = layer().slope, middle() - distance, (1 - layer().slope) * (distance - below)
    after = 1 - gap(l + 1) + slope * low
    return prove.induction(
        goal, l, base,
        prove.chain(
            step, *known, *about(prove, l, l + 1), fact(law(prove, "slope positive")), fact(law(prove, "slope")),
            fact(law(prove, "tangent below")), adds(prove, middle(l + 1) - distance, 1 - slope, distance - below),
            adds(prove, middle(l + 1) - distance + lifted, after - middle(l + 1) + distance - lifted),
            adds(prove, after, slope, kernel() - low), prove.folded(step, kernel(l + 1), kernel(l + 1)),
        ),
    )  # fmt: skip


@lemma("the tangent kernel on the critical line, from below")
def at_least(prove: Proof) -> Step:
    """1/(3 A gamma) - 1/(3 A gamma_0) - 4/9 k^2 <= p_ab."""
    goal, zero, rest = frame.conclude(le(middle() - start_offset, kernel())), sp.S.Zero, 4 * square / 9
    excess = prove.polynomial(le(0, start_offset - below), ratio, from_zero)
    base = base_case(goal, l)
    same = forall(ratio, from_zero, sequences=base.sequences, given=[lt(0, gap(zero))], holds=le(0, 0))
    start = prove.chain(
        base, *constants(prove), *about_inverse(prove, zero), fact(prove.polynomial(le(0, rest), ratio)),
        prove.identity(same.conclude(eq(base.conclusion.lhs, -rest)), unfold=[correlations(0)]),
        adds(prove, -rest, rest), prove.folded(base, kernel(zero), kernel(zero)),
    )  # fmt: skip
    return keeps_above(prove, goal, start_offset, start, [fact(excess)])
