"""The two phases of the paper's bound, proved for the iterates of q_mu, which dominate those of every normalised
activation."""

import sympy as sp

from deepcond_sym.proof import Proof, Step, Variable, at, fact, forall, index, interval, le, mu, repeat

from .setting import decay, delta, first_phase, growth, half, quadratic, separation, t

g = sp.Symbol("g", real=True)
w = sp.Symbol("w", real=True)
_nonlinearity = interval(mu, 0, 1, "(")


def majorant(prove: Proof) -> Step:
    """iterate(L, r) <= repeat(q_mu, L, s) for 0 <= r <= s <= 1: rho^i <= rho^2 for i >= 2, then monotone iteration."""
    return prove.majorant(prove.one_layer(t, quadratic(t)), t, quadratic(t))


def escape(prove: Proof, depth: sp.Symbol, layers: Variable, factor: sp.Expr = growth) -> Step:
    """repeat(q_mu, L, 1 - delta) <= 1 - delta (1 + mu/2)^L for L <= L_0: one layer multiplies 1 - rho by 1 + mu rho
    >= 1 + mu/2."""
    step = prove.polynomial(le(quadratic(1 - g), 1 - factor * g), interval(g, 0, half), interval(mu, 0, 1))
    return prove.invariant_sequence(
        _nonlinearity, separation, layers,
        step=step, t=t, body=quadratic(t), g=g, bound=1 - g, start=1 - delta, first=delta, ratio=factor, index=depth,
    )  # fmt: skip


def half_way(prove: Proof, factor: sp.Expr = growth) -> Step:
    """repeat(q_mu, L_0, 1 - delta) <= 1/2, since delta (1 + mu/2)^L_0 >= 1/2."""
    depth, layers = index("L")
    passed = first_phase(factor)
    reached = prove.reached(1 / (2 * delta), factor, _nonlinearity, separation)
    level = prove.polynomial(le(1 - delta * (1 / (2 * delta) + w), half), separation, interval(w, 0, sp.oo))
    goal = forall(_nonlinearity, separation, holds=le(repeat(quadratic(t), t, passed, 1 - delta), half))
    return prove.chain(
        goal,
        fact(reached),
        at(escape(prove, depth, layers, factor), {depth: passed}),
        at(level, {w: factor**passed - 1 / (2 * delta)}),
    )


def decline(
    prove: Proof, depth: sp.Symbol, layers: Variable, factor: sp.Expr = decay, growing: sp.Expr = growth
) -> Step:
    """repeat(q_mu, L_0 + k, 1 - delta) <= (1/2) (1 - mu/2)^k: one layer multiplies rho by 1 - mu (1 - rho) <= 1 -
    mu/2."""
    step = prove.polynomial(le(quadratic(g), factor * g), interval(g, 0, half), interval(mu, 0, 1))
    return prove.invariant_sequence(
        _nonlinearity, separation, layers,
        step=step, t=t, body=quadratic(t), g=g, bound=g, start=1 - delta, first=half, ratio=factor, index=depth,
        offset=first_phase(growing), known=half_way(prove, growing),
    )  # fmt: skip
