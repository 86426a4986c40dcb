"""Section 6: three conditions on a sequence of kernels, and what they do not imply.

The counterexample has training points at 0 and 1, a test point at t (1/4 for even L, 3/4 for odd L) and the kernel
K_L(p, q) = 1 - |p - q|/L with L >= 2. Its predictor is (1 - t, t), which does not converge."""

from typing import Any

import sympy as sp

from deepcond_sym.proof import Claim, Instance, Sequence, Verdict, eq, forall, index, interval, le, limit, lt
from deepcond_sym.proof.tactics.inductive import inductive

L, layers = index("L", 2)
_t = sp.Function("t", real=True)
t = Sequence("t", L, 2, sp.Rational(1, 4), 1 - _t(L))
distance = sp.Symbol("s", real=True)
near = interval(distance, 0, 1)
position = sp.Rational(1, 2) - sp.Rational(1, 4) * (-1) ** L


def kernel(distance: Any) -> sp.Expr:
    """K_L at this distance."""
    return 1 - distance / L


def step_squared(t: sp.Expr) -> sp.Expr:
    """The square of what the second weight of the predictor moves by from L to L + 1."""
    return sp.expand((t.subs(L, L + 1) - t) ** 2)


printed = Claim(
    "starnaud2025/S6",
    title="Three conditions suffice for the predictor to converge",
    source="Section 6",
    provenance="as reported",
    printed=r"K_L>0\text{ with }K_L(p,p)\ge K_L(p,q),\ K_L\succ0\text{ for large }L,\ \det K_L\to0"
    r" \implies k_LK_L^{-1}\text{ converges}",
    expected=Verdict.REFUTED,
    note=r"As printed in v1. Stated for the counterexample $K_L(p,q)=1-\frac1L|p-q|$ with training points 0 and 1 and"
    r" the test point $\frac14$ ($L$ even), $\frac34$ ($L$ odd): if the predictor converged, the square of its step"
    r" from $L$ to $L+1$ would tend to 0. It is $\frac14$ at every $L$ (starnaud2025/S6-predictor), while the three"
    r" conditions hold (starnaud2025/S6-conditions). The ReLU tangent kernel does not meet the third condition: its"
    r" normalised determinant tends to $(\frac34)^{n-1}\frac{n+3}4$.",
    beside=("starnaud2025/S6-predictor", "starnaud2025/S6-conditions"),
    parameters={"position": position},
    witnesses=((0, Instance({})),),
)


@printed.states
def printed_statement(position):
    moved = Sequence("moved", L, 2, step_squared(position).subs(L, 2), step_squared(position))
    return forall(sequences=[moved], holds=eq(limit(sp.Symbol("moved", real=True)), 0))


@printed.proves
def printed_proof(prove, goal, position):
    """The limit of a recursion with constant coefficients: enough for the mutants."""
    return prove.recurrence_limit(goal)


printed.mutant("a test point that stays at 1/4", position=sp.Rational(1, 4))
printed.mutant("a test point that stays at 3/4", position=sp.Rational(3, 4))

predictor = Claim(
    "starnaud2025/S6-predictor",
    title="A predictor that alternates for ever, under the three conditions",
    source="an exact counterexample to Section 6",
    provenance="derived here",
    printed=r"k_LK_L^{-1}=(1-t_L,\ t_L),\quad t_2=\tfrac14,\ t_{L+1}=1-t_L,\qquad |t_{L+1}-t_L|=\tfrac12\quad(L\ge2)",
    note=r"Stated as $(1-t,\ t)\,K_L=k_L$, column by column; $K_L$ is invertible (starnaud2025/S6-conditions). The"
    r" predictor alternates between $(\frac34,\frac14)$ and $(\frac14,\frac34)$.",
    beside=("starnaud2025/S6", "starnaud2025/S6-conditions"),
    parameters={"second": t(L), "moved": "1/4"},
)


@predictor.states
def predictor_statement(second, moved):
    first, here = 1 - second, t(L)
    return (
        forall(layers, sequences=[t], holds=eq(first + second * kernel(1), kernel(here)), label="column of 0"),
        forall(layers, sequences=[t], holds=eq(first * kernel(1) + second, kernel(1 - here)), label="column of 1"),
        forall(layers, sequences=[t], holds=eq((t(L + 1) - here) ** 2, moved), label="step"),
    )


@predictor.proves
def predictor_proof(prove, goal, second, moved):
    """Multiply out; t^2 = t - 3/16 by induction."""
    *columns, step = goal
    quadratic = forall(layers, sequences=[t], holds=eq(t(L) ** 2, t(L) - sp.Rational(3, 16)))
    known = inductive(
        prove, quadratic, L,
        lambda base: prove.identity(base, unfold=[t(2)]),
        lambda later: prove.identity(later, [["unfold", t(L + 1)], ["given", 0]]),
    )  # fmt: skip
    moves = prove.identity(step, unfold=[t(L + 1)], using=[(known, {L: L})])
    return [*(prove.identity(part) for part in columns), moves]


predictor.mutant("the two weights exchanged", second=1 - t(L))
predictor.mutant("a smaller step", moved="1/16")

conditions = Claim(
    "starnaud2025/S6-conditions",
    title="The counterexample meets the three conditions",
    source="an exact counterexample to Section 6",
    provenance="derived here",
    printed=r"0<K_L(p,q)\le1=K_L(p,p),\qquad 0<\det K_L=\frac{2L-1}{L^2}\le\frac2L\qquad(L\ge2,\ |p-q|\le1)",
    note=r"All distances between 0, 1 and $t_L$ are at most 1; a symmetric 2 x 2 matrix with positive diagonal and"
    r" positive determinant is positive definite, and the determinant tends to 0.",
    beside=("starnaud2025/S6", "starnaud2025/S6-predictor"),
    parameters={"determinant": (2 * L - 1) / L**2, "rate": 2 / L},
)


@conditions.states
def conditions_statement(determinant, rate):
    return (
        forall(layers, near, holds=lt(0, kernel(distance)), label="positive"),
        forall(layers, near, holds=le(kernel(distance), 1), label="at most the diagonal"),
        forall(layers, holds=eq(1 - kernel(1) ** 2, determinant), label="determinant"),
        forall(layers, holds=lt(0, determinant), label="positive definite"),
        forall(layers, holds=le(determinant, rate), label="determinant tends to 0"),
    )


@conditions.proves
def conditions_proof(prove, goal, determinant, rate):
    """Rational functions of L and of the distance."""
    positive, diagonal, value, definite, small = goal
    inequalities = [prove.polynomial(part.conclusion, *part.variables) for part in (positive, diagonal)]
    signs = [prove.polynomial(part.conclusion, *part.variables) for part in (definite, small)]
    return [*inequalities, prove.identity(value), *signs]


conditions.mutant("(2 L + 1)/L^2 for the determinant", determinant=(2 * L + 1) / L**2)
conditions.mutant("1/L in place of 2/L", rate=1 / L)
