"""What the second derivative at 1 says about every dual activation that has one: Taylor's formula at 1 from below."""

from typing import TYPE_CHECKING

import sympy as sp

from ..language import UNCENTRED, dual, dual_curvature, dual_slope, forall, index, interval, le
from ..step import Step
from .inductive import inductive
from .lemma import lemma
from .power_gaps import adds
from .powers import degrees, i, r, signed

if TYPE_CHECKING:
    from ..proof import Proof

from_two = index("i", 2)[1]
_x = sp.Symbol("x", real=True)


@lemma("powers of correlations are at most one")
def at_most_one(prove: "Proof") -> Step:
    """r^i <= 1 for r in [-1, 1]: y <= (1 + y^2)/2 for y = r^i, and (r^2)^i <= 1."""
    from ..proof import at, fact

    square = prove.power("at most one", r**2, i, signed, degrees)
    mean = prove.polynomial(le(_x, (1 + _x**2) / 2), interval(_x, -sp.oo, sp.oo))
    return prove.chain(
        forall(signed, degrees, holds=le(r**i, 1)), fact(square), at(mean, {_x: r**i}),
        adds(prove, (1 + r ** (2 * i)) / 2, sp.Rational(1, 2), 1 - r ** (2 * i)),
    )  # fmt: skip


@lemma("powers of correlations by their exponent")
def bernoulli(prove: "Proof") -> Step:
    """1 - r^i <= i (1 - r) for r in [-1, 1]: with i + 1, r^i (1 - r) <= 1 - r is added."""
    from ..proof import fact

    known = fact(at_most_one(prove))
    return inductive(
        prove, forall(signed, degrees, holds=le(1 - r**i, i * (1 - r))), i,
        lambda base: prove.polynomial(base.conclusion, signed),
        lambda step: prove.chain(
            step, known, adds(prove, 1 - r ** (i + 1), 1 - r, 1 - r**i),
            adds(prove, 2 - r**i - r, i * (1 - r) - 1 + r**i),
        ),
    )  # fmt: skip


@lemma("dual activations below the tangent at 1")
def tangent(prove: "Proof") -> Step:
    """1 - dual(r) <= dual_slope(1) (1 - r) for r in [-1, 1], whenever E[sigma^2] = 1."""
    goal = forall(signed, family=UNCENTRED, holds=le(1 - dual(r), dual_slope(1) * (1 - r)))
    return prove.vertices(goal, 1, bernoulli(prove))


@lemma("the slope at 1 against that of a correlation")
def slope_gap(prove: "Proof") -> Step:
    """dual_slope(1) - dual_slope(r) <= dual_curvature(1) (1 - r) for r in [-1, 1]: at r^i, i times `bernoulli`."""
    from ..proof import fact

    gap = (i - 1) * (1 - r) - 1 + r ** (i - 1)
    power = prove.chain(
        forall(signed, from_two, holds=le(i - i * r ** (i - 1), i * (i - 1) * (1 - r))),
        fact(bernoulli(prove), {i: i - 1}), adds(prove, i - i * r ** (i - 1), i, gap),
    )  # fmt: skip
    goal = le(dual_slope(1) - dual_slope(r), dual_curvature(1) * (1 - r))
    return prove.vertices(forall(signed, family=UNCENTRED, holds=goal), 2, power)


@lemma("dual activations above a parabola that touches at 1")
def taylor(prove: "Proof") -> Step:
    """dual_slope(1) (1 - r) - dual_curvature(1) (1 - r)^2/2 <= 1 - dual(r) for r in [-1, 1]: at r^i, from i to i + 1
    the right side minus the left one grows by (1 - r) times what `bernoulli` says."""
    from ..proof import fact

    half = (1 - r) ** 2 / 2
    power = inductive(
        prove, forall(signed, from_two, holds=le(i * (1 - r) - i * (i - 1) * half, 1 - r**i)), i,
        lambda base: prove.polynomial(base.conclusion, signed),
        lambda step: prove.chain(
            step, fact(bernoulli(prove)),
            adds(prove, step.conclusion.lhs, 1 - r, i * (1 - r) - 1 + r**i),
            adds(
                prove, i * (1 - r) - i * (i - 1) * half + (1 - r) * r**i,
                1 - r**i - i * (1 - r) + i * (i - 1) * half,
            ),
        ),
    )  # fmt: skip
    goal = le(dual_slope(1) * (1 - r) - dual_curvature(1) * half, 1 - dual(r))
    return prove.vertices(forall(signed, family=UNCENTRED, holds=goal), 2, power)
