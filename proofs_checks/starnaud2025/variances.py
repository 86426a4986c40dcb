"""The limit table over the variances of weights and biases: LT1 (no bias) at every depth, LT3 and LT4 for named data.

The recursion for unit vectors with inner product rho: q(L) = Sigma^(L)(x, x), S(L) = Sigma^(L)(x, x'), P(L) =
Theta^(L)(x, x), T(L) = Theta^(L)(x, x')."""

from dataclasses import replace
from typing import Any

import sympy as sp

from deepcond_sym.proof import (
    RELU,
    Claim,
    Instance,
    Proof,
    Sequence,
    Statement,
    Step,
    at,
    dual,
    dual_slope,
    eq,
    fact,
    forall,
    index,
    interval,
    iterate,
    lt,
    ntk,
)  # fmt: skip
from deepcond_sym.proof.tactics.inductive import inductive
from deepcond_sym.proof.tactics.lemma import lemma
from deepcond_sym.symbols import rho

from .setting import L, correlation, h, h_slope, layers

s, y = sp.symbols("s y", real=True)
weight = interval(s, 0, sp.oo, "(")


def recursion(weight_variance: Any, bias_variance: Any, first: Any, pair: str = "") -> tuple[Sequence, ...]:
    """q, S, P and T from the inner product `first`; S and T are named after the pair of inputs."""
    a, b = sp.S(weight_variance) / 2, sp.S(bias_variance)
    _q, _S, _P, _T = (sp.Function(name, real=True)(L) for name in ("q", f"S{pair}", "P", f"T{pair}"))
    return (
        Sequence("q", L, 1, 2 * a + b, a * _q + b),
        Sequence(f"S{pair}", L, 1, 2 * a * first + b, a * _q * h(_S / _q) + b),
        Sequence("P", L, 1, 2 * a + b, a * _P + _q.func(L + 1)),
        Sequence(f"T{pair}", L, 1, 2 * a * first + b, a * h_slope(_S / _q) * _T + _S.func(L + 1)),
    )


q, S, P, T = sequences = recursion(s, 0, rho)
frame = forall(layers, correlation, weight, family=RELU, sequences=sequences, holds=eq(0, 0))
depth = L - 1


@lemma("variances without a bias")
def variance(prove: Proof) -> Step:
    """q(L) = s (s/2)^(L - 1)."""
    return prove.closed_form(forall(layers, weight, sequences=[q], holds=eq(q(L), s * (s / 2) ** depth)))


def _layer(prove: Proof, member: Sequence, value: sp.Expr, call: sp.Expr) -> Step:
    """member(L + 1) = value, which is written in y = S(L)/q(L) and the call of the dual (or its slope) at y."""
    goal = replace(
        frame, variables=(*frame.variables, interval(y, -1, 1)), given=(eq(S(L), y * q(L)),),
        conclusion=eq(member(L + 1), value),
    )  # fmt: skip
    return prove.identity(goal, [["unfold", member(L + 1)], ["unfold", call], ["given", 0]])


@lemma("covariances without a bias")
def covariance(prove: Proof) -> Step:
    """S(L) = q(L) iterate(L - 1, rho)."""
    goal, reached = frame.conclude(eq(S(L), q(L) * iterate(depth, rho))), iterate(depth, rho)
    layer = _layer(prove, S, s / 2 * q(L) * dual(y), dual(y))
    return inductive(
        prove, goal, L,
        lambda base: prove.identity(base, unfold=[S(1), q(1), iterate(0, rho)]),
        lambda step: prove.chain(
            step, at(layer, {y: reached}),
            prove.folded(step, step.conclusion.rhs, q(L + 1), iterate(L, rho)),
        ),
    )  # fmt: skip


@lemma("tangent kernels without a bias")
def tangent(prove: Proof) -> Step:
    """T(L) = q(L) ntk(L - 1, rho)."""
    goal, reached = frame.conclude(eq(T(L), q(L) * ntk(depth, rho))), iterate(depth, rho)
    layer, known = _layer(prove, T, s / 2 * dual_slope(y) * T(L) + S(L + 1), dual_slope(y)), covariance(prove)

    def last(step: Statement) -> Step:
        whole = s / 2 * dual_slope(reached) * T(L) + S(L + 1)
        return prove.identity(
            step.conclude(eq(whole, step.conclusion.rhs)),
            [["given", 0], ["use", known, {L: L + 1}], ["unfold", q(L + 1)], ["unfold", ntk(L, rho)]],
        )

    return inductive(
        prove, goal, L,
        lambda base: prove.identity(base, unfold=[T(1), q(1), ntk(0, rho)]),
        lambda step: prove.chain(step, fact(known), at(layer, {y: reached}), last(step)),
    )  # fmt: skip


@lemma("tangent kernels on the diagonal without a bias")
def diagonal(prove: Proof) -> Step:
    """P(L) = L q(L)."""
    goal = forall(layers, weight, sequences=[q, P], holds=eq(P(L), L * q(L)))
    return inductive(
        prove, goal, L,
        lambda base: prove.identity(base, unfold=[P(1), q(1)]),
        lambda step: prove.identity(step, [["unfold", P(L + 1)], ["given", 0], ["unfold", q(L + 1)]]),
    )  # fmt: skip


no_bias = Claim(
    "starnaud2025/LT1",
    title="Without a bias every weight variance gives the same normalised tangent kernel",
    source="limit table, no bias",
    provenance="derived here",
    printed=r"\sigma_b^2=0:\quad\Theta^{(L)}(x,x)=L\,\sigma_w^2\big(\tfrac{\sigma_w^2}2\big)^{L-1},\quad"
    r" \frac{\Theta^{(L)}(x,x')}{\Theta^{(L)}(x,x)}=\bar\Theta^{(L)}(x,x')=\frac{u_L}L",
    note=r"For every depth, every $\sigma_w^2>0$ and all unit vectors; the second equation is stated without dividing."
    r" The bounds for $u_L/L$ and its limit $\frac14$ for $x\ne x'$ therefore hold for every $\sigma_w^2$"
    r" (starnaud2025/LT1-limit): there is no ordered phase without a bias.",
    beside=("starnaud2025/LT1-limit", "starnaud2025/recursion", "starnaud2025/LT2"),
    parameters={"power": L - 1, "depth": L},
)


@no_bias.states
def no_bias_statement(power, depth):
    return (
        forall(layers, weight, sequences=[q, P], holds=eq(P(L), L * s * (s / 2) ** power), label="diagonal"),
        frame.conclude(eq(depth * T(L), P(L) * ntk(L - 1, rho))),
    )


@no_bias.proves
def no_bias_proof(prove, goal, power, depth):
    """S = q rho^(L), T = q u_L and P = L q, by induction."""
    on_diagonal, ratio = goal
    known = [["use", diagonal(prove), {L: L}]]
    return [
        prove.identity(on_diagonal, [*known, ["use", variance(prove), {L: L}]]),
        prove.identity(ratio, [*known, ["use", tangent(prove), {L: L}]]),
    ]


no_bias.mutant("one factor s/2 more", power=L)
no_bias.mutant("u_L/(L + 1)", depth=L + 1)


def named(label: str, weight_variance: int, values: dict[int, tuple[str, str]]) -> tuple[Statement, ...]:
    """Bounds for T/P at rho = 0 and bias variance 1, at the depths named."""
    own = recursion(weight_variance, 1, 0)
    ratio = {at_depth: own[3](at_depth) / own[2](at_depth) for at_depth in values}
    return tuple(
        forall(sequences=own, holds=relation, label=f"{label}, L = {at_depth}")
        for at_depth, (low, high) in values.items()
        for relation in (lt(low, ratio[at_depth]), lt(ratio[at_depth], high))
    )


def evaluated(claim: Claim, label: str) -> None:
    """These bounds, each certified in balls."""

    @claim.states
    def statement(variance, values):
        return named(label, variance, values)

    @claim.proves
    def proof(prove, goal, variance, values):
        return [prove.evaluate(part) for part in goal]


_LT3 = {10: ("0.5978", "0.5979"), 30: ("0.6109", "0.6110"), 100: ("0.6000", "0.6001")}
_LT4 = {10: ("0.4097", "0.4098"), 30: ("0.3354", "0.3355"), 100: ("0.2826", "0.2827")}

critical_named = Claim(
    "starnaud2025/LT3-named",
    title="Critical weights and a bias: the ratio for orthogonal inputs at three depths",
    source="limit table, weight variance 2 and bias variance 1",
    provenance="derived here",
    printed=r"\sigma_w^2=2,\ \sigma_b^2=1,\ x^\top x'=0:\quad\frac{\Theta^{(L)}(x,x')}{\Theta^{(L)}(x,x)}=0.5978\ldots,"
    r"\ 0.6109\ldots,\ 0.6000\ldots\quad(L=10,\ 30,\ 100)",
    note=r"Certified in balls, for these data and depths only. The values fall slowly towards $\frac47=0.5714\ldots$",
    beside=("starnaud2025/LT3",),
    parameters={"variance": 2, "values": _LT3},
    witnesses=((5, Instance()),),
)


evaluated(critical_named, "critical")
critical_named.mutant("weight variance 3", variance=3)
critical_named.mutant("the limit at depth 100", values={**_LT3, 100: ("0.5714", "0.5715")})

chaotic_named = Claim(
    "starnaud2025/LT4-named",
    title="Large weights and a bias: the ratio for orthogonal inputs at three depths",
    source="limit table, weight variance 3 and bias variance 1",
    provenance="derived here",
    printed=r"\sigma_w^2=3,\ \sigma_b^2=1,\ x^\top x'=0:\quad\frac{\Theta^{(L)}(x,x')}{\Theta^{(L)}(x,x)}=0.4097\ldots,"
    r"\ 0.3354\ldots,\ 0.2826\ldots\quad(L=10,\ 30,\ 100)",
    note=r"Certified in balls, for these data and depths only. The values fall slowly towards $\frac14$.",
    beside=("starnaud2025/LT4",),
    parameters={"variance": 3, "values": _LT4},
    witnesses=((5, Instance()),),
)


evaluated(chaotic_named, "large weights")
chaotic_named.mutant("weight variance 2", variance=2)
chaotic_named.mutant("the limit at depth 100", values={**_LT4, 100: ("0.2499", "0.2501")})

a, (n, points) = sp.Symbol("a", real=True), index("n", 1)

equal_weights = Claim(
    "starnaud2025/LT-weights",
    title="The predictor of a kernel whose entries tend to one number below its diagonal",
    source="limit table, predictor weights off the training set",
    provenance="derived here",
    printed=r"M=(1-a)I+a\mathbf{11}^\top,\ 0\le a<1:\quad Mw=a\mathbf 1\text{ for }w=\frac a{1-a+na}\mathbf 1;\quad"
    r" \frac1{n+3}\text{ for }a=\tfrac14,\quad\frac4{4n+3}\text{ for }a=\tfrac47",
    note=r"Each row of $M$ has a 1 and $n-1$ times $a$. The smallest eigenvalue of $M$ is $1-a>0$ for $n\ge2$, so that"
    r" there is no other solution. That the predictor tends to this one is starnaud2025/LT-predictor.",
    beside=("starnaud2025/LT-predictor", "starnaud2025/LT1", "starnaud2025/LT3", "starnaud2025/LT4"),
    parameters={"weight": a / (1 - a + n * a), "critical": 4 / (4 * n + 3)},
)


@equal_weights.states
def equal_weights_statement(weight, critical):
    below_one = interval(a, 0, 1, ")")
    at_value = lambda value: weight.subs(a, value)  # noqa: E731
    return (
        forall(points, below_one, holds=eq(weight * (1 + (n - 1) * a), a), label="a row of the system"),
        forall(points, holds=eq(at_value(sp.Rational(1, 4)), 1 / (n + 3)), label="a = 1/4"),
        forall(points, holds=eq(at_value(sp.Rational(4, 7)), critical), label="a = 4/7"),
    )


@equal_weights.proves
def equal_weights_proof(prove, goal, weight, critical):
    """1 + (n - 1) a = 1 - a + n a, which is at least 1 - a."""
    row, *values = goal
    positive = prove.polynomial(lt(0, 1 - a + n * a), *row.variables)
    return [prove.chain(row, fact(positive)), *(prove.identity(part) for part in values)]


equal_weights.mutant("a/(1 + n a)", weight=a / (1 + n * a))
equal_weights.mutant("4/(4 n + 4) on the critical line", critical=1 / (n + 1))
