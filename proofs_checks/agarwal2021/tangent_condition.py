"""Corollary 6: the condition number of the tangent kernel, for n unit vectors with |x_i . x_j| <= 1 - delta.

theta stands for the square root of 1 - mu/2: the printed exponent L/2 - L_2 may be a half-integer."""

from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import (
    NONLINEAR,
    UNCENTRED,
    Claim,
    Instance,
    Proof,
    Statement,
    Step,
    at,
    eq,
    fact,
    forall,
    index,
    interval,
    le,
    lt,
    mu,
    steps_to,
)  # fmt: skip
from deepcond_sym.proof.tactics.powers import power_grows

from . import data_bounds, two_phases
from .condition_number import enough_layers
from .data import apart, n, ntk_condition, ntk_off_diagonal, points, points_at
from .setting import L, decay, delta, first_phase, half, separation
from .tangent_entries import root, theta

j, extra_layers = index("j")
k, later_layers = index("k", 1)
y, s, u, w, z = sp.symbols("y s u w z", real=True)
_nonlinearity = interval(mu, 0, 1, "(")


def two_points(layers: int, *weights: str) -> Instance:
    """Two points at correlation 1/2, with mu = 7/8 and theta = 3/4."""
    values = {n: 2, delta: "1/2", theta: "3/4", j: layers}
    exact = {symbol: Fraction(value) for symbol, value in values.items()}
    return Instance(exact, tuple(map(Fraction, weights)), points_at(Fraction(1, 2)))


CENTRED, UNCENTRED_AT_LAST = two_points(0, "0", "1/8", "7/8"), two_points(60, "1/2", "1/8", "3/8")
"""Without centring correlations tend to 1."""


claim = Claim(
    "agarwal2021/C6",
    title="The condition number of the tangent kernel tends to 1",
    source="Corollary 6, p. 6 (= Corollary 29(1), p. 27)",
    provenance="paper",
    printed=r"L \ge L_2 := \Big\lceil\tfrac{2\log2n}{-\log(1-\mu/2)}\Big\rceil + 2L_0(\delta) \implies"
    r" \kappa(\Theta) \le 1 + 4n\,(1-\tfrac\mu2)^{L/2-L_2}",
    note=r"It holds, but the exponent is $-L_2/2$ at $L = L_2$, so that it says nothing before about $L = 2L_2$;"
    r" $(L-L_2)/2$ was probably meant, and agarwal2021/C6-meant proves more. $\hat\sigma'(1) < \infty$ is implied. In"
    r" the formal statement $L = L_2 + j$ and $\theta$ is the square root of $1 - \mu/2$.",
    beside=("agarwal2021/C6-meant", "beyond/D6-separated"),
    parameters={"constant": 4 * n, "enough": 4 * n**2, "family": NONLINEAR},
    witnesses=((0, CENTRED), (0, UNCENTRED_AT_LAST)),
)


@claim.states
def statement(constant, enough, family):
    wait = steps_to(enough, 1 / decay)
    depth = wait + 2 * first_phase() + j
    bound = 1 + constant * theta ** (depth - 2 * (wait + 2 * first_phase()))
    return forall(
        points, separation, root, extra_layers, given=[apart, eq(theta**2, decay)], family=family,
        holds=le(ntk_condition(depth), bound),
    )  # fmt: skip


@claim.proves
def proof(prove, goal, constant, enough, family):
    """The bound of agarwal2021/C6-meant, with (1 - mu/2)^j <= theta^j and theta^(-L_2) >= 1."""
    wait = steps_to(enough, 1 / decay)
    late = theta ** (-(wait + 2 * first_phase()))
    grown = prove.power("at least one", 1 / theta, wait + 2 * first_phase(), root, points, separation, _nonlinearity)
    weaker = prove.polynomial(
        le(1 + 2 * n * y, 1 + constant * (y + u) * w),
        points, interval(y, 0, 1), interval(u, 0, sp.oo), interval(w, 1, sp.oo),
    )  # fmt: skip
    values = {y: decay**j, u: theta**j - decay**j, w: late}
    return prove.chain(
        goal, *small_powers(prove, goal), fact(grown), sharper(prove, enough, 2 * n), at(weaker, values)
    )


def small_powers(prove: Proof, frame: Statement) -> list:
    """0 <= (1 - mu/2)^j <= theta^j and (1 - mu/2)^j <= 1; theta^2 = 1 - mu/2 is the second hypothesis of the frame."""
    square = prove.polynomial(le(y**2, y), interval(y, 0, 1))
    below = prove.chain(
        frame.conclude(le(decay, theta)),
        prove.identity(frame.conclude(eq(decay, theta**2)), [["given", 1]]), at(square, {y: theta}),
    )  # fmt: skip
    powers = [prove.power(part, decay, j, _nonlinearity, extra_layers) for part in ("non-negative", "at most one")]
    return [fact(below), *map(fact, powers), fact(power_grows(prove), {"x": decay, "y": theta, "i": j})]


def sharper(prove: Proof, enough: sp.Expr, constant: sp.Expr) -> Step:
    """kappa(Theta) <= 1 + constant (1 - mu/2)^j at L = L_2 + j: Gershgorin with b = (1/2) (1 - mu/2)^(S + j), where
    n (1 - mu/2)^S <= 1."""
    wait = steps_to(enough, 1 / decay)
    depth = wait + 2 * first_phase() + j
    box = (points, interval(y, 0, 1), interval(s, 0, 1))
    values = {y: decay**j, s: n * decay**wait}
    frame = forall(points, separation, extra_layers, given=[apart], family=NONLINEAR, holds=le(0, 1))
    share = prove.polynomial(le(0, n * z), points, interval(z, 0, sp.oo))
    unit = (
        fact(prove.power("non-negative", decay, j, _nonlinearity, extra_layers)),
        fact(prove.power("at most one", decay, j, _nonlinearity, extra_layers)),
        fact(enough_layers(prove, enough, wait)),
        fact(prove.power("non-negative", decay, wait, _nonlinearity, points)),
        fact(share, {z: decay**wait}),
    )
    radius = (n - 1) * y * s / (2 * n)
    b = half * decay ** (wait + j)
    small = prove.chain(
        frame.conclude(lt((n - 1) * b, 1)), *unit, at(prove.polynomial(lt(radius, 1), *box), values)
    )
    positive = frame.conclude(le(ntk_off_diagonal(depth), b))
    entries = prove.chain(
        positive,
        at(data_bounds.tangent_entries(prove), {L: depth}),
        at(data_bounds.decreasing(prove), {L: first_phase() + wait + j, "k": first_phase()}),
        at(late_phase(prove), {k: wait + j}),
    )
    final = prove.polynomial(le((1 + radius) / (1 - radius), 1 + constant * y), *box)
    return prove.chain(
        frame.conclude(le(ntk_condition(depth), 1 + constant * decay**j)),
        prove.condition(entries, small, fact(data_bounds.positive_diagonal(prove), {L: depth})),
        *unit, fact(small), at(final, values),
    )  # fmt: skip


def late_phase(prove: Proof) -> Step:
    """b_{L_0 + k} <= (1/2) (1 - mu/2)^k for k >= 0."""
    from_zero, every = index("k")
    return two_phases.decline(prove, from_zero, every)


claim.mutant("no excess", constant=0)
claim.mutant("without centring", family=UNCENTRED)

meant = Claim(
    "agarwal2021/C6-meant",
    title="The condition number of the tangent kernel, with the exponent that was probably meant and a better one",
    source="Corollary 6, p. 6, sharpened",
    printed=r"L \ge L_2 \implies"
    r" \kappa(\Theta) \le 1 + 2n\,(1-\tfrac\mu2)^{L-L_2} \le 1 + 4n\,(1-\tfrac\mu2)^{(L-L_2)/2}",
    note=r"Still loose: beyond/D6-separated has the bound by Gershgorin with the exact supremum of the entries."
    r" $L = L_2 + j$ and $\theta$ is the square root of $1 - \mu/2$.",
    beside=("agarwal2021/C6",),
    parameters={"constant": 2 * n, "enough": 4 * n**2, "family": NONLINEAR},
    witnesses=((0, CENTRED), (0, UNCENTRED_AT_LAST)),
)


@meant.states
def meant_statement(constant, enough, family):
    depth = steps_to(enough, 1 / decay) + 2 * first_phase() + j
    return (
        forall(
            points, separation, extra_layers, given=[apart], family=family,
            holds=le(ntk_condition(depth), 1 + constant * decay**j), label="one half-layer less",
        ),
        forall(
            points, separation, root, extra_layers, given=[apart, eq(theta**2, decay)], family=family,
            holds=le(ntk_condition(depth), 1 + 4 * n * theta**j), label="as probably meant",
        ),
    )  # fmt: skip


@meant.proves
def meant_proof(prove, goal, constant, enough, family):
    """Gershgorin with b_L <= (1/2) (1 - mu/2)^(L - L_0)."""
    better, as_meant = goal
    known = sharper(prove, enough, 2 * n)
    weaker = prove.polynomial(
        le(1 + 2 * n * y, 1 + 4 * n * (y + u)), points, interval(y, 0, 1), interval(u, 0, sp.oo)
    )
    values = {y: decay**j, u: theta**j - decay**j}
    shown = known if constant == 2 * n else sharper(prove, enough, constant)
    return [
        prove.chain(better, shown),
        prove.chain(as_meant, *small_powers(prove, as_meant), known, at(weaker, values)),
    ]


meant.mutant("no excess", constant=0)
meant.mutant("half as many points in L_2", enough=n / 2, false=False)
meant.mutant("without centring", family=UNCENTRED)
