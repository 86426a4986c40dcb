"""ReLU with sigma_w^2 = 2 t^2 < 2 and a bias, all inputs at q* = sigma_b^2/(1 - t^2): correlations and the tangent
kernel from one layer to the next, in units of q*.

chi_1 = t^2 and f = t^2 h + 1 - t^2, so that gamma = 1 - C obeys gamma' = t^2 (1 - h(C)): sin(theta/2) = sqrt(gamma/2)
is multiplied by t, up to a share of the order t^l."""

from dataclasses import replace
from typing import Any

import sympy as sp

from deepcond_sym.proof import Proof, Sequence, Step, at, eq, fact, forall, index, interval, le, lt
from deepcond_sym.proof.proof import Use
from deepcond_sym.proof.tactics.inductive import inductive
from deepcond_sym.proof.tactics.lemma import lemma
from deepcond_sym.proof.tactics.power_gaps import adds
from deepcond_sym.symbols import rho
from proofs_checks.starnaud2025.barrier import positive_sine
from proofs_checks.starnaud2025.half_sine_layer import below_one, sine_at_most
from proofs_checks.starnaud2025.koenigs import keeps
from proofs_checks.starnaud2025.ordered_kernels import one_layer, raises
from proofs_checks.starnaud2025.setting import h, h_slope

from .correlation_sequence import stays_correlation
from .setting import apart, c, l, layers

t = sp.Symbol("t", real=True)
contraction = interval(t, 0, 1, "()")
k, further = index("k")
x, z = sp.symbols("x z", real=True)
from_zero, positive = interval(x, 0, sp.oo), interval(z, 0, sp.oo, "(")
tau = t**l

_C, _P, _T = (sp.Function(name, real=True)(l) for name in "CPT")
C = Sequence("C", l, 0, c, 1 - t**2 * (1 - h(_C)))
P = Sequence("P", l, 0, sp.S.Zero, 1 + t**2 * _P)
T = Sequence("T", l, 0, sp.S.Zero, _C.func(l + 1) + t**2 * h_slope(_C) * _T)
"""The correlation and the tangent kernel over q*, on and off the diagonal."""

frame = forall(layers, apart, contraction, sequences=[C, P, T], holds=le(0, 0))
deeper = forall(layers, further, apart, contraction, sequences=[C, P, T], holds=le(0, 0))
limit = 1 / (1 - t**2)
"""p*/q*."""


def gamma(depth: Any = l) -> Any:
    """What the correlation lacks of 1."""
    return 1 - C(depth)


def sine(depth: Any = l) -> Any:
    """sin(theta/2) for C = cos(theta)."""
    return sp.sqrt((1 - C(depth)) / 2)


def has_values(prove: Proof, *depths: Any) -> list[Use]:
    """0 <= 1 - C^2 and 0 <= (1 - C)/2 at these depths, where |C| <= 1 is known."""
    laws = [prove.polynomial(le(0, law), interval(x, -1, 1)) for law in (1 - x**2, (1 - x) / 2)]
    return [fact(law, {x: C(d)}) for d in depths for law in laws]


@lemma("correlations at q* stay in [-1, 1]")
def inside(prove: Proof) -> Step:
    """|C(l)| <= 1."""
    square = fact(prove.polynomial(le(0, t**2), contraction)), fact(prove.polynomial(le(0, 1 - t**2), contraction))

    def step(target: Any) -> Step:
        next_ = 1 - t**2 * (1 - h(C(l)))
        known = [*square, *has_values(prove, l), *(fact(one_layer(prove, sign), {"r": C(l)}) for sign in (1, -1))]
        sides = []
        for sign, last in ((1, [adds(prove, next_, t**2, 1 - h(C(l)))]),
                           (-1, [adds(prove, -next_, 1 - t**2, 1 - h(C(l))), at(one_layer(prove, -1), {"r": C(l)})])):
            goal = target.conclude(le(sign * C(l + 1), 1))
            sides.append(prove.chain(goal, *known, prove.unfold(goal, sign * C(l + 1), C(l + 1)), *last))
        return prove.absolute_value(target, *sides)

    return stays_correlation(prove, frame, C, step)


@lemma("correlations of different inputs at q* stay below 1")
def different(prove: Proof) -> Step:
    """C(l) < 1."""
    less = prove.polynomial(lt(1 - t**2 * z, 1), contraction, positive)
    return inductive(
        prove, frame.conclude(lt(C(l), 1)), l,
        lambda base: prove.chain(base, prove.unfold(base, C(0), C(0)), prove.polynomial(lt(c, 1), apart)),
        lambda step: prove.chain(
            step, fact(inside(prove)), *has_values(prove, l), fact(below_one(prove), {"y": C(l)}),
            prove.unfold(step, C(l + 1), C(l + 1)),
            at(less, {z: 1 - h(C(l))}),
        ),
    )  # fmt: skip


@lemma("powers of t are positive, from depth 0")
def power_positive(prove: Proof) -> Step:
    """0 < t^l."""
    product = prove.polynomial(lt(0, t * z), contraction, positive)
    return inductive(
        prove, forall(layers, contraction, holds=lt(0, tau)), l,
        lambda base: prove.chain(base, prove.polynomial(lt(0, 1))),
        lambda step: prove.chain(step, at(product, {z: tau})),
    )  # fmt: skip


@lemma("roots of squares in order")
def root(prove: Proof) -> Step:
    """x <= z for x^2 <= z^2, x >= 0 and z > 0."""
    return prove.chain(
        forall(from_zero, positive, given=[le(x**2, z**2)], holds=le(x, z)),
        prove.polynomial(le(x, (z + x**2 / z) / 2), from_zero, positive),
        fact(prove.polynomial(le(0, 1 / (2 * z)), positive)), adds(prove, (z + x**2 / z) / 2, z**2 - x**2, 1 / (2 * z)),
    )  # fmt: skip


def about(prove: Proof, *depths: Any) -> list[Use]:
    """|C| <= 1, C < 1 and 0 < sin(theta/2) <= 1 at these depths; 0 < t^l <= 1 and the signs of powers of t."""
    known = [fact(law(prove), {l: d}) for d in depths for law in (inside, different, power_positive)]
    known += [*has_values(prove, *depths), *(fact(positive_sine(prove), {rho: C(d)}) for d in depths)]
    known += [fact(sine_at_most(prove), {"y": C(d)}) for d in depths]
    if l in depths:
        known.append(fact(prove.power("at most one", t, l, layers, contraction)))
    signs = t, t**2, 1 - t, 1 - t**2, limit, t * limit
    return [*known, *(fact(prove.polynomial(le(0, sign), contraction)) for sign in signs)]


def next_gamma(prove: Proof, scale: Any = sp.S.One, *, back: bool = False) -> Step:
    """scale gamma' = scale t^2 (1 - h(C)), or from the right."""
    sides = scale * gamma(l + 1), scale * t**2 * (1 - h(C(l)))
    given = le(sp.Abs(C(l)), 1), lt(C(l), 1), le(0, 1 - C(l) ** 2)
    whole = replace(frame, given=given, conclusion=eq(*sides[::-1]) if back else eq(*sides))
    return prove.identity(whole, unfold=[C(l + 1)])


@lemma("one layer at q*, from above")
def gamma_at_most(prove: Proof) -> Step:
    """gamma' <= t^2 gamma."""
    goal = frame.conclude(le(gamma(l + 1), t**2 * gamma()))
    return prove.chain(
        goal, *about(prove, l), fact(raises(prove), {"r": C(l)}), next_gamma(prove),
        adds(prove, t**2 * (1 - h(C(l))), t**2, h(C(l)) - C(l)),
    )  # fmt: skip


@lemma("sines at q* are multiplied by at most t")
def sine_next_at_most(prove: Proof) -> Step:
    """s' <= t s."""
    product = prove.polynomial(lt(0, t * z), contraction, positive)
    half = prove.polynomial(le(0, x / 2), from_zero)
    return prove.chain(
        frame.conclude(le(sine(l + 1), t * sine())), *about(prove, l, l + 1), fact(product, {z: sine()}),
        fact(gamma_at_most(prove)), fact(half, {x: t**2 * gamma() - gamma(l + 1)}),
        at(root(prove), {x: sine(l + 1), z: t * sine()}),
    )  # fmt: skip


@lemma("sines at q* are multiplied by at least t (1 - s/2)")
def sine_next_at_least(prove: Proof) -> Step:
    """t s (1 - s/2) <= s'."""
    low, s = t * sine() * (1 - sine() / 2), sine()
    goal = frame.conclude(le(low, sine(l + 1)))
    signs = [prove.polynomial(le(0, law), contraction, interval(x, 0, 1)) for law in (
        t * x * (1 - x / 2), t**2 / 2, 1 - x / 2, x / 2, t**2 * x**2)]  # fmt: skip
    known = [*about(prove, l, l + 1), *(fact(sign, {x: s}) for sign in signs), fact(keeps(prove), {"r": C(l)})]
    squares = prove.chain(
        goal.conclude(le(low**2, gamma(l + 1) / 2)), *known,
        adds(prove, low**2, t**2 * s**2, 1 - s / 2, s / 2),
        adds(prove, t**2 * s**2 * (1 - s / 2), t**2 / 2, 1 - h(C(l)) - gamma() * (1 - s / 2)),
        next_gamma(prove, sp.S.Half, back=True),
    )  # fmt: skip
    return prove.chain(goal, *known, fact(squares), at(root(prove), {x: low, z: sine(l + 1)}))


@lemma("sines at q* decay like t^l")
def sine_at_most_power(prove: Proof) -> Step:
    """s <= t^l."""
    return inductive(
        prove, frame.conclude(le(sine(), tau)), l,
        lambda base: prove.chain(base, fact(inside(prove), {l: 0}), fact(different(prove), {l: 0}),
                                 *has_values(prove, sp.S.Zero), at(sine_at_most(prove), {"y": C(0)})),
        lambda step: prove.chain(
            step, *about(prove, l, l + 1), sine_next_at_most(prove), adds(prove, t * sine(), t, tau - sine())
        ),
    )  # fmt: skip
