"""The tangent kernel against its scaling function: ntk(L, rho) is n/4 (r - r^(-3)) up to a bounded term and a
logarithm, with n = 3 pi/theta_1 and r = 1 + L/n."""

from dataclasses import replace

import sympy as sp

from deepcond_sym.proof import RELU, Proof, Step, fact, forall, interval, iterate, le, lt, ntk
from deepcond_sym.proof.proof import Use
from deepcond_sym.proof.tactics.lemma import lemma
from deepcond_sym.proof.tactics.power_gaps import adds
from deepcond_sym.symbols import rho
from proofs_checks.agarwal2021.setting import L, layers

from .angle_steps import about, about_stretch, at_least, at_most_everywhere, ceiling, floor, now, stretch
from .angles import angle, apart, has_inverse
from .barrier import half_sine, k
from .limit_steps import inverse_sine_at_least, inverse_sine_at_most, spread
from .scaling_steps import left_at_least_inverse_cube, left_at_most_inverse_cube
from .tangent_barriers import starts_below
from .tangent_steps import (
    about_sines,
    above_barrier,
    below_barrier,
    bound,
    left_at_least,
    lower,
    shrinking,
    start,
    upper,
)  # fmt: skip

a = 3 * sp.pi / (4 * angle(rho))
"""n/4: a quarter of the depth at which the limit is felt."""

r, left = stretch(L), shrinking(L)
shrunk = r**-3
most = sp.Rational(343, 100)
_a, _r = sp.symbols("_a _r", real=True)
_enough = sp.Rational(21, 8)


def known(prove: Proof) -> list[Use]:
    """That all terms of these bounds have values, and the signs of the smaller ones."""
    value = iterate(L, rho)
    cubes = [prove.polynomial(law, interval(_r, 1, sp.oo)) for law in (lt(0, _r**-3), le(_r**-3, 1))]
    return [
        *about(prove, L), *about_stretch(prove, L), *about_sines(prove, value), *has_inverse(prove, angle(rho)),
        *(fact(step, {_r: r}) for step in cubes), fact(left_at_least(prove)),
        fact(inverse_sine_at_most(prove)), fact(inverse_sine_at_least(prove)),
        fact(inverse_sine_at_most(prove), {rho: value}), fact(inverse_sine_at_least(prove), {rho: value}),
        *(fact(prove.evaluate(forall(holds=lt(0, c)))) for c in (k, 3 * sp.pi / 4, 1 / (2 * sp.pi))),
    ]  # fmt: skip


@lemma("what is left is at most the inverse cube")
def left_below(prove: Proof) -> Step:
    """P_L <= r^(-3)."""
    return prove.chain(
        forall(apart, layers, family=RELU, holds=le(left, shrunk)), *known(prove),
        fact(left_at_most_inverse_cube(prove)), adds(prove, left, shrunk, 1 - left * r**3),
    )  # fmt: skip


@lemma("the tangent kernel starts at most n/4 below the lower barrier")
def starts_near(prove: Proof) -> Step:
    """0 <= n/4 - (B(theta_1) - rho), where B has the offset 73/40."""
    number = lower - 1 - k * spread
    signs = prove.evaluate(forall(holds=le(0, number))), prove.polynomial(le(0, 1 + rho), apart)
    return prove.chain(
        forall(apart, layers, family=RELU, holds=le(0, a - start(lower))), *known(prove), *map(fact, signs),
        adds(prove, sp.S.Zero, k, 2 / angle(rho) + spread - 1 / half_sine(rho)),
        adds(prove, a + k * spread - k / half_sine(rho), 1 + rho),
        adds(prove, a + k * spread - k / half_sine(rho) + 1 + rho, number),
    )  # fmt: skip


@lemma("the tangent kernel above its scaling function")
def scaled_at_least(prove: Proof) -> Step:
    """n/4 (r - r^(-3)) - 73/40 <= ntk(L, rho)."""
    difference, sine = start(lower), half_sine(iterate(L, rho))
    return prove.chain(
        forall(apart, layers, family=RELU, holds=le(a * r - a * shrunk - lower, ntk(L, rho))), *known(prove),
        fact(left_below(prove)), fact(starts_near(prove)), fact(at_least(prove)),
        adds(prove, a * r - a * shrunk - lower, sp.Rational(3, 4) * sp.pi, 1 / angle(rho), shrunk - left),
        adds(prove, a * r - a * left - lower, left, a - difference),
        adds(prove, a * r - left * difference - lower, 3 * sp.pi / 4, 1 / now - floor(L)),
        adds(prove, 3 * sp.pi / (4 * now) - left * difference - lower, k, 1 / sine - 2 / now), above_barrier(prove),
    )  # fmt: skip


@lemma("the tangent kernel starts about n/4 below the barrier")
def starts_far(prove: Proof) -> Step:
    """0 <= B(theta_1) - rho - n/4 + 9/8."""
    sign = prove.polynomial(le(0, 1 - rho), apart)
    return prove.chain(
        forall(apart, layers, family=RELU, holds=le(0, start(upper) - a + sp.Rational(9, 8))), *known(prove),
        fact(sign), adds(prove, sp.S.Zero, k, 1 / half_sine(rho) - 2 / angle(rho)),
        adds(prove, k / half_sine(rho) - a, 1 - rho),
    )  # fmt: skip


@lemma("what is left of the first difference")
def left_of_start(prove: Proof) -> Step:
    """r^(-3) (n/4 - 21/8) <= P_L (B(theta_1) - rho): nothing to show for n <= 21/2."""
    goal = forall(apart, layers, family=RELU, holds=le(shrunk * (a - _enough), left * start(upper)))
    one = sp.Rational(9, 8)
    facts = [
        *known(prove), fact(starts_below(prove)), fact(starts_far(prove)), fact(left_at_least_inverse_cube(prove))
    ]  # fmt: skip
    # n/4 = 21/8 at theta_1 = 2 pi/7
    edge = 2 * sp.pi / 7
    low, high = replace(goal, given=(le(edge, angle(rho)),)), replace(goal, given=(le(angle(rho), edge),))
    below = prove.chain(
        low.conclude(le(0, _enough - a)), *facts, adds(prove, sp.S.Zero, _enough, angle(rho) - edge, 1 / angle(rho))
    )
    above = prove.chain(
        high.conclude(le(_enough, a)), *facts, adds(prove, _enough, _enough, edge - angle(rho), 1 / angle(rho))
    )
    few = prove.chain(
        low, *facts, fact(below), adds(prove, goal.conclusion.lhs, shrunk, _enough - a),
        adds(prove, sp.S.Zero, left, start(upper)),
    )
    share = shrunk * (1 - 3 / (2 * a))
    signs = [prove.polynomial(le(0, x), interval(_a, _enough, sp.oo)) for x in (27 / (16 * _a), _a - one)]
    cube = prove.polynomial(le(0, _a**3 / (27 * sp.pi**3)), interval(_a, 0, sp.oo))
    most_left = prove.chain(
        forall(apart, layers, family=RELU, holds=le(share, left)), *facts, fact(cube, {_a: angle(rho)}),
        adds(prove, share, shrunk, (4 * a) ** -3, left * (4 * a + L) ** 3 - (4 * a) ** 3 + 6 * (4 * a) ** 2),
    )  # fmt: skip
    many = prove.chain(
        high, *facts, fact(above), *(fact(step, {_a: a}) for step in signs), fact(most_left),
        adds(prove, goal.conclusion.lhs, shrunk, 27 / (16 * a)), adds(prove, share * (a - one), left - share, a - one),
        adds(prove, left * (a - one), left, start(upper) - a + one),
    )  # fmt: skip
    return prove.order(goal, edge, angle(rho), few, many)


@lemma("the tangent kernel below its scaling function and a logarithm")
def scaled_at_most(prove: Proof) -> Step:
    """ntk(L, rho) <= n/4 (r - r^(-3)) + 343/100 + 3/2 log(r)."""
    sine, logarithm = half_sine(iterate(L, rho)), 3 * sp.log(r) / 2
    rest, taken = k * spread - upper, left * start(upper)
    number = most - (rest + sp.S.Half + _enough)
    return prove.chain(
        forall(apart, layers, family=RELU, holds=le(ntk(L, rho), a * r - a * shrunk + most + logarithm)),
        *known(prove), fact(left_of_start(prove)), fact(at_most_everywhere(prove)),
        fact(prove.evaluate(forall(holds=le(0, number)))), below_barrier(prove),
        adds(prove, bound(L, upper), k, 2 / now + spread - 1 / sine),
        adds(prove, 2 * k / now + rest - taken, 3 * sp.pi / 4, ceiling(L, r) - 1 / now),
        adds(prove, 3 * sp.pi / 4 * ceiling(L, r) + rest - taken, 1 / (2 * sp.pi), sp.pi - angle(rho)),
        adds(prove, a * r + logarithm + rest + sp.S.Half - taken, taken - shrunk * (a - _enough)),
        adds(prove, a * r + logarithm + rest + sp.S.Half - shrunk * (a - _enough), _enough, 1 - shrunk),
        adds(prove, a * r - a * shrunk + logarithm + rest + sp.S.Half + _enough, number),
    )  # fmt: skip
