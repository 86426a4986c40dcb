"""The inverse gap 1/(1 - c) of erf on its critical line: what all layers together add to it."""

import sympy as sp

from deepcond_sym.proof import Proof, Statement, Step, at, fact, forall, interval, le, lt
from deepcond_sym.proof.proof import Use
from deepcond_sym.proof.tactics.inductive import inductive
from deepcond_sym.proof.tactics.lemma import lemma
from deepcond_sym.proof.tactics.power_gaps import adds
from proofs_checks.starnaud2025.angle_steps import logarithm

from .critical_depth import (
    about,
    correlations,
    first_gap,
    frame,
    from_zero,
    gain,
    gap,
    law,
    layer,
    least,
    loss,
    scale,
    third,
)  # fmt: skip
from .critical_map import ratio
from .setting import l, layers

first = 1 / first_gap
"""1/gamma_0."""

_u, _v, _x, _z = sp.symbols("_u _v _x _z", real=True)
positive_u, positive_v = (interval(symbol, 0, sp.oo, "(") for symbol in (_u, _v))
from_zero_u, from_zero_v = (interval(symbol, 0, sp.oo) for symbol in (_u, _v))


def inverse(depth: sp.Expr = l) -> sp.Expr:
    """1/gamma_l."""
    return 1 / gap(depth)


def stretch(depth: sp.Expr = l) -> sp.Expr:
    """1 + b gamma_0 l: by this factor the gap has shrunk at least."""
    return 1 + least * first_gap * depth


def constants(prove: Proof) -> list[Use]:
    """The signs of the constants of the critical line, and 1 <= 1/gamma_0."""
    known = [fact(prove.polynomial(lt(0, c), ratio)) for c in (gain, loss, least, scale, third)]
    known += [fact(prove.polynomial(relation, from_zero)) for relation in (lt(0, first_gap), le(1, first))]
    return known


def about_inverse(prove: Proof, *depths: sp.Expr) -> list[Use]:
    """`about`, and 0 < 1/gamma, 1 <= 1/gamma."""
    unit = interval(_u, 0, 1, "(")
    laws = [prove.polynomial(relation, unit) for relation in (lt(0, 1 / _u), le(1, 1 / _u))]
    return [*about(prove, *depths), *(fact(step, {_u: gap(depth)}) for depth in depths for step in laws)]


def folded_start(prove: Proof, goal: Statement) -> Step:
    """1/gamma_0 = 1/gap(0), which is known to be positive."""
    same = forall(ratio, from_zero, sequences=goal.sequences, given=[lt(0, gap(sp.S.Zero))], holds=le(0, 0))
    return prove.folded(same, inverse(sp.S.Zero), correlations(0))


def unfolded_start(prove: Proof, goal: Statement) -> Step:
    """1/gap(0) = 1/gamma_0."""
    same = forall(ratio, from_zero, sequences=goal.sequences, given=[lt(0, gap(sp.S.Zero))], holds=le(0, 0))
    return prove.unfold(same, inverse(sp.S.Zero), correlations(0))


@lemma("the inverse gap, from above")
def at_most(prove: Proof) -> Step:
    """1/gamma_l <= 1/gamma_0 + A l."""
    bound = first + gain * l
    return inductive(
        prove, frame.conclude(le(inverse(), bound)), l,
        lambda base: prove.chain(base, *about(prove, sp.S.Zero), unfolded_start(prove, base)),
        lambda step: prove.chain(
            step, *about(prove, l, l + 1), fact(law(prove, "gains")),
            adds(prove, inverse(l + 1), gain - layer().gained), adds(prove, inverse() + gain, bound - inverse()),
        ),
    )  # fmt: skip


@lemma("the inverse gap, from below")
def at_least(prove: Proof) -> Step:
    """1/gamma_0 + b l <= 1/gamma_l."""
    bound = first + least * l
    return inductive(
        prove, frame.conclude(le(bound, inverse())), l,
        lambda base: prove.chain(base, *about(prove, sp.S.Zero), folded_start(prove, base)),
        lambda step: prove.chain(
            step, *about(prove, l, l + 1), fact(law(prove, "gains least")),
            adds(prove, bound + least, inverse() - bound), adds(prove, inverse() + least, layer().gained - least),
        ),
    )  # fmt: skip


def about_stretch(prove: Proof, *depths: sp.Expr) -> list[Use]:
    """1 <= 1 + b gamma_0 l, which grows with l, and the sign of 1/gamma_0 + b l."""
    value = 1 + _u * _v * l
    laws = [
        prove.polynomial(relation, positive_u, positive_v, layers)
        for relation in (lt(0, value), le(1, value), le(value, value.subs(l, l + 1)), lt(0, 1 / _v + _u * l))
    ]
    return [fact(step, {_u: least, _v: first_gap, l: depth}) for step in laws for depth in depths]


@lemma("the gap, from above")
def small(prove: Proof) -> Step:
    """gamma_l <= 1/(1/gamma_0 + b l)."""
    below = prove.polynomial(le(_u, 1 / (1 / _u - _v + _v)), positive_u, from_zero_v)
    floor = first + least * l
    turned = prove.polynomial(le(1 / (_v + _u), 1 / _v), positive_v, from_zero_u)
    return prove.chain(
        frame.conclude(le(gap(), 1 / floor)), *constants(prove), *about_inverse(prove, l), *about_stretch(prove, l),
        fact(at_least(prove)), at(below, {_u: gap(), _v: 0}), at(turned, {_v: floor, _u: inverse() - floor}),
    )  # fmt: skip


@lemma("the inverse gap, nearly from below")
def nearly_at_least(prove: Proof) -> Step:
    """1/gamma_0 + A l - |kappa'| A^2/b log(1 + b gamma_0 l) <= 1/gamma_l."""
    per = loss / least
    bound = lambda depth: first + gain * depth - per * sp.log(stretch(depth))  # noqa: E731
    share = prove.polynomial(lt(0, per), ratio)
    old, new, lid = stretch(), stretch(l + 1), 1 / (first + least * (l + 1))

    def step(goal: Statement) -> Step:
        grown = sp.log(new) - sp.log(old)
        known = [
            *constants(prove), fact(share), *about_inverse(prove, l, l + 1), *about_stretch(prove, l, l + 1),
            fact(small(prove), {l: l + 1}), fact(law(prove, "gains nearly")),
            fact(logarithm(prove), {"_x": old, "_z": new}),
        ]  # fmt: skip
        return prove.chain(
            goal, *known, adds(prove, bound(l + 1), per, grown - (new - old) / new),
            adds(prove, bound(l) + gain - loss * lid, loss, lid - gap(l + 1)),
            adds(prove, bound(l) + gain - loss * gap(l + 1), inverse() - bound(l)),
            adds(prove, inverse() + gain - loss * gap(l + 1), layer().gained - gain + loss * gap(l + 1)),
        )  # fmt: skip

    return inductive(
        prove, frame.conclude(le(bound(l), inverse())), l,
        lambda base: prove.chain(base, *about(prove, sp.S.Zero), folded_start(prove, base)), step,
    )  # fmt: skip
