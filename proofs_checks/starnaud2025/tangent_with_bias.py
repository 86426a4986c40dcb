"""The tangent kernel in depth, for every variance of weights and biases: below the barrier, and on the diagonal.

A layer of ReLU takes the correlation c to h(c) and t = T/q to h'(c) t + h(c); then the bias mixes both with 1, in the
shares a q(L)/q(L + 1) and b/q(L + 1). With P/q it is the same, where h(1) = h'(1) = 1."""

from dataclasses import replace
from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import Claim, Instance, Proof, Statement, Step, at, eq, fact, forall, interval, le, lt
from deepcond_sym.proof.proof import Use
from deepcond_sym.proof.tactics.inductive import inductive
from deepcond_sym.proof.tactics.lemma import lemma
from deepcond_sym.proof.tactics.power_gaps import adds
from deepcond_sym.symbols import rho

from . import sines_with_bias as sines
from .angles import has_inverse
from .barrier import half_sine, k
from .correlations import a, b, positive
from .half_sine_layer import barrier, stays_below, upper, y
from .setting import L, h, h_slope
from .sines_with_bias import about_sines, about_step, cosine, equal_where, kept, kept_at_most, kept_positive, sine
from .tangent_barriers import starts_below
from .variances import recursion

q, S, P, T = sequences = recursion(2 * a, b, rho)
frame = replace(sines.frame, sequences=sequences)
tangent = T(L) / q(L)
"""T/q at depth L."""

_z = sp.Symbol("_z", real=True)
_size = interval(_z, 0, sp.oo, "(")


@lemma("the tangent kernel after a layer with a bias")
def after_layer(prove: Proof) -> Step:
    """T(L + 1)/q(L + 1) = s (h'(y) T(L)/q(L) + h(y)) + 1 - s, where y = S(L)/q(L) and s = a q(L)/q(L + 1)."""
    mixture = kept() * (h_slope(y) * tangent + h(y)) + 1 - kept()
    goal = replace(
        frame, variables=(*frame.variables, interval(y, -1, 1)),
        given=(eq(S(L), y * q(L)), lt(0, q(L)), lt(0, q(L + 1)), lt(0, a * q(L) + b)),
        conclusion=eq(T(L + 1) / q(L + 1), mixture),
    )  # fmt: skip
    return prove.identity(goal, [["unfold", T(L + 1)], ["unfold", S(L + 1)], ["given", 0], ["unfold", q(L + 1)]])


def mixed(value: sp.Expr) -> sp.Expr:
    """What a layer with a bias makes of a value for T/q."""
    return kept() * (h_slope(cosine()) * value + h(cosine())) + 1 - kept()


def about_mixing(prove: Proof) -> list[Use]:
    """What is known of a layer, and of the share that the bias leaves."""
    above = prove.polynomial(lt(0, a * _z + b), *(v for v in frame.variables if v.symbol in (a, b)), _size)
    return [*about_step(prove), fact(above, {_z: q(L)}), fact(kept_at_most(prove)), fact(kept_positive(prove))]


def next_tangent(prove: Proof, goal: Statement, *, back: bool = False) -> Step:
    """The link T(L + 1)/q(L + 1) = mixed(T(L)/q(L))."""
    sides = T(L + 1) / q(L + 1), mixed(tangent)
    shown = prove.chain(
        replace(frame, conclusion=eq(*sides)), *about_mixing(prove), at(after_layer(prove), {y: cosine()})
    )
    if not back:
        return shown
    back_again = goal.conclude(eq(*sides[::-1]))
    return equal_where(prove, back_again, [q(L), q(L + 1)], about_mixing(prove), using=[(shown, {})])


@lemma("before any layer the tangent kernel is the covariance")
def before_layers(prove: Proof) -> Step:
    """T(1)/q(1) = S(1)/q(1)."""
    variables = tuple(v for v in frame.variables if v.symbol != L)
    goal = replace(frame, variables=variables, given=(lt(0, q(1)),), conclusion=eq(T(1) / q(1), cosine(sp.S.One)))
    return prove.identity(goal, unfold=[T(1), S(1)])


@lemma("the tangent kernel is below the barrier, for every bias")
def below_barrier(prove: Proof) -> Step:
    """T(L)/q(L) <= 3 pi/(8 sin(theta_L/2)) - 1/8: the barrier is above 1, with which the bias mixes."""
    goal = frame.conclude(le(tangent, barrier(cosine(), upper)))
    then = half_sine(h(cosine()))
    there = k / then - upper
    room = prove.polynomial(le(0, k / _z - upper - 1), interval(_z, 0, 1, "("))
    slope, now = h_slope(cosine()), barrier(cosine(), upper)
    moved = slope * now + h(cosine())

    def base(target: Statement) -> Step:
        known = [*about_sines(prove, sp.S.One), fact(starts_below(prove), {rho: cosine(sp.S.One)})]
        value = cosine(sp.S.One)
        return prove.chain(
            target, *known, before_layers(prove), adds(prove, value, barrier(value, upper) - value)
        )

    def step(target: Statement) -> Step:
        known = [
            *about_mixing(prove), *has_inverse(prove, then), fact(room, {_z: then}),
            fact(stays_below(prove), {y: cosine()}), fact(sines.larger_with_bias(prove)),
            fact(prove.evaluate(forall(holds=le(0, k)))),
        ]  # fmt: skip
        return prove.chain(
            target, *known, next_tangent(prove, target),
            adds(prove, mixed(tangent), kept(), slope, now - tangent),
            adds(prove, mixed(now), kept(), there - moved),
            adds(prove, kept() * there + 1 - kept(), 1 - kept(), there - 1),
            adds(prove, there, k, 1 / sine(L + 1) - 1 / then),
        )  # fmt: skip

    return inductive(prove, goal, L, base, step)


@lemma("the diagonal of the tangent kernel is at most L times the variance")
def diagonal_at_most(prove: Proof) -> Step:
    """P(L) <= L q(L)."""
    goal = frame.conclude(le(P(L), L * q(L)))
    weight, bias = (v for v in frame.variables if v.symbol in (a, b))
    more = prove.polynomial(le(a * L * _z, (a * _z + b) * L), weight, bias, frame.variables[0], _size)
    return inductive(
        prove, goal, L,
        lambda base: prove.chain(
            base, prove.identity(base.conclude(eq(P(1), 1 * q(1))), unfold=[P(1), q(1)])
        ),
        lambda step: prove.chain(
            step, fact(positive(prove)), prove.unfold(step, P(L + 1), P(L + 1)),
            fact(more, {_z: q(L)}),
            fact(prove.polynomial(le(0, a), weight)),
            adds(prove, a * P(L) + q(L + 1), a, L * q(L) - P(L)),
            adds(prove, a * L * q(L) + q(L + 1), (a * q(L) + b) * L - a * L * q(L)),
            prove.identity(
                step.conclude(eq((a * q(L) + b) * L + q(L + 1), (L + 1) * q(L + 1))), unfold=[q(L + 1)]
            ),
        ),
    )  # fmt: skip


claim = Claim(
    "starnaud2025/LT-tangent",
    title="The tangent kernel lies below the barrier for every variance of weights and biases",
    source="limit table, the tangent kernel in all four rows",
    provenance="derived here",
    printed=r"\sigma_w^2>0,\ \sigma_b^2\ge0,\ x\ne x':\quad"
    r"\frac{\Theta^{(L)}(x,x')}{\Sigma^{(L)}(x,x)}\le\frac{3\pi}{8\sin(\theta_L/2)}-\frac18,\qquad"
    r" \Theta^{(L)}(x,x)\le L\,\Sigma^{(L)}(x,x)",
    note=r"For every depth and all different unit vectors; $\cos\theta_L=\rho^{(L)}$, and formally"
    r" $\sin\frac{\theta_L}2=\sqrt{(1-S/q)/2}$. A bias mixes the kernels with that of equal inputs, and the barrier is"
    r" above 1. Without a bias it is the upper bound of starnaud2025/N2.",
    beside=("starnaud2025/E", "starnaud2025/N2", "starnaud2025/LT3", "starnaud2025/LT4"),
    parameters={"offset": upper, "depth": L},
    witnesses=(
        (0, Instance({L: Fraction(1), rho: Fraction(0), a: Fraction(1), b: Fraction(0)})),
        (1, Instance({L: Fraction(2), rho: Fraction(0), a: Fraction(1), b: Fraction(0)})),
    ),
)


@claim.states
def statement(offset, depth):
    return (
        frame.conclude(le(tangent, barrier(cosine(), offset))),
        frame.conclude(le(P(L), depth * q(L))),
    )


@claim.proves
def proof(prove, goal, offset, depth):
    """(E) in each layer; the mixture of a number above 1 with 1 is below it, and a bias makes the barrier larger."""
    off_diagonal, on_diagonal = goal
    known = about_sines(prove, L)
    return [prove.chain(off_diagonal, *known, below_barrier(prove)), prove.chain(on_diagonal, diagonal_at_most(prove))]


claim.mutant("1.7 in place of 1/8", offset="1.7")
claim.mutant("L - 1 in place of L", depth=L - 1)
