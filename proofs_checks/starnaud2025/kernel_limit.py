"""N3 and Theorem 2: the tangent kernel over its diagonal tends to 1/4, for every pair of different directions."""

from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import RELU, Claim, Instance, fact, forall, le, ntk
from deepcond_sym.proof.tactics.power_gaps import adds
from deepcond_sym.symbols import rho
from proofs_checks.agarwal2021.setting import L, layers

from .angle_steps import about, about_stretch, more_logarithm, stretch
from .angles import angle, apart, inverse
from .limit_steps import constant, deep, kernel_at_least, kernel_at_most
from .tangent_steps import normalised

quarter = sp.Rational(1, 4)

claim = Claim(
    "starnaud2025/N3",
    title="The normalised tangent kernel tends to 1/4, whatever the two inputs",
    source="N3, in place of Theorem 2",
    printed=r"-\frac5{4L}\le\bar\Theta^{(L)}-\frac14\le\frac1L\Big(\frac{3\pi}{4\theta_1}+0.56+\frac32"
    r"\log\Big(1+\frac{(L-1)\theta_1}{3\pi}\Big)\Big),\qquad"
    r" \Big|\bar\Theta^{(L)}-\frac14\Big|\le\frac1L\Big(\frac{3\pi}{4\theta_1}+0.56+\frac32\log L\Big)"
    r"\qquad(L\ge1,\ 0<\theta_1\le\pi)",
    note=r"Formally $\theta_1=\arccos\rho$ and $L$ is the number of layers, the paper's $L-1$. The lower bound is"
    r" attained at $L=1$ by opposite inputs. Hence $\bar\Theta^{(L)}\to\frac14$ for every pair of different"
    r" directions.",
    beside=("starnaud2025/T2-limit",),
    parameters={"least": sp.Rational(5, 4), "constant": constant, "logarithm": sp.Rational(3, 2), "limit": quarter},
    witnesses=(
        (0, Instance({rho: Fraction(-1), L: Fraction(0)})),
        (1, Instance({rho: Fraction(0), L: Fraction(1000)})),
        (2, Instance({rho: Fraction(0), L: Fraction(1000)})),
    ),
)


@claim.states
def statement(least, constant, logarithm, limit):
    first = 3 * sp.pi / (4 * angle(rho)) + constant
    bounds = {
        "from below": le(-least / (L + 1), normalised - limit),
        "from above": le(normalised - limit, (first + logarithm * sp.log(stretch(L))) / (L + 1)),
        "limit": le(sp.Abs(normalised - limit), (first + logarithm * sp.log(L + 1)) / (L + 1)),
    }
    return tuple(forall(apart, layers, family=RELU, holds=holds, label=label) for label, holds in bounds.items())


@claim.proves
def proof(prove, goal, least, constant, logarithm, limit):
    """N2 with 2/theta <= 1/sin(theta/2) <= 2/theta + 1 - 2/pi, and N1 for 1/theta. From below, a layer gains at least
    1/(3 pi), and the first one theta_1/(6 pi^2) more."""
    below, above, both = goal
    first, share = 3 * sp.pi / (4 * angle(rho)) + constant, 1 / (L + 1)
    one = fact(prove.polynomial(le(1, L + 1), layers))
    known = [
        *about(prove), *about_stretch(prove, L), fact(prove.polynomial(le(0, share), layers)), one,
        fact(kernel_at_least(prove)), fact(kernel_at_most(prove)), fact(deep(prove)),
        fact(more_logarithm(prove), {"_x": 1, "_z": L + 1}),
        fact(inverse(prove), {"_a": angle(rho), "_w": sp.pi - angle(rho)}),
        *(fact(prove.evaluate(forall(holds=le(0, c)))) for c in (3 * sp.pi / 4, quarter * 3 + constant - least)),
    ]  # fmt: skip
    over, reached = ntk(L, rho) - L / 4 + 1, first + logarithm * sp.log(stretch(L))
    up = prove.chain(above, *known, adds(prove, normalised - limit, (L + 1) / 4 + reached - ntk(L, rho), share))
    down = prove.chain(below, *known, adds(prove, -least * share, over, share))
    upwards = both.conclude(le(normalised - limit, both.conclusion.rhs))
    downwards = both.conclude(le(limit - normalised, both.conclusion.rhs))
    return [
        down, up,
        prove.absolute_value(
            both,
            prove.chain(
                upwards, *known, up, adds(prove, reached * share, logarithm, sp.log(L + 1) - sp.log(stretch(L)), share)
            ),
            prove.chain(
                downwards, *known, adds(prove, limit - normalised, over, share),
                adds(prove, least * share, 3 * quarter + constant - least, share),
                adds(prove, (3 * quarter + constant) * share, 3 * sp.pi / 4, 1 / angle(rho) - 1 / sp.pi, share),
                adds(prove, first * share, logarithm, sp.log(L + 1), share),
            ),
        ),
    ]  # fmt: skip


claim.mutant("6/5 in place of 5/4", least="6/5")
claim.mutant("1/10 log in place of 3/2 log", logarithm="1/10")
claim.mutant("1/2 in place of 1/4", limit="1/2")
claim.mutant("the limit 1", limit=1)
claim.sharpen(
    "least", lambda c: c, printed="5/4", strongest=0,
    fails=lambda c: (0, Instance({rho: Fraction(-1), L: Fraction(0)})),
)  # fmt: skip
