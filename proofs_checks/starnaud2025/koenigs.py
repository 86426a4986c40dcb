"""LT2: the limit A of t^(-2 l) (1 - rho^(l)) in the ordered phase, which the predictor is made of, exists, and is
positive for different inputs; at depth l it is known up to a share of the order t^l.

V(l) = q(l) - S(l) obeys V(l + 1) = t^2 q(l) (1 - h(S/q)), where 1 - h(r) is between (1 - r) (1 - sin(theta/2)/2) and
1 - r for r = cos(theta)."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import sympy as sp

from deepcond_sym.proof import Claim, Instance, Proof, Step, at, eq, fact, index, interval, le, lt
from deepcond_sym.proof.search.ball_box import angle as by_angle
from deepcond_sym.proof.tactics.arbitrary import scaled
from deepcond_sym.proof.tactics.inductive import inductive
from deepcond_sym.proof.tactics.lemma import lemma
from deepcond_sym.proof.tactics.power_gaps import adds
from deepcond_sym.symbols import rho

from .ordered_kernels import (
    B,
    S,
    arc,
    bias,
    contraction,
    floor,
    frame,
    from_zero,
    half_sine_gap,
    known_inside,
    l,
    one_member,
    power_positive,
    q,
    r,
    raises,
    ratio,
    t,
    x,
    y,
)
from .setting import h

k, further = index("k")
deeper = replace(frame, variables=(*frame.variables, further))
apart = replace(frame, variables=tuple(interval(rho, -1, 1, ")") if v.symbol == rho else v for v in frame.variables))
half_sine: Any = sp.sqrt((1 - r) / 2)
lost = 1 / (2 * B * (1 - t))
"""Times t^l: the share of V(l) that may get lost after depth l."""


def V(depth: sp.Expr) -> sp.Expr:
    """What the covariance lacks of the variance."""
    return q(depth) - S(depth)


@lemma("one layer of ReLU leaves much of the gap")
def keeps(prove: Proof) -> Step:
    """(1 - r) (1 - sqrt((1 - r)/2)/2) <= 1 - h(r); equal at r = -1."""
    return prove.ball_box(le((1 - r) * (1 - half_sine / 2), 1 - h(r)), arc, outline=by_angle(r))


@lemma("one layer of ReLU halves the gap at most")
def keeps_half(prove: Proof) -> Step:
    """(1 - r)/2 <= 1 - h(r)."""
    return prove.ball_box(le((1 - r) / 2, 1 - h(r)), arc, outline=by_angle(r))


def _next_gap(prove: Proof, *, back: bool = False) -> Step:
    """V(l + 1) = t^2 q(l) (1 - h(y)), where y = S(l)/q(l); or from the right."""
    layer = one_member(prove, S, t**2 * q(l) * h(y) + floor)
    sides = V(l + 1), t**2 * q(l) * (1 - h(y))
    return prove.identity(
        layer.conclusion.conclude(eq(*sides[::-1]) if back else eq(*sides)), using=[(layer, {})], unfold=[q(l + 1)]
    )


@lemma("one layer of the ordered phase from above")
def layer_from_above(prove: Proof) -> Step:
    """V(l + 1) <= t^2 V(l)."""
    return prove.chain(
        frame.conclude(le(V(l + 1), t**2 * V(l))), *known_inside(prove), fact(raises(prove), {r: ratio}),
        at(_next_gap(prove), {y: ratio}), scaled(prove, t**2 * q(l), 1 - h(ratio), 1 - ratio),
    )  # fmt: skip


@lemma("one layer of the ordered phase from below")
def layer_from_below(prove: Proof) -> Step:
    """t^2 V(l) (1 - t^l/(2 B)) <= V(l + 1)."""
    low, sine = t**2 * V(l) * (1 - t**l / (2 * B)), half_sine.subs(r, ratio)
    positive = prove.polynomial(le(0, t**2 / 2), contraction)
    return prove.chain(
        frame.conclude(le(low, V(l + 1))), *known_inside(prove), fact(half_sine_gap(prove)), fact(positive),
        fact(keeps(prove), {r: ratio}), adds(prove, low, t**2 / 2, V(l), t**l / B - sine),
        scaled(prove, t**2 * q(l), (1 - ratio) * (1 - sine / 2), 1 - h(ratio)),
        at(_next_gap(prove, back=True), {y: ratio}),
    )  # fmt: skip


@lemma("gaps of the ordered phase at two depths, from above")
def from_above(prove: Proof) -> Step:
    """V(l + k) <= t^(2 k) V(l)."""
    square = fact(prove.polynomial(le(0, t**2), contraction))
    return inductive(
        prove, deeper.conclude(le(V(l + k), t ** (2 * k) * V(l))), k,
        lambda base: prove.chain(base),
        lambda step: prove.chain(
            step, square, at(layer_from_above(prove), {l: l + k}), scaled(prove, t**2, V(l + k), t ** (2 * k) * V(l))
        ),
    )  # fmt: skip


@lemma("gaps of the ordered phase at two depths, from below")
def from_below(prove: Proof) -> Step:
    """t^(2 k) V(l) (1 - t^l (1 - t^k)/(2 B (1 - t))) <= V(l + k)."""
    low = t ** (2 * k) * V(l) * (1 - lost * t**l * (1 - t**k))
    share = t ** (l + k) / (2 * B)
    sign = prove.polynomial(le(0, t**2 * x / (2 * B)), contraction, bias, from_zero[x])

    def step(later):
        return prove.chain(
            later, fact(prove.polynomial(le(0, t**2), contraction)), fact(from_above(prove)),
            fact(power_positive(prove), {l: l + k}), fact(sign, {x: t ** (l + k)}),
            adds(prove, later.conclusion.lhs, t**2, V(l + k) - low),
            adds(
                prove, t**2 * (V(l + k) - share * t ** (2 * k) * V(l)), t**2 * share,
                t ** (2 * k) * V(l) - V(l + k),
            ),
            at(layer_from_below(prove), {l: l + k}),
        )  # fmt: skip

    return inductive(prove, deeper.conclude(le(low, V(l + k))), k, lambda base: prove.chain(base), step)


@lemma("different inputs stay different in the ordered phase")
def positive_gap(prove: Proof) -> Step:
    """0 < V(l) for rho < 1."""
    first = prove.polynomial(lt(0, 2 * t**2 * (1 - rho)), contraction, apart.variables[1])
    less = prove.polynomial(lt(0, t**2 * x / 2), contraction, interval(x, 0, sp.oo, "("))
    return inductive(
        prove, apart.conclude(lt(0, V(l))), l,
        lambda base: prove.chain(base, first, prove.folded(base, V(sp.S.One), q(1), S(1))),
        lambda step: prove.chain(
            step, *known_inside(prove), fact(keeps_half(prove), {r: ratio}), at(less, {x: V(l)}),
            scaled(prove, t**2 * q(l), (1 - ratio) / 2, 1 - h(ratio)), at(_next_gap(prove, back=True), {y: ratio}),
        ),
    )  # fmt: skip


claim = Claim(
    "starnaud2025/LT2-Koenigs",
    title="Ordered phase: the limit that the predictor is made of exists, and is known from any depth",
    source="limit table, the predictor in the ordered phase",
    provenance="derived here",
    printed=r"\sigma_w^2=2t^2<2,\ \sigma_b^2=2B^2>0,\ V_l=\Sigma^{(l)}(x,x)-\Sigma^{(l)}(x,x'):\quad"
    r" t^{2k}V_l\Big(1-\frac{t^l(1-t^k)}{2B(1-t)}\Big)\le V_{l+k}\le t^{2k}V_l,\qquad V_l>0\text{ for }x\ne x'",
    note=r"For all $l\ge1$, $k\ge0$ and all unit vectors. So $t^{-2l}V_l$ does not increase, and loses at most the"
    r" share $\frac{t^l}{2B(1-t)}$ after depth $l$: it has a limit, positive for $x\ne x'$ (take a share below 1). As"
    r" $\Sigma^{(l)}(x,x)\to\frac{2B^2}{1-t^2}$, this limit over $\frac{2B^2}{1-t^2}$ is"
    r" $A=\lim_l(\sigma_w^2/2)^{-l}(1-\rho^{(l)})$ of the predictor (starnaud2025/LT2-predictor), with a relative error"
    r" of the order $t^l$ at depth $l$.",
    beside=("starnaud2025/LT2", "starnaud2025/LT2-predictor", "starnaud2025/LT2-named"),
    parameters={"rate": t ** (2 * k), "share": lost * t**l, "inputs": 1},
    witnesses=(
        (0, Instance({l: Fraction(1), k: Fraction(3), rho: Fraction(0), t: Fraction(1, 2), B: Fraction(1)})),
        (1, Instance({l: Fraction(1), k: Fraction(1), rho: Fraction(-1), t: Fraction(1, 100), B: Fraction(1)})),
        (1, Instance({l: Fraction(3), k: Fraction(1), rho: Fraction(-1), t: Fraction(1, 10), B: Fraction(1)})),
        (2, Instance({l: Fraction(1), rho: Fraction(1), t: Fraction(1, 2), B: Fraction(1)})),
    ),
)


@claim.states
def statement(rate, share, inputs):
    different = apart if inputs else frame
    return (
        replace(deeper, conclusion=le(V(l + k), rate * V(l)), label="from above"),
        replace(deeper, conclusion=le(rate * V(l) * (1 - share * (1 - t**k)), V(l + k)), label="from below"),
        replace(different, conclusion=lt(0, V(l)), label="different inputs"),
    )


@claim.proves
def proof(prove, goal, rate, share, inputs):
    """One layer multiplies the gap by t^2 up to the share t^l/(2 B); the shares that are lost add up."""
    shown = from_above, from_below, positive_gap
    return [prove.chain(part, step(prove)) for part, step in zip(goal, shown, strict=True)]


claim.mutant("t^(3 k)", rate=t ** (3 * k))
claim.mutant("2/5 in place of 1/2", share=sp.Rational(4, 5) * lost * t**l)
claim.mutant("a share of the order t^(2 l)", share=lost * t ** (2 * l))
claim.mutant("equal inputs too", inputs=0)
