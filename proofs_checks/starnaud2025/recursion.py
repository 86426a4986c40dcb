"""The recursion of the kernels in the notations in use: of the paper, in angles, and as kernels of normalised ReLU.

With L from 1 on, c(L) = iterate(L - 1, rho) = cos(theta_L) and n0 2^(L-1) Theta^(L) = u_L = ntk(L - 1, rho). The
rescaled tangent kernel u_L has u_1 = rho and u_(L+1) = (1 - theta_L/pi) u_L + cos(theta_(L+1))."""

from typing import Any

import sympy as sp

from deepcond_sym.proof import (
    RELU,
    Claim,
    Proof,
    Sequence,
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
    ntk,
)  # fmt: skip
from deepcond_sym.proof.proof import Use
from deepcond_sym.proof.tactics.inductive import inductive
from deepcond_sym.proof.tactics.lemma import lemma
from deepcond_sym.symbols import rho

from .setting import L, correlation, correlations, h, h_slope, layers, n0, tangent, variance, width

D, c, theta = variance(), correlations(), tangent()
y, r, a, b, k, v = sp.symbols("y r a b k v", real=True)
_pair = interval(y, -1, 1), interval(r, -1, 1)
_angle, _u = (sp.Function(name, real=True) for name in ("angle", "u"))


def angles() -> Sequence:
    """angle(L): theta_1 = arccos(rho), theta_(L+1) = arccos(h(cos(theta_L)))."""
    return Sequence("angle", L, 1, sp.acos(rho), sp.acos(h(sp.cos(_angle(L)))))


def rescaled(slope: Any = 1) -> Sequence:
    """u(L): u_1 = rho, u_(L+1) = (1 - theta_L/pi) u_L + cos(theta_(L+1))."""
    return Sequence("u", L, 1, rho, (1 - slope * _angle(L) / sp.pi) * _u(L) + sp.cos(_angle(L + 1)))


@lemma("one layer of ReLU at equal correlations")
def same_layer(prove: Proof) -> Step:
    """h(y) = dual(r) for y = r."""
    goal = forall(*_pair, given=[eq(y, r)], family=RELU, holds=eq(h(y), dual(r)))
    return prove.identity(goal, [["unfold", dual(r)], ["given", 0]])


@lemma("one layer of the tangent kernel of ReLU at equal correlations")
def same_slope(prove: Proof) -> Step:
    """a + dual_slope(r) k = b + h'(y) k for y = r and b = a."""
    free = [interval(v, -sp.oo, sp.oo) for v in (a, b, k)]
    goal = forall(
        *_pair, *free, given=[eq(y, r), eq(b, a)], family=RELU, holds=eq(a + dual_slope(r) * k, b + h_slope(y) * k)
    )
    return prove.identity(goal, [["unfold", dual_slope(r)], ["given", 0], ["given", 1]])


def _inside(prove: Proof) -> list[Use]:
    """|iterate(L - 1, rho)| <= 1 and, as they are equal, |c(L)| <= 1."""
    goal = forall(_pair[1], interval(y, -sp.oo, sp.oo), given=[eq(y, r)], holds=le(sp.Abs(y), 1))
    same = prove.identity(goal.conclude(eq(sp.Abs(y), sp.Abs(r))), [["given", 0]])
    small = prove.chain(goal, same, at(prove.polynomial(le(v, 1), interval(v, 0, 1)), {v: sp.Abs(r)}))
    return [fact(prove.bounded(), {"r": rho, L: L - 1}), fact(small, {y: c(L), r: iterate(L - 1, rho)})]


@lemma("correlations of the paper are iterates of normalised ReLU")
def correlations_are_iterates(prove: Proof) -> Step:
    """c(L) = iterate(L - 1, rho)."""
    goal = forall(layers, correlation, family=RELU, sequences=[c], holds=eq(c(L), iterate(L - 1, rho)))
    return inductive(
        prove, goal, L,
        lambda base: prove.identity(base, unfold=[c(1), iterate(0, rho)]),
        lambda step: prove.chain(
            step, *_inside(prove), prove.unfold(step, c(L + 1), c(L + 1)),
            at(same_layer(prove), {y: c(L), r: iterate(L - 1, rho)}),
            prove.folded(step, iterate(L, rho), iterate(L, rho)),
        ),
    )  # fmt: skip


@lemma("one layer of the tangent kernel in the paper's correlations")
def one_layer(prove: Proof) -> Step:
    """ntk(L, rho) = c(L + 1) + h'(c(L)) ntk(L - 1, rho)."""
    goal = forall(
        layers, correlation, family=RELU, sequences=[c],
        holds=eq(ntk(L, rho), c(L + 1) + h_slope(c(L)) * ntk(L - 1, rho)),
    )  # fmt: skip
    values = {y: c(L), r: iterate(L - 1, rho), a: iterate(L, rho), b: c(L + 1), k: ntk(L - 1, rho)}
    equal = correlations_are_iterates(prove)
    return prove.chain(
        goal, fact(equal), fact(equal, {L: L + 1}), *_inside(prove),
        prove.unfold(goal, ntk(L, rho), ntk(L, rho)), at(same_slope(prove), values),
    )  # fmt: skip


@lemma("the variance is n0^-1 2^-(L-1)")
def variances(prove: Proof) -> Step:
    """D(L) = 1/(n0 2^(L-1))."""
    return prove.closed_form(forall(layers, width, sequences=[D], holds=eq(D(L), 1 / (n0 * 2 ** (L - 1)))))


@lemma("tangent kernels of the paper are those of normalised ReLU")
def tangents_are_kernels(prove: Proof) -> Step:
    """Theta(L) = ntk(L - 1, rho)/(n0 2^(L-1))."""
    goal = forall(
        layers, width, correlation, family=RELU, sequences=[D, c, theta],
        holds=eq(theta(L), ntk(L - 1, rho) / (n0 * 2 ** (L - 1))),
    )  # fmt: skip
    known = [["use", variances(prove), {L: L}], ["use", one_layer(prove), {L: L}]]
    return inductive(
        prove, goal, L,
        lambda base: prove.identity(base, unfold=[theta(1), ntk(0, rho)]),
        lambda step: prove.identity(
            step, [["unfold", theta(L + 1)], ["given", 0], *known, ["unfold", c(L + 1)]]
        ),
    )  # fmt: skip


claim = Claim(
    "starnaud2025/recursion",
    title="The recursion of the kernels, and the same in angles",
    source="the setting: plain ReLU, no biases, unit vectors in R^n0",
    provenance="as reported",
    printed=r"\Sigma^{(L+1)}=\tfrac12\Sigma^{(L)}(x,x)\,h(\rho^{(L)}),\ \dot\Sigma^{(L+1)}=\tfrac12h'(\rho^{(L)}),"
    r"\ \Theta^{(L+1)}=\Theta^{(L)}\dot\Sigma^{(L+1)}+\Sigma^{(L+1)};\quad\text{that is }n_02^{L-1}\Theta^{(L)}=u_L,"
    r"\ u_{L+1}=\big(1-\tfrac{\theta_L}\pi\big)u_L+\cos\theta_{L+1},\ \cos\theta_{L+1}=h(\cos\theta_L)",
    note=r"$u_L$ is the tangent kernel at depth $L-1$ of ReLU scaled to $\mathbb E\sigma^2=1$, so that"
    r" $\bar\Theta^{(L)}=u_L/L$. The initial variance of the weights multiplies every entry by the same number, which"
    r" the division by the diagonal removes (starnaud2025/LT1).",
    beside=("starnaud2025/P1", "starnaud2025/D4"),
    parameters={"slope": 1, "power": L - 1},
)


@claim.states
def statement(slope, power):
    angle, u = angles(), rescaled(slope)
    frame = (layers, width, correlation)
    return (
        forall(layers, correlation, sequences=[c, angle], holds=eq(angle(L), sp.acos(c(L))), label="angles"),
        forall(
            *frame, sequences=[D, c, theta, angle, u], holds=eq(n0 * 2**power * theta(L), u(L)), label="tangent kernel"
        ),
        forall(
            *frame, family=RELU, sequences=[D, c, theta], holds=eq(n0 * 2**power * theta(L), ntk(L - 1, rho)),
            label="normalised ReLU",
        ),
    )  # fmt: skip


@claim.proves
def proof(prove, goal, slope, power):
    """Induction on L; the cosine of an arccosine is its argument."""
    in_angles, in_u, of_relu = goal
    angle, u = angles(), rescaled(slope)
    arccosine = inductive(
        prove, in_angles, L,
        lambda base: prove.identity(base, unfold=[angle(1), c(1)]),
        lambda step: prove.identity(step, [["unfold", angle(L + 1)], ["given", 0], ["unfold", c(L + 1)]]),
    )  # fmt: skip
    known = [["use", variances(prove), {L: L}], ["use", arccosine, {L: L}], ["use", arccosine, {L: L + 1}]]
    shown = inductive(
        prove, in_u.conclude(eq(theta(L), u(L) / (n0 * 2 ** (L - 1)))), L,
        lambda base: prove.identity(base, unfold=[theta(1), u(1)]),
        lambda step: prove.identity(
            step, [["unfold", theta(L + 1)], ["given", 0], ["unfold", u(L + 1)], *known, ["unfold", c(L + 1)]]
        ),
    )  # fmt: skip
    in_relu = prove.identity(of_relu, using=[(tangents_are_kernels(prove), {L: L})])
    return [arccosine, prove.identity(in_u, using=[(shown, {L: L})]), in_relu]


claim.mutant("twice the angle", slope=2)
claim.mutant("2^L in place of 2^(L-1)", power=L)

in_arcsine = Claim(
    "starnaud2025/P2",
    title="The recursion written with arcsin",
    source="Proposition 2",
    provenance="as reported",
    printed=r"h(\rho)=\frac\rho2+\frac{\rho\arcsin\rho+\sqrt{1-\rho^2}}\pi,\quad h'(\rho)=\frac12+\frac{\arcsin\rho}\pi"
    r":\quad\text{the recursion of starnaud2025/recursion with }\arcsin\rho^{(L)}",
    note="The wording of the proposition is not covered: only that it writes the recursion with the arcsine.",
    beside=("starnaud2025/recursion",),
    parameters={"half": "1/2", "sign": 1},
)


@in_arcsine.states
def arcsine_statement(half, sign):
    at = c(L)
    dual_form = half * at + (sign * at * sp.asin(at) + sp.sqrt(1 - at**2)) / sp.pi
    slope_form = half + sp.asin(at) / sp.pi
    return (
        forall(layers, correlation, sequences=[c], holds=eq(c(L + 1), dual_form), label="NNGP"),
        forall(
            layers, width, correlation, sequences=[D, c, theta],
            holds=eq(theta(L + 1), theta(L) * slope_form / 2 + D(L) * dual_form / 2), label="NTK",
        ),
    )  # fmt: skip


@in_arcsine.proves
def arcsine_proof(prove, goal, half, sign):
    """arccos(r) = pi/2 - arcsin(r)."""
    nngp, tangent_kernel = goal
    return [prove.identity(nngp, unfold=[c(L + 1)]), prove.identity(tangent_kernel, unfold=[theta(L + 1)])]


in_arcsine.mutant("the other sign of arcsin", sign=-1)
in_arcsine.mutant("1/3 in place of 1/2", half="1/3")
