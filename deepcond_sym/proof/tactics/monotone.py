"""What every dual activation does to correlations: it bounds, keeps order, and stays in [-1, 1]."""

from typing import TYPE_CHECKING

import sympy as sp

from ..language import UNCENTRED, dual, dual_slope, eq, forall, index, interval, iterate, le
from ..step import Step
from .inductive import inductive
from .lemma import lemma
from .powers import degrees, i, positive, power_of_absolute, r, s, signed, x

if TYPE_CHECKING:
    from ..proof import Proof

L, layers = index("L")
rho = sp.Symbol("rho", real=True)
_below = le(sp.Abs(r), s)


@lemma("dual activations keep order")
def dual_grows(prove: "Proof") -> Step:
    """|dual(r)| <= dual(s) for |r| <= s <= 1, whenever E[sigma^2] = 1."""
    goal = forall(signed, positive, given=[_below], family=UNCENTRED, holds=le(sp.Abs(dual(r)), dual(s)))
    return prove.vertices(goal, 1, power_of_absolute(prove))


@lemma("slopes of dual activations keep order")
def slope_grows(prove: "Proof") -> Step:
    """|dual_slope(r)| <= dual_slope(s) for |r| <= s <= 1, whenever E[sigma^2] = 1."""
    from ..proof import at, fact

    j, from_one = index("j", 1)
    scaled = sp.symbols("a u", real=True)
    larger = prove.polynomial(
        le(j * scaled[0], j * (scaled[0] + scaled[1])), from_one, interval(scaled[0], 0, 1),
        interval(scaled[1], 0, sp.oo),
    )  # fmt: skip
    power = sp.Abs(r) ** (j - 1)
    known = prove.chain(
        forall(signed, positive, from_one, given=[_below], holds=le(j * power, j * s ** (j - 1))),
        fact(power_of_absolute(prove), {i: j - 1}),
        fact(_power_of_signed(prove, "non-negative"), {i: j - 1}),
        fact(_power_of_signed(prove, "at most one"), {i: j - 1}),
        at(larger, {scaled[0]: power, scaled[1]: s ** (j - 1) - power}),
    )
    goal = forall(signed, positive, given=[_below], family=UNCENTRED, holds=le(sp.Abs(dual_slope(r)), dual_slope(s)))
    return prove.vertices(goal, 1, known)


def _power_of_signed(prove: "Proof", part: str) -> Step:
    return prove.power(part, sp.Abs(r), i, signed, degrees)


@lemma("iterates stay in [-1, 1]")
def bounded(prove: "Proof") -> Step:
    """|iterate(L, r)| <= 1 for r in [-1, 1], whenever E[sigma^2] = 1."""
    from ..proof import at

    within = prove.polynomial(le(x, 1), interval(x, 0, 1))
    one_layer = prove.vertices(
        forall(signed, family=UNCENTRED, holds=le(sp.Abs(dual(r)), 1)), 1, _power_of_signed(prove, "at most one")
    )
    goal = forall(signed, layers, family=UNCENTRED, holds=le(sp.Abs(iterate(L, r)), 1))
    return inductive(
        prove, goal, L,
        lambda base: prove.chain(base, prove.unfold(base, base.conclusion.lhs), at(within, {x: sp.Abs(r)})),
        lambda step: prove.chain(step, prove.unfold(step, step.conclusion.lhs), at(one_layer, {r: iterate(L, r)})),
    )  # fmt: skip


@lemma("correlation 1 stays 1")
def one_stays(prove: "Proof") -> Step:
    """iterate(L, 1) = 1, whenever E[sigma^2] = 1."""
    goal = forall(layers, family=UNCENTRED, holds=eq(iterate(L, 1), 1))
    unfolded = lambda target: prove.unfold(target, target.conclusion.lhs)  # noqa: E731
    return inductive(prove, goal, L, unfolded, unfolded)


@lemma("iterates of non-negative correlations are non-negative")
def non_negative(prove: "Proof") -> Step:
    """0 <= iterate(L, s) for s in [0, 1], whenever E[sigma^2] = 1."""
    from ..proof import at, fact

    start = prove.polynomial(le(0, x), interval(x, 0, 1))
    one_layer = prove.vertices(forall(positive, family=UNCENTRED, holds=le(0, dual(s))), 1)
    goal = forall(positive, layers, family=UNCENTRED, holds=le(0, iterate(L, s)))
    return inductive(
        prove, goal, L,
        lambda base: prove.chain(base, at(start, {x: s}), prove.folded(base, base.conclusion.rhs)),
        lambda step: prove.chain(
            step, fact(bounded(prove), {r: s}), at(one_layer, {s: iterate(L, s)}),
            prove.folded(step, step.conclusion.rhs),
        ),
    )  # fmt: skip


@lemma("absolute values pass through the iterates")
def absolute(prove: "Proof") -> Step:
    """|iterate(L, rho)| <= iterate(L, |rho|), whenever E[sigma^2] = 1."""
    from ..proof import at, fact

    size = sp.Abs(rho)
    grows, inside, positive_part = dual_grows(prove), bounded(prove), non_negative(prove)
    goal = forall(layers, interval(rho, -1, 1), family=UNCENTRED, holds=le(sp.Abs(iterate(L, rho)), iterate(L, size)))
    return inductive(
        prove, goal, L,
        lambda base: prove.chain(base, prove.unfold(base, base.conclusion.lhs),
                                 prove.folded(base, base.conclusion.rhs)),
        lambda step: prove.chain(
            step, fact(inside, {r: rho}), fact(inside, {r: size}), fact(positive_part, {s: size}),
            prove.unfold(step, step.conclusion.lhs),
            at(grows, {r: iterate(L, rho), s: iterate(L, size)}),
            prove.folded(step, step.conclusion.rhs),
        ),
    )  # fmt: skip
