"""From the sum over the layers to the smallest eigenvalue of J J^T, for every depth and any vectors."""

from fractions import Fraction
from typing import Any

import sympy as sp

from deepcond_sym.proof import (
    Claim,
    Instance,
    Variable,
    column,
    eq,
    fact,
    forall,
    gram,
    index,
    le,
    minimum,
    row,
    smallest,
)
from deepcond_sym.proof.tactics.arbitrary import no_less
from deepcond_sym.proof.tactics.inductive import inductive

from .setting import N, points

L, layers = index("L")
p, q, k = sp.symbols("p q k", integer=True)
at_points = Variable(p, sp.S.One), Variable(q, sp.S.One)
F, B = (sp.Symbol(name, real=True) for name in "FB")


def layer(name: sp.Symbol, l: Any) -> Any:
    """The inner products of the vectors of layer l: those with the numbers l N + 1, ..., l N + N."""
    return gram(name, l * N + row, l * N + column)


def squared_length(name: sp.Symbol, l: Any) -> Any:
    return gram(name, l * N + row, l * N + row)


def kernel(to: Any) -> Any:
    """The sum of F_k F_k^T o B_(k+1) B_(k+1)^T over k = 0, ..., `to`."""
    return sp.Sum(layer(F, k) * layer(B, k), (k, 0, to))


claim = Claim(
    "nguyen2021/D-Jlb",
    title="The smallest eigenvalue of the Gram matrix of the Jacobian, layer by layer",
    source="proof of Theorem 4.1",
    provenance="paper",
    printed=r"\lambda_{\min}(JJ^\top)\ge\sum_{k=0}^{L-1}\lambda_{\min}(F_kF_k^\top)\min_i\|(B_{k+1})_{i:}\|^2,\qquad"
    r" \lambda_{\min}(JJ^\top)\le\sum_{k=0}^{L-1}\|f_k(x_1)\|^2\|(B_{k+1})_{1:}\|^2",
    note=r"With $JJ^\top=\sum_kF_kF_k^\top\circ B_{k+1}B_{k+1}^\top$ of nguyen2021/D-J. In the formal statement the"
    r" vectors of layer k are those with the numbers $kN+1,\dots,kN+N$ of two arbitrary lists, so it holds for any"
    r" vectors whatever, and $L+1$ layers; the second bound is shown for every point, not the first only.",
    beside=("nguyen2021/D-J", "nguyen2021/D-T4.1"),
    parameters={"share": 1, "scale": 1},
    witnesses=((0, Instance({L: Fraction(0), N: Fraction(1)}, matrices={
        name: ((Fraction(1), Fraction(0)), (Fraction(0), Fraction(1))) for name in "FB"
    })),),
)  # fmt: skip


def bound(to: Any, share: Any = 1) -> Any:
    return sp.Sum(share * smallest(layer(F, k), N) * minimum(squared_length(B, k), N), (k, 0, to))


@claim.states
def statement(share, scale):
    diagonal = sp.Sum(gram(F, k * N + p, k * N + p) * gram(B, k * N + p, k * N + p), (k, 0, L))
    return (
        forall(points, layers, holds=le(bound(L, share), smallest(kernel(L), N)), label="from below"),
        forall(
            points, layers, at_points[0], given=[le(p, N)],
            holds=le(smallest(kernel(L), N), scale * diagonal), label="from above",
        ),
    )  # fmt: skip


@claim.proves
def proof(prove, goal, share, scale):
    """Schur for each layer, Weyl for their sum, by induction on the number of layers; a value of the quadratic form."""
    below, above = goal
    frame = forall(points, layers, holds=le(0, 0))

    def schur(at_layer: Any, where) -> Any:
        return prove.matrices("schur", where, N, layer(F, at_layer), layer(B, at_layer))

    def opened(of: Any, where) -> Any:
        """smallest(sum) = smallest(the sum with its last member apart)."""
        *_, (_, _, to) = of.args
        left = of.xreplace({row: p, column: q})
        apart = of.func(of.function, (k, 0, to - 1)) + layer(F, to) * layer(B, to) if to != 0 else (
            layer(F, 0) * layer(B, 0)
        )
        wider = forall(*where.variables, *at_points, holds=eq(left, apart.xreplace({row: p, column: q})))
        entries = prove.identity(wider, unfold=[left])
        return prove.matrices("equal", where, N, apart, of, premises=[
            prove.chain(wider.conclude(eq(wider.conclusion.rhs, left)), _turned(prove, entries))
        ], indices=(p, q))  # fmt: skip

    def base(target) -> Any:
        return prove.chain(
            target, prove.unfold(target, target.conclusion.lhs, target.conclusion.lhs),
            schur(0, target), opened(kernel(sp.S.Zero), target),
        )  # fmt: skip

    def step(target) -> Any:
        total, fresh = target.conclusion.lhs, layer(F, L + 1) * layer(B, L + 1)
        last = smallest(layer(F, L + 1), N) * minimum(squared_length(B, L + 1), N)
        of_layer = schur(L + 1, frame)
        return prove.chain(
            target, fact(of_layer),
            prove.identity(target.conclude(eq(total, bound(L) + last)), unfold=[total]),
            no_less(prove, bound(L) + last, smallest(kernel(L), N) - bound(L)),
            no_less(prove, smallest(kernel(L), N) + last, smallest(fresh, N) - last),
            prove.matrices("weyl", frame, N, kernel(L), fresh), opened(kernel(L + 1), frame),
        )  # fmt: skip

    at_point = forall(points, layers, at_points[0], given=[le(p, N)], holds=le(0, 0))
    on_diagonal = kernel(L).xreplace({column: row})
    return [
        inductive(prove, below, L, base, step),
        prove.chain(
            above, prove.matrices("diagonal", at_point, N, kernel(L)),
            prove.matrices("entry", at_point, N, on_diagonal, of="minimum", at=[p]),
        ),
    ]  # fmt: skip


def _turned(prove, equality) -> Any:
    """b = a from a = b."""
    statement = equality.conclusion
    left, right = statement.conclusion.lhs, statement.conclusion.rhs
    return prove.identity(statement.conclude(eq(right, left)), [["use", equality, {}]])


claim.mutant("11/10 in place of 1, one layer of one point", share=sp.Rational(11, 10))
claim.mutant("nine tenths of the upper bound", scale=sp.Rational(9, 10))
