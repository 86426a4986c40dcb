"""LT2: with sigma_w^2 < 2 and a bias, kernel and tangent kernel tend to the matrix of ones, geometrically in depth."""

from dataclasses import replace
from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import Claim, Instance, at, fact, interval, le, lt
from deepcond_sym.symbols import rho

from .ordered_kernels import (
    B,
    P,
    S,
    T,
    bias,
    contraction,
    diagonal_from_below,
    floor,
    frame,
    from_zero,
    gap,
    known_inside,
    l,
    power_positive,
    q,
    scale,
    t,
    tangent_below_diagonal,
    tangent_gap,
    u,
    v,
    w,
    x,
    y,
)

claim = Claim(
    "starnaud2025/LT2",
    title="Ordered phase: kernel and tangent kernel tend to the matrix of ones, geometrically",
    source="limit table, weight variance below 2 and a bias",
    provenance="derived here",
    printed=r"\sigma_w^2=2t^2<2,\ \sigma_b^2=2B^2>0:\quad 0\le1-\rho^{(l)}\le\frac{2\,t^{2l}}{B^2},\quad"
    r" 0\le1-\frac{\Theta^{(l)}(x,x')}{\Theta^{(l)}(x,x)}\le\frac{t^l}{2B^2(1-t)}\Big(4+\frac{2+2B^2}{B(1-t^2)^2}\Big)",
    note=r"For every depth $l\ge1$ and all unit vectors $x,x'$ ($x'=-x$ included); $t=\sqrt{\sigma_w^2/2}$. This is the"
    r" case in which the matrix of ones is the limit of the tangent kernel; without a bias it is not, for any"
    r" $\sigma_w^2$ (starnaud2025/LT1).",
    parameters={"rate": t ** (2 * l), "tangent_rate": t**l},
    witnesses=(
        (0, Instance({l: Fraction(3), rho: Fraction(0), t: Fraction(1, 2), B: Fraction(2)})),
        (2, Instance({l: Fraction(6), rho: Fraction(499, 500), t: Fraction(1, 100), B: Fraction(1)})),
    ),
)


@claim.states
def statement(rate, tangent_rate):
    return (
        replace(frame, conclusion=le(1 - S(l) / q(l), 2 * rate / B**2), label="NNGP"),
        replace(frame, conclusion=le(0, 1 - S(l) / q(l)), label="NNGP, from below"),
        replace(frame, conclusion=le(1 - T(l) / P(l), scale * tangent_rate / floor), label="NTK"),
        replace(frame, conclusion=le(0, 1 - T(l) / P(l)), label="NTK, from below"),
    )


@claim.proves
def proof(prove, goal, rate, tangent_rate):
    """The gaps by induction, over diagonals of at least 2 B^2."""
    nngp, nngp_below, ntk, ntk_below = goal
    quotient = prove.polynomial(le((x - v) / (floor + w), x / floor), bias, *(from_zero[s] for s in (x, v, w)))
    inside = prove.polynomial(le(0, u / y), interval(y, 0, sp.oo, "("), from_zero[u])
    above = prove.polynomial(lt(0, floor + u), bias, from_zero[u])
    known = [*known_inside(prove), fact(gap(prove)), fact(power_positive(prove))]
    kept = [
        fact(tangent_below_diagonal(prove)), fact(diagonal_from_below(prove)), fact(above, {u: P(l) - floor}),
        fact(tangent_gap(prove)), fact(power_positive(prove)),
    ]  # fmt: skip
    bound = 4 * t ** (2 * l)
    known.append(fact(prove.polynomial(le(0, 4 * x**2), from_zero[x]), {x: t**l}))
    weight = prove.polynomial(le(0, scale * x), contraction, bias, from_zero[x])
    return [
        prove.chain(nngp, *known, at(quotient, {x: bound, v: bound - q(l) + S(l), w: q(l) - floor})),
        prove.chain(nngp_below, *known, at(inside, {y: q(l), u: q(l) - S(l)})),
        prove.chain(
            ntk, *kept, fact(weight, {x: t**l}),
            at(quotient, {x: scale * t**l, v: scale * t**l - P(l) + T(l), w: P(l) - floor}),
        ),
        prove.chain(ntk_below, *kept, at(inside, {y: P(l), u: P(l) - T(l)})),
    ]  # fmt: skip


claim.mutant("t^(3 l) for the NNGP kernel", rate=t ** (3 * l))
claim.mutant("t^(2 l) for the tangent kernel", tangent_rate=t ** (2 * l))
