"""B12 at a fixed point below 1, as in the chaotic phase: chi_{c*}^(-l) times the distance has a limit, with its error.

b is the fixed point c*, and the correlations come from below: 0 <= c^(0) <= c*."""

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
    at,
    dual,
    dual_curvature,
    dual_slope,
    eq,
    fact,
    forall,
    index,
    interval,
    iterate,
    le,
    lt,
)  # fmt: skip
from deepcond_sym.proof.proof import Use
from deepcond_sym.proof.tactics.inductive import inductive
from deepcond_sym.proof.tactics.lemma import lemma
from deepcond_sym.proof.tactics.power_gaps import adds, slope_bound

from .ordered_koenigs import from_zero, power_positive, x, y, z
from .ordered_steps import further, k
from .setting import c, l, layers

b, r = sp.symbols("b r", real=True)
i, from_two = index("i", 2)
_, from_one = index("i", 1)
below_one, start = interval(b, 0, 1, ")"), interval(c, 0, 1)
inside, under = interval(r, 0, 1), le(r, b)
slope, bend = dual_slope(b), dual_curvature(b)
lost = bend / 2 / (slope * (1 - slope))
contracting = (eq(dual(b), b), le(c, b), lt(0, slope), lt(slope, 1))
frame = forall(layers, further, below_one, start, given=contracting, family=UNCENTRED, holds=le(0, 0))


def away(depth: Any) -> Any:
    """c* - c^(depth)."""
    return b - iterate(depth, c)


@lemma("differences of powers below a fixed point, from above")
def _power_above(prove: Proof) -> Step:
    """b^i - r^i <= i b^(i - 1) (b - r) for 0 <= r <= b < 1 and i >= 1."""
    bound = i * b ** (i - 1) * (b - r)
    goal = forall(inside, below_one, from_one, given=[under], holds=le(b**i - r**i, bound))
    twice = fact(prove.polynomial(le(0, 2 * x), from_zero[x]), {x: b - r})
    known = fact(slope_bound(prove), {"x": r, "b": b, "T": b - r, "i": i})
    return prove.chain(goal, twice, known, adds(prove, b**i - r**i, bound - b**i + r**i))


@lemma("differences of powers below a fixed point, from below")
def _power_below(prove: Proof) -> Step:
    """i b^(i - 1) (b - r) - i (i - 1) b^(i - 2) (b - r)^2/2 <= b^i - r^i for 0 <= r <= b < 1 and i >= 2."""
    low = i * b ** (i - 1) * (b - r) - i * (i - 1) * b ** (i - 2) * (b - r) ** 2 / 2
    goal = forall(inside, below_one, from_two, given=[under], holds=le(low, b**i - r**i))
    return inductive(
        prove, goal, i,
        lambda base: prove.chain(
            base, at(prove.polynomial(le(x, x), interval(x, -sp.oo, sp.oo)), {x: base.conclusion.lhs})
        ),
        lambda step: prove.chain(
            step, fact(_power_above(prove)),
            adds(prove, step.conclusion.lhs, b, b**i - r**i - low),
            adds(
                prove, b ** (i + 1) - b * r**i + b**i * (b - r) - i * b ** (i - 1) * (b - r) ** 2, b - r,
                i * b ** (i - 1) * (b - r) - b**i + r**i,
            ),
        ),
    )  # fmt: skip


@lemma("one layer below a fixed point, from above")
def layer_above(prove: Proof) -> Step:
    """f(b) - f(r) <= f'(b) (b - r) for 0 <= r <= b."""
    goal = forall(
        inside, below_one, given=[under], family=UNCENTRED, holds=le(dual(b) - dual(r), slope * (b - r))
    )
    return prove.vertices(goal, 1, _power_above(prove))


@lemma("one layer below a fixed point, from below")
def layer_below(prove: Proof) -> Step:
    """f'(b) (b - r) - f''(b) (b - r)^2/2 <= f(b) - f(r) for 0 <= r <= b."""
    low = slope * (b - r) - bend * (b - r) ** 2 / 2
    goal = forall(inside, below_one, given=[under], family=UNCENTRED, holds=le(low, dual(b) - dual(r)))
    return prove.vertices(goal, 2, _power_below(prove))


@lemma("correlations stay below a fixed point")
def stays(prove: Proof) -> Step:
    """c^(l) <= c* for 0 <= c^(0) <= c*."""
    given = (eq(dual(b), b), le(c, b))
    goal = forall(layers, below_one, start, given=given, family=UNCENTRED, holds=le(iterate(l, c), b))
    now = iterate(l, c)
    total = prove.polynomial(le(0, x + z), from_zero[x], from_zero[z])
    return inductive(
        prove, goal, l,
        lambda base: prove.chain(
            base, prove.unfold(base, base.conclusion.lhs), adds(prove, c, b - c)
        ),
        lambda step: prove.chain(
            step, *_inside(prove, l), fact(total, {x: b, z: now}), fact(prove.dual_grows(), {"r": now, "s": b}),
            prove.unfold(step, step.conclusion.lhs), adds(prove, dual(now), dual(b) - dual(now)),
            prove.identity(step.conclude(eq(dual(b), b)), [["given", 0]]),
        ),
    )  # fmt: skip


def _inside(prove: Proof, depth: Any) -> list[Use]:
    """0 <= c^(depth) <= 1."""
    return [fact(prove.non_negative(), {"L": depth, "s": c}), fact(prove.bounded(), {"L": depth, "r": c})]


def _about(prove: Proof, depth: Any) -> list[Use]:
    """0 <= c^(depth) <= c*, and 0 < f'(c*)^k."""
    return [*_inside(prove, depth), fact(stays(prove), {l: depth}), fact(power_positive(prove), {y: slope, l: k})]


def _layer(prove: Proof, goal: Statement) -> Step:
    """c* - c^(l + k + 1) = f(c*) - f(c^(l + k))."""
    now = iterate(l + k, c)
    fixed = goal.conclude(eq(away(l + k + 1), dual(b) - dual(now)))
    return prove.identity(fixed, [["unfold", iterate(l + k + 1, c)], ["given", 0]])


@lemma("distances to a fixed point at two depths, from above")
def from_above(prove: Proof) -> Step:
    """c* - c^(l + k) <= f'(c*)^k (c* - c^(l))."""
    goal = frame.conclude(le(away(l + k), slope**k * away(l)))
    return inductive(
        prove, goal, k, lambda base: prove.chain(base, *_inside(prove, l)),
        lambda step: prove.chain(
            step, *_about(prove, l + k), *_about(prove, l), _layer(prove, step),
            at(layer_above(prove), {r: iterate(l + k, c)}),
            adds(prove, slope * away(l + k), slope, slope**k * away(l) - away(l + k)),
        ),
    )  # fmt: skip


def _lowest(exponent: Any) -> Any:
    return slope**exponent * away(l) * (1 - lost * away(l) * (1 - slope**exponent))


@lemma("the curvature of a layer is not negative below 1")
def bend_positive(prove: Proof) -> Step:
    """0 <= f''(b) for 0 <= b < 1."""
    power = prove.power("non-negative", b, i - 2, below_one, from_two)
    product = prove.polynomial(le(0, i * (i - 1) * x), from_two, from_zero[x])
    known = prove.chain(
        forall(below_one, from_two, holds=le(0, i * (i - 1) * b ** (i - 2))), fact(power),
        at(product, {x: b ** (i - 2)}),
    )  # fmt: skip
    return prove.vertices(forall(below_one, family=UNCENTRED, holds=le(0, bend)), 2, known)


@lemma("distances to a fixed point at two depths, from below")
def from_below(prove: Proof) -> Step:
    """f'(c*)^k e (1 - A e (1 - f'(c*)^k)/(f'(c*) (1 - f'(c*)))) <= c* - c^(l + k), where e = c* - c^(l)."""
    half = prove.polynomial(le(0, x / 2), from_zero[x])
    total = prove.polynomial(le(0, x * y + z), from_zero[x], interval(y, 0, sp.oo), from_zero[z])

    def step(target: Statement) -> Step:
        now = away(l + k)
        return prove.chain(
            target, *_about(prove, l + k), *_about(prove, l), fact(from_above(prove)), fact(bend_positive(prove)),
            fact(half, {x: bend}), fact(total, {x: slope**k, y: away(l), z: now}),
            adds(prove, target.conclusion.lhs, slope, now - _lowest(k)),
            adds(
                prove, slope * now - bend / 2 * slope ** (2 * k) * away(l) ** 2, bend / 2, slope**k * away(l) - now,
                slope**k * away(l) + now,
            ),
            at(layer_below(prove), {r: iterate(l + k, c)}), _layer_back(prove, target),
        )  # fmt: skip

    goal = frame.conclude(le(_lowest(k), away(l + k)))
    return inductive(prove, goal, k, lambda base: prove.chain(base, *_inside(prove, l)), step)


def _layer_back(prove: Proof, goal: Statement) -> Step:
    now = iterate(l + k, c)
    fixed = goal.conclude(eq(dual(b) - dual(now), away(l + k + 1)))
    return prove.identity(fixed, [["unfold", iterate(l + k + 1, c)], ["given", 0]])


_MAP = (Fraction(1, 4), Fraction(1, 4), Fraction(1, 2))
"""The layer map 1/4 + r/4 + r^2/2, with c* = 1/2, f'(c*) = 3/4 and chi_1 = 5/4."""

claim = Claim(
    "xiao2020/B12-interior",
    title="The distances to a fixed point below 1, over chi^l, converge with an enclosure from every depth",
    source="the linearised dynamics near the fixed point",
    provenance="as reported",
    printed=r"0<\chi_{c^*}<1:\quad \chi_{c^*}^{-l}\epsilon^{(l)}_{ab}=\zeta_{ab}+O(\chi_{c^*}^l)",
    note=r"Here for $c^*<1$ and $0\le c^{(0)}\le c^*$, with $e_l=c^*-c^{(l)}$ and $A=\frac12f''(c^*)$:"
    r" $\chi^ke_l\big(1-\frac{Ae_l(1-\chi^k)}{\chi(1-\chi)}\big)\le e_{l+k}\le\chi^ke_l$ for all $l,k$. So"
    r" $\chi^{-l}e_l$ decreases to a limit and is at most $\frac{Ae_0^2}{\chi(1-\chi)}\chi^l$ above it. Starts above"
    r" $c^*$ are not covered. For $c^*=1$ it is xiao2020/B12.",
    beside=("xiao2020/B12", "xiao2020/B50b"),
    parameters={"share": lost, "rate": slope**k},
    witnesses=(
        (1, Instance({l: Fraction(0), k: Fraction(3), c: Fraction(0), b: Fraction(1, 2)}, _MAP)),
        (0, Instance({l: Fraction(0), k: Fraction(3), c: Fraction(0), b: Fraction(1, 2)}, _MAP)),
    ),
)


@claim.states
def statement(share, rate):
    low = rate * away(l) * (1 - share * away(l) * (1 - slope**k))
    return (
        replace(frame, conclusion=le(away(l + k), rate * away(l)), label="from above"),
        replace(frame, conclusion=le(low, away(l + k)), label="from below"),
    )


@claim.proves
def proof(prove, goal, share, rate):
    """f lies above its tangent at c* and below the parabola with f''(c*), as its coefficients are not negative."""
    above, below = goal
    return [prove.chain(above, from_above(prove)), prove.chain(below, from_below(prove))]


claim.mutant("a tenth of the share", share=lost / 10)
claim.mutant("the order chi^(2 k)", rate=slope ** (2 * k))
