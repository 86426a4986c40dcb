"""B43: residual ReLU layers: the tangent kernel over its diagonal tends to 1/4 as well, with bounds at every depth.

In lam = s/(1 + s), s = sigma_w^2/2, so that 1 + s = 1/(1 - lam) and s = lam/(1 - lam)."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import sympy as sp

from deepcond_sym.proof import Claim, Instance, Proof, Sequence, Step, at, eq, fact, forall, interval, le, lt
from deepcond_sym.proof.tactics.inductive import inductive
from deepcond_sym.proof.tactics.lemma import lemma
from deepcond_sym.proof.tactics.power_gaps import adds
from proofs_checks.starnaud2025.barrier import k
from proofs_checks.starnaud2025.half_sine_layer import gain, lower
from proofs_checks.starnaud2025.setting import h, h_slope

from . import relu_residual_bounds as bounds
from .relu_limits import limit, quarter
from .relu_residual_steps import C, U, W, about, ceiling, inside, lam, sine, start, weight, x
from .setting import apart, c, from_one, l, layers

v, y, z = sp.symbols("v y z", real=True)
first, residual = interval(v, 0, sp.oo, "("), interval(lam, 0, 1, "()")
s = lam / (1 - lam)
_q, _S, _P, _T = (sp.Function(name, real=True)(l) for name in "qSPT")
q = Sequence("q", l, 0, v, (1 + s) * _q)
S = Sequence("S", l, 0, v * c, _S + s * _q * h(_S / _q))
P = Sequence("P", l, 0, sp.S.Zero, _P + s * (_q + _P))
T = Sequence("T", l, 0, sp.S.Zero, _T + s * (_q * h(_S / _q) + h_slope(_S / _q) * _T))
"""K(x, x), K(x, x'), Theta(x, x) and Theta(x, x') of residual layers, with Theta^(0) = 0."""

kernels = forall(layers, apart, residual, first, sequences=[q, S, P, T, C, U], holds=le(0, 0))
frame = forall(from_one, apart, weight, sequences=[C, U], holds=le(0, 0))


@lemma("variances of residual networks are positive")
def positive(prove: Proof) -> Step:
    """0 < q(l)."""
    grown = prove.polynomial(lt(0, (1 + s) * z), residual, interval(z, 0, sp.oo, "("))
    return inductive(
        prove, kernels.conclude(lt(0, q(l))), l,
        lambda base: prove.chain(base, prove.polynomial(lt(0, v), first), prove.folded(base, q(0), q(0))),
        lambda step: prove.chain(step, at(grown, {z: q(l)}), prove.folded(step, q(l + 1), q(l + 1))),
    )  # fmt: skip


def _layer(prove: Proof, member: Sequence, value: sp.Expr) -> Step:
    """member(l + 1) = value, which is written in y = S(l)/q(l)."""
    goal = replace(
        kernels, variables=(*kernels.variables, interval(y, -1, 1)), given=(eq(S(l), y * q(l)), lt(0, q(l))),
        conclusion=eq(member(l + 1), value),
    )  # fmt: skip
    return prove.identity(goal, [["unfold", member(l + 1)], ["given", 0]])


@lemma("covariances of residual networks")
def covariance(prove: Proof) -> Step:
    """S(l) = q(l) C(l)."""
    goal, layer = kernels.conclude(eq(S(l), q(l) * C(l))), _layer(prove, S, y * q(l) + s * q(l) * h(y))

    def step(target: Any) -> Step:
        value = C(l) * q(l) + s * q(l) * h(C(l))
        given = le(sp.Abs(C(l)), 1), le(0, 1 - C(l) ** 2)
        last = replace(target, given=(*target.given, *given), conclusion=eq(value, q(l + 1) * C(l + 1)))
        return prove.chain(
            target, *_inside(prove), at(layer, {y: C(l)}), prove.identity(last, unfold=[q(l + 1), C(l + 1)])
        )

    return inductive(
        prove, goal, l, lambda base: prove.identity(base, unfold=[S(0), q(0), C(0)]), step
    )  # fmt: skip


def _inside(prove: Proof) -> list:
    """0 < q, |C| <= 1 and 0 <= 1 - C^2."""
    square = prove.polynomial(le(0, 1 - y**2), interval(y, -1, 1))
    return [fact(positive(prove)), fact(inside(prove)), fact(square, {y: C(l)})]


@lemma("tangent kernels of residual networks")
def tangent(prove: Proof) -> Step:
    """T(l) = lam q(l) U(l)."""
    goal = kernels.conclude(eq(T(l), lam * q(l) * U(l)))
    layer = _layer(prove, T, T(l) + s * (q(l) * h(y) + h_slope(y) * T(l)))

    def step(target: Any) -> Step:
        value = T(l) + s * (q(l) * h(C(l)) + h_slope(C(l)) * T(l))
        given = le(sp.Abs(C(l)), 1), le(0, 1 - C(l) ** 2)
        last = replace(target, given=(*target.given, *given), conclusion=eq(value, lam * q(l + 1) * U(l + 1)))
        return prove.chain(
            target, *_inside(prove), fact(covariance(prove)), at(layer, {y: C(l)}),
            prove.identity(last, [["given", len(target.given) - 1], ["unfold", q(l + 1)], ["unfold", U(l + 1)]]),
        )  # fmt: skip

    return inductive(
        prove, goal, l, lambda base: prove.identity(base, unfold=[T(0), U(0)]), step
    )  # fmt: skip


@lemma("tangent kernels of residual networks on the diagonal")
def diagonal(prove: Proof) -> Step:
    """P(l) = lam l q(l)."""
    return inductive(
        prove, kernels.conclude(eq(P(l), lam * l * q(l))), l,
        lambda base: prove.identity(base, unfold=[P(0)]),
        lambda step: prove.identity(step, [["unfold", P(l + 1)], ["given", 0], ["unfold", q(l + 1)]]),
    )  # fmt: skip


def _signs(prove: Proof) -> list:
    """0 < 1/(lam l) and other terms in lam and l."""
    terms = 1 / (lam * l), 1 / lam**2, 1 / (lam**3 * l), lam * gain * l
    return [fact(prove.polynomial(le(0, term), weight, from_one)) for term in terms]


@lemma("the tangent kernel of residual networks over the depth, from above")
def ratio_at_most(prove: Proof) -> Step:
    """U/l - 1/4 <= (k/sin(theta_0/2) + k c log(1 + 2 lam l/(3 pi)))/(lam l)."""
    rest = k * (ceiling() - lam * gain * l)
    return prove.chain(
        frame.conclude(le(U(l) / l - quarter, rest / (lam * l))), *about(prove, l), *_signs(prove),
        fact(bounds.tangent_at_most(prove)), fact(bounds.inverse_at_most(prove)), *bounds.about_depth(prove),
        adds(prove, U(l) / l - quarter, 1 / (lam * l), k / sine() - lam * U(l)),
        adds(prove, k / sine() / (lam * l) - quarter, 1 / (lam * l), k, ceiling() - 1 / sine()),
    )  # fmt: skip


@lemma("the tangent kernel of residual networks over the depth, from below")
def ratio_at_least(prove: Proof) -> Step:
    """1/4 - U/l <= 73/40/(lam l)."""
    most = lower + k / start
    wide = prove.polynomial(le(lower, lower + x), interval(x, 0, sp.oo))
    product = fact(prove.polynomial(le(0, k * x), interval(x, 0, sp.oo)), {x: 1 / start})
    known = [*about(prove, l), *_signs(prove), product, fact(wide, {x: k / start})]
    room = prove.chain(frame.conclude(le(lower, most)), *known, at(wide, {x: k / start}))
    return prove.chain(
        frame.conclude(le(quarter - U(l) / l, lower / (lam * l))), *known, fact(room),
        fact(bounds.tangent_at_least(prove), {W: most}), fact(bounds.inverse_at_least(prove)),
        adds(prove, quarter - U(l) / l, 1 / (lam * l), lam * U(l) - k / sine() + most),
        adds(
            prove, quarter - (k / sine() - most) / (lam * l), 1 / (lam * l), k, 1 / sine() - 1 / start - lam * gain * l
        ),
    )  # fmt: skip


@lemma("squared depth times gamma for residual networks, from above")
def gamma_at_most(prove: Proof) -> Step:
    """lam^2 l^2 gamma <= 9 pi^2/2."""
    share = lam * gain * l * sine()
    square = prove.polynomial(le(limit * z**2, limit), interval(z, 0, 1))
    product = fact(prove.polynomial(le(0, lam * gain * l * z), weight, from_one, interval(z, 0, sp.oo)), {z: sine()})
    return prove.chain(
        frame.conclude(le(lam**2 * l**2 * (1 - C(l)), limit)), *about(prove, l), product, fact(share_at_most(prove)),
        at(square, {z: share}),
    )  # fmt: skip


@lemma("the depth times the sine for residual networks")
def share_at_most(prove: Proof) -> Step:
    """2 lam/(3 pi) l sin(theta/2) <= 1."""
    share = lam * gain * l * sine()
    return prove.chain(
        frame.conclude(le(share, 1)), *about(prove, l), *_signs(prove), fact(bounds.inverse_at_least(prove)),
        adds(prove, share, sine(), 1 / start),
        adds(prove, share + sine() / start, sine(), 1 / sine() - 1 / start - lam * gain * l),
    )  # fmt: skip


@lemma("squared depth times gamma for residual networks, from below")
def gamma_at_least(prove: Proof) -> Step:
    """9 pi^2/2 - lam^2 l^2 gamma <= 27 pi^3/(2 lam l) (1/sin(theta_0/2) + c log(1 + 2 lam l/(3 pi)))."""
    share, rest = lam * gain * l * sine(), ceiling() - lam * gain * l
    scale = 2 * limit / (lam * gain * l)
    law = prove.polynomial(le(limit * (1 - z**2), 2 * limit * (1 / z - 1)), interval(z, 0, 1, "("))
    product = prove.polynomial(lt(0, lam * gain * l * z), weight, from_one, interval(z, 0, sp.oo, "("))
    return prove.chain(
        frame.conclude(le(limit - lam**2 * l**2 * (1 - C(l)), scale * rest)), *about(prove, l),
        fact(product, {z: sine()}),
        fact(share_at_most(prove)), *bounds.about_depth(prove), fact(bounds.inverse_at_most(prove)),
        fact(prove.polynomial(le(0, scale), weight, from_one)), at(law, {z: share}),
        adds(prove, scale * (1 / sine() - lam * gain * l), scale, ceiling() - 1 / sine()),
    )  # fmt: skip


claim = Claim(
    "xiao2020/B43",
    title="Residual ReLU layers: the limit 1/4 again, the angle slower by the factor (1 + s)/s",
    source="derived: residual layers without biases",
    printed=r"K'=K+\sigma_w^2\mathcal T(K),\ \sigma_b=0,\ s=\tfrac{\sigma_w^2}2:\quad\frac{p_{ab}}p\to\frac14,\quad"
    r"\gamma\sim\frac{9\pi^2}2\Big(\frac{1+s}s\Big)^2l^{-2},\quad p\sim l\,q^{(0)}\frac s{1+s}(1+s)^l",
    note=r"For every $s>0$, every variance $q^{(0)}$ of the inputs, every depth $l\ge1$ and every pair of different"
    r" inputs, opposite ones included. Formally in $\lambda=\frac s{1+s}$: $p=\lambda l\,q^{(0)}(1+s)^l$ exactly,"
    r" $p_{ab}/p=U/l$; with $\sigma_0=\sin\frac{\theta_0}2$, $a=\frac2{3\pi}$, $b=\frac3\pi(1+a)$:"
    r" $-\frac{73}{40\lambda l}\le\frac{p_{ab}}p-\frac14\le\frac{3\pi}{8\lambda"
    r" l}\big(\frac1{\sigma_0}+b\log(1+a\lambda l)\big)$ and $0\le\frac{9\pi^2}2-\lambda^2l^2\gamma^{(l)}\le\frac{27"
    r"\pi^3}{2\lambda l}\big(\frac1{\sigma_0}+b\log(1+a\lambda l)\big)$. With $\lambda=1$ it is the network without"
    r" skip connections. The tangent kernel of a layer is $\Theta'=\Theta+\sigma_w^2(\mathcal T(K)+\dot{\mathcal"
    r" T}(K)\odot\Theta)$. Convention: $\Theta^{(0)}=0$.",
    beside=("xiao2020/B56", "xiao2020/B40"),
    parameters={"limit": limit, "quarter": quarter, "offset": lower, "depth": l},
    witnesses=(
        (1, Instance({l: Fraction(2), c: Fraction(0), lam: Fraction(1, 2), v: Fraction(1)})),
        (3, Instance({l: Fraction(40), c: Fraction(0), lam: Fraction(1)})),
        (5, Instance({l: Fraction(40), c: Fraction(0), lam: Fraction(1)})),
        (6, Instance({l: Fraction(40), c: Fraction(0), lam: Fraction(1)})),
        (4, Instance({l: Fraction(5), c: Fraction(-1), lam: Fraction(1, 10)})),
    ),
)


@claim.states
def statement(limit, quarter, offset, depth):
    rest, squared = ceiling() - lam * gain * l, lam**2 * l**2 * (1 - C(l))
    parts = {
        "tangent kernel, from above": le(U(l) / l - quarter, k * rest / (lam * l)),
        "tangent kernel, from below": le(quarter - U(l) / l, offset / (lam * l)),
        "gamma, from above": le(squared, limit),
        "gamma, from below": le(limit - squared, 27 * sp.pi**3 / (2 * lam * l) * rest),
    }
    return (
        replace(kernels, conclusion=eq(S(l), q(l) * C(l)), label="covariance"),
        replace(kernels, conclusion=eq(P(l), lam * depth * q(l)), label="diagonal"),
        replace(kernels, conclusion=eq(T(l), lam * q(l) * U(l)), label="off the diagonal"),
        *(replace(frame, conclusion=holds, label=label) for label, holds in parts.items()),
    )  # fmt: skip


@claim.proves
def proof(prove, goal, limit, quarter, offset, depth):
    """A layer adds between 2 lam/(3 pi) and that and 2 lam/pi^2 sin(theta/2) to 1/sin(theta/2), which is convex in lam;
    lam U stays between 3 pi/8/sin(theta/2) - W and 3 pi/8/sin(theta/2), by (F) of starnaud2025."""
    exact, bounded = (covariance, diagonal, tangent), (ratio_at_most, ratio_at_least, gamma_at_most, gamma_at_least)
    known = [*about(prove, l), *bounds.about_depth(prove)]
    return [
        *(prove.chain(part, shown(prove)) for part, shown in zip(goal, exact, strict=False)),
        *(prove.chain(part, *known, shown(prove)) for part, shown in zip(goal[3:], bounded, strict=True)),
    ]


claim.mutant("one layer too many on the diagonal", depth=l + 1)
claim.mutant("1/8 in place of 1/4", quarter="1/8")
claim.mutant("1/20 in place of 73/40", offset="1/20")
claim.mutant("2 pi^2 in place of 9 pi^2/2", limit=2 * sp.pi**2)
claim.mutant("90 pi^2 in place of 9 pi^2/2", limit=90 * sp.pi**2)
