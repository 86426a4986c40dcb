"""The tangent kernel for weight variance 2 and a bias: 2/7 b m^2 up to a term of the order m^(3/2), m = L + 2/b.

T(L + 1) = (1 - theta/pi) T(L) + S(L + 1), where theta/pi is about 3/(2 m) and S about b m: 2 (2/7) = 1 - 3/2 (2/7)."""

from dataclasses import replace

import sympy as sp

from deepcond_sym.proof import Proof, Statement, Step, at, eq, fact, forall, interval, le, lt
from deepcond_sym.proof.proof import Use
from deepcond_sym.proof.tactics.arbitrary import scaled
from deepcond_sym.proof.tactics.inductive import inductive
from deepcond_sym.proof.tactics.lemma import lemma
from deepcond_sym.proof.tactics.power_gaps import adds
from deepcond_sym.symbols import rho

from .correlations import S, a, b, layer, positive, q, ratio
from .critical_angle import (
    about_depth,
    about_first,
    at_least,
    at_most,
    from_above,
    from_below,
    middle,
    room_positive,
    share,
)
from .critical_steps import (
    about_roots,
    apart,
    below_variance,
    bias,
    from_one,
    from_zero,
    m,
    positives,
    r,
    room,
    row,
    start,
    start_positive,
    variance,
    x,
    y,
    z,
)
from .critical_steps import frame as covariances
from .ordered_kernels import raises
from .setting import L, h, layers
from .variances import recursion

P, T = recursion(2 * a, b, rho)[2:]
frame = replace(covariances, sequences=(q, S, P, T))
inside = interval(y, -1, 1)

below = sp.Rational(4, 5) * (1 + 1 / b) * (1 + 5 / b)
above = room + sp.Rational(1, 2)
"""T is 2/7 b m^2, up to these times b m^(3/2)."""



def main(depth: sp.Expr = L) -> sp.Expr:
    """2/7 b m^2."""
    return sp.Rational(2, 7) * b * m(depth) ** 2


def error(size: sp.Expr, depth: sp.Expr = L) -> sp.Expr:
    """b size m^(3/2)."""
    return b * size * r(depth) ** 3


@lemma("the gap on the critical line is positive")
def gap_positive(prove: Proof) -> Step:
    """0 < b m - S."""
    positive_number = prove.polynomial(lt(0, x), positives[x])
    return prove.chain(
        covariances.conclude(lt(0, b * m() - S(L))), fact(below_variance(prove)), at(positive_number, {x: q(L) - S(L)}),
        prove.identity(covariances.conclude(eq(q(L) - S(L), b * m() - S(L))), using=[(variance(prove), {L: L})]),
    )  # fmt: skip


@lemma("the gap on the critical line does not grow")
def gap_at_most(prove: Proof) -> Step:
    """b m - S <= 4."""
    gap = b * m() - S(L)
    first = prove.polynomial(le(b * m(sp.S.One) - 2 * a * rho - b, 4), apart, row, bias)
    goal = replace(covariances, variables=(*covariances.variables, inside), given=(eq(S(L), y * q(L)),))
    after = prove.identity(
        goal.conclude(eq(b * m(L + 1) - S(L + 1), b * m() * (1 - h(y)))),
        using=[(layer(prove, 1), {}), (variance(prove), {L: L})],
    )  # fmt: skip
    before = prove.identity(
        goal.conclude(eq(b * m() * (1 - y), gap)), [["given", 0], ["use", variance(prove), {L: L}]]
    )
    size = prove.polynomial(le(0, b * m()), layers, bias)
    return inductive(
        prove, covariances.conclude(le(gap, 4)), L,
        lambda base: prove.chain(base, prove.unfold(base, base.conclusion.lhs, S(1)), first),
        lambda step: prove.chain(
            step, *about_depth(prove), fact(positive(prove)), fact(size), fact(raises(prove), {"r": ratio}),
            at(after, {y: ratio}),
            scaled(prove, b * m(), 1 - h(ratio), 1 - ratio), at(before, {y: ratio}), adds(prove, gap, 4 - gap),
        ),
    )  # fmt: skip


@lemma("one layer of the tangent kernel on the critical line")
def one_layer(prove: Proof) -> Step:
    """T(L + 1) = (1 - theta/pi) T(L) + S(L + 1)."""
    return _one_layer(prove, T(L + 1), _next(y))


@lemma("one layer of the tangent kernel on the critical line, from the right")
def one_layer_back(prove: Proof) -> Step:
    """(1 - theta/pi) T(L) + S(L + 1) = T(L + 1)."""
    return _one_layer(prove, _next(y), T(L + 1))


def _next(c: sp.Expr) -> sp.Expr:
    return (1 - sp.acos(c) / sp.pi) * T(L) + S(L + 1)


def _one_layer(prove: Proof, left: sp.Expr, right: sp.Expr) -> Step:
    goal = replace(
        frame, variables=(*frame.variables, inside), given=(eq(S(L), y * q(L)),), conclusion=eq(left, right)
    )
    return prove.identity(goal, [["unfold", T(L + 1)], ["given", 0]])


def _known(prove: Proof) -> list[Use]:
    """Signs of what one layer of the tangent kernel is made of; m is written as r^2."""
    laws = le(0, sp.acos(y) / sp.pi), le(0, 1 - sp.acos(y) / sp.pi)
    main_sign = prove.polynomial(le(0, sp.Rational(2, 7) * b * z**4), bias, positives[z])
    return [
        *about_depth(prove), *about_roots(prove), fact(positive(prove)), fact(room_positive(prove)),
        *(fact(prove.ball_box(law, inside), {y: ratio}) for law in laws), fact(gap_positive(prove), {L: L + 1}),
        fact(gap_at_most(prove), {L: L + 1}), fact(at_most(prove)), fact(at_least(prove)), fact(main_sign, {z: r()}),
    ]  # fmt: skip


@lemma("the tangent kernel on the critical line, from below")
def tangent_at_least(prove: Proof) -> Step:
    """2/7 b m^2 - b c m^(3/2) <= T(L), c = 4/5 (1 + 1/b) (1 + 5/b)."""
    bound = lambda depth: main(depth) - error(below, depth)  # noqa: E731
    size = sp.Rational(2, 7) * from_above
    once = m(sp.S.One)
    first = prove.polynomial(
        le(sp.Rational(2, 7) * b * once**2 - b * below * once * z, 2 * a * rho + b), apart, row, bias, from_one
    )
    rest = b * z * (sp.Rational(3, 2) * below - size) + sp.Rational(5, 7) * b - 4
    spare = prove.polynomial(le(0, rest), bias, from_one)
    signs = [prove.polynomial(le(0, b * below), bias), prove.polynomial(le(0, b * below * z**3), bias, positives[z])]
    cubes = r(L + 1) ** 3 - r() ** 3 - sp.Rational(3, 2) * r()
    taken = middle + from_above / r() ** 3
    without = main(L + 1) - error(below) - sp.Rational(3, 2) * b * below * r()

    def step(later: Statement) -> Step:
        kept = main() - error(below) - taken * main()
        return prove.chain(
            later, *_known(prove), fact(signs[0]), fact(signs[1], {z: r()}), fact(spare, {z: r()}),
            adds(prove, bound(L + 1), b * below, cubes), adds(prove, without, rest.subs(z, r())),
            adds(prove, kept + b * m(L + 1) - 4, 4 - b * m(L + 1) + S(L + 1)),
            adds(prove, kept + S(L + 1), main(), taken - share),
            adds(prove, main() - error(below) - share * main() + S(L + 1), share, error(below)),
            adds(prove, (1 - share) * bound(L) + S(L + 1), 1 - share, T(L) - bound(L)),
            at(one_layer_back(prove), {y: ratio}),
        )  # fmt: skip

    return inductive(
        prove, frame.conclude(le(bound(L), T(L))), L,
        lambda base: prove.chain(
            base, *about_first(prove), at(first, {z: r(sp.S.One)}), prove.folded(base, T(1), T(1))
        ),
        step,
    )  # fmt: skip


@lemma("the tangent kernel on the critical line, from above")
def tangent_at_most(prove: Proof) -> Step:
    """T(L) <= 2/7 b m^2 + b C m^(3/2), C = room + 1/2."""
    bound = lambda depth: main(depth) + error(above, depth)  # noqa: E731
    once, half, seventh = m(sp.S.One), sp.Rational(3, 2), sp.Rational(2, 7)
    first = prove.polynomial(
        le(2 * a * rho + b, seventh * b * once**2 + b * (above - start + x) * once * z),
        apart, row, bias, from_zero[x], from_one,
    )  # fmt: skip
    rest = b * z * (half * (x + sp.S.Half) - seventh * 5 * x) - sp.Rational(5, 7) * b
    spare = prove.polynomial(le(0, rest), bias, from_zero[x], from_one)
    signs = [prove.polynomial(le(0, b * (x + sp.S.Half) * z**k), bias, from_zero[x], positives[z]) for k in (0, 3)]
    cubes = r(L + 1) ** 3 - r() ** 3 - half * r()
    taken = middle - from_below / r() ** 3

    def step(later: Statement) -> Step:
        kept = main() + error(above) - taken * main()
        return prove.chain(
            later, *_known(prove), *(fact(sign, {x: room, z: r()}) for sign in signs), fact(spare, {x: room, z: r()}),
            at(one_layer(prove), {y: ratio}),
            adds(prove, (1 - share) * T(L) + S(L + 1), 1 - share, bound(L) - T(L)),
            adds(prove, (1 - share) * bound(L) + S(L + 1), share, error(above)),
            adds(prove, main() + error(above) - share * main() + S(L + 1), main(), share - taken),
            adds(prove, kept + S(L + 1), b * m(L + 1) - S(L + 1)),
            adds(prove, kept + b * m(L + 1), rest.subs({x: room, z: r()})),
            adds(prove, main(L + 1) + error(above) + half * b * above * r(), b * above, cubes),
        )  # fmt: skip

    return inductive(
        prove, frame.conclude(le(T(L), bound(L))), L,
        lambda base: prove.chain(
            base, *about_first(prove), fact(start_positive(prove)), prove.unfold(base, T(1), T(1)),
            at(first, {x: start, z: r(sp.S.One)}),
        ),
        step,
    )  # fmt: skip


@lemma("the tangent kernel on the diagonal, on the critical line")
def diagonal(prove: Proof) -> Step:
    """P(L) = b L (L + 1 + 4/b)/2."""
    goal = forall(layers, row, bias, sequences=[q, P], holds=eq(P(L), b * L * (L + 1 + 4 / b) / 2))
    return prove.closed_form(goal, variance(prove))
