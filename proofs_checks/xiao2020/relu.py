"""ReLU at (sigma_w^2, sigma_b^2) = (2, 0), in this paper's conventions: f is the dual activation of ReLU and q* the
same at every depth, so that c^(l) = iterate(l, c) and gamma^(l) = 1 - iterate(l, c).

The tangent kernel with Theta^(0) = 0 is the language's one layer later: p_ab^(l) = ntk(l - 1, f(c)) for l >= 1."""

from deepcond_sym.proof import RELU, Proof, Step, dual, eq, fact, forall, iterate, ntk
from deepcond_sym.proof.proof import Use
from deepcond_sym.proof.tactics.inductive import inductive
from deepcond_sym.proof.tactics.lemma import lemma
from deepcond_sym.symbols import rho
from proofs_checks.starnaud2025.angles import angle, is_correlation, layer_below_one

from .setting import c, correlation, l, layers, tangent

next_correlation = dual(c)
"""c^(1) = f(c), which is at least 0."""

first = angle(next_correlation)
"""theta_1, the angle after one layer."""


@lemma("a layer more at the start is a layer more")
def shifted(prove: Proof) -> Step:
    """iterate(l, dual(c)) = iterate(l + 1, c)."""
    goal = forall(layers, correlation, family=RELU, holds=eq(iterate(l, dual(c)), iterate(l + 1, c)))
    return inductive(
        prove, goal, l,
        lambda base: prove.identity(base, unfold=[iterate(0, dual(c)), iterate(1, c), iterate(0, c)]),
        lambda step: prove.identity(
            step, [["unfold", iterate(l + 1, dual(c))], ["given", 0], ["unfold", iterate(l + 2, c)]]
        ),
    )  # fmt: skip


@lemma("the tangent kernel that starts at 0 is the one that starts at the first kernel")
def starts_later(prove: Proof) -> Step:
    """p_ab(l + 1) = ntk(l, dual(c))."""
    goal = forall(
        layers, correlation, family=RELU, sequences=[tangent], holds=eq(tangent(l + 1), ntk(l, dual(c)))
    )
    later = shifted(prove)
    return inductive(
        prove, goal, l,
        lambda base: prove.identity(
            base, unfold=[tangent(1), tangent(0), iterate(1, c), iterate(0, c), ntk(0, dual(c))]
        ),
        lambda step: prove.identity(
            step,
            [["unfold", tangent(l + 2)], ["given", 0], ["unfold", ntk(l + 1, dual(c))],
             ["use", later, {l: l + 1}], ["use", later, {l: l}]],
        ),
    )  # fmt: skip


def after_one_layer(prove: Proof) -> list[Use]:
    """That f(c) is in [-1, 1), for c < 1."""
    return [fact(layer_below_one(prove), {rho: c}), *is_correlation(prove, dual(c))]


