"""Theorem 5: the off-diagonal entries of the tangent kernel, for n unit vectors with |x_i . x_j| <= 1 - delta.

B(L/2, delta) for odd L holds half-integer powers: theta stands for the square root of 1 - mu/2."""

from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import (
    NONLINEAR,
    UNCENTRED,
    Claim,
    Instance,
    Proof,
    Statement,
    at,
    eq,
    fact,
    forall,
    index,
    interval,
    le,
    mu,
)  # fmt: skip
from deepcond_sym.proof.tactics.powers import power_grows

from . import data_bounds, two_phases
from .data import apart, n, ntk_off_diagonal, points, points_at
from .setting import L, decay, delta, first_phase, growth, half, layers, separation
from .tangent_bounds import b_at, u, x

m, later_layers = index("m", 1)
theta, y = sp.symbols("theta y", real=True)
root = interval(theta, 0, 1, "(")
_nonlinearity = interval(mu, 0, 1, "(")

claim = Claim(
    "agarwal2021/T5",
    title="The off-diagonal entries of the tangent kernel decay with depth",
    source="Theorem 5, p. 6 (= Theorem 28(1), p. 26)",
    provenance="paper",
    printed=r"|x_i\cdot x_j|\le 1-\delta\ (i\ne j),\ L\ge2L_0(\delta) \implies"
    r" |\Theta_{ij}| \le 2B(L/2,\delta)\,\Theta_{11}\ (i\ne j)",
    note=r"$\hat\sigma'(1) < \infty$ is implied: otherwise there is no tangent kernel. $\theta$ is the square root of"
    r" $1 - \mu/2$ and L = 2 L_0 + m beyond 2 L_0. The printed proof equates $(1-\mu/2)^{L/2-L_0}$ with"
    r" $2B(L/2,\delta)$, which is wrong at $L = 2L_0$, where $B = 1-\delta(1+\mu/2)^{L_0}$: this case is stated apart."
    r" Very loose: the bound holds with $b_L$ in place of $2B(L/2,\delta)$ and without $L \ge 2L_0$, and beyond/D5 has"
    r" the exact supremum.",
    beside=("beyond/D5",),
    parameters={"near": growth, "far": decay, "factor": 2, "family": NONLINEAR},
    witnesses=(
        (1, Instance({symbol: Fraction(value) for symbol, value in
                      ((n, 2), (delta, "1/2"), (theta, "1/8"), (m, 1))},
                     (Fraction(0), Fraction(1, 64), Fraction(63, 64)), points_at(Fraction(1, 2)))),
    ),
)  # fmt: skip


@claim.states
def statement(near, far, factor, family):
    passed = first_phase(near)
    return (
        forall(
            points, separation, given=[apart], family=family,
            holds=le(ntk_off_diagonal(2 * passed), factor * (1 - delta * near**passed)), label="L = 2 L_0",
        ),
        forall(
            points, separation, root, later_layers, given=[apart, eq(theta**2, far)], family=family,
            holds=le(ntk_off_diagonal(2 * passed + m), factor * half * theta**m), label="L = 2 L_0 + m",
        ),
    )  # fmt: skip


@claim.proves
def proof(prove, goal, near, far, factor, family):
    """|Theta_ij| <= b_L Theta_11, and b decreases: b_{2 L_0} <= b_{L_0} <= 1 - delta (1 + mu/2)^L_0, and b_{2 L_0 + m}
    <= b_{L_0 + m} <= (1/2) (1 - mu/2)^m."""
    at_two, beyond = goal
    passed = first_phase(near)
    level = 1 - delta * near**passed
    up_to = two_phases.escape(prove, L, layers, near)
    inside = prove.polynomial(le(0, x + u), interval(x, 0, 1), interval(u, 0, sp.oo))
    larger = prove.polynomial(le(x, factor * x), interval(x, 0, sp.oo))
    first = prove.chain(
        at_two,
        fact(data_bounds.b_non_negative(prove), {L: passed}), fact(data_bounds.b_at_most_one(prove), {L: passed}),
        fact(up_to, {L: passed}), fact(inside, {x: b_at(passed), u: level - b_at(passed)}),
        at(data_bounds.tangent_entries(prove), {L: 2 * passed}),
        at(data_bounds.decreasing(prove), {L: passed, "k": passed}),
        at(up_to, {L: passed}),
        at(larger, {x: level}),
    )  # fmt: skip
    halved = prove.polynomial(le(half * x, factor * half * (x + u)), interval(x, 0, 1), interval(u, 0, sp.oo))
    second = prove.chain(
        beyond,
        *small_powers(prove, beyond, far),
        at(data_bounds.tangent_entries(prove), {L: 2 * passed + m}),
        at(data_bounds.decreasing(prove), {L: passed + m, "k": passed}),
        two_phases.decline(prove, m, later_layers, far, near),
        at(halved, {x: far**m, u: theta**m - far**m}),
    )
    return [first, second]


def small_powers(prove: Proof, frame: Statement, far: sp.Expr) -> list:
    """(1 - mu/2)^m <= theta^m, both in [0, 1]; theta^2 = 1 - mu/2 is the second hypothesis of the frame."""
    square = prove.polynomial(le(y**2, y), interval(y, 0, 1))
    below = prove.chain(
        frame.conclude(le(far, theta)),
        prove.identity(frame.conclude(eq(far, theta**2)), [["given", 1]]), at(square, {y: theta}),
    )  # fmt: skip
    variables = (_nonlinearity, later_layers)
    return [
        fact(below),
        fact(prove.power("non-negative", far, m, *variables)),
        fact(prove.power("at most one", far, m, *variables)),
        fact(power_grows(prove), {"x": far, "y": theta, "i": m}),
    ]


claim.mutant("the factor 1/2", factor=half)
claim.mutant("decay 1 - mu", far=1 - mu)
claim.mutant("without centring", family=UNCENTRED)

claim.sharpen("factor", lambda c: c, printed=2, strongest=0)
