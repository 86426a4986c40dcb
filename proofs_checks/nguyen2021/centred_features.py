"""Lemma 5.4 (as corrected in version 5): Hadamard powers of the Gram matrix of features, with and without the mean."""

from fractions import Fraction
from typing import Any

import sympy as sp

from deepcond_sym.proof import (
    Claim,
    Instance,
    Variable,
    column,
    component,
    eq,
    forall,
    gram,
    index,
    interval,
    le,
    lt,
    row,
    smallest,
)
from deepcond_sym.proof.tactics.inductive import inductive

from .setting import N, points

F, c = sp.Symbol("F", real=True), sp.Symbol("c", real=True)
p, q = sp.symbols("p q", integer=True)
at_points = Variable(p, sp.S.One), Variable(q, sp.S.One)
r, degrees = index("r", 1)
m, x = sp.symbols("m x", real=True)
size = interval(m, 0, sp.oo, "(")
"""The squared length of mu."""


def centred(i: Any, j: Any) -> Any:
    """The inner product of f_i - mu and f_j - mu, where mu is the vector with the number 0."""
    return gram(F, i, j) - gram(F, i, 0) - gram(F, 0, j) + gram(F, 0, 0)


def shift(i: Any) -> Any:
    """Lambda_ii = <f_i, mu> - |mu|^2."""
    return gram(F, i, 0) - gram(F, 0, 0)


identity = Claim(
    "nguyen2021/D-L5.4",
    title="The Gram matrix of features and of centred features",
    source="Lemma 5.4, first part",
    provenance="paper",
    printed=r"FF^\top=\tilde F\tilde F^\top+\|\mu\|^2\mathbf{11}^\top+\Lambda\mathbf{11}^\top+\mathbf{11}^\top\Lambda,"
    r"\quad \tilde F=F-\mathbf 1\mu^\top,\ \Lambda=\operatorname{diag}(F\mu-\|\mu\|^2\mathbf 1)",
    note=r"Entry by entry, for arbitrary vectors $f_i$ and $\mu=f_0$. The second part names what is left after the"
    r" square is completed: $\tilde F\tilde F^\top-\Lambda\mathbf{11}^\top\Lambda/\|\mu\|^2$ has the entries"
    r" $\langle f_i,f_j\rangle-\langle f_i,\mu\rangle\langle\mu,f_j\rangle/\|\mu\|^2$, the inner products of the"
    r" components orthogonal to $\mu$. That is what nguyen2021/D-L5.4-order starts from.",
    beside=("nguyen2021/D-L5.4-order", "nguyen2021/D-L5.5"),
    parameters={"mean_square": gram(F, 0, 0), "sign": 1},
)


@identity.states
def identity_statement(mean_square, sign):
    i, j = p, q
    whole = centred(i, j) + mean_square + sign * (shift(i) + shift(j))
    orthogonal = gram(F, i, j) - gram(F, i, 0) * gram(F, 0, j) / gram(F, 0, 0)
    return (
        forall(*at_points, holds=eq(gram(F, i, j), whole), label="identity"),
        forall(
            *at_points, given=[lt(0, gram(F, 0, 0))],
            holds=eq(centred(i, j) - shift(i) * shift(j) / gram(F, 0, 0), orthogonal), label="the square completed",
        ),
    )  # fmt: skip


@identity.proves
def identity_proof(prove, goals, mean_square, sign):
    """Expand."""
    return [prove.identity(goal) for goal in goals]


identity.mutant("without the square of the mean", mean_square=0)
identity.mutant("with the opposite sign of Lambda", sign=-1)

without_mean = gram(F, row, column)
mean_part = component(c, row) * component(c, column) * m
features = without_mean + mean_part

order = Claim(
    "nguyen2021/D-L5.4-order",
    title="Hadamard powers keep the order between features and their components orthogonal to the mean",
    source="Lemma 5.4, second part",
    provenance="paper",
    printed=r"(FF^\top)^{\circ r}\succeq\Big(\tilde F\tilde F^\top-\frac{\Lambda\mathbf{11}^\top\Lambda}{\|\mu\|^2}"
    r"\Big)^{\circ r} \quad\text{for every integer } r\ge1",
    note=r"In the formal statement $f_i=g_i+c_i\mu$ with $g_i$ orthogonal to $\mu$ and $\|\mu\|^2=m$; every vector is"
    r" of this form. F names the $g_i$, whose inner products are the entries on the right (nguyen2021/D-L5.4), and"
    r" those of the $f_i$ have $mc_ic_j$ added.",
    beside=("nguyen2021/D-L5.4", "nguyen2021/D-L5.5"),
    parameters={"without": without_mean, "sign": 1},
    witnesses=((0, Instance(
        {N: Fraction(1), r: Fraction(1), m: Fraction(1)},
        matrices={"F": ((Fraction(1),) * 2,) * 2}, vectors={"c": (Fraction(1), Fraction(1))},
    )),),
)  # fmt: skip


def excess(degree: Any, without: Any = without_mean, sign: Any = 1) -> Any:
    return smallest((without + sign * mean_part) ** degree - without**degree, N)


@order.states
def order_statement(without, sign):
    base = features if sign == 1 and without == without_mean else without_mean + sign * mean_part
    return forall(points, degrees, size, holds=le(0, smallest(base**r - without**r, N)))


@order.proves
def order_proof(prove, goal, without, sign):
    """Schur: A^(r + 1) - B^(r + 1) = A^r o (A - B) + (A^r - B^r) o B, all four factors >= 0."""
    def step(target):
        before = features**r - without_mean**r
        parts = features**r * mean_part + before * without_mean
        frame = forall(points, degrees, size, given=[goal.conclusion], holds=le(0, 0))
        later = features ** (r + 1) - without_mean ** (r + 1)
        return prove.chain(
            target, prove.matrices("semidefinite", frame, N, parts), prove.matrices("equal", frame, N, parts, later)
        )

    def base(target):
        frame = target.conclude(le(0, 0))
        return prove.chain(
            target, prove.matrices("semidefinite", frame, N, mean_part),
            prove.matrices("equal", frame, N, mean_part, features - without_mean),
        )

    return inductive(prove, goal, r, base, step)


order.mutant("with the mean taken away from the features", sign=-1)
order.mutant("twice the components without the mean", without=2 * without_mean)
