"""Theorem 9: the smallest eigenvalue of the tangent kernel, for n unit vectors whose Gram matrix is >= delta I.

B(L/2, delta) holds half-integer powers for odd L: eta and theta stand for the square roots of 1 + mu/2 and 1 - mu/2."""

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
)  # fmt: skip
from deepcond_sym.proof.tactics.inductive import inductive

from . import data_bounds, two_phases
from .data import n, ntk_least_eigenvalue, points, points_at, spread
from .setting import L, decay, delta, first_phase, growth, half, separation
from .tangent_bounds import b_at, nonlinearity, u, x
from .tangent_entries import later_layers, m, root, small_powers, theta

i, half_depth = index("i")
eta, z = sp.symbols("eta z", real=True)
larger_root = interval(eta, 1, sp.oo)
_nonlinearity = interval(mu, 0, 1, "(")


def two_points(values: dict, *weights: str) -> Instance:
    exact = {symbol: Fraction(str(value)) for symbol, value in {n: 2, **values}.items()}
    return Instance(exact, tuple(map(Fraction, weights)), points_at(1 - exact[delta]))


claim = Claim(
    "agarwal2021/T9",
    title="The smallest eigenvalue of the tangent kernel",
    source="Theorem 9, p. 7 (= Theorem 28(2), p. 26)",
    provenance="paper",
    printed=r"\lambda_{\min}(\underline K)\ge\delta \implies"
    r" \lambda_{\min}(\Theta) \ge (1-2B(L/2,\delta))\,\Theta_{11}",
    note=r"The appendix adds $L\ge2L_0(\delta)$; the main text omits this, and prints K for $\Theta$. It holds without,"
    r" as is shown here: for $L \le 2L_0$ by parity (L = 2 i and L = 2 i + 1), and for L = 2 L_0 + m."
    r" $\hat\sigma'(1) < \infty$ is implied. Very loose: beyond/D6.",
    beside=("beyond/D6",),
    parameters={"near": growth, "far": decay, "factor": 2, "family": NONLINEAR},
    witnesses=(
        (0, two_points({delta: "1/2", i: 0}, "0", "1/2", "1/2")),
        (2, two_points({delta: "1/2", theta: "1/8", m: 1}, "0", "1/64", "63/64")),
    ),
)


@claim.states
def statement(near, far, factor, family):
    passed = first_phase(near)
    return (
        forall(
            points, separation, half_depth, given=[spread, le(i, passed)], family=family,
            holds=le(1 - factor * (1 - delta * near**i), ntk_least_eigenvalue(2 * i)), label="even L, up to 2 L_0",
        ),
        forall(
            points, separation, half_depth, larger_root,
            given=[spread, le(i + 1, passed), eq(eta**2, near)], family=family,
            holds=le(1 - factor * (1 - delta * eta * near**i), ntk_least_eigenvalue(2 * i + 1)),
            label="odd L, up to 2 L_0",
        ),
        forall(
            points, separation, root, later_layers, given=[spread, eq(theta**2, far)], family=family,
            holds=le(1 - factor * half * theta**m, ntk_least_eigenvalue(2 * passed + m)), label="L = 2 L_0 + m",
        ),
    )  # fmt: skip


@claim.proves
def proof(prove, goal, near, far, factor, family):
    """1 - b_L <= the smallest eigenvalue (Lemma 24), and b_L <= 2 B(L/2, delta): up to 2 L_0 because the odds of b_L
    are at most those of 1 - delta over (1 + mu/2)^L, and delta (1 + mu/2)^(L/2) stays below 3/4."""
    even, odd, beyond = goal
    return [
        lifted(prove, even, even_layers(prove, near, factor), 2 * i),
        lifted(prove, odd, odd_layers(prove, odd, near, factor), 2 * i + 1),
        lifted(prove, beyond, late_layers(prove, beyond, near, far, factor), 2 * first_phase(near) + m),
    ]


def lifted(prove: Proof, goal: Statement, bound: Step, depth: sp.Expr) -> Step:
    """1 - bound <= 1 - b_L <= the smallest eigenvalue."""
    b, above = b_at(depth), bound.conclusion.conclusion.rhs
    flipped = prove.polynomial(le(1 - (x + u), 1 - x), data_bounds.anything, data_bounds.slack)
    return prove.chain(
        goal, fact(bound), at(flipped, {x: b, u: above - b}), at(data_bounds.tangent_floor(prove), {L: depth})
    )


def even_layers(prove: Proof, near: sp.Expr, factor: sp.Expr) -> Step:
    """b_{2i} <= 2 (1 - delta (1 + mu/2)^i) for i <= L_0: at i = 0, and at i = k + 1, where delta (1 + mu/2)^k is
    below 1/2."""
    goal = forall(
        _nonlinearity, separation, half_depth, given=[le(i, first_phase(near))],
        holds=le(b_at(2 * i), factor * (1 - delta * near**i)),
    )  # fmt: skip
    wider = prove.polynomial(le(1 - delta, factor * (1 - delta)), separation)
    return inductive(
        prove, goal, i,
        lambda base: prove.chain(base, prove.unfold(base, b_at(0)), wider),
        lambda step: prove.chain(
            step, at(data_bounds.decreasing(prove), {L: 2 * i + 1, "k": 1}), *before_passing(prove, near, factor)
        ),
    )  # fmt: skip


def odd_layers(prove: Proof, odd: Statement, near: sp.Expr, factor: sp.Expr) -> Step:
    """b_{2i+1} <= 2 (1 - delta eta (1 + mu/2)^i) for i + 1 <= L_0: even with eta^2 = 1 + mu/2 in place of eta."""
    square = prove.polynomial(le(x, x**2), interval(x, 1, sp.oo))
    root_below = prove.chain(
        odd.conclude(le(eta, near)),
        at(square, {x: eta}), prove.identity(odd.conclude(eq(eta**2, near)), [["given", 2]]),
    )  # fmt: skip
    weaker = prove.polynomial(
        le(factor * (1 - (x + u) * z), factor * (1 - x * z)),
        interval(x, 1, sp.oo), interval(z, 0, half), interval(u, 0, sp.oo),
    )  # fmt: skip
    return prove.chain(
        odd.conclude(le(b_at(2 * i + 1), factor * (1 - delta * eta * near**i))),
        fact(root_below), *before_passing(prove, near, factor),
        at(weaker, {x: eta, u: near - eta, z: delta * near**i}),
    )  # fmt: skip


def before_passing(prove: Proof, near: sp.Expr, factor: sp.Expr) -> list:
    """The link b_{2i+1} <= factor (1 - near z) with z = delta near^i < 1/2, given that i + 1 <= L_0."""
    power, whole = near**i, near ** (2 * i + 1)
    early = prove.before(1 / (2 * delta), near, i, _nonlinearity, separation, half_depth)
    nearly = prove.polynomial(le(delta * (1 / (2 * delta) - u), half), separation, interval(u, 0, sp.oo))
    above_one = interval(x, 1, sp.oo)
    positive = prove.polynomial(le(0, delta * x), separation, above_one)
    odds_below = prove.polynomial(lt(0, 1 - delta + delta * x), separation, above_one)
    # the same denominator, in the form that it takes when near^i is factored out
    factored = prove.polynomial(lt(0, 1 - delta + delta * x * sp.together(near)), separation, above_one, nonlinearity)
    below = x - z + z * x**2 * near
    box, values = (above_one, interval(z, 0, half), nonlinearity), {x: power, z: delta * power}
    return [
        *(fact(prove.power("at least one", near, e, nonlinearity, half_depth)) for e in (i, 2 * i, 2 * i + 1)),
        fact(early), fact(nearly, {u: 1 / (2 * delta) - power}),
        fact(positive, {x: power}), fact(odds_below, {x: whole}), fact(factored, {x: near ** (2 * i)}),
        fact(prove.polynomial(lt(0, below), *box), values),
        at(data_bounds.odds(prove, near), {L: 2 * i + 1}),
        at(prove.polynomial(le((x - z) / below, factor * (1 - near * z)), *box), values),
    ]  # fmt: skip


def late_layers(prove: Proof, frame: Statement, near: sp.Expr, far: sp.Expr, factor: sp.Expr) -> Step:
    """b_{2 L_0 + m} <= b_{L_0 + m} <= (1/2) (1 - mu/2)^m <= (factor/2) theta^m."""
    passed = first_phase(near)
    halved = prove.polynomial(le(half * x, factor * half * (x + u)), interval(x, 0, 1), interval(u, 0, sp.oo))
    return prove.chain(
        frame.conclude(le(b_at(2 * passed + m), factor * half * theta**m)),
        *small_powers(prove, frame, far),
        at(data_bounds.decreasing(prove), {L: passed + m, "k": passed}),
        two_phases.decline(prove, m, later_layers, far, near),
        at(halved, {x: far**m, u: theta**m - far**m}),
    )


claim.mutant("the factor 1/2", factor=half)
claim.mutant("decay 1 - mu", far=1 - mu)
claim.mutant("without centring", family=UNCENTRED)
