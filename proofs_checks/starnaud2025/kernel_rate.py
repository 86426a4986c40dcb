"""The error of the scaling function, and of the limit 1/4, up to O(1/L): it is 3/8 log(L)/L."""

from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import RELU, Claim, Instance, Proof, Step, fact, forall, interval, iterate, le, lt, ntk
from deepcond_sym.proof.search.ball_box import product
from deepcond_sym.proof.tactics.lemma import lemma
from deepcond_sym.proof.tactics.power_gaps import adds
from deepcond_sym.symbols import rho
from proofs_checks.agarwal2021.setting import L, layers

from .angle_steps import floor, now, stretch
from .angles import angle, apart
from .barrier import half_sine, k
from .limit_steps import sixth, spread
from .logarithm_steps import falling_log, less_logarithm, nearly_at_least, nearly_at_most, per_log, positive, second
from .one_layer import third
from .scaling import about_scaling, has_values, sigma
from .scaling_bounds import a, known, left, left_below, left_of_start, r, shrunk, starts_near
from .tangent_steps import above_barrier, below_barrier, bound, lower, normalised, start, upper

three_eighths = sp.Rational(3, 8)
logarithm = three_eighths * sp.log(r)
first, most = sp.Rational(21, 8), sp.Rational(486, 100)
error, quarter = sp.Rational(21, 4), sp.Rational(1, 4)
_x, _h = sp.symbols("_x _h", real=True)


@lemma("the tangent kernel above its scaling function and 3/8 of a logarithm")
def at_least(prove: Proof) -> Step:
    """n/4 (r - r^(-3)) + 3/8 log(r) - 73/40 - 9/4 <= ntk(L, rho)."""
    difference, sine = start(lower), half_sine(iterate(L, rho))
    short = 9 / (4 * sp.pi)
    low = a * r - a * shrunk + logarithm - lower
    reached = floor(L) + per_log * sp.log(r) - angle(rho) / sp.pi**2 * (3 - falling_log(r))
    sign = prove.ball_box(
        le(0, falling_log(_x)), interval(_x, 1, sp.oo), outline=product(1 / _x, sp.log(_x) + 3)
    )  # fmt: skip
    return prove.chain(
        forall(apart, layers, family=RELU, holds=le(low - sp.Rational(9, 4), ntk(L, rho))), *known(prove),
        *positive(prove, short, sp.Rational(3, 4) * sp.pi / sp.pi**2), fact(sign, {_x: r}), fact(left_below(prove)),
        fact(starts_near(prove)), fact(nearly_at_least(prove)),
        adds(prove, low - sp.Rational(9, 4), short, sp.pi - angle(rho)),
        adds(prove, low - short * angle(rho), sp.Rational(3, 4) * sp.pi, 1 / angle(rho), shrunk - left),
        adds(prove, a * r - a * left + logarithm - lower - short * angle(rho), left, a - difference),
        adds(
            prove, a * r - left * difference + logarithm - lower - short * angle(rho), 3 / (4 * sp.pi), angle(rho),
            falling_log(r),
        ),
        adds(prove, 3 * sp.pi / 4 * reached - left * difference - lower, 3 * sp.pi / 4, 1 / now - reached),
        adds(prove, 3 * sp.pi / (4 * now) - left * difference - lower, k, 1 / sine - 2 / now), above_barrier(prove),
    )  # fmt: skip


@lemma("the tangent kernel below its scaling function and 3/8 of a logarithm")
def at_most(prove: Proof) -> Step:
    """ntk(L, rho) <= n/4 (r - r^(-3)) + 3/8 log(r) + 243/50."""
    sine, taken, rest = half_sine(iterate(L, rho)), left * start(upper), k * spread - upper
    squares = angle(rho) ** 2 + 3 * sp.pi * angle(rho)
    reached = floor(L) + sixth * angle(rho) + per_log * sp.log(r) + second * squares
    share, scale = 1 / (8 * sp.pi), 3 * sp.pi * second / 4
    end = sp.Rational(1, 8) + 4 * sp.pi**2 * scale
    number = most - (rest + first + end)
    room = prove.polynomial(le(0, 4 * sp.pi**2 - _x**2 - 3 * sp.pi * _x), interval(_x, 0, sp.pi))
    whole = a * r + logarithm + rest - taken
    return prove.chain(
        forall(apart, layers, family=RELU, holds=le(ntk(L, rho), a * r - a * shrunk + logarithm + most)), *known(prove),
        *positive(prove, share, scale, number), fact(room, {_x: angle(rho)}), fact(left_of_start(prove)),
        fact(nearly_at_most(prove)), below_barrier(prove),
        adds(prove, bound(L, upper), k, 2 / now + spread - 1 / sine),
        adds(prove, 2 * k / now + rest - taken, 3 * sp.pi / 4, reached - 1 / now),
        adds(prove, whole + share * angle(rho) + scale * squares, share, sp.pi - angle(rho)),
        adds(prove, whole + sp.Rational(1, 8) + scale * squares, scale, 4 * sp.pi**2 - squares),
        adds(prove, whole + end, taken - shrunk * (a - first)),
        adds(prove, a * r + logarithm + rest + end - shrunk * (a - first), first, 1 - shrunk),
        adds(prove, a * r - a * shrunk + logarithm + rest + end + first, number),
    )  # fmt: skip


grown = three_eighths * sp.log(1 + sigma)
there = a * (stretch(L + 1) - stretch(L + 1) ** -3)
"""(L + 1) U(sigma)."""


def _known(prove: Proof) -> list:
    """As for the scaling function; and what the logarithm grows by from one depth to the next."""
    h = angle(rho) * third
    angles, steps = interval(_x, 0, sp.pi, "("), interval(_h, 0, "1/3")
    share = prove.polynomial(le(0, sp.Rational(1, 3) - _h / _x), interval(_x, 1, sp.oo), steps)
    laws = le(0, _x / (3 * sp.pi)), le(_x / (3 * sp.pi), "1/3")
    return [
        *about_scaling(prove), *(fact(prove.polynomial(law, angles), {_x: angle(rho)}) for law in laws),
        fact(less_logarithm(prove), {"_x": r, "_h": h}), fact(share, {_x: r, _h: h}),
        *positive(prove, three_eighths, quarter),
    ]  # fmt: skip


@lemma("the error of the scaling function, from above")
def error_at_most(prove: Proof) -> Step:
    """u_(L+1) - (L + 1) U(sigma) - 3/8 log(1 + sigma) <= 21/4."""
    here, number = a * r - a * shrunk, error - most + quarter
    return prove.chain(
        forall(apart, layers, family=RELU, holds=le(ntk(L, rho) - there - grown, error)), *_known(prove),
        *positive(prove, number), fact(at_most(prove)),
        adds(prove, ntk(L, rho) - there - grown, here + logarithm + most - ntk(L, rho)),
        adds(prove, here - there + logarithm - grown + most, there - quarter - here),
        adds(prove, logarithm - grown + most - quarter, three_eighths, sp.log(1 + sigma) - sp.log(r)),
        adds(prove, most - quarter, number),
    )  # fmt: skip


@lemma("the error of the scaling function, from below")
def error_at_least(prove: Proof) -> Step:
    """(L + 1) U(sigma) + 3/8 log(1 + sigma) - u_(L+1) <= 21/4."""
    here, h = a * r - a * shrunk, angle(rho) * third
    short = lower + sp.Rational(9, 4)
    number = error - short - 1 - sp.Rational(1, 8)
    return prove.chain(
        forall(apart, layers, family=RELU, holds=le(there + grown - ntk(L, rho), error)), *_known(prove),
        *positive(prove, number), fact(at_least(prove)),
        adds(prove, there + grown - ntk(L, rho), ntk(L, rho) - here - logarithm + short),
        adds(prove, there - here + grown - logarithm + short, here - there + 1),
        adds(prove, grown - logarithm + short + 1, three_eighths, h / r - sp.log(r + h) + sp.log(r)),
        adds(prove, three_eighths * h / r + short + 1, three_eighths, sp.Rational(1, 3) - h / r),
        adds(prove, short + 1 + sp.Rational(1, 8), number),
    )  # fmt: skip


claim = Claim(
    "starnaud2025/N4-rate",
    title="The error of the scaling function and of the limit 1/4 is 3/8 log(L)/L",
    source="sharpens N3 and N4",
    printed=r"\Big|\bar\Theta^{(L)}-U(\sigma)-\frac38\frac{\log(1+\sigma)}L\Big|\le\frac{21}{4L},\qquad"
    r" \Big|\bar\Theta^{(L)}-\frac14-\frac38\frac{\log(1+\sigma)}L\Big|\le\frac1L\Big(\frac{3\pi}{4\theta_1}+\frac{21}4"
    r"\Big),\qquad\sigma=\frac{L\theta_1}{3\pi}\qquad(L\ge1,\ 0<\theta_1\le\pi)",
    note=r"So $\bar\Theta^{(L)}=\frac14+\frac38\frac{\log L}L+O(\frac1L)$ for each pair, and the error of $U(\sigma)$"
    r" is $\frac38\frac{\log(1+\sigma)}L+O(\frac1L)$ uniformly in the angle. Formally $\theta_1=\arccos\rho$ and $L$ is"
    r" the number of layers, the paper's $L-1$.",
    beside=("starnaud2025/N3", "starnaud2025/N4"),
    parameters={"error": error, "share": three_eighths, "limit": quarter},
    witnesses=(
        (0, Instance({rho: Fraction(-1), L: Fraction(0)})),
        (0, Instance({rho: Fraction(-1), L: Fraction(4000)})),
        (1, Instance({rho: Fraction(0), L: Fraction(1000)})),
    ),
)


@claim.states
def statement(error, share, limit):
    function = ((1 + sigma) ** 4 - 1) / (4 * sigma * (1 + sigma) ** 3)
    rest = share * sp.log(1 + sigma) / (L + 1)
    bounds = {
        "scaling function": le(sp.Abs(normalised - function - rest), error / (L + 1)),
        "limit": le(sp.Abs(normalised - limit - rest), (3 * sp.pi / (4 * angle(rho)) + error) / (L + 1)),
    }
    return tuple(forall(apart, layers, family=RELU, holds=holds, label=label) for label, holds in bounds.items())


@claim.proves
def proof(prove, goal, error, share, limit):
    """As for N4, with 1/theta_L up to a bounded term: a layer adds 1/(3 pi) + theta/(6 pi^2) + O(theta^2) to it, where
    theta is about 3 pi/(L r), and the sum of these is log(r)/(2 pi)."""
    scaled, limited = goal
    over, kernel = 1 / (L + 1), ntk(L, rho)
    grows = [prove.polynomial(law, interval(_x, 1, sp.oo)) for law in (lt(0, _x**-3), le(_x**-3, 1))]
    quarter_of_n = prove.polynomial(le(0, 3 * sp.pi / (4 * _x)), interval(_x, 0, sp.pi, "("))
    facts = [
        *has_values(prove), *(fact(law, {_x: stretch(L + 1)}) for law in grows), fact(quarter_of_n, {_x: angle(rho)}),
        fact(error_at_most(prove)), fact(error_at_least(prove)),
    ]  # fmt: skip
    above, below = error - kernel + there + grown, error - there - grown + kernel
    # SymPy may have turned the sign inside of |x|
    insides = (part.conclusion.lhs.args[0] for part in goal)
    x, y = (inside if normalised in inside.args else -inside for inside in insides)
    smaller = a * (1 - stretch(L + 1) ** -3)
    return [
        prove.absolute_value(
            scaled,
            prove.chain(scaled.conclude(le(x, scaled.conclusion.rhs)), *facts, adds(prove, x, above, over)),
            prove.chain(scaled.conclude(le(-x, scaled.conclusion.rhs)), *facts, adds(prove, -x, below, over)),
        ),
        prove.absolute_value(
            limited,
            prove.chain(
                limited.conclude(le(y, limited.conclusion.rhs)), *facts, adds(prove, y, above, over),
                adds(prove, (error + smaller) * over, a, stretch(L + 1) ** -3, over),
            ),
            prove.chain(
                limited.conclude(le(-y, limited.conclusion.rhs)), *facts, adds(prove, -y, below, over),
                adds(prove, (error - smaller) * over, a, over),
                adds(prove, (error + a - smaller) * over, a, 1 - stretch(L + 1) ** -3, over),
            ),
        ),
    ]  # fmt: skip


claim.mutant("3/2 in place of 21/4", error="3/2")
claim.mutant("2 in place of 3/8", share=2)
claim.mutant("the limit 1/2", limit="1/2")
