"""The paper's sequences in the notation of the theorems about every depth."""

from dataclasses import replace

import sympy as sp

from deepcond_sym.proof import (
    RELU,
    Claim,
    Statement,
    Step,
    dual,
    dual_slope,
    eq,
    fact,
    forall,
    interval,
    iterate,
    le,
    ntk,
)
from deepcond_sym.proof.tactics.inductive import inductive
from deepcond_sym.symbols import rho

from .setting import L, correlations, layers, n0, normalised, tangent, variance, width

D, c, theta = variance(), correlations(), tangent()
correlation = interval(rho, -1, 1)
_x = sp.Symbol("_x", real=True)

claim = Claim(
    "starnaud2025/dictionary",
    title="The normalised tangent kernel by the kernels of ReLU with E[sigma^2] = 1",
    source="Definitions 1 and 4",
    printed=r"\rho^{(L)}=\hat\sigma^{(L-1)}(\rho),\qquad \bar\Theta^{(L)}_\infty=\tfrac1L\,\Theta^{(L-1)}(\rho),\qquad"
    r" \hat\sigma=h,\ \Theta^{(0)}=\rho,\ \Theta^{(L)}=\hat\sigma^{(L)}+\hat\sigma'(\hat\sigma^{(L-1)})\Theta^{(L-1)}",
    note="So ntk(L, rho)/(L + 1) in the statements about every depth is the kernel of Definition 4 at depth L + 1.",
    beside=("starnaud2025/D4", "starnaud2025/N3"),
    parameters={"shift": 1, "scale": sp.S.One},
)


@claim.states
def statement(shift, scale):
    def same(term: sp.Expr, other: sp.Expr, label: str) -> Statement:
        return forall(
            layers, width, correlation, sequences=[D, c, theta], family=RELU, holds=eq(term, other), label=label
        )

    return (
        same(c(L), scale * iterate(L - shift, rho), "correlation"),
        same(normalised(theta(L), L), scale * ntk(L - shift, rho) / L, "normalised tangent kernel"),
    )


@claim.proves
def proof(prove, goal, shift, scale):
    """Induction on L: both sides have the same first values and the same recursion, with Sigma^(L)(x, x) by Proposition
    1."""
    plain_correlations, kernels = goal
    before, last = iterate(L - 1, rho), len(plain_correlations.given)
    known = prove.closed_form(
        forall(layers, width, sequences=[D], holds=eq(D(L), 1 / (n0 * 2 ** (L - 1))))
    )
    inside = prove.polynomial(le(0, 1 - _x**2), interval(_x, -1, 1))

    def later(step: Statement, *rewrite: list) -> Step:
        """The step from L to L + 1, in which the root of 1 - h^2 is one of a positive number."""
        frame = replace(step, given=(*step.given, le(0, 1 - before**2)))
        return prove.chain(step, fact(inside, {_x: before}), prove.identity(frame, rewrite))

    first = inductive(
        prove, plain_correlations, L,
        lambda base: prove.identity(base, unfold=[c(1), iterate(0, rho)]),
        lambda step: later(
            step, ["unfold", c(L + 1)], ["given", last], ["unfold", iterate(L, rho)], ["unfold", dual(before)]
        ),
    )  # fmt: skip
    second = inductive(
        prove, kernels.conclude(eq(theta(L), ntk(L - 1, rho) / (n0 * 2 ** (L - 1)))), L,
        lambda base: prove.identity(base, unfold=[theta(1), ntk(0, rho)]),
        lambda step: later(
            step, ["unfold", theta(L + 1)], ["given", last], ["use", first, {}], ["use", known, {}],
            ["unfold", ntk(L, rho)], ["unfold", iterate(L, rho)], ["unfold", dual(before)],
            ["unfold", dual_slope(before)],
        ),
    )  # fmt: skip
    return [first, prove.identity(kernels, using=[(second, {})])]


claim.mutant("one layer less", shift=0)
claim.mutant("twice the kernel", scale=2)
