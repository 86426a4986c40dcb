"""The angle on the critical line with a bias: theta(L)/pi is 3/(2 L) up to a term of the order L^(-3/2)."""

from dataclasses import replace
from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import Claim, Instance, Proof, Step, at, fact, forall, le, lt
from deepcond_sym.proof.proof import Use
from deepcond_sym.proof.tactics.lemma import lemma
from deepcond_sym.proof.tactics.power_gaps import adds
from deepcond_sym.symbols import rho

from .correlations import a, b, ratio
from .critical_steps import (
    about,
    apart,
    bias,
    frame,
    from_one,
    from_zero,
    gap_at_most,
    inverse,
    inverse_at_least,
    inverse_below,
    last,
    m,
    positives,
    r,
    room,
    s,
    spread,
    start,
    start_positive,
    v,
    w,
    with_variance,
    x,
    y,
    z,
)
from .one_layer_bounds import angle_at_least, angle_at_most, bend, gain, rest
from .setting import L

share = sp.acos(ratio) / sp.pi
"""theta(L)/pi = 1 - h'(S/q): what one layer takes off the tangent kernel."""

middle = sp.Rational(3, 2) / m()
from_above = sp.Rational(21, 5) * (1 + 1 / b) ** 2
from_below = 5 * room
"""The share is the middle, up to these over m^(3/2)."""

_chord = sp.sqrt(2) / sp.pi


def about_first(prove: Proof) -> list[Use]:
    """Signs of m(1), and 1 <= r(1) <= (1 + m(1))/2."""
    first, mean = m(sp.S.One), prove.polynomial(le(0, (1 + z**2) / 2 - z), from_one)
    roots = [prove.ball_box(law, from_one) for law in (le(1, sp.sqrt(z)), lt(0, sp.sqrt(z)))]
    return [
        fact(prove.polynomial(le(1, first), bias)), *(fact(root, {z: first}) for root in roots),
        fact(mean, {z: sp.sqrt(first)}),
    ]  # fmt: skip


def about_depth(prove: Proof) -> list[Use]:
    """Signs of 1/r, 1/m, 1/(m r) and of the spread, and 1/r <= 1."""
    inverses = [prove.polynomial(lt(0, 1 / z**k), from_one) for k in (1, 2, 3)]
    return [
        *about(prove, L), *about_first(prove), *(fact(step, {z: r()}) for step in inverses),
        fact(prove.polynomial(le(0, 1 - 1 / z), from_one), {z: r()}),
        *(fact(prove.polynomial(le(0, law), bias)) for law in (spread, spread**2)),
    ]  # fmt: skip


@lemma("the inverse root from above")
def inverse_at_most(prove: Proof) -> Step:
    """1/(s r) <= 2 gain r + room."""
    sign = prove.polynomial(le(0, x * y + w), from_zero[x], from_zero[y], from_zero[w])
    bound = 2 * gain * r() + room
    return prove.chain(
        frame.conclude(le(inverse(), bound)), *about_depth(prove), fact(prove.evaluate(forall(holds=le(0, gain)))),
        fact(sign, {x: 4 * rest, y: spread, w: gain}), inverse_below(prove),
        adds(prove, bound - last / r(), last, 1 / r()),
    )  # fmt: skip


@lemma("the angle on the critical line, from above")
def at_most(prove: Proof) -> Step:
    """theta/pi <= 3/(2 m) + 21/5 (1 + 1/b)^2/m^(3/2): s <= 1/(2 gain m) + r(1) s/r, where s <= 7/2 (1 + 1/b)/m and r(1)
    <= 1 + 1/b; and 1 - S/q = s^2 <= 3/2 s."""
    first, cube, part = r(sp.S.One), 1 / (m() * r()), sp.Rational(2, 7)
    bent, square = bend * _chord, 1 - ratio
    long = sp.Rational(3, 2) * bent
    left = sp.cancel(from_above / spread**2) - part * _chord - long
    numbers = (_chord, bent, long, _chord / (2 * gain), 1 / sp.pi, left)
    product = prove.polynomial(le(0, x * y), from_zero[x], from_zero[y])
    pairs = (s(), 1 / r()), (first, 1 / r()), (spread, cube), (spread**2, cube), (spread, 1 / m()), (spread**2, 1 / m())
    known = [
        *about_depth(prove), *(fact(prove.evaluate(forall(holds=le(0, c)))) for c in numbers),
        *(fact(product, {x: one, y: other}) for one, other in pairs), fact(gap_at_most(prove)),
        fact(inverse_at_least(prove)), fact(angle_at_most(prove), {"r": ratio}),
    ]  # fmt: skip
    straight = middle + _chord * first * s() / r()
    kept = middle + part * _chord * spread**2 * cube
    return prove.chain(
        frame.conclude(le(share, middle + from_above * cube)), *known,
        adds(prove, share, 1 / sp.pi, sp.sqrt(2) * s() * (1 + bend * square) - sp.acos(ratio)),
        adds(
            prove, _chord * s() + bent * s() * square, _chord / (2 * gain), s() / r(),
            inverse() - 2 * gain * (r() - first),
        ),
        adds(prove, straight + bent * s() * square, _chord, first / r(), spread / m() - s()),
        adds(
            prove, middle + _chord * first * spread * cube + bent * s() * square, _chord, spread * cube,
            part * spread - first,
        ),
        adds(prove, kept + bent * s() * square, bent, square, sp.Rational(3, 2) - s()),
        adds(prove, kept + long * square, long, s(), spread / m() - s()),
        adds(prove, kept + long * s() * spread / m(), long, spread / m(), spread / m() - s()),
        adds(prove, kept + long * spread**2 / m() ** 2, long, spread**2 * cube, 1 - 1 / r()),
        adds(prove, kept + long * spread**2 * cube, left, spread**2 * cube),
    )  # fmt: skip


@lemma("the angle on the critical line, from below")
def at_least(prove: Proof) -> Step:
    """3/(2 m) - 5 K/m^(3/2) <= theta/pi, K the room: 1/(2 gain r) (1 - K/(2 gain r)) <= 1/(2 gain r + K) <= s r."""
    cube, factor = 1 / (m() * r()), 5 - 3 / (4 * gain)
    below = prove.polynomial(
        le(y / z - y * x / z**2, y / (z + x)), from_zero[y], positives[z], from_zero[x]
    )
    above = prove.polynomial(le(y / (1 / z + v), y * z), from_zero[y], positives[z], from_zero[v])
    product = prove.polynomial(le(0, x * y), from_zero[x], from_zero[y])
    double = prove.polynomial(lt(0, 2 * x * z), positives[x], positives[z])
    both = prove.polynomial(lt(0, x * z), positives[x], positives[z])
    known = [
        *about_depth(prove), *(fact(prove.evaluate(forall(holds=lt(0, c)))) for c in (gain, _chord, factor, 1 / sp.pi)),
        fact(room_positive(prove)), fact(product, {x: room, y: cube}), fact(product, {x: _chord, y: 1 / r()}),
        fact(double, {x: gain, z: r()}), fact(both, {x: s(), z: r()}), fact(inverse_at_most(prove)),
        fact(angle_at_least(prove), {"r": ratio}),
    ]  # fmt: skip
    whole = 2 * gain * r()
    return prove.chain(
        frame.conclude(le(middle - from_below * cube, share)), *known,
        adds(prove, middle - from_below * cube, factor, room * cube),
        at(below, {y: _chord / r(), z: whole, x: room}),
        at(above, {y: _chord / r(), z: s() * r(), v: whole + room - inverse()}),
        adds(prove, _chord * s(), 1 / sp.pi, sp.acos(ratio) - sp.sqrt(2) * s()),
    )  # fmt: skip


@lemma("the room is positive")
def room_positive(prove: Proof) -> Step:
    """0 < 9/5 (1 + 1/b) + sqrt(b/(2 (1 - rho)))."""
    total = prove.polynomial(lt(0, room - start + x), bias, positives[x])
    goal = forall(apart, bias, holds=lt(0, room))
    return prove.chain(goal, fact(start_positive(prove)), at(total, {x: start}))


claim = Claim(
    "starnaud2025/LT3-angle",
    title="Critical weights and a bias: the angle between two inputs decays like 3 pi/(2 L)",
    source="limit table, the NNGP kernel for weight variance 2 and a bias",
    provenance="derived here",
    printed=r"\sigma_w^2=2,\ \sigma_b^2=b>0,\ x\ne x',\ m=L+\tfrac2b:\quad"
    r"-\frac5{m^{3/2}}\Big(\frac95+\frac9{5b}+\sqrt{\frac b{2(1-\rho)}}\Big)\le\frac{\theta_L}\pi-\frac3{2m}"
    r"\le\frac{21}{5m^{3/2}}\Big(1+\frac1b\Big)^2,\quad\cos\theta_L=\rho^{(L)}",
    note=r"For every depth $L\ge1$, every bias variance $b$ and all different unit vectors. Hence"
    r" $L\theta_L\to\frac{3\pi}2$; without a bias the limit is $3\pi$ (starnaud2025/N1).",
    beside=("starnaud2025/LT3", "starnaud2025/LT-correlations", "starnaud2025/N1"),
    parameters={"limit": sp.Rational(3, 2), "power": sp.Rational(3, 2), "variance": 2},
    witnesses=(
        (0, Instance({L: Fraction(100), rho: Fraction(-1), a: Fraction(1), b: Fraction(3)})),
        (1, Instance({L: Fraction(100), rho: Fraction(-1), a: Fraction(1), b: Fraction(10)})),
        (1, Instance({L: Fraction(100), rho: Fraction(-1), a: Fraction(3, 2), b: Fraction(20)})),
    ),
)


@claim.states
def statement(limit, power, variance):
    over, own = m() ** power, replace(frame, variables=with_variance(variance))
    return (
        replace(own, conclusion=le(limit / m() - from_below / over, share), label="from below"),
        replace(own, conclusion=le(share, limit / m() + from_above / over), label="from above"),
    )


@claim.proves
def proof(prove, goal, limit, power, variance):
    """With w = 1/sqrt(1 - S/q): one layer of ReLU adds gain to w, up to rest/w, and the bias multiplies the sum by the
    root of the ratio of the variances."""
    below, above = goal
    known = about(prove, L)
    return [prove.chain(below, *known, at_least(prove)), prove.chain(above, *known, at_most(prove))]


claim.mutant("3 pi/L, as without a bias", limit=3)
claim.mutant("pi/(2 L)", limit="1/2")
claim.mutant("an error of the order L^(-3)", power=3)
claim.mutant("weight variance 3", variance=3)
