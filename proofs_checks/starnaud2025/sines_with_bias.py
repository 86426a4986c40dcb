"""sin(theta_L/2) in depth, for every variance of weights and biases: its inverse grows by at least 2/(3 pi) a layer.

With q and S as in the correlations, cos(theta_L) = S(L)/q(L)."""

from collections.abc import Sequence as Listing
from dataclasses import replace
from typing import Any

import sympy as sp

from deepcond_sym.proof import Proof, Statement, Step, at, eq, fact, forall, interval, le, lt
from deepcond_sym.proof.proof import Use
from deepcond_sym.proof.search.ball_box import angle as by_angle
from deepcond_sym.proof.tactics.arbitrary import scaled
from deepcond_sym.proof.tactics.inductive import inductive
from deepcond_sym.proof.tactics.lemma import lemma
from deepcond_sym.proof.tactics.power_gaps import adds
from deepcond_sym.symbols import rho

from .angles import has_inverse
from .barrier import half_gap, half_sine, positive_sine
from .correlations import S, a, about_ratio, b, bias, covariance, layer, positive, q, weight
from .correlations import one_layer as no_more_than_without
from .half_sine_layer import about_layer, apart, below_one, gain, in_order, squares_at_least, y
from .setting import L, h, layers

different = interval(rho, -1, 1, ")")
frame = forall(layers, different, weight, bias, sequences=[q, S], holds=le(0, 0))
first = (2 * a * rho + b) / (2 * a + b)
"""The correlation S(1)/q(1); sin(theta_1/2) is the root of a (1 - rho)/(2 a + b)."""

start = half_sine(first)
_u, _x, _z = sp.symbols("_u _x _z", real=True)
_slack, _positive, _size = interval(_u, 0, sp.oo, "("), interval(_x, 0, sp.oo, "("), interval(_z, 0, sp.oo, "(")


def cosine(depth: sp.Expr = L) -> sp.Expr:
    """cos(theta) at this depth."""
    return S(depth) / q(depth)


def sine(depth: sp.Expr = L) -> sp.Expr:
    """sin(theta/2) at this depth."""
    return half_sine(cosine(depth))


def kept(depth: sp.Expr = L) -> sp.Expr:
    """a q(L)/q(L + 1): what the bias leaves of 1 - cos(theta)."""
    return a * q(depth) / q(depth + 1)


@lemma("covariances of different inputs are below the variance")
def below_variance(prove: Proof) -> Step:
    """S(L) < q(L)."""
    goal = frame.conclude(lt(S(L), q(L)))
    start = prove.polynomial(lt(2 * a * rho + b, 2 * a + b), different, weight, bias)
    share = prove.polynomial(lt((_z - _u) / _z, 1), _size, _slack)
    less = prove.polynomial(lt(_x * (1 - _u) + b, _x + b), _positive, _slack, bias)
    product = prove.polynomial(lt(0, a * _z), weight, _size)

    def step(later: Statement) -> Step:
        small = fact(prove.chain(
            later.conclude(lt(cosine(), 1)), fact(positive(prove)), at(share, {_z: q(L), _u: q(L) - S(L)})
        ))  # fmt: skip
        return prove.chain(
            later, fact(covariance(prove)), *about_ratio(prove), small, fact(product, {_z: q(L)}),
            fact(below_one(prove), {y: cosine()}), at(layer(prove, 1), {"y": cosine()}),
            at(less, {_x: a * q(L), _u: 1 - h(cosine())}), prove.folded(later, q(L + 1), q(L + 1)),
        )  # fmt: skip

    return inductive(
        prove, goal, L,
        lambda base: prove.chain(base, prove.unfold(base, S(1), S(1)), start, prove.folded(base, q(1), q(1))),
        step,
    )  # fmt: skip


@lemma("correlations of different inputs are below 1")
def cosine_below_one(prove: Proof) -> Step:
    """S(L)/q(L) < 1."""
    share = prove.polynomial(lt((_z - _u) / _z, 1), _size, _slack)
    return prove.chain(
        frame.conclude(lt(cosine(), 1)), fact(positive(prove)), fact(below_variance(prove)),
        at(share, {_z: q(L), _u: q(L) - S(L)}),
    )  # fmt: skip


@lemma("correlations are at least -1, for every bias")
def cosine_at_least(prove: Proof) -> Step:
    """-1 <= S(L)/q(L)."""
    return prove.chain(
        frame.conclude(le(-1, cosine())), fact(covariance(prove)), *about_ratio(prove),
        adds(prove, sp.Integer(-1), 1 + cosine()),
    )  # fmt: skip


def about_sines(prove: Proof, *depths: sp.Expr) -> list[Use]:
    """0 < q, -1 <= cos(theta) < 1 and 0 < sin(theta/2) at these depths, and that the inverses are positive."""
    known = [
        *(fact(law(prove), {L: d}) for law in (positive, cosine_at_least, cosine_below_one) for d in depths),
        *(fact(sign(prove), {rho: cosine(d)}) for sign in (half_gap, positive_sine) for d in depths),
    ]  # fmt: skip
    root = prove.polynomial(le(0, 1 - y**2), interval(y, -1, 1))
    known += [fact(root, {y: cosine(d)}) for d in depths]
    return [*known, *has_inverse(prove, *(term for d in depths for term in (q(d), sine(d))))]


def about_start(prove: Proof) -> list[Use]:
    """0 < sin(theta_1/2), and the same of its inverse."""
    return [*(fact(sign(prove), {rho: first}) for sign in (half_gap, positive_sine)), *has_inverse(prove, start)]


def about_step(prove: Proof) -> list[Use]:
    """What is known at the depths L and L + 1, and of a layer of ReLU between them."""
    return [*about_sines(prove, L, L + 1), *about_layer(prove, cosine())]


@lemma("a layer with a bias")
def after_layer(prove: Proof) -> Step:
    """1 - S(L + 1)/q(L + 1) = a q(L)/q(L + 1) (1 - h(y)), where y = S(L)/q(L)."""
    goal = replace(
        frame, variables=(*frame.variables, interval(y, -1, 1)),
        given=(eq(S(L), y * q(L)), lt(0, q(L)), lt(0, q(L + 1)), lt(0, a * q(L) + b)),
        conclusion=eq(1 - cosine(L + 1), kept() * (1 - h(y))),
    )  # fmt: skip
    return prove.identity(goal, [["unfold", S(L + 1)], ["given", 0], ["unfold", q(L + 1)]])


@lemma("a layer with a bias, at the correlation itself")
def next_gap(prove: Proof) -> Step:
    """1 - S(L + 1)/q(L + 1) = a q(L)/q(L + 1) (1 - h(S(L)/q(L)))."""
    above = prove.polynomial(lt(0, a * _z + b), weight, bias, _size)
    goal = frame.conclude(eq(1 - cosine(L + 1), kept() * (1 - h(cosine()))))
    return prove.chain(
        goal, *about_sines(prove, L, L + 1), fact(above, {_z: q(L)}), at(after_layer(prove), {y: cosine()})
    )


@lemma("the bias leaves no more than there was")
def kept_at_most(prove: Proof) -> Step:
    """a q(L)/q(L + 1) <= 1."""
    share = prove.polynomial(le(_x / (_x + b), 1), _positive, bias)
    product = prove.polynomial(lt(0, a * _z), weight, _size)
    known = fact(positive(prove)), fact(product, {_z: q(L)}), fact(positive(prove), {L: L + 1})
    unfolded = prove.identity(
        replace(frame, given=(lt(0, q(L)), lt(0, q(L + 1)), lt(0, a * q(L) + b)),
                conclusion=eq(kept(), a * q(L) / (a * q(L) + b))), unfold=[q(L + 1)]
    )  # fmt: skip
    above = prove.polynomial(lt(0, a * _z + b), weight, bias, _size)
    return prove.chain(
        frame.conclude(le(kept(), 1)), *known, fact(above, {_z: q(L)}), unfolded, at(share, {_x: a * q(L)})
    )


@lemma("the bias leaves something")
def kept_positive(prove: Proof) -> Step:
    """0 < a q(L)/q(L + 1)."""
    product = prove.polynomial(lt(0, a * _x / _z), weight, _positive, _size)
    return prove.chain(
        frame.conclude(lt(0, kept())), fact(positive(prove)), fact(positive(prove), {L: L + 1}),
        at(product, {_x: q(L), _z: q(L + 1)}),
    )  # fmt: skip


@lemma("a layer adds at least 2/(3 pi) to the inverse sine, for every bias")
def adds_gain(prove: Proof) -> Step:
    """1/sin(theta_L/2) + 2/(3 pi) <= 1/sin(theta_(L+1)/2)."""
    scale = 1 + gain * half_sine(y)
    signs = [prove.ball_box(law, apart, outline=by_angle(y)) for law in (lt(0, scale), le(0, scale**2 / 2))]
    here = scale.subs(y, cosine())
    known = [*about_step(prove), *(fact(sign, {y: cosine()}) for sign in signs)]
    squares = prove.chain(
        frame.conclude(le(here**2 * (1 - cosine(L + 1)) / 2, (1 - cosine()) / 2)), *known,
        fact(no_more_than_without(prove)), scaled(prove, here**2 / 2, 1 - cosine(L + 1), 1 - h(cosine())),
        at(squares_at_least(prove), {y: cosine()}),
    )  # fmt: skip
    return prove.chain(
        frame.conclude(le(1 / sine() + gain, 1 / sine(L + 1))), *known, fact(squares),
        in_order(prove, here, sine(), sine(L + 1), sp.S.One),
    )  # fmt: skip


@lemma("a bias makes the inverse sine larger")
def larger_with_bias(prove: Proof) -> Step:
    """1/sin(T(theta_L)/2) <= 1/sin(theta_(L+1)/2)."""
    then, known = half_sine(h(cosine())), about_step(prove)
    smaller = prove.chain(
        frame.conclude(le((1 - cosine(L + 1)) / 2, (1 - h(cosine())) / 2)), *known, fact(no_more_than_without(prove)),
        scaled(prove, sp.S.Half, 1 - cosine(L + 1), 1 - h(cosine())),
    )  # fmt: skip
    return prove.chain(
        frame.conclude(le(1 / then, 1 / sine(L + 1))), *known, fact(smaller),
        in_order(prove, sp.S.One, then, sine(L + 1), sp.S.One),
    )  # fmt: skip


def equal_where(
    prove: Proof, goal: Statement, positive: Listing[sp.Expr], known: Listing[Use], **rewrite: Any
) -> Step:
    """The goal, an equality between terms that have values where these terms are positive, which is `known`."""
    given = (*goal.given, *(lt(0, term) for term in positive))
    return prove.chain(goal, *known, prove.identity(replace(goal, given=given), **rewrite))


first_signs = [q(1), *(term for c in (cosine(sp.S.One), first) for term in ((1 - c) / 2, half_sine(c)))]
"""What must be positive at depth 1."""


def before_layers(prove: Proof, base: Statement) -> Step:
    """1/sin(theta_1/2) in terms of a, b and rho, which is 1/sin(theta/2) at depth 1, for a goal about the depth 1."""
    known = [*about_sines(prove, sp.S.One), *about_start(prove)]
    goal = base.conclude(eq(1 / start, 1 / sine(sp.S.One)))
    return equal_where(prove, goal, first_signs, known, unfold=[S(1), q(1)])


@lemma("the inverse sine from below, for every bias")
def at_least(prove: Proof) -> Step:
    """1/sin(theta_1/2) + 2 (L - 1)/(3 pi) <= 1/sin(theta_L/2)."""
    goal = frame.conclude(le(1 / start + gain * (L - 1), 1 / sine()))
    return inductive(
        prove, goal, L,
        lambda base: prove.chain(
            base, *about_start(prove), *about_sines(prove, sp.S.One), before_layers(prove, base)
        ),
        lambda step: prove.chain(
            step, *about_start(prove), *about_sines(prove, L, L + 1),
            adds(prove, 1 / start + gain * L, 1 / sine() - 1 / start - gain * (L - 1)), adds_gain(prove),
        ),
    )  # fmt: skip
