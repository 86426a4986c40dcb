"""Correlations in depth for every variance of weights and biases: they tend to 1 at least as fast as without a bias.

With the weight variance 2 a and the bias variance b: q(L) = Sigma^(L)(x, x) and S(L) = Sigma^(L)(x, x')."""

from dataclasses import replace
from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import (
    Claim,
    Instance,
    Proof,
    Sequence,
    Statement,
    Step,
    at,
    eq,
    fact,
    forall,
    interval,
    le,
    lt,
)  # fmt: skip
from deepcond_sym.proof.proof import Use
from deepcond_sym.proof.tactics.arbitrary import scaled
from deepcond_sym.proof.tactics.inductive import inductive
from deepcond_sym.proof.tactics.lemma import lemma
from deepcond_sym.symbols import rho

from .one_layer_bounds import adds_gain, gain, r
from .setting import L, correlation, h, layers

a, b, u, v, w, x, y, z = sp.symbols("a b u v w x y z", real=True)
weight, bias = interval(a, 0, sp.oo, "("), interval(b, 0, sp.oo)
_q, _S = (sp.Function(name, real=True)(L) for name in "qS")
q = Sequence("q", L, 1, 2 * a + b, a * _q + b)
S = Sequence("S", L, 1, 2 * a * rho + b, a * _q * h(_S / _q) + b)
frame = forall(layers, correlation, weight, bias, sequences=[q, S], holds=le(0, 0))
ratio = S(L) / q(L)
inside = interval(y, -1, 1)
from_zero = {s: interval(s, 0, sp.oo) for s in (u, v, x, z)}


@lemma("variances are positive")
def positive(prove: Proof) -> Step:
    """0 < q(L)."""
    goal = forall(layers, weight, bias, sequences=[q], holds=lt(0, q(L)))
    first = prove.polynomial(lt(0, 2 * a + b), weight, bias)
    grown = prove.polynomial(lt(0, a * z + b), weight, bias, interval(z, 0, sp.oo, "("))
    return inductive(
        prove, goal, L,
        lambda base: prove.chain(base, first, prove.folded(base, q(1), q(1))),
        lambda step: prove.chain(step, at(grown, {z: q(L)}), prove.folded(step, q(L + 1), q(L + 1))),
    )  # fmt: skip


def layer(prove: Proof, sign: int) -> Step:
    """sign S(L + 1) = sign (a q(L) h(y) + b), where y = S(L)/q(L)."""
    goal = replace(
        frame, variables=(*frame.variables, inside), given=(eq(S(L), y * q(L)),),
        conclusion=eq(sign * S(L + 1), sign * (a * q(L) * h(y) + b)),
    )  # fmt: skip
    return prove.identity(goal, [["unfold", S(L + 1)], ["given", 0]])


def about_ratio(prove: Proof, depth: sp.Expr = L) -> list[Use]:
    """0 < q, |S/q| <= 1 and what follows for roots, from |S| <= q, which is known."""
    share = prove.polynomial(le((z - u) / z, 1), interval(z, 0, sp.oo, "("), from_zero[u])
    given = replace(frame, given=(le(sp.Abs(S(L)), q(L)),))
    sides = [
        prove.chain(
            given.conclude(le(sign * ratio, 1)), fact(positive(prove)), at(share, {z: q(L), u: q(L) - sign * S(L)})
        )
        for sign in (1, -1)
    ]
    root = prove.polynomial(le(0, 1 - y**2), inside)
    less = prove.polynomial(le(0, 1 - y), inside)
    known = [fact(step, {L: depth}) for step in (positive(prove), *sides)]
    return [*known, *(fact(step, {y: ratio.subs(L, depth)}) for step in (root, less))]


@lemma("covariances are at most the variance, for every bias")
def covariance(prove: Proof) -> Step:
    """|S(L)| <= q(L)."""
    goal = frame.conclude(le(sp.Abs(S(L)), q(L)))
    first = prove.polynomial(le(2 * a * rho * y + b * y, 2 * a + b), weight, bias, correlation, inside)
    below = prove.polynomial(le(x * (1 - u) + z - v, x + z), *(from_zero[s] for s in (x, u, z, v)))
    product = prove.polynomial(le(0, a * z), weight, from_zero[z])

    def start(base: Statement) -> Step:
        sides = [
            prove.chain(
                base.conclude(le(sign * S(1), q(1))), prove.unfold(base, sign * S(1), S(1)), at(first, {y: sign}),
                prove.folded(base, q(1), q(1)),
            )
            for sign in (1, -1)
        ]  # fmt: skip
        return prove.absolute_value(base, *sides)

    def step(later: Statement) -> Step:
        def side(sign: int) -> Step:
            values = {x: a * q(L), u: 1 - sign * h(ratio), z: b, v: b - sign * b}
            bounded = prove.ball_box(le(sign * h(y), 1), inside)
            return prove.chain(
                later.conclude(le(sign * S(L + 1), q(L + 1))), *about_ratio(prove), fact(product, {z: q(L)}),
                fact(bounded, {y: ratio}), at(layer(prove, sign), {y: ratio}), at(below, values),
                prove.folded(later, q(L + 1), q(L + 1)),
            )  # fmt: skip

        return prove.absolute_value(later, side(1), side(-1))

    return inductive(prove, goal, L, start, step)


def root_bound(depth: sp.Expr = L) -> sp.Expr:
    """1/sqrt(2) + gain (L - 1): at most 1/sqrt(1 - rho^(L))."""
    return 1 / sp.sqrt(2) + gain * (depth - 1)


@lemma("a number whose square is at most 1")
def at_most_one(prove: Proof) -> Step:
    """x <= 1 for x >= 0 and x^2 <= 1."""
    goal = forall(from_zero[x], given=[le(x**2, 1)], holds=le(x, 1))
    small, large = (replace(goal, given=(*goal.given, between)) for between in (le(x, 1), le(1, x)))
    grows = prove.polynomial(le(1 + u, (1 + u) ** 2), from_zero[u])
    rest = prove.polynomial(le(1 - u, 1), from_zero[u])
    below = prove.chain(small, at(rest, {u: 1 - x}))
    above = prove.chain(large, at(grows, {u: x - 1}), at(rest, {u: 1 - x**2}))
    return prove.order(goal, x, 1, below, above)


@lemma("one layer with a bias leaves at most the gap of one without")
def one_layer(prove: Proof) -> Step:
    """1 - S(L + 1)/q(L + 1) <= 1 - h(S(L)/q(L))."""
    gap, after = 1 - h(ratio), q(L + 1) - S(L + 1)
    known = [fact(covariance(prove)), *about_ratio(prove), fact(positive(prove), {L: L + 1})]
    known += [fact(prove.ball_box(le(h(y), 1), inside), {y: ratio})]
    more = prove.polynomial(le(x, x + b), from_zero[x], bias)
    product = prove.polynomial(le(0, a * z), weight, from_zero[z])
    grown = prove.chain(
        frame.conclude(le(a * q(L), q(L + 1))), fact(positive(prove)), fact(product, {z: q(L)}),
        at(more, {x: a * q(L)}), prove.folded(frame, q(L + 1), q(L + 1)),
    )  # fmt: skip
    of_layer = layer(prove, 1)
    both = of_layer.conclusion.conclude(eq(after, a * q(L) * (1 - h(y))))
    same = prove.identity(both, using=[(of_layer, {})], unfold=[q(L + 1)])
    whole = prove.chain(
        frame.conclude(le(after, q(L + 1) * gap)), *known, fact(grown), at(same, {y: ratio}),
        scaled(prove, gap, a * q(L), q(L + 1)),
    )  # fmt: skip
    quotient = prove.polynomial(le((x * z - v) / z, x), from_zero[x], interval(z, 0, sp.oo, "("), from_zero[v])
    return prove.chain(
        frame.conclude(le(1 - S(L + 1) / q(L + 1), gap)), *known, fact(whole),
        at(quotient, {x: gap, z: q(L + 1), v: gap * q(L + 1) - after}),
    )  # fmt: skip


@lemma("correlations tend to 1 for every bias")
def gap(prove: Proof) -> Step:
    """1 - S(L)/q(L) <= 1/(1/sqrt(2) + gain (L - 1))^2."""
    m, root = root_bound(), sp.sqrt(1 - ratio)
    goal, positive_number = frame.conclude(le(1 - ratio, 1 / m**2)), interval(w, 0, sp.oo, "(")
    numbers = [fact(prove.evaluate(forall(holds=r))) for r in (lt(0, 1 / sp.sqrt(2)), le(0, gain))]
    total = prove.polynomial(lt(0, w + u * (L - 1)), layers, positive_number, from_zero[u])
    half = prove.polynomial(le(2 - u, 2), from_zero[u])

    def start(base: Statement) -> Step:
        known = [fact(covariance(prove), {L: 1}), *about_ratio(prove, sp.S.One)]
        return prove.chain(base, *known, at(half, {u: 1 + S(1) / q(1)}))

    def step(later: Statement) -> Step:
        squared = prove.polynomial(le((1 / w**2 - u) * w**2, 1), positive_number, from_zero[u])
        product = prove.polynomial(le(0, x * z), from_zero[x], from_zero[z])
        narrower = prove.polynomial(
            le(((1 - v) / w) ** 2 / (1 + u * (1 - v) / w) ** 2, 1 / (w + u) ** 2),
            positive_number, from_zero[u], interval(v, 0, 1),
        )  # fmt: skip
        below = prove.chain(
            later.conclude(le(root * m, 1)), fact(covariance(prove)), *about_ratio(prove), *numbers,
            fact(total, {w: 1 / sp.sqrt(2), u: gain}), fact(prove.ball_box(le(0, sp.sqrt(1 - y)), inside), {y: ratio}),
            fact(squared, {w: m, u: 1 / m**2 - (1 - ratio)}), fact(product, {x: root, z: m}),
            at(at_most_one(prove), {x: root * m}),
        )  # fmt: skip
        return prove.chain(
            later, fact(covariance(prove)), *about_ratio(prove), *numbers,
            fact(total, {w: 1 / sp.sqrt(2), u: gain}), fact(prove.ball_box(le(0, sp.sqrt(1 - y)), inside), {y: ratio}),
            fact(product, {x: root, z: m}), fact(product, {x: gain, z: root}), fact(below), one_layer(prove),
            at(adds_gain(prove), {r: ratio}), at(narrower, {w: m, u: gain, v: 1 - root * m}),
        )  # fmt: skip

    return inductive(prove, goal, L, start, step)


claim = Claim(
    "starnaud2025/LT-correlations",
    title="Correlations tend to 1 for every variance of weights and biases, at least like 1/L^2",
    source="limit table, the NNGP kernel in all four rows",
    provenance="derived here",
    printed=r"\sigma_w^2>0,\ \sigma_b^2\ge0:\quad0\le1-\rho^{(L)}\le\Big(\frac1{\sqrt2}+\frac{\sqrt2}{3\pi}"
    r"(L-1)\Big)^{-2}",
    note=r"For every depth and all unit vectors. A bias only helps: $1-\rho^{(L+1)}\le1-h(\rho^{(L)})$.",
    beside=("beyond/relu-layer", "starnaud2025/LT2", "starnaud2025/LT3", "starnaud2025/LT4"),
    parameters={"gain": gain, "power": 2},
    witnesses=(
        (0, Instance({L: Fraction(100), rho: Fraction(-1), a: Fraction(1), b: Fraction(0)})),
        (0, Instance({L: Fraction(20), rho: Fraction(-1), a: Fraction(1), b: Fraction(0)})),
    ),
)


@claim.states
def statement(gain, power):
    m = 1 / sp.sqrt(2) + gain * (L - 1)
    return (
        replace(frame, conclusion=le(1 - ratio, 1 / m**power), label="from above"),
        replace(frame, conclusion=le(0, 1 - ratio), label="from below"),
    )


@claim.proves
def proof(prove, goal, gain, power):
    """beyond/relu-layer along the layers; u/(1 + gain sqrt(u))^2 grows with u."""
    above, below = goal
    known = [fact(covariance(prove)), *about_ratio(prove)]
    at_least = prove.polynomial(le(0, u), from_zero[u])
    return [prove.chain(above, gap(prove)), prove.chain(below, *known, at(at_least, {u: 1 - ratio}))]


claim.mutant("twice the gain", gain=2 * gain)
claim.mutant("the power 4", power=4)
