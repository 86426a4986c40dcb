"""sigma_w^2 = 2 a > 2 and a bias: 1/sin(theta_L/2) in depth from both sides, so that theta_L is about 3 pi/L.

q grows like a^L: with B = b/(a - 1), each layer multiplies q + B by a, and (q + B)/q falls to 1. The bias makes the
inverse sine larger by at most the factor that (q + B)/q falls by. So the gains of the layers add up for (q + B)/q over
the sine."""

from dataclasses import replace
from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import Claim, Instance, Proof, Statement, Step, at, eq, fact, forall, interval, le, lt
from deepcond_sym.proof.proof import Use
from deepcond_sym.proof.search.ball_box import angle as by_angle
from deepcond_sym.proof.tactics.arbitrary import scaled
from deepcond_sym.proof.tactics.inductive import inductive
from deepcond_sym.proof.tactics.lemma import lemma
from deepcond_sym.proof.tactics.power_gaps import adds
from deepcond_sym.symbols import rho

from . import sines_with_bias as sines
from .angle_steps import logarithm
from .barrier import half_sine
from .correlations import S, a, b, bias, positive, q
from .half_sine_layer import apart, gain, in_order, rest, squares_at_most, y
from .half_sine_layer import sine_at_most as sines_at_most_one
from .setting import L, h, layers
from .sines_with_bias import (
    about_sines,
    about_start,
    about_step,
    cosine,
    equal_where,
    first,
    first_signs,
    kept,
    next_gap,
    sine,
    start,
)

large = interval(a, 1, sp.oo, "(")
frame = replace(sines.frame, variables=tuple(large if v.symbol == a else v for v in sines.frame.variables))
_u, _x, _z = sp.symbols("_u _x _z", real=True)
_slack, _positive, _size = interval(_u, 0, sp.oo), interval(_x, 0, sp.oo, "("), interval(_z, 0, sp.oo, "(")

settling = b / (a - 1)
"""B: q(L) + B is multiplied by a in each layer."""

least = 2 * a + b
"""q(1), the least of the variances."""

m = settling / least
"""b/((a - 1) (2 a + b))."""

most = 1 + m
"""The greatest value of (q + B)/q, the one at depth 1."""


def over(depth: sp.Expr = L) -> sp.Expr:
    """(q + B)/q, which falls to 1."""
    return (q(depth) + settling) / q(depth)


def missing(depth: sp.Expr = L) -> sp.Expr:
    """B/(q + B), which each layer divides by a."""
    return settling / (q(depth) + settling)


def floor(depth: sp.Expr = L) -> sp.Expr:
    """At most 1/sin(theta/2)."""
    return 1 / start + gain * (depth - 1)


@lemma("variances are at least the first one")
def variance_at_least(prove: Proof) -> Step:
    """2 a + b <= q(L)."""
    goal = frame.conclude(le(least, q(L)))
    grows = prove.polynomial(le(least, a * (least + _u) + b), large, bias, _slack)
    return inductive(
        prove, goal, L,
        lambda base: prove.chain(base, prove.identity(base.conclude(eq(least, q(1))), unfold=[q(1)])),
        lambda step: prove.chain(
            step, at(grows, {_u: q(L) - least}), prove.folded(step, q(L + 1), q(L + 1))
        ),
    )  # fmt: skip


def about_variances(prove: Proof, *depths: sp.Expr) -> list[Use]:
    """0 < q and 0 < q + B, 1 <= (q + B)/q <= `most` and 0 <= B/(q + B) at these depths."""
    ratio = (_z + settling) / _z
    laws = lt(0, _z + settling), le(1, ratio), le(0, settling / (_z + settling)), le(0, settling / _z), lt(0, ratio)
    shown = [prove.polynomial(law, large, bias, _size) for law in laws]
    at_most = prove.polynomial(le(ratio.subs(_z, least + _u), most), large, bias, _slack)
    return [
        *(fact(law(prove), {L: d}) for law in (positive, variance_at_least) for d in depths),
        *(fact(step, {_z: q(d)}) for step in shown for d in depths),
        *(fact(at_most, {_u: q(d) - least}) for d in depths),
    ]  # fmt: skip


def constants(prove: Proof) -> list[Use]:
    """0 < a - 1, 0 <= B, 0 <= m, 0 < `most`, and the signs of numbers."""
    signs = lt(0, a - 1), le(0, settling), le(0, m), le(0, a * m / (a - 1)), lt(0, most)
    return [
        *(fact(prove.polynomial(sign, large, bias)) for sign in signs),
        *(fact(prove.evaluate(forall(holds=le(0, c)))) for c in (gain, rest, rest / gain, 1 - 2 * gain)),
    ]  # fmt: skip


@lemma("the variance with what the biases add in the end")
def grows(prove: Proof) -> Step:
    """q(L + 1) + B = a (q(L) + B)."""
    return prove.identity(frame.conclude(eq(q(L + 1) + settling, a * (q(L) + settling))), unfold=[q(L + 1)])


@lemma("a bias divides the sine by no more than the share that it leaves")
def smaller_by_share(prove: Proof) -> Step:
    """a q(L)/q(L + 1) sin(T(theta_L)/2) is at most sin(theta_(L+1)/2), in squares."""
    then, share = (1 - h(cosine())) / 2, kept()
    goal = frame.conclude(le(share**2 * then, (1 - cosine(L + 1)) / 2))
    known = [*about_step(prove), fact(sines.kept_at_most(prove)), fact(sines.kept_positive(prove))]
    anything = interval(_x, -sp.oo, sp.oo), interval(_z, -sp.oo, sp.oo)
    half = prove.identity(forall(*anything, given=[eq(_x, _z)], holds=eq(_z / 2, _x / 2)), [["given", 0]])
    return prove.chain(
        goal, *known, fact(next_gap(prove)), adds(prove, share**2 * then, share, 1 - share, then),
        at(half, {_x: 1 - cosine(L + 1), _z: share * (1 - h(cosine()))}),
    )  # fmt: skip


@lemma("a layer with a bias adds little more than 2/(3 pi) to the inverse sine over the share of q")
def adds_at_most(prove: Proof) -> Step:
    """(q(L + 1) + B)/q(L + 1)/sin(theta_(L+1)/2) <= (q(L) + B)/q(L) (1/sin(theta_L/2) + 2/(3 pi) + 2/pi^2
    sin(theta_L/2))."""
    now, then, share = sine(), (1 - h(cosine())) / 2, kept()
    scale = 1 + gain * half_sine(y) + rest * half_sine(y) ** 2
    signs = [prove.ball_box(law, apart, outline=by_angle(y)) for law in (lt(0, scale), le(0, scale**2))]
    scale = scale.subs(y, cosine())
    product = prove.polynomial(lt(0, _x * _z), _positive, _size)
    known = [
        *about_step(prove), *about_variances(prove, L, L + 1), *(fact(sign, {y: cosine()}) for sign in signs),
        fact(sines.kept_positive(prove)), fact(product, {_x: share, _z: now}),
        fact(prove.polynomial(le(0, _x**2), _positive), {_x: share}),
    ]  # fmt: skip
    squares = prove.chain(
        frame.conclude(le(share**2 * (1 - cosine()) / 2, scale**2 * (1 - cosine(L + 1)) / 2)), *known,
        fact(smaller_by_share(prove)), fact(squares_at_most(prove), {y: cosine()}),
        scaled(prove, share**2, (1 - cosine()) / 2, scale**2 * then),
        scaled(prove, scale**2, share**2 * then, (1 - cosine(L + 1)) / 2),
    )  # fmt: skip
    quotient = prove.chain(
        frame.conclude(le(1 / sine(L + 1), scale / (share * now))), *known, fact(squares),
        in_order(prove, sp.S.One, sine(L + 1), share * now, scale),
    )  # fmt: skip
    bound = over() * (1 / now + gain + rest * now)
    same = equal_where(
        prove, frame.conclude(eq(over(L + 1) * scale / (share * now), bound)),
        [q(L), q(L + 1), (1 - cosine()) / 2, now], known, unfold=[q(L + 1)],
    )  # fmt: skip
    return prove.chain(
        frame.conclude(le(over(L + 1) / sine(L + 1), bound)), *known, fact(quotient),
        scaled(prove, over(L + 1), 1 / sine(L + 1), scale / (share * now)), same,
    )  # fmt: skip


@lemma("the sine from above, for every bias")
def sine_at_most(prove: Proof) -> Step:
    """2/(3 pi) sin(theta_L/2) <= 1/(L + 1)."""
    one = prove.polynomial(le(1, 1 / _z), interval(_z, 0, 1, "("))
    share, long = prove.polynomial(le(0, 1 / (L + 1)), layers), gain * (L + 1)
    known = [
        *about_sines(prove, L), *about_start(prove), *constants(prove), fact(share),
        fact(sines_at_most_one(prove), {y: first}), fact(one, {_z: start}), fact(sines.at_least(prove)),
    ]  # fmt: skip
    enough = prove.chain(
        frame.conclude(le(long, 1 / sine())), *known, adds(prove, long, 1 - 2 * gain),
        adds(prove, 1 + gain * (L - 1), 1 / start - 1), adds(prove, floor(), 1 / sine() - floor()),
    )  # fmt: skip
    return prove.chain(
        frame.conclude(le(gain * sine(), 1 / (L + 1))), *known, fact(enough),
        adds(prove, gain * sine(), sine(), 1 / (L + 1), 1 / sine() - long),
    )  # fmt: skip


_logarithm = most * rest / gain
total = (
    most / start + gain * (L - 1) + gain * most * a / (a - 1) * (settling / (least + settling) - missing())
    + _logarithm * sp.log(L)
)  # fmt: skip
"""What the layers add up to."""


@lemma("what the bias adds to the gains of the layers")
def more_gain(prove: Proof) -> Step:
    """(q(L) + B)/q(L) - 1 <= R a/(a - 1) (B/(q(L) + B) - B/(q(L + 1) + B)), R being the greatest value of (q + B)/q."""
    there = least + _u
    law = prove.polynomial(
        le((there + settling) / there - 1, most * settling / (there + settling)), large, bias, _slack
    )
    known = [*about_variances(prove, L, L + 1), *constants(prove)]
    whole = most * a / (a - 1) * (missing() - missing(L + 1))
    same = equal_where(
        prove, frame.conclude(eq(most * missing(), whole)), [q(L) + settling, q(L + 1) + settling], known,
        using=[(grows(prove), {})],
    )  # fmt: skip
    return prove.chain(frame.conclude(le(over() - 1, whole)), *known, at(law, {_u: q(L) - least}), same)


@lemma("the inverse sine over the share of q, from above")
def at_most(prove: Proof) -> Step:
    """(q(L) + B)/q(L)/sin(theta_L/2) <= `total`: by induction."""
    goal = frame.conclude(le(over() / sine(), total))
    known = [
        *about_sines(prove, L, L + 1), *about_start(prove), *about_variances(prove, L, L + 1), *constants(prove)
    ]  # fmt: skip
    grown = sp.log(L + 1) - sp.log(L)

    def base(target: Statement) -> Step:
        here = [*about_sines(prove, sp.S.One), *about_start(prove), *about_variances(prove, sp.S.One)]
        sides, signs = (target.conclusion.lhs, target.conclusion.rhs), [*first_signs, q(1) + settling]
        return prove.chain(
            target, *here, equal_where(prove, target.conclude(eq(*sides)), signs, here, unfold=[S(1), q(1)])
        )

    def step(target: Statement) -> Step:
        gains = most * a / (a - 1) * (missing() - missing(L + 1))
        reached = total + gain + gain * gains
        return prove.chain(
            target, *known, fact(more_gain(prove)), fact(sine_at_most(prove)),
            fact(prove.polynomial(le(1, L), layers)), fact(logarithm(prove), {"_x": L, "_z": L + 1}),
            adds_at_most(prove),
            adds(prove, over() * (1 / sine() + gain + rest * sine()), total - over() / sine()),
            adds(prove, total + over() * (gain + rest * sine()), gain, gains - over() + 1),
            adds(prove, reached + rest * over() * sine(), rest, sine(), most - over()),
            adds(prove, reached + rest * most * sine(), _logarithm, 1 / (L + 1) - gain * sine()),
            adds(prove, reached + _logarithm / (L + 1), _logarithm, grown - 1 / (L + 1)),
        )  # fmt: skip

    return inductive(prove, goal, L, base, step)


close = 1 - Fraction(1, 10**8)

claim = Claim(
    "starnaud2025/LT4-correlations",
    title="Large weights and a bias: the angle decays like 3 pi/L",
    source="limit table, weight variance above 2 and a bias",
    provenance="derived here",
    printed=r"\sigma_w^2=2a>2,\ \sigma_b^2=b\ge0,\ x\ne x':\quad\frac1{s_1}+\frac{2(L-1)}{3\pi}"
    r"\le\frac1{\sin(\theta_L/2)}\le\frac R{s_1}+\frac2{3\pi}\Big(L-1+\frac{am}{a-1}\Big)+\frac{3R}\pi\log L,\qquad"
    r" m=\frac b{(a-1)(2a+b)},\ R=1+m,\ s_1^2=\sin^2\tfrac{\theta_1}2=\frac{a(1-\rho)}{2a+b}",
    note=r"For every depth and all different unit vectors, $x'=-x$ included; $\cos\theta_L=\rho^{(L)}$. The bound from"
    r" below holds for every $a>0$. So $L\theta_L\to3\pi$, as without a bias.",
    beside=("starnaud2025/LT-correlations", "starnaud2025/LT-layer", "starnaud2025/LT4"),
    parameters={"gain": gain, "logarithm": most * rest / gain, "most": most},
    witnesses=(
        (0, Instance({L: Fraction(2), rho: close, a: Fraction(2), b: Fraction(0)})),
        (1, Instance({L: Fraction(200), rho: Fraction(-1), a: Fraction(2), b: Fraction(0)})),
        (1, Instance({L: Fraction(2), rho: close, a: Fraction(2), b: Fraction(1)})),
    ),
)


@claim.states
def statement(gain, logarithm, most):
    reached = most / start + gain * (L - 1 + a * m / (a - 1)) + logarithm * sp.log(L)
    return (
        replace(sines.frame, conclusion=le(1 / start + gain * (L - 1), 1 / sine()), label="from below"),
        replace(frame, conclusion=le(1 / sine(), reached), label="from above"),
    )


@claim.proves
def proof(prove, goal, gain, logarithm, most):
    """A layer adds between 2/(3 pi) and that and 2/pi^2 sin(theta_L/2); the bias makes it larger by factors with a
    finite product."""
    below, above = goal
    known = [
        *about_sines(prove, L), *about_start(prove), *about_variances(prove, L), *constants(prove), fact(at_most(prove))
    ]
    share = prove.polynomial(le(0, most * a / (a - 1)), large, bias)
    return [
        prove.chain(below, *about_sines(prove, L), *about_start(prove), sines.at_least(prove)),
        prove.chain(
            above, *known, fact(share), adds(prove, 1 / sine(), over() - 1, 1 / sine()),
            adds(prove, over() / sine(), total - over() / sine()),
            adds(prove, total, gain, most * a / (a - 1), missing()),
        ),
    ]  # fmt: skip


claim.mutant("2/(2.9 pi)", gain=20 / (29 * sp.pi))
claim.mutant("1/10 log", logarithm=sp.Rational(1, 10))
claim.mutant("1 in place of R", most=1)
