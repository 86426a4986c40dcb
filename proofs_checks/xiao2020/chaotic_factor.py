"""B15, the factor l: the distance of the tangent kernel from its limit is at least of the order l chi_{c*}^l."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import sympy as sp

from deepcond_sym.proof import (
    UNCENTRED,
    Claim,
    Instance,
    Proof,
    Statement,
    Step,
    at,
    dual,
    dual_slope,
    eq,
    fact,
    forall,
    interval,
    iterate,
    le,
    lt,
)  # fmt: skip
from deepcond_sym.proof.tactics import power_gaps
from deepcond_sym.proof.tactics.arbitrary import scaled
from deepcond_sym.proof.tactics.inductive import inductive
from deepcond_sym.proof.tactics.lemma import lemma
from deepcond_sym.proof.tactics.power_gaps import adds, b, x
from proofs_checks.agarwal2021.uncentred import at_fixed_point

from . import chaotic_rates, chaotic_steps
from .chaotic_phase import QUADRATIC
from .chaotic_rates import distance, power_known
from .chaotic_sequences import of_sequence
from .chaotic_steps import NON_AFFINE, below, below_one, bend, fixed, settled, settles, slope, slope_in, where
from .setting import c, chi, l, layers, tangent

t = sp.Symbol("t", real=True)
_d, _p, _s, _u, _v, _w = sp.symbols("_d _p _s _u _v _w", real=True)
_from_zero = {s: interval(s, 0, sp.oo) for s in (_d, _u, _v, _w)}
share, _unit, _power = interval(t, 0, 1), interval(_s, 0, 1, ")"), interval(_p, 0, 1)

near = le(bend * (b - c), t * slope * (1 - slope))
"""The start is so near to c* that the curvature costs the share t at most."""

frame = replace(
    chaotic_steps.frame, variables=(*chaotic_steps.frame.variables, share), given=(*chaotic_steps.frame.given, near)
)


@lemma("powers above the tangent from below")
def tangent_of_power(prove: Proof) -> Step:
    """(b - x) i x^(i - 1) <= b^i - x^i for i >= 1 and 0 <= x <= b <= 1: from i to i + 1 the right side is multiplied
    by b >= x and grows by x^i (b - x)."""
    i, unit = power_gaps.i, interval(x, 0, 1)
    goal = forall(
        unit, power_gaps.unit_b, power_gaps.from_one, given=[le(x, b)],
        holds=le((b - x) * i * x ** (i - 1), b**i - x**i),
    )  # fmt: skip
    return inductive(
        prove, goal, i,
        lambda base: prove.chain(base, adds(prove, b - x, b - b)),
        lambda step: prove.chain(
            step, power_gaps.grown(prove, x, b),
            adds(prove, step.conclusion.lhs, x, b**i - x**i - (b - x) * i * x ** (i - 1)),
            adds(prove, x * (b**i - x**i) + x**i * (b - x), b - x, b**i - x**i),
        ),
    )  # fmt: skip


@lemma("dual activations above their tangent from below")
def tangent_of_dual(prove: Proof) -> Step:
    """(b - x) f'(x) <= f(b) - f(x) for 0 <= x <= b < 1."""
    unit = interval(x, 0, 1)
    premise = tangent_of_power(prove).conclusion
    shown = prove.chain(
        forall(unit, below_one, power_gaps.from_one, given=premise.given, holds=premise.conclusion),
        tangent_of_power(prove),
    )
    goal = forall(
        unit, below_one, given=[le(x, b)], family=UNCENTRED, holds=le((b - x) * dual_slope(x), dual(b) - dual(x))
    )
    return prove.vertices(goal, 1, shown)


def known(prove: Proof) -> list:
    """What is known of the correlation in layer l, of f' there, and of chi_{c*}^l."""
    small = prove.power("at most one", _s, l, interval(_s, 0, 1), layers)
    return [
        *where(prove), *slope_in(prove), *power_known(prove), fact(small, {_s: slope}), *settles(prove),
        fact(chaotic_rates.approaches(prove)), fact(chaotic_rates.bend_positive(prove)),
    ]  # fmt: skip


kept = slope * (1 - t * (1 - slope) * slope**l)
"""At most this is left of f'."""


@lemma("slopes near the fixed point from below")
def slope_from_below(prove: Proof) -> Step:
    """chi_{c*} (1 - t (1 - chi_{c*}) chi_{c*}^l) <= f'(c^(l))."""
    bent = dual_slope(iterate(l, c))
    size = slope**l * (b - c) * bend
    more = prove.chain(
        frame.conclude(le(size, slope**l * (t * slope * (1 - slope)))), *known(prove),
        scaled(prove, slope**l, bend * (b - c), t * slope * (1 - slope)),
    )  # fmt: skip
    return prove.chain(
        frame.conclude(le(kept, bent)), *known(prove), fact(more), fact(chaotic_rates.slope_approaches(prove)),
        adds(prove, kept, slope**l * (t * slope * (1 - slope)) - size), adds(prove, slope - size, size - slope + bent),
    )  # fmt: skip


def left(power: Any) -> Any:
    """1 - t (1 - power)."""
    return 1 - t * (1 - power)


@lemma("correlations approach the fixed point no faster")
def no_faster(prove: Proof) -> Step:
    """chi_{c*}^l (c* - c) (1 - t (1 - chi_{c*}^l)) <= c* - c^(l)."""
    gap = b - iterate(l, c)
    # P = chi^l, d = c* - c; the gap is P d left(P) + u, and f' is at least what is kept
    layer = prove.polynomial(
        le(_s * _p * _d * left(_s * _p), (_p * _d * left(_p) + _u) * (_s * (1 - t * (1 - _s) * _p) + _v)),
        _unit, _power, share, *(_from_zero[s] for s in (_d, _u, _v)),
    )  # fmt: skip

    def step(target: Statement) -> Step:
        bent, low = dual_slope(iterate(l, c)), slope**l * (b - c) * left(slope**l)
        return prove.chain(
            target, *known(prove), *where(prove, l + 1), fact(slope_from_below(prove)),
            at(layer, {_s: slope, _p: slope**l, _d: b - c, _u: gap - low, _v: bent - kept}),
            at(tangent_of_dual(prove), {x: iterate(l, c)}),
            at_fixed_point(prove, target, dual(b) - dual(iterate(l, c))),
            prove.folded(target, b - iterate(l + 1, c), iterate(l + 1, c)),
        )  # fmt: skip

    return inductive(
        prove, frame.conclude(le(slope**l * (b - c) * left(slope**l), gap)), l,
        lambda base: prove.chain(base, prove.folded(base, base.conclusion.rhs, iterate(0, c))), step,
    )  # fmt: skip


@lemma("the tangent kernel settles no faster")
def settles_no_faster(prove: Proof) -> Step:
    """l chi_{c*}^l (c* - c) (1 - t) (1 - t (1 - chi_{c*}^l)) <= p* - Theta(l)."""
    low = l * slope**l * (b - c) * (1 - t) * left(slope**l)
    # with P = chi^l and k = l: the distance is low + u, f' is kept + v, c* - c^(l + 1) at least s P d left(s P)
    k = interval(_w, 0, sp.oo)
    layer = prove.polynomial(
        le(
            (_w + 1) * _s * _p * _d * (1 - t) * left(_s * _p),
            _s * _p * _d * left(_s * _p)
            + (_w * _p * _d * (1 - t) * left(_p) + _u) * (_s * (1 - t * (1 - _s) * _p) + _v),
        ),
        _unit, _power, share, k, *(_from_zero[s] for s in (_d, _u, _v)),
    )  # fmt: skip

    def step(target: Statement) -> Step:
        bent, after, before = dual_slope(iterate(l, c)), b - iterate(l + 1, c), distance(l)
        solid = replace(target, given=(*target.given, lt(slope, 1)))
        split = prove.identity(
            solid.conclude(eq(after + (slope - bent) * settled + bent * before, target.conclusion.rhs)),
            using=[(chaotic_steps.next_kernel(prove), {})],
        )
        first = slope ** (l + 1) * (b - c) * left(slope ** (l + 1))
        values = {_s: slope, _p: slope**l, _d: b - c, _u: before - low, _v: bent - kept, _w: l}
        return prove.chain(
            target, *known(prove), *where(prove, l + 1), fact(slope_from_below(prove)),
            fact(no_faster(prove), {l: l + 1}), at(layer, values), adds(prove, first + before * bent, after - first),
            adds(prove, after + before * bent, slope - bent, settled), split,
        )  # fmt: skip

    return inductive(
        prove, frame.conclude(le(low, distance(l))), l,
        lambda base: prove.chain(
            base, *where(prove, 0), *settles(prove), adds(prove, sp.S.Zero, settled),
            prove.identity(
                replace(base, given=(*base.given, lt(slope, 1)), conclusion=eq(settled, distance(0))),
                using=[(chaotic_steps.no_kernel(prove), {})],
            ),
        ),
        step,
    )  # fmt: skip


@lemma("the factor l")
def factor(prove: Proof) -> Step:
    """l chi_{c*}^l (c* - c) (1 - t)^2 <= p* - Theta(l)."""
    less = prove.polynomial(
        le(l * _p * _d * (1 - t) ** 2, l * _p * _d * (1 - t) * left(_p)), layers, _power, share, _from_zero[_d]
    )
    return prove.chain(
        frame.conclude(le(l * slope**l * (b - c) * (1 - t) ** 2, distance(l))), *known(prove),
        at(less, {_p: slope**l, _d: b - c}), settles_no_faster(prove),
    )  # fmt: skip


_HALF = Fraction(1, 2)

claim = Claim(
    "xiao2020/B15-factor",
    title="Chaotic phase: the tangent kernel is at least of the order l chi_c*^l away from its limit",
    source="the factor l in the error off the diagonal",
    provenance="derived here",
    printed=r"c^*-c^{(l)}\ge(1-t)\,\chi_{c^*}^l(c^*-c^{(0)}),\quad"
    r" p^*_{ab}-p^{(l)}_{ab}\ge(1-t)^2\,l\,\chi_{c^*}^l\,q^*(c^*-c^{(0)})",
    note=r"For $0\le c^{(0)}\le c^*$ so near to $c^*$ that $\frac{\chi_1-\chi_{c^*}}{1-c^*}(c^*-c^{(0)})\le"
    r" t\,\chi_{c^*}(1-\chi_{c^*})$ with $t<1$; every start below $c^*$ gets there, and then this counts the layers"
    r" from there on. With xiao2020/B15 the error is of the order $l\chi_{c^*}^l$ exactly, so that the factor $l$ is"
    r" needed there and in xiao2020/B30, wherever $c^{(0)}<c^*$ and $\chi_{c^*}>0$. In units of $q^*$,"
    r" $\Theta^{(0)}=0$.",
    beside=("xiao2020/B15", "xiao2020/B54-starts"),
    parameters={"part": (1 - t) ** 2, "rate": slope, "near": (near,)},
    witnesses=(
        (0, Instance({b: _HALF, c: Fraction(7, 16), t: _HALF, l: Fraction(12)}, QUADRATIC)),
        (1, Instance({b: _HALF, c: Fraction(7, 16), t: _HALF, l: Fraction(200)}, QUADRATIC)),
        (0, Instance({b: _HALF, c: Fraction(0), t: Fraction(0), l: Fraction(12)}, QUADRATIC)),
    ),
)


@claim.states
def statement(part, rate, near):
    box, given = (below, below_one, layers, share), (fixed, le(c, b), *near)
    return (
        forall(
            *box, given=given, family=NON_AFFINE, holds=le(rate**l * (b - c) * (1 - t), b - iterate(l, c)),
            label="correlations",
        ),
        forall(
            *box, given=[*given, lt(1, chi)], family=NON_AFFINE, sequences=[tangent],
            holds=le(l * rate**l * (b - c) * part, settled - tangent(l)), label="tangent kernel",
        ),
    )  # fmt: skip


@claim.proves
def proof(prove, goal, part, rate, near):
    """f lies above its tangents, and f' loses at most the share t chi_c*^l (1 - chi_c*) of chi_c* in layer l."""
    correlations, kernels = goal
    less = prove.polynomial(
        le(_p * _d * (1 - t), _p * _d * left(_p)), _power, share, _from_zero[_d]
    )
    return [
        prove.chain(
            correlations, *known(prove), at(less, {_p: slope**l, _d: b - c}), no_faster(prove)
        ),
        of_sequence(prove, kernels, factor(prove)),
    ]  # fmt: skip


claim.mutant("four times as much", part=4)
claim.mutant("l^2", part=l * (1 - t) ** 2)
claim.mutant("a slower rate", rate=(1 + slope) / 2)
claim.mutant("from any start", near=())
