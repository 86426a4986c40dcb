"""B40, continued, and B56: the spectrum of ReLU's tangent kernel at (2, 0) for m points, and the logarithm in kappa.

The matrix depends on the inputs through their correlations after one layer, which are inner products of unit vectors:
c^(1)_ij = x_i . x_j, so that Theta^(l)/(l q*) has the entries ntk(l - 1, x_i . x_j)/l."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import sympy as sp

from deepcond_sym.proof import (
    RELU,
    Claim,
    Instance,
    Proof,
    Statement,
    Step,
    at,
    column,
    fact,
    forall,
    inner,
    interval,
    largest,
    le,
    lt,
    ntk,
    row,
    smallest,
)  # fmt: skip
from deepcond_sym.proof.instance import equicorrelated
from deepcond_sym.proof.proof import Use
from deepcond_sym.proof.tactics.arbitrary import scaled
from deepcond_sym.proof.tactics.lemma import lemma
from deepcond_sym.symbols import rho
from proofs_checks.agarwal2021.setting import L
from proofs_checks.starnaud2025.angle_steps import about
from proofs_checks.starnaud2025.angles import apart as different
from proofs_checks.starnaud2025.near_constant import X
from proofs_checks.starnaud2025.near_limit import diagonal, k
from proofs_checks.starnaud2025.separated import near_quarter, r

from . import relu_logarithms as logarithms
from .near_by_depth import ByDepth
from .near_constant import n, several
from .setting import from_one, l

log = sp.log(l)
quarter, three_eighths, three_quarters = sp.Rational(1, 4), sp.Rational(3, 8), sp.Rational(3, 4)
_x, _y = sp.symbols("_x _y", real=True)
_both = _positive, _ = interval(_x, 0, sp.oo), interval(_y, 0, sp.oo)


def entry(correlation: Any) -> Any:
    """Theta^(l)/(l q*) of two inputs with this correlation after one layer."""
    return ntk(l - 1, correlation) / l


def _one(prove: Proof) -> list[tuple[Step, dict]]:
    return [(diagonal(prove), {k: l - 1})]


@lemma("the tangent kernel over the depth is near 1/4")
def near(prove: Proof) -> Step:
    """|ntk(l - 1, rho)/l - 1/4| <= (14/25 + 3/2 log(l))/l + 3 pi/4/l/theta."""
    goal = forall(
        different, from_one, family=RELU,
        holds=le(sp.Abs(entry(rho) - quarter), simple.u + simple.v / sp.acos(rho)),
    )  # fmt: skip
    return prove.chain(goal, *about(prove), at(near_quarter(prove), {L: l - 1}))


@lemma("the tangent kernel over the depth with its logarithm")
def near_logarithm(prove: Proof) -> Step:
    """|ntk(l - 1, rho)/l - 1/4 - 3 log(l)/(8 l)| <= 21/4/l + 15 pi/8/l/theta."""
    bound = sharp.u + sharp.v / sp.acos(rho)
    inside = entry(rho) - sharp.number
    goal = forall(different, from_one, family=RELU, holds=le(sp.Abs(inside), bound))
    share = fact(prove.polynomial(le(0, 1 / l), from_one))

    def side(sign: int) -> Step:
        law = logarithms.kernel_at_most(prove) if sign > 0 else logarithms.kernel_at_least(prove)
        low, high = (s.subs(L, l - 1) for s in (law.conclusion.conclusion.lhs, law.conclusion.conclusion.rhs))
        return prove.chain(
            goal.conclude(le(sign * inside, bound)), *about(prove), share, fact(law, {L: l - 1}),
            scaled(prove, 1 / l, low, high),
        )  # fmt: skip

    return prove.absolute_value(goal, side(1), side(-1))


def _signs(prove: Proof) -> list[Use]:
    """0 <= log(l) <= l - 1, and 0 <= 1/l."""
    below = prove.chain(
        forall(from_one, holds=le(log, l - 1)), fact(prove.polynomial(le(1, l), from_one)),
        at(prove.ball_box(le(sp.log(_x), _x - 1), interval(_x, 1, sp.oo)), {_x: l}),
    )  # fmt: skip
    above = prove.chain(forall(from_one, holds=le(0, log)), prove.monotone("log", prove.polynomial(le(1, l), from_one)))
    return [fact(below), fact(above), fact(prove.polynomial(le(0, 1 / l), from_one))]


def _simple_facts(prove: Proof) -> list[Use]:
    laws = le(0, (sp.Rational(14, 25) + sp.Rational(3, 2) * _x) / l), le(0, 3 * sp.pi / (4 * l))
    return [*_signs(prove), *(fact(prove.polynomial(law, from_one, _positive), {_x: log}) for law in laws)]


def _sharp_facts(prove: Proof) -> list[Use]:
    """0 <= 1/4 + 3 log(l)/(8 l) < 1 and the signs of the errors."""
    number = quarter + three_eighths * _x / l
    below = prove.polynomial(lt(quarter + three_eighths * (l - 1 - _x) / l, 1), from_one, _positive)
    return [
        *_signs(prove), fact(prove.polynomial(le(0, number), from_one, _positive), {_x: log}),
        fact(below, {_x: l - 1 - log}), fact(prove.polynomial(le(0, sp.Rational(21, 4) / l), from_one)),
        fact(prove.polynomial(le(0, 15 * sp.pi / (8 * l)), from_one)),
    ]  # fmt: skip


simple = ByDepth(
    entry=entry, one=_one, law=near, number=quarter, u=(sp.Rational(14, 25) + sp.Rational(3, 2) * log) / l,
    v=3 * sp.pi / (4 * l), facts=_simple_facts, depths=from_one,
)  # fmt: skip
sharp = ByDepth(
    entry=entry, one=_one, law=near_logarithm, number=quarter + three_eighths * log / l, u=sp.Rational(21, 4) / l,
    v=15 * sp.pi / (8 * l), facts=_sharp_facts, depths=from_one,
)  # fmt: skip
body = entry(inner(X, row, column))
low, high, ratio = smallest(body, n), largest(body, n), largest(body, n) / smallest(body, n)
_DATA = {"X": equicorrelated(2, Fraction(0))}


def _two_points(depth: int) -> Instance:
    """Two inputs that are orthogonal after one layer."""
    return Instance({l: Fraction(depth), n: Fraction(2), r: Fraction(0)}, matrices=_DATA)


spectrum = Claim(
    "xiao2020/B40-spectrum",
    title="ReLU at (2, 0): the spectrum of the tangent kernel of m points",
    source="derived from the limits reported for ReLU",
    printed=r"\lambda_{\max}\sim\frac{m+3}4\,lq^*,\qquad\lambda_{bulk}\sim\frac34\,lq^*\qquad(d=1)",
    note=r"For every $m\ge2$, every depth $l\ge1$ and all data whose angles after one layer are at least $\theta$,"
    r" with $\varepsilon=\frac1l(\frac{3\pi}{4\theta}+\frac{14}{25}+\frac32\log l)$:"
    r" $|\lambda_{\max}/(lq^*)-\frac{m+3}4|\le(m-1)\varepsilon$, and every other eigenvalue over $lq^*$ is in"
    r" $[\frac34-(m-1)\varepsilon,\frac34+(m-1)\varepsilon]$, the least at most $\frac34+\varepsilon$. From above the"
    r" bulk is stated as $\lambda_{\max}(\Theta-\frac14\mathbf{11}^\top)$, which bounds all eigenvalues but the"
    r" largest, as $\mathbf{11}^\top$ has rank one. Convention: $\Theta^{(0)}=0$. The form with $d$ pixels is in the"
    r" claims on convolutional networks.",
    beside=("xiao2020/B40-kappa", "starnaud2025/N5-depth"),
    parameters={"bulk": sp.Rational(3, 4), "greatest": (n + 3) / 4},
    witnesses=tuple((part, _two_points(200)) for part in range(5)),
)


@spectrum.states
def spectrum_statement(bulk, greatest):
    error, frame = simple.error, simple.frame
    spread = (n - 1) * error
    bounds = {
        "smallest, from below": le(bulk - spread, low),
        "smallest, from above": le(low, bulk + error),
        "bulk, from above": le(largest(simple.off_by, n), bulk + spread),
        "largest, from above": le(high, greatest + spread),
        "largest, from below": le(greatest - spread, high),
    }
    return tuple(replace(frame, conclusion=holds, label=label) for label, holds in bounds.items())


@spectrum.proves
def spectrum_proof(prove, goal, bulk, greatest):
    """The entries are within epsilon of 1/4 (xiao2020/B40): Gershgorin for Theta/(l q*) - 1/4 11^T, and Weyl."""
    shown = simple.spectrum(prove)
    bounds = (
        shown.smallest_from_below(), shown.smallest_from_above(), shown.bulk_from_above(), shown.largest_from_above(),
        shown.largest_from_below(),
    )  # fmt: skip
    return [simple.by_depth(prove, part, bound) for part, bound in zip(goal, bounds, strict=True)]


spectrum.mutant("2/3 in place of 3/4, as for smooth activations", bulk="2/3")
spectrum.mutant("(m + 2)/3 in place of (m + 3)/4, as for smooth activations", greatest=(n + 2) / 3)

kappa = Claim(
    "xiao2020/B40-kappa",
    title="ReLU at (2, 0): kappa tends to (m + 3)/3, with the correction 2/3 m log(l)/l",
    source="derived from the limits reported for ReLU; the correction is sharper",
    printed=r"\kappa\to\frac{m+3}3,\qquad\kappa=\frac{m+3}3+\frac23m\frac{\log l}l+\dots\qquad(d=1)",
    note=r"With $\varepsilon$ and $\theta$ of xiao2020/B40-spectrum, where $(m-1)\varepsilon<\frac34$:"
    r" $|\kappa-\frac{m+3}3|\le\frac{(m-1)(m+6)\varepsilon}{3(\frac34-(m-1)\varepsilon)}=O(\frac{\log l}l)$. With"
    r" $\eta=\frac{3\log l}{8l}$, $a=\frac14+\eta$ and $\delta=\frac1l(\frac{15\pi}{8\theta}+\frac{21}4)$, where"
    r" $(m-1)\delta<1-a$: $|\kappa-\frac{m+3}3-\frac23m\frac{\log l}l|\le\frac{(m-1)(2+(m-2)a)\delta}{(1-a)(1-a-(m-1)"
    r"\delta)}+\frac{16m\eta^2}{9(1-a)}=O(\frac1l)$. Convention: $\Theta^{(0)}=0$.",
    beside=("xiao2020/B40-spectrum", "starnaud2025/N5-condition"),
    parameters={"limit": (n + 3) / 3, "share": sp.Rational(2, 3)},
    witnesses=((0, _two_points(200)), (1, _two_points(100))),
)
eta = three_eighths * log / l
second_order = sp.Rational(16, 9) * n * eta**2 / (three_quarters - eta)


@lemma("the condition number for entries near a number")
def _condition(prove: Proof) -> Step:
    return simple.spectrum(prove).condition()


def plain_kappa(prove: Proof, goal: Statement) -> Step:
    """|kappa - (m + 3)/3| is at most the distance: the goal, or else a chain that fails."""
    return simple.by_depth(prove, goal, _condition(prove))


@kappa.states
def kappa_statement(limit, share):
    corrected = limit + share * n * log / l
    return (
        replace(
            simple.frame, given=(*simple.frame.given, simple.small), label="limit",
            conclusion=le(sp.Abs(ratio - limit), simple.distance),
        ),
        replace(
            sharp.frame, given=(*sharp.frame.given, sharp.small), label="with the logarithm",
            conclusion=le(sp.Abs(ratio - corrected), sharp.distance + second_order),
        ),
    )  # fmt: skip


@kappa.proves
def kappa_proof(prove, goal, limit, share):
    """The entries are within epsilon of 1/4, and within delta of a (xiao2020/B40-corrections); for entries a and no
    error kappa is (1 + (m - 1) a)/(1 - a) = 1 - m + m/(1 - a)."""
    plain, corrected = goal
    positive = prove.polynomial(
        le(0, n * _x**2 / (2 * l**2) / (three_eighths * (l + 1 + _y) / l)), from_one, several, *_both
    )
    known = [*sharp.known(prove), fact(positive, {_x: log, _y: l - 1 - log})]
    return [
        plain_kappa(prove, plain),
        sharp.condition(prove, corrected, second_order, *known),
    ]


kappa.mutant("(m + 2)/2, as for smooth activations", limit=(n + 2) / 2)
kappa.mutant("20 in place of 2/3", share=20)
