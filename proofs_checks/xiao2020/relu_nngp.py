"""B40b: the NNGP kernel of ReLU at (2, 0) for m points: the bulk is 9 pi^2/2 l^(-2), kappa of the order l^2."""

from dataclasses import replace
from fractions import Fraction

import sympy as sp

from deepcond_sym.proof import (
    RELU,
    Claim,
    Instance,
    Proof,
    Statement,
    Step,
    Verdict,
    column,
    fact,
    forall,
    index,
    inner,
    interval,
    iterate,
    largest,
    le,
    lt,
    row,
    smallest,
)  # fmt: skip
from deepcond_sym.proof.instance import equicorrelated
from deepcond_sym.proof.proof import Use
from deepcond_sym.proof.tactics.lemma import lemma
from deepcond_sym.proof.tactics.monotone import one_stays
from deepcond_sym.proof.tactics.power_gaps import adds
from deepcond_sym.symbols import rho
from proofs_checks.agarwal2021.setting import L
from proofs_checks.starnaud2025.angle_steps import about, about_stretch, more_logarithm
from proofs_checks.starnaud2025.angles import angle, below_one, has_inverse
from proofs_checks.starnaud2025.angles import apart as different
from proofs_checks.starnaud2025.logarithm_steps import positive
from proofs_checks.starnaud2025.near_constant import X
from proofs_checks.starnaud2025.one_layer import rest, third
from proofs_checks.starnaud2025.separated import r

from .near_by_depth import ByDepth
from .near_constant import n
from .relu_limits import at_least_limit, at_most, limit, shortfall
from .setting import apart, c, l, layers

_, deep = index("l", 7)
"""From here on 9 pi^2/(2 l^2) < 1."""

_x = sp.Symbol("_x", real=True)
A = sp.Symbol("A", real=True)
gap, scale = limit / l**2, 27 * sp.pi**3 / l**3
grown = sp.log(1 + l / 3)


@lemma("correlations of ReLU near 1 - 9 pi^2/(2 l^2)")
def near(prove: Proof) -> Step:
    """|iterate(l, rho) - 1 + 9 pi^2/(2 l^2)| <= 27 pi^3/l^3 (1/theta + 2/(3 pi) + pi/8 + 2/pi log(1 + l/3))."""
    inside, value = iterate(l, rho) - kernel.number, angle(rho)
    bound = kernel.u + kernel.v / value
    goal = forall(different, deep, family=RELU, holds=le(sp.Abs(inside), bound))
    stretch = 1 + value * third * l
    wider = prove.polynomial(le(0, (1 - _x / sp.pi) * l / 3), deep, interval(_x, 0, sp.pi))
    known = [
        *about(prove), *about_stretch(prove, l), *has_inverse(prove, value), fact(at_most(prove), {L: l}),
        fact(at_least_limit(prove), {L: l}), *_signs(prove), fact(wider, {_x: value}),
        *positive(prove, rest, 2 / sp.pi),
        fact(prove.polynomial(le(1, 1 + l / 3), deep)), fact(more_logarithm(prove), {"_x": stretch, "_z": 1 + l / 3}),
        fact(prove.polynomial(le(0, scale), deep)), fact(prove.polynomial(le(0, l**-2), deep)),
        fact(prove.polynomial(le(0, scale / _x), deep, interval(_x, 0, sp.oo, "(")), {_x: value}),
    ]  # fmt: skip
    lacking = shortfall(rho, l) / (27 * sp.pi**3)
    above = prove.chain(
        goal.conclude(le(inside, bound)), *known,
        adds(prove, inside, l**-2, shortfall(rho, l) / l - limit + l**2 * (1 - iterate(l, rho))),
        adds(prove, scale * lacking, scale, 2 / sp.pi, grown - sp.log(stretch)),
        adds(prove, scale * (lacking + 2 / sp.pi * (grown - sp.log(stretch))), scale, rest, sp.pi - value),
    )  # fmt: skip
    below = prove.chain(
        goal.conclude(le(-inside, bound)), *known,
        adds(prove, -inside, l**-2, limit - l**2 * (1 - iterate(l, rho))), adds(prove, sp.S.Zero, kernel.u),
        adds(prove, kernel.u, scale / value),
    )  # fmt: skip
    return prove.absolute_value(goal, above, below)


def _signs(prove: Proof) -> list[Use]:
    """0 <= 1 - 9 pi^2/(2 l^2) < 1, and the signs of the errors."""
    above = prove.polynomial(le(1, 1 + l / 3), deep)
    log = prove.chain(forall(deep, holds=le(0, grown)), prove.monotone("log", above))
    first = prove.polynomial(le(0, scale * (rest * sp.pi + sp.pi / 8 + 2 / sp.pi * _x)), deep, interval(_x, 0, sp.oo))
    laws = le(0, 1 - gap), lt(1 - gap, 1), le(0, scale)
    return [fact(log), fact(first, {_x: grown}), *(fact(prove.polynomial(law, deep)) for law in laws)]


kernel = ByDepth(
    entry=lambda x: iterate(l, x), one=lambda prove: [(one_stays(prove), {L: l})], law=near, number=1 - gap,
    u=scale * (rest * sp.pi + sp.pi / 8 + 2 / sp.pi * grown), v=scale, facts=_signs, depths=deep,
)  # fmt: skip
low, high = (of(kernel.entry(inner(X, row, column)), n) for of in (smallest, largest))
_TWO = Instance({l: Fraction(1000), n: Fraction(2), r: Fraction(0)}, matrices={"X": equicorrelated(2, Fraction(0))})

claim = Claim(
    "xiao2020/B40b",
    title="ReLU at (2, 0): the bulk of the NNGP kernel is 9 pi^2/2 l^-2, kappa 2 m/(9 pi^2) l^2",
    source="derived: ReLU in the critical row of the NNGP table",
    printed=r"l^2\lambda_{bulk}/q^*\to\frac{9\pi^2}2,\qquad\kappa/l^2\to\frac{2m}{9\pi^2}\ \text{(not order }l)",
    note=r"For every $m\ge2$, every depth $l\ge7$ and all data with angles of at least $\theta$, with"
    r" $g=\frac{9\pi^2}{2l^2}$ and $E=\frac{27\pi^3}{l^3}\big(\frac1\theta+\frac2{3\pi}+\frac\pi8+\frac2\pi\log(1+"
    r"\frac l3)\big)$, both in units of $q^*$: all eigenvalues but the largest are in $[g-(m-1)E,g+(m-1)E]$,"
    r" $|\lambda_{\max}-m+(m-1)g|\le(m-1)E$ and, where $(m-1)E<g$, $|\kappa-\frac{2ml^2}{9\pi^2}+m-1|\le"
    r"\frac{(m-1)(m-(m-2)g)E}{g(g-(m-1)E)}=O(l\log l)$. From above the bulk is stated as"
    r" $\lambda_{\max}(K-(1-g)\mathbf{11}^\top)$, which bounds all eigenvalues but the largest, as $\mathbf{11}^\top$"
    r" has rank one. The last part: for every $A$, $1/\gamma^{(l)}\ge Al$ from depth $\frac{9\pi^2}2A$ on.",
    beside=("xiao2020/B40", "xiao2020/B40b-smooth-rate"),
    parameters={"bulk": limit, "kappa": 1 / limit, "power": 2},
    witnesses=(*((part, _TWO) for part in (0, 1, 5)), (6, Instance({c: Fraction(-1), l: Fraction(7), A: Fraction(1)}))),
)


@claim.states
def statement(bulk, kappa, power):
    error, frame, g = kernel.error, kernel.frame, bulk / l**2
    spread, top = (n - 1) * error, 1 + (n - 1) * (1 - gap)
    bounds = {
        "smallest, from below": le(g - spread, low),
        "smallest, from above": le(low, g + error),
        "bulk, from above": le(largest(kernel.off_by, n), gap + spread),
        "largest, from above": le(high, top + spread),
        "largest, from below": le(top - spread, high),
    }
    condition = le(sp.Abs(high / low - kappa * n * l**2 + n - 1), kernel.distance)
    return (
        *(replace(frame, conclusion=holds, label=label) for label, holds in bounds.items()),
        replace(frame, given=(*frame.given, kernel.small), conclusion=condition, label="condition number"),
        forall(
            apart, layers, interval(A, 0, sp.oo), given=[le(limit * A, l ** (power - 1))], family=RELU,
            holds=le(A * l, 1 / (1 - iterate(l, c))), label="beyond every line",
        ),
    )  # fmt: skip


@claim.proves
def proof(prove, goal, bulk, kappa, power):
    """The entries are within E of 1 - g (xiao2020/B40): Gershgorin for K - (1 - g) 11^T, and Weyl."""
    *extremes, condition, line = goal
    shown = kernel.spectrum(prove)
    bounds = (
        shown.smallest_from_below(), shown.smallest_from_above(), shown.bulk_from_above(), shown.largest_from_above(),
        shown.largest_from_below(),
    )  # fmt: skip
    room = prove.polynomial(lt(0, 4 / limit * l**2 * _x), deep, interval(_x, 0, sp.oo, "("))
    positive_room = fact(room, {_x: 1 - kernel.number - (n - 1) * kernel.error})
    return [
        *(kernel.by_depth(prove, part, bound) for part, bound in zip(extremes, bounds, strict=True)),
        kernel.condition(prove, condition, 0, positive_room), _beyond_line(prove, line),
    ]  # fmt: skip


def _beyond_line(prove: Proof, goal: Statement) -> Step:
    """A l <= l^2/(9 pi^2/2) <= 1/gamma."""
    value = 1 - iterate(l, c)
    share = prove.polynomial(lt(0, 1 / _x), interval(_x, 0, sp.oo, "("))
    return prove.chain(
        goal, fact(below_one(prove), {rho: c, L: l}), fact(share, {_x: value}), fact(at_most(prove), {rho: c, L: l}),
        fact(prove.polynomial(le(0, 1 / limit), layers)),
        adds(prove, A * l, 1 / limit, l, l - limit * A),
        adds(prove, l**2 / limit, 1 / limit, 1 / value, limit - l**2 * value),
    )  # fmt: skip


claim.mutant("3 pi^2 in place of 9 pi^2/2", bulk=3 * sp.pi**2)
claim.mutant("1/(9 pi^2) in place of 2/(9 pi^2)", kappa=1 / (9 * sp.pi**2))
claim.mutant("beyond every line from l^2 >= 9 pi^2/2 A on", power=3)

smooth = Claim(
    "xiao2020/B40b-smooth-rate",
    title="The NNGP rate of smooth critical activations, applied to ReLU",
    source="as reported, the critical row of the NNGP table, which supposes smooth activations",
    provenance="as reported",
    printed=r"\lambda_{bulk}=O(l^{-1}),\ \kappa=\Omega(mq^*l),\text{ read as orders: }\frac1{\gamma^{(l)}}\le\frac1"
    r"{\gamma^{(0)}}(1+A\,l)\text{ for every depth}",
    expected=Verdict.REFUTED,
    note=r"The critical row of the NNGP table, for ReLU. As mere bounds $O$ and $\Omega$ the row is true; the orders"
    r" are $l^{-2}$ and $l^2$. Smooth activations gain at most $\frac12f''(1)$ a layer in $1/\gamma$; for ReLU"
    r" $f''(1)=\infty$, and no $A$ will do. The replacement, with its last part for every $A$, is xiao2020/B40b.",
    beside=("xiao2020/B40b",),
    parameters={"depth": l},
    witnesses=((0, Instance({c: Fraction(0), l: Fraction(40), A: Fraction(1)})),),
)


@smooth.states
def smooth_statement(depth):
    here, there = 1 / (1 - c), 1 / (1 - iterate(l, c))
    return forall(apart, layers, interval(A, 1, sp.oo), family=RELU, holds=le(there, here * (1 + A * depth)))


smooth.mutant("l^2, for which it is true", depth=l**2)
smooth.mutant("l^3, for which it is true", depth=l**3)
